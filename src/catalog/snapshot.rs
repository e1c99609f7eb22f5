//! A published catalog: the content with every index a decision needs. Immutable; decisions share
//! it without a lock.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use crate::domain::belief::{DIM, Vector, tag_hash};
use crate::domain::experiment::program::Program;
use crate::domain::guest_value::ValueTier;
use crate::domain::id::{Label, OfferId, OfferIndex, OfferKey, PlacementId, PropertyId};
use crate::domain::offer::{Offer, Placement, Property};
use crate::domain::policy::DecisionPolicy;
use crate::domain::time::Timestamp;
use crate::domain::zone::calendar::Calendar;

use super::arbitration::{Multipliers, PolicyTable};
use super::budget::{BudgetPlan, plans};
use super::caps::Cap;
use super::check;
use super::content::CatalogContent;
use super::eligibility::EligibilitySets;
use super::groups;
use super::guarantees::{self, Owned};
use super::problem::{Finding, Problem};
use super::rules::Asker;
use super::rules::facts::Vocabulary;
use super::rules::table::RuleTable;
use super::treatment::{self, Occasion};

/// Place of a property in one catalog version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropertyIndex(pub u16);

/// Place of a placement in one catalog version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlacementIndex(pub u16);

/// Place of a decision policy in one catalog version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PolicyIndex(pub u8);

/// A published catalog.
#[derive(Debug)]
pub struct Catalog {
    content: CatalogContent,
    version: u64,
    by_key: HashMap<OfferKey, OfferIndex, BuildHasherDefault<KeyHasher>>,
    properties: HashMap<PropertyId, PropertyIndex>,
    placements: HashMap<PlacementId, PlacementIndex>,
    category_hashes: Vec<u32>,
    category_of: Vec<u8>,
    group_of: Vec<u32>,
    tags: Vec<u32>,
    /// Where the tags of each offer end.
    tag_ends: Vec<u32>,
    margins: Vec<f64>,
    vectors: Vec<Vector>,
    squares: Vec<Vector>,
    sets: EligibilitySets,
    rules: RuleTable,
    rule_segments: RuleTable,
    fallbacks: Vec<Vec<OfferIndex>>,
    policy_of: Vec<PolicyIndex>,
    arbitration: Vec<PolicyTable>,
    caps: Vec<Cap>,
    horizon: Duration,
    program: Program,
    budgets: Vec<BudgetPlan>,
    budget_of: Vec<Option<u8>>,
    guarantees: Vec<Vec<Owned>>,
    calendar: Arc<Calendar>,
}

/// Offer keys are hashes already.
#[derive(Debug, Default, Clone, Copy)]
pub struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

impl Catalog {
    /// Publishes a content. `vectors` are those of its offers, in order.
    ///
    /// # Errors
    /// With every problem found; nothing is published then.
    pub fn build(
        content: CatalogContent,
        version: u64,
        vectors: Vec<Vector>,
    ) -> Result<Self, Vec<Problem>> {
        let (findings, rules) = check::check(&content);
        let mut findings = findings;
        if vectors.len() != content.offers.len() {
            let problem = format!(
                "has {} offers, but {} vectors came with them; give one for each",
                content.offers.len(),
                vectors.len()
            );
            findings.push(Finding::new("offers", problem));
        }
        if let Some(at) = vectors.iter().position(|v| v.iter().any(|x| !x.is_finite())) {
            findings.push(Finding::new(
                format!("offers[{at}]"),
                "has a vector with a number that is not finite; train the model anew",
            ));
        }
        let program = Program::new(content.experiments.clone()).ok();
        match rules.zip(groups::compile(&content).ok()).zip(program) {
            Some((rules, program)) if findings.is_empty() => {
                Ok(Self::index(content, version, vectors, (rules, program)))
            }
            _ => Err(findings.into_iter().map(Problem::from).collect()),
        }
    }

    fn index(
        content: CatalogContent,
        version: u64,
        vectors: Vec<Vector>,
        ((rules, rule_segments), program): ((RuleTable, RuleTable), Program),
    ) -> Self {
        let offers = &content.offers;
        let by_key = places(offers.iter().map(|offer| offer.key), OfferIndex);
        let category = |label: &Label| place(content.categories.iter().map(|c| &c.id), label);
        let policy = |id: &Label| place(content.decision_policies.iter().map(|p| &p.id), id);
        let category_of = offers.iter().map(|o| category(&o.category).unwrap_or(0)).collect();
        let arbitration = content.decision_policies.iter().map(|policy| {
            PolicyTable::of(policy, category, |id| by_key.get(&OfferKey::of(id)).copied())
        });
        let arbitration = arbitration.collect();
        let policy_of = content.placements.iter().map(|p| policy(&p.policy).unwrap_or(0));
        let policy_of = policy_of.map(PolicyIndex).collect();
        let caps: Vec<Cap> = content.contact.policies.iter().map(|p| Cap::of(p, offers)).collect();
        let (tags, tag_ends) = flat_tags(offers);
        let group = |o: &Offer| o.group.as_ref().map_or(0, |g| tag_hash(g.as_str()));
        let squares = vectors.iter().map(square).collect();
        let (budgets, budget_of) = plans(&content);
        Self {
            version,
            by_key,
            properties: places(content.properties.iter().map(|p| p.id.clone()), PropertyIndex),
            placements: places(content.placements.iter().map(|p| p.id.clone()), PlacementIndex),
            category_hashes: content.categories.iter().map(|c| tag_hash(c.id.as_str())).collect(),
            category_of,
            group_of: offers.iter().map(group).collect(),
            tags,
            tag_ends,
            margins: offers.iter().map(|o| o.pricing.margin_major()).collect(),
            vectors,
            squares,
            sets: EligibilitySets::build(&content),
            rules,
            rule_segments,
            fallbacks: content.placements.iter().map(|p| fallbacks_of(offers, p)).collect(),
            policy_of,
            arbitration,
            horizon: caps.iter().map(|cap| cap.window).max().unwrap_or_default(),
            caps,
            program,
            budgets,
            budget_of,
            guarantees: guarantees::by_placement(&content),
            calendar: Calendar::of_brand(&content.calendar),
            content,
        }
    }

