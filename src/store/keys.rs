//! Keys: who is meant, without saying who. And the secret they are made with.
//!
//! A guest's raw id never stands in a key, a bound or a log line: RocksDB copies keys into its
//! manifest and keeps them there long after a deletion. Keys hold 16 bytes of HMAC-SHA-256 instead,
//! keyed by the store's own secret and over `brand ‖ 0 ‖ id` (neither brands nor ids contain a zero
//! byte), so that nobody without the secret can tell whose they are, and the same guest of two
//! brands has unrelated keys.
//!
//! From the one 32-byte secret each purpose derives a key of its own, `HMAC(secret, label)`. Keyed
//! states are computed once; a key costs two SHA-256 blocks.
//!
//! | family | key |
//! |---|---|
//! | guests | kind `g` guest, `o` guest by itself, `r` reservation, `m` room ‖ brand tag u32 ‖ 16 bytes |
//! | profiles | brand tag u32 ‖ guest key |
//! | log | sequence |
//! | timeline | guest key ‖ microseconds, sign flipped ‖ sequence; who is due at a hotel on a day: 16 bytes ‖ guest key |
//! | outcomes | sequence of the decision ‖ proposition u8 ‖ slot u8 |
//! | dedupe | 16 bytes |
//! | catalog | brand ‖ 0 ‖ version u64 |
//! | models | name ‖ 0 ‖ sequence |
//! | outbox, messages | sequence ‖ index u16 |
//! | outbox, what timers are set by | `FE` ‖ brand |
//! | outbox, when to look at a guest | `FF` ‖ microseconds, sign flipped ‖ guest key ‖ nonce |
//!
//! All numbers are big-endian, so that the order of bytes is the order of numbers. The one-byte key
//! `00` of each family is its mark (see `marks`).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use xxhash_rust::xxh3::xxh3_64;

use crate::domain::id::{
    BrandId, DecisionId, EventId, Fingerprint, GuestId, GuestKey, PropertyId, RequestId, SourceId,
};
use crate::domain::time::{Date, Timestamp};

type Keyed = Hmac<Sha256>;

/// Bytes of the store's secret.
pub(super) const SECRET_BYTES: usize = 32;

/// Everything that is derived from the store's secret. Cheap to share, never shown.
#[derive(Clone)]
pub struct Pepper {
    root: Keyed,
    guests: Keyed,
    ledgers: Keyed,
    events: Keyed,
    decisions: Keyed,
    arrivals: Keyed,
}

impl Pepper {
    pub(super) fn new(secret: &[u8; SECRET_BYTES]) -> Self {
        let root = keyed(secret);
        let derived = |label: &str| keyed(&digest(&root, &[label.as_bytes()]));
        Self {
            guests: derived("guest key"),
            ledgers: derived("ledger key"),
            events: derived("event key"),
            decisions: derived("decision id"),
            arrivals: derived("arrivals key"),
            root,
        }
    }

    /// The key of a guest.
    pub fn guest(&self, brand: &BrandId, guest: &GuestId) -> GuestKey {
        let parts = [brand.as_str().as_bytes(), &[0], guest.as_str().as_bytes()];
        GuestKey(first_16(digest(&self.guests, &parts)))
    }

    /// The key of a reservation's ledger, from the fingerprint of its id, which is what decisions
    /// keep of it.
    pub fn reservation(&self, brand: &BrandId, reservation: Fingerprint) -> LedgerKey {
        let parts = [b"r", brand.as_str().as_bytes(), &[0], &reservation.0.to_be_bytes()];
        LedgerKey { kind: LedgerKind::Reservation, hash: first_16(digest(&self.ledgers, &parts)) }
    }

    /// The key of a room's ledger, likewise.
    pub fn room(&self, brand: &BrandId, property: &PropertyId, room: Fingerprint) -> LedgerKey {
        let (brand, property) = (brand.as_str().as_bytes(), property.as_str().as_bytes());
        let parts = [b"m", brand, &[0], property, &[0], &room.0.to_be_bytes()];
        LedgerKey { kind: LedgerKind::Room, hash: first_16(digest(&self.ledgers, &parts)) }
    }

