//! The learner: folds the log in order of its sequence, and publishes what it learnt by swapping a
//! pointer.
//!
//! One thread, the only writer. Outcomes are heard as they come; labels are learnt when a `Matured`
//! record says that those of decisions up to a sequence are final: then the decisions are read once
//! more and each slot is learnt, in order, exactly once. What the learner knows is therefore a
//! function of the log's prefix alone, and a restart that begins at a checkpoint and reads on
//! reaches the same bits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use prost::Message;

use crate::catalog::Catalog;
use crate::domain::belief::tag_hash;
use crate::domain::decision::{Decision, SendOutcome, Slot};
use crate::domain::delivery::{DeliveryFact, Step};
use crate::domain::event::SlotPlace;
use crate::domain::id::{BrandId, OfferId, OfferKey};
use crate::domain::policy::LearningMode;
use crate::domain::record::{Body, Record};
use crate::domain::request::Direction;
use crate::learn::fold::{Contact, Learner, SlotRef};
use crate::learn::gesture::GestureLearner;
use crate::learn::guard::Comparison;
use crate::learn::impression::{Impression, Situation};
use crate::learn::ranks::RankLearner;
use crate::store::{RecordKind, Store, StoreError};

use super::brands::{Brand, Brands};
use super::comparing::compare;
use super::error::Error;
use super::models::Shadow;
use super::token::places;
use super::wire::{BrandCheckpoint, Checkpoint};
use super::{Engine, catalogs, gestures, hearing, publishing, ranks, rates, rations, shelves};

/// Name of the checkpoint in the store: one for all brands.
const CHECKPOINT: &str = "engine";

/// The learner's thread, and how far it has come.
pub(super) struct LearnerThread {
    position: AtomicU64,
    checkpointed: AtomicU64,
    state: Mutex<State>,
    /// Told when the learner should look at the log, and when it has.
    turned: Condvar,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    is_stopping: bool,
}

impl LearnerThread {
    pub(super) fn new(restored: Restored) -> Self {
        Self {
            position: AtomicU64::new(restored.position),
            checkpointed: AtomicU64::new(restored.checkpointed),
            state: Mutex::default(),
            turned: Condvar::new(),
            thread: Mutex::new(None),
        }
    }

    /// Last sequence folded.
    pub(super) fn position(&self) -> u64 {
        self.position.load(Ordering::Acquire)
    }

    /// Sequence of the newest checkpoint.
    pub(super) fn checkpointed(&self) -> u64 {
        self.checkpointed.load(Ordering::Acquire)
    }

    /// Makes the learner look at the log.
    pub(super) fn wake(&self) {
        self.turned.notify_all();
    }

    /// Ends the thread.
    pub(super) fn stop(&self) {
        self.state.lock().is_stopping = true;
        self.turned.notify_all();
        if let Some(thread) = self.thread.lock().take() {
            drop(thread.join());
        }
    }
}

/// How long the learner waits where nobody wakes it.
const REST: Duration = Duration::from_millis(100);

/// Where a learner stands that was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Restored {
    /// Last sequence folded.
    pub(super) position: u64,
    /// Last sequence in the checkpoint it came from; 0 for none.
    pub(super) checkpointed: u64,
}

/// Restores the newest checkpoint and folds what came after it.
pub(super) fn restore(store: &Arc<Store>, brands: &Brands) -> Result<Restored, StoreError> {
    let damaged = |e: &dyn std::fmt::Display| StoreError::Corrupt {
        what: format!("the learner's checkpoint: {e}"),
    };
    let checkpoint = match store.latest_checkpoint(CHECKPOINT)? {
        Some((_, bytes)) => Checkpoint::decode(bytes.as_slice()).map_err(|e| damaged(&e))?,
        None => Checkpoint::default(),
    };
    for brand in &checkpoint.brands {
        let id = BrandId::parse("brand", &brand.brand).map_err(|e| damaged(&e))?;
        let learner = Learner::restore(&brand.learner).map_err(|e| damaged(&e))?;
        let ranks = RankLearner::restore(&brand.ranks).map_err(|e| damaged(&e))?;
        let gestures = GestureLearner::restore(&brand.gestures).map_err(|e| damaged(&e))?;
        let known = brands.add(&id, learner);
        known.ranks.restore(ranks);
        known.gestures.restore(gestures);
    }
    catalogs::restore(store, brands).map_err(|e| damaged(&e))?;
    for brand in &checkpoint.brands {
        let id = BrandId::parse("brand", &brand.brand).map_err(|e| damaged(&e))?;
        let kept = brands.get(&id);
        restore_live(&kept, brand);
        kept.fits.restore(store, [brand.valued, brand.segmented, brand.complemented])?;
        brand.rates.iter().try_for_each(|book| rates::restore(&kept, book))?;
        brand.routing.iter().try_for_each(|book| kept.boards.restore(book))?;
    }
    let position = fold_from(store, brands, checkpoint.position, true).map_err(|e| damaged(&e))?;
    for brand in brands.all() {
        brand.put_model(&brand.learner.lock());
        brand.ranks.publish();
        brand.gestures.open();
    }
    Ok(Restored { position, checkpointed: checkpoint.position })
}

