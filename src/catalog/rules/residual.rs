//! Rules that stay CEL programs: run once per decision, not per offer, and bounded when they are
//! published.

use std::sync::Arc;
use std::time::Duration;

use cel::common::types::{CelInt, CelString};
use cel::common::value::CowVal;
use cel::context::VariableResolver;
use cel::{Context, Env, ExecutionError, IdedExpr, Value};

use crate::domain::channel::Channel;
use crate::domain::stay::StayStage;
use crate::domain::time::{DayType, Daypart, TimeContext};
use crate::sys::clock::Stopwatch;

use super::RuleError;
use super::facts::{GuestFacts, Kind, RuleFacts, ValueFacts, Variable, Vocabulary};
use crate::catalog::snapshot::{PlacementIndex, PropertyIndex};

/// The facts of a decision, as a CEL program asks for them.
struct Resolver<'a> {
    facts: &'a RuleFacts<'a>,
    vocabulary: &'a Vocabulary,
}

impl VariableResolver for Resolver<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let variable = Variable::from_name(name)?;
        match variable.kind() {
            Kind::Number => self.facts.number(variable).map(|n| CowVal::owned(CelInt::from(n))),
            Kind::Text => Some(CowVal::owned(CelString::from(self.facts.text(variable)))),
            Kind::Name if variable == Variable::Country => {
                let country = self.facts.country?;
                let text: String = country.into_iter().map(char::from).collect();
                Some(CowVal::owned(CelString::from(text)))
            }
            Kind::Name => {
                let name = self.vocabulary.name(variable, self.facts.code(variable)?)?;
                Some(CowVal::owned(CelString::from(name)))
            }
        }
    }
}

/// A context in which programs can ask for facts.
fn with_context<T>(
    env: &Arc<Env>,
    facts: &RuleFacts<'_>,
    vocabulary: &Vocabulary,
    run: impl FnOnce(&Context<'_, '_>) -> T,
) -> T {
    let resolver = Resolver { facts, vocabulary };
    let mut context = Context::with_env(Arc::clone(env));
    context.set_variable_resolver(&resolver);
    run(&context)
}

/// Runs a program: true only where it says so.
pub(super) fn holds(
    env: &Arc<Env>,
    program: &IdedExpr,
    facts: &RuleFacts<'_>,
    vocabulary: &Vocabulary,
) -> bool {
    let value = with_context(env, facts, vocabulary, |context| context.resolve(program));
    matches!(value, Ok(Value::Bool(true)))
}

/// Tries a program on facts that are all known and long, from several sides so that `&&` and `||`
/// hide less.
pub(super) fn admit(
    env: &Arc<Env>,
    program: &IdedExpr,
    vocabulary: &Vocabulary,
    most: Duration,
) -> Result<(), RuleError> {
    for side in 0..3 {
        let facts = sample(side);
        with_context(env, &facts, vocabulary, |context| {
            let mut fastest = Duration::MAX;
            for _ in 0..5 {
                let watch = Stopwatch::start();
                let value = context.resolve(program);
                fastest = fastest.min(watch.elapsed());
                check_value(value)?;
            }
            if fastest > most {
                let problem = format!(
                    "takes {fastest:.0?}, and {most:.0?} is the most; simplify it, or compare \
                     variables with literals only"
                );
                return Err(RuleError::new(0, problem));
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn check_value(value: Result<Value, ExecutionError>) -> Result<(), RuleError> {
    match value {
        // A sample need not be one the rule is meant for: what depends on values is met at run
        // time, as "not so".
        Ok(Value::Bool(_))
        | Err(
            ExecutionError::UndeclaredReference(_)
            | ExecutionError::DivisionByZero(_)
            | ExecutionError::RemainderByZero(_)
            | ExecutionError::Overflow(..)
            | ExecutionError::IndexOutOfBounds(_)
            | ExecutionError::FunctionError { .. },
        ) => Ok(()),
        Ok(_) => Err(RuleError::new(0, "is neither true nor false; compare it with something")),
        Err(error) => Err(RuleError::new(0, format!("cannot be computed: {error}"))),
    }
}

/// Facts to try programs on: all known, the texts as long as they can be.
fn sample(side: u8) -> RuleFacts<'static> {
    const LONG: &str = "zh-Hant-TW-x-the-longest-locale-a-caller-may-send-us-in-a-decision";
    let pick = |values: [u8; 3]| values.get(usize::from(side)).copied().unwrap_or(1);
    RuleFacts {
        property: PropertyIndex(0),
        placement: PlacementIndex(0),
        channel: Channel::from_code(pick([0, 4, 8])).unwrap_or(Channel::Web),
        stage: StayStage::from_code(pick([5, 0, 3])).unwrap_or_default(),
        time: TimeContext { day_type: DayType::Holiday, daypart: Daypart::Evening },
        adults: pick([2, 1, 20]),
        children: pick([1, 0, 20]),
        nights: Some(u16::from(pick([3, 1, 30]))),
        days_to_arrival: Some(i32::from(pick([5, 0, 200])) - 1),
        locale: LONG,
        intent: LONG,
        country: Some(*b"CN"),
        guest: Some(GuestFacts {
            stays: u32::from(pick([2, 0, 100])),
            accepts: u32::from(pick([3, 0, 100])),
            broken_promises: u32::from(pick([1, 0, 4])),
            segment: 0,
            value: Some(ValueFacts {
                paid: i64::from(pick([20, 0, 200])),
                days_since_stay: Some(i64::from(pick([90, 0, 250]))),
                tier: Some(pick([0, 3, 1])),
                alive_percent: Some(i64::from(pick([50, 0, 100]))),
                overdue_percent: Some(i64::from(pick([100, 0, 250]))),
            }),
        }),
    }
}
