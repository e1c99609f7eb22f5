//! Lifecycle triggers.

use std::collections::HashSet;
use std::time::Duration;

use crate::catalog::content::{
    LAPSED_DAYS_MAX, TOLERANCE_MAX, TRIGGER_DAYS_MAX, TRIGGER_PLACEMENTS_MAX, TRIGGERS_MAX,
};
use crate::domain::belief::tag_hash;
use crate::domain::lifecycle::{Moment, Trigger};

use super::Check;

const DAY: Duration = Duration::from_secs(86_400);

impl Check<'_> {
    pub(super) fn lifecycle(&mut self) {
        let triggers = &self.content.lifecycle;
        let fits = triggers.len() <= TRIGGERS_MAX;
        let problem =
            || format!("has {} entries; there must be 0 to {TRIGGERS_MAX}", triggers.len());
        self.need(fits, || "lifecycle".to_owned(), problem);
        self.unique(triggers.iter().map(|t| &t.id), |at| format!("lifecycle[{at}].id"));
        let mut hashes = HashSet::new();
        for (at, trigger) in triggers.iter().enumerate() {
            let is_told = triggers.iter().take(at).any(|before| before.id == trigger.id);
            let is_new = hashes.insert(tag_hash(trigger.id.as_str())) || is_told;
            let problem = || "has the same hash as another trigger; rename it".to_owned();
            self.need(is_new, || format!("lifecycle[{at}].id"), problem);
            self.trigger(at, trigger);
        }
    }

    fn trigger(&mut self, at: usize, trigger: &Trigger) {
        let path = |name: &str| format!("lifecycle[{at}].{name}");
        self.days(trigger, || path("days"));
        for (i, property) in trigger.properties.iter().enumerate() {
            let exists = self.names.properties.contains_key(property.as_str());
            self.known(exists, || path(&format!("properties[{i}]")), "property", property);
        }
        let fits = (1..=TRIGGER_PLACEMENTS_MAX).contains(&trigger.placements.len());
        let problem = || format!("must name 1 to {TRIGGER_PLACEMENTS_MAX} placements");
        self.need(fits, || path("placements"), problem);
        for (i, placement) in trigger.placements.iter().enumerate() {
            let exists = self.names.placements.contains_key(placement.as_str());
            self.known(exists, || path(&format!("placements[{i}]")), "placement", placement);
        }
        let placements = trigger.placements.iter();
        self.unique(placements, |i| path(&format!("placements[{i}]")));
        let in_use = trigger.channels.iter().any(|channel| self.names.channels.contains(channel));
        let problem = || "names no channel that contact.channels has; add one there".to_owned();
        self.need(in_use, || path("channels"), problem);
        let problem = || "must be at most 30 days".to_owned();
        self.need(trigger.tolerance <= TOLERANCE_MAX, || path("tolerance"), problem);
        let fits = (Duration::from_secs(60)..=30 * DAY).contains(&trigger.window);
        self.need(fits, || path("window"), || "must be from one minute to 30 days".to_owned());
    }

    fn days(&mut self, trigger: &Trigger, field: impl FnOnce() -> String) {
        let (least, most) = match trigger.moment {
            Moment::Booked | Moment::Arrival => (0, 0),
            Moment::BeforeArrival => (1, TRIGGER_DAYS_MAX),
            Moment::InHouse | Moment::CheckOut => (0, TRIGGER_DAYS_MAX),
            Moment::Lapsed => (1, LAPSED_DAYS_MAX),
        };
        let moment = trigger.moment.name();
        let problem = || match most {
            0 => format!("has no meaning at {moment}; leave it out"),
            _ => format!("must be from {least} to {most} at {moment}"),
        };
        self.need((least..=most).contains(&i64::from(trigger.days)), field, problem);
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::demo::DEMO_CATALOG;
    use crate::catalog::validate;

    const SOUND: &str = "\n[[lifecycle]]\nid = \"extra\"\nmoment = \"BEFORE_ARRIVAL\"\ndays = 3\nat = \"09:30\"\n\
         clock = \"GUEST\"\nplacements = [\"prearrival.email\"]\nchannels = [\"EMAIL\"]\ntolerance = \"4h\"\nwindow = \"12h\"\n";

    #[test]
    fn what_is_wrong_with_a_trigger_is_told_with_its_place() {
        let first_line = u32::try_from(DEMO_CATALOG.lines().count()).unwrap();
        let text = |by: (&str, &str)| format!("{DEMO_CATALOG}{}", SOUND.replacen(by.0, by.1, 1));
        let content = validate(&text(("", ""))).unwrap();
        let trigger = content.lifecycle.last().unwrap();
        assert_eq!((trigger.days, trigger.minute), (3, Some(9 * 60 + 30)));
        for (by, field) in [
            (("\"BEFORE_ARRIVAL\"", "\"SOON\""), "moment"),
            (("days = 3", "days = 0"), "days"),
            (("days = 3", "days = -1"), "days"),
            (("\"BEFORE_ARRIVAL\"", "\"ARRIVAL\""), "days"),
            (("09:30", "25:30"), "at"),
            (("\"GUEST\"", "\"MOON\""), "clock"),
            (("[\"prearrival.email\"]", "[]"), "placements"),
            (("prearrival.email", "no.such"), "placements[0]"),
            (("[\"EMAIL\"]", "[\"POSTAL\"]"), "channels"),
            (("\"4h\"", "\"40d\""), "tolerance"),
            (("\"12h\"", "\"1s\""), "window"),
            (("tolerance", "tolerence"), "tolerence"),
            (("days = 3", "properties = [\"atlantis\"]\ndays = 3"), "properties[0]"),
        ] {
            let problems = validate(&text(by)).unwrap_err();
            let ends = |p: &&crate::catalog::Problem| p.field.ends_with(&format!("].{field}"));
            let told = problems.iter().find(ends);
            let told = told.unwrap_or_else(|| panic!("{field}: {problems:?}"));
            assert!(told.line > first_line && told.column > 0, "{told:?}");
        }
        let twice = format!("{DEMO_CATALOG}{SOUND}{SOUND}");
        assert!(validate(&twice).unwrap_err()[0].field.ends_with("].id"));
    }
}
