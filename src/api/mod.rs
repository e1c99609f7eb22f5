//! The wire types of the API, generated from `proto/concierge/v1/*.proto` by `proto/build.rs`. The
//! protos are the reference: what a field means, its units, limits and defaults, and who may see
//! it, is written there. No logic lives here; wire types become domain types at the doors (`grpc`,
//! `gateway`) and go no further.

/// Version 1 of the API: the protobuf package `concierge.v1`.
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction,
    missing_docs,
    rustdoc::all,
    unreachable_pub,
    unused_qualifications,
    reason = "generated code"
)]
pub mod v1 {
    tonic::include_proto!("concierge.v1");
}

/// The encoded `google.protobuf.FileDescriptorSet` of the API and all it imports, comments and
/// custom options included: for gRPC reflection, and for whoever walks the options `visible_with`
/// and `required_right`.
pub const FILE_DESCRIPTOR_SET: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/concierge.fds.bin"));
