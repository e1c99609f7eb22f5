//! Which groups do the guests of a brand form, and have they changed?

use crate::domain::id::BrandId;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::domain::value::{ClusterFit, RuleFit, SegmentFit};
use crate::engine::Engine;
use crate::engine::history::History;
use crate::learn::audience::cluster::{clusters, nearest};
use crate::learn::audience::features::{counts, real, spread, standardized};
use crate::learn::audience::words;
use crate::learn::insight::groups::{DriftLine, FeatureLine, GroupLine, Groups};
use crate::learn::value::clv::Economics;
use crate::learn::value::worth::Appraiser;
use crate::store::Store;

use super::fits::Fits;
use super::population::{self, Member, Population};
use super::{Brand, Error};

/// Begins the draws of every fit: the same guests give the same groups.
const SEED: u64 = 0x5E67;
/// Most guests clusters are fitted to, evenly taken: their centres are no better known from more.
const FITTED_MAX: usize = 20_000;

/// Finds groups; `None` with too few guests for any.
pub(super) fn fit(all: &Population, until: Timestamp, wanted: Option<usize>) -> Option<SegmentFit> {
    let rows: Vec<Vec<f64>> = all.members.iter().map(|member| member.row.clone()).collect();
    let features = spread(&all.ids, &rows);
    let step = rows.len().div_ceil(FITTED_MAX).max(1);
    let some: Vec<Vec<f64>> =
        rows.iter().step_by(step).map(|row| standardized(&features, row)).collect();
    let found = clusters(&some, wanted, SEED)?;
    let ids: Vec<&str> = all.ids.iter().map(String::as_str).collect();
    let names = words::names(&ids, &found.centres);
    let mut sizes = vec![0; found.centres.len()];
    for row in &rows {
        sizes[nearest(&found.centres, &standardized(&features, row)).0] += 1;
    }
    let cluster = |((centre, name), guests): ((Vec<f64>, String), u64)| ClusterFit {
        name: name.into(),
        centre,
        guests,
    };
    let named = found.centres.into_iter().zip(names).zip(sizes);
    let content = all.catalog.as_ref().map(|catalog| catalog.content());
    let rules = content.iter().flat_map(|content| &content.rule_segments).enumerate();
    let rule = |(at, segment): (usize, &crate::catalog::content::RuleSegment)| RuleFit {
        id: segment.id.clone(),
        guests: count(all.members.iter().filter(|member| member.rules.contains(&at)).count()),
    };
    Some(SegmentFit {
        until,
        guests: count(rows.len()),
        silhouette: found.silhouette,
        clusters: named.map(cluster).collect(),
        rules: rules.map(rule).collect(),
        features,
    })
}

/// The cluster of each guest, by what was fitted. A feature that is gone since (its category was dropped) is
/// not known.
pub(super) fn labels(all: &Population, fit: &SegmentFit) -> Vec<usize> {
    let centres: Vec<Vec<f64>> = fit.clusters.iter().map(|c| c.centre.clone()).collect();
    let label =
        |member| nearest(&centres, &standardized(&fit.features, &aligned(all, fit, member))).0;
    all.members.iter().map(label).collect()
}

/// The features of a guest in the order of a fit.
fn aligned(all: &Population, fit: &SegmentFit, member: &Member) -> Vec<f64> {
    let place = |id: &str| all.ids.iter().position(|known| known == id);
    fit.features.iter().map(|f| place(&f.id).map_or(f64::NAN, |at| member.row[at])).collect()
}

