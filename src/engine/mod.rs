//! The use cases, as synchronous verbs: decide, activate, record, read, publish, learn.
//!
//! The engine introduces the parts below to one another: resident guests (`cache`), the log and its
//! committer (`store`), the published snapshots (`catalog`), the pipeline (`decide`) and the
//! learner (`learn`). Each verb takes a [`Scope`]: there is no way to ask without one. Edges choose
//! the thread: a verb may read the disk, and [`Engine::decide_resident`] does not.
//!
//! Order of locks: the guest's (of several guests, in the order of their keys, all at once), then the
//! reservation's, then the room's. A sequence is reserved
//! under the guest's lock and submitted before it is released, so that a guest's records stand in
//! the log in the order in which the state changed.

mod activating;
mod answers;
mod arrivals;
mod auditing;
mod bound;
mod brands;
mod budgets;
mod calls;
mod catalogs;
mod changing;
mod comparing;
mod composing;
mod deciding;
pub mod delivery;
mod error;
mod fold;
mod gestures;
mod guest_token;
mod hearing;
pub mod history;
mod holding;
mod holds;
mod hours;
mod in_flight;
pub mod insight;
mod leanings;
mod learning;
mod likings;
mod merging;
mod models;
mod options;
mod party;
mod persons;
mod planning;
mod price_hold;
mod pricing;
mod publishing;
mod quoting;
mod ranks;
mod rates;
mod rations;
mod reading;
mod recording;
mod resident;
mod resume;
mod routing;
mod seeing;
mod shelves;
mod surveys;
#[cfg(test)]
mod tests;
mod token;
mod upkeep;
mod watching;
mod wire;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::cache::{Residents, Watchers};
use crate::domain::exposure::Ledger;
use crate::domain::guest::GuestState;
use crate::domain::id::GuestKey;
use crate::domain::outcome::Outcome;
use crate::domain::profile::Profile;
use crate::domain::scope::{Right, Scope};
use crate::store::{Committer, Store, StoreError};
use crate::sys::clock::Clock;
use crate::sys::rng::SharedRng;

pub use crate::catalog::{Catalog, Problem, text_for};
pub use answers::{AskedBefore, CallTicket};
pub use arrivals::{Arrival, ArrivalQuery, Arrivals};
pub use auditing::AuditQuery;
pub use bound::{Minted, Minting, TOKEN_TTL_MAX, TOKEN_TTL_MIN};
pub use budgets::BudgetStatus;
pub use calls::{
    Activation, Answer, Answering, BrandStatus, CatalogVersion, DecisionState, GuestView,
    HoldAnswer, IncomingEvent, Recorded, Replayed, ReplayedCandidate, Status, Stock, StockChange,
    StoredDecision, TimelinePage, TimelineQuery, Waiter, Warning,
};
pub use composing::{Bundle, BundlePart, Complement};
pub use error::{Error, ErrorKind};
pub use gestures::{GestureAnswer, GesturesSeen};
pub use guest_token::{
    GUEST_TOKEN_BYTES_MAX, GUEST_TOKEN_PREFIX, GuestPass, GuestTokens, TOKEN_LIST_MAX,
};
pub use insight::InsightQuery;
pub use leanings::{LearntLeaning, LearntSegment};
pub use likings::Liking;
pub use merging::{
    MergeReport, Merged, MergedCap, MergedConsent, MergedFact, Merging, Taken, Unmerged,
};
pub use models::{Foresight, ModelFacts, Models, TrainedModel};
pub use options::EngineOptions;
pub use planning::{Batch, VolumeConstraint, VolumeUse};
pub use price_hold::Promised;
pub use pricing::{LearntLadder, LearntStep};
pub use quoting::{QuoteQuery, Quoted};
pub use ranks::RankFate;
pub use rates::RatesSet;
pub use recording::BACKFILL;
pub use routing::{Concern, InteractionQuery, Routed, StaffChange};
pub use seeing::SignsTaken;
pub use surveys::{NextQuestion, StopReason, SurveyQuery};
pub use watching::{Cause, Look, Push, Watch};

use brands::Brands;
use in_flight::InFlight;
use learning::LearnerThread;
use token::TokenSigner;