    /// What was published.
    pub fn content(&self) -> &CatalogContent {
        &self.content
    }

    /// Its version.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Its offers, in order.
    pub fn offers(&self) -> &[Offer] {
        &self.content.offers
    }

    /// How many offers it has.
    pub fn offer_count(&self) -> usize {
        self.content.offers.len()
    }

    /// An offer; `None` for an index of another catalog.
    pub fn offer(&self, offer: OfferIndex) -> Option<&Offer> {
        self.content.offers.get(offer.at())
    }

    /// The place of an offer by its key.
    pub fn index_of_key(&self, key: OfferKey) -> Option<OfferIndex> {
        self.by_key.get(&key).copied()
    }

    /// The place of an offer by its id.
    pub fn index_of(&self, id: &OfferId) -> Option<OfferIndex> {
        let at = self.index_of_key(OfferKey::of(id))?;
        self.offer(at).is_some_and(|offer| offer.id == *id).then_some(at)
    }

    /// The place of a property.
    pub fn property_index(&self, id: &PropertyId) -> Option<PropertyIndex> {
        self.properties.get(id).copied()
    }

    /// A property.
    pub fn property(&self, property: PropertyIndex) -> Option<&Property> {
        self.content.properties.get(usize::from(property.0))
    }

    /// The place of a placement.
    pub fn placement_index(&self, id: &PlacementId) -> Option<PlacementIndex> {
        self.placements.get(id).copied()
    }

    /// A placement.
    pub fn placement(&self, placement: PlacementIndex) -> Option<&Placement> {
        self.content.placements.get(usize::from(placement.0))
    }

    /// The policy that fills a placement.
    pub fn policy_of(&self, placement: PlacementIndex) -> Option<PolicyIndex> {
        self.policy_of.get(usize::from(placement.0)).copied()
    }

    /// The place of a decision policy.
    pub fn policy_index(&self, id: &Label) -> Option<PolicyIndex> {
        place(self.content.decision_policies.iter().map(|p| &p.id), id).map(PolicyIndex)
    }

    /// A decision policy.
    pub fn policy(&self, policy: PolicyIndex) -> Option<&DecisionPolicy> {
        self.content.decision_policies.get(usize::from(policy.0))
    }

    /// The sets that decisions join.
    pub(super) fn sets(&self) -> &EligibilitySets {
        &self.sets
    }

    /// The distinct rules of its offers.
    pub fn rules(&self) -> &RuleTable {
        &self.rules
    }

    /// Weights and levers of a policy, for one decision: by what the guest is after, and by what the
    /// guest is worth, where that may count.
    pub fn multipliers(
        &self,
        policy: PolicyIndex,
        situation: (&str, Option<ValueTier>),
        now: Timestamp,
        out: &mut Multipliers,
    ) {
        match self.arbitration.get(usize::from(policy.0)) {
            Some(table) => table.fill(situation, now, out),
            None => *out = Multipliers::default(),
        }
    }

    /// Kinds of day: public holidays, and what the brand adds.
    pub fn calendar(&self) -> &Arc<Calendar> {
        &self.calendar
    }

    /// The holdout and the experiments.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The contact policies, resolved.
    pub fn caps(&self) -> &[Cap] {
        &self.caps
    }

    /// The longest window of any contact policy: what a ledger must look back.
    pub fn caps_horizon(&self) -> Duration {
        self.horizon
    }

    /// What may be spent on promotions.
    pub fn budgets(&self) -> &[BudgetPlan] {
        &self.budgets
    }

    /// The place of the budget that pays for an offer, where one does.
    pub fn budget_of(&self, offer: OfferIndex) -> Option<usize> {
        self.budget_of.get(offer.at()).copied().flatten().map(usize::from)
    }

