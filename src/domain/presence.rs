//! What is known of a guest right now: signs, each with who saw it, when, and until when it is
//! believed.
//!
//! One sighting of each sign is kept, the newest by when it was observed: one that is older changes
//! nothing, however late it comes. A sign that ended stays as an end, so that a late word of its
//! beginning does not bring it back.
//!
//! | sign | believed without a word of its end | surface it opens | in the house |
//! |---|---|---|---|
//! | app in front | 15 min | `IN_APP` | |
//! | web open | 15 min | `WEB` | |
//! | at the desk | 10 min | `FRONT_DESK` | yes |
//! | at a kiosk | 10 min | `KIOSK` | yes |
//! | on the room device | 15 min | `IN_ROOM_DEVICE` | yes |
//! | on the Wi-Fi | 15 min | | yes |
//! | key used | 2 h | | yes |
//! | on a call with us | 30 min | `PHONE` | |
//! | do not disturb | 8 h | | |

use std::sync::Arc;
use std::time::Duration;

use super::channel::Channel;
use super::id::Fingerprint;
use super::time::Timestamp;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// Something that can be seen of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Sign {
    /// The hotel's app is open and in front.
    AppInFront,
    /// The hotel's web pages are open.
    WebOpen,
    /// The guest stands at the front desk.
    AtDesk,
    /// The guest uses a kiosk.
    AtKiosk,
    /// The guest uses television or tablet of the room.
    OnRoomDevice,
    /// The guest's device is on the hotel's Wi-Fi.
    OnWifi,
    /// The guest's key opened a door.
    KeyUsed,
    /// The guest talks with us on the telephone.
    OnCall,
    /// The guest wants to be left alone.
    DoNotDisturb,
}

impl Sign {
    /// All of them, in code order.
    pub const ALL: [Self; 9] = [
        Self::AppInFront,
        Self::WebOpen,
        Self::AtDesk,
        Self::AtKiosk,
        Self::OnRoomDevice,
        Self::OnWifi,
        Self::KeyUsed,
        Self::OnCall,
        Self::DoNotDisturb,
    ];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The sign of a code (its position in [`Self::ALL`]).
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// How long it is believed where its source does not say.
    pub fn believed(self) -> Duration {
        match self {
            Self::AppInFront | Self::WebOpen | Self::OnRoomDevice | Self::OnWifi => 15 * MINUTE,
            Self::AtDesk | Self::AtKiosk => 10 * MINUTE,
            Self::KeyUsed => 2 * HOUR,
            Self::OnCall => 30 * MINUTE,
            Self::DoNotDisturb => 8 * HOUR,
        }
    }

    /// The longest it is believed, whatever its source says.
    pub fn longest(self) -> Duration {
        if self == Self::DoNotDisturb { 30 * 24 * HOUR } else { 24 * HOUR }
    }

    /// The channel that is open while it lasts.
    pub fn surface(self) -> Option<Channel> {
        match self {
            Self::AppInFront => Some(Channel::InApp),
            Self::WebOpen => Some(Channel::Web),
            Self::AtDesk => Some(Channel::FrontDesk),
            Self::AtKiosk => Some(Channel::Kiosk),
            Self::OnRoomDevice => Some(Channel::InRoomDevice),
            Self::OnCall => Some(Channel::Phone),
            Self::OnWifi | Self::KeyUsed | Self::DoNotDisturb => None,
        }
    }

    /// The sign that a guest can be reached on a channel at this moment; `None` for channels that
    /// reach a guest at any moment.
    pub fn of_surface(channel: Channel) -> Option<Self> {
        Self::ALL.into_iter().find(|sign| sign.surface() == Some(channel))
    }

    /// Is who shows it in the house?
    pub fn is_in_the_house(self) -> bool {
        matches!(
            self,
            Self::AtDesk | Self::AtKiosk | Self::OnRoomDevice | Self::OnWifi | Self::KeyUsed
        )
    }

    /// Does keeping it need the consent to presence? Leaving somebody alone does not.
    pub fn needs_consent(self) -> bool {
        self != Self::DoNotDisturb
    }
}

/// A sign as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// What was seen.
    pub sign: Sign,
    /// By which system.
    pub source: Arc<str>,
    /// At which hotel; `None`: it says nothing of a place.
    pub property: Option<Fingerprint>,
    /// When.
    pub seen: Timestamp,
    /// Until when it is believed; not after `seen` where it had ended then.
    pub until: Timestamp,
}

impl Sighting {
    /// Is it believed at a moment?
    pub fn is_current(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// The last moment at which it is believed.
    fn last(&self) -> Timestamp {
        Timestamp::from_micros(self.until.as_micros().saturating_sub(1))
    }
}

/// What is known of a guest right now: at most a sighting of each sign, in order of the signs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Presence {
    sightings: Vec<Sighting>,
}

impl Presence {
    /// Nothing seen.
    pub const NONE: Self = Self { sightings: Vec::new() };

