//! What synth costs, a phase at a time: `cargo bench --bench synth`. For whole processes, memory and builds: `benches/run`.

#![allow(missing_docs, reason = "the macros of criterion write public functions")]

mod scenario;

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use formwork_assembly::{AssetHasher, AssetSource, Diagnostic};
use formwork_synth::{synthesize, synthesize_watched};

const PHASES: [&str; 4] = ["wire", "resolve", "validate", "render"];

struct NoAssets;

impl AssetHasher for NoAssets {
    fn hash(&self, _: &AssetSource) -> Result<String, Vec<Diagnostic>> {
        Ok(String::new())
    }
}

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("synth");
    for (name, stacks, resources) in scenario::SIZES {
        group.sample_size(10).throughput(Throughput::Elements((stacks * resources) as u64));
        group.bench_function(BenchmarkId::new("describe", name), |bencher| {
            bencher.iter_with_large_drop(|| scenario::stacks(stacks, resources));
        });
        group.bench_function(BenchmarkId::new("synthesize", name), |bencher| {
            bencher.iter_with_large_drop(|| synthesize(scenario::stacks(stacks, resources), &NoAssets));
        });
    }
}

fn phases(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("phase");
    let (name, stacks, resources) = scenario::SIZES[1];
    for phase in PHASES {
        group.sample_size(10);
        group.bench_function(BenchmarkId::new(phase, name), |bencher| {
            bencher.iter_custom(|count| (0..count).map(|_| time_of(phase, stacks, resources)).sum());
        });
    }
}

/// How long one phase takes in one whole synth.
fn time_of(wanted: &str, stacks: usize, resources: usize) -> Duration {
    let app = scenario::stacks(stacks, resources);
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
