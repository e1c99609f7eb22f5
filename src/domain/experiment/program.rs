//! All experiments of a brand: which arms is a subject in, of which experiments?
//!
//! A *universal holdout* comes first: a share of all guests gets no personalization at all,
//! whatever the experiment. Its salt holds the period, so that each period (a year) draws other
//! guests. Then each experiment asks by itself ([`super::allocation`]). Experiments of one layer
//! own separate ranges of it, so that no unit is in two of them; those of different layers overlap
//! independently.

use std::collections::{BTreeMap, BTreeSet};

use super::allocation::Allocation;
use super::bucket::{UNIT_BUCKETS, UnitBucket};
use super::plan::{ExperimentPlan, PlanError, PlanProblem, Unit, not_empty};

/// The universal holdout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldoutPlan {
    /// Its salt.
    pub salt: String,
    /// The period, part of the salt: another one (`2027`) draws other guests.
    pub period: String,
    /// Parts of 10 000 of all guests; 200 is usual.
    pub share: u16,
}

/// All experiments of a brand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProgramPlan {
    /// The universal holdout; none where absent.
    pub holdout: Option<HoldoutPlan>,
    /// The experiments.
    pub experiments: Vec<ExperimentPlan>,
}

/// Where a unit stands in an experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Assignment {
    /// In the universal holdout: no personalization, counted apart.
    Holdout,
    /// In this arm, by its place in the plan.
    Arm(usize),
    /// Not in the experiment: outside of its range, or without the id it randomizes by.
    Outside,
}

/// The ids of what is decided for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subject<'a> {
    /// The guest, known or anonymous.
    pub guest: &'a str,
    /// The booking.
    pub booking: Option<&'a str>,
    /// The property and local date, in one id.
    pub property_day: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// A guest without a booking or a property-day.
    pub fn guest(guest: &'a str) -> Self {
        Self { guest, ..Self::default() }
    }

    /// The id of the unit that an experiment randomizes by.
    pub fn unit_id(self, unit: Unit) -> Option<&'a str> {
        match unit {
            Unit::Guest => Some(self.guest),
            Unit::Booking => self.booking,
            Unit::PropertyDay => self.property_day,
        }
    }
}

/// All experiments of a brand, checked against one another, and the holdout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    holdout: Option<HoldoutPlan>,
    experiments: Vec<Allocation>,
}

impl Program {
    /// Checks a program: each plan by itself, and that ids and salts are unique, ranges of one
    /// layer separate, and units and hashing of one layer the same.
    ///
    /// # Errors
    /// [`PlanError`] naming the first field that cannot be used.
    pub fn new(plan: ProgramPlan) -> Result<Self, PlanError> {
        plan.check()?;
        let experiments = plan.experiments.into_iter().enumerate().map(|(at, experiment)| {
            Allocation::new(experiment).map_err(|error| error.within(&format!("experiments[{at}]")))
        });
        Ok(Self { holdout: plan.holdout, experiments: experiments.collect::<Result<_, _>>()? })
    }

    /// Is there neither a holdout nor an experiment?
    pub fn is_empty(&self) -> bool {
        self.holdout.is_none() && self.experiments.is_empty()
    }

    /// Share of all guests in the universal holdout, 0 to 1.
    pub fn holdout_share(&self) -> f64 {
        self.holdout.as_ref().map_or(0.0, |h| f64::from(h.share) / f64::from(UNIT_BUCKETS))
    }

    /// The experiments, in the order of the plan.
    pub fn experiments(&self) -> &[Allocation] {
        &self.experiments
    }

    /// Whether a guest is in the universal holdout.
    pub fn holds_out(&self, guest: &str) -> bool {
        self.holdout.as_ref().is_some_and(|holdout| {
            let bucket = UnitBucket::of_parts(&[&holdout.salt, &holdout.period, guest]);
            bucket.number() < holdout.share
        })
    }

