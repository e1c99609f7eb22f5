//! `concierge outbox`: messages to be sent, as lines of JSON: a sender to begin with, or a look.

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::api::v1;
use crate::api::v1::delivery_service_client::DeliveryServiceClient;

use super::client::{CallError, Connection, ServerArgs};
use super::output;

/// Reads the outbox of a running server: messages that were decided and are to be sent. The key needs
/// the right `deliver`.
#[derive(Debug, Args)]
pub(crate) struct OutboxArgs {
    #[command(subcommand)]
    command: OutboxCommand,
}

#[derive(Debug, Subcommand)]
enum OutboxCommand {
    /// Prints messages that are due, one JSON object a line. Without `--ack` each comes again, to this
    /// reader or another, when its lease ends.
    Read(ReadArgs),
    /// Acknowledges messages by their offsets: they were sent.
    Ack(AckArgs),
    /// Tells how full the outbox is.
    Status(StatusArgs),
}

#[derive(Debug, Args)]
struct ReadArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// Only messages for this channel, like EMAIL or SMS; give it several times. Without it: all.
    #[arg(long = "channel", value_delimiter = ',')]
    channels: Vec<String>,
    /// Acknowledge each message once it is printed.
    #[arg(long)]
    ack: bool,
    /// Wait for what falls due, without end. Without it: what is due now.
    #[arg(long)]
    follow: bool,
    /// How long a message stays with this reader, in seconds.
    #[arg(long, default_value_t = 60)]
    lease_seconds: u32,
}

#[derive(Debug, Args)]
struct AckArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// Say that they could not be sent: the next channel is tried at once.
    #[arg(long)]
    failed: bool,
    /// Offsets of the messages.
    #[arg(required = true)]
    offsets: Vec<u64>,
}

#[derive(Debug, Args)]
struct StatusArgs {
    #[command(flatten)]
    server: ServerArgs,
}

type Client = DeliveryServiceClient<Connection>;

/// Runs the command.
pub(crate) async fn outbox(args: &OutboxArgs) -> Result<(), CallError> {
    match &args.command {
        OutboxCommand::Read(args) => read(args).await,
        OutboxCommand::Ack(args) => {
            let mut client = DeliveryServiceClient::new(args.server.connect().await?);
            for offset in &args.offsets {
                let unknown = acknowledge(&mut client, &args.server, *offset, args.failed).await?;
                if unknown {
                    output::complain(format_args!("there is no message {offset} any more"));
                }
            }
            Ok(())
        }
        OutboxCommand::Status(args) => {
            let mut client = DeliveryServiceClient::new(args.server.connect().await?);
            let parent = parent_of(&args.server);
            let request = v1::GetOutboxStatusRequest { parent };
            let status = client.get_outbox_status(request).await?.into_inner();
            output::answer(json!({
                "messages": status.message_count,
                "due": status.due_count,
                "leased": status.leased_count,
                "readers": status.reader_count,
                "oldestDueSeconds": status.oldest_due_time.map(|time| time.seconds),
            }));
            Ok(())
        }
    }
}

fn parent_of(server: &ServerArgs) -> String {
    format!("brands/{}", server.brand)
}

async fn read(args: &ReadArgs) -> Result<(), CallError> {
    let mut client = DeliveryServiceClient::new(args.server.connect().await?);
    let channels = args.channels.iter().map(|name| {
        let name = format!("CHANNEL_{}", name.to_uppercase());
        v1::Channel::from_str_name(&name).map_or(i32::MAX, i32::from)
    });
    let lease = Duration::from_secs(u64::from(args.lease_seconds));
    let filter = v1::OutboxFilter {
        channels: channels.collect(),
        lease_duration: prost_types::Duration::try_from(lease).ok(),
        max_in_flight_count: 0,
        stop_when_empty: !args.follow,
    };
    let request = v1::ReadOutboxRequest { parent: parent_of(&args.server), filter: Some(filter) };
    let mut messages = client.read_outbox(request).await?.into_inner();
    while let Some(response) = messages.message().await? {
        let Some(message) = response.message else { continue };
        output::answer(json_of(&message));
        if args.ack {
            acknowledge(&mut client, &args.server, message.offset, false).await?;
        }
    }
    Ok(())
}

/// Says that a message was sent, or could not be; true: there is no such message.
async fn acknowledge(
    client: &mut Client,
    server: &ServerArgs,
    offset: u64,
    failed: bool,
) -> Result<bool, CallError> {
    let request = v1::AcknowledgeMessagesRequest {
        parent: parent_of(server),
        acknowledgements: vec![v1::Acknowledgement { offset, failed }],
    };
    let answer = client.acknowledge_messages(request).await?.into_inner();
    Ok(!answer.unknown_offsets.is_empty())
}

/// A message as one line.
fn json_of(message: &v1::OutboxMessage) -> Value {
    let seconds = |time: &Option<prost_types::Timestamp>| time.as_ref().map(|time| time.seconds);
    let offers = message.propositions.iter().flat_map(|p| &p.offers).map(|offer| {
        let content = offer.content.as_ref();
        let price = offer.quote.as_ref().and_then(|quote| quote.total_price.as_ref());
        json!({
            "offerId": offer.offer_id,
            "treatmentId": offer.treatment_id,
            "title": content.map(|content| &content.title),
            "body": content.map(|content| &content.body),
            "totalPriceMinor": price.map(|price| price.amount_minor),
            "currency": price.map(|price| &price.currency_code),
        })
    });
    json!({
        "offset": message.offset,
        "idempotencyKey": message.idempotency_key,
        "guest": message.guest,
        "displayName": message.display_name,
        "channel": message.channel().as_str_name(),
        "addresses": message.addresses,
        "locale": message.locale,
        "triggerId": message.trigger_id,
        "reservationId": message.reservation_id,
        "offers": offers.collect::<Vec<_>>(),
        "notBeforeSeconds": seconds(&message.not_before_time),
        "notAfterSeconds": seconds(&message.not_after_time),
        "attributionToken": message.attribution_token,
    })
}
