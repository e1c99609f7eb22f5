//! A world and its rounds as files, so that other programs play exactly the same.
//!
//! One folder a seed, `seed-1` and so on. Floats are printed so that they read back to the same
//! bits.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::course::Course;
use super::run::Setup;
use super::view::{AXES, Observed, Point};

/// What can be seen of a world: `world.json`.
#[derive(Serialize)]
struct WorldFile<'a> {
    seed: u64,
    axes: usize,
    categories: usize,
    /// All that are ever on sale, by number.
    offers: Vec<OfferEntry<'a>>,
    guests: &'a [Point],
}

#[derive(Serialize)]
struct OfferEntry<'a> {
    category: usize,
    vector: &'a Point,
    /// Where margins count.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
}

/// A round and its truth: a line of `rounds.jsonl`.
#[derive(Serialize)]
struct RoundLine<'a> {
    guest: usize,
    phase: usize,
    daypart: usize,
    day_type: usize,
    /// Where there is a brand.
    #[serde(skip_serializing_if = "Option::is_none")]
    property: Option<usize>,
    candidates: &'a [usize],
    response_propensity: &'a [f64],
    /// The guest accepts where this lies below the response propensity of what is shown.
    unit: f64,
    /// Where margins count: what a sale brings, as a factor on the offer's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome_factor: Option<f64>,
}

/// Why a world was not written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}", path.display())]
pub struct DumpError {
    path: PathBuf,
    source: std::io::Error,
}

