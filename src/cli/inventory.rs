//! `concierge inventory`: units that remain of scarce offers, from a reception's or a spa's own system to
//! a running server.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::api::v1;
use crate::api::v1::catalog_service_client::CatalogServiceClient;
use crate::domain::date;
use crate::domain::id::{OfferId, PropertyId};
use crate::domain::invalid::Invalid;

use super::client::{CallError, ServerArgs};
use super::lines::{self, Bad, FileError, Lines};
use super::output;

/// The columns, in any order.
const COLUMNS: [&str; 4] = ["property", "offer", "date", "units"];
/// Dates of a call.
const BATCH: usize = 1_000;
/// Most units of a date.
const UNITS_MAX: i32 = 1_000_000;

/// Sets how many units remain of scarce offers, by hotel and date.
#[derive(Debug, Args)]
pub(crate) struct InventoryArgs {
    #[command(subcommand)]
    command: InventoryCommand,
}

#[derive(Debug, Subcommand)]
enum InventoryCommand {
    /// Imports a CSV file with the columns `property,offer,date,units`: what is neither sold nor held. Dates that
    /// are not named keep theirs. To import a file again sets the same again.
    Import {
        /// The file.
        file: PathBuf,
        /// Import the good lines though some are not, and write those to this file with what is wrong with
        /// them. Without it, a file with a bad line is not imported at all.
        #[arg(long, value_name = "CSV")]
        rejects: Option<PathBuf>,
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// Why units were not, or not all, set.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InventoryError {
    /// The file is not imported.
    #[error(transparent)]
    File(#[from] FileError),
    /// The server refused a part.
    #[error(
        "lines {} to {} ({offer} at {property}) were not imported, nor what comes after; {done} dates were. \
         Mend the cause and import the file again. {source}", lines.0, lines.1
    )]
    Refused {
        /// Dates set before.
        done: usize,
        /// First and last line of the part.
        lines: (u64, u64),
        /// Its property.
        property: String,
        /// Its offer.
        offer: String,
        /// What the server said.
        source: CallError,
    },
    /// The server cannot be reached.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Runs the command.
pub(crate) async fn inventory(args: &InventoryArgs) -> Result<(), InventoryError> {
    let InventoryCommand::Import { file, rejects, server } = &args.command;
    let read = lines::open(file, rejects.as_deref(), read, |units: &Units| &units.bad)?;
    let mut client = CatalogServiceClient::new(server.connect().await?);
    let mut done = 0;
    for Batch { property, offer, lines, entries } in read.batches {
        let count = entries.len();
        let request = v1::SetInventoryRequest {
            property: server.name("properties", &property),
            offer_id: offer.clone(),
            entries,
            ..v1::SetInventoryRequest::default()
        };
        client.set_inventory(request).await.map_err(|status| InventoryError::Refused {
            done,
            lines,
            property,
            offer,
            source: status.into(),
        })?;
        done += count;
    }
    output::answer(format_args!("{done} dates are set; {} lines were not taken", read.bad.len()));
    Ok(())
}

/// Units of an offer at a hotel, as they go out in one call.
#[derive(Debug, PartialEq)]
struct Batch {
    property: String,
    offer: String,
    /// Numbers of the first and the last line.
    lines: (u64, u64),
    entries: Vec<v1::InventoryEntry>,
}

/// What a file holds.
#[derive(Debug)]
struct Units {
    /// What is to be sent, hotels and offers ascending.
    batches: Vec<Batch>,
    bad: Vec<Bad>,
}

fn read(file: impl Read) -> Result<Units, String> {
    let mut seen = HashMap::new();
    let Lines { good, bad } = lines::read(file, (&COLUMNS, &[]), |line, fields| {
        let [property, offer, ..] = fields;
        let entry = entry(fields)?;
        match seen.entry((property.to_owned(), offer.to_owned(), entry.date.clone())) {
            Entry::Occupied(first) => {
                Err(format!("offer and date: stand in line {} already", first.get()))
            }
            Entry::Vacant(free) => {
                free.insert(line);
                Ok(((property.to_owned(), offer.to_owned()), entry))
            }
        }
    })?;
    let mut places: BTreeMap<(String, String), Vec<(u64, v1::InventoryEntry)>> = BTreeMap::new();
    for (line, (place, entry)) in good {
        places.entry(place).or_default().push((line, entry));
    }
    let batches = places.into_iter().flat_map(|((property, offer), rows)| {
        let batch = |rows: &[(u64, v1::InventoryEntry)]| Batch {
            property: property.clone(),
            offer: offer.clone(),
            lines: (rows.first().map_or(0, |r| r.0), rows.last().map_or(0, |r| r.0)),
            entries: rows.iter().map(|(_, entry)| entry.clone()).collect(),
        };
        rows.chunks(BATCH).map(batch).collect::<Vec<_>>()
    });
    Ok(Units { batches: batches.collect(), bad })
}

fn entry([property, offer, day, units]: [&str; 4]) -> Result<v1::InventoryEntry, String> {
    let told = |error: Invalid| format!("{}: {}", error.field, error.problem);
    PropertyId::parse("property", property).map_err(told)?;
    OfferId::parse("offer", offer).map_err(told)?;
    if date::parse(day).is_none() {
        return Err("date: is not a date; write it like 2026-12-24".to_owned());
    }
    let count = units.parse().ok().filter(|count| (0..=UNITS_MAX).contains(count));
    let remaining_unit_count =
        count.ok_or_else(|| format!("units: is no whole number from 0 to {UNITS_MAX}"))?;
    Ok(v1::InventoryEntry { date: day.to_owned(), remaining_unit_count, ..Default::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_calls_by_hotel_and_offer_and_what_is_wrong_is_told_by_line() {
        let text = "units,date,offer,property\n\
                    3,2026-12-24,spa.massage,lisbon\n\
                    0,2026-12-25,spa.massage,lisbon\n\
                    9,2026-12-24,dinner,lisbon\n\
                    9,2026-12-24,dinner,algarve\n\
                    -1,2026-12-26,dinner,algarve\n\
                    1.5,2026-12-26,dinner,algarve\n\
                    1,2026-13-26,dinner,algarve\n\
                    1,2026-12-26,Dinner 1,algarve\n\
                    4,2026-12-24,dinner,algarve\n\
                    4,2026-12-24\n";
        let read = read(text.as_bytes()).unwrap();
        let told: Vec<_> = read
            .batches
            .iter()
            .map(|b| (b.property.as_str(), b.offer.as_str(), b.lines, b.entries.len()))
            .collect();
        assert_eq!(
            told,
            [
                ("algarve", "dinner", (5, 5), 1),
                ("lisbon", "dinner", (4, 4), 1),
                ("lisbon", "spa.massage", (2, 3), 2),
            ]
        );
        assert_eq!(read.batches[2].entries[1].remaining_unit_count, 0);
        let lines: Vec<u64> = read.bad.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [6, 7, 8, 9, 10, 11]);
        let begins =
            ["units:", "units:", "date:", "offer:", "offer and date: stand in line 5", "has"];
        for (bad, begins) in read.bad.iter().zip(begins) {
            assert!(bad.problem.starts_with(begins), "{bad:?}");
        }
    }

    #[test]
    fn a_file_with_other_columns_is_refused_whole() {
        let error = read("property,offer,day,units\n".as_bytes()).unwrap_err();
        assert!(error.contains("property,offer,date,units") && error.contains("'day'"), "{error}");
        assert!(
            read("property,offer,date\n".as_bytes()).unwrap_err().contains("'units' is missing")
        );
    }
}
