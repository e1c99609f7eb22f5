//! Tests of a published catalog: against a simple twin on random catalogs, and on the demo.

use std::time::Duration;

use proptest::prelude::*;

use super::demo::DEMO_CATALOG;
use super::*;
use crate::domain::belief::{DIM, Vector, tag_hash};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::FilterStage;
use crate::domain::id::{
    Label, OfferId, OfferIndex, OfferKey, PlacementId, PropertyId, TreatmentId,
};
use crate::domain::offer::{Offer, StageSet, Treatment};
use crate::domain::stay::StayStage;
use crate::domain::time::{DayType, Daypart, TimeContext, Timestamp};

fn demo() -> CatalogContent {
    validate(DEMO_CATALOG).unwrap()
}

fn publish(content: CatalogContent) -> Catalog {
    let vectors = vec![[0.5; DIM]; content.offers.len()];
    Catalog::build(content, 7, vectors).unwrap()
}

/// A moment at which the demo's seasonal offer is not in season.
const NOVEMBER: Timestamp = Timestamp::from_seconds(1_794_000_000);
const EVENING: TimeContext = TimeContext { day_type: DayType::Rest, daypart: Daypart::Evening };

/// A couple in house at the resort, on the portal's hero.
fn facts(catalog: &Catalog) -> RuleFacts<'static> {
    let property = PropertyId::parse("", "algarve-cliffs").unwrap();
    let placement = PlacementId::parse("", "portal.hero").unwrap();
    RuleFacts {
        property: catalog.property_index(&property).unwrap(),
        placement: catalog.placement_index(&placement).unwrap(),
        channel: Channel::Web,
        stage: StayStage::InHouse,
        time: EVENING,
        adults: 2,
        children: 0,
        nights: Some(3),
        days_to_arrival: Some(-1),
        locale: "en",
        intent: "",
        country: Some(*b"DE"),
        guest: Some(GuestFacts { stays: 5, accepts: 1, ..GuestFacts::default() }),
    }
}

fn eligible(catalog: &Catalog, facts: &RuleFacts<'_>, now: Timestamp) -> Vec<String> {
    let mut out = Bitset::default();
    catalog.eligible(facts, now, &mut out);
    out.iter().map(|at| catalog.offer(at).unwrap().id.to_string()).collect()
}

fn at(catalog: &Catalog, id: &str) -> OfferIndex {
    catalog.index_of(&OfferId::parse("", id).unwrap()).unwrap()
}

#[test]
fn a_couple_in_house_is_offered_what_fits() {
    let catalog = publish(demo());
    let offers = eligible(&catalog, &facts(&catalog), NOVEMBER);
    for yes in ["spa.couples-ritual", "dining.cataplana", "flex.late-checkout-gift"] {
        assert!(offers.iter().any(|o| o == yes), "{yes} of {offers:?}");
    }
    for no in [
        "family.kids-club",       // no children
        "upgrade.sea-view",       // not once in house
        "dining.dim-sum",         // in Macau
        "culture.almond-blossom", // not in November
        "content.our-house",      // a fallback
    ] {
        assert!(!offers.iter().any(|o| o == no), "{no} of {offers:?}");
    }
}

#[test]
fn removals_are_explained() {
    let catalog = publish(demo());
    let removed = catalog.explain_removed(&facts(&catalog), NOVEMBER);
    let why = |id: &str| {
        let found = removed.iter().find(|f| f.offer.as_str() == id);
        found.map(|f| (f.stage, f.component.as_str(), f.reason.as_str())).unwrap()
    };
    assert_eq!(
        why("family.kids-club"),
        (FilterStage::Applicability, "party", "it suits 1 to 20 children, not 0")
    );
    assert_eq!(why("upgrade.sea-view").1, "stay_stage");
    assert_eq!(why("dining.dim-sum").1, "property");
    assert_eq!(why("culture.almond-blossom").2, "it is not valid yet");
    let rule = "the rule is not true here: party.size >= 3 && daypart in ['MORNING', 'DAY']";
    assert_eq!(why("family.pool-cabana"), (FilterStage::Applicability, "rule", rule));
    let fallback = removed.iter().find(|f| f.offer.as_str() == "content.our-house");
    assert_eq!(fallback, None);
}

