//! Rates in force, written as the file that sets them.

use crate::api::v1;
use crate::api::v1::catalog_service_client::CatalogServiceClient;
use crate::cli::client::{CallError, ServerArgs};
use crate::cli::output;
use crate::domain::money::{Currency, Money};

use super::file::COLUMNS;

/// Rates of a page.
const PAGE: i32 = 1_000;

/// Writes the rates of a hotel.
pub(super) async fn list(server: &ServerArgs, property: &str) -> Result<(), CallError> {
    let mut client = CatalogServiceClient::new(server.connect().await?);
    let mut request = v1::ListRatesRequest {
        property: server.name("properties", property),
        page_size: PAGE,
        ..Default::default()
    };
    output::answer(COLUMNS.join(","));
    loop {
        let page = client.list_rates(request.clone()).await?.into_inner();
        for rate in &page.rates {
            output::answer(line(property, &page.currency_code, rate));
        }
        if page.next_page_token.is_empty() {
            return Ok(());
        }
        request.page_token = page.next_page_token;
    }
}

fn line(property: &str, code: &str, rate: &v1::RoomRate) -> String {
    let amount = |minor: Option<i64>| {
        let currency = Currency::parse("currency", code).ok();
        let money = currency.zip(minor).map(|(currency, minor)| Money::new(minor, currency));
        // "120.50 EUR"; the currency has a column of its own.
        let text = money.map(|money| money.to_string()).unwrap_or_default();
        text.split(' ').next().unwrap_or_default().to_owned()
    };
    [
        property.to_owned(),
        rate.room_type_id.clone(),
        rate.date.clone(),
        code.to_owned(),
        amount(rate.bid_price_minor),
        amount(rate.hurdle_minor),
        amount(rate.variable_cost_minor),
    ]
    .join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::rates::file;

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let rate = |bid: i64, hurdle, cost| v1::RoomRate {
            room_type_id: "suite".to_owned(),
            date: format!("2026-12-{:02}", 1 + bid % 28),
            bid_price_minor: Some(bid),
            hurdle_minor: hurdle,
            variable_cost_minor: cost,
        };
        let rates = [rate(12_050, None, None), rate(7, Some(0), Some(199)), rate(0, None, Some(1))];
        let lines = rates.iter().map(|rate| format!("{}\n", line("lisbon", "EUR", rate)));
        let text = format!("{}\n{}", COLUMNS.join(","), lines.collect::<String>());
        let read = file::read(text.as_bytes()).unwrap();
        assert_eq!(read.bad, []);
        assert_eq!(read.batches[0].rates, rates);
        let line = line("kyoto", "JPY", &rate(30_000, None, None));
        assert!(line.ends_with(",JPY,30000,,"), "{line}");
    }
}
