//! `concierge channels`: how a guest is expected to answer, channel by channel and time by time.

pub(super) mod scene;

use std::fmt::Write as _;

use clap::Args;

use crate::api::v1;
use crate::api::v1::guest_service_client::GuestServiceClient;

use super::client::{CallError, ServerArgs};
use super::output;

/// Shows how a guest is expected to answer messages, by channel, kind of day and part of it, beside the
/// guest's segment. The best channel of each time is marked.
///
///   concierge channels --guest g-1001
#[derive(Debug, Args)]
pub(crate) struct ChannelsArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The guest, as your systems know them.
    #[arg(long)]
    guest: String,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn channels(args: &ChannelsArgs) -> Result<(), CallError> {
    let affinities = affinities(&args.server, &args.guest).await?;
    if args.json {
        output::answer(json_of(&affinities));
    } else if affinities.is_empty() {
        output::answer("nothing may be shown: the guest has not agreed to profiling");
    } else {
        output::answer(heat_map(&affinities));
    }
    Ok(())
}

/// What the server expects of a guest.
async fn affinities(
    server: &ServerArgs,
    guest: &str,
) -> Result<Vec<v1::ChannelAffinity>, CallError> {
    let mut client = GuestServiceClient::new(server.connect().await?);
    let name = format!("{}/preferenceProfile", server.name("guests", guest));
    let request = v1::GetPreferenceProfileRequest { name };
    let response = client.get_preference_profile(request).await?.into_inner();
    Ok(response.preference_profile.unwrap_or_default().channel_affinities)
}

fn json_of(affinities: &[v1::ChannelAffinity]) -> serde_json::Value {
    let one = |a: &v1::ChannelAffinity| {
        serde_json::json!({
            "channel": channel(a),
            "day_type": a.day_type().as_str_name().trim_start_matches("DAY_TYPE_"),
            "daypart": a.daypart().as_str_name().trim_start_matches("DAYPART_"),
            "response_propensity": a.response_propensity,
            "of_segment": of_segment(a),
        })
    };
    serde_json::Value::Array(affinities.iter().map(one).collect())
}

fn channel(affinity: &v1::ChannelAffinity) -> &'static str {
    let name = affinity.channel().as_str_name();
    name.strip_prefix("CHANNEL_").unwrap_or(name)
}

/// What is expected of a guest of the segment of whom nothing is known.
fn of_segment(affinity: &v1::ChannelAffinity) -> f64 {
    if affinity.relative_response > 0.0 {
        affinity.response_propensity / affinity.relative_response
    } else {
        0.0
    }
}

const DAY_TYPES: [(v1::DayType, &str); 3] =
    [(v1::DayType::Work, "WORK"), (v1::DayType::Rest, "REST"), (v1::DayType::Holiday, "HOLIDAY")];
const DAYPARTS: [(v1::Daypart, &str); 4] = [
    (v1::Daypart::Morning, "06-11"),
    (v1::Daypart::Day, "11-17"),
    (v1::Daypart::Evening, "17-22"),
    (v1::Daypart::Night, "22-06"),
];
/// From few answers to many.
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];

/// A row for each channel, a column for each time: percent of the guest, then of the segment; the darker
/// the likelier; `*` is the best channel of its column.
fn heat_map(affinities: &[v1::ChannelAffinity]) -> String {
    let mut channels: Vec<v1::Channel> = Vec::new();
    for affinity in affinities {
        if !channels.contains(&affinity.channel()) {
            channels.push(affinity.channel());
        }
    }
    let times: Vec<(v1::DayType, v1::Daypart)> =
        DAY_TYPES.iter().flat_map(|(day, _)| DAYPARTS.map(|(part, _)| (*day, part))).collect();
    let at = |of: v1::Channel, (day, part): (v1::DayType, v1::Daypart)| {
        let is_meant =
            |a: &&v1::ChannelAffinity| (a.channel(), a.day_type(), a.daypart()) == (of, day, part);
        affinities.iter().find(is_meant)
    };
    let rate = |of: v1::Channel, time| at(of, time).map_or(0.0, |a| a.response_propensity);
    let most = affinities.iter().map(|a| a.response_propensity).fold(0.01, f64::max);
    let mut text = String::new();
    let _ = write!(text, "{:<15}", "");
    for (_, day) in DAY_TYPES {
        let _ = write!(text, "{day:<33}");
    }
    let _ = write!(text, "\n{:<15}", "% guest/segment");
    for _ in DAY_TYPES {
        for (_, part) in DAYPARTS {
            let _ = write!(text, " {part:<7}");
        }
        text.push(' ');
    }
    for of in channels {
        let name = of.as_str_name().trim_start_matches("CHANNEL_");
        let _ = write!(text, "\n{name:<15}");
        for (number, time) in times.iter().enumerate() {
            let own = rate(of, *time);
            let is_best = affinities.iter().all(|a| rate(a.channel(), *time) <= own);
            let segment = at(of, *time).map_or(0.0, of_segment);
            let shade = SHADES[shade(own / most)];
            let mark = if is_best { '*' } else { ' ' };
            let both = format!("{:.0}/{:.0}", own * 100.0, segment * 100.0);
            let _ = write!(text, "{shade}{both:<5}{mark} ");
            if number % DAYPARTS.len() == DAYPARTS.len() - 1 {
                text.push(' ');
            }
        }
    }
    text
}

/// Place among the shades of a share, 0 to 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 4")]
fn shade(share: f64) -> usize {
    (share.clamp(0.0, 1.0) * (SHADES.len() - 1) as f64).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_channel_of_each_time_is_marked_and_the_segment_stands_beside() {
        let one =
            |channel: v1::Channel, day: v1::DayType, response_propensity| v1::ChannelAffinity {
                channel: channel.into(),
                day_type: day.into(),
                daypart: v1::Daypart::Morning.into(),
                response_propensity,
                relative_response: 2.0,
                contact_count: 9.0,
            };
        let map = heat_map(&[
            one(v1::Channel::Email, v1::DayType::Work, 0.4),
            one(v1::Channel::Sms, v1::DayType::Work, 0.1),
            one(v1::Channel::Email, v1::DayType::Holiday, 0.02),
            one(v1::Channel::Sms, v1::DayType::Holiday, 0.2),
        ]);
        let row = |name: &str| map.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        assert!(row("EMAIL").contains("█40/20*") && !row("EMAIL").contains("2/1  *"), "{map}");
        assert!(row("SMS").contains("▒20/10*") && row("SMS").contains("░10/5  "), "{map}");
        let widths: Vec<usize> = map.lines().map(|line| line.trim_end().chars().count()).collect();
        assert!(widths.iter().all(|width| *width <= 116), "{widths:?}\n{map}");
    }
}
