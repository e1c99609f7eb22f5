//! Published prices: the conditions a price may depend on, and nothing else.
//!
//! [`PriceTerms`] is all that reaches a price beside the offer, the property and the catalog: what
//! any guest could read on a price list and ask for. It has no place for who the guest is, what they
//! like, what they paid before, where they live or on what device they ask; so none of it can move a
//! price, and two guests of the same terms pay the same (I8).

use super::id::{Label, OfferId, PropertyId};
use super::survey::Texts;
use super::time::Date;

/// A whole in basis points.
pub const WHOLE: u16 = 10_000;

/// A tier of the loyalty programme; a catalog lists them lowest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoyaltyTier {
    /// Its id.
    pub id: Label,
    /// Its name for staff.
    pub name: String,
}

/// A guest's tier, and how long they have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The tier.
    pub tier: Label,
    /// Last local day of the tier; after it the lowest one counts. `None`: no end.
    pub until: Option<Date>,
}

impl Membership {
    /// The tier on a day, of the tiers of a catalog.
    pub fn tier_on<'a>(&'a self, today: Date, tiers: &'a [LoyaltyTier]) -> Option<&'a Label> {
        if self.until.is_some_and(|until| until < today) {
            return tiers.first().map(|tier| &tier.id);
        }
        Some(&self.tier)
    }
}

/// A step of a price: a promotion that is published, or the list price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceStep {
    /// Share of the list price, in basis points, 1 to [`WHOLE`].
    pub basis_points: u16,
    /// The promotion that justifies it; `None` at the list price only.
    pub id: Option<Label>,
    /// What a guest reads, by language.
    pub texts: Texts,
}

/// How the steps of a price are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceTrial {
    /// Share of cells and epochs in which the step is drawn evenly, in basis points; the others have
    /// the highest step, or draw by what was learnt.
    pub share_basis_points: u16,
    /// Days for which a cell keeps its step, at least 1.
    pub epoch_days: u16,
    /// Do the other cells draw by what was learnt of the steps, once something was?
    pub is_learnt: bool,
}

/// Selection probabilities of the steps of an offer at a property, as they were learnt from cells. They
/// hold from the beginning of an epoch on, so that no cell changes its step within one.
#[derive(Debug, Clone, PartialEq)]
pub struct LearntSteps {
    /// The property.
    pub property: PropertyId,
    /// Day of the beginning of the first epoch that `current` holds in.
    pub from: Date,
    /// One for each step; they sum to 1.
    pub current: Vec<f64>,
    /// What holds in epochs before it; empty: nothing was learnt then.
    pub before: Vec<f64>,
}

impl LearntSteps {
    /// What holds in an epoch that begins on a day; empty: nothing.
    pub fn in_epoch(&self, begin: Date) -> &[f64] {
        if begin >= self.from { &self.current } else { &self.before }
    }
}

/// A published condition, and the price it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceRule {
    /// Its id.
    pub id: Label,
    /// What a guest reads, by language.
    pub texts: Texts,
    /// Share of the price without it, in basis points, 1 to [`WHOLE`].
    pub basis_points: u16,
    /// What must hold.
    pub condition: Condition,
}

/// What a published price may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// This tier of the loyalty programme or a higher one: who is more loyal meets it as well.
    TierFrom(Label),
    /// So many days at least between now and the day of use.
    LeadDays(u16),
    /// So many nights at least.
    Nights(u16),
    /// One of these codes.
    Promotion(Vec<Label>),
    /// One of these rate plans.
    RatePlan(Vec<Label>),
    /// A day of use from the first to the last.
    Dates(Date, Date),
    /// Bought together with others: so many at least of these offers, or of offers of these categories.
    Together(Vec<OfferId>, Vec<Label>, u8),
}

/// Another part of what is bought in one go.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// The offer.
    pub offer: OfferId,
    /// Its category.
    pub category: Label,
}

