//! Tests of rules as a whole: what is lowered, what is refused and where, agreement with CEL
//! itself, hostile texts.

use std::sync::Arc;
use std::time::Duration;

use cel::Env;
use proptest::prelude::*;

use super::facts::{Asker, GuestFacts, RuleFacts, Variable, Vocabulary};
use super::table::RuleTable;
use super::{RESIDUALS_MAX, RULES_MAX, RuleError, residual};
use crate::catalog::bitset::Bitset;
use crate::catalog::snapshot::{PlacementIndex, PropertyIndex};
use crate::domain::channel::Channel;
use crate::domain::id::{Label, OfferIndex, PlacementId, PropertyId};
use crate::domain::stay::StayStage;
use crate::domain::time::{DayType, Daypart, TimeContext};
use crate::sys::clock::Stopwatch;

fn vocabulary() -> Vocabulary {
    let property = |id| PropertyId::parse("property", id).unwrap();
    Vocabulary {
        properties: vec![property("sea"), property("city")],
        placements: vec![PlacementId::parse("placement", "portal.hero").unwrap()],
        segments: vec![Label::parse("segment", "leisure").unwrap()],
        asker: Asker::Offer,
    }
}

fn facts() -> RuleFacts<'static> {
    RuleFacts {
        property: PropertyIndex(1),
        placement: PlacementIndex(0),
        channel: Channel::Web,
        stage: StayStage::PreArrival,
        time: TimeContext { day_type: DayType::Rest, daypart: Daypart::Evening },
        adults: 2,
        children: 1,
        nights: Some(3),
        days_to_arrival: Some(5),
        locale: "zh-Hant-TW",
        intent: "spa",
        country: Some(*b"CN"),
        guest: Some(GuestFacts { stays: 4, accepts: 2, ..GuestFacts::default() }),
    }
}

fn table(rules: &[&str]) -> Result<RuleTable, Vec<(usize, RuleError)>> {
    RuleTable::compile(vocabulary(), rules.iter().copied())
}

/// Is a lowered rule true of the facts? Panics where it stays a program.
#[track_caller]
fn lowered(rule: &str, facts: &RuleFacts<'_>) -> bool {
    let table = table(&[rule]).unwrap();
    assert_eq!(table.residual_count(), 0, "{rule} was not lowered");
    let mut offers = Bitset::all(1);
    table.retain(facts, &mut offers);
    assert_eq!(table.holds(OfferIndex(0), facts), !offers.is_empty());
    !offers.is_empty()
}

#[track_caller]
fn refused(rule: &str, at: usize, about: &str) {
    let errors = table(&[rule]).unwrap_err();
    let (_, error) = &errors[0];
    assert!(error.problem.contains(about), "{}", error.problem);
    assert_eq!(error.at, at, "{}", error.problem);
}

#[test]
fn comparisons_are_lowered() {
    for (rule, is_so) in [
        ("", true),
        ("true", true),
        ("false", false),
        ("stage == 'PRE_ARRIVAL'", true),
        ("stage != \"PRE_ARRIVAL\"", false),
        ("stage in ['BOOKED', 'PRE_ARRIVAL']", true),
        ("!(stage in ['BOOKED'])", true),
        ("daypart == 'EVENING' && day_type == 'REST'", true),
        ("channel == 'WEB' && placement == 'portal.hero' && property == 'city'", true),
        ("country == 'CN' && country != 'PT'", true),
        ("guest.segment == 'leisure' && guest.stays >= 4 && guest.accepts < 3", true),
        ("party.adults == 2 && party.children > 0 && party.size == 3", true),
        ("party.size > 3 || nights <= 2", false),
        ("2 < nights && 5 >= days_to_arrival && -1 < nights", true),
        ("nights in [1, 3]", true),
        ("nights in []", false),
        ("locale.startsWith('zh-Hant') && !locale.startsWith('zh-Hans')", true),
        ("intent in ['spa', 'dining'] && intent != ''", true),
    ] {
        assert_eq!(lowered(rule, &facts()), is_so, "{rule}");
    }
}

#[test]
fn what_is_unknown_keeps_nothing_and_hides_nothing() {
    let unknown = RuleFacts { nights: None, country: None, guest: None, ..facts() };
    for (rule, is_so) in [
        ("guest.stays >= 0", false),
        ("!(guest.stays > 5)", false),
        ("guest.stays > 5 || stage == 'PRE_ARRIVAL'", true),
        ("!(guest.stays > 5 && stage == 'BOOKED')", true),
        ("country != 'PT'", false),
        ("nights in []", false),
    ] {
        assert_eq!(lowered(rule, &unknown), is_so, "{rule}");
    }
}

