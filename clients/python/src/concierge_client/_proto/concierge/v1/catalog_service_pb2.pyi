from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import catalog_pb2 as _catalog_pb2
from concierge_client._proto.concierge.v1 import offer_pb2 as _offer_pb2
from concierge_client._proto.concierge.v1 import types_pb2 as _types_pb2
from google.api import annotations_pb2 as _annotations_pb2_1
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CatalogFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CATALOG_FORMAT_UNSPECIFIED: _ClassVar[CatalogFormat]
    CATALOG_FORMAT_MESSAGE: _ClassVar[CatalogFormat]
    CATALOG_FORMAT_TOML: _ClassVar[CatalogFormat]

class ProblemSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROBLEM_SEVERITY_UNSPECIFIED: _ClassVar[ProblemSeverity]
    PROBLEM_SEVERITY_ERROR: _ClassVar[ProblemSeverity]
    PROBLEM_SEVERITY_WARNING: _ClassVar[ProblemSeverity]
    PROBLEM_SEVERITY_INFO: _ClassVar[ProblemSeverity]
CATALOG_FORMAT_UNSPECIFIED: CatalogFormat
CATALOG_FORMAT_MESSAGE: CatalogFormat
CATALOG_FORMAT_TOML: CatalogFormat
PROBLEM_SEVERITY_UNSPECIFIED: ProblemSeverity
PROBLEM_SEVERITY_ERROR: ProblemSeverity
PROBLEM_SEVERITY_WARNING: ProblemSeverity
PROBLEM_SEVERITY_INFO: ProblemSeverity

class ListBudgetsRequest(_message.Message):
    __slots__ = ("parent",)
    PARENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    def __init__(self, parent: _Optional[str] = ...) -> None: ...

class ListBudgetsResponse(_message.Message):
    __slots__ = ("budgets",)
    BUDGETS_FIELD_NUMBER: _ClassVar[int]
    budgets: _containers.RepeatedCompositeFieldContainer[BudgetStatus]
    def __init__(self, budgets: _Optional[_Iterable[_Union[BudgetStatus, _Mapping[str, _Any]]]] = ...) -> None: ...

class BudgetStatus(_message.Message):
    __slots__ = ("budget_id", "display_name", "start_time", "end_time", "amount", "spent", "reserved", "remaining", "late", "even_pace", "least_return", "budget_shadow_price", "return_shadow_price", "minimum_return", "return_so_far", "uplift_measured")
    BUDGET_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SPENT_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    EVEN_PACE_FIELD_NUMBER: _ClassVar[int]
    LEAST_RETURN_FIELD_NUMBER: _ClassVar[int]
    BUDGET_SHADOW_PRICE_FIELD_NUMBER: _ClassVar[int]
    RETURN_SHADOW_PRICE_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_RETURN_FIELD_NUMBER: _ClassVar[int]
    RETURN_SO_FAR_FIELD_NUMBER: _ClassVar[int]
    UPLIFT_MEASURED_FIELD_NUMBER: _ClassVar[int]
    budget_id: str
    display_name: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    amount: _types_pb2.Money
    spent: _types_pb2.Money
    reserved: _types_pb2.Money
    remaining: _types_pb2.Money
    late: _types_pb2.Money
    even_pace: _types_pb2.Money
    least_return: float
    budget_shadow_price: float
    return_shadow_price: float
    minimum_return: float
    return_so_far: float
    uplift_measured: bool
    def __init__(self, budget_id: _Optional[str] = ..., display_name: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., spent: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., reserved: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., remaining: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., late: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., even_pace: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., least_return: _Optional[float] = ..., budget_shadow_price: _Optional[float] = ..., return_shadow_price: _Optional[float] = ..., minimum_return: _Optional[float] = ..., return_so_far: _Optional[float] = ..., uplift_measured: _Optional[bool] = ...) -> None: ...

class GetCatalogRequest(_message.Message):
    __slots__ = ("name", "catalog_version", "format")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    name: str
    catalog_version: int
    format: CatalogFormat
    def __init__(self, name: _Optional[str] = ..., catalog_version: _Optional[int] = ..., format: _Optional[_Union[CatalogFormat, str]] = ...) -> None: ...

