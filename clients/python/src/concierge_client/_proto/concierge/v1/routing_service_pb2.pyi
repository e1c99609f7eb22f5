from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import guest_pb2 as _guest_pb2
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

class InteractionState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INTERACTION_STATE_UNSPECIFIED: _ClassVar[InteractionState]
    INTERACTION_STATE_WAITING: _ClassVar[InteractionState]
    INTERACTION_STATE_ASSIGNED: _ClassVar[InteractionState]
    INTERACTION_STATE_CLOSED: _ClassVar[InteractionState]

class RoutingReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUTING_REASON_UNSPECIFIED: _ClassVar[RoutingReason]
    ROUTING_REASON_LANGUAGE: _ClassVar[RoutingReason]
    ROUTING_REASON_SKILLS: _ClassVar[RoutingReason]
    ROUTING_REASON_EXPERT: _ClassVar[RoutingReason]
    ROUTING_REASON_KNOWS_GUEST: _ClassVar[RoutingReason]
    ROUTING_REASON_FREE: _ClassVar[RoutingReason]
    ROUTING_REASON_FAIR_SHARE: _ClassVar[RoutingReason]
    ROUTING_REASON_ONLY_ONE: _ClassVar[RoutingReason]
    ROUTING_REASON_SKILL_GIVEN_UP: _ClassVar[RoutingReason]
    ROUTING_REASON_LANGUAGE_GIVEN_UP: _ClassVar[RoutingReason]
    ROUTING_REASON_NAMED: _ClassVar[RoutingReason]
INTERACTION_STATE_UNSPECIFIED: InteractionState
INTERACTION_STATE_WAITING: InteractionState
INTERACTION_STATE_ASSIGNED: InteractionState
INTERACTION_STATE_CLOSED: InteractionState
ROUTING_REASON_UNSPECIFIED: RoutingReason
ROUTING_REASON_LANGUAGE: RoutingReason
ROUTING_REASON_SKILLS: RoutingReason
ROUTING_REASON_EXPERT: RoutingReason
ROUTING_REASON_KNOWS_GUEST: RoutingReason
ROUTING_REASON_FREE: RoutingReason
ROUTING_REASON_FAIR_SHARE: RoutingReason
ROUTING_REASON_ONLY_ONE: RoutingReason
ROUTING_REASON_SKILL_GIVEN_UP: RoutingReason
ROUTING_REASON_LANGUAGE_GIVEN_UP: RoutingReason
ROUTING_REASON_NAMED: RoutingReason

class StaffMember(_message.Message):
    __slots__ = ("name", "display_name", "department_ids", "skills", "language_codes", "capacity", "is_unavailable", "duty_start_time", "duty_end_time", "open_interaction_count", "given_interaction_count")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    SKILLS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODES_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    IS_UNAVAILABLE_FIELD_NUMBER: _ClassVar[int]
    DUTY_START_TIME_FIELD_NUMBER: _ClassVar[int]
    DUTY_END_TIME_FIELD_NUMBER: _ClassVar[int]
    OPEN_INTERACTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    GIVEN_INTERACTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    department_ids: _containers.RepeatedScalarFieldContainer[str]
    skills: _containers.RepeatedCompositeFieldContainer[StaffSkill]
    language_codes: _containers.RepeatedScalarFieldContainer[str]
    capacity: int
    is_unavailable: bool
    duty_start_time: _timestamp_pb2.Timestamp
    duty_end_time: _timestamp_pb2.Timestamp
    open_interaction_count: int
    given_interaction_count: int
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., department_ids: _Optional[_Iterable[str]] = ..., skills: _Optional[_Iterable[_Union[StaffSkill, _Mapping[str, _Any]]]] = ..., language_codes: _Optional[_Iterable[str]] = ..., capacity: _Optional[int] = ..., is_unavailable: _Optional[bool] = ..., duty_start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., duty_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., open_interaction_count: _Optional[int] = ..., given_interaction_count: _Optional[int] = ...) -> None: ...

class StaffSkill(_message.Message):
    __slots__ = ("skill_id", "level")
    SKILL_ID_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    skill_id: str
    level: int
    def __init__(self, skill_id: _Optional[str] = ..., level: _Optional[int] = ...) -> None: ...

