from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import channel_pb2 as _channel_pb2
from concierge_client._proto.concierge.v1 import quote_pb2 as _quote_pb2
from concierge_client._proto.concierge.v1 import types_pb2 as _types_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OfferKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFER_KIND_UNSPECIFIED: _ClassVar[OfferKind]
    OFFER_KIND_UPGRADE: _ClassVar[OfferKind]
    OFFER_KIND_SPA: _ClassVar[OfferKind]
    OFFER_KIND_DINING: _ClassVar[OfferKind]
    OFFER_KIND_LATE_CHECK_OUT: _ClassVar[OfferKind]
    OFFER_KIND_EARLY_CHECK_IN: _ClassVar[OfferKind]
    OFFER_KIND_TRANSFER: _ClassVar[OfferKind]
    OFFER_KIND_PACKAGE: _ClassVar[OfferKind]
    OFFER_KIND_LOYALTY: _ClassVar[OfferKind]
    OFFER_KIND_CONTENT: _ClassVar[OfferKind]
    OFFER_KIND_EXPERIENCE: _ClassVar[OfferKind]
    OFFER_KIND_STAY: _ClassVar[OfferKind]
    OFFER_KIND_GESTURE: _ClassVar[OfferKind]
    OFFER_KIND_RETAIL: _ClassVar[OfferKind]

class OfferState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFER_STATE_UNSPECIFIED: _ClassVar[OfferState]
    OFFER_STATE_ACTIVE: _ClassVar[OfferState]
    OFFER_STATE_STOPPED: _ClassVar[OfferState]
OFFER_KIND_UNSPECIFIED: OfferKind
OFFER_KIND_UPGRADE: OfferKind
OFFER_KIND_SPA: OfferKind
OFFER_KIND_DINING: OfferKind
OFFER_KIND_LATE_CHECK_OUT: OfferKind
OFFER_KIND_EARLY_CHECK_IN: OfferKind
OFFER_KIND_TRANSFER: OfferKind
OFFER_KIND_PACKAGE: OfferKind
OFFER_KIND_LOYALTY: OfferKind
OFFER_KIND_CONTENT: OfferKind
OFFER_KIND_EXPERIENCE: OfferKind
OFFER_KIND_STAY: OfferKind
OFFER_KIND_GESTURE: OfferKind
OFFER_KIND_RETAIL: OfferKind
OFFER_STATE_UNSPECIFIED: OfferState
OFFER_STATE_ACTIVE: OfferState
OFFER_STATE_STOPPED: OfferState

