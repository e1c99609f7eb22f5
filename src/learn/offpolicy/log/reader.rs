//! Reads a log line by line: a decision each, or what is wrong with the line.

use std::collections::HashSet;
use std::io::BufRead;

use serde_json::{Map, Value};

use super::error::{LogError, Problem};
use super::lines::Lines;
use super::{Action, Feature, LoggedDecision};

/// The decisions of a log, in the order of the file. After a line that is wrong the next one
/// follows; after a failure to read there is no next.
#[derive(Debug)]
pub struct Reader<R>(Lines<R>);

impl<R: BufRead> Reader<R> {
    /// Reads from the beginning of a source.
    pub fn new(source: R) -> Self {
        Self(Lines::new(source))
    }

    /// All decisions, in order of time where all have one.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn read_all(self) -> Result<Vec<LoggedDecision>, LogError> {
        let mut decisions = self.collect::<Result<Vec<_>, _>>()?;
        super::sort_by_time(&mut decisions);
        Ok(decisions)
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<LoggedDecision, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_with(parse)
    }
}

/// One line as a decision.
fn parse(line: &[u8]) -> Result<LoggedDecision, Problem> {
    let fields: Map<String, Value> =
        serde_json::from_slice(line).map_err(|error| not_json(line, &error))?;
    let actions = actions(required(&fields, "actions")?)?;
    let id = text(required(&fields, "action")?, || "action".into())?;
    let taken = actions.iter().position(|action| action.id == id);
    let taken = taken.ok_or_else(|| Problem::UnknownAction { id: id.to_owned() })?;
    let value = number(required(&fields, "selection_probability")?, "selection_probability")?;
    if !(value > 0.0 && value <= 1.0) {
        return Err(Problem::SelectionProbability { value });
    }
    Ok(LoggedDecision {
        micros: fields.get("time").map(micros).transpose()?,
        guest: text(required(&fields, "guest")?, || "guest".into())?.to_owned(),
        position: fields.get("position").map(position).transpose()?,
        context: fields.get("context").map_or(Ok(vec![]), |value| features(value, "context"))?,
        actions,
        taken,
        selection_probability: value,
        reward: number(required(&fields, "reward")?, "reward")?,
    })
}

pub(super) fn required<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
) -> Result<&'a Value, Problem> {
    fields.get(name).ok_or_else(|| Problem::Missing { field: name.to_owned() })
}

fn text(value: &Value, field: impl Fn() -> String) -> Result<&str, Problem> {
    let expected = "a text: put it in quotes";
    value.as_str().ok_or_else(|| Problem::Type { field: field(), expected })
}

pub(super) fn number(value: &Value, field: &str) -> Result<f64, Problem> {
    let expected = "a number: write it without quotes";
    value.as_f64().ok_or_else(|| Problem::Type { field: field.to_owned(), expected })
}

fn position(value: &Value) -> Result<u32, Problem> {
    let position = value.as_u64().and_then(|position| u32::try_from(position).ok());
    let expected = "a whole number from 0 up: leave it out where it is not known";
    position.ok_or_else(|| Problem::Type { field: "position".into(), expected })
}

pub(super) fn micros(value: &Value) -> Result<i64, Problem> {
    match value {
        Value::String(text) => {
            let time = text.parse::<jiff::Timestamp>();
            Ok(time.map_err(|_| Problem::Time { text: text.clone() })?.as_microsecond())
        }
        Value::Number(seconds) => {
            let seconds = seconds.as_f64().filter(|s| s.abs() < SECONDS_MAX);
            let seconds = seconds.ok_or_else(|| Problem::Time { text: value.to_string() })?;
            #[expect(clippy::cast_possible_truncation, reason = "within the bounds of an i64")]
            Ok((seconds * 1e6).round() as i64)
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            Err(Problem::Time { text: value.to_string() })
        }
    }
}

/// Ten thousand years: what is larger is no number of seconds, but of milliseconds, say.
const SECONDS_MAX: f64 = 3.2e11;

fn actions(value: &Value) -> Result<Vec<Action>, Problem> {
    let wrong = |field: String, expected| Problem::Type { field, expected };
    let list = "a list of actions: write [{\"id\": …}, …]";
    let values = value.as_array().ok_or_else(|| wrong("actions".into(), list))?;
    if values.is_empty() {
        return Err(Problem::NoActions);
    }
    let mut seen = HashSet::with_capacity(values.len());
    let mut actions = Vec::with_capacity(values.len());
    for (place, value) in values.iter().enumerate() {
        let object = "an object with an id: write {\"id\": …}";
        let fields = value.as_object();
        let fields = fields.ok_or_else(|| wrong(format!("actions[{place}]"), object))?;
        let field = || format!("actions[{place}].id");
        let id = fields.get("id").ok_or_else(|| Problem::Missing { field: field() })?;
        let id = text(id, field)?;
        if !seen.insert(id) {
            return Err(Problem::DuplicateAction { place, id: id.to_owned() });
        }
        let of = |value| features(value, &format!("actions[{place}].features"));
        let features = fields.get("features").map_or(Ok(vec![]), of)?;
        actions.push(Action { id: id.to_owned(), features });
    }
    Ok(actions)
}

