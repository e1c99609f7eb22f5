from typing import Any as _Any
from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from google.api import annotations_pb2 as _annotations_pb2_1
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OfferFactors(_message.Message):
    __slots__ = ("offer_id", "factors")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    FACTORS_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    factors: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, offer_id: _Optional[str] = ..., factors: _Optional[_Iterable[float]] = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ("display_name", "version", "offer_count", "common_offer_count", "relative_distance")
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    OFFER_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMMON_OFFER_COUNT_FIELD_NUMBER: _ClassVar[int]
    RELATIVE_DISTANCE_FIELD_NUMBER: _ClassVar[int]
    display_name: str
    version: str
    offer_count: int
    common_offer_count: int
    relative_distance: float
    def __init__(self, display_name: _Optional[str] = ..., version: _Optional[str] = ..., offer_count: _Optional[int] = ..., common_offer_count: _Optional[int] = ..., relative_distance: _Optional[float] = ...) -> None: ...

class Foresight(_message.Message):
    __slots__ = ("label_count", "published_loss", "shadow_loss")
    LABEL_COUNT_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_LOSS_FIELD_NUMBER: _ClassVar[int]
    SHADOW_LOSS_FIELD_NUMBER: _ClassVar[int]
    label_count: float
    published_loss: float
    shadow_loss: float
    def __init__(self, label_count: _Optional[float] = ..., published_loss: _Optional[float] = ..., shadow_loss: _Optional[float] = ...) -> None: ...

class ShadowModelRequest(_message.Message):
    __slots__ = ("parent", "display_name", "version", "offers", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    display_name: str
    version: str
    offers: _containers.RepeatedCompositeFieldContainer[OfferFactors]
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., display_name: _Optional[str] = ..., version: _Optional[str] = ..., offers: _Optional[_Iterable[_Union[OfferFactors, _Mapping[str, _Any]]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ShadowModelResponse(_message.Message):
    __slots__ = ("shadow",)
    SHADOW_FIELD_NUMBER: _ClassVar[int]
    shadow: Model
    def __init__(self, shadow: _Optional[_Union[Model, _Mapping[str, _Any]]] = ...) -> None: ...

class PublishModelRequest(_message.Message):
    __slots__ = ("parent", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class PublishModelResponse(_message.Message):
    __slots__ = ("catalog_version",)
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    catalog_version: int
    def __init__(self, catalog_version: _Optional[int] = ...) -> None: ...

class RollBackModelRequest(_message.Message):
    __slots__ = ("parent", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class RollBackModelResponse(_message.Message):
    __slots__ = ("catalog_version",)
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    catalog_version: int
    def __init__(self, catalog_version: _Optional[int] = ...) -> None: ...

class GetModelsRequest(_message.Message):
    __slots__ = ("parent",)
    PARENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    def __init__(self, parent: _Optional[str] = ...) -> None: ...

class GetModelsResponse(_message.Message):
    __slots__ = ("published", "catalog_version", "shadow", "foresight")
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    SHADOW_FIELD_NUMBER: _ClassVar[int]
    FORESIGHT_FIELD_NUMBER: _ClassVar[int]
    published: Model
    catalog_version: int
    shadow: Model
    foresight: Foresight
    def __init__(self, published: _Optional[_Union[Model, _Mapping[str, _Any]]] = ..., catalog_version: _Optional[int] = ..., shadow: _Optional[_Union[Model, _Mapping[str, _Any]]] = ..., foresight: _Optional[_Union[Foresight, _Mapping[str, _Any]]] = ...) -> None: ...
