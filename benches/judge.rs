//! What judging and packing cost once a snapshot is there.
//!
//! `cargo bench --bench judge` compares the steps side by side, in one run, over organisations of
//! two sizes that the testkit makes; reading them over loopback is not measured.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use jumpcloud_client::collect::Plan;
use jumpcloud_client::testkit::{DEMO_KEY, FakeJumpCloud, demo};
use jumpcloud_client::{Client, Snapshot};
use jumpcloud_compliance::pack::Pack;
use jumpcloud_compliance::{Catalogue, Config, evaluate};

const SIZES: [usize; 2] = [50, 500];
const SEED: u64 = 7;

fn snapshot(size: usize, now: Timestamp, catalogue: &Catalogue<'_>, config: &Config) -> Snapshot {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let fake = FakeJumpCloud::start(demo::organization_of(size, SEED, now))
            .await
            .expect("the loopback server starts");
        let client = Client::builder()
            .base_url(fake.url())
            .api_key(DEMO_KEY)
            .rate_limit(500, 500)
            .clock(move || now)
            .build()
            .expect("the client is configured");
        client.validate().await.expect("the demo key is valid");
        let plan =
            Plan::for_inputs(catalogue.inputs_for(config)).expect("the rules name known inputs");
        client.collect(plan).run(&mut |_| {}).await.expect("the demo key is valid")
    })
}

fn judge(criterion: &mut Criterion) {
    let now: Timestamp = "2026-11-24T09:00:00Z".parse().expect("a time");
    let catalogue = Catalogue::builtin().expect("the catalogue loads");
    let config = Config::default();
    let mut group = criterion.benchmark_group("organisation");
    group.sample_size(10);
    for size in SIZES {
        let snapshot = snapshot(size, now, &catalogue, &config);
        let text = snapshot.to_json().expect("a snapshot is saved");
        let evaluation =
            evaluate(&catalogue, &snapshot, &config, now, None).expect("the configuration is good");
        group.throughput(Throughput::Elements(evaluation.findings.len() as u64));
        group.bench_function(BenchmarkId::new("load", size), |bencher| {
            bencher.iter(|| Snapshot::from_json(&text));
        });
        group.bench_function(BenchmarkId::new("evaluate", size), |bencher| {
            bencher.iter(|| evaluate(&catalogue, &snapshot, &config, now, None));
        });
        group.bench_function(BenchmarkId::new("pack", size), |bencher| {
            bencher.iter(|| Pack::of(&evaluation, &catalogue, &config));
        });
    }
    group.finish();
}

criterion_group!(benches, judge);
criterion_main!(benches);
