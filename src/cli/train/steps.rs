//! The steps of a training: measure on a part, train on everything, turn, group.

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::time::Timestamp;
use crate::learn::embedding::align::{Space, align};
use crate::learn::embedding::artifact::{AlignedTo, Artifact, HyperParameters};
use crate::learn::embedding::ease::{Cooccurrence, Ease};
use crate::learn::embedding::error::TrainingError;
use crate::learn::embedding::fold_in::FoldIn;
use crate::learn::embedding::holdout::{Division, Holdout, by_guest, chronological};
use crate::learn::embedding::ials::{Ials, IalsParameters};
use crate::learn::embedding::interactions::{Event, Interactions};
use crate::learn::embedding::measure::{Report, measure};
use crate::learn::embedding::segments::{SegmentParameters, Segments};

use super::{TrainArgs, tuning};

pub(super) type Events = Vec<Event<String, String>>;

/// Memory that EASE may take: 8,192 offers.
const EASE_BYTES_MAX: u64 = 512 << 20;
/// Lengths of the lists that are measured.
const LENGTHS: [usize; 3] = [5, 20, 100];

/// Trains a model.
pub(super) fn train(
    args: &TrainArgs,
    events: Events,
    old: Option<&Artifact>,
    now: Timestamp,
) -> Result<Artifact, TrainingError> {
    let ials = tuning::parameters(args, &events)?;
    let segments =
        SegmentParameters { count: args.segments, seed: args.seed, ..SegmentParameters::default() };
    let report = report(args, ials, events.clone())?;
    let data = Interactions::collect(events)?;
    let model = Ials::fit(&data, ials, args.threads)?;
    let ease = fit_ease(args, &data)?;
    let (mut offers, mut guests) = (model.offers().to_owned(), model.guests().to_owned());
    let mut aligned_to = None;
    let mut space_version = 1;
    if let Some(old) = old {
        let new = Space { offers: data.offers(), factors: offers.view() };
        let before = Space { offers: &old.items, factors: old.item_factors.view() };
        let alignment = align(new, before)?;
        alignment.apply(&mut offers, args.threads);
        alignment.apply(&mut guests, args.threads);
        space_version = old.space_version;
        aligned_to = Some(AlignedTo {
            name: old.name.clone(),
            version: old.version.clone(),
            space_version,
            common: alignment.moved.len(),
            relative_distance: alignment.relative_distance,
        });
    }
    let folder = args.out.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Artifact {
        name: args.name.clone().or(folder).unwrap_or_else(|| "model".to_owned()),
        version: args.version.clone(),
        created: now,
        space_version,
        aligned_to,
        items: data.offers().to_vec(),
        item_factors: offers,
        ease: ease.map(|ease| {
            #[expect(clippy::cast_possible_truncation, reason = "served in single precision")]
            let single = ease.weights().mapv(|weight| weight as f32);
            single
        }),
        segments: Segments::fit(guests.view(), &segments, args.threads)?,
        attributes: None,
        hyper_parameters: HyperParameters {
            ials,
            ease_lambda: Some(args.ease_lambda),
            attributes_lambda: None,
            segments,
        },
        report,
        training: data.summary().into(),
    })
}

/// EASE, where its matrix fits into memory.
fn fit_ease(
    args: &TrainArgs,
    data: &Interactions<String, String>,
) -> Result<Option<Ease>, TrainingError> {
    let mut pairs = match Cooccurrence::new(data.offers().len(), EASE_BYTES_MAX) {
        Err(TrainingError::Memory { .. }) => return Ok(None),
        made => made?,
    };
    pairs.add(data, args.threads)?;
    Ok(Some(Ease::fit(pairs, args.ease_lambda, args.threads)?))
}

/// How well a part foresees the rest.
fn report(args: &TrainArgs, ials: IalsParameters, events: Events) -> Result<Report, TrainingError> {
    let (holdout, protocol) = split(args, events)?;
    let (train, cases) = (&holdout.train, &holdout.cases);
    let offers = train.offers().len();
    let mut report = Report::new(&protocol, train.by_guest(), cases, &LENGTHS);
    let model = Ials::fit(train, ials, args.threads)?;
    let fold_in = FoldIn::of(&model)?;
    let of_ials =
        measure(cases, offers, &LENGTHS, args.threads, |row, out| match fold_in.taste(row) {
            Ok(taste) => fold_in.score(&taste.mean, out),
            Err(_) => out.fill(0.0),
        });
    report.models.insert("iALS".to_owned(), of_ials);
    if let Some(ease) = fit_ease(args, train)? {
        let of_ease =
            measure(cases, offers, &LENGTHS, args.threads, |row, out| ease.score(row, out));
        report.models.insert("EASE".to_owned(), of_ease);
    }
    Ok(report)
}

/// Splits by time where there are times, else by guest.
fn split(
    args: &TrainArgs,
    events: Events,
) -> Result<(Holdout<String, String>, String), TrainingError> {
    let percent = args.held * 100.0;
    match moment(args.held, &events) {
        None => {
            let division = Division { offers_min: 2, held_share: args.held };
            let holdout = by_guest(events, division, |guest| tenth(guest) == 0)?;
            Ok((holdout, format!("a tenth of the guests, {percent:.0} % of their offers held")))
        }
        Some(at) => {
            let holdout = chronological(events, at)?;
            Ok((holdout, format!("what guests turned to in the last {percent:.0} % of the events")))
        }
    }
}

/// The moment after which a share of the events lies; `None` where all happened at once.
pub(super) fn moment(held: f64, events: &Events) -> Option<Timestamp> {
    let mut times: Vec<Timestamp> = events.iter().map(|event| event.time).collect();
    times.sort_unstable();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of the events"
    )]
    let at = ((1.0 - held) * times.len() as f64) as usize;
    let is_spread = times.first() != times.last();
    times.get(at).copied().filter(|_| is_spread)
}

/// Which tenth of the guests one is in.
pub(super) fn tenth(guest: &str) -> u64 {
    xxh3_64(guest.as_bytes()) % 10
}
