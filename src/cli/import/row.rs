//! A row of the booking file, and what is made of its dirt.
//!
//! The columns are those of Antonio, de Almeida, Nunes, "Hotel booking demand datasets" (2019),
//! found by name, in any order, others ignored. A row is *rejected* where it cannot be understood,
//! with the column and the reason. It is *mended* where all but one thing can be: the booking is
//! taken, the one thing is left out, and the summary counts it. Nothing is guessed.

use jiff::civil::Date;

use super::country::alpha_2;

/// The columns read, in the order of [`Fields`].
pub(super) const COLUMNS: [&str; 21] = [
    "hotel",
    "is_canceled",
    "lead_time",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_day_of_month",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "adults",
    "children",
    "babies",
    "meal",
    "country",
    "market_segment",
    "distribution_channel",
    "reserved_room_type",
    "assigned_room_type",
    "customer_type",
    "adr",
    "total_of_special_requests",
    "reservation_status",
];
/// Read last: a file that was cut off ends in it.
pub(super) const LAST_COLUMN: &str = "reservation_status_date";

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Years in which a hotel's computer may have written a booking.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;
/// Longest stay, in nights.
const NIGHTS_MAX: u16 = 365;
/// Longest lead time, in days.
const LEAD_TIME_MAX: u16 = 3_650;
/// Largest daily rate, in cents: what is above is no price of a room.
const RATE_CENTS_MAX: i64 = 10_000_000;

/// One of the two hotels of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hotel {
    Resort,
    City,
}

/// How a booking ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The guest stayed and left.
    CheckedOut,
    /// It was cancelled before arrival.
    Cancelled,
    /// The guest did not come and had not said so.
    NoShow,
}

/// Something in a row that is left out, while the booking is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Mend {
    /// The number of children is missing: none are assumed.
    ChildrenMissing,
    /// The country is missing.
    CountryMissing,
    /// The country is not in ISO 3166.
    CountryUnknown,
    /// The market segment is missing or undefined.
    SegmentUndefined,
    /// The distribution channel is missing or undefined.
    ChannelUndefined,
    /// The meal is missing or undefined.
    MealUndefined,
    /// The rate is below zero, a correction in the books: no payment is imported.
    RateNegative,
    /// A stay without a night: no payment is imported.
    NoNights,
    /// Nobody is in the party.
    NobodyComes,
    /// The booking was cancelled before it was made: both count at the moment it was made.
    CancelledBeforeBooked,
}

impl Mend {
    /// All of them.
    pub(super) const ALL: [Self; 10] = [
        Self::ChildrenMissing,
        Self::CountryMissing,
        Self::CountryUnknown,
        Self::SegmentUndefined,
        Self::ChannelUndefined,
        Self::MealUndefined,
        Self::RateNegative,
        Self::NoNights,
        Self::NobodyComes,
        Self::CancelledBeforeBooked,
    ];

    /// Its name in the summary.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ChildrenMissing => "children_missing",
            Self::CountryMissing => "country_missing",
            Self::CountryUnknown => "country_unknown",
            Self::SegmentUndefined => "market_segment_undefined",
            Self::ChannelUndefined => "distribution_channel_undefined",
            Self::MealUndefined => "meal_undefined",
            Self::RateNegative => "rate_negative",
            Self::NoNights => "no_nights",
            Self::NobodyComes => "nobody_in_party",
            Self::CancelledBeforeBooked => "cancelled_before_booked",
        }
    }
}

/// Mends of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mends(u16);

impl Mends {
    fn add(&mut self, mend: Mend) {
        self.0 |= 1 << mend as u8;
    }

    /// Is it among them?
    pub(super) fn has(self, mend: Mend) -> bool {
        self.0 & 1 << mend as u8 != 0
    }
}

/// A row understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Booking {
    pub(super) hotel: Hotel,
    /// Day of arrival, local to the hotel.
    pub(super) arrival: Date,
    pub(super) nights: u16,
    pub(super) lead_time_days: u16,
    pub(super) adults: u8,
    /// Babies included.
    pub(super) children: u8,
    /// Name of the meal plan; empty: not known.
    pub(super) meal: &'static str,
    pub(super) country: Option<[u8; 2]>,
    /// Words of the property, lower case with `_`; empty: not known.
    pub(super) market_segment: String,
    pub(super) distribution_channel: String,
    pub(super) customer_type: String,
    pub(super) room_reserved: String,
    pub(super) room_assigned: String,
    /// Average daily rate, in euro cents; `None` where there is none to believe.
    pub(super) rate_cents: Option<i64>,
    pub(super) special_requests: u8,
    pub(super) ending: Ending,
    /// Day on which it ended.
    pub(super) ended: Date,
    pub(super) mends: Mends,
}

