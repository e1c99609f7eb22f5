//! Resident state: guests and ledgers in memory, one live copy each, bounded by bytes.
//!
//! An entry in use, or one that holds what the log does not have yet, is never evicted: two live
//! copies of a guest cannot exist. What was not used lately is packed before anything is evicted: the
//! same value in fewer bytes. Knows nothing of storage: what is absent is loaded by the caller's
//! function, once per key at a time.

mod cell;
mod key_hash;
mod resident;
mod watchers;

pub use key_hash::KeyHashBuilder;
pub use resident::{Bounds, Resident, Residents, Usage};
pub use watchers::{Wake, Watchers, Watching};