/// Features in order of their names, as the map has them.
fn features(value: &Value, field: &str) -> Result<Vec<Feature>, Problem> {
    let expected = "an object of numbers, texts, true or false, by name";
    let values = value.as_object();
    let values = values.ok_or_else(|| Problem::Type { field: field.to_owned(), expected })?;
    let feature = |(name, value): (&String, &Value)| match value {
        Value::Number(number) => {
            let value = number.as_f64().filter(|value| value.is_finite());
            let field = || format!("{field}.{name}");
            let value = value.ok_or_else(|| Problem::NotFinite { field: field() })?;
            Ok(Feature { name: name.clone(), value })
        }
        Value::String(text) => Ok(Feature { name: format!("{name}={text}"), value: 1.0 }),
        Value::Bool(is) => Ok(Feature { name: format!("{name}={is}"), value: 1.0 }),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            let expected = "a number, a text, true or false: leave out what is not known";
            Err(Problem::Type { field: format!("{field}.{name}"), expected })
        }
    };
    values.iter().map(feature).collect()
}

/// Why a line is no JSON. `NaN` and `Infinity`, which some writers put in place of a number, and
/// numbers too large for one, are told apart from other mistakes.
pub(super) fn not_json(line: &[u8], error: &serde_json::Error) -> Problem {
    let text = String::from_utf8_lossy(line);
    let is_shape = error.is_data() && text.trim_start().starts_with(|c| c != '{');
    if is_shape {
        return Problem::Json("it begins without a brace".into());
    }
    let column = error.column().saturating_sub(1).min(line.len());
    let (before, rest) = line.split_at(column);
    let rest = rest.strip_prefix(b"-").unwrap_or(rest);
    let is_word = ["NaN", "Infinity", "nan", "inf"].iter().any(|w| rest.starts_with(w.as_bytes()));
    if is_word || error.to_string().starts_with("number out of range") {
        return Problem::NotFinite { field: last_key(before) };
    }
    Problem::Json(error.to_string())
}

