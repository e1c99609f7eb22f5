//! Diversity within a slate: what is like something that stands in it already is worth less there.
//!
//! Maximal marginal relevance (Carbonell and Goldstein, "The use of MMR", SIGIR 1998): the next is the
//! one with the largest `λ·ŝ − (1 − λ)·max cos(h, h')`, over the offers `h'` that stand in the slate, with
//! scores `ŝ` scaled to [0, 1] over the candidates (algorithms 8.3). Told in scores, which exploration
//! weighs by their gaps: `s − δ/(1 − δ)·range·max cos`, with `δ = 1 − λ`. The first slot is as it would be
//! without; later slots are weighed by what is left of their scores, before the draw, so their
//! selection probabilities stay exact.

use crate::domain::belief::Vector;

/// What offers are compared by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Likeness<'a> {
    /// `δ`, above 0 and below 1.
    pub(super) diversity: f64,
    /// Vector of each candidate.
    pub(super) vectors: &'a [&'a Vector],
    /// Vectors of what stands in the slate before anything is drawn.
    pub(super) forced: &'a [&'a Vector],
}

/// How alike each candidate is to the slate so far.
#[derive(Debug, Default)]
pub(super) struct Kin {
    /// Largest cosine to anything in the slate, not below 0, by candidate.
    nearest: Vec<f64>,
    /// What a cosine of 1 takes off a score.
    penalty: f64,
}

impl Kin {
    /// Begins a slate of candidates with these scores.
    pub(super) fn begin(&mut self, likeness: &Likeness<'_>, scores: &[f64]) {
        let candidates = likeness.vectors.len();
        self.nearest.clear();
        self.nearest.resize(candidates, 0.0);
        let of_offers = scores.iter().take(candidates).copied().filter(|s| s.is_finite());
        let bounds = |(low, high): (f64, f64), s: f64| (low.min(s), high.max(s));
        let (low, high) = of_offers.fold((f64::INFINITY, f64::NEG_INFINITY), bounds);
        let range = (high - low).max(0.0);
        self.penalty = likeness.diversity / (1.0 - likeness.diversity) * range;
        likeness.forced.iter().for_each(|forced| self.stand(likeness, forced));
    }

    /// A candidate was drawn into the slate.
    pub(super) fn drawn(&mut self, likeness: &Likeness<'_>, at: usize) {
        if let Some(vector) = likeness.vectors.get(at) {
            self.stand(likeness, vector);
        }
    }

    fn stand(&mut self, likeness: &Likeness<'_>, vector: &Vector) {
        for (nearest, own) in self.nearest.iter_mut().zip(likeness.vectors) {
            *nearest = nearest.max(cosine(own, vector));
        }
    }

    /// What is left of the score of a candidate; doing nothing is like nothing.
    pub(super) fn left(&self, at: usize, score: f64) -> f64 {
        score - self.penalty * self.nearest.get(at).copied().unwrap_or(0.0)
    }
}

/// 0 where one points nowhere.
fn cosine(a: &Vector, b: &Vector) -> f64 {
    let product = |a: &Vector, b: &Vector| {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>()
    };
    let lengths = (product(a, a) * product(b, b)).sqrt();
    if lengths > 0.0 { (product(a, b) / lengths).clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::belief::DIM;

    /// Vectors whose products are those of algorithms 8.3, by Cholesky's rows.
    fn rows() -> [Vector; 4] {
        let s = [
            [1.0, 0.95, 0.1, 0.2],
            [0.95, 1.0, 0.15, 0.1],
            [0.1, 0.15, 1.0, 0.3],
            [0.2, 0.1, 0.3, 1.0],
        ];
        let mut l = [[0.0_f64; 4]; 4];
        for i in 0..4 {
            for j in 0..=i {
                let sum: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
                l[i][j] = if i == j { (1.0_f64 - sum).sqrt() } else { (s[i][j] - sum) / l[j][j] };
            }
        }
        l.map(|row| {
            let mut vector = [0.0; DIM];
            #[expect(clippy::cast_possible_truncation, reason = "products of a printed table")]
            vector.iter_mut().zip(row).for_each(|(to, from)| *to = from as f32);
            vector
        })
    }

    #[test]
    fn the_order_is_that_of_the_printed_example() {
        let (rows, scores) = (rows(), [1.0, 0.9, 0.8, 0.5]);
        let vectors: Vec<&Vector> = rows.iter().collect();
        let likeness = Likeness { diversity: 0.3, vectors: &vectors, forced: &[] };
        let mut kin = Kin::default();
        kin.begin(&likeness, &scores);
        let (mut open, mut order) = (vec![0, 1, 2, 3], Vec::new());
        for _ in 0..3 {
            let left = |at: &usize| kin.left(*at, scores[*at]);
            let best = open.iter().copied().max_by(|a, b| left(a).total_cmp(&left(b))).unwrap();
            open.retain(|at| *at != best);
            order.push(best);
            kin.drawn(&likeness, best);
        }
        assert_eq!(order, [0, 2, 1]);
    }

    #[test]
    fn what_stands_already_counts_and_doing_nothing_is_like_nothing() {
        let rows = rows();
        let vectors: Vec<&Vector> = rows.iter().collect();
        let mut kin = Kin::default();
        let none = Likeness { diversity: 0.5, vectors: &vectors, forced: &[] };
        kin.begin(&none, &[0.4, 0.3, 0.2, 0.1, 0.9]);
        assert!((0..5).all(|at| (kin.left(at, 0.4) - 0.4).abs() < 1e-15), "nothing stands yet");
        kin.begin(&Likeness { forced: &[&rows[0]], ..none }, &[0.4, 0.3, 0.2, 0.1, 0.9]);
        // δ/(1−δ) = 1, the range of the offers .3.
        assert!((kin.left(1, 0.3) - (0.3 - 0.3 * 0.95)).abs() < 1e-6);
        assert!((kin.left(4, 0.9) - 0.9).abs() < 1e-15);
        let opposite = [rows[0].map(|x| -x)];
        assert!(cosine(&opposite[0], &rows[0]).abs() < 1e-15);
        assert!(cosine(&[0.0; DIM], &rows[0]).abs() < 1e-15);
    }
}