/// Conditions that a caller names beside who it is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AskedTerms {
    /// Local days of arrival and departure: they go before those of a stay on file.
    pub dates: Option<(Date, Date)>,
    /// Rate plan.
    pub rate_plan: Option<Label>,
    /// Codes of promotions, in order, each once.
    pub promotions: Vec<Label>,
}

/// The published conditions of one sale: everything about a call that may reach a price.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PriceTerms {
    /// Local day of use: arrival, or today where the guest is there.
    pub date: Date,
    /// Days from today to it.
    pub lead_days: u16,
    /// Nights it is used for, at least 1.
    pub nights: u16,
    /// Persons it is used by, at least 1.
    pub persons: u16,
    /// Tier of the loyalty programme.
    pub tier: Option<Label>,
    /// Rate plan.
    pub rate_plan: Option<Label>,
    /// Codes of promotions, in order, each once.
    pub promotions: Vec<Label>,
    /// What is bought with it, in order, each once.
    pub together: Vec<Part>,
}

impl PriceTerms {
    /// The terms of somebody who asks for today and gives nothing.
    pub fn plain(today: Date) -> Self {
        Self {
            date: today,
            lead_days: 0,
            nights: 1,
            persons: 1,
            tier: None,
            rate_plan: None,
            promotions: Vec::new(),
            together: Vec::new(),
        }
    }

    /// The terms of a stay: from the day of arrival, or from today where that is past.
    #[must_use]
    pub fn staying(self, (check_in, check_out): (Date, Date)) -> Self {
        let today = self.today();
        let date = check_in.max(today);
        let days = |from: Date, to: Date| {
            u16::try_from(i64::from(to.0) - i64::from(from.0)).unwrap_or_default()
        };
        Self { date, lead_days: days(today, date), nights: days(date, check_out).max(1), ..self }
    }

    /// The local day on which the price is asked.
    pub fn today(&self) -> Date {
        Date(self.date.0.saturating_sub(i32::from(self.lead_days)))
    }

    /// Does a condition hold? A tier that the catalog does not have is none.
    pub fn meet(&self, condition: &Condition, tiers: &[LoyaltyTier]) -> bool {
        let rank = |id: &Label| tiers.iter().position(|tier| tier.id == *id);
        match condition {
            Condition::TierFrom(least) => {
                let own = self.tier.as_ref().and_then(rank);
                own.zip(rank(least)).is_some_and(|(own, least)| own >= least)
            }
            Condition::LeadDays(least) => self.lead_days >= *least,
            Condition::Nights(least) => self.nights >= *least,
            Condition::Promotion(codes) => codes.iter().any(|code| self.promotions.contains(code)),
            Condition::RatePlan(plans) => {
                self.rate_plan.as_ref().is_some_and(|own| plans.contains(own))
            }
            Condition::Dates(first, last) => (*first..=*last).contains(&self.date),
            Condition::Together(offers, categories, least) => {
                let counts = |part: &&Part| {
                    offers.contains(&part.offer) || categories.contains(&part.category)
                };
                self.together.iter().filter(counts).count() >= usize::from(*least)
            }
        }
    }

    /// In one line, for a report: what two guests must share to pay the same.
    pub fn told(&self) -> String {
        let mut told = format!(
            "{} ({} days ahead), {} nights, {} persons",
            self.date, self.lead_days, self.nights, self.persons
        );
        for (what, id) in [("tier", &self.tier), ("rate plan", &self.rate_plan)] {
            if let Some(id) = id {
                told.push_str(&format!(", {what} {id}"));
            }
        }
        for code in &self.promotions {
            told.push_str(&format!(", code {code}"));
        }
        for part in &self.together {
            told.push_str(&format!(", with {}", part.offer));
        }
        told
    }
}

