//! What guests want: hidden from the product, which sees only what they do.
//!
//! A guest is of a hidden kind, which leans to some words and away from others ([`Kind`]); party
//! and market segment only hint at it. Beside that each guest has a taste of their own, in a space
//! of its own: every category and every tag has a hidden place in it, an offer lies between those
//! of its words and a little beside them, and a guest wants what lies in the guest's direction.
//! These places have nothing to do with the product's vectors: what the product knows of a guest,
//! it has learnt from answers, or from what the brand's systems say of party and segment.
//!
//! ```text
//! log-odds = base(surface) + appeal(offer) + mood(category; stage, daypart, day, party)
//!          + leaning(kind, tags) + taste(guest, offer) + whim(guest, offer)
//!          − price(guest) − fatigue(showings) − satiety(accepted)
//! ```
//!
//! Each part has the size that [`Wants`] gives it.

use crate::domain::decision::Party;
use crate::domain::stay::StayStage;
use crate::domain::time::Daypart;
use crate::sys::rng::{Randomness, SplitMix64};

use super::knobs::Wants;
use super::leanings::{Kind, kind_shares};
use super::marginals::pick;
use super::menu::Menu;

/// Axes of the hidden space.
const AXES: usize = 6;

/// How many words a guest names when asked.
const LIKED_SAID: usize = 3;
const DISLIKED_SAID: usize = 2;

type Place = [f64; AXES];

/// A surface on which offers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Surface {
    /// The booking engine.
    Booking,
    /// The web portal.
    Portal,
    /// The hotel's app.
    App,
    /// Staff at the front desk.
    Desk,
    /// A message before arrival.
    Message,
}

impl Surface {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Booking, Self::Portal, Self::App, Self::Desk, Self::Message];

    /// The placement it fills.
    pub fn placement(self) -> &'static str {
        match self {
            Self::Booking => "booking.upsell",
            Self::Portal => "portal.hero",
            Self::App => "app.home",
            Self::Desk => "frontdesk.prompt",
            Self::Message => "prearrival.email",
        }
    }

    /// The source of its events.
    pub fn source(self) -> &'static str {
        match self {
            Self::Booking => "booking-engine",
            Self::Portal => "portal",
            Self::App => "app",
            Self::Desk => "front-desk",
            Self::Message => "mailer",
        }
    }
}

/// The situation a guest is in when offers are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Where they are shown.
    pub surface: Surface,
    /// Where the guest stands.
    pub stage: StayStage,
    /// Local part of the day.
    pub daypart: Daypart,
    /// Saturday or Sunday?
    pub is_rest_day: bool,
    /// Who travels.
    pub party: Party,
}

/// A guest's mind.
#[derive(Debug, Clone)]
pub struct Mind {
    place: Place,
    price_weight: f64,
    whims: Randomness,
    /// The hidden kind.
    pub kind: Kind,
}

/// What a guest remembers of one offer in this stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Memory {
    /// How often it was looked at.
    pub seen: u32,
    /// Was it accepted?
    pub accepted: bool,
}

/// The hidden truth.
#[derive(Debug, Clone)]
pub struct World {
    wants: Wants,
    root: Randomness,
    items: Vec<HiddenItem>,
    moods: Vec<Mood>,
}

#[derive(Debug, Clone)]
struct HiddenItem {
    category: usize,
    place: Place,
    /// What each kind leans to.
    leanings: [f64; Kind::ALL.len()],
    appeal: f64,
    /// Doublings of `20 EUR + price` over 20 EUR.
    dearness: f64,
}

#[derive(Debug, Clone)]
struct Mood {
    stages: [f64; StayStage::COUNT],
    dayparts: [f64; Daypart::ALL.len()],
    rest_day: f64,
    parties: [f64; Party::COUNT],
}

impl World {
    /// The world of a seed. What it makes of an offer depends on the offer and its words alone.
    pub fn new(root: Randomness, wants: &Wants, menu: &Menu) -> Self {
        let category =
            |name: &str| unit_place(&mut root.keyed("place of category", name.as_bytes()));
        let items = menu.items.iter().map(|item| {
            let mut own = root.keyed("offer", item.id.as_bytes());
            let mut words = [0.0; AXES];
            for tag in &item.tags {
                let place = unit_place(&mut root.keyed("place of tag", tag.as_bytes()));
                words.iter_mut().zip(place).for_each(|(sum, x)| *sum += x);
            }
            let hidden = unit_place(&mut own);
            let tags_share = (1.0 - wants.category_share - wants.hidden_share).max(0.0);
            let parts = [
                (
                    category(menu.categories.get(item.category).map_or("", String::as_str)),
                    wants.category_share,
                ),
                (normalised(words), tags_share),
                (hidden, wants.hidden_share),
            ];
            let mut place = [0.0; AXES];
            for (part, share) in parts {
                place.iter_mut().zip(part).for_each(|(sum, x)| *sum += x * share.sqrt());
            }
            HiddenItem {
                category: item.category,
                place: normalised(place),
                leanings: Kind::ALL.map(|kind| wants.leaning * kind.leaning(root, &item.tags)),
                appeal: wants.appeal * own.normal(),
                dearness: libm::log2((20.0 + item.price.max(0.0)) / 20.0),
            }
        });
        let mood = |name: &String| {
            let mut rng = root.keyed("mood", name.as_bytes());
            Mood {
                stages: std::array::from_fn(|_| wants.stage * rng.normal()),
                dayparts: std::array::from_fn(|_| wants.daypart * rng.normal()),
                rest_day: wants.rest_day * rng.normal(),
                parties: std::array::from_fn(|_| wants.party * rng.normal()),
            }
        };
        let (items, moods) = (items.collect(), menu.categories.iter().map(mood).collect());
        Self { wants: wants.clone(), root, items, moods }
    }

