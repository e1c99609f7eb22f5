//! Records of gestures, and of a decision in which the guest's value counted, for the golden bytes.

use super::samples::{SEQUENCE, at, decision};
use crate::domain::decision::Decision;
use crate::domain::gesture::{GestureArm, GestureChoice, GestureTrigger, NoGesture, Occasion};
use crate::domain::guest_value::ValueTier;
use crate::domain::id::{BrandId, Fingerprint, GuestKey, PropertyId};
use crate::domain::record::{Body, Record};

/// One record of each.
pub(super) fn records() -> Vec<Record> {
    let arm = |gesture, value| GestureArm {
        gesture,
        satisfaction: 0.4,
        returning: 0.02,
        cost: 900,
        value,
        selection_probability: 0.35,
    };
    let given = GestureChoice {
        guest: GuestKey([0x61; 16]),
        ids: vec![GuestKey([0x61; 16]), GuestKey([0x62; 16])],
        property: PropertyId::parse("", "aurora-lisbon").unwrap(),
        reservation: Some(Fingerprint(1)),
        decided: at(0),
        catalog_version: 12,
        model_version: 290,
        occasion: Occasion { trigger: GestureTrigger::LongWait, severity: 4 },
        tier: Some(ValueTier::B),
        is_measured: true,
        left: 12_345,
        shadow_price: 1.5,
        arms: vec![arm(7, 3.25), arm(9, -1.0)],
        none: [0.2, 0.1],
        seed: 0x1122_3344_5566_7788,
        draw: 0.75,
        chosen: Ok(1),
    };
    let none = GestureChoice {
        reservation: None,
        occasion: Occasion { trigger: GestureTrigger::Complaint, severity: 0 },
        tier: None,
        is_measured: false,
        arms: Vec::new(),
        none: [0.0, 0.0],
        chosen: Err(NoGesture::HadOne),
        ..given.clone()
    };
    let mut weighed = Decision { value_tier: Some(ValueTier::A), ..decision() };
    let slots = weighed.propositions.iter_mut().flat_map(|p| &mut p.slots);
    slots.for_each(|slot| (slot.parts.guest_weight, slot.is_guaranteed) = (1.25, true));
    let bodies = [
        Body::Gesture(Box::new(given)),
        Body::Gesture(Box::new(none)),
        Body::Decision(Box::new(weighed)),
    ];
    let record = |body| Record {
        sequence: SEQUENCE,
        brand: BrandId::parse("", "aurora").unwrap(),
        recorded: at(5),
        body,
    };
    bodies.map(record).into()
}
