//! Any value of the domain that can be stored, for property tests.

use std::sync::Arc;

use proptest::array::uniform;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::domain::belief::{Affinity, Belief, DIM, Origin, PreferenceLevel};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::consent::{Consent, ConsentState, ConsentTable, Purpose};
use crate::domain::event::{
    Activity, DecisionRef, Event, EventKind, PartyRole, SlotPlace, SurveyAnswer, TokenFacts,
    TokenSlot,
};
use crate::domain::exposure::{Exposure, ExposureState, Ledger};
use crate::domain::guest::*;
use crate::domain::id::*;
use crate::domain::identity::Identity;
use crate::domain::money::{Currency, Money};
use crate::domain::outcome::{Outcome, Step};
use crate::domain::policy::LearningMode;
use crate::domain::presence::{Presence, Sighting, Sign};
use crate::domain::price::Membership;
use crate::domain::profile::*;
use crate::domain::reach::{ActiveHour, ActiveHours, Effect, Effects, OpenContact};
use crate::domain::record::{Body, Record};
use crate::domain::stay::{Stay, StayFacts, StayStage, StayStatus, TravelPurpose};
use crate::domain::time::{Date, DayType, Daypart, TimeContext, Timestamp};

macro_rules! catalog_id {
    ($id:ident) => {
        "[a-z0-9._-]{1,20}".prop_map(|text| $id::parse("", &text).unwrap())
    };
}

macro_rules! foreign_id {
    ($id:ident) => {
        "[^\\p{Cc}]{1,20}".prop_map(|text| $id::parse("", &text).unwrap())
    };
}

mod decision;
mod delivery;
mod fitted;
mod gesture;
mod hold;
mod identity;
mod rank;
mod rates;
mod record;
mod routing;

pub(super) use decision::decision;
pub(super) use identity::own;
pub(super) use record::record;

fn one_of<T: Copy + std::fmt::Debug + 'static>(
    from_code: fn(u8) -> Option<T>,
) -> impl Strategy<Value = T> {
    let all: Vec<T> = (0..=u8::MAX).map_while(from_code).collect();
    proptest::sample::select(all)
}

fn pick<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        8 => (0..4_000_000_000_000_000_i64).prop_map(Timestamp::from_micros),
        1 => any::<i64>().prop_map(Timestamp::from_micros),
        1 => Just(Timestamp::NEVER),
    ]
}

fn channel() -> impl Strategy<Value = Channel> {
    one_of(Channel::from_code)
}

fn channels() -> impl Strategy<Value = ChannelSet> {
    any::<u16>().prop_map(ChannelSet::from_bits)
}

fn fingerprint() -> impl Strategy<Value = Fingerprint> {
    any::<u64>().prop_map(Fingerprint)
}

fn guest_key() -> impl Strategy<Value = GuestKey> {
    any::<[u8; 16]>().prop_map(GuestKey)
}

fn decision_id() -> impl Strategy<Value = DecisionId> {
    any::<[u8; 16]>().prop_map(DecisionId)
}

fn currency() -> impl Strategy<Value = Currency> {
    pick(&["EUR", "JPY", "KWD"]).prop_map(|code| Currency::parse("", code).unwrap())
}

fn money() -> impl Strategy<Value = Money> {
    (any::<i64>(), currency()).prop_map(|(minor, currency)| Money { minor, currency })
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    vec(any::<(String, String)>(), 0..3)
}

fn consent() -> impl Strategy<Value = Consent> {
    let said = (
        one_of(Purpose::from_code),
        option::of(channel()),
        one_of(ConsentState::from_code),
        time(),
    );
    (said, any::<[String; 3]>()).prop_map(
        |((purpose, channel, state, time), [basis, text_version, source])| Consent {
            purpose,
            channel,
            state,
            time,
            basis,
            text_version,
            source,
        },
    )
}

fn floats() -> impl Strategy<Value = [f32; DIM]> {
    uniform(any::<f32>())
}

