//! Guests' concerns go to staff: who works where, who takes what, what waits, and what is late.
//!
//! Each change is a record, made and folded under the lock of the brand's boards; what follows from it
//! (who waited is served, what is late goes to the next department) are records of their own. So what
//! was chosen, and why, stands in the log, and nothing has to be chosen again when it is read.

mod boards;
mod staff;

use std::sync::mpsc;

use crate::decide::Serving;
use crate::domain::id::{GuestId, Label, PropertyId, RequestId};
use crate::domain::invalid::Invalid;
use crate::domain::record::{Body, Record};
use crate::domain::routing::{
    Assignment, Board, Ending, Interaction, IssueType, OPEN_MAX, Routing, RoutingFact, Skill,
    StaffMember, spoken,
};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::{Date, Timestamp};
use crate::store::{Claim, Claimed, DedupeKey};

use super::brands::Brand;
use super::error::{Error, ErrorKind};
use super::{Engine, store_waiter};
pub(super) use boards::Boards;
use boards::Folded;
pub use staff::StaffChange;

/// Most facts that one call leads to by those who wait: the rest is done by the next, or by upkeep.
const FOLLOWING_MAX: usize = 256;

/// A concern that is to be taken care of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concern {
    /// At which hotel.
    pub property: PropertyId,
    /// Whose.
    pub guest: GuestId,
    /// What it is about.
    pub issue: Label,
    /// The language to speak, where the caller knows it; else the guest's.
    pub language: Option<String>,
    /// Skills beside those that the issue type asks for.
    pub skills: Vec<Skill>,
    /// Id of the call: under it, it is opened once.
    pub request: Option<RequestId>,
}

/// A concern, and what it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Routed {
    /// The concern.
    pub interaction: Interaction,
    /// Who has it.
    pub member: Option<StaffMember>,
    /// Was it opened by an earlier call of the same id?
    pub is_repeated: bool,
}

/// Which concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InteractionQuery {
    /// The hotel.
    pub property: PropertyId,
    /// Only of this department.
    pub department: Option<Label>,
    /// Only with this member of staff.
    pub member: Option<Label>,
    /// Only those that wait.
    pub waiting: bool,
    /// Closed ones instead of open ones: those that are remembered, newest first.
    pub closed: bool,
}

impl Engine {
    /// Gives a guest's concern to the member of staff who fits best, or lets it wait. On disk when
    /// this returns; under the id of a call it is opened once.
    ///
    /// # Errors
    /// Without the right; for a hotel or an issue type that is not there; where ten thousand are open;
    /// where the id was used for another concern.
    pub fn route(&self, scope: &Scope, concern: &Concern) -> Result<Routed, Error> {
        self.need(scope, Right::Route)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        house(scope, &serving, &concern.property)?;
        let content = serving.catalog.content();
        let issue = content.issue_types.iter().find(|known| known.id == concern.issue);
        let issue = issue.ok_or_else(|| {
            Error::from(Invalid::new("issue_type_id", "is no issue type of the catalog"))
        })?;
        let claim = match &concern.request {
            Some(request) => match self.claim_call(&brand, request, concern)? {
                Called::First(claim) => Some(claim),
                Called::Before(sequence) => return self.opened_before(&brand, sequence),
            },
            None => None,
        };
        let (mut interaction, paid_minor) = self.interaction_of(&brand, concern, issue)?;
        let mut folded = brand.boards.lock();
        let when = self.moment(&serving, &concern.property)?;
        let board = folded.houses.entry(concern.property.clone()).or_default();
        if board.open().count() >= OPEN_MAX {
            return Err(full("INTERACTIONS_FULL", format!("{OPEN_MAX} are open; close some")));
        }
        (interaction.opened, interaction.deadline) = (when.0, when.0.plus(issue.deadline));
        interaction.value_percent = board.value_percent(paid_minor);
        interaction.assignment = board.choose(&interaction, when);
        let property = &concern.property;
        let sequence = self.put_fact(&brand, &mut folded, property, claim, |sequence| {
            interaction.number = sequence;
            RoutingFact::Opened { interaction: Box::new(interaction), paid_minor }
        })?;
        let last = sequence.max(self.follow(&brand, &serving, &mut folded, property)?);
        let routed = routed(&folded, property, sequence);
        drop(folded);
        self.until_written(last)?;
        routed.ok_or_else(|| Error::not_found("interaction"))
    }

