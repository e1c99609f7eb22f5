//! `DeliveryService`: what a reader of the outbox wants, and what it says of messages.

use std::time::Duration;

use crate::api::v1;
use crate::domain::channel::ChannelSet;
use crate::domain::scope::Scope;
use crate::engine::delivery::{Acknowledgement, ReaderOptions};
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{enums, values};

/// Most acknowledgements of a message.
const ACKNOWLEDGEMENTS_MAX: usize = 1_000;
const LEASE: Duration = Duration::from_secs(60);
const LEASE_MIN: Duration = Duration::from_secs(1);
const LEASE_MAX: Duration = Duration::from_secs(3_600);
const IN_FLIGHT: usize = 100;
const IN_FLIGHT_MAX: i32 = 1_000;

/// What a reader wants, checked.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) options: ReaderOptions,
    pub(crate) stops_when_empty: bool,
}

/// Reads what a reader wants.
pub(crate) fn read(
    scope: &Scope,
    parent: &str,
    filter: Option<v1::OutboxFilter>,
) -> Result<Wanted, Refusal> {
    let mut problems = Problems::new();
    names::brand(&mut problems, scope, "parent", parent);
    let filter = filter.unwrap_or_default();
    let wanted = problems.within(
        || "filter".into(),
        |p| {
            let channels = match enums::channels(p, "channels", &filter.channels) {
                some if filter.channels.is_empty() && some.is_empty() => ChannelSet::ALL,
                some => some,
            };
            let lease = lease(p, filter.lease_duration);
            let field = "max_in_flight_count";
            let in_flight_max = match filter.max_in_flight_count {
                0 => IN_FLIGHT,
                some => usize::from(values::count::<u16>(p, field, some, 1..=IN_FLIGHT_MAX)),
            };
            let options = ReaderOptions { channels, lease, in_flight_max };
            Some(Wanted { options, stops_when_empty: filter.stop_when_empty })
        },
    );
    problems.finish(wanted)
}

fn lease(problems: &mut Problems, wire: Option<prost_types::Duration>) -> Duration {
    let Some(wire) = wire else { return LEASE };
    let length = Duration::try_from(wire).ok();
    length.filter(|length| (LEASE_MIN..=LEASE_MAX).contains(length)).unwrap_or_else(|| {
        problems.add("lease_duration", "is not between 1 second and 1 hour");
        LEASE
    })
}

/// Reads acknowledgements of a call by itself.
pub(crate) fn acknowledge(
    scope: &Scope,
    wire: v1::AcknowledgeMessagesRequest,
) -> Result<Vec<Acknowledgement>, Refusal> {
    let mut problems = Problems::new();
    names::brand(&mut problems, scope, "parent", &wire.parent);
    if wire.acknowledgements.is_empty() {
        problems.add("acknowledgements", "is empty; name 1 to 1,000 messages");
    }
    let said = acknowledgements(&mut problems, wire.acknowledgements);
    problems.finish(Some(said))
}

/// Reads a message of a stream that is not its first.
pub(crate) fn next(wire: v1::StreamOutboxRequest) -> Result<Vec<Acknowledgement>, Refusal> {
    let mut problems = Problems::new();
    let late = "is set in a message that is not the first; open another stream to change it";
    if !wire.parent.is_empty() {
        problems.add("parent", late);
    }
    if wire.filter.is_some() {
        problems.add("filter", late);
    }
    let said = acknowledgements(&mut problems, wire.acknowledgements);
    problems.finish(Some(said))
}

fn acknowledgements(
    problems: &mut Problems,
    wire: Vec<v1::Acknowledgement>,
) -> Vec<Acknowledgement> {
    let wire = values::list(problems, "acknowledgements", wire, ACKNOWLEDGEMENTS_MAX);
    for (at, said) in wire.iter().enumerate() {
        if said.offset == 0 {
            let field = format!("{}.offset", values::at("acknowledgements", at));
            problems.add(&field, "is missing; give that of the message");
        }
    }
    let said = |wire: v1::Acknowledgement| Acknowledgement {
        offset: wire.offset,
        has_failed: wire.failed,
    };
    wire.into_iter().map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Channel;
    use crate::grpc::testing::{faults, scope};

    fn wanted(change: fn(&mut v1::OutboxFilter)) -> Result<Wanted, Refusal> {
        let mut filter = v1::OutboxFilter::default();
        change(&mut filter);
        read(&scope(), "brands/acme", Some(filter))
    }

    #[test]
    fn a_reader_takes_all_unless_it_says_what() {
        let all = read(&scope(), "brands/acme", None).unwrap();
        assert_eq!(all.options.channels, ChannelSet::ALL);
        assert_eq!((all.options.lease, all.options.in_flight_max), (LEASE, IN_FLIGHT));
        let some = wanted(|f| f.channels = vec![v1::Channel::Sms.into()]).unwrap();
        assert_eq!(some.options.channels, ChannelSet::NONE.with(Channel::Sms));
    }

    #[test]
    fn what_is_wrong_is_told_by_field() {
        let long = |seconds| Some(prost_types::Duration { seconds, nanos: 0 });
        let parent = |parent| faults(read(&scope(), parent, None)).1;
        assert_eq!(parent("acme"), ["parent"]);
        assert_eq!(faults(wanted(|f| f.channels = vec![99])).1, ["filter.channels[0]"]);
        assert_eq!(
            faults(wanted(|f| f.max_in_flight_count = 1_001)).1,
            ["filter.max_in_flight_count"]
        );
        for seconds in [0, -1, 3_601, i64::MAX] {
            let mut problems = Problems::new();
            lease(&mut problems, long(seconds));
            assert!(problems.any(), "{seconds}");
        }
        let parent = || "brands/acme".to_owned();
        let none = v1::AcknowledgeMessagesRequest { parent: parent(), ..Default::default() };
        assert_eq!(faults(acknowledge(&scope(), none)).1, ["acknowledgements"]);
        let zero = v1::AcknowledgeMessagesRequest {
            parent: parent(),
            acknowledgements: vec![v1::Acknowledgement::default()],
        };
        assert_eq!(faults(acknowledge(&scope(), zero)).1, ["acknowledgements[0].offset"]);
        let filter = Some(v1::OutboxFilter::default());
        let late = v1::StreamOutboxRequest { parent: parent(), filter, ..Default::default() };
        assert_eq!(faults(next(late)).1, ["parent", "filter"]);
    }
}