#[test]
fn rules_that_say_the_same_are_one() {
    let table = table(&[
        "nights > 3 && stage == 'BOOKED'",
        "stage == 'BOOKED' && 4 <= nights",
        "stage in ['BOOKED'] && (nights >= 4 && stage == 'BOOKED')",
        "!!(nights > 3) && stage == 'BOOKED'",
        "nights > 4",
    ]);
    assert_eq!(table.unwrap().lowered_count(), 2);
}

#[test]
fn the_rest_stays_a_program() {
    let rules = [
        "party.adults + party.children > 2",
        "nights > days_to_arrival ? stage == 'BOOKED' : country == 'CN'",
        "intent.endsWith('pa')",
        "size(intent) == 3 && country + property == 'CNcity'",
        "nights / (guest.stays - 4) > 1",
    ];
    let table = table(&rules).unwrap();
    assert_eq!((table.lowered_count(), table.residual_count()), (0, rules.len()));
    let mut offers = Bitset::all(rules.len());
    table.retain(&facts(), &mut offers);
    let kept: Vec<_> = offers.iter().map(|offer| offer.0).collect();
    assert_eq!(kept, [0, 1, 2, 3], "the last divides by zero: not so");
}

#[test]
fn mistakes_are_told_with_their_place() {
    refused("stage == 'BOKED'", 9, "BOOKED");
    refused("nights > 1 &&\n  stagee == 'BOOKED'", 16, "do not know");
    refused("guest.name == 'x'", 0, "guest.name");
    refused("nights > '3'", 9, "whole number");
    refused("nights > 2.5", 9, "whole number");
    refused("stage == 3", 9, "not a text");
    refused("stage > 'BOOKED'", 8, "order");
    refused("nights", 0, "alone");
    refused("nights + 1", 7, "condition");
    refused("nights > 1 &&", 13, "not CEL");
    refused("nights in 3", 10, "without a list");
    refused("[1, 2].all(x, x > 1)", 10, "calls all");
    refused("intent.matches('(a+)+$')", 14, "calls matches");
    refused("startsWith('a', 'b')", 10, "in a way");
    refused("intent == 'é' && nights > 'x'", 26, "whole number");
    refused("size(nights) > 3", 0, "cannot be computed");
}

#[test]
fn slow_rules_are_few() {
    let rules: Vec<String> = (0..=RESIDUALS_MAX).map(|i| format!("nights + {i} > 2")).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    assert_eq!(table(&rules[1..]).unwrap().residual_count(), RESIDUALS_MAX);
    assert_eq!(table(&rules).unwrap_err()[0].0, RESIDUALS_MAX);

    let rules: Vec<String> = (0..=RULES_MAX).map(|i| format!("nights == {i}")).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    assert_eq!(table(&rules).unwrap_err()[0].0, RULES_MAX);

    let env = Arc::new(Env::default().with_stdlib());
    let tree = env.parser().parse("nights + 1 > 2").unwrap();
    let error = residual::admit(&env, &tree, &vocabulary(), Duration::ZERO).unwrap_err();
    assert!(error.problem.contains("is the most"), "{error:?}");
}

/// What CEL itself says of a rule: `None` for an error.
fn by_cel(rule: &str, facts: &RuleFacts<'_>) -> bool {
    let env = Arc::new(Env::default().with_optional_support(false).with_stdlib());
    let tree = env.parser().parse(rule).unwrap();
    residual::holds(&env, &tree, facts, &vocabulary())
}

fn atoms() -> impl Strategy<Value = String> {
    let names = prop_oneof![
        Just("stage == 'BOOKED'"),
        Just("stage in ['PRE_ARRIVAL', 'IN_HOUSE']"),
        Just("country != 'PT'"),
        Just("country in []"),
        Just("guest.segment == 'leisure'"),
        Just("property == 'sea'"),
        Just("intent == 'spa'"),
        Just("intent in ['', 'golf']"),
        Just("locale.startsWith('zh')"),
        Just("true"),
        Just("false"),
    ];
    let numbers = Variable::ALL.map(Variable::name)[8..15].to_vec();
    let signs = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let compared = (prop::sample::select(numbers), signs, -2..6_i64, any::<bool>());
    let compared = compared.prop_map(|(name, sign, number, turned)| {
        if turned { format!("{number} {sign} {name}") } else { format!("{name} {sign} {number}") }
    });
    prop_oneof![names.prop_map(str::to_owned), compared]
}

