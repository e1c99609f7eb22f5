//! `concierge arrivals`: who arrives today and what to propose, for the front desk.

mod page;

use std::path::PathBuf;

use clap::Args;

use crate::api::v1;
use crate::api::v1::decision_service_client::DecisionServiceClient;

use super::client::{CallError, ServerArgs};
use super::output;

/// Shows who arrives at a hotel on a day, with the best offer for each and what staff should know; prints
/// it as a page for the desk, too.
///
/// With `--placement` these are real decisions, made once a day for each guest: to ask again shows the same.
#[derive(Debug, Args)]
pub(crate) struct ArrivalsArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The hotel.
    #[arg(long)]
    property: String,
    /// The day of arrival, like 2026-12-24. Without it: today at the hotel.
    #[arg(long, default_value = "")]
    date: String,
    /// The placement to decide for, like `frontdesk.prompt`. Without it nothing is proposed.
    #[arg(long, default_value = "")]
    placement: String,
    /// Write the list as a page to print (A4) into this file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArrivalsError {
    /// The server refused.
    #[error("{0}")]
    Call(#[from] CallError),
    /// The page cannot be written.
    #[error("{}: {source}", path.display())]
    Page {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// What the list tells of a guest, as texts.
struct Row {
    time: String,
    guest: String,
    stay: String,
    value: String,
    offer: String,
    price: String,
    points: Vec<String>,
}

/// Runs the command.
pub(crate) async fn arrivals(args: &ArrivalsArgs) -> Result<(), ArrivalsError> {
    let connection = args.server.connect().await?;
    let mut client = DecisionServiceClient::new(connection);
    let (mut rows, mut token) = (Vec::new(), String::new());
    let day = loop {
        let request = v1::ListArrivalsRequest {
            property: args.server.name("properties", &args.property),
            date: args.date.clone(),
            placement_id: args.placement.clone(),
            page_size: 1_000,
            page_token: token,
            include_content: true,
        };
        let listed = client.list_arrivals(request).await.map_err(CallError::from)?.into_inner();
        rows.extend(listed.arrivals.iter().map(row));
        token = listed.next_page_token;
        if token.is_empty() {
            break listed.date;
        }
    };
    if let Some(path) = &args.html {
        std::fs::write(path, page::page(&args.property, &day, &rows))
            .map_err(|source| ArrivalsError::Page { path: path.clone(), source })?;
    }
    show(&day, &rows);
    Ok(())
}

fn show(day: &str, rows: &[Row]) {
    let mut table =
        output::table(["time", "guest", "stay", "value", "propose", "price", "to know"]);
    for row in rows {
        let Row { time, guest, stay, value, offer, price, points } = row;
        table.add_row([time, guest, stay, value, offer, price, &points.join("\n")]);
    }
    output::answer(table);
    let guests = if rows.len() == 1 { "guest arrives" } else { "guests arrive" };
    output::answer(format_args!("{} {guests} on {day}", rows.len()));
}

fn row(arrival: &v1::Arrival) -> Row {
    let guest = arrival.guest.as_ref();
    let id = guest.and_then(|g| g.name.rsplit('/').next()).unwrap_or_default();
    let name = guest.map(|g| g.display_name.as_str()).filter(|name| !name.is_empty());
    let party = arrival.party.clone().unwrap_or_default();
    let adults = if party.adult_count == 1 {
        "1 adult".to_owned()
    } else {
        format!("{} adults", party.adult_count)
    };
    let persons = match party.child_count {
        0 => adults,
        1 => format!("{adults}, 1 child"),
        children => format!("{adults}, {children} children"),
    };
    let offer = arrival.offer.as_ref();
    let title = offer.and_then(|o| o.content.as_ref()).map(|content| content.title.as_str());
    let quote = offer.and_then(|offer| offer.quote.as_ref());
    let here = if arrival.checked_in { ", in house" } else { "" };
    Row {
        time: arrival.arrival_time.clone(),
        guest: name.unwrap_or(id).to_owned(),
        stay: format!("to {}, {persons}{here}", arrival.check_out_date),
        value: match arrival.value_tier {
            0 => String::new(),
            tier => "*".repeat(usize::try_from(5 - tier).unwrap_or(0)),
        },
        offer: title
            .filter(|title| !title.is_empty())
            .or(offer.map(|offer| offer.offer_id.as_str()))
            .unwrap_or_default()
            .to_owned(),
        price: match offer {
            Some(_) => super::decide::price(quote.and_then(|quote| quote.total_price.as_ref())),
            None => String::new(),
        },
        points: arrival.talking_points.clone(),
    }
}
