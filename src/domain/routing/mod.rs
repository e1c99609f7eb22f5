//! Which member of staff a guest's concern goes to.
//!
//! A concern is an *interaction*: of an issue type, which belongs to a department, asks for skills and
//! has a deadline. It is given to a member of the department who is on duty, has room, speaks the
//! guest's language and has the skills ([`choice`]); it waits while those who could are busy, asks
//! for less the longer it waits, and goes to the next department when its deadline passes. What was
//! decided stands in the log as a [`RoutingFact`]; the [`Board`] of a hotel is a fold of them.
//!
//! Nothing is learnt about a member of staff: what counts of them is what the hotel says of them, how
//! much they have in hand, how much they were given today, and which guests they have met.

mod board;
pub mod choice;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::id::{GuestId, GuestKey, Label, PropertyId};
use super::time::{Date, Timestamp};

pub use board::{Board, CLOSED_MAX, OPEN_MAX, STAFF_MAX, Seat};

/// The best level of a skill.
pub const SKILL_MAX: u8 = 5;

/// A part of the house that takes concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Its id.
    pub id: Label,
    /// Its name, for staff.
    pub name: String,
    /// Where its concerns go when their deadline passes; `None`: they stay, overdue.
    pub escalates_to: Option<Label>,
}

/// A kind of concern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueType {
    /// Its id.
    pub id: Label,
    /// Its name, for staff.
    pub name: String,
    /// Who takes it.
    pub department: Label,
    /// What it asks for.
    pub skills: Vec<Skill>,
    /// How soon it must be closed.
    pub deadline: Duration,
}

/// A skill and how well it is mastered, or must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// Which.
    pub id: Label,
    /// 1 (knows how) to 5 (teaches others).
    pub level: u8,
}

/// Somebody who takes concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// Who.
    pub id: Label,
    /// Name, for colleagues and guests.
    pub name: String,
    /// Departments served.
    pub departments: Vec<Label>,
    /// Skills, each once.
    pub skills: Vec<Skill>,
    /// Languages spoken, as primary subtags of BCP 47, lower case.
    pub languages: Vec<String>,
    /// Most concerns in hand at once.
    pub capacity: u8,
    /// Takes concerns at all? Not on a break, say.
    pub is_available: bool,
    /// On duty from then on.
    pub from: Timestamp,
    /// On duty until then, exclusively.
    pub until: Timestamp,
}

impl StaffMember {
    /// Takes concerns at a moment?
    pub fn is_on_duty(&self, now: Timestamp) -> bool {
        self.is_available && self.from <= now && now < self.until
    }

    /// The level of a skill; 0: none.
    pub fn level(&self, skill: &Label) -> u8 {
        self.skills.iter().find(|own| own.id == *skill).map_or(0, |own| own.level)
    }
}

/// The part of a language tag that says which language is spoken, in lower case: `zh` of
/// `zh-Hant-TW`.
pub fn spoken(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_ascii_lowercase()
}

/// How far a choice gave in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Fit {
    /// Language and skills.
    Whole = 1,
    /// The language, but not every skill.
    WithoutSkill = 2,
    /// The skills, but not the language.
    WithoutLanguage = 3,
    /// Of the department, no more.
    Anyone = 4,
    /// Named by whoever handed it over.
    Named = 5,
}

impl Fit {
    /// The fit of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        let all =
            [Self::Whole, Self::WithoutSkill, Self::WithoutLanguage, Self::Anyone, Self::Named];
        all.into_iter().find(|fit| *fit as u8 == code)
    }
}

/// What spoke for a member, each part from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ScoreParts {
    /// Skill beyond what is asked, the more so the more the guest is worth.
    pub skill: f32,
    /// Has closed this guest's last concern.
    pub rapport: f32,
    /// Share of the capacity that is free.
    pub free: f32,
    /// How much less was given today than to the one who was given most; five less count in full.
    pub fairness: f32,
}

