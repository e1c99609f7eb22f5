//! What a guest token may ask, and what it is told: one place for every call.
//!
//! A token of a guest lies in a browser, where its bearer, or a thief, reads all that comes. So its
//! requests and answers are held against a list of fields ([`table`]), closed by default, on the
//! bytes of the wire and by the API's own descriptors: no service can forget it. What needs a right
//! to be seen (`visible_with`) is left out even where it is listed, and so is a reason for staff.

mod table;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use crate::api::v1;

use super::descriptors::{DESCRIPTORS, Field, Value, fields, written_fields};
use super::problems::{Problems, Refusal};

use table::{ASKED, TOLD};

/// The package of this API.
const PACKAGE: &str = ".concierge.v1.";
/// Deepest nesting looked at: deeper than any message of the API.
const DEPTH_MAX: usize = 16;

/// For each message of the descriptors the numbers of the fields that pass; `None`: it is not of this
/// API and passes whole.
struct Passing(Vec<Option<Vec<u32>>>);

static ASKED_FIELDS: LazyLock<Passing> = LazyLock::new(|| Passing::of(ASKED));
static TOLD_FIELDS: LazyLock<Passing> = LazyLock::new(|| Passing::of(TOLD));

impl Passing {
    fn of(table: &[(&str, &[&str])]) -> Self {
        let numbers = DESCRIPTORS.messages.iter().map(|message| {
            let name = message.name.strip_prefix(PACKAGE)?;
            let listed = table.iter().find(|(known, _)| *known == name).map(|(_, fields)| *fields);
            let passes = |field: &&Field| {
                field.visible_with.is_none()
                    && listed.is_some_and(|listed| listed.contains(&field.name.as_str()))
            };
            Some(message.fields.iter().filter(passes).map(|field| field.number).collect())
        });
        Self(numbers.collect())
    }

    /// The field of a message, where it passes; `None`: it does not.
    fn field(&self, message: usize, number: u32) -> Option<&'static Field> {
        let listed = self.0.get(message)?.as_ref()?;
        let is_listed = listed.contains(&number);
        let fields = &DESCRIPTORS.messages.get(message)?.fields;
        fields.iter().find(|field| is_listed && field.number == number)
    }

    /// Does the message pass as a whole?
    fn passes_whole(&self, message: usize) -> bool {
        self.0.get(message).is_some_and(Option::is_none)
    }
}

/// Checks an encoded request: every field that is set is one that a browser may set.
///
/// # Errors
/// With the path of each that is not.
pub(crate) fn asked(message: usize, bytes: &[u8]) -> Result<(), Refusal> {
    let mut problems = Problems::new();
    look(&mut problems, message, bytes, "", DEPTH_MAX);
    problems.finish(Some(()))
}

fn look(problems: &mut Problems, message: usize, bytes: &[u8], path: &str, depth: usize) {
    let known = DESCRIPTORS.messages.get(message).map_or(&[][..], |m| m.fields.as_slice());
    let mut seen = vec![0_usize; known.len()];
    for (number, value) in fields(bytes) {
        // prost keeps no field it does not know.
        let Some(at) = known.iter().position(|field| field.number == number) else { continue };
        let (Some(field), Some(count)) = (known.get(at), seen.get_mut(at)) else { continue };
        let dot = if path.is_empty() { "" } else { "." };
        let mut inner = [path, dot, &field.name].concat();
        if field.is_repeated && field.message.is_some() {
            inner.push_str(&format!("[{count}]"));
        }
        *count += 1;
        match (ASKED_FIELDS.field(message, number), field.message, value) {
            (None, ..) => {
                // Once for a list is enough.
                if *count == 1 {
                    problems.withhold(&inner, "leave it out");
                }
            }
            (Some(_), Some(of), Value::Bytes(bytes))
                if depth > 0 && !ASKED_FIELDS.passes_whole(of) =>
            {
                look(problems, of, bytes, &inner, depth - 1);
            }
            (Some(_), ..) => {}
        }
    }
}

/// An encoded answer, as a browser sees it.
pub(crate) fn told(message: usize, bytes: &[u8]) -> Vec<u8> {
    let mut seen = Vec::with_capacity(bytes.len());
    show(&TOLD_FIELDS, message, bytes, &mut seen, DEPTH_MAX);
    seen
}

fn show(passing: &Passing, message: usize, bytes: &[u8], seen: &mut Vec<u8>, depth: usize) {
    for (number, value, written) in written_fields(bytes) {
        let Some(field) = passing.field(message, number) else { continue };
        match (field.message, value) {
            (Some(of), Value::Bytes(bytes)) if !passing.passes_whole(of) => {
                if depth == 0 || is_for_staff(of, bytes) {
                    continue;
                }
                let mut inner = Vec::with_capacity(bytes.len());
                show(passing, of, bytes, &mut inner, depth - 1);
                put_number(seen, u64::from(number) << 3 | 2);
                put_number(seen, inner.len() as u64);
                seen.extend_from_slice(&inner);
            }
            (Some(_) | None, _) => seen.extend_from_slice(written),
        }
    }
}

/// Is it a reason that only staff may read?
fn is_for_staff(message: usize, bytes: &[u8]) -> bool {
    let Some(known) = DESCRIPTORS.messages.get(message) else { return true };
    if known.name.strip_prefix(PACKAGE) != Some("Reason") {
        return false;
    }
    let audience = known.fields.iter().find(|field| field.name == "audience");
    let said = fields(bytes).filter_map(|(number, value)| match value {
        Value::Number(said) if audience.is_some_and(|field| field.number == number) => Some(said),
        Value::Number(_) | Value::Bytes(_) => None,
    });
    // Where a field stands twice the last one counts.
    said.last() != Some(v1::ReasonAudience::Guest as u64)
}

fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or(0));
}
