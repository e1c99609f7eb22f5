//! `RankService`: features of any shape become named numbers.
//!
//! Dictionaries are taken apart: `{"user": {"age": 30, "vip": true}, "day": "rest"}` is `user.age` =
//! 30, `user.vip=true` = 1 and `day=rest` = 1. The elements of a list of numbers are `name[0]`,
//! `name[1]` …; those of a list of texts are each an indicator.

use std::collections::HashSet;

use prost_types::value::Kind;
use prost_types::{Struct, Value};

use crate::api::v1;
use crate::domain::rank::{
    ACTIONS_MAX, Action, Feature, ID_BYTES_MAX, Question, element, indicator, joined,
};
use crate::grpc::problems::{Problems, Refusal};

use super::values;

/// Most features of the context, and of an action.
const CONTEXT_MAX: usize = 512;
const ACTION_MAX: usize = 256;
/// Longest name of a feature with its text, in bytes.
const NAME_BYTES_MAX: usize = 256;
/// Deepest nesting.
const DEPTH_MAX: usize = 8;

/// Reads what is to be ranked.
pub(crate) fn rank(wire: v1::RankRequest) -> Result<Question, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let context = features(p, "context_features", wire.context_features, CONTEXT_MAX);
    let count = wire.actions.len();
    if count == 0 {
        p.add("actions", "is empty; give 1 to 50");
    }
    let listed = values::list(p, "actions", wire.actions, ACTIONS_MAX);
    let mut actions: Vec<Action> = Vec::with_capacity(listed.len());
    let mut seen = HashSet::new();
    for (at, action) in listed.into_iter().enumerate() {
        let read = p.within(
            || format!("actions[{at}]"),
            |p| {
                let id = values::required(p, "id", action.id, ID_BYTES_MAX);
                if !seen.insert(id.clone()) {
                    p.add("id", "is there twice; list each action once");
                }
                Action { id, features: features(p, "features", action.features, ACTION_MAX) }
            },
        );
        actions.push(read);
    }
    let excluded = values::list(p, "excluded_actions", wire.excluded_actions, ACTIONS_MAX * 10);
    let is_excluded = |action: &Action| excluded.contains(&action.id);
    let places = (0_u8..).zip(&actions).filter(|(_, action)| is_excluded(action));
    let excluded: Vec<u8> = places.map(|(place, _)| place).collect();
    if !actions.is_empty() && excluded.len() == actions.len() {
        p.add("excluded_actions", "holds every action; leave one that may be chosen");
    }
    let event = values::bounded(p, "event_id", wire.event_id, ID_BYTES_MAX);
    let defers = wire.defer_activation;
    problems.finish(Some(Question { event, context, actions, excluded, defers }))
}

/// Reads a reward: the event, and its value.
pub(crate) fn reward(wire: v1::RewardRankRequest) -> Result<(String, f64), Refusal> {
    let mut problems = Problems::new();
    let event = values::required(&mut problems, "event_id", wire.event_id, ID_BYTES_MAX);
    if wire.value.is_none() {
        problems.add("value", "is missing; give a number from -1 to 1");
    }
    problems.finish(wire.value.map(|value| (event, value)))
}

/// Reads which event was shown.
pub(crate) fn activate(wire: v1::ActivateRankRequest) -> Result<String, Refusal> {
    let mut problems = Problems::new();
    let event = values::required(&mut problems, "event_id", wire.event_id, ID_BYTES_MAX);
    problems.finish(Some(event))
}

/// Where features are read to.
struct Reading<'p> {
    problems: &'p mut Problems,
    found: Vec<Feature>,
    /// The field they stand in.
    field: String,
    left: usize,
}

fn features(
    problems: &mut Problems,
    field: &str,
    dictionaries: Vec<Struct>,
    most: usize,
) -> Vec<Feature> {
    let mut reading =
        Reading { problems, found: Vec::new(), field: field.to_owned(), left: most + 1 };
    for (at, dictionary) in dictionaries.into_iter().enumerate() {
        reading.field = format!("{field}[{at}]");
        reading.dictionary("", dictionary, 1);
    }
    if reading.left == 0 {
        reading.problems.add(field, format!("holds more than {most} features; leave some out"));
    }
    reading.found
}

