//! What is wrong with a request, collected: one answer names every field at fault, by its path as
//! the caller wrote it.

use crate::domain::invalid::Invalid;
use crate::engine::Error;

/// Most problems told at once; who has more mends these first.
const PROBLEMS_MAX: usize = 64;

/// Why a field cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is missing, malformed or out of range.
    Invalid,
    /// It holds what is refused at the door, such as a card number.
    Forbidden,
    /// It is not for a guest token to set.
    Withheld,
    /// It is right, but this version of the server does not act on it and does not pretend to.
    Unsupported,
}

/// A call that goes no further than the door.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// It names another brand, or a property that the credential does not reach.
    Denied,
    /// Fields at fault, all of one kind, at least one.
    Fields(Fault, Vec<Invalid>),
    /// It was refused further in.
    Engine(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

/// Problems of one request, in the order they were found.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<(Fault, Invalid)>,
    denied: bool,
    beyond: usize,
}

impl Problems {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A field is missing, malformed or out of range.
    pub(crate) fn add(&mut self, field: &str, problem: impl Into<String>) {
        self.put(Fault::Invalid, Invalid::new(field, problem));
    }

    /// A field holds a card number or what looks like one.
    pub(crate) fn forbid(&mut self, field: &str) {
        let problem = "looks like a card number, and card numbers are refused; remove it";
        self.put(Fault::Forbidden, Invalid::new(field, problem));
    }

    /// A field was set that a guest token may not set, or not so. `why` says what it may.
    pub(crate) fn withhold(&mut self, field: &str, why: &str) {
        let problem = format!("is not for guest tokens; {why}");
        self.put(Fault::Withheld, Invalid::new(field, problem));
    }

    /// A field was set that this version does not act on. `instead` says what to do.
    pub(crate) fn unsupported(&mut self, field: &str, instead: &str) {
        let problem = format!("is not acted on by this version of the server; {instead}");
        self.put(Fault::Unsupported, Invalid::new(field, problem));
    }

    /// The request names another brand, or a property that the credential does not reach.
    pub(crate) fn deny(&mut self) {
        self.denied = true;
    }

    /// The value, or the problem noted.
    pub(crate) fn take<T>(&mut self, checked: Result<T, Invalid>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.put(Fault::Invalid, invalid);
                None
            }
        }
    }

    /// Checks a part of the request: paths of problems found meanwhile are told from the whole.
    /// `parent` is asked only
    /// where there are some.
    pub(crate) fn within<T>(
        &mut self,
        parent: impl FnOnce() -> String,
        check: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.found.len();
        let value = check(self);
        if self.found.len() > before {
            let parent = parent();
            for (_, invalid) in self.found.iter_mut().skip(before) {
                let inner =
                    Invalid { field: std::mem::take(&mut invalid.field), problem: String::new() };
                invalid.field = inner.within(&parent).field;
            }
        }
        value
    }

    /// Was anything wrong so far?
    pub(crate) fn any(&self) -> bool {
        self.denied || !self.found.is_empty()
    }

    /// The value, where nothing was wrong; else what was. What the caller may not do is told before
    /// what is malformed, and that before what is not supported.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Refusal> {
        if self.denied {
            return Err(Refusal::Denied);
        }
        for fault in [Fault::Forbidden, Fault::Withheld, Fault::Invalid, Fault::Unsupported] {
            let of_kind = self.found.iter().filter(|(kind, _)| *kind == fault);
            let fields: Vec<Invalid> = of_kind.map(|(_, invalid)| invalid.clone()).collect();
            if !fields.is_empty() {
                return Err(Refusal::Fields(fault, fields));
            }
        }
        value.ok_or_else(|| {
            let nothing = Invalid::new("", "cannot be read; compare it with the API's description");
            Refusal::Fields(Fault::Invalid, vec![nothing])
        })
    }

    fn put(&mut self, fault: Fault, invalid: Invalid) {
        if self.found.len() < PROBLEMS_MAX {
            self.found.push((fault, invalid));
        } else {
            self.beyond += 1;
            // What may not enter at all is never lost among the rest.
            if fault == Fault::Forbidden && !self.found.iter().any(|(kind, _)| *kind == fault) {
                self.found.push((fault, invalid));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_told_with_its_path_from_the_whole() {
        let mut problems = Problems::new();
        problems.add("property", "is missing");
        problems.within(
            || "events[3]".into(),
            |p| p.within(|| "amount".into(), |p| p.add("currency_code", "is unknown")),
        );
        let Err(Refusal::Fields(Fault::Invalid, fields)) = problems.finish(Some(())) else {
            panic!()
        };
        let paths: Vec<&str> = fields.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(paths, ["property", "events[3].amount.currency_code"]);
    }

    #[test]
    fn what_is_not_allowed_is_told_before_what_is_malformed() {
        let mut problems = Problems::new();
        problems.unsupported("context.presence", "leave it out");
        problems.add("guest", "is missing");
        problems.forbid("request_id");
        let Err(Refusal::Fields(fault, fields)) = problems.finish(Some(())) else { panic!() };
        assert_eq!((fault, fields[0].field.as_str()), (Fault::Forbidden, "request_id"));

        let mut problems = Problems::new();
        problems.add("guest", "is missing");
        problems.deny();
        assert!(matches!(problems.finish(Some(())), Err(Refusal::Denied)));
    }

    #[test]
    fn a_flood_of_problems_is_bounded_and_a_card_number_is_still_found() {
        let mut problems = Problems::new();
        (0..100_000).for_each(|_| problems.add("x", "is bad"));
        problems.forbid("y");
        let Err(Refusal::Fields(fault, _)) = problems.finish(Some(())) else { panic!() };
        assert_eq!(fault, Fault::Forbidden);
    }
}
