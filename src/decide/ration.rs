//! Which rationed offers a guest who comes alone may be shown: those of which a unit is worth more now
//! than to guests still to come ([`super::volume::online`]).
//!
//! Asked after everything else has let an offer pass, since it takes its score. The price of the moment
//! is kept in the record, so that the same verdict can be reached again.

use crate::catalog::{Catalog, PropertyIndex};
use crate::domain::decision::{Decision, FilterStage, Filtered, Proposition};
use crate::domain::id::OfferIndex;
use crate::domain::ration::{Bid, Rationing};
use crate::domain::time::{Date, Timestamp};

use super::candidates::Live;
use super::scratch::Scratch;
use super::serving::Serving;
use super::volume::rations::Asking;

/// Where and when something rationed may be shown.
#[derive(Clone, Copy)]
pub(super) struct Shelf<'a> {
    pub(super) serving: &'a Serving,
    pub(super) live: &'a Live,
    pub(super) property: (PropertyIndex, &'a crate::domain::id::PropertyId),
    pub(super) day: Date,
    pub(super) now: Timestamp,
}

impl Shelf<'_> {
    /// What is known of units of the candidates as rated, for so many slots of a proposition.
    pub(super) fn bids(&self, (proposition, slots): (usize, usize), scratch: &Scratch) -> Vec<Bid> {
        let Self { serving, live, property: (index, property), day, now } = *self;
        if !scratch.picks.iter().any(|pick| serving.rationed.contains(*pick)) {
            return Vec::new();
        }
        let bid = |gained: Gained| {
            let key = serving.catalog.offer(gained.offer)?.key;
            let (left, out) = live.stock.units(key, property, day);
            let zone = *serving.zones.get(usize::from(index.0))?;
            let asking = Asking { offer: gained.offer, property: index, zone, day, now, left, out };
            let (price, to_come) = serving.rations.price(gained.rationing, asking);
            Some(Bid {
                proposition: u8::try_from(proposition).unwrap_or(u8::MAX),
                slots: u8::try_from(slots).unwrap_or(u8::MAX),
                offer: gained.offer,
                key,
                day,
                gain: gained.gain,
                take_up: gained.take_up,
                price,
                to_come,
                left,
                out,
            })
        };
        gains(&serving.catalog, slots, scratch).into_iter().filter_map(bid).collect()
    }
}

/// What a slate gains by a rationed offer.
struct Gained {
    offer: OfferIndex,
    rationing: Rationing,
    gain: f64,
    take_up: f64,
}

/// Gains by the rationed candidates: their score less that of the last that they push out.
fn gains(catalog: &Catalog, slots: usize, scratch: &Scratch) -> Vec<Gained> {
    let rationing = |offer: &OfferIndex| catalog.offer(*offer).and_then(|offer| offer.rationing);
    // Behind the candidates' scores may stand that of doing nothing, of which there is enough.
    let mut free: Vec<f64> = scratch.scores[scratch.picks.len()..].to_vec();
    let mut gained = Vec::new();
    for (at, offer) in scratch.picks.iter().enumerate() {
        let score = scratch.scores[at];
        let Some(rationing) = rationing(offer) else {
            free.push(score);
            continue;
        };
        let propensity = f64::from(scratch.scored[at].propensity);
        let take_up = rationing.take_up.unwrap_or(propensity);
        gained.push(Gained { offer: *offer, rationing, gain: score, take_up });
    }
    free.sort_unstable_by(|a, b| b.total_cmp(a));
    let pushed_out = free.get(slots.saturating_sub(1)).copied().unwrap_or(0.0);
    gained.iter_mut().for_each(|gained| gained.gain -= pushed_out);
    gained
}

/// Takes what is kept for others out of the candidates. Was there any?
pub(super) fn withhold(
    catalog: &Catalog,
    bids: &[Bid],
    picks: &mut Vec<OfferIndex>,
    removed: Option<&mut Vec<Filtered>>,
) -> bool {
    let withheld = || bids.iter().filter(|bid| !bid.passes());
    let before = picks.len();
    picks.retain(|pick| withheld().all(|bid| bid.offer != *pick));
    if let Some(removed) = removed {
        removed.extend(withheld().filter_map(|bid| {
            Some(Filtered {
                offer: catalog.offer(bid.offer)?.id.clone(),
                stage: FilterStage::Inventory,
                component: "bid_price".to_owned(),
                reason: format!(
                    "a unit is worth {:.4} to guests still to come, {:.4} to this one; {} left",
                    bid.price * bid.take_up,
                    bid.gain,
                    bid.left
                ),
            })
        }));
    }
    picks.len() < before
}

/// The candidates of a proposition and what was withheld from it, in catalog order; `None` where
/// nothing of it is rationed.
pub(super) fn asked(
    decision: &Decision,
    number: usize,
    proposition: &Proposition,
) -> Option<Vec<OfferIndex>> {
    let of_it = |bid: &&Bid| usize::from(bid.proposition) == number;
    let mut picks: Vec<OfferIndex> =
        decision.bids.iter().filter(of_it).map(|bid| bid.offer).collect();
    if picks.is_empty() {
        return None;
    }
    picks.extend(&proposition.candidates);
    picks.sort_unstable();
    picks.dedup();
    Some(picks)
}

/// Are the bids of a proposition the same again, of the candidates as rated; and stands among its
/// candidates what passed, and nothing that did not?
pub(super) fn is_asked_again(
    decision: &Decision,
    number: usize,
    proposition: &Proposition,
    (serving, scratch): (&Serving, &Scratch),
) -> bool {
    let bids: Vec<&Bid> =
        decision.bids.iter().filter(|bid| usize::from(bid.proposition) == number).collect();
    let slots = bids.first().map_or(1, |bid| usize::from(bid.slots));
    let again = gains(&serving.catalog, slots, scratch);
    again.len() == bids.len()
        && again.iter().zip(bids).all(|(again, bid)| {
            again.offer == bid.offer
                && again.gain.to_bits() == bid.gain.to_bits()
                && again.take_up.to_bits() == bid.take_up.to_bits()
                && proposition.candidates.contains(&bid.offer) == bid.passes()
        })
}
