from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import channel_pb2 as _channel_pb2
from concierge_client._proto.concierge.v1 import guest_pb2 as _guest_pb2
from concierge_client._proto.concierge.v1 import types_pb2 as _types_pb2
from google.api import annotations_pb2 as _annotations_pb2_1
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TimelineKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TIMELINE_KIND_UNSPECIFIED: _ClassVar[TimelineKind]
    TIMELINE_KIND_EVENT: _ClassVar[TimelineKind]
    TIMELINE_KIND_DECISION: _ClassVar[TimelineKind]
    TIMELINE_KIND_CONSENT: _ClassVar[TimelineKind]
    TIMELINE_KIND_PROFILE_CHANGE: _ClassVar[TimelineKind]
    TIMELINE_KIND_JOINING: _ClassVar[TimelineKind]
    TIMELINE_KIND_DELIVERY: _ClassVar[TimelineKind]
    TIMELINE_KIND_INTERACTION: _ClassVar[TimelineKind]

class SurveyStopReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SURVEY_STOP_REASON_UNSPECIFIED: _ClassVar[SurveyStopReason]
    SURVEY_STOP_REASON_NO_CONSENT: _ClassVar[SurveyStopReason]
    SURVEY_STOP_REASON_ASKED_ENOUGH: _ClassVar[SurveyStopReason]
    SURVEY_STOP_REASON_KNOWN_ENOUGH: _ClassVar[SurveyStopReason]
    SURVEY_STOP_REASON_NONE_FITS: _ClassVar[SurveyStopReason]

