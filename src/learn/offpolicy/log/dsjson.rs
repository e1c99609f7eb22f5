//! Decision logs of the hosted personalizer and of Vowpal Wabbit's client library: `dsjson`, a JSON
//! object a line.
//!
//! | field | is |
//! |---|---|
//! | `_labelIndex`, `_label_Action` | the place of the action taken, from 0 and from 1; else the first of `a` |
//! | `_label_cost` | the reward with its sign turned |
//! | `_label_probability`, `p` by `a` | the probability with which it was taken: that of `p`, which has more digits, where both agree |
//! | `c` | the context, by namespace; `c._multi`: the actions |
//! | `Timestamp`, `EventId` | when, and which |
//! | `pdrop` | the share of lines that were left out of the log: each stands for 1/(1 − pdrop) |
//! | `_skipLearn` | not to be learnt from |
//! | `DeferredAction` | counts only where one of `o` says `ActionTaken` |
//!
//! The hosted service puts context features below `FromUrl`, and of an action its id below `i` and
//! its features below `j`. Those names say nothing and are left out, so that a feature has the name
//! it has in a rank request; other namespaces stay in front: `User.age`. What begins with `_` is no
//! feature.
//!
//! Source: the wiki of Vowpal Wabbit, "Input format", and `parse_example_json.h` of VW 9.11, by what
//! they describe; the files of `vw_bandit_regression`.

use std::collections::HashSet;
use std::io::BufRead;

use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use crate::domain::rank::{Action, Feature, element, indicator, joined};

use super::LoggedDecision;
use super::error::{LogError, Problem};
use super::lines::Lines;
use super::reader::{micros, not_json, number, required};

/// A decision of such a log.
#[derive(Debug, Clone, PartialEq)]
pub struct DsDecision {
    /// The decision; each is a guest of its own, named by the event.
    pub decision: LoggedDecision,
    /// For how many it stands, 1 or above.
    pub weight: f64,
    /// Is it to be learnt from?
    pub is_learnt: bool,
}

/// The decisions of a log, in the order of the file.
#[derive(Debug)]
pub struct DsReader<R> {
    /// Where they come from.
    pub lines: Lines<R>,
}

impl<R: BufRead> DsReader<R> {
    /// Reads from the beginning of a source.
    pub fn new(source: R) -> Self {
        Self { lines: Lines::new(source) }
    }
}

impl<R: BufRead> Iterator for DsReader<R> {
    type Item = Result<DsDecision, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.lines.next_with(parse)
    }
}

fn parse(line: &[u8]) -> Result<DsDecision, Problem> {
    let fields: Map<String, Value> =
        serde_json::from_slice(line).map_err(|error| not_json(line, &error))?;
    let Some(content) = fields.get("c") else {
        let is_reward = fields.contains_key("RewardValue") || fields.contains_key("EventId");
        let missing = Problem::Missing { field: "c".to_owned() };
        return Err(if is_reward { Problem::DanglingReward } else { missing });
    };
    let wrong = |field: &str, expected| Problem::Type { field: field.to_owned(), expected };
    let content = content.as_object().ok_or_else(|| wrong("c", "an object"))?;
    if fields.contains_key("_outcomes") || content.contains_key("_slots") {
        return Err(Problem::SeveralSlots);
    }
    let multi =
        required(content, "_multi").map_err(|_| Problem::Missing { field: "c._multi".into() });
    let multi = multi?.as_array().ok_or_else(|| wrong("c._multi", "a list of actions"))?;
    let actions = actions(multi)?;
    let taken = taken(&fields, actions.len())?;
    let decision = LoggedDecision {
        micros: fields.get("Timestamp").map(micros).transpose()?,
        guest: event(&fields, line),
        position: None,
        context: namespaces(content, "c", "FromUrl")?,
        selection_probability: selection_probability(&fields, taken)?,
        // No cost is no reward: not one below zero, either.
        reward: 0.0 - number(required(&fields, "_label_cost")?, "_label_cost")?,
        actions,
        taken,
    };
    let is_skipped = fields.get("_skipLearn").and_then(Value::as_bool).unwrap_or(false);
    let is_learnt = !is_skipped && is_activated(&fields);
    Ok(DsDecision { decision, weight: weight(&fields)?, is_learnt })
}

/// The event's id; a hash of the line where it has none.
fn event(fields: &Map<String, Value>, line: &[u8]) -> String {
    let id = fields.get("EventId").and_then(Value::as_str).filter(|id| !id.is_empty());
    id.map_or_else(|| format!("line-{:016x}", xxh3_64(line.trim_ascii())), ToOwned::to_owned)
}

fn weight(fields: &Map<String, Value>) -> Result<f64, Problem> {
    let Some(dropped) = fields.get("pdrop") else { return Ok(1.0) };
    let dropped = number(dropped, "pdrop")?;
    let expected = "a number from 0 to below 1";
    let is_share = (0.0..1.0).contains(&dropped);
    is_share.then(|| 1.0 / (1.0 - dropped)).ok_or(Problem::Type { field: "pdrop".into(), expected })
}

