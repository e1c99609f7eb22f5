//! The papers' closed forms with `₂F₁`, to check sums and integrals against.

/// `ln ₂F₁(a, b; c; z)` for a, b, c above 0 and 0 ≤ z < 1: the series, all terms positive. For z
/// above 0.9 and c above a and b, Euler's transformation `(1 − z)^(c−a−b) ₂F₁(c − a, c − b; c; z)`
/// where that converges faster.
pub(super) fn ln_2f1(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let is_faster = z > 0.9 && c > a.max(b) && c - a - b < 0.0;
    if is_faster {
        return (c - a - b) * libm::log1p(-z) + libm::log(series(c - a, c - b, c, z));
    }
    libm::log(series(a, b, c, z))
}

fn series(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 0..10_000_000 {
        let n = f64::from(n);
        let ratio = (a + n) * (b + n) / ((c + n) * (n + 1.0)) * z;
        term *= ratio;
        sum += term;
        if ratio < 1.0 && term < 1e-17 * sum * (1.0 - ratio) {
            break;
        }
    }
    sum
}

#[test]
fn it_has_its_elementary_cases() {
    let close =
        |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-13, "{found} {wanted}");
    for z in [0.1_f64, 0.5, 0.95, 0.999] {
        close(ln_2f1(1.0, 1.0, 2.0, z), libm::log(-libm::log1p(-z) / z));
        close(ln_2f1(2.5, 1.7, 1.7, z), -2.5 * libm::log1p(-z));
        let inverse_sine = z.sqrt().asin() / z.sqrt();
        close(ln_2f1(0.5, 0.5, 1.5, z), libm::log(inverse_sine));
    }
}
