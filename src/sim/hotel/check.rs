//! Which values of a scenario make a world.

use super::scenario::{Brand, Change, DELAY_MAX, Knobs, Margin, ROUNDS_MAX, Scenario};
use crate::sim::document::{ScenarioError, count, head, number, refuse};

/// Checks every value of a scenario.
///
/// # Errors
/// [`ScenarioError::Invalid`] with the first key that is out of its range.
pub(super) fn check(scenario: &Scenario) -> Result<(), ScenarioError> {
    head(&scenario.name, &scenario.about)?;
    if scenario.brand.is_some() && scenario.rounds.is_some() {
        return refuse("rounds", "follows from [brand]; leave it out, or give --rounds");
    }
    count("rounds", scenario.rounds(), 1, ROUNDS_MAX)?;
    world(&scenario.world)?;
    count("labels.delay", scenario.labels.delay as u64, 0, DELAY_MAX as u64)?;
    scenario.change.as_ref().map_or(Ok(()), change)?;
    scenario.margin.as_ref().map_or(Ok(()), margin)?;
    scenario.brand.as_ref().map_or(Ok(()), brand)
}

fn world(world: &Knobs) -> Result<(), ScenarioError> {
    count("world.offers", world.offers as u64, 2, 5_000)?;
    count("world.categories", world.categories as u64, 1, world.offers.min(64) as u64)?;
    count("world.segments", world.segments as u64, 1, 1_000)?;
    count("world.guests", world.guests as u64, 1, 1_000_000)?;
    let numbers = [
        ("world.offer_weight", world.offer_weight, 0.0, 100.0),
        ("world.offer_spread", world.offer_spread, 0.001, 100.0),
        ("world.guest_weight", world.guest_weight, 0.0, 100.0),
        ("world.guest_spread", world.guest_spread, 0.001, 100.0),
        ("world.guest_noise", world.guest_noise, 0.0, 100.0),
        ("world.offer_noise", world.offer_noise, 0.0, 100.0),
        ("world.level", world.level, -20.0, 20.0),
        ("world.taste", world.taste, -20.0, 20.0),
        ("world.offer_sd", world.offer_sd, 0.0, 10.0),
        ("world.stage_sd", world.stage_sd, 0.0, 10.0),
        ("world.moment_sd", world.moment_sd, 0.0, 10.0),
        ("world.allowed", world.allowed, 0.0, 1.0),
        ("world.available", world.available, 0.0, 1.0),
    ];
    numbers.into_iter().try_for_each(|(key, value, low, high)| number(key, value, low, high))
}

fn change(change: &Change) -> Result<(), ScenarioError> {
    number("change.at", change.at, 0.0, 1.0)?;
    number("change.redraw_effects", change.redraw_effects, 0.0, 1.0)?;
    number("change.replace_offers", change.replace_offers, 0.0, 1.0)?;
    if change.redraw_effects + change.replace_offers > 0.0 {
        Ok(())
    } else {
        refuse("change", "changes nothing; give redraw_effects or replace_offers above 0")
    }
}

fn margin(margin: &Margin) -> Result<(), ScenarioError> {
    number("margin.unit", margin.unit, 1e-6, 1e9)?;
    number("margin.log_mean", margin.log_mean, -20.0, 20.0)?;
    number("margin.log_sd", margin.log_sd, 0.0, 5.0)?;
    number("margin.noise_sd", margin.noise_sd, 0.0, 5.0)
}

fn brand(brand: &Brand) -> Result<(), ScenarioError> {
    count("brand.properties", brand.properties as u64, 2, 1_000)?;
    count("brand.decisions_a_day", brand.decisions_a_day, 1, ROUNDS_MAX)?;
    count("brand.days", brand.days, 1, ROUNDS_MAX)?;
    number("brand.offer_sd", brand.offer_sd, 0.0, 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name = \"mine\"\nabout = \"a world of my own\"\n";

    #[track_caller]
    fn told(rest: &str, key: &str, about: &str) {
        let error = Scenario::parse(&format!("{HEAD}{rest}")).unwrap_err().to_string();
        assert!(error.contains(key) && error.contains(about), "{error}");
    }

    #[test]
    fn a_value_out_of_its_range_is_told_with_its_key() {
        told("[world]\noffers = 1\n", "world.offers", "from 2 to 5000");
        told("[world]\noffers = 5\ncategories = 6", "world.categories", "from 1 to 5");
        told("[world]\noffer_sd = -0.1\n", "world.offer_sd", "is -0.1");
        told("[world]\nlevel = nan\n", "world.level", "is NaN");
        told("[world]\ntaste = inf\n", "world.taste", "from -20 to 20");
        told("[world]\navailable = 1.5\n", "world.available", "from 0 to 1");
        told("[world]\nguest_spread = 0\n", "world.guest_spread", "from 0.001");
        told("rounds = 0\n", "rounds", "from 1 to");
        told("[labels]\ndelay = 2000000\n", "labels.delay", "from 0 to");
        told("[change]\nat = 2.0\nredraw_effects = 0.5\n", "change.at", "from 0 to 1");
        told("[change]\nat = 0.5\n", "change", "changes nothing");
        told("[margin]\nunit = 0.0\nlog_mean = 3.0\nlog_sd = 0.6\n", "margin.unit", "is 0");
    }

    #[test]
    fn a_brand_says_its_rounds_itself() {
        let brand = "[brand]\nproperties = 30\ndecisions_a_day = 20\ndays = 90\noffer_sd = 0.5\n";
        assert!(Scenario::parse(&format!("{HEAD}{brand}")).is_ok());
        told(&format!("rounds = 9\n{brand}"), "rounds", "leave it out");
        told(&brand.replace("30", "1"), "brand.properties", "from 2 to 1000");
        told(&brand.replace("days = 90", "days = 9000000"), "rounds", "from 1 to");
    }

    #[test]
    fn a_key_nobody_knows_or_a_missing_one_is_told() {
        told("[world]\nofferz = 200\n", "offerz", "unknown field");
        told("[wrold]\noffers = 200\n", "wrold", "unknown field");
        told("delay = 200\n", "delay", "unknown field");
        told("[labels]\ndelay = \"long\"\n", "delay", "invalid type");
        told("[change]\nredraw_effects = 0.5\n", "at", "missing field");
        told("[margin]\nunit = 20.0\nlog_mean = 3.0\n", "log_sd", "missing field");
    }

    #[test]
    fn a_scenario_has_a_name_and_an_account_of_itself() {
        let named = |name: &str, about: &str| {
            Scenario::parse(&format!("name = \"{name}\"\nabout = \"{about}\"\n"))
        };
        assert!(named("mine-2", "a world").is_ok());
        for name in ["", "My World", "../mine", "a\\nb"] {
            let error = named(name, "a world").unwrap_err().to_string();
            assert!(error.contains("name must be"), "{error}");
        }
        let error = named("mine", " ").unwrap_err().to_string();
        assert!(error.contains("about must say"), "{error}");
    }
}
