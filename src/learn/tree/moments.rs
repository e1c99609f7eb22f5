//! Means and covariances, read out of the factor: what scoring needs of a posterior that stands still.

use super::node::Node;
use super::posterior::TreePosterior;

/// Means and covariance of the weights along a path without a leaf: the branch's, then the root's.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    /// Means, along the path.
    pub means: Vec<f64>,
    /// Covariance: a square matrix in rows.
    pub covariance: Vec<f64>,
}

/// Mean of a leaf, its variance, and its covariance with each weight above it.
#[derive(Debug, Clone, PartialEq)]
pub struct LeafMoments {
    /// Mean.
    pub mean: f64,
    /// Variance.
    pub variance: f64,
    /// Covariance with the branch's weights, then with the root's.
    pub above: Vec<f64>,
}

impl Moments {
    /// Covariance of two weights, by their places along the path.
    pub fn covariance(&self, a: usize, b: usize) -> f64 {
        self.covariance[a * self.means.len() + b]
    }

    /// Those of a node and of what stands above it.
    fn with(&self, node: &Node) -> Self {
        let (side, old) = (node.path_len(), self.means.len());
        let mut means = vec![0.0; node.dim()];
        means.extend_from_slice(&self.means);
        node.means(&mut means);
        let mut covariance = vec![0.0; side * side];
        for row in 0..old {
            let to = (row + node.dim()) * side + node.dim();
            covariance[to..to + old].copy_from_slice(&self.covariance[row * old..(row + 1) * old]);
        }
        node.extend_covariance(&mut covariance);
        Self { means, covariance }
    }
}

impl TreePosterior {
    /// Of the root's weights.
    pub fn root_moments(&self) -> Moments {
        Moments { means: Vec::new(), covariance: Vec::new() }.with(&self.root.node)
    }

    /// Of a branch's weights and the root's, from those of the root.
    pub fn branch_moments(&self, root: &Moments, branch: usize) -> Moments {
        root.with(&self.branches[branch].node)
    }

    /// Of a leaf, from those of its branch.
    pub fn leaf_moments(&self, branch: &Moments, leaf: usize) -> LeafMoments {
        let column = self.leaves[leaf].grown.node.columns();
        let side = branch.means.len();
        let mut above = vec![0.0; side];
        let mut mean = self.leaves[leaf].grown.node.target()[0] / column[0];
        for (place, l) in column[1..].iter().enumerate() {
            let share = l / column[0];
            if share.abs() > 0.0 {
                mean -= share * branch.means[place];
                let row = &branch.covariance[place * side..(place + 1) * side];
                above.iter_mut().zip(row).for_each(|(a, c)| *a -= share * c);
            }
        }
        let explained: f64 = column[1..].iter().zip(&above).map(|(l, a)| l / column[0] * a).sum();
        LeafMoments { mean, variance: 1.0 / (column[0] * column[0]) - explained, above }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::gaussian::Gaussian;
    use crate::learn::laplace;
    use crate::learn::tree::posterior::{Path, Retention, Shape};
    use crate::sys::rng::SplitMix64;

    const ROOT: usize = 5;
    const BRANCH: usize = 4;
    const KEEPS: Retention = Retention { root: 1.0, branch: 1.0, leaf: 1.0 };

    fn tree(retention: Retention) -> TreePosterior {
        let gaussians = |n: usize, mean: f64| -> Vec<Gaussian> {
            (0..n).map(|at| Gaussian::new(mean + at as f64 * 0.1, 0.3 + at as f64 * 0.2)).collect()
        };
        let leaf = Gaussian::new(-0.2, 0.4);
        let shape = Shape { root: gaussians(ROOT, -0.5), branch: gaussians(BRANCH, 0.1), leaf };
        let mut tree = TreePosterior::new(shape, retention);
        for _ in 0..3 {
            let branch = tree.add_branch();
            (0..4).for_each(|_| {
                tree.add_leaf(branch);
            });
        }
        tree
    }

    /// Everything in one dense matrix: leaves, branches, root; precision and means.
    struct Dense {
        precision: Vec<Vec<f64>>,
        means: Vec<f64>,
    }

    const SIDE: usize = 12 + 3 * BRANCH + ROOT;

    fn places(path: Path) -> Vec<usize> {
        let leaf = path.leaf.into_iter();
        let branch =
            path.branch.into_iter().flat_map(|b| (0..BRANCH).map(move |i| 12 + b * BRANCH + i));
        leaf.chain(branch).chain(SIDE - ROOT..SIDE).collect()
    }

    /// Solves by elimination with a full matrix.
    fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
        let n = right.len();
        let mut rows: Vec<Vec<f64>> =
            matrix.iter().zip(right).map(|(row, r)| [&row[..], &[*r]].concat()).collect();
        for pivot in 0..n {
            let (above, below) = rows.split_at_mut(pivot + 1);
            for row in below {
                let factor = row[pivot] / above[pivot][pivot];
                row.iter_mut().zip(&above[pivot]).for_each(|(x, p)| *x -= factor * p);
            }
        }
        let mut x = vec![0.0; n];
        for row in (0..n).rev() {
            let known: f64 = (row + 1..n).map(|at| rows[row][at] * x[at]).sum();
            x[row] = (rows[row][n] - known) / rows[row][row];
        }
        x
    }

