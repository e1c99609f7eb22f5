from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import channel_pb2 as _channel_pb2
from concierge_client._proto.concierge.v1 import offer_pb2 as _offer_pb2
from concierge_client._proto.concierge.v1 import quote_pb2 as _quote_pb2
from concierge_client._proto.concierge.v1 import reason_pb2 as _reason_pb2
from concierge_client._proto.concierge.v1 import types_pb2 as _types_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DecisionView(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DECISION_VIEW_UNSPECIFIED: _ClassVar[DecisionView]
    DECISION_VIEW_BASIC: _ClassVar[DecisionView]
    DECISION_VIEW_FULL: _ClassVar[DecisionView]

class FilterStage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILTER_STAGE_UNSPECIFIED: _ClassVar[FilterStage]
    FILTER_STAGE_CALLER: _ClassVar[FilterStage]
    FILTER_STAGE_ELIGIBILITY: _ClassVar[FilterStage]
    FILTER_STAGE_APPLICABILITY: _ClassVar[FilterStage]
    FILTER_STAGE_SUITABILITY: _ClassVar[FilterStage]
    FILTER_STAGE_CONSENT: _ClassVar[FilterStage]
    FILTER_STAGE_INVENTORY: _ClassVar[FilterStage]
    FILTER_STAGE_CONTACT_POLICY: _ClassVar[FilterStage]
    FILTER_STAGE_QUOTE: _ClassVar[FilterStage]
    FILTER_STAGE_SLATE: _ClassVar[FilterStage]
    FILTER_STAGE_BUDGET: _ClassVar[FilterStage]

class DecisionStage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DECISION_STAGE_UNSPECIFIED: _ClassVar[DecisionStage]
    DECISION_STAGE_DOOR: _ClassVar[DecisionStage]
    DECISION_STAGE_GUEST: _ClassVar[DecisionStage]
    DECISION_STAGE_CONTEXT: _ClassVar[DecisionStage]
    DECISION_STAGE_ELIGIBILITY: _ClassVar[DecisionStage]
    DECISION_STAGE_SCORE: _ClassVar[DecisionStage]
    DECISION_STAGE_QUOTE: _ClassVar[DecisionStage]
    DECISION_STAGE_CHOOSE: _ClassVar[DecisionStage]
    DECISION_STAGE_CHANNEL: _ClassVar[DecisionStage]
    DECISION_STAGE_EXPLAIN: _ClassVar[DecisionStage]
    DECISION_STAGE_LOG: _ClassVar[DecisionStage]

class FilterReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILTER_REASON_UNSPECIFIED: _ClassVar[FilterReason]
    FILTER_REASON_STOPPED: _ClassVar[FilterReason]
    FILTER_REASON_OUTSIDE_VALIDITY: _ClassVar[FilterReason]
    FILTER_REASON_DATES: _ClassVar[FilterReason]
    FILTER_REASON_PROPERTY: _ClassVar[FilterReason]
    FILTER_REASON_STAY_STAGE: _ClassVar[FilterReason]
    FILTER_REASON_CHANNEL: _ClassVar[FilterReason]
    FILTER_REASON_PLACEMENT: _ClassVar[FilterReason]
    FILTER_REASON_NO_TREATMENT: _ClassVar[FilterReason]
    FILTER_REASON_PARTY: _ClassVar[FilterReason]
    FILTER_REASON_RULE: _ClassVar[FilterReason]
    FILTER_REASON_RULE_ERROR: _ClassVar[FilterReason]
    FILTER_REASON_CONSENT: _ClassVar[FilterReason]
    FILTER_REASON_INVENTORY: _ClassVar[FilterReason]
    FILTER_REASON_CAPPED: _ClassVar[FilterReason]
    FILTER_REASON_SUPPRESSED: _ClassVar[FilterReason]
    FILTER_REASON_UNACCEPTABLE: _ClassVar[FilterReason]
    FILTER_REASON_EXCLUDED_BY_CALLER: _ClassVar[FilterReason]
    FILTER_REASON_NOT_ALLOWED_BY_CALLER: _ClassVar[FilterReason]
    FILTER_REASON_FLOOR: _ClassVar[FilterReason]
    FILTER_REASON_ALREADY_OWNED: _ClassVar[FilterReason]
    FILTER_REASON_SLATE_CAP: _ClassVar[FilterReason]
    FILTER_REASON_DUPLICATE: _ClassVar[FilterReason]
    FILTER_REASON_DEADLINE: _ClassVar[FilterReason]
    FILTER_REASON_BUDGET: _ClassVar[FilterReason]
    FILTER_REASON_BID_PRICE: _ClassVar[FilterReason]

class DecisionState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DECISION_STATE_UNSPECIFIED: _ClassVar[DecisionState]
    DECISION_STATE_RESERVED: _ClassVar[DecisionState]
    DECISION_STATE_ACTIVATED: _ClassVar[DecisionState]
    DECISION_STATE_EXPIRED: _ClassVar[DecisionState]

class OutcomeStep(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_STEP_UNSPECIFIED: _ClassVar[OutcomeStep]
    OUTCOME_STEP_SHOWN: _ClassVar[OutcomeStep]
    OUTCOME_STEP_CLICKED: _ClassVar[OutcomeStep]
    OUTCOME_STEP_ACCEPTED: _ClassVar[OutcomeStep]
    OUTCOME_STEP_PURCHASED: _ClassVar[OutcomeStep]

class FulfilmentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FULFILMENT_STATE_UNSPECIFIED: _ClassVar[FulfilmentState]
    FULFILMENT_STATE_HELD: _ClassVar[FulfilmentState]
    FULFILMENT_STATE_CONFIRMED: _ClassVar[FulfilmentState]
    FULFILMENT_STATE_FULFILLED: _ClassVar[FulfilmentState]
    FULFILMENT_STATE_FAILED: _ClassVar[FulfilmentState]
DECISION_VIEW_UNSPECIFIED: DecisionView
DECISION_VIEW_BASIC: DecisionView
DECISION_VIEW_FULL: DecisionView
FILTER_STAGE_UNSPECIFIED: FilterStage
FILTER_STAGE_CALLER: FilterStage
FILTER_STAGE_ELIGIBILITY: FilterStage
FILTER_STAGE_APPLICABILITY: FilterStage
FILTER_STAGE_SUITABILITY: FilterStage
FILTER_STAGE_CONSENT: FilterStage
FILTER_STAGE_INVENTORY: FilterStage
FILTER_STAGE_CONTACT_POLICY: FilterStage
FILTER_STAGE_QUOTE: FilterStage
FILTER_STAGE_SLATE: FilterStage
FILTER_STAGE_BUDGET: FilterStage
DECISION_STAGE_UNSPECIFIED: DecisionStage
DECISION_STAGE_DOOR: DecisionStage
DECISION_STAGE_GUEST: DecisionStage
DECISION_STAGE_CONTEXT: DecisionStage
DECISION_STAGE_ELIGIBILITY: DecisionStage
DECISION_STAGE_SCORE: DecisionStage
DECISION_STAGE_QUOTE: DecisionStage
DECISION_STAGE_CHOOSE: DecisionStage
DECISION_STAGE_CHANNEL: DecisionStage
DECISION_STAGE_EXPLAIN: DecisionStage
DECISION_STAGE_LOG: DecisionStage
FILTER_REASON_UNSPECIFIED: FilterReason
FILTER_REASON_STOPPED: FilterReason
FILTER_REASON_OUTSIDE_VALIDITY: FilterReason
FILTER_REASON_DATES: FilterReason
FILTER_REASON_PROPERTY: FilterReason
FILTER_REASON_STAY_STAGE: FilterReason
FILTER_REASON_CHANNEL: FilterReason
FILTER_REASON_PLACEMENT: FilterReason
FILTER_REASON_NO_TREATMENT: FilterReason
FILTER_REASON_PARTY: FilterReason
FILTER_REASON_RULE: FilterReason
FILTER_REASON_RULE_ERROR: FilterReason
FILTER_REASON_CONSENT: FilterReason
FILTER_REASON_INVENTORY: FilterReason
FILTER_REASON_CAPPED: FilterReason
FILTER_REASON_SUPPRESSED: FilterReason
FILTER_REASON_UNACCEPTABLE: FilterReason
FILTER_REASON_EXCLUDED_BY_CALLER: FilterReason
FILTER_REASON_NOT_ALLOWED_BY_CALLER: FilterReason
FILTER_REASON_FLOOR: FilterReason
FILTER_REASON_ALREADY_OWNED: FilterReason
FILTER_REASON_SLATE_CAP: FilterReason
FILTER_REASON_DUPLICATE: FilterReason
FILTER_REASON_DEADLINE: FilterReason
FILTER_REASON_BUDGET: FilterReason
FILTER_REASON_BID_PRICE: FilterReason
DECISION_STATE_UNSPECIFIED: DecisionState
DECISION_STATE_RESERVED: DecisionState
DECISION_STATE_ACTIVATED: DecisionState
DECISION_STATE_EXPIRED: DecisionState
OUTCOME_STEP_UNSPECIFIED: OutcomeStep
OUTCOME_STEP_SHOWN: OutcomeStep
OUTCOME_STEP_CLICKED: OutcomeStep
OUTCOME_STEP_ACCEPTED: OutcomeStep
OUTCOME_STEP_PURCHASED: OutcomeStep
FULFILMENT_STATE_UNSPECIFIED: FulfilmentState
FULFILMENT_STATE_HELD: FulfilmentState
FULFILMENT_STATE_CONFIRMED: FulfilmentState
FULFILMENT_STATE_FULFILLED: FulfilmentState
FULFILMENT_STATE_FAILED: FulfilmentState

class PlacementRequest(_message.Message):
    __slots__ = ("placement_id", "offer_count", "allowed_offer_ids", "excluded_offer_ids", "allowed_category_ids")
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_COUNT_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_CATEGORY_IDS_FIELD_NUMBER: _ClassVar[int]
    placement_id: str
    offer_count: int
    allowed_offer_ids: _containers.RepeatedScalarFieldContainer[str]
    excluded_offer_ids: _containers.RepeatedScalarFieldContainer[str]
    allowed_category_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, placement_id: _Optional[str] = ..., offer_count: _Optional[int] = ..., allowed_offer_ids: _Optional[_Iterable[str]] = ..., excluded_offer_ids: _Optional[_Iterable[str]] = ..., allowed_category_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class DecisionContext(_message.Message):
    __slots__ = ("direction", "current_channel", "stay_stage", "reservation_id", "room_id", "locale", "time_zone", "country_code", "intent", "party", "device_kind", "travel_purpose", "check_in_date", "check_out_date", "room_type_id", "rate_plan_id", "promotion_codes", "presence", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    CURRENT_CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STAY_STAGE_FIELD_NUMBER: _ClassVar[int]
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    ROOM_ID_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_CODE_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    DEVICE_KIND_FIELD_NUMBER: _ClassVar[int]
    TRAVEL_PURPOSE_FIELD_NUMBER: _ClassVar[int]
    CHECK_IN_DATE_FIELD_NUMBER: _ClassVar[int]
    CHECK_OUT_DATE_FIELD_NUMBER: _ClassVar[int]
    ROOM_TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    RATE_PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    PROMOTION_CODES_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    direction: _types_pb2.Direction
    current_channel: _channel_pb2.Channel
    stay_stage: _types_pb2.StayStage
    reservation_id: str
    room_id: str
    locale: str
    time_zone: str
    country_code: str
    intent: str
    party: _types_pb2.Party
    device_kind: _types_pb2.DeviceKind
    travel_purpose: _types_pb2.TravelPurpose
    check_in_date: str
    check_out_date: str
    room_type_id: str
    rate_plan_id: str
    promotion_codes: _containers.RepeatedScalarFieldContainer[str]
    presence: _channel_pb2.PresenceState
    attributes: _containers.ScalarMap[str, str]
    def __init__(self, direction: _Optional[_Union[_types_pb2.Direction, str]] = ..., current_channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., stay_stage: _Optional[_Union[_types_pb2.StayStage, str]] = ..., reservation_id: _Optional[str] = ..., room_id: _Optional[str] = ..., locale: _Optional[str] = ..., time_zone: _Optional[str] = ..., country_code: _Optional[str] = ..., intent: _Optional[str] = ..., party: _Optional[_Union[_types_pb2.Party, _Mapping[str, _Any]]] = ..., device_kind: _Optional[_Union[_types_pb2.DeviceKind, str]] = ..., travel_purpose: _Optional[_Union[_types_pb2.TravelPurpose, str]] = ..., check_in_date: _Optional[str] = ..., check_out_date: _Optional[str] = ..., room_type_id: _Optional[str] = ..., rate_plan_id: _Optional[str] = ..., promotion_codes: _Optional[_Iterable[str]] = ..., presence: _Optional[_Union[_channel_pb2.PresenceState, _Mapping[str, _Any]]] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ContextOverrides(_message.Message):
    __slots__ = ("now_time", "day_type", "daypart", "presence", "segment_id", "ignore_contact_policies", "random_seed")
    NOW_TIME_FIELD_NUMBER: _ClassVar[int]
    DAY_TYPE_FIELD_NUMBER: _ClassVar[int]
    DAYPART_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    IGNORE_CONTACT_POLICIES_FIELD_NUMBER: _ClassVar[int]
    RANDOM_SEED_FIELD_NUMBER: _ClassVar[int]
    now_time: _timestamp_pb2.Timestamp
    day_type: _types_pb2.DayType
    daypart: _types_pb2.Daypart
    presence: _channel_pb2.PresenceState
    segment_id: str
    ignore_contact_policies: bool
    random_seed: int
    def __init__(self, now_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., day_type: _Optional[_Union[_types_pb2.DayType, str]] = ..., daypart: _Optional[_Union[_types_pb2.Daypart, str]] = ..., presence: _Optional[_Union[_channel_pb2.PresenceState, _Mapping[str, _Any]]] = ..., segment_id: _Optional[str] = ..., ignore_contact_policies: _Optional[bool] = ..., random_seed: _Optional[int] = ...) -> None: ...

class Proposition(_message.Message):
    __slots__ = ("placement_id", "offers", "is_fallback", "do_nothing", "do_nothing_selection_probability", "slate_selection_probability", "decision_policy_id", "policy_version", "candidate_count")
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    IS_FALLBACK_FIELD_NUMBER: _ClassVar[int]
    DO_NOTHING_FIELD_NUMBER: _ClassVar[int]
    DO_NOTHING_SELECTION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    SLATE_SELECTION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    DECISION_POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    placement_id: str
    offers: _containers.RepeatedCompositeFieldContainer[RankedOffer]
    is_fallback: bool
    do_nothing: bool
    do_nothing_selection_probability: float
    slate_selection_probability: float
    decision_policy_id: str
    policy_version: int
    candidate_count: int
    def __init__(self, placement_id: _Optional[str] = ..., offers: _Optional[_Iterable[_Union[RankedOffer, _Mapping[str, _Any]]]] = ..., is_fallback: _Optional[bool] = ..., do_nothing: _Optional[bool] = ..., do_nothing_selection_probability: _Optional[float] = ..., slate_selection_probability: _Optional[float] = ..., decision_policy_id: _Optional[str] = ..., policy_version: _Optional[int] = ..., candidate_count: _Optional[int] = ...) -> None: ...

class RankedOffer(_message.Message):
    __slots__ = ("offer_id", "treatment_id", "slot", "score", "score_components", "selection_probability", "explored", "override_kind", "quote", "reasons", "content", "locale", "kind", "inventory_reserved")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    TREATMENT_ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SCORE_COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    SELECTION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    EXPLORED_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_KIND_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    INVENTORY_RESERVED_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    treatment_id: str
    slot: int
    score: float
    score_components: ScoreComponents
    selection_probability: float
    explored: bool
    override_kind: _types_pb2.OverrideKind
    quote: _quote_pb2.Quote
    reasons: _containers.RepeatedCompositeFieldContainer[_reason_pb2.Reason]
    content: _offer_pb2.TreatmentContent
    locale: str
    kind: _offer_pb2.OfferKind
    inventory_reserved: bool
    def __init__(self, offer_id: _Optional[str] = ..., treatment_id: _Optional[str] = ..., slot: _Optional[int] = ..., score: _Optional[float] = ..., score_components: _Optional[_Union[ScoreComponents, _Mapping[str, _Any]]] = ..., selection_probability: _Optional[float] = ..., explored: _Optional[bool] = ..., override_kind: _Optional[_Union[_types_pb2.OverrideKind, str]] = ..., quote: _Optional[_Union[_quote_pb2.Quote, _Mapping[str, _Any]]] = ..., reasons: _Optional[_Iterable[_Union[_reason_pb2.Reason, _Mapping[str, _Any]]]] = ..., content: _Optional[_Union[_offer_pb2.TreatmentContent, _Mapping[str, _Any]]] = ..., locale: _Optional[str] = ..., kind: _Optional[_Union[_offer_pb2.OfferKind, str]] = ..., inventory_reserved: _Optional[bool] = ...) -> None: ...

class ScoreComponents(_message.Message):
    __slots__ = ("response_propensity", "response_propensity_logit_stddev", "preference_affinity", "context_weight", "value", "guest_value_weight", "lever_weight", "diversity_penalty", "priority", "log_odds_terms", "log_priority_terms")
    RESPONSE_PROPENSITY_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_PROPENSITY_LOGIT_STDDEV_FIELD_NUMBER: _ClassVar[int]
    PREFERENCE_AFFINITY_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    GUEST_VALUE_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    LEVER_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    DIVERSITY_PENALTY_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    LOG_ODDS_TERMS_FIELD_NUMBER: _ClassVar[int]
    LOG_PRIORITY_TERMS_FIELD_NUMBER: _ClassVar[int]
    response_propensity: float
    response_propensity_logit_stddev: float
    preference_affinity: float
    context_weight: float
    value: _types_pb2.Money
    guest_value_weight: float
    lever_weight: float
    diversity_penalty: float
    priority: float
    log_odds_terms: _containers.RepeatedCompositeFieldContainer[ScoreTerm]
    log_priority_terms: _containers.RepeatedCompositeFieldContainer[ScoreTerm]
    def __init__(self, response_propensity: _Optional[float] = ..., response_propensity_logit_stddev: _Optional[float] = ..., preference_affinity: _Optional[float] = ..., context_weight: _Optional[float] = ..., value: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., guest_value_weight: _Optional[float] = ..., lever_weight: _Optional[float] = ..., diversity_penalty: _Optional[float] = ..., priority: _Optional[float] = ..., log_odds_terms: _Optional[_Iterable[_Union[ScoreTerm, _Mapping[str, _Any]]]] = ..., log_priority_terms: _Optional[_Iterable[_Union[ScoreTerm, _Mapping[str, _Any]]]] = ...) -> None: ...

class ScoreTerm(_message.Message):
    __slots__ = ("component", "term")
    COMPONENT_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    component: str
    term: float
    def __init__(self, component: _Optional[str] = ..., term: _Optional[float] = ...) -> None: ...

class FilteredOffer(_message.Message):
    __slots__ = ("offer_id", "placement_id", "stage", "component", "reason", "display_text", "retry_time")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_TEXT_FIELD_NUMBER: _ClassVar[int]
    RETRY_TIME_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    placement_id: str
    stage: FilterStage
    component: str
    reason: FilterReason
    display_text: str
    retry_time: _timestamp_pb2.Timestamp
    def __init__(self, offer_id: _Optional[str] = ..., placement_id: _Optional[str] = ..., stage: _Optional[_Union[FilterStage, str]] = ..., component: _Optional[str] = ..., reason: _Optional[_Union[FilterReason, str]] = ..., display_text: _Optional[str] = ..., retry_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class ExperimentAssignment(_message.Message):
    __slots__ = ("experiment_id", "arm_id", "in_control_group")
    EXPERIMENT_ID_FIELD_NUMBER: _ClassVar[int]
    ARM_ID_FIELD_NUMBER: _ClassVar[int]
    IN_CONTROL_GROUP_FIELD_NUMBER: _ClassVar[int]
    experiment_id: str
    arm_id: str
    in_control_group: bool
    def __init__(self, experiment_id: _Optional[str] = ..., arm_id: _Optional[str] = ..., in_control_group: _Optional[bool] = ...) -> None: ...

class StageTiming(_message.Message):
    __slots__ = ("stage", "duration")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    stage: DecisionStage
    duration: _duration_pb2.Duration
    def __init__(self, stage: _Optional[_Union[DecisionStage, str]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ...) -> None: ...

class Degradation(_message.Message):
    __slots__ = ("code", "stage")
    CODE_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    stage: DecisionStage
    def __init__(self, code: _Optional[str] = ..., stage: _Optional[_Union[DecisionStage, str]] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ("name", "property", "guest", "state", "context", "time_context", "propositions", "channel_decision", "experiment_assignments", "learning_mode", "model_version", "model_sequence", "catalog_version", "degradations", "create_time", "expire_time", "activate_time", "filtered_offers", "stage_timings", "outcomes", "sequence", "message", "unit_bids")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    TIME_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    PROPOSITIONS_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_DECISION_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_ASSIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    LEARNING_MODE_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    MODEL_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    DEGRADATIONS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    ACTIVATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FILTERED_OFFERS_FIELD_NUMBER: _ClassVar[int]
    STAGE_TIMINGS_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    UNIT_BIDS_FIELD_NUMBER: _ClassVar[int]
    name: str
    property: str
    guest: str
    state: DecisionState
    context: DecisionContext
    time_context: _types_pb2.TimeContext
    propositions: _containers.RepeatedCompositeFieldContainer[Proposition]
    channel_decision: _channel_pb2.ChannelDecision
    experiment_assignments: _containers.RepeatedCompositeFieldContainer[ExperimentAssignment]
    learning_mode: _types_pb2.LearningMode
    model_version: str
    model_sequence: int
    catalog_version: int
    degradations: _containers.RepeatedCompositeFieldContainer[Degradation]
    create_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    activate_time: _timestamp_pb2.Timestamp
    filtered_offers: _containers.RepeatedCompositeFieldContainer[FilteredOffer]
    stage_timings: _containers.RepeatedCompositeFieldContainer[StageTiming]
    outcomes: _containers.RepeatedCompositeFieldContainer[SlotOutcome]
    sequence: int
    message: CarriedMessage
    unit_bids: _containers.RepeatedCompositeFieldContainer[UnitBid]
    def __init__(self, name: _Optional[str] = ..., property: _Optional[str] = ..., guest: _Optional[str] = ..., state: _Optional[_Union[DecisionState, str]] = ..., context: _Optional[_Union[DecisionContext, _Mapping[str, _Any]]] = ..., time_context: _Optional[_Union[_types_pb2.TimeContext, _Mapping[str, _Any]]] = ..., propositions: _Optional[_Iterable[_Union[Proposition, _Mapping[str, _Any]]]] = ..., channel_decision: _Optional[_Union[_channel_pb2.ChannelDecision, _Mapping[str, _Any]]] = ..., experiment_assignments: _Optional[_Iterable[_Union[ExperimentAssignment, _Mapping[str, _Any]]]] = ..., learning_mode: _Optional[_Union[_types_pb2.LearningMode, str]] = ..., model_version: _Optional[str] = ..., model_sequence: _Optional[int] = ..., catalog_version: _Optional[int] = ..., degradations: _Optional[_Iterable[_Union[Degradation, _Mapping[str, _Any]]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., activate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., filtered_offers: _Optional[_Iterable[_Union[FilteredOffer, _Mapping[str, _Any]]]] = ..., stage_timings: _Optional[_Iterable[_Union[StageTiming, _Mapping[str, _Any]]]] = ..., outcomes: _Optional[_Iterable[_Union[SlotOutcome, _Mapping[str, _Any]]]] = ..., sequence: _Optional[int] = ..., message: _Optional[_Union[CarriedMessage, _Mapping[str, _Any]]] = ..., unit_bids: _Optional[_Iterable[_Union[UnitBid, _Mapping[str, _Any]]]] = ...) -> None: ...

class UnitBid(_message.Message):
    __slots__ = ("placement_id", "offer_id", "date", "gain_score", "take_up_probability", "bid_price_score", "expected_guests", "left_count", "taken_count", "withheld")
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    GAIN_SCORE_FIELD_NUMBER: _ClassVar[int]
    TAKE_UP_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    BID_PRICE_SCORE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_GUESTS_FIELD_NUMBER: _ClassVar[int]
    LEFT_COUNT_FIELD_NUMBER: _ClassVar[int]
    TAKEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    WITHHELD_FIELD_NUMBER: _ClassVar[int]
    placement_id: str
    offer_id: str
    date: str
    gain_score: float
    take_up_probability: float
    bid_price_score: float
    expected_guests: float
    left_count: int
    taken_count: int
    withheld: bool
    def __init__(self, placement_id: _Optional[str] = ..., offer_id: _Optional[str] = ..., date: _Optional[str] = ..., gain_score: _Optional[float] = ..., take_up_probability: _Optional[float] = ..., bid_price_score: _Optional[float] = ..., expected_guests: _Optional[float] = ..., left_count: _Optional[int] = ..., taken_count: _Optional[int] = ..., withheld: _Optional[bool] = ...) -> None: ...

class CarriedMessage(_message.Message):
    __slots__ = ("offer_id", "treatment_id", "locale", "transactional", "content", "response_value")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    TREATMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    TRANSACTIONAL_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_VALUE_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    treatment_id: str
    locale: str
    transactional: bool
    content: _offer_pb2.TreatmentContent
    response_value: _types_pb2.Money
    def __init__(self, offer_id: _Optional[str] = ..., treatment_id: _Optional[str] = ..., locale: _Optional[str] = ..., transactional: _Optional[bool] = ..., content: _Optional[_Union[_offer_pb2.TreatmentContent, _Mapping[str, _Any]]] = ..., response_value: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ...) -> None: ...

class SlotOutcome(_message.Message):
    __slots__ = ("placement_id", "slot", "offer_id", "step", "declined", "reversed", "fulfilment_state", "reward", "is_mature", "update_time", "not_offered")
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    DECLINED_FIELD_NUMBER: _ClassVar[int]
    REVERSED_FIELD_NUMBER: _ClassVar[int]
    FULFILMENT_STATE_FIELD_NUMBER: _ClassVar[int]
    REWARD_FIELD_NUMBER: _ClassVar[int]
    IS_MATURE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    NOT_OFFERED_FIELD_NUMBER: _ClassVar[int]
    placement_id: str
    slot: int
    offer_id: str
    step: OutcomeStep
    declined: bool
    reversed: bool
    fulfilment_state: FulfilmentState
    reward: _types_pb2.Money
    is_mature: bool
    update_time: _timestamp_pb2.Timestamp
    not_offered: bool
    def __init__(self, placement_id: _Optional[str] = ..., slot: _Optional[int] = ..., offer_id: _Optional[str] = ..., step: _Optional[_Union[OutcomeStep, str]] = ..., declined: _Optional[bool] = ..., reversed: _Optional[bool] = ..., fulfilment_state: _Optional[_Union[FulfilmentState, str]] = ..., reward: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., is_mature: _Optional[bool] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., not_offered: _Optional[bool] = ...) -> None: ...
