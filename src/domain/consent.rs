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

impl Consent {
    /// Which of two statements of one purpose and channel holds, where two guests who made one each turn
    /// out to be one: the stricter, but for a later permission of that one channel. A permission in
    /// general never undoes a refusal that was made under another id, and an objection to marketing is
    /// absolute. Of two that say the same the later stands; to have never been asked says nothing.
    pub fn of_both<'a>(one: &'a Self, other: &'a Self) -> &'a Self {
        let (earlier, later) = if one.time <= other.time { (one, other) } else { (other, one) };
        let said = |consent: &Self| consent.state != ConsentState::Unknown;
        let grants = |consent: &Self| consent.state == ConsentState::Granted;
        match (said(earlier), said(later)) {
            (_, false) => earlier,
            (false, true) => later,
            (true, true) if grants(earlier) == grants(later) => later,
            (true, true) if grants(earlier) || later.channel.is_some() => later,
            (true, true) => earlier,
        }
    }

    /// The statements of two guests who turn out to be one, one for each purpose and channel.
    pub fn merge(one: &[Self], other: &[Self]) -> Vec<Self> {
        let same = |a: &Self, b: &Self| a.purpose == b.purpose && a.channel == b.channel;
        let holds = |a: &Self| match other.iter().find(|b| same(a, b)) {
            Some(b) => Self::of_both(a, b).clone(),
            None => a.clone(),
        };
        let alone = other.iter().filter(|b| !one.iter().any(|a| same(a, b)));
        one.iter().map(holds).chain(alone.cloned()).collect()
    }
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

    /// Those of two guests who turn out to be one; `granted` are the channels on which marketing was
    /// permitted one by one, of [`Consent::merge`].
    #[must_use]
    pub fn merge(&self, other: &Self, granted: ChannelSet) -> Self {
        let mut merged = *self;
        for purpose in Purpose::ALL {
            let [one, other] = [self, other].map(|table| {
                let (state, time) = table.state(purpose);
                let (basis, text_version, source) = Default::default();
                Consent { purpose, channel: None, state, time, basis, text_version, source }
            });
            let holds = Consent::of_both(&one, &other);
            merged.states[purpose as usize] = holds.state;
            merged.stated_at[purpose as usize] = holds.time;
        }
        let refused = self.channels_refused.iter().chain(other.channels_refused.iter());
        merged.channels_refused = refused.filter(|channel| !granted.contains(*channel)).collect();
        merged
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

    /// Two guests who are one: what each said, and what of both holds.
    fn check_merged(
        one: (Option<Channel>, ConsentState, i64),
        other: (Option<Channel>, ConsentState, i64),
        expected: (ConsentState, i64),
    ) {
        let [one, other] =
            [one, other].map(|(c, state, at)| said(Purpose::Marketing, c, state, at));
        for (a, b) in [(&one, &other), (&other, &one)] {
            let merged = Consent::merge(std::slice::from_ref(a), std::slice::from_ref(b));
            let [holds] = merged.as_slice() else { panic!("{merged:?}") };
            assert_eq!(
                (holds.state, holds.time),
                (expected.0, Timestamp::from_seconds(expected.1))
            );
        }
    }

    #[test]
    fn of_two_statements_the_stricter_holds_but_for_a_later_permission_of_one_channel() {
        use ConsentState::{Denied, Granted, Unknown, Withdrawn};
        let sms = Some(Channel::Sms);
        check_merged((None, Granted, 1), (None, Withdrawn, 2), (Withdrawn, 2));
        check_merged((None, Withdrawn, 1), (None, Granted, 2), (Withdrawn, 1));
        check_merged((sms, Denied, 1), (sms, Granted, 2), (Granted, 2));
        check_merged((sms, Granted, 1), (sms, Denied, 2), (Denied, 2));
        check_merged((None, Granted, 1), (None, Granted, 2), (Granted, 2));
        check_merged((None, Unknown, 9), (None, Granted, 2), (Granted, 2));
    }

    #[test]
    fn tables_merge_as_statements_do() {
        use ConsentState::{Denied, Granted, Withdrawn};
        let table = |statements: &[Consent]| {
            let mut table = ConsentTable::default();
            statements.iter().for_each(|statement| table.apply(statement));
            table
        };
        let market = |channel, state, at| said(Purpose::Marketing, channel, state, at);
        let one = [
            market(None, Granted, 1),
            market(Some(Channel::Sms), Denied, 2),
            market(Some(Channel::Phone), Denied, 2),
            said(Purpose::Profiling, None, Withdrawn, 3),
        ];
        let other = [
            market(None, Granted, 5),
            market(Some(Channel::Sms), Granted, 6),
            said(Purpose::Profiling, None, Granted, 9),
        ];
        let list = Consent::merge(&one, &other);
        let is_granted = |c: &&Consent| c.state == Granted;
        let granted = list.iter().filter(is_granted).filter_map(|c| c.channel).collect();
        for (a, b) in [(&one[..], &other[..]), (&other[..], &one[..])] {
            let merged = table(a).merge(&table(b), granted);
            assert!(merged.allows_marketing_on(Channel::Sms), "said later, and of this channel");
            assert!(
                !merged.allows_marketing_on(Channel::Phone),
                "a permission in general undoes none"
            );
            assert!(!merged.allows(Purpose::Profiling), "a refusal stands");
        }
        let objects = table(&[market(None, Withdrawn, 0)]);
        assert!(
            !objects.merge(&table(&other), granted).allows_marketing_on(Channel::Sms),
            "absolute"
        );
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
