//! The learner as a fold of the log: the same records in the same order give the same bits, each
//! label counted once.
//!
//! Outcomes are *heard* as they come, in any order and any number of times, and joined; nothing is
//! learnt from them yet. When the log says that the labels of decisions up to a sequence are final
//! ("matured"), the caller reads those decisions again, in order, and hands over each slot with the
//! features it was decided with; then the label is what was joined, and the model learns.
//! Acceptances wait like refusals do: learning the one at once and the other days later would make
//! everything look liked in between.
//!
//! **Late acceptances.** Who accepts after the label was final (a message read the next morning)
//! said yes all the same: then a yes is learnt beside the no. That is the fake-negative way of
//! delayed feedback (Ktena et al., "Addressing delayed feedback for continuous training", `RecSys`
//! 2019; algorithms 3.6) without its correction, `p / (1 − p)` for `p`, which at the rates of hotels
//! is the same. They wait for the next maturing, so that the model changes at maturings only. Which
//! slots were learnt as accepted is remembered, so that payment and delivery are not learnt as
//! acceptances again.
//!
//! Everything may be repeated: what was counted is known by its place in the log, and passed over.
//! So a restart restores a checkpoint, reads on where it ends, and reaches the same bits, even from
//! the middle of a maturing.
//!
//! **Weights of labels** (algorithms 1.3, 3.6, 3.7). Yes counts 1. No counts 1 where the guest
//! surely looked: declined, or opened and left. Any other no counts θ of its slot, how likely it
//! was looked at, shown or not heard of: decisions count by intention, and many surfaces report no
//! impressions. With acceptance `θr` in a slot this estimates
//! `r / (1 + r(1 − θ))`: close to `r` for the rates hotels see. What staff never offered is no label.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::outcome::{Outcome, Step};
use crate::domain::time::{Date, Timestamp};

use super::channel::model::{ChannelModel, Fate};
use super::evidence::examination;
use super::guard::Comparison;
use super::impression::Impression;
use super::ranker::{Forgetting, Ranker};
use super::snapshot::RankerSnapshot;
use super::spend::{self, Spend, Spent};

/// One shown offer, in the order of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SlotRef {
    /// Sequence of the decision.
    pub decision: u64,
    /// Number of the slot over all the decision's placements: [`SlotRef::new`].
    pub slot: u16,
}

impl SlotRef {
    /// Slot `slot` of proposition `proposition`, both 0-based.
    pub fn new(decision: u64, proposition: u8, slot: u8) -> Self {
        Self { decision, slot: u16::from_be_bytes([proposition, slot]) }
    }

    /// The slot within its placement, 0-based.
    pub fn position(self) -> u8 {
        self.slot.to_be_bytes()[1]
    }
}

/// A message sent, whose answer the channel model learns from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// Sequence of the decision that sent it.
    pub decision: u64,
    /// All that was known when it was sent; its fate is what was heard.
    pub sent: Fate,
}

/// Most accepted slots remembered: at 2,000 acceptances a day, a week.
pub const ACCEPTED_MAX: usize = 16_384;

/// A label that was learnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    /// Did the guest accept?
    pub accepted: bool,
    /// How much of a label it was.
    pub weight: f64,
}

/// What is learnt of all guests of a brand together.
#[derive(Debug, Clone, PartialEq)]
pub struct Learner {
    pub(super) ranker: Ranker,
    pub(super) channels: ChannelModel,
    pub(super) spend: Spend,
    /// What was heard of slots whose labels are not final yet.
    pub(super) joined: BTreeMap<SlotRef, Outcome>,
    /// Slots learnt as accepted: the newest [`ACCEPTED_MAX`].
    pub(super) accepted: BTreeSet<SlotRef>,
    /// Slots accepted after their label was final, and not learnt yet.
    pub(super) late: BTreeSet<SlotRef>,
    /// Last log sequence heard.
    pub(super) heard: u64,
    /// Labels of decisions up to this sequence are final.
    pub(super) matured: u64,
    /// Last slot labelled.
    pub(super) labelled: Option<SlotRef>,
    /// Sequence of the last decision whose contact was counted.
    pub(super) contacted: u64,
}

