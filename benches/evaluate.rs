//! How fast the shipped controls judge the demo estate on one core, and how fast a library loads.
//!
//! `cargo bench --no-default-features --bench evaluate`; the figures stand in docs/benchmarks.md.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]

use ciacm::control::Library;
use ciacm::control::selection::Overrides;
use ciacm::evaluate;
use ciacm::inventory::Resource;
use ciacm::inventory::snapshot::{self, Entry, SnapshotError};
use ciacm::policy::Parameters;
use ciacm::scan::Evaluator;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;

const NOW: &str = "2026-11-22T00:00:00Z";

fn demo_resources() -> Vec<Resource> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/provider/demo_estate.snapshot");
    let mut resources = Vec::new();
    snapshot::replay::<SnapshotError>(fs::File::open(path).unwrap(), |entry| {
        if let Entry::Resource(resource) = entry {
            resources.push(resource);
        }
        Ok(())
    })
    .unwrap();
    resources
}

fn evaluation(criterion: &mut Criterion) {
    let library = Library::load(&[]).unwrap();
    let controls: Vec<_> = library.controls().collect();
    let resources = demo_resources();
    let now = NOW.parse().unwrap();
    let parameters: Vec<Parameters> =
        controls.iter().map(|control| control.parameters_with(&BTreeMap::new())).collect();
    let pairs: Vec<_> = resources
        .iter()
        .flat_map(|resource| {
            let fitting =
                controls.iter().zip(&parameters).filter(|(control, _)| control.resource.name == resource.kind());
            fitting.map(move |(control, parameters)| (*control, parameters, resource))
        })
        .collect();
    let mut group = criterion.benchmark_group("evaluate");
    group.throughput(Throughput::Elements(pairs.len() as u64));
    group.bench_function("verdicts of the demo estate, one core", |bencher| {
        bencher.iter(|| {
            for (control, parameters, resource) in &pairs {
                let context = evaluate::context(resource.document(), parameters, now);
                black_box(evaluate::evaluate(control, &context));
            }
        });
    });
    let evaluator = Evaluator::new(&controls, &Overrides::new(), now);
    group.bench_function("verdicts with evidence, ready for the store, one core", |bencher| {
        bencher.iter(|| {
            for resource in &resources {
                black_box(evaluator.judge(resource));
            }
        });
    });
    group.finish();
}

/// 1,000 control files: the shipped ones over and over, under ids of their own.
fn loading(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let library = Library::load(&[]).unwrap();
    let shipped: Vec<_> = library.controls().collect();
    for number in 0..1_000 {
        let control = shipped[number % shipped.len()];
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&control.file)).unwrap();
        let text = text.replacen(&control.id, &format!("BENCH-ALL-{number:04}"), 1);
        fs::write(directory.path().join(format!("{number}.yaml")), text).unwrap();
    }
    let directories = [directory.path().to_owned()];
    let mut group = criterion.benchmark_group("library");
    group.sample_size(20);
    group
        .bench_function("load the shipped controls", |bencher| bencher.iter(|| black_box(Library::load(&[]).unwrap())));
    group.bench_function("load and lint 1,000 controls more", |bencher| {
        bencher.iter(|| black_box(Library::load(&directories).unwrap()));
    });
    group.finish();
}

criterion_group!(benches, evaluation, loading);
criterion_main!(benches);
