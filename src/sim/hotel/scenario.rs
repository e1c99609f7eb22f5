//! A scenario: everything that was chosen about a simulated hotel, as a TOML file.
//!
//! What a file leaves out is as in the standard world; a key that is not known is refused.

use serde::{Deserialize, Serialize};

use crate::sim::document::{self, ScenarioError};

/// Name and document of each standard scenario, carried in the binary.
const STANDARD: [(&str, &str); 8] = [
    ("standard", include_str!("../../../models/scenarios/standard.toml")),
    ("cold-start", include_str!("../../../models/scenarios/cold-start.toml")),
    ("drift", include_str!("../../../models/scenarios/drift.toml")),
    ("delay-200", include_str!("../../../models/scenarios/delay-200.toml")),
    ("delay-1000", include_str!("../../../models/scenarios/delay-1000.toml")),
    ("sparse-hotel", include_str!("../../../models/scenarios/sparse-hotel.toml")),
    ("heavy-tail", include_str!("../../../models/scenarios/heavy-tail.toml")),
    ("impersonal", include_str!("../../../models/scenarios/impersonal.toml")),
];

/// Most rounds of a scenario.
pub const ROUNDS_MAX: u64 = 10_000_000;
/// Longest delay of a label, in decisions.
pub const DELAY_MAX: usize = 1_000_000;

/// What was chosen about a world and what happens in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name: 1 to 64 of `a-z 0-9 -`.
    pub name: String,
    /// What it is about, in a sentence.
    pub about: String,
    /// Rounds played where nobody says otherwise; standard 10,000. A brand's follow from [`Brand`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u64>,
    /// The world's numbers.
    #[serde(default)]
    pub world: Knobs,
    /// When labels are learnt.
    #[serde(default)]
    pub labels: Labels,
    /// What changes on the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// Where given, an accepted offer counts its margin; otherwise it counts 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<Margin>,
    /// Where given, the guests are those of the properties of a brand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Brand>,
}

/// The world's numbers. Log-odds of acceptance are `level + taste · (guest · offer)` and the effects
/// of the offer, of category × stay stage and of category × daypart × day type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Knobs {
    /// Offers on sale, 2 to 5,000.
    pub offers: usize,
    /// Categories, 1 to 64, at most as many as offers: offer `i` is of category `i mod categories`.
    pub categories: usize,
    /// Segments of guests, 1 to 1,000.
    pub segments: usize,
    /// Guests, 1 to 1,000,000.
    pub guests: usize,
    /// Weight of a category's centre in an offer's vector.
    pub offer_weight: f64,
    /// Spread of offers around it.
    pub offer_spread: f64,
    /// Weight of a segment's centre in a guest's vector.
    pub guest_weight: f64,
    /// Spread of guests around it.
    pub guest_spread: f64,
    /// Noise of the observed vector of a guest.
    pub guest_noise: f64,
    /// Noise of the observed vector of an offer.
    pub offer_noise: f64,
    /// Log-odds of acceptance before any effect.
    pub level: f64,
    /// Log-odds between a guest's favourite direction and one that leaves the guest cold.
    pub taste: f64,
    /// Standard deviation of an offer's effect.
    pub offer_sd: f64,
    /// Standard deviation of a category's effect in a stay stage.
    pub stage_sd: f64,
    /// Standard deviation of a category's effect in a daypart of a day type.
    pub moment_sd: f64,
    /// Chance that a category is allowed in a stay stage.
    pub allowed: f64,
    /// Chance that an allowed offer is a candidate of a round.
    pub available: f64,
}

/// The standard world: `HotelSim-Offer` v1, algorithms 11.1.
impl Default for Knobs {
    fn default() -> Self {
        Self {
            offers: 200,
            categories: 8,
            segments: 6,
            guests: 5_000,
            offer_weight: 0.8,
            offer_spread: 0.6,
            guest_weight: 0.7,
            guest_spread: 0.7,
            guest_noise: 0.5,
            offer_noise: 0.2,
            level: -4.0,
            taste: 2.5,
            offer_sd: 0.5,
            stage_sd: 0.7,
            moment_sd: 0.4,
            allowed: 0.6,
            available: 0.45,
        }
    }
}

/// When labels are learnt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Labels {
    /// Decisions made between a decision and the moment its label is learnt.
    pub delay: usize,
}

/// What changes on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When: the part of the rounds before it, between 0 and 1.
    pub at: f64,
    /// Part of all offer effects, and of all category × stay stage effects, drawn anew.
    #[serde(default)]
    pub redraw_effects: f64,
    /// Part of the offers that go, for as many that were never seen, of the same categories.
    #[serde(default)]
    pub replace_offers: f64,
}

