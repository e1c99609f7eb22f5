//! Offers, their treatments, and the placements that show them.

use std::sync::Arc;
use std::time::Duration;

use super::channel::{Channel, ChannelSet};
use super::id::{Label, OfferId, OfferKey, PlacementId, PropertyId, TreatmentId};
use super::money::{Currency, Money};
use super::price::{LearntSteps, PriceRule, PriceStep, PriceTrial, WHOLE};
use super::quote::FloorBasis;
use super::ration::Rationing;
use super::stay::StayStage;
use super::survey::Texts;
use super::time::{TimeContext, Timestamp};

/// A set of stay stages: bit *i* is stage code *i*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct StageSet(pub u16);

impl StageSet {
    /// Every stage.
    pub const ALL: Self = Self((1 << StayStage::COUNT) - 1);

    /// This set with a stage.
    #[must_use]
    pub fn with(self, stage: StayStage) -> Self {
        Self(self.0 | 1 << stage as u8)
    }

    /// Is the stage in it?
    pub fn contains(self, stage: StayStage) -> bool {
        self.0 & (1 << stage as u8) != 0
    }
}

/// What a price is charged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum ChargeBasis {
    /// Once for the stay.
    #[default]
    Stay,
    /// For each night.
    Night,
    /// For each person.
    Person,
    /// For each person and night.
    PersonNight,
    /// For each unit taken.
    Unit,
}

impl ChargeBasis {
    /// All of them, in code order.
    pub const ALL: [Self; 5] =
        [Self::Stay, Self::Night, Self::Person, Self::PersonNight, Self::Unit];

    /// Its name on the wire and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stay => "STAY",
            Self::Night => "NIGHT",
            Self::Person => "PERSON",
            Self::PersonNight => "PERSON_NIGHT",
            Self::Unit => "UNIT",
        }
    }
}

/// Price of an offer by published conditions, and what it costs the hotel.
#[derive(Debug, Clone, PartialEq)]
pub struct Pricing {
    /// List price for each unit of the basis; zero for what is free of charge.
    pub list: Money,
    /// What one sale costs the hotel.
    pub variable_cost: Money,
    /// Commission on the price, in basis points, 0 to 10,000.
    pub commission_basis_points: u16,
    /// Taxes on the price, in basis points.
    pub tax_basis_points: u16,
    /// Does the price hold the taxes already?
    pub is_tax_included: bool,
    /// Fees that cannot be declined, for each unit of the basis.
    pub mandatory_fee: Money,
    /// What the price is for.
    pub basis: ChargeBasis,
    /// The published rule that justifies the price ("member rate", "advance purchase 7 days");
    /// empty for the public price.
    pub qualification: String,
    /// The same by language; empty where it is written in one.
    pub qualification_texts: Texts,
    /// The brand's own minimum for each unit of the basis; zero: none.
    pub min_price: Money,
    /// Steps of the price, ascending; empty: the list price.
    pub steps: Vec<PriceStep>,
    /// How the steps are tried; `None`: the highest holds.
    pub trial: Option<PriceTrial>,
    /// What was learnt of the steps, by property. Not published text: it comes with a catalog version.
    pub learnt: Vec<LearntSteps>,
    /// Published conditions and their prices; of those met, the one with the lowest price counts.
    pub rules: Vec<PriceRule>,
    /// Price in points for each unit of the basis; zero: not for points.
    pub points_price: u32,
    /// Points earned for each unit of the basis.
    pub points_earned: u32,
    /// What must be told beside the price, by language.
    pub disclosure: Texts,
    /// The room it sells, by whose rates its floor is; `None`: it sells no room.
    pub room: Option<SoldRoom>,
}

/// The room that an offer sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldRoom {
    /// The room type whose nights it takes.
    pub room_type: Label,
    /// The room type that an upgrade gives back; `None`: whole nights are sold.
    pub upgrade_from: Option<Label>,
}

impl Pricing {
    /// A price without steps, rules, cost or anything else.
    pub fn of(list: Money) -> Self {
        let zero = Money::new(0, list.currency);
        Self {
            list,
            variable_cost: zero,
            commission_basis_points: 0,
            tax_basis_points: 0,
            is_tax_included: false,
            mandatory_fee: zero,
            basis: ChargeBasis::default(),
            qualification: String::new(),
            qualification_texts: Texts::new(),
            min_price: zero,
            steps: Vec::new(),
            trial: None,
            learnt: Vec::new(),
            rules: Vec::new(),
            points_price: 0,
            points_earned: 0,
            disclosure: Texts::new(),
            room: None,
        }
    }

    /// Margin of one sale at the list price, in major units: price, less the taxes in it, less
    /// variable cost and commission.
    pub fn margin_major(&self) -> f64 {
        let commission = self.list.major() * f64::from(self.commission_basis_points) / 10_000.0;
        let taxed = f64::from(if self.is_tax_included { self.tax_basis_points } else { 0 });
        self.list.major() / (1.0 + taxed / 10_000.0) - self.variable_cost.major() - commission
    }

    /// The commission on a price, in minor units.
    pub fn commission(&self, price: i64) -> i64 {
        share(price, self.commission_basis_points)
    }

