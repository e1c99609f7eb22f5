from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReasonAudience(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REASON_AUDIENCE_UNSPECIFIED: _ClassVar[ReasonAudience]
    REASON_AUDIENCE_GUEST: _ClassVar[ReasonAudience]
    REASON_AUDIENCE_STAFF: _ClassVar[ReasonAudience]
REASON_AUDIENCE_UNSPECIFIED: ReasonAudience
REASON_AUDIENCE_GUEST: ReasonAudience
REASON_AUDIENCE_STAFF: ReasonAudience

class Reason(_message.Message):
    __slots__ = ("code", "parameters", "display_text", "audience", "contribution")
    class ParametersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CODE_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_TEXT_FIELD_NUMBER: _ClassVar[int]
    AUDIENCE_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTION_FIELD_NUMBER: _ClassVar[int]
    code: str
    parameters: _containers.ScalarMap[str, str]
    display_text: str
    audience: ReasonAudience
    contribution: float
    def __init__(self, code: _Optional[str] = ..., parameters: _Optional[_Mapping[str, str]] = ..., display_text: _Optional[str] = ..., audience: _Optional[_Union[ReasonAudience, str]] = ..., contribution: _Optional[float] = ...) -> None: ...
