//! Why this channel and this moment, or why none: sentences for the guest from a reviewed list, and for
//! staff, in the language of the decision.
//!
//! They are read off the record: what was drawn from, what was forbidden, what was known of the guest.

use std::collections::HashMap;

use crate::api::v1;
use crate::domain::decision::{ChannelChoice, Decision, WithholdReason};

use super::View;
use super::reasons::{GUEST, Language, STAFF, Texts, sentence};

/// Code, what the guest may read (nothing where it is not for guests), what staff may read.
type Told = (&'static str, Option<Texts>, Texts);

const HABIT: Told = (
    "HABIT",
    Some([
        "This is where you usually read us.",
        "É aqui que costuma ler-nos.",
        "您通常在这里查看我们的消息。",
        "您通常在這裡查看我們的訊息。",
    ]),
    [
        "Worth most by how this guest answers.",
        "Vale mais, pela forma como este hóspede responde.",
        "根据这位宾客的回应习惯，价值最高。",
        "根據這位賓客的回應習慣，價值最高。",
    ],
);
const SEGMENT: Told = (
    "SEGMENT",
    Some([
        "A good way to reach you at this time.",
        "Uma boa forma de o contactar a esta hora.",
        "此时与您联系的合适方式。",
        "此時與您聯絡的合適方式。",
    ]),
    [
        "Worth most by how guests of this segment answer; little is known of this one.",
        "Vale mais, pela forma como responde este segmento; pouco se sabe deste hóspede.",
        "根据同类宾客的回应，价值最高；对这位宾客了解尚少。",
        "根據同類賓客的回應，價值最高；對這位賓客了解尚少。",
    ],
);
const PRESENCE: Told = (
    "PRESENCE",
    Some([
        "You are with us here right now.",
        "Está connosco aqui neste momento.",
        "您此刻正在这里。",
        "您此刻正在這裡。",
    ]),
    [
        "The guest is on this surface now.",
        "O hóspede está neste canal agora.",
        "宾客此刻正使用这一渠道。",
        "賓客此刻正使用這一管道。",
    ],
);
const ONLY_CHANNEL: Told = (
    "ONLY_CHANNEL",
    None,
    [
        "The only channel that nothing forbids.",
        "O único canal que nada proíbe.",
        "唯一未被禁止的渠道。",
        "唯一未被禁止的管道。",
    ],
);
const TRANSACTION: Told = (
    "TRANSACTION",
    Some([
        "It is about your booking.",
        "Diz respeito à sua reserva.",
        "与您的预订有关。",
        "與您的預訂有關。",
    ]),
    [
        "The booking needs it: no consent to marketing is wanted, quiet hours hold.",
        "A reserva exige-o: dispensa consentimento de marketing, as horas de silêncio valem.",
        "预订所需：无需营销同意，静默时段仍然有效。",
        "預訂所需：無需行銷同意，靜默時段仍然有效。",
    ],
);
const MOMENT: Told = (
    "MOMENT",
    Some([
        "Sent when it suits you best.",
        "Enviado quando lhe é mais conveniente.",
        "在最适合您的时间发送。",
        "在最適合您的時間傳送。",
    ]),
    [
        "It waits for a moment that is worth more than now.",
        "Espera por um momento que vale mais do que agora.",
        "等待比现在更有价值的时刻。",
        "等待比現在更有價值的時刻。",
    ],
);
const WAITS: Told = (
    "CONSTRAINT",
    Some([
        "It waits so as not to disturb you.",
        "Espera para não o incomodar.",
        "为不打扰您而稍后发送。",
        "為不打擾您而稍後傳送。",
    ]),
    [
        "It waits for the first moment that is allowed.",
        "Espera pelo primeiro momento permitido.",
        "等待首个允许的时刻。",
        "等待首個允許的時刻。",
    ],
);
const EXPLORATION: Told = (
    "EXPLORATION",
    None,
    [
        "Drawn to learn, though another channel seems worth more.",
        "Sorteado para aprender, embora outro canal pareça valer mais.",
        "为学习而抽取，尽管另一渠道看来更有价值。",
        "為學習而抽取，儘管另一管道看來更有價值。",
    ],
);

/// Why nothing is sent.
fn withheld(reason: WithholdReason) -> Texts {
    match reason {
        WithholdReason::NoConsent => [
            "The guest has not agreed to it.",
            "O hóspede não deu consentimento.",
            "宾客未同意。",
            "賓客未同意。",
        ],
        WithholdReason::Unreachable => [
            "No address or surface reaches the guest.",
            "Nenhum endereço ou canal chega ao hóspede.",
            "没有可联系到宾客的地址或渠道。",
            "沒有可聯絡到賓客的地址或管道。",
        ],
        WithholdReason::DoNotDisturb => [
            "The guest wants to be left alone.",
            "O hóspede não quer ser incomodado.",
            "宾客不希望被打扰。",
            "賓客不希望被打擾。",
        ],
        WithholdReason::Capped => [
            "A contact policy is used up.",
            "Uma política de contacto está esgotada.",
            "联系次数已达上限。",
            "聯絡次數已達上限。",
        ],
        WithholdReason::QuietHours => [
            "Quiet hours last until after the latest moment.",
            "As horas de silêncio duram para lá do último momento.",
            "静默时段持续到最晚时刻之后。",
            "靜默時段持續到最晚時刻之後。",
        ],
        WithholdReason::LowValue => [
            "Silence is worth more than any contact.",
            "O silêncio vale mais do que qualquer contacto.",
            "不联系比任何联系更有价值。",
            "不聯絡比任何聯絡更有價值。",
        ],
        WithholdReason::NotAllowed => [
            "No channel that is allowed is in use.",
            "Nenhum canal permitido está em uso.",
            "没有可用的获准渠道。",
            "沒有可用的獲准管道。",
        ],
        WithholdReason::Suppressed => [
            "What the guest answered earlier keeps it away for a while.",
            "Uma resposta anterior do hóspede afasta-o por algum tempo.",
            "宾客此前的答复使其暂不发送。",
            "賓客此前的答覆使其暫不傳送。",
        ],
        WithholdReason::NoOffer => [
            "The offer may not be shown now.",
            "A oferta não pode ser mostrada agora.",
            "该优惠目前不可展示。",
            "該優惠目前不可展示。",
        ],
        WithholdReason::Bounced | WithholdReason::Masked | WithholdReason::Revoked => lost(reason),
    }
}

/// Why an address that is on file reaches nobody.
fn lost(reason: WithholdReason) -> Texts {
    match reason {
        WithholdReason::Bounced => [
            "The only address bounced.",
            "O único endereço devolve as mensagens.",
            "唯一的地址已退信。",
            "唯一的地址已退信。",
        ],
        WithholdReason::Masked => [
            "The only address is a travel agency's, which carries no marketing.",
            "O único endereço é de uma agência de viagens, que não leva promoções.",
            "唯一的地址属于旅行社，不能用于营销。",
            "唯一的地址屬於旅行社，不能用於行銷。",
        ],
        _ => [
            "The guest gave this channel up.",
            "O hóspede deixou este canal.",
            "宾客已停用该渠道。",
            "賓客已停用該管道。",
        ],
    }
}

/// The reasons of a choice of channel and moment, the strongest first.
pub(crate) fn reasons(
    decision: &Decision,
    choice: &ChannelChoice,
    explored: bool,
    language: Language,
    view: View,
) -> Vec<v1::Reason> {
    if let Some(reason) = choice.reason {
        let told = ("CONSTRAINT", None, withheld(reason));
        let mut written = write([told].into_iter(), language, view);
        for sentence in &mut written {
            let name = reason.name().to_owned();
            sentence.parameters = HashMap::from([("reason".to_owned(), name)]);
        }
        return written;
    }
    let of_moment = match choice.window_start > decision.decided {
        true if choice.moments.is_empty() => Some(WAITS),
        true => Some(MOMENT),
        false => None,
    };
    write([of_channel(decision, choice, explored)].into_iter().chain(of_moment), language, view)
}

fn of_channel(decision: &Decision, choice: &ChannelChoice, explored: bool) -> Told {
    let feasible = || choice.considered.iter().filter(|c| c.forbidden.is_none());
    let is_known = choice.basis.is_some_and(|basis| basis.contacts > 0);
    match () {
        // Nothing forbids them, and they were not drawn from: the guest is on another surface.
        () if feasible().any(|c| c.selection_probability <= 0.0) => PRESENCE,
        () if decision.message.is_some_and(|carried| carried.is_transactional) => TRANSACTION,
        () if feasible().count() == 1 => ONLY_CHANNEL,
        () if explored => EXPLORATION,
        () if is_known && decision.taste.is_some() => HABIT,
        () => SEGMENT,
    }
}

fn write(told: impl Iterator<Item = Told>, language: Language, view: View) -> Vec<v1::Reason> {
    let mut written = Vec::with_capacity(4);
    for (code, for_guest, for_staff) in told {
        if let Some(texts) = for_guest {
            written.push(sentence(code, texts, language, GUEST, None));
        }
        if view.decisions {
            written.push(sentence(code, for_staff, language, STAFF, None));
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sentence is there in four languages, and none twice.
    #[test]
    fn every_sentence_is_written_in_four_languages() {
        let told =
            [HABIT, SEGMENT, PRESENCE, ONLY_CHANNEL, TRANSACTION, MOMENT, WAITS, EXPLORATION];
        let of_channels = told.iter().flat_map(|(_, guest, staff)| guest.iter().chain([staff]));
        let why_not = WithholdReason::ALL.map(withheld);
        let mut seen = std::collections::HashSet::new();
        for texts in of_channels.chain(&why_not) {
            let [english, portuguese, simplified, traditional] = texts;
            assert!(english.is_ascii() && !simplified.is_ascii() && !traditional.is_ascii());
            assert_ne!(english, portuguese);
            assert!(seen.insert(english), "{english} stands twice");
        }
    }
}
