//! All that is learnt of how guests answer, together: what a decision reads, and what the final fate
//! of a message teaches.

use std::collections::BTreeMap;

use crate::domain::channel::Channel;
use crate::domain::reach::{ActiveHours, Effects};
use crate::domain::time::{Date, Timestamp};
use crate::learn::evidence::Evidence;
use crate::learn::gaussian::Gaussian;
use crate::learn::segment::Cell;

use super::hazard::{Hazard, Pressure};
use super::hours::{Density, SegmentHours};
use super::population::{Heterogeneity, Population, Situation};
use super::response::{hopeful, propensity};
use super::spread::Spread;
use super::trust::Trust;

/// Standard deviations that the population's log-odds are taken up for exploring: chosen in the
/// simulated world of algorithms 5.1.
const OPTIMISM: f64 = 0.5;

/// What is known of how guests answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelModel {
    /// Of guests of a segment.
    pub population: Population,
    /// Whether guests are worth telling apart.
    pub trust: Trust,
    /// Of unsubscribing.
    pub hazard: Hazard,
    /// At which hours guests are active, by segment.
    pub hours: BTreeMap<u16, SegmentHours>,
}

/// What is expected of a contact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// P(the guest responds | contacted).
    pub response_propensity: f64,
    /// The propensity to explore by; never logged as one.
    pub hoped: f64,
    /// What is believed of the segment's log-odds.
    pub population: Gaussian,
    /// What is believed of the guest's own.
    pub guest: Gaussian,
}

/// A message whose fate is final.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fate {
    /// The situation it was sent in.
    pub situation: Situation,
    /// The day it was sent.
    pub day: Date,
    /// What was believed of the guest then.
    pub guest: Gaussian,
    /// Contacts of the guest that had been learnt from.
    pub contacts: u16,
    /// What made it annoying.
    pub pressure: Pressure,
    /// Was it answered?
    pub answered: bool,
    /// Did the guest unsubscribe over it?
    pub unsubscribed: bool,
}

impl Default for ChannelModel {
    fn default() -> Self {
        Self {
            population: Population::new(Heterogeneity::default(), SPREAD.total()),
            trust: Trust::default(),
            hazard: Hazard::default(),
            hours: BTreeMap::new(),
        }
    }
}

/// How much guests of a segment are taken to differ.
pub const SPREAD: Spread = Spread::DEFAULT;

impl ChannelModel {
    /// What is expected of a contact in a situation. `effects` are the guest's own, where they may be
    /// used.
    pub fn expect(
        &self,
        situation: &Situation,
        effects: Option<&Effects>,
        now: Timestamp,
    ) -> Expected {
        let trusted = effects.filter(|effects| self.trust.allows(effects.contacts));
        let guest =
            trusted.map_or(SPREAD.unknown(), |own| own.belief(situation.cell, now, &SPREAD));
        let population = self.population.belief(situation);
        Expected {
            response_propensity: propensity(population, guest),
            hoped: hopeful(population, guest, OPTIMISM),
            population,
            guest,
        }
    }

    /// P(one more contact ends in an unsubscription), of a message that is about nothing in particular.
    pub fn unsubscribe_hazard(&self, channel: Channel, on_channel: u16, on_all: u16) -> f64 {
        let pressure = Pressure { channel, on_channel, on_all, relevance: 0.0 };
        self.hazard.probability_of_unsubscribing(&pressure)
    }

    /// At which hours of the local day a guest is active: as the segment, drawn to the guest's own
    /// activity where that may be used.
    pub fn hours(&self, segment: u16, own: Option<&ActiveHours>, now: Timestamp) -> Density {
        let of_segment =
            self.hours.get(&segment).map_or(SegmentHours::UNKNOWN, SegmentHours::density);
        own.map_or(of_segment, |own| own.density(&of_segment, now))
    }

    /// Learns that a guest of a segment was active at a local hour of a day.
    pub fn note_activity(&mut self, segment: u16, day: Date, hour: u8) {
        self.hours.entry(segment).or_default().note(day, hour);
    }

    /// Learns from a message whose fate is final.
    pub fn learn(&mut self, fate: &Fate) {
        let evidence = Evidence { label: fate.answered, weight: 1.0 };
        let population = self.population.belief(&fate.situation);
        let personal = propensity(population, fate.guest);
        let plain = propensity(population, SPREAD.unknown());
        self.trust.learn(fate.contacts, personal, plain, evidence);
        self.population.learn(&fate.situation, fate.day, fate.guest, evidence);
        self.hazard.learn(&fate.pressure, fate.unsubscribed);
    }
}

/// A guest's own effects learn from the fate of a message; `population` is what was believed of the
/// segment when it was sent.
pub fn teach(
    effects: &mut Effects,
    cell: Cell,
    now: Timestamp,
    population: Gaussian,
    evidence: Evidence,
) {
    effects.learn(cell, now, population, &SPREAD, evidence);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::stay::StayStage;
    use crate::domain::time::{DayType, Daypart, TimeContext};

    fn situation(channel: Channel, day_type: DayType) -> Situation {
        let time = TimeContext { day_type, daypart: Daypart::Evening };
        let cell = Cell { channel, time };
        Situation { segment: 1, cell, stage: StayStage::Booked, prior_rate: 0.1 }
    }

    /// A guest who answers e-mail at work and messages at rest; everybody else answers one in ten.
    #[test]
    fn a_guest_becomes_known_and_everybody_else_stays_as_they_were() {
        let (mut model, mut guest) = (ChannelModel::default(), Effects::default());
        let mut now = Timestamp::from_seconds(1_772_442_000);
        let first = model.expect(&situation(Channel::Sms, DayType::Rest), Some(&guest), now);
        assert!((first.response_propensity - 0.1).abs() < 1e-3, "the prior: {first:?}");
        assert!(first.hoped > first.response_propensity);
        for round in 0..40 {
            for (channel, day_type) in [
                (Channel::Email, DayType::Work),
                (Channel::Sms, DayType::Work),
                (Channel::Email, DayType::Rest),
                (Channel::Sms, DayType::Rest),
            ] {
                let at = situation(channel, day_type);
                let answered = (channel == Channel::Email) == (day_type == DayType::Work);
                let expected = model.expect(&at, Some(&guest), now);
                let evidence = Evidence { label: answered, weight: 1.0 };
                teach(&mut guest, at.cell, now, expected.population, evidence);
                // Ten others, of whom one answers.
                for other in 0..10 {
                    let pressure = Pressure { channel, on_channel: 1, on_all: 2, relevance: 0.0 };
                    model.learn(&Fate {
                        situation: at,
                        day: Date(20_500 + round),
                        guest: SPREAD.unknown(),
                        contacts: 0,
                        pressure,
                        answered: other == 0,
                        unsubscribed: channel == Channel::Sms && other == 1,
                    });
                }
            }
            now = now.plus(std::time::Duration::from_secs(86_400));
        }
        let of = |channel, day_type, effects: Option<&Effects>| {
            model.expect(&situation(channel, day_type), effects, now).response_propensity
        };
        assert!(of(Channel::Email, DayType::Work, Some(&guest)) > 0.6);
        assert!(of(Channel::Sms, DayType::Work, Some(&guest)) < 0.2);
        assert!(of(Channel::Sms, DayType::Rest, Some(&guest)) > 0.6);
        let others = of(Channel::Sms, DayType::Rest, None);
        assert!((others - 0.1).abs() < 0.03, "{others}");
        let hazard = |channel| model.unsubscribe_hazard(channel, 1, 2);
        assert!(hazard(Channel::Sms) > 5.0 * hazard(Channel::Email));
    }
}
