//! Protobuf's wire format, written straight into a buffer and read straight into domain types.
//!
//! Records are written under a guest's lock, thousands of times a second, so nothing is copied into
//! message structs first. The bytes are plain protobuf: `protoc --decode_raw` reads them. Field
//! numbers are listed beside each codec.
//!
//! As in proto3, zeros and empty texts are left out by the `put_*` functions; `always_*` write
//! them, for values whose presence means something. Unknown fields are passed over when reading.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub(super) use read::{Fields, Malformed, Read, Row, Value};
pub(super) use write::{
    always_bytes, always_fixed, always_uint, message, put_bytes, put_distances, put_double,
    put_factor, put_rows, put_sint, put_uint, row,
};

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const LENGTH: u32 = 2;
const FIXED32: u32 = 5;
