//! Ranks.

use crate::api::v1;
use crate::domain::rank::Ranked;

/// The answer to a rank.
pub(crate) fn ranked(ranked: Ranked) -> v1::RankResponse {
    let Ranked { question, ranking, .. } = ranked;
    let id = |place: u8| question.actions.get(usize::from(place)).map(|action| action.id.clone());
    let places = ranking.order.iter().filter_map(|place| {
        let probability = ranking.probabilities.get(usize::from(*place)).copied();
        Some(v1::RankedAction { id: id(*place)?, probability })
    });
    v1::RankResponse {
        ranking: places.collect(),
        reward_action_id: id(ranking.chosen).unwrap_or_default(),
        event_id: question.event,
    }
}
