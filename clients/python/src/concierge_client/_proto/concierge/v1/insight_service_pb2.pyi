from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from google.api import annotations_pb2 as _annotations_pb2_1
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetBusinessReportRequest(_message.Message):
    __slots__ = ("parent", "property", "start_time", "end_time", "horizon_months", "economics")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    HORIZON_MONTHS_FIELD_NUMBER: _ClassVar[int]
    ECONOMICS_FIELD_NUMBER: _ClassVar[int]
    parent: str
    property: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    horizon_months: int
    economics: StayEconomics
    def __init__(self, parent: _Optional[str] = ..., property: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., horizon_months: _Optional[int] = ..., economics: _Optional[_Union[StayEconomics, _Mapping[str, _Any]]] = ...) -> None: ...

class StayEconomics(_message.Message):
    __slots__ = ("margin_share", "commission_share", "service_cost", "contact_cost", "monthly_discount_rate")
    MARGIN_SHARE_FIELD_NUMBER: _ClassVar[int]
    COMMISSION_SHARE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_COST_FIELD_NUMBER: _ClassVar[int]
    CONTACT_COST_FIELD_NUMBER: _ClassVar[int]
    MONTHLY_DISCOUNT_RATE_FIELD_NUMBER: _ClassVar[int]
    margin_share: float
    commission_share: float
    service_cost: float
    contact_cost: float
    monthly_discount_rate: float
    def __init__(self, margin_share: _Optional[float] = ..., commission_share: _Optional[float] = ..., service_cost: _Optional[float] = ..., contact_cost: _Optional[float] = ..., monthly_discount_rate: _Optional[float] = ...) -> None: ...

class GetBusinessReportResponse(_message.Message):
    __slots__ = ("start_time", "end_time", "profiling", "persistency", "profitability", "performance", "prospecting", "offers", "offer_pairs", "promotion", "segments")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    PROFILING_FIELD_NUMBER: _ClassVar[int]
    PERSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PROFITABILITY_FIELD_NUMBER: _ClassVar[int]
    PERFORMANCE_FIELD_NUMBER: _ClassVar[int]
    PROSPECTING_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    OFFER_PAIRS_FIELD_NUMBER: _ClassVar[int]
    PROMOTION_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    profiling: ProfilingReport
    persistency: PersistencyReport
    profitability: ProfitabilityReport
    performance: PerformanceReport
    prospecting: ProspectingReport
    offers: _containers.RepeatedCompositeFieldContainer[OfferReport]
    offer_pairs: _containers.RepeatedCompositeFieldContainer[OfferPairReport]
    promotion: PromotionReport
    segments: ListSegmentsResponse
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., profiling: _Optional[_Union[ProfilingReport, _Mapping[str, _Any]]] = ..., persistency: _Optional[_Union[PersistencyReport, _Mapping[str, _Any]]] = ..., profitability: _Optional[_Union[ProfitabilityReport, _Mapping[str, _Any]]] = ..., performance: _Optional[_Union[PerformanceReport, _Mapping[str, _Any]]] = ..., prospecting: _Optional[_Union[ProspectingReport, _Mapping[str, _Any]]] = ..., offers: _Optional[_Iterable[_Union[OfferReport, _Mapping[str, _Any]]]] = ..., offer_pairs: _Optional[_Iterable[_Union[OfferPairReport, _Mapping[str, _Any]]]] = ..., promotion: _Optional[_Union[PromotionReport, _Mapping[str, _Any]]] = ..., segments: _Optional[_Union[ListSegmentsResponse, _Mapping[str, _Any]]] = ...) -> None: ...

