//! The audit of prices on a terminal, and the words that the page shares with it.

use crate::cli::output;
use crate::learn::fairness::effect::Estimate;
use crate::learn::fairness::{Effect, Fault, OfferSpread, Report, Violation, Witness};

/// Offers in the table of spreads.
const OFFERS_MAX: usize = 12;
/// Violations on a terminal; the page and the JSON have more.
const VIOLATIONS_MAX: usize = 10;

pub(super) fn print(report: &Report) {
    output::answer(verdict(report));
    output::answer(compared(report));
    let mut rules = output::table(["rule", "violations"]);
    for (fault, rule) in RULES {
        rules.add_row([rule.to_owned(), violations(report, fault).to_string()]);
    }
    output::answer(rules);
    for violation in report.violations.iter().take(VIOLATIONS_MAX) {
        output::answer(sentence(violation));
    }
    let mut spreads = output::table(SPREAD);
    for spread in report.offers.iter().take(OFFERS_MAX) {
        spreads.add_row(spread_row(spread));
    }
    output::answer("How far prices are apart, as shares of the list price:");
    output::answer(spreads);
    let mut effects = output::table(EFFECT);
    for effect in &report.effects {
        effects.add_row(effect_row(effect));
    }
    output::answer(EFFECTS_TOLD);
    output::answer(effects);
    for finding in &report.effect_findings {
        output::answer(format_args!("{finding} moves the price among the same conditions."));
    }
}

/// The rules, in order.
pub(super) const RULES: [(Fault, &str); 5] = [
    (Fault::SameConditions, "same conditions, same price"),
    (Fault::Loyalty, "a higher tier never pays more"),
    (Fault::Floor, "not under the floor"),
    (Fault::Unpublished, "not over the list price; under it for a published reason"),
    (Fault::NotReproducible, "the price that the catalog gives when asked again"),
];

pub(super) const SPREAD: [&str; 7] =
    ["property", "offer", "quotes", "prices", "lowest – highest", "mean", "published reasons"];

pub(super) const EFFECT: [&str; 6] =
    ["attribute", "value", "guests", "quotes", "paid, beside others", "same conditions"];

pub(super) const EFFECTS_TOLD: &str = "What guests of each kind paid beside all others, with 95 % intervals. \
    Beside others: for whatever reason, such as their tier or the days they ask for. Same conditions: what the \
    attribute itself did, which must be nothing.";

/// What the audit came to, in a sentence.
pub(super) fn verdict(report: &Report) -> String {
    if report.quotes == 0 {
        return "No price was quoted: nothing was audited.".to_owned();
    }
    let all: u64 = report.violation_counts.iter().map(|(_, count)| count).sum();
    match (all, report.effect_findings.len()) {
        (0, 0) => format!("Fair: {} prices audited, no violation.", report.quotes),
        (0, findings) => format!(
            "Not fair: no price broke a rule, but {findings} attributes move prices among the same conditions."
        ),
        (all, _) => format!("Not fair: {all} violations among {} prices.", report.quotes),
    }
}

/// What was compared with what.
pub(super) fn compared(report: &Report) -> String {
    let mut told = format!(
        "{} guests, {} different conditions; {} prices were compared with an earlier one of the same conditions \
         ({} of them another guest's), {} with one of another tier.",
        report.guests,
        report.conditions,
        report.compared,
        report.compared_between_guests,
        report.compared_between_tiers
    );
    if report.not_audited > 0 {
        told.push_str(&format!(
            " {} prices are older than price cells and were not audited.",
            report.not_audited
        ));
    }
    told
}

pub(super) fn violations(report: &Report, fault: Fault) -> u64 {
    let count = report.violation_counts.iter().find(|(of, _)| *of == fault);
    count.map_or(0, |(_, count)| *count)
}

/// A violation in a sentence, with both decisions where there are two.
pub(super) fn sentence(violation: &Violation) -> String {
    let Violation { fault, property, offer, conditions, found, against } = violation;
    let rule = RULES.iter().find(|(of, _)| of == fault).map_or("", |(_, rule)| rule);
    let told = |witness: &Witness| {
        let Witness { decision, price, tier } = witness;
        let tier = if *tier == 0 { "no tier".to_owned() } else { format!("tier {tier}") };
        format!("{price} in decision {decision} ({tier})")
    };
    let against = against.as_ref().map_or(String::new(), |other| format!(", but {}", told(other)));
    format!("Broken: {rule}. {offer} at {property}, {conditions}: {}{against}.", told(found))
}

pub(super) fn spread_row(spread: &OfferSpread) -> [String; 7] {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let reasons = spread.reasons.iter().map(|(reason, count)| {
        format!("{} {count}", if reason.is_empty() { "list price" } else { reason })
    });
    let [lowest, mean, highest] = spread.shares;
    [
        spread.property.clone(),
        spread.offer.clone(),
        spread.quotes.to_string(),
        spread.prices.to_string(),
        format!("{} – {}", percent(lowest), percent(highest)),
        percent(mean),
        reasons.collect::<Vec<_>>().join(", "),
    ]
}

pub(super) fn effect_row(effect: &Effect) -> [String; 6] {
    let told = |estimate: Option<Estimate>| {
        let Some(Estimate { effect, interval: [low, high], .. }) = estimate else {
            return "nothing to compare".to_owned();
        };
        // A logarithm of a price, as a share of it; no minus before a zero.
        let [effect, low, high] =
            [effect, low, high].map(|log| (libm::exp(log) - 1.0) * 100.0 + 0.0);
        let plain = |percent: f64| if percent.abs() < 0.005 { 0.0 } else { percent };
        format!("{:+.2} % [{:+.2}, {:+.2}]", plain(effect), plain(low), plain(high))
    };
    [
        effect.attribute.clone(),
        effect.value.clone(),
        effect.guests.to_string(),
        effect.quotes.to_string(),
        told(effect.overall),
        told(effect.same_conditions),
    ]
}