class Interaction(_message.Message):
    __slots__ = ("name", "guest", "issue_type_id", "department_id", "state", "assignment", "required_skills", "language_code", "guest_value_percent", "create_time", "deadline", "is_overdue", "escalation_count", "close_time", "outcome")
    NAME_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    ISSUE_TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_SKILLS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    GUEST_VALUE_PERCENT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    IS_OVERDUE_FIELD_NUMBER: _ClassVar[int]
    ESCALATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLOSE_TIME_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    name: str
    guest: str
    issue_type_id: str
    department_id: str
    state: InteractionState
    assignment: InteractionAssignment
    required_skills: _containers.RepeatedCompositeFieldContainer[StaffSkill]
    language_code: str
    guest_value_percent: int
    create_time: _timestamp_pb2.Timestamp
    deadline: _timestamp_pb2.Timestamp
    is_overdue: bool
    escalation_count: int
    close_time: _timestamp_pb2.Timestamp
    outcome: _guest_pb2.InteractionOutcome
    def __init__(self, name: _Optional[str] = ..., guest: _Optional[str] = ..., issue_type_id: _Optional[str] = ..., department_id: _Optional[str] = ..., state: _Optional[_Union[InteractionState, str]] = ..., assignment: _Optional[_Union[InteractionAssignment, _Mapping[str, _Any]]] = ..., required_skills: _Optional[_Iterable[_Union[StaffSkill, _Mapping[str, _Any]]]] = ..., language_code: _Optional[str] = ..., guest_value_percent: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., is_overdue: _Optional[bool] = ..., escalation_count: _Optional[int] = ..., close_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., outcome: _Optional[_Union[_guest_pb2.InteractionOutcome, str]] = ...) -> None: ...

class InteractionAssignment(_message.Message):
    __slots__ = ("staff_member", "display_name", "assign_time", "reasons", "explanation", "score", "on_duty_count", "fitting_count", "available_count")
    STAFF_MEMBER_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    ASSIGN_TIME_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    ON_DUTY_COUNT_FIELD_NUMBER: _ClassVar[int]
    FITTING_COUNT_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    staff_member: str
    display_name: str
    assign_time: _timestamp_pb2.Timestamp
    reasons: _containers.RepeatedScalarFieldContainer[RoutingReason]
    explanation: str
    score: RoutingScore
    on_duty_count: int
    fitting_count: int
    available_count: int
    def __init__(self, staff_member: _Optional[str] = ..., display_name: _Optional[str] = ..., assign_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., reasons: _Optional[_Iterable[_Union[RoutingReason, str]]] = ..., explanation: _Optional[str] = ..., score: _Optional[_Union[RoutingScore, _Mapping[str, _Any]]] = ..., on_duty_count: _Optional[int] = ..., fitting_count: _Optional[int] = ..., available_count: _Optional[int] = ...) -> None: ...

class RoutingScore(_message.Message):
    __slots__ = ("skill", "rapport", "free", "fairness")
    SKILL_FIELD_NUMBER: _ClassVar[int]
    RAPPORT_FIELD_NUMBER: _ClassVar[int]
    FREE_FIELD_NUMBER: _ClassVar[int]
    FAIRNESS_FIELD_NUMBER: _ClassVar[int]
    skill: float
    rapport: float
    free: float
    fairness: float
    def __init__(self, skill: _Optional[float] = ..., rapport: _Optional[float] = ..., free: _Optional[float] = ..., fairness: _Optional[float] = ...) -> None: ...

class UpdateStaffMemberRequest(_message.Message):
    __slots__ = ("staff_member", "update_mask", "allow_missing", "request_id")
    STAFF_MEMBER_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ALLOW_MISSING_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    staff_member: StaffMember
    update_mask: _field_mask_pb2.FieldMask
    allow_missing: bool
    request_id: str
    def __init__(self, staff_member: _Optional[_Union[StaffMember, _Mapping[str, _Any]]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping[str, _Any]]] = ..., allow_missing: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class UpdateStaffMemberResponse(_message.Message):
    __slots__ = ("staff_member",)
    STAFF_MEMBER_FIELD_NUMBER: _ClassVar[int]
    staff_member: StaffMember
    def __init__(self, staff_member: _Optional[_Union[StaffMember, _Mapping[str, _Any]]] = ...) -> None: ...

