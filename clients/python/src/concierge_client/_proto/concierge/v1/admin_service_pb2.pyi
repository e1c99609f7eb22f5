from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
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

class ServingState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SERVING_STATE_UNSPECIFIED: _ClassVar[ServingState]
    SERVING_STATE_STARTING: _ClassVar[ServingState]
    SERVING_STATE_SERVING: _ClassVar[ServingState]
    SERVING_STATE_DRAINING: _ClassVar[ServingState]

class DurabilityMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DURABILITY_MODE_UNSPECIFIED: _ClassVar[DurabilityMode]
    DURABILITY_MODE_ALWAYS: _ClassVar[DurabilityMode]
    DURABILITY_MODE_INTERVAL: _ClassVar[DurabilityMode]
SERVING_STATE_UNSPECIFIED: ServingState
SERVING_STATE_STARTING: ServingState
SERVING_STATE_SERVING: ServingState
SERVING_STATE_DRAINING: ServingState
DURABILITY_MODE_UNSPECIFIED: DurabilityMode
DURABILITY_MODE_ALWAYS: DurabilityMode
DURABILITY_MODE_INTERVAL: DurabilityMode

class GetServerStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerStatusResponse(_message.Message):
    __slots__ = ("server_version", "source_revision", "store_format_version", "serving_state", "start_time", "uptime", "current_time", "committed_sequence", "learner_sequence", "durability_mode", "durability_interval", "resident_guest_count", "resident_bytes", "resident_bytes_limit", "stored_guest_count", "stored_bytes", "process_resident_bytes", "open_decision_count", "brands")
    SERVER_VERSION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_REVISION_FIELD_NUMBER: _ClassVar[int]
    STORE_FORMAT_VERSION_FIELD_NUMBER: _ClassVar[int]
    SERVING_STATE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    UPTIME_FIELD_NUMBER: _ClassVar[int]
    CURRENT_TIME_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LEARNER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DURABILITY_MODE_FIELD_NUMBER: _ClassVar[int]
    DURABILITY_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_BYTES_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_BYTES_LIMIT_FIELD_NUMBER: _ClassVar[int]
    STORED_GUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    STORED_BYTES_FIELD_NUMBER: _ClassVar[int]
    PROCESS_RESIDENT_BYTES_FIELD_NUMBER: _ClassVar[int]
    OPEN_DECISION_COUNT_FIELD_NUMBER: _ClassVar[int]
    BRANDS_FIELD_NUMBER: _ClassVar[int]
    server_version: str
    source_revision: str
    store_format_version: int
    serving_state: ServingState
    start_time: _timestamp_pb2.Timestamp
    uptime: _duration_pb2.Duration
    current_time: _timestamp_pb2.Timestamp
    committed_sequence: int
    learner_sequence: int
    durability_mode: DurabilityMode
    durability_interval: _duration_pb2.Duration
    resident_guest_count: int
    resident_bytes: int
    resident_bytes_limit: int
    stored_guest_count: int
    stored_bytes: int
    process_resident_bytes: int
    open_decision_count: int
    brands: _containers.RepeatedCompositeFieldContainer[BrandStatus]
    def __init__(self, server_version: _Optional[str] = ..., source_revision: _Optional[str] = ..., store_format_version: _Optional[int] = ..., serving_state: _Optional[_Union[ServingState, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., uptime: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., current_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., committed_sequence: _Optional[int] = ..., learner_sequence: _Optional[int] = ..., durability_mode: _Optional[_Union[DurabilityMode, str]] = ..., durability_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., resident_guest_count: _Optional[int] = ..., resident_bytes: _Optional[int] = ..., resident_bytes_limit: _Optional[int] = ..., stored_guest_count: _Optional[int] = ..., stored_bytes: _Optional[int] = ..., process_resident_bytes: _Optional[int] = ..., open_decision_count: _Optional[int] = ..., brands: _Optional[_Iterable[_Union[BrandStatus, _Mapping[str, _Any]]]] = ...) -> None: ...

class BrandStatus(_message.Message):
    __slots__ = ("brand", "catalog_version", "catalog_publish_time", "model_version", "learner_sequence", "learning_mode", "checkpoint_id", "checkpoint_sequence", "checkpoint_time")
    BRAND_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    CATALOG_PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    LEARNER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LEARNING_MODE_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_TIME_FIELD_NUMBER: _ClassVar[int]
    brand: str
    catalog_version: int
    catalog_publish_time: _timestamp_pb2.Timestamp
    model_version: str
    learner_sequence: int
    learning_mode: _types_pb2.LearningMode
    checkpoint_id: str
    checkpoint_sequence: int
    checkpoint_time: _timestamp_pb2.Timestamp
    def __init__(self, brand: _Optional[str] = ..., catalog_version: _Optional[int] = ..., catalog_publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., model_version: _Optional[str] = ..., learner_sequence: _Optional[int] = ..., learning_mode: _Optional[_Union[_types_pb2.LearningMode, str]] = ..., checkpoint_id: _Optional[str] = ..., checkpoint_sequence: _Optional[int] = ..., checkpoint_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class CreateModelCheckpointRequest(_message.Message):
    __slots__ = ("parent", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateModelCheckpointResponse(_message.Message):
    __slots__ = ("checkpoint_id", "sequence", "size_bytes", "content_sha256", "create_time")
    CHECKPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    checkpoint_id: str
    sequence: int
    size_bytes: int
    content_sha256: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, checkpoint_id: _Optional[str] = ..., sequence: _Optional[int] = ..., size_bytes: _Optional[int] = ..., content_sha256: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class SetLearningModeRequest(_message.Message):
    __slots__ = ("brand", "learning_mode", "description", "request_id")
    BRAND_FIELD_NUMBER: _ClassVar[int]
    LEARNING_MODE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    brand: str
    learning_mode: _types_pb2.LearningMode
    description: str
    request_id: str
    def __init__(self, brand: _Optional[str] = ..., learning_mode: _Optional[_Union[_types_pb2.LearningMode, str]] = ..., description: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class SetLearningModeResponse(_message.Message):
    __slots__ = ("previous_learning_mode", "learning_mode", "sequence")
    PREVIOUS_LEARNING_MODE_FIELD_NUMBER: _ClassVar[int]
    LEARNING_MODE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    previous_learning_mode: _types_pb2.LearningMode
    learning_mode: _types_pb2.LearningMode
    sequence: int
    def __init__(self, previous_learning_mode: _Optional[_Union[_types_pb2.LearningMode, str]] = ..., learning_mode: _Optional[_Union[_types_pb2.LearningMode, str]] = ..., sequence: _Optional[int] = ...) -> None: ...

class MintGuestTokenRequest(_message.Message):
    __slots__ = ("brand", "guest", "anonymous_id", "identity", "properties", "placement_ids", "reservation_id", "ttl")
    BRAND_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    ANONYMOUS_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    PROPERTIES_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    brand: str
    guest: str
    anonymous_id: str
    identity: _types_pb2.Identity
    properties: _containers.RepeatedScalarFieldContainer[str]
    placement_ids: _containers.RepeatedScalarFieldContainer[str]
    reservation_id: str
    ttl: _duration_pb2.Duration
    def __init__(self, brand: _Optional[str] = ..., guest: _Optional[str] = ..., anonymous_id: _Optional[str] = ..., identity: _Optional[_Union[_types_pb2.Identity, _Mapping[str, _Any]]] = ..., properties: _Optional[_Iterable[str]] = ..., placement_ids: _Optional[_Iterable[str]] = ..., reservation_id: _Optional[str] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ...) -> None: ...

class MintGuestTokenResponse(_message.Message):
    __slots__ = ("token", "expire_time", "guest")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    token: str
    expire_time: _timestamp_pb2.Timestamp
    guest: str
    def __init__(self, token: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., guest: _Optional[str] = ...) -> None: ...
