//! The seven P's in words and tables, for terminal and page alike.

use crate::cli::segments;
use crate::learn::experiment::impact::{Finding, Outcome};
use crate::learn::insight::calibration::Calibration;
use crate::learn::insight::groups::Groups;
use crate::learn::insight::persistency::Persistency;
use crate::learn::insight::product::{Pair, Product};
use crate::learn::insight::promotion::{BudgetLine, Promotion};
use crate::learn::insight::share::Share;
use crate::learn::insight::{Performance, Profiling, Profitability, Prospecting, Report};
use crate::learn::value::tiers::Tier;

/// Lines of a table of offers.
const OFFERS_TOLD: usize = 15;

/// One of the P's.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    /// The question it answers.
    pub(crate) asks: &'static str,
    pub(crate) told: Vec<String>,
    pub(crate) tables: Vec<Table>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) headings: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// What the report is about.
pub(super) fn title(report: &Report) -> String {
    let of = report.property.as_ref().map_or_else(
        || format!("brand {}", report.brand),
        |property| format!("{property}, brand {}", report.brand),
    );
    format!("{of}, {} to {}", report.from, report.through)
}

/// The sections.
pub(crate) fn sections(report: &Report) -> Vec<Section> {
    let mut sections = vec![
        profiling(&report.profiling),
        persistency(&report.persistency),
        profitability(&report.profitability, &report.persistency),
        performance(&report.performance),
        prospecting(&report.prospecting),
        product(&report.product),
        promotion(&report.promotion),
    ];
    sections.extend(report.groups.as_ref().map(groups));
    sections
}

fn groups(of: &Groups) -> Section {
    let kinds = [("cluster", &of.clusters), ("rule segment", &of.rules)];
    let tables = kinds.into_iter().filter(|(_, lines)| !lines.is_empty());
    let table = |(heading, lines): (_, &Vec<_>)| Table {
        headings: segments::headings(heading),
        rows: segments::rows(lines),
    };
    Section {
        name: "Groups",
        asks: "which groups do guests form, and have they changed?",
        told: segments::told(of),
        tables: tables.map(table).collect(),
    }
}

fn profiling(of: &Profiling) -> Section {
    let told = vec![
        format!(
            "{} guests; {} allow profiling, {} marketing; {} can be reached beyond the house.",
            of.guests, of.profiled, of.marketable, of.reachable
        ),
        format!(
            "{:.0} % of a taste is known on average, more than half of it of {} guests; {} stated a preference; {} \
             survey answers in the period.",
            100.0 * of.learnt,
            of.known,
            of.stated,
            of.survey_answers
        ),
    ];
    let row = |line: &crate::learn::insight::SegmentLine| {
        let name = if line.segment.is_empty() { "(none)" } else { &line.segment };
        vec![name.to_owned(), line.guests.to_string(), percent_of(line.known, line.guests)]
    };
    let rows = of.segments.iter().map(row).collect();
    let tables = vec![Table { headings: vec!["segment", "guests", "taste known"], rows }];
    Section { name: "Profiling", asks: "of whom do we know what they like?", told, tables }
}

fn persistency(of: &Persistency) -> Section {
    let (mut told, mut tables) = (Vec::new(), Vec::new());
    told.push(format!(
        "{} guests have stayed, {} more than once, {} for the first time in the period.",
        of.stayed, of.repeaters, of.new_guests
    ));
    if let Some(why) = &of.not_valued {
        told.push(format!("They cannot be valued: {why}."));
    }
    if let Some(figures) = &of.figures {
        let gap = figures
            .typical_gap_days
            .map(|d| format!("; usually {d:.0} days lie between two stays"));
        told.push(format!(
            "{:.0} % are still guests; {:.0} stays are expected in twelve months. Last arrival {:.1} months ago in the \
             middle{}. {} are silent for more than twice their usual time, {} of the fifth that paid most are rather \
             gone.",
            100.0 * figures.alive,
            figures.expected_stays,
            of.months_since_last.unwrap_or(0.0),
            gap.unwrap_or_default(),
            figures.overdue,
            figures.at_risk
        ));
        if figures.dependence > 0.3 {
            told.push(format!(
                "Guests who come more often spend differently (correlation {:.2}): values are rough.",
                figures.dependence
            ));
        }
    }
    if let Some(migration) = &of.migration {
        let row = |(tier, row): (Tier, &[u64; 4])| {
            let cells = row.iter().map(ToString::to_string);
            std::iter::once(format!("from {tier:?}")).chain(cells).collect()
        };
        let rows = Tier::ALL.into_iter().zip(migration).map(row).collect();
        tables.push(Table { headings: vec!["value tier", "to A", "to B", "to C", "to D"], rows });
    }
    Section { name: "Persistency", asks: "who comes again, whom are we losing?", told, tables }
}

