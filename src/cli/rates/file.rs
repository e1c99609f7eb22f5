//! Reads rates from CSV: every line that cannot be taken is named with its number and what is wrong with
//! it, and nothing is lost.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use crate::api::v1;
use crate::cli::lines::{self, Bad, Lines};
use crate::domain::date;
use crate::domain::id::{Label, PropertyId};
use crate::domain::money::{Currency, Money};

/// The columns, in any order; amounts are decimal numbers in the currency of their line.
pub(crate) const COLUMNS: [&str; 7] =
    ["property", "room_type", "date", "currency", "bid_price", "hurdle", "variable_cost"];
/// Columns that may be left out.
const OPTIONAL: [&str; 2] = ["hurdle", "variable_cost"];
/// Rates of a call.
const BATCH: usize = 2_000;

/// Rates of a property, as they go out in one call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Batch {
    /// The property.
    pub(crate) property: String,
    /// Of all amounts.
    pub(crate) currency: String,
    /// Numbers of the first and the last line.
    pub(crate) lines: (u64, u64),
    /// The rates.
    pub(crate) rates: Vec<v1::RoomRate>,
}

/// What a file holds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Rates {
    /// What is to be sent, properties ascending, lines of each in their order.
    pub(crate) batches: Vec<Batch>,
    /// What is not.
    pub(crate) bad: Vec<Bad>,
}

/// Reads a file.
///
/// # Errors
/// Where there is no header, or it is not that of rates: says which columns there must be.
pub(crate) fn read(file: impl Read) -> Result<Rates, String> {
    let mut seen = HashMap::new();
    let Lines { good, bad } = lines::read(file, (&COLUMNS, &OPTIONAL), |line, fields| {
        let row = row(fields)?;
        match seen.entry((row.0.clone(), row.2.room_type_id.clone(), row.2.date.clone())) {
            Entry::Occupied(first) => {
                Err(format!("room_type and date: stand in line {} already", first.get()))
            }
            Entry::Vacant(free) => {
                free.insert(line);
                Ok(row)
            }
        }
    })?;
    let mut places: BTreeMap<(String, String), Vec<(u64, v1::RoomRate)>> = BTreeMap::new();
    for (line, (property, currency, rate)) in good {
        places.entry((property, currency)).or_default().push((line, rate));
    }
    let batches = places.into_iter().flat_map(|((property, currency), rows)| {
        let batch = |rows: &[(u64, v1::RoomRate)]| Batch {
            property: property.clone(),
            currency: currency.clone(),
            lines: (rows.first().map_or(0, |r| r.0), rows.last().map_or(0, |r| r.0)),
            rates: rows.iter().map(|(_, rate)| rate.clone()).collect(),
        };
        rows.chunks(BATCH).map(batch).collect::<Vec<_>>()
    });
    Ok(Rates { batches: batches.collect(), bad })
}

type Row = (String, String, v1::RoomRate);

