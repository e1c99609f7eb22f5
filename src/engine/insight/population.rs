//! Every guest of a brand as models of groups see them: features, value, and what a rule may ask. One
//! pass over the events of the log and one look at each guest's state.
//!
//! Only guests who allow profiling are here.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::{Catalog, GuestFacts, ValueFacts};
use crate::domain::belief::{DIM, Vector};
use crate::domain::channel::Channel;
use crate::domain::consent::Purpose;
use crate::domain::guest::GuestState;
use crate::domain::id::GuestKey;
use crate::domain::record::Body;
use crate::domain::stay::TravelPurpose;
use crate::domain::time::{Date, Timestamp};
use crate::engine::fold::PRIOR;
use crate::learn::audience::words::TASTE;
use crate::learn::preference::{HALF_LIFE_DAYS, decay};
use crate::learn::value::visits::Visits;
use crate::learn::value::worth::{Appraiser, Standing};
use crate::store::{RecordKind, Store};

use super::stays::Stays;
use super::{Brand, Error, InsightQuery, Persons, bad_number, catalogs};

/// Guests read at once.
const PAGE: usize = 512;
/// Features every brand has.
const PLAIN: [&str; 8] =
    ["recency", "frequency", "spend", "nights", "accepts", "party", "children", "business"];

/// A guest.
pub(super) struct Member {
    pub(super) key: GuestKey,
    /// A value for each of [`Population::ids`]; NaN: not known.
    pub(super) row: Vec<f64>,
    pub(super) taste: Vector,
    /// Stays so far, and paid for them in major units.
    pub(super) stayed: (f64, f64),
    /// Where the guest stands, after values were fitted, of one who stayed.
    pub(super) standing: Option<Standing>,
    /// Allows marketing, and has a channel it could go through.
    pub(super) is_marketable: bool,
    /// Segment the brand put the guest in.
    pub(super) segment: u16,
    /// Rule segments the guest is in, by place in the catalog.
    pub(super) rules: Vec<usize>,
}

/// The guests of a brand.
pub(super) struct Population {
    /// What guests are compared by.
    pub(super) ids: Vec<String>,
    pub(super) members: Vec<Member>,
    pub(super) catalog: Option<Arc<Catalog>>,
}

/// What all guests are looked at with.
struct Lens<'a> {
    catalog: Option<&'a Catalog>,
    /// Direction of each category.
    kinds: Vec<(String, Vector)>,
    appraiser: Option<&'a Appraiser>,
    visits: BTreeMap<GuestKey, Visits>,
    stays: Stays,
    now: Timestamp,
}

/// The stays of everybody, as of a moment.
pub(super) fn stays(store: &Store, brand: &Brand, now: Timestamp) -> Result<Stays, Error> {
    let (persons, mut stays) = (Persons::read(store, &brand.id)?, Stays::default());
    let query = InsightQuery::up_to(now);
    for record in store.log(1)?.only(&[RecordKind::Event]) {
        let record = record?;
        if let Body::Event { guest, event } = &record.body
            && record.brand == brand.id
        {
            stays.event(persons.of(*guest), event, &query);
        }
    }
    Ok(stays)
}

/// Reads everybody, as of a moment.
pub(super) fn read(
    store: &Store,
    brand: &Brand,
    now: Timestamp,
    appraiser: Option<&Appraiser>,
) -> Result<Population, Error> {
    let stays = stays(store, brand, now)?;
    let version = store.catalog_versions(&brand.id)?.last().copied();
    let catalog = version.map(|version| catalogs::load(store, brand, version)).transpose()?;
    let kinds = catalog.as_deref().map(kinds).unwrap_or_default();
    let visits = stays.visits(None);
    let lens = Lens { catalog: catalog.as_deref(), kinds, appraiser, visits, stays, now };
    let tastes = lens.kinds.iter().map(|(kind, _)| format!("{TASTE}{kind}"));
    let ids = PLAIN.iter().map(|id| (*id).to_owned()).chain(tastes).collect();
    let (mut members, mut from) = (Vec::new(), GuestKey([0; 16]));
    loop {
        let page = store.some_guests(&brand.id, from, PAGE)?;
        for (key, state) in &page {
            let is_seen = state.part_of.is_none() && state.consent.allows(Purpose::Profiling);
            if is_seen {
                members.push(lens.member(*key, state)?);
            }
        }
        match page.last() {
            Some((last, _)) if page.len() == PAGE => from = after(*last),
            _ => break,
        }
    }
    Ok(Population { ids, members, catalog })
}

/// The key after another.
fn after(key: GuestKey) -> GuestKey {
    GuestKey(u128::from_be_bytes(key.0).saturating_add(1).to_be_bytes())
}

/// Where the offers of each category lie, as a direction.
fn kinds(catalog: &Catalog) -> Vec<(String, Vector)> {
    let categories = catalog.content().categories.iter().enumerate();
    let direction = |(at, category): (usize, &crate::catalog::Category)| {
        let of_kind = catalog.category_of().iter().map(|of| usize::from(*of) == at);
        let mut sum = [0.0_f32; DIM];
        for (vector, _) in catalog.vectors().iter().zip(of_kind).filter(|(_, is)| *is) {
            sum.iter_mut().zip(vector).for_each(|(sum, axis)| *sum += axis);
        }
        let length = sum.iter().map(|axis| axis * axis).sum::<f32>().sqrt();
        (length > 0.0).then(|| (category.id.to_string(), sum.map(|axis| axis / length)))
    };
    categories.filter_map(direction).collect()
}

