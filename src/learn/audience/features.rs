//! Features of guests: standardized, and how they are spread.

use crate::domain::value::FeatureFit;

/// Standard deviations from the mean beyond which a guest counts no more: one odd guest is no group.
const FAR: f64 = 3.0;
/// Bins of a spread: tenths of the guests.
const BINS: usize = 10;

/// How the features of guests are spread, by place. `rows` have a number for each of `ids`.
pub fn spread(ids: &[String], rows: &[Vec<f64>]) -> Vec<FeatureFit> {
    let feature = |(place, id): (usize, &String)| {
        let known = || rows.iter().map(|row| row[place]).filter(|value| value.is_finite());
        let count = real(known().count());
        let mean = if count > 0.0 { known().sum::<f64>() / count } else { 0.0 };
        let square = known().map(|value| (value - mean) * (value - mean)).sum::<f64>();
        let mut fit = FeatureFit {
            id: id.as_str().into(),
            mean,
            deviation: if count > 1.0 { (square / (count - 1.0)).sqrt() } else { 0.0 },
            edges: edges(known().collect()),
            counts: Vec::new(),
        };
        fit.counts = counts(&fit, rows.iter().map(|row| row[place]));
        fit
    };
    ids.iter().enumerate().map(feature).collect()
}

/// Upper ends of the tenths, each once.
fn edges(mut known: Vec<f64>) -> Vec<f64> {
    known.sort_by(f64::total_cmp);
    let mut edges: Vec<f64> = (1..BINS)
        .filter_map(|tenth| known.get((known.len() * tenth / BINS).max(1) - 1).copied())
        .collect();
    edges.dedup();
    // Above the last edge there must be something.
    if edges.last() == known.last() {
        edges.pop();
    }
    edges
}

/// Guests in each bin of a feature; last, those of whom it is not known.
pub fn counts(fit: &FeatureFit, values: impl Iterator<Item = f64>) -> Vec<u64> {
    let mut counts = vec![0; fit.edges.len() + 2];
    let unknown = fit.edges.len() + 1;
    for value in values {
        let place = fit.edges.partition_point(|edge| *edge < value);
        counts[if value.is_finite() { place } else { unknown }] += 1;
    }
    counts
}

/// A guest in standard deviations from the mean; what is not known, or the same of all, is 0.
pub fn standardized(fits: &[FeatureFit], row: &[f64]) -> Vec<f64> {
    let z = |(fit, value): (&FeatureFit, &f64)| {
        if value.is_finite() && fit.deviation > 0.0 {
            ((value - fit.mean) / fit.deviation).clamp(-FAR, FAR)
        } else {
            0.0
        }
    };
    fits.iter().zip(row).map(z).collect()
}

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
pub fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guests_stand_where_they_should_and_every_one_is_counted_once() {
        let rows: Vec<Vec<f64>> = (0..100)
            .map(|n| vec![f64::from(n), if n < 30 { f64::NAN } else { 5.0 }, f64::from(n / 80)])
            .collect();
        let ids = ["a", "b", "c"].map(str::to_owned);
        let fits = spread(&ids, &rows);
        assert!((fits[0].mean - 49.5).abs() < 1e-12);
        assert_eq!(fits[0].counts, [10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 0]);
        assert_eq!((fits[1].edges.len(), &fits[1].counts[..]), (0, &[70, 30][..]));
        assert_eq!((&fits[2].edges[..], &fits[2].counts[..]), (&[0.0][..], &[80, 20, 0][..]));
        let z = standardized(&fits, &rows[99]);
        assert!((z[0] - 49.5 / fits[0].deviation).abs() < 1e-12 && z[1].abs() < 1e-12);
        assert!((standardized(&fits, &[1e9, 0.0, 0.0])[0] - FAR).abs() < 1e-12);
        assert!(standardized(&fits, &[f64::NAN; 3]).iter().all(|z| z.abs() < 1e-12));
        assert!(spread(&ids, &[]).iter().all(|fit| fit.counts == [0, 0]));
    }
}