#[test]
fn a_season_includes_its_last_day() {
    let catalog = publish(demo());
    let facts = facts(&catalog);
    let walks = |now: &str| {
        let now: jiff::Timestamp = now.parse().unwrap();
        let now = Timestamp::from_micros(now.as_microsecond());
        eligible(&catalog, &facts, now).iter().any(|o| o == "culture.almond-blossom")
    };
    assert!(!walks("2027-01-14T23:59:59Z"));
    assert!(walks("2027-01-15T00:00:00Z"));
    assert!(walks("2027-03-15T23:59:59Z"));
    assert!(!walks("2027-03-16T00:00:00Z"));
}

#[test]
fn facts_of_another_catalog_find_nothing() {
    let catalog = publish(demo());
    let strange = RuleFacts { property: PropertyIndex(99), ..facts(&catalog) };
    assert!(eligible(&catalog, &strange, NOVEMBER).is_empty());
    let offers = catalog.offers().iter().filter(|o| !o.is_fallback).count();
    assert_eq!(catalog.explain_removed(&strange, NOVEMBER).len(), offers);
}

#[test]
fn everything_is_found_by_its_name() {
    let catalog = publish(demo());
    assert_eq!(catalog.version(), 7);
    for (index, offer) in (0..).map(OfferIndex).zip(catalog.offers()) {
        assert_eq!(catalog.index_of(&offer.id), Some(index));
        assert_eq!(catalog.index_of_key(offer.key), Some(index));
        let hashes: Vec<u32> = offer.tags.iter().map(|tag| tag_hash(tag.as_str())).collect();
        assert_eq!(catalog.tags(index), hashes);
        let category =
            &catalog.content().categories[usize::from(catalog.category_of()[index.at()])];
        assert_eq!(category.id, offer.category);
        assert_eq!(
            catalog.category_hashes()[usize::from(catalog.category_of()[index.at()])],
            tag_hash(offer.category.as_str())
        );
        let group = offer.group.as_ref().map_or(0, |g| tag_hash(g.as_str()));
        assert_eq!(catalog.group_of()[index.at()], group);
        assert!(catalog.squares()[index.at()].iter().all(|s| (s - 0.25).abs() < 1e-6));
    }
    assert_eq!(catalog.index_of_key(OfferKey(0)), None);
    assert_eq!(catalog.tags(OfferIndex(999)), [] as [u32; 0]);
    for placement in &catalog.content().placements {
        let index = catalog.placement_index(&placement.id).unwrap();
        let policy = catalog.policy_of(index).unwrap();
        assert_eq!(catalog.policy(policy).unwrap().id, placement.policy);
        assert_eq!(catalog.policy_index(&placement.policy), Some(policy));
        for property in &catalog.content().properties {
            let property = catalog.property_index(&property.id).unwrap();
            assert_eq!(catalog.fallbacks(property, index).count(), 1);
        }
    }
}

#[test]
fn vectors_must_fit_the_offers() {
    let content = demo();
    let few = Catalog::build(content.clone(), 1, Vec::new()).unwrap_err();
    assert_eq!(few[0].field, "offers");
    let mut vectors: Vec<Vector> = vec![[0.0; DIM]; content.offers.len()];
    vectors[3][2] = f32::NAN;
    assert_eq!(Catalog::build(content, 1, vectors).unwrap_err()[0].field, "offers[3]");
}

#[test]
fn caps_know_their_offers() {
    let catalog = publish(demo());
    let cap = |id: &str| catalog.caps().iter().find(|cap| cap.id.as_str() == id).unwrap();
    assert_eq!(cap("answered-rest").counts, Counts::EachOffer);
    assert_eq!(cap("answered-rest").offers.count(), catalog.offer_count());
    let rooms = catalog.offers().iter().filter(|o| o.category.as_str() == "room-upgrade").count();
    assert_eq!(cap("reservation-room").counts, Counts::Group(tag_hash("room")));
    assert_eq!(cap("reservation-room").offers.count(), rooms);
    assert_eq!(cap("sms-weekly").counts, Counts::Channel(Channel::Sms));
    assert_eq!(catalog.caps_horizon(), Duration::from_secs(30 * 86_400));
}