class DeleteStaffMemberRequest(_message.Message):
    __slots__ = ("name", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeleteStaffMemberResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListStaffMembersRequest(_message.Message):
    __slots__ = ("parent",)
    PARENT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    def __init__(self, parent: _Optional[str] = ...) -> None: ...

class ListStaffMembersResponse(_message.Message):
    __slots__ = ("staff_members",)
    STAFF_MEMBERS_FIELD_NUMBER: _ClassVar[int]
    staff_members: _containers.RepeatedCompositeFieldContainer[StaffMember]
    def __init__(self, staff_members: _Optional[_Iterable[_Union[StaffMember, _Mapping[str, _Any]]]] = ...) -> None: ...

class RouteInteractionRequest(_message.Message):
    __slots__ = ("parent", "guest", "issue_type_id", "language_code", "required_skills", "request_id")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    GUEST_FIELD_NUMBER: _ClassVar[int]
    ISSUE_TYPE_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_CODE_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_SKILLS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    parent: str
    guest: str
    issue_type_id: str
    language_code: str
    required_skills: _containers.RepeatedCompositeFieldContainer[StaffSkill]
    request_id: str
    def __init__(self, parent: _Optional[str] = ..., guest: _Optional[str] = ..., issue_type_id: _Optional[str] = ..., language_code: _Optional[str] = ..., required_skills: _Optional[_Iterable[_Union[StaffSkill, _Mapping[str, _Any]]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class RouteInteractionResponse(_message.Message):
    __slots__ = ("interaction", "is_replayed")
    INTERACTION_FIELD_NUMBER: _ClassVar[int]
    IS_REPLAYED_FIELD_NUMBER: _ClassVar[int]
    interaction: Interaction
    is_replayed: bool
    def __init__(self, interaction: _Optional[_Union[Interaction, _Mapping[str, _Any]]] = ..., is_replayed: _Optional[bool] = ...) -> None: ...

class ReassignInteractionRequest(_message.Message):
    __slots__ = ("name", "staff_member", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STAFF_MEMBER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    staff_member: str
    request_id: str
    def __init__(self, name: _Optional[str] = ..., staff_member: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ReassignInteractionResponse(_message.Message):
    __slots__ = ("interaction",)
    INTERACTION_FIELD_NUMBER: _ClassVar[int]
    interaction: Interaction
    def __init__(self, interaction: _Optional[_Union[Interaction, _Mapping[str, _Any]]] = ...) -> None: ...

class CloseInteractionRequest(_message.Message):
    __slots__ = ("name", "outcome", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    outcome: _guest_pb2.InteractionOutcome
    request_id: str
    def __init__(self, name: _Optional[str] = ..., outcome: _Optional[_Union[_guest_pb2.InteractionOutcome, str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CloseInteractionResponse(_message.Message):
    __slots__ = ("interaction",)
    INTERACTION_FIELD_NUMBER: _ClassVar[int]
    interaction: Interaction
    def __init__(self, interaction: _Optional[_Union[Interaction, _Mapping[str, _Any]]] = ...) -> None: ...

class ListInteractionsRequest(_message.Message):
    __slots__ = ("parent", "department_id", "staff_member", "state", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_ID_FIELD_NUMBER: _ClassVar[int]
    STAFF_MEMBER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    department_id: str
    staff_member: str
    state: InteractionState
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., department_id: _Optional[str] = ..., staff_member: _Optional[str] = ..., state: _Optional[_Union[InteractionState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListInteractionsResponse(_message.Message):
    __slots__ = ("interactions", "next_page_token", "total_count")
    INTERACTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    interactions: _containers.RepeatedCompositeFieldContainer[Interaction]
    next_page_token: str
    total_count: int
    def __init__(self, interactions: _Optional[_Iterable[_Union[Interaction, _Mapping[str, _Any]]]] = ..., next_page_token: _Optional[str] = ..., total_count: _Optional[int] = ...) -> None: ...