    /// What the rows of those who are due at a hotel on a day begin with.
    pub(super) fn arrivals(&self, brand: &BrandId, property: &PropertyId, day: Date) -> [u8; 16] {
        let (brand, property) = (brand.as_str().as_bytes(), property.as_str().as_bytes());
        let parts = [brand, &[0], property, &[0], &day.0.to_be_bytes()];
        first_16(digest(&self.arrivals, &parts))
    }

    /// The key under which an event is remembered, so that its repetition is noticed.
    pub fn event(&self, brand: &BrandId, source: &SourceId, event: &EventId) -> DedupeKey {
        let (brand, source) = (brand.as_str().as_bytes(), source.as_str().as_bytes());
        let parts = [brand, &[0], source, &[0], event.as_str().as_bytes()];
        DedupeKey(first_16(digest(&self.events, &parts)))
    }

    /// The key under which a rank event is remembered. No source is empty, so it is no event's.
    pub fn rank(&self, brand: &BrandId, event: &str) -> DedupeKey {
        let parts = [brand.as_str().as_bytes(), &[0], &[0], event.as_bytes()];
        DedupeKey(first_16(digest(&self.events, &parts)))
    }

    /// The key under which a call about a guest's concern is remembered by its id. No rank event begins
    /// with an empty byte.
    pub fn routing(&self, brand: &BrandId, request: &RequestId) -> DedupeKey {
        let parts = [brand.as_str().as_bytes(), &[0], &[0, 0], request.as_str().as_bytes()];
        DedupeKey(first_16(digest(&self.events, &parts)))
    }

    /// The key under which the answer of a call is remembered. `parts` name the call and who made it,
    /// without empty bytes. No call about a concern begins with an empty byte.
    pub fn answer(&self, brand: &BrandId, parts: &[&str], request: &RequestId) -> DedupeKey {
        let mut all = vec![brand.as_str().as_bytes(), &[0], &[0, 0, 0]];
        for part in parts {
            all.extend([part.as_bytes(), &[0]]);
        }
        all.push(request.as_str().as_bytes());
        DedupeKey(first_16(digest(&self.events, &all)))
    }

    /// What a call says, in short.
    pub fn content(&self, bytes: &[u8]) -> u64 {
        let (first, _) = halves(first_16(digest(&self.events, &[bytes])));
        u64::from_le_bytes(first)
    }

    /// The id of the decision with this sequence. `random` comes from a stream nobody can foretell;
    /// with the secret it hides the sequence.
    pub fn decision_id(&self, random: u64, sequence: u64) -> DecisionId {
        let half = random.to_be_bytes();
        let hidden = (sequence ^ self.decision_mask(half)).to_be_bytes();
        let mut id = [0; 16];
        let (first, second) = id.split_at_mut(8);
        first.copy_from_slice(&half);
        second.copy_from_slice(&hidden);
        DecisionId(id)
    }

    /// The sequence an id hides. For an id that was made up it is any number: whoever looks there
    /// compares the id of what is found.
    pub fn decision_sequence(&self, id: DecisionId) -> u64 {
        let (half, hidden) = halves(id.0);
        u64::from_be_bytes(hidden) ^ self.decision_mask(half)
    }

    /// A key for a purpose of the layers above (signing attribution tokens), another for each
    /// label.
    pub fn signing_key(&self, label: &str) -> [u8; 32] {
        digest(&self.root, &[b"signing key ", label.as_bytes()])
    }

    /// Tells two secrets apart without showing either.
    pub(super) fn check(&self) -> u64 {
        u64::from_be_bytes(halves(first_16(digest(&self.root, &[b"check"]))).0)
    }

