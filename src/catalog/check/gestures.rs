//! Gestures, and how they are paid for and chosen.

use std::time::Duration;

use crate::domain::gesture::{Gesture, GestureProgram};

use super::{Check, is_locale, too_long};
use crate::catalog::content::{GESTURE_TIME_MAX, GESTURES_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX};

/// Shortest period, window and wait.
const TIME_MIN: Duration = Duration::from_secs(3_600);

impl Check<'_> {
    pub(super) fn gestures(&mut self) {
        let Some(program) = &self.content.gestures else { return };
        self.gesture_program(program);
        let gestures = &program.gestures;
        let fits = (1..=GESTURES_MAX).contains(&gestures.len());
        let problem =
            || format!("has {} entries; there must be 1 to {GESTURES_MAX}", gestures.len());
        self.need(fits, || "gestures".to_owned(), problem);
        self.unique(gestures.iter().map(|g| &g.id), |at| format!("gestures[{at}].id"));
        for (at, gesture) in gestures.iter().enumerate() {
            self.gesture(at, gesture, program);
        }
    }

    fn gesture_program(&mut self, program: &GestureProgram) {
        let path = |name: &str| format!("gesture_program.{name}");
        let is_some = program.amount.minor > 0;
        self.need(is_some, || path("amount"), || "must be more than 0".to_owned());
        for (name, time) in [
            ("period", program.period),
            ("window", program.window),
            ("survey_wait", program.survey_wait),
            ("return_wait", program.return_wait),
        ] {
            let problem = || "must be from one hour to 730 days".to_owned();
            let fits = (TIME_MIN..=GESTURE_TIME_MAX).contains(&time);
            self.need(fits, || path(name), problem);
        }
        let problem = || "must not be longer than return_wait".to_owned();
        let fits = program.survey_wait <= program.return_wait;
        self.need(fits, || path("survey_wait"), problem);
        self.within(program.holdout, 0.0..=0.5, || path("holdout"));
        self.within(program.satisfaction_worth, 0.0..=1e6, || path("satisfaction_worth"));
        self.within(program.return_worth, 0.0..=1e6, || path("return_worth"));
        let is_worth = program.satisfaction_worth + program.return_worth > 0.0;
        let problem = || "is 0, as is return_worth; then no gesture is worth its cost".to_owned();
        self.need(is_worth, || path("satisfaction_worth"), problem);
        self.within(program.value_cap, 0.01..=1e6, || path("value_cap"));
        self.within(program.gamma0, 0.1..=1e9, || path("gamma0"));
        self.within(program.floor, 0.001..=1.0, || path("floor"));
    }

    fn gesture(&mut self, at: usize, gesture: &Gesture, program: &GestureProgram) {
        let path = |name: &str| format!("gestures[{at}].{name}");
        let fits = gesture.name.len() <= NAME_BYTES_MAX;
        self.need(fits, || path("name"), || too_long(NAME_BYTES_MAX));
        let problem = || "is empty: say what it answers to".to_owned();
        self.need(!gesture.triggers.is_empty(), || path("triggers"), problem);
        let names = gesture.triggers.iter().map(|trigger| trigger.name());
        self.unique(names, |i| path(&format!("triggers[{i}]")));
        let recoveries = gesture.triggers.iter().filter(|t| t.is_recovery()).count();
        let is_one_kind = recoveries == 0 || recoveries == gesture.triggers.len();
        let problem = || {
            "mixes what makes up for trouble (COMPLAINT, LONG_WAIT) with surprises; make two of it"
                .to_owned()
        };
        self.need(is_one_kind, || path("triggers"), problem);
        let problem = || "is for trouble only; a surprise has no severity".to_owned();
        let fits = gesture.least_severity == 0 || recoveries > 0;
        self.need(fits, || path("least_severity"), problem);
        let (cost, amount) = (gesture.cost, program.amount);
        let problem = || format!("must be more than 0, in {}, as the amount is", amount.currency);
        let is_told = cost.minor > 0 && cost.currency == amount.currency;
        self.need(is_told, || path("cost"), problem);
        let problem = || "is more than the amount of a period, so it is never given".to_owned();
        self.need(cost.minor <= amount.minor, || path("cost"), problem);
        for (i, property) in gesture.properties.iter().enumerate() {
            let exists = self.names.properties.contains_key(property.as_str());
            self.known(exists, || path(&format!("properties[{i}]")), "property", property);
        }
        self.within(gesture.prior_satisfaction, -2.0..=2.0, || path("prior_satisfaction"));
        self.within(gesture.prior_return, -0.5..=0.5, || path("prior_return"));
        for (locale, text) in &gesture.talking_points {
            let field = || path(&format!("talking_points.{locale}"));
            let problem = || "must be a language like en, pt-BR or zh-Hans".to_owned();
            self.need(is_locale(locale), field, problem);
            self.need(text.len() <= TEXT_BYTES_MAX, field, || too_long(TEXT_BYTES_MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::validate;
    use crate::testkit::world;

    const SOUND: &str = "[gesture_program]\namount = \"500.00 EUR\"\nstart = 2026-03-01\n\
        period = \"30d\"\nsatisfaction_worth = 8\nreturn_worth = 150\n\
        [[gestures]]\nid = \"fruit\"\ntriggers = [\"OCCASION\"]\ncost = \"9.00 EUR\"\n\
        prior_satisfaction = 0.3\ntalking_points = { en = \"With our best wishes.\" }\n";

    #[test]
    fn gestures_are_read() {
        let content = validate(&format!("{}\n{SOUND}", world::text(3))).unwrap();
        let program = content.gestures.unwrap();
        let gesture = &program.gestures[0];
        assert_eq!((program.amount.minor, gesture.cost.minor), (50_000, 900));
        assert_eq!(gesture.talking_points[0].1, "With our best wishes.");
        assert!(validate(&world::text(3)).unwrap().gestures.is_none());
    }

    #[test]
    fn what_does_not_hold_is_told_where_it_stands() {
        for (from, to, field, says) in [
            ("500.00", "0.00", "gesture_program.amount", "more than 0"),
            ("\"30d\"", "\"1m\"", "gesture_program.period", "one hour"),
            ("worth = 8\n", "worth = -1\n", "gesture_program.satisfaction_worth", "from 0"),
            ("period =", "holdout = 0.9\nperiod =", "gesture_program.holdout", "0.5"),
            ("period =", "survey_wait = \"400d\"\nperiod =", "gesture_program.survey_wait", "than"),
            ("\"OCCASION\"", "\"RAIN\"", "gestures[0].triggers[0]", "COMPLAINT"),
            ("\"OCCASION\"", "\"OCCASION\", \"COMPLAINT\"", "gestures[0].triggers", "two of it"),
            ("9.00 EUR", "9.00 USD", "gestures[0].cost", "in EUR"),
            ("9.00 EUR", "900.00 EUR", "gestures[0].cost", "never given"),
            ("cost =", "least_severity = 2\ncost =", "gestures[0].least_severity", "surprise"),
            ("cost =", "properties = [\"moon\"]\ncost =", "gestures[0].properties[0]", "moon"),
            ("[[gestures]]", "[[gesture]]", "gestures", "1 to 64"),
        ] {
            assert!(SOUND.contains(from), "{from}");
            let text = format!("{}\n{}", world::text(3), SOUND.replacen(from, to, 1));
            let problems = validate(&text).unwrap_err();
            let found = problems.iter().find(|p| p.field == field && p.to_string().contains(says));
            assert!(found.is_some(), "{field} {says}: {problems:#?}");
        }
    }
}
