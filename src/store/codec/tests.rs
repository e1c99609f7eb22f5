//! What is written is read back, bit by bit; what was written by earlier versions too; and nothing
//! else is.

use std::fmt::Debug;

use proptest::prelude::*;

use super::*;
use crate::domain::presence::Sign;
use crate::store::codec::{
    bid_samples, contact_samples, fitted_samples, rate_samples, routing_samples, samples,
    strategies as any_of,
};
use crate::store::files::hex;

fn bytes_of(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes);
    bytes
}

/// Equal, and equal bit by bit: writing again gives the same bytes.
fn check<T: PartialEq + Debug>(
    value: &T,
    write: fn(&mut Vec<u8>, &T),
    read: impl Fn(&[u8]) -> Result<T, StoreError>,
) -> Result<(), TestCaseError> {
    let bytes = bytes_of(|out| write(out, value));
    let back = read(&bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&back, value);
    prop_assert_eq!(bytes_of(|out| write(out, &back)), bytes);
    Ok(())
}

fn read_some_record(sequence: u64) -> impl Fn(&[u8]) -> Result<Record, StoreError> {
    move |bytes| Ok(read_record(sequence, bytes)?.expect("a record that says something"))
}

proptest! {
    #[test]
    fn records_round_trip(record in any_of::record()) {
        check(&record, write_record, read_some_record(record.sequence))?;
    }

    #[test]
    fn guests_round_trip(guest in any_of::guest()) {
        check(&guest, write_guest, read_guest)?;
    }

    #[test]
    fn profiles_round_trip(profile in any_of::profile()) {
        check(&profile, write_profile, read_profile)?;
    }

    #[test]
    fn what_is_a_guests_own_round_trips(own in any_of::own()) {
        check(&own, write_own, read_own)?;
    }

    #[test]
    fn outcomes_and_ledgers_round_trip(outcome in any_of::outcome(), ledger in any_of::ledger()) {
        check(&outcome, write_outcome, read_outcome)?;
        check(&ledger, write_ledger, read_ledger)?;
    }

    /// Bytes from anywhere are refused or read, but never a panic; and an empty message is no
    /// guest.
    #[test]
    fn any_bytes_are_read_or_refused(kind in 0_u8..40, message in prop::collection::vec(any::<u8>(), 0..300)) {
        let bytes = [&[FORMAT, kind, UNSEALED][..], &message].concat();
        drop((read_record(1, &bytes), read_profile(&bytes), read_outcome(&bytes), read_ledger(&bytes)));
        drop(read_guest(&bytes));
    }

    /// A stored value with bytes changed or cut off: likewise, on the paths arbitrary bytes seldom
    /// reach.
    #[test]
    fn damaged_bytes_are_read_or_refused(
        record in any_of::record(),
        guest in any_of::guest(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        for mut bytes in [bytes_of(|out| write_record(out, &record)), bytes_of(|out| write_guest(out, &guest))] {
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            drop((read_record(1, &bytes), read_guest(&bytes)));
            bytes.truncate(cut.index(bytes.len()));
            drop((read_record(1, &bytes), read_guest(&bytes)));
        }
    }

    #[test]
    fn fields_of_later_versions_are_passed_over(guest in any_of::guest(), unknown in any::<Vec<u8>>()) {
        let mut bytes = bytes_of(|out| write_guest(out, &guest));
        wire::always_bytes(&mut bytes, 500, &unknown);
        wire::always_uint(&mut bytes, 501, 7_u8);
        prop_assert_eq!(read_guest(&bytes).unwrap(), guest);
    }
}

#[test]
fn a_newer_format_is_named_and_refused() {
    for bytes in [&[2, KIND_GUEST, 0][..], &[255, 99, 9, 1, 2, 3]] {
        let found = u32::from(bytes[0]);
        assert!(
            matches!(read_guest(bytes), Err(StoreError::TooNew { found: f, known: 1, .. }) if f == found)
        );
        assert!(matches!(read_record(1, bytes), Err(StoreError::TooNew { .. })));
    }
}

/// An empty guest is the one answer that must never come of damage: caps and consents would be
/// gone.
#[test]
fn nothing_is_no_guest() {
    let empty: &[&[u8]] = &[
        &[],
        &[1],
        &[1, KIND_GUEST, 0],
        &[1, KIND_LEDGER, 0],
        &[1, KIND_GUEST, 1],
        &[0, KIND_GUEST, 0],
        &[0; 200],
    ];
    for bytes in empty {
        assert!(matches!(read_guest(bytes), Err(StoreError::Corrupt { .. })), "{bytes:?}");
    }
    assert!(matches!(read_profile(&[1, KIND_PROFILE, 0]), Err(StoreError::Corrupt { .. })));
    assert!(matches!(read_outcome(&[1, KIND_OUTCOME, 0]), Err(StoreError::Corrupt { .. })));
    for kind in RecordKind::Decision as u8..=RecordKind::ModeSet as u8 {
        assert!(
            matches!(read_record(1, &[1, kind, 0]), Err(StoreError::Corrupt { .. })),
            "kind {kind}"
        );
    }
    assert_eq!(read_record(1, &bytes_of(write_void)).unwrap(), None);
}

/// Golden bytes, a line a value. `CONCIERGE_WRITE_GOLDEN=<folder>` writes those of this version in
/// their place.
fn check_golden<T: PartialEq + Debug>(
    name: &str,
    golden: &str,
    values: &[T],
    write: fn(&mut Vec<u8>, &T),
    read: impl Fn(&[u8]) -> Result<T, StoreError>,
) {
    let lines: Vec<String> =
        values.iter().map(|value| hex(&bytes_of(|out| write(out, value)))).collect();
    if let Some(folder) = std::env::var_os("CONCIERGE_WRITE_GOLDEN") {
        let path = std::path::Path::new(&folder).join(name);
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
        return;
    }
    assert_eq!(golden.lines().count(), values.len(), "{name}");
    for ((value, line), expected) in values.iter().zip(lines).zip(golden.lines()) {
        assert_eq!(line, expected, "{name}: the stored bytes of {value:?} have changed");
        assert_eq!(&read(&unhex(expected)).unwrap(), value, "{name}");
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// A guest stored before presence had signs: what was known then is still believed until its end.
#[test]
fn presence_of_before_signs_is_read() {
    let stored = include_str!("golden/guest_before_signs.hex");
    let guest = read_guest(&unhex(stored.trim())).unwrap();
    let signs: Vec<Sign> = guest.presence.sightings().iter().map(|s| s.sign).collect();
    let expected = [
        Sign::AppInFront,
        Sign::WebOpen,
        Sign::AtDesk,
        Sign::AtKiosk,
        Sign::OnRoomDevice,
        Sign::DoNotDisturb,
    ];
    assert_eq!(signs, expected);
    let ends = samples::guest().presence.sightings()[0].until;
    assert!(guest.presence.sightings().iter().all(|s| s.until == ends && s.source.is_empty()));
}

#[test]
fn stored_bytes_do_not_change() {
    let read_record = read_some_record(samples::SEQUENCE);
    let records = include_str!("golden/record.hex");
    check_golden("record.hex", records, &samples::records(), write_record, read_record);
    let records = include_str!("golden/contact_record.hex");
    let read_record = read_some_record(samples::SEQUENCE);
    let values = contact_samples::records();
    check_golden("contact_record.hex", records, &values, write_record, read_record);
    let records = include_str!("golden/rate_record.hex");
    let read_record = read_some_record(samples::SEQUENCE);
    let values = rate_samples::records();
    check_golden("rate_record.hex", records, &values, write_record, read_record);
    let records = include_str!("golden/routing_record.hex");
    let read_record = read_some_record(samples::SEQUENCE);
    let values = routing_samples::records();
    check_golden("routing_record.hex", records, &values, write_record, read_record);
    let guests = include_str!("golden/contact_guest.hex");
    let value = [contact_samples::guest()];
    check_golden("contact_guest.hex", guests, &value, write_guest, read_guest);
    let guests = include_str!("golden/guest.hex");
    let some = [samples::guest(), identity_samples::merged(), identity_samples::moved()];
    check_golden("guest.hex", guests, &some, write_guest, read_guest);
    let owns = include_str!("golden/own.hex");
    check_golden("own.hex", owns, &[identity_samples::own()], write_own, read_own);
    let profiles = include_str!("golden/profile.hex");
    check_golden("profile.hex", profiles, &[samples::profile()], write_profile, read_profile);
    let outcomes = include_str!("golden/outcome.hex");
    check_golden("outcome.hex", outcomes, &[samples::outcome()], write_outcome, read_outcome);
    let ledgers = include_str!("golden/ledger.hex");
    check_golden("ledger.hex", ledgers, &[samples::ledger()], write_ledger, read_ledger);
}

#[test]
fn stored_bytes_of_bids_do_not_change() {
    let read_record = read_some_record(samples::SEQUENCE);
    let records = include_str!("golden/bid_record.hex");
    check_golden("bid_record.hex", records, &bid_samples::records(), write_record, read_record);
}

#[test]
fn stored_bytes_of_holds_do_not_change() {
    let read_record = read_some_record(samples::SEQUENCE);
    let records = include_str!("golden/hold.hex");
    check_golden("hold.hex", records, &[hold_samples::holding()], write_record, read_record);
    let records = include_str!("golden/promised.hex");
    let read_record = read_some_record(samples::SEQUENCE);
    check_golden("promised.hex", records, &[hold_samples::promised()], write_record, read_record);
    let guests = include_str!("golden/guest_let_down.hex");
    check_golden(
        "guest_let_down.hex",
        guests,
        &[hold_samples::let_down()],
        write_guest,
        read_guest,
    );
}

#[test]
fn stored_bytes_of_gestures_do_not_change() {
    let read_record = read_some_record(samples::SEQUENCE);
    let records = include_str!("golden/gesture_record.hex");
    let values = gesture_samples::records();
    check_golden("gesture_record.hex", records, &values, write_record, read_record);
}

#[test]
fn stored_bytes_of_fits_do_not_change() {
    let read_record = read_some_record(samples::SEQUENCE);
    let records = include_str!("golden/fitted_record.hex");
    let values = fitted_samples::records();
    check_golden("fitted_record.hex", records, &values, write_record, read_record);
}
