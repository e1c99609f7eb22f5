//! The gRPC edge.
mod card_numbers;
mod descriptors;
pub mod layers;
mod rpc;
mod dates;
mod from_proto;
mod names;
mod problems;
mod status;
#[cfg(test)]
mod testing;
mod to_proto;
