//! Who is like these guests? Everybody else, ranked, with the reasons.

use std::collections::HashSet;

use crate::domain::id::{GuestId, GuestKey};
use crate::domain::invalid::Invalid;
use crate::domain::scope::Scope;
use crate::engine::Engine;
use crate::engine::error::ErrorKind;
use crate::learn::audience::alike::Contrast;
use crate::learn::audience::features::{spread, standardized};
use crate::learn::audience::words::{self, TASTE};
use crate::learn::value::tiers::Tier;

use super::groups::labels;
use super::population::{self, Member, Population};
use super::{Brand, Error};

/// Most reasons of a guest.
const REASONS_MAX: usize = 3;
/// The reason that stands for all of a taste.
const PREFERENCES: &str = "preferences";

/// Whom others shall be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seeds {
    /// These guests.
    Guests(Vec<GuestId>),
    /// Guests of a tier of value.
    Tier(Tier),
    /// Guests of a segment: of a rule, a cluster (`c1` …), or one the brand put them in.
    Segment(String),
}

/// Who is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlikeQuery {
    /// Whom they shall be like.
    pub seeds: Seeds,
    /// Most guests to tell.
    pub limit: usize,
    /// Only guests who may be written to: they allow marketing, and have a channel.
    pub for_outreach: bool,
    /// Only guests who never stayed.
    pub prospects_only: bool,
}

/// A guest who is like the seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    /// Who.
    pub guest: GuestId,
    /// How much: above 0 rather like them, below rather not. It ranks, and is no probability.
    pub score: f64,
    /// What speaks for it most, the strongest first.
    pub reasons: Vec<Reason>,
    /// Stays so far.
    pub stays: u32,
    /// Tier of value, where the guest has one.
    pub tier: Option<Tier>,
}

/// A reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The feature, or `preferences`.
    pub feature: String,
    /// In plain words.
    pub words: String,
    /// Its part of the score.
    pub part: f64,
}

