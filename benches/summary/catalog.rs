//! The catalog of the measurements: 2,000 offers, two placements with 50 eligible offers each.
//!
//! Each placement accepts 100 offers. Half of them ask by rule for something no guest of the
//! measurements is, so that rules take part; the others are eligible. The rest of the offers is
//! shown elsewhere.

use std::fmt::Write;

/// Offers of the catalog, fallbacks included.
pub(crate) const OFFERS: usize = 2_000;
/// The placements measured.
pub(crate) const PLACEMENTS: [&str; 2] = ["hero", "side"];
/// The property.
pub(crate) const PROPERTY: &str = "city";

const HEAD: &str = r#"
label = "bench"

[[properties]]
id = "city"
name = "City"
zone = "Europe/Lisbon"
currency = "EUR"
country = "PT"

[[placements]]
id = "hero"
channel = "WEB"
policy = "standard"
default_count = 3

[[placements]]
id = "side"
channel = "WEB"
policy = "standard"
default_count = 3

[[placements]]
id = "elsewhere"
channel = "WEB"
policy = "standard"
default_count = 3

[[decision_policies]]
id = "standard"
value_exponent = 0.5
value_reference = 50.0
score_cap = 0.5
exploration = { kind = "INVERSE_GAP", gamma0 = 1000.0, decisions_cap = 200000.0, floor = 0.01 }
reservation = "30m"

[contact]
fallback_zone = "Europe/Lisbon"

[[contact.policies]]
id = "shown-weekly"
subject = "GUEST"
counts = "EACH_OFFER"
counted = "IMPRESSION"
limit = 32
window = "7d"

[[contact.policies]]
id = "declined-fortnight"
subject = "GUEST"
counts = "EACH_OFFER"
counted = "DECLINE"
limit = 1
window = "14d"

[[contact.quiet_hours]]
start = "21:00"
end = "09:00"
"#;

/// Channels: name, cost of a message, rate of response before anything is known.
const CHANNELS: [(&str, f64, f64); 6] = [
    ("EMAIL", 0.01, 0.05),
    ("SMS", 0.08, 0.08),
    ("APP_PUSH", 0.0, 0.06),
    ("WHATSAPP", 0.05, 0.1),
    ("PHONE", 2.0, 0.2),
    ("WEB", 0.0, 0.04),
];

/// The catalog as a document.
pub(crate) fn document() -> String {
    let mut text = HEAD.to_owned();
    for category in 0..8 {
        let _ = writeln!(
            text,
            "[[categories]]\nid = \"c{category}\"\nname = \"Category {category}\"\n"
        );
    }
    for (channel, cost, rate) in CHANNELS {
        let _ = writeln!(
            text,
            "[[contact.channels]]\nchannel = \"{channel}\"\ncost = {cost:?}\nprior_response = {rate:?}\nannoyance = 0.05\n"
        );
    }
    for at in 0..OFFERS {
        offer(&mut text, at);
    }
    text
}

fn offer(text: &mut String, at: usize) {
    let (placement, rule, fallback) = match at {
        0..100 => ("hero", at >= 50, false),
        100..200 => ("side", at >= 150, false),
        // One fallback serves all placements.
        200 => ("", false, true),
        _ => ("elsewhere", false, false),
    };
    let list = 20 + (at * 37) % 180;
    let _ = write!(
        text,
        r#"
[[offers]]
id = "{id}"
name = "Offer {at}"
category = "c{category}"
tags = ["t{t0}", "u{t1}", "v{t2}", "w{t3}"]
price = "{list}.00 EUR"
cost = "{cost}.00 EUR"
commission = 5
tax = 23
"#,
        id = offer_id(at),
        category = at % 8,
        t0 = at % 7,
        t1 = at % 11,
        t2 = at % 13,
        t3 = at % 5,
        cost = list / 3,
    );
    if !placement.is_empty() {
        let _ = writeln!(text, "placements = [\"{placement}\"]");
    }
    if rule {
        let _ = writeln!(text, "rule = \"country == 'JP' && party.adults >= 2\"");
    }
    if fallback {
        let _ = writeln!(text, "fallback = true");
    }
    let _ = writeln!(
        text,
        "[[offers.treatments]]\nlocale = \"en\"\nchannels = \"ALL\"\ncontent = {{ title = \"Offer {at}\" }}"
    );
}

/// The id of an offer.
pub(crate) fn offer_id(at: usize) -> String {
    format!("offer-{at:05}")
}