class Offer(_message.Message):
    __slots__ = ("name", "offer_id", "kind", "category_id", "group_id", "supplier_id", "display_name", "tags", "attributes", "property_ids", "pricing", "valid_window", "usable_dates", "excluded_dates", "stay_stages", "channels", "placement_ids", "party_limits", "min_notice", "eligibility_rule", "inventory_limited", "is_fallback", "is_service", "hold_duration", "from_room_type_ids", "to_room_type_id", "treatments", "state", "stop_time", "change_version")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    OFFER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_ID_FIELD_NUMBER: _ClassVar[int]
    SUPPLIER_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_IDS_FIELD_NUMBER: _ClassVar[int]
    PRICING_FIELD_NUMBER: _ClassVar[int]
    VALID_WINDOW_FIELD_NUMBER: _ClassVar[int]
    USABLE_DATES_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_DATES_FIELD_NUMBER: _ClassVar[int]
    STAY_STAGES_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    PARTY_LIMITS_FIELD_NUMBER: _ClassVar[int]
    MIN_NOTICE_FIELD_NUMBER: _ClassVar[int]
    ELIGIBILITY_RULE_FIELD_NUMBER: _ClassVar[int]
    INVENTORY_LIMITED_FIELD_NUMBER: _ClassVar[int]
    IS_FALLBACK_FIELD_NUMBER: _ClassVar[int]
    IS_SERVICE_FIELD_NUMBER: _ClassVar[int]
    HOLD_DURATION_FIELD_NUMBER: _ClassVar[int]
    FROM_ROOM_TYPE_IDS_FIELD_NUMBER: _ClassVar[int]
    TO_ROOM_TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    TREATMENTS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STOP_TIME_FIELD_NUMBER: _ClassVar[int]
    CHANGE_VERSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    offer_id: str
    kind: OfferKind
    category_id: str
    group_id: str
    supplier_id: str
    display_name: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    attributes: _containers.ScalarMap[str, str]
    property_ids: _containers.RepeatedScalarFieldContainer[str]
    pricing: _containers.RepeatedCompositeFieldContainer[OfferPricing]
    valid_window: _types_pb2.TimeWindow
    usable_dates: _containers.RepeatedCompositeFieldContainer[_types_pb2.DateRange]
    excluded_dates: _containers.RepeatedCompositeFieldContainer[_types_pb2.DateRange]
    stay_stages: _containers.RepeatedScalarFieldContainer[_types_pb2.StayStage]
    channels: _containers.RepeatedScalarFieldContainer[_channel_pb2.Channel]
    placement_ids: _containers.RepeatedScalarFieldContainer[str]
    party_limits: PartyLimits
    min_notice: _duration_pb2.Duration
    eligibility_rule: str
    inventory_limited: bool
    is_fallback: bool
    is_service: bool
    hold_duration: _duration_pb2.Duration
    from_room_type_ids: _containers.RepeatedScalarFieldContainer[str]
    to_room_type_id: str
    treatments: _containers.RepeatedCompositeFieldContainer[Treatment]
    state: OfferState
    stop_time: _timestamp_pb2.Timestamp
    change_version: int
    def __init__(self, name: _Optional[str] = ..., offer_id: _Optional[str] = ..., kind: _Optional[_Union[OfferKind, str]] = ..., category_id: _Optional[str] = ..., group_id: _Optional[str] = ..., supplier_id: _Optional[str] = ..., display_name: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., attributes: _Optional[_Mapping[str, str]] = ..., property_ids: _Optional[_Iterable[str]] = ..., pricing: _Optional[_Iterable[_Union[OfferPricing, _Mapping[str, _Any]]]] = ..., valid_window: _Optional[_Union[_types_pb2.TimeWindow, _Mapping[str, _Any]]] = ..., usable_dates: _Optional[_Iterable[_Union[_types_pb2.DateRange, _Mapping[str, _Any]]]] = ..., excluded_dates: _Optional[_Iterable[_Union[_types_pb2.DateRange, _Mapping[str, _Any]]]] = ..., stay_stages: _Optional[_Iterable[_Union[_types_pb2.StayStage, str]]] = ..., channels: _Optional[_Iterable[_Union[_channel_pb2.Channel, str]]] = ..., placement_ids: _Optional[_Iterable[str]] = ..., party_limits: _Optional[_Union[PartyLimits, _Mapping[str, _Any]]] = ..., min_notice: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., eligibility_rule: _Optional[str] = ..., inventory_limited: _Optional[bool] = ..., is_fallback: _Optional[bool] = ..., is_service: _Optional[bool] = ..., hold_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., from_room_type_ids: _Optional[_Iterable[str]] = ..., to_room_type_id: _Optional[str] = ..., treatments: _Optional[_Iterable[_Union[Treatment, _Mapping[str, _Any]]]] = ..., state: _Optional[_Union[OfferState, str]] = ..., stop_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., change_version: _Optional[int] = ...) -> None: ...

