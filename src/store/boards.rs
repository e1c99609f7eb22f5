//! Staff and guests' concerns as checkpoints keep them: in the bytes of the log.

use crate::domain::routing::{Interaction, StaffMember};

use super::codec::routing;
use super::error::StoreError;
use super::wire::{Fields, Malformed};

fn damaged(what: &str, malformed: &Malformed) -> StoreError {
    StoreError::corrupt(format!("{what} of a checkpoint: {}", malformed.0))
}

/// The bytes of a member of staff.
pub fn encode_member(member: &StaffMember) -> Vec<u8> {
    let mut bytes = Vec::new();
    routing::write_member(&mut bytes, member);
    bytes
}

/// A member of staff from its bytes.
///
/// # Errors
/// Where they are damaged.
pub fn decode_member(bytes: &[u8]) -> Result<StaffMember, StoreError> {
    routing::read_member(Fields::of(bytes)).map_err(|e| damaged("a member of staff", &e))
}

/// The bytes of a concern.
pub fn encode_interaction(interaction: &Interaction) -> Vec<u8> {
    let mut bytes = Vec::new();
    routing::write_interaction(&mut bytes, interaction);
    bytes
}

/// A concern from its bytes.
///
/// # Errors
/// Where they are damaged.
pub fn decode_interaction(bytes: &[u8]) -> Result<Interaction, StoreError> {
    routing::read_interaction(Fields::of(bytes)).map_err(|e| damaged("a concern", &e))
}