class MergedFrom(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MERGED_FROM_UNSPECIFIED: _ClassVar[MergedFrom]
    MERGED_FROM_TARGET: _ClassVar[MergedFrom]
    MERGED_FROM_SOURCE: _ClassVar[MergedFrom]
    MERGED_FROM_BOTH: _ClassVar[MergedFrom]
TIMELINE_KIND_UNSPECIFIED: TimelineKind
TIMELINE_KIND_EVENT: TimelineKind
TIMELINE_KIND_DECISION: TimelineKind
TIMELINE_KIND_CONSENT: TimelineKind
TIMELINE_KIND_PROFILE_CHANGE: TimelineKind
TIMELINE_KIND_JOINING: TimelineKind
TIMELINE_KIND_DELIVERY: TimelineKind
TIMELINE_KIND_INTERACTION: TimelineKind
SURVEY_STOP_REASON_UNSPECIFIED: SurveyStopReason
SURVEY_STOP_REASON_NO_CONSENT: SurveyStopReason
SURVEY_STOP_REASON_ASKED_ENOUGH: SurveyStopReason
SURVEY_STOP_REASON_KNOWN_ENOUGH: SurveyStopReason
SURVEY_STOP_REASON_NONE_FITS: SurveyStopReason
MERGED_FROM_UNSPECIFIED: MergedFrom
MERGED_FROM_TARGET: MergedFrom
MERGED_FROM_SOURCE: MergedFrom
MERGED_FROM_BOTH: MergedFrom

class GetGuestRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetGuestResponse(_message.Message):
    __slots__ = ("guest",)
    GUEST_FIELD_NUMBER: _ClassVar[int]
    guest: _guest_pb2.Guest
    def __init__(self, guest: _Optional[_Union[_guest_pb2.Guest, _Mapping[str, _Any]]] = ...) -> None: ...

class UpdateGuestRequest(_message.Message):
    __slots__ = ("guest", "update_mask", "allow_missing", "validate_only", "request_id")
    GUEST_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ALLOW_MISSING_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    guest: _guest_pb2.Guest
    update_mask: _field_mask_pb2.FieldMask
    allow_missing: bool
    validate_only: bool
    request_id: str
    def __init__(self, guest: _Optional[_Union[_guest_pb2.Guest, _Mapping[str, _Any]]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping[str, _Any]]] = ..., allow_missing: _Optional[bool] = ..., validate_only: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class UpdateGuestResponse(_message.Message):
    __slots__ = ("guest", "sequence")
    GUEST_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    guest: _guest_pb2.Guest
    sequence: int
    def __init__(self, guest: _Optional[_Union[_guest_pb2.Guest, _Mapping[str, _Any]]] = ..., sequence: _Optional[int] = ...) -> None: ...

class GetConsentRequest(_message.Message):
    __slots__ = ("name", "include_history")
    NAME_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_HISTORY_FIELD_NUMBER: _ClassVar[int]
    name: str
    include_history: bool
    def __init__(self, name: _Optional[str] = ..., include_history: _Optional[bool] = ...) -> None: ...

class GetConsentResponse(_message.Message):
    __slots__ = ("consent",)
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    consent: _guest_pb2.Consent
    def __init__(self, consent: _Optional[_Union[_guest_pb2.Consent, _Mapping[str, _Any]]] = ...) -> None: ...

class UpdateConsentRequest(_message.Message):
    __slots__ = ("name", "records", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    records: _containers.RepeatedCompositeFieldContainer[_guest_pb2.ConsentRecord]
    request_id: str
    def __init__(self, name: _Optional[str] = ..., records: _Optional[_Iterable[_Union[_guest_pb2.ConsentRecord, _Mapping[str, _Any]]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class UpdateConsentResponse(_message.Message):
    __slots__ = ("consent", "sequence")
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    consent: _guest_pb2.Consent
    sequence: int
    def __init__(self, consent: _Optional[_Union[_guest_pb2.Consent, _Mapping[str, _Any]]] = ..., sequence: _Optional[int] = ...) -> None: ...

class GetPresenceRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetPresenceResponse(_message.Message):
    __slots__ = ("presence",)
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    presence: _channel_pb2.Presence
    def __init__(self, presence: _Optional[_Union[_channel_pb2.Presence, _Mapping[str, _Any]]] = ...) -> None: ...

class UpdatePresenceRequest(_message.Message):
    __slots__ = ("name", "signs", "property", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SIGNS_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    signs: _containers.RepeatedCompositeFieldContainer[_channel_pb2.PresenceSign]
    property: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., signs: _Optional[_Iterable[_Union[_channel_pb2.PresenceSign, _Mapping[str, _Any]]]] = ..., property: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class UpdatePresenceResponse(_message.Message):
    __slots__ = ("dropped_kinds", "sequence")
    DROPPED_KINDS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    dropped_kinds: _containers.RepeatedScalarFieldContainer[_channel_pb2.PresenceSignKind]
    sequence: int
    def __init__(self, dropped_kinds: _Optional[_Iterable[_Union[_channel_pb2.PresenceSignKind, str]]] = ..., sequence: _Optional[int] = ...) -> None: ...

class GetPreferenceProfileRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetPreferenceProfileResponse(_message.Message):
    __slots__ = ("preference_profile",)
    PREFERENCE_PROFILE_FIELD_NUMBER: _ClassVar[int]
    preference_profile: _guest_pb2.PreferenceProfile
    def __init__(self, preference_profile: _Optional[_Union[_guest_pb2.PreferenceProfile, _Mapping[str, _Any]]] = ...) -> None: ...

class UpdatePreferenceProfileRequest(_message.Message):
    __slots__ = ("preference_profile", "update_mask", "allow_missing", "request_id")
    PREFERENCE_PROFILE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ALLOW_MISSING_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    preference_profile: _guest_pb2.PreferenceProfile
    update_mask: _field_mask_pb2.FieldMask
    allow_missing: bool
    request_id: str
    def __init__(self, preference_profile: _Optional[_Union[_guest_pb2.PreferenceProfile, _Mapping[str, _Any]]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping[str, _Any]]] = ..., allow_missing: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class UpdatePreferenceProfileResponse(_message.Message):
    __slots__ = ("preference_profile", "sequence")
    PREFERENCE_PROFILE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    preference_profile: _guest_pb2.PreferenceProfile
    sequence: int
    def __init__(self, preference_profile: _Optional[_Union[_guest_pb2.PreferenceProfile, _Mapping[str, _Any]]] = ..., sequence: _Optional[int] = ...) -> None: ...

class ListGuestTimelineRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token", "start_time", "end_time", "kinds", "oldest_first")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    OLDEST_FIRST_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    kinds: _containers.RepeatedScalarFieldContainer[TimelineKind]
    oldest_first: bool
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., kinds: _Optional[_Iterable[_Union[TimelineKind, str]]] = ..., oldest_first: _Optional[bool] = ...) -> None: ...

class ListGuestTimelineResponse(_message.Message):
    __slots__ = ("entries", "next_page_token")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[_guest_pb2.TimelineEntry]
    next_page_token: str
    def __init__(self, entries: _Optional[_Iterable[_Union[_guest_pb2.TimelineEntry, _Mapping[str, _Any]]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class NextSurveyQuestionRequest(_message.Message):
    __slots__ = ("guest", "placement_id", "stay_stage", "locale")
    GUEST_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    STAY_STAGE_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    guest: str
    placement_id: str
    stay_stage: _types_pb2.StayStage
    locale: str
    def __init__(self, guest: _Optional[str] = ..., placement_id: _Optional[str] = ..., stay_stage: _Optional[_Union[_types_pb2.StayStage, str]] = ..., locale: _Optional[str] = ...) -> None: ...

class NextSurveyQuestionResponse(_message.Message):
    __slots__ = ("question", "stop_reason")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    STOP_REASON_FIELD_NUMBER: _ClassVar[int]
    question: SurveyQuestion
    stop_reason: SurveyStopReason
    def __init__(self, question: _Optional[_Union[SurveyQuestion, _Mapping[str, _Any]]] = ..., stop_reason: _Optional[_Union[SurveyStopReason, str]] = ...) -> None: ...

class SurveyQuestion(_message.Message):
    __slots__ = ("question_id", "text", "choices", "expected_gain")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_GAIN_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    text: str
    choices: _containers.RepeatedCompositeFieldContainer[SurveyChoice]
    expected_gain: float
    def __init__(self, question_id: _Optional[str] = ..., text: _Optional[str] = ..., choices: _Optional[_Iterable[_Union[SurveyChoice, _Mapping[str, _Any]]]] = ..., expected_gain: _Optional[float] = ...) -> None: ...

class SurveyChoice(_message.Message):
    __slots__ = ("choice_id", "text", "tags", "value")
    CHOICE_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    choice_id: str
    text: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    value: float
    def __init__(self, choice_id: _Optional[str] = ..., text: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., value: _Optional[float] = ...) -> None: ...

class MergeGuestsRequest(_message.Message):
    __slots__ = ("source", "target", "validate_only", "request_id")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    source: str
    target: str
    validate_only: bool
    request_id: str
    def __init__(self, source: _Optional[str] = ..., target: _Optional[str] = ..., validate_only: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class MergeGuestsResponse(_message.Message):
    __slots__ = ("guest", "report", "sequence")
    GUEST_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    guest: _guest_pb2.Guest
    report: MergeReport
    sequence: int
    def __init__(self, guest: _Optional[_Union[_guest_pb2.Guest, _Mapping[str, _Any]]] = ..., report: _Optional[_Union[MergeReport, _Mapping[str, _Any]]] = ..., sequence: _Optional[int] = ...) -> None: ...

class MergeReport(_message.Message):
    __slots__ = ("facts", "consents", "contact_policies", "stays", "contacts", "events")
    FACTS_FIELD_NUMBER: _ClassVar[int]
    CONSENTS_FIELD_NUMBER: _ClassVar[int]
    CONTACT_POLICIES_FIELD_NUMBER: _ClassVar[int]
    STAYS_FIELD_NUMBER: _ClassVar[int]
    CONTACTS_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    facts: _containers.RepeatedCompositeFieldContainer[MergedFact]
    consents: _containers.RepeatedCompositeFieldContainer[MergedConsent]
    contact_policies: _containers.RepeatedCompositeFieldContainer[MergedContactPolicy]
    stays: MergedCount
    contacts: MergedCount
    events: MergedCount
    def __init__(self, facts: _Optional[_Iterable[_Union[MergedFact, _Mapping[str, _Any]]]] = ..., consents: _Optional[_Iterable[_Union[MergedConsent, _Mapping[str, _Any]]]] = ..., contact_policies: _Optional[_Iterable[_Union[MergedContactPolicy, _Mapping[str, _Any]]]] = ..., stays: _Optional[_Union[MergedCount, _Mapping[str, _Any]]] = ..., contacts: _Optional[_Union[MergedCount, _Mapping[str, _Any]]] = ..., events: _Optional[_Union[MergedCount, _Mapping[str, _Any]]] = ...) -> None: ...

class MergedFact(_message.Message):
    __slots__ = ("path", "target_value", "source_value", "taken_from", "is_conflict")
    PATH_FIELD_NUMBER: _ClassVar[int]
    TARGET_VALUE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_VALUE_FIELD_NUMBER: _ClassVar[int]
    TAKEN_FROM_FIELD_NUMBER: _ClassVar[int]
    IS_CONFLICT_FIELD_NUMBER: _ClassVar[int]
    path: str
    target_value: str
    source_value: str
    taken_from: MergedFrom
    is_conflict: bool
    def __init__(self, path: _Optional[str] = ..., target_value: _Optional[str] = ..., source_value: _Optional[str] = ..., taken_from: _Optional[_Union[MergedFrom, str]] = ..., is_conflict: _Optional[bool] = ...) -> None: ...

class MergedConsent(_message.Message):
    __slots__ = ("purpose", "channel", "target_state", "source_state", "state")
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    TARGET_STATE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    purpose: _types_pb2.Purpose
    channel: _channel_pb2.Channel
    target_state: _guest_pb2.ConsentState
    source_state: _guest_pb2.ConsentState
    state: _guest_pb2.ConsentState
    def __init__(self, purpose: _Optional[_Union[_types_pb2.Purpose, str]] = ..., channel: _Optional[_Union[_channel_pb2.Channel, str]] = ..., target_state: _Optional[_Union[_guest_pb2.ConsentState, str]] = ..., source_state: _Optional[_Union[_guest_pb2.ConsentState, str]] = ..., state: _Optional[_Union[_guest_pb2.ConsentState, str]] = ...) -> None: ...

class MergedContactPolicy(_message.Message):
    __slots__ = ("contact_policy_id", "limit", "used", "is_used_up")
    CONTACT_POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    IS_USED_UP_FIELD_NUMBER: _ClassVar[int]
    contact_policy_id: str
    limit: int
    used: MergedCount
    is_used_up: bool
    def __init__(self, contact_policy_id: _Optional[str] = ..., limit: _Optional[int] = ..., used: _Optional[_Union[MergedCount, _Mapping[str, _Any]]] = ..., is_used_up: _Optional[bool] = ...) -> None: ...

class MergedCount(_message.Message):
    __slots__ = ("target_count", "source_count", "merged_count")
    TARGET_COUNT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    MERGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    target_count: int
    source_count: int
    merged_count: int
    def __init__(self, target_count: _Optional[int] = ..., source_count: _Optional[int] = ..., merged_count: _Optional[int] = ...) -> None: ...

class UnmergeGuestRequest(_message.Message):
    __slots__ = ("source", "validate_only", "request_id")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    source: str
    validate_only: bool
    request_id: str
    def __init__(self, source: _Optional[str] = ..., validate_only: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class UnmergeGuestResponse(_message.Message):
    __slots__ = ("source_guest", "target_guest", "sequence")
    SOURCE_GUEST_FIELD_NUMBER: _ClassVar[int]
    TARGET_GUEST_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    source_guest: _guest_pb2.Guest
    target_guest: _guest_pb2.Guest
    sequence: int
    def __init__(self, source_guest: _Optional[_Union[_guest_pb2.Guest, _Mapping[str, _Any]]] = ..., target_guest: _Optional[_Union[_guest_pb2.Guest, _Mapping[str, _Any]]] = ..., sequence: _Optional[int] = ...) -> None: ...
