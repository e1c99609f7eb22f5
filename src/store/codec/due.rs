//! That a guest is due: 1 reservation, 2 minute of the day + 1. The guest stands in the key.

use crate::domain::id::{GuestKey, ReservationId};
use crate::domain::stay::Due;
use crate::store::wire::{self, Fields, Read};

use super::parts;

pub(super) fn write(out: &mut Vec<u8>, due: &Due) {
    wire::put_bytes(out, 1, due.reservation.as_ref().map_or("", ReservationId::as_str));
    wire::put_uint(out, 2, due.minute.map_or(0, |minute| u32::from(minute) + 1));
}

pub(super) fn read(guest: GuestKey, mut fields: Fields<'_>) -> Read<Due> {
    let (mut reservation, mut minute) = (None, 0_u32);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => reservation = parts::some_id(value, ReservationId::parse)?,
            2 => minute = value.uint()?,
            _ => {}
        }
    }
    let minute = minute.checked_sub(1).and_then(|minute| u16::try_from(minute).ok());
    Ok(Due { guest, reservation, minute })
}

#[cfg(test)]
mod tests {
    use crate::domain::id::{GuestKey, ReservationId};
    use crate::domain::stay::Due;
    use crate::store::codec::{read_due, write_due};

    /// Golden bytes: what is stored stays readable.
    #[test]
    fn stored_bytes_of_arrivals_do_not_change() {
        let guest = GuestKey([7; 16]);
        let reservation = ReservationId::parse("", "R 1").ok();
        let full = Due { guest, reservation, minute: Some(930) };
        let none = Due { guest, reservation: None, minute: None };
        for (due, golden) in
            [(full, &[1, 37, 0, 10, 3, 82, 32, 49, 16, 163, 7][..]), (none, &[1, 37, 0])]
        {
            let mut bytes = Vec::new();
            write_due(&mut bytes, &due);
            assert_eq!(bytes, golden);
            assert_eq!(read_due(guest, golden).unwrap(), due);
        }
    }
}
