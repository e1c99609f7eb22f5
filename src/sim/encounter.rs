//! A guest meets offers: the product is asked, the guest answers, the world tells what was done.

use std::collections::BTreeSet;

use crate::api::v1;
use crate::domain::decision::Party;
use crate::domain::stay::StayStage;
use crate::domain::time::Timestamp;
use crate::sys::rng::SplitMix64;

use super::answer::{Reaction, Reader};
use super::journey::{Scheduled, later_by, wall_time};
use super::letters::{Shown, from_wire, offer_event_id};
use super::population::Person;
use super::product::Product;
use super::run::{Later, Simulation, Stopped};
use super::world::{Memory, Moment, Surface};

/// Experiment of who is in the universal holdout.
const HOLDOUT: &str = "holdout";

impl<P: Product> Simulation<'_, P> {
    /// A guest comes to a surface, or is to be written to.
    pub(super) fn meet(
        &mut self,
        act: &Scheduled,
        surface: Surface,
        stage: StayStage,
    ) -> Result<(), Stopped> {
        let Some((_, stay, _)) = self.who(act.stay) else { return Ok(()) };
        let name = format!("{}-{}", stay.reservation, act.number);
        if self.in_outbox.contains(&stay.person) {
            self.flush()?;
        }
        let is_full =
            self.root.keyed("full view", name.as_bytes()).chance(self.setting.knobs.oracle_share);
        let Some(who) = self.who(act.stay) else { return Ok(()) };
        let request = self.letters.request(who, (surface, stage), act.time, name.clone(), is_full);
        let (mut answer, waited) = self.product.decide(request)?;
        self.tally.decided(waited, is_full);
        // Who is kept from personalization is of no arm.
        if answer.experiment_assignments.iter().any(|of| of.experiment_id == HOLDOUT)
            && let Some((_, stay, _)) = self.who(act.stay)
        {
            let person = stay.person;
            self.tally.hold_out(person);
        }
        let Some(proposition) = answer.propositions.pop() else { return Ok(()) };
        let offers = proposition.offers;
        if offers.is_empty() {
            return Ok(());
        }
        let moment = self.moment(act.stay, act.time, surface, stage);
        if is_full {
            self.compare(act.stay, moment, &offers, &answer.filtered_offers);
        }
        let (decision, token) = (answer.decision, answer.attribution_token);
        let shown = Shown { time: act.time, name, surface, decision, token, offers };
        match answer.channel_decision {
            None => self.show(act.stay, moment, &shown),
            Some(channel) => self.dispatch(act.stay, &channel, shown)?,
        }
        Ok(())
    }

    fn moment(&self, stay: usize, time: Timestamp, surface: Surface, stage: StayStage) -> Moment {
        let who = self.who(stay);
        let zone = who.and_then(|(_, stay, _)| self.zones.get(stay.house));
        let wall = zone.map(|zone| wall_time(zone, time));
        Moment {
            surface,
            stage,
            daypart: wall.map(|w| w.daypart).unwrap_or_default(),
            is_rest_day: wall.is_some_and(|w| w.is_rest_day),
            party: who.map_or(Party::Couple, |(person, ..)| person.party_kind()),
        }
    }

    /// What the hidden truth says of a list, beside the best one of the same candidates.
    fn compare(
        &mut self,
        stay: usize,
        moment: Moment,
        offers: &[v1::RankedOffer],
        filtered: &[v1::FilteredOffer],
    ) {
        let Some((person, stay, _)) = self.who(stay) else { return };
        // What only the slate's own caps took out was a candidate of its first slot.
        let removed = filtered.iter().filter(|f| f.stage != v1::FilterStage::Slate as i32);
        let removed: BTreeSet<&str> = removed.map(|f| f.offer_id.as_str()).collect();
        let is_candidate = |item: &usize| {
            self.menu.items.get(*item).is_some_and(|i| !removed.contains(i.id.as_str()))
        };
        let list: Vec<usize> =
            offers.iter().filter_map(|offer| self.menu.place(&offer.offer_id)).collect();
        let memories = self.memories.get(stay.person);
        let memory = |item: usize| memories.and_then(|m| m.get(&item)).copied().unwrap_or_default();
        let reader = self.reader(person, moment, &memory);
        let best = reader.best(self.menu.candidates().filter(is_candidate), list.len());
        let (oracle, shown) = (reader.chance(&best), reader.chance(&list));
        let (arm, at) = (person.arm, stay.person);
        if self.tally.is_held_out(at) {
            return;
        }
        self.tally.known(arm, oracle.max(shown), shown);
    }

    fn reader<'a>(
        &'a self,
        person: &'a Person,
        moment: Moment,
        memory: &'a dyn Fn(usize) -> Memory,
    ) -> Reader<'a> {
        Reader {
            world: &self.world,
            habits: &self.setting.knobs.habits,
            mind: &person.mind,
            moment,
            memory,
        }
    }

    /// Does with a message what was decided: sends it, keeps it until its window opens, or lets it
    /// be.
    fn dispatch(
        &mut self,
        stay: usize,
        channel: &v1::ChannelDecision,
        shown: Shown,
    ) -> Result<(), Stopped> {
        match v1::ChannelOutcome::try_from(channel.outcome) {
            Ok(v1::ChannelOutcome::Send) => self.send(stay, channel.channel, &shown),
            Ok(v1::ChannelOutcome::Queue) => {
                let opens =
                    channel.send_window.as_ref().and_then(|window| window.start_time.as_ref());
                let opens = opens.map_or(shown.time, from_wire).max(shown.time);
                self.schedule(opens, Later::Message(stay, channel.channel, Box::new(shown)));
                Ok(())
            }
            Ok(v1::ChannelOutcome::Withhold | v1::ChannelOutcome::Unspecified) | Err(_) => Ok(()),
        }
    }

    /// A message reaches its guest.
    pub(super) fn send(&mut self, stay: usize, channel: i32, shown: &Shown) -> Result<(), Stopped> {
        let is_active = self.product.activate(v1::ActivateDecisionRequest {
            name: shown.decision.clone(),
            attribution_token: shown.token.clone(),
            ..v1::ActivateDecisionRequest::default()
        })?;
        let Some(who) = self.who(stay).filter(|_| is_active) else { return Ok(()) };
        let (number, delivered) = (who.1.person, self.letters.delivered(who, shown, channel));
        self.tell(number, delivered);
        let moment = self.moment(stay, shown.time, Surface::Message, StayStage::PreArrival);
        self.show(stay, moment, shown);
        Ok(())
    }

    /// A guest sees a list and answers.
    fn show(&mut self, stay: usize, moment: Moment, shown: &Shown) {
        let Some((person, of, _)) = self.who(stay) else { return };
        let number = of.person;
        let list: Vec<usize> =
            shown.offers.iter().filter_map(|offer| self.menu.place(&offer.offer_id)).collect();
        let mut rng = self.root.keyed("answer", shown.name.as_bytes());
        let memories = self.memories.get(number);
        let memory = |item: usize| memories.and_then(|m| m.get(&item)).copied().unwrap_or_default();
        let reactions = self.reader(person, moment, &memory).answer(&list, &mut rng);
        let accepted = reactions.iter().flatten().position(|r| *r == Reaction::Accepted);
        self.tally.shown(number, accepted.is_some());
        let Some(reactions) = reactions else { return };
        if let Some(memories) = self.memories.get_mut(number) {
            for (item, reaction) in list.iter().zip(&reactions) {
                let memory = memories.entry(*item).or_default();
                memory.seen +=
                    u32::from(!matches!(reaction, Reaction::Unseen | Reaction::NotOffered));
                memory.accepted |= *reaction == Reaction::Accepted;
            }
        }
        let Some(who) = self.who(stay) else { return };
        let events = self.letters.answers(who, shown, &reactions);
        events.into_iter().for_each(|event| self.tell(number, event));
        if let Some(slot) = accepted {
            self.follow_up(stay, shown, slot, moment.stage, &mut rng);
        }
    }

    /// What comes of an acceptance: it is cancelled, or in the house delivered.
    fn follow_up(
        &mut self,
        stay: usize,
        shown: &Shown,
        slot: usize,
        stage: StayStage,
        rng: &mut SplitMix64,
    ) {
        let habits = &self.setting.knobs.habits;
        let [cancels, fulfils, after] = std::array::from_fn(|_| rng.unit());
        let is_in_house =
            matches!(stage, StayStage::InHouse | StayStage::ArrivalDay | StayStage::Departure);
        #[expect(clippy::cast_possible_truncation, reason = "less than a day")]
        let minutes = 30 + (after * 600.0) as i64;
        let kind = if cancels < habits.cancels {
            v1::EventType::Cancel
        } else if is_in_house && fulfils < habits.fulfilled {
            v1::EventType::Fulfilled
        } else {
            return;
        };
        let Some(who) = self.who(stay) else { return };
        let person = who.1.person;
        let mut event = self.letters.offer_event(who, shown, slot, (kind, minutes * 60));
        if kind == v1::EventType::Cancel {
            event.reverses_event_id = offer_event_id(shown, slot, v1::EventType::Accept);
        }
        self.schedule(later_by(shown.time, minutes), Later::Event(person, Box::new(event)));
    }
}
