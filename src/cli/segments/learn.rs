//! `concierge segments learn`: what the guests of each segment like.

use crate::api::v1;
use crate::api::v1::catalog_service_client::CatalogServiceClient;
use crate::cli::client::{CallError, ServerArgs};
use crate::cli::output;

/// Most tastes of a segment that are shown.
const SHOWN_MAX: usize = 8;

/// Learns, and tells what moved.
pub(super) async fn learn(dry_run: bool, server: &ServerArgs) -> Result<(), CallError> {
    let mut client = CatalogServiceClient::new(server.connect().await?);
    let parent = format!("brands/{}", server.brand);
    let request =
        v1::LearnSegmentTastesRequest { parent, validate_only: dry_run, request_id: String::new() };
    let learnt = client.learn_segment_tastes(request).await?.into_inner();
    if learnt.segments.is_empty() {
        output::answer("The catalog has no segments.");
        return Ok(());
    }
    let mut table = output::table(["segment", "accepted", "tag", "written down", "learnt"]);
    for segment in &learnt.segments {
        let accepted = format!("{} of {}", segment.accepted_count, segment.offered_count);
        let mut head = [segment.segment_id.clone(), accepted];
        for taste in segment.tastes.iter().take(SHOWN_MAX) {
            let [id, accepted] = std::mem::take(&mut head);
            let (mean, error) = (taste.log_odds, taste.log_odds_standard_error);
            let written = format!("{:+.2}", taste.written_log_odds);
            table.add_row([
                id,
                accepted,
                taste.tag.clone(),
                written,
                format!("{mean:+.2} ± {error:.2}"),
            ]);
        }
        let [id, accepted] = head;
        if !id.is_empty() {
            table.add_row([id, accepted, "nothing moved".to_owned(), String::new(), String::new()]);
        }
    }
    output::answer(table);
    output::answer(match dry_run {
        true => format!("nothing was put in force; catalog version {}", learnt.catalog_version),
        false => format!("in force with catalog version {}", learnt.catalog_version),
    });
    Ok(())
}
