//! What forbids a channel, whatever it would be worth. In this order, and the first that fails is
//! the reason:
//!
//! 1. **not allowed**: the brand does not use it, no offer goes through it, or the caller's window
//!    is over;
//! 2. **no consent**: a pushed channel needs the consent to marketing, on all channels and on this
//!    one. A surface the guest comes to does not, but an objection to marketing is absolute and
//!    silences it too; only the surface in use goes on. Transactional messages need no consent;
//! 3. **unreachable**: a pushed channel needs an address that works; a travel agency's mask serves
//!    transactional messages only. **Bounced**, **masked**, **revoked** (the app removed, the permission
//!    withdrawn) and no address at all are told apart. A surface needs the guest: on it as we are asked, or there by
//!    presence (with the consent to use it), or, for front desk and room device, in the house. The
//!    telephone is a surface like them while the guest is on a call with us;
//! 4. **do not disturb**: while it is believed, nothing is sent, not even later; only surfaces the
//!    guest is on go on. It holds without the consent to presence: leaving somebody alone uses
//!    nobody's data. A guest on a call with us is spoken to there and nowhere else but on the
//!    surface in use. Transactional messages go through both;
//! 5. **the offer** of a message may not be shown now, **suppressed**: a contact policy that counts
//!    answers is used up, **capped**: another one is. Transactional messages are never stopped by one;
//! 6. **quiet hours** on pushed channels and on the room device, until the message may no longer be
//!    sent. They hold for transactional messages as well (I4), and not for a surface the guest is
//!    on.

use std::time::Duration;

use super::contacts::{self, Closed, Ledgers};
use super::{ChannelInput, Window, quiet_of};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::consent::{ConsentState, Purpose};
use crate::domain::decision::WithholdReason;
use crate::domain::policy::{ChannelPolicy, WhenQuiet};
use crate::domain::presence::Sign;
use crate::domain::time::Timestamp;

/// How long the surface in use is taken to stay in use.
const IN_USE: Duration = Duration::from_secs(600);

/// The hard rules of one decision, with what they need worked out once for all channels.
pub(super) struct HardRules<'a> {
    input: &'a ChannelInput<'a>,
    pub window: Window,
    policies: [Option<&'a ChannelPolicy>; Channel::COUNT],
    /// Surfaces the guest is on.
    open_surfaces: ChannelSet,
    /// The last moment at which presence says so, of each.
    believed: [Option<Timestamp>; Channel::COUNT],
    closed: Closed,
    /// First moment that is not quiet.
    openings: [Option<Timestamp>; Channel::COUNT],
}

impl<'a> HardRules<'a> {
    pub(super) fn new(input: &'a ChannelInput<'a>, window: Window) -> Self {
        let mut policies = [None; Channel::COUNT];
        for policy in &input.rules.channels {
            policies[policy.channel.at()] = Some(policy);
        }
        let ledgers = Ledgers {
            guest: &input.guest.ledger,
            reservation: input.reservation,
            room: input.room,
        };
        let believed = believed_surfaces(input);
        let mut rules = Self {
            input,
            window,
            policies,
            open_surfaces: open_surfaces(input, &believed, window.start),
            believed,
            closed: Closed::NONE,
            openings: [Some(window.start); Channel::COUNT],
        };
        if !input.request.is_transactional {
            rules.closed = contacts::closed(&input.rules.policies, &ledgers, input.now);
        }
        let silenced: ChannelSet =
            input.request.allowed.iter().filter(|c| rules.has_quiet_hours(*c)).collect();
        let openings = quiet_of(input).openings(silenced, window.start, window.latest);
        for channel in silenced.iter() {
            // What may not wait is sent at once or not at all.
            let waits = input.rules.when_quiet == WhenQuiet::Queue;
            let opening = openings[channel.at()];
            rules.openings[channel.at()] = opening.filter(|at| waits || *at == window.start);
        }
        rules
    }

    /// The first rule that forbids a channel.
    pub(super) fn forbids(&self, channel: Channel) -> Option<WithholdReason> {
        let reachable_until = self.reachable_until(channel);
        if self.is_left_out(channel) {
            Some(WithholdReason::NotAllowed)
        } else if self.lacks_consent(channel) {
            Some(WithholdReason::NoConsent)
        } else if reachable_until.is_none_or(|until| until < self.window.start) {
            Some(self.unreachable(channel))
        } else if self.disturbs(channel) {
            Some(WithholdReason::DoNotDisturb)
        } else if let Some(reason) = self.input.bar {
            Some(reason)
        } else if self.closed.suppressed.contains(channel) {
            Some(WithholdReason::Suppressed)
        } else if self.closed.capped.contains(channel) {
            Some(WithholdReason::Capped)
        } else if self.openings[channel.at()]
            .is_none_or(|at| reachable_until.is_none_or(|until| at > until))
        {
            Some(WithholdReason::QuietHours)
        } else {
            None
        }
    }

    /// When a message on a channel would be sent; the start of the window where it cannot be.
    pub(super) fn moment(&self, channel: Channel) -> Timestamp {
        self.openings[channel.at()].unwrap_or(self.window.start)
    }

