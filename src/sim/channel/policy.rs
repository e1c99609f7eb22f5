//! The policies that can be played, by name.

use crate::learn::channel::spread::Spread;

use super::agent::Agent;
use super::product::{Parts, Product};
use super::reference::{Additive, Table, Uniform};

/// A policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Policy {
    /// The product.
    Product,
    /// The product without anything it learnt of single guests.
    Population,
    /// The product, blind to what an unsubscription costs.
    Heedless,
    /// The segment table with a guest's effects added (algorithms 5.1).
    Additive,
    /// The best for the segment, by Thompson sampling.
    Segment,
    /// The best for all, by Thompson sampling.
    Global,
    /// Every candidate alike.
    Random,
    /// Knows the truth.
    Oracle,
}

impl Policy {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Product,
        Self::Population,
        Self::Heedless,
        Self::Additive,
        Self::Segment,
        Self::Global,
        Self::Random,
        Self::Oracle,
    ];

    /// Its name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Population => "population",
            Self::Heedless => "heedless",
            Self::Additive => "additive",
            Self::Segment => "segment",
            Self::Global => "global",
            Self::Random => "random",
            Self::Oracle => "oracle",
        }
    }

    /// The policy of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.name() == name)
    }

    /// The agent for so many guests; `None` for what chooses by the truth.
    pub fn agent(self, guests: usize) -> Option<Box<dyn Agent>> {
        let product = |parts| Some(Box::new(Product::new(guests, parts)) as Box<dyn Agent>);
        match self {
            Self::Product => product(Parts::default()),
            Self::Population => product(Parts { spread: Spread::NONE, ..Parts::default() }),
            Self::Heedless => product(Parts { heeds: false, ..Parts::default() }),
            Self::Additive => Some(Box::new(Additive::new(guests))),
            Self::Segment => Some(Box::new(Table::of_segments())),
            Self::Global => Some(Box::new(Table::global())),
            Self::Random => Some(Box::new(Uniform::default())),
            Self::Oracle => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_found_by_its_name() {
        for policy in Policy::ALL {
            assert_eq!(Policy::from_name(policy.name()), Some(policy));
            assert_eq!(policy.agent(1).is_none(), policy == Policy::Oracle);
        }
        assert_eq!(Policy::from_name("magic"), None);
    }
}
