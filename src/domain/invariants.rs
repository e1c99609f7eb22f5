//! What must always hold, written once: named predicates used by debug assertions, property tests
//! and simulation.
//!
//! Each returns `Ok(())` or a sentence that says what broke. Numbers are those of the design's
//! section 12. Invariants that span several calls (I1, I2, I11, I14, I16) are behaviours and live
//! in the tests; those of one value live here.

use super::channel::Channel;
use super::consent::{ConsentTable, Purpose};
use super::decision::{ChannelChoice, Decision, Proposition, Quote, SendOutcome, Slot};

/// How far a sum of probabilities may be from 1.
pub const PROBABILITY_TOLERANCE: f64 = 1e-12;

/// What broke.
pub type Broken = String;

/// I5: a channel answer without a channel names its reason, and one with a channel has none.
pub fn silence_has_a_reason(choice: &ChannelChoice) -> Result<(), Broken> {
    let silent = choice.outcome == SendOutcome::Withhold;
    if silent != choice.channel.is_none() || silent != choice.reason.is_some() {
        return Err(format!(
            "I5: {:?} with channel {:?} and reason {:?}",
            choice.outcome, choice.channel, choice.reason
        ));
    }
    Ok(())
}

/// I6: probabilities over the alternatives of one factor sum to 1.
pub fn probabilities_sum_to_one(probabilities: &[f64]) -> Result<(), Broken> {
    let sum: f64 = probabilities.iter().sum();
    if probabilities.iter().any(|p| !(0.0..=1.0).contains(p))
        || (sum - 1.0).abs() > PROBABILITY_TOLERANCE
    {
        return Err(format!("I6: {} probabilities sum to {sum}", probabilities.len()));
    }
    Ok(())
}

/// I6: every logged probability is above 0 and at most 1, unless it is marked an override.
pub fn slot_probability_is_logged(slot: &Slot) -> Result<(), Broken> {
    let p = slot.selection_probability;
    let is_sound = p > 0.0 && p <= 1.0 + PROBABILITY_TOLERANCE;
    if !(slot.is_override || is_sound) {
        return Err(format!("I6: slot logged with probability {p}"));
    }
    Ok(())
}

/// I7: no price under its floor.
pub fn price_is_above_floor(quote: &Quote) -> Result<(), Broken> {
    if quote.offer.currency != quote.floor.currency || quote.offer.minor < quote.floor.minor {
        return Err(format!("I7: price {} under floor {}", quote.offer, quote.floor));
    }
    Ok(())
}

/// A price is never over the list price, and under it only for a published reason.
pub fn discount_is_published(quote: &Quote) -> Result<(), Broken> {
    let is_reduced = quote.offer.minor < quote.list.minor;
    if quote.offer.minor > quote.list.minor || is_reduced == quote.qualifications.is_empty() {
        return Err(format!(
            "price {} of list price {} for {:?}",
            quote.offer, quote.list, quote.qualifications
        ));
    }
    Ok(())
}

/// I13: without the profiling consent no taste is used.
pub fn taste_needs_consent(decision: &Decision, consent: &ConsentTable) -> Result<(), Broken> {
    if decision.taste.is_some() && !consent.allows(Purpose::Profiling) {
        return Err("I13: taste used without consent".to_owned());
    }
    Ok(())
}

/// I15: the parts of a log-odds sum to what the propensity was computed from.
pub fn parts_sum_to_log_odds(slot: &Slot, log_odds: f64) -> Result<(), Broken> {
    let sum = slot.parts.log_odds();
    if (sum - log_odds).abs() > 1e-4 {
        return Err(format!("I15: parts sum to {sum}, log-odds are {log_odds}"));
    }
    Ok(())
}

/// A slate holds no offer twice.
pub fn slate_has_no_duplicates(proposition: &Proposition) -> Result<(), Broken> {
    for (i, slot) in proposition.slots.iter().enumerate() {
        if proposition.slots[..i].iter().any(|s| s.offer == slot.offer) {
            return Err(format!("slate of {} holds an offer twice", proposition.placement));
        }
    }
    Ok(())
}

/// Marketing goes only where the guest allowed it.
pub fn marketing_needs_consent(
    channel: Channel,
    transactional: bool,
    consent: &ConsentTable,
) -> Result<(), Broken> {
    if channel.is_pushed() && !transactional && !consent.allows_marketing_on(channel) {
        return Err(format!("marketing on {channel} without consent"));
    }
    Ok(())
}

/// All that can be said of a finished decision by itself.
pub fn decision_is_sound(decision: &Decision, consent: &ConsentTable) -> Result<(), Broken> {
    taste_needs_consent(decision, consent)?;
    for proposition in &decision.propositions {
        slate_has_no_duplicates(proposition)?;
        for slot in &proposition.slots {
            slot_probability_is_logged(slot)?;
            price_is_above_floor(&slot.quote)?;
            discount_is_published(&slot.quote)?;
        }
    }
    decision.channel.as_ref().map_or(Ok(()), silence_has_a_reason)
}
