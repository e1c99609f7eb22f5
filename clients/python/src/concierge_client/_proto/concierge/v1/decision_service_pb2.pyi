from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import channel_pb2 as _channel_pb2
from concierge_client._proto.concierge.v1 import decision_pb2 as _decision_pb2
from concierge_client._proto.concierge.v1 import event_pb2 as _event_pb2
from concierge_client._proto.concierge.v1 import gesture_pb2 as _gesture_pb2
from concierge_client._proto.concierge.v1 import guest_pb2 as _guest_pb2
from concierge_client._proto.concierge.v1 import quote_pb2 as _quote_pb2
from concierge_client._proto.concierge.v1 import reason_pb2 as _reason_pb2
from concierge_client._proto.concierge.v1 import types_pb2 as _types_pb2
from google.api import annotations_pb2 as _annotations_pb2_1
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WatchCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WATCH_CAUSE_UNSPECIFIED: _ClassVar[WatchCause]
    WATCH_CAUSE_OPENED: _ClassVar[WatchCause]
    WATCH_CAUSE_RESUMED: _ClassVar[WatchCause]
    WATCH_CAUSE_PRESENCE: _ClassVar[WatchCause]
    WATCH_CAUSE_STAY: _ClassVar[WatchCause]
    WATCH_CAUSE_CONSENT: _ClassVar[WatchCause]
    WATCH_CAUSE_PROFILE: _ClassVar[WatchCause]
    WATCH_CAUSE_OUTCOME: _ClassVar[WatchCause]
    WATCH_CAUSE_EVENT: _ClassVar[WatchCause]
    WATCH_CAUSE_DECISION: _ClassVar[WatchCause]
    WATCH_CAUSE_CATALOG: _ClassVar[WatchCause]
    WATCH_CAUSE_STOPPED_OFFER: _ClassVar[WatchCause]
    WATCH_CAUSE_INVENTORY: _ClassVar[WatchCause]
    WATCH_CAUSE_TIME: _ClassVar[WatchCause]
    WATCH_CAUSE_EXPIRED: _ClassVar[WatchCause]
WATCH_CAUSE_UNSPECIFIED: WatchCause
WATCH_CAUSE_OPENED: WatchCause
WATCH_CAUSE_RESUMED: WatchCause
WATCH_CAUSE_PRESENCE: WatchCause
WATCH_CAUSE_STAY: WatchCause
WATCH_CAUSE_CONSENT: WatchCause
WATCH_CAUSE_PROFILE: WatchCause
WATCH_CAUSE_OUTCOME: WatchCause
WATCH_CAUSE_EVENT: WatchCause
WATCH_CAUSE_DECISION: WatchCause
WATCH_CAUSE_CATALOG: WatchCause
WATCH_CAUSE_STOPPED_OFFER: WatchCause
WATCH_CAUSE_INVENTORY: WatchCause
WATCH_CAUSE_TIME: WatchCause
WATCH_CAUSE_EXPIRED: WatchCause

