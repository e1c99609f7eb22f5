//! The row of a message in the outbox: enough to find the guest and the decision again.

use prost::Message;

use crate::domain::channel::Channel;
use crate::domain::id::{BrandId, GuestKey, PropertyId};
use crate::domain::time::Timestamp;
use crate::store::StoreError;

use super::mailroom::Letter;

/// A row. Fields are added under new numbers only.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Row {
    /// The tenant.
    #[prost(string, tag = "1")]
    brand: String,
    /// Whose, 16 bytes.
    #[prost(bytes = "vec", tag = "2")]
    guest: Vec<u8>,
    /// The hotel.
    #[prost(string, tag = "3")]
    property: String,
    /// Code of the channel.
    #[prost(uint32, tag = "4")]
    channel: u32,
    /// Not before, in microseconds.
    #[prost(sint64, tag = "5")]
    not_before_micros: i64,
}

impl Row {
    /// The row of a letter.
    pub(super) fn encode_of(brand: &BrandId, letter: &Letter) -> Vec<u8> {
        let row = Self {
            brand: brand.as_str().to_owned(),
            guest: letter.guest.0.to_vec(),
            property: letter.property.as_str().to_owned(),
            channel: u32::from(letter.channel as u8),
            not_before_micros: letter.not_before.as_micros(),
        };
        row.encode_to_vec()
    }

    /// Reads a row.
    pub(super) fn read(bytes: &[u8]) -> Result<(BrandId, Letter), StoreError> {
        let broken = || StoreError::Corrupt { what: "a message of the outbox".to_owned() };
        let row = Self::decode(bytes).map_err(|_| broken())?;
        let channel = u8::try_from(row.channel).ok().and_then(Channel::from_code);
        let letter = Letter {
            guest: GuestKey(row.guest.try_into().map_err(|_| broken())?),
            property: PropertyId::parse("property", &row.property).map_err(|_| broken())?,
            channel: channel.ok_or_else(broken)?,
            not_before: Timestamp::from_micros(row.not_before_micros),
        };
        Ok((BrandId::parse("brand", &row.brand).map_err(|_| broken())?, letter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows outlive versions of the program.
    #[test]
    fn the_bytes_of_a_row_do_not_change() {
        let brand = BrandId::parse("", "demo").unwrap();
        let letter = Letter {
            guest: GuestKey([7; 16]),
            property: PropertyId::parse("", "city").unwrap(),
            channel: Channel::Sms,
            not_before: Timestamp::from_micros(-3),
        };
        let bytes = Row::encode_of(&brand, &letter);
        let golden = [
            &[0x0a, 4][..],
            b"demo",
            &[0x12, 16],
            &[7; 16],
            &[0x1a, 4],
            b"city",
            &[0x20, 1, 0x28, 5],
        ];
        assert_eq!(bytes, golden.concat());
        assert_eq!(Row::read(&bytes).unwrap(), (brand, letter));
        assert!(Row::read(&[]).is_err() && Row::read(&[0xff; 9]).is_err());
    }
}