fn restore_live(brand: &Brand, checkpoint: &BrandCheckpoint) {
    for offer in checkpoint.stopped.iter().filter_map(|o| OfferId::parse("offer", o).ok()) {
        publishing::apply(brand, &Body::OfferStopped { offer, stopped: true });
    }
    shelves::restore(brand, &checkpoint.stock, &checkpoint.holds);
    rations::restore(brand, checkpoint.rations.as_ref());
    let code = checkpoint.mode.checked_sub(1).and_then(|c| u8::try_from(c).ok());
    publishing::apply(brand, &Body::ModeSet { mode: code.and_then(LearningMode::from_code) });
}

/// Starts the learner's thread.
pub(super) fn start(engine: &Arc<Engine>) -> Result<(), StoreError> {
    let weak = Arc::downgrade(engine);
    let work = move || {
        while let Some(engine) = weak.upgrade() {
            if engine.learner.state.lock().is_stopping {
                return;
            }
            if let Err(error) = engine.learn() {
                tracing::error!(%error, "the learner cannot read the log; what it has learnt stays in use");
            }
            let mut state = engine.learner.state.lock();
            engine.learner.turned.notify_all();
            if !state.is_stopping && engine.learner.position() >= engine.store.committed() {
                engine.learner.turned.wait_for(&mut state, REST);
            }
        }
    };
    let thread = std::thread::Builder::new().name("learner".to_owned()).spawn(work);
    let thread = thread
        .map_err(|source| StoreError::Io { doing: "starting the learner".to_owned(), source })?;
    *engine.learner.thread.lock() = Some(thread);
    Ok(())
}

impl Engine {
    fn learn(&self) -> Result<(), Error> {
        let from = self.learner.position();
        if from >= self.store.committed() {
            return Ok(());
        }
        let position = fold_from(&self.store, &self.brands, from, false)?;
        for brand in self.brands.all() {
            brand.ranks.publish();
            brand.gestures.publish();
        }
        self.learner.position.store(position, Ordering::Release);
        if position - self.learner.checkpointed() >= self.options.checkpoint_records {
            self.write_checkpoint()?;
        }
        Ok(())
    }

    /// Waits until the learner has folded and published everything that is on disk now.
    ///
    /// # Errors
    /// Where what waits cannot be written.
    pub fn learned(&self) -> Result<(), Error> {
        self.committer.flush()?;
        let target = self.store.committed();
        while self.learner.position() < target {
            let mut state = self.learner.state.lock();
            if state.is_stopping {
                return Ok(());
            }
            self.learner.turned.notify_all();
            self.learner.turned.wait_for(&mut state, Duration::from_millis(5));
        }
        Ok(())
    }

    /// Writes a checkpoint of every learner and waits until it is on disk. Returns its sequence and
    /// size in bytes.
    pub(super) fn write_checkpoint(&self) -> Result<(u64, usize), Error> {
        let brands = self.brands.all();
        // Locked all at once: the learner stands between two records then.
        let learners: Vec<_> = brands.iter().map(|b| b.learner.lock()).collect();
        let ranks: Vec<_> = brands.iter().map(|b| b.ranks.learner.lock()).collect();
        let gestures: Vec<_> = brands.iter().map(|b| b.gestures.learner.lock()).collect();
        let heard = learners.iter().map(|l| l.heard()).chain(ranks.iter().map(|r| r.heard()));
        let heard = heard.chain(gestures.iter().map(|g| g.heard()));
        let position = heard.max().unwrap_or(0).max(self.learner.position());
        let all = learners.iter().zip(&ranks).zip(&gestures);
        let each = brands.iter().zip(all);
        let each = each.map(|(b, ((l, ranks), gestures))| BrandCheckpoint {
            gestures: gestures.checkpoint(),
            ..brand_checkpoint(b, l, ranks)
        });
        let bytes = Checkpoint { position, brands: each.collect() }.encode_to_vec();
        drop((learners, ranks, gestures));
        // Units may have been taken ahead of the log: what is kept of them must not outlive it.
        self.committer.flush()?;
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        self.committer.put_checkpoint(
            CHECKPOINT,
            position,
            &bytes,
            Box::new(move |r| drop(tell.send(r))),
        );
        told.recv().map_err(|_| StoreError::Closed)??;
        self.learner.checkpointed.store(position, Ordering::Release);
        Ok((position, bytes.len()))
    }

