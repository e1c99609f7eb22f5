//! Why, in sentences: one for the guest from a reviewed list, one for staff, in the language of the
//! answer.
//!
//! A sentence for a guest says nothing that the hotel knows of them and nothing of what an offer is
//! worth: what the brand pushes, and what earns more, is to a guest a recommendation.

use crate::api::v1;
use crate::domain::decision::{ReasonCode, ScoreParts};

use super::View;

/// Languages that sentences are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Portuguese,
    ChineseSimplified,
    ChineseTraditional,
}

impl Language {
    /// The language to answer a BCP 47 tag in; English where there is none.
    pub(crate) fn of(tag: &str) -> Self {
        let mut subtags = tag.split('-');
        let is = |subtag: &str, word: &str| subtag.eq_ignore_ascii_case(word);
        match subtags.next() {
            Some(language) if is(language, "pt") => Self::Portuguese,
            Some(language) if is(language, "zh") => {
                // The script decides; without one, the place does.
                let traditional = ["Hant", "TW", "HK", "MO"];
                let simplified = ["Hans", "CN", "SG"];
                let first =
                    subtags.find(|s| traditional.iter().chain(&simplified).any(|word| is(s, word)));
                match first {
                    Some(subtag) if traditional.iter().any(|word| is(subtag, word)) => {
                        Self::ChineseTraditional
                    }
                    _ => Self::ChineseSimplified,
                }
            }
            _ => Self::English,
        }
    }
}

