from typing import Any as _Any
import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DayType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DAY_TYPE_UNSPECIFIED: _ClassVar[DayType]
    DAY_TYPE_WORK: _ClassVar[DayType]
    DAY_TYPE_REST: _ClassVar[DayType]
    DAY_TYPE_HOLIDAY: _ClassVar[DayType]

class Daypart(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DAYPART_UNSPECIFIED: _ClassVar[Daypart]
    DAYPART_MORNING: _ClassVar[Daypart]
    DAYPART_DAY: _ClassVar[Daypart]
    DAYPART_EVENING: _ClassVar[Daypart]
    DAYPART_NIGHT: _ClassVar[Daypart]

class TimeZoneSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TIME_ZONE_SOURCE_UNSPECIFIED: _ClassVar[TimeZoneSource]
    TIME_ZONE_SOURCE_REQUEST: _ClassVar[TimeZoneSource]
    TIME_ZONE_SOURCE_PROPERTY: _ClassVar[TimeZoneSource]
    TIME_ZONE_SOURCE_PRESENCE: _ClassVar[TimeZoneSource]
    TIME_ZONE_SOURCE_HOME: _ClassVar[TimeZoneSource]
    TIME_ZONE_SOURCE_FALLBACK: _ClassVar[TimeZoneSource]

class StayStage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STAY_STAGE_UNSPECIFIED: _ClassVar[StayStage]
    STAY_STAGE_PROSPECT: _ClassVar[StayStage]
    STAY_STAGE_SHOPPING: _ClassVar[StayStage]
    STAY_STAGE_BOOKED: _ClassVar[StayStage]
    STAY_STAGE_PRE_ARRIVAL: _ClassVar[StayStage]
    STAY_STAGE_ARRIVAL_DAY: _ClassVar[StayStage]
    STAY_STAGE_IN_HOUSE: _ClassVar[StayStage]
    STAY_STAGE_DEPARTURE: _ClassVar[StayStage]
    STAY_STAGE_POST_STAY: _ClassVar[StayStage]
    STAY_STAGE_LAPSED: _ClassVar[StayStage]

class Direction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DIRECTION_UNSPECIFIED: _ClassVar[Direction]
    DIRECTION_INBOUND: _ClassVar[Direction]
    DIRECTION_OUTBOUND: _ClassVar[Direction]

class TravelPurpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRAVEL_PURPOSE_UNSPECIFIED: _ClassVar[TravelPurpose]
    TRAVEL_PURPOSE_BUSINESS: _ClassVar[TravelPurpose]
    TRAVEL_PURPOSE_LEISURE: _ClassVar[TravelPurpose]
    TRAVEL_PURPOSE_MIXED: _ClassVar[TravelPurpose]
    TRAVEL_PURPOSE_GROUP: _ClassVar[TravelPurpose]

class LearningMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LEARNING_MODE_UNSPECIFIED: _ClassVar[LearningMode]
    LEARNING_MODE_ONLINE: _ClassVar[LearningMode]
    LEARNING_MODE_APPRENTICE: _ClassVar[LearningMode]
    LEARNING_MODE_LOGGING_ONLY: _ClassVar[LearningMode]

class Purpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PURPOSE_UNSPECIFIED: _ClassVar[Purpose]
    PURPOSE_PROFILING: _ClassVar[Purpose]
    PURPOSE_MARKETING: _ClassVar[Purpose]
    PURPOSE_PRESENCE: _ClassVar[Purpose]
    PURPOSE_MEASUREMENT: _ClassVar[Purpose]

class DeviceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEVICE_KIND_UNSPECIFIED: _ClassVar[DeviceKind]
    DEVICE_KIND_PHONE: _ClassVar[DeviceKind]
    DEVICE_KIND_TABLET: _ClassVar[DeviceKind]
    DEVICE_KIND_DESKTOP: _ClassVar[DeviceKind]
    DEVICE_KIND_TELEVISION: _ClassVar[DeviceKind]
    DEVICE_KIND_KIOSK: _ClassVar[DeviceKind]
    DEVICE_KIND_VOICE: _ClassVar[DeviceKind]
    DEVICE_KIND_STAFF_SCREEN: _ClassVar[DeviceKind]

class OverrideKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OVERRIDE_KIND_UNSPECIFIED: _ClassVar[OverrideKind]
    OVERRIDE_KIND_GUARANTEED: _ClassVar[OverrideKind]
    OVERRIDE_KIND_VOLUME_PLAN: _ClassVar[OverrideKind]
    OVERRIDE_KIND_STAFF_CHOICE: _ClassVar[OverrideKind]
    OVERRIDE_KIND_CALLER_FIXED: _ClassVar[OverrideKind]
    OVERRIDE_KIND_FALLBACK: _ClassVar[OverrideKind]
    OVERRIDE_KIND_DEGRADED: _ClassVar[OverrideKind]
    OVERRIDE_KIND_BASELINE: _ClassVar[OverrideKind]
DAY_TYPE_UNSPECIFIED: DayType
DAY_TYPE_WORK: DayType
DAY_TYPE_REST: DayType
DAY_TYPE_HOLIDAY: DayType
DAYPART_UNSPECIFIED: Daypart
DAYPART_MORNING: Daypart
DAYPART_DAY: Daypart
DAYPART_EVENING: Daypart
DAYPART_NIGHT: Daypart
TIME_ZONE_SOURCE_UNSPECIFIED: TimeZoneSource
TIME_ZONE_SOURCE_REQUEST: TimeZoneSource
TIME_ZONE_SOURCE_PROPERTY: TimeZoneSource
TIME_ZONE_SOURCE_PRESENCE: TimeZoneSource
TIME_ZONE_SOURCE_HOME: TimeZoneSource
TIME_ZONE_SOURCE_FALLBACK: TimeZoneSource
STAY_STAGE_UNSPECIFIED: StayStage
STAY_STAGE_PROSPECT: StayStage
STAY_STAGE_SHOPPING: StayStage
STAY_STAGE_BOOKED: StayStage
STAY_STAGE_PRE_ARRIVAL: StayStage
STAY_STAGE_ARRIVAL_DAY: StayStage
STAY_STAGE_IN_HOUSE: StayStage
STAY_STAGE_DEPARTURE: StayStage
STAY_STAGE_POST_STAY: StayStage
STAY_STAGE_LAPSED: StayStage
DIRECTION_UNSPECIFIED: Direction
DIRECTION_INBOUND: Direction
DIRECTION_OUTBOUND: Direction
TRAVEL_PURPOSE_UNSPECIFIED: TravelPurpose
TRAVEL_PURPOSE_BUSINESS: TravelPurpose
TRAVEL_PURPOSE_LEISURE: TravelPurpose
TRAVEL_PURPOSE_MIXED: TravelPurpose
TRAVEL_PURPOSE_GROUP: TravelPurpose
LEARNING_MODE_UNSPECIFIED: LearningMode
LEARNING_MODE_ONLINE: LearningMode
LEARNING_MODE_APPRENTICE: LearningMode
LEARNING_MODE_LOGGING_ONLY: LearningMode
PURPOSE_UNSPECIFIED: Purpose
PURPOSE_PROFILING: Purpose
PURPOSE_MARKETING: Purpose
PURPOSE_PRESENCE: Purpose
PURPOSE_MEASUREMENT: Purpose
DEVICE_KIND_UNSPECIFIED: DeviceKind
DEVICE_KIND_PHONE: DeviceKind
DEVICE_KIND_TABLET: DeviceKind
DEVICE_KIND_DESKTOP: DeviceKind
DEVICE_KIND_TELEVISION: DeviceKind
DEVICE_KIND_KIOSK: DeviceKind
DEVICE_KIND_VOICE: DeviceKind
DEVICE_KIND_STAFF_SCREEN: DeviceKind
OVERRIDE_KIND_UNSPECIFIED: OverrideKind
OVERRIDE_KIND_GUARANTEED: OverrideKind
OVERRIDE_KIND_VOLUME_PLAN: OverrideKind
OVERRIDE_KIND_STAFF_CHOICE: OverrideKind
OVERRIDE_KIND_CALLER_FIXED: OverrideKind
OVERRIDE_KIND_FALLBACK: OverrideKind
OVERRIDE_KIND_DEGRADED: OverrideKind
OVERRIDE_KIND_BASELINE: OverrideKind

class Money(_message.Message):
    __slots__ = ("currency_code", "amount_minor")
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MINOR_FIELD_NUMBER: _ClassVar[int]
    currency_code: str
    amount_minor: int
    def __init__(self, currency_code: _Optional[str] = ..., amount_minor: _Optional[int] = ...) -> None: ...

class TimeWindow(_message.Message):
    __slots__ = ("start_time", "end_time")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class DateRange(_message.Message):
    __slots__ = ("first_date", "last_date")
    FIRST_DATE_FIELD_NUMBER: _ClassVar[int]
    LAST_DATE_FIELD_NUMBER: _ClassVar[int]
    first_date: str
    last_date: str
    def __init__(self, first_date: _Optional[str] = ..., last_date: _Optional[str] = ...) -> None: ...

class Identity(_message.Message):
    __slots__ = ("namespace", "id")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    id: str
    def __init__(self, namespace: _Optional[str] = ..., id: _Optional[str] = ...) -> None: ...

class Party(_message.Message):
    __slots__ = ("adult_count", "child_count", "child_age_years", "room_count")
    ADULT_COUNT_FIELD_NUMBER: _ClassVar[int]
    CHILD_COUNT_FIELD_NUMBER: _ClassVar[int]
    CHILD_AGE_YEARS_FIELD_NUMBER: _ClassVar[int]
    ROOM_COUNT_FIELD_NUMBER: _ClassVar[int]
    adult_count: int
    child_count: int
    child_age_years: _containers.RepeatedScalarFieldContainer[int]
    room_count: int
    def __init__(self, adult_count: _Optional[int] = ..., child_count: _Optional[int] = ..., child_age_years: _Optional[_Iterable[int]] = ..., room_count: _Optional[int] = ...) -> None: ...

class TimeContext(_message.Message):
    __slots__ = ("day_type", "daypart", "time_zone", "time_zone_source")
    DAY_TYPE_FIELD_NUMBER: _ClassVar[int]
    DAYPART_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_SOURCE_FIELD_NUMBER: _ClassVar[int]
    day_type: DayType
    daypart: Daypart
    time_zone: str
    time_zone_source: TimeZoneSource
    def __init__(self, day_type: _Optional[_Union[DayType, str]] = ..., daypart: _Optional[_Union[Daypart, str]] = ..., time_zone: _Optional[str] = ..., time_zone_source: _Optional[_Union[TimeZoneSource, str]] = ...) -> None: ...