fn row(fields: [&str; 7]) -> Result<Row, String> {
    let [property, room_type, night, code, bid, hurdle, cost] = fields;
    let told =
        |error: crate::domain::invalid::Invalid| format!("{}: {}", error.field, error.problem);
    PropertyId::parse("property", property).map_err(told)?;
    Label::parse("room_type", room_type).map_err(told)?;
    if date::parse(night).is_none() {
        return Err("date: is not a date; write it like 2026-12-24".to_owned());
    }
    let currency = Currency::parse("currency", code).map_err(told)?;
    let minor = |name: &str, text: &str| {
        let read = (!text.is_empty()).then(|| Money::decimal(text, currency)).transpose();
        read.map(|money| money.map(|money| money.minor)).map_err(|e| format!("{name}: {e}"))
    };
    let rate = v1::RoomRate {
        room_type_id: room_type.to_owned(),
        date: night.to_owned(),
        bid_price_minor: minor("bid_price", bid)?,
        hurdle_minor: minor("hurdle", hurdle)?,
        variable_cost_minor: minor("variable_cost", cost)?,
    };
    let has_more = rate.hurdle_minor.is_some() || rate.variable_cost_minor.is_some();
    if rate.bid_price_minor.is_none() && has_more {
        return Err("bid_price: is missing: a hurdle or a cost stands beside one".to_owned());
    }
    Ok((property.to_owned(), code.to_owned(), rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "date,property,room_type,currency,bid_price,hurdle\n";

    fn bad(text: &str) -> Vec<(u64, String)> {
        let read = read(format!("{HEADER}{text}").as_bytes()).unwrap();
        read.bad.into_iter().map(|bad| (bad.line, bad.problem)).collect()
    }

    #[test]
    fn lines_become_calls_by_property() {
        let text = format!(
            "{HEADER}2026-12-24,lisbon,suite,EUR,120.5,\n\
             2026-12-24,algarve,suite,EUR,90, 99.99\n\
             2026-12-25,lisbon,suite,EUR,,\n"
        );
        let read = read(text.as_bytes()).unwrap();
        assert_eq!(read.bad, []);
        let told: Vec<_> = read.batches.iter().map(|b| (b.property.as_str(), b.lines)).collect();
        assert_eq!(told, [("algarve", (3, 3)), ("lisbon", (2, 4))]);
        let amounts = |rate: &v1::RoomRate| (rate.bid_price_minor, rate.hurdle_minor);
        assert_eq!(amounts(&read.batches[0].rates[0]), (Some(9_000), Some(9_999)));
        let lisbon: Vec<_> = read.batches[1].rates.iter().map(amounts).collect();
        assert_eq!(lisbon, [(Some(12_050), None), (None, None)], "an empty line takes a rate away");
    }

    #[test]
    fn what_is_wrong_is_told_by_line_and_loses_nothing_else() {
        let told = bad("2026-13-24,lisbon,suite,EUR,1,\n\
                        2026-12-24,lisbon,suite,EUR,1.001,\n\
                        2026-12-24,lisbon,suite,EUR,,5\n\
                        2026-12-24,lisbon,Suite 1,EUR,5,\n\
                        2026-12-24,lisbon,suite,EUR,7,\n\
                        2026-12-24,lisbon,suite,EUR,8,\n\
                        2026-12-24,lisbon,suite\n\
                        2026-12-24,lisbon,suite,XXY,8,\n\
                        2026-12-24,lisbon,suite,EUR,-8,\n");
        let lines: Vec<u64> = told.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 7, 8, 9, 10], "line 6 is good: {told:?}");
        for ((_, problem), begins) in told.iter().zip([
            "date:",
            "bid_price:",
            "bid_price: is missing",
            "room_type:",
            "room_type and date: stand in line 6",
            "has 3 fields, the header 6",
            "currency:",
            "bid_price:",
        ]) {
            assert!(problem.starts_with(begins), "{problem}");
        }
    }

    #[test]
    fn a_header_of_something_else_is_refused() {
        let told = |header: &str| read(header.as_bytes()).unwrap_err();
        assert!(told("date,property,room_type,currency\n").contains("'bid_price' is missing"));
        assert!(told("date,property,room,currency,bid_price\n").contains("no 'room'"));
        assert!(told("date,date,property,room_type,currency,bid_price\n").contains("twice"));
        assert!(told("").contains("is missing"));
    }

    #[test]
    fn a_call_holds_two_thousand() {
        let rows: String =
            (0..4_001).map(|n| format!("2026-12-24,lisbon,type-{n},EUR,1,\n")).collect();
        let read = read(format!("{HEADER}{rows}").as_bytes()).unwrap();
        let told: Vec<_> = read.batches.iter().map(|b| (b.rates.len(), b.lines)).collect();
        assert_eq!(told, [(2_000, (2, 2_001)), (2_000, (2_002, 4_001)), (1, (4_002, 4_002))]);
    }
}
