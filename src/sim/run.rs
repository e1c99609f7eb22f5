//! The run: hour by hour, act by act, one call at a time.
//!
//! Lockstep: the clock stands still while a call is made, calls come in a fixed order, what was
//! said is told before the same guest is met again, and at the end of each simulated hour the
//! product learns what it heard before the world goes on. So the same seed gives the same figures,
//! times apart.
//!
//! Simplifications, told so that nobody takes them for findings: answers come within a minute or
//! never; nobody is in two hotels; what guests want does not drift; the price moves an answer, but
//! prices do not change.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::api::v1;
use crate::domain::time::Timestamp;
use crate::sys::clock::Stopwatch;
use crate::sys::rng::Randomness;

use super::figures::{Arm, Figures, Lift, Score};
use super::journey::{Act, Scheduled, agenda, moment, wall_time};
use super::knobs::Knobs;
use super::letters::{Letters, Shown};
use super::menu::{House, Menu, Unfit};
use super::population::{Ending, Person, Population, Stay, later};
use super::product::{Product, Refused};
use super::tally::Tally;
use super::world::{Memory, World};

/// Most events of one call.
const BATCH: usize = 250;
/// Days after the last one for which hotels say what they have.
const STOCKED_AHEAD: i64 = 35;
/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// What a run is started with.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The brand.
    pub brand: String,
    /// Seed of everything.
    pub seed: u64,
    /// First simulated day.
    pub first_day: Date,
    /// The choices.
    pub knobs: Knobs,
}

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The product refused a call.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The catalog cannot be simulated.
    #[error(transparent)]
    Unfit(#[from] Unfit),
}

/// How the run stands at the end of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct DayReport {
    /// The day, from 1.
    pub number: u32,
    /// Its date.
    pub date: Date,
    /// Decisions so far.
    pub decisions: u64,
    /// Decisions of the day per second of real time.
    pub decisions_per_second: f64,
    /// Median of the day's times, in milliseconds.
    pub p50_ms: f64,
    /// Their 99th percentile.
    pub p99_ms: f64,
    /// Accepted and shown so far, by arm in the order of [`Arm::ALL`].
    pub arms: [Score; 3],
    /// Lift over most popular so far.
    pub lift: Option<Lift>,
}

/// A guest worth looking at when the run is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acquaintance {
    /// The guest's id.
    pub guest: String,
    /// The hotel's id.
    pub house: String,
    /// The reservation.
    pub reservation: String,
}

/// A run that came to its end.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The figures.
    pub figures: Figures,
    /// An opted-in guest of the personalized arm who is in the house, or about to come.
    pub acquaintance: Option<Acquaintance>,
    /// Last simulated moment.
    pub end: Timestamp,
}

/// Something that comes of an earlier act.
#[derive(Debug, Clone)]
pub(super) enum Later {
    /// This event happens.
    Event(usize, Box<v1::Event>),
    /// A queued message reaches the guest of a stay, on a channel.
    Message(usize, i32, Box<Shown>),
}

/// A run under way.
pub struct Simulation<'p, P> {
    pub(super) product: &'p mut P,
    pub(super) setting: Setting,
    pub(super) root: Randomness,
    pub(super) letters: Letters,
    pub(super) menu: Menu,
    pub(super) world: World,
    pub(super) population: Population,
    pub(super) zones: Vec<TimeZone>,
    pub(super) tally: Tally,
    /// What each guest remembers of offers in the present stay.
    pub(super) memories: Vec<HashMap<usize, Memory>>,
    /// Guests the product has been told of.
    known: BTreeSet<usize>,
    /// Events not told yet, and whose they are.
    outbox: Vec<v1::Event>,
    pub(super) in_outbox: BTreeSet<usize>,
    later: HashMap<u64, Later>,
    due: BinaryHeap<Reverse<(Timestamp, u64)>>,
    scheduled: u64,
}

