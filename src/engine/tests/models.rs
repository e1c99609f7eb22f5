//! Trained vectors: in the shadow, in force, and back, while decisions go on.

use ndarray::Array2;

use super::*;
use crate::domain::belief::DIM;
use crate::engine::history::{CollectError, Collector, History, Reward};
use crate::sys::rng::SplitMix64;

/// The vectors in force, turned onto other axes and stretched: the same model to any eye.
fn same(world: &World) -> TrainedModel {
    model(world, |at, axis, vectors| -3.0 * vectors[at][DIM - 1 - axis])
}

/// Vectors that have nothing to do with the offers.
fn noise(world: &World) -> TrainedModel {
    let mut rng = SplitMix64::new(3);
    let numbers: Vec<f32> = (0..100 * DIM).map(|_| rng.normal() as f32).collect();
    model(world, move |at, axis, _| numbers[at * DIM + axis])
}

fn model(
    world: &World,
    factor: impl Fn(usize, usize, &[crate::domain::belief::Vector]) -> f32,
) -> TrainedModel {
    let (catalog, ..) = world.engine.catalog(&world.scope, None).unwrap();
    let mut order: Vec<usize> = (0..catalog.offers().len()).collect();
    order.sort_by_key(|at| catalog.offers()[*at].id.to_string());
    let offers = order.iter().map(|at| catalog.offers()[*at].id.to_string()).collect();
    let factors = Array2::from_shape_fn((order.len(), DIM), |(row, axis)| {
        factor(order[row], axis, catalog.vectors())
    });
    TrainedModel { name: "test".to_owned(), version: "1".to_owned(), offers, factors }
}

/// Guests who accept what is along their first tag's direction.
fn live(world: &World, days: usize) {
    let mut rng = SplitMix64::new(days as u64);
    for n in 0..days * 40 {
        let guest = format!("g{}", n % 20);
        let answer = world.decide(&guest, |_| {});
        let slot = &answer.decision.propositions[0].slots[0];
        let likes = answer.catalog.vectors()[n % 20];
        let offered = answer.catalog.vectors()[slot.offer.at()];
        let fit: f32 = likes.iter().zip(&offered).map(|(a, b)| a * b).sum();
        if rng.chance(if fit > 0.25 { 0.5 } else { 0.03 }) {
            let mut accept = world.event(&guest, &format!("{days}-{n}"), EventKind::Accept);
            accept.token = Some(answer.token.clone());
            accept.event.offer = Some(World::first(&answer));
            world.record(accept);
        }
        world.clock.advance(Duration::from_secs(600));
        if n.is_multiple_of(20) {
            world.engine.tick().unwrap();
            world.engine.learned().unwrap();
        }
    }
}

#[test]
fn a_model_goes_from_the_shadow_into_force_and_back() {
    let world = World::new(60);
    (0..20).for_each(|g| world.opt_in(&format!("g{g}")));
    live(&world, 10);
    let (before, ..) = world.engine.catalog(&world.scope, None).unwrap();
    let models = world.engine.shadow_model(&world.scope, &same(&world)).unwrap();
    assert_eq!((models.published, models.catalog_version), (None, 1), "it decides nothing");
    let (facts, foresight) = models.shadow.unwrap();
    assert_eq!((facts.offers, facts.common, foresight.labels as u32), (61, 61, 0));
    assert!(facts.relative_distance < 1e-4, "{facts:?}");

    let world = world.reopen();
    live(&world, 11);
    let (_, seen) = world.engine.models(&world.scope).unwrap().shadow.unwrap();
    assert!(seen.labels > 300.0, "{seen:?}");
    assert!((seen.published_loss - seen.shadow_loss).abs() < 1e-4, "the same model: {seen:?}");

    world.engine.shadow_model(&world.scope, &noise(&world)).unwrap();
    live(&world, 12);
    let (_, seen) = world.engine.models(&world.scope).unwrap().shadow.unwrap();
    assert!(seen.shadow_loss > 1.005 * seen.published_loss, "noise is seen through: {seen:?}");

    world.engine.shadow_model(&world.scope, &same(&world)).unwrap();
    let version = world.engine.publish_model(&world.scope).unwrap();
    let (published, text, current) = world.engine.catalog(&world.scope, None).unwrap();
    assert_eq!((version.version, current, published.version()), (2, 2, 2));
    assert_eq!(text, world.engine.catalog(&world.scope, Some(1)).unwrap().1);
    let models = world.engine.models(&world.scope).unwrap();
    assert!(models.shadow.is_none() && models.published.is_some());
    let distance = |a: &Catalog, b: &Catalog| -> f32 {
        let pairs = a.vectors().iter().flatten().zip(b.vectors().iter().flatten());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    };
    assert!(distance(&before, &published) < 1e-4, "turned back onto the axes in force");

    // A new text keeps the vectors; back means those of before.
    world.engine.shadow_model(&world.scope, &noise(&world)).unwrap();
    world.engine.publish_model(&world.scope).unwrap();
    let cheaper = world::text(60).replace("value_exponent = 0.5", "value_exponent = 0.4");
    world.engine.publish_catalog(&world.scope, &cheaper, "cheaper", None).unwrap();
    let (noisy, ..) = world.engine.catalog(&world.scope, None).unwrap();
    assert!(distance(&before, &noisy) > 0.3);
    live(&world, 13);
    let version = world.engine.roll_back_model(&world.scope).unwrap().version;
    let (back, text, _) = world.engine.catalog(&world.scope, None).unwrap();
    assert_eq!((back.version(), text), (version, cheaper), "the text is not rolled back");
    assert!(distance(&published, &back) <= 0.0);
    live(&world, 14);
    world.engine.roll_back_model(&world.scope).unwrap();
    assert!(world.engine.models(&world.scope).unwrap().published.is_none());
    assert_eq!(world.engine.roll_back_model(&world.scope).unwrap_err().kind, ErrorKind::NotFound);
    assert_eq!(world.engine.publish_model(&world.scope).unwrap_err().kind, ErrorKind::NotFound);

    // All of it can be made again.
    world.engine.committer.flush().unwrap();
    let history = History::open(&world.engine.options.folder).unwrap();
    let mut collector = Collector::new(&[], Reward::Accepts);
    let visited = history.visit::<CollectError>(&world.scope.brand, |past| collector.take(past));
    visited.unwrap();
    assert_eq!(collector.seen.decisions, collector.seen.replayed);
    assert_eq!(collector.seen.decisions, 40 * (10 + 11 + 12 + 13 + 14));
}

#[test]
fn a_model_that_does_not_fit_is_refused() {
    let world = World::new(60);
    let mut model = same(&world);
    model.offers = model.offers.iter().map(|offer| format!("zz-{offer}")).collect();
    let refused = world.engine.shadow_model(&world.scope, &model).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::InvalidArgument);
    assert!(refused.message.contains("train it on this brand's offers"), "{refused}");
    assert!(world.engine.models(&world.scope).unwrap().shadow.is_none());
}
