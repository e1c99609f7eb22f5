//! Rows as they come: clean, dirty and hostile. Every kind of dirt of the real file has its line
//! here.

use jiff::civil::date;

use super::identity::{Census, RowIdentity};
use super::row::{Booking, COLUMNS, Ending, Fields, Hotel, LAST_COLUMN, Mend, Reject};

/// A clean row: three nights at the resort, booked ten days ahead.
const CLEAN: [(&str, &str); 22] = [
    ("hotel", "Resort Hotel"),
    ("is_canceled", "0"),
    ("lead_time", "10"),
    ("arrival_date_year", "2015"),
    ("arrival_date_month", "July"),
    ("arrival_date_day_of_month", "1"),
    ("stays_in_weekend_nights", "0"),
    ("stays_in_week_nights", "3"),
    ("adults", "2"),
    ("children", "1"),
    ("babies", "1"),
    ("meal", "BB"),
    ("country", "PRT"),
    ("market_segment", "Offline TA/TO"),
    ("distribution_channel", "TA/TO"),
    ("reserved_room_type", "A"),
    ("assigned_room_type", "C"),
    ("customer_type", "Transient-Party"),
    ("adr", "98.50"),
    ("total_of_special_requests", "2"),
    ("reservation_status", "Check-Out"),
    ("reservation_status_date", "2015-07-04"),
];

/// The clean row with other fields.
fn read(changes: &[(&str, &str)]) -> Result<Booking, Reject> {
    let mut fields = [""; COLUMNS.len() + 1];
    for (field, name) in fields.iter_mut().zip(COLUMNS.iter().chain([&LAST_COLUMN])) {
        let changed = changes.iter().chain(&CLEAN).find(|(column, _)| column == name);
        *field = changed.expect("a column of the clean row").1;
    }
    Fields(fields).read()
}

/// The clean row as a booking.
pub(super) fn booking() -> Booking {
    read(&[]).expect("a clean row")
}

/// An identity for tests.
pub(super) fn identity(content: &str) -> RowIdentity {
    Census::default().identify([content].into_iter())
}

#[test]
fn a_clean_row_is_understood() {
    let booking = booking();
    assert_eq!((booking.hotel, booking.ending), (Hotel::Resort, Ending::CheckedOut));
    assert_eq!((booking.arrival, booking.ended), (date(2015, 7, 1), date(2015, 7, 4)));
    assert_eq!((booking.nights, booking.lead_time_days), (3, 10));
    assert_eq!((booking.adults, booking.children), (2, 2));
    assert_eq!(booking.country, Some(*b"PT"));
    assert_eq!((booking.meal, booking.market_segment.as_str()), ("BREAKFAST", "offline_ta_to"));
    assert_eq!(
        (booking.distribution_channel.as_str(), booking.customer_type.as_str()),
        ("ta_to", "transient_party")
    );
    assert_eq!((booking.room_reserved.as_str(), booking.room_assigned.as_str()), ("A", "C"));
    assert_eq!((booking.rate_cents, booking.special_requests), (Some(9_850), 2));
    assert!(Mend::ALL.iter().all(|mend| !booking.mends.has(*mend)));
}