    /// Gives a concern to somebody else: to a member by name, or to whoever fits best of the others. On
    /// disk when this returns.
    ///
    /// # Errors
    /// Without the right; where there is no such open concern or member; where nobody else can take
    /// it.
    pub fn reassign(
        &self,
        scope: &Scope,
        (property, number): (&PropertyId, u64),
        to: Option<&Label>,
    ) -> Result<Routed, Error> {
        self.need(scope, Right::Route)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        house(scope, &serving, property)?;
        let mut folded = brand.boards.lock();
        let when = self.moment(&serving, property)?;
        let board = folded.houses.get(property).ok_or_else(|| Error::not_found("interaction"))?;
        let open = board.interaction(number).ok_or_else(|| Error::not_found("interaction"))?;
        if open.closed.is_some() {
            return Err(is_closed());
        }
        let given = match to {
            Some(member) => {
                let given = board.give(open, member, when);
                Some(given.ok_or_else(|| Error::not_found("member of staff"))?)
            }
            None => board.choose_another(open, when),
        };
        let given = given.ok_or_else(nobody_else)?;
        let held = open.assignment.as_ref().map(|held| &held.member);
        let mut last = 0;
        if held != Some(&given.member) {
            let fact = assigned(open, given);
            last = self.put_fact(&brand, &mut folded, property, None, |_| fact)?;
            last = last.max(self.follow(&brand, &serving, &mut folded, property)?);
        }
        let routed = routed(&folded, property, number);
        drop(folded);
        self.until_written(last)?;
        routed.ok_or_else(|| Error::not_found("interaction"))
    }

    /// Closes a concern; who waits is served. On disk when this returns. To close it again the same way
    /// changes nothing.
    ///
    /// # Errors
    /// Without the right; where there is no such concern; where it was closed otherwise.
    pub fn close_interaction(
        &self,
        scope: &Scope,
        (property, number): (&PropertyId, u64),
        ending: Ending,
    ) -> Result<Routed, Error> {
        self.need(scope, Right::Route)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        house(scope, &serving, property)?;
        let mut folded = brand.boards.lock();
        let board = folded.houses.get(property).ok_or_else(|| Error::not_found("interaction"))?;
        let open = board.interaction(number).ok_or_else(|| Error::not_found("interaction"))?;
        let mut last = 0;
        match open.closed {
            Some((_, before)) if before != ending => return Err(is_closed()),
            Some(_) => {}
            None => {
                let at = self.clock.now();
                let fact = RoutingFact::Closed { number, guest: open.guest, at, ending };
                last = self.put_fact(&brand, &mut folded, property, None, |_| fact)?;
                last = last.max(self.follow(&brand, &serving, &mut folded, property)?);
            }
        }
        let routed = routed(&folded, property, number);
        drop(folded);
        self.until_written(last)?;
        routed.ok_or_else(|| Error::not_found("interaction"))
    }

    /// Concerns of a hotel: open ones in the turn in which they are due, or closed ones, newest first.
    ///
    /// # Errors
    /// Without the right; for a hotel that is not there.
    pub fn interactions(
        &self,
        scope: &Scope,
        query: &InteractionQuery,
    ) -> Result<(Vec<Routed>, Timestamp), Error> {
        self.need(scope, Right::Route)?;
        let brand = self.brands.get(&scope.brand);
        house(scope, &*brand.need_serving()?, &query.property)?;
        let now = self.clock.now();
        let folded = brand.boards.lock();
        let Some(board) = folded.houses.get(&query.property) else { return Ok((Vec::new(), now)) };
        let with = |i: &Interaction| i.assignment.as_ref().map(|given| given.member.clone());
        let is_wanted = |i: &&Interaction| {
            query.department.as_ref().is_none_or(|wanted| i.department == *wanted)
                && query.member.as_ref().is_none_or(|wanted| with(i).as_ref() == Some(wanted))
                && (!query.waiting || i.assignment.is_none())
        };
        let mut found: Vec<&Interaction> = match query.closed {
            true => board.closed().rev().filter(is_wanted).collect(),
            false => board.open().filter(is_wanted).collect(),
        };
        if !query.closed {
            found.sort_by_key(|i| (i.deadline, i.number));
        }
        let routed = found.into_iter().map(|i| of_board(board, i));
        Ok((routed.collect(), now))
    }

