//! What synth costs, a phase at a time: `cargo bench --package benches`. For whole processes, memory and builds: `benches/run`.

#![allow(missing_docs, reason = "the macros of criterion write public functions")]

mod scenario;

use std::time::{Duration, Instant};

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use formwork::{App, synthesize, synthesize_watched};
use formwork_assembly::{AssetHasher, AssetSource, Diagnostic};
use scenario::SCENARIOS;

const PHASES: [&str; 4] = ["wire", "resolve", "validate", "render"];

struct NoAssets;

impl AssetHasher for NoAssets {
    fn hash(&self, _: &AssetSource) -> Result<String, Vec<Diagnostic>> {
        Ok(String::new())
    }
}

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole");
    group.sample_size(10);
    for (name, app) in SCENARIOS {
        group.bench_function(BenchmarkId::new("describe", name), |bencher| {
            bencher.iter_with_large_drop(app);
        });
        group.bench_function(BenchmarkId::new("synthesize", name), |bencher| {
            bencher.iter_batched(app, |app| synthesize(app, &NoAssets), BatchSize::PerIteration);
        });
    }
}

fn phases(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("phase");
    group.sample_size(10);
    for (name, app) in SCENARIOS {
        for phase in PHASES {
            group.bench_function(BenchmarkId::new(phase, name), |bencher| {
                bencher.iter_custom(|count| (0..count).map(|_| time_of(phase, app())).sum());
            });
        }
    }
}

/// How long one phase takes in one whole synth.
fn time_of(wanted: &str, app: App) -> Duration {
    let (mut taken, mut began) = (Duration::ZERO, Instant::now());
    let synthesis = synthesize_watched(app, &NoAssets, &mut |phase| {
        if phase == wanted {
            taken = began.elapsed();
        }
        began = Instant::now();
    });
    assert!(synthesis.assembly.is_some(), "{:?}", synthesis.diagnostics);
    taken
}

criterion_group!(benches, whole, phases);
criterion_main!(benches);