    /// Hash of what a brand's learner knows: equal for equal bits.
    pub fn learner_digest(&self, brand: &BrandId) -> u64 {
        self.brands.get(brand).learner.lock().digest()
    }
}

fn brand_checkpoint(brand: &Brand, learner: &Learner, ranks: &RankLearner) -> BrandCheckpoint {
    let (live, in_force) = (brand.live.load(), brand.rates());
    let serving = brand.serving();
    let name = |key: OfferKey| {
        let catalog = &serving.as_ref()?.catalog;
        catalog.index_of_key(key).and_then(|at| catalog.offer(at)).map(|o| o.id.to_string())
    };
    let stopped =
        serving.iter().flat_map(|s| live.stopped.iter().filter_map(|at| s.catalog.offer(at)));
    let (stock, holds) = shelves::rows(&brand.book.lock(), name);
    let [valued, segmented, complemented] = brand.fits.places();
    BrandCheckpoint {
        brand: brand.id.to_string(),
        learner: learner.checkpoint(),
        stopped: stopped.map(|o| o.id.to_string()).collect(),
        stock,
        mode: brand.mode.load().map_or(0, |m| m as u32 + 1),
        ranks: ranks.checkpoint(),
        holds,
        rates: rates::book(&in_force),
        routing: brand.boards.book(),
        rations: rations::book(&brand.rationed.lock()),
        gestures: Vec::new(),
        valued,
        segmented,
        complemented,
    }
}

/// Kinds of record the learner hears of as they come. Decisions are read once, when their labels
/// mature.
const HEARD: &[RecordKind] = &[
    RecordKind::Event,
    RecordKind::Activated,
    RecordKind::Matured,
    RecordKind::OfferStopped,
    RecordKind::InventorySet,
    RecordKind::ModeSet,
    RecordKind::RatesSet,
    RecordKind::Routing,
    RecordKind::Fitted,
    RecordKind::Rank,
    RecordKind::Gesture,
    RecordKind::Joined,
];

/// Folds the log after `from` to its end. Returns the sequence reached.
fn fold_from(store: &Store, brands: &Brands, from: u64, is_replay: bool) -> Result<u64, Error> {
    let target = store.committed();
    let mut position = from;
    for record in store.log(from + 1)?.only(HEARD) {
        let record = record?;
        if record.sequence > target {
            break;
        }
        fold(store, brands, &record, is_replay)?;
        position = record.sequence;
    }
    Ok(position.max(target))
}

/// Folds a record. `is_replay`: what lies over the catalog is applied too, for nobody else has.
pub(super) fn fold(
    store: &Store,
    brands: &Brands,
    record: &Record,
    is_replay: bool,
) -> Result<(), Error> {
    if is_replay {
        publishing::apply_units(&brands.get(&record.brand), record);
    }
    gestures::hear(store, &brands.get(&record.brand), record)?;
    match &record.body {
        Body::Event { event, .. } => {
            hearing::hear(store, &brands.get(&record.brand), record, event)?
        }
        Body::Rank(fact) => ranks::fold(store, &brands.get(&record.brand), record, fact)?,
        // Shown, or sent: from now on its offers were seen.
        Body::Activated { decision, .. }
        | Body::Delivery { fact: DeliveryFact { decision, step: Step::Sent, .. }, .. } => {
            let decision = store.pepper().decision_sequence(*decision);
            brands.get(&record.brand).learner.lock().hear_shown(record.sequence, decision);
        }
        Body::Matured { through } => {
            for brand in brands.all() {
                mature(store, &brand, *through)?;
            }
        }
        Body::OfferStopped { .. } | Body::InventorySet { .. } | Body::ModeSet { .. }
            if is_replay =>
        {
            publishing::apply(&brands.get(&record.brand), &record.body);
        }
        Body::RatesSet(change) if is_replay => {
            brands.get(&record.brand).put_rates(
                change,
                record.sequence,
                rates::oldest_night(record.recorded),
            );
        }
        Body::Routing(routing) if is_replay => {
            brands.get(&record.brand).boards.fold(routing, record.sequence);
        }
        Body::Fitted(fact) => brands.get(&record.brand).fits.put(record.sequence, fact),
        Body::Decision(_)
        | Body::RatesSet(_)
        | Body::Routing(_)
        | Body::Delivery { .. }
        | Body::Skipped { .. }
        | Body::Profile { .. }
        | Body::CatalogPublished { .. }
        | Body::OfferStopped { .. }
        | Body::InventorySet { .. }
        | Body::ModeSet { .. }
        | Body::Gesture(_)
        | Body::Joined { .. } => {}
    }
    Ok(())
}

