//! What the guests of a segment like is learnt from the log, is where a new guest of it begins, and gives
//! way to what people write down.

use super::*;
use crate::decide::Scratch;
use crate::decide::replay::is_replayed;
use crate::domain::id::{Label, PropertyId};
use crate::domain::profile::{GuestFacts, ProfileChange};
use crate::domain::scope::Right;
use crate::engine::LearntSegment;
use crate::engine::history::History;
use crate::sys::rng::SplitMix64;

const SEGMENTS: [&str; 2] = ["loud", "calm"];
const OFFERS: usize = 16;
const GUESTS: usize = 300;

/// The world's catalog with both segments, and what is written down of the first.
fn text(tastes: &str) -> String {
    let segments =
        format!("\n[[segments]]\nid = \"loud\"\n{tastes}\n[[segments]]\nid = \"calm\"\n");
    world::text(OFFERS) + &segments
}

fn join(world: &World, guest: &str, segment: &str) {
    let segment = Some(Label::parse("", segment).unwrap());
    let change = ProfileChange {
        guest: GuestId::parse("guest", guest).unwrap(),
        facts: Some(GuestFacts { segment, ..GuestFacts::default() }),
        consents: Vec::new(),
        preferences: Vec::new(),
        replaced: None,
    };
    world.engine.change_profile(&world.scope, change, Box::new(|_| ())).unwrap();
}

/// The tag that most offers carry.
fn common_tag(world: &World) -> Label {
    let (catalog, ..) = world.engine.catalog(&world.scope, None).unwrap();
    let mut counts = std::collections::BTreeMap::new();
    for tag in catalog.offers().iter().flat_map(|offer| &offer.tags) {
        *counts.entry(tag.clone()).or_insert(0) += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).unwrap().0
}

fn has(world: &World, offer: &OfferId, tag: &Label) -> bool {
    let (catalog, ..) = world.engine.catalog(&world.scope, None).unwrap();
    let offer = catalog.index_of(offer).and_then(|at| catalog.offer(at)).unwrap();
    offer.tags.contains(tag)
}

fn lives(world: &World, guest: &str, mut wants: impl FnMut(&OfferId) -> bool) {
    let answer = world.decide(guest, |request| request.placements[0].count = Some(4));
    let (catalog, ..) = world.engine.catalog(&world.scope, None).unwrap();
    for slot in &answer.decision.propositions[0].slots {
        let offer = catalog.offer(slot.offer).unwrap().id.clone();
        if !wants(&offer) {
            continue;
        }
        let id = format!("yes-{guest}-{}", slot.offer.0);
        let mut event = world.event(guest, &id, EventKind::Accept);
        event.token = Some(answer.token.clone());
        event.event.offer = Some(offer);
        world.record(event);
    }
}

/// Guests of both segments who were shown offers; where `is_apart`, the loud take what carries the tag,
/// and the calm what does not, so that it is as good as anything for both together.
fn lived(is_apart: bool, opts_in: bool) -> (World, Label) {
    let world = World::new(OFFERS);
    world.engine.publish_catalog(&world.scope, &text(""), "segments", None).unwrap();
    let tag = common_tag(&world);
    let mut rng = SplitMix64::new(11);
    for number in 0..GUESTS {
        let guest = format!("g{number}");
        if opts_in {
            world.opt_in(&guest);
        }
        join(&world, &guest, SEGMENTS[number % 2]);
        let is_loud = number % 2 == 0;
        lives(&world, &guest, |offer| {
            let wants = has(&world, offer, &tag) == is_loud;
            rng.chance(if is_apart { if wants { 0.4 } else { 0.04 } } else { 0.2 })
        });
    }
    world.clock.advance(Duration::from_secs(3 * 3_600));
    world.engine.tick().unwrap();
    world.engine.committer.flush().unwrap();
    world.engine.learned().unwrap();
    (world, tag)
}

fn learn(world: &World, is_trial: bool) -> (u64, Vec<LearntSegment>) {
    world.engine.learn_segments(&world.scope, is_trial).unwrap()
}

fn leaning(learnt: &[LearntSegment], segment: usize, tag: &Label) -> (f64, f64) {
    let found = learnt[segment].leanings.iter().find(|leaning| leaning.tag == *tag);
    found.map_or((0.0, 1.0), |leaning| (leaning.mean, leaning.error))
}

/// How often an offer with the tag comes first to new guests of a segment.
fn first(world: &World, segment: &str, tag: &Label, run: &str) -> usize {
    let mut count = 0;
    for number in 0..60 {
        let guest = format!("{run}-{segment}-{number}");
        world.opt_in(&guest);
        join(world, &guest, segment);
        let answer = world.decide(&guest, |request| request.placements[0].count = Some(1));
        count += usize::from(has(world, &World::first(&answer), tag));
    }
    count
}

