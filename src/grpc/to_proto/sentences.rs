//! Sentences in the languages that the service speaks, from the Fluent files in `models/messages`.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;

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

type Sentences = FluentBundle<FluentResource>;

/// In the order of [`Language`].
const FILES: [(&str, &str); 4] = [
    ("en", include_str!("../../../models/messages/en.ftl")),
    ("pt", include_str!("../../../models/messages/pt.ftl")),
    ("zh-Hans", include_str!("../../../models/messages/zh-Hans.ftl")),
    ("zh-Hant", include_str!("../../../models/messages/zh-Hant.ftl")),
];

static SENTENCES: LazyLock<[Sentences; 4]> = LazyLock::new(|| FILES.map(read));

fn read((tag, text): (&str, &str)) -> Sentences {
    let file = FluentResource::try_new(text.to_owned());
    let file = file.expect("the files are part of the program, and a test reads them");
    let mut sentences = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
    sentences.set_use_isolating(false);
    sentences.add_resource_overriding(file);
    sentences
}

/// The sentence of a name in a language; empty where there is none, which a test keeps from happening.
pub(super) fn text(language: Language, name: &str) -> Cow<'static, str> {
    let sentences = &SENTENCES[language as usize];
    let pattern = sentences.get_message(name).and_then(|message| message.value());
    let written = pattern.map(|pattern| sentences.format_pattern(pattern, None, &mut Vec::new()));
    written.unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::grpc::to_proto::{channel_reasons, reasons};

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

    /// No name without a sentence, in no language, and no sentence that nobody says.
    #[test]
    fn every_sentence_that_is_said_is_written_in_every_language() {
        let said: BTreeSet<&str> =
            reasons::tests::names().chain(channel_reasons::tests::names()).collect();
        let languages = [
            Language::English,
            Language::Portuguese,
            Language::ChineseSimplified,
            Language::ChineseTraditional,
        ];
        for (language, (tag, file)) in languages.into_iter().zip(FILES) {
            let is_name = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
            let names = file.lines().filter(is_name).filter_map(|line| line.split_once(" = "));
            let written: BTreeSet<&str> = names.map(|(name, _)| name).collect();
            assert_eq!(written, said, "{tag}");
            let texts: BTreeSet<_> = said.iter().map(|name| text(language, name)).collect();
            assert_eq!(texts.len(), said.len(), "{tag}: a sentence stands twice");
            assert!(texts.iter().all(|text| !text.is_empty() && text.len() <= 512), "{tag}");
            let is_ascii = texts.iter().filter(|text| text.is_ascii()).count();
            assert_eq!(is_ascii == texts.len(), language == Language::English, "{tag}");
        }
    }
}
