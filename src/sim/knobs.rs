//! Everything about the simulated world that somebody chose. What was measured stands in
//! `marginals`.
//!
//! The knobs are set so that the world is plausible for a hotel group that knows its guests: what a
//! guest is here for weighs more than how appealing an offer is in general (a massage is nothing to
//! a family, a kids' club nothing to a fair's visitor), part of the guests have been put into the
//! right segment by those who looked after them, moods change with stage and hour, tastes differ
//! from guest to guest, and part of every taste can never be learnt from what is observed. Offers
//! differ in appeal, too, so that a list of best sellers is a decent policy.

/// The choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Knobs {
    /// Guests.
    pub guests: u32,
    /// Days simulated.
    pub days: u32,
    /// Part of the guests who opt in to profiling and marketing at their first booking.
    pub consent_share: f64,
    /// Part of the guests in each arm but the personalized one.
    pub popular_share: f64,
    /// See `popular_share`.
    pub random_share: f64,
    /// Part of the calls asked with the full view, on which the oracle is computed.
    pub oracle_share: f64,
    /// Units of each scarce offer that a hotel has a day.
    pub stock: i32,
    /// What guests want.
    pub wants: Wants,
    /// What guests do.
    pub habits: Habits,
}

/// What guests want: standard deviations of effects on the log-odds that a guest who looks at an
/// offer accepts it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wants {
    /// Log-odds of an average offer, by surface: booking, portal, app, front desk, message.
    pub base: [f64; 5],
    /// Appeal of an offer to everybody.
    pub appeal: f64,
    /// Log-odds between an offer that is all a kind of guest leans to, and one that is neither here
    /// nor there.
    pub leaning: f64,
    /// A guest's own taste for an offer.
    pub taste: f64,
    /// Part of an offer's place in the world of tastes that comes from its category; most of the
    /// rest from its tags.
    pub category_share: f64,
    /// Part of an offer's place that nothing visible tells.
    pub hidden_share: f64,
    /// How far what guests say of a word is from what they want.
    pub self_doubt: f64,
    /// Liking of one guest for one offer that follows from nothing.
    pub whim: f64,
    /// Mood for a category by stay stage.
    pub stage: f64,
    /// Mood for a category by daypart.
    pub daypart: f64,
    /// Mood for a category on days of rest.
    pub rest_day: f64,
    /// Mood for a category by kind of party.
    pub party: f64,
    /// Mean weight of the price: log-odds lost per doubling of `20 EUR + price`.
    pub price: f64,
    /// Log-odds lost per e-fold of `1 + showings` of the same offer within the stay.
    pub fatigue: f64,
    /// Log-odds lost for what the guest has already accepted in the stay.
    pub satiety: f64,
}

/// What guests do: chances and means.
#[derive(Debug, Clone, PartialEq)]
pub struct Habits {
    /// Part of the guests who come back often, and mean days between their stays.
    pub frequent: (f64, f64),
    /// Part of the guests who come back now and then, and mean days between their stays.
    pub occasional: (f64, f64),
    /// Chance to look at the next slot, having looked at one and not accepted it.
    pub looks_on: f64,
    /// Chance to open what is not accepted in the end, per unit of odds of acceptance.
    pub clicks: f64,
    /// Chance to say no outright to an offer looked at and not liked at all.
    pub declines: f64,
    /// The same, to a person.
    pub declines_at_desk: f64,
    /// Chance that staff keep an offer to themselves.
    pub not_offered: f64,
    /// Chance that the booking engine's confirmation page is read.
    pub reads_confirmation: f64,
    /// Mean visits of the portal before arrival.
    pub portal_visits: f64,
    /// Part of the guests who use the app, and mean openings a day in the house.
    pub app: (f64, f64),
    /// Chance of a talk about offers at arrival, and on each later day.
    pub desk: (f64, f64),
    /// Chance that a message is opened.
    pub opens_mail: f64,
    /// Chance of a visit of the portal after the stay.
    pub returns_online: f64,
    /// Part of accepted offers that is cancelled later.
    pub cancels: f64,
    /// Part of accepted offers that is delivered; the rest is cancelled or forgotten.
    pub fulfilled: f64,
    /// Part of the guests the brand's systems put into a segment.
    pub segmented: f64,
    /// Part of those whose profile says what earlier stays, packages and requests were about; the
    /// others are put where party and booking point.
    pub known: f64,
    /// Part of the opted-in guests who answer, at their first booking, what the stay is about and
    /// what it is not.
    pub answers: f64,
    /// Part of the opted-in guests who object later.
    pub opts_out: f64,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            guests: 8_000,
            days: 30,
            consent_share: 0.9,
            popular_share: 0.3,
            random_share: 0.1,
            oracle_share: 0.25,
            stock: 60,
            wants: Wants::default(),
            habits: Habits::default(),
        }
    }
}

impl Default for Wants {
    fn default() -> Self {
        Self {
            base: [-4.6, -4.8, -4.5, -4.0, -5.0],
            appeal: 0.3,
            leaning: 3.0,
            taste: 1.0,
            category_share: 0.45,
            hidden_share: 0.1,
            self_doubt: 0.4,
            whim: 0.25,
            stage: 0.35,
            daypart: 0.35,
            rest_day: 0.2,
            party: 0.4,
            price: 0.2,
            fatigue: 0.2,
            satiety: 2.5,
        }
    }
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            frequent: (0.2, 8.0),
            occasional: (0.3, 16.0),
            looks_on: 0.55,
            clicks: 2.5,
            declines: 0.05,
            declines_at_desk: 0.3,
            not_offered: 0.15,
            reads_confirmation: 0.5,
            portal_visits: 1.6,
            app: (0.6, 1.6),
            desk: (0.7, 0.15),
            opens_mail: 0.45,
            returns_online: 0.3,
            cancels: 0.06,
            fulfilled: 0.85,
            segmented: 0.8,
            known: 0.7,
            answers: 0.7,
            opts_out: 0.02,
        }
    }
}
