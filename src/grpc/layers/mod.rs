//! What stands between the wire and the services, around all of them: one door ([`door::Door`])
//! that asks who calls, whether there is room, and how long it may take; and a scan of the wire
//! ([`scan`]) that keeps a small message from growing large.
//!
//! Order: room (shed) → credential → right → pace → deadline → size and elements → decoding. All but
//! the last two happen before a byte of the request is read. On the way back an answer to a guest
//! token loses what is not for browsers ([`projected`]).

pub mod activity;
pub(crate) mod calls;
pub mod credentials;
pub mod door;
pub mod in_flight;
pub(crate) mod pace;
pub(crate) mod projected;
pub mod refused;
pub mod scan;
pub(crate) mod timeout;
