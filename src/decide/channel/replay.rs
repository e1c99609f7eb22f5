//! A logged choice of channel and moment, drawn once more from what the record holds of it.

use crate::domain::channel::Channel;
use crate::domain::decision::ChannelChoice;
use crate::domain::time::{TimeContext, Timestamp};
use crate::learn::channel::moment::{self, Candidate, MomentDraw};

use super::{ALTERNATIVES_MAX, pick, send_time};

/// What a choice was drawn with, beside what stands in it.
#[derive(Clone, Copy)]
pub struct Redraw<'a> {
    /// When it was decided.
    pub decided: Timestamp,
    /// What a response was worth, in major units.
    pub value: f64,
    /// Utilities were divided by this.
    pub utility_cap: f64,
    /// Was it a message of a transaction?
    pub is_transactional: bool,
    /// Selection probabilities of alternatives by their scaled utilities.
    pub probabilities: &'a dyn Fn(&[f64], &mut [f64]),
    /// The uniform draw of the channel.
    pub draw: f64,
    /// How the moment was drawn.
    pub moment: MomentDraw,
}

/// Is the same channel drawn again, and the same moment, each with the same selection probability to
/// the bit? A moment of a record that is older than lists of moments is not asked.
pub fn is_chosen_again(choice: &ChannelChoice, again: &Redraw<'_>) -> bool {
    is_same_channel(choice, again) && is_same_moment(choice, again)
}

fn is_same_channel(choice: &ChannelChoice, again: &Redraw<'_>) -> bool {
    // What was drawn from has a selection probability above 0.
    let among: Vec<_> =
        choice.considered.iter().filter(|c| c.selection_probability > 0.0).collect();
    let silence = !again.is_transactional || among.is_empty();
    let (mut utilities, mut p) = ([0.0; ALTERNATIVES_MAX], [0.0; ALTERNATIVES_MAX]);
    let count = among.len() + usize::from(silence);
    if count > ALTERNATIVES_MAX {
        return false;
    }
    for (utility, considered) in utilities.iter_mut().zip(&among) {
        *utility = considered.utility / again.utility_cap;
    }
    if count == 1 {
        p[0] = 1.0;
    } else {
        (again.probabilities)(&utilities[..count], &mut p[..count]);
    }
    let is_same = |(p, logged): (&f64, f64)| p.to_bits() == logged.to_bits();
    let logged = among.iter().map(|considered| considered.selection_probability);
    let at = pick(&p[..count], again.draw);
    let channel: Option<Channel> = among.get(at).map(|considered| considered.channel);
    again.draw.to_bits() == choice.draw.to_bits()
        && p.iter().zip(logged).all(is_same)
        && channel == choice.channel
        && is_same((&p[at], choice.selection_probability))
}

fn is_same_moment(choice: &ChannelChoice, again: &Redraw<'_>) -> bool {
    if choice.moments.is_empty() {
        return true;
    }
    // Which hour and kind of day a moment is, is in its worth.
    let candidate = |at| Candidate { at, hour: 0, time: TimeContext::default() };
    let candidates: Vec<Candidate> =
        choice.moments.iter().map(|moment| candidate(moment.at)).collect();
    let worth = |moment| send_time::worth(moment, again.value, again.decided);
    let worths: Vec<f64> = choice.moments.iter().map(worth).collect();
    moment::choose(&candidates, &worths, &again.moment).is_some_and(|chosen| {
        let at = candidates[chosen.place].at;
        let apart = choice.window_start.since(at).max(at.since(choice.window_start));
        apart <= moment::JITTER
            && chosen.selection_probability.to_bits() == choice.time_selection_probability.to_bits()
    })
}