/// Groups as they stand.
pub(super) fn groups(
    all: &Population,
    fit: Option<&SegmentFit>,
    appraiser: Option<&Appraiser>,
) -> Groups {
    let book = Book::of(all, appraiser);
    let guests = count(all.members.len());
    let mut groups = Groups { guests, ..Groups::default() };
    if let Some(fit) = fit {
        groups.fitted = Some(fit.until.utc_day().to_string());
        (groups.fitted_guests, groups.silhouette) = (fit.guests, fit.silhouette);
        let labels = labels(all, fit);
        groups.clusters = fit
            .clusters
            .iter()
            .enumerate()
            .map(|(at, cluster)| GroupLine {
                id: format!("c{}", at + 1),
                name: cluster.name.to_string(),
                centre: cluster.centre.clone(),
                ..book.line(|n, _| labels[n] == at, Some((cluster.guests, fit.guests)))
            })
            .collect();
        let (then, now): (Vec<u64>, Vec<u64>) = fit
            .clusters
            .iter()
            .zip(&groups.clusters)
            .map(|(then, now)| (then.guests, now.guests))
            .unzip();
        groups.sizes = DriftLine::between(&then, &now);
        let rows: Vec<Vec<f64>> =
            all.members.iter().map(|member| aligned(all, fit, member)).collect();
        let feature = |(at, of): (usize, &crate::domain::value::FeatureFit)| FeatureLine {
            feature: of.id.to_string(),
            drift: DriftLine::between(&of.counts, &counts(of, rows.iter().map(|row| row[at]))),
        };
        groups.features = fit.features.iter().enumerate().map(feature).collect();
    }
    let content = all.catalog.as_ref().map(|catalog| catalog.content());
    let rules = content.iter().flat_map(|content| &content.rule_segments).enumerate();
    let rule = |(at, segment): (usize, &crate::catalog::content::RuleSegment)| {
        let then = fit.and_then(|fit| {
            let known = fit.rules.iter().find(|known| known.id == segment.id)?;
            Some((known.guests, fit.guests))
        });
        GroupLine {
            id: segment.id.to_string(),
            name: segment.name.clone(),
            ..book.line(|_, member| member.rules.contains(&at), then)
        }
    };
    groups.rules = rules.map(rule).collect();
    groups
}

/// What all guests have brought and will bring.
struct Book<'a> {
    all: &'a Population,
    economics: Economics,
    profit: f64,
    value: Option<f64>,
}

impl<'a> Book<'a> {
    fn of(all: &'a Population, appraiser: Option<&Appraiser>) -> Self {
        let economics = appraiser.map_or(Economics::HOTEL, Appraiser::economics);
        let mut book = Self { all, economics, profit: 0.0, value: None };
        book.profit = all.members.iter().map(|member| book.profit_of(member)).sum();
        book.value = appraiser.map(|_| all.members.iter().map(value_of).sum());
        book
    }

    /// What a guest's stays left so far.
    fn profit_of(&self, member: &Member) -> f64 {
        let (stays, paid) = member.stayed;
        let kept = self.economics.margin_share - self.economics.commission_share;
        paid * kept - stays * self.economics.service_cost
    }

    fn line(&self, is_in: impl Fn(usize, &Member) -> bool, then: Option<(u64, u64)>) -> GroupLine {
        let (mut guests, mut profit, mut value) = (0_u64, 0.0, 0.0);
        for (_, member) in self.all.members.iter().enumerate().filter(|(n, m)| is_in(*n, m)) {
            guests += 1;
            profit += self.profit_of(member);
            value += value_of(member);
        }
        let all = count(self.all.members.len());
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let of = |part: u64, whole: u64| share(number(part), number(whole));
        GroupLine {
            id: String::new(),
            name: String::new(),
            guests,
            share: of(guests, all),
            share_at_fit: then.map(|(part, whole)| of(part, whole)),
            profit_share: share(profit, self.profit),
            value_share: self.value.map(|whole| share(value, whole)),
            centre: Vec::new(),
            drift: then.and_then(|(part, whole)| {
                let (then, now) = ([part, whole.saturating_sub(part)], [guests, all - guests]);
                DriftLine::between(&then, &now)
            }),
        }
    }
}

fn value_of(member: &Member) -> f64 {
    member.standing.map_or(0.0, |standing| standing.worth.lifetime.net())
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

fn number(of: u64) -> f64 {
    usize::try_from(of).map_or(f64::INFINITY, real)
}

/// Groups of a brand as they stand in a store at a moment.
pub(super) fn read(
    store: &Store,
    brand: &Brand,
    fits: &Fits,
    now: Timestamp,
) -> Result<Groups, Error> {
    let (appraiser, fit) = (fits.appraiser(), fits.segments());
    let all = population::read(store, brand, now, appraiser.as_ref())?;
    Ok(groups(&all, fit.as_ref(), appraiser.as_ref()))
}

impl Engine {
    /// Which groups the guests of the caller's brand form now. Reads the whole log.
    ///
    /// # Errors
    /// Without the right, with a credential of some properties, or where the store cannot be read.
    pub fn segments(&self, scope: &Scope) -> Result<Groups, Error> {
        self.need_insights(scope)?;
        let brand = self.brands.get(&scope.brand);
        self.committer.flush()?;
        read(&self.store, &brand, &brand.fits, self.clock.now())
    }
}

impl History {
    /// Which groups the guests of a brand form, as of a moment.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn segments(&self, brand: &BrandId, now: Timestamp) -> Result<Groups, Error> {
        let fits = Fits::of_log(&self.store, brand)?;
        read(&self.store, &self.brand(brand), &fits, now)
    }
}
