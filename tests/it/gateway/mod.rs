//! The gateway through the real server: every call as gRPC, gRPC-web and JSON gives one answer, its
//! description is true, and browsers, caches and streams get what they ask for.

mod browsers;
mod bundle_rows;
mod callers;
mod description;
mod desk;
mod faces;
mod gesture_rows;
mod hosted;
mod http1;
mod joining;
mod json_edges;
mod messages;
mod outbox_rows;
mod rank_rows;
mod rate_rows;
mod routing_rows;
mod seen;
mod segment_rows;
mod streams;
mod table;