    /// Serves who waits and hands on what is late, at every hotel: duty begins, patience ends and
    /// deadlines pass without anybody calling.
    pub(super) fn serve_boards(&self, _now: Timestamp) -> Result<(), Error> {
        for brand in self.brands.all() {
            let Some(serving) = brand.serving() else { continue };
            let mut folded = brand.boards.lock();
            let houses: Vec<PropertyId> = folded
                .houses
                .iter()
                .filter(|(_, board)| board.open().next().is_some())
                .map(|(property, _)| property.clone())
                .collect();
            for property in houses {
                self.follow(&brand, &serving, &mut folded, &property)?;
            }
        }
        Ok(())
    }

    /// What follows from a change, and from the time that passed. Returns the last sequence; 0: nothing.
    fn follow(
        &self,
        brand: &Brand,
        serving: &Serving,
        folded: &mut Folded,
        property: &PropertyId,
    ) -> Result<u64, Error> {
        let departments = &serving.catalog.content().departments;
        // A hotel that the catalog no longer has keeps what it had.
        let Ok(when) = self.moment(serving, property) else { return Ok(0) };
        let mut last = 0;
        for _ in 0..FOLLOWING_MAX {
            let Some(board) = folded.houses.get(property) else { break };
            let late = board.next_to_escalate(departments, when.0).map(|(late, to)| {
                let (department, deadline) = (to.clone(), when.0.plus(late.span));
                let (number, guest) = (late.number, late.guest);
                RoutingFact::Escalated { number, guest, department, deadline }
            });
            let next = || {
                let (waiting, given) = board.next_to_serve(when)?;
                Some(assigned(waiting, given))
            };
            let Some(fact) = late.or_else(next) else { break };
            last = self.put_fact(brand, folded, property, None, |_| fact)?;
        }
        Ok(last)
    }

    /// Writes a fact and folds it. It is on its way to the disk when this returns.
    fn put_fact(
        &self,
        brand: &Brand,
        folded: &mut Folded,
        property: &PropertyId,
        claim: Option<Claim>,
        fact: impl FnOnce(u64) -> RoutingFact,
    ) -> Result<u64, Error> {
        let mut reservation = self.committer.reserve()?;
        let (sequence, recorded) = (reservation.sequence(), self.clock.now());
        let routing = Routing { property: property.clone(), fact: fact(sequence) };
        folded.apply(&routing, sequence);
        let body = Body::Routing(Box::new(routing));
        reservation.record(&Record { sequence, brand: brand.id.clone(), recorded, body });
        if let Some(claim) = claim {
            reservation.seen(claim, recorded);
        }
        reservation.submit();
        Ok(sequence)
    }

    /// Waits until everything up to a sequence is on disk.
    fn until_written(&self, sequence: u64) -> Result<(), Error> {
        let (tell, told) = mpsc::sync_channel(1);
        self.wait_for(sequence, Box::new(move |result| drop(tell.send(result))));
        let gone = |_| {
            let message = "the write's fate is not known";
            Error::new(ErrorKind::Indeterminate, "STORAGE_INDETERMINATE", message)
        };
        told.recv().map_err(gone)?
    }

    /// Now, and the local day at a hotel.
    fn moment(&self, serving: &Serving, property: &PropertyId) -> Result<(Timestamp, Date), Error> {
        let place = serving.catalog.property_index(property);
        let place = place.ok_or_else(|| Error::not_found("property"))?;
        let now = self.clock.now();
        Ok((now, serving.zones[usize::from(place.0)].local(now).date))
    }

    /// A concern as it begins, but for when and how it compares; and what the guest paid so far.
    fn interaction_of(
        &self,
        brand: &Brand,
        concern: &Concern,
        issue: &IssueType,
    ) -> Result<(Interaction, i64), Error> {
        let called = self.guest_key(&brand.id, &concern.guest);
        let kept = self.kept_id(&brand.id, concern.guest.clone());
        let (person, paid_minor) = self.with_guest(brand, called, |guest, person| {
            ((person.clone(), guest.stats.paid_minor), None)
        })?;
        let language = match &concern.language {
            Some(language) => spoken(language),
            None => {
                let profile = self.profile_of(brand, person.key)?;
                profile.map(|profile| spoken(&profile.facts.locale)).unwrap_or_default()
            }
        };
        let mut skills = issue.skills.clone();
        for asked in &concern.skills {
            match skills.iter_mut().find(|known| known.id == asked.id) {
                Some(known) => known.level = known.level.max(asked.level),
                None => skills.push(asked.clone()),
            }
        }
        let interaction = Interaction {
            number: 0,
            guest: person.heard_as,
            guest_id: person.guest.unwrap_or(kept),
            issue: issue.id.clone(),
            department: issue.department.clone(),
            skills,
            language,
            value_percent: 0,
            opened: Timestamp::EPOCH,
            deadline: Timestamp::EPOCH,
            span: issue.deadline,
            escalations: 0,
            assignment: None,
            closed: None,
        };
        Ok((interaction, paid_minor))
    }

