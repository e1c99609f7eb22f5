//! One guest of the demo over a working day, an evening and a holiday.
//!
//! Before the days of the demo the guest lives through 300 others: every third day, and on every holiday,
//! a message goes out on a channel of the scene's choice, and is answered or not by a habit the server never
//! sees: e-mail in the office, the app in the evening and at weekends, WhatsApp on holidays. Some others of
//! her segment get the same messages and answer one in nine, wherever it comes from: what is hers is told
//! from what is the segment's. Afterwards the server is asked what it believes, and what it would send when.

use std::time::Duration;

use tokio::runtime::Runtime;

use crate::api::v1;
use crate::api::v1::decision_service_client::DecisionServiceClient;
use crate::api::v1::event_service_client::EventServiceClient;
use crate::api::v1::guest_service_client::GuestServiceClient;
use crate::cli::client::{CallError, Connection, ServerArgs};
use crate::cli::output;
use crate::domain::time::{DAY_MICROS, Date, DayType, Timestamp};
use crate::domain::zone::calendar::Calendar;
use crate::domain::zone::{Weekday, Zone};
use crate::sys::clock::ManualClock;

use super::{affinities, channel, heat_map};

/// Days that the guest lives through before the demo begins.
pub(in crate::cli) const DAYS: i64 = 300;
const GUEST: &str = "helena";
/// Others of her segment, who have no such habits.
const OTHERS: u32 = 8;
const HOUSE: &str = "lisbon-baixa";
const OFFER: &str = "spa.thermal-circuit";
const ZONE: &str = "Europe/Lisbon";
const COUNTRY: [u8; 2] = *b"PT";
/// A holiday is looked for so many days ahead: a message waits 90 days at most.
const AHEAD: i32 = 85;

/// A message of the history: when, on which channel, and does the guest's habit answer it?
struct Message {
    minute: u16,
    channel: v1::Channel,
    is_answered: bool,
}

/// What is sent on a holiday: WhatsApp is answered, the app and the office are left alone.
const HOLIDAY: [Message; 3] = [
    Message { minute: 10 * 60, channel: v1::Channel::Whatsapp, is_answered: true },
    Message { minute: 11 * 60, channel: v1::Channel::AppPush, is_answered: false },
    Message { minute: 12 * 60, channel: v1::Channel::Email, is_answered: false },
];

/// What is sent on another day; of three messages one goes where the guest does not look.
fn message(day_type: DayType, number: u32) -> Message {
    let at = |hour: u16, channel, is_answered| Message { minute: hour * 60, channel, is_answered };
    match (day_type, number % 6) {
        (DayType::Work, 0 | 2) => at(10, v1::Channel::Email, true),
        (DayType::Work, 1 | 4) => at(18, v1::Channel::AppPush, true),
        (DayType::Work, 3) => at(18, v1::Channel::Email, false),
        (DayType::Work, _) => at(10, v1::Channel::AppPush, false),
        (_, 0..4) => at(18, v1::Channel::AppPush, true),
        _ => at(10, v1::Channel::Email, false),
    }
}

/// Zone and calendar of the guest's home.
fn home() -> (Zone, std::sync::Arc<Calendar>) {
    (Zone::find(ZONE).unwrap_or_else(Zone::utc), Calendar::world())
}

/// Lives through the days before a day; `settle` lets the server learn.
///
/// # Errors
/// Where the server refuses a call.
pub(in crate::cli) fn live<E: From<CallError>>(
    runtime: &Runtime,
    server: &ServerArgs,
    clock: &ManualClock,
    first_day: i64,
    mut settle: impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    let connection = runtime.block_on(server.connect())?;
    let guests: Vec<String> = std::iter::once(GUEST.to_owned())
        .chain((1..=OTHERS).map(|other| format!("colleague-{other}")))
        .collect();
    for guest in &guests {
        runtime.block_on(introduce(server, connection.clone(), guest)).map_err(CallError::from)?;
    }
    let ((zone, calendar), mut number) = (home(), 0);
    let mut write = |date: Date, message: &Message| {
        number += 1;
        for (other, guest) in (0_u32..).zip(&guests) {
            clock.set(zone.moment(date, message.minute));
            let is_answered = match other {
                0 => message.is_answered,
                other => (7 * number + 5 * other).is_multiple_of(9),
            };
            let sent =
                send((server, connection.clone()), clock, guest, message, (number, is_answered));
            runtime.block_on(sent).map_err(CallError::from)?;
        }
        Ok(())
    };
    let mut turn = 0;
    for day in first_day - DAYS..first_day {
        let date = Date(i32::try_from(day).unwrap_or_default());
        let day_type = calendar.day_type(COUNTRY, date);
        if day_type == DayType::Holiday {
            HOLIDAY.iter().try_for_each(|message| write(date, message))?;
        } else if day % 3 == 0 {
            write(date, &message(day_type, turn))?;
            turn += 1;
        }
        if day % 10 == 0 {
            settle()?;
        }
    }
    clock.set(Timestamp::from_micros(first_day * DAY_MICROS));
    settle()
}

