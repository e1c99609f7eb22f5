//! Any decision.

use super::*;
use crate::domain::budget::{ShadowPrices, SpendOffer, Spending};
use crate::domain::complement::GoesWith;
use crate::domain::decision::*;
use crate::domain::guest_value::ValueTier;
use crate::domain::offer::ChargeBasis;
use crate::domain::price::{Part, PriceTerms};
use crate::domain::ration::Bid;
use crate::domain::request::Direction;

fn context() -> impl Strategy<Value = Context> {
    let who =
        (pick(&[Direction::Inbound, Direction::Outbound]), channel(), one_of(StayStage::from_code));
    let when = (pick(&DayType::ALL), pick(&Daypart::ALL), any::<i32>());
    (who, when, any::<[u8; 2]>(), any::<[String; 2]>()).prop_map(
        |(who, when, [adults, children], [locale, intent])| Context {
            direction: who.0,
            channel: who.1,
            stage: who.2,
            time: TimeContext { day_type: when.0, daypart: when.1 },
            today: Date(when.2),
            adults,
            children,
            locale,
            intent,
        },
    )
}

fn score_parts() -> impl Strategy<Value = ScoreParts> {
    let numbers = any::<([f32; 8], [f64; 5])>();
    numbers.prop_map(|([a, b, c, d, e, f, g, h], [i, j, k, l, m])| ScoreParts {
        base: a,
        taste: b,
        affinity: c,
        situation: d,
        popularity: e,
        fatigue: f,
        response_propensity: g,
        uncertainty: h,
        context_weight: i,
        value: j,
        lever: k,
        guest_weight: m,
        score: l,
    })
}

fn quote() -> impl Strategy<Value = Quote> {
    let bases = pick(&[
        FloorBasis::VariableCost,
        FloorBasis::Hurdle,
        FloorBasis::Parity,
        FloorBasis::Policy,
        FloorBasis::Displacement,
        FloorBasis::BidPrice,
    ]);
    let one_currency =
        (any::<[i64; 5]>(), currency()).prop_map(|(minor, c)| minor.map(|m| Money::new(m, c)));
    let amounts = prop_oneof![4 => one_currency, 1 => uniform::<_, 5>(money())];
    let cells = (1_u32.., vec(catalog_id!(Label), 0..3), any::<f64>(), any::<([bool; 2], u64)>());
    let what = (bases, pick(&ChargeBasis::ALL), ".{0,20}", cells);
    (amounts, what, any::<f64>(), time()).prop_map(
        |(
            [list, offer, floor, tax, fee],
            (floor_basis, basis, qualification, (quantity, qualifications, draw, (flags, cell))),
            selection_probability,
            valid_until,
        )| {
            Quote {
                list,
                offer,
                floor,
                floor_basis,
                displacement: Money::new(i64::from(quantity), list.currency),
                quantity,
                tax,
                is_tax_included: flags[0],
                fee,
                basis,
                qualification,
                qualifications,
                selection_probability,
                draw,
                is_explored: flags[1],
                cell,
                valid_until,
            }
        },
    )
}

fn terms() -> impl Strategy<Value = PriceTerms> {
    let label = || option::of(catalog_id!(Label));
    let promotions = vec(catalog_id!(Label), 0..3);
    let part = (catalog_id!(OfferId), catalog_id!(Label));
    let together = vec(part.prop_map(|(offer, category)| Part { offer, category }), 0..3);
    (any::<(i32, [u16; 3])>(), label(), label(), promotions, together).prop_map(
        |((date, [lead_days, nights, persons]), tier, rate_plan, promotions, together)| {
            PriceTerms {
                date: Date(date),
                lead_days,
                nights,
                persons,
                tier,
                rate_plan,
                promotions,
                together,
            }
        },
    )
}

