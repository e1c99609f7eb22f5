from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import reason_pb2 as _reason_pb2
from concierge_client._proto.concierge.v1 import types_pb2 as _types_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Channel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANNEL_UNSPECIFIED: _ClassVar[Channel]
    CHANNEL_EMAIL: _ClassVar[Channel]
    CHANNEL_SMS: _ClassVar[Channel]
    CHANNEL_APP_PUSH: _ClassVar[Channel]
    CHANNEL_IN_APP: _ClassVar[Channel]
    CHANNEL_WEB: _ClassVar[Channel]
    CHANNEL_WECHAT: _ClassVar[Channel]
    CHANNEL_WHATSAPP: _ClassVar[Channel]
    CHANNEL_PHONE: _ClassVar[Channel]
    CHANNEL_FRONT_DESK: _ClassVar[Channel]
    CHANNEL_KIOSK: _ClassVar[Channel]
    CHANNEL_IN_ROOM_DEVICE: _ClassVar[Channel]
    CHANNEL_POSTAL: _ClassVar[Channel]

class ContactPointState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONTACT_POINT_STATE_UNSPECIFIED: _ClassVar[ContactPointState]
    CONTACT_POINT_STATE_UNVERIFIED: _ClassVar[ContactPointState]
    CONTACT_POINT_STATE_VERIFIED: _ClassVar[ContactPointState]
    CONTACT_POINT_STATE_SOFT_BOUNCED: _ClassVar[ContactPointState]
    CONTACT_POINT_STATE_BOUNCED: _ClassVar[ContactPointState]
    CONTACT_POINT_STATE_REMOVED: _ClassVar[ContactPointState]

class PresenceSignKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRESENCE_SIGN_KIND_UNSPECIFIED: _ClassVar[PresenceSignKind]
    PRESENCE_SIGN_KIND_APP_IN_FRONT: _ClassVar[PresenceSignKind]
    PRESENCE_SIGN_KIND_WEB_OPEN: _ClassVar[PresenceSignKind]
    PRESENCE_SIGN_KIND_AT_DESK: _ClassVar[PresenceSignKind]
    PRESENCE_SIGN_KIND_AT_KIOSK: _ClassVar[PresenceSignKind]
    PRESENCE_SIGN_KIND_ON_ROOM_DEVICE: _ClassVar[PresenceSignKind]
    PRESENCE_SIGN_KIND_ON_WIFI: _ClassVar[PresenceSignKind]
    PRESENCE_SIGN_KIND_KEY_USED: _ClassVar[PresenceSignKind]
    PRESENCE_SIGN_KIND_ON_CALL: _ClassVar[PresenceSignKind]
    PRESENCE_SIGN_KIND_DO_NOT_DISTURB: _ClassVar[PresenceSignKind]

