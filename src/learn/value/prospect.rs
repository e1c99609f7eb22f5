//! How alike is a prospect to the guests a brand lives on?
//!
//! The score is the largest cosine between the prospect's taste and the mean taste of the segments
//! of tier A. It ranks prospects; it is no probability of booking.

/// Vectors that cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "segment_means[{segment}]: has {found} numbers, the taste {wanted}; use one space of tastes"
)]
pub struct OtherSpace {
    /// Place of the segment.
    pub segment: usize,
    /// Its numbers.
    pub found: usize,
    /// Those of the taste.
    pub wanted: usize,
}

/// A prospect's likeness to the nearest segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LookAlike {
    /// Place of the nearest segment.
    pub segment: usize,
    /// The cosine, −1 to 1.
    pub score: f64,
}

/// The nearest segment, the first of equal ones; `None` where the taste, or every segment, points
/// nowhere.
///
/// # Errors
/// [`OtherSpace`] for a segment of another length.
pub fn look_alike(
    taste: &[f32],
    segment_means: &[&[f32]],
) -> Result<Option<LookAlike>, OtherSpace> {
    let mut nearest: Option<LookAlike> = None;
    for (segment, mean) in segment_means.iter().enumerate() {
        let (found, wanted) = (mean.len(), taste.len());
        if found != wanted {
            return Err(OtherSpace { segment, found, wanted });
        }
        let lengths = (product(taste, taste) * product(mean, mean)).sqrt();
        let score = (product(taste, mean) / lengths).clamp(-1.0, 1.0);
        let is_nearer = nearest.is_none_or(|nearest| score > nearest.score);
        if lengths > 0.0 && score.is_finite() && is_nearer {
            nearest = Some(LookAlike { segment, score });
        }
    }
    Ok(nearest)
}

fn product(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_segment_scores_whatever_the_lengths() {
        let means: [&[f32]; 4] = [&[0.0, 0.0], &[10.0, 0.0], &[-3.0, -3.0], &[2.0, 2.0]];
        let found = look_alike(&[1.0, 0.5], &means).unwrap().unwrap();
        assert_eq!(found.segment, 3);
        assert!((found.score - 1.5 / (1.25_f64 * 2.0).sqrt()).abs() < 1e-12, "{found:?}");
        let opposite = look_alike(&[1.0, 0.0], &means[2..3]).unwrap().unwrap();
        assert!((opposite.score + 0.5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_taste_that_points_nowhere_is_like_nobody() {
        assert_eq!(look_alike(&[0.0, 0.0], &[&[1.0, 0.0]]), Ok(None));
        assert_eq!(look_alike(&[1.0, 0.0], &[]), Ok(None));
        let other = look_alike(&[1.0, 0.0], &[&[1.0, 0.0], &[1.0]]).unwrap_err();
        assert!(other.to_string().starts_with("segment_means[1]: has 1 numbers"));
    }
}