impl Learner {
    /// A learner that has heard nothing.
    pub fn new(forgetting: Forgetting) -> Self {
        Self {
            ranker: Ranker::new(forgetting),
            channels: ChannelModel::default(),
            spend: Spend::new(spend::Forgetting::default()),
            joined: BTreeMap::new(),
            accepted: BTreeSet::new(),
            late: BTreeSet::new(),
            heard: 0,
            matured: 0,
            labelled: None,
            contacted: 0,
        }
    }

    /// Joins what the log record `sequence` says about a slot. An acceptance after the label was
    /// final waits for the next maturing ([`Learner::late`]); nothing else changes what was final.
    pub fn hear(&mut self, sequence: u64, slot: SlotRef, outcome: &Outcome) {
        let is_new = sequence > self.heard;
        self.pass(sequence);
        if slot.decision > self.matured {
            self.joined.entry(slot).or_default().join(outcome);
        } else if is_new && outcome.label() == Some(true) && !self.knows_accepted(slot) {
            self.late.insert(slot);
        }
    }

    /// Notes that the log record `sequence` says that a guest of a segment was active at a local hour.
    pub fn hear_activity(&mut self, sequence: u64, (segment, hour): (u16, u8), day: Date) {
        self.pass(sequence);
        self.channels.note_activity(segment, day, hour);
    }

    /// Notes that a decision was shown, without a word of any slot.
    pub fn hear_shown(&mut self, sequence: u64, decision: u64) {
        let shown = Outcome { step: Step::Shown, ..Outcome::default() };
        self.hear(sequence, SlotRef { decision, slot: u16::MAX }, &shown);
    }

    /// Was anything heard of a decision whose labels are not final yet?
    pub fn has_heard_of(&self, decision: u64) -> bool {
        let slots = SlotRef { decision, slot: 0 }..=SlotRef { decision, slot: u16::MAX };
        self.joined.range(slots).next().is_some()
    }

    /// The slots accepted after their label was final: at a maturing the caller reads their decisions
    /// and hands each to [`Learner::learn_late`].
    pub fn late(&self) -> Vec<SlotRef> {
        self.late.iter().copied().collect()
    }

    /// Was the slot learnt as accepted, or too long ago to tell?
    fn knows_accepted(&self, slot: SlotRef) -> bool {
        let is_full = self.accepted.len() >= ACCEPTED_MAX;
        let is_forgotten = is_full && self.accepted.first().is_some_and(|first| slot < *first);
        is_forgotten || self.accepted.contains(&slot)
    }

    fn remember_accepted(&mut self, slot: SlotRef) {
        self.accepted.insert(slot);
        if self.accepted.len() > ACCEPTED_MAX {
            self.accepted.pop_first();
        }
    }

    /// Learns that a slot was accepted after all.
    pub fn learn_late(&mut self, slot: SlotRef, impression: &Impression<'_>) {
        if !self.knows_accepted(slot) {
            self.remember_accepted(slot);
            self.ranker.update(impression, true, 1.0);
        }
    }

    /// Notes that the log was read up to a record that says nothing to the learner.
    pub fn pass(&mut self, sequence: u64) {
        self.heard = self.heard.max(sequence);
    }

    /// Is the label of a slot still to be learnt?
    fn is_open(&self, slot: SlotRef) -> bool {
        slot.decision > self.matured && self.labelled.is_none_or(|last| slot > last)
    }

    /// The label of a slot whose label is still to be learnt, as far as was heard.
    pub fn label_of(&self, slot: SlotRef) -> Option<Label> {
        let outcome = self.joined.get(&slot).copied().unwrap_or_default();
        label(&outcome, slot.position()).filter(|_| self.is_open(slot))
    }

    /// Learns the final label of a slot. Slots come in order; one that was labelled before is
    /// passed over, and so is one without a label. Returns what was learnt.
    pub fn mature_slot(&mut self, slot: SlotRef, impression: &Impression<'_>) -> Option<Label> {
        if !self.is_open(slot) {
            return None;
        }
        let label = self.label_of(slot);
        self.labelled = Some(slot);
        let label = label?;
        if label.accepted {
            self.remember_accepted(slot);
        }
        self.ranker.update(impression, label.accepted, label.weight);
        Some(label)
    }

    /// Learns what the slot whose label was just learnt brought, over its list price in minor units;
    /// nothing where it was not accepted, or no amount was told.
    pub fn learn_spend(&mut self, slot: SlotRef, impression: &Impression<'_>, list_minor: i64) {
        let heard = self.joined.get(&slot);
        let told = heard.filter(|o| o.is_accepted() && o.amount_at > Timestamp::EPOCH);
        let factor = told.and_then(|outcome| spend::factor(outcome.amount_minor, list_minor));
        if let Some(factor) = factor {
            let Impression { offer, category, .. } = *impression;
            self.spend.learn(&Spent { offer, category, factor });
        }
    }