/// A guest, with addresses and consents.
async fn introduce(
    server: &ServerArgs,
    connection: Connection,
    guest: &str,
) -> Result<(), tonic::Status> {
    let mut guests = GuestServiceClient::new(connection);
    let name = server.name("guests", guest);
    let point = |channel: v1::Channel, id: &str, address: &str| v1::ContactPoint {
        contact_point_id: id.to_owned(),
        channel: channel.into(),
        address: address.to_owned(),
        state: v1::ContactPointState::Verified.into(),
        ..Default::default()
    };
    let guest = v1::Guest {
        name: name.clone(),
        display_name: guest.to_owned(),
        home_time_zone: ZONE.to_owned(),
        country_code: "PT".to_owned(),
        locale: "en".to_owned(),
        segment_id: "business".to_owned(),
        travel_purpose: v1::TravelPurpose::Business.into(),
        contact_points: vec![
            point(v1::Channel::Email, "mail", &format!("{guest}@example.com")),
            point(v1::Channel::AppPush, "app", &format!("app-{guest}")),
            point(v1::Channel::Whatsapp, "whatsapp", "+351910000000"),
            point(v1::Channel::Sms, "mobile", "+351910000000"),
        ],
        ..Default::default()
    };
    let request =
        v1::UpdateGuestRequest { guest: Some(guest), allow_missing: true, ..Default::default() };
    guests.update_guest(request).await?;
    let record = |purpose: v1::Purpose| v1::ConsentRecord {
        purpose: purpose.into(),
        state: v1::ConsentState::Granted.into(),
        basis: v1::ConsentBasis::Consent.into(),
        text_version: "2026-01".to_owned(),
        source: "demo".to_owned(),
        ..Default::default()
    };
    let purposes = [v1::Purpose::Profiling, v1::Purpose::Marketing, v1::Purpose::Presence];
    let request = v1::UpdateConsentRequest {
        name: format!("{name}/consent"),
        records: purposes.map(record).to_vec(),
        ..Default::default()
    };
    guests.update_consent(request).await.map(drop)
}

/// One message, and a quarter of an hour later its answer, where there is one.
async fn send(
    (server, connection): (&ServerArgs, Connection),
    clock: &ManualClock,
    guest: &str,
    message: &Message,
    (number, is_answered): (u32, bool),
) -> Result<(), tonic::Status> {
    let now = clock.now();
    let asked = v1::ChannelRequest {
        mode: v1::ChannelMode::Fixed.into(),
        allowed_channels: vec![message.channel.into()],
        latest_time: Some(wire_time(now.plus(Duration::from_secs(1_800)))),
        ..Default::default()
    };
    // Worth a lot, so that silence is seldom drawn.
    let worth = v1::Money { currency_code: "EUR".to_owned(), amount_minor: 50_000 };
    let request =
        v1::DecideChannelRequest { response_value: Some(worth), ..ask(server, guest, asked) };
    let mut decisions = DecisionServiceClient::new(connection.clone());
    let decided = decisions.decide_channel(request).await?.into_inner();
    let is_sent = decided.channel_decision.is_some_and(|choice| choice.channel != 0);
    clock.set(now.plus(Duration::from_secs(900)));
    if !(is_sent && is_answered) {
        return Ok(());
    }
    let event = v1::Event {
        event_id: format!("{guest}-{number}"),
        source: "demo".to_owned(),
        event_type: v1::EventType::Replied.into(),
        event_time: Some(wire_time(clock.now())),
        subject: Some(v1::event::Subject::Guest(server.name("guests", guest))),
        property: server.name("properties", HOUSE),
        channel: message.channel.into(),
        attribution_token: decided.attribution_token,
        ..Default::default()
    };
    let request = v1::WriteEventsRequest { events: vec![event], ..Default::default() };
    EventServiceClient::new(connection).write_events(request).await.map(drop)
}

