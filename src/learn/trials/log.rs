//! Random logs, folded by learners that crash, restart, hear twice and hear out of order.

use crate::domain::belief::Vector;
use crate::domain::channel::Channel;
use crate::domain::decision::{Party, TasteSnapshot};
use crate::domain::event::EventKind;
use crate::domain::id::{Fingerprint, OfferKey};
use crate::domain::stay::StayStage;
use crate::domain::time::{Date, DayType, Daypart, TimeContext};
use crate::learn::channel::hazard::Pressure;
use crate::learn::channel::model::Fate;
use crate::learn::channel::population;
use crate::learn::fold::{Contact, Learner, SlotRef};
use crate::learn::gaussian::Gaussian;
use crate::learn::impression::{Impression, Situation};
use crate::learn::ranker::Forgetting;
use crate::learn::segment::Cell;
use crate::learn::vectors::tags_vector;
use crate::sys::rng::SplitMix64;

const CELL: Cell = Cell {
    channel: Channel::Email,
    time: TimeContext { day_type: DayType::Work, daypart: Daypart::Day },
};

/// What a log says, as far as the learner reads it. A record's sequence is its place from 1.
#[derive(Debug, Clone)]
enum Entry {
    Decision { offers: Vec<u64>, taste: Box<TasteSnapshot> },
    Event { slot: SlotRef, kind: EventKind },
    Matured { through: u64 },
}

fn random_log(seed: u64, len: usize) -> Vec<Entry> {
    let mut rng = SplitMix64::new(seed);
    let (mut log, mut decisions, mut matured) = (Vec::new(), Vec::<u64>::new(), 0);
    while log.len() < len {
        let sequence = log.len() as u64 + 1;
        log.push(match rng.below(10) {
            0..4 => {
                decisions.push(sequence);
                let offers = (0..3).map(|_| rng.below(20) as u64).collect();
                #[expect(clippy::cast_possible_truncation, reason = "test data")]
                let mean = std::array::from_fn(|_| rng.normal() as f32);
                let taste = Box::new(TasteSnapshot { mean, variance: [0.3; 32] });
                Entry::Decision { offers, taste }
            }
            4..9 if !decisions.is_empty() => {
                let decision = decisions[rng.below(decisions.len())];
                let slot = SlotRef::new(decision, 0, u8::try_from(rng.below(3)).unwrap());
                let kinds = [
                    EventKind::Impression,
                    EventKind::Click,
                    EventKind::Accept,
                    EventKind::Decline,
                    EventKind::NotOffered,
                ];
                Entry::Event { slot, kind: kinds[rng.below(kinds.len())] }
            }
            _ => {
                matured = (matured + rng.below(30) as u64).min(sequence);
                Entry::Matured { through: matured }
            }
        });
    }
    log
}

/// Folds one record, as the engine does.
fn fold(learner: &mut Learner, log: &[Entry], sequence: u64) {
    match &log[usize::try_from(sequence).unwrap() - 1] {
        Entry::Decision { .. } => learner.pass(sequence),
        Entry::Event { slot, kind } => {
            learner.hear(sequence, *slot, &kind.outcome().unwrap());
        }
        Entry::Matured { through } => {
            learner.pass(sequence);
            for decision in learner.matured() + 1..=*through {
                mature(learner, log, decision, 3);
            }
            learner.finish(*through);
        }
    }
}

/// Matures the first `slots` slots of a decision.
fn mature(learner: &mut Learner, log: &[Entry], decision: u64, slots: u8) {
    let Entry::Decision { offers, taste } = &log[usize::try_from(decision).unwrap() - 1] else {
        return;
    };
    for (slot, offer) in (0..slots).zip(offers) {
        learner.mature_slot(
            SlotRef::new(decision, 0, slot),
            &impression(*offer, &vector(*offer), Some(taste)),
        );
    }
    learner.mature_contact(&Contact {
        decision,
        sent: Fate {
            situation: population::Situation {
                segment: 1,
                cell: CELL,
                stage: StayStage::Booked,
                prior_rate: 0.05,
            },
            day: Date(i32::try_from(decision / 50).unwrap()),
            guest: Gaussian::new(0.1, 0.6),
            contacts: 3,
            pressure: Pressure { channel: CELL.channel, on_channel: 1, on_all: 2, relevance: 0.0 },
            answered: false,
            unsubscribed: false,
        },
    });
}