class ShareEstimate(_message.Message):
    __slots__ = ("trial_count", "success_count", "rate", "low", "high")
    TRIAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    SUCCESS_COUNT_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    trial_count: int
    success_count: int
    rate: float
    low: float
    high: float
    def __init__(self, trial_count: _Optional[int] = ..., success_count: _Optional[int] = ..., rate: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class OfferFunnel(_message.Message):
    __slots__ = ("offered_count", "shown_count", "clicked_count", "accepted_count", "declined_count", "reversed_count", "revenue", "margin", "accept_rate")
    OFFERED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHOWN_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLICKED_COUNT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    DECLINED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REVERSED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REVENUE_FIELD_NUMBER: _ClassVar[int]
    MARGIN_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_RATE_FIELD_NUMBER: _ClassVar[int]
    offered_count: int
    shown_count: int
    clicked_count: int
    accepted_count: int
    declined_count: int
    reversed_count: int
    revenue: float
    margin: float
    accept_rate: ShareEstimate
    def __init__(self, offered_count: _Optional[int] = ..., shown_count: _Optional[int] = ..., clicked_count: _Optional[int] = ..., accepted_count: _Optional[int] = ..., declined_count: _Optional[int] = ..., reversed_count: _Optional[int] = ..., revenue: _Optional[float] = ..., margin: _Optional[float] = ..., accept_rate: _Optional[_Union[ShareEstimate, _Mapping[str, _Any]]] = ...) -> None: ...

class ProfilingReport(_message.Message):
    __slots__ = ("guest_count", "profiled_guest_count", "marketable_guest_count", "reachable_guest_count", "known_guest_count", "stated_guest_count", "survey_answer_count", "mean_learnt_share")
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    PROFILED_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    MARKETABLE_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    REACHABLE_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    KNOWN_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    STATED_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    SURVEY_ANSWER_COUNT_FIELD_NUMBER: _ClassVar[int]
    MEAN_LEARNT_SHARE_FIELD_NUMBER: _ClassVar[int]
    guest_count: int
    profiled_guest_count: int
    marketable_guest_count: int
    reachable_guest_count: int
    known_guest_count: int
    stated_guest_count: int
    survey_answer_count: int
    mean_learnt_share: float
    def __init__(self, guest_count: _Optional[int] = ..., profiled_guest_count: _Optional[int] = ..., marketable_guest_count: _Optional[int] = ..., reachable_guest_count: _Optional[int] = ..., known_guest_count: _Optional[int] = ..., stated_guest_count: _Optional[int] = ..., survey_answer_count: _Optional[int] = ..., mean_learnt_share: _Optional[float] = ...) -> None: ...

class PersistencyReport(_message.Message):
    __slots__ = ("not_valued_reason", "guest_count", "repeat_guest_count", "new_guest_count", "alive_share", "expected_stay_count", "median_months_since_arrival", "typical_gap_days", "overdue_guest_count", "at_risk_guest_count", "migrations")
    NOT_VALUED_REASON_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    REPEAT_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    NEW_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    ALIVE_SHARE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_STAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_MONTHS_SINCE_ARRIVAL_FIELD_NUMBER: _ClassVar[int]
    TYPICAL_GAP_DAYS_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    AT_RISK_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    MIGRATIONS_FIELD_NUMBER: _ClassVar[int]
    not_valued_reason: str
    guest_count: int
    repeat_guest_count: int
    new_guest_count: int
    alive_share: float
    expected_stay_count: float
    median_months_since_arrival: float
    typical_gap_days: float
    overdue_guest_count: int
    at_risk_guest_count: int
    migrations: _containers.RepeatedCompositeFieldContainer[TierMigration]
    def __init__(self, not_valued_reason: _Optional[str] = ..., guest_count: _Optional[int] = ..., repeat_guest_count: _Optional[int] = ..., new_guest_count: _Optional[int] = ..., alive_share: _Optional[float] = ..., expected_stay_count: _Optional[float] = ..., median_months_since_arrival: _Optional[float] = ..., typical_gap_days: _Optional[float] = ..., overdue_guest_count: _Optional[int] = ..., at_risk_guest_count: _Optional[int] = ..., migrations: _Optional[_Iterable[_Union[TierMigration, _Mapping[str, _Any]]]] = ...) -> None: ...

class TierMigration(_message.Message):
    __slots__ = ("from_tier", "guest_counts")
    FROM_TIER_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNTS_FIELD_NUMBER: _ClassVar[int]
    from_tier: str
    guest_counts: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, from_tier: _Optional[str] = ..., guest_counts: _Optional[_Iterable[int]] = ...) -> None: ...

class ProfitabilityReport(_message.Message):
    __slots__ = ("paid", "offer_revenue", "offer_margin", "contact_count", "contact_cost", "margin_per_decision", "room_night_count", "incremental", "lifetime_value", "paid_by_top_fifth", "value_of_top_fifth", "tiers")
    PAID_FIELD_NUMBER: _ClassVar[int]
    OFFER_REVENUE_FIELD_NUMBER: _ClassVar[int]
    OFFER_MARGIN_FIELD_NUMBER: _ClassVar[int]
    CONTACT_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONTACT_COST_FIELD_NUMBER: _ClassVar[int]
    MARGIN_PER_DECISION_FIELD_NUMBER: _ClassVar[int]
    ROOM_NIGHT_COUNT_FIELD_NUMBER: _ClassVar[int]
    INCREMENTAL_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_VALUE_FIELD_NUMBER: _ClassVar[int]
    PAID_BY_TOP_FIFTH_FIELD_NUMBER: _ClassVar[int]
    VALUE_OF_TOP_FIFTH_FIELD_NUMBER: _ClassVar[int]
    TIERS_FIELD_NUMBER: _ClassVar[int]
    paid: float
    offer_revenue: float
    offer_margin: float
    contact_count: int
    contact_cost: float
    margin_per_decision: float
    room_night_count: int
    incremental: IncrementalMargin
    lifetime_value: float
    paid_by_top_fifth: float
    value_of_top_fifth: float
    tiers: _containers.RepeatedCompositeFieldContainer[ValueTierReport]
    def __init__(self, paid: _Optional[float] = ..., offer_revenue: _Optional[float] = ..., offer_margin: _Optional[float] = ..., contact_count: _Optional[int] = ..., contact_cost: _Optional[float] = ..., margin_per_decision: _Optional[float] = ..., room_night_count: _Optional[int] = ..., incremental: _Optional[_Union[IncrementalMargin, _Mapping[str, _Any]]] = ..., lifetime_value: _Optional[float] = ..., paid_by_top_fifth: _Optional[float] = ..., value_of_top_fifth: _Optional[float] = ..., tiers: _Optional[_Iterable[_Union[ValueTierReport, _Mapping[str, _Any]]]] = ...) -> None: ...

