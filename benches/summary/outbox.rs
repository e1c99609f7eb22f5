//! Messages out of the outbox, streamed and acknowledged through gRPC.

use std::time::Duration;

use concierge::api::v1;
use concierge::api::v1::delivery_service_client::DeliveryServiceClient;
use concierge::domain::channel::{Channel, ChannelSet};
use concierge::domain::delivery::Delivery;
use concierge::domain::profile::{ContactPoint, ContactState, GuestFacts, ProfileChange};
use concierge::domain::request::{ChannelRequest, Direction};
use concierge::engine::EngineOptions;
use concierge::sys::clock::{Clock, Stopwatch};
use tokio::sync::mpsc;
use tonic::Request;
use tonic::transport::Endpoint;

use crate::hotel::{self, Hotel};
use crate::server::Server;
use crate::{Outcome, catalog, fsync, guests, report, scratch};

/// Messages that wait, each of a guest of its own.
const MESSAGES: usize = 10_000;
/// Messages with the reader at once.
const IN_FLIGHT: usize = 1_000;
/// Acknowledgements in a message of the stream, at most.
const ACKNOWLEDGED_MAX: usize = 64;
/// How long the bare sync is measured.
const SYNCING: Duration = Duration::from_secs(3);
/// Longest wait for the next message of the stream.
const PATIENCE: Duration = Duration::from_secs(30);

type Failure = Box<dyn std::error::Error>;

/// **`outbox_messages_per_s`**: messages that one reader takes from the stream of a real server and
/// acknowledges, from the opening of the stream until the last acknowledgement is on disk: each was
/// looked at once more, leased, and its sending logged. **`outbox_messages_per_fsync`**: the same beside
/// what a bare `fdatasync` after an append of 64 KiB takes at the median on the same disk.
pub(crate) fn measure() -> Outcome {
    let folder = scratch::folder()?;
    let store = folder.path().join("store");
    let watch = Stopwatch::start();
    fill(&store)?;
    report::note(&format!("outbox: {MESSAGES} messages queued in {:.1} s", watch.seconds()));
    let syncs = fsync::measure(folder.path(), SYNCING)?;
    let server = Server::on(&store, folder.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let seconds = runtime.block_on(read(&server))?;
    let rate = MESSAGES as f64 / seconds;
    report::value("outbox_messages_per_s", rate, "1/s");
    let sync = syncs.value_at_quantile(0.5) as f64 / 1e9;
    report::value("outbox_messages_per_fsync", rate * sync, "ratio");
    Ok(())
}

/// A store in which so many messages are due now.
fn fill(store: &std::path::Path) -> Outcome {
    let hotel = Hotel::create(store, EngineOptions::new(store))?;
    // At whatever hour this runs.
    let document = catalog::document();
    let split = document.split_once("[[contact.quiet_hours]]");
    let (head, rest) = split.ok_or("the catalog has no quiet hours")?;
    let (_, rest) = rest.split_once("[[").ok_or("nothing follows the quiet hours")?;
    let at_any_hour = format!("{head}[[{rest}");
    hotel.engine.publish_catalog(&hotel.scope, &at_any_hour, "at any hour", None)?;
    let mut queued = 0;
    for number in 0.. {
        if queued == MESSAGES {
            break;
        }
        if number > 4 * MESSAGES as u64 {
            return Err("too many messages were withheld".into());
        }
        queued += usize::from(queue(&hotel, number)?);
    }
    hotel.flush()?;
    Ok(hotel.engine.close()?)
}

/// Makes a guest known, and asks for a message to them. Was one put into the outbox?
fn queue(hotel: &Hotel, number: u64) -> Result<bool, Failure> {
    let guest = guests::guest_id(number)?;
    for consent in guests::consents(number)? {
        hotel.record(&consent, None)?;
    }
    let point = ContactPoint {
        channel: Channel::Email,
        address: format!("{guest}@example.org"),
        state: ContactState::Verified,
    };
    let facts = GuestFacts {
        country: "PT".to_owned(),
        zone: "Europe/Lisbon".to_owned(),
        contact_points: vec![point],
        ..GuestFacts::default()
    };
    let change = ProfileChange {
        guest: guest.clone(),
        facts: Some(facts),
        consents: Vec::new(),
        preferences: Vec::new(),
        replaced: None,
    };
    hotel.engine.change_profile(&hotel.scope, change, Box::new(|_| ()))?;
    let mut request = hotel::request(&guest)?;
    request.direction = Direction::Outbound;
    let allowed = ChannelSet::NONE.with(Channel::Email);
    let latest = Some(Clock::System.now().plus(Duration::from_secs(86_400)));
    request.channel = Some(ChannelRequest { allowed, latest, ..ChannelRequest::default() });
    request.delivery = Some(Delivery::default());
    let answer = hotel.decide(&request)?;
    Ok(answer.decision.channel.as_ref().is_some_and(|choice| choice.channel.is_some()))
}

/// Reads and acknowledges all of them. Seconds it took.
async fn read(server: &Server) -> Result<f64, Failure> {
    let channel = Endpoint::from_shared(server.address().to_owned())?.connect().await?;
    let (tell, told) = mpsc::channel(IN_FLIGHT);
    let filter = v1::OutboxFilter {
        max_in_flight_count: i32::try_from(IN_FLIGHT)?,
        ..v1::OutboxFilter::default()
    };
    let parent = format!("brands/{}", hotel::BRAND);
    let first = v1::StreamOutboxRequest { parent, filter: Some(filter), ..Default::default() };
    tell.send(first).await?;
    let mut request = Request::new(tokio_stream::wrappers::ReceiverStream::new(told));
    request.metadata_mut().insert("authorization", format!("Bearer {}", server.key()).parse()?);
    let watch = Stopwatch::start();
    let mut stream = DeliveryServiceClient::new(channel).stream_outbox(request).await?.into_inner();
    let (mut seen, mut waiting) = (0, Vec::new());
    loop {
        let next = tokio::time::timeout(PATIENCE, stream.message()).await;
        let response = next.map_err(|_| format!("after {seen} messages no more came"))??;
        let response = response.ok_or("the stream ended")?;
        if let Some(message) = response.message {
            seen += 1;
            waiting.push(v1::Acknowledgement { offset: message.offset, failed: false });
        }
        if waiting.len() == ACKNOWLEDGED_MAX || seen == MESSAGES && !waiting.is_empty() {
            let acknowledgements = std::mem::take(&mut waiting);
            tell.send(v1::StreamOutboxRequest { acknowledgements, ..Default::default() }).await?;
        }
        if usize::try_from(response.acknowledged_count)? >= MESSAGES {
            return Ok(watch.seconds());
        }
    }
}