#[test]
fn dirt_is_mended_and_counted() {
    let cases: &[(&[(&str, &str)], Mend)] = &[
        (&[("children", "NA")], Mend::ChildrenMissing),
        (&[("children", "NULL")], Mend::ChildrenMissing),
        (&[("children", "")], Mend::ChildrenMissing),
        (&[("country", "NULL")], Mend::CountryMissing),
        (&[("country", "")], Mend::CountryMissing),
        (&[("country", "ATL")], Mend::CountryUnknown),
        (&[("market_segment", "Undefined")], Mend::SegmentUndefined),
        (&[("distribution_channel", "Undefined")], Mend::ChannelUndefined),
        (&[("meal", "Undefined")], Mend::MealUndefined),
        (&[("adr", "-6.38")], Mend::RateNegative),
        (
            &[("stays_in_week_nights", "0"), ("reservation_status_date", "2015-07-01")],
            Mend::NoNights,
        ),
        (&[("adults", "0"), ("children", "0"), ("babies", "0")], Mend::NobodyComes),
        (
            &[
                ("is_canceled", "1"),
                ("reservation_status", "Canceled"),
                ("reservation_status_date", "2015-06-20"),
            ],
            Mend::CancelledBeforeBooked,
        ),
    ];
    for (changes, mend) in cases {
        let booking = read(changes).unwrap_or_else(|e| panic!("{changes:?}: {e:?}"));
        let found: Vec<_> = Mend::ALL.into_iter().filter(|mend| booking.mends.has(*mend)).collect();
        assert_eq!(found, [*mend], "{changes:?}");
    }
    assert_eq!(read(&[("adr", "-6.38")]).unwrap().rate_cents, None);
    assert_eq!(read(&[("children", "2.0")]).unwrap().children, 3);
    assert_eq!(read(&[("country", "CN")]).unwrap().country, Some(*b"CN"));
}

#[test]
fn rates_are_read_without_floats() {
    let rate = |text| read(&[("adr", text)]).ok().and_then(|booking| booking.rate_cents);
    assert_eq!(rate("5400"), Some(540_000));
    assert_eq!(rate("0"), Some(0));
    assert_eq!(rate("0.0"), Some(0));
    assert_eq!(rate("95.1"), Some(9_510));
    assert_eq!(rate("107.425"), Some(10_743));
    assert_eq!(rate("99.994999999"), Some(9_999));
    for bad in [
        "",
        "NULL",
        "1e3",
        "inf",
        "NaN",
        "12,5",
        "--1",
        "100000.01",
        "999999999999999999999",
        ".5",
        "1.x",
    ] {
        assert_eq!(rate(bad), None, "{bad}");
        assert!(read(&[("adr", bad)]).is_err(), "{bad}");
    }
}

#[test]
fn what_cannot_be_understood_is_rejected_by_column() {
    let cases: &[(&str, &[&str])] = &[
        ("hotel", &["", "NULL", "Airport Hotel"]),
        ("lead_time", &["", "NULL", "-1", "3651", "1.5", "+1", "９"]),
        ("arrival_date_year", &["15", "1000", "9999", "x"]),
        ("arrival_date_month", &["", "Juli", "7"]),
        ("arrival_date_day_of_month", &["0", "32", "NULL"]),
        ("stays_in_week_nights", &["", "366", "-2"]),
        ("adults", &["NULL", "100", "-1", "9999999999"]),
        ("children", &["two", "-1"]),
        ("meal", &["AI"]),
        ("total_of_special_requests", &["100"]),
        ("reserved_room_type", &["\u{7}"]),
        ("is_canceled", &["1", "2", ""]),
        ("reservation_status", &["", "Checked-Out"]),
        (
            "reservation_status_date",
            &["", "2015-07-0", "2015-13-01", "04/07/2015", "2015-06-30", "2019-01-01"],
        ),
    ];
    for (column, texts) in cases {
        for text in *texts {
            let Err(Reject(why)) = read(&[(column, text)]) else {
                panic!("{column} took '{text}'")
            };
            assert!(why.starts_with(column), "{column} '{text}': {why}");
        }
    }
    let february = read(&[("arrival_date_month", "February"), ("arrival_date_day_of_month", "30")]);
    assert!(february.is_err());
    let late = read(&[
        ("is_canceled", "1"),
        ("reservation_status", "Canceled"),
        ("reservation_status_date", "2015-07-02"),
    ]);
    assert!(late.is_err());
}

#[test]
fn a_no_show_is_known_on_the_evening_of_the_arrival() {
    let no_show = |day| {
        let changes = [
            ("is_canceled", "1"),
            ("reservation_status", "No-Show"),
            ("reservation_status_date", day),
        ];
        read(&changes).unwrap().ended
    };
    assert_eq!(no_show("2015-07-01"), date(2015, 7, 1));
    assert_eq!(no_show("2015-03-28"), date(2015, 7, 1));
    assert_eq!(no_show("2015-07-02"), date(2015, 7, 2));
}