fn vector(offer: u64) -> Vector {
    tags_vector([format!("{offer}").as_str()])
}

/// An impression of one of twenty offers in four categories.
pub(in crate::learn) fn impression<'a>(
    offer: u64,
    vector: &'a Vector,
    taste: Option<&'a TasteSnapshot>,
) -> Impression<'a> {
    const SITUATION: Situation = Situation {
        stage: StayStage::InHouse,
        time: CELL.time,
        party: Party::Couple,
        channel: Channel::Email,
        property: Fingerprint(1),
    };
    let category = u32::try_from(offer % 4).unwrap();
    Impression {
        situation: &SITUATION,
        taste,
        affinity_sum: 0.1,
        category,
        offer: OfferKey(offer),
        vector,
        fatigue: 0.0,
    }
}

fn undisturbed(log: &[Entry]) -> Learner {
    let mut learner = Learner::new(Forgetting::default());
    (1..=log.len() as u64).for_each(|sequence| fold(&mut learner, log, sequence));
    learner
}

/// Stops anywhere, in the middle of a maturing too, restores what was saved last, and reads on.
#[test]
fn a_restored_learner_goes_on_to_the_same_bits() {
    for seed in 0..20 {
        let log = random_log(seed, 400);
        let (mut rng, mut learner) =
            (SplitMix64::new(seed + 1_000), Learner::new(Forgetting::default()));
        while learner.heard() < log.len() as u64 {
            let next = learner.heard() + 1;
            fold(&mut learner, &log, next);
            if rng.chance(0.05) {
                let saved = learner.checkpoint();
                let lost = (next + 1..=log.len() as u64).take(rng.below(20));
                lost.for_each(|sequence| fold(&mut learner, &log, sequence));
                learner = Learner::restore(&saved).expect("a checkpoint just written");
                assert_eq!(learner.checkpoint(), saved);
            }
            if rng.chance(0.05) {
                // A crash after half of a maturing, saved in between, then the record that asks for it.
                let (open, slots) = (learner.matured() + 1, u8::try_from(rng.below(4)).unwrap());
                if let Some(Entry::Matured { through }) =
                    log.get(usize::try_from(learner.heard()).unwrap())
                {
                    if *through >= open {
                        mature_some(&mut learner, &log, open, slots);
                    }
                    learner =
                        Learner::restore(&learner.checkpoint()).expect("a checkpoint just written");
                }
            }
        }
        assert_eq!(learner, undisturbed(&log), "seed {seed}");
        assert_eq!(learner.digest(), undisturbed(&log).digest());
    }
}

/// The slots of a decision without its contact.
fn mature_some(learner: &mut Learner, log: &[Entry], decision: u64, slots: u8) {
    let Entry::Decision { offers, taste } = &log[usize::try_from(decision).unwrap() - 1] else {
        return;
    };
    for (slot, offer) in (0..slots).zip(offers) {
        learner.mature_slot(
            SlotRef::new(decision, 0, slot),
            &impression(*offer, &vector(*offer), Some(taste)),
        );
    }
}

#[test]
fn events_said_twice_in_another_order_change_nothing() {
    let log = random_log(7, 300);
    let tidy = undisturbed(&log);
    let mut learner = Learner::new(Forgetting::default());
    let mut since_maturing = Vec::new();
    for sequence in 1..=log.len() as u64 {
        let at = usize::try_from(sequence).unwrap() - 1;
        if matches!(log[at], Entry::Matured { .. }) {
            since_maturing
                .iter()
                .rev()
                .chain(&since_maturing)
                .for_each(|s| fold(&mut learner, &log, *s));
            since_maturing.clear();
            fold(&mut learner, &log, sequence);
            fold(&mut learner, &log, sequence);
        } else {
            since_maturing.push(sequence);
        }
    }
    since_maturing.iter().rev().for_each(|s| fold(&mut learner, &log, *s));
    assert_eq!(learner.digest(), tidy.digest());
}

/// Arithmetic, order of summation and format in one number, the same on every machine.
#[test]
fn the_bits_never_change() {
    assert_eq!(undisturbed(&random_log(42, 2_000)).digest(), 15_942_735_670_369_408_127);
}
