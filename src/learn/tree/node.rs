//! One node of the tree: its columns of the Cholesky factor, and what is done along a path.
//!
//! A path vector holds the node's own entries first, then those of its parent, up to the root. A
//! column of the factor has an entry for each of the node's own weights from the diagonal on, and
//! one for each weight above: a suffix of the path vector, so that every step is a pass over two
//! slices of the same length.

use crate::learn::gaussian::Gaussian;

/// The columns of one node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Weights of the node itself.
    dim: usize,
    /// Weights of all nodes above it.
    above: usize,
    /// The columns one after the other, each shorter by one than the last.
    columns: Vec<f64>,
    /// `y`: the entries of `Lᵀm` that belong to the node.
    target: Vec<f64>,
}

impl Node {
    /// A node that has seen nothing: independent weights of these priors.
    pub fn new(prior: &[Gaussian], above: usize) -> Self {
        let dim = prior.len();
        let mut columns = vec![0.0; Self::size(dim, above)];
        let mut target = Vec::with_capacity(dim);
        let mut start = 0;
        for (at, weight) in prior.iter().enumerate() {
            columns[start] = 1.0 / weight.variance.sqrt();
            target.push(columns[start] * weight.mean);
            start += dim - at + above;
        }
        Self { dim, above, columns, target }
    }

    /// A node restored from what [`Self::columns`] and [`Self::target`] gave; `None` where they do
    /// not fit or are no factor.
    pub fn restore(above: usize, columns: Vec<f64>, target: Vec<f64>) -> Option<Self> {
        let node = Self { dim: target.len(), above, columns, target };
        let fits = node.columns.len() == Self::size(node.dim, above);
        let is_sound = fits
            && node.columns.iter().chain(&node.target).all(|x| x.is_finite())
            && node.each_column().all(|(_, column)| column[0] > 0.0);
        is_sound.then_some(node)
    }

    const fn size(dim: usize, above: usize) -> usize {
        dim * (dim + 1) / 2 + dim * above
    }

    /// Weights of the node itself.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Entries of a path vector that begins at this node.
    pub fn path_len(&self) -> usize {
        self.dim + self.above
    }

    /// The factor's entries, column after column.
    pub fn columns(&self) -> &[f64] {
        &self.columns
    }

    /// The node's entries of `Lᵀm`.
    pub fn target(&self) -> &[f64] {
        &self.target
    }

    fn each_column(&self) -> impl DoubleEndedIterator<Item = (usize, &[f64])> {
        let len = |at: usize| self.path_len() - at;
        let start = move |at: usize| at * self.path_len() - at * at.saturating_sub(1) / 2;
        (0..self.dim).map(move |at| (at, &self.columns[start(at)..start(at) + len(at)]))
    }

    /// Solves `Lv = w` for the node's entries, in place, and carries what they say up the path.
    /// Returns the node's share of `(y·v, v·v)`.
    pub fn solve(&self, path: &mut [f64]) -> (f64, f64) {
        let (mut mean, mut variance) = (0.0, 0.0);
        for (at, column) in self.each_column() {
            let (head, rest) = path[at..].split_first_mut().expect("a path is as long as its node");
            let solved = *head / column[0];
            *head = solved;
            if is_zero(solved) {
                continue;
            }
            mean += self.target[at] * solved;
            variance += solved * solved;
            for (w, l) in rest.iter_mut().zip(&column[1..]) {
                *w -= solved * l;
            }
        }
        (mean, variance)
    }

    /// `y ← y + g·v`, for the node's entries of `v`.
    pub fn shift(&mut self, gradient: f64, solved: &[f64]) {
        for (target, v) in self.target.iter_mut().zip(solved) {
            *target += gradient * v;
        }
    }