/// One text in the four languages, in their order.
pub(super) type Texts = [&'static str; 4];

/// What a guest may read, under the code a guest's screen may see.
fn for_guest(code: ReasonCode) -> (&'static str, Texts) {
    match code {
        ReasonCode::Taste => (
            "TASTE",
            [
                "Chosen to suit what you enjoy.",
                "Escolhido a pensar no que mais aprecia.",
                "根据您的喜好为您挑选。",
                "依照您的喜好為您挑選。",
            ],
        ),
        ReasonCode::Affinity => (
            "AFFINITY",
            [
                "It goes well with your preferences.",
                "Combina com as suas preferências.",
                "与您的偏好相符。",
                "與您的偏好相符。",
            ],
        ),
        ReasonCode::Situation => (
            "SITUATION",
            [
                "A good fit for this moment of your stay.",
                "Adequado a este momento da sua estadia.",
                "正适合您此刻的行程。",
                "正適合您此刻的行程。",
            ],
        ),
        ReasonCode::Popularity => (
            "POPULARITY",
            [
                "A favourite of our guests.",
                "Um dos favoritos dos nossos hóspedes.",
                "深受宾客喜爱。",
                "深受賓客喜愛。",
            ],
        ),
        ReasonCode::Exploration => (
            "EXPLORATION",
            [
                "Something new that you may like.",
                "Uma novidade que talvez lhe agrade.",
                "您或许会喜欢的新选择。",
                "您或許會喜歡的新選擇。",
            ],
        ),
        ReasonCode::Fallback => (
            "FALLBACK",
            ["Always there for you.", "Sempre ao seu dispor.", "随时为您准备。", "隨時為您準備。"],
        ),
        ReasonCode::Lever | ReasonCode::Value => (
            "RECOMMENDED",
            [
                "Recommended by our team.",
                "Recomendado pela nossa equipa.",
                "由我们的团队推荐。",
                "由我們的團隊推薦。",
            ],
        ),
    }
}

/// What staff may read.
fn for_staff(code: ReasonCode) -> Texts {
    match code {
        ReasonCode::Taste => [
            "Fits the guest's taste better than the other candidates.",
            "Adequa-se melhor ao gosto do hóspede do que os outros candidatos.",
            "比其他候选更符合宾客的口味。",
            "比其他候選更符合賓客的口味。",
        ],
        ReasonCode::Affinity => [
            "Fits a preference of the guest.",
            "Corresponde a uma preferência do hóspede.",
            "符合宾客的一项偏好。",
            "符合賓客的一項偏好。",
        ],
        ReasonCode::Situation => [
            "Fits the stay stage, the party and the time of day.",
            "Adequa-se à fase da estadia, ao grupo e à hora do dia.",
            "符合入住阶段、同行人员和时段。",
            "符合入住階段、同行人員和時段。",
        ],
        ReasonCode::Popularity => [
            "Accepted more often than others by all guests.",
            "Aceite mais vezes do que outros por todos os hóspedes.",
            "在所有宾客中接受率较高。",
            "在所有賓客中接受率較高。",
        ],
        ReasonCode::Lever => [
            "Pushed by a lever of the decision policy.",
            "Impulsionado por uma alavanca da política de decisão.",
            "由决策策略的调节项提升。",
            "由決策策略的調節項提升。",
        ],
        ReasonCode::Value => [
            "Worth more than the other candidates.",
            "Vale mais do que os outros candidatos.",
            "价值高于其他候选。",
            "價值高於其他候選。",
        ],
        ReasonCode::Exploration => [
            "Shown to learn how guests answer to it.",
            "Mostrado para aprender como os hóspedes respondem.",
            "为了解宾客反应而展示。",
            "為了解賓客反應而展示。",
        ],
        ReasonCode::Fallback => [
            "Nothing else was eligible.",
            "Nada mais era elegível.",
            "没有其他可用的候选。",
            "沒有其他可用的候選。",
        ],
    }
}

/// The reasons of a slot, strongest first: for each what the guest may read, and what staff may
/// where they may see it.
pub(crate) fn reasons(
    (told, parts): (&[ReasonCode], &ScoreParts),
    language: Language,
    view: View,
) -> Vec<v1::Reason> {
    let each = if view.decisions { 2 } else { 1 };
    let mut written: Vec<v1::Reason> = Vec::with_capacity(told.len() * each);
    for reason in told {
        let (code, texts) = for_guest(*reason);
        // Two reasons may be one recommendation to a guest.
        let is_told = written.iter().any(|known| known.code == code && known.audience == GUEST);
        if !is_told {
            written.push(sentence(code, texts, language, GUEST, None));
        }
        if view.decisions {
            let contribution = parts.contribution(*reason).filter(|_| view.scores);
            let texts = for_staff(*reason);
            written.push(sentence(reason.name(), texts, language, STAFF, contribution));
        }
    }
    written
}

pub(super) const GUEST: i32 = v1::ReasonAudience::Guest as i32;
pub(super) const STAFF: i32 = v1::ReasonAudience::Staff as i32;

pub(super) fn sentence(
    code: &str,
    texts: Texts,
    language: Language,
    audience: i32,
    contribution: Option<f64>,
) -> v1::Reason {
    let [english, portuguese, simplified, traditional] = texts;
    let text = match language {
        Language::English => english,
        Language::Portuguese => portuguese,
        Language::ChineseSimplified => simplified,
        Language::ChineseTraditional => traditional,
    };
    v1::Reason {
        code: code.to_owned(),
        display_text: text.to_owned(),
        audience,
        contribution,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scope::Right;
    use crate::grpc::testing::{scope, scope_with};

    const ALL: [ReasonCode; 8] = [
        ReasonCode::Taste,
        ReasonCode::Affinity,
        ReasonCode::Situation,
        ReasonCode::Popularity,
        ReasonCode::Lever,
        ReasonCode::Value,
        ReasonCode::Exploration,
        ReasonCode::Fallback,
    ];

    #[test]
    fn languages_are_found_by_script_then_by_place() {
        use Language as L;
        let rows = [
            ("", L::English),
            ("de", L::English),
            ("en-GB", L::English),
            ("pt-BR", L::Portuguese),
            ("PT", L::Portuguese),
            ("zh", L::ChineseSimplified),
            ("zh-CN", L::ChineseSimplified),
            ("zh-Hans-HK", L::ChineseSimplified),
            ("zh-TW", L::ChineseTraditional),
            ("zh-Hant-CN", L::ChineseTraditional),
            ("zh-hk", L::ChineseTraditional),
        ];
        for (tag, language) in rows {
            assert_eq!(Language::of(tag), language, "{tag}");
        }
    }

    #[test]
    fn a_guest_never_reads_of_value_or_levers() {
        let view = View::of(&scope_with(&[Right::Decide]));
        let written = reasons((&ALL, &ScoreParts::default()), Language::English, view);
        assert!(written.iter().all(|r| r.audience == GUEST && r.contribution.is_none()));
        assert!(!written.iter().any(|r| r.code == "LEVER" || r.code == "VALUE"));
        assert_eq!(written.iter().filter(|r| r.code == "RECOMMENDED").count(), 1);
    }

    #[test]
    fn staff_read_the_reason_itself_with_its_contribution() {
        let parts = ScoreParts { taste: 0.5, ..ScoreParts::default() };
        let told = (&[ReasonCode::Taste][..], &parts);
        let written = reasons(told, Language::ChineseTraditional, View::of(&scope()));
        assert_eq!(written.len(), 2);
        assert_eq!((written[1].code.as_str(), written[1].contribution), ("TASTE", Some(0.5)));
    }

    #[test]
    fn every_sentence_is_there_in_every_language_and_short_enough() {
        for code in ALL {
            let mut seen = std::collections::BTreeSet::new();
            for text in for_guest(code).1.into_iter().chain(for_staff(code)) {
                assert!(!text.is_empty() && text.len() <= 512);
                assert!(seen.insert(text), "{text}");
            }
        }
    }
}