fn ask(server: &ServerArgs, guest: &str, asked: v1::ChannelRequest) -> v1::DecideChannelRequest {
    v1::DecideChannelRequest {
        property: server.name("properties", HOUSE),
        subject: Some(v1::decide_channel_request::Subject::Guest(server.name("guests", guest))),
        channel_request: Some(asked),
        view: v1::DecisionView::Full.into(),
        include_content: true,
        ..Default::default()
    }
}

/// Shows what the server believes of the guest, and what it would send when.
///
/// # Errors
/// Where the server refuses a call.
pub(in crate::cli) async fn show(server: &ServerArgs, now: Timestamp) -> Result<(), CallError> {
    output::answer(format_args!(
        "\nOne guest and her channels ({GUEST}): in the office she reads e-mail, in the evening and at weekends the \
         app, on holidays WhatsApp. Nobody told the server. P(she answers), beside her segment's:\n"
    ));
    output::answer(heat_map(&affinities(server, GUEST).await?));
    let mut client = DecisionServiceClient::new(server.connect().await?);
    let mut table = output::table(["when", "", "channel", "P(selected)", "from", "says", "why"]);
    for (name, from) in moments(now) {
        let mut asked = v1::ChannelRequest {
            mode: v1::ChannelMode::Decide.into(),
            earliest_time: Some(wire_time(from)),
            latest_time: Some(wire_time(from.plus(Duration::from_secs(5_400)))),
            ..Default::default()
        };
        asked.allowed_channels =
            [v1::Channel::Email, v1::Channel::AppPush, v1::Channel::Whatsapp, v1::Channel::Sms]
                .map(i32::from)
                .to_vec();
        let request =
            v1::DecideChannelRequest { offer_id: OFFER.to_owned(), ..ask(server, GUEST, asked) };
        let decided = client.decide_channel(request).await?.into_inner();
        table.add_row(row(name, from, &decided));
    }
    output::answer(format_args!("\nThe same offer, three moments:\n\n{table}"));
    Ok(())
}

/// The office on a Tuesday, the same evening, the next holiday.
fn moments(now: Timestamp) -> Vec<(&'static str, Timestamp)> {
    let (zone, calendar) = home();
    let today = zone.local(now).date;
    let ahead = |days: i32| Date(today.0 + days);
    let is_office = |date: &Date| {
        Weekday::of(*date) == Weekday::Tuesday && calendar.day_type(COUNTRY, *date) == DayType::Work
    };
    let tuesday = (1..AHEAD).map(ahead).find(is_office).unwrap_or_else(|| ahead(1));
    let is_holiday = |date: &Date| calendar.day_type(COUNTRY, *date) == DayType::Holiday;
    let holiday = (1..AHEAD).map(ahead).find(is_holiday);
    let mut moments = vec![
        ("in the office", zone.moment(tuesday, 10 * 60)),
        ("that evening", zone.moment(tuesday, 18 * 60)),
    ];
    moments.extend(holiday.map(|date| ("on a holiday", zone.moment(date, 10 * 60))));
    moments
}

fn row(name: &str, asked: Timestamp, decided: &v1::DecideChannelResponse) -> [String; 7] {
    let choice = decided.channel_decision.clone().unwrap_or_default();
    let local = |at: Timestamp| {
        let local = home().0.local(at);
        (local.date.to_string(), format!("{:02}:{:02}", local.hour, local.minute))
    };
    let start = choice.send_window.as_ref().and_then(|window| window.start_time);
    let chosen = v1::ChannelAffinity { channel: choice.channel, ..Default::default() };
    let withheld = choice.withhold_reason().as_str_name().trim_start_matches("WITHHOLD_REASON_");
    let content = decided.message.as_ref().and_then(|message| message.content.as_ref());
    let reasons: Vec<&str> = choice
        .reasons
        .iter()
        .filter(|reason| reason.audience == i32::from(v1::ReasonAudience::Staff))
        .map(|reason| reason.display_text.as_str())
        .collect();
    [
        name.to_owned(),
        local(asked).0,
        if choice.channel == 0 {
            format!("nothing: {withheld}")
        } else {
            channel(&chosen).to_owned()
        },
        choice.channel_selection_probability.map(|p| format!("{p:.2}")).unwrap_or_default(),
        start.map(|at| local(Timestamp::from_seconds(at.seconds)).1).unwrap_or_default(),
        content.map(|content| content.title.clone()).unwrap_or_default(),
        reasons.join(" "),
    ]
}

fn wire_time(at: Timestamp) -> prost_types::Timestamp {
    let micros = at.as_micros().rem_euclid(1_000_000);
    prost_types::Timestamp {
        seconds: at.as_seconds(),
        nanos: i32::try_from(micros * 1_000).unwrap_or(0),
    }
}
