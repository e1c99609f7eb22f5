//! The whole file in memory, as bookings and as one list of moments in time order: what will be
//! written, before anything is.

use std::collections::BTreeMap;
use std::io;

use jiff::civil::Date;

use crate::domain::time::Timestamp;

use super::identity::{Census, RowIdentity};
use super::rejects::Rejects;
use super::row::{Booking, Fields, Mend};
use super::source::{Line, Lines};
use super::timeline::{Moment, Timeliner, weeks_to};

/// What a file was read into.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Rows seen, the rejected ones included.
    pub(super) rows: u64,
    /// Bookings in the order of the file.
    pub(super) bookings: Vec<(RowIdentity, Booking)>,
    /// Bookings that are twins of an earlier row.
    pub(super) twins: u64,
    /// How often what was left out of a row.
    pub(super) mends: BTreeMap<&'static str, u64>,
    /// The file broke off before its end.
    pub(super) is_truncated: bool,
}

impl Reading {
    /// Reads rows to the end of the file, or to `limit` bookings.
    ///
    /// # Errors
    /// Where a reject cannot be written down.
    pub(super) fn read(
        lines: &mut Lines,
        limit: Option<usize>,
        rejects: &mut Rejects,
    ) -> io::Result<Self> {
        let mut reading = Self::default();
        let mut census = Census::default();
        while limit.is_none_or(|limit| reading.bookings.len() < limit) {
            match lines.next_line() {
                Line::End => break,
                Line::Bad(reason) => {
                    reading.rows += 1;
                    rejects.add(lines.number(), &reason, &lines.text())?;
                }
                Line::Broken(reason) => {
                    reading.is_truncated = true;
                    rejects.add(lines.number() + 1, &reason, "")?;
                    break;
                }
                Line::Fields(record) => {
                    reading.rows += 1;
                    // Rejected rows are counted too, or a mended file would number its twins anew.
                    let identity = census.identify(record.iter());
                    match Fields(lines.needed(&record)).read() {
                        Ok(booking) => reading.take(identity, booking),
                        Err(reject) => rejects.add(lines.number(), &reject.0, &lines.text())?,
                    }
                }
            }
        }
        Ok(reading)
    }

    fn take(&mut self, identity: RowIdentity, booking: Booking) {
        self.twins += u64::from(identity.is_twin());
        for mend in Mend::ALL.into_iter().filter(|mend| booking.mends.has(*mend)) {
            *self.mends.entry(mend.name()).or_insert(0) += 1;
        }
        self.bookings.push((identity, booking));
    }

    /// Weeks to move history by, so that the last arrivals fall around `today`.
    pub(super) fn weeks_to(&self, today: Date) -> i32 {
        let last = self.bookings.iter().map(|(_, booking)| booking.arrival).max();
        last.map_or(0, |last| weeks_to(today, last))
    }

    /// Every moment up to `now`, in time order, and how many lie after it: those have not happened
    /// yet.
    pub(super) fn moments(&self, timeliner: &Timeliner, now: Timestamp) -> (Vec<Moment>, u64) {
        let mut moments = Vec::with_capacity(self.bookings.len() * 4);
        for (number, (identity, booking)) in (0..).zip(&self.bookings) {
            timeliner.write(number, *identity, booking, &mut moments);
        }
        moments.sort_unstable();
        let past = moments.partition_point(|moment| moment.time <= now);
        let ahead = moments.len() - past;
        moments.truncate(past);
        (moments, ahead as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;
    use crate::cli::import::row::COLUMNS;
    use crate::cli::import::timeline::Step;

    /// The real file, where it stands: it is not part of the project.
    fn real_file() -> Option<Lines> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../shared/data/hotel_bookings_arrivals_2015_2016.csv.zst");
        if !path.exists() {
            println!("skipped: {} is not here", path.display());
            return None;
        }
        Some(Lines::open(&path).expect("the real file opens"))
    }

    #[test]
    fn the_real_file_is_read_whole() {
        let Some(mut lines) = real_file() else { return };
        let mut rejects = Rejects::default();
        let reading = Reading::read(&mut lines, None, &mut rejects).unwrap();
        let (rejected, first) = rejects.close().unwrap();
        assert_eq!((reading.rows, rejected), (78_703, 0), "{first:?}");
        assert_eq!(reading.bookings.len(), 78_703);
        assert_eq!(reading.twins, 22_999);
        assert_eq!(reading.mends["children_missing"], 4);
        assert_eq!(reading.mends["nobody_in_party"], 113);
        assert_eq!(reading.mends["no_nights"], 571);

        let names: HashSet<String> = reading.bookings.iter().map(|(row, _)| row.name()).collect();
        assert_eq!(names.len(), 78_703, "twins keep their own names");
        let (moments, ahead) = reading.moments(&Timeliner::new(0).unwrap(), Timestamp::NEVER);
        let count = |step| moments.iter().filter(|m| m.step == step).count();
        assert_eq!(ahead, 0);
        assert_eq!(count(Step::Book), 78_703);
        assert_eq!(count(Step::Cancel) + count(Step::CheckOut), 78_703);
        assert_eq!(count(Step::CheckIn), count(Step::CheckOut));
        assert!(count(Step::Pay) < count(Step::CheckOut));
        assert!(moments.is_sorted_by(|a, b| a.time <= b.time));
    }

    #[test]
    fn moved_history_ends_today_and_the_rest_has_not_happened() {
        let Some(mut lines) = real_file() else { return };
        let reading = Reading::read(&mut lines, None, &mut Rejects::default()).unwrap();
        let weeks = reading.weeks_to(jiff::civil::date(2026, 11, 22));
        let timeliner = Timeliner::new(weeks).unwrap();
        let now: jiff::Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let now = Timestamp::from_micros(now.as_microsecond());
        let (moments, ahead) = reading.moments(&timeliner, now);
        assert!((500..5_000).contains(&ahead), "{ahead}");
        assert!(moments.iter().all(|m| m.time <= now));
        let in_house = |step| moments.iter().filter(|m| m.step == step).count();
        assert!(in_house(Step::CheckIn) > in_house(Step::CheckOut));
    }

    #[test]
    fn hostile_files_are_rejected_line_by_line() {
        let mut text = COLUMNS.join(",") + ",reservation_status_date\n";
        for at in 0..200_u32 {
            // Any characters at all in any number of fields.
            let mut row = String::new();
            for field in 0..(at % 30) {
                row.extend(char::from_u32((at * 7_919 + field * 104_729) % 0x3000));
                row.push(',');
            }
            text.push_str(&row.replace('\n', " "));
            text.push('\n');
        }
        let mut lines = Lines::new(Box::new(io::Cursor::new(text.into_bytes()))).unwrap();
        let mut rejects = Rejects::default();
        let reading = Reading::read(&mut lines, None, &mut rejects).unwrap();
        let (rejected, _) = rejects.close().unwrap();
        assert_eq!(reading.bookings.len(), 0);
        assert_eq!(rejected, reading.rows);
    }
}
