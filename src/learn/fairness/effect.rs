//! What an attribute of guests has to do with the prices they were quoted.
//!
//! `y` is the logarithm of the price as a share of the list price, `x` whether the guest has the value.
//! The estimate is the least-squares slope of `y` on `x` after both are centred on their mean within a
//! group: `β = Σ x̃·ỹ / Σ x̃²`. With one group for all it is the difference of the means: what guests
//! of the value paid beside the others, for whatever reason (their tier, the days they ask for). With
//! a group for each conditions it is what the attribute itself did, where everything published is
//! alike: it must be zero. The variance adds up over guests, who are quoted many prices:
//! `Σ_g (Σ_{i∈g} x̃ᵢ·eᵢ)² / (Σ x̃²)²` (Liang, Zeger 1986).

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::{GUESTS_MIN, OTHERS};

/// A quote, as far as effects go.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Hash of its conditions, the tier included.
    pub(super) conditions: u64,
    pub(super) guest: u64,
    pub(super) log_share: f64,
    /// Numbers of the values of the attributes.
    pub(super) values: Box<[u16]>,
}

/// An effect on the logarithm of the price: 0.01 is some one percent more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate.
    pub effect: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The interval that holds it with 95 %.
    pub interval: [f64; 2],
    /// Quotes that say something: with another value beside them in their group.
    pub quotes: u64,
}

/// A value of an attribute beside all others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// The attribute.
    pub attribute: String,
    /// The value.
    pub value: String,
    /// Guests who have it.
    pub guests: u64,
    /// Quotes to them.
    pub quotes: u64,
    /// Over all quotes; `None` where all guests have the value.
    pub overall: Option<Estimate>,
    /// Among quotes of the same conditions; `None` where no conditions were quoted to both.
    pub same_conditions: Option<Estimate>,
}

/// The effects of the values of an attribute: those of enough guests each by itself, the others
/// together.
pub(super) fn effects(
    attribute: &str,
    at: usize,
    values: &HashMap<String, u16>,
    rows: &[Row],
) -> Vec<Effect> {
    let mut guests: HashMap<u16, HashSet<u64>> = HashMap::new();
    for row in rows {
        guests.entry(row.values[at]).or_default().insert(row.guest);
    }
    // Values by the name they are told under.
    let mut told: BTreeMap<&str, HashSet<u16>> = BTreeMap::new();
    for (name, number) in values {
        let is_own = guests.get(number).is_some_and(|guests| guests.len() >= GUESTS_MIN);
        told.entry(if is_own { name } else { OTHERS }).or_default().insert(*number);
    }
    let effect = |(value, numbers): (&str, HashSet<u16>)| {
        let has = |row: &Row| numbers.contains(&row.values[at]);
        let of_value = numbers.iter().filter_map(|number| guests.get(number));
        Effect {
            attribute: attribute.to_owned(),
            value: value.to_owned(),
            guests: of_value.map(|guests| super::count(guests.len())).sum(),
            quotes: super::count(rows.iter().filter(|row| has(row)).count()),
            overall: estimate(rows, has, |_| 0),
            same_conditions: estimate(rows, has, |row| row.conditions),
        }
    };
    told.into_iter().map(effect).collect()
}

#[derive(Debug, Clone, Copy, Default)]
struct Group {
    n: f64,
    x: f64,
    y: f64,
}

/// The slope within groups; `None` where no group has both kinds.
#[expect(clippy::cast_precision_loss, reason = "a number of quotes")]
fn estimate(
    rows: &[Row],
    has: impl Fn(&Row) -> bool,
    group_of: impl Fn(&Row) -> u64,
) -> Option<Estimate> {
    let mut groups: HashMap<u64, Group> = HashMap::new();
    let indicator = |row: &Row| if has(row) { 1.0 } else { 0.0 };
    for row in rows {
        let group = groups.entry(group_of(row)).or_default();
        group.n += 1.0;
        group.x += indicator(row);
        group.y += row.log_share;
    }
    // Within a group of one kind nothing is compared.
    groups.retain(|_, group| group.x > 0.0 && group.x < group.n);
    let centred = |row: &Row| {
        let group = groups.get(&group_of(row))?;
        Some((indicator(row) - group.x / group.n, row.log_share - group.y / group.n))
    };
    let (mut cross, mut square, mut quotes) = (0.0, 0.0, 0_u64);
    for (x, y) in rows.iter().filter_map(centred) {
        cross += x * y;
        square += x * x;
        quotes += 1;
    }
    if square <= 0.0 {
        return None;
    }
    let effect = cross / square;
    let mut by_guest: HashMap<u64, f64> = HashMap::new();
    for row in rows {
        if let Some((x, y)) = centred(row) {
            *by_guest.entry(row.guest).or_default() += x * (y - effect * x);
        }
    }
    let clusters = by_guest.len() as f64;
    // The usual correction for few clusters.
    let few = if clusters > 1.0 { clusters / (clusters - 1.0) } else { 1.0 };
    let variance = by_guest.values().map(|sum| sum * sum).sum::<f64>() * few / (square * square);
    let standard_error = variance.sqrt();
    let half = 1.96 * standard_error;
    let interval = [effect - half, effect + half];
    Some(Estimate { effect, standard_error, interval, quotes })
}
