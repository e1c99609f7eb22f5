//! What came of a batch.

use tonic::Status;

use crate::api::v1;
use crate::engine::{Error, ErrorKind, VolumeUse};

use super::View;

/// What came of its constraints.
pub(crate) fn volumes(volumes: Vec<VolumeUse>, view: View) -> Vec<v1::VolumeUse> {
    let volume = |volume: VolumeUse| v1::VolumeUse {
        constraint_id: volume.id.as_str().to_owned(),
        given_count: i32::try_from(volume.given).unwrap_or(i32::MAX),
        bid_price_score: if view.scores { volume.bid_price } else { 0.0 },
        minimum_reached: volume.is_minimum_reached,
        minimum_cost_score: if view.scores { volume.minimum_cost } else { 0.0 },
    };
    volumes.into_iter().map(volume).collect()
}

/// Why a guest has no decision: what a call for it alone would have been told.
pub(crate) fn error(error: Error) -> v1::BatchError {
    let retryable = matches!(
        error.kind,
        ErrorKind::Overloaded | ErrorKind::DeadlineExceeded | ErrorKind::Indeterminate
    );
    let reason = error.reason.to_owned();
    let message = Status::from(error).message().to_owned();
    v1::BatchError { reason, message, retryable }
}
