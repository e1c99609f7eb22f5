from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import channel_pb2 as _channel_pb2
from concierge_client._proto.concierge.v1 import decision_pb2 as _decision_pb2
from google.api import annotations_pb2 as _annotations_pb2_1
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OutboxFilter(_message.Message):
    __slots__ = ("channels", "lease_duration", "max_in_flight_count", "stop_when_empty")
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    LEASE_DURATION_FIELD_NUMBER: _ClassVar[int]
    MAX_IN_FLIGHT_COUNT_FIELD_NUMBER: _ClassVar[int]
    STOP_WHEN_EMPTY_FIELD_NUMBER: _ClassVar[int]
    channels: _containers.RepeatedScalarFieldContainer[_channel_pb2.Channel]
    lease_duration: _duration_pb2.Duration
    max_in_flight_count: int
    stop_when_empty: bool
    def __init__(self, channels: _Optional[_Iterable[_Union[_channel_pb2.Channel, str]]] = ..., lease_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., max_in_flight_count: _Optional[int] = ..., stop_when_empty: _Optional[bool] = ...) -> None: ...

class ReadOutboxRequest(_message.Message):
    __slots__ = ("parent", "filter")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    parent: str
    filter: OutboxFilter
    def __init__(self, parent: _Optional[str] = ..., filter: _Optional[_Union[OutboxFilter, _Mapping[str, _Any]]] = ...) -> None: ...

class ReadOutboxResponse(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: OutboxMessage
    def __init__(self, message: _Optional[_Union[OutboxMessage, _Mapping[str, _Any]]] = ...) -> None: ...

class StreamOutboxRequest(_message.Message):
    __slots__ = ("parent", "filter", "acknowledgements")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGEMENTS_FIELD_NUMBER: _ClassVar[int]
    parent: str
    filter: OutboxFilter
    acknowledgements: _containers.RepeatedCompositeFieldContainer[Acknowledgement]
    def __init__(self, parent: _Optional[str] = ..., filter: _Optional[_Union[OutboxFilter, _Mapping[str, _Any]]] = ..., acknowledgements: _Optional[_Iterable[_Union[Acknowledgement, _Mapping[str, _Any]]]] = ...) -> None: ...

class StreamOutboxResponse(_message.Message):
    __slots__ = ("message", "acknowledged_count")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    message: OutboxMessage
    acknowledged_count: int
    def __init__(self, message: _Optional[_Union[OutboxMessage, _Mapping[str, _Any]]] = ..., acknowledged_count: _Optional[int] = ...) -> None: ...

class Acknowledgement(_message.Message):
    __slots__ = ("offset", "failed")
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    offset: int
    failed: bool
    def __init__(self, offset: _Optional[int] = ..., failed: _Optional[bool] = ...) -> None: ...

class AcknowledgeMessagesRequest(_message.Message):
    __slots__ = ("parent", "acknowledgements")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGEMENTS_FIELD_NUMBER: _ClassVar[int]
    parent: str
    acknowledgements: _containers.RepeatedCompositeFieldContainer[Acknowledgement]
    def __init__(self, parent: _Optional[str] = ..., acknowledgements: _Optional[_Iterable[_Union[Acknowledgement, _Mapping[str, _Any]]]] = ...) -> None: ...

class AcknowledgeMessagesResponse(_message.Message):
    __slots__ = ("acknowledged_count", "unknown_offsets")
    ACKNOWLEDGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_OFFSETS_FIELD_NUMBER: _ClassVar[int]
    acknowledged_count: int
    unknown_offsets: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, acknowledged_count: _Optional[int] = ..., unknown_offsets: _Optional[_Iterable[int]] = ...) -> None: ...

class GetOutboxStatusRequest(_message.Message):
    __slots__ = ("parent",)
    PARENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    def __init__(self, parent: _Optional[str] = ...) -> None: ...

class GetOutboxStatusResponse(_message.Message):
    __slots__ = ("message_count", "due_count", "leased_count", "oldest_due_time", "reader_count")
    MESSAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    DUE_COUNT_FIELD_NUMBER: _ClassVar[int]
    LEASED_COUNT_FIELD_NUMBER: _ClassVar[int]
    OLDEST_DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    READER_COUNT_FIELD_NUMBER: _ClassVar[int]
    message_count: int
    due_count: int
    leased_count: int
    oldest_due_time: _timestamp_pb2.Timestamp
    reader_count: int
    def __init__(self, message_count: _Optional[int] = ..., due_count: _Optional[int] = ..., leased_count: _Optional[int] = ..., oldest_due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., reader_count: _Optional[int] = ...) -> None: ...

class OutboxMessage(_message.Message):
    __slots__ = ("offset", "idempotency_key", "decision", "attempt", "trigger_id", "guest", "display_name", "property", "reservation_id", "channel", "addresses", "locale", "propositions", "not_before_time", "not_after_time", "lease_expire_time", "attribution_token", "handed_out_before_count")
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_ID_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    PROPOSITIONS_FIELD_NUMBER: _ClassVar[int]
    NOT_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    NOT_AFTER_TIME_FIELD_NUMBER: _ClassVar[int]
    LEASE_EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HANDED_OUT_BEFORE_COUNT_FIELD_NUMBER: _ClassVar[int]
    offset: int
    idempotency_key: str
    decision: str
    attempt: int
    trigger_id: str
    guest: str
    display_name: str
    property: str
    reservation_id: str
    channel: _channel_pb2.Channel
    addresses: _containers.RepeatedScalarFieldContainer[str]
    locale: str
    propositions: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Proposition]
    not_before_time: _timestamp_pb2.Timestamp
    not_after_time: _timestamp_pb2.Timestamp
    lease_expire_time: _timestamp_pb2.Timestamp
    attribution_token: str
    handed_out_before_count: int
    def __init__(self, offset: _Optional[int] = ..., idempotency_key: _Optional[str] = ..., decision: _Optional[str] = ..., attempt: _Optional[int] = ..., trigger_id: _Optional[str] = ..., guest: _Optional[str] = ..., display_name: _Optional[str] = ..., property: _Optional[str] = ..., reservation_id: _Optional[str] = ..., channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., addresses: _Optional[_Iterable[str]] = ..., locale: _Optional[str] = ..., propositions: _Optional[_Iterable[_Union[_decision_pb2.Proposition, _Mapping[str, _Any]]]] = ..., not_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., not_after_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., lease_expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., attribution_token: _Optional[str] = ..., handed_out_before_count: _Optional[int] = ...) -> None: ...