    /// What is left of the price of a unit, in minor units: less the taxes in it, variable cost and
    /// commission.
    pub fn margin(&self, price: i64) -> i64 {
        let taxes = if self.is_tax_included { self.tax(price) } else { 0 };
        price - taxes - self.variable_cost.minor - self.commission(price)
    }

    /// The least a unit may be sold for, and the rule that says so: variable cost and the commission
    /// on the list price, with their taxes where the price holds taxes, or the brand's minimum; never
    /// over the list price.
    pub fn floor(&self) -> (Money, FloorBasis) {
        let cost = self.covering(self.variable_cost.minor);
        let (floor, basis) = if self.min_price.minor > cost {
            (self.min_price.minor, FloorBasis::Policy)
        } else {
            (cost, FloorBasis::VariableCost)
        };
        (Money::new(floor.min(self.list.minor), self.list.currency), basis)
    }

    /// The price of a unit that covers what must be left of it, in minor units: with the commission on
    /// the list price, and with its taxes where the price holds taxes.
    pub fn covering(&self, needed: i64) -> i64 {
        let needed = needed.saturating_add(self.commission(self.list.minor));
        let taxed = if self.is_tax_included { self.tax_basis_points } else { 0 };
        needed.saturating_add(share(needed, taxed))
    }

    /// The taxes on an amount, whether it holds them or not, in minor units.
    pub fn tax(&self, amount: i64) -> i64 {
        if self.is_tax_included {
            let whole = u32::from(WHOLE) + u32::from(self.tax_basis_points);
            part(amount, u32::from(self.tax_basis_points), whole)
        } else {
            share(amount, self.tax_basis_points)
        }
    }
}

/// A share of an amount, in basis points: half away from zero, in integers, so that it is the same
/// cents on every machine.
pub fn share(amount: i64, basis_points: u16) -> i64 {
    part(amount, u32::from(basis_points), u32::from(WHOLE))
}

fn part(amount: i64, parts: u32, whole: u32) -> i64 {
    let product = i128::from(amount) * i128::from(parts);
    let whole = i128::from(whole);
    let rounded = (product * 2 + whole * product.signum()) / (whole * 2);
    i64::try_from(rounded).unwrap_or(amount)
}

/// How an offer is presented on one channel, locale, time context and stay stage. Empty conditions fit
/// everything.
#[derive(Debug, Clone, PartialEq)]
pub struct Treatment {
    /// Its id, unique within the offer.
    pub id: TreatmentId,
    /// Channels it is made for.
    pub channels: ChannelSet,
    /// BCP 47 language it is written in.
    pub locale: Arc<str>,
    /// Time contexts it is made for; empty: all.
    pub contexts: Vec<TimeContext>,
    /// Stay stages it is made for.
    pub stages: StageSet,
    /// What the guest reads, by name (`title`, `body`, `image`, `call_to_action` …).
    pub content: Vec<(String, String)>,
}

/// Something the hotel may propose.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// Hash of the id.
    pub key: OfferKey,
    /// Its name for staff.
    pub name: String,
    /// Its category (`spa`, `dining` …).
    pub category: Label,
    /// Group that caps may count over, where it has one.
    pub group: Option<Label>,
    /// Who delivers it, where not the hotel.
    pub supplier: Option<Label>,
    /// Named properties of the offer for rules (`duration_min = 60`).
    pub attributes: Vec<(String, String)>,
    /// What it is about: the guest's affinities and the offer's vector speak of these.
    pub tags: Vec<Label>,
    /// Price and cost.
    pub pricing: Pricing,
    /// From when it may be shown.
    pub valid_from: Timestamp,
    /// Until when it may be shown.
    pub valid_until: Timestamp,
    /// Hotels that have it; empty: all.
    pub properties: Vec<PropertyId>,
    /// Stay stages in which it may be shown.
    pub stages: StageSet,
    /// Placements it may be shown in; empty: all.
    pub placements: Vec<PlacementId>,
    /// Channels it may go through.
    pub channels: ChannelSet,
    /// Smallest and largest number of adults it suits.
    pub adults: (u8, u8),
    /// Smallest and largest number of children it suits.
    pub children: (u8, u8),
    /// Further condition, written in CEL; empty: none.
    pub rule: String,
    /// Are there only so many? Then inventory must be set, per property and day.
    pub is_inventory_limited: bool,
    /// How long a unit is held for a guest who accepted, until it is bought.
    pub hold: Duration,
    /// How its units are rationed among guests who come one after another; `None`: who comes first.
    pub rationing: Option<Rationing>,
    /// Is it what is shown when nothing else is eligible?
    pub is_fallback: bool,
    /// Its treatments, at least one.
    pub treatments: Vec<Treatment>,
}

/// A named slot on a surface.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// Its id.
    pub id: PlacementId,
    /// The channel the surface belongs to.
    pub channel: Channel,
    /// The decision policy that fills it.
    pub policy: Label,
    /// How many offers it shows where the caller does not say.
    pub default_count: u8,
}

/// One hotel, as the catalog describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its id.
    pub id: PropertyId,
    /// Its name.
    pub name: String,
    /// IANA zone.
    pub zone: Arc<str>,
    /// Its currency: prices of its offers are in it.
    pub currency: Currency,
    /// ISO 3166 alpha-2 country.
    pub country: [u8; 2],
}
