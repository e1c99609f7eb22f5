from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import channel_pb2 as _channel_pb2
from concierge_client._proto.concierge.v1 import offer_pb2 as _offer_pb2
from concierge_client._proto.concierge.v1 import policy_pb2 as _policy_pb2
from concierge_client._proto.concierge.v1 import types_pb2 as _types_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Catalog(_message.Message):
    __slots__ = ("name", "catalog_version", "publish_time", "properties", "categories", "offers", "placements", "decision_policies", "contact_policies", "quiet_hours", "channel_settings", "calendars", "segments", "loyalty_tiers")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CATALOG_VERSION_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    PROPERTIES_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    PLACEMENTS_FIELD_NUMBER: _ClassVar[int]
    DECISION_POLICIES_FIELD_NUMBER: _ClassVar[int]
    CONTACT_POLICIES_FIELD_NUMBER: _ClassVar[int]
    QUIET_HOURS_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_SETTINGS_FIELD_NUMBER: _ClassVar[int]
    CALENDARS_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    LOYALTY_TIERS_FIELD_NUMBER: _ClassVar[int]
    name: str
    catalog_version: int
    publish_time: _timestamp_pb2.Timestamp
    properties: _containers.RepeatedCompositeFieldContainer[_offer_pb2.Property]
    categories: _containers.RepeatedCompositeFieldContainer[_offer_pb2.Category]
    offers: _containers.RepeatedCompositeFieldContainer[_offer_pb2.Offer]
    placements: _containers.RepeatedCompositeFieldContainer[_offer_pb2.Placement]
    decision_policies: _containers.RepeatedCompositeFieldContainer[_policy_pb2.DecisionPolicy]
    contact_policies: _containers.RepeatedCompositeFieldContainer[_policy_pb2.ContactPolicy]
    quiet_hours: _containers.RepeatedCompositeFieldContainer[_policy_pb2.QuietHours]
    channel_settings: _containers.RepeatedCompositeFieldContainer[ChannelSettings]
    calendars: _containers.RepeatedCompositeFieldContainer[Calendar]
    segments: _containers.RepeatedCompositeFieldContainer[Segment]
    loyalty_tiers: _containers.RepeatedCompositeFieldContainer[LoyaltyTier]
    def __init__(self, name: _Optional[str] = ..., catalog_version: _Optional[int] = ..., publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., properties: _Optional[_Iterable[_Union[_offer_pb2.Property, _Mapping[str, _Any]]]] = ..., categories: _Optional[_Iterable[_Union[_offer_pb2.Category, _Mapping[str, _Any]]]] = ..., offers: _Optional[_Iterable[_Union[_offer_pb2.Offer, _Mapping[str, _Any]]]] = ..., placements: _Optional[_Iterable[_Union[_offer_pb2.Placement, _Mapping[str, _Any]]]] = ..., decision_policies: _Optional[_Iterable[_Union[_policy_pb2.DecisionPolicy, _Mapping[str, _Any]]]] = ..., contact_policies: _Optional[_Iterable[_Union[_policy_pb2.ContactPolicy, _Mapping[str, _Any]]]] = ..., quiet_hours: _Optional[_Iterable[_Union[_policy_pb2.QuietHours, _Mapping[str, _Any]]]] = ..., channel_settings: _Optional[_Iterable[_Union[ChannelSettings, _Mapping[str, _Any]]]] = ..., calendars: _Optional[_Iterable[_Union[Calendar, _Mapping[str, _Any]]]] = ..., segments: _Optional[_Iterable[_Union[Segment, _Mapping[str, _Any]]]] = ..., loyalty_tiers: _Optional[_Iterable[_Union[LoyaltyTier, _Mapping[str, _Any]]]] = ...) -> None: ...

class LoyaltyTier(_message.Message):
    __slots__ = ("tier_id", "display_name")
    TIER_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    tier_id: str
    display_name: str
    def __init__(self, tier_id: _Optional[str] = ..., display_name: _Optional[str] = ...) -> None: ...

class ChannelSettings(_message.Message):
    __slots__ = ("channel", "contact_costs", "opt_out_costs", "session_window", "epsilon", "disabled")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONTACT_COSTS_FIELD_NUMBER: _ClassVar[int]
    OPT_OUT_COSTS_FIELD_NUMBER: _ClassVar[int]
    SESSION_WINDOW_FIELD_NUMBER: _ClassVar[int]
    EPSILON_FIELD_NUMBER: _ClassVar[int]
    DISABLED_FIELD_NUMBER: _ClassVar[int]
    channel: _channel_pb2.Channel
    contact_costs: _containers.RepeatedCompositeFieldContainer[_types_pb2.Money]
    opt_out_costs: _containers.RepeatedCompositeFieldContainer[_types_pb2.Money]
    session_window: _duration_pb2.Duration
    epsilon: float
    disabled: bool
    def __init__(self, channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., contact_costs: _Optional[_Iterable[_Union[_types_pb2.Money, _Mapping[str, _Any]]]] = ..., opt_out_costs: _Optional[_Iterable[_Union[_types_pb2.Money, _Mapping[str, _Any]]]] = ..., session_window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., epsilon: _Optional[float] = ..., disabled: _Optional[bool] = ...) -> None: ...

