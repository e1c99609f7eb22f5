from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import channel_pb2 as _channel_pb2
from concierge_client._proto.concierge.v1 import types_pb2 as _types_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HoldState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOLD_STATE_UNSPECIFIED: _ClassVar[HoldState]
    HOLD_STATE_HELD: _ClassVar[HoldState]
    HOLD_STATE_CONFIRMED: _ClassVar[HoldState]
    HOLD_STATE_FULFILLED: _ClassVar[HoldState]
    HOLD_STATE_CANCELLED: _ClassVar[HoldState]
    HOLD_STATE_FAILED: _ClassVar[HoldState]
    HOLD_STATE_WRITTEN_OFF: _ClassVar[HoldState]
    HOLD_STATE_UNAVAILABLE: _ClassVar[HoldState]

class PartyRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTY_ROLE_UNSPECIFIED: _ClassVar[PartyRole]
    PARTY_ROLE_STAYER: _ClassVar[PartyRole]
    PARTY_ROLE_BOOKER: _ClassVar[PartyRole]
    PARTY_ROLE_PAYER: _ClassVar[PartyRole]

class EventType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_TYPE_UNSPECIFIED: _ClassVar[EventType]
    EVENT_TYPE_IMPRESSION: _ClassVar[EventType]
    EVENT_TYPE_CLICK: _ClassVar[EventType]
    EVENT_TYPE_ACCEPT: _ClassVar[EventType]
    EVENT_TYPE_DECLINE: _ClassVar[EventType]
    EVENT_TYPE_NOT_OFFERED: _ClassVar[EventType]
    EVENT_TYPE_VIEW: _ClassVar[EventType]
    EVENT_TYPE_SEARCH: _ClassVar[EventType]
    EVENT_TYPE_BOOK: _ClassVar[EventType]
    EVENT_TYPE_CANCEL: _ClassVar[EventType]
    EVENT_TYPE_CHECK_IN: _ClassVar[EventType]
    EVENT_TYPE_CHECK_OUT: _ClassVar[EventType]
    EVENT_TYPE_CONSUME: _ClassVar[EventType]
    EVENT_TYPE_PAY: _ClassVar[EventType]
    EVENT_TYPE_REFUND: _ClassVar[EventType]
    EVENT_TYPE_SURVEY: _ClassVar[EventType]
    EVENT_TYPE_FEEDBACK: _ClassVar[EventType]
    EVENT_TYPE_COMPLAINT: _ClassVar[EventType]
    EVENT_TYPE_FULFILLED: _ClassVar[EventType]
    EVENT_TYPE_FAILED: _ClassVar[EventType]
    EVENT_TYPE_OPT_IN: _ClassVar[EventType]
    EVENT_TYPE_OPT_OUT: _ClassVar[EventType]
    EVENT_TYPE_DELIVERED: _ClassVar[EventType]
    EVENT_TYPE_BOUNCED: _ClassVar[EventType]
    EVENT_TYPE_OPENED: _ClassVar[EventType]
    EVENT_TYPE_REPLIED: _ClassVar[EventType]
    EVENT_TYPE_PRESENCE: _ClassVar[EventType]

