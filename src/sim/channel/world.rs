//! The truth: who answers what, and when.
//!
//! A guest answers with `σ(level + channel + cell + segment × channel + segment × cell + the
//! guest's channel + daypart + day type + channel × day type)`, every effect normal. Streams are
//! [`SplitMix64`]: `seed·1000 + 1` for the world, `+ 2` for the course of contacts, `+ 3` for a
//! policy's draws. Only exp, ln and cos of `libm`: the same bits on every machine.

use crate::domain::channel::Channel;
use crate::domain::time::{DayType, Daypart, TimeContext};
use crate::learn::laplace::sigmoid;
use crate::learn::segment::Cell;
use crate::sys::rng::SplitMix64;

use super::scenario::Knobs;

/// Kinds of moment: daypart × day type.
pub const MOMENTS: usize = Daypart::ALL.len() * DayType::ALL.len();

/// What a random stream is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// The world itself.
    World = 1,
    /// Who is contacted, what can be chosen, who answers.
    Course = 2,
    /// A policy's draws.
    Policy = 3,
}

impl Stream {
    /// The stream of a seed.
    pub fn of(self, seed: u64) -> SplitMix64 {
        SplitMix64::new(seed.wrapping_mul(1_000).wrapping_add(self as u64))
    }
}

/// A guest.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The segment.
    pub segment: u16,
    /// P(the guest responds), by channel · [`MOMENTS`] + moment.
    propensities: Vec<f64>,
}

/// All guests.
#[derive(Debug, Clone)]
pub struct World {
    channels: usize,
    guests: Vec<Guest>,
}

/// A kind of moment by its number.
pub fn time_of(moment: usize) -> TimeContext {
    let days = DayType::ALL.len();
    TimeContext {
        daypart: Daypart::ALL[moment / days % Daypart::ALL.len()],
        day_type: DayType::ALL[moment % days],
    }
}

/// The number of a kind of moment.
pub fn moment_of(time: TimeContext) -> usize {
    time.daypart as usize * DayType::ALL.len() + time.day_type as usize
}

impl World {
    /// The world of a seed.
    pub fn new(knobs: &Knobs, seed: u64) -> Self {
        let mut rng = Stream::World.of(seed);
        let channels = knobs.channels;
        let mut normals =
            |n: usize, sd: f64| -> Vec<f64> { (0..n).map(|_| sd * rng.normal()).collect() };
        let of_channel = normals(channels, knobs.channel_sd);
        let of_cell = normals(channels * MOMENTS, knobs.cell_sd);
        let of_segment: Vec<(Vec<f64>, Vec<f64>)> = (0..knobs.segments)
            .map(|_| {
                let channel = normals(channels, knobs.segment_channel_sd);
                (channel, normals(channels * MOMENTS, knobs.segment_cell_sd))
            })
            .collect();
        let guest = |_| {
            let segment = rng.below(knobs.segments);
            let mut normals =
                |n: usize, sd: f64| -> Vec<f64> { (0..n).map(|_| sd * rng.normal()).collect() };
            let channel = normals(channels, knobs.guest_channel_sd);
            let daypart = normals(Daypart::ALL.len(), knobs.guest_daypart_sd);
            let day_type = normals(DayType::ALL.len(), knobs.guest_day_type_sd);
            let crossed = normals(channels * DayType::ALL.len(), knobs.guest_channel_day_type_sd);
            let (segment_channel, segment_cell) = &of_segment[segment];
            let propensity = |cell: usize| {
                let (c, time) = (cell / MOMENTS, time_of(cell % MOMENTS));
                let day = time.day_type as usize;
                let population = of_channel[c] + of_cell[cell] + segment_channel[c];
                let own = channel[c]
                    + daypart[time.daypart as usize]
                    + day_type[day]
                    + crossed[c * DayType::ALL.len() + day];
                sigmoid(knobs.level + population + segment_cell[cell] + own)
            };
            let propensities = (0..channels * MOMENTS).map(propensity).collect();
            let segment = u16::try_from(segment).unwrap_or(u16::MAX);
            Guest { segment, propensities }
        };
        let guests = (0..knobs.guests).map(guest).collect();
        Self { channels, guests }
    }

    /// The guests.
    pub fn guests(&self) -> &[Guest] {
        &self.guests
    }

    /// The channels there are.
    pub fn channels(&self) -> &'static [Channel] {
        &Channel::ALL[..self.channels]
    }
}

impl Guest {
    /// P(the guest responds | contacted in this cell).
    pub fn response_propensity(&self, cell: Cell) -> f64 {
        self.propensities[cell.channel.at() * MOMENTS + moment_of(cell.time)]
    }

    /// The channel that this guest answers most on days of a type, over all dayparts.
    pub fn best_channel(&self, channels: &[Channel], day_type: DayType) -> Option<Channel> {
        let rate = |channel: Channel| {
            let at = |daypart| {
                self.response_propensity(Cell { channel, time: TimeContext { day_type, daypart } })
            };
            Daypart::ALL.into_iter().map(at).sum::<f64>()
        };
        channels.iter().copied().max_by(|a, b| rate(*a).total_cmp(&rate(*b)))
    }

    /// Whether the channel this guest answers most is not the same on all types of day.
    pub fn varies_by_day_type(&self, channels: &[Channel]) -> bool {
        let best = DayType::ALL.map(|day_type| self.best_channel(channels, day_type));
        best[0] != best[1] || best[1] != best[2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::channel::scenario::Scenario;

    #[test]
    fn the_same_seed_gives_the_same_world_and_another_another() {
        let knobs = Scenario::find("standard").unwrap().world;
        let first = |seed| World::new(&knobs, seed).guests()[0].propensities[0].to_bits();
        assert_eq!(first(1), first(1));
        assert_ne!(first(1), first(2));
    }

    #[test]
    fn moments_have_numbers() {
        for moment in 0..MOMENTS {
            assert_eq!(moment_of(time_of(moment)), moment);
        }
    }

    #[test]
    fn guests_who_are_alike_answer_as_their_segment_does() {
        let knobs = Scenario::find("alike").unwrap().world;
        let world = World::new(&knobs, 3);
        for guest in world.guests() {
            let twin = world.guests().iter().find(|g| g.segment == guest.segment).unwrap();
            assert_eq!(guest.propensities[5].to_bits(), twin.propensities[5].to_bits());
        }
    }

    #[test]
    fn with_effects_of_the_kind_of_day_many_guests_change_channel() {
        let knobs = Scenario::find("extended").unwrap().world;
        let world = World::new(&knobs, 1);
        let vary = world.guests().iter().filter(|g| g.varies_by_day_type(world.channels())).count();
        assert!(vary > 1_500, "{vary}");
    }
}
