//! The brands: what each serves from, and what lies over it.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use parking_lot::Mutex;

use crate::catalog::Catalog;
use crate::decide::Serving;
use crate::decide::candidates::{Live, Units};
use crate::decide::price::PriceKey;
use crate::decide::volume::rations::Rations;
use crate::domain::hold::ShelfKey;
use crate::domain::id::BrandId;
use crate::domain::policy::LearningMode;
use crate::domain::rate::{Rates, RatesChange};
use crate::domain::time::{Date, Timestamp};
use crate::learn::channel::model::ChannelModel;
use crate::learn::fold::Learner;
use crate::learn::ranker::Forgetting;
use crate::learn::rationing::Rationed;
use crate::learn::snapshot::RankerSnapshot;
use crate::store::{Pepper, Store};

use super::budgets::Budgets;
use super::delivery::{Mailroom, Swept};
use super::error::{Error, ErrorKind};
use super::gestures::Gestures;
use super::holds::Book;
use super::insight::Fits;
use super::models::Shadow;
use super::ranks::Ranks;
use super::routing::Boards;

/// Catalog versions kept built: the one in force and those that decisions still under way were made
/// with.
const CATALOGS_KEPT: usize = 8;

/// One brand.
pub(super) struct Brand {
    pub(super) id: BrandId,
    serving: ArcSwapOption<Serving>,
    pub(super) live: ArcSwap<Live>,
    /// Units of scarce offers. Locked under a guest's lock, and over no other.
    pub(super) book: Mutex<Book>,
    pub(super) mode: ArcSwap<Option<LearningMode>>,
    /// What is published next is put together under this lock: catalog and model come from
    /// different threads.
    publish: Mutex<Publish>,
    /// Built catalogs by version, oldest first.
    pub(super) built: Mutex<Vec<Arc<Catalog>>>,
    pub(super) learner: Mutex<Learner>,
    pub(super) channels: ArcSwap<ChannelModel>,
    /// The model in the shadow.
    pub(super) shadow: ArcSwapOption<Shadow>,
    /// Ranks of free actions.
    pub(super) ranks: Ranks,
    /// What it may spend on promotions.
    pub(super) budgets: Budgets,
    /// Staff and guests' concerns.
    pub(super) boards: Boards,
    /// What was seen of its rationed offers.
    pub(super) rationed: Mutex<Rationed>,
    /// What it gives for nothing.
    pub(super) gestures: Gestures,
    /// Its outbox.
    pub(super) mail: Mailroom,
    /// How far its guests are reminded of what its triggers say.
    pub(super) swept: Mutex<Swept>,
    /// One publication at a time.
    pub(super) publishing: Mutex<()>,
    /// What was fitted to its guests.
    pub(super) fits: Fits,
    /// The secret its prices are drawn with.
    pub(super) price_key: PriceKey,
}

struct Publish {
    catalog: Option<Arc<Catalog>>,
    published: Timestamp,
    model: Arc<RankerSnapshot>,
    model_sequence: u64,
    labels: u64,
    /// Rates of room types.
    rates: Arc<Rates>,
    /// What units of rationed offers are worth.
    rations: Arc<Rations>,
}

impl Brand {
    fn new(id: BrandId, learner: Learner, price_key: PriceKey) -> Self {
        let model = Arc::new(learner.snapshot());
        let channels = learner.channels().clone();
        Self {
            id,
            serving: ArcSwapOption::empty(),
            live: ArcSwap::default(),
            book: Mutex::default(),
            mode: ArcSwap::default(),
            publish: Mutex::new(Publish {
                catalog: None,
                published: Timestamp::EPOCH,
                model_sequence: learner.matured(),
                labels: labels(&learner),
                model,
                rates: Arc::default(),
                rations: Arc::default(),
            }),
            built: Mutex::new(Vec::new()),
            learner: Mutex::new(learner),
            channels: ArcSwap::from_pointee(channels),
            shadow: ArcSwapOption::empty(),
            ranks: Ranks::default(),
            budgets: Budgets::default(),
            boards: Boards::default(),
            rationed: Mutex::default(),
            gestures: Gestures::default(),
            mail: Mailroom::default(),
            swept: Mutex::default(),
            publishing: Mutex::new(()),
            fits: Fits::default(),
            price_key,
        }
    }

    /// What decisions are served from; `None` before the first catalog.
    pub(super) fn serving(&self) -> Option<Arc<Serving>> {
        self.serving.load_full()
    }

    /// The same, or an error that says what to do.
    pub(super) fn need_serving(&self) -> Result<Arc<Serving>, Error> {
        self.serving().ok_or_else(|| {
            Error::new(
                ErrorKind::FailedPrecondition,
                "NO_CATALOG",
                "the brand has no catalog yet: publish one (PublishCatalog)",
            )
        })
    }

    /// When the catalog in force was published.
    pub(super) fn published(&self) -> Timestamp {
        self.publish.lock().published
    }

    /// Puts a catalog in force.
    pub(super) fn put_catalog(&self, catalog: Arc<Catalog>, published: Timestamp) {
        self.keep(Arc::clone(&catalog));
        self.budgets.publish(&catalog);
        let mut publish = self.publish.lock();
        publish.catalog = Some(catalog);
        publish.published = published;
        self.swap(&mut publish);
    }

