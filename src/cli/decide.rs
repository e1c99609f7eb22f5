//! `concierge decide`: one decision from a running server, for people.

use clap::Args;
use serde_json::{Value, json};

use crate::api::v1;
use crate::api::v1::decision_service_client::DecisionServiceClient;

use super::client::{CallError, ServerArgs};
use super::output;

/// Asks a running server what to offer a guest, and shows offers, prices, reasons and the channel.
///
/// This is a real decision: it is logged, and caps are counted. Try:
///
///   concierge decide --guest g-1001 --property lisbon-baixa --placement portal.hero --explain
#[derive(Debug, Args)]
pub(crate) struct DecideArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The guest, as your systems know them. Without one: somebody unknown.
    #[arg(long)]
    guest: Option<String>,
    /// The hotel that asks.
    #[arg(long)]
    property: String,
    /// A placement to fill; give it several times.
    #[arg(long = "placement", required = true)]
    placements: Vec<String>,
    /// Offers for each placement. Without it: as many as the placement shows.
    #[arg(long, default_value_t = 0)]
    offers: i32,
    /// Decide a channel and a moment too.
    #[arg(long)]
    channel: bool,
    /// Language to answer in, like pt-PT or zh-Hans.
    #[arg(long, default_value = "")]
    locale: String,
    /// What the guest is after, in the words of the brand.
    #[arg(long, default_value = "")]
    intent: String,
    /// Show the other candidates too, with scores and selection probabilities.
    #[arg(long)]
    explain: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn decide(args: &DecideArgs) -> Result<(), CallError> {
    let mut client = DecisionServiceClient::new(args.server.connect().await?);
    let decided = client.decide_offers(request(args)).await?.into_inner();
    let explained = if args.explain {
        let name = decided.decision.clone();
        let request =
            v1::ExplainDecisionRequest { name, max_candidate_count: 10, ..Default::default() };
        Some(client.explain_decision(request).await?.into_inner())
    } else {
        None
    };
    if args.json {
        output::answer(json_of(&decided, explained.as_ref()));
    } else {
        show(&decided);
        explained.iter().for_each(show_candidates);
    }
    Ok(())
}

fn request(args: &DecideArgs) -> v1::DecideOffersRequest {
    let guest = args.guest.as_ref().map(|guest| args.server.name("guests", guest));
    let placements = args.placements.iter().map(|placement| v1::PlacementRequest {
        placement_id: placement.clone(),
        offer_count: args.offers,
        ..Default::default()
    });
    let mode = v1::ChannelMode::Decide.into();
    v1::DecideOffersRequest {
        property: args.server.name("properties", &args.property),
        subject: guest.map(v1::decide_offers_request::Subject::Guest),
        placement_requests: placements.collect(),
        context: Some(v1::DecisionContext {
            locale: args.locale.clone(),
            intent: args.intent.clone(),
            ..Default::default()
        }),
        channel_request: args.channel.then(|| v1::ChannelRequest { mode, ..Default::default() }),
        include_content: true,
        view: v1::DecisionView::Full.into(),
        ..Default::default()
    }
}

/// An amount as people write it.
pub(super) fn price(money: Option<&v1::Money>) -> String {
    use crate::domain::money::{Currency, Money};
    let read = |money: &v1::Money| {
        let currency = Currency::parse("currency", &money.currency_code).ok()?;
        Some(Money::new(money.amount_minor, currency).to_string())
    };
    money.and_then(read).unwrap_or_else(|| "free".to_owned())
}

fn show(decided: &v1::DecideOffersResponse) {
    let mut table = output::table([
        "placement",
        "slot",
        "offer",
        "title",
        "price",
        "to pay",
        "P(selected)",
        "why",
    ]);
    for proposition in &decided.propositions {
        for offer in &proposition.offers {
            let quote = offer.quote.as_ref();
            let why: Vec<&str> =
                offer.reasons.iter().map(|reason| reason.display_text.as_str()).collect();
            let probability = match offer.selection_probability {
                Some(probability) => format!("{probability:.3}"),
                None => short(
                    v1::OverrideKind::try_from(offer.override_kind)
                        .unwrap_or_default()
                        .as_str_name(),
                ),
            };
            table.add_row([
                proposition.placement_id.as_str(),
                &offer.slot.to_string(),
                &offer.offer_id,
                offer.content.as_ref().map_or("", |content| &content.title),
                &price(quote.and_then(|quote| quote.offer_price.as_ref())),
                &price(quote.and_then(|quote| quote.total_price.as_ref())),
                &probability,
                &why.join("\n"),
            ]);
        }
        if proposition.offers.is_empty() {
            table.add_row([proposition.placement_id.as_str(), "", "(nothing)"]);
        }
    }
    output::answer(table);
    if let Some(channel) = &decided.channel_decision {
        output::answer(channel_line(channel));
    }
    let personal = if decided.is_non_personalized { "the best for all" } else { "personal" };
    output::answer(format_args!(
        "{} ({personal}, catalog {})",
        decided.decision, decided.catalog_version
    ));
}

