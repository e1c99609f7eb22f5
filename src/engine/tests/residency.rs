//! Guests leave memory and come back the same.

use super::*;
use crate::domain::guest::GuestState;

/// The same calls with and without room for the guests: every state is the same afterwards, though
/// in one world each was put out and loaded again all the time, from a stored state and the
/// decisions made since.
#[test]
fn a_guest_put_out_of_memory_comes_back_the_same() {
    let states = |resident_bytes: usize| -> Vec<GuestState> {
        let world = World::with_memory(60, resident_bytes);
        let guests: Vec<_> = (0..20).map(|g| format!("g{g}")).collect();
        guests.iter().for_each(|g| world.opt_in(g));
        for n in 0..300_usize {
            let guest = &guests[(n * 7) % guests.len()];
            let answer = world.decide(guest, |r| r.placements[0].count = Some(2));
            if n % 5 == 0 {
                let mut click = world.event(guest, &format!("c{n}"), EventKind::Click);
                click.token = Some(answer.token.clone());
                click.event.offer = Some(World::first(&answer));
                world.record(click);
            }
            world.clock.advance(Duration::from_secs(600));
            // What may be evicted is what is on disk.
            world.engine.committer.flush().unwrap();
        }
        let usage = world.engine.guests.usage();
        assert_eq!(usage.evictions > 100, resident_bytes < 1 << 20, "{usage:?}");
        assert!(usage.packed > 300 && usage.open_bytes == 0, "{usage:?}");
        let view = |g: &String| {
            world.engine.guest(&world.scope, &GuestId::parse("g", g).unwrap()).unwrap().state
        };
        guests.iter().map(view).collect()
    };
    let (roomy, tight) = (states(1 << 30), states(8_000));
    for (a, b) in roomy.iter().zip(&tight) {
        assert_eq!(a, b);
    }
}
