//! Words and rules of the hotel's side of the world: ids, money, time, guests, offers, decisions,
//! events.
//!
//! Pure: no I/O, no async, no serde, no clock, no logging. Everything above speaks these types;
//! what comes from outside is checked once, at the door, and is right from here on. The glossary:
//!
//! | word | type |
//! |---|---|
//! | brand, property, guest, offer … | [`id`] |
//! | money in minor units | [`money::Money`] |
//! | moment, time context | [`time`] |
//! | channel, set of channels | [`channel`] |
//! | stay stage, stay | [`stay`] |
//! | offer, treatment, placement, policies | [`offer`], [`policy`] |
//! | published prices and their conditions | [`price`] |
//! | what is known of a guest | [`guest::GuestState`] |
//! | whose number that is, who is part of whom | [`identity`] |
//! | what the house gives for nothing, and why | [`gesture::GestureChoice`] |
//! | what a guest has been worth so far | [`guest_value::ValueTier`] |
//! | what may be spent on promotions | [`budget::Budget`] |
//! | what a unit of a scarce offer is worth to others | [`ration`] |
//! | taste | [`belief::Belief`] |
//! | what is known right now | [`presence::Presence`] |
//! | exposures, caps | [`exposure`] |
//! | decision and its parts | [`decision`] |
//! | experiments, holdout | [`experiment`] |
//! | a message on its way, the moments of a stay | [`delivery`], [`lifecycle`] |
//! | event, outcome | [`event`], [`outcome`] |
//! | a rank of free actions, its reward | [`rank`] |
//! | what was fitted to guests: their value, their groups | [`value`] |
//! | who may ask what | [`scope::Scope`] |
//! | what must always hold | [`invariants`] |

pub mod belief;
pub mod budget;
pub mod channel;
pub mod complement;
pub mod consent;
pub mod date;
pub mod decision;
pub mod delivery;
pub mod event;
pub mod experiment;
pub mod exposure;
pub mod gesture;
pub mod guarantee;
pub mod guest;
pub mod guest_value;
pub mod held_price;
pub mod hold;
pub mod id;
pub mod identity;
pub mod invalid;
pub mod invariants;
pub mod lifecycle;
pub mod money;
pub mod offer;
pub mod outcome;
pub mod policy;
pub mod presence;
pub mod price;
pub mod profile;
pub mod quote;
pub mod rank;
pub mod rate;
pub mod ration;
pub mod reach;
pub mod reason;
pub mod record;
pub mod removal;
pub mod request;
pub mod routing;
pub mod scope;
pub mod score;
pub mod stay;
pub mod survey;
pub mod time;
pub mod value;
pub mod zone;