fn slot() -> impl Strategy<Value = Slot> {
    let reasons = vec(one_of(ReasonCode::from_code), 0..=REASONS_MAX);
    let what = (any::<(u16, u64, u8)>(), any::<[f64; 2]>(), any::<[bool; 4]>(), any::<[f32; 4]>());
    (what, score_parts(), quote(), reasons).prop_map(
        |((offer, [p, draw], flags, learning), parts, quote, reasons)| Slot {
            offer: OfferIndex(offer.0),
            key: OfferKey(offer.1),
            treatment: offer.2,
            selection_probability: p,
            draw,
            is_explored: flags[0],
            is_override: flags[1],
            is_planned: flags[2],
            is_guaranteed: flags[3],
            parts,
            context_log_odds: learning[0],
            taste_weight: learning[1],
            affinity_sum: learning[2],
            fatigue: learning[3],
            quote,
            reasons,
        },
    )
}

fn proposition() -> impl Strategy<Value = Proposition> {
    let candidates = vec(any::<u16>().prop_map(OfferIndex), 0..60);
    let budget = any::<(u32, u16)>().prop_map(|(group, left)| GroupBudget { group, left });
    (
        catalog_id!(PlacementId),
        catalog_id!(Label),
        candidates,
        (vec(slot(), 0..4), vec(budget, 0..3)),
        one_of(Source::from_code),
    )
        .prop_map(|(placement, policy, candidates, (slots, budgets), source)| Proposition {
            placement,
            policy,
            candidates,
            slots,
            source,
            budgets,
        })
}

fn choice() -> impl Strategy<Value = ChannelChoice> {
    let reason = || option::of(pick(&WithholdReason::ALL));
    let outcome = pick(&[SendOutcome::Send, SendOutcome::Queue, SendOutcome::Withhold]);
    let considered =
        (channel(), reason(), any::<[f64; 3]>()).prop_map(|(channel, forbidden, numbers)| {
            ConsideredChannel {
                channel,
                forbidden,
                response_propensity: numbers[0],
                utility: numbers[1],
                selection_probability: numbers[2],
            }
        });
    let moment = (time(), any::<[f64; 2]>()).prop_map(|(at, [hoped, activity])| Moment {
        at,
        hoped,
        activity,
    });
    let lists =
        (vec(channel(), 0..4), vec(considered, 0..12), option::of(basis()), vec(moment, 0..4));
    (outcome, option::of(channel()), reason(), any::<[f64; 3]>(), time(), time(), lists).prop_map(
        |(
            outcome,
            channel,
            reason,
            numbers,
            window_start,
            window_end,
            (fallbacks, considered, basis, moments),
        )| {
            ChannelChoice {
                outcome,
                channel,
                reason,
                selection_probability: numbers[0],
                time_selection_probability: numbers[1],
                draw: numbers[2],
                window_start,
                window_end,
                fallbacks,
                considered,
                basis,
                moments,
            }
        },
    )
}

fn basis() -> impl Strategy<Value = ContactBasis> {
    let context = (pick(&DayType::ALL), pick(&Daypart::ALL));
    (context, any::<[f32; 5]>(), any::<[u16; 3]>()).prop_map(
        |((day_type, daypart), numbers, [contacts, channel, all])| ContactBasis {
            time: TimeContext { day_type, daypart },
            prior_rate: numbers[0],
            population: [numbers[1], numbers[2]],
            guest: [numbers[3], numbers[4]],
            contacts,
            recent: [channel, all],
        },
    )
}

fn carried() -> impl Strategy<Value = Carried> {
    let offer =
        option::of(any::<(u16, u64)>().prop_map(|(at, key)| (OfferIndex(at), OfferKey(key))));
    (offer, any::<(u8, bool, f64)>()).prop_map(|(offer, (treatment, is_transactional, value))| {
        Carried { offer, treatment, is_transactional, value }
    })
}