/// Writes the world and the rounds of every seed of a setup into folders below `folder`, over what
/// stands there under the same names.
///
/// # Errors
/// Where a folder cannot be made or a file cannot be written.
pub fn dump(setup: &Setup, folder: &Path) -> Result<(), DumpError> {
    for seed in &setup.seeds {
        let folder = folder.join(format!("seed-{seed}"));
        std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        let mut course = Course::new(&setup.scenario, *seed, setup.rounds);
        let path = folder.join("rounds.jsonl");
        write(&path, |file| write_rounds(setup, &mut course, file))?;
        // The rounds are over: every offer there ever was is known.
        let path = folder.join("world.json");
        write(&path, |file| write_world(setup, *seed, course.world().observed(), file))?;
    }
    Ok(())
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> DumpError {
    move |source| DumpError { path: path.to_owned(), source }
}

fn write(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<(), DumpError> {
    let written = File::create(path).and_then(|file| {
        let mut file = BufWriter::new(file);
        content(&mut file)?;
        file.flush()
    });
    written.map_err(at(path))
}

fn write_world(
    setup: &Setup,
    seed: u64,
    observed: &Observed,
    file: &mut impl Write,
) -> std::io::Result<()> {
    let has_margin = setup.scenario.margin.is_some();
    let offers = observed.offers.iter().map(|offer| OfferEntry {
        category: offer.category,
        vector: &offer.vector,
        value: has_margin.then_some(offer.value),
    });
    let world = WorldFile {
        seed,
        axes: AXES,
        categories: setup.scenario.world.categories,
        offers: offers.collect(),
        guests: &observed.guests,
    };
    serde_json::to_writer(&mut *file, &world)?;
    writeln!(file)
}

fn write_rounds(setup: &Setup, course: &mut Course, file: &mut impl Write) -> std::io::Result<()> {
    let (has_brand, has_margin) = (setup.scenario.brand.is_some(), setup.scenario.margin.is_some());
    while let Some(turn) = course.turn() {
        let round = &turn.round;
        let truth = course.world().truth(round);
        let line = RoundLine {
            guest: round.guest,
            phase: round.stage,
            daypart: round.daypart,
            day_type: round.day_type,
            property: has_brand.then_some(round.property),
            candidates: &round.candidates,
            response_propensity: &truth.response_propensities,
            unit: turn.unit,
            outcome_factor: has_margin.then_some(turn.outcome_factor),
        };
        serde_json::to_writer(&mut *file, &line)?;
        writeln!(file)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::hotel::scenario::Scenario;

    fn setup(name: &str, rounds: u64) -> Setup {
        let scenario = Scenario::find(name).unwrap();
        Setup { scenario, policies: Vec::new(), seeds: vec![1, 2], rounds }
    }

    fn dumped(setup: &Setup) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().unwrap();
        dump(setup, &folder.path().join("worlds")).unwrap();
        let read = |seed: &u64, name| {
            let path = folder.path().join(format!("worlds/seed-{seed}/{name}"));
            std::fs::read_to_string(path).unwrap()
        };
        setup.seeds.iter().map(|s| (read(s, "world.json"), read(s, "rounds.jsonl"))).collect()
    }

    /// Numbers of a list in a line, read as any exact reader does.
    fn numbers(text: &str, key: &str) -> Vec<f64> {
        let (_, rest) = text.split_once(&format!("\"{key}\":[")).unwrap();
        let (list, _) = rest.split_once(']').unwrap();
        list.trim_start_matches('[').split(',').map(|number| number.parse().unwrap()).collect()
    }

    fn bits(numbers: &[f64]) -> Vec<u64> {
        numbers.iter().map(|x| x.to_bits()).collect()
    }

    #[test]
    fn floats_read_back_to_the_same_bits() {
        let setup = setup("standard", 50);
        for (seed, (world, rounds)) in setup.seeds.iter().zip(dumped(&setup)) {
            let mut course = Course::new(&setup.scenario, *seed, 50);
            let first = &course.world().observed().guests[0];
            assert_eq!(bits(&numbers(&world, "guests")), bits(first));
            let first = &course.world().observed().offers[0].vector;
            assert_eq!(bits(&numbers(&world, "vector")), bits(first));
            assert_eq!(rounds.lines().count(), 50);
            for line in rounds.lines() {
                let turn = course.turn().unwrap();
                let truth = course.world().truth(&turn.round).response_propensities;
                assert_eq!(bits(&numbers(line, "response_propensity")), bits(&truth));
                let (_, unit) = line.rsplit_once("\"unit\":").unwrap();
                let unit: f64 = unit.trim_end_matches('}').parse().unwrap();
                assert_eq!(unit.to_bits(), turn.unit.to_bits());
            }
        }
    }

    /// What readers of other programs rely on.
    #[test]
    fn the_standard_files_have_these_keys_in_this_order() {
        let setup = setup("standard", 2);
        let (world, rounds) = dumped(&setup).remove(0);
        assert!(world.starts_with(
            "{\"seed\":1,\"axes\":16,\"categories\":8,\"offers\":[{\"category\":0,\"vector\":["
        ));
        let head = "{\"guest\":4667,\"phase\":1,\"daypart\":0,\"day_type\":2,\"candidates\":[10,14,18,42,50,";
        assert!(rounds.starts_with(head), "{rounds}");
        let line: serde_json::Value = serde_json::from_str(rounds.lines().next().unwrap()).unwrap();
        let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 7, "{keys:?}");
        let world: serde_json::Value = serde_json::from_str(&world).unwrap();
        assert_eq!(world["offers"].as_array().unwrap().len(), 200);
        assert_eq!(world["guests"].as_array().unwrap().len(), 5_000);
        assert_eq!(world["offers"][0].as_object().unwrap().len(), 2);
    }

    #[test]
    fn a_world_that_changes_lists_all_offers_there_ever_are() {
        let (world, rounds) = dumped(&setup("cold-start", 20)).remove(0);
        let world: serde_json::Value = serde_json::from_str(&world).unwrap();
        let count = world["offers"].as_array().unwrap().len();
        assert_eq!(count, 267);
        let largest = |line: &str| numbers(line, "candidates").into_iter().fold(0.0, f64::max);
        let lines: Vec<&str> = rounds.lines().collect();
        assert!(lines[..10].iter().all(|line| largest(line) < 200.0));
        assert!(lines[10..].iter().any(|line| largest(line) >= 200.0));
    }

    #[test]
    fn margins_and_properties_are_told_where_they_count() {
        let (world, rounds) = dumped(&setup("heavy-tail", 1)).remove(0);
        assert!(world.contains("\"value\":") && rounds.contains("\"outcome_factor\":"));
        let (_, rounds) = dumped(&setup("sparse-hotel", 2)).remove(0);
        assert!(rounds.lines().nth(1).unwrap().contains("\"property\":1,"), "{rounds}");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("taken");
        std::fs::write(&file, "").unwrap();
        let error = dump(&setup("standard", 1), &file).unwrap_err().to_string();
        assert!(error.contains("taken") && error.contains("cannot be written"), "{error}");
    }
}