/// An open engine. Share it in an `Arc`.
pub struct Engine {
    store: Arc<Store>,
    committer: Committer,
    guests: Residents<GuestState>,
    ledgers: Residents<Ledger>,
    outcomes: InFlight<(u64, u8, u8), Outcome>,
    profiles: InFlight<GuestKey, Profile>,
    under_way: Arc<answers::UnderWay>,
    brands: Brands,
    signer: TokenSigner,
    guest_tokens: GuestTokens,
    /// A bound below the moments something is due.
    reminders: delivery::Reminders,
    /// Signs where watches stood.
    resumes: TokenSigner,
    /// Signs prices that are promised.
    price_holds: TokenSigner,
    /// Hides addresses that name guests.
    addresses: TokenSigner,
    watchers: Arc<Watchers>,
    clock: Clock,
    seeds: SharedRng,
    options: EngineOptions,
    /// Sequence of the newest decision: labels wait to mature while it lies ahead of them.
    last_decision: AtomicU64,
    upkeep: Mutex<upkeep::Upkeep>,
    /// When brands were fitted last.
    refits: Mutex<insight::Refits>,
    learner: LearnerThread,
    /// Is upkeep left to whoever moves the clock?
    holds_upkeep: AtomicBool,
}

impl Engine {
    /// Makes an empty store in a folder that is empty or does not exist.
    ///
    /// # Errors
    /// Where the folder is not empty or cannot be written.
    pub fn init(folder: &Path) -> Result<(), StoreError> {
        Store::init(folder)
    }

    /// Opens a store, brings every model up to the end of the log, and starts committing and
    /// learning. `on_fatal` is called once, when a write has failed: end the process then.
    ///
    /// # Errors
    /// Where the store cannot be opened; the message says what to do.
    pub fn open(
        options: EngineOptions,
        clock: Clock,
        seeds: SharedRng,
        on_fatal: impl FnOnce(StoreError) + Send + 'static,
    ) -> Result<Arc<Self>, StoreError> {
        let store = Arc::new(Store::open(&options.folder, options.store.clone())?);
        let signer = TokenSigner::new(&store.pepper().signing_key("attribution token"));
        let guest_tokens = GuestTokens::new(&store.pepper().signing_key("guest token"));
        let resumes = TokenSigner::new(&store.pepper().signing_key("resume token"));
        let price_holds = TokenSigner::new(&store.pepper().signing_key("price hold"));
        let addresses = TokenSigner::new(&store.pepper().signing_key("identity address"));
        let brands = Brands::of(&store);
        let restored = learning::restore(&store, &brands)?;
        models::restore(&store, &brands)
            .map_err(|e| StoreError::Corrupt { what: format!("the models: {e}") })?;
        brands.all().iter().for_each(|brand| brand.ranks.open_desk());
        budgets::restore(&store, &brands, clock.now())
            .map_err(|e| StoreError::Corrupt { what: format!("the budgets: {e}") })?;
        delivery::open_mailrooms(&store, &brands)?;
        let committer = Committer::start(&store, on_fatal)?;
        let engine = Arc::new(Self {
            guests: Residents::new(resident::bounds(&options, 1)),
            ledgers: Residents::new(resident::bounds(&options, 8)),
            outcomes: InFlight::new(),
            profiles: InFlight::new(),
            under_way: Arc::default(),
            last_decision: AtomicU64::new(store.committed()),
            upkeep: Mutex::new(upkeep::Upkeep::default()),
            refits: Mutex::default(),
            learner: LearnerThread::new(restored),
            holds_upkeep: AtomicBool::new(false),
            store,
            committer,
            brands,
            signer,
            guest_tokens,
            reminders: delivery::Reminders::default(),
            resumes,
            price_holds,
            addresses,
            watchers: Arc::default(),
            clock,
            seeds,
            options,
        });
        learning::start(&engine)?;
        Ok(engine)
    }

    /// Calls `waiter` when everything up to `sequence` is on disk.
    pub fn wait_for(&self, sequence: u64, waiter: Waiter) {
        self.committer.when_written(sequence, store_waiter(waiter));
    }

    /// Last sequence on disk.
    pub fn committed(&self) -> u64 {
        self.store.committed()
    }

    /// Stops learning, writes a checkpoint, writes what waits, and lets go of the store.
    ///
    /// # Errors
    /// Where the last writes failed.
    pub fn close(&self) -> Result<(), Error> {
        self.learner.stop();
        if self.learner.position() > 0 {
            self.write_checkpoint()?;
        }
        self.committer.close().map_err(Error::from)
    }

    fn need(&self, scope: &Scope, right: Right) -> Result<(), Error> {
        if scope.may(right) { Ok(()) } else { Err(Error::lacks(right)) }
    }

    fn note_decision(&self, sequence: u64) {
        self.last_decision.fetch_max(sequence, Ordering::AcqRel);
    }
}

/// A waiter in the store's words.
fn store_waiter(waiter: Waiter) -> crate::store::Waiter {
    Box::new(move |result| waiter(result.map_err(Error::from)))
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("store", &self.store).finish_non_exhaustive()
    }
}