class GetCatalogResponse(_message.Message):
    __slots__ = ("catalog", "catalog_toml", "catalog_version", "current_catalog_version")
    CATALOG_FIELD_NUMBER: _ClassVar[int]
    CATALOG_TOML_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    CURRENT_CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    catalog: _catalog_pb2.Catalog
    catalog_toml: str
    catalog_version: int
    current_catalog_version: int
    def __init__(self, catalog: _Optional[_Union[_catalog_pb2.Catalog, _Mapping[str, _Any]]] = ..., catalog_toml: _Optional[str] = ..., catalog_version: _Optional[int] = ..., current_catalog_version: _Optional[int] = ...) -> None: ...

class ValidateCatalogRequest(_message.Message):
    __slots__ = ("parent", "catalog", "catalog_toml")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    CATALOG_FIELD_NUMBER: _ClassVar[int]
    CATALOG_TOML_FIELD_NUMBER: _ClassVar[int]
    parent: str
    catalog: _catalog_pb2.Catalog
    catalog_toml: str
    def __init__(self, parent: _Optional[str] = ..., catalog: _Optional[_Union[_catalog_pb2.Catalog, _Mapping[str, _Any]]] = ..., catalog_toml: _Optional[str] = ...) -> None: ...

class ValidateCatalogResponse(_message.Message):
    __slots__ = ("valid", "problems", "summary")
    VALID_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    valid: bool
    problems: _containers.RepeatedCompositeFieldContainer[CatalogProblem]
    summary: CatalogSummary
    def __init__(self, valid: _Optional[bool] = ..., problems: _Optional[_Iterable[_Union[CatalogProblem, _Mapping[str, _Any]]]] = ..., summary: _Optional[_Union[CatalogSummary, _Mapping[str, _Any]]] = ...) -> None: ...

class CatalogProblem(_message.Message):
    __slots__ = ("severity", "path", "component_id", "code", "message", "line", "column")
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    severity: ProblemSeverity
    path: str
    component_id: str
    code: str
    message: str
    line: int
    column: int
    def __init__(self, severity: _Optional[_Union[ProblemSeverity, str]] = ..., path: _Optional[str] = ..., component_id: _Optional[str] = ..., code: _Optional[str] = ..., message: _Optional[str] = ..., line: _Optional[int] = ..., column: _Optional[int] = ...) -> None: ...

