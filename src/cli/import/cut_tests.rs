//! A file that breaks off, at every byte: whole rows are taken, the row that was cut is rejected
//! with its line and a reason, and nothing is made of half a row.

use std::io::Cursor;

use super::plan::Reading;
use super::rejects::Rejects;
use super::row::{COLUMNS, LAST_COLUMN};
use super::source::Lines;

const ROWS: usize = 3;

/// The columns needed, and three bookings that end with 4, 5 and 6 July.
fn file() -> (String, String) {
    let header = COLUMNS.iter().chain([&LAST_COLUMN]).copied().collect::<Vec<_>>().join(",");
    let value = |column: &&str| match *column {
        "hotel" => "Resort Hotel",
        "arrival_date_year" => "2015",
        "arrival_date_month" => "July",
        "meal" => "BB",
        "country" => "PRT",
        "market_segment" => "Offline TA/TO",
        "distribution_channel" => "TA/TO",
        "reserved_room_type" | "assigned_room_type" => "A",
        "customer_type" => "Transient",
        "adr" => "98.50",
        "reservation_status" => "Check-Out",
        "is_canceled" | "stays_in_weekend_nights" | "children" | "babies" => "0",
        "arrival_date_day_of_month" => "1",
        "stays_in_week_nights" => "3",
        _ => "2",
    };
    let row = COLUMNS.iter().map(value).collect::<Vec<_>>().join(",");
    let rows = (0..ROWS).map(|n| format!("{row},2015-07-{:02}", 4 + n)).collect::<Vec<_>>();
    (header + "\n", rows.join("\n"))
}

/// What is read of such bytes, how many rows were rejected, and lines and reasons of the first.
fn read(bytes: &[u8]) -> Option<(Reading, u64, Vec<String>)> {
    let mut lines = Lines::new(Box::new(Cursor::new(bytes.to_vec()))).ok()?;
    let mut rejects = Rejects::default();
    let reading = Reading::read(&mut lines, None, &mut rejects).unwrap();
    let (rejected, first) = rejects.close().unwrap();
    Some((reading, rejected, first))
}

fn names(reading: &Reading) -> Vec<String> {
    reading.bookings.iter().map(|(row, _)| row.name()).collect()
}

#[test]
fn a_file_cut_anywhere_gives_its_whole_rows_and_rejects_the_cut_one() {
    let (header, rows) = file();
    let whole = names(&read((header.clone() + &rows).as_bytes()).unwrap().0);
    assert_eq!(whole.len(), ROWS);
    let length = rows.len() / ROWS;
    for cut in 0..rows.len() {
        let text = header.clone() + rows.get(..cut).unwrap();
        let (reading, rejected, first) = read(text.as_bytes()).unwrap();
        // A row without its line end is whole.
        let (complete, left) = ((cut + 1) / (length + 1), (cut + 1) % (length + 1));
        assert_eq!(names(&reading), whole[..complete], "cut at {cut}");
        assert_eq!(rejected, u64::from(left > 1), "cut at {cut}: {first:?}");
        let line = format!("line {}: ", complete + 2);
        assert!(first.iter().all(|reject| reject.starts_with(&line)), "cut at {cut}: {first:?}");
    }
}

#[test]
fn a_packed_file_cut_anywhere_gives_nothing_but_whole_rows() {
    let (header, rows) = file();
    let text = header + &rows;
    let whole = names(&read(text.as_bytes()).unwrap().0);
    let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
    assert_eq!(names(&read(&packed).unwrap().0), whole);
    for cut in 0..packed.len() {
        let Some((reading, rejected, first)) = read(&packed[..cut]) else { continue };
        let taken = names(&reading);
        assert_eq!(taken, whole[..taken.len()], "cut at {cut}");
        assert!(reading.is_truncated && rejected > 0, "cut at {cut}: {first:?}");
    }
}