    /// Offers that own a slot of a placement at a moment, in the order of the document.
    pub fn guaranteed(
        &self,
        placement: PlacementIndex,
        now: Timestamp,
    ) -> impl Iterator<Item = OfferIndex> {
        let all = self.guarantees.get(usize::from(placement.0)).map_or(&[][..], Vec::as_slice);
        all.iter().filter(move |owned| owned.holds(now)).map(|owned| owned.offer)
    }

    /// Hashes of the categories, in order.
    pub fn category_hashes(&self) -> &[u32] {
        &self.category_hashes
    }

    /// The category of each offer, an index into the content's categories.
    pub fn category_of(&self) -> &[u8] {
        &self.category_of
    }

    /// Hash of the group of each offer, 0 for none.
    pub fn group_of(&self) -> &[u32] {
        &self.group_of
    }

    /// Hash of the group of an offer, 0 for none, or for an offer that is not here.
    pub fn group_of_key(&self, key: OfferKey) -> u32 {
        let offer = self.index_of_key(key);
        offer.and_then(|offer| self.group_of.get(offer.at())).copied().unwrap_or(0)
    }

    /// Hashes of the tags of an offer.
    pub fn tags(&self, offer: OfferIndex) -> &[u32] {
        let end = |at: usize| self.tag_ends.get(at).map_or(self.tags.len(), |end| *end as usize);
        let start = offer.at().checked_sub(1).map_or(0, end);
        self.tags.get(start..end(offer.at())).unwrap_or_default()
    }

    /// The tag of a hash, where an offer carries it.
    pub fn tag_of(&self, hash: u32) -> Option<&Label> {
        let at = self.tags.iter().position(|tag| *tag == hash)?;
        let offer = self.tag_ends.partition_point(|end| *end as usize <= at);
        let before = offer.checked_sub(1).and_then(|before| self.tag_ends.get(before));
        let start = before.map_or(0, |end| *end as usize);
        self.content.offers.get(offer)?.tags.get(at - start)
    }

    /// Margin of one sale of each offer at its list price, in major units.
    pub fn margins(&self) -> &[f64] {
        &self.margins
    }

    /// Vector of each offer.
    pub fn vectors(&self) -> &[Vector] {
        &self.vectors
    }

    /// Square of each element of the vector of each offer.
    pub fn squares(&self) -> &[Vector] {
        &self.squares
    }

    /// Fallback offers of a placement at a property, in order. At least one is always eligible.
    pub fn fallbacks(
        &self,
        property: PropertyIndex,
        placement: PlacementIndex,
    ) -> impl Iterator<Item = OfferIndex> {
        let all = self.fallbacks.get(usize::from(placement.0)).map_or(&[][..], Vec::as_slice);
        all.iter().copied().filter(move |offer| self.sets.is_at(*offer, property))
    }

    /// The treatment of an offer that fits an occasion, as a number within the offer.
    pub fn treatment(&self, offer: OfferIndex, occasion: &Occasion<'_>) -> u8 {
        let default = &self.content.default_locale;
        self.offer(offer).map_or(0, |offer| treatment::choose(offer, occasion, default))
    }

    /// The rules of rule segments.
    pub(super) fn rule_segments(&self) -> &RuleTable {
        &self.rule_segments
    }
}

/// The names that rules of a content may use.
pub(crate) fn vocabulary(content: &CatalogContent) -> Vocabulary {
    Vocabulary {
        properties: content.properties.iter().map(|p| p.id.clone()).collect(),
        placements: content.placements.iter().map(|p| p.id.clone()).collect(),
        segments: content.segments.iter().map(|s| s.id.clone()).collect(),
        asker: Asker::Offer,
    }
}

/// The place of each of some things, by name.
fn places<K: Hash + Eq, P, S: BuildHasher + Default>(
    names: impl Iterator<Item = K>,
    place: fn(u16) -> P,
) -> HashMap<K, P, S> {
    names.zip((0..).map(place)).collect()
}

fn place<'a>(mut labels: impl Iterator<Item = &'a Label>, label: &Label) -> Option<u8> {
    labels.position(|known| known == label).and_then(|at| u8::try_from(at).ok())
}

fn flat_tags(offers: &[Offer]) -> (Vec<u32>, Vec<u32>) {
    let mut tags = Vec::new();
    let ends = offers.iter().map(|offer| {
        tags.extend(offer.tags.iter().map(|tag| tag_hash(tag.as_str())));
        u32::try_from(tags.len()).unwrap_or(u32::MAX)
    });
    let ends = ends.collect();
    (tags, ends)
}

fn fallbacks_of(offers: &[Offer], placement: &Placement) -> Vec<OfferIndex> {
    let shown = |offer: &Offer| {
        offer.is_fallback
            && offer.channels.contains(placement.channel)
            && (offer.placements.is_empty() || offer.placements.contains(&placement.id))
    };
    (0..).map(OfferIndex).zip(offers).filter(|(_, offer)| shown(offer)).map(|(at, _)| at).collect()
}

fn square(vector: &Vector) -> Vector {
    let mut squares = [0.0; DIM];
    for (square, x) in squares.iter_mut().zip(vector) {
        *square = x * x;
    }
    squares
}