class CatalogSummary(_message.Message):
    __slots__ = ("property_count", "offer_count", "treatment_count", "placement_count", "policy_count", "segment_count", "lowered_rule_count", "residual_rule_count", "added_offer_ids", "changed_offer_ids", "removed_offer_ids")
    PROPERTY_COUNT_FIELD_NUMBER: _ClassVar[int]
    OFFER_COUNT_FIELD_NUMBER: _ClassVar[int]
    TREATMENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    POLICY_COUNT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    LOWERED_RULE_COUNT_FIELD_NUMBER: _ClassVar[int]
    RESIDUAL_RULE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ADDED_OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    CHANGED_OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    REMOVED_OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    property_count: int
    offer_count: int
    treatment_count: int
    placement_count: int
    policy_count: int
    segment_count: int
    lowered_rule_count: int
    residual_rule_count: int
    added_offer_ids: _containers.RepeatedScalarFieldContainer[str]
    changed_offer_ids: _containers.RepeatedScalarFieldContainer[str]
    removed_offer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, property_count: _Optional[int] = ..., offer_count: _Optional[int] = ..., treatment_count: _Optional[int] = ..., placement_count: _Optional[int] = ..., policy_count: _Optional[int] = ..., segment_count: _Optional[int] = ..., lowered_rule_count: _Optional[int] = ..., residual_rule_count: _Optional[int] = ..., added_offer_ids: _Optional[_Iterable[str]] = ..., changed_offer_ids: _Optional[_Iterable[str]] = ..., removed_offer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PublishCatalogRequest(_message.Message):
    __slots__ = ("parent", "catalog", "catalog_toml", "expected_catalog_version", "description", "restart_offer_ids", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    CATALOG_FIELD_NUMBER: _ClassVar[int]
    CATALOG_TOML_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    RESTART_OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    catalog: _catalog_pb2.Catalog
    catalog_toml: str
    expected_catalog_version: int
    description: str
    restart_offer_ids: _containers.RepeatedScalarFieldContainer[str]
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., catalog: _Optional[_Union[_catalog_pb2.Catalog, _Mapping[str, _Any]]] = ..., catalog_toml: _Optional[str] = ..., expected_catalog_version: _Optional[int] = ..., description: _Optional[str] = ..., restart_offer_ids: _Optional[_Iterable[str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class PublishCatalogResponse(_message.Message):
    __slots__ = ("catalog_version", "publish_time", "problems", "summary")
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    catalog_version: int
    publish_time: _timestamp_pb2.Timestamp
    problems: _containers.RepeatedCompositeFieldContainer[CatalogProblem]
    summary: CatalogSummary
    def __init__(self, catalog_version: _Optional[int] = ..., publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., problems: _Optional[_Iterable[_Union[CatalogProblem, _Mapping[str, _Any]]]] = ..., summary: _Optional[_Union[CatalogSummary, _Mapping[str, _Any]]] = ...) -> None: ...

class RollBackCatalogRequest(_message.Message):
    __slots__ = ("name", "catalog_version", "expected_catalog_version", "description", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    catalog_version: int
    expected_catalog_version: int
    description: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., catalog_version: _Optional[int] = ..., expected_catalog_version: _Optional[int] = ..., description: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class RollBackCatalogResponse(_message.Message):
    __slots__ = ("catalog_version", "publish_time")
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    catalog_version: int
    publish_time: _timestamp_pb2.Timestamp
    def __init__(self, catalog_version: _Optional[int] = ..., publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class ListCatalogVersionsRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCatalogVersionsResponse(_message.Message):
    __slots__ = ("versions", "next_page_token")
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedCompositeFieldContainer[CatalogVersion]
    next_page_token: str
    def __init__(self, versions: _Optional[_Iterable[_Union[CatalogVersion, _Mapping[str, _Any]]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CatalogVersion(_message.Message):
    __slots__ = ("catalog_version", "publish_time", "publisher", "description", "rolled_back_to_version", "summary", "content_sha256", "is_current")
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    PUBLISHER_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ROLLED_BACK_TO_VERSION_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    IS_CURRENT_FIELD_NUMBER: _ClassVar[int]
    catalog_version: int
    publish_time: _timestamp_pb2.Timestamp
    publisher: str
    description: str
    rolled_back_to_version: int
    summary: CatalogSummary
    content_sha256: str
    is_current: bool
    def __init__(self, catalog_version: _Optional[int] = ..., publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., publisher: _Optional[str] = ..., description: _Optional[str] = ..., rolled_back_to_version: _Optional[int] = ..., summary: _Optional[_Union[CatalogSummary, _Mapping[str, _Any]]] = ..., content_sha256: _Optional[str] = ..., is_current: _Optional[bool] = ...) -> None: ...

class StopOfferRequest(_message.Message):
    __slots__ = ("name", "description", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class StopOfferResponse(_message.Message):
    __slots__ = ("offer", "stop_time", "sequence")
    OFFER_FIELD_NUMBER: _ClassVar[int]
    STOP_TIME_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    offer: _offer_pb2.Offer
    stop_time: _timestamp_pb2.Timestamp
    sequence: int
    def __init__(self, offer: _Optional[_Union[_offer_pb2.Offer, _Mapping[str, _Any]]] = ..., stop_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., sequence: _Optional[int] = ...) -> None: ...

class GetOfferRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetOfferResponse(_message.Message):
    __slots__ = ("offer",)
    OFFER_FIELD_NUMBER: _ClassVar[int]
    offer: _offer_pb2.Offer
    def __init__(self, offer: _Optional[_Union[_offer_pb2.Offer, _Mapping[str, _Any]]] = ...) -> None: ...

class ListOffersRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token", "property_id", "category_id", "kinds", "state")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_ID_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    property_id: str
    category_id: str
    kinds: _containers.RepeatedScalarFieldContainer[_offer_pb2.OfferKind]
    state: _offer_pb2.OfferState
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., property_id: _Optional[str] = ..., category_id: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[_offer_pb2.OfferKind, str]]] = ..., state: _Optional[_Union[_offer_pb2.OfferState, str]] = ...) -> None: ...

class ListOffersResponse(_message.Message):
    __slots__ = ("offers", "next_page_token", "catalog_version")
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    offers: _containers.RepeatedCompositeFieldContainer[_offer_pb2.Offer]
    next_page_token: str
    catalog_version: int
    def __init__(self, offers: _Optional[_Iterable[_Union[_offer_pb2.Offer, _Mapping[str, _Any]]]] = ..., next_page_token: _Optional[str] = ..., catalog_version: _Optional[int] = ...) -> None: ...

class SetInventoryRequest(_message.Message):
    __slots__ = ("property", "offer_id", "entries", "request_id")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    property: str
    offer_id: str
    entries: _containers.RepeatedCompositeFieldContainer[InventoryEntry]
    request_id: str
    def __init__(self, property: _Optional[str] = ..., offer_id: _Optional[str] = ..., entries: _Optional[_Iterable[_Union[InventoryEntry, _Mapping[str, _Any]]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class InventoryEntry(_message.Message):
    __slots__ = ("date", "remaining_unit_count", "reserved_unit_count", "held_unit_count")
    DATE_FIELD_NUMBER: _ClassVar[int]
    REMAINING_UNIT_COUNT_FIELD_NUMBER: _ClassVar[int]
    RESERVED_UNIT_COUNT_FIELD_NUMBER: _ClassVar[int]
    HELD_UNIT_COUNT_FIELD_NUMBER: _ClassVar[int]
    date: str
    remaining_unit_count: int
    reserved_unit_count: int
    held_unit_count: int
    def __init__(self, date: _Optional[str] = ..., remaining_unit_count: _Optional[int] = ..., reserved_unit_count: _Optional[int] = ..., held_unit_count: _Optional[int] = ...) -> None: ...

class SetRatesRequest(_message.Message):
    __slots__ = ("property", "currency_code", "rates", "validate_only", "request_id")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    RATES_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    property: str
    currency_code: str
    rates: _containers.RepeatedCompositeFieldContainer[RoomRate]
    validate_only: bool
    request_id: str
    def __init__(self, property: _Optional[str] = ..., currency_code: _Optional[str] = ..., rates: _Optional[_Iterable[_Union[RoomRate, _Mapping[str, _Any]]]] = ..., validate_only: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class RoomRate(_message.Message):
    __slots__ = ("room_type_id", "date", "bid_price_minor", "hurdle_minor", "variable_cost_minor")
    ROOM_TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    BID_PRICE_MINOR_FIELD_NUMBER: _ClassVar[int]
    HURDLE_MINOR_FIELD_NUMBER: _ClassVar[int]
    VARIABLE_COST_MINOR_FIELD_NUMBER: _ClassVar[int]
    room_type_id: str
    date: str
    bid_price_minor: int
    hurdle_minor: int
    variable_cost_minor: int
    def __init__(self, room_type_id: _Optional[str] = ..., date: _Optional[str] = ..., bid_price_minor: _Optional[int] = ..., hurdle_minor: _Optional[int] = ..., variable_cost_minor: _Optional[int] = ...) -> None: ...

class SetRatesResponse(_message.Message):
    __slots__ = ("sequence", "rate_count", "unused_room_type_ids")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNUSED_ROOM_TYPE_IDS_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    rate_count: int
    unused_room_type_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, sequence: _Optional[int] = ..., rate_count: _Optional[int] = ..., unused_room_type_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ListRatesRequest(_message.Message):
    __slots__ = ("property", "room_type_id", "start_date", "end_date", "page_size", "page_token")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    ROOM_TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    property: str
    room_type_id: str
    start_date: str
    end_date: str
    page_size: int
    page_token: str
    def __init__(self, property: _Optional[str] = ..., room_type_id: _Optional[str] = ..., start_date: _Optional[str] = ..., end_date: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRatesResponse(_message.Message):
    __slots__ = ("rates", "currency_code", "sequence", "next_page_token", "total_count")
    RATES_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    rates: _containers.RepeatedCompositeFieldContainer[RoomRate]
    currency_code: str
    sequence: int
    next_page_token: str
    total_count: int
    def __init__(self, rates: _Optional[_Iterable[_Union[RoomRate, _Mapping[str, _Any]]]] = ..., currency_code: _Optional[str] = ..., sequence: _Optional[int] = ..., next_page_token: _Optional[str] = ..., total_count: _Optional[int] = ...) -> None: ...

class LearnPricesRequest(_message.Message):
    __slots__ = ("parent", "validate_only", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    validate_only: bool
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., validate_only: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class LearnPricesResponse(_message.Message):
    __slots__ = ("ladders", "catalog_version")
    LADDERS_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    ladders: _containers.RepeatedCompositeFieldContainer[LearntLadder]
    catalog_version: int
    def __init__(self, ladders: _Optional[_Iterable[_Union[LearntLadder, _Mapping[str, _Any]]]] = ..., catalog_version: _Optional[int] = ...) -> None: ...

class LearnSegmentTastesRequest(_message.Message):
    __slots__ = ("parent", "validate_only", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    validate_only: bool
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., validate_only: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class LearnSegmentTastesResponse(_message.Message):
    __slots__ = ("segments", "catalog_version")
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    segments: _containers.RepeatedCompositeFieldContainer[LearntSegment]
    catalog_version: int
    def __init__(self, segments: _Optional[_Iterable[_Union[LearntSegment, _Mapping[str, _Any]]]] = ..., catalog_version: _Optional[int] = ...) -> None: ...

class LearntSegment(_message.Message):
    __slots__ = ("segment_id", "offered_count", "accepted_count", "tastes")
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERED_COUNT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    TASTES_FIELD_NUMBER: _ClassVar[int]
    segment_id: str
    offered_count: int
    accepted_count: int
    tastes: _containers.RepeatedCompositeFieldContainer[LearntTaste]
    def __init__(self, segment_id: _Optional[str] = ..., offered_count: _Optional[int] = ..., accepted_count: _Optional[int] = ..., tastes: _Optional[_Iterable[_Union[LearntTaste, _Mapping[str, _Any]]]] = ...) -> None: ...

class LearntTaste(_message.Message):
    __slots__ = ("tag", "written_log_odds", "log_odds", "log_odds_standard_error")
    TAG_FIELD_NUMBER: _ClassVar[int]
    WRITTEN_LOG_ODDS_FIELD_NUMBER: _ClassVar[int]
    LOG_ODDS_FIELD_NUMBER: _ClassVar[int]
    LOG_ODDS_STANDARD_ERROR_FIELD_NUMBER: _ClassVar[int]
    tag: str
    written_log_odds: float
    log_odds: float
    log_odds_standard_error: float
    def __init__(self, tag: _Optional[str] = ..., written_log_odds: _Optional[float] = ..., log_odds: _Optional[float] = ..., log_odds_standard_error: _Optional[float] = ...) -> None: ...

class LearntLadder(_message.Message):
    __slots__ = ("offer_id", "property", "elasticity", "elasticity_standard_error", "offered_count", "effective_date", "steps")
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    ELASTICITY_FIELD_NUMBER: _ClassVar[int]
    ELASTICITY_STANDARD_ERROR_FIELD_NUMBER: _ClassVar[int]
    OFFERED_COUNT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_DATE_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    offer_id: str
    property: str
    elasticity: float
    elasticity_standard_error: float
    offered_count: int
    effective_date: str
    steps: _containers.RepeatedCompositeFieldContainer[LearntPriceStep]
    def __init__(self, offer_id: _Optional[str] = ..., property: _Optional[str] = ..., elasticity: _Optional[float] = ..., elasticity_standard_error: _Optional[float] = ..., offered_count: _Optional[int] = ..., effective_date: _Optional[str] = ..., steps: _Optional[_Iterable[_Union[LearntPriceStep, _Mapping[str, _Any]]]] = ...) -> None: ...

class LearntPriceStep(_message.Message):
    __slots__ = ("basis_points", "price", "accept_rate", "expected_margin", "selection_probability")
    BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_RATE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_MARGIN_FIELD_NUMBER: _ClassVar[int]
    SELECTION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    basis_points: int
    price: _types_pb2.Money
    accept_rate: float
    expected_margin: float
    selection_probability: float
    def __init__(self, basis_points: _Optional[int] = ..., price: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., accept_rate: _Optional[float] = ..., expected_margin: _Optional[float] = ..., selection_probability: _Optional[float] = ...) -> None: ...

class SetInventoryResponse(_message.Message):
    __slots__ = ("entries", "sequence")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[InventoryEntry]
    sequence: int
    def __init__(self, entries: _Optional[_Iterable[_Union[InventoryEntry, _Mapping[str, _Any]]]] = ..., sequence: _Optional[int] = ...) -> None: ...