    /// Is a call the first of its id?
    fn claim_call(
        &self,
        brand: &Brand,
        request: &RequestId,
        concern: &Concern,
    ) -> Result<Called, Error> {
        let key = self.store.pepper().routing(&brand.id, request);
        let payload = payload_of(concern);
        loop {
            match self.store.claim(key, payload)? {
                Claimed::Fresh(claim) => return Ok(Called::First(claim)),
                Claimed::Duplicate { sequence } => return Ok(Called::Before(sequence)),
                Claimed::InFlight => self.until_claimed(key)?,
                Claimed::Conflict => {
                    let message = "request_id was used for another call; use a new one";
                    return Err(Error::new(ErrorKind::Conflict, "REQUEST_ID_REUSED", message));
                }
            }
        }
    }

    fn until_claimed(&self, key: DedupeKey) -> Result<(), Error> {
        let (tell, told) = mpsc::sync_channel(1);
        let waiter = Box::new(move |result| drop(tell.send(result)));
        self.store.when_claimed_is_written(key, store_waiter(waiter));
        // One that came to nothing leaves its place to the next.
        drop(told.recv());
        Ok(())
    }

    /// What an earlier call of the same id opened, as it is now; where that is long closed, as it was.
    fn opened_before(&self, brand: &Brand, sequence: u64) -> Result<Routed, Error> {
        let record = self.store.record(sequence)?;
        let Some(Body::Routing(routing)) = record.map(|record| record.body) else {
            return Err(Error::not_found("interaction"));
        };
        let folded = brand.boards.lock();
        let now = routed(&folded, &routing.property, sequence);
        let RoutingFact::Opened { interaction, .. } = routing.fact else {
            return Err(Error::not_found("interaction"));
        };
        let then = || Routed { interaction: *interaction, member: None, is_repeated: true };
        Ok(now.map_or_else(then, |now| Routed { is_repeated: true, ..now }))
    }
}

/// Was a call made before?
enum Called {
    First(Claim),
    Before(u64),
}

/// Hash of what a call says: equal for a repetition.
fn payload_of(concern: &Concern) -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    let mut text = |text: &str| {
        hash.update(&text.len().to_le_bytes());
        hash.update(text.as_bytes());
    };
    text(concern.property.as_str());
    text(concern.guest.as_str());
    text(concern.issue.as_str());
    text(concern.language.as_deref().unwrap_or_default());
    for skill in &concern.skills {
        text(skill.id.as_str());
        text(&skill.level.to_string());
    }
    hash.digest()
}

fn routed(folded: &Folded, property: &PropertyId, number: u64) -> Option<Routed> {
    let board = folded.houses.get(property)?;
    Some(of_board(board, board.interaction(number)?))
}

fn of_board(board: &Board, interaction: &Interaction) -> Routed {
    let given = interaction.assignment.as_ref();
    let member = given.and_then(|given| board.seat(&given.member)).map(|seat| seat.member.clone());
    Routed { interaction: interaction.clone(), member, is_repeated: false }
}

fn assigned(open: &Interaction, given: Assignment) -> RoutingFact {
    let assignment = Box::new(given);
    RoutingFact::Assigned { number: open.number, guest: open.guest, assignment }
}

/// A hotel of the catalog that the credential reaches.
fn house(scope: &Scope, serving: &Serving, property: &PropertyId) -> Result<(), Error> {
    let known = serving.catalog.property_index(property).filter(|_| scope.reaches(property));
    known.map(|_| ()).ok_or_else(|| Error::not_found("property"))
}

fn full(reason: &'static str, message: String) -> Error {
    Error::new(ErrorKind::FailedPrecondition, reason, message)
}

fn is_closed() -> Error {
    let message = "the interaction is closed; route a new one for what is left";
    Error::new(ErrorKind::FailedPrecondition, "INTERACTION_CLOSED", message)
}

fn nobody_else() -> Error {
    let message =
        "nobody else of the department is on duty and has room; name a member of staff, or wait";
    Error::new(ErrorKind::FailedPrecondition, "NOBODY_ELSE", message)
}
