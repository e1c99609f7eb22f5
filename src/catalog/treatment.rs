//! Which treatment of an offer fits an occasion: channel, language, time context, stay stage.
//!
//! In this order: made for the channel, the time and the stage; in the best language; made for this
//! channel in particular, then for this time, then for this stage; written first. The channel comes first
//! because it decides who reads the words: a desk's must have what staff say, at any hour. Where none is
//! made for the occasion, the best language decides among all.
//!
//! Languages fall back from special to general, `zh-Hant-HK` → `zh-Hant` → `zh`, then to anything
//! in the same language, then to the brand's default, then to English, then to whatever there is. Chinese
//! without a script is read by region, as readers do: `zh-TW`, `zh-HK` and `zh-MO` are `Hant`, other
//! Chinese is `Hans`.

use crate::domain::channel::Channel;
use crate::domain::decision::Context;
use crate::domain::offer::{Offer, StageSet, Treatment};
use crate::domain::stay::StayStage;
use crate::domain::survey::Texts;
use crate::domain::time::TimeContext;

/// Where, when, to whom and in which language something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion<'a> {
    /// The channel.
    pub channel: Channel,
    /// Language of the guest, BCP 47.
    pub locale: &'a str,
    /// Kind of day and part of it, as it is said.
    pub time: TimeContext,
    /// Where the guest stands.
    pub stage: StayStage,
}

impl<'a> Occasion<'a> {
    /// The occasion of a decision.
    pub fn of(context: &'a Context) -> Self {
        let Context { channel, stage, time, .. } = *context;
        Self { channel, locale: &context.locale, time, stage }
    }
}

/// The number within the offer of the treatment that fits best. It never allocates.
pub(crate) fn choose(offer: &Offer, occasion: &Occasion<'_>, default_locale: &str) -> u8 {
    let mut best = (0, None);
    for (at, treatment) in (0_u8..).zip(&offer.treatments) {
        let rank = rank(treatment, occasion, default_locale);
        if best.1.is_none_or(|so_far| so_far < rank) {
            best = (at, Some(rank));
        }
    }
    best.0
}

/// Is it made for the occasion; how near its language is; for what of the occasion it is made in
/// particular: the channel over the time and the stage together, the time over the stage.
fn rank(treatment: &Treatment, occasion: &Occasion<'_>, default_locale: &str) -> (bool, u8, u8) {
    let is_for_now = treatment.contexts.contains(&occasion.time);
    let is_for_channel = treatment.channels.contains(occasion.channel);
    let is_in_stage = treatment.stages.contains(occasion.stage);
    let is_now = is_for_now || treatment.contexts.is_empty();
    let fits = fits_channel(treatment, occasion.channel) && is_now && is_in_stage;
    let is_for_stage = is_in_stage && treatment.stages != StageSet::ALL;
    let particulars =
        u8::from(is_for_channel) << 2 | u8::from(is_for_now) << 1 | u8::from(is_for_stage);
    let near = match nearness(occasion.locale, &treatment.locale) {
        far @ 0..=1 if is_same_language(default_locale, &treatment.locale) => far + DEFAULT,
        near => near,
    };
    (fits, near, particulars)
}

/// How near the brand's default language is, where none is the guest's: nearer than English.
const DEFAULT: u8 = 2;

/// Is it made for the channel?
pub(crate) fn fits_channel(treatment: &Treatment, channel: Channel) -> bool {
    treatment.channels.is_empty() || treatment.channels.contains(channel)
}

