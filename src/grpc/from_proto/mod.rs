//! From the wire to the domain: every field is checked here, once, and everything wrong is told at
//! once.
//!
//! What a caller set and this version does not act on is named and refused, never passed over in
//! silence; what an event carries beyond the domain's fields is kept with it ([`extras`]).
//! `OUTPUT_ONLY` fields of requests are ignored, as the API says.

pub(crate) mod activate;
pub(crate) mod admin;
pub(crate) mod arrivals;
pub(crate) mod batch;
pub(crate) mod catalog;
pub(crate) mod channel;
pub(crate) mod compose;
pub(crate) mod consent;
pub(crate) mod decide;
pub(crate) mod delivery;
pub(crate) mod enums;
pub(crate) mod event;
pub(crate) mod extras;
pub(crate) mod gesture;
pub(crate) mod guest;
pub(crate) mod guest_change;
pub(crate) mod insight;
pub(crate) mod merging;
pub(crate) mod message;
pub(crate) mod model;
pub(crate) mod paging;
pub(crate) mod preference;
pub(crate) mod presence;
pub(crate) mod rank;
pub(crate) mod rates;
pub(crate) mod routing;
pub(crate) mod stay;
pub(crate) mod subject;
pub(crate) mod survey;
pub(crate) mod terms;
pub(crate) mod values;
pub(crate) mod watch;