    /// Learns from the contact of a decision: answered, where any of its slots was clicked, declined
    /// or accepted. Contacts come in order; one that was learnt is passed over. Returns whether it
    /// was answered.
    pub fn mature_contact(&mut self, contact: &Contact) -> Option<bool> {
        if contact.decision <= self.matured || contact.decision <= self.contacted {
            return None;
        }
        self.contacted = contact.decision;
        let slots = SlotRef { decision: contact.decision, slot: 0 }..=SlotRef {
            decision: contact.decision,
            slot: u16::MAX,
        };
        let heard = self.joined.range(slots).map(|(_, outcome)| outcome);
        let mut fate = contact.sent;
        for outcome in heard {
            fate.answered |= outcome.step >= Step::Clicked || outcome.declined;
            fate.unsubscribed |= outcome.unsubscribed;
        }
        self.channels.learn(&fate);
        Some(fate.answered)
    }

    /// Labels of decisions through this sequence are final: what was heard of them is let go. From
    /// here to the next maturing nothing is learnt, so that a model is told by this sequence alone.
    pub fn finish(&mut self, through: u64) {
        self.late.clear();
        self.matured = self.matured.max(through);
        self.joined =
            self.joined.split_off(&SlotRef { decision: self.matured.saturating_add(1), slot: 0 });
    }

    /// Last log sequence heard: a restored learner reads on after it.
    pub fn heard(&self) -> u64 {
        self.heard
    }

    /// Labels of decisions up to this sequence are final.
    pub fn matured(&self) -> u64 {
        self.matured
    }

    /// How many slots wait for their label: what the joined outcomes cost in memory.
    pub fn waiting(&self) -> usize {
        self.joined.len()
    }

    /// The ranker.
    pub fn ranker(&self) -> &Ranker {
        &self.ranker
    }

    /// Learns whether personalization was worth it, from the label of a slot just learnt.
    pub fn compare(&mut self, seen: &Comparison) {
        self.ranker.compare(seen);
    }

    /// The channel model; clone it to publish.
    pub fn channels(&self) -> &ChannelModel {
        &self.channels
    }

    /// The ranker, frozen for decisions.
    pub fn snapshot(&self) -> RankerSnapshot {
        RankerSnapshot::new(&self.ranker).with_spend(&self.spend)
    }
}