fn decision_ref() -> impl Strategy<Value = DecisionRef> {
    let place =
        || any::<(u8, u8)>().prop_map(|(proposition, slot)| SlotPlace { proposition, slot });
    let slot =
        (place(), any::<u64>(), any::<f64>()).prop_map(|(place, offer, selection_probability)| {
            TokenSlot { place, offer: OfferKey(offer), selection_probability }
        });
    let token = (time(), time(), vec(slot, 0..4))
        .prop_map(|(decided, expires, slots)| TokenFacts { decided, expires, slots });
    (decision_id(), option::of(place()), option::of(token))
        .prop_map(|(id, place, token)| DecisionRef { id, place, token })
}

fn stay_facts() -> impl Strategy<Value = StayFacts> {
    (any::<[i32; 2]>(), any::<[u8; 3]>(), any::<u16>(), any::<[String; 6]>()).prop_map(
        |(
            days,
            counts,
            lead_time_days,
            [reserved, assigned, rate_plan, segment, distribution, meal],
        )| StayFacts {
            check_in: Date(days[0]),
            check_out: Date(days[1]),
            adults: counts[0],
            children: counts[1],
            room_type_reserved: reserved,
            room_type_assigned: assigned,
            rate_plan,
            market_segment: segment,
            distribution_channel: distribution,
            lead_time_days,
            special_requests_count: counts[2],
            meal,
            purpose: TravelPurpose::from_code(counts[0] % 6),
        },
    )
}

pub(super) fn event() -> impl Strategy<Value = Event> {
    let who = (
        foreign_id!(EventId),
        foreign_id!(SourceId),
        one_of(EventKind::from_code),
        time(),
        foreign_id!(GuestId),
    );
    let place = (
        option::of(catalog_id!(PropertyId)),
        option::of(foreign_id!(ReservationId)),
        option::of(foreign_id!(RoomId)),
        option::of(channel()),
        option::of(decision_ref()),
        option::of(catalog_id!(OfferId)),
        option::of(catalog_id!(PlacementId)),
    );
    let survey = any::<(String, f32, Vec<String>)>()
        .prop_map(|(question, value, tags)| SurveyAnswer { question, value, tags });
    let activity = any::<(u16, u8)>().prop_map(|(segment, hour)| Activity { segment, hour });
    let what = (
        option::of(money()),
        option::of(money()),
        option::of(foreign_id!(EventId)),
        option::of(stay_facts()),
        option::of(survey),
        any::<Option<u8>>(),
        option::of(consent()),
        pairs(),
        (vec(identity::sighting(), 0..3), one_of(PartyRole::from_code)),
        (any::<bool>(), option::of(activity.boxed())),
        vec(hold::mark().boxed(), 0..2).boxed(),
    );
    (who.boxed(), place.boxed(), what.boxed()).prop_map(|(who, place, what)| Event {
        id: who.0,
        source: who.1,
        kind: who.2,
        time: who.3,
        guest: who.4,
        property: place.0,
        reservation: place.1,
        room: place.2,
        channel: place.3,
        decision: place.4,
        offer: place.5,
        placement: place.6,
        amount: what.0,
        cost: what.1,
        reverses: what.2,
        stay: what.3,
        survey: what.4,
        rating: what.5,
        consent: what.6,
        presence: what.8.0,
        role: what.8.1,
        is_machine: what.9.0,
        activity: what.9.1,
        attributes: what.7,
        holds: what.10,
        held_price: None,
    })
}

fn facts() -> impl Strategy<Value = GuestFacts> {
    let point = (channel(), any::<String>(), one_of(ContactState::from_code))
        .prop_map(|(channel, address, state)| ContactPoint { channel, address, state });
    let purpose = option::of(pick(&TravelPurpose::ALL));
    let labels = (
        option::of(catalog_id!(Label)),
        option::of(identity::membership()),
        vec(identity::identity(), 0..3),
        purpose,
    );
    (any::<[String; 4]>(), labels, vec(point, 0..3), pairs()).prop_map(
        |([display_name, country, locale, zone], labels, contact_points, attributes)| GuestFacts {
            display_name,
            country,
            locale,
            zone,
            segment: labels.0,
            membership: labels.1,
            identities: labels.2,
            contact_points,
            attributes,
            purpose: labels.3,
        },
    )
}