pub(in crate::store::codec) fn decision() -> impl Strategy<Value = Decision> {
    let who = (decision_id(), catalog_id!(PropertyId), guest_key(), time(), time());
    let refs = (option::of(fingerprint()), option::of(fingerprint()), option::of(fingerprint()));
    let taste = option::of(
        (floats(), floats()).prop_map(|(mean, variance)| TasteSnapshot { mean, variance }),
    );
    let known = (
        vec((any::<u32>(), any::<f32>()), 0..4),
        vec((any::<u16>().prop_map(OfferIndex), any::<u16>()), 0..4),
    );
    let known = known.prop_map(|(affinities, seen)| Known { affinities, seen });
    let assigned = any::<[u8; 2]>().prop_map(|[experiment, arm]| Assigned { experiment, arm });
    let experiments = (any::<bool>(), vec(assigned, 0..3))
        .prop_map(|(is_held_out, arms)| Enrolment { is_held_out, arms });
    let taste = (taste, known, experiments);
    // Boxed: the parts of a decision are too many for the stack of a test.
    let answer = (
        vec(proposition().boxed(), 0..3),
        option::of(choice().boxed()),
        option::of(carried().boxed()),
    );
    let pushed = option::of(any::<u64>())
        .prop_map(|replaces| Pushed { replaces: replaces.filter(|decision| *decision != 0) });
    let rest = (
        any::<([u64; 2], u16)>(),
        any::<[bool; 4]>(),
        one_of(LearningMode::from_code),
        option::of(pushed),
        option::of(delivery::asked()),
        (vec(spending(), 0..3), vec(bid(), 0..3), vec(goes_with(), 0..3)),
    );
    let situation = (context().boxed(), terms().boxed());
    (who.boxed(), situation, refs.boxed(), taste.boxed(), rest.boxed(), answer.boxed()).prop_map(
        |(who, (context, terms), refs, taste, rest, answer)| Decision {
            id: who.0,
            sequence: 0,
            property: who.1,
            guest: who.2,
            decided: who.3,
            expires: who.4,
            catalog_version: rest.0.0[0],
            model_sequence: rest.0.0[1],
            rates_version: rest.0.0[1] / 3,
            value_tier: rest.1[2].then(|| ValueTier::ALL[usize::from(rest.1[3])]),
            segment: rest.0.1,
            context,
            terms,
            reservation: refs.0,
            room: refs.1,
            request: refs.2,
            taste: taste.0,
            known: taste.1,
            experiments: taste.2,
            mode: rest.2,
            defers_activation: rest.1[0],
            delivery: rest.4,
            pushed: rest.3,
            is_degraded: rest.1[1],
            propositions: answer.0,
            spending: rest.5.0,
            bids: rest.5.1,
            goes_with: rest.5.2,
            channel: answer.1,
            message: answer.2,
        },
    )
}

fn goes_with() -> impl Strategy<Value = GoesWith> {
    any::<(u64, i16)>().prop_map(|(offer, percent)| GoesWith { offer: OfferKey(offer), percent })
}

fn bid() -> impl Strategy<Value = Bid> {
    let numbers = [0.0_f64..1e9, 0.0..1.0, 0.0..1e9, 0.0..1e4];
    (any::<([u8; 2], u16, u64)>(), any::<(i32, [u32; 2])>(), numbers).prop_map(
        |((where_to, offer, key), (day, [left, out]), [gain, take_up, price, to_come])| Bid {
            proposition: where_to[0],
            slots: where_to[1],
            offer: OfferIndex(offer),
            key: OfferKey(key),
            day: Date(day),
            gain,
            take_up,
            price,
            to_come,
            left,
            out,
        },
    )
}

fn spending() -> impl Strategy<Value = Spending> {
    let spend = any::<(u16, u64, [i64; 2])>().prop_map(|(offer, key, [cost, worth])| SpendOffer {
        offer: OfferIndex(offer),
        key: OfferKey(key),
        cost,
        worth,
    });
    let prices = [-1e9_f64..1e9, -1e9_f64..1e9]
        .prop_map(|[budget, returns]| ShadowPrices { budget, returns });
    (any::<(u64, [bool; 2])>(), prices, vec(spend, 0..4)).prop_map(|(of, prices, offers)| {
        Spending { budget: of.0, prices, is_asked: of.1[0], is_withheld: of.1[1], offers }
    })
}