    /// The last moment of the window that begins at `at`.
    pub(super) fn window_end(&self, channel: Channel, at: Timestamp) -> Timestamp {
        let until = self.reachable_until(channel).map_or(at, |until| until.min(self.window.latest));
        if self.has_quiet_hours(channel) {
            quiet_of(self.input).open_until(channel, at, until)
        } else {
            until
        }
    }

    /// The brand's policy for a channel in use.
    pub(super) fn policy(&self, channel: Channel) -> Option<&'a ChannelPolicy> {
        self.policies[channel.at()]
    }

    /// Is the guest on this surface?
    pub(super) fn is_open_surface(&self, channel: Channel) -> bool {
        self.open_surfaces.contains(channel)
    }

    fn is_left_out(&self, channel: Channel) -> bool {
        self.policy(channel).is_none()
            || !self.input.offer_channels.contains(channel)
            || self.window.latest < self.window.start
    }

    fn lacks_consent(&self, channel: Channel) -> bool {
        let consent = &self.input.guest.consent;
        if self.input.request.is_transactional || self.is_current(channel) {
            return false;
        }
        if channel.is_pushed() && !self.is_open_surface(channel) {
            return !consent.allows_marketing_on(channel);
        }
        let (state, _) = consent.state(Purpose::Marketing);
        matches!(state, ConsentState::Denied | ConsentState::Withdrawn)
            || consent.channels_refused().contains(channel)
    }

    /// The last moment at which the guest can be reached on a channel, as far as anybody knows.
    fn reachable_until(&self, channel: Channel) -> Option<Timestamp> {
        let ChannelInput { guest, request, .. } = *self.input;
        if channel.is_pushed() && !self.is_open_surface(channel) {
            let has_address = if request.is_transactional {
                guest.reachable.contains(channel) || guest.masked.contains(channel)
            } else {
                guest.reachable.contains(channel) && !guest.masked.contains(channel)
            };
            return (has_address && !guest.bounced.contains(channel)).then_some(Timestamp::NEVER);
        }
        if self.is_open_surface(channel) {
            // What excuses it from quiet hours ends as the guest leaves it, in the house or not.
            return self.believed[channel.at()]
                .max(self.is_current(channel).then(|| self.input.now.plus(IN_USE)));
        }
        self.input
            .in_house_until
            .filter(|_| matches!(channel, Channel::FrontDesk | Channel::InRoomDevice))
    }

    /// Why the guest cannot be reached on a channel.
    fn unreachable(&self, channel: Channel) -> WithholdReason {
        let ChannelInput { guest, request, .. } = *self.input;
        let is_masked = guest.masked.contains(channel) && !request.is_transactional;
        match () {
            () if !channel.is_pushed() || self.is_open_surface(channel) => {
                WithholdReason::Unreachable
            }
            () if guest.bounced.contains(channel) => WithholdReason::Bounced,
            () if is_masked => WithholdReason::Masked,
            () if guest.revoked.contains(channel) => WithholdReason::Revoked,
            () => WithholdReason::Unreachable,
        }
    }

    fn disturbs(&self, channel: Channel) -> bool {
        if self.input.request.is_transactional {
            return false;
        }
        let is_quiet = self.input.guest.presence.quiet_until(self.window.start).is_some();
        let is_on_call = self.is_open_surface(Channel::Phone);
        (is_quiet && !self.is_open_surface(channel))
            || (is_on_call && channel != Channel::Phone && !self.is_current(channel))
    }

    fn has_quiet_hours(&self, channel: Channel) -> bool {
        (channel.is_pushed() || channel == Channel::InRoomDevice) && !self.is_open_surface(channel)
    }

    fn is_current(&self, channel: Channel) -> bool {
        is_current(self.input, self.window.start, channel)
    }
}

/// Is this the surface the guest is on as we are asked, and may it be used at once?
fn is_current(input: &ChannelInput<'_>, start: Timestamp, channel: Channel) -> bool {
    input.current == Some(channel) && !channel.is_pushed() && start == input.now
}

/// The last moment at which presence says that the guest is on each surface, at the hotel that asks.
fn believed_surfaces(input: &ChannelInput<'_>) -> [Option<Timestamp>; Channel::COUNT] {
    let ChannelInput { guest, hotel, now, .. } = *input;
    if !guest.consent.allows(Purpose::Presence) {
        return [None; Channel::COUNT];
    }
    Channel::ALL.map(|channel| guest.presence.until(Sign::of_surface(channel)?, hotel, now))
}

/// Surfaces the guest is on at the start of the window.
fn open_surfaces(
    input: &ChannelInput<'_>,
    believed: &[Option<Timestamp>; Channel::COUNT],
    start: Timestamp,
) -> ChannelSet {
    let is_open = |c: &Channel| {
        believed[c.at()].is_some_and(|until| start <= until) || is_current(input, start, *c)
    };
    Channel::ALL.into_iter().filter(is_open).collect()
}
