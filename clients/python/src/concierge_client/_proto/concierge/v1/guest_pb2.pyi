from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import channel_pb2 as _channel_pb2
from concierge_client._proto.concierge.v1 import event_pb2 as _event_pb2
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

class GuestState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GUEST_STATE_UNSPECIFIED: _ClassVar[GuestState]
    GUEST_STATE_ANONYMOUS: _ClassVar[GuestState]
    GUEST_STATE_IDENTIFIED: _ClassVar[GuestState]
    GUEST_STATE_MERGED: _ClassVar[GuestState]

class ConsentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_STATE_UNSPECIFIED: _ClassVar[ConsentState]
    CONSENT_STATE_GRANTED: _ClassVar[ConsentState]
    CONSENT_STATE_DENIED: _ClassVar[ConsentState]
    CONSENT_STATE_WITHDRAWN: _ClassVar[ConsentState]
    CONSENT_STATE_UNKNOWN: _ClassVar[ConsentState]

class ConsentBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_BASIS_UNSPECIFIED: _ClassVar[ConsentBasis]
    CONSENT_BASIS_CONSENT: _ClassVar[ConsentBasis]
    CONSENT_BASIS_CONTRACT: _ClassVar[ConsentBasis]
    CONSENT_BASIS_LEGITIMATE_INTEREST: _ClassVar[ConsentBasis]
    CONSENT_BASIS_LEGAL_OBLIGATION: _ClassVar[ConsentBasis]

class PreferenceLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREFERENCE_LEVEL_UNSPECIFIED: _ClassVar[PreferenceLevel]
    PREFERENCE_LEVEL_REQUIRED: _ClassVar[PreferenceLevel]
    PREFERENCE_LEVEL_PREFERRED: _ClassVar[PreferenceLevel]
    PREFERENCE_LEVEL_NEUTRAL: _ClassVar[PreferenceLevel]
    PREFERENCE_LEVEL_AVOID: _ClassVar[PreferenceLevel]
    PREFERENCE_LEVEL_UNACCEPTABLE: _ClassVar[PreferenceLevel]

class PreferenceOrigin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREFERENCE_ORIGIN_UNSPECIFIED: _ClassVar[PreferenceOrigin]
    PREFERENCE_ORIGIN_STATED: _ClassVar[PreferenceOrigin]
    PREFERENCE_ORIGIN_SURVEY: _ClassVar[PreferenceOrigin]
    PREFERENCE_ORIGIN_OBSERVED: _ClassVar[PreferenceOrigin]
    PREFERENCE_ORIGIN_INFERRED: _ClassVar[PreferenceOrigin]
    PREFERENCE_ORIGIN_STAFF: _ClassVar[PreferenceOrigin]

class PreferenceScope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREFERENCE_SCOPE_UNSPECIFIED: _ClassVar[PreferenceScope]
    PREFERENCE_SCOPE_GLOBAL: _ClassVar[PreferenceScope]
    PREFERENCE_SCOPE_PROPERTY: _ClassVar[PreferenceScope]

class InteractionStepKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INTERACTION_STEP_KIND_UNSPECIFIED: _ClassVar[InteractionStepKind]
    INTERACTION_STEP_KIND_OPENED: _ClassVar[InteractionStepKind]
    INTERACTION_STEP_KIND_ASSIGNED: _ClassVar[InteractionStepKind]
    INTERACTION_STEP_KIND_ESCALATED: _ClassVar[InteractionStepKind]
    INTERACTION_STEP_KIND_CLOSED: _ClassVar[InteractionStepKind]

class InteractionOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INTERACTION_OUTCOME_UNSPECIFIED: _ClassVar[InteractionOutcome]
    INTERACTION_OUTCOME_RESOLVED: _ClassVar[InteractionOutcome]
    INTERACTION_OUTCOME_UNRESOLVED: _ClassVar[InteractionOutcome]
    INTERACTION_OUTCOME_ABANDONED: _ClassVar[InteractionOutcome]

class DeliveryStepKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELIVERY_STEP_KIND_UNSPECIFIED: _ClassVar[DeliveryStepKind]
    DELIVERY_STEP_KIND_QUEUED: _ClassVar[DeliveryStepKind]
    DELIVERY_STEP_KIND_MOVED: _ClassVar[DeliveryStepKind]
    DELIVERY_STEP_KIND_SENT: _ClassVar[DeliveryStepKind]
    DELIVERY_STEP_KIND_CANCELLED: _ClassVar[DeliveryStepKind]
    DELIVERY_STEP_KIND_ENDED: _ClassVar[DeliveryStepKind]
    DELIVERY_STEP_KIND_SKIPPED: _ClassVar[DeliveryStepKind]
GUEST_STATE_UNSPECIFIED: GuestState
GUEST_STATE_ANONYMOUS: GuestState
GUEST_STATE_IDENTIFIED: GuestState
GUEST_STATE_MERGED: GuestState
CONSENT_STATE_UNSPECIFIED: ConsentState
CONSENT_STATE_GRANTED: ConsentState
CONSENT_STATE_DENIED: ConsentState
CONSENT_STATE_WITHDRAWN: ConsentState
CONSENT_STATE_UNKNOWN: ConsentState
CONSENT_BASIS_UNSPECIFIED: ConsentBasis
CONSENT_BASIS_CONSENT: ConsentBasis
CONSENT_BASIS_CONTRACT: ConsentBasis
CONSENT_BASIS_LEGITIMATE_INTEREST: ConsentBasis
CONSENT_BASIS_LEGAL_OBLIGATION: ConsentBasis
PREFERENCE_LEVEL_UNSPECIFIED: PreferenceLevel
PREFERENCE_LEVEL_REQUIRED: PreferenceLevel
PREFERENCE_LEVEL_PREFERRED: PreferenceLevel
PREFERENCE_LEVEL_NEUTRAL: PreferenceLevel
PREFERENCE_LEVEL_AVOID: PreferenceLevel
PREFERENCE_LEVEL_UNACCEPTABLE: PreferenceLevel
PREFERENCE_ORIGIN_UNSPECIFIED: PreferenceOrigin
PREFERENCE_ORIGIN_STATED: PreferenceOrigin
PREFERENCE_ORIGIN_SURVEY: PreferenceOrigin
PREFERENCE_ORIGIN_OBSERVED: PreferenceOrigin
PREFERENCE_ORIGIN_INFERRED: PreferenceOrigin
PREFERENCE_ORIGIN_STAFF: PreferenceOrigin
PREFERENCE_SCOPE_UNSPECIFIED: PreferenceScope
PREFERENCE_SCOPE_GLOBAL: PreferenceScope
PREFERENCE_SCOPE_PROPERTY: PreferenceScope
INTERACTION_STEP_KIND_UNSPECIFIED: InteractionStepKind
INTERACTION_STEP_KIND_OPENED: InteractionStepKind
INTERACTION_STEP_KIND_ASSIGNED: InteractionStepKind
INTERACTION_STEP_KIND_ESCALATED: InteractionStepKind
INTERACTION_STEP_KIND_CLOSED: InteractionStepKind
INTERACTION_OUTCOME_UNSPECIFIED: InteractionOutcome
INTERACTION_OUTCOME_RESOLVED: InteractionOutcome
INTERACTION_OUTCOME_UNRESOLVED: InteractionOutcome
INTERACTION_OUTCOME_ABANDONED: InteractionOutcome
DELIVERY_STEP_KIND_UNSPECIFIED: DeliveryStepKind
DELIVERY_STEP_KIND_QUEUED: DeliveryStepKind
DELIVERY_STEP_KIND_MOVED: DeliveryStepKind
DELIVERY_STEP_KIND_SENT: DeliveryStepKind
DELIVERY_STEP_KIND_CANCELLED: DeliveryStepKind
DELIVERY_STEP_KIND_ENDED: DeliveryStepKind
DELIVERY_STEP_KIND_SKIPPED: DeliveryStepKind