/// What an accepted offer brings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Margin {
    /// Margin that counts as a reward of 1.
    pub unit: f64,
    /// Mean of the logarithm of an offer's margin.
    pub log_mean: f64,
    /// Its standard deviation from offer to offer.
    pub log_sd: f64,
    /// Standard deviation of the logarithm of what a sale brings around the margin of its offer; the
    /// mean is the margin.
    #[serde(default)]
    pub noise_sd: f64,
}

/// Properties that share offers, guests and what is learnt of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// Properties, 2 to 1,000. They decide in turn.
    pub properties: usize,
    /// Decisions of a property in a day.
    pub decisions_a_day: u64,
    /// Days.
    pub days: u64,
    /// Standard deviation of an offer's own effect at a property, in log-odds.
    pub offer_sd: f64,
}

impl Scenario {
    /// Names of the standard scenarios.
    pub fn standard_names() -> impl Iterator<Item = &'static str> {
        STANDARD.iter().map(|(name, _)| *name)
    }

    /// A standard scenario by its name, or that of a file: whatever ends in `.toml`.
    ///
    /// # Errors
    /// Where there is none, or it does not pass [`Self::parse`].
    pub fn find(name: &str) -> Result<Self, ScenarioError> {
        Self::parse(&document::find(name, &STANDARD)?)
    }

    /// Reads a document and checks every value.
    ///
    /// # Errors
    /// Names the first key that is unknown, missing, of the wrong type or out of its range.
    pub fn parse(document: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(document)?;
        super::check::check(&scenario)?;
        Ok(scenario)
    }

    /// Rounds to play where nobody says otherwise: of all properties of a brand together.
    pub fn rounds(&self) -> u64 {
        let of_brand = self.brand.as_ref().map(Brand::rounds);
        of_brand.or(self.rounds).unwrap_or(10_000)
    }

    /// Properties that take turns; 1 without a brand.
    pub fn properties(&self) -> usize {
        self.brand.as_ref().map_or(1, |brand| brand.properties)
    }
}

impl Brand {
    /// Decisions of all properties in all days.
    pub fn rounds(&self) -> u64 {
        (self.properties as u64).saturating_mul(self.decisions_a_day).saturating_mul(self.days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standard_scenario_is_found_by_the_name_it_says() {
        for name in Scenario::standard_names() {
            let scenario = Scenario::find(name).unwrap();
            assert_eq!(scenario.name, name);
            assert!(scenario.about.len() > 20, "{name} says nothing of itself");
        }
    }

    #[test]
    fn a_scenario_reads_back_as_it_was_written() {
        for name in Scenario::standard_names() {
            let scenario = Scenario::find(name).unwrap();
            let written = toml::to_string(&scenario).unwrap();
            assert_eq!(Scenario::parse(&written).unwrap(), scenario, "{written}");
        }
    }

    /// The standard file shows every key of the world; a file that leaves them out means the same.
    #[test]
    fn the_standard_file_says_what_is_so_without_it() {
        let document = STANDARD[0].1;
        let bare = Scenario::parse("name = \"bare\"\nabout = \"nothing said\"\n").unwrap();
        let standard = Scenario::parse(document).unwrap();
        assert_eq!((&bare.world, bare.rounds()), (&standard.world, standard.rounds()));
        let written = toml::to_string(&bare.world).unwrap();
        for key in written.lines().filter_map(|line| line.split(' ').next()) {
            assert!(document.lines().any(|line| line.split(' ').next() == Some(key)), "{key}");
        }
    }

    #[test]
    fn a_brand_plays_the_decisions_of_all_its_properties() {
        let sparse = Scenario::find("sparse-hotel").unwrap();
        assert_eq!((sparse.rounds(), sparse.properties()), (54_000, 30));
        assert_eq!(Scenario::find("drift").unwrap().properties(), 1);
    }

    #[test]
    fn a_file_is_read_from_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        let error = Scenario::find(path.to_str().unwrap()).unwrap_err().to_string();
        assert!(error.contains("mine.toml cannot be read"), "{error}");
        std::fs::write(&path, "name = \"mine\"\nabout = \"a world of my own\"\nrounds = 50\n")
            .unwrap();
        let mine = Scenario::find(path.to_str().unwrap()).unwrap();
        assert_eq!((mine.name.as_str(), mine.rounds()), ("mine", 50));
    }

    #[test]
    fn a_name_nobody_knows_is_told_those_there_are() {
        let error = Scenario::find("delay").unwrap_err().to_string();
        assert!(error.contains("delay-200, delay-1000"), "{error}");
    }
}
