//! Which offers are valid at a moment, without asking each.
//!
//! The moments at which some offer begins or ends cut time into *spans*. Each span knows the offers
//! valid in it, so a decision finds its span by binary search and joins one bitset. A catalog with
//! more moments than [`SPANS_MAX`] gets longer spans, and the few offers that begin or end inside
//! one are asked one by one.

use crate::domain::id::OfferIndex;
use crate::domain::time::Timestamp;

use super::bitset::Bitset;

/// Most spans: bounds the memory at 10,000 offers to 1.3 MB.
const SPANS_MAX: usize = 1_024;

/// From when (included) until when (not included) an offer is valid.
pub(crate) type Window = (Timestamp, Timestamp);

/// The validity of every offer.
#[derive(Debug, Default)]
pub(crate) struct Validity {
    /// In order of time; the first begins with time itself.
    spans: Vec<Span>,
}

/// A stretch of time.
#[derive(Debug)]
pub(crate) struct Span {
    start: Timestamp,
    /// Valid at some moment of the span: all of it, but for those in `partly`.
    pub(crate) valid: Bitset,
    /// Those that begin or end inside the span.
    partly: Vec<(OfferIndex, Window)>,
}

impl Validity {
    /// The spans of a catalog's offers.
    pub(crate) fn build(windows: &[Window]) -> Self {
        Self::with_spans(windows, SPANS_MAX)
    }

    fn with_spans(windows: &[Window], most: usize) -> Self {
        let mut moments = vec![Timestamp::from_micros(i64::MIN)];
        moments.extend(windows.iter().flat_map(|(from, until)| [*from, *until]));
        moments.sort_unstable();
        moments.dedup();
        let every = moments.len().div_ceil(most);
        let starts: Vec<Timestamp> = moments.into_iter().step_by(every).collect();
        let ends = starts.iter().copied().skip(1).chain([Timestamp::NEVER]);
        let spans = starts.iter().zip(ends).map(|(start, end)| Span::of(windows, *start, end));
        Self { spans: spans.collect() }
    }

    /// The span of a moment; `None` only where nothing was built.
    pub(crate) fn at(&self, now: Timestamp) -> Option<&Span> {
        let begun = self.spans.partition_point(|span| span.start <= now);
        self.spans.get(begun.saturating_sub(1))
    }
}

impl Span {
    fn of(windows: &[Window], start: Timestamp, end: Timestamp) -> Self {
        let mut valid = Bitset::none(windows.len());
        let mut partly = Vec::new();
        for (at, (from, until)) in (0..).zip(windows) {
            if *from < end && start < *until {
                valid.insert(OfferIndex(at));
                if start < *from || *until < end {
                    partly.push((OfferIndex(at), (*from, *until)));
                }
            }
        }
        Self { start, valid, partly }
    }

    /// Takes out those of `valid` that are not valid at this moment of the span.
    pub(crate) fn settle(&self, now: Timestamp, offers: &mut Bitset) {
        for (offer, (from, until)) in &self.partly {
            if now < *from || *until <= now {
                offers.remove(*offer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_agrees_with_asking_each(
            windows in proptest::collection::vec((0..50_i64, 1..50_i64), 0..80),
            spans in 1..40_usize,
            now in -5..110_i64,
        ) {
            let at = Timestamp::from_seconds;
            let windows: Vec<Window> =
                windows.iter().map(|(from, length)| (at(*from), at(from + length))).collect();
            let validity = Validity::with_spans(&windows, spans);
            prop_assert!(validity.spans.len() <= spans);
            let span = validity.at(at(now)).unwrap();
            let mut offers = span.valid.clone();
            span.settle(at(now), &mut offers);
            let asked = Bitset::of(windows.len(), |i| windows[i].0 <= at(now) && at(now) < windows[i].1);
            prop_assert_eq!(offers, asked);
        }
    }

    #[test]
    fn what_never_ends_is_valid_for_ever() {
        let validity = Validity::build(&[(Timestamp::EPOCH, Timestamp::NEVER)]);
        for (now, is_valid) in [(-1, false), (0, true), (i64::MAX - 1, true)] {
            let now = Timestamp::from_micros(now);
            let span = validity.at(now).unwrap();
            let mut offers = span.valid.clone();
            span.settle(now, &mut offers);
            assert_eq!(!offers.is_empty(), is_valid);
        }
    }
}
