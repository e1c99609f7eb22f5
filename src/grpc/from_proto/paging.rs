//! Pages of lists: their size, and the tokens that lead from one to the next.
//!
//! A token holds where to go on and a hash of what was asked, so that one used with other fields is
//! noticed. It is no secret: what a caller may see is decided anew for each page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use xxhash_rust::xxh3::Xxh3;

use crate::grpc::problems::Problems;

/// Entries of a page where the caller does not say, and at most.
const SIZE_DEFAULT: usize = 50;
const SIZE_MAX: usize = 1_000;
/// Longest token, in bytes.
const TOKEN_BYTES_MAX: usize = 256;

/// What a list is asked by, for comparing tokens with it.
pub(crate) struct Query(Xxh3);

impl Query {
    /// A query of a list.
    pub(crate) fn of(list: &str) -> Self {
        Self(Xxh3::new()).and(list.as_bytes())
    }

    /// The same, narrowed by a field.
    #[must_use]
    pub(crate) fn and(mut self, field: &[u8]) -> Self {
        self.0.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(field);
        self
    }

    /// The token that leads on from a place: a pair of numbers, whatever they mean to the list.
    pub(crate) fn token(&self, place: (i64, u64)) -> String {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.0.digest().to_le_bytes());
        bytes[8..16].copy_from_slice(&place.0.to_le_bytes());
        bytes[16..].copy_from_slice(&place.1.to_le_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The place a token leads on from; `None` for an empty one, or a problem that was noted.
    pub(crate) fn place(&self, problems: &mut Problems, token: &str) -> Option<(i64, u64)> {
        if token.is_empty() {
            return None;
        }
        let place = self.read(token);
        if place.is_none() {
            problems.add(
                "page_token",
                "is not one of this list; give the next_page_token of a call with the same fields",
            );
        }
        place
    }

    fn read(&self, token: &str) -> Option<(i64, u64)> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let [query, first, second] = [0, 8, 16].map(|at| {
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[at..at + 8]);
            word
        });
        let is_ours = u64::from_le_bytes(query) == self.0.digest();
        is_ours.then(|| (i64::from_le_bytes(first), u64::from_le_bytes(second)))
    }
}

/// How many entries a page has.
pub(crate) fn size(problems: &mut Problems, wish: i32) -> usize {
    match usize::try_from(wish) {
        Ok(0) => SIZE_DEFAULT,
        Ok(wish) => wish.min(SIZE_MAX),
        Err(_) => {
            problems.add(
                "page_size",
                format!("is {wish}; give 1 to {SIZE_MAX}, or 0 for {SIZE_DEFAULT}"),
            );
            SIZE_DEFAULT
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::testing::faults;

    #[test]
    fn a_token_leads_on_in_its_own_list_only() {
        let query = || Query::of("timeline").and(b"g-1");
        let token = query().token((-5, 7));
        let mut problems = Problems::new();
        assert_eq!(query().place(&mut problems, &token), Some((-5, 7)));
        assert_eq!(query().place(&mut problems, ""), None);
        assert!(!problems.any());
        for (other, token) in [
            (Query::of("timeline").and(b"g-2"), token.as_str()),
            (Query::of("timelineg").and(b"-1"), token.as_str()),
            (query(), "forged"),
            (query(), "ééé"),
            (query(), &"A".repeat(10_000)),
        ] {
            let mut problems = Problems::new();
            assert_eq!(other.place(&mut problems, token), None);
            assert_eq!(faults(problems.finish(Some(()))).1, ["page_token"]);
        }
    }

    #[test]
    fn sizes_are_wishes_but_for_negative_ones() {
        let mut problems = Problems::new();
        assert_eq!([0, 7, 1_000_000].map(|wish| size(&mut problems, wish)), [50, 7, 1_000]);
        assert!(!problems.any());
        size(&mut problems, -1);
        assert_eq!(faults(problems.finish(Some(()))).1, ["page_size"]);
    }
}
