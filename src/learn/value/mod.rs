//! What is a guest worth, and is the guest still one? Pure arithmetic.
//!
//! ```text
//! stays ── visits ── history ── fit, choice ── P(alive), expected stays ─┐
//!             └───── spend ──── fit ────────── expected spend ───────────┴ clv ── tiers, churn
//! ```
//!
//! | file | what it answers |
//! |---|---|
//! | [`visits`] | which stays did a guest make, cancellations undone? |
//! | [`history`] | how often, how recently, for how long, for how much? |
//! | [`beta_geometric`] | how many stays will come, if guests leave after a stay? |
//! | [`pareto`] | the same, if they leave at any moment |
//! | [`yearly`], [`beta_binomial`] | do guests come by the year, and how many years more? |
//! | [`gamma_gamma`] | what will a stay bring? |
//! | [`fit`] | which parameters make the guests' histories most likely? |
//! | [`choice`] | which of the models speaks for a brand's guests? |
//! | [`clv`] | what will a guest leave, after service, channels and interest? |
//! | [`sketch`], [`tiers`], [`rfm`] | where does a guest stand among all? |
//! | [`portfolio`] | all of it for every guest of a brand: who brings the profit? |
//! | [`worth`] | what is one guest worth now, by what was fitted before? |
//! | [`churn`] | who is overdue, who is at risk? |
//! | [`prospect`] | who is like the guests a brand lives on? |
//! | [`special`], [`jet`], [`newton`] | the numbers underneath |
//! | [`error`] | what cannot be fitted, and what to do |

pub mod beta_binomial;
pub mod beta_geometric;
pub mod choice;
pub mod churn;
pub mod clv;
pub mod error;
pub mod fit;
pub mod gamma_gamma;
pub mod history;
#[cfg(test)]
mod hypergeometric;
pub mod jet;
pub mod newton;
pub mod pareto;
pub mod portfolio;
pub mod prospect;
pub mod rfm;
#[cfg(test)]
mod simulation;
pub mod sketch;
pub mod special;
pub mod tiers;
#[cfg(test)]
mod trials;
pub mod visits;
pub mod worth;
pub mod yearly;