    /// Where a subject stands in each experiment, in the order of the plan. The holdout goes by
    /// guest, whatever the experiment's unit.
    pub fn assignments<'p>(
        &'p self,
        subject: Subject<'p>,
    ) -> impl Iterator<Item = (&'p Allocation, Assignment)> {
        let is_held_out = self.holds_out(subject.guest);
        self.experiments.iter().map(move |experiment| {
            let arm = || experiment.arm_of(subject.unit_id(experiment.plan().unit)?);
            let assignment = if is_held_out {
                Assignment::Holdout
            } else {
                arm().map_or(Assignment::Outside, Assignment::Arm)
            };
            (experiment, assignment)
        })
    }
}

impl ProgramPlan {
    /// Whether the plans can be used beside one another. Each by itself is checked by
    /// [`ExperimentPlan::check`].
    ///
    /// # Errors
    /// [`PlanError`] naming the first field that cannot.
    pub fn check(&self) -> Result<(), PlanError> {
        let mut ids = BTreeSet::new();
        // Whether a salt is a layer's: those several experiments may name.
        let mut salts = BTreeMap::new();
        if let Some(holdout) = &self.holdout {
            holdout.check()?;
            salts.insert(format!("{}.{}", holdout.salt, holdout.period), false);
        }
        for (at, plan) in self.experiments.iter().enumerate() {
            let field = |name: &str| format!("experiments[{at}].{name}");
            let twice = |name: &str, text: &String| {
                Err(PlanError::new(field(name), PlanProblem::Twice(text.clone())))
            };
            if !ids.insert(&plan.id) {
                return twice("id", &plan.id);
            }
            if salts.insert(plan.salt.clone(), false).is_some() {
                return twice("salt", &plan.salt);
            }
            if salts.insert(plan.layer.salt.clone(), true) == Some(false) {
                return twice("layer.salt", &plan.layer.salt);
            }
            for other in self.experiments.iter().take(at) {
                plan.check_beside(other)
                    .map_err(|error| error.within(&format!("experiments[{at}]")))?;
            }
        }
        Ok(())
    }
}

