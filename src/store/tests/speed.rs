//! What writing costs. Printed, not asserted: `cargo test --release -- --ignored --nocapture
//! store::tests::speed`.

use super::*;
use crate::domain::decision::Decision;
use crate::store::codec::samples;

fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len() - 1;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let at = (last as f64 * share) as usize;
    sorted[at]
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
fn per_second(count: usize, watch: Stopwatch) -> f64 {
    count as f64 / watch.seconds()
}

fn submit_decision(world: &World, guest: GuestKey, decision: &mut Decision, state: &GuestState) {
    let mut reservation = world.committer.reserve().unwrap();
    decision.sequence = reservation.sequence();
    reservation.decision(&brand(), at(100), decision);
    reservation.guest(&brand(), guest, state);
    reservation.submit();
}

/// A fixed number of events under way; each that is on the disk starts the next.
#[test]
#[ignore = "a measurement"]
fn durable_events() {
    for under_way in [1_usize, 16, 64, 256] {
        let world = World::with(Options { ..Options::default() });
        let count = (under_way * 300).min(40_000);
        let state = samples::guest();
        let event = any_event("g", "e-1");
        let (tell, told) = mpsc::channel();
        let submit = |n: usize| {
            let key = world.key(&format!("g-{}", n % 5_000));
            let mut reservation = world.committer.reserve().unwrap();
            reservation.event(&brand(), at(100), key, &event);
            reservation.guest(&brand(), key, &state);
            let (tell, watch) = (tell.clone(), Stopwatch::start());
            reservation.submit_and_tell(Box::new(move |result| {
                result.unwrap();
                tell.send(watch.seconds()).unwrap();
            }));
        };
        let watch = Stopwatch::start();
        (0..under_way).for_each(submit);
        let mut latencies: Vec<f64> = Vec::with_capacity(count);
        for n in 0..count {
            latencies.push(told.recv().unwrap());
            if n + under_way < count {
                submit(n);
            }
        }
        let rate = per_second(count, watch);
        latencies.sort_by(f64::total_cmp);
        let millis = [0.5, 0.99, 0.999].map(|share| percentile(&latencies, share) * 1e3);
        println!("{under_way} under way: {rate:.0} durable events/s, p50 p99 p999 {millis:.2?} ms");
    }
}

/// What a decision thread pays: reserving, encoding record and state, handing over.
#[test]
#[ignore = "a measurement"]
fn cost_of_a_submit() {
    let world =
        World::with(Options { queue_bytes: 1 << 30, queue_records: 1 << 20, ..Options::default() });
    let state = samples::guest();
    let mut decision = samples::large_decision();
    let keys: Vec<GuestKey> = (0..2_000).map(|n| world.key(&format!("g-{n}"))).collect();
    let pause = |millis| std::thread::park_timeout(Duration::from_millis(millis));
    for pass in ["cold", "warm", "warm"] {
        let mut nanos: Vec<f64> = Vec::new();
        for (n, key) in keys.iter().enumerate() {
            let watch = Stopwatch::start();
            submit_decision(&world, *key, &mut decision, &state);
            nanos.push(watch.seconds() * 1e9);
            if n % 50 == 49 {
                pause(5);
            }
        }
        nanos.sort_by(f64::total_cmp);
        let [p50, p99, most] = [0.5, 0.99, 1.0].map(|share| percentile(&nanos, share));
        println!(
            "{pass}: submitting a decision, 10,000/s: p50 {p50:.0} p99 {p99:.0} max {most:.0} ns"
        );
    }
    for _ in 0..3 {
        let watch = Stopwatch::start();
        keys.iter().for_each(|key| submit_decision(&world, *key, &mut decision, &state));
        let each = 1e9 / per_second(keys.len(), watch);
        let watch = Stopwatch::start();
        world.committer.flush().unwrap();
        let rest = watch.seconds() * 1e3;
        println!("in one go: {each:.0} ns each, and {rest:.1} ms until all are on the disk");
    }
}

/// A process that is killed leaves its log; the next one reads it twice, once for looking.
#[test]
#[ignore = "a measurement"]
fn restart_with_a_full_log() {
    let options =
        Options { write_buffer_bytes: 256 << 20, wal_bytes: 256 << 20, ..Options::default() };
    let mut world = World::with(options.clone());
    let mut decision = samples::large_decision();
    let state = samples::guest();
    for records in [0, 20_000, 40_000] {
        for n in 0..records {
            let key = world.key(&format!("g-{n}"));
            while world.store.last_sequence() > world.store.committed() + 5_000 {
                world.committer.flush().unwrap();
            }
            submit_decision(&world, key, &mut decision, &state);
        }
        world.committer.close().unwrap();
        let World { dir, store, committer } = world;
        drop((committer, store));
        let logs = std::fs::read_dir(dir.path().join("db")).unwrap().map(Result::unwrap);
        let logs = logs.filter(|file| file.file_name().to_string_lossy().ends_with(".log"));
        let bytes: u64 = logs.map(|file| file.metadata().unwrap().len()).sum();
        let watch = Stopwatch::start();
        let (store, committer) = open(dir.path(), options.clone());
        let millis = watch.seconds() * 1e3;
        println!("{records} records, {} MiB of log: open in {millis:.0} ms", bytes >> 20);
        world = World { dir, store, committer };
    }
}
