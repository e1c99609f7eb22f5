from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import types_pb2 as _types_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GestureTrigger(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GESTURE_TRIGGER_UNSPECIFIED: _ClassVar[GestureTrigger]
    GESTURE_TRIGGER_COMPLAINT: _ClassVar[GestureTrigger]
    GESTURE_TRIGGER_LONG_WAIT: _ClassVar[GestureTrigger]
    GESTURE_TRIGGER_OCCASION: _ClassVar[GestureTrigger]
    GESTURE_TRIGGER_HIGH_VALUE: _ClassVar[GestureTrigger]
    GESTURE_TRIGGER_LAPSED: _ClassVar[GestureTrigger]

class GestureKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GESTURE_KIND_UNSPECIFIED: _ClassVar[GestureKind]
    GESTURE_KIND_RECOVERY: _ClassVar[GestureKind]
    GESTURE_KIND_SURPRISE: _ClassVar[GestureKind]

class NoGestureReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NO_GESTURE_REASON_UNSPECIFIED: _ClassVar[NoGestureReason]
    NO_GESTURE_REASON_NONE_FITS: _ClassVar[NoGestureReason]
    NO_GESTURE_REASON_HAD_ONE: _ClassVar[NoGestureReason]
    NO_GESTURE_REASON_NO_BUDGET: _ClassVar[NoGestureReason]
    NO_GESTURE_REASON_HELD_OUT: _ClassVar[NoGestureReason]
    NO_GESTURE_REASON_NOT_WORTH: _ClassVar[NoGestureReason]
GESTURE_TRIGGER_UNSPECIFIED: GestureTrigger
GESTURE_TRIGGER_COMPLAINT: GestureTrigger
GESTURE_TRIGGER_LONG_WAIT: GestureTrigger
GESTURE_TRIGGER_OCCASION: GestureTrigger
GESTURE_TRIGGER_HIGH_VALUE: GestureTrigger
GESTURE_TRIGGER_LAPSED: GestureTrigger
GESTURE_KIND_UNSPECIFIED: GestureKind
GESTURE_KIND_RECOVERY: GestureKind
GESTURE_KIND_SURPRISE: GestureKind
NO_GESTURE_REASON_UNSPECIFIED: NoGestureReason
NO_GESTURE_REASON_NONE_FITS: NoGestureReason
NO_GESTURE_REASON_HAD_ONE: NoGestureReason
NO_GESTURE_REASON_NO_BUDGET: NoGestureReason
NO_GESTURE_REASON_HELD_OUT: NoGestureReason
NO_GESTURE_REASON_NOT_WORTH: NoGestureReason

class DecideGestureRequest(_message.Message):
    __slots__ = ("property", "guest", "reservation_id", "trigger", "severity", "locale", "request_id")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    property: str
    guest: str
    reservation_id: str
    trigger: GestureTrigger
    severity: int
    locale: str
    request_id: str
    def __init__(self, property: _Optional[str] = ..., guest: _Optional[str] = ..., reservation_id: _Optional[str] = ..., trigger: _Optional[_Union[GestureTrigger, str]] = ..., severity: _Optional[int] = ..., locale: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class DecideGestureResponse(_message.Message):
    __slots__ = ("name", "gesture_id", "display_name", "kind", "no_gesture_reason", "talking_points", "cost", "expected_satisfaction_effect", "expected_return_effect", "budget_left_share", "selection_probability", "budget_shadow_price", "expected_value", "create_time", "replayed")
    NAME_FIELD_NUMBER: _ClassVar[int]
    GESTURE_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NO_GESTURE_REASON_FIELD_NUMBER: _ClassVar[int]
    TALKING_POINTS_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_SATISFACTION_EFFECT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_RETURN_EFFECT_FIELD_NUMBER: _ClassVar[int]
    BUDGET_LEFT_SHARE_FIELD_NUMBER: _ClassVar[int]
    SELECTION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    BUDGET_SHADOW_PRICE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VALUE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    name: str
    gesture_id: str
    display_name: str
    kind: GestureKind
    no_gesture_reason: NoGestureReason
    talking_points: str
    cost: _types_pb2.Money
    expected_satisfaction_effect: float
    expected_return_effect: float
    budget_left_share: float
    selection_probability: float
    budget_shadow_price: float
    expected_value: _types_pb2.Money
    create_time: _timestamp_pb2.Timestamp
    replayed: bool
    def __init__(self, name: _Optional[str] = ..., gesture_id: _Optional[str] = ..., display_name: _Optional[str] = ..., kind: _Optional[_Union[GestureKind, str]] = ..., no_gesture_reason: _Optional[_Union[NoGestureReason, str]] = ..., talking_points: _Optional[str] = ..., cost: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., expected_satisfaction_effect: _Optional[float] = ..., expected_return_effect: _Optional[float] = ..., budget_left_share: _Optional[float] = ..., selection_probability: _Optional[float] = ..., budget_shadow_price: _Optional[float] = ..., expected_value: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., replayed: _Optional[bool] = ...) -> None: ...