impl Engine {
    /// Guests who are like others, the most alike first. Reads the whole log.
    ///
    /// # Errors
    /// Without the right, with a credential of some properties; for a segment that is not there; where no
    /// seed allows profiling, or the seeds are like everybody.
    pub fn look_alikes(&self, scope: &Scope, query: &AlikeQuery) -> Result<Vec<Alike>, Error> {
        self.need_insights(scope)?;
        let brand = self.brands.get(&scope.brand);
        self.committer.flush()?;
        let appraiser = brand.fits.appraiser();
        let now = self.clock.now();
        let all = population::read(&self.store, &brand, now, appraiser.as_ref())?;
        let is_seed = self.seeds(&brand, &all, &query.seeds)?;
        let space = Space::of(&all);
        let points: Vec<Vec<f64>> = all.members.iter().map(|m| space.point(m)).collect();
        let of_seeds = points.iter().zip(&is_seed).filter(|(_, is)| **is);
        let seeds: Vec<Vec<f64>> = of_seeds.map(|(point, _)| point.clone()).collect();
        if seeds.is_empty() {
            return Err(none("none of the seeds is a guest who allows profiling"));
        }
        let contrast = Contrast::of(&seeds).ok_or_else(|| {
            none("the seeds are not to be told from everybody; give more of them")
        })?;
        let mut ranked: Vec<(f64, usize)> = Vec::new();
        for (at, member) in all.members.iter().enumerate() {
            let is_asked = !is_seed[at]
                && (!query.for_outreach || member.is_marketable)
                && (!query.prospects_only || member.stayed.0 <= 0.0);
            if is_asked {
                ranked.push((contrast.score(&points[at]), at));
            }
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut alike = Vec::new();
        for (score, at) in ranked {
            if alike.len() == query.limit {
                break;
            }
            let member = &all.members[at];
            // Whom nothing is on file of but decisions has no name to be told.
            let Some(profile) = self.profile_of(&brand, member.key)? else { continue };
            alike.push(Alike {
                guest: profile.guest,
                score,
                reasons: space.reasons(&contrast, &points[at], member),
                stays: member.standing.map_or(0, |s| s.worth.history.repeats() + 1),
                tier: member.standing.map(|standing| standing.tier),
            });
        }
        Ok(alike)
    }

    /// Is each guest a seed?
    fn seeds(&self, brand: &Brand, all: &Population, seeds: &Seeds) -> Result<Vec<bool>, Error> {
        let each = |is: &dyn Fn(&Member) -> bool| all.members.iter().map(is).collect();
        match seeds {
            Seeds::Guests(guests) => {
                let mut keys: HashSet<GuestKey> = HashSet::new();
                for guest in guests {
                    keys.insert(self.person(brand, self.guest_key(&brand.id, guest))?.key);
                }
                Ok(each(&|member| keys.contains(&member.key)))
            }
            Seeds::Tier(tier) => {
                if brand.fits.appraiser().is_none() {
                    return Err(none("values of guests were never fitted: call FitGuestModels"));
                }
                Ok(each(&|member| member.standing.is_some_and(|s| s.tier == *tier)))
            }
            Seeds::Segment(id) => {
                let content = all.catalog.as_ref().map(|catalog| catalog.content());
                let rule = content.and_then(|c| {
                    c.rule_segments.iter().position(|s| s.id.as_str() == id.as_str())
                });
                if let Some(rule) = rule {
                    return Ok(each(&|member| member.rules.contains(&rule)));
                }
                let fit = brand.fits.segments();
                let cluster = id.strip_prefix('c').and_then(|n| n.parse::<usize>().ok());
                let cluster = cluster.filter(|n| *n > 0).zip(fit.as_ref());
                if let Some((number, fit)) = cluster.filter(|(n, fit)| *n <= fit.clusters.len()) {
                    return Ok(labels(all, fit).into_iter().map(|of| of + 1 == number).collect());
                }
                let own = content
                    .and_then(|c| c.segments.iter().position(|s| s.id.as_str() == id.as_str()));
                let Some(own) = own else { return Err(Error::not_found("segment")) };
                Ok(each(&|member| usize::from(member.segment) == own))
            }
        }
    }
}

fn none(problem: &str) -> Error {
    let error = Error::new(ErrorKind::FailedPrecondition, "NO_SEEDS", problem);
    Error { fields: vec![Invalid::new("seeds", problem)], ..error }
}

/// By what guests are compared: their features, and every direction of their taste. Tastes for categories
/// only name reasons, for they lie in those directions.
struct Space {
    ids: Vec<String>,
    fits: Vec<crate::domain::value::FeatureFit>,
    /// Features that count.
    plain: usize,
    axes: Vec<crate::domain::value::FeatureFit>,
}

impl Space {
    fn of(all: &Population) -> Self {
        let rows: Vec<Vec<f64>> = all.members.iter().map(|member| member.row.clone()).collect();
        let tastes: Vec<Vec<f64>> = all.members.iter().map(taste).collect();
        let axes: Vec<String> =
            (0..tastes.first().map_or(0, Vec::len)).map(|_| String::new()).collect();
        Self {
            ids: all.ids.clone(),
            fits: spread(&all.ids, &rows),
            plain: all.ids.iter().take_while(|id| !id.starts_with(TASTE)).count(),
            axes: spread(&axes, &tastes),
        }
    }

    /// A guest: features, then tastes.
    fn point(&self, member: &Member) -> Vec<f64> {
        let mut point = standardized(&self.fits[..self.plain], &member.row[..self.plain]);
        point.extend(standardized(&self.axes, &taste(member)));
        point
    }

    fn reasons(&self, contrast: &Contrast, point: &[f64], member: &Member) -> Vec<Reason> {
        let terms: Vec<f64> = contrast.terms(point).collect();
        let (plain, tastes) = terms.split_at(self.plain);
        let mut reasons: Vec<Reason> = self
            .ids
            .iter()
            .zip(plain)
            .zip(point)
            .map(|((id, part), z)| Reason {
                feature: id.clone(),
                words: words::words(id, *z > 0.0),
                part: *part,
            })
            .collect();
        let likes = standardized(&self.fits, &member.row);
        let kinds = self.ids.iter().zip(likes).skip(self.plain);
        let most = kinds.max_by(|a, b| a.1.total_cmp(&b.1));
        reasons.push(Reason {
            feature: PREFERENCES.to_owned(),
            words: most
                .map_or_else(|| "like the same".to_owned(), |(id, _)| words::words(id, true)),
            part: tastes.iter().sum(),
        });
        reasons.retain(|reason| reason.part > 0.0);
        reasons.sort_by(|a, b| b.part.total_cmp(&a.part));
        reasons.truncate(REASONS_MAX);
        reasons
    }
}

fn taste(member: &Member) -> Vec<f64> {
    member.taste.iter().map(|axis| f64::from(*axis)).collect()
}