fn change() -> impl Strategy<Value = ProfileChange> {
    let replaced = option::of(facts().prop_map(Box::new));
    let said = (vec(consent(), 0..3), vec(identity::stated(), 0..3));
    (foreign_id!(GuestId), option::of(facts()), said, replaced).prop_map(
        |(guest, facts, (consents, preferences), replaced)| ProfileChange {
            guest,
            facts,
            consents,
            preferences,
            replaced,
        },
    )
}

pub(super) fn profile() -> impl Strategy<Value = Profile> {
    (change(), facts(), any::<u64>()).prop_map(|(change, facts, sequence)| Profile {
        guest: change.guest,
        sequence,
        facts,
        consents: change.consents,
        preferences: change.preferences,
    })
}

pub(super) fn outcome() -> impl Strategy<Value = Outcome> {
    (one_of(Step::from_code), any::<[bool; 6]>(), any::<i64>(), time()).prop_map(
        |(step, b, amount_minor, amount_at)| Outcome {
            step,
            declined: b[0],
            not_offered: b[1],
            reversed: b[2],
            fulfilled: b[3],
            failed: b[4],
            unsubscribed: b[5],
            amount_minor,
            amount_at,
        },
    )
}

pub(super) fn ledger() -> impl Strategy<Value = Ledger> {
    let exposure = (
        any::<(u64, u64, u32)>(),
        time(),
        time(),
        option::of(channel()),
        one_of(ExposureState::from_code),
    );
    let exposure = exposure.prop_map(|((offer, decision, group), at, expires, channel, state)| {
        let offer = OfferKey(offer);
        let is_transactional = group % 3 == 0;
        Exposure { offer, decision, at, expires, group, channel, state, is_transactional }
    });
    vec(exposure, 0..=8).prop_map(Ledger::from_entries)
}

fn open_decision() -> impl Strategy<Value = OpenDecision> {
    let slot = any::<(u64, [f32; 2], [u8; 3])>().prop_map(|(offer, numbers, small)| OpenSlot {
        offer: OfferKey(offer),
        context_log_odds: numbers[0],
        taste_weight: numbers[1],
        proposition: small[0],
        slot: small[1],
        evidence: small[2],
    });
    let context = (channel(), pick(&DayType::ALL), pick(&Daypart::ALL), any::<[f32; 2]>());
    let contact = context.prop_map(|(channel, day_type, daypart, [mean, variance])| OpenContact {
        channel,
        time: TimeContext { day_type, daypart },
        mean,
        variance,
    });
    let flags = (any::<bool>(), option::of(time()));
    (any::<[u64; 2]>(), time(), vec(slot, 0..7), option::of(contact), flags).prop_map(
        |([decision, sequence], at, slots, contact, (awaits_showing, delivered))| OpenDecision {
            decision,
            sequence,
            at,
            slots,
            contact,
            delivered,
            awaits_showing,
        },
    )
}

fn affinity() -> impl Strategy<Value = Affinity> {
    (any::<u32>(), any::<[f32; 2]>(), one_of(PreferenceLevel::from_code), one_of(Origin::from_code))
        .prop_map(|(tag, [mean, variance], level, origin)| Affinity {
            tag,
            mean,
            variance,
            level,
            origin,
        })
}

fn stay() -> impl Strategy<Value = Stay> {
    (any::<[u64; 2]>(), any::<[i32; 2]>(), any::<[u8; 2]>(), one_of(StayStatus::from_code))
        .prop_map(|([reservation, property], [from, to], [adults, children], status)| Stay {
            reservation: Fingerprint(reservation),
            property: Fingerprint(property),
            check_in: Date(from),
            check_out: Date(to),
            adults,
            children,
            status,
            purpose: TravelPurpose::from_code(adults % 6),
        })
}