impl Lens<'_> {
    fn member(&self, key: GuestKey, state: &GuestState) -> Result<Member, Error> {
        let today = self.now.utc_day();
        let mut taste = state.taste.clone();
        decay(&mut taste, &PRIOR, HALF_LIFE_DAYS, self.now);
        let visits = self.visits.get(&key);
        let standing = match (self.appraiser, visits) {
            (Some(appraiser), Some(_)) => {
                let path = self.stays.path(key, appraiser.fit().until);
                appraiser.standing(&path, today).map_err(bad_number)?
            }
            _ => None,
        };
        let stayed = visits.map_or((0.0, 0.0), |v| (f64::from(v.repeats()) + 1.0, paid(v)));
        let mut reachable = state.reachable.iter().filter(|c| !state.bounced.contains(*c));
        let mut member = Member {
            key,
            row: self.row(key, state, visits, today),
            taste: taste.mean,
            stayed,
            standing,
            is_marketable: state.consent.allows(Purpose::Marketing)
                && reachable.any(Channel::is_pushed),
            segment: state.segment,
            rules: Vec::new(),
        };
        let likes = |(_, kind): &(String, Vector)| {
            let along = member.taste.iter().zip(kind).map(|(a, b)| f64::from(*a) * f64::from(*b));
            along.sum::<f64>()
        };
        let likes: Vec<f64> = self.kinds.iter().map(likes).collect();
        member.row.extend(likes);
        member.rules = self.rules(state, &member, visits);
        Ok(member)
    }

    /// The features of [`PLAIN`].
    fn row(
        &self,
        key: GuestKey,
        state: &GuestState,
        visits: Option<&Visits>,
        today: Date,
    ) -> Vec<f64> {
        let stays = visits.map_or(0.0, |v| f64::from(v.repeats()) + 1.0);
        let since = visits.and_then(Visits::last_day).map(|last| today.0.saturating_sub(last.0));
        let spend = visits.map(|v| paid(v).max(0.0) / stays);
        let known = &state.stays;
        let of_stays = |of: fn(&crate::domain::stay::Stay) -> f64| {
            let count = crate::learn::audience::features::real(known.len());
            if known.is_empty() { f64::NAN } else { known.iter().map(of).sum::<f64>() / count }
        };
        let purposes = known.iter().filter_map(|stay| stay.purpose).chain(state.purpose);
        let (mut business, mut told) = (0.0, 0.0);
        for purpose in purposes {
            told += 1.0;
            business += f64::from(u8::from(purpose == TravelPurpose::Business));
        }
        let log = |number: Option<f64>| number.map_or(f64::NAN, libm::log1p);
        vec![
            log(since.map(|days| f64::from(days.max(0)))),
            libm::log1p(stays),
            log(spend),
            log(self.stays.mean_nights(key)),
            libm::log1p(f64::from(state.stats.accepts)),
            of_stays(|stay| f64::from(stay.adults)),
            of_stays(|stay| f64::from(u8::from(stay.children > 0))),
            if told > 0.0 { business / told } else { f64::NAN },
        ]
    }

    fn rules(&self, state: &GuestState, member: &Member, visits: Option<&Visits>) -> Vec<usize> {
        let Some(catalog) = self.catalog else { return Vec::new() };
        let today = self.now.utc_day();
        let percent = |share: f64| whole(100.0 * share);
        let last = visits.and_then(Visits::last_day);
        let standing = member.standing.as_ref();
        let value = ValueFacts {
            paid: whole(member.stayed.1),
            days_since_stay: last.map(|last| i64::from(today.0.saturating_sub(last.0))),
            tier: standing.map(|standing| standing.tier as u8),
            alive_percent: standing.map(|standing| percent(standing.worth.alive)),
            overdue_percent: standing.and_then(|standing| standing.worth.overdue).map(percent),
        };
        let owed = state.broken.iter().filter(|promise| promise.is_owed(self.now)).count();
        let facts = GuestFacts {
            stays: state.stats.stays,
            accepts: state.stats.accepts,
            broken_promises: u32::try_from(owed).unwrap_or(u32::MAX),
            segment: state.segment,
            value: Some(value),
        };
        let country = Some(state.home.country).filter(|country| *country != [0, 0]);
        let locale = state.home.locale.as_deref().unwrap_or_default();
        let segments = 0..catalog.content().rule_segments.len();
        segments.filter(|at| catalog.is_in_rule_segment(*at, facts, (country, locale))).collect()
    }
}

fn paid(visits: &Visits) -> f64 {
    crate::learn::value::portfolio::paid(visits)
}

#[expect(clippy::cast_possible_truncation, reason = "casts saturate")]
fn whole(number: f64) -> i64 {
    number.floor() as i64
}