    /// The mind of a guest, at whose kind party and market segment hint.
    pub fn mind(&self, guest: &str, party: Party, is_corporate: bool) -> Mind {
        let mut rng = self.root.keyed("mind", guest.as_bytes());
        let kind = pick(kind_shares(party, is_corporate), rng.unit());
        let kind = Kind::ALL.get(kind).copied().unwrap_or(Kind::Plain);
        let place = normal_place(&mut rng);
        let price_weight = self.wants.price * libm::exp(0.5 * rng.normal());
        Mind { place, price_weight, whims: Randomness::from_seed(rng.next_u64()), kind }
    }

    /// What a guest says when asked which of these words the stay is about: the three liked best
    /// and the two liked least, as well as people know themselves.
    pub fn says<'t>(
        &self,
        guest: &str,
        mind: &Mind,
        tags: &[&'t str],
    ) -> (Vec<&'t str>, Vec<&'t str>) {
        let mut rng = self.root.keyed("says", guest.as_bytes());
        let mut liked: Vec<(f64, &str)> = tags
            .iter()
            .map(|tag| {
                let place = unit_place(&mut self.root.keyed("place of tag", tag.as_bytes()));
                let taste: f64 = mind.place.iter().zip(place).map(|(g, t)| g * t).sum();
                let leaning = mind.kind.leaning_to(self.root, tag);
                let wants = &self.wants;
                (
                    wants.leaning * leaning + wants.taste * taste + wants.self_doubt * rng.normal(),
                    *tag,
                )
            })
            .collect();
        liked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let words = |part: &[(f64, &'t str)]| part.iter().map(|(_, tag)| *tag).collect();
        let most = liked.len().min(LIKED_SAID);
        let least = liked.len().saturating_sub(DISLIKED_SAID).max(most);
        (words(&liked[..most]), words(&liked[least..]))
    }

    /// Log-odds that a guest who looks at an offer accepts it.
    pub fn log_odds(&self, mind: &Mind, item: usize, moment: &Moment, memory: Memory) -> f64 {
        let (Some(hidden), wants) = (self.items.get(item), &self.wants) else {
            return f64::NEG_INFINITY;
        };
        let mood = self.moods.get(hidden.category).map_or(0.0, |mood| mood.at(moment));
        let taste: f64 = mind.place.iter().zip(hidden.place).map(|(g, o)| g * o).sum();
        let whim = mind.whims.keyed("whim", &item.to_le_bytes()).normal();
        let satiety = if memory.accepted { wants.satiety } else { 0.0 };
        wants.base[moment.surface as usize]
            + hidden.appeal
            + mood
            + hidden.leanings[mind.kind as usize]
            + wants.taste * taste
            + wants.whim * whim
            - mind.price_weight * hidden.dearness
            - wants.fatigue * libm::log1p(f64::from(memory.seen))
            - satiety
    }

    /// P(a guest who looks at an offer accepts it).
    pub fn propensity(&self, mind: &Mind, item: usize, moment: &Moment, memory: Memory) -> f64 {
        1.0 / (1.0 + libm::exp(-self.log_odds(mind, item, moment, memory)))
    }
}

impl Mood {
    fn at(&self, moment: &Moment) -> f64 {
        let rest_day = if moment.is_rest_day { self.rest_day } else { 0.0 };
        self.stages[moment.stage.at()]
            + self.dayparts[moment.daypart as usize]
            + rest_day
            + self.parties[moment.party as usize]
    }
}

fn normal_place(rng: &mut SplitMix64) -> Place {
    std::array::from_fn(|_| rng.normal())
}

fn unit_place(rng: &mut SplitMix64) -> Place {
    normalised(normal_place(rng))
}

fn normalised(place: Place) -> Place {
    let length = place.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-12);
    place.map(|x| x / length)
}
