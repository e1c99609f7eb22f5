//! Gestures: chosen, paid for, learnt from.
//!
//! The till is the door's: what it says is written in the order in which it said it, so the learner,
//! which folds the log, comes to the same, and a restart begins with the learner's. A choice is made under
//! the guest's lock and the till's; it is told when it is on disk, because money was spent.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use parking_lot::Mutex;

use crate::catalog::Catalog;
use crate::decide::gesture::{Asked, choose};
use crate::domain::consent::{ConsentState, Purpose};
use crate::domain::gesture::{Gesture, GestureChoice, GestureProgram, GestureQuery};
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, DecisionId, Fingerprint};
use crate::domain::record::{Body, Record};
use crate::domain::scope::{Right, Scope};
use crate::learn::gesture::GestureLearner;
use crate::learn::gesture::model::GestureModel;
use crate::learn::gesture::till::Till;
use crate::store::{Claim, Claimed, RecordKind, Store};

use super::brands::Brand;
use super::calls::Waiter;
use super::error::{Error, ErrorKind};
use super::history::History;
use super::persons::Person;
use super::{Engine, catalogs, store_waiter};

/// What a brand keeps of its gestures.
#[derive(Default)]
pub(super) struct Gestures {
    pub(super) learner: Mutex<GestureLearner>,
    model: ArcSwap<GestureModel>,
    /// Locked under a guest's lock, and over no other.
    till: Mutex<Till>,
}

/// A choice of a gesture, answered.
#[derive(Debug, Clone)]
pub struct GestureAnswer {
    /// The choice.
    pub choice: GestureChoice,
    /// Its id.
    pub id: DecisionId,
    /// The catalog it was made under.
    pub catalog: Arc<Catalog>,
    /// Is it the stored answer of a repeated call?
    pub is_replayed: bool,
}

/// Choices of a log, made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GesturesSeen {
    /// How many there are.
    pub choices: usize,
    /// Those that came out the same again, to the bit.
    pub again: usize,
}

impl GestureAnswer {
    /// The gesture that is given.
    pub fn gesture(&self) -> Option<&Gesture> {
        let given = self.choice.given()?.gesture;
        self.program()?.gestures.iter().find(|gesture| gesture.key() == given)
    }

    /// The program it was made under.
    pub fn program(&self) -> Option<&GestureProgram> {
        self.catalog.content().gestures.as_ref()
    }
}

impl Gestures {
    /// Takes over what a checkpoint knew.
    pub(super) fn restore(&self, learner: GestureLearner) {
        *self.learner.lock() = learner;
    }

    /// Puts what was learnt in force, and the till as the log has it: before anybody asks.
    pub(super) fn open(&self) {
        *self.till.lock() = self.learner.lock().till().clone();
        self.publish();
    }

    /// Puts what was learnt in force, where there is something new.
    pub(super) fn publish(&self) {
        let learner = self.learner.lock();
        if learner.model().version() != self.model.load().version() {
            self.model.store(Arc::new(learner.model().clone()));
        }
    }
}

/// Hears a record of the log.
pub(super) fn hear(store: &Store, brand: &Brand, record: &Record) -> Result<(), Error> {
    if !matches!(record.body, Body::Gesture(_) | Body::Event { .. } | Body::Joined { .. }) {
        return Ok(());
    }
    fold(&mut brand.gestures.learner.lock(), store, brand, record)
}

fn fold(
    learner: &mut GestureLearner,
    store: &Store,
    brand: &Brand,
    record: &Record,
) -> Result<(), Error> {
    if !learner.hear(record.sequence, record.recorded) {
        return Ok(());
    }
    match &record.body {
        Body::Gesture(choice) => {
            let catalog = catalogs::load(store, brand, choice.catalog_version)?;
            if let Some(program) = &catalog.content().gestures {
                learner.choose(program, choice);
            }
        }
        Body::Event { guest, event } => learner.event(*guest, event),
        Body::Joined { guest, joining } => learner.join(*guest, joining),
        _ => {}
    }
    Ok(())
}