    fn decision_mask(&self, half: [u8; 8]) -> u64 {
        u64::from_be_bytes(halves(first_16(digest(&self.decisions, &[&half]))).0)
    }
}

// The secret must not reach a log line by way of `Debug`.
impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pepper").finish_non_exhaustive()
    }
}

fn keyed(key: &[u8; 32]) -> Keyed {
    // `new` takes a whole block; shorter keys are filled up with zeros, as HMAC has it.
    let mut block = hmac::digest::Key::<Keyed>::default();
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    Keyed::new(&block)
}

fn digest(keyed: &Keyed, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed.clone();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn first_16(digest: [u8; 32]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(digest.split_at(16).0);
    short
}

fn halves(bytes: [u8; 16]) -> ([u8; 8], [u8; 8]) {
    let whole = u128::from_be_bytes(bytes);
    let low = whole & u128::from(u64::MAX);
    let [high, low] = [whole >> 64, low].map(|half| u64::try_from(half).unwrap_or(0).to_be_bytes());
    (high, low)
}

/// Whose ledger: a reservation's or a room's (a guest's own is in the guest's state).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LedgerKind {
    /// Everybody of a reservation.
    Reservation,
    /// Everybody of a room.
    Room,
}

/// The key of a ledger that several guests share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LedgerKey {
    /// Whose.
    pub kind: LedgerKind,
    /// Keyed hash of brand and id.
    pub hash: [u8; 16],
}

/// The key of an event that was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DedupeKey(pub [u8; 16]);

/// Four bytes of a brand's hash, which keep the guests of a brand together. Two brands may share a
/// tag; their guest keys differ all the same.
pub(super) fn brand_tag(brand: &BrandId) -> [u8; 4] {
    let [a, b, c, d, ..] = xxh3_64(brand.as_str().as_bytes()).to_be_bytes();
    [a, b, c, d]
}

pub(super) fn guest_row(brand: &BrandId, guest: GuestKey) -> [u8; 21] {
    hot_row(b'g', brand, guest.0)
}

/// What a guest is by itself, while it is one with others.
pub(super) fn own_row(brand: &BrandId, guest: GuestKey) -> [u8; 21] {
    hot_row(b'o', brand, guest.0)
}

pub(super) fn ledger_row(brand: &BrandId, key: LedgerKey) -> [u8; 21] {
    let kind = match key.kind {
        LedgerKind::Reservation => b'r',
        LedgerKind::Room => b'm',
    };
    hot_row(kind, brand, key.hash)
}

fn hot_row(kind: u8, brand: &BrandId, hash: [u8; 16]) -> [u8; 21] {
    let mut row = [kind; 21];
    let (tag, key) = row[1..].split_at_mut(4);
    tag.copy_from_slice(&brand_tag(brand));
    key.copy_from_slice(&hash);
    row
}

pub(super) fn profile_row(brand: &BrandId, guest: GuestKey) -> [u8; 20] {
    let mut row = [0; 20];
    let (tag, key) = row.split_at_mut(4);
    tag.copy_from_slice(&brand_tag(brand));
    key.copy_from_slice(&guest.0);
    row
}

pub(super) fn log_row(sequence: u64) -> [u8; 8] {
    sequence.to_be_bytes()
}

pub(super) fn arrival_row(day: [u8; 16], guest: GuestKey) -> [u8; 32] {
    let mut row = [0; 32];
    let (first, second) = row.split_at_mut(16);
    first.copy_from_slice(&day);
    second.copy_from_slice(&guest.0);
    row
}

/// The guest in the key of an arrival.
pub(super) fn arriving_guest(row: &[u8]) -> Option<GuestKey> {
    row.get(16..).and_then(|guest| guest.try_into().ok()).map(GuestKey)
}