fn rules() -> impl Strategy<Value = String> {
    atoms().prop_recursive(5, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} || {b}")),
            inner.prop_map(|a| format!("!({a})")),
        ]
    })
}

fn any_facts() -> impl Strategy<Value = RuleFacts<'static>> {
    let guest = prop::option::of((0..5_u32, 0..5_u32)).prop_map(|guest| {
        guest.map(|(stays, accepts)| GuestFacts { stays, accepts, ..GuestFacts::default() })
    });
    let stay = (prop::option::of(0..5_u16), prop::option::of(-2..5_i32));
    let text = (prop::sample::select(vec!["zh", "pt"]), prop::sample::select(vec!["", "spa"]));
    let country = prop::option::of(prop::sample::select(vec![*b"PT", *b"CN"]));
    (guest, stay, text, country, 0..9_u8, 0..4_u8, 0..4_u8, 0..2_u16).prop_map(
        |(guest, (nights, days), (locale, intent), country, stage, adults, children, property)| {
            RuleFacts {
                guest,
                nights,
                days_to_arrival: days,
                locale,
                intent,
                country,
                stage: StayStage::from_code(stage).unwrap(),
                adults,
                children,
                property: PropertyIndex(property),
                ..facts()
            }
        },
    )
}

proptest! {
    #[test]
    fn lowered_rules_agree_with_cel(rule in rules(), facts in any_facts()) {
        prop_assert_eq!(lowered(&rule, &facts), by_cel(&rule, &facts), "{}", rule);
    }

    #[test]
    fn any_text_is_taken_or_refused(rule in ".{0,200}") {
        let _ = table(&[&rule]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Words of the language in any order: far deeper into the parser than random characters reach.
    #[test]
    fn any_words_are_taken_or_refused(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..60),
    ) {
        let rule = words.join(" ");
        let watch = Stopwatch::start();
        let _ = table(&[&rule]);
        prop_assert!(watch.elapsed() < Duration::from_millis(500), "{} {:?}", rule, watch.elapsed());
    }
}

const WORDS: &[&str] = &[
    "(",
    ")",
    "(",
    ")",
    "[",
    "]",
    "!",
    "-",
    "+",
    "*",
    "/",
    "%",
    "?",
    ":",
    ",",
    ".",
    "&&",
    "||",
    "&&",
    "||",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "nights",
    "stage",
    "guest",
    "stays",
    "party.adults",
    "intent",
    "'BOOKED'",
    "\"x\"",
    "1",
    "2.5",
    "3u",
    "0x1F",
    "9223372036854775808",
    "true",
    "false",
    "null",
    "size",
    "startsWith",
    "int",
    "string",
    "has",
    "all",
    "1e999",
];

#[test]
fn hostile_texts_are_refused_quickly() {
    let many = |part: &str, times: usize| part.repeat(times);
    let nested = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", many(open, times), many(close, times))
    };
    let hostile = [
        nested("!!(", "true", ")", 42),
        nested("!!(", "true", ")", 31),
        many("(", 10_000),
        many("[", 10_000),
        many("(", 32),
        many("x", 1 << 20),
        many("nights > 1 && ", 100_000),
        many("nights > 1 && nights < 3 || ", 70) + "true",
        format!("nights in [{}]", many("1,", 450)),
        format!("{}1 > 0", many("1 + ", 490)),
        format!("{}1 > 0", many("-", 900)),
        format!("{}true", many("!", 900)),
        format!("{}true", many("true ? true : ", 240)),
        format!("true{}", many(" < true", 480)),
        format!("stage{}", many(".stage", 480)),
        format!("intent{} == 'x'", many(".size()", 200)),
        nested("size(", "1", ")", 31),
        many("&& ", 900),
        many("1 1 ", 480),
        format!("'{}' == intent", many("é", 2_000)),
        "9".repeat(4_000) + " > nights",
    ];
    for rule in hostile {
        let watch = Stopwatch::start();
        let _ = table(&[&rule]);
        let took = watch.elapsed();
        // 10 ms in a release build; tests run slower code beside other tests.
        let start: String = rule.chars().take(40).collect();
        assert!(took < Duration::from_millis(200), "{start} took {took:?}");
    }
}