class Guest(_message.Message):
    __slots__ = ("name", "state", "merged_into_guest", "identities", "display_name", "contact_points", "home_time_zone", "locale", "country_code", "travel_purpose", "loyalty", "corporate_account_id", "attributes", "segment_id", "statistics", "value", "stay_stage", "presence", "create_time", "update_time", "etag")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MERGED_INTO_GUEST_FIELD_NUMBER: _ClassVar[int]
    IDENTITIES_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    CONTACT_POINTS_FIELD_NUMBER: _ClassVar[int]
    HOME_TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_CODE_FIELD_NUMBER: _ClassVar[int]
    TRAVEL_PURPOSE_FIELD_NUMBER: _ClassVar[int]
    LOYALTY_FIELD_NUMBER: _ClassVar[int]
    CORPORATE_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATISTICS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    STAY_STAGE_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    state: GuestState
    merged_into_guest: str
    identities: _containers.RepeatedCompositeFieldContainer[_types_pb2.Identity]
    display_name: str
    contact_points: _containers.RepeatedCompositeFieldContainer[_channel_pb2.ContactPoint]
    home_time_zone: str
    locale: str
    country_code: str
    travel_purpose: _types_pb2.TravelPurpose
    loyalty: LoyaltyMembership
    corporate_account_id: str
    attributes: _containers.ScalarMap[str, str]
    segment_id: str
    statistics: GuestStatistics
    value: GuestValue
    stay_stage: _types_pb2.StayStage
    presence: _channel_pb2.PresenceState
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, name: _Optional[str] = ..., state: _Optional[_Union[GuestState, str]] = ..., merged_into_guest: _Optional[str] = ..., identities: _Optional[_Iterable[_Union[_types_pb2.Identity, _Mapping[str, _Any]]]] = ..., display_name: _Optional[str] = ..., contact_points: _Optional[_Iterable[_Union[_channel_pb2.ContactPoint, _Mapping[str, _Any]]]] = ..., home_time_zone: _Optional[str] = ..., locale: _Optional[str] = ..., country_code: _Optional[str] = ..., travel_purpose: _Optional[_Union[_types_pb2.TravelPurpose, str]] = ..., loyalty: _Optional[_Union[LoyaltyMembership, _Mapping[str, _Any]]] = ..., corporate_account_id: _Optional[str] = ..., attributes: _Optional[_Mapping[str, str]] = ..., segment_id: _Optional[str] = ..., statistics: _Optional[_Union[GuestStatistics, _Mapping[str, _Any]]] = ..., value: _Optional[_Union[GuestValue, _Mapping[str, _Any]]] = ..., stay_stage: _Optional[_Union[_types_pb2.StayStage, str]] = ..., presence: _Optional[_Union[_channel_pb2.PresenceState, _Mapping[str, _Any]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., etag: _Optional[str] = ...) -> None: ...

class LoyaltyMembership(_message.Message):
    __slots__ = ("program_id", "tier_id", "points_balance", "member_since_date", "tier_end_date")
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    TIER_ID_FIELD_NUMBER: _ClassVar[int]
    POINTS_BALANCE_FIELD_NUMBER: _ClassVar[int]
    MEMBER_SINCE_DATE_FIELD_NUMBER: _ClassVar[int]
    TIER_END_DATE_FIELD_NUMBER: _ClassVar[int]
    program_id: str
    tier_id: str
    points_balance: int
    member_since_date: str
    tier_end_date: str
    def __init__(self, program_id: _Optional[str] = ..., tier_id: _Optional[str] = ..., points_balance: _Optional[int] = ..., member_since_date: _Optional[str] = ..., tier_end_date: _Optional[str] = ...) -> None: ...

class GuestStatistics(_message.Message):
    __slots__ = ("stay_count", "night_count", "cancellation_count", "impression_count", "accept_count", "decline_count", "outbound_contact_count", "last_check_out_date", "next_check_in_date", "last_event_time")
    STAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    NIGHT_COUNT_FIELD_NUMBER: _ClassVar[int]
    CANCELLATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    IMPRESSION_COUNT_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_COUNT_FIELD_NUMBER: _ClassVar[int]
    DECLINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    OUTBOUND_CONTACT_COUNT_FIELD_NUMBER: _ClassVar[int]
    LAST_CHECK_OUT_DATE_FIELD_NUMBER: _ClassVar[int]
    NEXT_CHECK_IN_DATE_FIELD_NUMBER: _ClassVar[int]
    LAST_EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    stay_count: int
    night_count: int
    cancellation_count: int
    impression_count: int
    accept_count: int
    decline_count: int
    outbound_contact_count: int
    last_check_out_date: str
    next_check_in_date: str
    last_event_time: _timestamp_pb2.Timestamp
    def __init__(self, stay_count: _Optional[int] = ..., night_count: _Optional[int] = ..., cancellation_count: _Optional[int] = ..., impression_count: _Optional[int] = ..., accept_count: _Optional[int] = ..., decline_count: _Optional[int] = ..., outbound_contact_count: _Optional[int] = ..., last_check_out_date: _Optional[str] = ..., next_check_in_date: _Optional[str] = ..., last_event_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class GuestValue(_message.Message):
    __slots__ = ("value_tier", "value_percentile", "alive_probability", "expected_annual_margin", "historic_margin", "recency_days", "frequency_count", "mean_stay_margin", "compute_time")
    VALUE_TIER_FIELD_NUMBER: _ClassVar[int]
    VALUE_PERCENTILE_FIELD_NUMBER: _ClassVar[int]
    ALIVE_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_ANNUAL_MARGIN_FIELD_NUMBER: _ClassVar[int]
    HISTORIC_MARGIN_FIELD_NUMBER: _ClassVar[int]
    RECENCY_DAYS_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_COUNT_FIELD_NUMBER: _ClassVar[int]
    MEAN_STAY_MARGIN_FIELD_NUMBER: _ClassVar[int]
    COMPUTE_TIME_FIELD_NUMBER: _ClassVar[int]
    value_tier: int
    value_percentile: float
    alive_probability: float
    expected_annual_margin: _types_pb2.Money
    historic_margin: _types_pb2.Money
    recency_days: int
    frequency_count: int
    mean_stay_margin: _types_pb2.Money
    compute_time: _timestamp_pb2.Timestamp
    def __init__(self, value_tier: _Optional[int] = ..., value_percentile: _Optional[float] = ..., alive_probability: _Optional[float] = ..., expected_annual_margin: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., historic_margin: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., recency_days: _Optional[int] = ..., frequency_count: _Optional[int] = ..., mean_stay_margin: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., compute_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class Consent(_message.Message):
    __slots__ = ("name", "current_records", "history_records", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CURRENT_RECORDS_FIELD_NUMBER: _ClassVar[int]
    HISTORY_RECORDS_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    current_records: _containers.RepeatedCompositeFieldContainer[ConsentRecord]
    history_records: _containers.RepeatedCompositeFieldContainer[ConsentRecord]
    etag: str
    def __init__(self, name: _Optional[str] = ..., current_records: _Optional[_Iterable[_Union[ConsentRecord, _Mapping[str, _Any]]]] = ..., history_records: _Optional[_Iterable[_Union[ConsentRecord, _Mapping[str, _Any]]]] = ..., etag: _Optional[str] = ...) -> None: ...

class ConsentRecord(_message.Message):
    __slots__ = ("purpose", "channel", "state", "basis", "consent_time", "text_version", "source", "expire_time", "sequence")
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    CONSENT_TIME_FIELD_NUMBER: _ClassVar[int]
    TEXT_VERSION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    purpose: _types_pb2.Purpose
    channel: _channel_pb2.Channel
    state: ConsentState
    basis: ConsentBasis
    consent_time: _timestamp_pb2.Timestamp
    text_version: str
    source: str
    expire_time: _timestamp_pb2.Timestamp
    sequence: int
    def __init__(self, purpose: _Optional[_Union[_types_pb2.Purpose, str]] = ..., channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., state: _Optional[_Union[ConsentState, str]] = ..., basis: _Optional[_Union[ConsentBasis, str]] = ..., consent_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., text_version: _Optional[str] = ..., source: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., sequence: _Optional[int] = ...) -> None: ...

class PreferenceProfile(_message.Message):
    __slots__ = ("name", "stated_preferences", "observed_preferences", "channel_affinities", "taste", "etag", "update_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATED_PREFERENCES_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_PREFERENCES_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_AFFINITIES_FIELD_NUMBER: _ClassVar[int]
    TASTE_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    stated_preferences: _containers.RepeatedCompositeFieldContainer[GuestPreference]
    observed_preferences: _containers.RepeatedCompositeFieldContainer[GuestPreference]
    channel_affinities: _containers.RepeatedCompositeFieldContainer[ChannelAffinity]
    taste: TasteVector
    etag: str
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., stated_preferences: _Optional[_Iterable[_Union[GuestPreference, _Mapping[str, _Any]]]] = ..., observed_preferences: _Optional[_Iterable[_Union[GuestPreference, _Mapping[str, _Any]]]] = ..., channel_affinities: _Optional[_Iterable[_Union[ChannelAffinity, _Mapping[str, _Any]]]] = ..., taste: _Optional[_Union[TasteVector, _Mapping[str, _Any]]] = ..., etag: _Optional[str] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ...) -> None: ...

class GuestPreference(_message.Message):
    __slots__ = ("dimension", "value", "level", "strength", "confidence", "origin", "scope", "property", "source", "update_time", "half_life", "evidence_count")
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    HALF_LIFE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    dimension: str
    value: str
    level: PreferenceLevel
    strength: float
    confidence: float
    origin: PreferenceOrigin
    scope: PreferenceScope
    property: str
    source: str
    update_time: _timestamp_pb2.Timestamp
    half_life: _duration_pb2.Duration
    evidence_count: int
    def __init__(self, dimension: _Optional[str] = ..., value: _Optional[str] = ..., level: _Optional[_Union[PreferenceLevel, str]] = ..., strength: _Optional[float] = ..., confidence: _Optional[float] = ..., origin: _Optional[_Union[PreferenceOrigin, str]] = ..., scope: _Optional[_Union[PreferenceScope, str]] = ..., property: _Optional[str] = ..., source: _Optional[str] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., half_life: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping[str, _Any]]] = ..., evidence_count: _Optional[int] = ...) -> None: ...

class ChannelAffinity(_message.Message):
    __slots__ = ("channel", "day_type", "daypart", "response_propensity", "relative_response", "contact_count")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    DAY_TYPE_FIELD_NUMBER: _ClassVar[int]
    DAYPART_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_PROPENSITY_FIELD_NUMBER: _ClassVar[int]
    RELATIVE_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    CONTACT_COUNT_FIELD_NUMBER: _ClassVar[int]
    channel: _channel_pb2.Channel
    day_type: _types_pb2.DayType
    daypart: _types_pb2.Daypart
    response_propensity: float
    relative_response: float
    contact_count: float
    def __init__(self, channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., day_type: _Optional[_Union[_types_pb2.DayType, str]] = ..., daypart: _Optional[_Union[_types_pb2.Daypart, str]] = ..., response_propensity: _Optional[float] = ..., relative_response: _Optional[float] = ..., contact_count: _Optional[float] = ...) -> None: ...

class TasteVector(_message.Message):
    __slots__ = ("embedding_version", "mean", "variance")
    EMBEDDING_VERSION_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    VARIANCE_FIELD_NUMBER: _ClassVar[int]
    embedding_version: str
    mean: _containers.RepeatedScalarFieldContainer[float]
    variance: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, embedding_version: _Optional[str] = ..., mean: _Optional[_Iterable[float]] = ..., variance: _Optional[_Iterable[float]] = ...) -> None: ...

class TimelineEntry(_message.Message):
    __slots__ = ("entry_time", "sequence", "event", "decision", "consent", "profile_change", "joining", "delivery", "interaction")
    ENTRY_TIME_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    PROFILE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    JOINING_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    INTERACTION_FIELD_NUMBER: _ClassVar[int]
    entry_time: _timestamp_pb2.Timestamp
    sequence: int
    event: _event_pb2.Event
    decision: DecisionSummary
    consent: ConsentRecord
    profile_change: ProfileChange
    joining: GuestJoining
    delivery: DeliveryStep
    interaction: InteractionStep
    def __init__(self, entry_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., sequence: _Optional[int] = ..., event: _Optional[_Union[_event_pb2.Event, _Mapping[str, _Any]]] = ..., decision: _Optional[_Union[DecisionSummary, _Mapping[str, _Any]]] = ..., consent: _Optional[_Union[ConsentRecord, _Mapping[str, _Any]]] = ..., profile_change: _Optional[_Union[ProfileChange, _Mapping[str, _Any]]] = ..., joining: _Optional[_Union[GuestJoining, _Mapping[str, _Any]]] = ..., delivery: _Optional[_Union[DeliveryStep, _Mapping[str, _Any]]] = ..., interaction: _Optional[_Union[InteractionStep, _Mapping[str, _Any]]] = ...) -> None: ...

class InteractionStep(_message.Message):
    __slots__ = ("interaction", "kind", "issue_type_id", "department_id", "staff_member", "outcome")
    INTERACTION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ISSUE_TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_ID_FIELD_NUMBER: _ClassVar[int]
    STAFF_MEMBER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    interaction: str
    kind: InteractionStepKind
    issue_type_id: str
    department_id: str
    staff_member: str
    outcome: InteractionOutcome
    def __init__(self, interaction: _Optional[str] = ..., kind: _Optional[_Union[InteractionStepKind, str]] = ..., issue_type_id: _Optional[str] = ..., department_id: _Optional[str] = ..., staff_member: _Optional[str] = ..., outcome: _Optional[_Union[InteractionOutcome, str]] = ...) -> None: ...

class DeliveryStep(_message.Message):
    __slots__ = ("kind", "decision_id", "attempt", "channel", "reason", "not_before_time", "not_after_time", "trigger_id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NOT_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    NOT_AFTER_TIME_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_ID_FIELD_NUMBER: _ClassVar[int]
    kind: DeliveryStepKind
    decision_id: str
    attempt: int
    channel: _channel_pb2.Channel
    reason: str
    not_before_time: _timestamp_pb2.Timestamp
    not_after_time: _timestamp_pb2.Timestamp
    trigger_id: str
    def __init__(self, kind: _Optional[_Union[DeliveryStepKind, str]] = ..., decision_id: _Optional[str] = ..., attempt: _Optional[int] = ..., channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., reason: _Optional[str] = ..., not_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., not_after_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., trigger_id: _Optional[str] = ...) -> None: ...

class DecisionSummary(_message.Message):
    __slots__ = ("decision", "property", "placement_ids", "offer_ids", "channel", "channel_outcome")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    OFFER_IDS_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    decision: str
    property: str
    placement_ids: _containers.RepeatedScalarFieldContainer[str]
    offer_ids: _containers.RepeatedScalarFieldContainer[str]
    channel: _channel_pb2.Channel
    channel_outcome: _channel_pb2.ChannelOutcome
    def __init__(self, decision: _Optional[str] = ..., property: _Optional[str] = ..., placement_ids: _Optional[_Iterable[str]] = ..., offer_ids: _Optional[_Iterable[str]] = ..., channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., channel_outcome: _Optional[_Union[_channel_pb2.ChannelOutcome, str]] = ...) -> None: ...

class ProfileChange(_message.Message):
    __slots__ = ("paths", "source")
    PATHS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    paths: _containers.RepeatedScalarFieldContainer[str]
    source: str
    def __init__(self, paths: _Optional[_Iterable[str]] = ..., source: _Optional[str] = ...) -> None: ...

class GuestJoining(_message.Message):
    __slots__ = ("source", "target", "is_unmerge")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    IS_UNMERGE_FIELD_NUMBER: _ClassVar[int]
    source: str
    target: str
    is_unmerge: bool
    def __init__(self, source: _Optional[str] = ..., target: _Optional[str] = ..., is_unmerge: _Optional[bool] = ...) -> None: ...
