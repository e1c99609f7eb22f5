//! Caps: which offers a guest, a reservation or a room may not be shown again yet, and how many of
//! a group still may.
//!
//! Windows roll; reservations that lapsed do not count; what was declined or used stays away for
//! its window (I10). Caps on a channel or on everything hold for messages that are carried to the
//! guest: they count messages, not offers, and they do not silence a page the guest came to. An
//! upsell inside a transactional message is marketing: offers are capped there too.

use crate::catalog::{Bitset, Cap, Catalog, Counts};
use crate::domain::channel::Channel;
use crate::domain::decision::GroupBudget;
use crate::domain::exposure::{Exposure, LEDGER_MERGED_MAX, Ledger};
use crate::domain::guest::GuestState;
use crate::domain::id::{OfferIndex, OfferKey};
use crate::domain::policy::CapSubject;
use crate::domain::time::Timestamp;

/// The ledgers a decision is counted on.
#[derive(Debug, Clone, Copy)]
pub struct Ledgers<'a> {
    /// The guest's own.
    pub guest: &'a Ledger,
    /// That of the reservation, where one was named.
    pub reservation: Option<&'a Ledger>,
    /// That of the room, where one was named.
    pub room: Option<&'a Ledger>,
}

impl<'a> Ledgers<'a> {
    /// The guest's ledger alone.
    pub fn of(guest: &'a GuestState) -> Self {
        Self { guest: &guest.ledger, reservation: None, room: None }
    }

    /// Without a reservation or a room, theirs is the guest's own.
    fn of_subject(&self, subject: CapSubject) -> &'a Ledger {
        match subject {
            CapSubject::Guest => self.guest,
            CapSubject::Reservation => self.reservation.unwrap_or(self.guest),
            CapSubject::Room => self.room.unwrap_or(self.guest),
        }
    }
}

/// What caps speak to.
#[derive(Debug, Clone, Copy)]
pub struct CapQuery<'a> {
    /// Where to count.
    pub ledgers: Ledgers<'a>,
    /// The channel in use.
    pub channel: Channel,
    /// When.
    pub now: Timestamp,
}

/// Removes what is capped. Calls `removed` with each cap and the offers it takes, for the full
/// view. Returns the budgets of groups.
pub fn remove_capped(
    catalog: &Catalog,
    query: &CapQuery<'_>,
    eligible: &mut Bitset,
    mut removed: impl FnMut(&Cap, OfferIndex),
) -> Vec<GroupBudget> {
    let mut budgets = Vec::new();
    for cap in catalog.caps() {
        let ledger = query.ledgers.of_subject(cap.subject);
        let since = query.now.minus(cap.window);
        let count = |includes: &dyn Fn(&Exposure) -> bool| {
            ledger.count(query.now, since, cap.counted, |e| includes(e))
        };
        let is_full = |used: usize| used >= usize::from(cap.limit);
        match cap.counts {
            Counts::EachOffer => {
                each_offer(catalog, cap, ledger, query.now, eligible, &mut removed)
            }
            Counts::Offer(key) => {
                if is_full(count(&|e| e.offer == key)) {
                    take(eligible, cap, &mut removed);
                }
            }
            Counts::Group(group) => {
                let used = count(&|e| e.group == group);
                if is_full(used) {
                    take(eligible, cap, &mut removed);
                } else {
                    budgets.push(GroupBudget {
                        group,
                        left: u16::try_from(usize::from(cap.limit) - used).unwrap_or(u16::MAX),
                    });
                }
            }
            Counts::Channel(channel) => {
                if channel == query.channel
                    && is_full(messages(ledger, cap, query.now, |c| c == channel))
                {
                    take(eligible, cap, &mut removed);
                }
            }
            Counts::All => {
                if query.channel.is_pushed()
                    && is_full(messages(ledger, cap, query.now, Channel::is_pushed))
                {
                    take(eligible, cap, &mut removed);
                }
            }
        }
    }
    budgets
}

/// Removes each offer that was counted as often as the cap allows.
fn each_offer(
    catalog: &Catalog,
    cap: &Cap,
    ledger: &Ledger,
    now: Timestamp,
    eligible: &mut Bitset,
    removed: &mut impl FnMut(&Cap, OfferIndex),
) {
    let since = now.minus(cap.window);
    let mut counted = [0_u64; LEDGER_MERGED_MAX];
    let mut n = 0;
    for entry in ledger.entries() {
        if entry.at > since && entry.state >= cap.counted && entry.is_live(now) && n < counted.len()
        {
            counted[n] = entry.offer.0;
            n += 1;
        }
    }
    let counted = &mut counted[..n];
    counted.sort_unstable();
    let limit = usize::from(cap.limit).max(1);
    for run in counted.chunk_by(|a, b| a == b).filter(|run| run.len() >= limit) {
        let Some(offer) = catalog.index_of_key(OfferKey(run[0])) else { continue };
        if eligible.contains(offer) {
            eligible.remove(offer);
            removed(cap, offer);
        }
    }
}

/// Takes all offers of a cap away.
fn take(eligible: &mut Bitset, cap: &Cap, removed: &mut impl FnMut(&Cap, OfferIndex)) {
    for offer in cap.offers.iter().filter(|o| eligible.contains(*o)) {
        removed(cap, offer);
    }
    eligible.and_not(&cap.offers);
}

/// How much of a cap is used on a ledger. Of one that counts each offer by itself: by the offer that was
/// counted most.
pub fn used(ledger: &Ledger, cap: &Cap, now: Timestamp) -> usize {
    let since = now.minus(cap.window);
    let count = |includes: &dyn Fn(&Exposure) -> bool| {
        ledger.count(now, since, cap.counted, |e| includes(e))
    };
    match cap.counts {
        Counts::EachOffer => {
            let of = |entry: &Exposure| count(&|e| e.offer == entry.offer);
            ledger.entries().iter().map(of).max().unwrap_or(0)
        }
        Counts::Offer(key) => count(&|e| e.offer == key),
        Counts::Group(group) => count(&|e| e.group == group),
        Counts::Channel(channel) => messages(ledger, cap, now, |c| c == channel),
        Counts::All => messages(ledger, cap, now, Channel::is_pushed),
    }
}

/// Messages (not offers) counted by a cap on a channel or on everything that is carried to the
/// guest.
pub fn messages(
    ledger: &Ledger,
    cap: &Cap,
    now: Timestamp,
    through: impl Fn(Channel) -> bool,
) -> usize {
    let since = now.minus(cap.window);
    let counted = |e: &&Exposure| {
        e.at > since
            && e.state >= cap.counted
            && e.is_live(now)
            && (cap.counts_transactional || !e.is_transactional)
            && e.channel.is_some_and(&through)
    };
    let entries = ledger.entries();
    entries
        .iter()
        .enumerate()
        .filter(|(_, e)| counted(e))
        .filter(|(i, e)| {
            !entries[..*i].iter().any(|earlier| counted(&earlier) && earlier.decision == e.decision)
        })
        .count()
}