#[test]
fn levers_end_and_weights_need_their_intent() {
    let mut content = demo();
    content.decision_policies[0].levers.push(crate::domain::policy::Lever {
        offer: Some(OfferId::parse("", "spa.thermal-circuit").unwrap()),
        category: None,
        percent: -100.0,
        expires: Timestamp::NEVER,
    });
    let catalog = publish(content);
    let policy = catalog.policy_index(&Label::parse("", "upsell").unwrap()).unwrap();
    let (massage, thermal) =
        (at(&catalog, "spa.sea-salt-massage"), at(&catalog, "spa.thermal-circuit"));
    let spa = catalog.category_of()[massage.at()];
    let mut out = Multipliers::default();
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");

    catalog.multipliers(policy, ("spa", None), NOVEMBER, &mut out);
    near(out.context(massage, spa), 1.6);
    out.goes_with(thermal, -60);
    out.goes_with(massage, 50);
    near(out.context(massage, spa), 2.1);
    near(out.context(thermal, spa), 1.0);
    near(out.lever(massage, spa), 1.15);
    near(out.lever(thermal, spa), 0.15);

    let march = Timestamp::from_seconds(1_804_000_000);
    catalog.multipliers(policy, ("", None), march, &mut out);
    near(out.context(massage, spa), 1.0);
    near(out.lever(massage, spa), 1.0);
    near(out.lever(thermal, spa), 0.0);
}

#[test]
fn treatments_fit_channel_language_and_time() {
    let catalog = publish(demo());
    let chosen = |offer: &str, channel, locale, time| {
        let index = at(&catalog, offer);
        let stage = StayStage::Booked;
        let occasion = Occasion { channel, locale, time, stage };
        let treatment = usize::from(catalog.treatment(index, &occasion));
        catalog.offer(index).unwrap().treatments[treatment].id.to_string()
    };
    let day = TimeContext { day_type: DayType::Work, daypart: Daypart::Day };
    let late = "flex.late-checkout-14";
    assert_eq!(chosen(late, Channel::Web, "pt-BR", day), "pt");
    assert_eq!(chosen(late, Channel::Web, "zh-TW", day), "zh-hans");
    assert_eq!(chosen(late, Channel::Web, "fr", day), "en");
    // What is made for the channel comes before what is made for all, in a language that is as near.
    assert_eq!(chosen(late, Channel::FrontDesk, "en", day), "desk");
    assert_eq!(chosen(late, Channel::Phone, "en", day), "desk");
    assert_eq!(chosen(late, Channel::Sms, "en", day), "sms");
    assert_eq!(chosen(late, Channel::FrontDesk, "zh-Hans", day), "zh-hans");
    assert_eq!(chosen("spa.thermal-circuit", Channel::FrontDesk, "zh-Hans", day), "desk-zh");
    // At any hour: the work evening's words are for who reads them, and tell staff nothing.
    let evening = TimeContext { daypart: Daypart::Evening, ..day };
    assert_eq!(chosen("spa.thermal-circuit", Channel::Web, "en", evening), "work-evening");
    assert_eq!(chosen("spa.thermal-circuit", Channel::FrontDesk, "en", evening), "desk");
    assert_eq!(chosen("spa.tui-na", Channel::Web, "zh-HK", day), "zh-hant");
    assert_eq!(chosen("spa.sea-salt-massage", Channel::Web, "en", day), "en");
    assert_eq!(chosen("spa.sea-salt-massage", Channel::Web, "en", EVENING), "evening");
    assert_eq!(chosen("spa.sea-salt-massage", Channel::Web, "pt", EVENING), "pt");
}