pub(super) fn timeline_row(guest: GuestKey, time: Timestamp, sequence: u64) -> [u8; 32] {
    let mut row = [0; 32];
    let (key, rest) = row.split_at_mut(16);
    let (at, place) = rest.split_at_mut(8);
    key.copy_from_slice(&guest.0);
    at.copy_from_slice(&ordered(time));
    place.copy_from_slice(&sequence.to_be_bytes());
    row
}

/// The moment and the sequence in a timeline key.
pub(super) fn timeline_place(row: &[u8]) -> Option<(Timestamp, u64)> {
    let (at, place) = row.get(16..)?.split_at_checked(8)?;
    let at = u64::from_be_bytes(at.try_into().ok()?) ^ (1 << 63);
    Some((Timestamp::from_micros(at.cast_signed()), u64::from_be_bytes(place.try_into().ok()?)))
}

/// Bytes that sort as the moments do, those before 1970 included.
fn ordered(time: Timestamp) -> [u8; 8] {
    (time.as_micros().cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

pub(super) fn outcome_row(decision: u64, proposition: u8, slot: u8) -> [u8; 10] {
    let mut row = [0; 10];
    let (place, rest) = row.split_at_mut(8);
    place.copy_from_slice(&decision.to_be_bytes());
    rest.copy_from_slice(&[proposition, slot]);
    row
}

pub(super) fn outbox_row(sequence: u64, index: u16) -> [u8; 10] {
    let mut row = [0; 10];
    let (place, rest) = row.split_at_mut(8);
    place.copy_from_slice(&sequence.to_be_bytes());
    rest.copy_from_slice(&index.to_be_bytes());
    row
}

/// The sequence and the index in a key of the outbox.
pub(super) fn outbox_place(row: &[u8]) -> Option<(u64, u16)> {
    let (place, index) = row.split_first_chunk()?;
    Some((u64::from_be_bytes(*place), u16::from_be_bytes(index.try_into().ok()?)))
}

/// First byte of what is not a message: no sequence gets there.
const SET_BY: u8 = 0xfe;
const WAKE: u8 = 0xff;

/// Where the messages of the outbox end.
pub(super) const OUTBOX_END: [u8; 1] = [SET_BY];

/// What the timers of a brand are set by.
pub(super) fn set_by_row(brand: &BrandId) -> Vec<u8> {
    [&[SET_BY], brand.as_str().as_bytes()].concat()
}

/// When to look at a guest. The nonce tells rows of one moment apart.
pub(super) fn wake_row(wake: Timestamp, guest: GuestKey, nonce: u64) -> [u8; 33] {
    let mut row = [WAKE; 33];
    let (at, rest) = row[1..].split_at_mut(8);
    let (key, number) = rest.split_at_mut(16);
    at.copy_from_slice(&ordered(wake));
    key.copy_from_slice(&guest.0);
    number.copy_from_slice(&nonce.to_be_bytes());
    row
}

/// The moment, the guest and the nonce in such a key.
pub(super) fn wake_place(row: &[u8]) -> Option<(Timestamp, GuestKey, u64)> {
    let (at, rest) = row.get(1..)?.split_first_chunk()?;
    let (guest, nonce) = rest.split_first_chunk()?;
    let at = u64::from_be_bytes(*at) ^ (1 << 63);
    let nonce = u64::from_be_bytes(nonce.try_into().ok()?);
    Some((Timestamp::from_micros(at.cast_signed()), GuestKey(*guest), nonce))
}

/// `name ‖ 0 ‖ number`, for catalogs (brand, version) and checkpoints (name, sequence).
pub(super) fn named_row(name: &str, number: u64) -> Vec<u8> {
    let mut row = Vec::with_capacity(name.len() + 9);
    row.extend_from_slice(name.as_bytes());
    row.push(0);
    row.extend_from_slice(&number.to_be_bytes());
    row
}

/// The last eight bytes of a key as a number.
pub(super) fn trailing_number(row: &[u8]) -> Option<u64> {
    row.last_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pepper() -> Pepper {
        Pepper::new(&[7; SECRET_BYTES])
    }

    fn brand(name: &str) -> BrandId {
        BrandId::parse("brand", name).unwrap()
    }

    fn guest(id: &str) -> GuestId {
        GuestId::parse("guest", id).unwrap()
    }

    #[test]
    fn one_guest_has_one_key_and_two_brands_never_share_it() {
        let (aurora, boreal) = (brand("aurora"), brand("boreal"));
        assert_eq!(pepper().guest(&aurora, &guest("g-1")), pepper().guest(&aurora, &guest("g-1")));
        assert_ne!(pepper().guest(&aurora, &guest("g-1")), pepper().guest(&boreal, &guest("g-1")));
        assert_ne!(
            pepper().guest(&brand("ab"), &guest("c")),
            pepper().guest(&brand("a"), &guest("bc"))
        );
        let other = Pepper::new(&[8; SECRET_BYTES]);
        assert_ne!(pepper().guest(&aurora, &guest("g-1")), other.guest(&aurora, &guest("g-1")));
    }

    /// A changed derivation would orphan every stored guest. The numbers come from another
    /// implementation of HMAC.
    #[test]
    fn keys_do_not_change_between_versions() {
        let key = pepper().guest(&brand("aurora"), &guest("g-1"));
        assert_eq!(u128::from_be_bytes(key.0), GOLDEN_GUEST, "{:#x}", u128::from_be_bytes(key.0));
        let id = pepper().decision_id(1, 1);
        assert_eq!(u128::from_be_bytes(id.0), GOLDEN_DECISION, "{:#x}", u128::from_be_bytes(id.0));
    }

    const GOLDEN_GUEST: u128 = 0xb24c_d0a4_0dd8_3509_a6a9_8144_5788_7b94;
    const GOLDEN_DECISION: u128 = 0x0000_0000_0000_0001_65e8_2713_e640_8cb1;

    #[test]
    fn a_decision_id_gives_its_sequence_back_and_hides_it() {
        let pepper = pepper();
        for sequence in [0, 1, 77, u64::MAX] {
            for random in [0, 1, u64::MAX] {
                let id = pepper.decision_id(random, sequence);
                assert_eq!(pepper.decision_sequence(id), sequence);
                assert_eq!(crate::domain::decision::short_of(id), random);
            }
        }
        let (a, b) = (pepper.decision_id(1, 10).0, pepper.decision_id(2, 11).0);
        assert_ne!(a[8..15], b[8..15]);
    }

    #[test]
    fn labels_give_unrelated_keys() {
        assert_ne!(pepper().signing_key("token"), pepper().signing_key("cursor"));
    }

    #[test]
    fn wakes_sort_by_time_behind_all_messages() {
        let row =
            |micros, nonce| wake_row(Timestamp::from_micros(micros), GuestKey([1; 16]), nonce);
        let rows = [row(-1, 9), row(0, 1), row(0, 2), row(1, 0)];
        assert!(rows.is_sorted());
        let place = (Timestamp::from_micros(-1), GuestKey([1; 16]), 9);
        assert_eq!(wake_place(&rows[0]), Some(place));
        assert_eq!(wake_place(b"short"), None);
        assert!(outbox_row(1 << 55, u16::MAX)[..] < OUTBOX_END[..]);
        assert!(rows[0][..] > set_by_row(&brand("zebra"))[..]);
    }

    #[test]
    fn timeline_keys_sort_by_time_then_sequence() {
        let row = |micros, sequence| {
            timeline_row(GuestKey([1; 16]), Timestamp::from_micros(micros), sequence)
        };
        let rows =
            [row(i64::MIN, 9), row(-1, 8), row(0, 1), row(0, 2), row(1, 0), row(i64::MAX, 0)];
        assert!(rows.is_sorted());
        assert_eq!(timeline_place(&rows[1]), Some((Timestamp::from_micros(-1), 8)));
        assert_eq!(timeline_place(b"short"), None);
    }
}