    impl Dense {
        fn new(tree: &TreePosterior) -> Self {
            let shape = tree.shape();
            let leaves = vec![shape.leaf; 12];
            let branches = (0..3).flat_map(|_| shape.branch.clone());
            let prior: Vec<Gaussian> =
                leaves.into_iter().chain(branches).chain(shape.root.clone()).collect();
            let mut precision = vec![vec![0.0; SIDE]; SIDE];
            prior.iter().enumerate().for_each(|(at, g)| precision[at][at] = 1.0 / g.variance);
            Self { precision, means: prior.iter().map(|g| g.mean).collect() }
        }

        fn spread(path: Path, features: &[f64]) -> Vec<f64> {
            let mut x = vec![0.0; SIDE];
            places(path).into_iter().zip(features).for_each(|(at, f)| x[at] = *f);
            x
        }

        fn score(&self, path: Path, features: &[f64]) -> Gaussian {
            let x = Self::spread(path, features);
            let z = solve(&self.precision, &x);
            let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
            Gaussian::new(dot(&self.means, &x), dot(&z, &x))
        }

        fn learn(&mut self, path: Path, features: &[f64], label: bool, beside: f64) {
            let x = Self::spread(path, features);
            let z = solve(&self.precision, &x);
            let score = self.score(path, features);
            let step = laplace::step(score.mean, score.variance + beside, label, 1.0);
            self.means.iter_mut().zip(&z).for_each(|(m, z)| *m += z * step.gradient);
            let curvature = step.curvature / (1.0 + step.curvature * beside);
            for row in 0..SIDE {
                for at in 0..SIDE {
                    self.precision[row][at] += curvature * x[row] * x[at];
                }
            }
        }
    }

    fn observation(rng: &mut SplitMix64) -> (Path, Vec<f64>, bool) {
        let leaf = rng.below(12);
        let path = match rng.below(6) {
            0 => Path::ROOT,
            1 => Path { branch: Some(leaf / 4), leaf: None },
            _ => Path { branch: Some(leaf / 4), leaf: Some(leaf) },
        };
        let features: Vec<f64> = places(path)
            .iter()
            .map(|at| {
                if *at < 12 {
                    1.0
                } else if rng.chance(0.5) {
                    rng.normal()
                } else {
                    0.0
                }
            })
            .collect();
        (path, features, rng.chance(0.3))
    }

