//! Each rule by itself, the choice among what is left, and random cases against a second, slower
//! reading of the same words.

use super::*;
use crate::decide::local_time::{Clues, ZoneSource};
use crate::decide::quiet::tests::{Dice, lawyer_says_quiet};
use crate::domain::belief::{DIM, Prior};
use crate::domain::consent::{Consent, ConsentState, Purpose};
use crate::domain::exposure::{Exposure, ExposureState};
use crate::domain::guest::Home;
use crate::domain::id::{Fingerprint, Label, OfferKey};
use crate::domain::invariants::{
    marketing_needs_consent, probabilities_sum_to_one, silence_has_a_reason,
};
use crate::domain::policy::{
    CapObject, CapSubject, ChannelPolicy, ContactPolicy, QuietHours, SendTime, WhenQuiet,
};
use crate::domain::presence::{Presence, Sighting, Sign};
use crate::domain::zone::Zone;
use crate::learn::channel::hours::SegmentHours;

mod choices;
mod hard_rules;
mod random;
mod timelines;

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const HOTEL: Fingerprint = Fingerprint(7);

/// A guest who may be contacted everywhere, on a Wednesday at noon in Berlin, and all that a
/// decision about them needs.
struct World {
    now: Timestamp,
    request: ChannelRequest,
    offer_channels: ChannelSet,
    bar: Option<WithholdReason>,
    guest: GuestState,
    reservation: Option<Ledger>,
    place: Place,
    current: Option<Channel>,
    in_house_until: Option<Timestamp>,
    rules: ContactRules,
    calendar: Calendar,
    rates: [f64; Channel::COUNT],
    value: f64,
    gamma: f64,
    draw: f64,
    moment: Option<MomentDraw>,
}

/// A sign believed for an hour, seen just now at the hotel that asks.
fn sighting(sign: Sign, now: Timestamp) -> Sighting {
    let (seen, until) = (now.minus(Duration::from_secs(1)), now.plus(HOUR));
    Sighting { sign, source: "test".into(), property: Some(HOTEL), seen, until }
}