fn profitability(of: &Profitability, persistency: &Persistency) -> Section {
    let mut told = vec![
        format!(
            "Paid in the period {:.0}. Accepted offers brought {:.0}, of which {:.0} are left after taxes, costs and \
             commission; {} messages cost {:.0}. Margin of a decision {:.3}.",
            of.paid,
            of.offer_revenue,
            of.offer_margin,
            of.contacts,
            of.contact_cost,
            of.margin_per_decision
        ),
        match &of.incremental {
            Some(more) => format!(
                "Personalization brought {:.2} of margin for a guest beyond the holdout: {:.2} for each of {} occupied \
                 room nights [{:.2}, {:.2}].",
                more.per_guest, more.per_room_night, of.room_nights, more.low, more.high
            ),
            None => format!(
                "What personalization brings for each of {} occupied room nights is not known: it takes a holdout, \
                 and some hundred guests in it.",
                of.room_nights
            ),
        },
    ];
    let mut tables = Vec::new();
    if let Some(figures) = &persistency.figures {
        told.push(format!(
            "The top fifth of the guests has paid {:.0} % so far and holds {:.0} % of the value to come.",
            100.0 * figures.paid_by_top_fifth,
            100.0 * figures.value_of_top_fifth
        ));
        let whole = figures.lifetime_value.max(f64::MIN_POSITIVE);
        let row = |line: &crate::learn::value::portfolio::TierLine| {
            vec![
                format!("{:?}", line.tier),
                line.guests.to_string(),
                format!("{:.0}", line.lifetime_value),
                format!("{:.1} %", 100.0 * line.lifetime_value / whole),
                format!("{:.2}", line.from),
            ]
        };
        let rows = figures.tiers.iter().map(row).collect();
        let headings = vec!["value tier", "guests", "lifetime value", "of all", "from"];
        tables.push(Table { headings, rows });
        told.push(format!(
            "Lifetime value: net, of the next {} months, discounted.",
            figures.months
        ));
    }
    Section { name: "Profitability", asks: "who and what brings the profit?", told, tables }
}

fn performance(of: &Performance) -> Section {
    let funnel = &of.funnel;
    let mut told = vec![format!(
        "{} decisions ({:.0} % of placements by the model): {} offers, {} seen, {} clicked, {} accepted, {} declined, \
         {} taken back. Accepted of offered: {}.",
        of.decisions,
        100.0 * of.by_model.rate,
        funnel.offered,
        funnel.shown,
        funnel.clicked,
        funnel.accepted,
        funnel.declined,
        funnel.reversed,
        share(&of.accept_rate)
    )];
    told.push(foresight(of.calibration.as_ref()));
    let placement = |line: &crate::learn::insight::PlacementLine| {
        let funnel = &line.funnel;
        let mut row = vec![line.placement.clone()];
        row.extend([funnel.offered, funnel.clicked, funnel.accepted].map(|n| n.to_string()));
        row.extend([share(&line.accept_rate), format!("{:.0}", funnel.margin)]);
        row
    };
    let headings = vec!["placement", "offered", "clicked", "accepted", "accept rate", "margin"];
    let mut tables = vec![Table { headings, rows: of.placements.iter().map(placement).collect() }];
    if !of.channels.is_empty() {
        let row = |line: &crate::learn::insight::ChannelLine| {
            let contacts = line.contacts.to_string();
            vec![line.channel.clone(), contacts, share(&line.answered), share(&line.unsubscribed)]
        };
        let headings = vec!["channel", "messages", "answered", "unsubscribed"];
        tables.push(Table { headings, rows: of.channels.iter().map(row).collect() });
        told.push(format!("{} times silence was better than a message.", of.withheld));
    }
    let compared: Vec<Vec<String>> = of
        .impact
        .comparisons
        .iter()
        .filter_map(|comparison| {
            let Finding::Measured(found) = &comparison.finding else { return None };
            let guests = format!("{} and {}", found.guests, found.guests_against);
            let against = comparison.against.to_string();
            Some(vec![against, guests, lift(&found.accept_rate), lift(&found.value)])
        })
        .collect();
    if !compared.is_empty() {
        let headings = vec!["the policy against", "guests", "lift of accepts", "lift of margin"];
        tables.push(Table { headings, rows: compared });
    }
    Section { name: "Performance", asks: "how do decisions do, and was it foreseen?", told, tables }
}

fn foresight(calibration: Option<&Calibration>) -> String {
    calibration.map_or_else(
        || "Too few final answers to say whether acceptance was foreseen.".to_owned(),
        |found| {
            format!(
                "Acceptance of first offers: foreseen {:.2} %, found {:.2} %; calibration error {:.4} over {} answers.",
                100.0 * found.foreseen,
                100.0 * found.accepted,
                found.error,
                found.labels
            )
        },
    )
}

fn prospecting(of: &Prospecting) -> Section {
    let cost = of.cost_per_conversion.map_or_else(String::new, |cost| {
        format!(" Messages cost {cost:.2} for each who became one.")
    });
    let told =
        vec![format!("{} prospects; {} became guests.{cost}", of.prospects, share(&of.converted))];
    let bands = ["below 0", "0 to ¼", "¼ to ½", "½ to ¾", "above ¾"];
    let rows: Vec<Vec<String>> = bands
        .iter()
        .zip(&of.look_alike)
        .map(|(band, guests)| vec![(*band).to_owned(), guests.to_string()])
        .collect();
    let headings = vec!["likeness to guests of tier A", "prospects who did not book"];
    let is_empty = of.look_alike.iter().all(|guests| *guests == 0);
    let tables = if is_empty { Vec::new() } else { vec![Table { headings, rows }] };
    Section { name: "Prospecting", asks: "who becomes a guest?", told, tables }
}

