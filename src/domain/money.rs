//! Money: an amount in the minor units of a currency (cents, yen), never a float.

use std::fmt;

use super::invalid::Invalid;

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// Active ISO 4217 currencies whose minor unit is not a hundredth.
const OTHER_EXPONENTS: &[(&[u8; 3], u8)] = &[
    (b"BHD", 3),
    (b"BIF", 0),
    (b"CLF", 4),
    (b"CLP", 0),
    (b"DJF", 0),
    (b"GNF", 0),
    (b"IQD", 3),
    (b"ISK", 0),
    (b"JOD", 3),
    (b"JPY", 0),
    (b"KMF", 0),
    (b"KRW", 0),
    (b"KWD", 3),
    (b"LYD", 3),
    (b"OMR", 3),
    (b"PYG", 0),
    (b"RWF", 0),
    (b"TND", 3),
    (b"UGX", 0),
    (b"UYI", 0),
    (b"UYW", 4),
    (b"VND", 0),
    (b"VUV", 0),
    (b"XAF", 0),
    (b"XOF", 0),
    (b"XPF", 0),
];

/// Active ISO 4217 currencies with hundredths.
const HUNDREDTHS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD \
CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG \
HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV \
MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN \
SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");

    /// Reads an ISO 4217 code.
    ///
    /// # Errors
    /// Where the code is not an active currency.
    pub fn parse(field: &str, code: &str) -> Result<Self, Invalid> {
        let unknown = || {
            Invalid::new(field, "is not an ISO 4217 currency code; write it like EUR, USD or CNY")
        };
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| unknown())?;
        let known = OTHER_EXPONENTS.iter().any(|(c, _)| **c == bytes)
            || HUNDREDTHS.split(' ').any(|c| c == code);
        if known { Ok(Self(bytes)) } else { Err(unknown()) }
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// The three letters as bytes, for compact records.
    pub fn bytes(self) -> [u8; 3] {
        self.0
    }

    /// Decimals of the minor unit: 2 for EUR, 0 for JPY.
    pub fn exponent(self) -> u8 {
        OTHER_EXPONENTS.iter().find(|(c, _)| **c == self.0).map_or(2, |(_, e)| *e)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount of money. May be negative (a refund, a loss).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// Their currency.
    pub currency: Currency,
}

/// Largest magnitude accepted from outside, in minor units: 10 billion major units. Sums of
/// millions cannot overflow.
pub const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000;

impl Money {
    /// An amount in minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a decimal amount of at least 0 exactly, never through a float.
    ///
    /// # Errors
    /// What must be given in its place.
    pub fn decimal(text: &str, currency: Currency) -> Result<Self, String> {
        let example =
            || format!("must be an amount of at least 0, like {}", Self::new(4900, currency));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.len() <= 18 && part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
            return Err(example());
        }
        let exponent = currency.exponent();
        if fraction.len() > usize::from(exponent) {
            return Err(format!("has more decimals than {currency} has, which is {exponent}"));
        }
        let padded = format!("{whole}{fraction:0<width$}", width = usize::from(exponent));
        match padded.parse::<i64>() {
            Ok(minor) if minor <= AMOUNT_MINOR_MAX => Ok(Self::new(minor, currency)),
            _ => Err(format!("is more than {}", Self::new(AMOUNT_MINOR_MAX, currency))),
        }
    }

    /// In major units, for scores (not for bookkeeping).
    #[expect(clippy::cast_precision_loss, reason = "amounts are bounded by AMOUNT_MINOR_MAX")]
    pub fn major(self) -> f64 {
        self.minor as f64 / 10_f64.powi(i32::from(self.currency.exponent()))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::from(self.currency.exponent());
        let unit = 10_u64.pow(u32::from(self.currency.exponent()));
        let sign = if self.minor < 0 { "-" } else { "" };
        let size = self.minor.unsigned_abs();
        if decimals == 0 {
            write!(f, "{sign}{size} {}", self.currency)
        } else {
            write!(f, "{sign}{}.{:0decimals$} {}", size / unit, size % unit, self.currency)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_checked_and_know_their_minor_unit() {
        assert_eq!(Currency::parse("c", "JPY").unwrap().exponent(), 0);
        assert_eq!(Currency::parse("c", "EUR").unwrap().exponent(), 2);
        assert_eq!(Currency::parse("c", "KWD").unwrap().exponent(), 3);
        for bad in ["", "eur", "EURO", "XXX", "E R", "ÉU"] {
            assert!(Currency::parse("c", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_are_written_with_the_decimals_of_their_currency() {
        let money =
            |minor, code| Money::new(minor, Currency::parse("c", code).unwrap()).to_string();
        assert_eq!(money(-1205, "EUR"), "-12.05 EUR");
        assert_eq!(money(1205, "JPY"), "1205 JPY");
        assert_eq!(money(1205, "KWD"), "1.205 KWD");
    }
}
