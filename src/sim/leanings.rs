//! Kinds of guests, and what each leans to: common sense about people in hotels, in the words
//! hotels use.
//!
//! Weights are of words alone; [`Kind::leaning`] joins those of an offer. A catalog with other
//! words works too: a word nobody wrote down gets small leanings by the seed. The kinds are hidden:
//! party and market segment hint at them ([`kind_shares`]), answers tell the rest.

use crate::domain::decision::Party;
use crate::sys::rng::Randomness;

/// Kinds of guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// On a treat for two.
    Romantic,
    /// With children, and for them.
    Family,
    /// Here to work.
    Business,
    /// Here to eat and drink.
    Gourmet,
    /// Here to see and do.
    Explorer,
    /// Here to rest.
    Wellness,
    /// Here for the bed and the price.
    Plain,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Romantic,
        Self::Family,
        Self::Business,
        Self::Gourmet,
        Self::Explorer,
        Self::Wellness,
        Self::Plain,
    ];

    /// What this kind leans to.
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn words(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::Romantic => &[
                ("romantic", 1.0),
                ("couples", 1.0),
                ("celebration", 0.6),
                ("view", 0.6),
                ("massage", 0.5),
                ("suite", 0.4),
                ("wine", 0.4),
                ("quiet", 0.3),
                ("kids", -1.0),
                ("work", -0.8),
                ("meetings", -0.8),
            ],
            Self::Family => &[
                ("kids", 1.2),
                ("family-time", 1.1),
                ("space", 0.6),
                ("outdoors", 0.5),
                ("sea", 0.4),
                ("breakfast", 0.4),
                ("convenience", 0.3),
                ("nightlife", -0.8),
                ("work", -0.7),
                ("romantic", -0.5),
                ("golf", -0.3),
            ],
            Self::Business => &[
                ("work", 1.1),
                ("convenience", 0.8),
                ("flexibility", 0.8),
                ("meetings", 0.7),
                ("airport", 0.6),
                ("chauffeur", 0.5),
                ("quiet", 0.4),
                ("tech", 0.4),
                ("breakfast", 0.3),
                ("kids", -1.0),
                ("romantic", -0.8),
                ("history", -0.3),
                ("outdoors", -0.3),
            ],
            Self::Gourmet => &[
                ("gourmet", 1.1),
                ("wine", 1.0),
                ("seafood", 0.7),
                ("local-food", 0.7),
                ("asian-cuisine", 0.5),
                ("celebration", 0.4),
                ("nightlife", 0.3),
                ("suite", 0.3),
                ("kids", -0.6),
                ("active", -0.5),
            ],
            Self::Explorer => &[
                ("local-culture", 1.0),
                ("history", 0.9),
                ("outdoors", 0.7),
                ("active", 0.7),
                ("art", 0.6),
                ("music", 0.5),
                ("local-food", 0.5),
                ("sea", 0.3),
                ("work", -0.6),
                ("suite", -0.4),
                ("chauffeur", -0.4),
            ],
            Self::Wellness => &[
                ("massage", 1.0),
                ("relax", 0.9),
                ("wellness", 0.9),
                ("thermal", 0.8),
                ("yoga", 0.7),
                ("quiet", 0.6),
                ("vegetarian", 0.5),
                ("sea", 0.3),
                ("nightlife", -0.7),
                ("meetings", -0.6),
            ],
            Self::Plain => &[
                ("breakfast", 0.5),
                ("convenience", 0.4),
                ("loyalty", 0.4),
                ("airport", 0.3),
                ("flexibility", 0.3),
                ("suite", -0.9),
                ("chauffeur", -0.8),
                ("gourmet", -0.7),
                ("celebration", -0.5),
                ("massage", -0.5),
            ],
        }
    }

    /// How much this kind leans to an offer of these tags, -1 to 1: the sum of the leanings over √
    /// of their number, and no more than all of a kind's liking, however many words agree.
    pub fn leaning(self, root: Randomness, tags: &[String]) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few tags")]
        let scale = (tags.len().max(1) as f64).sqrt();
        libm::tanh(tags.iter().map(|tag| self.leaning_to(root, tag)).sum::<f64>() / scale)
    }

    /// How much this kind leans to what is about one tag alone.
    pub fn leaning_to(self, root: Randomness, tag: &str) -> f64 {
        if let Some((_, weight)) = self.words().iter().find(|(word, _)| *word == tag) {
            return *weight;
        }
        let is_known =
            Self::ALL.iter().any(|kind| kind.words().iter().any(|(word, _)| *word == tag));
        if is_known {
            0.0
        } else {
            0.4 * root.keyed("leaning", format!("{self:?}/{tag}").as_bytes()).normal()
        }
    }
}

/// Shares of the kinds, in the order of [`Kind::ALL`], among guests of a party who booked like
/// this.
pub fn kind_shares(party: Party, is_corporate: bool) -> [f64; 7] {
    match party {
        Party::Family => [0.0, 0.65, 0.0, 0.03, 0.12, 0.05, 0.15],
        _ if is_corporate => [0.0, 0.0, 0.8, 0.05, 0.05, 0.02, 0.08],
        Party::Solo => [0.0, 0.0, 0.42, 0.1, 0.22, 0.1, 0.16],
        Party::Couple => [0.3, 0.0, 0.06, 0.15, 0.2, 0.14, 0.15],
        Party::Group => [0.05, 0.05, 0.1, 0.25, 0.3, 0.05, 0.2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_shares_and_leanings_differ() {
        for party in [Party::Solo, Party::Couple, Party::Family, Party::Group] {
            for is_corporate in [false, true] {
                let sum: f64 = kind_shares(party, is_corporate).iter().sum();
                assert!((sum - 1.0).abs() < 1e-9, "{party:?}");
            }
        }
        let root = Randomness::from_seed(1);
        let tags = ["massage".to_owned(), "relax".to_owned()];
        assert!(Kind::Wellness.leaning(root, &tags) > 0.8);
        assert!(Kind::Plain.leaning(root, &tags) < 0.0);
        let own = ["zeppelin".to_owned()];
        assert_ne!(
            Kind::Plain.leaning(root, &own).to_bits(),
            Kind::Family.leaning(root, &own).to_bits()
        );
        assert!(Kind::Plain.leaning(root, &[]).abs() < f64::EPSILON);
    }
}