/// How near a language that is available is to the one asked for; 0 where it is another.
fn nearness(asked: &str, available: &str) -> u8 {
    if asked.eq_ignore_ascii_case(available) {
        return u8::MAX;
    }
    if !is_same_language(asked, available) {
        return u8::from(is_same_language("en", available));
    }
    let same = |(a, b): (&str, &str)| a.eq_ignore_ascii_case(b);
    // In the same language. A shared script counts most (readers of one may not read the other),
    // then being a more
    // general form of what was asked for, then being the least general of those.
    let script = script(asked);
    let same_script = script.is_some() && script == self::script(available);
    let parts = subtags(available).count();
    let is_general =
        parts <= subtags(asked).count() && subtags(asked).zip(subtags(available)).all(same);
    let bonus = |holds: bool, points: u8| if holds { points } else { 0 };
    let special = bonus(is_general, u8::try_from(parts.min(8)).unwrap_or(0));
    10 + bonus(same_script, 100) + bonus(is_general, 50) + special
}

/// The text of the language nearest to the one asked for: English where none is near, and the first
/// where there is none; empty without any.
pub fn text_for<'a>(texts: &'a Texts, locale: &str) -> &'a str {
    let near = |at: &usize| (nearness(locale, &texts[*at].0), std::cmp::Reverse(*at));
    (0..texts.len()).max_by_key(near).map_or("", |at| &texts[at].1)
}

/// Are two tags of one language, whatever the region or the script?
fn is_same_language(one: &str, other: &str) -> bool {
    let both = subtags(one).next().zip(subtags(other).next());
    both.is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

fn subtags(locale: &str) -> impl Iterator<Item = &str> {
    locale.split(['-', '_'])
}

/// A writing system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Script([u8; 4]);

/// The script a language tag names; for Chinese without one, that of its region.
fn script(locale: &str) -> Option<Script> {
    for part in subtags(locale).skip(1) {
        if let (Ok(mut letters), true) = (<[u8; 4]>::try_from(part.as_bytes()), is_letters(part)) {
            letters.make_ascii_lowercase();
            return Some(Script(letters));
        }
    }
    let is_chinese = subtags(locale).next().is_some_and(|l| l.eq_ignore_ascii_case("zh"));
    let traditional = |part: &str| ["TW", "HK", "MO"].iter().any(|r| r.eq_ignore_ascii_case(part));
    let letters = if subtags(locale).any(traditional) { b"hant" } else { b"hans" };
    is_chinese.then_some(Script(*letters))
}

fn is_letters(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best of several languages, for one asked for.
    fn best<'a>(asked: &str, available: &[&'a str]) -> &'a str {
        let mut best = available[0];
        for other in available {
            if nearness(asked, best) < nearness(asked, other) {
                best = other;
            }
        }
        best
    }

    #[test]
    fn languages_fall_back_from_special_to_general() {
        for (asked, available, expected) in [
            ("zh-Hant-TW", &["en", "zh", "zh-Hant", "zh-Hant-TW"][..], "zh-Hant-TW"),
            ("zh-Hant-TW", &["en", "zh", "zh-Hant"], "zh-Hant"),
            ("zh-Hant-TW", &["en", "zh"], "zh"),
            ("zh-Hant-TW", &["en", "zh-Hans"], "zh-Hans"),
            ("zh-Hant-TW", &["pt", "en"], "en"),
            ("zh-Hant-TW", &["pt", "de"], "pt"),
            ("zh-TW", &["zh-Hans", "zh-Hant"], "zh-Hant"),
            ("zh-MO", &["zh", "zh-Hant"], "zh-Hant"),
            ("zh-CN", &["zh-Hant", "zh-Hans"], "zh-Hans"),
            ("zh", &["zh-Hant", "zh-Hans"], "zh-Hans"),
            ("pt-BR", &["en", "pt-PT", "pt"], "pt"),
            ("pt-BR", &["en", "pt-PT"], "pt-PT"),
            ("pt_br", &["en", "PT-BR"], "PT-BR"),
            ("de-CH-1996", &["de", "de-CH"], "de-CH"),
            ("sr-Latn-RS", &["sr-Cyrl", "sr-Latn"], "sr-Latn"),
            ("", &["pt", "en"], "en"),
            ("e", &["pt", "en"], "en"),
        ] {
            assert_eq!(best(asked, available), expected, "{asked} of {available:?}");
        }
    }
}
