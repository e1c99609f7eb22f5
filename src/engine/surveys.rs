//! What to ask a guest next.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::catalog::Catalog;
use crate::decide::candidates::may_profile;
use crate::domain::belief::tag_hash;
use crate::domain::event::EventKind;
use crate::domain::guest::GuestState;
use crate::domain::id::{GuestId, GuestKey, Label, OfferIndex, PlacementId};
use crate::domain::record::Body;
use crate::domain::scope::{Right, Scope};
use crate::domain::stay::StayStage;
use crate::domain::survey::SurveyQuestion;
use crate::domain::time::Timestamp;
use crate::learn::survey::{ASKED_MAX, GAIN_MIN, gain};

use super::error::Error;
use super::{Engine, fold};

/// Answers of so long ago count as given lately.
const LATELY: Duration = Duration::from_secs(30 * 86_400);
/// A question that was answered is not asked again for so long.
const ANSWERED: Duration = Duration::from_secs(365 * 86_400);
/// Most lines of a timeline that are looked through for answers.
const LINES_MAX: usize = 2_000;

/// Who is to be asked, and where.
#[derive(Debug, Clone)]
pub struct SurveyQuery {
    /// The guest.
    pub guest: GuestId,
    /// The placement that would show the question.
    pub placement: Option<PlacementId>,
    /// Where the guest stands, where that matters.
    pub stage: Option<StayStage>,
}

/// What to ask.
#[derive(Debug, Clone)]
pub enum NextQuestion {
    /// This one.
    Ask {
        /// The catalog that holds it.
        catalog: Arc<Catalog>,
        /// Its place among the catalog's questions.
        at: usize,
        /// What its answer is expected to take away of what is unsure, 0 to 1.
        gain: f64,
    },
    /// Nothing.
    Stop(StopReason),
}

/// Why nothing should be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// An answer could not be used.
    NoConsent,
    /// Enough was answered lately.
    AskedEnough,
    /// Nothing that is left would teach enough.
    KnownEnough,
    /// The catalog has nothing for here and now.
    NoneFits,
}

impl Engine {
    /// Picks the question that is most worth asking a guest now.
    ///
    /// # Errors
    /// Without the right; where no catalog is in force.
    pub fn next_question(&self, scope: &Scope, query: &SurveyQuery) -> Result<NextQuestion, Error> {
        self.need(scope, Right::Decide)?;
        self.need_guest(scope, &query.guest)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        let questions = &serving.catalog.content().survey_questions;
        let fits = |question: &SurveyQuestion| {
            let placements = &question.placements;
            let here = placements.is_empty()
                || query.placement.as_ref().is_some_and(|p| placements.contains(p));
            here && query.stage.is_none_or(|stage| question.stages.contains(stage))
        };
        if !questions.iter().any(fits) {
            return Ok(NextQuestion::Stop(StopReason::NoneFits));
        }
        let key = self.guest_key(&scope.brand, &query.guest);
        let mut guest = self.with_guest(&brand, key, |state, _| (state.clone(), None))?;
        let now = self.clock.now();
        fold::fade(&mut guest, &self.options, now);
        if !may_profile(&guest) {
            return Ok(NextQuestion::Stop(StopReason::NoConsent));
        }
        let (answered, lately) = self.answered(&self.timelines(&brand, key)?, now)?;
        if lately >= ASKED_MAX {
            return Ok(NextQuestion::Stop(StopReason::AskedEnough));
        }
        let open = questions
            .iter()
            .enumerate()
            .filter(|(_, question)| fits(question) && !answered.contains(question.id.as_str()));
        let worth = |(at, question)| (at, worth(&guest, question, &serving.catalog));
        // The first of equals.
        let best =
            open.map(worth).reduce(|a, b| if b.1.use_weighted > a.1.use_weighted { b } else { a });
        Ok(match best.filter(|(_, worth)| worth.gain >= GAIN_MIN) {
            Some((at, Worth { gain, .. })) => {
                NextQuestion::Ask { catalog: Arc::clone(&serving.catalog), at, gain }
            }
            None => NextQuestion::Stop(StopReason::KnownEnough),
        })
    }

    /// Questions the guest has answered, and how many lately.
    fn answered(
        &self,
        ids: &[GuestKey],
        now: Timestamp,
    ) -> Result<(BTreeSet<String>, usize), Error> {
        let (mut answered, mut lately) = (BTreeSet::new(), 0);
        for line in self.lines_before(ids, None, LINES_MAX)? {
            if line.time < now.minus(ANSWERED) {
                break;
            }
            let Some(record) = self.store.record(line.sequence)? else { continue };
            let Body::Event { event, .. } = record.body else { continue };
            let Some(answer) = event.survey.filter(|_| event.kind == EventKind::Survey) else {
                continue;
            };
            lately += usize::from(event.time >= now.minus(LATELY));
            answered.insert(answer.question);
        }
        Ok((answered, lately))
    }
}

/// What a question is worth.
#[derive(Debug, Clone, Copy)]
struct Worth {
    gain: f64,
    /// Times the share of offers it speaks of.
    use_weighted: f64,
}

fn worth(guest: &GuestState, question: &SurveyQuestion, catalog: &Catalog) -> Worth {
    let choices: Vec<Vec<&str>> = question
        .choices
        .iter()
        .map(|choice| choice.tags.iter().map(Label::as_str).collect())
        .collect();
    let gain = gain(&guest.taste, &guest.affinities, choices.iter().map(Vec::as_slice));
    let tags: BTreeSet<u32> = choices.iter().flatten().map(|tag| tag_hash(tag)).collect();
    let offers = catalog.offer_count();
    let speaks = (0..offers).filter(|at| {
        let index = u16::try_from(*at).map(OfferIndex);
        index.is_ok_and(|at| catalog.tags(at).iter().any(|tag| tags.contains(tag)))
    });
    #[expect(clippy::cast_precision_loss, reason = "a number of offers")]
    let share = speaks.count() as f64 / offers.max(1) as f64;
    Worth { gain, use_weighted: gain * share }
}
