//! The paths of the hosted personalizer (`/personalizer/…`): the same calls, with its status codes
//! and its errors, so that a client of that service needs a new address and a new key only.
//!
//! | call | its answer |
//! |---|---|
//! | rank | 201 with the ranking |
//! | reward, activate | 204 without a body |
//! | a failure | `{"error": {"code", "message", "details": [{"code", "target", "message"}]}}` |

use http::StatusCode;
use serde_json::json;

use super::problem::Problem;
use super::template::{Segment, Template};

/// Content type of its failures.
pub(super) const CONTENT_TYPE: &str = "application/json";

/// How the hosted service answers a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hosted {
    Rank,
    Reward,
    Activate,
}

impl Hosted {
    /// That of a path; `None` where the path is ours alone.
    pub(super) fn of(template: &Template) -> Option<Self> {
        let literal = |at: Option<&Segment>| match at {
            Some(Segment::Literal(word)) => Some(word.clone()),
            Some(Segment::Any) | None => None,
        };
        literal(template.segments.first()).filter(|first| first == "personalizer")?;
        match literal(template.segments.last())?.as_str() {
            "rank" => Some(Self::Rank),
            "reward" => Some(Self::Reward),
            _ => Some(Self::Activate),
        }
    }

    /// The status of success.
    pub(super) fn success(self) -> StatusCode {
        match self {
            Self::Rank => StatusCode::CREATED,
            Self::Reward | Self::Activate => StatusCode::NO_CONTENT,
        }
    }

    /// A failure as that service tells it.
    pub(super) fn error(self, problem: &Problem) -> Vec<u8> {
        let status = problem.status();
        let code = match (status, self) {
            (StatusCode::BAD_REQUEST, Self::Rank) => "InvalidRankRequest",
            (StatusCode::BAD_REQUEST, Self::Reward) => "InvalidRewardRequest",
            (StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND, Self::Activate) => {
                "InvalidEventIdToActivate"
            }
            (StatusCode::NOT_FOUND, _) => "ResourceNotFound",
            (status, _) if status.is_server_error() => "InternalServerError",
            _ => "BadRequest",
        };
        let detail = |(field, problem): &(String, String)| json!({ "code": code, "target": field, "message": problem });
        let details: Vec<_> = problem.fields.iter().map(detail).collect();
        let mut error = json!({ "code": code, "message": problem.detail });
        if let Some(error) = error.as_object_mut().filter(|_| !details.is_empty()) {
            error.insert("details".into(), details.into());
        }
        json!({ "error": error }).to_string().into_bytes()
    }
}
