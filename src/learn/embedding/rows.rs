//! One side of an iALS epoch: the factors of all rows, the other side's being fixed.
//!
//! A row with weights ω over the fixed factors `h` of its entries has the factors
//! `w = (Σωhhᵀ + α₀HᵀH + μI)⁻¹ Σωh`, with `μ = λ·#^ν` of this row. Solved exactly, in the cheaper
//! of two forms. First the fixed factors are turned to their principal axes, once for all rows,
//! where `α₀HᵀH` is a diagonal Λ (turning both sides changes no score). With `D = Λ + μI` and `P`
//! the rows `√ω·hᵀD^(−1/2)`, both forms need the Gram matrix of `P` alone:
//!
//! - more entries than dimensions: `w = D^(−1/2) (I + PᵀP)⁻¹ Pᵀ√ω`, `d` equations
//! - fewer: `w = D^(−1/2) Pᵀ (I + PPᵀ)⁻¹ √ω`, one equation an entry (the push-through identity)
//!
//! Most guests of a hotel have a handful of entries, so that a guest costs `n²d/2` multiplications
//! in place of `nd²/2 + d³/6`. Products are in single precision, sums over panels and the solution
//! of the equations in double precision.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use ndarray::{Array2, ArrayView2};

use super::csr::{Csr, Row};
use super::dense::tile::{add_gram, padded};
use super::dense::{NotPositiveDefinite, cholesky, gram, jacobi};
use super::parallel::for_each_chunk;

/// Entries whose products are summed in single precision before they are added in double precision.
const PANEL: usize = 64;
/// Rows of a piece of work.
const CHUNK: usize = 128;

/// Regularisation of one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Penalty {
    /// Weight `α₀` of what was not observed.
    pub alpha0: f64,
    /// Regularisation `λ`.
    pub lambda: f64,
    /// Exponent `ν` of a row's size.
    pub nu: f64,
    /// Rows of the fixed side.
    pub others: usize,
}

impl Penalty {
    /// `μ = λ·(n + α₀·others)^ν` of a row with `n` entries.
    #[expect(clippy::cast_precision_loss, reason = "numbers of guests and offers")]
    pub(super) fn of(&self, entries: usize) -> f64 {
        let size = entries as f64 + self.alpha0 * self.others as f64;
        self.lambda * libm::pow(size, self.nu)
    }
}

/// As [`solve`], but leaves the fixed factors as they are and gives the rows' along their axes.
pub(super) fn solve_in_place(
    entries: &Csr,
    fixed: ArrayView2<'_, f32>,
    penalty: Penalty,
    threads: NonZeroUsize,
) -> Result<Array2<f32>, NotPositiveDefinite> {
    let mut turned = fixed.as_standard_layout().into_owned();
    let axes = turn(&mut turned, threads);
    let mut factors = solve_turned(entries, &turned, &axes.sigma, penalty, threads)?;
    gram::transform(&mut factors, axes.v.t(), threads);
    Ok(factors)
}

/// Solves for all rows of `entries`, whose columns are rows of `fixed`. Turns `fixed` to its
/// principal axes and gives the rows' factors along the same axes.
///
/// # Errors
/// [`NotPositiveDefinite`], with the row's number, where regularisation is too weak for the
/// weights.
pub(super) fn solve(
    entries: &Csr,
    fixed: &mut Array2<f32>,
    penalty: Penalty,
    threads: NonZeroUsize,
) -> Result<Array2<f32>, NotPositiveDefinite> {
    let axes = turn(fixed, threads);
    solve_turned(entries, fixed, &axes.sigma, penalty, threads)
}

/// Turns factors to their principal axes, and tells how.
fn turn(factors: &mut Array2<f32>, threads: NonZeroUsize) -> jacobi::Svd {
    let axes = jacobi::svd(gram::gram(factors.view(), threads).view());
    gram::transform(factors, axes.v.view(), threads);
    axes
}