    /// `LLᵀ ← LLᵀ + wwᵀ` for the node's columns, and what is left of `w` up the path. `value` is the
    /// observation `w·m` that goes with it, which keeps the mean where it is.
    pub fn absorb(&mut self, path: &mut [f64], value: &mut f64) {
        let mut columns = self.columns.as_mut_slice();
        for (at, target) in self.target.iter_mut().enumerate() {
            let (column, rest) = columns.split_at_mut(self.dim - at + self.above);
            columns = rest;
            let (head, above) = path[at..].split_first_mut().expect("as long as its node");
            let w = std::mem::take(head);
            if is_zero(w) {
                continue;
            }
            let old = column[0];
            let new = (old * old + w * w).sqrt();
            let (cos, sin) = (old / new, w / new);
            column[0] = new;
            for (l, w) in column[1..].iter_mut().zip(above) {
                (*l, *w) = (cos * *l + sin * *w, cos * *w - sin * *l);
            }
            (*target, *value) = (cos * *target + sin * *value, cos * *value - sin * *target);
        }
    }

    /// `LLᵀ ← LLᵀ − wwᵀ`: takes back what [`Self::absorb`] added (a hyperbolic rotation; Golub and Van
    /// Loan, "Matrix Computations", 2013, section 6.5.4). What is left must be a precision.
    pub fn release(&mut self, path: &mut [f64], value: &mut f64) {
        let mut columns = self.columns.as_mut_slice();
        for (at, target) in self.target.iter_mut().enumerate() {
            let (column, rest) = columns.split_at_mut(self.dim - at + self.above);
            columns = rest;
            let (head, above) = path[at..].split_first_mut().expect("as long as its node");
            let w = std::mem::take(head);
            if is_zero(w) {
                continue;
            }
            let old = column[0];
            let new = ((old - w) * (old + w)).sqrt();
            let (cos, sin) = (new / old, w / old);
            column[0] = new;
            for (l, w) in column[1..].iter_mut().zip(above) {
                *l = (*l - sin * *w) / cos;
                *w = cos * *w - sin * *l;
            }
            *target = (*target - sin * *value) / cos;
            *value = cos * *value - sin * *target;
        }
    }

    /// Fills in the node's means, where those above it stand in `path` already.
    pub fn means(&self, path: &mut [f64]) {
        for (at, column) in self.each_column().rev() {
            let (head, rest) = path[at..].split_first_mut().expect("as long as its node");
            let known: f64 = column[1..].iter().zip(rest.iter()).map(|(l, m)| l * m).sum();
            *head = (self.target[at] - known) / column[0];
        }
    }

    /// Multiplies the rows of the factor that belong to entries `rows` of the path vector by `by`,
    /// with the means along the path held: `y = Lᵀm` anew.
    pub fn scale_rows(&mut self, rows: std::ops::Range<usize>, by: f64, means: &[f64]) {
        let mut columns = self.columns.as_mut_slice();
        for (at, target) in self.target.iter_mut().enumerate() {
            let (column, rest) = columns.split_at_mut(self.dim - at + self.above);
            columns = rest;
            let (from, to) = (rows.start.max(at) - at, rows.end.max(at) - at);
            column[from..to].iter_mut().for_each(|l| *l *= by);
            *target = column.iter().zip(&means[at..]).map(|(l, m)| l * m).sum();
        }
    }

    /// Extends a covariance over the weights above the node by the node's own. `covariance` is a
    /// square matrix in rows, of the side [`Self::path_len`], in whose lower right corner the
    /// covariance of what is above stands.
    pub fn extend_covariance(&self, covariance: &mut [f64]) {
        let side = self.path_len();
        let mut row = vec![0.0; side];
        for (at, column) in self.each_column().rev() {
            // The weight is (y − Σ lₖ·xₖ + ε) / l₀ of the weights after it.
            row.fill(0.0);
            for (after, l) in (at + 1..side).zip(&column[1..]) {
                let share = l / column[0];
                if is_zero(share) {
                    continue;
                }
                let known = &covariance[after * side + at + 1..(after + 1) * side];
                for (r, c) in row[at + 1..].iter_mut().zip(known) {
                    *r -= share * c;
                }
            }
            let explained: f64 =
                column[1..].iter().zip(&row[at + 1..]).map(|(l, r)| l / column[0] * r).sum();
            row[at] = 1.0 / (column[0] * column[0]) - explained;
            for after in at..side {
                covariance[at * side + after] = row[after];
                covariance[after * side + at] = row[after];
            }
        }
    }
}

/// Exactly zero: a weight the observation does not touch, so that its column stays as it is.
fn is_zero(x: f64) -> bool {
    x.abs() <= 0.0
}
