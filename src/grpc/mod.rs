//! The gRPC edge: translates at the door and nothing else.
//!
//! ```text
//! bytes ─▶ layers::door ─▶ layers::scan ─▶ dispatch ─▶ services ─▶ from_proto ─▶ engine ─▶ to_proto ─▶ bytes
//!          room, who,      size, elements              boring      all checks             what may be seen
//!          right, deadline
//! ```
//!
//! Past [`from_proto`] everything is of the domain and right; [`to_proto`] leaves out what a
//! credential may not see, and [`guest_tokens`] all that is not for a browser. What may be called
//! with which right, and what may be seen, is read from the API's own descriptors ([`rpc`],
//! [`descriptors`]). Failures become codes in one place ([`status`]). tonic is known here, and axum
//! is not. Calls in JSON and gRPC-web have become gRPC before they come here (`gateway`).

mod card_numbers;
mod descriptors;
pub mod dispatch;
mod from_proto;
mod guest_tokens;
pub mod layers;
mod names;
mod problems;
mod rpc;
pub mod services;
mod status;
#[cfg(test)]
mod testing;
mod to_proto;

pub use dispatch::{Dispatch, SERVICES};
pub use layers::activity::{Activity, Busy};
pub use layers::credentials::{Credential, Credentials, new_key};
pub use layers::door::{Door, DoorOptions};
pub use layers::in_flight::InFlight;
pub use rpc::request_bytes_max;
pub use services::{Edge, EdgeOptions, ServerFacts, WatchOptions};
pub use status::{too_long, unreadable};