fn solve_turned(
    entries: &Csr,
    fixed: &Array2<f32>,
    sigma: &[f64],
    penalty: Penalty,
    threads: NonZeroUsize,
) -> Result<Array2<f32>, NotPositiveDefinite> {
    let d = fixed.ncols();
    let spectrum: Vec<f64> = sigma.iter().map(|value| penalty.alpha0 * value).collect();
    let side = Side {
        fixed: fixed.as_slice().expect("an owned matrix made row by row is contiguous"),
        few: (0..d).map(|n| scales(&spectrum, penalty.of(n))).collect(),
        spectrum,
        penalty,
    };
    let mut factors = Array2::zeros((entries.height(), d));
    let data = factors.as_slice_mut().expect("just made row by row");
    let failed = Mutex::new(None);
    let chunk = (entries.height() / 256).clamp(1, CHUNK);
    for_each_chunk(threads, data, chunk * d, Scratch::default, |scratch, number, lines| {
        for (row, line) in (number * chunk..).zip(lines.chunks_exact_mut(d)) {
            if side.solve_row(entries.row(row), scratch, line).is_err() {
                let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                *failed = Some(failed.map_or(row, |other: usize| other.min(row)));
            }
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(row) => Err(NotPositiveDefinite { row }),
        None => Ok(factors),
    }
}

/// `D^(−1/2)`, the scale of each principal axis, for regularisation `mu`.
#[expect(clippy::cast_possible_truncation, reason = "factors are in single precision")]
fn scales(spectrum: &[f64], mu: f64) -> Vec<f32> {
    spectrum.iter().map(|value| (1.0 / (value + mu).sqrt()) as f32).collect()
}

/// What all rows share.
struct Side<'a> {
    /// Fixed factors along their principal axes, row by row.
    fixed: &'a [f32],
    /// `Λ`.
    spectrum: Vec<f64>,
    /// [`scales`] of rows with 0, 1, … entries, for all with fewer than dimensions.
    few: Vec<Vec<f32>>,
    penalty: Penalty,
}

/// Memory of one thread, used again for each row.
#[derive(Default)]
struct Scratch {
    /// Square roots of the row's weights.
    roots: Vec<f32>,
    panel: Vec<f32>,
    /// `I + PᵀP` or `I + PPᵀ`, and the solution.
    equations: Vec<f64>,
    solution: Vec<f64>,
    sums: Vec<f32>,
}

impl Side<'_> {
    fn fixed_row(&self, column: u32) -> &[f32] {
        let d = self.spectrum.len();
        &self.fixed[column as usize * d..][..d]
    }

    #[expect(clippy::cast_possible_truncation, reason = "factors are in single precision")]
    fn solve_row(
        &self,
        row: Row<'_>,
        scratch: &mut Scratch,
        out: &mut [f32],
    ) -> Result<(), NotPositiveDefinite> {
        scratch.roots.clear();
        scratch.roots.extend(row.values.iter().map(|weight| weight.sqrt() as f32));
        match self.few.get(row.len()) {
            Some(_) if row.is_empty() => Ok(()),
            Some(scale) => self.solve_by_entry(row, scale, scratch, out),
            None => {
                let scale = scales(&self.spectrum, self.penalty.of(row.len()));
                self.solve_by_axis(row, &scale, scratch, out)
            }
        }
    }

    /// `D^(−1/2) Pᵀ (I + PPᵀ)⁻¹ √ω`.
    #[expect(clippy::cast_possible_truncation, reason = "factors are in single precision")]
    fn solve_by_entry(
        &self,
        row: Row<'_>,
        scale: &[f32],
        scratch: &mut Scratch,
        out: &mut [f32],
    ) -> Result<(), NotPositiveDefinite> {
        let (n, d) = (row.len(), scale.len());
        let stride = padded(n);
        let Scratch { roots, panel, equations, solution, .. } = scratch;
        panel.clear();
        panel.resize(d * stride, 0.0);
        self.gather_axes(row.columns, roots, scale, panel);
        equations.clear();
        equations.resize(stride * stride, 0.0);
        for axes in panel.chunks(PANEL * stride) {
            add_gram(axes, stride, n, equations);
        }
        add_one(equations, n, stride);
        cholesky::factor(equations, n, stride)?;
        solution.clear();
        solution.extend(roots.iter().map(|root| f64::from(*root)));
        cholesky::solve(equations, stride, solution);
        for ((column, root), z) in row.columns.iter().zip(&*roots).zip(&*solution) {
            let share = root * *z as f32;
            for (w, h) in out.iter_mut().zip(self.fixed_row(*column)) {
                *w += share * h;
            }
        }
        out.iter_mut().zip(scale).for_each(|(w, scale)| *w *= scale * scale);
        Ok(())
    }

    /// Fills `panel`, all zero before, with `Pᵀ`: an axis a row, so that products of entries are
    /// sums of outer products too.
    fn gather_axes(&self, columns: &[u32], roots: &[f32], scale: &[f32], panel: &mut [f32]) {
        const LANES: usize = 4;
        let d = scale.len();
        let stride = panel.len() / d;
        let lanes = columns.chunks(LANES).zip(roots.chunks(LANES)).zip((0..).step_by(LANES));
        for ((columns, roots), first) in lanes {
            // What is missing from the last four has a weight of zero.
            let mut fixed = [self.fixed_row(columns[0]); LANES];
            let mut weights = [0.0; LANES];
            for (lane, (column, root)) in columns.iter().zip(roots).enumerate() {
                (fixed[lane], weights[lane]) = (self.fixed_row(*column), *root);
            }
            let [a, b, c, e] = fixed;
            let fixed = a.iter().zip(b).zip(c.iter().zip(e)).zip(scale);
            for (line, (((a, b), (c, e)), scale)) in panel.chunks_exact_mut(stride).zip(fixed) {
                let Some(line) = line[first..].first_chunk_mut::<LANES>() else { return };
                let entries = [*a, *b, *c, *e];
                for ((p, h), weight) in line.iter_mut().zip(entries).zip(weights) {
                    *p = h * weight * scale;
                }
            }
        }
    }

    /// `D^(−1/2) (I + PᵀP)⁻¹ Pᵀ√ω`.
    #[expect(clippy::cast_possible_truncation, reason = "factors are in single precision")]
    fn solve_by_axis(
        &self,
        row: Row<'_>,
        scale: &[f32],
        scratch: &mut Scratch,
        out: &mut [f32],
    ) -> Result<(), NotPositiveDefinite> {
        let d = scale.len();
        let stride = padded(d);
        let Scratch { roots, panel, equations, solution, sums } = scratch;
        equations.clear();
        equations.resize(stride * stride, 0.0);
        solution.clear();
        solution.resize(d, 0.0);
        panel.clear();
        panel.resize(PANEL * stride, 0.0);
        for (columns, roots) in row.columns.chunks(PANEL).zip(roots.chunks(PANEL)) {
            sums.clear();
            sums.resize(d, 0.0);
            for ((column, root), line) in columns.iter().zip(roots).zip(panel.chunks_mut(stride)) {
                let fixed = self.fixed_row(*column).iter().zip(scale);
                for ((p, sum), (h, scale)) in line.iter_mut().zip(&mut *sums).zip(fixed) {
                    *p = root * h * scale;
                    *sum += root * *p;
                }
            }
            add_gram(&panel[..columns.len() * stride], stride, d, equations);
            solution.iter_mut().zip(&*sums).for_each(|(x, sum)| *x += f64::from(*sum));
        }
        add_one(equations, d, stride);
        cholesky::factor(equations, d, stride)?;
        cholesky::solve(equations, stride, solution);
        for ((w, x), scale) in out.iter_mut().zip(&*solution).zip(scale) {
            *w = *x as f32 * scale;
        }
        Ok(())
    }
}

fn add_one(equations: &mut [f64], n: usize, stride: usize) {
    equations.iter_mut().step_by(stride + 1).take(n).for_each(|x| *x += 1.0);
}
