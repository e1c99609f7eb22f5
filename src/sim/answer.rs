//! How a guest answers a list of offers, and how good a list is for a guest: the same arithmetic,
//! drawn or summed.
//!
//! Offers are looked at in order, the next only with some chance; at most one is accepted. At the
//! front desk a member of staff reads the list out and keeps some offers to themselves; a message
//! must be opened first. Each answer draws from its own stream, a fixed number of draws a slot, so
//! that two policies that show the same get the same answer.

use crate::sys::rng::SplitMix64;

use super::knobs::Habits;
use super::world::{Memory, Mind, Moment, Surface, World};

/// Propensity from which an offer is liked well enough not to be declined outright.
const LIKED: f64 = 0.1;

/// What a guest did with one offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Did not look so far.
    Unseen,
    /// Looked, and nothing.
    Seen,
    /// Looked closer.
    Clicked,
    /// Said no.
    Declined,
    /// Was not told by staff.
    NotOffered,
    /// Said yes.
    Accepted,
}

/// A guest in a situation, with what the guest remembers of offers.
pub struct Reader<'a> {
    /// The hidden truth.
    pub world: &'a World,
    /// What guests do.
    pub habits: &'a Habits,
    /// The guest's mind.
    pub mind: &'a Mind,
    /// The situation.
    pub moment: Moment,
    /// What the guest remembers of an offer.
    pub memory: &'a dyn Fn(usize) -> Memory,
}

impl Reader<'_> {
    fn propensity(&self, item: usize) -> f64 {
        self.world.propensity(self.mind, item, &self.moment, (self.memory)(item))
    }

    /// P(the list is looked at at all).
    fn opens(&self) -> f64 {
        if self.moment.surface == Surface::Message { self.habits.opens_mail } else { 1.0 }
    }

    /// P(the guest hears of an offer in a slot that is looked at).
    fn told(&self) -> f64 {
        if self.moment.surface == Surface::Desk { 1.0 - self.habits.not_offered } else { 1.0 }
    }

    /// Answers a list. `None` for the whole: it was never opened.
    pub fn answer(&self, list: &[usize], rng: &mut SplitMix64) -> Option<Vec<Reaction>> {
        let is_opened = rng.chance(self.opens());
        let mut reactions = vec![Reaction::Unseen; list.len()];
        let mut is_reading = true;
        for (reaction, item) in reactions.iter_mut().zip(list) {
            let [told, yes, more, on] = std::array::from_fn(|_| rng.unit());
            if !is_reading {
                continue;
            }
            *reaction = if told >= self.told() {
                Reaction::NotOffered
            } else {
                self.react(*item, yes, more)
            };
            is_reading = *reaction != Reaction::Accepted && on < self.habits.looks_on;
        }
        is_opened.then_some(reactions)
    }

    fn react(&self, item: usize, yes: f64, more: f64) -> Reaction {
        let propensity = self.propensity(item);
        if yes < propensity {
            return Reaction::Accepted;
        }
        let is_desk = self.moment.surface == Surface::Desk;
        // Who half likes an offer does not say no.
        let dislike = (1.0 - propensity / LIKED).clamp(0.1, 1.0);
        let declines =
            dislike * if is_desk { self.habits.declines_at_desk } else { self.habits.declines };
        // There is nothing to click on in a conversation.
        let odds = propensity / (1.0 - propensity).max(1e-9);
        let clicks = if is_desk { 0.0 } else { (self.habits.clicks * odds).min(0.5) };
        match more {
            more if more < clicks => Reaction::Clicked,
            more if more < clicks + declines => Reaction::Declined,
            _ => Reaction::Seen,
        }
    }

    /// P(one of a list is accepted).
    pub fn chance(&self, list: &[usize]) -> f64 {
        let (mut reached, mut accepted) = (self.opens(), 0.0);
        for item in list {
            let yes = self.told() * self.propensity(*item);
            accepted += reached * yes;
            reached *= (1.0 - yes) * self.habits.looks_on;
        }
        accepted
    }

    /// The best list of candidates: the likeliest first.
    pub fn best(&self, candidates: impl IntoIterator<Item = usize>, count: usize) -> Vec<usize> {
        let mut ranked: Vec<(f64, usize)> =
            candidates.into_iter().map(|item| (self.propensity(item), item)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.into_iter().take(count).map(|(_, item)| item).collect()
    }
}
