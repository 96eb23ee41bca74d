//! How long a whole regeneration takes, against progenitor and prettyplease alone on the same documents.
//!
//! Both are measured in one run, so that the ratio holds whatever the machine does.

#![allow(clippy::unwrap_used, missing_docs)] // A bench may stop where it stands.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use meld_gen::pipeline;
use meld_gen::progenitor::baseline::{self, RawDocument};
use meld_gen::selection::Selection;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// What a user of progenitor has: one document after the other, no shape and no polish.
fn progenitor_alone(documents: &[RawDocument]) -> usize {
    documents.iter().map(|document| document.module_text().unwrap().lines().count()).sum()
}

fn bench(criterion: &mut Criterion) {
    let documents = baseline::documents(root(), &Selection::default()).unwrap();
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