class OfferPricing(_message.Message):
    __slots__ = ("property_ids", "list_price", "charge_basis", "variable_cost", "commission_basis_points", "min_price", "charge_rules", "ladder_basis_points", "qualification_rules", "points_price", "points_earned", "disclosure_texts")
    class DisclosureTextsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROPERTY_IDS_FIELD_NUMBER: _ClassVar[int]
    LIST_PRICE_FIELD_NUMBER: _ClassVar[int]
    CHARGE_BASIS_FIELD_NUMBER: _ClassVar[int]
    VARIABLE_COST_FIELD_NUMBER: _ClassVar[int]
    COMMISSION_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    MIN_PRICE_FIELD_NUMBER: _ClassVar[int]
    CHARGE_RULES_FIELD_NUMBER: _ClassVar[int]
    LADDER_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_RULES_FIELD_NUMBER: _ClassVar[int]
    POINTS_PRICE_FIELD_NUMBER: _ClassVar[int]
    POINTS_EARNED_FIELD_NUMBER: _ClassVar[int]
    DISCLOSURE_TEXTS_FIELD_NUMBER: _ClassVar[int]
    property_ids: _containers.RepeatedScalarFieldContainer[str]
    list_price: _types_pb2.Money
    charge_basis: _quote_pb2.ChargeBasis
    variable_cost: _types_pb2.Money
    commission_basis_points: int
    min_price: _types_pb2.Money
    charge_rules: _containers.RepeatedCompositeFieldContainer[ChargeRule]
    ladder_basis_points: _containers.RepeatedScalarFieldContainer[int]
    qualification_rules: _containers.RepeatedCompositeFieldContainer[QualificationRule]
    points_price: int
    points_earned: int
    disclosure_texts: _containers.ScalarMap[str, str]
    def __init__(self, property_ids: _Optional[_Iterable[str]] = ..., list_price: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., charge_basis: _Optional[_Union[_quote_pb2.ChargeBasis, str]] = ..., variable_cost: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., commission_basis_points: _Optional[int] = ..., min_price: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., charge_rules: _Optional[_Iterable[_Union[ChargeRule, _Mapping[str, _Any]]]] = ..., ladder_basis_points: _Optional[_Iterable[int]] = ..., qualification_rules: _Optional[_Iterable[_Union[QualificationRule, _Mapping[str, _Any]]]] = ..., points_price: _Optional[int] = ..., points_earned: _Optional[int] = ..., disclosure_texts: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ChargeRule(_message.Message):
    __slots__ = ("code", "kind", "display_texts", "price_basis_points", "fixed_amount", "charge_basis", "included_in_price")
    class DisplayTextsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CODE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_TEXTS_FIELD_NUMBER: _ClassVar[int]
    PRICE_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    FIXED_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CHARGE_BASIS_FIELD_NUMBER: _ClassVar[int]
    INCLUDED_IN_PRICE_FIELD_NUMBER: _ClassVar[int]
    code: str
    kind: _quote_pb2.ChargeKind
    display_texts: _containers.ScalarMap[str, str]
    price_basis_points: int
    fixed_amount: _types_pb2.Money
    charge_basis: _quote_pb2.ChargeBasis
    included_in_price: bool
    def __init__(self, code: _Optional[str] = ..., kind: _Optional[_Union[_quote_pb2.ChargeKind, str]] = ..., display_texts: _Optional[_Mapping[str, str]] = ..., price_basis_points: _Optional[int] = ..., fixed_amount: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., charge_basis: _Optional[_Union[_quote_pb2.ChargeBasis, str]] = ..., included_in_price: _Optional[bool] = ...) -> None: ...

class QualificationRule(_message.Message):
    __slots__ = ("qualification_id", "kind", "display_texts", "price_basis_points", "tier_ids", "min_lead_time_days", "min_stay_nights", "promotion_codes", "rate_plan_ids", "usable_dates", "with_offer_ids", "with_category_ids", "min_with_count")
    class DisplayTextsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    QUALIFICATION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_TEXTS_FIELD_NUMBER: _ClassVar[int]
    PRICE_BASIS_POINTS_FIELD_NUMBER: _ClassVar[int]
    TIER_IDS_FIELD_NUMBER: _ClassVar[int]
    MIN_LEAD_TIME_DAYS_FIELD_NUMBER: _ClassVar[int]
    MIN_STAY_NIGHTS_FIELD_NUMBER: _ClassVar[int]
    PROMOTION_CODES_FIELD_NUMBER: _ClassVar[int]
    RATE_PLAN_IDS_FIELD_NUMBER: _ClassVar[int]
    USABLE_DATES_FIELD_NUMBER: _ClassVar[int]
    WITH_OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    WITH_CATEGORY_IDS_FIELD_NUMBER: _ClassVar[int]
    MIN_WITH_COUNT_FIELD_NUMBER: _ClassVar[int]
    qualification_id: str
    kind: _quote_pb2.QualificationKind
    display_texts: _containers.ScalarMap[str, str]
    price_basis_points: int
    tier_ids: _containers.RepeatedScalarFieldContainer[str]
    min_lead_time_days: int
    min_stay_nights: int
    promotion_codes: _containers.RepeatedScalarFieldContainer[str]
    rate_plan_ids: _containers.RepeatedScalarFieldContainer[str]
    usable_dates: _containers.RepeatedCompositeFieldContainer[_types_pb2.DateRange]
    with_offer_ids: _containers.RepeatedScalarFieldContainer[str]
    with_category_ids: _containers.RepeatedScalarFieldContainer[str]
    min_with_count: int
    def __init__(self, qualification_id: _Optional[str] = ..., kind: _Optional[_Union[_quote_pb2.QualificationKind, str]] = ..., display_texts: _Optional[_Mapping[str, str]] = ..., price_basis_points: _Optional[int] = ..., tier_ids: _Optional[_Iterable[str]] = ..., min_lead_time_days: _Optional[int] = ..., min_stay_nights: _Optional[int] = ..., promotion_codes: _Optional[_Iterable[str]] = ..., rate_plan_ids: _Optional[_Iterable[str]] = ..., usable_dates: _Optional[_Iterable[_Union[_types_pb2.DateRange, _Mapping[str, _Any]]]] = ..., with_offer_ids: _Optional[_Iterable[str]] = ..., with_category_ids: _Optional[_Iterable[str]] = ..., min_with_count: _Optional[int] = ...) -> None: ...

class PartyLimits(_message.Message):
    __slots__ = ("min_adult_count", "max_adult_count", "min_child_count", "max_child_count", "max_party_size")
    MIN_ADULT_COUNT_FIELD_NUMBER: _ClassVar[int]
    MAX_ADULT_COUNT_FIELD_NUMBER: _ClassVar[int]
    MIN_CHILD_COUNT_FIELD_NUMBER: _ClassVar[int]
    MAX_CHILD_COUNT_FIELD_NUMBER: _ClassVar[int]
    MAX_PARTY_SIZE_FIELD_NUMBER: _ClassVar[int]
    min_adult_count: int
    max_adult_count: int
    min_child_count: int
    max_child_count: int
    max_party_size: int
    def __init__(self, min_adult_count: _Optional[int] = ..., max_adult_count: _Optional[int] = ..., min_child_count: _Optional[int] = ..., max_child_count: _Optional[int] = ..., max_party_size: _Optional[int] = ...) -> None: ...

class Treatment(_message.Message):
    __slots__ = ("name", "treatment_id", "channels", "placement_ids", "locale", "day_types", "dayparts", "content", "stay_stages")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TREATMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    DAY_TYPES_FIELD_NUMBER: _ClassVar[int]
    DAYPARTS_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    STAY_STAGES_FIELD_NUMBER: _ClassVar[int]
    name: str
    treatment_id: str
    channels: _containers.RepeatedScalarFieldContainer[_channel_pb2.Channel]
    placement_ids: _containers.RepeatedScalarFieldContainer[str]
    locale: str
    day_types: _containers.RepeatedScalarFieldContainer[_types_pb2.DayType]
    dayparts: _containers.RepeatedScalarFieldContainer[_types_pb2.Daypart]
    content: TreatmentContent
    stay_stages: _containers.RepeatedScalarFieldContainer[_types_pb2.StayStage]
    def __init__(self, name: _Optional[str] = ..., treatment_id: _Optional[str] = ..., channels: _Optional[_Iterable[_Union[_channel_pb2.Channel, str]]] = ..., placement_ids: _Optional[_Iterable[str]] = ..., locale: _Optional[str] = ..., day_types: _Optional[_Iterable[_Union[_types_pb2.DayType, str]]] = ..., dayparts: _Optional[_Iterable[_Union[_types_pb2.Daypart, str]]] = ..., content: _Optional[_Union[TreatmentContent, _Mapping[str, _Any]]] = ..., stay_stages: _Optional[_Iterable[_Union[_types_pb2.StayStage, str]]] = ...) -> None: ...

class TreatmentContent(_message.Message):
    __slots__ = ("title", "body", "image_uri", "action_text", "action_uri", "staff_notes", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    IMAGE_URI_FIELD_NUMBER: _ClassVar[int]
    ACTION_TEXT_FIELD_NUMBER: _ClassVar[int]
    ACTION_URI_FIELD_NUMBER: _ClassVar[int]
    STAFF_NOTES_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    title: str
    body: str
    image_uri: str
    action_text: str
    action_uri: str
    staff_notes: str
    attributes: _containers.ScalarMap[str, str]
    def __init__(self, title: _Optional[str] = ..., body: _Optional[str] = ..., image_uri: _Optional[str] = ..., action_text: _Optional[str] = ..., action_uri: _Optional[str] = ..., staff_notes: _Optional[str] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Category(_message.Message):
    __slots__ = ("category_id", "display_name", "parent_category_id")
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    PARENT_CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    category_id: str
    display_name: str
    parent_category_id: str
    def __init__(self, category_id: _Optional[str] = ..., display_name: _Optional[str] = ..., parent_category_id: _Optional[str] = ...) -> None: ...

class Placement(_message.Message):
    __slots__ = ("name", "placement_id", "display_name", "channel", "direction", "default_offer_count", "decision_policy_id", "accepted_kinds", "accepted_category_ids", "fallback_offer_ids")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_OFFER_COUNT_FIELD_NUMBER: _ClassVar[int]
    DECISION_POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_KINDS_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_CATEGORY_IDS_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    name: str
    placement_id: str
    display_name: str
    channel: _channel_pb2.Channel
    direction: _types_pb2.Direction
    default_offer_count: int
    decision_policy_id: str
    accepted_kinds: _containers.RepeatedScalarFieldContainer[OfferKind]
    accepted_category_ids: _containers.RepeatedScalarFieldContainer[str]
    fallback_offer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., placement_id: _Optional[str] = ..., display_name: _Optional[str] = ..., channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., direction: _Optional[_Union[_types_pb2.Direction, str]] = ..., default_offer_count: _Optional[int] = ..., decision_policy_id: _Optional[str] = ..., accepted_kinds: _Optional[_Iterable[_Union[OfferKind, str]]] = ..., accepted_category_ids: _Optional[_Iterable[str]] = ..., fallback_offer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Property(_message.Message):
    __slots__ = ("name", "property_id", "display_name", "time_zone", "currency_code", "country_code", "default_locale", "check_in_local_time", "check_out_local_time", "room_types", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_CODE_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_LOCALE_FIELD_NUMBER: _ClassVar[int]
    CHECK_IN_LOCAL_TIME_FIELD_NUMBER: _ClassVar[int]
    CHECK_OUT_LOCAL_TIME_FIELD_NUMBER: _ClassVar[int]
    ROOM_TYPES_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    name: str
    property_id: str
    display_name: str
    time_zone: str
    currency_code: str
    country_code: str
    default_locale: str
    check_in_local_time: str
    check_out_local_time: str
    room_types: _containers.RepeatedCompositeFieldContainer[RoomType]
    attributes: _containers.ScalarMap[str, str]
    def __init__(self, name: _Optional[str] = ..., property_id: _Optional[str] = ..., display_name: _Optional[str] = ..., time_zone: _Optional[str] = ..., currency_code: _Optional[str] = ..., country_code: _Optional[str] = ..., default_locale: _Optional[str] = ..., check_in_local_time: _Optional[str] = ..., check_out_local_time: _Optional[str] = ..., room_types: _Optional[_Iterable[_Union[RoomType, _Mapping[str, _Any]]]] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RoomType(_message.Message):
    __slots__ = ("room_type_id", "display_name", "max_party_size")
    ROOM_TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    MAX_PARTY_SIZE_FIELD_NUMBER: _ClassVar[int]
    room_type_id: str
    display_name: str
    max_party_size: int
    def __init__(self, room_type_id: _Optional[str] = ..., display_name: _Optional[str] = ..., max_party_size: _Optional[int] = ...) -> None: ...