fn channel_line(channel: &v1::ChannelDecision) -> String {
    let outcome = v1::ChannelOutcome::try_from(channel.outcome).unwrap_or_default();
    let name = v1::Channel::try_from(channel.channel).unwrap_or_default();
    let window = channel.send_window.as_ref().and_then(|window| window.start_time);
    let when = window
        .and_then(|at| jiff::Timestamp::from_second(at.seconds).ok())
        .map(|at| format!(" from {at}"));
    match v1::WithholdReason::try_from(channel.withhold_reason).unwrap_or_default() {
        v1::WithholdReason::Unspecified => {
            let (outcome, name) = (short(outcome.as_str_name()), short(name.as_str_name()));
            format!("channel: {outcome} {name}{}", when.unwrap_or_default())
        }
        reason => {
            let reason = reason.as_str_name().strip_prefix("WITHHOLD_REASON_").unwrap_or_default();
            format!("channel: {} because of {reason}", short(outcome.as_str_name()))
        }
    }
}

/// The last word or words of a name of the wire.
fn short(name: &str) -> String {
    let prefixes = ["CHANNEL_OUTCOME_", "CHANNEL_", "OVERRIDE_KIND_"];
    let rest = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
    rest.unwrap_or(name).to_owned()
}

fn show_candidates(explained: &v1::ExplainDecisionResponse) {
    let mut table = output::table([
        "placement",
        "slot",
        "rank",
        "candidate",
        "score",
        "P(selected)",
        "log-odds",
    ]);
    for slot in &explained.slots {
        for candidate in &slot.candidates {
            let terms = candidate
                .score_components
                .as_ref()
                .map(|parts| parts.log_odds_terms.as_slice())
                .unwrap_or_default();
            let terms: Vec<String> =
                terms.iter().map(|term| format!("{} {:+.2}", term.component, term.term)).collect();
            let chosen = if candidate.offer_id == slot.chosen_offer_id { " *" } else { "" };
            table.add_row([
                slot.placement_id.as_str(),
                &slot.slot.to_string(),
                &candidate.rank.to_string(),
                &format!("{}{chosen}", candidate.offer_id),
                &format!("{:.4}", candidate.score),
                &format!("{:.4}", candidate.selection_probability),
                &terms.join("  "),
            ]);
        }
    }
    output::answer(table);
    if explained.replay_matches {
        output::answer("made again from the log, it is the same to the bit");
    } else {
        let difference = &explained.replay_difference;
        output::answer(format_args!("made again from the log, it differs: {difference}"));
    }
}

fn json_of(
    decided: &v1::DecideOffersResponse,
    explained: Option<&v1::ExplainDecisionResponse>,
) -> Value {
    let money = |money: Option<&v1::Money>| {
        money.map(|m| json!({ "currency": m.currency_code, "minor": m.amount_minor }))
    };
    let offer = |offer: &v1::RankedOffer| {
        json!({
            "slot": offer.slot,
            "offer_id": offer.offer_id,
            "treatment_id": offer.treatment_id,
            "price": money(offer.quote.as_ref().and_then(|quote| quote.offer_price.as_ref())),
            "total": money(offer.quote.as_ref().and_then(|quote| quote.total_price.as_ref())),
            "selection_probability": offer.selection_probability,
            "explored": offer.explored,
            "reasons": offer.reasons.iter().map(|r| json!({ "code": r.code, "text": r.display_text })).collect::<Vec<_>>(),
        })
    };
    let proposition = |proposition: &v1::Proposition| {
        json!({
            "placement_id": proposition.placement_id,
            "is_fallback": proposition.is_fallback,
            "offers": proposition.offers.iter().map(offer).collect::<Vec<_>>(),
        })
    };
    let candidates = explained.map(|explained| {
        let candidate = |c: &v1::CandidateExplanation| {
            json!({ "offer_id": c.offer_id, "rank": c.rank, "score": c.score, "selection_probability": c.selection_probability })
        };
        let slot = |slot: &v1::SlotExplanation| {
            let candidates: Vec<Value> = slot.candidates.iter().map(candidate).collect();
            json!({ "placement_id": slot.placement_id, "slot": slot.slot, "candidates": candidates })
        };
        explained.slots.iter().map(slot).collect::<Vec<_>>()
    });
    json!({
        "decision": decided.decision,
        "attribution_token": decided.attribution_token,
        "catalog_version": decided.catalog_version,
        "is_non_personalized": decided.is_non_personalized,
        "propositions": decided.propositions.iter().map(proposition).collect::<Vec<_>>(),
        "channel": decided.channel_decision.as_ref().map(channel_line),
        "candidates": candidates,
    })
}