class DecideChannelRequest(_message.Message):
    __slots__ = ("property", "guest", "anonymous_id", "identity", "channel_request", "context", "offer_id", "response_value", "view", "include_content", "validate_only", "request_id")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    ANONYMOUS_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_REQUEST_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_VALUE_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_CONTENT_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    property: str
    guest: str
    anonymous_id: str
    identity: _types_pb2.Identity
    channel_request: _channel_pb2.ChannelRequest
    context: _decision_pb2.DecisionContext
    offer_id: str
    response_value: _types_pb2.Money
    view: _decision_pb2.DecisionView
    include_content: bool
    validate_only: bool
    request_id: str
    def __init__(self, property: _Optional[str] = ..., guest: _Optional[str] = ..., anonymous_id: _Optional[str] = ..., identity: _Optional[_Union[_types_pb2.Identity, _Mapping[str, _Any]]] = ..., channel_request: _Optional[_Union[_channel_pb2.ChannelRequest, _Mapping[str, _Any]]] = ..., context: _Optional[_Union[_decision_pb2.DecisionContext, _Mapping[str, _Any]]] = ..., offer_id: _Optional[str] = ..., response_value: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., view: _Optional[_Union[_decision_pb2.DecisionView, str]] = ..., include_content: _Optional[bool] = ..., validate_only: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class DecideChannelResponse(_message.Message):
    __slots__ = ("decision", "attribution_token", "channel_decision", "message", "model_sequence", "catalog_version", "time_context", "stay_stage", "create_time", "expire_time", "is_non_personalized", "is_replayed")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_DECISION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    MODEL_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    TIME_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STAY_STAGE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    IS_NON_PERSONALIZED_FIELD_NUMBER: _ClassVar[int]
    IS_REPLAYED_FIELD_NUMBER: _ClassVar[int]
    decision: str
    attribution_token: str
    channel_decision: _channel_pb2.ChannelDecision
    message: _decision_pb2.CarriedMessage
    model_sequence: int
    catalog_version: int
    time_context: _types_pb2.TimeContext
    stay_stage: _types_pb2.StayStage
    create_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    is_non_personalized: bool
    is_replayed: bool
    def __init__(self, decision: _Optional[str] = ..., attribution_token: _Optional[str] = ..., channel_decision: _Optional[_Union[_channel_pb2.ChannelDecision, _Mapping[str, _Any]]] = ..., message: _Optional[_Union[_decision_pb2.CarriedMessage, _Mapping[str, _Any]]] = ..., model_sequence: _Optional[int] = ..., catalog_version: _Optional[int] = ..., time_context: _Optional[_Union[_types_pb2.TimeContext, _Mapping[str, _Any]]] = ..., stay_stage: _Optional[_Union[_types_pb2.StayStage, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., is_non_personalized: _Optional[bool] = ..., is_replayed: _Optional[bool] = ...) -> None: ...

class QuoteOfferRequest(_message.Message):
    __slots__ = ("property", "offer_id", "check_in_date", "check_out_date", "party", "tier_id", "rate_plan_id", "promotion_codes", "locale", "with_offer_ids")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    CHECK_IN_DATE_FIELD_NUMBER: _ClassVar[int]
    CHECK_OUT_DATE_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    TIER_ID_FIELD_NUMBER: _ClassVar[int]
    RATE_PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    PROMOTION_CODES_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    WITH_OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    property: str
    offer_id: str
    check_in_date: str
    check_out_date: str
    party: _types_pb2.Party
    tier_id: str
    rate_plan_id: str
    promotion_codes: _containers.RepeatedScalarFieldContainer[str]
    locale: str
    with_offer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, property: _Optional[str] = ..., offer_id: _Optional[str] = ..., check_in_date: _Optional[str] = ..., check_out_date: _Optional[str] = ..., party: _Optional[_Union[_types_pb2.Party, _Mapping[str, _Any]]] = ..., tier_id: _Optional[str] = ..., rate_plan_id: _Optional[str] = ..., promotion_codes: _Optional[_Iterable[str]] = ..., locale: _Optional[str] = ..., with_offer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class HoldPriceRequest(_message.Message):
    __slots__ = ("quote_request", "guest", "hold_duration")
    QUOTE_REQUEST_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    HOLD_DURATION_FIELD_NUMBER: _ClassVar[int]
    quote_request: QuoteOfferRequest
    guest: str
    hold_duration: _duration_pb2.Duration
    def __init__(self, quote_request: _Optional[_Union[QuoteOfferRequest, _Mapping[str, _Any]]] = ..., guest: _Optional[str] = ..., hold_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ...) -> None: ...

class HoldPriceResponse(_message.Message):
    __slots__ = ("quote", "price_hold_token", "expire_time", "catalog_version")
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    PRICE_HOLD_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    quote: _quote_pb2.Quote
    price_hold_token: str
    expire_time: _timestamp_pb2.Timestamp
    catalog_version: int
    def __init__(self, quote: _Optional[_Union[_quote_pb2.Quote, _Mapping[str, _Any]]] = ..., price_hold_token: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., catalog_version: _Optional[int] = ...) -> None: ...

class QuoteOfferResponse(_message.Message):
    __slots__ = ("quote", "catalog_version", "create_time")
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    quote: _quote_pb2.Quote
    catalog_version: int
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, quote: _Optional[_Union[_quote_pb2.Quote, _Mapping[str, _Any]]] = ..., catalog_version: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class ComposeBundleRequest(_message.Message):
    __slots__ = ("decide_request", "offer_ids", "skip_complements")
    DECIDE_REQUEST_FIELD_NUMBER: _ClassVar[int]
    OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    SKIP_COMPLEMENTS_FIELD_NUMBER: _ClassVar[int]
    decide_request: DecideOffersRequest
    offer_ids: _containers.RepeatedScalarFieldContainer[str]
    skip_complements: bool
    def __init__(self, decide_request: _Optional[_Union[DecideOffersRequest, _Mapping[str, _Any]]] = ..., offer_ids: _Optional[_Iterable[str]] = ..., skip_complements: _Optional[bool] = ...) -> None: ...

class ComposeBundleResponse(_message.Message):
    __slots__ = ("parts", "total_price", "separate_price", "savings", "complements", "decision", "catalog_version", "create_time")
    PARTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PRICE_FIELD_NUMBER: _ClassVar[int]
    SEPARATE_PRICE_FIELD_NUMBER: _ClassVar[int]
    SAVINGS_FIELD_NUMBER: _ClassVar[int]
    COMPLEMENTS_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    parts: _containers.RepeatedCompositeFieldContainer[BundlePart]
    total_price: _types_pb2.Money
    separate_price: _types_pb2.Money
    savings: _types_pb2.Money
    complements: _containers.RepeatedCompositeFieldContainer[BundleComplement]
    decision: DecideOffersResponse
    catalog_version: int
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, parts: _Optional[_Iterable[_Union[BundlePart, _Mapping[str, _Any]]]] = ..., total_price: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., separate_price: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., savings: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., complements: _Optional[_Iterable[_Union[BundleComplement, _Mapping[str, _Any]]]] = ..., decision: _Optional[_Union[DecideOffersResponse, _Mapping[str, _Any]]] = ..., catalog_version: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class BundlePart(_message.Message):
    __slots__ = ("offer_id", "quote", "separate_price", "unavailable")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    SEPARATE_PRICE_FIELD_NUMBER: _ClassVar[int]
    UNAVAILABLE_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    quote: _quote_pb2.Quote
    separate_price: _types_pb2.Money
    unavailable: _decision_pb2.FilteredOffer
    def __init__(self, offer_id: _Optional[str] = ..., quote: _Optional[_Union[_quote_pb2.Quote, _Mapping[str, _Any]]] = ..., separate_price: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., unavailable: _Optional[_Union[_decision_pb2.FilteredOffer, _Mapping[str, _Any]]] = ...) -> None: ...

class BundleComplement(_message.Message):
    __slots__ = ("offer_id", "quote", "savings")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    SAVINGS_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    quote: _quote_pb2.Quote
    savings: _types_pb2.Money
    def __init__(self, offer_id: _Optional[str] = ..., quote: _Optional[_Union[_quote_pb2.Quote, _Mapping[str, _Any]]] = ..., savings: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ...) -> None: ...

class DecideOffersRequest(_message.Message):
    __slots__ = ("property", "guest", "anonymous_id", "identity", "placement_requests", "context", "channel_request", "allow_duplicates_across_placements", "decision_policy_id", "learning_mode", "defer_activation", "view", "include_content", "context_overrides", "validate_only", "request_id")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    ANONYMOUS_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_REQUEST_FIELD_NUMBER: _ClassVar[int]
    ALLOW_DUPLICATES_ACROSS_PLACEMENTS_FIELD_NUMBER: _ClassVar[int]
    DECISION_POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNING_MODE_FIELD_NUMBER: _ClassVar[int]
    DEFER_ACTIVATION_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_CONTENT_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    property: str
    guest: str
    anonymous_id: str
    identity: _types_pb2.Identity
    placement_requests: _containers.RepeatedCompositeFieldContainer[_decision_pb2.PlacementRequest]
    context: _decision_pb2.DecisionContext
    channel_request: _channel_pb2.ChannelRequest
    allow_duplicates_across_placements: bool
    decision_policy_id: str
    learning_mode: _types_pb2.LearningMode
    defer_activation: bool
    view: _decision_pb2.DecisionView
    include_content: bool
    context_overrides: _decision_pb2.ContextOverrides
    validate_only: bool
    request_id: str
    def __init__(self, property: _Optional[str] = ..., guest: _Optional[str] = ..., anonymous_id: _Optional[str] = ..., identity: _Optional[_Union[_types_pb2.Identity, _Mapping[str, _Any]]] = ..., placement_requests: _Optional[_Iterable[_Union[_decision_pb2.PlacementRequest, _Mapping[str, _Any]]]] = ..., context: _Optional[_Union[_decision_pb2.DecisionContext, _Mapping[str, _Any]]] = ..., channel_request: _Optional[_Union[_channel_pb2.ChannelRequest, _Mapping[str, _Any]]] = ..., allow_duplicates_across_placements: _Optional[bool] = ..., decision_policy_id: _Optional[str] = ..., learning_mode: _Optional[_Union[_types_pb2.LearningMode, str]] = ..., defer_activation: _Optional[bool] = ..., view: _Optional[_Union[_decision_pb2.DecisionView, str]] = ..., include_content: _Optional[bool] = ..., context_overrides: _Optional[_Union[_decision_pb2.ContextOverrides, _Mapping[str, _Any]]] = ..., validate_only: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class DecideOffersResponse(_message.Message):
    __slots__ = ("decision", "attribution_token", "propositions", "channel_decision", "experiment_assignments", "learning_mode", "model_version", "model_sequence", "catalog_version", "time_context", "stay_stage", "create_time", "expire_time", "degraded", "degradations", "is_non_personalized", "is_replayed", "filtered_offers", "stage_timings")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PROPOSITIONS_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_DECISION_FIELD_NUMBER: _ClassVar[int]
    EXPERIMENT_ASSIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    LEARNING_MODE_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    MODEL_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    TIME_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STAY_STAGE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    DEGRADATIONS_FIELD_NUMBER: _ClassVar[int]
    IS_NON_PERSONALIZED_FIELD_NUMBER: _ClassVar[int]
    IS_REPLAYED_FIELD_NUMBER: _ClassVar[int]
    FILTERED_OFFERS_FIELD_NUMBER: _ClassVar[int]
    STAGE_TIMINGS_FIELD_NUMBER: _ClassVar[int]
    decision: str
    attribution_token: str
    propositions: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Proposition]
    channel_decision: _channel_pb2.ChannelDecision
    experiment_assignments: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ExperimentAssignment]
    learning_mode: _types_pb2.LearningMode
    model_version: str
    model_sequence: int
    catalog_version: int
    time_context: _types_pb2.TimeContext
    stay_stage: _types_pb2.StayStage
    create_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    degraded: bool
    degradations: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Degradation]
    is_non_personalized: bool
    is_replayed: bool
    filtered_offers: _containers.RepeatedCompositeFieldContainer[_decision_pb2.FilteredOffer]
    stage_timings: _containers.RepeatedCompositeFieldContainer[_decision_pb2.StageTiming]
    def __init__(self, decision: _Optional[str] = ..., attribution_token: _Optional[str] = ..., propositions: _Optional[_Iterable[_Union[_decision_pb2.Proposition, _Mapping[str, _Any]]]] = ..., channel_decision: _Optional[_Union[_channel_pb2.ChannelDecision, _Mapping[str, _Any]]] = ..., experiment_assignments: _Optional[_Iterable[_Union[_decision_pb2.ExperimentAssignment, _Mapping[str, _Any]]]] = ..., learning_mode: _Optional[_Union[_types_pb2.LearningMode, str]] = ..., model_version: _Optional[str] = ..., model_sequence: _Optional[int] = ..., catalog_version: _Optional[int] = ..., time_context: _Optional[_Union[_types_pb2.TimeContext, _Mapping[str, _Any]]] = ..., stay_stage: _Optional[_Union[_types_pb2.StayStage, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., degraded: _Optional[bool] = ..., degradations: _Optional[_Iterable[_Union[_decision_pb2.Degradation, _Mapping[str, _Any]]]] = ..., is_non_personalized: _Optional[bool] = ..., is_replayed: _Optional[bool] = ..., filtered_offers: _Optional[_Iterable[_Union[_decision_pb2.FilteredOffer, _Mapping[str, _Any]]]] = ..., stage_timings: _Optional[_Iterable[_Union[_decision_pb2.StageTiming, _Mapping[str, _Any]]]] = ...) -> None: ...

class BatchDecideOffersRequest(_message.Message):
    __slots__ = ("property", "guests", "template", "volume_constraints", "request_id")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    GUESTS_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    VOLUME_CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    property: str
    guests: _containers.RepeatedCompositeFieldContainer[BatchGuest]
    template: DecideOffersRequest
    volume_constraints: _containers.RepeatedCompositeFieldContainer[VolumeConstraint]
    request_id: str
    def __init__(self, property: _Optional[str] = ..., guests: _Optional[_Iterable[_Union[BatchGuest, _Mapping[str, _Any]]]] = ..., template: _Optional[_Union[DecideOffersRequest, _Mapping[str, _Any]]] = ..., volume_constraints: _Optional[_Iterable[_Union[VolumeConstraint, _Mapping[str, _Any]]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class BatchGuest(_message.Message):
    __slots__ = ("guest", "reservation_id", "room_id")
    GUEST_FIELD_NUMBER: _ClassVar[int]
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    ROOM_ID_FIELD_NUMBER: _ClassVar[int]
    guest: str
    reservation_id: str
    room_id: str
    def __init__(self, guest: _Optional[str] = ..., reservation_id: _Optional[str] = ..., room_id: _Optional[str] = ...) -> None: ...

class VolumeConstraint(_message.Message):
    __slots__ = ("constraint_id", "offer_ids", "max_count", "min_count")
    CONSTRAINT_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    MAX_COUNT_FIELD_NUMBER: _ClassVar[int]
    MIN_COUNT_FIELD_NUMBER: _ClassVar[int]
    constraint_id: str
    offer_ids: _containers.RepeatedScalarFieldContainer[str]
    max_count: int
    min_count: int
    def __init__(self, constraint_id: _Optional[str] = ..., offer_ids: _Optional[_Iterable[str]] = ..., max_count: _Optional[int] = ..., min_count: _Optional[int] = ...) -> None: ...

class BatchDecideOffersResponse(_message.Message):
    __slots__ = ("decision", "summary")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    decision: BatchDecision
    summary: BatchSummary
    def __init__(self, decision: _Optional[_Union[BatchDecision, _Mapping[str, _Any]]] = ..., summary: _Optional[_Union[BatchSummary, _Mapping[str, _Any]]] = ...) -> None: ...

class BatchDecision(_message.Message):
    __slots__ = ("guest_index", "guest", "response", "error")
    GUEST_INDEX_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    guest_index: int
    guest: str
    response: DecideOffersResponse
    error: BatchError
    def __init__(self, guest_index: _Optional[int] = ..., guest: _Optional[str] = ..., response: _Optional[_Union[DecideOffersResponse, _Mapping[str, _Any]]] = ..., error: _Optional[_Union[BatchError, _Mapping[str, _Any]]] = ...) -> None: ...

class BatchError(_message.Message):
    __slots__ = ("reason", "message", "retryable")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    retryable: bool
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ..., retryable: _Optional[bool] = ...) -> None: ...

class BatchSummary(_message.Message):
    __slots__ = ("decided_count", "error_count", "volume_uses")
    DECIDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    ERROR_COUNT_FIELD_NUMBER: _ClassVar[int]
    VOLUME_USES_FIELD_NUMBER: _ClassVar[int]
    decided_count: int
    error_count: int
    volume_uses: _containers.RepeatedCompositeFieldContainer[VolumeUse]
    def __init__(self, decided_count: _Optional[int] = ..., error_count: _Optional[int] = ..., volume_uses: _Optional[_Iterable[_Union[VolumeUse, _Mapping[str, _Any]]]] = ...) -> None: ...

class VolumeUse(_message.Message):
    __slots__ = ("constraint_id", "given_count", "bid_price_score", "minimum_reached", "minimum_cost_score")
    CONSTRAINT_ID_FIELD_NUMBER: _ClassVar[int]
    GIVEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    BID_PRICE_SCORE_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_REACHED_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_COST_SCORE_FIELD_NUMBER: _ClassVar[int]
    constraint_id: str
    given_count: int
    bid_price_score: float
    minimum_reached: bool
    minimum_cost_score: float
    def __init__(self, constraint_id: _Optional[str] = ..., given_count: _Optional[int] = ..., bid_price_score: _Optional[float] = ..., minimum_reached: _Optional[bool] = ..., minimum_cost_score: _Optional[float] = ...) -> None: ...

class WatchNextBestOfferRequest(_message.Message):
    __slots__ = ("property", "guest", "anonymous_id", "identity", "placement_requests", "context", "channel_request", "allow_duplicates_across_placements", "decision_policy_id", "learning_mode", "view", "include_content", "resume_token", "heartbeat_interval", "max_push_count")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    ANONYMOUS_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_REQUEST_FIELD_NUMBER: _ClassVar[int]
    ALLOW_DUPLICATES_ACROSS_PLACEMENTS_FIELD_NUMBER: _ClassVar[int]
    DECISION_POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNING_MODE_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_CONTENT_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    MAX_PUSH_COUNT_FIELD_NUMBER: _ClassVar[int]
    property: str
    guest: str
    anonymous_id: str
    identity: _types_pb2.Identity
    placement_requests: _containers.RepeatedCompositeFieldContainer[_decision_pb2.PlacementRequest]
    context: _decision_pb2.DecisionContext
    channel_request: _channel_pb2.ChannelRequest
    allow_duplicates_across_placements: bool
    decision_policy_id: str
    learning_mode: _types_pb2.LearningMode
    view: _decision_pb2.DecisionView
    include_content: bool
    resume_token: str
    heartbeat_interval: _duration_pb2.Duration
    max_push_count: int
    def __init__(self, property: _Optional[str] = ..., guest: _Optional[str] = ..., anonymous_id: _Optional[str] = ..., identity: _Optional[_Union[_types_pb2.Identity, _Mapping[str, _Any]]] = ..., placement_requests: _Optional[_Iterable[_Union[_decision_pb2.PlacementRequest, _Mapping[str, _Any]]]] = ..., context: _Optional[_Union[_decision_pb2.DecisionContext, _Mapping[str, _Any]]] = ..., channel_request: _Optional[_Union[_channel_pb2.ChannelRequest, _Mapping[str, _Any]]] = ..., allow_duplicates_across_placements: _Optional[bool] = ..., decision_policy_id: _Optional[str] = ..., learning_mode: _Optional[_Union[_types_pb2.LearningMode, str]] = ..., view: _Optional[_Union[_decision_pb2.DecisionView, str]] = ..., include_content: _Optional[bool] = ..., resume_token: _Optional[str] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., max_push_count: _Optional[int] = ...) -> None: ...

class WatchNextBestOfferResponse(_message.Message):
    __slots__ = ("decision", "resume_token", "push_number", "causes")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PUSH_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CAUSES_FIELD_NUMBER: _ClassVar[int]
    decision: DecideOffersResponse
    resume_token: str
    push_number: int
    causes: _containers.RepeatedScalarFieldContainer[WatchCause]
    def __init__(self, decision: _Optional[_Union[DecideOffersResponse, _Mapping[str, _Any]]] = ..., resume_token: _Optional[str] = ..., push_number: _Optional[int] = ..., causes: _Optional[_Iterable[_Union[WatchCause, str]]] = ...) -> None: ...

class ActivateDecisionRequest(_message.Message):
    __slots__ = ("name", "attribution_token", "activated_slots", "used_channel", "activate_time", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ACTIVATED_SLOTS_FIELD_NUMBER: _ClassVar[int]
    USED_CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ACTIVATE_TIME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    attribution_token: str
    activated_slots: _containers.RepeatedCompositeFieldContainer[ActivatedSlot]
    used_channel: _channel_pb2.Channel
    activate_time: _timestamp_pb2.Timestamp
    request_id: str
    def __init__(self, name: _Optional[str] = ..., attribution_token: _Optional[str] = ..., activated_slots: _Optional[_Iterable[_Union[ActivatedSlot, _Mapping[str, _Any]]]] = ..., used_channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., activate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ActivatedSlot(_message.Message):
    __slots__ = ("placement_id", "slot")
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    placement_id: str
    slot: int
    def __init__(self, placement_id: _Optional[str] = ..., slot: _Optional[int] = ...) -> None: ...

class ActivateDecisionResponse(_message.Message):
    __slots__ = ("state", "activate_time", "is_replayed")
    STATE_FIELD_NUMBER: _ClassVar[int]
    ACTIVATE_TIME_FIELD_NUMBER: _ClassVar[int]
    IS_REPLAYED_FIELD_NUMBER: _ClassVar[int]
    state: _decision_pb2.DecisionState
    activate_time: _timestamp_pb2.Timestamp
    is_replayed: bool
    def __init__(self, state: _Optional[_Union[_decision_pb2.DecisionState, str]] = ..., activate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., is_replayed: _Optional[bool] = ...) -> None: ...

class GetDecisionRequest(_message.Message):
    __slots__ = ("name", "view")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    name: str
    view: _decision_pb2.DecisionView
    def __init__(self, name: _Optional[str] = ..., view: _Optional[_Union[_decision_pb2.DecisionView, str]] = ...) -> None: ...

class GetDecisionResponse(_message.Message):
    __slots__ = ("decision",)
    DECISION_FIELD_NUMBER: _ClassVar[int]
    decision: _decision_pb2.Decision
    def __init__(self, decision: _Optional[_Union[_decision_pb2.Decision, _Mapping[str, _Any]]] = ...) -> None: ...

class ExplainDecisionRequest(_message.Message):
    __slots__ = ("name", "placement_id", "locale", "max_candidate_count")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    MAX_CANDIDATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    name: str
    placement_id: str
    locale: str
    max_candidate_count: int
    def __init__(self, name: _Optional[str] = ..., placement_id: _Optional[str] = ..., locale: _Optional[str] = ..., max_candidate_count: _Optional[int] = ...) -> None: ...

class ExplainDecisionResponse(_message.Message):
    __slots__ = ("decision", "slots", "stage_counts", "filtered_offers", "channel_alternatives", "replay_matches", "replay_difference")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    STAGE_COUNTS_FIELD_NUMBER: _ClassVar[int]
    FILTERED_OFFERS_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    REPLAY_MATCHES_FIELD_NUMBER: _ClassVar[int]
    REPLAY_DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    decision: _decision_pb2.Decision
    slots: _containers.RepeatedCompositeFieldContainer[SlotExplanation]
    stage_counts: _containers.RepeatedCompositeFieldContainer[StageCount]
    filtered_offers: _containers.RepeatedCompositeFieldContainer[_decision_pb2.FilteredOffer]
    channel_alternatives: _containers.RepeatedCompositeFieldContainer[_channel_pb2.ChannelAlternative]
    replay_matches: bool
    replay_difference: str
    def __init__(self, decision: _Optional[_Union[_decision_pb2.Decision, _Mapping[str, _Any]]] = ..., slots: _Optional[_Iterable[_Union[SlotExplanation, _Mapping[str, _Any]]]] = ..., stage_counts: _Optional[_Iterable[_Union[StageCount, _Mapping[str, _Any]]]] = ..., filtered_offers: _Optional[_Iterable[_Union[_decision_pb2.FilteredOffer, _Mapping[str, _Any]]]] = ..., channel_alternatives: _Optional[_Iterable[_Union[_channel_pb2.ChannelAlternative, _Mapping[str, _Any]]]] = ..., replay_matches: _Optional[bool] = ..., replay_difference: _Optional[str] = ...) -> None: ...

class SlotExplanation(_message.Message):
    __slots__ = ("placement_id", "slot", "chosen_offer_id", "override_kind", "draw", "candidates", "runner_up_terms")
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_KIND_FIELD_NUMBER: _ClassVar[int]
    DRAW_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    RUNNER_UP_TERMS_FIELD_NUMBER: _ClassVar[int]
    placement_id: str
    slot: int
    chosen_offer_id: str
    override_kind: _types_pb2.OverrideKind
    draw: float
    candidates: _containers.RepeatedCompositeFieldContainer[CandidateExplanation]
    runner_up_terms: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ScoreTerm]
    def __init__(self, placement_id: _Optional[str] = ..., slot: _Optional[int] = ..., chosen_offer_id: _Optional[str] = ..., override_kind: _Optional[_Union[_types_pb2.OverrideKind, str]] = ..., draw: _Optional[float] = ..., candidates: _Optional[_Iterable[_Union[CandidateExplanation, _Mapping[str, _Any]]]] = ..., runner_up_terms: _Optional[_Iterable[_Union[_decision_pb2.ScoreTerm, _Mapping[str, _Any]]]] = ...) -> None: ...

class CandidateExplanation(_message.Message):
    __slots__ = ("offer_id", "rank", "score", "selection_probability", "score_components", "reasons")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SELECTION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    SCORE_COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    rank: int
    score: float
    selection_probability: float
    score_components: _decision_pb2.ScoreComponents
    reasons: _containers.RepeatedCompositeFieldContainer[_reason_pb2.Reason]
    def __init__(self, offer_id: _Optional[str] = ..., rank: _Optional[int] = ..., score: _Optional[float] = ..., selection_probability: _Optional[float] = ..., score_components: _Optional[_Union[_decision_pb2.ScoreComponents, _Mapping[str, _Any]]] = ..., reasons: _Optional[_Iterable[_Union[_reason_pb2.Reason, _Mapping[str, _Any]]]] = ...) -> None: ...

class StageCount(_message.Message):
    __slots__ = ("stage", "placement_id", "offer_count")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    OFFER_COUNT_FIELD_NUMBER: _ClassVar[int]
    stage: _decision_pb2.FilterStage
    placement_id: str
    offer_count: int
    def __init__(self, stage: _Optional[_Union[_decision_pb2.FilterStage, str]] = ..., placement_id: _Optional[str] = ..., offer_count: _Optional[int] = ...) -> None: ...

class ListArrivalsRequest(_message.Message):
    __slots__ = ("property", "date", "placement_id", "page_size", "page_token", "include_content")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_CONTENT_FIELD_NUMBER: _ClassVar[int]
    property: str
    date: str
    placement_id: str
    page_size: int
    page_token: str
    include_content: bool
    def __init__(self, property: _Optional[str] = ..., date: _Optional[str] = ..., placement_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., include_content: _Optional[bool] = ...) -> None: ...

class ListArrivalsResponse(_message.Message):
    __slots__ = ("arrivals", "next_page_token", "date", "total_count")
    ARRIVALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    arrivals: _containers.RepeatedCompositeFieldContainer[Arrival]
    next_page_token: str
    date: str
    total_count: int
    def __init__(self, arrivals: _Optional[_Iterable[_Union[Arrival, _Mapping[str, _Any]]]] = ..., next_page_token: _Optional[str] = ..., date: _Optional[str] = ..., total_count: _Optional[int] = ...) -> None: ...

class Arrival(_message.Message):
    __slots__ = ("guest", "reservation_id", "check_in_date", "check_out_date", "party", "arrival_time", "checked_in", "value_tier", "offer", "decision", "attribution_token", "complaints", "talking_points")
    GUEST_FIELD_NUMBER: _ClassVar[int]
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    CHECK_IN_DATE_FIELD_NUMBER: _ClassVar[int]
    CHECK_OUT_DATE_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    ARRIVAL_TIME_FIELD_NUMBER: _ClassVar[int]
    CHECKED_IN_FIELD_NUMBER: _ClassVar[int]
    VALUE_TIER_FIELD_NUMBER: _ClassVar[int]
    OFFER_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COMPLAINTS_FIELD_NUMBER: _ClassVar[int]
    TALKING_POINTS_FIELD_NUMBER: _ClassVar[int]
    guest: _guest_pb2.Guest
    reservation_id: str
    check_in_date: str
    check_out_date: str
    party: _types_pb2.Party
    arrival_time: str
    checked_in: bool
    value_tier: int
    offer: _decision_pb2.RankedOffer
    decision: str
    attribution_token: str
    complaints: _containers.RepeatedCompositeFieldContainer[_event_pb2.Event]
    talking_points: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, guest: _Optional[_Union[_guest_pb2.Guest, _Mapping[str, _Any]]] = ..., reservation_id: _Optional[str] = ..., check_in_date: _Optional[str] = ..., check_out_date: _Optional[str] = ..., party: _Optional[_Union[_types_pb2.Party, _Mapping[str, _Any]]] = ..., arrival_time: _Optional[str] = ..., checked_in: _Optional[bool] = ..., value_tier: _Optional[int] = ..., offer: _Optional[_Union[_decision_pb2.RankedOffer, _Mapping[str, _Any]]] = ..., decision: _Optional[str] = ..., attribution_token: _Optional[str] = ..., complaints: _Optional[_Iterable[_Union[_event_pb2.Event, _Mapping[str, _Any]]]] = ..., talking_points: _Optional[_Iterable[str]] = ...) -> None: ...
