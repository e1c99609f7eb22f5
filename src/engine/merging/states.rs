//! The hot states of two guests who turn out to be one.
//!
//! Pure: the same two states give the same one. What each part comes to:
//!
//! | part | of both |
//! |---|---|
//! | taste, affinities, channel effects | evidence adds up, the prior counts once (`learn::merge_beliefs`) |
//! | consent | the stricter holds ([`Consent::of_both`](crate::domain::consent::Consent::of_both)) |
//! | ledger, sums | all of both: one contact history |
//! | stays | by reservation; of one in both, how far it came in either |
//! | open decisions, answered calls | all of both, the newest first to stay |
//! | broken promises | all of both, the latest |
//! | reachable, bounced, masked | a channel on which either has a working address works |
//! | presence | the latest sighting of each sign, as far as the consents of both allow |
//! | active hours | of both, faded to the later |
//! | messages on their way, journeys | all of both; of a stay in both, what is done for either |
//! | home, segment, membership, purpose of travel | the target's, else the source's; of two tiers the higher |

use crate::decide::Serving;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::consent::Purpose;
use crate::domain::guest::{GuestState, GuestStats, NO_SEGMENT, OPEN_DECISIONS_MAX, REQUESTS_MAX};
use crate::domain::hold::BrokenPromise;
use crate::domain::time::Timestamp;
use crate::engine::{EngineOptions, fold};
use crate::learn::affinity::HalfLives;
use crate::learn::channel::merge_effects;
use crate::learn::merge_beliefs::{self, Fading, Likes};

use super::profiles::higher_tier;
use super::under_way;

/// Most of both are kept so many times over.
const BOTH: usize = 2;

/// One state of two. `granted` are the channels on which marketing was permitted one by one, of the
/// merged statements.
pub(super) fn merge(
    target: &GuestState,
    source: &GuestState,
    granted: ChannelSet,
    (serving, options, now): (&Serving, &EngineOptions, Timestamp),
) -> GuestState {
    let mut merged = target.clone();
    let half_lives = HalfLives { observed: options.taste_half_life_days, ..HalfLives::default() };
    let fading = Fading { prior: &fold::PRIOR, taste: half_lives.observed, affinities: half_lives };
    let [one, other] = [target, source]
        .map(|state| Likes { taste: state.taste.clone(), affinities: state.affinities.clone() });
    let likes = merge_beliefs::merge(&one, &other, &fading);
    merged.taste = likes.taste;
    merged.affinities = likes.affinities;
    merged.channels = merge_effects::merge(&target.channels, &source.channels);
    merged.consent = target.consent.merge(&source.consent, granted);
    reach(&mut merged, target, source);
    if merged.segment == NO_SEGMENT {
        merged.segment = source.segment;
    }
    let home = &mut merged.home;
    home.zone = home.zone.take().or_else(|| source.home.zone.clone());
    home.locale = home.locale.take().or_else(|| source.home.locale.clone());
    if home.country == [0, 0] {
        home.country = source.home.country;
    }
    let tiers = &serving.catalog.content().loyalty_tiers;
    merged.membership =
        higher_tier(target.membership.as_ref(), source.membership.as_ref(), tiers).cloned();
    merged.purpose = target.purpose.or(source.purpose);
    merged.hours.merge(&source.hours);
    history(&mut merged, source, now);
    under_way::join(&mut merged, source, now);
    for sighting in source.presence.sightings() {
        let _is_news = merged.presence.see(sighting.clone());
    }
    if !merged.consent.allows(Purpose::Presence) {
        merged.presence.forget_what_needs_consent();
    }
    merged
}

/// Where a guest can be reached who has the addresses of both.
fn reach(merged: &mut GuestState, target: &GuestState, source: &GuestState) {
    let both = [target, source];
    let any = |is: &dyn Fn(&GuestState, Channel) -> bool| -> ChannelSet {
        Channel::ALL.into_iter().filter(|c| both.iter().any(|state| is(state, *c))).collect()
    };
    let works = |s: &GuestState, c| s.reachable.contains(c) && !s.bounced.contains(c);
    let own = any(&|s, c| works(s, c) && !s.masked.contains(c));
    let working = any(&works);
    merged.reachable = any(&|s, c| s.reachable.contains(c));
    merged.bounced = any(&|s, c| s.bounced.contains(c) && !working.contains(c));
    merged.masked = any(&|s, c| s.masked.contains(c) && !own.contains(c));
    merged.revoked = any(&|s, c| s.revoked.contains(c) && !working.contains(c));
}

/// What happened with both.
fn history(merged: &mut GuestState, source: &GuestState, now: Timestamp) {
    for stay in &source.stays {
        let known = merged.stays.iter().find(|s| s.reservation == stay.reservation).copied();
        let mut stay =
            known.map_or(*stay, |known| if known.status >= stay.status { known } else { *stay });
        stay.status = known.map_or(stay.status, |known| known.status.max(stay.status));
        merged.put_stay(stay);
    }
    merged.ledger.merge(&source.ledger, now);
    for promise in &source.broken {
        if !merged.broken.contains(promise) {
            merged.broken.push(*promise);
        }
    }
    merged.broken.sort_by_key(|promise| promise.at);
    let beyond = merged.broken.len().saturating_sub(BrokenPromise::KEPT_MAX);
    merged.broken.drain(..beyond);
    for open in &source.open {
        if !merged.open.iter().any(|known| known.decision == open.decision) {
            merged.open.push(open.clone());
        }
    }
    merged.open.sort_by_key(|open| (open.at, open.sequence));
    let beyond = merged.open.len().saturating_sub(BOTH * OPEN_DECISIONS_MAX);
    merged.open.drain(..beyond);
    for answered in &source.answered {
        if !merged.answered.contains(answered) {
            merged.answered.push(*answered);
        }
    }
    merged.answered.sort_by_key(|answered| answered.sequence);
    let beyond = merged.answered.len().saturating_sub(BOTH * REQUESTS_MAX);
    merged.answered.drain(..beyond);
    let (one, other) = (merged.stats, source.stats);
    merged.stats = GuestStats {
        events: one.events + other.events,
        decisions: one.decisions + other.decisions,
        stays: one.stays.saturating_add(other.stays),
        accepts: one.accepts.saturating_add(other.accepts),
        paid_minor: one.paid_minor.saturating_add(other.paid_minor),
    };
}
