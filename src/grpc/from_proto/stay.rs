//! A stay as an event tells it.

use crate::api::v1;
use crate::domain::stay::StayFacts;
use crate::domain::time::{Date, Timestamp};
use crate::grpc::problems::Problems;

use super::extras::{self, Extras};
use super::{enums, values};

/// Longest stay, in nights.
const NIGHTS_MAX: i32 = 365;

/// Reads a stay. `booked` is the moment of booking, where the event is the booking: the lead time
/// is counted from it.
pub(crate) fn stay(
    problems: &mut Problems,
    wire: Option<v1::Stay>,
    booked: Option<Timestamp>,
    kept: &mut Extras,
) -> Option<StayFacts> {
    let wire = wire?;
    problems.within(
        || "stay".into(),
        |p| {
            let (check_in, check_out) = dates(p, &wire);
            let party = wire.party.map(|party| party_of(p, party, kept)).unwrap_or_default();
            let lead_time_days = lead_time(p, wire.lead_time_days, check_in, booked);
            let purpose =
                enums::read::<v1::TravelPurpose>(p, "travel_purpose", wire.travel_purpose);
            kept.keep(extras::STAY_BOOKER_ONLY, if wire.is_booker_only { "true" } else { "" });
            let meal =
                enums::known::<v1::MealPlan>(p, "meal_plan", wire.meal_plan).unwrap_or_default();
            let facts = StayFacts {
                check_in: check_in.unwrap_or_default(),
                check_out: check_out.unwrap_or_default(),
                adults: party.0,
                children: party.1,
                room_type_reserved: values::word(
                    p,
                    "reserved_room_type_id",
                    wire.reserved_room_type_id,
                ),
                room_type_assigned: values::word(
                    p,
                    "assigned_room_type_id",
                    wire.assigned_room_type_id,
                ),
                rate_plan: values::word(p, "rate_plan_id", wire.rate_plan_id),
                market_segment: values::word(p, "market_segment_id", wire.market_segment_id),
                distribution_channel: values::word(
                    p,
                    "distribution_channel_id",
                    wire.distribution_channel_id,
                ),
                lead_time_days,
                special_requests_count: values::count(
                    p,
                    "special_request_count",
                    wire.special_request_count,
                    0..=100,
                ),
                meal: meal_word(meal).to_owned(),
                purpose,
            };
            check_in.and(check_out).map(|_| facts)
        },
    )
}

fn dates(problems: &mut Problems, wire: &v1::Stay) -> (Option<Date>, Option<Date>) {
    let check_in = values::date(problems, "check_in_date", &wire.check_in_date);
    let check_out = values::date(problems, "check_out_date", &wire.check_out_date);
    if let (Some(first), Some(last)) = (check_in, check_out) {
        if last < first {
            problems.add("check_out_date", "lies before check_in_date");
        } else if last.0 - first.0 > NIGHTS_MAX {
            problems.add(
                "check_out_date",
                format!("lies more than {NIGHTS_MAX} nights after check_in_date"),
            );
        }
    }
    (check_in, check_out)
}

fn party_of(problems: &mut Problems, wire: v1::Party, kept: &mut Extras) -> (u8, u8) {
    problems.within(
        || "party".into(),
        |p| {
            let rooms = values::count::<u8>(p, "room_count", wire.room_count, 0..=99);
            kept.keep(
                extras::STAY_ROOMS,
                if rooms > 0 { rooms.to_string() } else { String::new() },
            );
            if wire.child_age_years.len() > 20 {
                p.add("child_age_years", "has more than 20 elements");
            } else if wire.child_age_years.iter().any(|age| !(0..=17).contains(age)) {
                p.add("child_age_years", "holds an age that is not 0 to 17");
            } else {
                let ages: Vec<String> = wire.child_age_years.iter().map(i32::to_string).collect();
                kept.keep(extras::STAY_CHILD_AGES, ages.join(","));
            }
            let adults = values::count(p, "adult_count", wire.adult_count, 0..=99);
            (adults, values::count(p, "child_count", wire.child_count, 0..=99))
        },
    )
}

fn lead_time(
    problems: &mut Problems,
    told: Option<i32>,
    check_in: Option<Date>,
    booked: Option<Timestamp>,
) -> u16 {
    if let Some(days) = told {
        return values::count(problems, "lead_time_days", days, 0..=730);
    }
    let Some((check_in, booked)) = check_in.zip(booked) else { return 0 };
    let booked_day = booked.as_seconds().div_euclid(86_400);
    u16::try_from((i64::from(check_in.0) - booked_day).clamp(0, 730)).unwrap_or(0)
}

/// The domain's word for a meal plan; empty for not known.
fn meal_word(meal: v1::MealPlan) -> &'static str {
    match meal {
        v1::MealPlan::Unspecified => "",
        v1::MealPlan::RoomOnly => "room_only",
        v1::MealPlan::Breakfast => "breakfast",
        v1::MealPlan::HalfBoard => "half_board",
        v1::MealPlan::FullBoard => "full_board",
        v1::MealPlan::AllInclusive => "all_inclusive",
    }
}

/// The meal plan of a domain's word.
pub(crate) fn meal_of(word: &str) -> v1::MealPlan {
    use v1::MealPlan as M;
    let all = [M::RoomOnly, M::Breakfast, M::HalfBoard, M::FullBoard, M::AllInclusive];
    all.into_iter().find(|meal| meal_word(*meal) == word).unwrap_or(M::Unspecified)
}