/// A rate plan or the code of a promotion, as a guest may have typed it: capitals do not count. What
/// no catalog could name is none.
pub fn code(text: &str) -> Option<Label> {
    Label::parse("code", &text.trim().to_ascii_lowercase()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> Label {
        Label::parse("", text).unwrap()
    }

    fn offer(text: &str) -> OfferId {
        OfferId::parse("", text).unwrap()
    }

    fn tiers() -> Vec<LoyaltyTier> {
        let tier = |id| LoyaltyTier { id: label(id), name: id.to_owned() };
        ["silver", "gold", "platinum"].map(tier).into()
    }

    #[test]
    fn a_stay_is_priced_from_arrival_or_from_today() {
        let terms = PriceTerms::plain(Date(100));
        let ahead = terms.clone().staying((Date(110), Date(113)));
        assert_eq!((ahead.date, ahead.lead_days, ahead.nights), (Date(110), 10, 3));
        assert_eq!(ahead.today(), Date(100));
        let in_house = terms.clone().staying((Date(98), Date(102)));
        assert_eq!((in_house.date, in_house.lead_days, in_house.nights), (Date(100), 0, 2));
        let leaving = terms.staying((Date(98), Date(100)));
        assert_eq!((leaving.date, leaving.nights), (Date(100), 1));
    }

    #[test]
    fn who_is_more_loyal_meets_what_the_less_loyal_meet() {
        let condition = Condition::TierFrom(label("gold"));
        let meets = |tier: &str| {
            let terms = PriceTerms { tier: Some(label(tier)), ..PriceTerms::plain(Date(1)) };
            terms.meet(&condition, &tiers())
        };
        let told = ["silver", "gold", "platinum", "unknown"].map(meets);
        assert_eq!(told, [false, true, true, false]);
        assert!(!PriceTerms::plain(Date(1)).meet(&condition, &tiers()));
        assert!(!PriceTerms::plain(Date(1)).meet(&condition, &[]));
    }

    #[test]
    fn each_condition_holds_from_its_bound_on() {
        let terms = PriceTerms {
            rate_plan: Some(label("bar")),
            promotions: vec![label("winter")],
            together: [("dinner", "dining"), ("spa", "spa"), ("tour", "tours")]
                .map(|(id, category)| Part { offer: offer(id), category: label(category) })
                .into(),
            ..PriceTerms::plain(Date(100))
        }
        .staying((Date(114), Date(117)));
        for (condition, holds) in [
            (Condition::LeadDays(14), true),
            (Condition::LeadDays(15), false),
            (Condition::Nights(3), true),
            (Condition::Nights(4), false),
            (Condition::Promotion(vec![label("summer"), label("winter")]), true),
            (Condition::Promotion(vec![label("summer")]), false),
            (Condition::RatePlan(vec![label("bar")]), true),
            (Condition::RatePlan(vec![label("corporate")]), false),
            (Condition::Dates(Date(114), Date(114)), true),
            (Condition::Dates(Date(115), Date(120)), false),
            (Condition::Together(vec![offer("spa")], vec![label("dining")], 2), true),
            (Condition::Together(vec![offer("spa")], vec![label("dining")], 3), false),
            (Condition::Together(vec![offer("taxi")], Vec::new(), 1), false),
        ] {
            assert_eq!(terms.meet(&condition, &tiers()), holds, "{condition:?}");
        }
    }

    #[test]
    fn a_tier_ends_in_the_lowest() {
        let membership = Membership { tier: label("gold"), until: Some(Date(10)) };
        let tiers = tiers();
        let on = |day| membership.tier_on(Date(day), &tiers).map(ToString::to_string);
        assert_eq!(on(10).as_deref(), Some("gold"));
        assert_eq!(on(11).as_deref(), Some("silver"));
        assert_eq!(membership.tier_on(Date(11), &[]), None);
    }

    #[test]
    fn codes_are_read_as_guests_type_them() {
        assert_eq!(code(" Winter26 "), Some(label("winter26")));
        assert_eq!(code("winter 26"), None);
        assert_eq!(code(""), None);
    }
}