/// To whom, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// To whom.
    pub member: Label,
    /// When.
    pub at: Timestamp,
    /// The local day on which it counts as given.
    pub day: Date,
    /// How far the choice gave in.
    pub fit: Fit,
    /// What spoke for the member.
    pub parts: ScoreParts,
    /// Members of the department on duty.
    pub on_duty: u16,
    /// Those of them who fitted.
    pub fitting: u16,
    /// Those of them who had room.
    pub with_room: u16,
}

/// How a concern ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Ending {
    /// What was asked for is done.
    Resolved = 1,
    /// It could not be done.
    Unresolved = 2,
    /// The guest did not wait, or took it back.
    Abandoned = 3,
}

impl Ending {
    /// The ending of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Resolved, Self::Unresolved, Self::Abandoned].into_iter().find(|e| *e as u8 == code)
    }
}

/// A guest's concern.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction {
    /// Place in the log of the record that opened it; its name.
    pub number: u64,
    /// Whose.
    pub guest: GuestKey,
    /// The same, in the brand's own words.
    pub guest_id: GuestId,
    /// What it is about.
    pub issue: Label,
    /// Who takes it now.
    pub department: Label,
    /// What it asks for.
    pub skills: Vec<Skill>,
    /// The language the guest would like to speak, as a primary subtag; empty: any.
    pub language: String,
    /// Percent of the hotel's last guests who paid less than this one.
    pub value_percent: u8,
    /// When it came.
    pub opened: Timestamp,
    /// Until when it must be closed.
    pub deadline: Timestamp,
    /// From opening, or the last escalation, to the deadline.
    pub span: Duration,
    /// How often it went to the next department.
    pub escalations: u8,
    /// With whom it is; `None`: it waits.
    pub assignment: Option<Assignment>,
    /// When and how it ended.
    pub closed: Option<(Timestamp, Ending)>,
}

impl Interaction {
    /// When this stretch began: at opening, or at the last escalation.
    pub fn began(&self) -> Timestamp {
        self.deadline.minus(self.span)
    }

    /// Is it open after its deadline?
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.closed.is_none() && self.deadline <= now
    }

    /// Who waits is served by the smaller of these: by deadline, and the guest worth most has up to
    /// half of the time bonus.
    pub fn turn(&self) -> Timestamp {
        self.deadline.minus(self.span * u32::from(self.value_percent.min(100)) / 200)
    }
}

/// What the log says of routing.
#[derive(Debug, Clone, PartialEq)]
pub enum RoutingFact {
    /// A member of staff was put on the board, or changed.
    Staff(Box<StaffMember>),
    /// A member of staff left; what was in hand waits again.
    Gone(Label),
    /// A concern came, and was given to somebody or waits. Its number is its record's.
    Opened {
        /// The concern.
        interaction: Box<Interaction>,
        /// What the guest paid so far, in minor units, for comparison with the next guests.
        paid_minor: i64,
    },
    /// A concern that waited, or was with somebody else, was given to somebody.
    Assigned {
        /// Which.
        number: u64,
        /// Whose.
        guest: GuestKey,
        /// To whom, and why.
        assignment: Box<Assignment>,
    },
    /// A deadline passed: the concern waits in the next department.
    Escalated {
        /// Which.
        number: u64,
        /// Whose.
        guest: GuestKey,
        /// The department.
        department: Label,
        /// The new deadline.
        deadline: Timestamp,
    },
    /// A concern ended.
    Closed {
        /// Which.
        number: u64,
        /// Whose.
        guest: GuestKey,
        /// When.
        at: Timestamp,
        /// How.
        ending: Ending,
    },
}

impl RoutingFact {
    /// The guest it is about, where it is about one.
    pub fn guest(&self) -> Option<GuestKey> {
        match self {
            Self::Staff(_) | Self::Gone(_) => None,
            Self::Opened { interaction, .. } => Some(interaction.guest),
            Self::Assigned { guest, .. }
            | Self::Escalated { guest, .. }
            | Self::Closed { guest, .. } => Some(*guest),
        }
    }
}

/// A fact of a hotel.
#[derive(Debug, Clone, PartialEq)]
pub struct Routing {
    /// The hotel.
    pub property: PropertyId,
    /// The fact.
    pub fact: RoutingFact,
}