/// Why a row is rejected: column and problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reject(pub(super) String);

impl Reject {
    fn of(column: &str, text: &str, problem: &str) -> Self {
        let shown: String = text.chars().take(40).collect();
        Self(format!("{column}: '{shown}' {problem}"))
    }
}

/// The fields of a row, in the order of [`COLUMNS`], then [`LAST_COLUMN`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) [&'a str; COLUMNS.len() + 1]);

impl<'a> Fields<'a> {
    fn text(&self, at: usize) -> &'a str {
        self.0[at].trim()
    }

    /// The field, where it says something.
    fn known(&self, at: usize) -> Option<&'a str> {
        let text = self.text(at);
        let says_nothing = text.is_empty() || ["NULL", "NA", "Undefined"].contains(&text);
        (!says_nothing).then_some(text)
    }

    /// A whole number from 0 to `max`. Some exports write counts as `2.0`.
    fn number(&self, at: usize, max: u16) -> Result<u16, Reject> {
        let text = self.text(at);
        let digits = text.strip_suffix(".0").unwrap_or(text);
        let is_plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let value = digits.parse().ok().filter(|value| is_plain && *value <= max);
        value.ok_or_else(|| {
            Reject::of(COLUMNS[at], text, &format!("is not a whole number from 0 to {max}"))
        })
    }

    fn count(&self, at: usize) -> Result<u8, Reject> {
        self.number(at, 99).map(|n| u8::try_from(n).unwrap_or(99))
    }

    /// Reads the row.
    ///
    /// # Errors
    /// With column and reason, where the row cannot be understood.
    pub(super) fn read(&self) -> Result<Booking, Reject> {
        let mut mends = Mends::default();
        let arrival = self.arrival()?;
        let nights = self.number(6, NIGHTS_MAX)?.saturating_add(self.number(7, NIGHTS_MAX)?);
        if nights > NIGHTS_MAX {
            return Err(Reject::of(COLUMNS[7], self.text(7), "makes a stay of more than a year"));
        }
        let lead_time_days = self.number(2, LEAD_TIME_MAX)?;
        let adults = self.count(8)?;
        let children = self.children(&mut mends)?;
        let country = self.country(&mut mends);
        let (ending, ended) = self.ending(arrival, lead_time_days, &mut mends)?;
        let rate_cents = self.rate(nights, &mut mends)?;
        if adults == 0 && children == 0 {
            mends.add(Mend::NobodyComes);
        }
        Ok(Booking {
            hotel: self.hotel()?,
            arrival,
            nights,
            lead_time_days,
            adults,
            children,
            meal: self.meal(&mut mends)?,
            country,
            market_segment: self.words(13, Mend::SegmentUndefined, &mut mends),
            distribution_channel: self.words(14, Mend::ChannelUndefined, &mut mends),
            customer_type: slug(self.known(17).unwrap_or_default()),
            room_reserved: self.room(15)?,
            room_assigned: self.room(16)?,
            rate_cents,
            special_requests: self.count(19)?,
            ending,
            ended,
            mends,
        })
    }

    fn hotel(&self) -> Result<Hotel, Reject> {
        match self.text(0) {
            "Resort Hotel" => Ok(Hotel::Resort),
            "City Hotel" => Ok(Hotel::City),
            other => {
                Err(Reject::of(COLUMNS[0], other, "is neither 'Resort Hotel' nor 'City Hotel'"))
            }
        }
    }

    fn arrival(&self) -> Result<Date, Reject> {
        let year = i16::try_from(self.number(3, 9_999)?).unwrap_or(0);
        if !YEARS.contains(&year) {
            return Err(Reject::of(COLUMNS[3], self.text(3), "is not a year from 1990 to 2100"));
        }
        let month = MONTHS.iter().position(|month| *month == self.text(4));
        let month = month.and_then(|at| i8::try_from(at + 1).ok());
        let month = month.ok_or_else(|| {
            Reject::of(COLUMNS[4], self.text(4), "is not the English name of a month")
        })?;
        let day = i8::try_from(self.number(5, 31)?).unwrap_or(0);
        Date::new(year, month, day)
            .map_err(|_| Reject::of(COLUMNS[5], self.text(5), "is not a day of that month"))
    }

    fn children(&self, mends: &mut Mends) -> Result<u8, Reject> {
        let children = match self.known(9) {
            Some(_) => self.count(9)?,
            None => {
                mends.add(Mend::ChildrenMissing);
                0
            }
        };
        Ok(children.saturating_add(self.count(10)?))
    }

    fn country(&self, mends: &mut Mends) -> Option<[u8; 2]> {
        let Some(code) = self.known(12) else {
            mends.add(Mend::CountryMissing);
            return None;
        };
        let country = alpha_2(code);
        if country.is_none() {
            mends.add(Mend::CountryUnknown);
        }
        country
    }

    fn meal(&self, mends: &mut Mends) -> Result<&'static str, Reject> {
        match self.known(11) {
            Some("BB") => Ok("BREAKFAST"),
            Some("HB") => Ok("HALF_BOARD"),
            Some("FB") => Ok("FULL_BOARD"),
            Some("SC") => Ok("ROOM_ONLY"),
            Some(other) => {
                Err(Reject::of(COLUMNS[11], other, "is none of BB, HB, FB, SC, Undefined"))
            }
            None => {
                mends.add(Mend::MealUndefined);
                Ok("")
            }
        }
    }

    fn words(&self, at: usize, mend: Mend, mends: &mut Mends) -> String {
        self.known(at).map_or_else(
            || {
                mends.add(mend);
                String::new()
            },
            slug,
        )
    }

    fn room(&self, at: usize) -> Result<String, Reject> {
        let text = self.known(at).unwrap_or_default();
        let fits = text.len() <= 64 && !text.chars().any(char::is_control);
        if fits {
            Ok(text.to_owned())
        } else {
            Err(Reject::of(COLUMNS[at], text, "is not a room type"))
        }
    }

    fn rate(&self, nights: u16, mends: &mut Mends) -> Result<Option<i64>, Reject> {
        let text = self.text(18);
        let cents = cents(text).filter(|cents| cents.abs() <= RATE_CENTS_MAX);
        let cents = cents.ok_or_else(|| {
            Reject::of(COLUMNS[18], text, "is not an amount of at most 100,000.00")
        })?;
        if cents < 0 {
            mends.add(Mend::RateNegative);
        }
        if nights == 0 {
            mends.add(Mend::NoNights);
        }
        Ok((cents >= 0 && nights > 0).then_some(cents))
    }

    fn ending(
        &self,
        arrival: Date,
        lead_time: u16,
        mends: &mut Mends,
    ) -> Result<(Ending, Date), Reject> {
        let status = self.text(20);
        let ending = match status {
            "Check-Out" => Ending::CheckedOut,
            "Canceled" => Ending::Cancelled,
            "No-Show" => Ending::NoShow,
            other => {
                return Err(Reject::of(
                    COLUMNS[20],
                    other,
                    "is none of Check-Out, Canceled, No-Show",
                ));
            }
        };
        if (self.number(1, 1)? == 1) == (ending == Ending::CheckedOut) {
            return Err(Reject::of(
                COLUMNS[1],
                self.text(1),
                &format!("does not agree with '{status}'"),
            ));
        }
        let text = self.text(21);
        let ended: Option<Date> = text.parse().ok().filter(|_| text.len() == 10);
        let ended = ended.ok_or_else(|| {
            Reject::of(LAST_COLUMN, text, "is not a date YYYY-MM-DD; is the file cut off?")
        })?;
        let days = |from: Date, to: Date| to.since(from).map_or(i32::MAX, |span| span.get_days());
        match ending {
            Ending::CheckedOut if ended < arrival => {
                Err(Reject::of(LAST_COLUMN, text, "is a check-out before the arrival"))
            }
            Ending::CheckedOut if days(arrival, ended) > i32::from(NIGHTS_MAX) => Err(Reject::of(
                LAST_COLUMN,
                text,
                "is a check-out more than a year after the arrival",
            )),
            Ending::Cancelled if ended > arrival => {
                Err(Reject::of(LAST_COLUMN, text, "cancels after the arrival"))
            }
            Ending::Cancelled if days(ended, arrival) > i32::from(lead_time) => {
                mends.add(Mend::CancelledBeforeBooked);
                Ok((ending, ended))
            }
            // Nobody can know before the evening of the arrival that a guest will not come.
            Ending::NoShow => Ok((ending, ended.max(arrival))),
            Ending::CheckedOut | Ending::Cancelled => Ok((ending, ended)),
        }
    }
}

/// Lower case letters and digits; anything between them becomes one `_`: `Offline TA/TO` is
/// `offline_ta_to`.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().take(64) {
        match c {
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            _ if slug.ends_with('_') || slug.is_empty() => {}
            _ => slug.push('_'),
        }
    }
    slug.trim_end_matches('_').to_owned()
}

/// A decimal number as hundredths, halves away from zero. No float comes near money.
fn cents(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 12
        || fraction.len() > 12
        || !is_number(whole)
        || !is_number(fraction)
    {
        return None;
    }
    let digit = |at: usize| fraction.as_bytes().get(at).map_or(0, |b| i64::from(b - b'0'));
    let rounded = digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5);
    Some(sign * (whole.parse::<i64>().ok()? * 100 + rounded))
}
