//! The product as the simulated world meets it: the public API, and a clock.
//!
//! Two things stand behind it: the real server over gRPC ([`super::wire::Served`]), and in tests of
//! the world a stand-in that knows nothing.

use std::time::Duration;

use crate::api::v1;
use crate::domain::time::Timestamp;

/// A call that failed, in the words of the API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{call}: {message}")]
pub struct Refused {
    /// The call.
    pub call: &'static str,
    /// What the server said.
    pub message: String,
}

/// The product.
pub trait Product {
    /// Reads the catalog in force.
    ///
    /// # Errors
    /// As the server says.
    fn catalog(&mut self) -> Result<v1::Catalog, Refused>;

    /// Asks for a decision; also how long the caller waited.
    ///
    /// # Errors
    /// As the server says.
    fn decide(
        &mut self,
        request: v1::DecideOffersRequest,
    ) -> Result<(v1::DecideOffersResponse, Duration), Refused>;

    /// Tells that a decision is sent. False where it has expired: then it must not be sent.
    ///
    /// # Errors
    /// As the server says.
    fn activate(&mut self, request: v1::ActivateDecisionRequest) -> Result<bool, Refused>;

    /// Writes events. An event refused is an error: the world sends only what it means.
    ///
    /// # Errors
    /// As the server says.
    fn write(&mut self, events: Vec<v1::Event>) -> Result<(), Refused>;

    /// Tells facts about a guest.
    ///
    /// # Errors
    /// As the server says.
    fn update_guest(&mut self, guest: v1::Guest) -> Result<(), Refused>;

    /// Tells what a guest said of tastes.
    ///
    /// # Errors
    /// As the server says.
    fn state_preferences(&mut self, profile: v1::PreferenceProfile) -> Result<(), Refused>;

    /// Tells how many units of a scarce offer are left.
    ///
    /// # Errors
    /// As the server says.
    fn set_stock(&mut self, request: v1::SetInventoryRequest) -> Result<(), Refused>;

    /// The time is now this.
    fn stand_at(&mut self, now: Timestamp);

    /// Lets background work come to rest: what is due is done, what was heard is learnt.
    ///
    /// # Errors
    /// Where the server cannot.
    fn settle(&mut self) -> Result<(), Refused>;
}