fn utc(text: &str) -> Timestamp {
    Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

fn said(purpose: Purpose, channel: Option<Channel>, state: ConsentState) -> Consent {
    let (basis, text_version, source) = (String::new(), String::new(), String::new());
    Consent {
        purpose,
        channel,
        state,
        time: Timestamp::from_seconds(1),
        basis,
        text_version,
        source,
    }
}

fn night(channels: ChannelSet) -> QuietHours {
    QuietHours {
        country: None,
        channels,
        start_minute: 21 * 60,
        end_minute: 9 * 60,
        rest_days: false,
    }
}

fn cap(object: CapObject, limit: u16) -> ContactPolicy {
    ContactPolicy {
        id: Label::parse("policy", "cap").unwrap(),
        subject: CapSubject::Guest,
        object,
        counted: ExposureState::Reserved,
        limit,
        window: 7 * DAY,
        counts_transactional: false,
    }
}

fn exposure(decision: u64, channel: Channel, at: Timestamp) -> Exposure {
    let state = ExposureState::Shown;
    Exposure {
        offer: OfferKey(1),
        decision,
        at,
        expires: at.plus(HOUR),
        group: 0,
        channel: Some(channel),
        state,
        is_transactional: false,
    }
}

/// Inverse-gap weighting with a floor of 2 %, as algorithms 3.4 writes it.
fn inverse_gap(values: &[f64], gamma: f64, out: &mut [f64]) {
    let count = f64::from(u32::try_from(values.len()).unwrap());
    let best = (0..values.len()).rev().max_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap();
    for (value, p) in values.iter().zip(&mut *out) {
        *p = 1.0 / (count + gamma * (values[best] - value));
    }
    out[best] = 0.0;
    out[best] = 1.0 - out.iter().sum::<f64>();
    out.iter_mut().for_each(|p| *p = 0.98 * *p + 0.02 / count);
}

/// How a moment is drawn of a guest whose hours nobody knows.
fn moment_draw(gamma: f64, unit: f64) -> MomentDraw {
    MomentDraw {
        worth_cap: 10.0,
        gamma,
        floor: 0.02,
        unit,
        density: SegmentHours::UNKNOWN,
        jitter: 0,
    }
}

/// A rate that is known for sure.
fn expected(rate: f64) -> Expectation {
    let basis = ContactBasis {
        time: TimeContext::default(),
        prior_rate: 0.1,
        population: [0.0; 2],
        guest: [0.0; 2],
        contacts: 0,
        recent: [0; 2],
    };
    Expectation { response_propensity: rate, hoped: rate, basis }
}

impl World {
    fn new() -> Self {
        let belief = Prior { mean: [0.0; DIM], variance: [1.0; DIM] }.belief(Timestamp::EPOCH);
        let mut guest = GuestState::unknown(belief);
        guest.reachable = Channel::ALL.into_iter().filter(|c| c.is_pushed()).collect();
        guest.consent.apply(&said(Purpose::Marketing, None, ConsentState::Granted));
        guest.consent.apply(&said(Purpose::Presence, None, ConsentState::Granted));
        let policy = |channel| ChannelPolicy {
            channel,
            cost: 0.1,
            prior_response: 0.1,
            annoyance: 0.1,
            permission_value: 0.0,
        };
        Self {
            now: utc("2026-01-14T11:00:00Z"),
            request: ChannelRequest { allowed: ChannelSet::ALL, ..ChannelRequest::default() },
            offer_channels: ChannelSet::ALL,
            bar: None,
            guest,
            reservation: None,
            place: Place {
                zone: Zone::parse("zone", "Europe/Berlin").unwrap(),
                source: ZoneSource::Home,
                country: *b"DE",
                purpose: None,
            },
            current: None,
            in_house_until: None,
            rules: ContactRules {
                send_time: SendTime::Earliest,
                when_quiet: WhenQuiet::Queue,
                policies: Vec::new(),
                quiet_hours: Vec::new(),
                fallback_zone: "Europe/Berlin".into(),
                channels: Channel::ALL.into_iter().map(policy).collect(),
            },
            calendar: Calendar::default(),
            rates: [0.1; Channel::COUNT],
            value: 10.0,
            gamma: 1e9,
            draw: 0.5,
            moment: None,
        }
    }

    fn input<'a>(
        &'a self,
        expect: &'a dyn Fn(Channel, TimeContext) -> Expectation,
    ) -> ChannelInput<'a> {
        ChannelInput {
            now: self.now,
            request: self.request,
            offer_channels: self.offer_channels,
            bar: self.bar,
            guest: &self.guest,
            reservation: self.reservation.as_ref(),
            room: None,
            place: self.place,
            hotel: HOTEL,
            current: self.current,
            in_house_until: self.in_house_until,
            rules: &self.rules,
            calendar: &self.calendar,
            expect,
            hazard: &|_, _| 0.001,
            value: self.value,
            utility_cap: 10.0,
            probabilities: &|values, out| inverse_gap(values, 1e9, out),
            draw: self.draw,
            moment: self.moment,
        }
    }

    fn choose(&self) -> ChannelChoice {
        let probabilities = |values: &[f64], out: &mut [f64]| inverse_gap(values, self.gamma, out);
        let expect = |channel: Channel, _| expected(self.rates[channel.at()]);
        choose(&ChannelInput { probabilities: &probabilities, ..self.input(&expect) })
    }

    fn only(mut self, channels: &[Channel]) -> Self {
        self.request.allowed = channels.iter().copied().collect();
        self
    }

    fn quiet(&self) -> Quiet<'_> {
        Quiet { rules: &self.rules.quiet_hours, calendar: &self.calendar, place: self.place }
    }
}

fn of(choice: &ChannelChoice, channel: Channel) -> &ConsideredChannel {
    choice.considered.iter().find(|c| c.channel == channel).unwrap()
}

fn check(
    what: &str,
    channel: Channel,
    expected: Option<WithholdReason>,
    change: impl Fn(&mut World),
) {
    let mut world = World::new().only(&[channel]);
    change(&mut world);
    let choice = world.choose();
    assert_eq!(of(&choice, channel).forbidden, expected, "{what}");
    assert_eq!(choice.reason, expected, "{what}");
    assert_eq!(choice.channel, expected.is_none().then_some(channel), "{what}");
}
