//! Ways to reach a guest, and sets of them.

use std::fmt;

/// A way to reach a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Channel {
    /// E-mail.
    Email,
    /// Text message.
    Sms,
    /// Push notification of the hotel's app.
    AppPush,
    /// Inside the hotel's app, while it is open.
    InApp,
    /// The hotel's web pages, while they are open.
    Web,
    /// WeChat.
    WeChat,
    /// WhatsApp.
    WhatsApp,
    /// A telephone call by staff.
    Phone,
    /// Staff at the front desk.
    FrontDesk,
    /// A self-service kiosk.
    Kiosk,
    /// Television or tablet in the room.
    InRoomDevice,
    /// A letter.
    Postal,
}

impl Channel {
    /// All of them, in code order.
    pub const ALL: [Self; 12] = [
        Self::Email,
        Self::Sms,
        Self::AppPush,
        Self::InApp,
        Self::Web,
        Self::WeChat,
        Self::WhatsApp,
        Self::Phone,
        Self::FrontDesk,
        Self::Kiosk,
        Self::InRoomDevice,
        Self::Postal,
    ];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Its name on the wire, in files and on screens.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
            Self::AppPush => "APP_PUSH",
            Self::InApp => "IN_APP",
            Self::Web => "WEB",
            Self::WeChat => "WECHAT",
            Self::WhatsApp => "WHATSAPP",
            Self::Phone => "PHONE",
            Self::FrontDesk => "FRONT_DESK",
            Self::Kiosk => "KIOSK",
            Self::InRoomDevice => "IN_ROOM_DEVICE",
            Self::Postal => "POSTAL",
        }
    }

    /// The channel of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }

    /// The channel of a code (its position in [`Self::ALL`]).
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// As an index of arrays of [`Self::COUNT`].
    pub fn at(self) -> usize {
        self as usize
    }

    /// True where a message is carried to the guest wherever they are (quiet hours and addresses
    /// apply), false where the guest has come to the surface.
    pub fn is_pushed(self) -> bool {
        match self {
            Self::Email
            | Self::Sms
            | Self::AppPush
            | Self::WeChat
            | Self::WhatsApp
            | Self::Phone
            | Self::Postal => true,
            Self::InApp | Self::Web | Self::FrontDesk | Self::Kiosk | Self::InRoomDevice => false,
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ChannelSet(u16);

impl ChannelSet {
    /// No channel.
    pub const NONE: Self = Self(0);
    /// Every channel.
    pub const ALL: Self = Self((1 << Channel::COUNT) - 1);

    /// From the stored bits; unknown ones are dropped.
    pub fn from_bits(bits: u16) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// The bits to store: bit *i* is channel code *i*.
    pub fn bits(self) -> u16 {
        self.0
    }

    /// This set with a channel.
    #[must_use]
    pub fn with(self, channel: Channel) -> Self {
        Self(self.0 | 1 << channel as u8)
    }

    /// This set without a channel.
    #[must_use]
    pub fn without(self, channel: Channel) -> Self {
        Self(self.0 & !(1 << channel as u8))
    }

    /// Is the channel in it?
    pub fn contains(self, channel: Channel) -> bool {
        self.0 & (1 << channel as u8) != 0
    }

    /// Is nothing in it?
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Channels in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Its channels, in code order.
    pub fn iter(self) -> impl Iterator<Item = Channel> {
        Channel::ALL.into_iter().filter(move |c| self.contains(*c))
    }
}

impl FromIterator<Channel> for ChannelSet {
    fn from_iter<I: IntoIterator<Item = Channel>>(channels: I) -> Self {
        channels.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_round_trip() {
        for (code, channel) in (0_u8..).zip(Channel::ALL) {
            assert_eq!(channel as u8, code);
            assert_eq!(Channel::from_code(code), Some(channel));
            assert_eq!(Channel::from_name(channel.name()), Some(channel));
        }
        assert_eq!(Channel::from_code(12), None);
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set: ChannelSet = [Channel::Sms, Channel::Postal].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Channel::Sms, Channel::Postal]);
        assert!(!set.without(Channel::Sms).contains(Channel::Sms));
        assert_eq!(ChannelSet::from_bits(u16::MAX), ChannelSet::ALL);
    }
}