    /// Takes a sighting in. Returns whether it was news: one that is older than what is known of its
    /// sign is not.
    pub fn see(&mut self, sighting: Sighting) -> bool {
        match self.sightings.binary_search_by_key(&sighting.sign, |known| known.sign) {
            Ok(at) if sighting.seen < self.sightings[at].seen => false,
            Ok(at) => {
                self.sightings[at] = sighting;
                true
            }
            Err(at) => {
                self.sightings.reserve_exact(1);
                self.sightings.insert(at, sighting);
                true
            }
        }
    }

    /// Every sighting kept, ended ones too.
    pub fn sightings(&self) -> &[Sighting] {
        &self.sightings
    }

    /// The sightings believed at a moment.
    pub fn current(&self, now: Timestamp) -> impl Iterator<Item = &Sighting> {
        self.sightings.iter().filter(move |sighting| sighting.is_current(now))
    }

    /// The last moment at which a sign is believed at a hotel; `None` where it is not now.
    pub fn until(&self, sign: Sign, hotel: Fingerprint, now: Timestamp) -> Option<Timestamp> {
        let mut here = self.current(now).filter(|s| s.property.is_none_or(|p| p == hotel));
        here.find(|s| s.sign == sign).map(Sighting::last)
    }

    /// The last moment at which the guest is believed to be in a house; `None`: not known to be.
    pub fn in_house_until(&self, hotel: Fingerprint, now: Timestamp) -> Option<Timestamp> {
        let signs = Sign::ALL.into_iter().filter(|sign| sign.is_in_the_house());
        signs.filter_map(|sign| self.until(sign, hotel, now)).max()
    }

    /// Until when the guest wants to be left alone, wherever that was said.
    pub fn quiet_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.current(now).find(|s| s.sign == Sign::DoNotDisturb).map(Sighting::last)
    }

    /// The next moment at which something is believed no more.
    pub fn next_end(&self, now: Timestamp) -> Option<Timestamp> {
        self.current(now).map(|sighting| sighting.until).min()
    }

    /// Forgets all that may be kept only with the consent to presence.
    pub fn forget_what_needs_consent(&mut self) {
        self.sightings.retain(|sighting| !sighting.sign.needs_consent());
    }

    /// Bytes of the list.
    pub fn list_bytes(&self) -> usize {
        let sources: usize = self.sightings.iter().map(|s| s.source.len() + 16).sum();
        self.sightings.capacity() * size_of::<Sighting>() + sources
    }
}

impl FromIterator<Sighting> for Presence {
    fn from_iter<I: IntoIterator<Item = Sighting>>(sightings: I) -> Self {
        let mut presence = Self::NONE;
        for sighting in sightings {
            presence.see(sighting);
        }
        presence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Fingerprint = Fingerprint(1);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    fn seen(sign: Sign, from: i64, until: i64) -> Sighting {
        Sighting {
            sign,
            source: "test".into(),
            property: Some(HERE),
            seen: at(from),
            until: at(until),
        }
    }

    #[test]
    fn the_newest_sighting_of_a_sign_counts_whatever_comes_last() {
        let mut presence = Presence::default();
        assert!(presence.see(seen(Sign::AppInFront, 10, 100)));
        // It went to the background at 20; that it was in front at 15 is heard later.
        assert!(presence.see(seen(Sign::AppInFront, 20, 20)));
        assert!(!presence.see(seen(Sign::AppInFront, 15, 100)));
        assert_eq!(presence.until(Sign::AppInFront, HERE, at(30)), None);
        assert!(presence.see(seen(Sign::AppInFront, 40, 100)));
        assert_eq!(
            presence.until(Sign::AppInFront, HERE, at(50)),
            Some(at(100).minus(Duration::from_micros(1)))
        );
        assert_eq!(presence.sightings().len(), 1);
    }

    #[test]
    fn each_sign_ends_by_itself_and_at_its_own_hotel() {
        let presence: Presence =
            [seen(Sign::KeyUsed, 0, 7_200), seen(Sign::AtDesk, 0, 600)].into_iter().collect();
        assert_eq!(presence.current(at(599)).count(), 2);
        assert_eq!(presence.current(at(600)).count(), 1);
        assert_eq!(presence.next_end(at(0)), Some(at(600)));
        assert_eq!(presence.next_end(at(600)), Some(at(7_200)));
        assert_eq!(presence.next_end(at(7_200)), None);
        assert!(presence.in_house_until(HERE, at(1_000)).is_some());
        assert_eq!(presence.in_house_until(Fingerprint(2), at(1_000)), None);
    }

    #[test]
    fn every_surface_has_one_sign() {
        for channel in Channel::ALL {
            let signs = Sign::ALL.into_iter().filter(|sign| sign.surface() == Some(channel));
            let expected = usize::from(!channel.is_pushed() || channel == Channel::Phone);
            assert_eq!(signs.count(), expected, "{channel}");
        }
        for (code, sign) in (0..).zip(Sign::ALL) {
            assert_eq!(Sign::from_code(code), Some(sign));
            assert!(sign.believed() <= sign.longest());
        }
    }
}
