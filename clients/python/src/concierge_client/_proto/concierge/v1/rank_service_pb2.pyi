from typing import Any as _Any
from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from google.api import annotations_pb2 as _annotations_pb2_1
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RankRequest(_message.Message):
    __slots__ = ("context_features", "actions", "excluded_actions", "event_id", "defer_activation")
    CONTEXT_FEATURES_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    DEFER_ACTIVATION_FIELD_NUMBER: _ClassVar[int]
    context_features: _containers.RepeatedCompositeFieldContainer[_struct_pb2.Struct]
    actions: _containers.RepeatedCompositeFieldContainer[RankableAction]
    excluded_actions: _containers.RepeatedScalarFieldContainer[str]
    event_id: str
    defer_activation: bool
    def __init__(self, context_features: _Optional[_Iterable[_Union[_struct_pb2.Struct, _Mapping[str, _Any]]]] = ..., actions: _Optional[_Iterable[_Union[RankableAction, _Mapping[str, _Any]]]] = ..., excluded_actions: _Optional[_Iterable[str]] = ..., event_id: _Optional[str] = ..., defer_activation: _Optional[bool] = ...) -> None: ...

class RankableAction(_message.Message):
    __slots__ = ("id", "features")
    ID_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    id: str
    features: _containers.RepeatedCompositeFieldContainer[_struct_pb2.Struct]
    def __init__(self, id: _Optional[str] = ..., features: _Optional[_Iterable[_Union[_struct_pb2.Struct, _Mapping[str, _Any]]]] = ...) -> None: ...

class RankResponse(_message.Message):
    __slots__ = ("ranking", "event_id", "reward_action_id")
    RANKING_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REWARD_ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    ranking: _containers.RepeatedCompositeFieldContainer[RankedAction]
    event_id: str
    reward_action_id: str
    def __init__(self, ranking: _Optional[_Iterable[_Union[RankedAction, _Mapping[str, _Any]]]] = ..., event_id: _Optional[str] = ..., reward_action_id: _Optional[str] = ...) -> None: ...

class RankedAction(_message.Message):
    __slots__ = ("id", "probability")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    id: str
    probability: float
    def __init__(self, id: _Optional[str] = ..., probability: _Optional[float] = ...) -> None: ...

class RewardRankRequest(_message.Message):
    __slots__ = ("event_id", "value")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    value: float
    def __init__(self, event_id: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...

class RewardRankResponse(_message.Message):
    __slots__ = ("counted",)
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    counted: bool
    def __init__(self, counted: _Optional[bool] = ...) -> None: ...

class ActivateRankRequest(_message.Message):
    __slots__ = ("event_id",)
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    def __init__(self, event_id: _Optional[str] = ...) -> None: ...

class ActivateRankResponse(_message.Message):
    __slots__ = ("counted",)
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    counted: bool
    def __init__(self, counted: _Optional[bool] = ...) -> None: ...