/// The label of an outcome in a slot; `None` where the guest never had the chance to answer.
pub fn label(outcome: &Outcome, position: u8) -> Option<Label> {
    let accepted = outcome.label()?;
    let was_examined = accepted || outcome.declined || outcome.step >= Step::Clicked;
    Some(Label { accepted, weight: if was_examined { 1.0 } else { examination(position) } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Channel;
    use crate::domain::event::EventKind;
    use crate::domain::stay::StayStage;
    use crate::domain::time::{Date, TimeContext};
    use crate::learn::channel::hazard::Pressure;
    use crate::learn::channel::model::SPREAD;
    use crate::learn::channel::population::Situation;
    use crate::learn::segment::Cell;
    use crate::learn::trials::log::impression;
    use crate::learn::vectors::tags_vector;

    fn mature(learner: &mut Learner, at: SlotRef) -> Option<Label> {
        learner.mature_slot(at, &impression(1, &tags_vector(["spa"]), None))
    }

    fn check_label(kinds: &[EventKind], slot: u8, expected: Option<(bool, f64)>) {
        let (at, mut learner) = (SlotRef::new(1, 0, slot), Learner::new(Forgetting::default()));
        for kind in kinds {
            learner.hear(2, at, &kind.outcome().unwrap());
        }
        let learnt = mature(&mut learner, at);
        assert_eq!(learnt.map(|l| (l.accepted, l.weight)), expected, "{kinds:?} in slot {slot}");
        assert_eq!(mature(&mut learner, at), None, "learnt once");
    }

    #[test]
    fn labels_weigh_what_was_looked_at() {
        use EventKind::{Accept, Click, Decline, Impression, NotOffered};
        check_label(&[], 0, Some((false, 1.0)));
        check_label(&[], 1, Some((false, 0.5)));
        check_label(&[Impression], 3, Some((false, 0.25)));
        check_label(&[Impression, Click], 3, Some((false, 1.0)));
        check_label(&[Decline], 3, Some((false, 1.0)));
        check_label(&[Accept, Impression], 3, Some((true, 1.0)));
        check_label(&[NotOffered], 0, None);
        check_label(&[NotOffered, Accept], 0, Some((true, 1.0)));
    }

    #[test]
    fn what_comes_after_the_label_is_final_changes_nothing() {
        let (at, mut learner) = (SlotRef::new(5, 0, 0), Learner::new(Forgetting::default()));
        learner.hear(6, at, &EventKind::Accept.outcome().unwrap());
        assert_eq!(learner.waiting(), 1);
        assert_eq!(mature(&mut learner, at).map(|label| label.accepted), Some(true));
        learner.finish(5);
        learner.hear(7, at, &EventKind::Pay.outcome().unwrap());
        assert_eq!(learner.late(), [], "a payment is no second yes");
        assert_eq!((learner.waiting(), learner.heard(), learner.matured()), (0, 7, 5));
        assert_eq!(mature(&mut learner, at), None);
    }

    #[test]
    fn a_late_yes_is_learnt_once() {
        let (at, mut learner) = (SlotRef::new(5, 0, 0), Learner::new(Forgetting::default()));
        assert_eq!(mature(&mut learner, at).map(|label| label.accepted), Some(false));
        learner.finish(5);
        learner.hear(6, at, &EventKind::Click.outcome().unwrap());
        assert_eq!(learner.late(), [], "only a yes is learnt late");
        let accepted = EventKind::Accept.outcome().unwrap();
        let vector = tags_vector(["spa"]);
        let shown = impression(1, &vector, None);
        let before = learner.ranker().score(&shown).mean;
        learner.hear(7, at, &accepted);
        assert!((learner.ranker().score(&shown).mean - before).abs() <= 0.0, "it waits");
        assert_eq!(Learner::restore(&learner.checkpoint()).unwrap().late(), [at], "and is kept");
        learner.learn_late(learner.late()[0], &shown);
        learner.finish(6);
        assert!(learner.ranker().score(&shown).mean > before);
        learner.hear(7, at, &accepted);
        learner.hear(8, at, &accepted);
        assert_eq!(learner.late(), [], "read again and said again");
    }

    #[test]
    fn what_is_remembered_as_accepted_is_bounded() {
        let mut learner = Learner::new(Forgetting::default());
        for decision in 1..=ACCEPTED_MAX as u64 + 10 {
            learner.remember_accepted(SlotRef::new(decision, 0, 0));
        }
        assert_eq!(learner.accepted.len(), ACCEPTED_MAX);
        assert!(learner.knows_accepted(SlotRef::new(3, 0, 0)), "too long ago to tell");
        assert!(!learner.knows_accepted(SlotRef::new(11, 0, 1)));
    }

    #[test]
    fn a_contact_was_answered_where_any_of_its_offers_was() {
        let mut learner = Learner::new(Forgetting::default());
        learner.hear(3, SlotRef::new(2, 0, 1), &EventKind::Click.outcome().unwrap());
        let cell = Cell { channel: Channel::Email, time: TimeContext::default() };
        let situation = Situation { segment: 1, cell, stage: StayStage::Booked, prior_rate: 0.1 };
        let sent = Fate {
            situation,
            day: Date(1),
            guest: SPREAD.unknown(),
            contacts: 0,
            pressure: Pressure { channel: cell.channel, on_channel: 0, on_all: 0, relevance: 0.0 },
            answered: false,
            unsubscribed: false,
        };
        let contact = |decision| Contact { decision, sent };
        let expected = |learner: &Learner| {
            let now = Timestamp::EPOCH;
            learner.channels().expect(&situation, None, now).response_propensity
        };
        let before = expected(&learner);
        assert_eq!(learner.mature_contact(&contact(1)), Some(false));
        let after_no = expected(&learner);
        assert_eq!(learner.mature_contact(&contact(2)), Some(true));
        let after_yes = expected(&learner);
        assert!(after_no < before && after_yes > after_no, "{before} {after_no} {after_yes}");
        assert_eq!(learner.mature_contact(&contact(2)), None, "learnt once");
        assert!((expected(&learner) - after_yes).abs() <= 0.0);
    }
}