/// Learns the labels of a brand's decisions up to a sequence, and publishes.
fn mature(store: &Store, brand: &Brand, through: u64) -> Result<(), Error> {
    let mut learner = brand.learner.lock();
    let from = learner.matured();
    if through <= from {
        return Ok(());
    }
    learn_late(store, brand, &mut learner)?;
    let shadow = brand.shadow.load_full();
    for record in store.log(from + 1)?.only(&[RecordKind::Decision]) {
        let record = record?;
        if record.sequence > through {
            break;
        }
        if let (Body::Decision(decision), true) = (&record.body, record.brand == brand.id) {
            let catalog = catalogs::load(store, brand, decision.catalog_version)?;
            learn_decision(&mut learner, decision, &catalog, shadow.as_deref());
            if !decision.spending.is_empty() {
                brand.budgets.count(decision, &store.outcomes(record.sequence)?);
            }
            brand.rationed.lock().fold(decision);
        }
    }
    learner.finish(through);
    brand.budgets.put_shares();
    brand.put_model(&learner);
    Ok(())
}

/// Learns what was accepted after its label was final.
fn learn_late(store: &Store, brand: &Brand, learner: &mut Learner) -> Result<(), Error> {
    for at in learner.late() {
        let Some(Record { body: Body::Decision(decision), .. }) = store.record(at.decision)? else {
            continue;
        };
        if decision.mode == LearningMode::LoggingOnly {
            continue;
        }
        let catalog = catalogs::load(store, brand, decision.catalog_version)?;
        let is_meant = |place: &SlotPlace| {
            SlotRef::new(decision.sequence, place.proposition, place.slot) == at
        };
        let slot = places(&decision).find(|(place, _)| is_meant(place)).map(|(_, slot)| slot);
        let situation = Situation::of(&decision.context, &decision.property);
        if let Some(impression) =
            slot.and_then(|slot| impression(&decision, slot, &situation, &catalog))
        {
            learner.learn_late(at, &impression);
        }
    }
    Ok(())
}

/// A slot as it was decided; `None` where there is nothing to be learnt from it.
fn impression<'a>(
    decision: &'a Decision,
    slot: &Slot,
    situation: &'a Situation,
    catalog: &'a Catalog,
) -> Option<Impression<'a>> {
    let vector = catalog.vectors().get(slot.offer.at()).filter(|_| !slot.is_stand_in())?;
    Some(Impression {
        situation,
        taste: decision.taste.as_ref(),
        affinity_sum: slot.affinity_sum,
        category: tag_hash(catalog.offer(slot.offer)?.category.as_str()),
        offer: slot.key,
        vector,
        fatigue: slot.fatigue,
    })
}

/// Had the guest a chance to answer? What was withheld was never shown, and what was pushed to a watcher,
/// and nobody saw, says nothing.
pub(super) fn was_shown(decision: &Decision, is_heard_of: impl FnOnce() -> bool) -> bool {
    let outcome = decision.channel.as_ref().map(|channel| channel.outcome);
    let is_outbound = decision.context.direction == Direction::Outbound;
    let is_withheld = is_outbound && outcome == Some(SendOutcome::Withhold);
    !is_withheld && (decision.pushed.is_none() || is_heard_of())
}

fn learn_decision(
    learner: &mut Learner,
    decision: &Decision,
    catalog: &Catalog,
    shadow: Option<&Shadow>,
) {
    let is_heard_of = || learner.has_heard_of(decision.sequence);
    if decision.mode == LearningMode::LoggingOnly || !was_shown(decision, is_heard_of) {
        return;
    }
    let situation = Situation::of(&decision.context, &decision.property);
    for (place, slot) in places(decision) {
        if let Some(impression) = impression(decision, slot, &situation, catalog) {
            let at = SlotRef::new(decision.sequence, place.proposition, place.slot);
            let is_first = place.slot == 0 && !slot.is_override;
            let first = is_first.then_some((place.proposition, slot));
            let comparison = first
                .and_then(|first| compare(learner.ranker(), decision, first, &impression, catalog));
            let label = learner.label_of(at);
            if let (Some(shadow), Some(label)) = (shadow, label) {
                let label = (label.accepted, label.weight);
                shadow.foresee(learner.ranker(), &impression, label);
            }
            let label = learner.mature_slot(at, &impression);
            if label.is_some_and(|label| label.accepted) {
                learner.learn_spend(at, &impression, slot.quote.list_amount());
            }
            if let (Some(label), Some(comparison)) = (label, comparison) {
                learner.compare(&Comparison { accepted: label.accepted, ..comparison });
            }
        }
    }
    if let Some(sent) = hearing::sent(decision) {
        learner.mature_contact(&Contact { decision: decision.sequence, sent });
    }
}
