//! A lowered rule: a tree of comparisons, evaluated in nanoseconds.
//!
//! Trees are kept in one normal form (sorted, flat, sets instead of chains of `||`), so that rules
//! that say the same in different words are one rule.

use super::facts::{RuleFacts, Variable};

/// A lowered rule or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Predicate {
    /// Always so.
    Constant(bool),
    /// A name variable is one of these codes.
    Among(Variable, Codes),
    /// A number variable lies between two bounds, both included.
    Between(Variable, i64, i64),
    /// A number variable is one of these, in order.
    OneOf(Variable, Box<[i64]>),
    /// A text variable is one of these, in order.
    Equals(Variable, Box<[Box<str>]>),
    /// A text variable starts with this.
    StartsWith(Variable, Box<str>),
    /// Not so.
    Not(Box<Predicate>),
    /// All of these, in order.
    And(Box<[Predicate]>),
    /// Any of these, in order.
    Or(Box<[Predicate]>),
}

/// A set of codes of a name variable.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Codes(Box<[u64]>);

impl FromIterator<u16> for Codes {
    fn from_iter<I: IntoIterator<Item = u16>>(codes: I) -> Self {
        let mut words = Vec::new();
        for code in codes {
            let at = usize::from(code / 64);
            if words.len() <= at {
                words.resize(at + 1, 0_u64);
            }
            if let Some(word) = words.get_mut(at) {
                *word |= 1 << (code % 64);
            }
        }
        Self(words.into())
    }
}

impl Codes {
    #[inline]
    fn contains(&self, code: u16) -> bool {
        self.0.get(usize::from(code / 64)).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }
}

impl Predicate {
    /// Is it so? `None` where facts it needs are unknown.
    pub fn holds(&self, facts: &RuleFacts<'_>) -> Option<bool> {
        match self {
            Self::Constant(value) => Some(*value),
            Self::Among(variable, codes) => facts.code(*variable).map(|code| codes.contains(code)),
            Self::Between(variable, low, high) => {
                facts.number(*variable).map(|number| *low <= number && number <= *high)
            }
            Self::OneOf(variable, numbers) => {
                facts.number(*variable).map(|number| numbers.binary_search(&number).is_ok())
            }
            Self::Equals(variable, texts) => {
                Some(texts.iter().any(|text| **text == *facts.text(*variable)))
            }
            Self::StartsWith(variable, start) => {
                Some(facts.text(*variable).as_bytes().starts_with(start.as_bytes()))
            }
            Self::Not(inner) => inner.holds(facts).map(|so| !so),
            Self::And(parts) => settle(parts, facts, false),
            Self::Or(parts) => settle(parts, facts, true),
        }
    }

    /// All of these; flat, sorted, each once.
    pub(crate) fn all(parts: Vec<Self>) -> Self {
        Self::join(parts, false)
    }

    /// Any of these; flat, sorted, each once.
    pub(crate) fn any(parts: Vec<Self>) -> Self {
        Self::join(parts, true)
    }

    /// The opposite.
    pub(crate) fn not(self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    fn join(parts: Vec<Self>, decisive: bool) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::Constant(value) if value == decisive => return Self::Constant(decisive),
                Self::Constant(_) => {}
                Self::And(inner) if !decisive => flat.extend(inner),
                Self::Or(inner) if decisive => flat.extend(inner),
                other => flat.push(other),
            }
        }
        flat.sort();
        flat.dedup();
        match flat.pop() {
            None => Self::Constant(!decisive),
            Some(only) if flat.is_empty() => only,
            Some(last) => {
                flat.push(last);
                if decisive { Self::Or(flat.into()) } else { Self::And(flat.into()) }
            }
        }
    }
}

/// The first part that decides, decides; else an unknown part makes the whole unknown.
fn settle(parts: &[Predicate], facts: &RuleFacts<'_>, decisive: bool) -> Option<bool> {
    let mut settled = Some(!decisive);
    for part in parts {
        match part.holds(facts) {
            Some(so) if so == decisive => return Some(decisive),
            Some(_) => {}
            None => settled = None,
        }
    }
    settled
}