impl Engine {
    /// Chooses a gesture for a guest, or none. The same request asked again gets the same answer. On
    /// disk when `waiter` is told.
    ///
    /// # Errors
    /// Without the right; for a property that is not there; where the catalog has no gestures; where
    /// the request's id was used for another call; where too much waits for the disk.
    pub fn decide_gesture(
        &self,
        scope: &Scope,
        query: &GestureQuery,
        waiter: Waiter,
    ) -> Result<GestureAnswer, Error> {
        self.need(scope, Right::Decide)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        let catalog = &serving.catalog;
        if !scope.reaches(&query.property) || catalog.property_index(&query.property).is_none() {
            return Err(Error::not_found("property"));
        }
        let Some(program) = &catalog.content().gestures else {
            let message = "the catalog in force has no gestures: add [gesture_program] to it";
            return Err(Error::new(ErrorKind::FailedPrecondition, "NO_GESTURES", message));
        };
        let claim = match self.claim_gesture(&brand, query)? {
            Ok(claim) => claim,
            Err(sequence) => {
                waiter(Ok(()));
                return self.gesture_again(&brand, sequence);
            }
        };
        let key = self.guest_key(&scope.brand, &query.guest);
        let (choice, sequence) = self.with_guest(&brand, key, |guest, person| {
            let asked = self.asked(query, catalog, guest, person);
            let made = (|| {
                let mut till = brand.gestures.till.lock();
                let model = brand.gestures.model.load();
                let choice = choose(program, &model, &till, asked);
                let mut reservation = self.committer.reserve()?;
                till.take(program, &choice);
                drop(till);
                let (sequence, recorded) = (reservation.sequence(), choice.decided);
                let body = Body::Gesture(Box::new(choice.clone()));
                let record = Record { sequence, brand: brand.id.clone(), recorded, body };
                reservation.record(&record);
                if let Some(claim) = claim {
                    reservation.seen(claim, recorded);
                }
                reservation.submit_and_tell(store_waiter(waiter));
                Ok::<_, Error>((choice, sequence))
            })();
            (made, None)
        })??;
        let id = self.store.pepper().decision_id(choice.seed, sequence);
        Ok(GestureAnswer { choice, id, catalog: Arc::clone(catalog), is_replayed: false })
    }

    /// The right to answer a request, where it has an id; or the place of its answer, where it was answered
    /// before.
    fn claim_gesture(
        &self,
        brand: &Brand,
        query: &GestureQuery,
    ) -> Result<Result<Option<Claim>, u64>, Error> {
        let Some(request) = &query.request else { return Ok(Ok(None)) };
        // No id of a rank begins so: the door takes no control characters.
        let name = format!("\u{1}gesture {request}");
        let key = self.store.pepper().rank(&brand.id, &name);
        match self.store.claim(key, fingerprint(query).0)? {
            Claimed::Fresh(claim) => Ok(Ok(Some(claim))),
            Claimed::Duplicate { sequence } => Ok(Err(sequence)),
            Claimed::InFlight => {
                self.committer.flush()?;
                let seen = self.store.seen(key)?.map(|seen| Err(seen.sequence));
                let message = "the same request is being answered; repeat in a moment";
                seen.ok_or_else(|| Error::new(ErrorKind::Overloaded, "STORE_BUSY", message))
            }
            Claimed::Conflict => {
                let message = "request_id was used for another call; use a new one";
                Err(Error::new(ErrorKind::Conflict, "REQUEST_ID_REUSED", message))
            }
        }
    }

