//! Which gesture, or none: by what each is expected to add to satisfaction and to the guest's return,
//! less its cost.
//!
//! `value = w_sat · Δsatisfaction + w_return · Δreturn − λ · cost`, where `λ` is the shadow price of the
//! budget; none is worth 0. The choice is drawn by inverse-gap weighting (algorithms 3.4) over those
//! that fit and can be paid for, and none; a small share gets none whatever they are worth, so that
//! effects can be measured. A pure function of its arguments: the log makes it again to the bit.

#[cfg(test)]
mod trials;

use crate::domain::gesture::{
    Gesture, GestureArm, GestureChoice, GestureProgram, GestureTrigger, NoGesture, Occasion,
};
use crate::domain::guest_value::ValueTier;
use crate::domain::id::{DecisionId, Fingerprint, GuestKey, PropertyId};
use crate::domain::money::Money;
use crate::domain::time::Timestamp;
use crate::learn::exploration;
use crate::learn::gesture::model::GestureModel;
use crate::learn::gesture::till::Till;
use crate::learn::stream::DecisionStream;

/// Labels after which the exploration grows no sharper.
const LABELS_CAP: f64 = 10_000.0;

/// What is asked, as resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// For whom.
    pub guest: GuestKey,
    /// Ids of the guest.
    pub ids: Vec<GuestKey>,
    /// Where.
    pub property: PropertyId,
    /// For which stay.
    pub reservation: Option<Fingerprint>,
    /// What for.
    pub occasion: Occasion,
    /// What the guest is worth, where that may be known.
    pub tier: Option<ValueTier>,
    /// May what comes of it be learnt from?
    pub is_measured: bool,
    /// When.
    pub now: Timestamp,
    /// Seed of the draw.
    pub seed: u64,
    /// Catalog version in force.
    pub catalog_version: u64,
}

impl Asked {
    /// What a choice was asked.
    pub fn of(choice: &GestureChoice) -> Self {
        Self {
            guest: choice.guest,
            ids: choice.ids.clone(),
            property: choice.property.clone(),
            reservation: choice.reservation,
            occasion: choice.occasion,
            tier: choice.tier,
            is_measured: choice.is_measured,
            now: choice.decided,
            seed: choice.seed,
            catalog_version: choice.catalog_version,
        }
    }
}

/// Chooses.
pub fn choose(
    program: &GestureProgram,
    model: &GestureModel,
    till: &Till,
    asked: Asked,
) -> GestureChoice {
    let standing = till.standing(program, &asked.ids, asked.now);
    let mut choice = GestureChoice {
        guest: asked.guest,
        ids: asked.ids,
        property: asked.property,
        reservation: asked.reservation,
        decided: asked.now,
        catalog_version: asked.catalog_version,
        model_version: model.version(),
        occasion: asked.occasion,
        tier: asked.tier,
        is_measured: asked.is_measured,
        left: standing.left,
        shadow_price: standing.shadow_price,
        arms: Vec::new(),
        none: [0.0, 0.0],
        seed: asked.seed,
        draw: 0.0,
        chosen: Err(NoGesture::NoneFits),
    };
    // Grave trouble is made up for whatever the pace.
    if is_grave(program, choice.occasion) {
        choice.shadow_price = 1.0;
    }
    let is_dear = matches!(choice.tier, Some(ValueTier::A | ValueTier::B));
    let holds = choice.occasion.trigger != GestureTrigger::HighValue || is_dear;
    let here = |gesture: &&Gesture| holds && gesture.answers(&choice.property, choice.occasion);
    let fits: Vec<&Gesture> = program.gestures.iter().filter(here).collect();
    let paid = |gesture: &&Gesture| gesture.cost.minor <= standing.left;
    choice.chosen = match fits.is_empty() {
        true => Err(NoGesture::NoneFits),
        false if standing.had_one => Err(NoGesture::HadOne),
        false if !fits.iter().any(paid) => Err(NoGesture::NoBudget),
        false => {
            let affordable = fits.into_iter().filter(paid);
            choice.arms = affordable.map(|g| arm(program, model, g, &choice)).collect();
            draw(program, model, &mut choice)
        }
    };
    choice
}

fn is_grave(program: &GestureProgram, occasion: Occasion) -> bool {
    occasion.trigger.is_recovery() && occasion.severity > program.holdout_severity
}

fn arm(
    program: &GestureProgram,
    model: &GestureModel,
    gesture: &Gesture,
    choice: &GestureChoice,
) -> GestureArm {
    let (key, trigger) = (gesture.key(), choice.occasion.trigger);
    let satisfaction = model.satisfaction(key, trigger, gesture.prior_satisfaction).mean;
    let returning = model.returning(key, trigger, gesture.prior_return).mean;
    let cost = Money::new(gesture.cost.minor, gesture.cost.currency).major();
    let value = program.satisfaction_worth * satisfaction + program.return_worth * returning
        - choice.shadow_price * cost;
    GestureArm {
        gesture: key,
        satisfaction,
        returning,
        cost: gesture.cost.minor,
        value,
        selection_probability: 0.0,
    }
}

/// Draws one of the arms, none, or none to measure.
fn draw(
    program: &GestureProgram,
    model: &GestureModel,
    choice: &mut GestureChoice,
) -> Result<u8, NoGesture> {
    let is_kept = choice.is_measured && !is_grave(program, choice.occasion);
    let holdout = if is_kept { program.holdout } else { 0.0 };
    let gamma = exploration::sharpness(program.gamma0, model.labels(), LABELS_CAP);
    let values: Vec<f64> = choice.arms.iter().map(|arm| arm.value).chain([0.0]).collect();
    let mut probabilities = vec![0.0; values.len()];
    let sharpness = gamma / program.value_cap;
    exploration::inverse_gap(&values, sharpness, program.floor, &mut probabilities);
    probabilities.iter_mut().for_each(|p| *p *= 1.0 - holdout);
    probabilities.push(holdout);
    let arms = choice.arms.len();
    for (arm, p) in choice.arms.iter_mut().zip(&probabilities) {
        arm.selection_probability = *p;
    }
    choice.none = [probabilities[arms], holdout];
    let seed = DecisionId((u128::from(choice.seed) << 64).to_be_bytes());
    choice.draw = DecisionStream::new(seed, b"gesture").next_unit();
    match exploration::draw(&probabilities, choice.draw) {
        Some(at) if at < arms => Ok(u8::try_from(at).unwrap_or(u8::MAX)),
        Some(at) if at > arms => Err(NoGesture::HeldOut),
        Some(_) | None => Err(NoGesture::NotWorth),
    }
}
