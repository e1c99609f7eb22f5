//! Card numbers are refused at the door, so that none is ever stored, logged or backed up.
//!
//! A run of 13 to 19 digits counts as one where it begins like a card of a known network and its
//! check digit is right (Luhn). Digits may be full-width, and may stand in groups as on the card
//! (4-4-4-4, 4-6-5). Not card numbers: telephone numbers (`+` before them), runs inside hexadecimal
//! ids (hashes, UUIDs), longer or shorter runs.

/// Fewest and most digits of a card number.
const DIGITS_MIN: usize = 13;
const DIGITS_MAX: usize = 19;

/// Does the text hold what looks like a card number?
pub(crate) fn holds_card_number(text: &str) -> bool {
    // Nearly every text ends here: too few bytes that could be digits.
    let could_be = text.bytes().filter(|b| b.is_ascii_digit() || !b.is_ascii()).count();
    could_be >= DIGITS_MIN && Runs::of(text).any_is_card()
}

/// A hash, or a part of a UUID.
fn is_hexadecimal(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_hexdigit()) && word.bytes().any(|b| b.is_ascii_alphabetic())
}

/// A digit, ASCII or full-width.
fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => u8::try_from(u32::from(c) - u32::from('0')).ok(),
        '０'..='９' => u8::try_from(u32::from(c) - u32::from('０')).ok(),
        _ => None,
    }
}

/// Runs of digits with what separates them.
#[derive(Default)]
struct Runs {
    digits: Vec<u8>,
    /// Where each run of digits ends.
    ends: Vec<usize>,
    /// Is a run joined to the one before by a single separator?
    joined: Vec<bool>,
}

impl Runs {
    fn of(text: &str) -> Self {
        let mut runs = Self::default();
        // What stands since the last digit; only its beginning matters.
        let mut gap = String::new();
        for token in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let word = token.trim_end_matches(|c: char| !c.is_alphanumeric());
            let counts = !is_hexadecimal(word) && !gap.ends_with('+');
            for c in token.chars() {
                match digit(c).filter(|_| counts) {
                    Some(digit) => {
                        runs.add(digit, &gap);
                        gap.clear();
                    }
                    None => gap.push(c),
                }
            }
        }
        runs
    }

    /// Adds a digit that stands after `gap`.
    fn add(&mut self, digit: u8, gap: &str) {
        if self.ends.is_empty() || !gap.is_empty() {
            self.joined.push(!self.ends.is_empty() && matches!(gap, " " | "-" | "."));
            self.ends.push(self.digits.len());
        }
        self.digits.push(digit);
        if let Some(end) = self.ends.last_mut() {
            *end = self.digits.len();
        }
    }

    fn start(&self, run: usize) -> usize {
        run.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0)
    }

    fn any_is_card(&self) -> bool {
        (0..self.ends.len()).any(|first| self.is_card_from(first))
    }

    /// Is there a card number that begins with this run?
    fn is_card_from(&self, first: usize) -> bool {
        let start = self.start(first);
        let mut last = first;
        loop {
            let end = self.ends.get(last).copied().unwrap_or(start);
            if end - start > DIGITS_MAX {
                return false;
            }
            // Groups stand as on a card: four digits first.
            let grouped = last == first || self.ends.get(first).is_some_and(|end| end - start == 4);
            if grouped && self.digits.get(start..end).is_some_and(is_card) {
                return true;
            }
            last += 1;
            if !self.joined.get(last).copied().unwrap_or(false) {
                return false;
            }
        }
    }
}

fn is_card(digits: &[u8]) -> bool {
    (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()) && begins_like_a_card(digits) && luhn(digits)
}

/// Issuer ranges of the networks: Visa, Mastercard, Amex, Diners, Discover, JCB, `UnionPay`,
/// Maestro, Mir, `RuPay`.
fn begins_like_a_card(digits: &[u8]) -> bool {
    let first_four = digits.iter().take(4).fold(0_u32, |n, d| n * 10 + u32::from(*d));
    let first_two = first_four / 100;
    match digits.len() {
        13 => first_two / 10 == 4,
        14 => {
            matches!(first_two, 36 | 38 | 39) || matches!(first_four, 3_000..=3_059 | 3_090..=3_099)
        }
        15 => matches!(first_two, 34 | 37),
        _ => {
            matches!(first_two, 40..=58 | 60..=69 | 81 | 82)
                || matches!(first_four, 2_200..=2_204 | 2_221..=2_720 | 3_000..=3_059 | 3_528..=3_589 | 3_600..=3_699)
        }
    }
}

/// The check digit of ISO/IEC 7812.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([false, true].iter().cycle())
        .map(|(digit, doubled)| match (u32::from(*digit), doubled) {
            (digit, false) => digit,
            (digit, true) if digit < 5 => digit * 2,
            (digit, true) => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_found_however_they_are_written() {
        for text in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "card: 5500005555555559.",
            "３７８２８２２４６３１０００５",
            "3782 822463 10005",
            "30569309025904",
            "paid with VISA4111111111111111 ok",
            "6011 1111 1111 1117 exp 12/29",
            "2223003122003222",
            "on 2026-11-22 4111 1111 1111 1111",
        ] {
            assert!(holds_card_number(text), "{text}");
        }
    }

    #[test]
    fn what_only_looks_long_is_not_a_card_number() {
        for text in [
            "",
            "g-1001",
            "1700000000000",
            "1763800000000000",
            "4111111111111112",
            "+4915112345678",
            "tel. +8613800138000",
            "550e8400-e29b-41d4-a716-446655440000",
            "41111111-1111-4111-8111-111111111111",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "2026-11-22T10:15:30",
            "booking 99887766, room 1204, guests 2",
            "12345678901234567890",
        ] {
            assert!(!holds_card_number(text), "{text}");
        }
    }

    /// T83: at least 99.9 % of card numbers found, at most 1 % of look-alikes refused.
    #[test]
    fn ten_thousand_of_each() {
        let mut state = 7_u64;
        let mut next = move |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut refused = 0;
        for round in 0..10_000 {
            let body: String =
                (0..14).map(|_| char::from(b'0' + u8::try_from(next(10)).unwrap())).collect();
            let number = with_check_digit(&format!("4{body}"));
            let text = match round % 3 {
                0 => number,
                1 => number
                    .as_bytes()
                    .chunks(4)
                    .map(|c| std::str::from_utf8(c).unwrap())
                    .collect::<Vec<_>>()
                    .join(" "),
                _ => format!("note: {number}, thanks"),
            };
            assert!(holds_card_number(&text), "{text}");
            let digits = usize::try_from(6 + next(6)).unwrap();
            let booking: String =
                (0..digits).map(|_| char::from(b'0' + u8::try_from(next(10)).unwrap())).collect();
            refused += usize::from(holds_card_number(&format!("booking-{booking}")));
        }
        assert!(refused <= 100, "{refused}");
    }

    fn with_check_digit(body: &str) -> String {
        let digit = ('0'..='9').find(|d| {
            let digits: Vec<u8> = format!("{body}{d}").bytes().map(|b| b - b'0').collect();
            luhn(&digits)
        });
        format!("{body}{}", digit.unwrap())
    }
}
