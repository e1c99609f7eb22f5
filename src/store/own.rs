//! What is kept of a guest by itself while it is one with others: where they would part from.

use crate::domain::guest::GuestState;
use crate::domain::profile::Profile;

/// A guest by itself, as of a place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    /// Every record of the guest up to this sequence is in it.
    pub sequence: u64,
    /// Hot state: of no part, and without parts but for its own identities.
    pub state: GuestState,
    /// Facts, consents, stated preferences.
    pub profile: Profile,
}
