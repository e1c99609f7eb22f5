//! Who works where, when and with which skills.

use crate::domain::id::{Label, PropertyId};
use crate::domain::invalid::Invalid;
use crate::domain::routing::{Board, RoutingFact, STAFF_MAX, Seat, Skill, StaffMember};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;
use crate::engine::Engine;
use crate::engine::error::Error;

use super::{full, house};

/// What changes of a member of staff; `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StaffChange {
    /// Name.
    pub name: Option<String>,
    /// Departments.
    pub departments: Option<Vec<Label>>,
    /// Skills.
    pub skills: Option<Vec<Skill>>,
    /// Languages.
    pub languages: Option<Vec<String>>,
    /// Capacity.
    pub capacity: Option<u8>,
    /// Takes concerns?
    pub is_available: Option<bool>,
    /// On duty from.
    pub from: Option<Timestamp>,
    /// On duty until.
    pub until: Option<Timestamp>,
}

impl Engine {
    /// Puts a member of staff on the board, or changes one. On disk when this returns. Who waits for
    /// somebody like this is served.
    ///
    /// # Errors
    /// Without the right; for a hotel or a department that is not there; where somebody new lacks a
    /// department; where the hotel has a thousand.
    pub fn update_staff(
        &self,
        scope: &Scope,
        property: &PropertyId,
        (id, change): (&Label, StaffChange),
        allow_missing: bool,
    ) -> Result<Seat, Error> {
        self.need(scope, Right::StaffWrite)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        house(scope, &serving, property)?;
        for (at, department) in change.departments.iter().flatten().enumerate() {
            if !serving.catalog.content().departments.iter().any(|d| d.id == *department) {
                let field = format!("staff_member.department_ids[{at}]");
                return Err(Invalid::new(field, "is no department of the catalog").into());
            }
        }
        let mut folded = brand.boards.lock();
        let board = folded.houses.get(property);
        let known = board.and_then(|board| board.seat(id));
        if known.is_none() && !allow_missing {
            return Err(Error::not_found("member of staff"));
        }
        if known.is_none() && board.is_some_and(|board| board.seats().count() >= STAFF_MAX) {
            return Err(full(
                "STAFF_FULL",
                format!("a hotel has at most {STAFF_MAX} on its board"),
            ));
        }
        let member = changed(id, known.map(|seat| &seat.member), change)?;
        let fact = RoutingFact::Staff(Box::new(member));
        let mut last = self.put_fact(&brand, &mut folded, property, None, |_| fact)?;
        last = last.max(self.follow(&brand, &serving, &mut folded, property)?);
        let seat = folded.houses.get(property).and_then(|board| board.seat(id)).cloned();
        drop(folded);
        self.until_written(last)?;
        seat.ok_or_else(|| Error::not_found("member of staff"))
    }

    /// Takes a member of staff off the board; what was in hand goes to others. On disk when this returns.
    ///
    /// # Errors
    /// Without the right; where there is no such member.
    pub fn delete_staff(
        &self,
        scope: &Scope,
        property: &PropertyId,
        id: &Label,
    ) -> Result<(), Error> {
        self.need(scope, Right::StaffWrite)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        house(scope, &serving, property)?;
        let mut folded = brand.boards.lock();
        let known = folded.houses.get(property).and_then(|board| board.seat(id));
        known.ok_or_else(|| Error::not_found("member of staff"))?;
        let gone = RoutingFact::Gone(id.clone());
        let mut last = self.put_fact(&brand, &mut folded, property, None, |_| gone)?;
        last = last.max(self.follow(&brand, &serving, &mut folded, property)?);
        drop(folded);
        self.until_written(last)
    }

    /// The staff of a hotel, by id.
    ///
    /// # Errors
    /// Without the right; for a hotel that is not there.
    pub fn staff(&self, scope: &Scope, property: &PropertyId) -> Result<Vec<Seat>, Error> {
        self.need(scope, Right::Route)?;
        let brand = self.brands.get(&scope.brand);
        house(scope, &*brand.need_serving()?, property)?;
        let folded = brand.boards.lock();
        let board = folded.houses.get(property);
        Ok(board.into_iter().flat_map(Board::seats).cloned().collect())
    }
}

/// A member of staff after a change.
fn changed(
    id: &Label,
    before: Option<&StaffMember>,
    change: StaffChange,
) -> Result<StaffMember, Error> {
    let mut member = before.cloned().unwrap_or_else(|| StaffMember {
        id: id.clone(),
        name: id.to_string(),
        departments: Vec::new(),
        skills: Vec::new(),
        languages: Vec::new(),
        capacity: 1,
        is_available: true,
        from: Timestamp::EPOCH,
        until: Timestamp::NEVER,
    });
    fn put<T>(own: &mut T, new: Option<T>) {
        if let Some(new) = new {
            *own = new;
        }
    }
    put(&mut member.name, change.name);
    put(&mut member.departments, change.departments);
    put(&mut member.skills, change.skills);
    put(&mut member.languages, change.languages);
    put(&mut member.capacity, change.capacity);
    put(&mut member.is_available, change.is_available);
    put(&mut member.from, change.from);
    put(&mut member.until, change.until);
    if member.departments.is_empty() {
        let problem = "is empty; name at least one department";
        return Err(Invalid::new("staff_member.department_ids", problem).into());
    }
    if member.until <= member.from {
        let problem = "must lie after duty_start_time";
        return Err(Invalid::new("staff_member.duty_end_time", problem).into());
    }
    Ok(member)
}