class Calendar(_message.Message):
    __slots__ = ("country_code", "rest_weekdays", "days")
    COUNTRY_CODE_FIELD_NUMBER: _ClassVar[int]
    REST_WEEKDAYS_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    country_code: str
    rest_weekdays: _containers.RepeatedScalarFieldContainer[int]
    days: _containers.RepeatedCompositeFieldContainer[CalendarDay]
    def __init__(self, country_code: _Optional[str] = ..., rest_weekdays: _Optional[_Iterable[int]] = ..., days: _Optional[_Iterable[_Union[CalendarDay, _Mapping[str, _Any]]]] = ...) -> None: ...

class CalendarDay(_message.Message):
    __slots__ = ("date", "day_type", "display_name")
    DATE_FIELD_NUMBER: _ClassVar[int]
    DAY_TYPE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    date: str
    day_type: _types_pb2.DayType
    display_name: str
    def __init__(self, date: _Optional[str] = ..., day_type: _Optional[_Union[_types_pb2.DayType, str]] = ..., display_name: _Optional[str] = ...) -> None: ...

class Segment(_message.Message):
    __slots__ = ("segment_id", "display_name", "rule", "response_priors", "channel_priors", "preference_priors")
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_PRIORS_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_PRIORS_FIELD_NUMBER: _ClassVar[int]
    PREFERENCE_PRIORS_FIELD_NUMBER: _ClassVar[int]
    segment_id: str
    display_name: str
    rule: str
    response_priors: _containers.RepeatedCompositeFieldContainer[ResponsePrior]
    channel_priors: _containers.RepeatedCompositeFieldContainer[ChannelPrior]
    preference_priors: _containers.RepeatedCompositeFieldContainer[PreferencePrior]
    def __init__(self, segment_id: _Optional[str] = ..., display_name: _Optional[str] = ..., rule: _Optional[str] = ..., response_priors: _Optional[_Iterable[_Union[ResponsePrior, _Mapping[str, _Any]]]] = ..., channel_priors: _Optional[_Iterable[_Union[ChannelPrior, _Mapping[str, _Any]]]] = ..., preference_priors: _Optional[_Iterable[_Union[PreferencePrior, _Mapping[str, _Any]]]] = ...) -> None: ...

class ResponsePrior(_message.Message):
    __slots__ = ("category_id", "response_propensity", "observation_count")
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_PROPENSITY_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    category_id: str
    response_propensity: float
    observation_count: float
    def __init__(self, category_id: _Optional[str] = ..., response_propensity: _Optional[float] = ..., observation_count: _Optional[float] = ...) -> None: ...

class ChannelPrior(_message.Message):
    __slots__ = ("channel", "day_type", "daypart", "stay_stage", "response_propensity", "observation_count")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    DAY_TYPE_FIELD_NUMBER: _ClassVar[int]
    DAYPART_FIELD_NUMBER: _ClassVar[int]
    STAY_STAGE_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_PROPENSITY_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    channel: _channel_pb2.Channel
    day_type: _types_pb2.DayType
    daypart: _types_pb2.Daypart
    stay_stage: _types_pb2.StayStage
    response_propensity: float
    observation_count: float
    def __init__(self, channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., day_type: _Optional[_Union[_types_pb2.DayType, str]] = ..., daypart: _Optional[_Union[_types_pb2.Daypart, str]] = ..., stay_stage: _Optional[_Union[_types_pb2.StayStage, str]] = ..., response_propensity: _Optional[float] = ..., observation_count: _Optional[float] = ...) -> None: ...

class PreferencePrior(_message.Message):
    __slots__ = ("dimension", "value", "affinity", "stddev")
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    AFFINITY_FIELD_NUMBER: _ClassVar[int]
    STDDEV_FIELD_NUMBER: _ClassVar[int]
    dimension: str
    value: str
    affinity: float
    stddev: float
    def __init__(self, dimension: _Optional[str] = ..., value: _Optional[str] = ..., affinity: _Optional[float] = ..., stddev: _Optional[float] = ...) -> None: ...