fn home() -> impl Strategy<Value = Home> {
    // An empty zone or locale is not known, and is stored as such.
    let text = || option::of(".{1,12}".prop_map(|text| Arc::<str>::from(text.as_str())));
    (text(), text(), any::<[u8; 2]>()).prop_map(|(zone, locale, country)| Home {
        zone,
        locale,
        country,
    })
}

fn hours() -> impl Strategy<Value = ActiveHours> {
    let hours = (time(), proptest::collection::btree_map(0_u8..24, any::<u16>(), 1..6));
    let hours = hours.prop_map(|(updated, hours)| {
        let entries = hours.into_iter().map(|(hour, weight)| ActiveHour { weight, hour });
        ActiveHours { updated, entries: entries.collect() }
    });
    prop_oneof![Just(ActiveHours::default()), hours]
}

pub(in crate::store) fn guest() -> impl Strategy<Value = GuestState> {
    let taste = (floats(), floats(), time());
    let taste = taste.prop_map(|(mean, variance, updated)| Belief { mean, variance, updated });
    let consent = (uniform(one_of(ConsentState::from_code)), uniform(time()), channels())
        .prop_map(|(states, times, refused)| ConsentTable::from_parts(states, times, refused));
    let lists = (vec(affinity(), 0..=4), vec(stay(), 0..=4), ledger(), vec(open_decision(), 0..=3));
    let answered = (fingerprint(), any::<u64>())
        .prop_map(|(request, sequence)| AnsweredRequest { request, sequence });
    let presence = vec(identity::sighting(), 0..6).prop_map(Presence::from_iter);
    let stats =
        any::<([u64; 2], [u32; 2], i64)>().prop_map(|(long, short, paid_minor)| GuestStats {
            events: long[0],
            decisions: long[1],
            stays: short[0],
            accepts: short[1],
            paid_minor,
        });
    let effect = (-4.0_f32..4.0, any::<u16>(), any::<u8>())
        .prop_map(|(mean, share, effect)| Effect { mean, share, effect });
    let effects = (time(), any::<u16>(), vec(effect, 0..6))
        .prop_map(|(updated, contacts, entries)| Effects { updated, contacts, entries });
    let home = (
        home(),
        option::of(identity::membership()),
        option::of(identity::link()),
        vec(identity::part(), 0..4),
    );
    let personal = (hours().boxed(), option::of(pick(&TravelPurpose::ALL)));
    let under_way = (delivery::agenda(), vec(delivery::dispatch(), 0..3)).boxed();
    let broken = vec(hold::broken_promise(), 0..=4).boxed();
    let rest = (vec(answered, 0..=4), presence, stats, home, effects, personal, under_way, broken);
    let (lists, rest) = (lists.boxed(), rest.boxed());
    (any::<(u64, u16)>(), taste, consent, uniform::<_, 4>(channels()), lists, rest).prop_map(
        |(
            (sequence, segment),
            taste,
            consent,
            [reachable, bounced, masked, revoked],
            lists,
            rest,
        )| {
            GuestState {
                sequence,
                segment,
                taste,
                affinities: lists.0,
                channels: rest.4,
                hours: rest.5.0,
                purpose: rest.5.1,
                consent,
                reachable,
                bounced,
                masked,
                revoked,
                home: rest.3.0,
                membership: rest.3.1,
                stays: lists.1,
                ledger: lists.2,
                open: lists.3,
                answered: rest.0,
                presence: rest.1,
                agenda: rest.6.0,
                dispatches: rest.6.1,
                stats: rest.2,
                part_of: rest.3.2.map(Box::new),
                parts: rest.3.3,
                broken: rest.7,
            }
        },
    )
}