#[test]
fn a_new_guest_begins_where_the_segment_is() {
    let (world, tag) = lived(true, true);
    let version = world.engine.catalog(&world.scope, None).unwrap().2;
    let (unchanged, looked) = learn(&world, true);
    assert_eq!(unchanged, version, "only looked at");
    let before = ["loud", "calm"].map(|segment| first(&world, segment, &tag, "before"));
    assert!(before[0].abs_diff(before[1]) < 20, "{before:?}");
    let (published, learnt) = learn(&world, false);
    assert_eq!((published, &learnt), (version + 1, &looked));
    let ((loud, error), (calm, _)) = (leaning(&learnt, 0, &tag), leaning(&learnt, 1, &tag));
    assert!(loud > 3.0 * error && loud - calm > 0.4, "{loud} ± {error}, {calm}");
    assert!(learnt.iter().all(|s| s.offered == 600 && s.accepted > 60), "{learnt:?}");

    let [loud, calm] = ["loud", "calm"].map(|segment| first(&world, segment, &tag, "after"));
    assert!(loud > calm + 25, "{before:?}, then {loud} {calm}");
    let world = world.reopen();
    let [loud, calm] = ["loud", "calm"].map(|segment| first(&world, segment, &tag, "restarted"));
    assert!(loud > calm + 25, "{loud} {calm} after a restart");

    world.engine.committer.flush().unwrap();
    let history = History::open(&world.engine.options.folder).unwrap();
    let mut made_again = 0;
    let visited = history.visit::<Error>(&world.scope.brand, |past| {
        assert!(is_replayed(past.decision, past.serving, &mut Scratch::default()));
        made_again += 1;
        Ok(())
    });
    visited.unwrap();
    assert!(made_again >= GUESTS + 360, "{made_again}");
}

#[test]
fn what_people_write_down_wins() {
    let (world, tag) = lived(true, true);
    let (version, learnt) = learn(&world, false);
    let begins = |world: &World| {
        let (catalog, ..) = world.engine.catalog(&world.scope, None).unwrap();
        let segment = &catalog.content().segments[0];
        let all: Vec<(Label, f32)> = segment.first_tastes().map(|(t, m)| (t.clone(), m)).collect();
        assert!(all.iter().filter(|(of, _)| *of == tag).count() <= 1);
        all.iter().find(|(of, _)| *of == tag).map_or(0.0, |(_, mean)| f64::from(*mean))
    };
    let (mean, _) = leaning(&learnt, 0, &tag);
    assert!((begins(&world) - mean).abs() < 1e-6);
    let roll_back = |version: u64| {
        world.engine.roll_back_catalog(&world.scope, version, "", None).unwrap();
    };
    roll_back(version - 1);
    assert!(begins(&world).abs() < 1e-6, "what was learnt is undone with its version");
    roll_back(version);
    assert!((begins(&world) - mean).abs() < 1e-6);
    let publish = |tastes: &str| {
        world.engine.publish_catalog(&world.scope, &text(tastes), "", None).unwrap();
    };
    publish(&format!("tastes = {{ {tag} = -1.5 }}"));
    assert!((begins(&world) + 1.5).abs() < 1e-6, "another text");
    publish("");
    assert!((begins(&world) - mean).abs() < 1e-6, "the text it was learnt with");
    // Learnt once more, from what is written now.
    publish(&format!("tastes = {{ {tag} = -1.5 }}"));
    let (_, again) = learn(&world, false);
    let (lower, _) = leaning(&again, 0, &tag);
    assert!(lower < mean - 0.1 && lower > -1.4, "{lower}, {mean} before");
    assert!((begins(&world) - lower).abs() < 1e-6);
}

#[test]
fn where_segments_answer_alike_nothing_tells_them_apart() {
    let (world, tag) = lived(false, true);
    let (_, learnt) = learn(&world, true);
    let ((loud, error), (calm, _)) = (leaning(&learnt, 0, &tag), leaning(&learnt, 1, &tag));
    assert!((loud - calm).abs() < 3.5 * error.max(0.1), "{loud} {calm} ± {error}");
}

#[test]
fn who_did_not_allow_profiling_teaches_nothing() {
    let (world, _) = lived(true, false);
    let version = world.engine.catalog(&world.scope, None).unwrap().2;
    let (unchanged, learnt) = learn(&world, false);
    assert_eq!(unchanged, version);
    assert!(learnt.iter().all(|segment| segment.offered == 0 && segment.leanings.is_empty()));
}

#[test]
fn it_takes_the_right_to_write_the_whole_catalog() {
    let world = World::new(1);
    let mut scope = world.scope.clone();
    scope.rights = [Right::CatalogRead].into_iter().collect();
    assert_eq!(world.engine.learn_segments(&scope, true).unwrap_err().reason, "RIGHT_MISSING");
    let mut scope = world.scope.clone();
    let city = PropertyId::parse("", "city").unwrap();
    scope.properties = PropertyScope::Only(vec![city]);
    assert_eq!(world.engine.learn_segments(&scope, true).unwrap_err().reason, "OUT_OF_REACH");
}
