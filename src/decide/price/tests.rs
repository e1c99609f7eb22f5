//! What must hold of every price, for whatever a catalog and a call may hold.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::domain::decision::FloorBasis;
use crate::domain::id::{Label, OfferId};
use crate::domain::invariants::{
    discount_is_published, price_is_above_floor, probabilities_sum_to_one,
};
use crate::domain::money::Currency;
use crate::domain::price::{Condition, LearntSteps, PriceStep, PriceTrial};
use crate::domain::survey::Texts;
use crate::domain::time::Date;
use crate::sys::rng::SplitMix64;

fn label(text: &str) -> Label {
    Label::parse("", text).unwrap()
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn tiers() -> Vec<LoyaltyTier> {
    let tier = |id| LoyaltyTier { id: label(id), name: id.to_owned() };
    ["silver", "gold", "platinum"].map(tier).into()
}

fn step(basis_points: u16) -> PriceStep {
    let id = (basis_points < 10_000).then(|| label(&format!("step-{basis_points}")));
    PriceStep { basis_points, id, texts: Texts::new() }
}

fn rule(id: &str, basis_points: u16, condition: Condition) -> PriceRule {
    PriceRule { id: label(id), texts: Texts::new(), basis_points, condition }
}

/// Sells at the hotel `city`.
fn ask(pricing: &Pricing, terms: &PriceTerms, key: u64) -> Quote {
    let (property, tiers) = (PropertyId::parse("", "city").unwrap(), tiers());
    let offer = OfferKey::of(&OfferId::parse("", "suite").unwrap());
    let sold = Sold { offer, pricing, property: &property, tiers: &tiers, rates: None };
    quote(sold, terms, PriceKey(key), Timestamp::NEVER)
}

/// Terms of a day of use, asked for on an earlier one.
fn asked(date: Date, today: Date) -> PriceTerms {
    let lead_days = u16::try_from(date.0 - today.0).unwrap_or(u16::MAX);
    PriceTerms { date: Date(today.0 + i32::from(lead_days)), lead_days, ..PriceTerms::plain(today) }
}

fn city() -> PropertyId {
    PropertyId::parse("", "city").unwrap()
}

/// Selection probabilities where nothing was learnt.
fn even(pricing: &Pricing) -> Vec<f64> {
    probabilities(pricing, &city(), Date(0))
}

/// An upgrade per night: three steps, a fifth of the cells tried, a week at a time.
fn upgrade() -> Pricing {
    Pricing {
        basis: ChargeBasis::Night,
        variable_cost: eur(1_200),
        commission_basis_points: 1_000,
        tax_basis_points: 2_300,
        mandatory_fee: eur(150),
        steps: [8_600, 9_400, 10_000].map(step).into(),
        trial: Some(PriceTrial { share_basis_points: 2_000, epoch_days: 7, is_learnt: false }),
        rules: vec![
            rule("gold", 9_000, Condition::TierFrom(label("gold"))),
            rule("early", 8_500, Condition::LeadDays(30)),
        ],
        ..Pricing::of(eur(4_905))
    }
}

/// What was learnt holds from an epoch on, at its property, and changes no price within an epoch.
#[test]
fn what_was_learnt_of_steps_holds_for_whole_epochs() {
    let mut pricing = upgrade();
    pricing.trial = Some(PriceTrial { share_basis_points: 2_000, epoch_days: 7, is_learnt: true });
    let none = pricing.clone();
    let learnt = |property: &str, before: Vec<f64>| LearntSteps {
        property: PropertyId::parse("", property).unwrap(),
        from: Date(700),
        current: vec![0.9, 0.05, 0.05],
        before,
    };
    pricing.learnt = vec![learnt("elsewhere", Vec::new()), learnt("city", vec![0.1, 0.8, 0.1])];
    let on = |pricing: &Pricing, day| probabilities(pricing, &city(), Date(day));
    assert_eq!(on(&pricing, 699), [0.1, 0.8, 0.1]);
    assert!([700, 706].iter().all(|day| on(&pricing, *day) == [0.9, 0.05, 0.05]));
    assert_eq!(on(&none, 700), even(&none));
    pricing.learnt[1].before = Vec::new();
    assert_eq!(on(&pricing, 699), even(&none), "nothing was learnt then");
    // Learnt for a ladder of another length: not for this one.
    pricing.learnt[1].current = vec![0.5, 0.5];
    assert_eq!(on(&pricing, 700), even(&none));

    pricing.learnt = vec![learnt("city", Vec::new())];
    let (mut low, mut changed) = (0, 0);
    for week in 100..1_100 {
        let sale = |day| asked(Date((week + 2) * 7), Date(week * 7 + day));
        let prices: Vec<_> = (0..7).map(|day| ask(&pricing, &sale(day), 3)).collect();
        assert!(prices.iter().all(|q| (q.offer, q.cell) == (prices[0].offer, prices[0].cell)));
        low += u32::from(prices[0].offer.minor == share(4_905, 8_600));
        assert_eq!(prices[0].is_explored, prices[0].offer.minor != share(4_905, 8_600));
        changed += u32::from(ask(&none, &sale(0), 3).offer != prices[0].offer);
    }
    assert!((850..950).contains(&low), "{low}");
    assert!(changed > 500);
}

#[test]
fn taxes_and_floor_are_exact_in_minor_units() {
    let pricing = Pricing {
        variable_cost: eur(1_200),
        commission_basis_points: 1_000,
        tax_basis_points: 2_300,
        ..Pricing::of(eur(4_905))
    };
    let quote = ask(&pricing, &PriceTerms::plain(Date(1)), 0);
    assert_eq!((quote.tax.minor, quote.floor.minor, quote.total().minor), (1_128, 1_691, 6_033));
    let held = Pricing { is_tax_included: true, ..pricing };
    let quote = ask(&held, &PriceTerms::plain(Date(1)), 0);
    // 4905 × 23 / 123, and 1691 with 23 % on it.
    assert_eq!((quote.tax.minor, quote.floor.minor, quote.total().minor), (917, 2_080, 4_905));
}

/// A38's neighbour: three nights for two are three nights for two.
#[test]
fn nights_and_persons_are_counted_as_the_price_says() {
    let terms = PriceTerms { persons: 2, ..PriceTerms::plain(Date(100)) };
    let terms = terms.staying((Date(100), Date(103)));
    for (basis, quantity) in [
        (ChargeBasis::Stay, 1),
        (ChargeBasis::Night, 3),
        (ChargeBasis::Person, 2),
        (ChargeBasis::PersonNight, 6),
        (ChargeBasis::Unit, 1),
    ] {
        let pricing = Pricing { basis, mandatory_fee: eur(150), ..Pricing::of(eur(1_999)) };
        let quote = ask(&pricing, &terms, 0);
        assert_eq!(quote.quantity, quantity, "{basis:?}");
        assert_eq!(quote.total().minor, i64::from(quantity) * (1_999 + 150), "{basis:?}");
    }
}

#[test]
fn the_lowest_price_of_the_conditions_met_counts() {
    let pricing = Pricing { steps: Vec::new(), trial: None, ..upgrade() };
    let plain = PriceTerms::plain(Date(100));
    let gold = PriceTerms { tier: Some(label("platinum")), ..plain.clone() };
    let both = gold.clone().staying((Date(130), Date(131)));
    let told = |terms| {
        let quote = ask(&pricing, terms, 0);
        (quote.offer.minor, quote.qualifications)
    };
    assert_eq!(told(&plain), (4_905, vec![]));
    assert_eq!(told(&gold), (4_415, vec![label("gold")]));
    assert_eq!(told(&both), (4_169, vec![label("early")]));
    let firm = Pricing { min_price: eur(4_500), ..pricing.clone() };
    let quote = ask(&firm, &both, 0);
    assert_eq!((quote.offer.minor, quote.floor_basis), (4_500, FloorBasis::Policy));
}

/// Steps are drawn by cell and epoch as often as said, and nothing but the cell moves the draw.
#[test]
fn cells_try_steps_as_often_as_they_say() {
    let pricing = upgrade();
    let mut tried = [0_u32; 3];
    for day in 0..30_000 {
        let terms = PriceTerms::plain(Date(day * 7));
        let quote = ask(&pricing, &terms, 11);
        let at =
            pricing.steps.iter().position(|s| share(4_905, s.basis_points) == quote.offer.minor);
        tried[at.unwrap()] += 1;
        let p = quote.selection_probability;
        let expected = if quote.is_explored { 0.2 / 3.0 } else { 0.8 + 0.2 / 3.0 };
        assert!((p - expected).abs() < 1e-12, "{p}");
    }
    // Four standard deviations of 30,000 draws.
    for (count, p) in tried.iter().zip(even(&pricing)) {
        let n = 30_000.0;
        assert!((f64::from(*count) - n * p).abs() < 4.0 * (n * p * (1.0 - p)).sqrt(), "{tried:?}");
    }
}

#[test]
fn an_epoch_keeps_its_step_and_the_next_draws_anew() {
    let pricing = upgrade();
    // The same day of use, asked on each day before it.
    let asked = |today: i32| {
        let terms = PriceTerms::plain(Date(today)).staying((Date(10_000), Date(10_001)));
        ask(&pricing, &PriceTerms { lead_days: terms.lead_days, ..terms }, 3).draw
    };
    let draws: Vec<u64> = (7 * 600..7 * 900).map(|today| asked(today).to_bits()).collect();
    assert!(draws.chunks(7).all(|epoch| epoch.iter().all(|draw| *draw == epoch[0])));
    let first: std::collections::HashSet<u64> = draws.chunks(7).map(|epoch| epoch[0]).collect();
    assert_eq!(first.len(), 300);
}

/// I8, 0 violations in 10^6 pairs: for everybody whose terms are alike, whatever else they are.
#[test]
fn a_million_pairs_of_the_same_conditions_pay_the_same() {
    let (property, tiers, pricing) = (PropertyId::parse("", "city").unwrap(), tiers(), upgrade());
    let offer = OfferKey::of(&OfferId::parse("", "suite").unwrap());
    let sold = Sold { offer, pricing: &pricing, property: &property, tiers: &tiers, rates: None };
    let mut rng = SplitMix64::new(8);
    let mut prices = std::collections::HashMap::new();
    for n in 0..1_000_000_u32 {
        let day = i32::try_from(rng.below(20)).unwrap();
        let plain = PriceTerms::plain(Date(1_000 + day));
        let arrival = Date(1_020 + i32::try_from(rng.below(40)).unwrap());
        let terms = PriceTerms {
            tier: tiers.get(rng.below(4)).map(|tier| tier.id.clone()),
            ..plain.staying((arrival, Date(arrival.0 + 1)))
        };
        // Asked at another moment, valid for another time.
        let until = Timestamp::from_micros(i64::from(n));
        let quote = quote(sold, &terms, PriceKey(5), until);
        let key = conditions_key(sold, &terms);
        let known = prices.entry(key).or_insert((quote.offer, quote.cell));
        assert_eq!(*known, (quote.offer, quote.cell), "{terms:?}");
    }
    assert!(prices.len() < 4_000, "most were pairs: {}", prices.len());
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        prop::sample::select(vec!["silver", "gold", "platinum", "gone"])
            .prop_map(|tier| Condition::TierFrom(label(tier))),
        (0_u16..40).prop_map(Condition::LeadDays),
        (1_u16..6).prop_map(Condition::Nights),
        Just(Condition::Promotion(vec![label("winter")])),
        Just(Condition::RatePlan(vec![label("bar")])),
        (0_i32..60, 0_i32..60).prop_map(|(a, b)| Condition::Dates(Date(a), Date(a + b))),
    ]
}