/// A deferred decision counts only where it was shown.
fn is_activated(fields: &Map<String, Value>) -> bool {
    let is_deferred = fields.get("DeferredAction").and_then(Value::as_bool).unwrap_or(false);
    let observations = fields.get("o").and_then(Value::as_array).into_iter().flatten();
    let mut taken = observations.filter_map(|o| o.get("ActionTaken").and_then(Value::as_bool));
    !is_deferred || taken.any(|is| is)
}

/// The place of the action taken.
fn taken(fields: &Map<String, Value>, count: usize) -> Result<usize, Problem> {
    let ranked = fields.get("a").and_then(Value::as_array).and_then(|a| a.first());
    let sources = [
        ("_labelIndex", fields.get("_labelIndex"), 0),
        ("_label_Action", fields.get("_label_Action"), 1),
        ("a", ranked, 1),
    ];
    let found = sources.into_iter().find_map(|(name, value, from)| Some((name, value?, from)));
    let (name, value, from) =
        found.ok_or_else(|| Problem::Missing { field: "_labelIndex".to_owned() })?;
    let place = value.as_u64().and_then(|place| usize::try_from(place).ok());
    let place = place.and_then(|place| place.checked_sub(from)).filter(|place| *place < count);
    let expected = "the place of an action of c._multi";
    place.ok_or_else(|| Problem::Type { field: name.to_owned(), expected })
}

fn selection_probability(fields: &Map<String, Value>, taken: usize) -> Result<f64, Problem> {
    let list = |name: &str| fields.get(name).and_then(Value::as_array);
    let of_rank = list("a").zip(list("p")).and_then(|(a, p)| {
        let at = a.iter().position(|place| place.as_u64() == Some(taken as u64 + 1))?;
        p.get(at)?.as_f64()
    });
    let label = fields.get("_label_probability");
    let label = label.map(|value| number(value, "_label_probability")).transpose()?;
    let value = match (of_rank, label) {
        (Some(of_rank), Some(label)) if (of_rank - label).abs() > 1e-4 => label,
        (Some(of_rank), _) => of_rank,
        (None, Some(label)) => label,
        (None, None) => return Err(Problem::Missing { field: "_label_probability".to_owned() }),
    };
    let is_probability = value > 0.0 && value <= 1.0;
    is_probability.then_some(value).ok_or(Problem::SelectionProbability { value })
}

fn actions(multi: &[Value]) -> Result<Vec<Action>, Problem> {
    if multi.is_empty() {
        return Err(Problem::NoActions);
    }
    let (mut seen, mut actions) = (HashSet::new(), Vec::with_capacity(multi.len()));
    for (place, value) in multi.iter().enumerate() {
        let field = format!("c._multi[{place}]");
        let expected = "an object";
        let fields =
            value.as_object().ok_or_else(|| Problem::Type { field: field.clone(), expected })?;
        let id = id(fields);
        if !seen.insert(id.clone()) {
            return Err(Problem::DuplicateAction { place, id });
        }
        actions.push(Action { id, features: namespaces(fields, &field, "j")? });
    }
    Ok(actions)
}

/// An action's id: its tag, or the one the hosted service gave it; else a hash of what it is.
fn id(fields: &Map<String, Value>) -> String {
    let of_service = fields.get("i").and_then(|i| i.get("id"));
    let named = [fields.get("_tag"), of_service, fields.get("id")];
    let named = named.into_iter().flatten().find_map(Value::as_str).filter(|id| !id.is_empty());
    let hashed = || {
        let text = Value::Object(fields.clone()).to_string();
        format!("action-{:016x}", xxh3_64(text.as_bytes()))
    };
    named.map_or_else(hashed, ToOwned::to_owned)
}

/// The features of all namespaces; that of this name, and the one of ids, say nothing themselves.
fn namespaces(
    fields: &Map<String, Value>,
    field: &str,
    plain: &str,
) -> Result<Vec<Feature>, Problem> {
    let mut found = Vec::new();
    for (name, value) in fields.iter().filter(|(name, _)| !name.starts_with('_')) {
        let is_id = name == "id" || (plain == "j" && name == "i");
        if is_id {
            continue;
        }
        let within = if name == plain { String::new() } else { name.clone() };
        put(&within, value, &format!("{field}.{name}"), &mut found)?;
    }
    Ok(found)
}

fn put(name: &str, value: &Value, field: &str, found: &mut Vec<Feature>) -> Result<(), Problem> {
    match value {
        Value::Null => {}
        Value::Bool(is) => found.push(indicator(name, is)),
        Value::String(text) => found.push(indicator(name, text)),
        Value::Number(number) => {
            let value = number.as_f64().filter(|value| value.is_finite());
            let value = value.ok_or_else(|| Problem::NotFinite { field: field.to_owned() })?;
            found.push(Feature { name: name.to_owned(), value });
        }
        Value::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                let of_list = if value.is_number() { element(name, at) } else { name.to_owned() };
                put(&of_list, value, field, found)?;
            }
        }
        Value::Object(fields) => {
            for (inner, value) in fields.iter().filter(|(inner, _)| !inner.starts_with('_')) {
                put(&joined(name, inner), value, field, found)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "dsjson_tests.rs"]
mod tests;
