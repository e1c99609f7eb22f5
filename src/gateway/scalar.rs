//! One value: from what JSON, a path or a query gives to its bytes, or why it cannot be taken.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::schema::{Coding, Field, Integer, Kind, SCHEMA};
use super::wire::{Value, put as put_field};

/// What is given for a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Given<'t> {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Whole(i128),
    /// A number with a fraction, or a very large one.
    Fraction(f64),
    /// A text.
    Text(&'t str),
}

/// Whole numbers that a fraction of 64 bits can hold exactly lie below this.
const EXACT: f64 = 9_007_199_254_740_992.0;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Writes a value with the tag of its field; gives what is wrong where it cannot be taken.
pub(super) fn put(field: &Field, given: Given<'_>, out: &mut Vec<u8>) -> Result<(), String> {
    let number = field.number;
    match (field.kind, given) {
        (Kind::Text, Given::Text(text)) => put_field(out, number, Value::Bytes(text.as_bytes())),
        (Kind::Bool, Given::Bool(value)) => put_field(out, number, Value::Varint(value.into())),
        (Kind::Bool, Given::Text(text @ ("true" | "false"))) => {
            put_field(out, number, Value::Varint(u64::from(text == "true")));
        }
        (Kind::Bytes, Given::Text(text)) => {
            let bytes = STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text));
            let bytes = bytes.map_err(|_| "is no base64".to_owned())?;
            put_field(out, number, Value::Bytes(&bytes));
        }
        (Kind::Enumeration(place), Given::Text(text)) => {
            let of = SCHEMA.enumeration(place);
            let value = of.number_of(text).or_else(|| text.parse().ok());
            let value = value.ok_or_else(|| format!("is no value of {}", of.name))?;
            put_field(out, number, enumerated(value));
        }
        (Kind::Enumeration(_), Given::Whole(value)) => {
            let value = i32::try_from(value).map_err(|_| "is out of range".to_owned())?;
            put_field(out, number, enumerated(value));
        }
        (Kind::Double, given) => {
            let bits = fraction(given).ok_or_else(|| expected("a number"))?.to_bits();
            put_field(out, number, Value::Fixed64(bits));
        }
        (Kind::Float, given) => {
            let value = fraction(given).ok_or_else(|| expected("a number"))?;
            #[expect(clippy::cast_possible_truncation, reason = "a range error is told below")]
            let short = value as f32;
            if short.is_infinite() && value.is_finite() {
                return Err("is out of range".to_owned());
            }
            put_field(out, number, Value::Fixed32(short.to_bits()));
        }
        (Kind::Integer(integer), given) => {
            let value = whole(given).ok_or_else(|| expected("a whole number"))?;
            let value = coded(integer, value).ok_or_else(|| "is out of range".to_owned())?;
            put_field(out, number, value);
        }
        (kind, _) => {
            return Err(expected(match kind {
                Kind::Bool => "true or false",
                Kind::Text => "a text",
                Kind::Bytes => "bytes in base64",
                Kind::Enumeration(_) => "the name of a value",
                _ => "an object",
            }));
        }
    }
    Ok(())
}

fn expected(what: &str) -> String {
    format!("is of the wrong kind; give {what}")
}

fn enumerated(value: i32) -> Value<'static> {
    Value::Varint(i64::from(value).cast_unsigned())
}

fn fraction(given: Given<'_>) -> Option<f64> {
    match given {
        Given::Fraction(value) => Some(value),
        #[expect(clippy::cast_precision_loss, reason = "the nearest number is what is asked for")]
        Given::Whole(value) => Some(value as f64),
        Given::Text("NaN") => Some(f64::NAN),
        Given::Text("Infinity") => Some(f64::INFINITY),
        Given::Text("-Infinity") => Some(f64::NEG_INFINITY),
        Given::Text(text) => text.parse().ok().filter(|value: &f64| value.is_finite()),
        Given::Bool(_) => None,
    }
}

fn whole(given: Given<'_>) -> Option<i128> {
    match given {
        Given::Whole(value) => Some(value),
        Given::Fraction(value) => exact(value),
        Given::Text(text) => text.parse().ok().or_else(|| exact(text.parse().ok()?)),
        Given::Bool(_) => None,
    }
}

/// A number without a fraction, such as `1.0` or `1e3`.
#[expect(clippy::cast_possible_truncation, reason = "within the range of exact whole numbers")]
fn exact(value: f64) -> Option<i128> {
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i128)
}

fn coded(integer: Integer, value: i128) -> Option<Value<'static>> {
    let long = match (integer.is_long, integer.is_signed) {
        (true, true) => i64::try_from(value).ok()?.cast_unsigned(),
        (true, false) => u64::try_from(value).ok()?,
        (false, true) => i64::from(i32::try_from(value).ok()?).cast_unsigned(),
        (false, false) => u64::from(u32::try_from(value).ok()?),
    };
    Some(match integer.coding {
        Coding::Plain => Value::Varint(long),
        Coding::Zigzag => {
            let signed = long.cast_signed();
            Value::Varint(((signed << 1) ^ (signed >> 63)).cast_unsigned())
        }
        Coding::Fixed if integer.is_long => Value::Fixed64(long),
        Coding::Fixed => Value::Fixed32(u32::try_from(long & u64::from(u32::MAX)).ok()?),
    })
}
