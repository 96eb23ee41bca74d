//! How long a whole regeneration takes, against progenitor and prettyplease alone on the same documents.
//!
//! Both are measured in one run, so that the ratio holds whatever the machine does.

#![allow(clippy::unwrap_used, missing_docs)] // A bench may stop where it stands.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use meld_gen::catalog::Catalog;
use meld_gen::document::Document;
use meld_gen::pipeline::{self, Selection};
use meld_gen::{lower, repair};
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The documents after lowering and repairs, which progenitor takes as they are.
fn repaired() -> Vec<openapiv3::OpenAPI> {
    let catalog = Catalog::read(&root().join("openapi")).unwrap();
    let repaired = catalog.entries().map(|entry| {
        let mut api = lower::lower(&Document::read(entry).unwrap()).unwrap().api;
        repair::repair(&mut api, &entry.file, &entry.family.module, entry.version);
        api
    });
    repaired.collect()
}

/// What a user of progenitor has: one document after the other, no shape and no polish.
fn progenitor_alone(documents: &[openapiv3::OpenAPI]) -> usize {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    let lines = documents.iter().map(|api| {
        let tokens = Generator::new(&settings).generate_tokens(api).unwrap();
        prettyplease::unparse(&syn::parse2(tokens).unwrap()).lines().count()
    });
    lines.sum()
}

fn bench(criterion: &mut Criterion) {
    let documents = repaired();
    let mut group = criterion.benchmark_group("all documents");
    group.sample_size(10);
    group.bench_function("progenitor and prettyplease alone, one thread", |bencher| {
        bencher.iter(|| progenitor_alone(black_box(&documents)));
    });
    group.bench_function("cargo xtask regen, without writing", |bencher| {
        bencher.iter(|| pipeline::run(root(), black_box(&Selection::default())).unwrap());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