    /// 300 labels over all paths: the sparse factor knows what the full matrix knows.
    #[test]
    fn the_tree_is_the_full_joint_posterior() {
        let (mut tree, mut rng) = (tree(KEEPS), SplitMix64::new(5));
        let mut dense = Dense::new(&tree);
        for round in 0..300_u32 {
            let (path, features, label) = observation(&mut rng);
            let (got, wanted) = (tree.score(path, &features), dense.score(path, &features));
            assert!((got.mean - wanted.mean).abs() < 1e-9, "{round}: {got:?} {wanted:?}");
            assert!((got.variance - wanted.variance).abs() < 1e-9, "{round}: {got:?} {wanted:?}");
            let beside = f64::from(round % 3) * 0.2;
            tree.learn(path, &features, beside, |s| {
                Some(laplace::step(s.mean, s.variance + beside, label, 1.0))
            });
            dense.learn(path, &features, label, beside);
        }
        let root = tree.root_moments();
        for leaf in 0..12 {
            let above = tree.branch_moments(&root, leaf / 4);
            let moments = tree.leaf_moments(&above, leaf);
            let path = Path { branch: Some(leaf / 4), leaf: Some(leaf) };
            let places = places(path);
            let unit =
                |at: usize| (0..SIDE).map(|i| f64::from(u8::from(i == at))).collect::<Vec<_>>();
            let column = solve(&dense.precision, &unit(leaf));
            assert!((moments.mean - dense.means[leaf]).abs() < 1e-9);
            assert!((moments.variance - column[leaf]).abs() < 1e-9);
            for (at, place) in places[1..].iter().enumerate() {
                assert!((moments.above[at] - column[*place]).abs() < 1e-9);
                assert!((above.means[at] - dense.means[*place]).abs() < 1e-9);
                let column = solve(&dense.precision, &unit(*place));
                for (other, place) in places[1..].iter().enumerate() {
                    assert!((above.covariance(at, other) - column[*place]).abs() < 1e-9);
                }
            }
            assert!((tree.means(path)[0] - moments.mean).abs() < 1e-12);
        }
    }

    /// A26: 300,000 labels with forgetting at every level. The variances stay positive, and the
    /// factor's own covariance is the inverse of its own precision.
    #[test]
    fn forgetting_keeps_the_numbers_sound_and_the_means_where_they_are() {
        let mut tree = tree(Retention { root: 0.9995, branch: 0.9995, leaf: 0.998 });
        let mut rng = SplitMix64::new(6);
        for _ in 0..300_000 {
            let (path, features, label) = observation(&mut rng);
            tree.learn(path, &features, 0.0, |s| {
                assert!(s.variance >= 0.0 && s.mean.is_finite());
                Some(laplace::step(s.mean, s.variance, label, 1.0))
            });
        }
        let root = tree.root_moments();
        for leaf in 0..12 {
            let above = tree.branch_moments(&root, leaf / 4);
            let moments = tree.leaf_moments(&above, leaf);
            let path = Path { branch: Some(leaf / 4), leaf: Some(leaf) };
            let mut unit = vec![0.0; 1 + BRANCH + ROOT];
            unit[0] = 1.0;
            let score = tree.score(path, &unit);
            assert!((score.variance / moments.variance - 1.0).abs() < 1e-8);
            assert!((score.mean - moments.mean).abs() < 1e-8);
            assert!(moments.variance > 0.0 && moments.variance < 0.4);
        }
    }

    /// A node that is touched without learning anything returns to its prior's uncertainty.
    #[test]
    fn what_is_not_confirmed_is_believed_less_firmly() {
        let mut tree = tree(Retention { root: 1.0, branch: 1.0, leaf: 0.9 });
        let path = Path { branch: Some(0), leaf: Some(0) };
        let mut unit = vec![0.0; 1 + BRANCH + ROOT];
        unit[0] = 1.0;
        let learn = |tree: &mut TreePosterior, weight: f64| {
            tree.learn(path, &unit, 0.0, |s| Some(laplace::step(s.mean, s.variance, true, weight)));
        };
        (0..60).for_each(|_| learn(&mut tree, 1.0));
        let firm = tree.score(path, &unit);
        (0..64 * 20).for_each(|_| learn(&mut tree, 0.0));
        let loose = tree.score(path, &unit);
        assert!(firm.variance < 0.2, "{firm:?}");
        assert!((loose.variance - 0.4).abs() < 1e-3, "{loose:?}");
        assert!(
            (loose.mean - firm.mean).abs() < 1e-9,
            "the mean is believed until it is contradicted"
        );
    }
}