impl HoldoutPlan {
    fn check(&self) -> Result<(), PlanError> {
        not_empty("holdout.salt", &self.salt)?;
        not_empty("holdout.period", &self.period)?;
        if self.share == 0 || self.share > UNIT_BUCKETS {
            return Err(PlanError::new("holdout.share", PlanProblem::Share(self.share)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::experiment::bucket::LayerBucket;
    use crate::domain::experiment::plan::Hashing;
    use crate::domain::experiment::plan::tests::{ids, layer, plan};

    fn holdout(period: &str, share: u16) -> HoldoutPlan {
        HoldoutPlan { salt: "universal".to_owned(), period: period.to_owned(), share }
    }

    fn program(holdout: Option<HoldoutPlan>, experiments: Vec<ExperimentPlan>) -> Program {
        Program::new(ProgramPlan { holdout, experiments }).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn an_experiment_has_its_range_and_no_unit_two_experiments(plans in layer()) {
            let program = program(None, plans);
            for id in ids(2_000) {
                let place = LayerBucket::of("web", &id).number();
                let mut entered = 0;
                for (experiment, assignment) in program.assignments(Subject::guest(&id)) {
                    let range = &experiment.plan().layer;
                    let is_in = assignment != Assignment::Outside;
                    prop_assert_eq!(is_in, (range.start..range.end).contains(&place));
                    entered += u32::from(is_in);
                }
                prop_assert!(entered <= 1);
            }
        }
    }

    #[test]
    fn the_holdout_comes_before_any_arm_and_changes_with_the_period() {
        let experiments = vec![plan("all", (0, 1_000), &[5_000, 5_000])];
        let [this, next] =
            ["2026", "2027"].map(|period| program(Some(holdout(period, 200)), experiments.clone()));
        let held = |program: &Program| -> Vec<String> {
            ids(50_000).filter(|id| program.holds_out(id)).collect()
        };
        let (first, second) = (held(&this), held(&next));
        assert!(first.len().abs_diff(1_000) < 130, "{}", first.len());
        let both = first.iter().filter(|id| second.contains(id)).count();
        assert!(both < 50, "{both} of about 20");
        for id in &first {
            let subject = Subject { booking: Some("b-1"), ..Subject::guest(id) };
            assert!(this.assignments(subject).all(|(_, is)| is == Assignment::Holdout));
        }
        assert!(!program(None, experiments).holds_out(&first[0]));
    }

    #[test]
    fn a_unit_is_what_the_plan_randomizes() {
        let by = |unit| {
            Allocation::new(ExperimentPlan { unit, ..plan("x", (0, 1_000), &[5_000, 5_000]) })
        };
        let program = |unit| Program { holdout: None, experiments: vec![by(unit).unwrap()] };
        let of = |unit, subject| program(unit).assignments(subject).next().unwrap().1;
        let subject =
            Subject { guest: "g", booking: Some("b"), property_day: Some("p/2026-07-01") };
        for (unit, id) in
            [(Unit::Guest, "g"), (Unit::Booking, "b"), (Unit::PropertyDay, "p/2026-07-01")]
        {
            let expected = by(unit).unwrap().arm_of(id).unwrap();
            assert_eq!(of(unit, subject), Assignment::Arm(expected));
        }
        assert_eq!(of(Unit::Booking, Subject::guest("g")), Assignment::Outside);
    }

    fn written() -> ProgramPlan {
        let experiments =
            [("ranking", (0, 600), [3_000, 3_000]), ("price", (600, 1_000), [100, 3_900])];
        let named = |(id, range, shares): (&str, _, [u16; 2])| ExperimentPlan {
            salt: format!("{id}-1"),
            ..plan(id, range, &shares)
        };
        ProgramPlan {
            holdout: Some(holdout("2026", 200)),
            experiments: experiments.map(named).to_vec(),
        }
    }

    fn clash(change: impl Fn(&mut ProgramPlan)) -> String {
        let mut program = written();
        change(&mut program);
        program.check().unwrap_err().to_string()
    }

    #[test]
    fn plans_that_do_not_go_together_are_named() {
        let starts = |text: String, start: &str| assert!(text.starts_with(start), "{text}");
        starts(
            clash(|p| p.experiments[1].layer.start = 599),
            "experiments[1].layer.start: overlaps with experiment \"ranking\"",
        );
        starts(
            clash(|p| p.experiments[1].unit = Unit::Booking),
            "experiments[1].unit: differs from experiment \"ranking\" in the same layer",
        );
        starts(
            clash(|p| p.experiments[1].hashing = Hashing::GrowthbookV2),
            "experiments[1].hashing: differs",
        );
        let twice = |field: &str, change: fn(&mut ProgramPlan)| {
            starts(clash(change), &format!("{field}: "));
            assert!(clash(change).contains("is used twice"));
        };
        twice("experiments[1].id", |p| p.experiments[1].id = "ranking".to_owned());
        twice("experiments[1].salt", |p| p.experiments[1].salt = "ranking-1".to_owned());
        twice("experiments[1].salt", |p| p.experiments[1].salt = "web".to_owned());
        twice("experiments[1].layer.salt", |p| {
            p.experiments[1].layer.salt = "ranking-1".to_owned()
        });
        twice("experiments[0].salt", |p| p.experiments[0].salt = "universal.2026".to_owned());
        for (field, change) in [
            ("salt", (|h| h.salt.clear()) as fn(&mut HoldoutPlan)),
            ("period", |h| h.period.clear()),
            ("share", |h| h.share = 0),
            ("share", |h| h.share = 10_001),
        ] {
            let text = clash(|p| p.holdout.as_mut().into_iter().for_each(change));
            starts(text, &format!("holdout.{field}: is "));
        }
        let apart = |p: &mut ProgramPlan| {
            p.experiments[1].layer.salt = "price".to_owned();
            p.experiments[1].layer.start = 0;
            p.experiments[1].unit = Unit::PropertyDay;
        };
        let mut program = written();
        assert_eq!(program.check(), Ok(()));
        assert!(program.experiments.iter().all(|plan| plan.check() == Ok(())));
        apart(&mut program);
        assert_eq!(program.check(), Ok(()), "another layer may overlap");
    }
}
