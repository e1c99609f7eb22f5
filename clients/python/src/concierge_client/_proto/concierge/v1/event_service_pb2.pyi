from typing import Any as _Any
from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import event_pb2 as _event_pb2
from google.api import annotations_pb2 as _annotations_pb2_1
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EventErrorCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_ERROR_CODE_UNSPECIFIED: _ClassVar[EventErrorCode]
    EVENT_ERROR_CODE_INVALID_FIELD: _ClassVar[EventErrorCode]
    EVENT_ERROR_CODE_TOO_OLD: _ClassVar[EventErrorCode]
    EVENT_ERROR_CODE_IN_FUTURE: _ClassVar[EventErrorCode]
    EVENT_ERROR_CODE_CONFLICT: _ClassVar[EventErrorCode]
    EVENT_ERROR_CODE_UNKNOWN_REFERENCE: _ClassVar[EventErrorCode]
    EVENT_ERROR_CODE_FORBIDDEN_DATA: _ClassVar[EventErrorCode]
    EVENT_ERROR_CODE_GUEST_ERASED: _ClassVar[EventErrorCode]
    EVENT_ERROR_CODE_PERMISSION_DENIED: _ClassVar[EventErrorCode]
    EVENT_ERROR_CODE_OVERLOADED: _ClassVar[EventErrorCode]

class EventWarningCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_WARNING_CODE_UNSPECIFIED: _ClassVar[EventWarningCode]
    EVENT_WARNING_CODE_TOKEN_INVALID: _ClassVar[EventWarningCode]
    EVENT_WARNING_CODE_ATTRIBUTION_EXPIRED: _ClassVar[EventWarningCode]
    EVENT_WARNING_CODE_DECISION_UNKNOWN: _ClassVar[EventWarningCode]
    EVENT_WARNING_CODE_NO_CONSENT: _ClassVar[EventWarningCode]
    EVENT_WARNING_CODE_REVERSAL_PENDING: _ClassVar[EventWarningCode]
EVENT_ERROR_CODE_UNSPECIFIED: EventErrorCode
EVENT_ERROR_CODE_INVALID_FIELD: EventErrorCode
EVENT_ERROR_CODE_TOO_OLD: EventErrorCode
EVENT_ERROR_CODE_IN_FUTURE: EventErrorCode
EVENT_ERROR_CODE_CONFLICT: EventErrorCode
EVENT_ERROR_CODE_UNKNOWN_REFERENCE: EventErrorCode
EVENT_ERROR_CODE_FORBIDDEN_DATA: EventErrorCode
EVENT_ERROR_CODE_GUEST_ERASED: EventErrorCode
EVENT_ERROR_CODE_PERMISSION_DENIED: EventErrorCode
EVENT_ERROR_CODE_OVERLOADED: EventErrorCode
EVENT_WARNING_CODE_UNSPECIFIED: EventWarningCode
EVENT_WARNING_CODE_TOKEN_INVALID: EventWarningCode
EVENT_WARNING_CODE_ATTRIBUTION_EXPIRED: EventWarningCode
EVENT_WARNING_CODE_DECISION_UNKNOWN: EventWarningCode
EVENT_WARNING_CODE_NO_CONSENT: EventWarningCode
EVENT_WARNING_CODE_REVERSAL_PENDING: EventWarningCode

class WriteEventsRequest(_message.Message):
    __slots__ = ("events", "validate_only")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[_event_pb2.Event]
    validate_only: bool
    def __init__(self, events: _Optional[_Iterable[_Union[_event_pb2.Event, _Mapping[str, _Any]]]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class WriteEventsResponse(_message.Message):
    __slots__ = ("results", "committed_sequence")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[WriteEventResult]
    committed_sequence: int
    def __init__(self, results: _Optional[_Iterable[_Union[WriteEventResult, _Mapping[str, _Any]]]] = ..., committed_sequence: _Optional[int] = ...) -> None: ...

class WriteEventResult(_message.Message):
    __slots__ = ("duplicate", "sequence", "error", "warnings", "guest", "hold")
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    duplicate: bool
    sequence: int
    error: EventError
    warnings: _containers.RepeatedCompositeFieldContainer[EventWarning]
    guest: str
    hold: _event_pb2.OfferHold
    def __init__(self, duplicate: _Optional[bool] = ..., sequence: _Optional[int] = ..., error: _Optional[_Union[EventError, _Mapping[str, _Any]]] = ..., warnings: _Optional[_Iterable[_Union[EventWarning, _Mapping[str, _Any]]]] = ..., guest: _Optional[str] = ..., hold: _Optional[_Union[_event_pb2.OfferHold, _Mapping[str, _Any]]] = ...) -> None: ...

class EventError(_message.Message):
    __slots__ = ("code", "field", "message", "retryable")
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    code: EventErrorCode
    field: str
    message: str
    retryable: bool
    def __init__(self, code: _Optional[_Union[EventErrorCode, str]] = ..., field: _Optional[str] = ..., message: _Optional[str] = ..., retryable: _Optional[bool] = ...) -> None: ...

class EventWarning(_message.Message):
    __slots__ = ("code", "field")
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    code: EventWarningCode
    field: str
    def __init__(self, code: _Optional[_Union[EventWarningCode, str]] = ..., field: _Optional[str] = ...) -> None: ...

class StreamEventsRequest(_message.Message):
    __slots__ = ("client_sequence", "event")
    CLIENT_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    client_sequence: int
    event: _event_pb2.Event
    def __init__(self, client_sequence: _Optional[int] = ..., event: _Optional[_Union[_event_pb2.Event, _Mapping[str, _Any]]] = ...) -> None: ...

class StreamEventsResponse(_message.Message):
    __slots__ = ("through_client_sequence", "committed_sequence", "rejected_events", "duplicate_count", "held_events")
    THROUGH_CLIENT_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REJECTED_EVENTS_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    HELD_EVENTS_FIELD_NUMBER: _ClassVar[int]
    through_client_sequence: int
    committed_sequence: int
    rejected_events: _containers.RepeatedCompositeFieldContainer[RejectedEvent]
    duplicate_count: int
    held_events: _containers.RepeatedCompositeFieldContainer[HeldEvent]
    def __init__(self, through_client_sequence: _Optional[int] = ..., committed_sequence: _Optional[int] = ..., rejected_events: _Optional[_Iterable[_Union[RejectedEvent, _Mapping[str, _Any]]]] = ..., duplicate_count: _Optional[int] = ..., held_events: _Optional[_Iterable[_Union[HeldEvent, _Mapping[str, _Any]]]] = ...) -> None: ...

class HeldEvent(_message.Message):
    __slots__ = ("client_sequence", "hold")
    CLIENT_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    client_sequence: int
    hold: _event_pb2.OfferHold
    def __init__(self, client_sequence: _Optional[int] = ..., hold: _Optional[_Union[_event_pb2.OfferHold, _Mapping[str, _Any]]] = ...) -> None: ...

class RejectedEvent(_message.Message):
    __slots__ = ("client_sequence", "error")
    CLIENT_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    client_sequence: int
    error: EventError
    def __init__(self, client_sequence: _Optional[int] = ..., error: _Optional[_Union[EventError, _Mapping[str, _Any]]] = ...) -> None: ...
