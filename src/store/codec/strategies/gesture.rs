//! Any choice of a gesture.

use super::*;
use crate::domain::gesture::{GestureArm, GestureChoice, GestureTrigger, NoGesture, Occasion};
use crate::domain::guest_value::ValueTier;

pub(super) fn choice() -> impl Strategy<Value = GestureChoice> {
    let arm = any::<(u64, [f64; 4], i64)>().prop_map(|(gesture, [a, b, c, d], cost)| GestureArm {
        gesture,
        satisfaction: a,
        returning: b,
        cost,
        value: c,
        selection_probability: d,
    });
    let who = (guest_key(), vec(guest_key(), 0..3), catalog_id!(PropertyId), time());
    let occasion = (pick(&GestureTrigger::ALL), 0_u8..6);
    let about = (option::of(fingerprint()), occasion, option::of(pick(&ValueTier::ALL)));
    let numbers = any::<([u64; 3], [f64; 4], i64, bool)>();
    let chosen = (vec(arm, 0..4), any::<u8>(), pick(&NoGesture::ALL));
    (who, about, numbers, chosen).prop_map(
        |((guest, ids, property, decided), (reservation, (trigger, severity), tier), n, chosen)| {
            let (arms, at, why) = chosen;
            let ([catalog_version, model_version, seed], [a, b, c, d], left, is_measured) = n;
            GestureChoice {
                guest,
                ids,
                property,
                reservation,
                decided,
                catalog_version,
                model_version,
                occasion: Occasion { trigger, severity },
                tier,
                is_measured,
                left,
                shadow_price: a,
                chosen: if usize::from(at) < arms.len() { Ok(at) } else { Err(why) },
                arms,
                none: [b, c],
                seed,
                draw: d,
            }
        },
    )
}
