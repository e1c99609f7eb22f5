//! Staff and concerns of a hotel: a fold of what the log says of them.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::domain::id::{GuestKey, Label};
use crate::domain::time::{Date, Timestamp};

use super::choice::{choose, parts};
use super::{Assignment, Department, Ending, Fit, Interaction, RoutingFact, StaffMember};

/// Most members of staff of a hotel.
pub const STAFF_MAX: usize = 1_000;
/// Most open concerns of a hotel.
pub const OPEN_MAX: usize = 10_000;
/// Closed concerns that a hotel remembers: the newest.
pub const CLOSED_MAX: usize = 1_000;
/// Guests with whom the next one is compared.
const PAID_MAX: usize = 200;
/// Guests that make a comparison.
const PAID_MIN: usize = 10;

/// A member of staff and what is in hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// Who.
    pub member: StaffMember,
    /// Concerns in hand.
    pub open: u32,
    /// The last day on which something was given, and how much.
    pub given: (Date, u32),
}

impl Seat {
    pub(super) fn has_room(&self) -> bool {
        self.open < u32::from(self.member.capacity)
    }

    /// What was given on a day.
    pub fn given_on(&self, day: Date) -> u32 {
        if self.given.0 == day { self.given.1 } else { 0 }
    }
}

/// Staff and concerns of a hotel.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Board {
    seats: BTreeMap<Label, Seat>,
    open: BTreeMap<u64, Interaction>,
    /// Oldest first.
    closed: VecDeque<Interaction>,
    /// Who closed a guest's last concern well. Only of those that are remembered.
    last_with: HashMap<GuestKey, Label>,
    /// What the last guests paid, oldest first.
    paid: VecDeque<i64>,
}

impl Board {
    /// A board from its rows, as they were read of one.
    pub fn of(
        seats: impl IntoIterator<Item = Seat>,
        interactions: impl IntoIterator<Item = Interaction>,
        paid: impl IntoIterator<Item = i64>,
    ) -> Self {
        let mut board = Self::default();
        board.seats.extend(seats.into_iter().map(|seat| (seat.member.id.clone(), seat)));
        for interaction in interactions {
            if interaction.closed.is_some() {
                board.remember(interaction);
            } else {
                board.open.insert(interaction.number, interaction);
            }
        }
        board.paid.extend(paid);
        board
    }

    /// Staff, by id.
    pub fn seats(&self) -> impl Iterator<Item = &Seat> + Clone {
        self.seats.values()
    }

    /// A member of staff.
    pub fn seat(&self, id: &Label) -> Option<&Seat> {
        self.seats.get(id)
    }

    /// Open concerns, oldest first.
    pub fn open(&self) -> impl Iterator<Item = &Interaction> {
        self.open.values()
    }

    /// Closed concerns that are remembered, oldest first.
    pub fn closed(&self) -> impl DoubleEndedIterator<Item = &Interaction> {
        self.closed.iter()
    }

    /// A concern that is open or remembered.
    pub fn interaction(&self, number: u64) -> Option<&Interaction> {
        self.open.get(&number).or_else(|| self.closed.iter().find(|i| i.number == number))
    }