/// Languages fall back to the brand's own before English; of what is made for the stay stage, and for
/// the time, the most particular is used, and of equals the first.
#[test]
fn treatments_fit_the_stage_and_fall_back_to_the_brands_language() {
    let mut content = demo();
    content.default_locale = "pt-PT".into();
    let place =
        content.offers.iter().position(|o| o.id.as_str() == "spa.sea-salt-massage").unwrap();
    let all = |id: &str, change: &dyn Fn(&mut Treatment)| {
        let mut treatment = content.offers[place].treatments[0].clone();
        treatment.id = TreatmentId::parse("id", id).unwrap();
        change(&mut treatment);
        treatment
    };
    let stages = |stages: &[StayStage]| {
        stages.iter().fold(StageSet::default(), |set, stage| set.with(*stage))
    };
    let here = [StayStage::InHouse, StayStage::ArrivalDay];
    let new = [
        all("here", &|t| t.stages = stages(&here)),
        all("here-evening", &|t| (t.stages, t.contexts) = (stages(&here), vec![EVENING])),
        all("here-too", &|t| t.stages = stages(&here)),
        all("traditional", &|t| t.locale = "zh-Hant".into()),
    ];
    content.offers[place].treatments.extend(new);
    let catalog = publish(content);
    let offer = at(&catalog, "spa.sea-salt-massage");
    let chosen = |locale, time, stage| {
        let occasion = Occasion { channel: Channel::Web, locale, time, stage };
        let treatment = usize::from(catalog.treatment(offer, &occasion));
        catalog.offer(offer).unwrap().treatments[treatment].id.to_string()
    };
    let day = TimeContext { day_type: DayType::Work, daypart: Daypart::Day };
    assert_eq!(chosen("en", day, StayStage::Booked), "en");
    assert_eq!(chosen("en", day, StayStage::InHouse), "here");
    assert_eq!(chosen("en", EVENING, StayStage::InHouse), "here-evening");
    assert_eq!(chosen("en", EVENING, StayStage::Booked), "evening");
    assert_eq!(chosen("de", day, StayStage::Booked), "pt", "the brand's language");
    assert_eq!(chosen("zh-Hant-HK", day, StayStage::Booked), "traditional");
    assert_eq!(chosen("zh-CN", day, StayStage::Booked), "zh-hans");
}

/// What fits only in some stages is not always there.
#[test]
fn a_treatment_for_some_stages_is_none_for_always() {
    let mut content = demo();
    let here = StageSet::default().with(StayStage::InHouse);
    content.offers[0].treatments.iter_mut().for_each(|treatment| treatment.stages = here);
    let problems =
        Catalog::build(content.clone(), 1, vec![[0.0; DIM]; content.offers.len()]).unwrap_err();
    assert!(
        problems.iter().any(|p| p.problem.contains("without contexts and stages")),
        "{problems:#?}"
    );
    content.default_locale = "English".into();
    let problems =
        Catalog::build(content.clone(), 1, vec![[0.0; DIM]; content.offers.len()]).unwrap_err();
    assert!(problems.iter().any(|p| p.field == "default_locale"), "{problems:#?}");
}