/// The last name before a colon: the field whose value is being read.
fn last_key(before: &[u8]) -> String {
    let text = String::from_utf8_lossy(before);
    let key = text.rsplit_once(':').and_then(|(head, _)| head.trim_end().strip_suffix('"'));
    let key = key.and_then(|head| head.rsplit_once('"'));
    key.map_or_else(|| "a number".to_owned(), |(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::learn::offpolicy::decision::Decision;

    const LINE: &str = r#"{"time": "2026-03-01T09:30:00Z", "guest": "g1", "position": 2,
        "context": {"stage": "in_house", "nights": 3, "is_member": true},
        "actions": [{"id": "spa", "features": {"price": 80.5, "is_new": false}}, {"id": "late"}],
        "action": "late", "selection_probability": 0.25, "reward": 1, "other": [1]}"#;

    fn one_line(text: &str) -> String {
        text.replace('\n', " ")
    }

    fn read(text: &str) -> Vec<Result<LoggedDecision, LogError>> {
        Reader::new(text.as_bytes()).collect()
    }

    fn feature(name: &str, value: f64) -> Feature {
        Feature { name: name.into(), value }
    }

    #[test]
    fn a_line_becomes_a_decision() {
        let read = read(&format!("\n{}\r\n\n", one_line(LINE)));
        let [Ok(decision)] = &read[..] else { panic!("{read:?}") };
        let expected = LoggedDecision {
            micros: Some(1_772_357_400_000_000),
            guest: "g1".into(),
            position: Some(2),
            context: vec![
                feature("is_member=true", 1.0),
                feature("nights", 3.0),
                feature("stage=in_house", 1.0),
            ],
            actions: vec![
                Action {
                    id: "spa".into(),
                    features: vec![feature("is_new=false", 1.0), feature("price", 80.5)],
                },
                Action { id: "late".into(), features: vec![] },
            ],
            taken: 1,
            selection_probability: 0.25,
            reward: 1.0,
        };
        assert_eq!(*decision, expected);
        assert_eq!((decision.actions(), decision.taken()), (2, 1));
        assert_ne!(decision.action(0), decision.action(1));
    }

    /// The line with one piece of text in place of another.
    fn problem_of(from: &str, to: &str) -> String {
        assert!(LINE.contains(from), "{from}");
        let text = format!("{}\n{}", one_line(LINE), one_line(&LINE.replace(from, to)));
        match &read(&text)[..] {
            [Ok(_), Err(error)] => error.to_string(),
            other => panic!("{from} -> {to}: {other:?}"),
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_line_and_field_and_what_to_do() {
        for (from, to, told) in [
            (r#""guest": "g1","#, "", "line 2: guest: is missing: add it"),
            (r#""reward": 1,"#, "", "line 2: reward: is missing"),
            (r#""actions""#, r#""choices""#, "line 2: actions: is missing"),
            (r#""action": "late","#, "", "line 2: action: is missing"),
            (r#""selection_probability""#, r#""p""#, "line 2: selection_probability: is missing"),
            (r#"{"id": "late"}"#, "{}", "line 2: actions[1].id: is missing"),
            (r#""guest": "g1""#, r#""guest": 17"#, "guest: is not a text: put it in quotes"),
            (r#""reward": 1"#, r#""reward": "1""#, "reward: is not a number: write it without"),
            (r#""position": 2"#, r#""position": -1"#, "position: is not a whole number"),
            (r#""price": 80.5"#, r#""price": null"#, "actions[0].features.price: is not a number"),
            (r#"{"stage""#, r#"[1], "c": {"stage""#, "context: is not an object"),
            (r#""actions": ["#, r#""actions": 1, "b": ["#, "actions: is not a list of actions"),
            (r#"{"id": "late"}"#, "7", "actions[1]: is not an object with an id"),
            (r#""action": "late""#, r#""action": "x""#, r#"action: "x" is not among the ids"#),
            (r#""id": "late""#, r#""id": "spa""#, r#"actions[1].id: "spa" is there twice"#),
            ("0.25", "0", "selection_probability: 0 is not above 0 and at most 1: log"),
            ("0.25", "1.001", "selection_probability: 1.001 is not above 0"),
            ("0.25", "-0.5", "selection_probability: -0.5 is not above 0"),
            ("0.25", "NaN", "selection_probability: is not a finite number"),
            (r#""reward": 1"#, r#""reward": -Infinity"#, "reward: is not a finite number"),
            ("80.5", "1e999", "price: is not a finite number: leave"),
            (
                "2026-03-01T09:30:00Z",
                "yesterday",
                r#"time: "yesterday" is not a time: write RFC 3339"#,
            ),
            (r#""2026-03-01T09:30:00Z""#, "1772357400000", "is not a time: write RFC 3339"),
            (r#""2026-03-01T09:30:00Z""#, "true", r#"time: "true" is not a time"#),
            (r#""guest": "g1","#, r#""guest": "g1""#, "line 2: it is not one JSON object"),
        ] {
            let found = problem_of(from, to);
            assert!(
                found.starts_with("line 2: ") && found.contains(told),
                "{found:?} for {told:?}"
            );
        }
        let empty = LINE.split_once("[{").unwrap().0.to_owned() + r#"[], "action": "a"}"#;
        let found = read(&one_line(&empty))[0].as_ref().unwrap_err().to_string();
        assert_eq!(found, "line 1: actions: is empty: list everything that could have been chosen");
        let found = read("[1, 2]")[0].as_ref().unwrap_err().to_string();
        assert!(found.contains("begins without a brace"), "{found}");
    }

    #[test]
    fn reading_goes_on_after_a_line_that_is_wrong() {
        let line = one_line(LINE);
        let read = read(&format!("{line}\nnonsense\n{line}"));
        assert!(matches!(&read[..], [Ok(_), Err(LogError { line: 2, .. }), Ok(_)]), "{read:?}");
        let all = Reader::new(format!("{line}\nnonsense\n{line}").as_bytes()).read_all();
        assert_eq!(all.unwrap_err().line, 2);
    }

    #[test]
    fn decisions_come_in_order_of_time_where_all_have_one() {
        let line = |time: &str, guest: &str| {
            one_line(LINE).replace(r#""2026-03-01T09:30:00Z""#, time).replace("g1", guest)
        };
        let (late, early) =
            (line("1772357400.5", "late"), line("\"2026-03-01T09:30:00+01:00\"", "early"));
        let guests = |lines: &[&String]| {
            let text = lines.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n");
            let all = Reader::new(text.as_bytes()).read_all().unwrap();
            all.into_iter().map(|decision| decision.guest).collect::<Vec<_>>()
        };
        assert_eq!(guests(&[&late, &early]), ["early", "late"]);
        let none =
            late.replace(r#""time": 1772357400.5, "#, "").replace("late\", \"pos", "none\", \"pos");
        assert_eq!(guests(&[&late, &none, &early]), ["late", "none", "early"]);
    }

    #[test]
    fn a_line_without_end_is_not_read_to_its_end() {
        let endless = std::io::BufReader::new(std::io::repeat(b' '));
        let read: Vec<_> = Reader::new(endless).collect();
        let [Err(LogError { problem: Problem::TooLong { .. }, .. })] = &read[..] else {
            panic!("{read:?}");
        };
    }

    #[test]
    fn a_source_that_fails_ends_the_log() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("gone"))
            }
        }
        let read: Vec<_> = Reader::new(std::io::BufReader::new(Failing)).collect();
        let [Err(error)] = &read[..] else { panic!("{read:?}") };
        assert_eq!(error.to_string(), "line 1: the log cannot be read on: gone");
    }
}