class MealPlan(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MEAL_PLAN_UNSPECIFIED: _ClassVar[MealPlan]
    MEAL_PLAN_ROOM_ONLY: _ClassVar[MealPlan]
    MEAL_PLAN_BREAKFAST: _ClassVar[MealPlan]
    MEAL_PLAN_HALF_BOARD: _ClassVar[MealPlan]
    MEAL_PLAN_FULL_BOARD: _ClassVar[MealPlan]
    MEAL_PLAN_ALL_INCLUSIVE: _ClassVar[MealPlan]
HOLD_STATE_UNSPECIFIED: HoldState
HOLD_STATE_HELD: HoldState
HOLD_STATE_CONFIRMED: HoldState
HOLD_STATE_FULFILLED: HoldState
HOLD_STATE_CANCELLED: HoldState
HOLD_STATE_FAILED: HoldState
HOLD_STATE_WRITTEN_OFF: HoldState
HOLD_STATE_UNAVAILABLE: HoldState
PARTY_ROLE_UNSPECIFIED: PartyRole
PARTY_ROLE_STAYER: PartyRole
PARTY_ROLE_BOOKER: PartyRole
PARTY_ROLE_PAYER: PartyRole
EVENT_TYPE_UNSPECIFIED: EventType
EVENT_TYPE_IMPRESSION: EventType
EVENT_TYPE_CLICK: EventType
EVENT_TYPE_ACCEPT: EventType
EVENT_TYPE_DECLINE: EventType
EVENT_TYPE_NOT_OFFERED: EventType
EVENT_TYPE_VIEW: EventType
EVENT_TYPE_SEARCH: EventType
EVENT_TYPE_BOOK: EventType
EVENT_TYPE_CANCEL: EventType
EVENT_TYPE_CHECK_IN: EventType
EVENT_TYPE_CHECK_OUT: EventType
EVENT_TYPE_CONSUME: EventType
EVENT_TYPE_PAY: EventType
EVENT_TYPE_REFUND: EventType
EVENT_TYPE_SURVEY: EventType
EVENT_TYPE_FEEDBACK: EventType
EVENT_TYPE_COMPLAINT: EventType
EVENT_TYPE_FULFILLED: EventType
EVENT_TYPE_FAILED: EventType
EVENT_TYPE_OPT_IN: EventType
EVENT_TYPE_OPT_OUT: EventType
EVENT_TYPE_DELIVERED: EventType
EVENT_TYPE_BOUNCED: EventType
EVENT_TYPE_OPENED: EventType
EVENT_TYPE_REPLIED: EventType
EVENT_TYPE_PRESENCE: EventType
MEAL_PLAN_UNSPECIFIED: MealPlan
MEAL_PLAN_ROOM_ONLY: MealPlan
MEAL_PLAN_BREAKFAST: MealPlan
MEAL_PLAN_HALF_BOARD: MealPlan
MEAL_PLAN_FULL_BOARD: MealPlan
MEAL_PLAN_ALL_INCLUSIVE: MealPlan

class Event(_message.Message):
    __slots__ = ("event_id", "source", "event_type", "event_time", "receive_time", "property", "guest", "anonymous_id", "identity", "reservation_id", "room_id", "channel", "attribution_token", "decision", "offer_id", "placement_id", "slot", "amount", "cost", "reverses_event_id", "stay", "survey_answer", "rating", "presence", "purpose", "text_version", "reason_code", "contact_point_id", "staff_id", "quantity", "attributes", "sequence", "opened_by_machine", "party_role", "holds", "price_hold_token")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    RECEIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    ANONYMOUS_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    ROOM_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    REVERSES_EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    STAY_FIELD_NUMBER: _ClassVar[int]
    SURVEY_ANSWER_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    TEXT_VERSION_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    CONTACT_POINT_ID_FIELD_NUMBER: _ClassVar[int]
    STAFF_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OPENED_BY_MACHINE_FIELD_NUMBER: _ClassVar[int]
    PARTY_ROLE_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    PRICE_HOLD_TOKEN_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    source: str
    event_type: EventType
    event_time: _timestamp_pb2.Timestamp
    receive_time: _timestamp_pb2.Timestamp
    property: str
    guest: str
    anonymous_id: str
    identity: _types_pb2.Identity
    reservation_id: str
    room_id: str
    channel: _channel_pb2.Channel
    attribution_token: str
    decision: str
    offer_id: str
    placement_id: str
    slot: int
    amount: _types_pb2.Money
    cost: _types_pb2.Money
    reverses_event_id: str
    stay: Stay
    survey_answer: SurveyAnswer
    rating: Rating
    presence: _channel_pb2.PresenceState
    purpose: _types_pb2.Purpose
    text_version: str
    reason_code: str
    contact_point_id: str
    staff_id: str
    quantity: int
    attributes: _containers.ScalarMap[str, str]
    sequence: int
    opened_by_machine: bool
    party_role: PartyRole
    holds: _containers.RepeatedCompositeFieldContainer[OfferHold]
    price_hold_token: str
    def __init__(self, event_id: _Optional[str] = ..., source: _Optional[str] = ..., event_type: _Optional[_Union[EventType, str]] = ..., event_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., receive_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., property: _Optional[str] = ..., guest: _Optional[str] = ..., anonymous_id: _Optional[str] = ..., identity: _Optional[_Union[_types_pb2.Identity, _Mapping[str, _Any]]] = ..., reservation_id: _Optional[str] = ..., room_id: _Optional[str] = ..., channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., attribution_token: _Optional[str] = ..., decision: _Optional[str] = ..., offer_id: _Optional[str] = ..., placement_id: _Optional[str] = ..., slot: _Optional[int] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., cost: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., reverses_event_id: _Optional[str] = ..., stay: _Optional[_Union[Stay, _Mapping[str, _Any]]] = ..., survey_answer: _Optional[_Union[SurveyAnswer, _Mapping[str, _Any]]] = ..., rating: _Optional[_Union[Rating, _Mapping[str, _Any]]] = ..., presence: _Optional[_Union[_channel_pb2.PresenceState, _Mapping[str, _Any]]] = ..., purpose: _Optional[_Union[_types_pb2.Purpose, str]] = ..., text_version: _Optional[str] = ..., reason_code: _Optional[str] = ..., contact_point_id: _Optional[str] = ..., staff_id: _Optional[str] = ..., quantity: _Optional[int] = ..., attributes: _Optional[_Mapping[str, str]] = ..., sequence: _Optional[int] = ..., opened_by_machine: _Optional[bool] = ..., party_role: _Optional[_Union[PartyRole, str]] = ..., holds: _Optional[_Iterable[_Union[OfferHold, _Mapping[str, _Any]]]] = ..., price_hold_token: _Optional[str] = ...) -> None: ...

class OfferHold(_message.Message):
    __slots__ = ("offer_id", "property", "date", "state", "expire_time", "other_dates")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    OTHER_DATES_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    property: str
    date: str
    state: HoldState
    expire_time: _timestamp_pb2.Timestamp
    other_dates: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, offer_id: _Optional[str] = ..., property: _Optional[str] = ..., date: _Optional[str] = ..., state: _Optional[_Union[HoldState, str]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., other_dates: _Optional[_Iterable[str]] = ...) -> None: ...

class Stay(_message.Message):
    __slots__ = ("check_in_date", "check_out_date", "party", "reserved_room_type_id", "assigned_room_type_id", "rate_plan_id", "market_segment_id", "distribution_channel_id", "lead_time_days", "special_request_count", "meal_plan", "travel_purpose", "is_booker_only")
    CHECK_IN_DATE_FIELD_NUMBER: _ClassVar[int]
    CHECK_OUT_DATE_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    RESERVED_ROOM_TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_ROOM_TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    RATE_PLAN_ID_FIELD_NUMBER: _ClassVar[int]
    MARKET_SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DISTRIBUTION_CHANNEL_ID_FIELD_NUMBER: _ClassVar[int]
    LEAD_TIME_DAYS_FIELD_NUMBER: _ClassVar[int]
    SPECIAL_REQUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    MEAL_PLAN_FIELD_NUMBER: _ClassVar[int]
    TRAVEL_PURPOSE_FIELD_NUMBER: _ClassVar[int]
    IS_BOOKER_ONLY_FIELD_NUMBER: _ClassVar[int]
    check_in_date: str
    check_out_date: str
    party: _types_pb2.Party
    reserved_room_type_id: str
    assigned_room_type_id: str
    rate_plan_id: str
    market_segment_id: str
    distribution_channel_id: str
    lead_time_days: int
    special_request_count: int
    meal_plan: MealPlan
    travel_purpose: _types_pb2.TravelPurpose
    is_booker_only: bool
    def __init__(self, check_in_date: _Optional[str] = ..., check_out_date: _Optional[str] = ..., party: _Optional[_Union[_types_pb2.Party, _Mapping[str, _Any]]] = ..., reserved_room_type_id: _Optional[str] = ..., assigned_room_type_id: _Optional[str] = ..., rate_plan_id: _Optional[str] = ..., market_segment_id: _Optional[str] = ..., distribution_channel_id: _Optional[str] = ..., lead_time_days: _Optional[int] = ..., special_request_count: _Optional[int] = ..., meal_plan: _Optional[_Union[MealPlan, str]] = ..., travel_purpose: _Optional[_Union[_types_pb2.TravelPurpose, str]] = ..., is_booker_only: _Optional[bool] = ...) -> None: ...

class SurveyAnswer(_message.Message):
    __slots__ = ("question_id", "value", "tags", "choice_id", "text")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    CHOICE_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    value: float
    tags: _containers.RepeatedScalarFieldContainer[str]
    choice_id: str
    text: str
    def __init__(self, question_id: _Optional[str] = ..., value: _Optional[float] = ..., tags: _Optional[_Iterable[str]] = ..., choice_id: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Rating(_message.Message):
    __slots__ = ("value", "scale_min", "scale_max", "aspect_id")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    SCALE_MIN_FIELD_NUMBER: _ClassVar[int]
    SCALE_MAX_FIELD_NUMBER: _ClassVar[int]
    ASPECT_ID_FIELD_NUMBER: _ClassVar[int]
    value: float
    scale_min: float
    scale_max: float
    aspect_id: str
    def __init__(self, value: _Optional[float] = ..., scale_min: _Optional[float] = ..., scale_max: _Optional[float] = ..., aspect_id: _Optional[str] = ...) -> None: ...