    /// Puts what was learnt in force.
    pub(super) fn put_model(&self, learner: &Learner) {
        let model = Arc::new(learner.snapshot());
        self.channels.store(Arc::new(learner.channels().clone()));
        let mut publish = self.publish.lock();
        publish.model = model;
        publish.model_sequence = learner.matured();
        publish.labels = labels(learner);
        self.swap(&mut publish);
    }

    /// The model in force, the sequence it had learnt up to, and how many labels.
    pub(super) fn model(&self) -> (Arc<RankerSnapshot>, u64, u64) {
        let publish = self.publish.lock();
        (Arc::clone(&publish.model), publish.model_sequence, publish.labels)
    }

    /// Puts rates of room types in force, under the sequence of their record.
    pub(super) fn put_rates(&self, change: &RatesChange, sequence: u64, oldest: Date) {
        let mut publish = self.publish.lock();
        Arc::make_mut(&mut publish.rates).put(change, sequence, oldest);
        self.swap(&mut publish);
    }

    /// Puts the rates of a checkpoint in force.
    pub(super) fn restore_rates(&self, rates: Rates) {
        let mut publish = self.publish.lock();
        publish.rates = Arc::new(rates);
        self.swap(&mut publish);
    }

    /// Rates of room types in force.
    pub(super) fn rates(&self) -> Arc<Rates> {
        Arc::clone(&self.publish.lock().rates)
    }

    fn swap(&self, publish: &mut Publish) {
        if let Some(catalog) = &publish.catalog {
            let rations = Rations::of(catalog, &self.rationed.lock(), &publish.rations);
            publish.rations = Arc::new(rations);
            let model = Arc::clone(&publish.model);
            let serving =
                Serving::new(Arc::clone(catalog), model, publish.model_sequence, publish.labels);
            let rates = Arc::clone(&publish.rates);
            let serving = serving.priced_by(self.price_key, rates);
            let rations = Arc::clone(&publish.rations);
            self.serving.store(Some(Arc::new(serving.rationed_by(rations))));
        }
    }

    /// Keeps a built catalog.
    pub(super) fn keep(&self, catalog: Arc<Catalog>) {
        let mut built = self.built.lock();
        built.retain(|known| known.version() != catalog.version());
        built.push(catalog);
        if built.len() > CATALOGS_KEPT {
            built.remove(0);
        }
    }

    /// Sets what is left of an offer, at a place in the log and a moment.
    pub(super) fn shelve(&self, book: &mut Book, key: &ShelfKey, units: u32, at: (u64, Timestamp)) {
        if let Some(left) = book.set(key, units, at) {
            self.show_shelf(key, &left);
        }
    }

    /// Lets decisions read what is left on a shelf.
    pub(super) fn show_shelf(&self, key: &ShelfKey, left: &Arc<Units>) {
        self.change_live(|live| live.stock.put(key.clone(), Arc::clone(left)));
    }

    /// Changes what lies over the catalog.
    pub(super) fn change_live(&self, change: impl Fn(&mut Live)) {
        self.live.rcu(|live| {
            let mut live = Live::clone(live);
            change(&mut live);
            live
        });
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of labels")]
fn labels(learner: &Learner) -> u64 {
    learner.ranker().labels() as u64
}

/// All brands of the store.
pub(super) struct Brands {
    /// The store's secret, from which each brand has its price key.
    pepper: Pepper,
    all: ArcSwap<HashMap<BrandId, Arc<Brand>>>,
    /// One newcomer at a time.
    adding: Mutex<()>,
}

impl Brands {
    /// No brand of a store yet.
    pub(super) fn of(store: &Store) -> Self {
        let pepper = store.pepper().clone();
        Self { pepper, all: ArcSwap::default(), adding: Mutex::default() }
    }

    /// A brand, made on first use.
    pub(super) fn get(&self, id: &BrandId) -> Arc<Brand> {
        if let Some(brand) = self.all.load().get(id) {
            return Arc::clone(brand);
        }
        self.add(id, Learner::new(Forgetting::default()))
    }

    /// Adds a brand with what it had learnt, unless it is known.
    pub(super) fn add(&self, id: &BrandId, learner: Learner) -> Arc<Brand> {
        let _adding = self.adding.lock();
        if let Some(brand) = self.all.load().get(id) {
            return Arc::clone(brand);
        }
        let secret = self.pepper.signing_key(&format!("price {id}"));
        let (first, _) = secret.split_at(8);
        let key = first.iter().fold(0, |key, byte| key << 8 | u64::from(*byte));
        let brand = Arc::new(Brand::new(id.clone(), learner, PriceKey(key)));
        let mut all = HashMap::clone(&self.all.load());
        all.insert(id.clone(), Arc::clone(&brand));
        self.all.store(Arc::new(all));
        brand
    }

    /// All of them, by id.
    pub(super) fn all(&self) -> Vec<Arc<Brand>> {
        let mut brands: Vec<_> = self.all.load().values().cloned().collect();
        brands.sort_by(|a, b| a.id.cmp(&b.id));
        brands
    }
}
