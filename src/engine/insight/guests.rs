//! The people a report is about: when they first booked, and what is known of them today.

use std::collections::BTreeMap;

use crate::domain::belief::{DIM, Origin};
use crate::domain::channel::Channel;
use crate::domain::consent::Purpose;
use crate::domain::event::{Event, EventKind, PartyRole};
use crate::domain::guest::GuestState;
use crate::domain::id::GuestKey;
use crate::domain::time::Timestamp;
use crate::engine::fold::PRIOR;
use crate::learn::insight::share::Share;
use crate::learn::insight::{Profiling, Prospecting, SegmentLine};
use crate::learn::preference::{HALF_LIFE_DAYS, decay};
use crate::learn::value::portfolio::Portfolio;
use crate::learn::value::prospect::look_alike;
use crate::learn::value::tiers::Tier;
use crate::store::Store;

use super::decisions::Found;
use super::{Brand, Error, InsightQuery, catalogs};

/// A taste is known where the variance fell below this share of what it is before anything is seen.
const KNOWN_BELOW: f64 = 0.5;
/// Edges of the counts of look-alikes.
const LIKENESS: [f64; 4] = [0.0, 0.25, 0.5, 0.75];

/// Everybody anything was heard of.
#[derive(Debug, Default)]
pub(super) struct People {
    guests: BTreeMap<GuestKey, Known>,
    survey_answers: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// When a stay was first booked, or begun.
    booked: Option<Timestamp>,
}

impl People {
    /// Something was heard of a guest.
    pub(super) fn heard(&mut self, guest: GuestKey) {
        self.guests.entry(guest).or_default();
    }

    /// Takes an event in.
    pub(super) fn event(&mut self, guest: GuestKey, event: &Event, query: &InsightQuery) {
        if event.time >= query.until {
            return;
        }
        let known = self.guests.entry(guest).or_default();
        let is_stay =
            matches!(event.kind, EventKind::Book | EventKind::CheckIn) && event.offer.is_none();
        if event.role == PartyRole::Stayer && is_stay {
            known.booked = Some(known.booked.map_or(event.time, |booked| booked.min(event.time)));
        }
        let is_answer = event.kind == EventKind::Survey && query.holds(event.time);
        self.survey_answers += u64::from(is_answer);
    }

    fn count(&self) -> u64 {
        count(self.guests.len())
    }
}

/// What the states of the people say.
#[derive(Debug, Default)]
pub(super) struct States {
    profiling: Profiling,
    /// Guests looked at, and the sum of how much of their tastes is open.
    open: (f64, f64),
    segments: BTreeMap<u16, (u64, u64)>,
    names: Vec<String>,
    /// Counts by likeness of those who did not book.
    likeness: Vec<u64>,
}

/// Looks at the state of each of them.
pub(super) fn look(
    store: &Store,
    brand: &Brand,
    (people, query): (&People, &InsightQuery),
    portfolio: Option<&Portfolio>,
) -> Result<States, Error> {
    let mut states = States::default();
    if let Some(version) = store.catalog_versions(&brand.id)?.last() {
        let catalog = catalogs::load(store, brand, *version)?;
        let segments = &catalog.content().segments;
        states.names = segments.iter().map(|segment| segment.id.to_string()).collect();
    }
    let mut best: BTreeMap<u16, (u64, [f64; DIM])> = BTreeMap::new();
    for guest in people.guests.keys() {
        let Some(state) = store.guest(&brand.id, *guest)? else { continue };
        states.take(&state, query.until);
        if portfolio.is_some_and(|p| p.tier(*guest) == Tier::A) {
            let (guests, sum) = best.entry(state.segment).or_insert((0, [0.0; DIM]));
            *guests += 1;
            sum.iter_mut().zip(&state.taste.mean).for_each(|(sum, m)| *sum += f64::from(*m));
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "the direction alone counts")]
    let means: Vec<[f32; DIM]> = best.values().map(|(_, sum)| sum.map(|m| m as f32)).collect();
    let means: Vec<&[f32]> = means.iter().map(|mean| &mean[..]).collect();
    if means.is_empty() {
        return Ok(states);
    }
    states.likeness = vec![0; LIKENESS.len() + 1];
    for (guest, known) in &people.guests {
        if known.booked.is_some() {
            continue;
        }
        let Some(state) = store.guest(&brand.id, *guest)? else { continue };
        let alike = look_alike(&state.taste.mean, &means).ok().flatten();
        let place = alike.map_or(0, |alike| LIKENESS.iter().filter(|e| alike.score >= **e).count());
        states.likeness[place] += 1;
    }
    Ok(states)
}

impl States {
    fn take(&mut self, state: &GuestState, now: Timestamp) {
        let mut taste = state.taste.clone();
        decay(&mut taste, &PRIOR, HALF_LIFE_DAYS, now);
        let trace = |variance: &[f32]| variance.iter().map(|v| f64::from(*v)).sum::<f64>();
        let open = trace(&taste.variance) / trace(&PRIOR.variance);
        let is_known = open < KNOWN_BELOW;
        let mut reachable = state.reachable.iter().filter(|c| !state.bounced.contains(*c));
        let profiling = &mut self.profiling;
        profiling.profiled += u64::from(state.consent.allows(Purpose::Profiling));
        profiling.marketable += u64::from(state.consent.allows(Purpose::Marketing));
        profiling.reachable += u64::from(reachable.any(Channel::is_pushed));
        profiling.known += u64::from(is_known);
        self.open.0 += 1.0;
        self.open.1 += open;
        let is_stated = |origin| matches!(origin, Origin::Stated | Origin::Survey | Origin::Staff);
        profiling.stated += u64::from(state.affinities.iter().any(|a| is_stated(a.origin)));
        let segment = self.segments.entry(state.segment).or_default();
        segment.0 += 1;
        segment.1 += u64::from(is_known);
    }

    /// Of whom it is known what they like.
    pub(super) fn profiling(&self, people: &People) -> Profiling {
        let line = |(segment, (guests, known)): (&u16, &(u64, u64))| SegmentLine {
            segment: self.names.get(usize::from(*segment)).cloned().unwrap_or_default(),
            guests: *guests,
            known: *known,
        };
        Profiling {
            guests: people.count(),
            survey_answers: people.survey_answers,
            learnt: if self.open.0 > 0.0 { 1.0 - self.open.1 / self.open.0 } else { 0.0 },
            segments: self.segments.iter().map(line).collect(),
            ..self.profiling.clone()
        }
    }

    /// Who became a guest.
    pub(super) fn prospecting(
        &self,
        people: &People,
        decided: &Found,
        query: &InsightQuery,
    ) -> Prospecting {
        let is_prospect = |known: &Known| known.booked.is_none_or(|at| at >= query.from);
        let prospects = people.guests.iter().filter(|(_, known)| is_prospect(known));
        let cost = |guest| decided.contact_costs.get(guest).copied().unwrap_or(0.0);
        let (mut all, mut converted, mut costs) = (0, 0, 0.0);
        for (guest, known) in prospects {
            all += 1;
            converted += u64::from(known.booked.is_some());
            costs += cost(guest);
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of guests")]
        let each = (converted > 0).then(|| costs / converted as f64);
        Prospecting {
            prospects: all,
            converted: Share::of(converted, all),
            look_alike: self.likeness.clone(),
            cost_per_conversion: each,
        }
    }
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}