class Availability(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AVAILABILITY_UNSPECIFIED: _ClassVar[Availability]
    AVAILABILITY_OPEN: _ClassVar[Availability]
    AVAILABILITY_CLOSED: _ClassVar[Availability]

class Activity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTIVITY_UNSPECIFIED: _ClassVar[Activity]
    ACTIVITY_WORKING: _ClassVar[Activity]
    ACTIVITY_MEETING: _ClassVar[Activity]
    ACTIVITY_TRAVEL: _ClassVar[Activity]
    ACTIVITY_STEERING: _ClassVar[Activity]
    ACTIVITY_MEAL: _ClassVar[Activity]
    ACTIVITY_SLEEPING: _ClassVar[Activity]
    ACTIVITY_ON_THE_PHONE: _ClassVar[Activity]
    ACTIVITY_VACATION: _ClassVar[Activity]
    ACTIVITY_HOLIDAY: _ClassVar[Activity]
    ACTIVITY_WELLNESS: _ClassVar[Activity]
    ACTIVITY_PERFORMANCE: _ClassVar[Activity]
    ACTIVITY_AWAY: _ClassVar[Activity]

class Sphere(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SPHERE_UNSPECIFIED: _ClassVar[Sphere]
    SPHERE_HOME: _ClassVar[Sphere]
    SPHERE_WORK: _ClassVar[Sphere]
    SPHERE_HOTEL: _ClassVar[Sphere]

class ChannelMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANNEL_MODE_UNSPECIFIED: _ClassVar[ChannelMode]
    CHANNEL_MODE_NONE: _ClassVar[ChannelMode]
    CHANNEL_MODE_DECIDE: _ClassVar[ChannelMode]
    CHANNEL_MODE_FIXED: _ClassVar[ChannelMode]

class Urgency(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    URGENCY_UNSPECIFIED: _ClassVar[Urgency]
    URGENCY_LOW: _ClassVar[Urgency]
    URGENCY_NORMAL: _ClassVar[Urgency]
    URGENCY_HIGH: _ClassVar[Urgency]
    URGENCY_IMMEDIATE: _ClassVar[Urgency]

class ChannelOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANNEL_OUTCOME_UNSPECIFIED: _ClassVar[ChannelOutcome]
    CHANNEL_OUTCOME_SEND: _ClassVar[ChannelOutcome]
    CHANNEL_OUTCOME_QUEUE: _ClassVar[ChannelOutcome]
    CHANNEL_OUTCOME_WITHHOLD: _ClassVar[ChannelOutcome]

class WithholdReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WITHHOLD_REASON_UNSPECIFIED: _ClassVar[WithholdReason]
    WITHHOLD_REASON_QUIET_HOURS: _ClassVar[WithholdReason]
    WITHHOLD_REASON_CAPPED: _ClassVar[WithholdReason]
    WITHHOLD_REASON_NO_CONSENT: _ClassVar[WithholdReason]
    WITHHOLD_REASON_UNREACHABLE: _ClassVar[WithholdReason]
    WITHHOLD_REASON_LOW_VALUE: _ClassVar[WithholdReason]
    WITHHOLD_REASON_DO_NOT_DISTURB: _ClassVar[WithholdReason]
    WITHHOLD_REASON_SUPPRESSED: _ClassVar[WithholdReason]
    WITHHOLD_REASON_NO_OFFER: _ClassVar[WithholdReason]
    WITHHOLD_REASON_NO_TREATMENT: _ClassVar[WithholdReason]
    WITHHOLD_REASON_NOT_ALLOWED: _ClassVar[WithholdReason]
    WITHHOLD_REASON_BOUNCED: _ClassVar[WithholdReason]
    WITHHOLD_REASON_MASKED: _ClassVar[WithholdReason]
    WITHHOLD_REASON_REVOKED: _ClassVar[WithholdReason]
CHANNEL_UNSPECIFIED: Channel
CHANNEL_EMAIL: Channel
CHANNEL_SMS: Channel
CHANNEL_APP_PUSH: Channel
CHANNEL_IN_APP: Channel
CHANNEL_WEB: Channel
CHANNEL_WECHAT: Channel
CHANNEL_WHATSAPP: Channel
CHANNEL_PHONE: Channel
CHANNEL_FRONT_DESK: Channel
CHANNEL_KIOSK: Channel
CHANNEL_IN_ROOM_DEVICE: Channel
CHANNEL_POSTAL: Channel
CONTACT_POINT_STATE_UNSPECIFIED: ContactPointState
CONTACT_POINT_STATE_UNVERIFIED: ContactPointState
CONTACT_POINT_STATE_VERIFIED: ContactPointState
CONTACT_POINT_STATE_SOFT_BOUNCED: ContactPointState
CONTACT_POINT_STATE_BOUNCED: ContactPointState
CONTACT_POINT_STATE_REMOVED: ContactPointState
PRESENCE_SIGN_KIND_UNSPECIFIED: PresenceSignKind
PRESENCE_SIGN_KIND_APP_IN_FRONT: PresenceSignKind
PRESENCE_SIGN_KIND_WEB_OPEN: PresenceSignKind
PRESENCE_SIGN_KIND_AT_DESK: PresenceSignKind
PRESENCE_SIGN_KIND_AT_KIOSK: PresenceSignKind
PRESENCE_SIGN_KIND_ON_ROOM_DEVICE: PresenceSignKind
PRESENCE_SIGN_KIND_ON_WIFI: PresenceSignKind
PRESENCE_SIGN_KIND_KEY_USED: PresenceSignKind
PRESENCE_SIGN_KIND_ON_CALL: PresenceSignKind
PRESENCE_SIGN_KIND_DO_NOT_DISTURB: PresenceSignKind
AVAILABILITY_UNSPECIFIED: Availability
AVAILABILITY_OPEN: Availability
AVAILABILITY_CLOSED: Availability
ACTIVITY_UNSPECIFIED: Activity
ACTIVITY_WORKING: Activity
ACTIVITY_MEETING: Activity
ACTIVITY_TRAVEL: Activity
ACTIVITY_STEERING: Activity
ACTIVITY_MEAL: Activity
ACTIVITY_SLEEPING: Activity
ACTIVITY_ON_THE_PHONE: Activity
ACTIVITY_VACATION: Activity
ACTIVITY_HOLIDAY: Activity
ACTIVITY_WELLNESS: Activity
ACTIVITY_PERFORMANCE: Activity
ACTIVITY_AWAY: Activity
SPHERE_UNSPECIFIED: Sphere
SPHERE_HOME: Sphere
SPHERE_WORK: Sphere
SPHERE_HOTEL: Sphere
CHANNEL_MODE_UNSPECIFIED: ChannelMode
CHANNEL_MODE_NONE: ChannelMode
CHANNEL_MODE_DECIDE: ChannelMode
CHANNEL_MODE_FIXED: ChannelMode
URGENCY_UNSPECIFIED: Urgency
URGENCY_LOW: Urgency
URGENCY_NORMAL: Urgency
URGENCY_HIGH: Urgency
URGENCY_IMMEDIATE: Urgency
CHANNEL_OUTCOME_UNSPECIFIED: ChannelOutcome
CHANNEL_OUTCOME_SEND: ChannelOutcome
CHANNEL_OUTCOME_QUEUE: ChannelOutcome
CHANNEL_OUTCOME_WITHHOLD: ChannelOutcome
WITHHOLD_REASON_UNSPECIFIED: WithholdReason
WITHHOLD_REASON_QUIET_HOURS: WithholdReason
WITHHOLD_REASON_CAPPED: WithholdReason
WITHHOLD_REASON_NO_CONSENT: WithholdReason
WITHHOLD_REASON_UNREACHABLE: WithholdReason
WITHHOLD_REASON_LOW_VALUE: WithholdReason
WITHHOLD_REASON_DO_NOT_DISTURB: WithholdReason
WITHHOLD_REASON_SUPPRESSED: WithholdReason
WITHHOLD_REASON_NO_OFFER: WithholdReason
WITHHOLD_REASON_NO_TREATMENT: WithholdReason
WITHHOLD_REASON_NOT_ALLOWED: WithholdReason
WITHHOLD_REASON_BOUNCED: WithholdReason
WITHHOLD_REASON_MASKED: WithholdReason
WITHHOLD_REASON_REVOKED: WithholdReason

class ContactPoint(_message.Message):
    __slots__ = ("contact_point_id", "channel", "address", "masked_address", "state", "is_masked", "is_preferred", "locale", "reachable_until_time", "state_change_time")
    CONTACT_POINT_ID_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    MASKED_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    IS_MASKED_FIELD_NUMBER: _ClassVar[int]
    IS_PREFERRED_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    REACHABLE_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    contact_point_id: str
    channel: Channel
    address: str
    masked_address: str
    state: ContactPointState
    is_masked: bool
    is_preferred: bool
    locale: str
    reachable_until_time: _timestamp_pb2.Timestamp
    state_change_time: _timestamp_pb2.Timestamp
    def __init__(self, contact_point_id: _Optional[str] = ..., channel: _Optional[_Union[Channel, str]] = ..., address: _Optional[str] = ..., masked_address: _Optional[str] = ..., state: _Optional[_Union[ContactPointState, str]] = ..., is_masked: _Optional[bool] = ..., is_preferred: _Optional[bool] = ..., locale: _Optional[str] = ..., reachable_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., state_change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class PresenceSign(_message.Message):
    __slots__ = ("kind", "source", "observe_time", "expire_time", "ended")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    OBSERVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    kind: PresenceSignKind
    source: str
    observe_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    ended: bool
    def __init__(self, kind: _Optional[_Union[PresenceSignKind, str]] = ..., source: _Optional[str] = ..., observe_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., ended: _Optional[bool] = ...) -> None: ...

class Presence(_message.Message):
    __slots__ = ("name", "signs", "presence_allowed")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SIGNS_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_ALLOWED_FIELD_NUMBER: _ClassVar[int]
    name: str
    signs: _containers.RepeatedCompositeFieldContainer[PresenceSign]
    presence_allowed: bool
    def __init__(self, name: _Optional[str] = ..., signs: _Optional[_Iterable[_Union[PresenceSign, _Mapping[str, _Any]]]] = ..., presence_allowed: _Optional[bool] = ...) -> None: ...

class PresenceState(_message.Message):
    __slots__ = ("availability", "activity", "sphere", "reachable_channels", "do_not_disturb", "time_zone", "country_code", "source", "update_time", "expire_time", "signs")
    AVAILABILITY_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    SPHERE_FIELD_NUMBER: _ClassVar[int]
    REACHABLE_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    DO_NOT_DISTURB_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_CODE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    SIGNS_FIELD_NUMBER: _ClassVar[int]
    availability: Availability
    activity: Activity
    sphere: Sphere
    reachable_channels: _containers.RepeatedScalarFieldContainer[Channel]
    do_not_disturb: bool
    time_zone: str
    country_code: str
    source: str
    update_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    signs: _containers.RepeatedCompositeFieldContainer[PresenceSign]
    def __init__(self, availability: _Optional[_Union[Availability, str]] = ..., activity: _Optional[_Union[Activity, str]] = ..., sphere: _Optional[_Union[Sphere, str]] = ..., reachable_channels: _Optional[_Iterable[_Union[Channel, str]]] = ..., do_not_disturb: _Optional[bool] = ..., time_zone: _Optional[str] = ..., country_code: _Optional[str] = ..., source: _Optional[str] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., signs: _Optional[_Iterable[_Union[PresenceSign, _Mapping[str, _Any]]]] = ...) -> None: ...

class ChannelRequest(_message.Message):
    __slots__ = ("mode", "allowed_channels", "earliest_time", "latest_time", "urgency", "transactional", "agent_skill_tags", "deliver")
    MODE_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    EARLIEST_TIME_FIELD_NUMBER: _ClassVar[int]
    LATEST_TIME_FIELD_NUMBER: _ClassVar[int]
    URGENCY_FIELD_NUMBER: _ClassVar[int]
    TRANSACTIONAL_FIELD_NUMBER: _ClassVar[int]
    AGENT_SKILL_TAGS_FIELD_NUMBER: _ClassVar[int]
    DELIVER_FIELD_NUMBER: _ClassVar[int]
    mode: ChannelMode
    allowed_channels: _containers.RepeatedScalarFieldContainer[Channel]
    earliest_time: _timestamp_pb2.Timestamp
    latest_time: _timestamp_pb2.Timestamp
    urgency: Urgency
    transactional: bool
    agent_skill_tags: _containers.RepeatedScalarFieldContainer[str]
    deliver: bool
    def __init__(self, mode: _Optional[_Union[ChannelMode, str]] = ..., allowed_channels: _Optional[_Iterable[_Union[Channel, str]]] = ..., earliest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., latest_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., urgency: _Optional[_Union[Urgency, str]] = ..., transactional: _Optional[bool] = ..., agent_skill_tags: _Optional[_Iterable[str]] = ..., deliver: _Optional[bool] = ...) -> None: ...

class ChannelDecision(_message.Message):
    __slots__ = ("outcome", "channel", "contact_point_id", "address", "send_window", "time_context", "response_propensity", "channel_selection_probability", "send_time_selection_probability", "explored", "override_kind", "fallback_channels", "withhold_reason", "withhold_value", "retry_time", "agent_routing", "reasons", "alternatives")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONTACT_POINT_ID_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    SEND_WINDOW_FIELD_NUMBER: _ClassVar[int]
    TIME_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_PROPENSITY_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_SELECTION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    SEND_TIME_SELECTION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    EXPLORED_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_KIND_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_CHANNELS_FIELD_NUMBER: _ClassVar[int]
    WITHHOLD_REASON_FIELD_NUMBER: _ClassVar[int]
    WITHHOLD_VALUE_FIELD_NUMBER: _ClassVar[int]
    RETRY_TIME_FIELD_NUMBER: _ClassVar[int]
    AGENT_ROUTING_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    outcome: ChannelOutcome
    channel: Channel
    contact_point_id: str
    address: str
    send_window: _types_pb2.TimeWindow
    time_context: _types_pb2.TimeContext
    response_propensity: float
    channel_selection_probability: float
    send_time_selection_probability: float
    explored: bool
    override_kind: _types_pb2.OverrideKind
    fallback_channels: _containers.RepeatedCompositeFieldContainer[FallbackChannel]
    withhold_reason: WithholdReason
    withhold_value: _types_pb2.Money
    retry_time: _timestamp_pb2.Timestamp
    agent_routing: AgentRouting
    reasons: _containers.RepeatedCompositeFieldContainer[_reason_pb2.Reason]
    alternatives: _containers.RepeatedCompositeFieldContainer[ChannelAlternative]
    def __init__(self, outcome: _Optional[_Union[ChannelOutcome, str]] = ..., channel: _Optional[_Union[Channel, str]] = ..., contact_point_id: _Optional[str] = ..., address: _Optional[str] = ..., send_window: _Optional[_Union[_types_pb2.TimeWindow, _Mapping[str, _Any]]] = ..., time_context: _Optional[_Union[_types_pb2.TimeContext, _Mapping[str, _Any]]] = ..., response_propensity: _Optional[float] = ..., channel_selection_probability: _Optional[float] = ..., send_time_selection_probability: _Optional[float] = ..., explored: _Optional[bool] = ..., override_kind: _Optional[_Union[_types_pb2.OverrideKind, str]] = ..., fallback_channels: _Optional[_Iterable[_Union[FallbackChannel, _Mapping[str, _Any]]]] = ..., withhold_reason: _Optional[_Union[WithholdReason, str]] = ..., withhold_value: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., retry_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., agent_routing: _Optional[_Union[AgentRouting, _Mapping[str, _Any]]] = ..., reasons: _Optional[_Iterable[_Union[_reason_pb2.Reason, _Mapping[str, _Any]]]] = ..., alternatives: _Optional[_Iterable[_Union[ChannelAlternative, _Mapping[str, _Any]]]] = ...) -> None: ...

class FallbackChannel(_message.Message):
    __slots__ = ("channel", "contact_point_id", "send_window", "response_propensity")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONTACT_POINT_ID_FIELD_NUMBER: _ClassVar[int]
    SEND_WINDOW_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_PROPENSITY_FIELD_NUMBER: _ClassVar[int]
    channel: Channel
    contact_point_id: str
    send_window: _types_pb2.TimeWindow
    response_propensity: float
    def __init__(self, channel: _Optional[_Union[Channel, str]] = ..., contact_point_id: _Optional[str] = ..., send_window: _Optional[_Union[_types_pb2.TimeWindow, _Mapping[str, _Any]]] = ..., response_propensity: _Optional[float] = ...) -> None: ...

class ChannelAlternative(_message.Message):
    __slots__ = ("channel", "removed_by", "component", "response_propensity", "net_value", "contact_cost", "annoyance_cost", "selection_probability")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    REMOVED_BY_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_PROPENSITY_FIELD_NUMBER: _ClassVar[int]
    NET_VALUE_FIELD_NUMBER: _ClassVar[int]
    CONTACT_COST_FIELD_NUMBER: _ClassVar[int]
    ANNOYANCE_COST_FIELD_NUMBER: _ClassVar[int]
    SELECTION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    channel: Channel
    removed_by: WithholdReason
    component: str
    response_propensity: float
    net_value: _types_pb2.Money
    contact_cost: _types_pb2.Money
    annoyance_cost: _types_pb2.Money
    selection_probability: float
    def __init__(self, channel: _Optional[_Union[Channel, str]] = ..., removed_by: _Optional[_Union[WithholdReason, str]] = ..., component: _Optional[str] = ..., response_propensity: _Optional[float] = ..., net_value: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., contact_cost: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., annoyance_cost: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., selection_probability: _Optional[float] = ...) -> None: ...

class AgentRouting(_message.Message):
    __slots__ = ("skill_tags", "locale", "agent_id", "priority")
    SKILL_TAGS_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    skill_tags: _containers.RepeatedScalarFieldContainer[str]
    locale: str
    agent_id: str
    priority: int
    def __init__(self, skill_tags: _Optional[_Iterable[str]] = ..., locale: _Optional[str] = ..., agent_id: _Optional[str] = ..., priority: _Optional[int] = ...) -> None: ...