fn product(of: &Product) -> Section {
    let row = |line: &crate::learn::insight::product::OfferLine| {
        let penetration = line.penetration.map(|share| format!("{:.1} %", 100.0 * share));
        vec![
            line.offer.clone(),
            line.funnel.offered.to_string(),
            share(&line.accept_rate),
            format!("{:.0}", line.funnel.margin),
            format!("{:.0} %", 100.0 * line.coverage),
            penetration.unwrap_or_default(),
        ]
    };
    let rows = of.offers.iter().take(OFFERS_TOLD).map(row).collect();
    let headings = vec![
        "offer",
        "offered",
        "accept rate",
        "margin",
        "guests who saw it",
        "staying guests who took it",
    ];
    let mut tables = vec![Table { headings, rows }];
    let mut told = Vec::new();
    if of.offers.len() > OFFERS_TOLD {
        told.push(format!("The {OFFERS_TOLD} of {} that brought most.", of.offers.len()));
    }
    let pair = |(kind, pair): (&str, &Pair)| {
        let both = format!("{} (by chance {:.1})", pair.both, pair.expected);
        vec![kind.to_owned(), pair.one.clone(), pair.other.clone(), both]
    };
    let rivals = of.rivals.iter().map(|p| ("rivals", p));
    let rows: Vec<_> =
        rivals.chain(of.complements.iter().map(|p| ("go together", p))).map(pair).collect();
    if !rows.is_empty() {
        let headings = vec!["pair", "offer", "and", "guests who accepted both"];
        tables.push(Table { headings, rows });
    }
    Section {
        name: "Product",
        asks: "which offers do well, which take each other's place?",
        told,
        tables,
    }
}

fn promotion(of: &Promotion) -> Section {
    let mut told = vec![format!(
        "{} of the offers made had a price under the list price, by {:.0} % on average.",
        share(&of.discounted),
        100.0 * of.mean_discount
    )];
    let mut rows = Vec::new();
    for line in &of.offers {
        for (at, step) in line.steps.iter().enumerate() {
            let error = step.standard_error.map(|error| format!(" ± {error:.2}"));
            let more = error.map(|error| format!("{:+.2}{error}", step.incremental_margin));
            let elasticity = format!("{:.1} ± {:.1}", line.elasticity, line.standard_error);
            rows.push(vec![
                if at == 0 { line.offer.clone() } else { String::new() },
                if at == 0 { elasticity } else { String::new() },
                format!("{:.0} %", f64::from(step.basis_points) / 100.0),
                share(&step.accept_rate),
                format!("{:.2}", step.margin_per_offer),
                more.unwrap_or_default(),
            ]);
        }
    }
    if rows.is_empty() {
        told.push("No price was tried: what a discount brings is not known.".to_owned());
    }
    let headings = vec![
        "offer",
        "elasticity",
        "price",
        "accept rate",
        "margin an offer",
        "beyond the highest",
    ];
    let mut tables = if rows.is_empty() { Vec::new() } else { vec![Table { headings, rows }] };
    if !of.budgets.is_empty() {
        let headings = vec![
            "budget",
            "spent",
            "of",
            "period passed",
            "shown",
            "accepted",
            "brought",
            "return (asked)",
        ];
        tables.push(Table { headings, rows: of.budgets.iter().map(budget).collect() });
    }
    Section { name: "Promotion", asks: "what does a discount bring?", told, tables }
}

fn budget(line: &BudgetLine) -> Vec<String> {
    let found = if line.spent > 0.0 {
        format!("{:.2}", line.worth / line.spent)
    } else {
        "none yet".to_owned()
    };
    vec![
        if line.name.is_empty() { line.budget.clone() } else { line.name.clone() },
        format!("{:.2}", line.spent),
        format!("{:.2}", line.amount),
        format!("{:.0} %", 100.0 * line.elapsed),
        line.shown.to_string(),
        line.accepted.to_string(),
        format!("{:.2}", line.worth),
        format!("{found} ({:.2})", line.least_return),
    ]
}

fn share(of: &Share) -> String {
    let [rate, low, high] = [of.rate, of.low, of.high].map(|share| 100.0 * share);
    format!("{rate:.2} % [{low:.2}, {high:.2}]")
}

fn percent_of(part: u64, whole: u64) -> String {
    format!("{:.0} %", 100.0 * Share::of(part, whole).rate)
}

fn lift(outcome: &Outcome) -> String {
    match outcome {
        Outcome::TooEarly(why) => why.to_string(),
        Outcome::Lift(lift) => format!(
            "{:+.1} % [{:+.1}, {:+.1}]",
            100.0 * lift.lift,
            100.0 * lift.interval.low,
            100.0 * lift.interval.high
        ),
    }
}