    fn asked(
        &self,
        query: &GestureQuery,
        catalog: &Catalog,
        guest: &GuestState,
        person: &Person,
    ) -> Asked {
        let rules = catalog.content().guest_value.as_ref();
        let rules = rules.filter(|_| guest.consent.allows(Purpose::Profiling));
        let (wish, _) = guest.consent.state(Purpose::Measurement);
        let mut ids = vec![person.key];
        ids.extend(guest.parts.iter().map(|part| part.key).filter(|key| *key != person.key));
        let reservation = query.reservation.as_ref();
        Asked {
            guest: person.key,
            ids,
            property: query.property.clone(),
            reservation: reservation.map(|r| Fingerprint::of(r.as_str())),
            occasion: query.occasion,
            tier: rules.map(|rules| rules.tier(guest.stats.paid_minor)),
            is_measured: !matches!(wish, ConsentState::Denied | ConsentState::Withdrawn),
            now: self.clock.now(),
            seed: self.seeds.next_u64(),
            catalog_version: catalog.version(),
        }
    }

    /// The stored answer of a repeated call.
    fn gesture_again(&self, brand: &Brand, sequence: u64) -> Result<GestureAnswer, Error> {
        let record = self.store.record(sequence)?.filter(|record| record.brand == brand.id);
        let Some(Record { body: Body::Gesture(choice), .. }) = record else {
            return Err(Error::not_found("gesture"));
        };
        let id = self.store.pepper().decision_id(choice.seed, sequence);
        let catalog = self.catalog_of(brand, choice.catalog_version)?;
        Ok(GestureAnswer { choice: *choice, id, catalog, is_replayed: true })
    }

    /// Hash of what a brand's learner of gestures knows, and how many labels it learnt: equal for equal
    /// bits.
    pub fn gestures_learnt(&self, scope: &Scope) -> (u64, u64) {
        let brand = self.brands.get(&scope.brand);
        let learner = brand.gestures.learner.lock();
        (learner.digest(), learner.model().labels())
    }
}

/// Versions of what was learnt that are kept while the log is read: a choice under way has one that the
/// log has passed already.
const VERSIONS_KEPT: usize = 4_096;

impl History {
    /// Makes every choice of a gesture of a brand again: from the catalog it was made under, from what
    /// the log before it had taught, and from the till as the choices before it left it.
    ///
    /// # Errors
    /// Where the log cannot be read.
    pub fn gestures(&self, brand: &BrandId) -> Result<GesturesSeen, Error> {
        let (store, brand) = (&self.store, self.brand(brand));
        let (mut learner, mut seen) = (GestureLearner::default(), GesturesSeen::default());
        let mut models = BTreeMap::from([(0, GestureModel::default())]);
        let kinds = &[RecordKind::Gesture, RecordKind::Event, RecordKind::Joined];
        for record in store.log(1)?.only(kinds) {
            let record = record?;
            if record.brand != brand.id {
                continue;
            }
            if let Body::Gesture(choice) = &record.body {
                let catalog = catalogs::load(store, &brand, choice.catalog_version)?;
                let program = catalog.content().gestures.as_ref();
                let again = program.zip(models.get(&choice.model_version));
                let again = again.map(|(program, model)| {
                    choose(program, model, learner.till(), Asked::of(choice))
                });
                seen.choices += 1;
                seen.again += usize::from(again.is_some_and(|again| is_same(&again, choice)));
            }
            fold(&mut learner, store, &brand, &record)?;
            let model = learner.model();
            models.entry(model.version()).or_insert_with(|| model.clone());
            if models.len() > VERSIONS_KEPT {
                models.pop_first();
            }
        }
        Ok(seen)
    }
}

/// Are two choices the same to the bit?
fn is_same(a: &GestureChoice, b: &GestureChoice) -> bool {
    let bits = |choice: &GestureChoice| {
        let arms = choice.arms.iter().flat_map(|arm| {
            [arm.satisfaction, arm.returning, arm.value, arm.selection_probability]
        });
        let own = [choice.shadow_price, choice.draw].into_iter().chain(choice.none);
        arms.chain(own).map(f64::to_bits).collect::<Vec<_>>()
    };
    a == b && bits(a) == bits(b)
}

fn fingerprint(query: &GestureQuery) -> Fingerprint {
    let reservation = query.reservation.as_ref().map(|r| r.as_str());
    let asked = (query.property.as_str(), query.guest.as_str(), reservation, query.occasion);
    Fingerprint::of(&format!("{asked:?}"))
}