/// Changes offers at random: where, when, for whom, with which rule.
fn scattered(seeds: &[(u16, u16, u16, u8, u8, i64, u8)]) -> CatalogContent {
    let rules = [
        "",
        "nights > 2",
        "guest.stays > 3 || stage == 'BOOKED'",
        "intent == 'spa'",
        "party.size + nights > 4",
        "country in ['DE', 'PT'] && !(daypart == 'NIGHT')",
    ];
    let mut content = demo();
    let model = content.offers[0].clone();
    let fallback = content.offers.iter().find(|o| o.is_fallback).cloned();
    let properties: Vec<PropertyId> = content.properties.iter().map(|p| p.id.clone()).collect();
    let pick = |bits: u16, ids: &[PropertyId]| -> Vec<PropertyId> {
        (0..).zip(ids).filter(|(i, _)| bits >> i & 1 == 1).map(|(_, id)| id.clone()).collect()
    };
    content.decision_policies.iter_mut().for_each(|p| p.levers.clear());
    content.contact.policies.clear();
    content.segments.clear();
    content.survey_questions.clear();
    content.budgets.clear();
    let offers = seeds.iter().enumerate().map(
        |(i, (places, stages, channels, adults, rule, from, length))| {
            let id = OfferId::parse("", &format!("o{i}")).unwrap();
            let adults = adults % 4;
            Offer {
                key: OfferKey::of(&id),
                id,
                group: None,
                properties: pick(*places, &properties),
                placements: Vec::new(),
                stages: StageSet((stages % 512) | (1 << (i % 9))),
                channels: ChannelSet::from_bits(*channels).with(Channel::Web),
                adults: (adults.min(2), 2 + adults),
                children: (0, adults),
                valid_from: Timestamp::from_seconds(*from),
                valid_until: Timestamp::from_seconds(from + 1 + i64::from(*length)),
                rule: rules[usize::from(*rule) % rules.len()].to_owned(),
                ..model.clone()
            }
        },
    );
    content.offers = offers.chain(fallback).collect();
    content
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The fast answer is what the slow one does not remove.
    #[test]
    fn eligible_agrees_with_its_explanation(
        seeds in prop::collection::vec(any::<(u16, u16, u16, u8, u8, i64, u8)>(), 1..150),
        asked in prop::collection::vec((0..3_u16, 0..9_u8, 0..12_u8, 0..5_u8, 0..5_u8, prop::option::of(0..6_u16), 0..300_i64), 1..20),
    ) {
        let seeds: Vec<_> = seeds.into_iter().map(|s| (s.0, s.1, s.2, s.3, s.4, s.5.rem_euclid(200), s.6)).collect();
        let catalog = publish(scattered(&seeds));
        let mut out = Bitset::default();
        for (property, stage, channel, adults, children, nights, now) in asked {
            let facts = RuleFacts {
                property: PropertyIndex(property),
                stage: StayStage::from_code(stage).unwrap(),
                channel: Channel::from_code(channel).unwrap(),
                adults,
                children,
                nights,
                guest: nights.map(|n| GuestFacts { stays: u32::from(n), ..GuestFacts::default() }),
                ..facts(&catalog)
            };
            let now = Timestamp::from_seconds(now);
            catalog.eligible(&facts, now, &mut out);
            let removed = catalog.explain_removed(&facts, now);
            let kept = catalog.offers().iter().filter(|o| !o.is_fallback && !removed.iter().any(|f| f.offer == o.id));
            let kept: Vec<&OfferId> = kept.map(|o| &o.id).collect();
            let fast: Vec<&OfferId> = out.iter().map(|at| &catalog.offer(at).unwrap().id).collect();
            prop_assert_eq!(fast, kept);
        }
    }

    /// A document that was cut and pasted at random is taken or refused, never a panic.
    #[test]
    fn any_document_is_taken_or_refused(cuts in prop::collection::vec((0..60_000_usize, 0..200_usize, 0..60_000_usize), 1..6)) {
        let mut text = DEMO_CATALOG.to_owned();
        for (start, length, from) in cuts {
            let boundary = |at: usize| DEMO_CATALOG.floor_char_boundary(at);
            let part = DEMO_CATALOG.get(boundary(from)..boundary(from + length)).unwrap();
            let (start, end) = (text.floor_char_boundary(start), text.floor_char_boundary(start + length));
            text.replace_range(start..end, part);
        }
        if let Err(problems) = validate(&text) {
            prop_assert!(!problems.is_empty());
            prop_assert!(problems.iter().all(|p| p.line > 0 && p.column > 0));
        }
    }
}

#[test]
fn a_document_that_nests_without_end_is_refused() {
    for open in ["a = [", "a = { b = ", "a.a.a.a.a.a.a.a.a."] {
        let text = format!("x = {}", open.repeat(100_000));
        assert!(validate(&text).is_err());
    }
}
