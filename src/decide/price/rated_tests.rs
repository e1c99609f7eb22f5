//! Floors by rates of room types: exact numbers, and what must hold of every price.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::domain::decision::FloorBasis;
use crate::domain::id::{Label, OfferId};
use crate::domain::money::Currency;
use crate::domain::offer::SoldRoom;
use crate::domain::price::{Condition, PriceStep, PriceTrial};
use crate::domain::rate::{Rate, RateRow, RatesChange};
use crate::domain::survey::Texts;
use crate::domain::time::Date;

fn label(text: &str) -> Label {
    Label::parse("", text).unwrap()
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn city() -> PropertyId {
    PropertyId::parse("", "city").unwrap()
}

/// A night: room type, day, bid price, hurdle, cost.
type Night = (&'static str, i32, i64, Option<i64>, Option<i64>);

fn rates(nights: &[Night]) -> Rates {
    let row = |(room_type, date, bid, hurdle, cost): &Night| RateRow {
        room_type: label(room_type),
        date: Date(*date),
        rate: Some(Rate { bid: *bid, hurdle: *hurdle, cost: *cost }),
    };
    let rows = nights.iter().map(row).collect();
    let mut rates = Rates::default();
    rates.put(&RatesChange { property: city(), currency: Currency::EUR, rows }, 7, Date(0));
    rates
}

/// Of a suite, per night at 140.00: steps 80, 90 and 100 %, all cells tried; a gold member pays 90 %.
fn pricing(upgrade_from: Option<&str>) -> Pricing {
    let step = |basis_points: u16| PriceStep {
        basis_points,
        id: (basis_points < 10_000).then(|| label(&format!("step-{basis_points}"))),
        texts: Texts::new(),
    };
    let member = PriceRule {
        id: label("gold"),
        texts: Texts::new(),
        basis_points: 9_000,
        condition: Condition::TierFrom(label("gold")),
    };
    Pricing {
        basis: ChargeBasis::Night,
        variable_cost: eur(2_800),
        min_price: eur(3_000),
        steps: [8_000, 9_000, 10_000].map(step).into(),
        trial: Some(PriceTrial { share_basis_points: 10_000, epoch_days: 7, is_learnt: false }),
        rules: vec![member],
        room: Some(SoldRoom { room_type: label("suite"), upgrade_from: upgrade_from.map(label) }),
        ..Pricing::of(eur(14_000))
    }
}

fn tiers() -> Vec<LoyaltyTier> {
    vec![LoyaltyTier { id: label("gold"), name: "Gold".to_owned() }]
}

struct Asked {
    quote: Quote,
    for_sale: bool,
    conditions: u64,
}

fn ask(pricing: &Pricing, rates: &Rates, terms: &PriceTerms, key: u64) -> Asked {
    let (property, tiers) = (city(), tiers());
    let offer = OfferKey::of(&OfferId::parse("", "suite").unwrap());
    let sold = Sold { offer, pricing, property: &property, tiers: &tiers, rates: Some(rates) };
    Asked {
        quote: quote(sold, terms, PriceKey(key), Timestamp::NEVER),
        for_sale: is_for_sale(sold, terms),
        conditions: conditions_key(sold, terms),
    }
}

/// Three nights from day 110, asked on day 100.
fn three() -> PriceTerms {
    PriceTerms::plain(Date(100)).staying((Date(110), Date(113)))
}

fn floor_of(pricing: &Pricing, rates: &Rates) -> (i64, FloorBasis) {
    let quote = ask(pricing, rates, &three(), 1).quote;
    (quote.floor.minor, quote.floor_basis)
}

const UPGRADE: [Night; 6] = [
    ("suite", 110, 20_000, None, None),
    ("suite", 111, 22_000, None, None),
    ("suite", 112, 10_000, None, None),
    ("sea", 110, 11_000, None, None),
    ("sea", 111, 12_000, None, None),
    ("sea", 112, 13_000, None, None),
];

#[test]
fn an_upgrade_costs_at_least_the_difference_of_the_bid_prices() {
    let upgrade = pricing(Some("sea"));
    // 90.00 + 100.00 + 0 (the suite of the third night is worth less) + 3 × 28.00, a third of it up.
    assert_eq!(floor_of(&upgrade, &rates(&UPGRADE)), (9_134, FloorBasis::Displacement));
    let per_stay = Pricing { basis: ChargeBasis::Stay, ..upgrade.clone() };
    assert_eq!(floor_of(&per_stay, &rates(&UPGRADE)), (21_800, FloorBasis::Displacement));
    let mut cheap = UPGRADE;
    cheap.iter_mut().for_each(|night| night.4 = Some(1_000));
    assert_eq!(floor_of(&upgrade, &rates(&cheap)), (7_334, FloorBasis::Displacement));
    cheap[1].4 = None;
    assert_eq!(floor_of(&upgrade, &rates(&cheap)).0, 9_134, "one night has no cost of its own");
    // Commission of 10 % of the list price, and 10 % of tax in the price: (9,134 + 1,400) × 1.1.
    let taxed = Pricing {
        commission_basis_points: 1_000,
        tax_basis_points: 1_000,
        is_tax_included: true,
        ..upgrade.clone()
    };
    assert_eq!(floor_of(&taxed, &rates(&UPGRADE)).0, 11_587);
    let firm = Pricing { min_price: eur(9_500), ..upgrade };
    assert_eq!(floor_of(&firm, &rates(&UPGRADE)), (9_500, FloorBasis::Policy));
}

#[test]
fn a_room_costs_at_least_its_bid_price_and_its_hurdle() {
    let room = pricing(None);
    let mut nights = UPGRADE;
    assert_eq!(floor_of(&room, &rates(&nights)), (17_334, FloorBasis::BidPrice));
    nights[2].1 = 109;
    assert_eq!(floor_of(&room, &rates(&nights)), (3_000, FloorBasis::Policy), "a night has none");
    for night in &mut nights[..3] {
        (night.1, night.2) = (night.1.max(110), 10_000);
    }
    nights[2].1 = 112;
    assert_eq!(floor_of(&room, &rates(&nights)), (10_000, FloorBasis::BidPrice));
    nights[0].3 = Some(13_000);
    assert_eq!(floor_of(&room, &rates(&nights)), (11_000, FloorBasis::Hurdle));
    let upgrade = pricing(Some("sea"));
    nights[3].3 = Some(6_000);
    // Hurdles 70.00, bid prices 0: for three nights 70.00, under what the upgrade costs.
    assert_eq!(floor_of(&upgrade, &rates(&nights)), (3_000, FloorBasis::Policy));
    nights[0].3 = Some(30_000);
    assert_eq!(floor_of(&upgrade, &rates(&nights)), (8_000, FloorBasis::Hurdle));
}

#[test]
fn without_rates_the_floor_is_that_of_the_price_list() {
    let upgrade = pricing(Some("sea"));
    let alone = rates(&UPGRADE[..3]);
    for known in [Rates::default(), rates(&UPGRADE[..5]), alone] {
        assert_eq!(floor_of(&upgrade, &known), (3_000, FloorBasis::Policy));
    }
    let free = Pricing { list: eur(0), ..upgrade.clone() };
    assert!(ask(&free, &rates(&UPGRADE), &three(), 1).for_sale, "given away on purpose");
    let none = Pricing { room: None, ..upgrade };
    assert_eq!(floor_of(&none, &rates(&UPGRADE)), (3_000, FloorBasis::Policy));
}

/// Steps at 112.00, 126.00 and 140.00.
#[test]
fn a_step_under_the_floor_is_never_drawn_and_without_one_nothing_is_sold() {
    let room = pricing(None);
    let with = |bid| {
        let night = |day| ("suite", day, bid, None, None);
        let rates = rates(&[night(110), night(111), night(112)]);
        (0..300).map(|key| ask(&room, &rates, &three(), key)).collect::<Vec<_>>()
    };
    let prices = |all: &[Asked]| {
        let mut prices: Vec<i64> = all.iter().map(|asked| asked.quote.offer.minor).collect();
        prices.sort_unstable();
        prices.dedup();
        prices
    };
    let p = |all: &[Asked]| all[0].quote.selection_probability;
    let free = with(11_200);
    assert_eq!((prices(&free), p(&free)), (vec![11_200, 12_600, 14_000], 1.0 / 3.0));
    let two = with(11_201);
    assert_eq!((prices(&two), p(&two)), (vec![12_600, 14_000], 0.5));
    let one = with(14_000);
    assert_eq!((prices(&one), p(&one)), (vec![14_000], 1.0));
    assert!(one.iter().all(|asked| asked.for_sale));
    assert!(with(14_001).iter().all(|asked| !asked.for_sale));
    // A cell keeps its draw: what changes is which steps there are, and with them the id of the price.
    assert!(free.iter().zip(&two).all(|(a, b)| a.quote.draw.to_bits() == b.quote.draw.to_bits()));
    assert!(free.iter().zip(&two).all(|(a, b)| a.quote.cell != b.quote.cell));
    assert!(free.iter().zip(&two).all(|(a, b)| a.conditions != b.conditions));
    // The member's price is lowered to the floor and no further.
    let gold = PriceTerms { tier: Some(label("gold")), ..three() };
    let night = |day| ("suite", day, 13_000, None, None);
    let rates = rates(&[night(110), night(111), night(112)]);
    assert_eq!(ask(&room, &rates, &gold, 3).quote.offer.minor, 13_000);
}

prop_compose! {
    fn night()(bid in 0_i64..30_000, hurdle in option::of(0_i64..30_000), cost in option::of(0_i64..9_000)) -> Rate {
        Rate { bid, hurdle, cost }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    /// No price under the floor or the hurdle, the same price for the same conditions, and more loyal
    /// never dearer: 5,000 books of rates with 24 quotes each.
    #[test]
    fn no_price_is_under_what_the_rates_ask(
        suite in vec(night(), 4), sea in vec(night(), 4),
        (list, cost, least) in (1_i64..60_000, 0_i64..9_000, 0_i64..9_000),
        basis in prop::sample::select(ChargeBasis::ALL.to_vec()),
        is_upgrade in any::<bool>(),
    ) {
        let mut book = Rates::default();
        let row = |name: &str, at: usize, rate: &Rate| RateRow {
            room_type: label(name), date: Date(110 + i32::try_from(at).unwrap()), rate: Some(*rate),
        };
        let rows = suite.iter().enumerate().map(|(at, rate)| row("suite", at, rate));
        let rows = rows.chain(sea.iter().enumerate().map(|(at, rate)| row("sea", at, rate))).collect();
        book.put(&RatesChange { property: city(), currency: Currency::EUR, rows }, 1, Date(0));
        let pricing = Pricing {
            list: eur(list), variable_cost: eur(cost), min_price: eur(least.min(list)), basis,
            ..pricing(is_upgrade.then_some("sea"))
        };
        for n in 0..24_u16 {
            let nights = 1 + n % 4;
            let terms = PriceTerms { persons: 1 + n % 3, ..PriceTerms::plain(Date(100)) }
                .staying((Date(110), Date(110 + i32::from(nights))));
            let asked = ask(&pricing, &book, &terms, u64::from(n));
            if !asked.for_sale {
                continue;
            }
            let quote = &asked.quote;
            let nights = usize::from(nights);
            // Naively: what the nights need, in whole, and without anything of a unit.
            let sold = quote.amount();
            let displaced: i64 = suite.iter().zip(&sea).take(nights).map(|(a, b)| match is_upgrade {
                true => (a.bid - b.bid).max(0),
                false => a.bid,
            }).sum();
            prop_assert!(sold >= displaced, "{sold} for {displaced}");
            let low = |rate: &Rate| rate.hurdle.unwrap_or(rate.bid);
            let hurdle: i64 = match is_upgrade {
                true => suite.iter().zip(&sea).take(nights).map(|(a, b)| (low(a) - low(b)).max(0)).sum(),
                false => suite.iter().take(nights).map(low).sum(),
            };
            let has_hurdle = suite.iter().take(nights).any(|rate| rate.hurdle.is_some());
            prop_assert!(!has_hurdle || sold >= hurdle, "{sold} for {hurdle}");
            prop_assert!(quote.offer.minor >= quote.floor.minor && quote.offer.minor <= quote.list.minor);
            prop_assert!(quote.offer.minor >= pricing.min_price.minor);
            prop_assert!(quote.selection_probability > 0.0 && quote.selection_probability <= 1.0);
            let again = ask(&pricing, &book, &terms, u64::from(n));
            prop_assert_eq!(&again.quote, quote);
            prop_assert_eq!(again.conditions, asked.conditions);
            let gold = PriceTerms { tier: Some(label("gold")), ..terms };
            prop_assert!(ask(&pricing, &book, &gold, u64::from(n)).quote.offer.minor <= quote.offer.minor);
        }
    }
}
