//! Volume: offers of which only so many can be given, over many guests at once.
//!
//! Decided guest after guest, what is scarce goes to whoever comes first. Here each guest is rated
//! first, for every scarce offer beside what they would be shown without it, and a plan gives the
//! units to those for whom they are worth most.
//!
//! | step | file | what it answers |
//! |---|---|---|
//! | rate | [`gains`] | what a guest's slate gains by a scarce offer |
//! | assign | [`assign`](mod@assign) | who gets which unit, exactly; what one more unit is worth |
//! | at least | [`least`] | the same, where something must be given so many times at least; what that costs |
//! | online | [`online`], [`rations`] | is a guest who comes alone worth a unit, or will somebody later be? |

pub mod assign;
pub mod gains;
pub mod least;
pub mod online;
pub mod rations;