    /// What the last guests paid, oldest first.
    pub fn paid(&self) -> impl Iterator<Item = i64> + '_ {
        self.paid.iter().copied()
    }

    /// Is there nothing on it?
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.open.is_empty() && self.closed.is_empty()
    }

    /// Percent of the last guests who paid less; half of those who paid as much count. 50 while there
    /// are too few to compare with.
    pub fn value_percent(&self, paid_minor: i64) -> u8 {
        if self.paid.len() < PAID_MIN {
            return 50;
        }
        let less = self.paid.iter().filter(|paid| **paid < paid_minor).count();
        let equal = self.paid.iter().filter(|paid| **paid == paid_minor).count();
        u8::try_from((200 * less + 100 * equal) / (2 * self.paid.len())).unwrap_or(100)
    }

    /// Who should take a concern now; `None`: it waits.
    pub fn choose(
        &self,
        interaction: &Interaction,
        (now, day): (Timestamp, Date),
    ) -> Option<Assignment> {
        let last_with = self.last_with.get(&interaction.guest).map(Label::as_str);
        choose(self.seats.values(), interaction, last_with, (now, day))
    }

    /// The same for a concern that its member gives away.
    pub fn choose_another(
        &self,
        interaction: &Interaction,
        (now, day): (Timestamp, Date),
    ) -> Option<Assignment> {
        let held = interaction.assignment.as_ref().map(|given| &given.member);
        let others = self.seats.values().filter(|seat| Some(&seat.member.id) != held);
        choose(others, interaction, None, (now, day))
    }

    /// A concern given to somebody by name, whoever that is and however busy.
    pub fn give(
        &self,
        interaction: &Interaction,
        member: &Label,
        (now, day): (Timestamp, Date),
    ) -> Option<Assignment> {
        let seat = self.seats.get(member)?;
        let last_with = self.last_with.get(&interaction.guest).map(Label::as_str);
        let on_duty = self.seats.values().filter(|seat| seat.member.is_on_duty(now)).count();
        Some(Assignment {
            member: member.clone(),
            at: now,
            day,
            fit: Fit::Named,
            parts: parts(seat, interaction, last_with, (day, seat.given_on(day))),
            on_duty: u16::try_from(on_duty).unwrap_or(u16::MAX),
            fitting: 0,
            with_room: 0,
        })
    }

    /// The next concern that waits and can be given to somebody now: in turn.
    pub fn next_to_serve(
        &self,
        (now, day): (Timestamp, Date),
    ) -> Option<(&Interaction, Assignment)> {
        if !self.seats.values().any(|seat| seat.has_room() && seat.member.is_on_duty(now)) {
            return None;
        }
        let mut waiting: Vec<&Interaction> =
            self.open.values().filter(|open| open.assignment.is_none()).collect();
        waiting.sort_by_key(|open| (open.turn(), open.number));
        waiting.into_iter().find_map(|open| Some((open, self.choose(open, (now, day))?)))
    }

    /// The next concern whose deadline has passed and whose department has one to turn to, and that
    /// one.
    pub fn next_to_escalate<'d>(
        &self,
        departments: &'d [Department],
        now: Timestamp,
    ) -> Option<(&Interaction, &'d Label)> {
        let next = |open: &Interaction| {
            let own = departments.iter().find(|known| known.id == open.department)?;
            own.escalates_to.as_ref()
        };
        let late = self.open.values().filter(|open| open.is_overdue(now));
        late.filter_map(|open| Some((open, next(open)?))).next()
    }

    /// Takes a fact in. What a fact names and the board does not know, it passes over.
    pub fn apply(&mut self, fact: &RoutingFact) {
        match fact {
            RoutingFact::Staff(member) => self.put(member),
            RoutingFact::Gone(id) => {
                self.seats.remove(id);
                for open in self.open.values_mut() {
                    if open.assignment.as_ref().is_some_and(|given| given.member == *id) {
                        open.assignment = None;
                    }
                }
            }
            RoutingFact::Opened { interaction, paid_minor } => {
                if let Some(assignment) = &interaction.assignment {
                    self.take(assignment);
                }
                self.open.insert(interaction.number, Interaction::clone(interaction));
                self.paid.push_back(*paid_minor);
                if self.paid.len() > PAID_MAX {
                    self.paid.pop_front();
                }
            }
            RoutingFact::Assigned { number, assignment, .. } => {
                let Some(open) = self.open.get_mut(number) else { return };
                let before = open.assignment.replace(Assignment::clone(assignment));
                self.let_go(before.as_ref());
                self.take(assignment);
            }
            RoutingFact::Escalated { number, department, deadline, .. } => {
                let Some(open) = self.open.get_mut(number) else { return };
                open.department = department.clone();
                open.deadline = *deadline;
                open.escalations = open.escalations.saturating_add(1);
                let before = open.assignment.take();
                self.let_go(before.as_ref());
            }
            RoutingFact::Closed { number, at, ending, .. } => {
                let Some(mut done) = self.open.remove(number) else { return };
                done.closed = Some((*at, *ending));
                self.let_go(done.assignment.as_ref());
                self.remember(done);
            }
        }
    }

    fn put(&mut self, member: &StaffMember) {
        if let Some(seat) = self.seats.get_mut(&member.id) {
            seat.member.clone_from(member);
            return;
        }
        // Somebody who comes back has nothing in hand: it was taken when they left.
        let seat = Seat { member: member.clone(), open: 0, given: (Date(0), 0) };
        self.seats.insert(member.id.clone(), seat);
    }

    fn take(&mut self, assignment: &Assignment) {
        if let Some(seat) = self.seats.get_mut(&assignment.member) {
            seat.open += 1;
            seat.given = (assignment.day, seat.given_on(assignment.day) + 1);
        }
    }

    fn let_go(&mut self, assignment: Option<&Assignment>) {
        let seat = assignment.and_then(|given| self.seats.get_mut(&given.member));
        if let Some(seat) = seat {
            seat.open = seat.open.saturating_sub(1);
        }
    }

    fn remember(&mut self, done: Interaction) {
        if let Some(member) = resolver(&done) {
            self.last_with.insert(done.guest, member.clone());
        }
        self.closed.push_back(done);
        if self.closed.len() > CLOSED_MAX
            && let Some(old) = self.closed.pop_front()
        {
            let kept = self.closed.iter().rev().filter(|kept| kept.guest == old.guest);
            let newest = kept.filter_map(resolver).next().cloned();
            match newest {
                Some(member) => self.last_with.insert(old.guest, member),
                None => self.last_with.remove(&old.guest),
            };
        }
    }
}

/// Who closed a concern well.
fn resolver(done: &Interaction) -> Option<&Label> {
    let is_resolved = matches!(done.closed, Some((_, Ending::Resolved)));
    done.assignment.as_ref().filter(|_| is_resolved).map(|given| &given.member)
}
