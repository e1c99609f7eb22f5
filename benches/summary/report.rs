//! Lines of the summary. A part prints them on its standard output.
#![expect(clippy::print_stdout, reason = "standard output is where a benchmark answers")]

use hdrhistogram::Histogram;

/// A figure: three significant digits and more.
pub(crate) fn value(name: &str, value: f64, unit: &str) {
    println!("{name}\t{}\t{unit}", number(value));
}

/// A line for people, which no program reads.
pub(crate) fn note(text: &str) {
    println!("# {}", text.replace('\n', " "));
}

/// A line as it came from a part.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// Quantiles of times in nanoseconds, as `name_p50`, `name_p99`, `name_p999`, in a unit of so many
/// nanoseconds.
pub(crate) fn quantiles(
    name: &str,
    nanos: &Histogram<u64>,
    quantiles: &[(&str, f64)],
    unit: (&str, f64),
) {
    for (suffix, quantile) in quantiles {
        let at = nanos.value_at_quantile(*quantile) as f64;
        value(&format!("{name}_{suffix}"), at / unit.1, unit.0);
    }
}

/// A histogram of times from 100 ns to 60 s, in nanoseconds.
pub(crate) fn times() -> Histogram<u64> {
    Histogram::new_with_bounds(100, 60_000_000_000, 3).expect("bounds of a histogram are constants")
}

/// Adds a time.
pub(crate) fn add(times: &mut Histogram<u64>, time: std::time::Duration) {
    times.saturating_record(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
}

/// The middle of some figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let (low, high) = (figures.len().saturating_sub(1) / 2, figures.len() / 2);
    match (figures.get(low), figures.get(high)) {
        (Some(low), Some(high)) => f64::midpoint(*low, *high),
        _ => f64::NAN,
    }
}

fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}
