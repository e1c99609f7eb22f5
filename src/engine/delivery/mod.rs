//! Messages on their way to guests, and the moments at which something must be done about them.
//!
//! **The outbox.** A decision asked for with delivery, whose channel says SEND or QUEUE, puts a message
//! into the outbox in the batch that holds the decision itself: both are on disk or neither. The
//! guest's hot state knows what is under way (`Dispatch`); the row on disk says where to look after a
//! restart; the [`Mailroom`] knows in memory what is due, and who has it on loan. A message leaves to a
//! reader only after its record is on disk, only when no other of its guest is out, and only if the
//! hard rules allow it as it leaves. It is taken out as it is acknowledged, in the batch that says so;
//! until then it comes again: at least once, by its key (decision, attempt).
//!
//! **The agenda.** Next to the messages lie rows *(moment, guest)*: when to look at a guest again. They
//! only remind. What is to be done is worked out anew from the guest's state and the catalog in force,
//! under the guest's lock, and that it was done is written in the same batch: a reminder too many does
//! nothing, and none is taken away before the next one lies there.
//!
//! | file | what |
//! |---|---|
//! | `mailroom` | what is due, what is on loan, in memory |
//! | `posting` | a decision's message goes into the outbox |
//! | `leaving` | a reader takes messages; the last look at each |
//! | `acknowledging` | a reader has sent them |
//! | `reporting` | what events say of messages and stays |
//! | `advancing` | the next step of a message: wait, another channel, the front desk, stop |
//! | `standing` | what its channels are like now |
//! | `agenda`, `firing` | reminders; triggers ask for their decisions |
//! | `sweeping` | another catalog, other moments |

mod acknowledging;
mod advancing;
mod agenda;
mod firing;
mod leaving;
mod mailroom;
mod posting;
mod reporting;
mod row;
mod standing;
mod sweeping;

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::Decision;
use crate::domain::id::{GuestId, ReservationId};
use crate::domain::time::Timestamp;
use crate::engine::brands::Brands;
use crate::store::{Store, StoreError};

pub use acknowledging::{Acknowledged, Acknowledgement};
pub(super) use agenda::Reminders;
pub(super) use firing::settle_past;
pub use leaving::Reader;
pub(super) use mailroom::Mailroom;
pub use mailroom::OutboxStatus;
pub(super) use reporting::{event as fold_event, look_again, note_journey};
pub(super) use sweeping::Swept;

/// A message as it is handed to a reader.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its place in the outbox.
    pub offset: u64,
    /// Number of the attempt, 0-based: with the decision the key under which it is sent once.
    pub attempt: u8,
    /// The decision, its treatments those of this channel.
    pub decision: Arc<Decision>,
    /// The catalog it was made with.
    pub catalog: Arc<Catalog>,
    /// Signed token for events about it.
    pub token: String,
    /// The guest, in the brand's own words.
    pub guest: GuestId,
    /// Name to address the guest by; empty where nobody knows.
    pub display_name: String,
    /// The reservation it is about, where it is on file.
    pub reservation: Option<ReservationId>,
    /// The channel.
    pub channel: Channel,
    /// Addresses of the guest on this channel, as they are on file now.
    pub addresses: Vec<String>,
    /// Not before.
    pub not_before: Timestamp,
    /// Not after.
    pub not_after: Timestamp,
    /// Acknowledge it before this moment, or it is handed out again.
    pub lease_until: Timestamp,
    /// How often it was handed out before, since the server started.
    pub handed_out_before: u32,
}

/// What a reader of the outbox wants.
#[derive(Debug, Clone)]
pub struct ReaderOptions {
    /// Channels it sends on.
    pub channels: ChannelSet,
    /// How long it may take to acknowledge a message.
    pub lease: std::time::Duration,
    /// Messages it holds unacknowledged, at most.
    pub in_flight_max: usize,
}

/// Fills the mailrooms from the rows on disk, as the store is opened.
///
/// # Errors
/// Where a row cannot be read.
pub(super) fn open_mailrooms(store: &Store, brands: &Brands) -> Result<(), StoreError> {
    for entry in store.outbox(0, usize::MAX) {
        let entry = entry?;
        let (brand, letter) = row::Row::read(&entry.message)?;
        brands.get(&brand).mail.put(entry.sequence, letter);
    }
    Ok(())
}