prop_compose! {
    fn pricing()(
        amounts in (0_i64..1_000_000_000_000, 0_i64..1_000_000_000_000, 0_i64..1_000_000_000_000, 0_i64..100_000),
        (commission, tax) in (0_u16..=10_000, 0_u16..=10_000),
        basis in prop::sample::select(ChargeBasis::ALL.to_vec()),
        mut steps in vec(1_u16..=10_000, 0..8),
        trial in option::of((0_u16..=10_000, 1_u16..30)),
        rules in vec((1_u16..=10_000, condition()), 0..6),
        is_tax_included in any::<bool>(),
    ) -> Pricing {
        steps.sort_unstable();
        steps.dedup();
        let (list, cost, least, fee) = amounts;
        let rules = rules.into_iter().enumerate();
        Pricing {
            variable_cost: eur(cost),
            commission_basis_points: commission,
            tax_basis_points: tax,
            is_tax_included,
            mandatory_fee: eur(fee),
            basis,
            min_price: eur(least),
            steps: steps.into_iter().map(step).collect(),
            trial: trial.map(|(share_basis_points, epoch_days)| PriceTrial { share_basis_points, epoch_days, is_learnt: false }),
            rules: rules.map(|(at, (points, c))| rule(&format!("rule-{at}"), points, c)).collect(),
            ..Pricing::of(eur(list))
        }
    }
}

