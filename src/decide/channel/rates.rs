//! Response rates before anything was counted: what the brand assumes of a segment, a channel and a
//! time context.

use crate::domain::channel::Channel;
use crate::domain::policy::{ChannelPolicy, Segment};
use crate::domain::time::TimeContext;

/// The assumed rate: the segment's for this channel and time context, else the segment's for this
/// channel, else the channel's.
pub fn prior_rate(
    segment: Option<&Segment>,
    policies: &[ChannelPolicy],
    channel: Channel,
    context: TimeContext,
) -> f64 {
    let told = segment.map_or(&[][..], |s| &s.responses);
    let find = |context: Option<TimeContext>| {
        told.iter().find(|r| r.channel == channel && r.context == context).map(|r| r.rate)
    };
    find(Some(context))
        .or_else(|| find(None))
        .or_else(|| policies.iter().find(|p| p.channel == channel).map(|p| p.prior_response))
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Label;
    use crate::domain::policy::SegmentResponse;
    use crate::domain::time::{DayType, Daypart};

    #[test]
    fn the_closest_assumption_counts() {
        let context = |day_type| TimeContext { day_type, daypart: Daypart::Evening };
        let told = |context, rate| SegmentResponse { channel: Channel::Sms, context, rate };
        let segment = Segment {
            id: Label::parse("segment", "leisure").unwrap(),
            tastes: Vec::new(),
            learnt: Vec::new(),
            responses: vec![told(None, 0.2), told(Some(context(DayType::Rest)), 0.4)],
        };
        let channel = |channel, prior_response| ChannelPolicy {
            channel,
            cost: 0.0,
            prior_response,
            annoyance: 0.0,
            permission_value: 0.0,
        };
        let channels = [channel(Channel::Email, 0.05), channel(Channel::Sms, 0.1)];
        let rate = |segment, channel, day_type| {
            prior_rate(segment, &channels, channel, context(day_type)).to_bits()
        };
        assert_eq!(rate(Some(&segment), Channel::Sms, DayType::Rest), 0.4_f64.to_bits());
        assert_eq!(rate(Some(&segment), Channel::Sms, DayType::Work), 0.2_f64.to_bits());
        assert_eq!(rate(Some(&segment), Channel::Email, DayType::Rest), 0.05_f64.to_bits());
        assert_eq!(rate(None, Channel::Sms, DayType::Rest), 0.1_f64.to_bits());
        assert_eq!(rate(None, Channel::Postal, DayType::Rest), 0.0_f64.to_bits());
    }
}
