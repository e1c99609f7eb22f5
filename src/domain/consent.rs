//! What a guest has allowed. Nothing is allowed until they say so; an objection to marketing is
//! absolute.

use super::channel::{Channel, ChannelSet};
use super::time::Timestamp;

/// What personal data may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Purpose {
    /// Learning tastes and choosing by them.
    Profiling,
    /// Contacting the guest with offers.
    Marketing,
    /// Using what is known of the guest right now.
    Presence,
    /// Counting the guest in measurements.
    Measurement,
}

impl Purpose {
    /// All of them, in code order.
    pub const ALL: [Self; 4] =
        [Self::Profiling, Self::Marketing, Self::Presence, Self::Measurement];

    /// The purpose of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// State of a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum ConsentState {
    /// Never asked.
    #[default]
    Unknown,
    /// Yes.
    Granted,
    /// Asked, and no.
    Denied,
    /// Was yes, is no.
    Withdrawn,
}

impl ConsentState {
    /// The state of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Unknown, Self::Granted, Self::Denied, Self::Withdrawn]
            .get(usize::from(code))
            .copied()
    }
}

/// One statement of a guest, with the evidence for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// For what.
    pub purpose: Purpose,
    /// On which channel only (marketing); `None`: on all.
    pub channel: Option<Channel>,
    /// What was said.
    pub state: ConsentState,
    /// When.
    pub time: Timestamp,
    /// Legal basis, in the brand's words.
    pub basis: String,
    /// Version of the text the guest saw.
    pub text_version: String,
    /// Where it was said.
    pub source: String,
}

/// The consents of a guest as a decision reads them. The statement with the later time wins, so
/// that statements may arrive in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConsentTable {
    states: [ConsentState; 4],
    stated_at: [Timestamp; 4],
    channels_refused: ChannelSet,
}

impl ConsentTable {
    /// May the guest's data be used for this?
    pub fn allows(&self, purpose: Purpose) -> bool {
        self.states[purpose as usize] == ConsentState::Granted
    }

    /// May the guest be contacted with offers on this channel?
    pub fn allows_marketing_on(&self, channel: Channel) -> bool {
        self.allows(Purpose::Marketing) && !self.channels_refused.contains(channel)
    }

    /// State for a purpose over all channels.
    pub fn state(&self, purpose: Purpose) -> (ConsentState, Timestamp) {
        (self.states[purpose as usize], self.stated_at[purpose as usize])
    }

    /// Channels on which marketing was refused one by one.
    pub fn channels_refused(&self) -> ChannelSet {
        self.channels_refused
    }

    /// Restores a stored table.
    pub fn from_parts(
        states: [ConsentState; 4],
        stated_at: [Timestamp; 4],
        channels_refused: ChannelSet,
    ) -> Self {
        Self { states, stated_at, channels_refused }
    }

    /// Takes in a statement.
    pub fn apply(&mut self, consent: &Consent) {
        let at = consent.purpose as usize;
        match consent.channel {
            Some(channel) if consent.state == ConsentState::Granted => {
                self.channels_refused = self.channels_refused.without(channel);
            }
            Some(channel) => self.channels_refused = self.channels_refused.with(channel),
            None if consent.time >= self.stated_at[at] => {
                self.states[at] = consent.state;
                self.stated_at[at] = consent.time;
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(
        purpose: Purpose,
        channel: Option<Channel>,
        state: ConsentState,
        second: i64,
    ) -> Consent {
        let time = Timestamp::from_seconds(second);
        Consent {
            purpose,
            channel,
            state,
            time,
            basis: String::new(),
            text_version: String::new(),
            source: String::new(),
        }
    }

    #[test]
    fn nothing_is_allowed_until_granted_and_the_later_word_wins() {
        let mut table = ConsentTable::default();
        assert!(Purpose::ALL.iter().all(|p| !table.allows(*p)));
        table.apply(&said(Purpose::Profiling, None, ConsentState::Withdrawn, 20));
        table.apply(&said(Purpose::Profiling, None, ConsentState::Granted, 10));
        assert!(!table.allows(Purpose::Profiling));
    }

    #[test]
    fn a_channel_can_be_refused_on_its_own() {
        let mut table = ConsentTable::default();
        table.apply(&said(Purpose::Marketing, None, ConsentState::Granted, 1));
        table.apply(&said(Purpose::Marketing, Some(Channel::Sms), ConsentState::Denied, 2));
        assert!(table.allows_marketing_on(Channel::Email));
        assert!(!table.allows_marketing_on(Channel::Sms));
    }
}
