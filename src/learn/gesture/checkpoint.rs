//! The learner of gestures in bytes: exact to the bit, the same bytes for the same state.

use prost::Message;

use crate::domain::id::{Fingerprint, GuestKey};
use crate::domain::time::Timestamp;
use crate::learn::checkpoint::{CheckpointError, envelope};

use super::model::{Stratum, Tally};
use super::till::Till;
use super::{GestureLearner, Trial};

/// Version this binary writes, and the only one it reads.
const VERSION: u32 = 1;

#[derive(Clone, PartialEq, Message)]
struct Body {
    #[prost(uint64, tag = "1")]
    heard: u64,
    #[prost(uint64, tag = "2")]
    version: u64,
    #[prost(uint64, tag = "3")]
    labels: u64,
    #[prost(message, repeated, tag = "4")]
    tallies: Vec<TallyRow>,
    #[prost(fixed64, tag = "5")]
    budget: u64,
    #[prost(sint64, tag = "6")]
    period: i64,
    #[prost(sint64, tag = "7")]
    spent: i64,
    #[prost(message, repeated, tag = "8")]
    had: Vec<HadRow>,
    #[prost(message, repeated, tag = "9")]
    trials: Vec<TrialRow>,
}

#[derive(Clone, PartialEq, Message)]
struct TallyRow {
    #[prost(fixed64, tag = "1")]
    arm: u64,
    #[prost(uint32, tag = "2")]
    stratum: u32,
    /// Rated, sum, squares, followed, returned.
    #[prost(double, repeated, tag = "3")]
    numbers: Vec<f64>,
}

#[derive(Clone, PartialEq, Message)]
struct HadRow {
    #[prost(bytes = "vec", tag = "1")]
    guest: Vec<u8>,
    #[prost(sint64, tag = "2")]
    until: i64,
}

#[derive(Clone, PartialEq, Message)]
struct TrialRow {
    #[prost(uint64, tag = "1")]
    sequence: u64,
    #[prost(bytes = "vec", repeated, tag = "2")]
    guests: Vec<Vec<u8>>,
    #[prost(fixed64, tag = "3")]
    arm: u64,
    #[prost(uint32, tag = "4")]
    stratum: u32,
    #[prost(fixed64, optional, tag = "5")]
    reservation: Option<u64>,
    #[prost(sint64, tag = "6")]
    at: i64,
    #[prost(sint64, optional, tag = "7")]
    rated_until: Option<i64>,
    #[prost(sint64, tag = "8")]
    until: i64,
}

impl GestureLearner {
    /// The whole state, in bytes.
    pub fn checkpoint(&self) -> Vec<u8> {
        envelope::seal(VERSION, &self.body())
    }

    /// A hash of the whole state: equal states have equal digests.
    pub fn digest(&self) -> u64 {
        envelope::digest(&self.body())
    }

    /// The learner that wrote a checkpoint; a new one for no bytes at all.
    ///
    /// # Errors
    /// Where the bytes are not a checkpoint this binary can read in full.
    pub fn restore(checkpoint: &[u8]) -> Result<Self, CheckpointError> {
        if checkpoint.is_empty() {
            return Ok(Self::default());
        }
        let body: Body = envelope::open(VERSION, checkpoint)?;
        let mut learner = Self { heard: body.heard, ..Self::default() };
        (learner.model.version, learner.model.labels) = (body.version, body.labels);
        for row in &body.tallies {
            let (at, tally) = row.tally()?;
            learner.model.tallies.insert(at, tally);
        }
        let had = body.had.iter().map(|row| Ok((key(&row.guest)?, time(row.until))));
        learner.till = Till {
            budget: body.budget,
            period: body.period,
            spent: body.spent,
            had: had.collect::<Result<_, CheckpointError>>()?,
        };
        for row in &body.trials {
            learner.put(row.sequence, row.trial()?);
        }
        Ok(learner)
    }

    fn body(&self) -> Body {
        let had = |(guest, until): (&GuestKey, &Timestamp)| HadRow {
            guest: guest.0.to_vec(),
            until: until.as_micros(),
        };
        Body {
            heard: self.heard,
            version: self.model.version,
            labels: self.model.labels,
            tallies: self.model.tallies.iter().map(TallyRow::of).collect(),
            budget: self.till.budget,
            period: self.till.period,
            spent: self.till.spent,
            had: self.till.had.iter().map(had).collect(),
            trials: self.trials.iter().map(TrialRow::of).collect(),
        }
    }
}

impl TallyRow {
    fn of(((arm, stratum), t): (&(u64, Stratum), &Tally)) -> Self {
        let numbers = vec![t.rated, t.sum, t.squares, t.followed, t.returned];
        Self { arm: *arm, stratum: stratum.0.into(), numbers }
    }

    fn tally(&self) -> Result<((u64, Stratum), Tally), CheckpointError> {
        let [rated, sum, squares, followed, returned] = self.numbers[..] else {
            return Err(CheckpointError::Shape("gesture tallies"));
        };
        if self.numbers.iter().any(|n| !n.is_finite() || *n < 0.0) {
            return Err(CheckpointError::Shape("gesture tallies"));
        }
        let at = (self.arm, stratum(self.stratum)?);
        Ok((at, Tally { rated, sum, squares, followed, returned }))
    }
}

impl TrialRow {
    fn of((sequence, trial): (&u64, &Trial)) -> Self {
        Self {
            sequence: *sequence,
            guests: trial.guests.iter().map(|guest| guest.0.to_vec()).collect(),
            arm: trial.arm,
            stratum: trial.stratum.0.into(),
            reservation: trial.reservation.map(|Fingerprint(print)| print),
            at: trial.at.as_micros(),
            rated_until: trial.rated_until.map(Timestamp::as_micros),
            until: trial.until.as_micros(),
        }
    }

    fn trial(&self) -> Result<Trial, CheckpointError> {
        Ok(Trial {
            guests: self.guests.iter().map(|guest| key(guest)).collect::<Result<_, _>>()?,
            arm: self.arm,
            stratum: stratum(self.stratum)?,
            reservation: self.reservation.map(Fingerprint),
            at: time(self.at),
            rated_until: self.rated_until.map(time),
            until: time(self.until),
        })
    }
}

fn key(bytes: &[u8]) -> Result<GuestKey, CheckpointError> {
    let key = bytes.try_into().map_err(|_| CheckpointError::Shape("guests of gestures"))?;
    Ok(GuestKey(key))
}

fn stratum(number: u32) -> Result<Stratum, CheckpointError> {
    let number = u8::try_from(number).map_err(|_| CheckpointError::Shape("gesture strata"))?;
    Ok(Stratum(number))
}

fn time(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}