class IncrementalMargin(_message.Message):
    __slots__ = ("per_guest", "per_room_night", "low", "high")
    PER_GUEST_FIELD_NUMBER: _ClassVar[int]
    PER_ROOM_NIGHT_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    per_guest: float
    per_room_night: float
    low: float
    high: float
    def __init__(self, per_guest: _Optional[float] = ..., per_room_night: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class ValueTierReport(_message.Message):
    __slots__ = ("tier", "guest_count", "lifetime_value", "least_value")
    TIER_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_VALUE_FIELD_NUMBER: _ClassVar[int]
    LEAST_VALUE_FIELD_NUMBER: _ClassVar[int]
    tier: str
    guest_count: int
    lifetime_value: float
    least_value: float
    def __init__(self, tier: _Optional[str] = ..., guest_count: _Optional[int] = ..., lifetime_value: _Optional[float] = ..., least_value: _Optional[float] = ...) -> None: ...

class PerformanceReport(_message.Message):
    __slots__ = ("decision_count", "by_model", "funnel", "placements", "channels", "withheld_count", "comparisons", "calibration")
    DECISION_COUNT_FIELD_NUMBER: _ClassVar[int]
    BY_MODEL_FIELD_NUMBER: _ClassVar[int]
    FUNNEL_FIELD_NUMBER: _ClassVar[int]
    PLACEMENTS_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    WITHHELD_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMPARISONS_FIELD_NUMBER: _ClassVar[int]
    CALIBRATION_FIELD_NUMBER: _ClassVar[int]
    decision_count: int
    by_model: ShareEstimate
    funnel: OfferFunnel
    placements: _containers.RepeatedCompositeFieldContainer[PlacementReport]
    channels: _containers.RepeatedCompositeFieldContainer[ChannelReport]
    withheld_count: int
    comparisons: _containers.RepeatedCompositeFieldContainer[PolicyComparison]
    calibration: CalibrationReport
    def __init__(self, decision_count: _Optional[int] = ..., by_model: _Optional[_Union[ShareEstimate, _Mapping[str, _Any]]] = ..., funnel: _Optional[_Union[OfferFunnel, _Mapping[str, _Any]]] = ..., placements: _Optional[_Iterable[_Union[PlacementReport, _Mapping[str, _Any]]]] = ..., channels: _Optional[_Iterable[_Union[ChannelReport, _Mapping[str, _Any]]]] = ..., withheld_count: _Optional[int] = ..., comparisons: _Optional[_Iterable[_Union[PolicyComparison, _Mapping[str, _Any]]]] = ..., calibration: _Optional[_Union[CalibrationReport, _Mapping[str, _Any]]] = ...) -> None: ...

class PlacementReport(_message.Message):
    __slots__ = ("placement_id", "funnel")
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    FUNNEL_FIELD_NUMBER: _ClassVar[int]
    placement_id: str
    funnel: OfferFunnel
    def __init__(self, placement_id: _Optional[str] = ..., funnel: _Optional[_Union[OfferFunnel, _Mapping[str, _Any]]] = ...) -> None: ...

class ChannelReport(_message.Message):
    __slots__ = ("channel", "contact_count", "answered", "unsubscribed")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONTACT_COUNT_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    UNSUBSCRIBED_FIELD_NUMBER: _ClassVar[int]
    channel: str
    contact_count: int
    answered: ShareEstimate
    unsubscribed: ShareEstimate
    def __init__(self, channel: _Optional[str] = ..., contact_count: _Optional[int] = ..., answered: _Optional[_Union[ShareEstimate, _Mapping[str, _Any]]] = ..., unsubscribed: _Optional[_Union[ShareEstimate, _Mapping[str, _Any]]] = ...) -> None: ...

class PolicyComparison(_message.Message):
    __slots__ = ("against", "guest_count", "guest_count_against", "accept_lift", "value_lift")
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNT_AGAINST_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_LIFT_FIELD_NUMBER: _ClassVar[int]
    VALUE_LIFT_FIELD_NUMBER: _ClassVar[int]
    against: str
    guest_count: int
    guest_count_against: int
    accept_lift: LiftEstimate
    value_lift: LiftEstimate
    def __init__(self, against: _Optional[str] = ..., guest_count: _Optional[int] = ..., guest_count_against: _Optional[int] = ..., accept_lift: _Optional[_Union[LiftEstimate, _Mapping[str, _Any]]] = ..., value_lift: _Optional[_Union[LiftEstimate, _Mapping[str, _Any]]] = ...) -> None: ...

class LiftEstimate(_message.Message):
    __slots__ = ("lift", "low", "high")
    LIFT_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    lift: float
    low: float
    high: float
    def __init__(self, lift: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class CalibrationReport(_message.Message):
    __slots__ = ("label_count", "foreseen", "accepted", "error")
    LABEL_COUNT_FIELD_NUMBER: _ClassVar[int]
    FORESEEN_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    label_count: int
    foreseen: float
    accepted: float
    error: float
    def __init__(self, label_count: _Optional[int] = ..., foreseen: _Optional[float] = ..., accepted: _Optional[float] = ..., error: _Optional[float] = ...) -> None: ...

class ProspectingReport(_message.Message):
    __slots__ = ("prospect_count", "converted", "look_alike_counts", "cost_per_conversion")
    PROSPECT_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONVERTED_FIELD_NUMBER: _ClassVar[int]
    LOOK_ALIKE_COUNTS_FIELD_NUMBER: _ClassVar[int]
    COST_PER_CONVERSION_FIELD_NUMBER: _ClassVar[int]
    prospect_count: int
    converted: ShareEstimate
    look_alike_counts: _containers.RepeatedScalarFieldContainer[int]
    cost_per_conversion: float
    def __init__(self, prospect_count: _Optional[int] = ..., converted: _Optional[_Union[ShareEstimate, _Mapping[str, _Any]]] = ..., look_alike_counts: _Optional[_Iterable[int]] = ..., cost_per_conversion: _Optional[float] = ...) -> None: ...

class OfferReport(_message.Message):
    __slots__ = ("offer_id", "funnel", "guest_count", "coverage", "penetration", "candidate_count")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    FUNNEL_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    PENETRATION_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    funnel: OfferFunnel
    guest_count: int
    coverage: float
    penetration: float
    candidate_count: int
    def __init__(self, offer_id: _Optional[str] = ..., funnel: _Optional[_Union[OfferFunnel, _Mapping[str, _Any]]] = ..., guest_count: _Optional[int] = ..., coverage: _Optional[float] = ..., penetration: _Optional[float] = ..., candidate_count: _Optional[int] = ...) -> None: ...

class OfferPairReport(_message.Message):
    __slots__ = ("offer_id", "other_offer_id", "is_rival", "guest_count", "both_count", "expected_count")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    OTHER_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    IS_RIVAL_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    BOTH_COUNT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    other_offer_id: str
    is_rival: bool
    guest_count: int
    both_count: int
    expected_count: float
    def __init__(self, offer_id: _Optional[str] = ..., other_offer_id: _Optional[str] = ..., is_rival: _Optional[bool] = ..., guest_count: _Optional[int] = ..., both_count: _Optional[int] = ..., expected_count: _Optional[float] = ...) -> None: ...

class PromotionReport(_message.Message):
    __slots__ = ("discounted", "mean_discount", "trials", "budgets")
    DISCOUNTED_FIELD_NUMBER: _ClassVar[int]
    MEAN_DISCOUNT_FIELD_NUMBER: _ClassVar[int]
    TRIALS_FIELD_NUMBER: _ClassVar[int]
    BUDGETS_FIELD_NUMBER: _ClassVar[int]
    discounted: ShareEstimate
    mean_discount: float
    trials: _containers.RepeatedCompositeFieldContainer[PriceTrialReport]
    budgets: _containers.RepeatedCompositeFieldContainer[BudgetReport]
    def __init__(self, discounted: _Optional[_Union[ShareEstimate, _Mapping[str, _Any]]] = ..., mean_discount: _Optional[float] = ..., trials: _Optional[_Iterable[_Union[PriceTrialReport, _Mapping[str, _Any]]]] = ..., budgets: _Optional[_Iterable[_Union[BudgetReport, _Mapping[str, _Any]]]] = ...) -> None: ...

class BudgetReport(_message.Message):
    __slots__ = ("budget_id", "amount", "spent", "incremental_value", "minimum_return", "asked_count", "shown_count", "accepted_count", "elapsed_share")
    BUDGET_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SPENT_FIELD_NUMBER: _ClassVar[int]
    INCREMENTAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_RETURN_FIELD_NUMBER: _ClassVar[int]
    ASKED_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHOWN_COUNT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    ELAPSED_SHARE_FIELD_NUMBER: _ClassVar[int]
    budget_id: str
    amount: float
    spent: float
    incremental_value: float
    minimum_return: float
    asked_count: int
    shown_count: int
    accepted_count: int
    elapsed_share: float
    def __init__(self, budget_id: _Optional[str] = ..., amount: _Optional[float] = ..., spent: _Optional[float] = ..., incremental_value: _Optional[float] = ..., minimum_return: _Optional[float] = ..., asked_count: _Optional[int] = ..., shown_count: _Optional[int] = ..., accepted_count: _Optional[int] = ..., elapsed_share: _Optional[float] = ...) -> None: ...

class PriceTrialReport(_message.Message):
    __slots__ = ("offer_id", "elasticity", "standard_error", "steps")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    ELASTICITY_FIELD_NUMBER: _ClassVar[int]
    STANDARD_ERROR_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    elasticity: float
    standard_error: float
    steps: _containers.RepeatedCompositeFieldContainer[PriceStepReport]
    def __init__(self, offer_id: _Optional[str] = ..., elasticity: _Optional[float] = ..., standard_error: _Optional[float] = ..., steps: _Optional[_Iterable[_Union[PriceStepReport, _Mapping[str, _Any]]]] = ...) -> None: ...

class PriceStepReport(_message.Message):
    __slots__ = ("basis_points", "funnel", "cell_count", "margin_per_offer", "incremental_margin", "standard_error")
    BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    FUNNEL_FIELD_NUMBER: _ClassVar[int]
    CELL_COUNT_FIELD_NUMBER: _ClassVar[int]
    MARGIN_PER_OFFER_FIELD_NUMBER: _ClassVar[int]
    INCREMENTAL_MARGIN_FIELD_NUMBER: _ClassVar[int]
    STANDARD_ERROR_FIELD_NUMBER: _ClassVar[int]
    basis_points: int
    funnel: OfferFunnel
    cell_count: int
    margin_per_offer: float
    incremental_margin: float
    standard_error: float
    def __init__(self, basis_points: _Optional[int] = ..., funnel: _Optional[_Union[OfferFunnel, _Mapping[str, _Any]]] = ..., cell_count: _Optional[int] = ..., margin_per_offer: _Optional[float] = ..., incremental_margin: _Optional[float] = ..., standard_error: _Optional[float] = ...) -> None: ...

class AuditFairnessRequest(_message.Message):
    __slots__ = ("parent", "start_time", "end_time", "attributes")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    parent: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    attributes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, parent: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., attributes: _Optional[_Iterable[str]] = ...) -> None: ...

class AuditFairnessResponse(_message.Message):
    __slots__ = ("is_fair", "quote_count", "guest_count", "not_audited_count", "rules", "violations", "effects")
    IS_FAIR_FIELD_NUMBER: _ClassVar[int]
    QUOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    NOT_AUDITED_COUNT_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    EFFECTS_FIELD_NUMBER: _ClassVar[int]
    is_fair: bool
    quote_count: int
    guest_count: int
    not_audited_count: int
    rules: _containers.RepeatedCompositeFieldContainer[FairnessRuleReport]
    violations: _containers.RepeatedCompositeFieldContainer[PriceViolationReport]
    effects: _containers.RepeatedCompositeFieldContainer[FairnessEffectReport]
    def __init__(self, is_fair: _Optional[bool] = ..., quote_count: _Optional[int] = ..., guest_count: _Optional[int] = ..., not_audited_count: _Optional[int] = ..., rules: _Optional[_Iterable[_Union[FairnessRuleReport, _Mapping[str, _Any]]]] = ..., violations: _Optional[_Iterable[_Union[PriceViolationReport, _Mapping[str, _Any]]]] = ..., effects: _Optional[_Iterable[_Union[FairnessEffectReport, _Mapping[str, _Any]]]] = ...) -> None: ...

class FairnessRuleReport(_message.Message):
    __slots__ = ("rule", "violation_count")
    RULE_FIELD_NUMBER: _ClassVar[int]
    VIOLATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    rule: str
    violation_count: int
    def __init__(self, rule: _Optional[str] = ..., violation_count: _Optional[int] = ...) -> None: ...

class PriceViolationReport(_message.Message):
    __slots__ = ("rule", "property", "offer_id", "conditions", "decision_id", "price", "other_decision_id", "other_price")
    RULE_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    OTHER_DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    OTHER_PRICE_FIELD_NUMBER: _ClassVar[int]
    rule: str
    property: str
    offer_id: str
    conditions: str
    decision_id: str
    price: str
    other_decision_id: str
    other_price: str
    def __init__(self, rule: _Optional[str] = ..., property: _Optional[str] = ..., offer_id: _Optional[str] = ..., conditions: _Optional[str] = ..., decision_id: _Optional[str] = ..., price: _Optional[str] = ..., other_decision_id: _Optional[str] = ..., other_price: _Optional[str] = ...) -> None: ...

class FairnessEffectReport(_message.Message):
    __slots__ = ("attribute", "value", "guest_count", "same_conditions", "overall")
    ATTRIBUTE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    SAME_CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    OVERALL_FIELD_NUMBER: _ClassVar[int]
    attribute: str
    value: str
    guest_count: int
    same_conditions: FairnessEstimate
    overall: FairnessEstimate
    def __init__(self, attribute: _Optional[str] = ..., value: _Optional[str] = ..., guest_count: _Optional[int] = ..., same_conditions: _Optional[_Union[FairnessEstimate, _Mapping[str, _Any]]] = ..., overall: _Optional[_Union[FairnessEstimate, _Mapping[str, _Any]]] = ...) -> None: ...

class FairnessEstimate(_message.Message):
    __slots__ = ("effect", "standard_error")
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    STANDARD_ERROR_FIELD_NUMBER: _ClassVar[int]
    effect: float
    standard_error: float
    def __init__(self, effect: _Optional[float] = ..., standard_error: _Optional[float] = ...) -> None: ...

class GetGuestValueRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetGuestValueResponse(_message.Message):
    __slots__ = ("name", "value_time", "allows_profiling", "value", "model")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ALLOWS_PROFILING_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    name: str
    value_time: _timestamp_pb2.Timestamp
    allows_profiling: bool
    value: GuestWorth
    model: ValueModel
    def __init__(self, name: _Optional[str] = ..., value_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., allows_profiling: _Optional[bool] = ..., value: _Optional[_Union[GuestWorth, _Mapping[str, _Any]]] = ..., model: _Optional[_Union[ValueModel, _Mapping[str, _Any]]] = ...) -> None: ...

class GuestWorth(_message.Message):
    __slots__ = ("alive_probability", "expected_stay_count", "expected_spend", "lifetime_value", "lifetime_margin", "lifetime_commission", "lifetime_service_cost", "lifetime_contact_cost", "tier", "plain_tier", "best_tier", "overdue_ratio", "is_at_risk", "stay_count", "repeat_count", "recency_weeks", "age_weeks", "mean_repeat_spend", "paid", "first_arrival_date", "last_arrival_date")
    ALIVE_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_STAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_SPEND_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_VALUE_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_MARGIN_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_COMMISSION_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_SERVICE_COST_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_CONTACT_COST_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    PLAIN_TIER_FIELD_NUMBER: _ClassVar[int]
    BEST_TIER_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_RATIO_FIELD_NUMBER: _ClassVar[int]
    IS_AT_RISK_FIELD_NUMBER: _ClassVar[int]
    STAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    REPEAT_COUNT_FIELD_NUMBER: _ClassVar[int]
    RECENCY_WEEKS_FIELD_NUMBER: _ClassVar[int]
    AGE_WEEKS_FIELD_NUMBER: _ClassVar[int]
    MEAN_REPEAT_SPEND_FIELD_NUMBER: _ClassVar[int]
    PAID_FIELD_NUMBER: _ClassVar[int]
    FIRST_ARRIVAL_DATE_FIELD_NUMBER: _ClassVar[int]
    LAST_ARRIVAL_DATE_FIELD_NUMBER: _ClassVar[int]
    alive_probability: float
    expected_stay_count: float
    expected_spend: float
    lifetime_value: float
    lifetime_margin: float
    lifetime_commission: float
    lifetime_service_cost: float
    lifetime_contact_cost: float
    tier: str
    plain_tier: str
    best_tier: str
    overdue_ratio: float
    is_at_risk: bool
    stay_count: int
    repeat_count: int
    recency_weeks: float
    age_weeks: float
    mean_repeat_spend: float
    paid: float
    first_arrival_date: str
    last_arrival_date: str
    def __init__(self, alive_probability: _Optional[float] = ..., expected_stay_count: _Optional[float] = ..., expected_spend: _Optional[float] = ..., lifetime_value: _Optional[float] = ..., lifetime_margin: _Optional[float] = ..., lifetime_commission: _Optional[float] = ..., lifetime_service_cost: _Optional[float] = ..., lifetime_contact_cost: _Optional[float] = ..., tier: _Optional[str] = ..., plain_tier: _Optional[str] = ..., best_tier: _Optional[str] = ..., overdue_ratio: _Optional[float] = ..., is_at_risk: _Optional[bool] = ..., stay_count: _Optional[int] = ..., repeat_count: _Optional[int] = ..., recency_weeks: _Optional[float] = ..., age_weeks: _Optional[float] = ..., mean_repeat_spend: _Optional[float] = ..., paid: _Optional[float] = ..., first_arrival_date: _Optional[str] = ..., last_arrival_date: _Optional[str] = ...) -> None: ...

class ValueModel(_message.Message):
    __slots__ = ("fit_time", "repeat_model", "repeat_parameters", "spend_parameters", "tier_bounds", "typical_gap_days", "horizon_months", "economics", "guest_count", "repeat_guest_count")
    FIT_TIME_FIELD_NUMBER: _ClassVar[int]
    REPEAT_MODEL_FIELD_NUMBER: _ClassVar[int]
    REPEAT_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    SPEND_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    TIER_BOUNDS_FIELD_NUMBER: _ClassVar[int]
    TYPICAL_GAP_DAYS_FIELD_NUMBER: _ClassVar[int]
    HORIZON_MONTHS_FIELD_NUMBER: _ClassVar[int]
    ECONOMICS_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    REPEAT_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    fit_time: _timestamp_pb2.Timestamp
    repeat_model: str
    repeat_parameters: _containers.RepeatedScalarFieldContainer[float]
    spend_parameters: _containers.RepeatedScalarFieldContainer[float]
    tier_bounds: _containers.RepeatedScalarFieldContainer[float]
    typical_gap_days: float
    horizon_months: int
    economics: StayEconomics
    guest_count: int
    repeat_guest_count: int
    def __init__(self, fit_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., repeat_model: _Optional[str] = ..., repeat_parameters: _Optional[_Iterable[float]] = ..., spend_parameters: _Optional[_Iterable[float]] = ..., tier_bounds: _Optional[_Iterable[float]] = ..., typical_gap_days: _Optional[float] = ..., horizon_months: _Optional[int] = ..., economics: _Optional[_Union[StayEconomics, _Mapping[str, _Any]]] = ..., guest_count: _Optional[int] = ..., repeat_guest_count: _Optional[int] = ...) -> None: ...

class FitGuestModelsRequest(_message.Message):
    __slots__ = ("parent", "horizon_months", "economics", "cluster_count", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    HORIZON_MONTHS_FIELD_NUMBER: _ClassVar[int]
    ECONOMICS_FIELD_NUMBER: _ClassVar[int]
    CLUSTER_COUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    horizon_months: int
    economics: StayEconomics
    cluster_count: int
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., horizon_months: _Optional[int] = ..., economics: _Optional[_Union[StayEconomics, _Mapping[str, _Any]]] = ..., cluster_count: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class FitGuestModelsResponse(_message.Message):
    __slots__ = ("value_model", "not_valued_reason", "cluster_count", "silhouette", "complement_pair_count")
    VALUE_MODEL_FIELD_NUMBER: _ClassVar[int]
    NOT_VALUED_REASON_FIELD_NUMBER: _ClassVar[int]
    CLUSTER_COUNT_FIELD_NUMBER: _ClassVar[int]
    SILHOUETTE_FIELD_NUMBER: _ClassVar[int]
    COMPLEMENT_PAIR_COUNT_FIELD_NUMBER: _ClassVar[int]
    value_model: ValueModel
    not_valued_reason: str
    cluster_count: int
    silhouette: float
    complement_pair_count: int
    def __init__(self, value_model: _Optional[_Union[ValueModel, _Mapping[str, _Any]]] = ..., not_valued_reason: _Optional[str] = ..., cluster_count: _Optional[int] = ..., silhouette: _Optional[float] = ..., complement_pair_count: _Optional[int] = ...) -> None: ...

class FindLookalikesRequest(_message.Message):
    __slots__ = ("parent", "seed_guests", "seed_tier", "seed_segment_id", "page_size", "for_outreach", "prospects_only")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    SEED_GUESTS_FIELD_NUMBER: _ClassVar[int]
    SEED_TIER_FIELD_NUMBER: _ClassVar[int]
    SEED_SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    FOR_OUTREACH_FIELD_NUMBER: _ClassVar[int]
    PROSPECTS_ONLY_FIELD_NUMBER: _ClassVar[int]
    parent: str
    seed_guests: _containers.RepeatedScalarFieldContainer[str]
    seed_tier: str
    seed_segment_id: str
    page_size: int
    for_outreach: bool
    prospects_only: bool
    def __init__(self, parent: _Optional[str] = ..., seed_guests: _Optional[_Iterable[str]] = ..., seed_tier: _Optional[str] = ..., seed_segment_id: _Optional[str] = ..., page_size: _Optional[int] = ..., for_outreach: _Optional[bool] = ..., prospects_only: _Optional[bool] = ...) -> None: ...

class FindLookalikesResponse(_message.Message):
    __slots__ = ("lookalikes",)
    LOOKALIKES_FIELD_NUMBER: _ClassVar[int]
    lookalikes: _containers.RepeatedCompositeFieldContainer[Lookalike]
    def __init__(self, lookalikes: _Optional[_Iterable[_Union[Lookalike, _Mapping[str, _Any]]]] = ...) -> None: ...

class Lookalike(_message.Message):
    __slots__ = ("guest", "score", "reasons", "tier")
    GUEST_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    guest: str
    score: float
    reasons: _containers.RepeatedCompositeFieldContainer[LookalikeReason]
    tier: str
    def __init__(self, guest: _Optional[str] = ..., score: _Optional[float] = ..., reasons: _Optional[_Iterable[_Union[LookalikeReason, _Mapping[str, _Any]]]] = ..., tier: _Optional[str] = ...) -> None: ...

class LookalikeReason(_message.Message):
    __slots__ = ("feature", "text", "part")
    FEATURE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    feature: str
    text: str
    part: float
    def __init__(self, feature: _Optional[str] = ..., text: _Optional[str] = ..., part: _Optional[float] = ...) -> None: ...

class ListSegmentsRequest(_message.Message):
    __slots__ = ("parent",)
    PARENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    def __init__(self, parent: _Optional[str] = ...) -> None: ...

class ListSegmentsResponse(_message.Message):
    __slots__ = ("guest_count", "fit_date", "fit_guest_count", "silhouette", "clusters", "rule_segments", "size_drift", "features")
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    FIT_DATE_FIELD_NUMBER: _ClassVar[int]
    FIT_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    SILHOUETTE_FIELD_NUMBER: _ClassVar[int]
    CLUSTERS_FIELD_NUMBER: _ClassVar[int]
    RULE_SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    SIZE_DRIFT_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    guest_count: int
    fit_date: str
    fit_guest_count: int
    silhouette: float
    clusters: _containers.RepeatedCompositeFieldContainer[GuestSegment]
    rule_segments: _containers.RepeatedCompositeFieldContainer[GuestSegment]
    size_drift: SegmentDrift
    features: _containers.RepeatedCompositeFieldContainer[SegmentFeature]
    def __init__(self, guest_count: _Optional[int] = ..., fit_date: _Optional[str] = ..., fit_guest_count: _Optional[int] = ..., silhouette: _Optional[float] = ..., clusters: _Optional[_Iterable[_Union[GuestSegment, _Mapping[str, _Any]]]] = ..., rule_segments: _Optional[_Iterable[_Union[GuestSegment, _Mapping[str, _Any]]]] = ..., size_drift: _Optional[_Union[SegmentDrift, _Mapping[str, _Any]]] = ..., features: _Optional[_Iterable[_Union[SegmentFeature, _Mapping[str, _Any]]]] = ...) -> None: ...

class GuestSegment(_message.Message):
    __slots__ = ("id", "display_name", "guest_count", "share", "fit_share", "profit_share", "value_share", "centre", "drift")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    FIT_SHARE_FIELD_NUMBER: _ClassVar[int]
    PROFIT_SHARE_FIELD_NUMBER: _ClassVar[int]
    VALUE_SHARE_FIELD_NUMBER: _ClassVar[int]
    CENTRE_FIELD_NUMBER: _ClassVar[int]
    DRIFT_FIELD_NUMBER: _ClassVar[int]
    id: str
    display_name: str
    guest_count: int
    share: float
    fit_share: float
    profit_share: float
    value_share: float
    centre: _containers.RepeatedScalarFieldContainer[float]
    drift: SegmentDrift
    def __init__(self, id: _Optional[str] = ..., display_name: _Optional[str] = ..., guest_count: _Optional[int] = ..., share: _Optional[float] = ..., fit_share: _Optional[float] = ..., profit_share: _Optional[float] = ..., value_share: _Optional[float] = ..., centre: _Optional[_Iterable[float]] = ..., drift: _Optional[_Union[SegmentDrift, _Mapping[str, _Any]]] = ...) -> None: ...

class SegmentFeature(_message.Message):
    __slots__ = ("id", "drift")
    ID_FIELD_NUMBER: _ClassVar[int]
    DRIFT_FIELD_NUMBER: _ClassVar[int]
    id: str
    drift: SegmentDrift
    def __init__(self, id: _Optional[str] = ..., drift: _Optional[_Union[SegmentDrift, _Mapping[str, _Any]]] = ...) -> None: ...

class SegmentDrift(_message.Message):
    __slots__ = ("stability_index", "by_chance", "alarm")
    STABILITY_INDEX_FIELD_NUMBER: _ClassVar[int]
    BY_CHANCE_FIELD_NUMBER: _ClassVar[int]
    ALARM_FIELD_NUMBER: _ClassVar[int]
    stability_index: float
    by_chance: float
    alarm: str
    def __init__(self, stability_index: _Optional[float] = ..., by_chance: _Optional[float] = ..., alarm: _Optional[str] = ...) -> None: ...