impl<'p, P: Product> Simulation<'p, P> {
    /// Reads the catalog and makes the world.
    ///
    /// # Errors
    /// Where the catalog cannot be read or simulated.
    pub fn new(product: &'p mut P, setting: Setting) -> Result<Self, Stopped> {
        let menu = Menu::read(&product.catalog()?)?;
        let root = Randomness::from_seed(setting.seed);
        let world = World::new(root, &setting.knobs.wants, &menu);
        let population =
            Population::new(root, &setting.knobs, &world, menu.houses.len(), setting.first_day);
        Ok(Self {
            zones: menu.houses.iter().map(|house| house.zone.clone()).collect(),
            tally: Tally::new(population.people.iter().map(|person| person.arm)),
            memories: vec![HashMap::new(); population.people.len()],
            letters: Letters { brand: setting.brand.clone() },
            product,
            setting,
            root,
            menu,
            world,
            population,
            known: BTreeSet::new(),
            outbox: Vec::new(),
            in_outbox: BTreeSet::new(),
            later: HashMap::new(),
            due: BinaryHeap::new(),
            scheduled: 0,
        })
    }

    /// Lives through all days. `on_day` is told how it stands at the end of each.
    ///
    /// # Errors
    /// Where the product refuses a call.
    pub fn run(mut self, mut on_day: impl FnMut(&DayReport)) -> Result<Ended, Stopped> {
        let whole = Stopwatch::start();
        let zone = self.zones.first().cloned().unwrap_or(TimeZone::UTC);
        let start = moment(&zone, self.setting.first_day, 0);
        let acts = agenda(self.root, &self.setting.knobs.habits, &self.population, &self.zones);
        let (history, story) = acts.split_at(acts.partition_point(|act| act.time < start));
        self.product.stand_at(start);
        self.fill_stores()?;
        for act in history {
            self.remember(act)?;
        }
        self.rest(start)?;
        let mut story = story.iter().peekable();
        let mut now = start;
        for day in 0..self.setting.knobs.days {
            let (watch, before) = (Stopwatch::start(), self.tally.decisions);
            for _ in 0..24 {
                now = Timestamp::from_micros(now.as_micros() + HOUR);
                while let Some(act) = story.next_if(|act| act.time < now) {
                    self.catch_up(act.time)?;
                    self.live(act)?;
                }
                self.catch_up(now)?;
                self.rest(now)?;
            }
            on_day(&self.report(day, before, &watch));
            if day + 1 < self.setting.knobs.days {
                self.tally.next_day();
            }
        }
        let acquaintance = self.acquaintance(now);
        Ok(Ended { figures: self.figures(&whole), acquaintance, end: now })
    }

    /// Each hotel says how much it has of what is scarce: enough, for scarcity is not what this
    /// world is about.
    fn fill_stores(&mut self) -> Result<(), Stopped> {
        let first = self.setting.first_day;
        let horizon = i64::from(self.setting.knobs.days) + STOCKED_AHEAD;
        for (item, house) in self.menu.scarce() {
            let days = (-1..horizon).map(|day| later(first, day));
            let request = self.letters.stock(&item.id, &house.id, days, self.setting.knobs.stock);
            self.product.set_stock(request)?;
        }
        Ok(())
    }

    /// Takes in what happened before the first day: stays and consents, as history.
    fn remember(&mut self, act: &Scheduled) -> Result<(), Stopped> {
        match act.act {
            Act::Book => self.book(act, true),
            Act::Cancel | Act::NoShow => self.tell_stay(act, v1::EventType::Cancel, true),
            Act::CheckIn => self.tell_stay(act, v1::EventType::CheckIn, true),
            Act::CheckOut => self.tell_stay(act, v1::EventType::CheckOut, true),
            // What was shown then was shown by others.
            Act::OptOut | Act::Meet(..) => Ok(()),
        }
    }

