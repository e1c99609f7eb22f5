from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import channel_pb2 as _channel_pb2
from concierge_client._proto.concierge.v1 import event_pb2 as _event_pb2
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

class ExplorationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPLORATION_KIND_UNSPECIFIED: _ClassVar[ExplorationKind]
    EXPLORATION_KIND_INVERSE_GAP_WEIGHTING: _ClassVar[ExplorationKind]
    EXPLORATION_KIND_EPSILON_GREEDY: _ClassVar[ExplorationKind]
    EXPLORATION_KIND_UNIFORM: _ClassVar[ExplorationKind]
    EXPLORATION_KIND_GREEDY: _ClassVar[ExplorationKind]
    EXPLORATION_KIND_POPULAR: _ClassVar[ExplorationKind]

class ContactSubject(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONTACT_SUBJECT_UNSPECIFIED: _ClassVar[ContactSubject]
    CONTACT_SUBJECT_GUEST: _ClassVar[ContactSubject]
    CONTACT_SUBJECT_RESERVATION: _ClassVar[ContactSubject]
    CONTACT_SUBJECT_ROOM: _ClassVar[ContactSubject]

class ContactObject(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONTACT_OBJECT_UNSPECIFIED: _ClassVar[ContactObject]
    CONTACT_OBJECT_OFFER: _ClassVar[ContactObject]
    CONTACT_OBJECT_GROUP: _ClassVar[ContactObject]
    CONTACT_OBJECT_CHANNEL: _ClassVar[ContactObject]
    CONTACT_OBJECT_ALL: _ClassVar[ContactObject]

class CountedEvent(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COUNTED_EVENT_UNSPECIFIED: _ClassVar[CountedEvent]
    COUNTED_EVENT_DECISION: _ClassVar[CountedEvent]
    COUNTED_EVENT_IMPRESSION: _ClassVar[CountedEvent]
    COUNTED_EVENT_CLICK: _ClassVar[CountedEvent]
    COUNTED_EVENT_ACCEPT: _ClassVar[CountedEvent]
    COUNTED_EVENT_DECLINE: _ClassVar[CountedEvent]
EXPLORATION_KIND_UNSPECIFIED: ExplorationKind
EXPLORATION_KIND_INVERSE_GAP_WEIGHTING: ExplorationKind
EXPLORATION_KIND_EPSILON_GREEDY: ExplorationKind
EXPLORATION_KIND_UNIFORM: ExplorationKind
EXPLORATION_KIND_GREEDY: ExplorationKind
EXPLORATION_KIND_POPULAR: ExplorationKind
CONTACT_SUBJECT_UNSPECIFIED: ContactSubject
CONTACT_SUBJECT_GUEST: ContactSubject
CONTACT_SUBJECT_RESERVATION: ContactSubject
CONTACT_SUBJECT_ROOM: ContactSubject
CONTACT_OBJECT_UNSPECIFIED: ContactObject
CONTACT_OBJECT_OFFER: ContactObject
CONTACT_OBJECT_GROUP: ContactObject
CONTACT_OBJECT_CHANNEL: ContactObject
CONTACT_OBJECT_ALL: ContactObject
COUNTED_EVENT_UNSPECIFIED: CountedEvent
COUNTED_EVENT_DECISION: CountedEvent
COUNTED_EVENT_IMPRESSION: CountedEvent
COUNTED_EVENT_CLICK: CountedEvent
COUNTED_EVENT_ACCEPT: CountedEvent
COUNTED_EVENT_DECLINE: CountedEvent

class DecisionPolicy(_message.Message):
    __slots__ = ("name", "decision_policy_id", "display_name", "is_default", "formula", "context_weights", "levers", "exploration", "slate_rules", "do_nothing_score", "learning_mode", "decision_ttl", "outcome_window", "attribution_window", "price_exploration", "policy_version")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DECISION_POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    IS_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    FORMULA_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    LEVERS_FIELD_NUMBER: _ClassVar[int]
    EXPLORATION_FIELD_NUMBER: _ClassVar[int]
    SLATE_RULES_FIELD_NUMBER: _ClassVar[int]
    DO_NOTHING_SCORE_FIELD_NUMBER: _ClassVar[int]
    LEARNING_MODE_FIELD_NUMBER: _ClassVar[int]
    DECISION_TTL_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_WINDOW_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_WINDOW_FIELD_NUMBER: _ClassVar[int]
    PRICE_EXPLORATION_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    decision_policy_id: str
    display_name: str
    is_default: bool
    formula: RankingFormula
    context_weights: _containers.RepeatedCompositeFieldContainer[ContextWeight]
    levers: _containers.RepeatedCompositeFieldContainer[Lever]
    exploration: Exploration
    slate_rules: SlateRules
    do_nothing_score: float
    learning_mode: _types_pb2.LearningMode
    decision_ttl: _duration_pb2.Duration
    outcome_window: _duration_pb2.Duration
    attribution_window: _duration_pb2.Duration
    price_exploration: PriceExploration
    policy_version: int
    def __init__(self, name: _Optional[str] = ..., decision_policy_id: _Optional[str] = ..., display_name: _Optional[str] = ..., is_default: _Optional[bool] = ..., formula: _Optional[_Union[RankingFormula, _Mapping[str, _Any]]] = ..., context_weights: _Optional[_Iterable[_Union[ContextWeight, _Mapping[str, _Any]]]] = ..., levers: _Optional[_Iterable[_Union[Lever, _Mapping[str, _Any]]]] = ..., exploration: _Optional[_Union[Exploration, _Mapping[str, _Any]]] = ..., slate_rules: _Optional[_Union[SlateRules, _Mapping[str, _Any]]] = ..., do_nothing_score: _Optional[float] = ..., learning_mode: _Optional[_Union[_types_pb2.LearningMode, str]] = ..., decision_ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., outcome_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., attribution_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., price_exploration: _Optional[_Union[PriceExploration, _Mapping[str, _Any]]] = ..., policy_version: _Optional[int] = ...) -> None: ...

class RankingFormula(_message.Message):
    __slots__ = ("response_propensity_exponent", "context_weight_exponent", "value_exponent", "lever_exponent", "lifetime_value_weight", "value_references")
    RESPONSE_PROPENSITY_EXPONENT_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_WEIGHT_EXPONENT_FIELD_NUMBER: _ClassVar[int]
    VALUE_EXPONENT_FIELD_NUMBER: _ClassVar[int]
    LEVER_EXPONENT_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_VALUE_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    VALUE_REFERENCES_FIELD_NUMBER: _ClassVar[int]
    response_propensity_exponent: float
    context_weight_exponent: float
    value_exponent: float
    lever_exponent: float
    lifetime_value_weight: float
    value_references: _containers.RepeatedCompositeFieldContainer[_types_pb2.Money]
    def __init__(self, response_propensity_exponent: _Optional[float] = ..., context_weight_exponent: _Optional[float] = ..., value_exponent: _Optional[float] = ..., lever_exponent: _Optional[float] = ..., lifetime_value_weight: _Optional[float] = ..., value_references: _Optional[_Iterable[_Union[_types_pb2.Money, _Mapping[str, _Any]]]] = ...) -> None: ...

class OfferTarget(_message.Message):
    __slots__ = ("offer_id", "group_id", "category_id", "tag", "all")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_ID_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    TAG_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    group_id: str
    category_id: str
    tag: str
    all: bool
    def __init__(self, offer_id: _Optional[str] = ..., group_id: _Optional[str] = ..., category_id: _Optional[str] = ..., tag: _Optional[str] = ..., all: _Optional[bool] = ...) -> None: ...

class ContextWeight(_message.Message):
    __slots__ = ("context_weight_id", "target", "intents", "stay_stages", "day_types", "dayparts", "travel_purposes", "percent")
    CONTEXT_WEIGHT_ID_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    INTENTS_FIELD_NUMBER: _ClassVar[int]
    STAY_STAGES_FIELD_NUMBER: _ClassVar[int]
    DAY_TYPES_FIELD_NUMBER: _ClassVar[int]
    DAYPARTS_FIELD_NUMBER: _ClassVar[int]
    TRAVEL_PURPOSES_FIELD_NUMBER: _ClassVar[int]
    PERCENT_FIELD_NUMBER: _ClassVar[int]
    context_weight_id: str
    target: OfferTarget
    intents: _containers.RepeatedScalarFieldContainer[str]
    stay_stages: _containers.RepeatedScalarFieldContainer[_types_pb2.StayStage]
    day_types: _containers.RepeatedScalarFieldContainer[_types_pb2.DayType]
    dayparts: _containers.RepeatedScalarFieldContainer[_types_pb2.Daypart]
    travel_purposes: _containers.RepeatedScalarFieldContainer[_types_pb2.TravelPurpose]
    percent: float
    def __init__(self, context_weight_id: _Optional[str] = ..., target: _Optional[_Union[OfferTarget, _Mapping[str, _Any]]] = ..., intents: _Optional[_Iterable[str]] = ..., stay_stages: _Optional[_Iterable[_Union[_types_pb2.StayStage, str]]] = ..., day_types: _Optional[_Iterable[_Union[_types_pb2.DayType, str]]] = ..., dayparts: _Optional[_Iterable[_Union[_types_pb2.Daypart, str]]] = ..., travel_purposes: _Optional[_Iterable[_Union[_types_pb2.TravelPurpose, str]]] = ..., percent: _Optional[float] = ...) -> None: ...

class Lever(_message.Message):
    __slots__ = ("lever_id", "target", "percent", "expire_time", "justification")
    LEVER_ID_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    PERCENT_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    JUSTIFICATION_FIELD_NUMBER: _ClassVar[int]
    lever_id: str
    target: OfferTarget
    percent: float
    expire_time: _timestamp_pb2.Timestamp
    justification: str
    def __init__(self, lever_id: _Optional[str] = ..., target: _Optional[_Union[OfferTarget, _Mapping[str, _Any]]] = ..., percent: _Optional[float] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., justification: _Optional[str] = ...) -> None: ...

class Exploration(_message.Message):
    __slots__ = ("kind", "gamma0", "epsilon", "score_cap", "decision_count_cap", "cold_start_optimism")
    KIND_FIELD_NUMBER: _ClassVar[int]
    GAMMA0_FIELD_NUMBER: _ClassVar[int]
    EPSILON_FIELD_NUMBER: _ClassVar[int]
    SCORE_CAP_FIELD_NUMBER: _ClassVar[int]
    DECISION_COUNT_CAP_FIELD_NUMBER: _ClassVar[int]
    COLD_START_OPTIMISM_FIELD_NUMBER: _ClassVar[int]
    kind: ExplorationKind
    gamma0: float
    epsilon: float
    score_cap: float
    decision_count_cap: int
    cold_start_optimism: float
    def __init__(self, kind: _Optional[_Union[ExplorationKind, str]] = ..., gamma0: _Optional[float] = ..., epsilon: _Optional[float] = ..., score_cap: _Optional[float] = ..., decision_count_cap: _Optional[int] = ..., cold_start_optimism: _Optional[float] = ...) -> None: ...

class SlateRules(_message.Message):
    __slots__ = ("max_per_category", "max_per_supplier", "max_per_group", "relevance_weight")
    MAX_PER_CATEGORY_FIELD_NUMBER: _ClassVar[int]
    MAX_PER_SUPPLIER_FIELD_NUMBER: _ClassVar[int]
    MAX_PER_GROUP_FIELD_NUMBER: _ClassVar[int]
    RELEVANCE_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    max_per_category: int
    max_per_supplier: int
    max_per_group: int
    relevance_weight: float
    def __init__(self, max_per_category: _Optional[int] = ..., max_per_supplier: _Optional[int] = ..., max_per_group: _Optional[int] = ..., relevance_weight: _Optional[float] = ...) -> None: ...

class PriceExploration(_message.Message):
    __slots__ = ("gamma0", "epsilon", "epoch", "max_loss_fraction")
    GAMMA0_FIELD_NUMBER: _ClassVar[int]
    EPSILON_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    MAX_LOSS_FRACTION_FIELD_NUMBER: _ClassVar[int]
    gamma0: float
    epsilon: float
    epoch: _duration_pb2.Duration
    max_loss_fraction: float
    def __init__(self, gamma0: _Optional[float] = ..., epsilon: _Optional[float] = ..., epoch: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., max_loss_fraction: _Optional[float] = ...) -> None: ...

class ContactPolicy(_message.Message):
    __slots__ = ("name", "contact_policy_id", "display_name", "subject", "object", "targets", "channels", "direction", "counted_event", "limit", "window", "suppressions", "counts_transactional", "fallback_time_zone")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTACT_POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    COUNTED_EVENT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    SUPPRESSIONS_FIELD_NUMBER: _ClassVar[int]
    COUNTS_TRANSACTIONAL_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    name: str
    contact_policy_id: str
    display_name: str
    subject: ContactSubject
    object: ContactObject
    targets: _containers.RepeatedCompositeFieldContainer[OfferTarget]
    channels: _containers.RepeatedScalarFieldContainer[_channel_pb2.Channel]
    direction: _types_pb2.Direction
    counted_event: CountedEvent
    limit: int
    window: _duration_pb2.Duration
    suppressions: _containers.RepeatedCompositeFieldContainer[Suppression]
    counts_transactional: bool
    fallback_time_zone: str
    def __init__(self, name: _Optional[str] = ..., contact_policy_id: _Optional[str] = ..., display_name: _Optional[str] = ..., subject: _Optional[_Union[ContactSubject, str]] = ..., object: _Optional[_Union[ContactObject, str]] = ..., targets: _Optional[_Iterable[_Union[OfferTarget, _Mapping[str, _Any]]]] = ..., channels: _Optional[_Iterable[_Union[_channel_pb2.Channel, str]]] = ..., direction: _Optional[_Union[_types_pb2.Direction, str]] = ..., counted_event: _Optional[_Union[CountedEvent, str]] = ..., limit: _Optional[int] = ..., window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., suppressions: _Optional[_Iterable[_Union[Suppression, _Mapping[str, _Any]]]] = ..., counts_transactional: _Optional[bool] = ..., fallback_time_zone: _Optional[str] = ...) -> None: ...

class Suppression(_message.Message):
    __slots__ = ("after_event", "event_count", "count_window", "duration")
    AFTER_EVENT_FIELD_NUMBER: _ClassVar[int]
    EVENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    COUNT_WINDOW_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    after_event: _event_pb2.EventType
    event_count: int
    count_window: _duration_pb2.Duration
    duration: _duration_pb2.Duration
    def __init__(self, after_event: _Optional[_Union[_event_pb2.EventType, str]] = ..., event_count: _Optional[int] = ..., count_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ...) -> None: ...

class QuietHours(_message.Message):
    __slots__ = ("quiet_hours_id", "jurisdiction_codes", "channels", "day_types", "start_local_time", "end_local_time", "applies_to_transactional", "withholds", "fallback_time_zone")
    QUIET_HOURS_ID_FIELD_NUMBER: _ClassVar[int]
    JURISDICTION_CODES_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    DAY_TYPES_FIELD_NUMBER: _ClassVar[int]
    START_LOCAL_TIME_FIELD_NUMBER: _ClassVar[int]
    END_LOCAL_TIME_FIELD_NUMBER: _ClassVar[int]
    APPLIES_TO_TRANSACTIONAL_FIELD_NUMBER: _ClassVar[int]
    WITHHOLDS_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    quiet_hours_id: str
    jurisdiction_codes: _containers.RepeatedScalarFieldContainer[str]
    channels: _containers.RepeatedScalarFieldContainer[_channel_pb2.Channel]
    day_types: _containers.RepeatedScalarFieldContainer[_types_pb2.DayType]
    start_local_time: str
    end_local_time: str
    applies_to_transactional: bool
    withholds: bool
    fallback_time_zone: str
    def __init__(self, quiet_hours_id: _Optional[str] = ..., jurisdiction_codes: _Optional[_Iterable[str]] = ..., channels: _Optional[_Iterable[_Union[_channel_pb2.Channel, str]]] = ..., day_types: _Optional[_Iterable[_Union[_types_pb2.DayType, str]]] = ..., start_local_time: _Optional[str] = ..., end_local_time: _Optional[str] = ..., applies_to_transactional: _Optional[bool] = ..., withholds: _Optional[bool] = ..., fallback_time_zone: _Optional[str] = ...) -> None: ...
