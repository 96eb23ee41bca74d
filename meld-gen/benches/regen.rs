//! Time of a whole regeneration, compared with progenitor and prettyplease alone on the same specs.
//!
//! One run measures both, so that their ratio does not depend on the machine. The regeneration is warm: rustfmt has
//! formatted the same files before.

#![allow(clippy::unwrap_used, missing_docs)] // A bench may panic.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use meld_gen::pipeline;
use meld_gen::progenitor::baseline::{self, RawSpec};
use meld_gen::selection::Selection;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Generates with progenitor as its users do: one spec after the other, without normalization and rendering.
fn progenitor_alone(specs: &[RawSpec]) -> usize {
    specs.iter().map(|spec| spec.module_text().unwrap().lines().count()).sum()
}

fn bench(criterion: &mut Criterion) {
    let specs = baseline::specs(root(), &Selection::default()).unwrap();
    let mut group = criterion.benchmark_group("all specs");
    group.sample_size(10);
    group.bench_function("progenitor and prettyplease alone, one thread", |bencher| {
        bencher.iter(|| progenitor_alone(black_box(&specs)));
    });
    group.bench_function("cargo xtask regen, without writing", |bencher| {
        bencher.iter(|| pipeline::run(root(), black_box(&Selection::default())).unwrap());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
