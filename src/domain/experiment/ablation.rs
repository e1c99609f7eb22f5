//! Which part of a policy is taken out, to learn what it is worth.

/// The five standing ablations of Pega's Impact Analyzer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Ablation {
    /// Any eligible offer, each alike.
    RandomEligible,
    /// By response propensity alone: no value, no context weight, no levers.
    PropensityOnly,
    /// Without the levers of the business.
    NoLevers,
    /// By context weight, value and levers, without a model.
    RulesOnly,
    /// With response propensities that nothing was learnt for.
    UntrainedModel,
}

impl Ablation {
    /// All of them, in code order.
    pub const ALL: [Self; 5] = [
        Self::RandomEligible,
        Self::PropensityOnly,
        Self::NoLevers,
        Self::RulesOnly,
        Self::UntrainedModel,
    ];

    /// Its name in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::RandomEligible => "RANDOM_ELIGIBLE",
            Self::PropensityOnly => "PROPENSITY_ONLY",
            Self::NoLevers => "NO_LEVERS",
            Self::RulesOnly => "RULES_ONLY",
            Self::UntrainedModel => "UNTRAINED_MODEL",
        }
    }
}