impl Reading<'_> {
    fn dictionary(&mut self, parent: &str, dictionary: Struct, depth: usize) {
        for (name, value) in dictionary.fields {
            self.value(&joined(parent, &name), value, depth);
        }
    }

    fn value(&mut self, name: &str, value: Value, depth: usize) {
        if self.left == 0 {
            return;
        }
        if depth > DEPTH_MAX {
            self.problems.add(&self.field, format!("nests deeper than {DEPTH_MAX} levels"));
            self.left = 0;
            return;
        }
        match value.kind {
            None | Some(Kind::NullValue(_)) => {}
            Some(Kind::NumberValue(value)) => self.put(Feature { name: name.to_owned(), value }),
            Some(Kind::StringValue(text)) => self.put(indicator(name, text)),
            Some(Kind::BoolValue(is)) => self.put(indicator(name, is)),
            Some(Kind::StructValue(inner)) => self.dictionary(name, inner, depth + 1),
            Some(Kind::ListValue(list)) => {
                for (at, value) in list.values.into_iter().enumerate() {
                    let is_number = matches!(value.kind, Some(Kind::NumberValue(_)));
                    let of_list = if is_number { element(name, at) } else { name.to_owned() };
                    self.value(&of_list, value, depth + 1);
                }
            }
        }
    }

    fn put(&mut self, Feature { name, value }: Feature) {
        self.left -= 1;
        if !value.is_finite() {
            self.problems.add(&format!("{}.{}", self.field, cut(&name)), "is not a finite number");
            return;
        }
        let field = format!("{}.{}", self.field, cut(name.split('=').next().unwrap_or_default()));
        let name = values::bounded(self.problems, &field, name, NAME_BYTES_MAX);
        self.found.push(Feature { name, value });
    }
}

/// The beginning of a name: what is told of it stays short.
fn cut(name: &str) -> &str {
    name.get(..name.floor_char_boundary(64)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(kind: Kind) -> Value {
        Value { kind: Some(kind) }
    }

    fn dictionary(fields: Vec<(&str, Value)>) -> Struct {
        Struct { fields: fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect() }
    }

    fn number(n: f64) -> Value {
        value(Kind::NumberValue(n))
    }

    fn request(ids: &[&str]) -> v1::RankRequest {
        let action = |id: &&str| v1::RankableAction { id: (*id).to_owned(), features: Vec::new() };
        v1::RankRequest { actions: ids.iter().map(action).collect(), ..Default::default() }
    }

    fn told(wire: v1::RankRequest) -> Vec<(String, String)> {
        match rank(wire).unwrap_err() {
            Refusal::Fields(_, fields) => {
                fields.into_iter().map(|i| (i.field, i.problem)).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn dictionaries_become_named_numbers() {
        let list = |values| value(Kind::ListValue(prost_types::ListValue { values }));
        let text = |t: &str| value(Kind::StringValue(t.to_owned()));
        let user = dictionary(vec![("age", number(30.0)), ("vip", value(Kind::BoolValue(true)))]);
        let context = dictionary(vec![
            ("day", text("rest")),
            ("likes", list(vec![text("spa"), text("bar")])),
            ("none", value(Kind::NullValue(0))),
            ("place", list(vec![number(1.5), number(-2.0)])),
            ("user", value(Kind::StructValue(user))),
        ]);
        let wire = v1::RankRequest { context_features: vec![context], ..request(&["a"]) };
        let question = rank(wire).unwrap();
        let found: Vec<(&str, f64)> =
            question.context.iter().map(|f| (f.name.as_str(), f.value)).collect();
        let expected = [
            ("day=rest", 1.0),
            ("likes=spa", 1.0),
            ("likes=bar", 1.0),
            ("place[0]", 1.5),
            ("place[1]", -2.0),
            ("user.age", 30.0),
            ("user.vip=true", 1.0),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_cannot_be_ranked_is_told_by_its_field() {
        let ids: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        let many: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(told(request(&[]))[0].0, "actions");
        assert_eq!(told(request(&many))[0].0, "actions");
        assert_eq!(told(request(&["a", "b", "a"]))[0].0, "actions[2].id");
        assert_eq!(told(request(&["a", ""]))[0].0, "actions[1].id");
        let all = v1::RankRequest {
            excluded_actions: vec!["a".to_owned(), "b".to_owned()],
            ..request(&["a", "b"])
        };
        assert_eq!(told(all)[0].0, "excluded_actions");
        let some = v1::RankRequest {
            excluded_actions: vec!["x".to_owned(), "b".to_owned()],
            ..request(&["a", "b"])
        };
        assert_eq!(rank(some).unwrap().excluded, [1]);
        let context = |fields| v1::RankRequest {
            context_features: vec![dictionary(fields)],
            ..request(&["a"])
        };
        assert_eq!(told(context(vec![("x", number(f64::NAN))]))[0].0, "context_features[0].x");
        let card = value(Kind::StringValue("4111 1111 1111 1111".to_owned()));
        assert_eq!(told(context(vec![("card", card)]))[0].0, "context_features[0].card");
        let names: Vec<String> = (0..600).map(|n| format!("f{n}")).collect();
        let flood = names.iter().map(|n| (n.as_str(), number(1.0))).collect();
        assert_eq!(told(context(flood))[0].0, "context_features");
        let mut deep = number(1.0);
        for _ in 0..20 {
            deep = value(Kind::StructValue(dictionary(vec![("d", deep)])));
        }
        assert!(told(context(vec![("d", deep)]))[0].1.contains("deeper"));
    }
}