    fn live(&mut self, act: &Scheduled) -> Result<(), Stopped> {
        self.product.stand_at(act.time);
        match act.act {
            Act::Book => self.book(act, false),
            Act::Cancel | Act::NoShow => self.tell_stay(act, v1::EventType::Cancel, false),
            Act::CheckIn => self.tell_stay(act, v1::EventType::CheckIn, false),
            Act::CheckOut => {
                self.tell_stay(act, v1::EventType::Pay, false)?;
                self.tell_stay(act, v1::EventType::CheckOut, false)
            }
            Act::OptOut => self.opt_out(act),
            Act::Meet(surface, stage) => self.meet(act, surface, stage),
        }
    }

    /// The end of an hour: everything is told, and learnt.
    fn rest(&mut self, now: Timestamp) -> Result<(), Stopped> {
        self.product.stand_at(now);
        self.flush()?;
        self.product.settle()?;
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<(), Stopped> {
        self.in_outbox.clear();
        let mut events = std::mem::take(&mut self.outbox);
        while !events.is_empty() {
            let rest = events.split_off(events.len().min(BATCH));
            self.tally.events += events.len() as u64;
            self.product.write(events)?;
            events = rest;
        }
        Ok(())
    }

    pub(super) fn tell(&mut self, person: usize, event: v1::Event) {
        self.in_outbox.insert(person);
        self.outbox.push(event);
    }

    /// Lets happen what comes of earlier acts until `now`.
    fn catch_up(&mut self, now: Timestamp) -> Result<(), Stopped> {
        while self.due.peek().is_some_and(|Reverse((time, _))| *time <= now) {
            let Some(Reverse((time, number))) = self.due.pop() else { break };
            match self.later.remove(&number) {
                Some(Later::Event(person, event)) => self.tell(person, *event),
                Some(Later::Message(stay, channel, mut shown)) => {
                    self.product.stand_at(time);
                    shown.time = time;
                    self.send(stay, channel, &shown)?;
                }
                None => {}
            }
        }
        Ok(())
    }

    pub(super) fn who(&self, stay: usize) -> Option<(&Person, &Stay, &House)> {
        let stay = self.population.stays.get(stay)?;
        Some((self.population.people.get(stay.person)?, stay, self.menu.houses.get(stay.house)?))
    }

    fn book(&mut self, act: &Scheduled, is_history: bool) -> Result<(), Stopped> {
        let Some((_, stay, _)) = self.who(act.stay) else { return Ok(()) };
        let number = stay.person;
        if !self.known.contains(&number) {
            self.introduce(act, number, is_history)?;
        }
        if let Some(memory) = self.memories.get_mut(number) {
            memory.clear();
        }
        self.tell_stay(act, v1::EventType::Book, is_history)
    }

    /// The first booking of a guest: facts become known, consents are given, and some say what the
    /// stay is about.
    fn introduce(
        &mut self,
        act: &Scheduled,
        number: usize,
        is_history: bool,
    ) -> Result<(), Stopped> {
        let Some((person, _, house)) = self.who(act.stay) else { return Ok(()) };
        let facts = self.letters.person(person, &self.menu.segments);
        let mut said = Vec::new();
        if person.consents {
            for purpose in [v1::Purpose::Profiling, v1::Purpose::Marketing] {
                let consent = (v1::EventType::OptIn, purpose);
                said.push(self.letters.consent_event(person, consent, act.time, is_history));
            }
        }
        let asked = (person.consents && person.answers).then(|| {
            let words = self.menu.words(house);
            let (liked, disliked) = self.world.says(&person.id, &person.mind, &words);
            self.letters.preferences(person, &liked, &disliked)
        });
        self.known.insert(number);
        self.product.update_guest(facts)?;
        if let Some(preferences) = asked {
            self.product.state_preferences(preferences)?;
        }
        said.into_iter().for_each(|event| self.tell(number, event));
        Ok(())
    }

    fn tell_stay(
        &mut self,
        act: &Scheduled,
        kind: v1::EventType,
        is_history: bool,
    ) -> Result<(), Stopped> {
        let Some(who) = self.who(act.stay) else { return Ok(()) };
        if kind == v1::EventType::Pay && who.1.nights() * who.1.rate_minor == 0 {
            return Ok(());
        }
        let (person, event) =
            (who.1.person, self.letters.stay_event(who, kind, act.time, is_history));
        self.tell(person, event);
        Ok(())
    }

    fn opt_out(&mut self, act: &Scheduled) -> Result<(), Stopped> {
        let Some((person, stay, _)) = self.who(act.stay) else { return Ok(()) };
        let said = (v1::EventType::OptOut, v1::Purpose::Marketing);
        let (number, event) =
            (stay.person, self.letters.consent_event(person, said, act.time, false));
        self.tell(number, event);
        Ok(())
    }

    pub(super) fn schedule(&mut self, time: Timestamp, later: Later) {
        let number = self.scheduled;
        self.scheduled += 1;
        self.later.insert(number, later);
        self.due.push(Reverse((time, number)));
    }

    fn report(&self, day: u32, decisions_before: u64, watch: &Stopwatch) -> DayReport {
        let arms = Arm::ALL.map(|arm| self.tally.arm(arm));
        #[expect(clippy::cast_precision_loss, reason = "decisions of a day")]
        let decisions = (self.tally.decisions - decisions_before) as f64;
        DayReport {
            number: day + 1,
            date: later(self.setting.first_day, i64::from(day)),
            decisions: self.tally.decisions,
            decisions_per_second: decisions / watch.seconds().max(1e-9),
            p50_ms: self.tally.wait_ms(0.5, true),
            p99_ms: self.tally.wait_ms(0.99, true),
            arms: std::array::from_fn(|at| arms[at].total()),
            lift: Lift::of(&arms[0], &arms[1]),
        }
    }

    fn figures(&self, whole: &Stopwatch) -> Figures {
        let [personalized, popular, random] = Arm::ALL.map(|arm| self.tally.arm(arm));
        let truth = self.tally.truth();
        #[expect(clippy::cast_precision_loss, reason = "decisions of a run")]
        let decisions = self.tally.decisions as f64;
        Figures {
            seed: self.setting.seed,
            days: self.setting.knobs.days,
            guests: self.setting.knobs.guests,
            first_day: self.setting.first_day.to_string(),
            decisions: self.tally.decisions,
            events: self.tally.events,
            accept_rate: personalized.total().rate(),
            accept_rate_random: random.total().rate(),
            accept_rate_popular: popular.total().rate(),
            accept_rate_oracle: truth.oracle_rate(),
            accept_rate_expected: truth.shown_rate(),
            accept_rate_popular_expected: self.tally.popular_truth().shown_rate(),
            last_10_days: self.tally.last_days(10),
            lift: Lift::of(&personalized, &popular),
            lift_over_random: Lift::of(&personalized, &random),
            p50_ms: self.tally.wait_ms(0.5, false),
            p99_ms: self.tally.wait_ms(0.99, false),
            decisions_per_second: decisions / whole.seconds().max(1e-9),
        }
    }

    /// The opted-in guest of the personalized arm who is in the house now and has been shown most;
    /// else one about to come.
    fn acquaintance(&self, now: Timestamp) -> Option<Acquaintance> {
        let known = |stay: &&Stay| {
            let person = self.population.people.get(stay.person);
            let fits =
                person.is_some_and(|p| p.consents && !p.opts_out && p.arm == Arm::Personalized);
            fits && stay.ending == Ending::Stayed && self.known.contains(&stay.person)
        };
        let rank = |stay: &&Stay| {
            let today =
                self.zones.get(stay.house).map_or(stay.arrival, |zone| wall_time(zone, now).day);
            let is_in_house = stay.arrival < today && today < stay.departure;
            let is_coming = stay.booked < today && today <= stay.arrival;
            (is_in_house, is_coming, self.tally.shown_to(stay.person), Reverse(stay.person))
        };
        let stay = self.population.stays.iter().filter(known).max_by_key(rank)?;
        Some(Acquaintance {
            guest: self.population.people.get(stay.person)?.id.clone(),
            house: self.menu.houses.get(stay.house)?.id.clone(),
            reservation: stay.reservation.clone(),
        })
    }
}