prop_compose! {
    fn terms()(
        (today, ahead, nights, persons) in (0_i32..60, 0_u16..60, 1_u16..10, 1_u16..6),
        tier in option::of(prop::sample::select(vec!["silver", "gold", "platinum", "strange"])),
        (winter, bar) in any::<(bool, bool)>(),
    ) -> PriceTerms {
        PriceTerms {
            date: Date(today + i32::from(ahead)),
            lead_days: ahead,
            nights,
            persons,
            tier: tier.map(label),
            rate_plan: bar.then(|| label("bar")),
            promotions: if winter { vec![label("winter")] } else { Vec::new() },
            together: Vec::new(),
        }
    }
}

proptest! {
    /// I7, and what a bill must be, for whatever a catalog may hold.
    #[test]
    fn no_price_is_under_its_floor_or_over_the_list(pricing in pricing(), terms in terms(), key in any::<u64>()) {
        let quote = ask(&pricing, &terms, key);
        prop_assert_eq!(price_is_above_floor(&quote), Ok(()));
        prop_assert_eq!(discount_is_published(&quote), Ok(()));
        prop_assert!(quote.selection_probability > 0.0 || pricing.trial.is_none_or(|t| t.share_basis_points == 0));
        prop_assert!(quote.selection_probability <= 1.0 + 1e-12);
        // No loss in rounding: what is asked for the whole is what is asked for each, and charges.
        let units = i64::from(quote.quantity);
        let added = if quote.is_tax_included { 0 } else { quote.tax.minor };
        prop_assert_eq!(quote.total().minor, quote.offer.minor * units + added + quote.fee.minor);
        prop_assert_eq!(quote.fee.minor, pricing.mandatory_fee.minor * units);
        prop_assert!(quote.tax.minor <= quote.amount());
        if !pricing.steps.is_empty() {
            prop_assert_eq!(probabilities_sum_to_one(&even(&pricing)), Ok(()));
        }
    }

    /// G4: with everything else alike, a higher tier never pays more, whatever is being tried.
    #[test]
    fn who_is_more_loyal_never_pays_more(pricing in pricing(), terms in terms(), key in any::<u64>()) {
        let of = |tier: Option<&str>| {
            let terms = PriceTerms { tier: tier.map(label), ..terms.clone() };
            ask(&pricing, &terms, key).offer.minor
        };
        let prices = [of(None), of(Some("silver")), of(Some("gold")), of(Some("platinum"))];
        prop_assert!(prices.is_sorted_by(|less, more| less >= more), "{:?}", prices);
    }
}
