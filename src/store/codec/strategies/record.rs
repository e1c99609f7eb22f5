//! Any record of the log.

use super::*;

pub(in crate::store::codec) fn record() -> impl Strategy<Value = Record> {
    let inventory = (catalog_id!(OfferId), catalog_id!(PropertyId), any::<i32>(), any::<u32>());
    let body = prop_oneof![
        decision().prop_map(|decision| Body::Decision(Box::new(decision))).boxed(),
        (guest_key(), event())
            .prop_map(|(guest, event)| Body::Event { guest, event: Box::new(event) })
            .boxed(),
        (guest_key(), change())
            .prop_map(|(guest, change)| Body::Profile { guest, change: Box::new(change) })
            .boxed(),
        (guest_key(), decision_id())
            .prop_map(|(guest, decision)| Body::Activated { guest, decision }),
        any::<u64>().prop_map(|through| Body::Matured { through }),
        any::<u64>().prop_map(|version| Body::CatalogPublished { version }),
        (catalog_id!(OfferId), any::<bool>())
            .prop_map(|(offer, stopped)| Body::OfferStopped { offer, stopped }),
        inventory.prop_map(|(offer, property, day, units)| Body::InventorySet {
            offer,
            property,
            day: Date(day),
            units
        }),
        option::of(one_of(LearningMode::from_code)).prop_map(|mode| Body::ModeSet { mode }),
        rank::fact().prop_map(|fact| Body::Rank(Box::new(fact))),
        routing::routing().prop_map(|routing| Body::Routing(Box::new(routing))),
        gesture::choice().prop_map(|choice| Body::Gesture(Box::new(choice))),
        fitted::fact().prop_map(|fact| Body::Fitted(Box::new(fact))),
        rates::change().prop_map(|change| Body::RatesSet(Arc::new(change))),
        (guest_key(), identity::joining())
            .prop_map(|(guest, joining)| Body::Joined { guest, joining: Box::new(joining) }),
        (guest_key(), delivery::fact()).prop_map(|(guest, fact)| Body::Delivery { guest, fact }),
        (guest_key(), delivery::skipped())
            .prop_map(|(guest, skipped)| Body::Skipped { guest, skipped: Box::new(skipped) }),
    ];
    (any::<u64>(), catalog_id!(BrandId), time(), body).prop_map(
        |(sequence, brand, recorded, mut body)| {
            if let Body::Decision(decision) = &mut body {
                decision.sequence = sequence;
            }
            Record { sequence, brand, recorded, body }
        },
    )
}
