from typing import Any as _Any
import datetime

from concierge_client._proto.concierge.v1 import annotations_pb2 as _annotations_pb2
from concierge_client._proto.concierge.v1 import types_pb2 as _types_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ChargeBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHARGE_BASIS_UNSPECIFIED: _ClassVar[ChargeBasis]
    CHARGE_BASIS_STAY: _ClassVar[ChargeBasis]
    CHARGE_BASIS_NIGHT: _ClassVar[ChargeBasis]
    CHARGE_BASIS_PERSON: _ClassVar[ChargeBasis]
    CHARGE_BASIS_PERSON_NIGHT: _ClassVar[ChargeBasis]
    CHARGE_BASIS_UNIT: _ClassVar[ChargeBasis]
    CHARGE_BASIS_HOUR: _ClassVar[ChargeBasis]

class FloorBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FLOOR_BASIS_UNSPECIFIED: _ClassVar[FloorBasis]
    FLOOR_BASIS_VARIABLE_COST: _ClassVar[FloorBasis]
    FLOOR_BASIS_HURDLE: _ClassVar[FloorBasis]
    FLOOR_BASIS_PARITY: _ClassVar[FloorBasis]
    FLOOR_BASIS_POLICY: _ClassVar[FloorBasis]
    FLOOR_BASIS_DISPLACEMENT: _ClassVar[FloorBasis]
    FLOOR_BASIS_BID_PRICE: _ClassVar[FloorBasis]

class ChargeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHARGE_KIND_UNSPECIFIED: _ClassVar[ChargeKind]
    CHARGE_KIND_TAX: _ClassVar[ChargeKind]
    CHARGE_KIND_FEE: _ClassVar[ChargeKind]

class QualificationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUALIFICATION_KIND_UNSPECIFIED: _ClassVar[QualificationKind]
    QUALIFICATION_KIND_TIER: _ClassVar[QualificationKind]
    QUALIFICATION_KIND_ADVANCE_PURCHASE: _ClassVar[QualificationKind]
    QUALIFICATION_KIND_LENGTH_OF_STAY: _ClassVar[QualificationKind]
    QUALIFICATION_KIND_PACKAGE: _ClassVar[QualificationKind]
    QUALIFICATION_KIND_PROMOTION: _ClassVar[QualificationKind]
    QUALIFICATION_KIND_DATE: _ClassVar[QualificationKind]
    QUALIFICATION_KIND_CONTRACT: _ClassVar[QualificationKind]
CHARGE_BASIS_UNSPECIFIED: ChargeBasis
CHARGE_BASIS_STAY: ChargeBasis
CHARGE_BASIS_NIGHT: ChargeBasis
CHARGE_BASIS_PERSON: ChargeBasis
CHARGE_BASIS_PERSON_NIGHT: ChargeBasis
CHARGE_BASIS_UNIT: ChargeBasis
CHARGE_BASIS_HOUR: ChargeBasis
FLOOR_BASIS_UNSPECIFIED: FloorBasis
FLOOR_BASIS_VARIABLE_COST: FloorBasis
FLOOR_BASIS_HURDLE: FloorBasis
FLOOR_BASIS_PARITY: FloorBasis
FLOOR_BASIS_POLICY: FloorBasis
FLOOR_BASIS_DISPLACEMENT: FloorBasis
FLOOR_BASIS_BID_PRICE: FloorBasis
CHARGE_KIND_UNSPECIFIED: ChargeKind
CHARGE_KIND_TAX: ChargeKind
CHARGE_KIND_FEE: ChargeKind
QUALIFICATION_KIND_UNSPECIFIED: QualificationKind
QUALIFICATION_KIND_TIER: QualificationKind
QUALIFICATION_KIND_ADVANCE_PURCHASE: QualificationKind
QUALIFICATION_KIND_LENGTH_OF_STAY: QualificationKind
QUALIFICATION_KIND_PACKAGE: QualificationKind
QUALIFICATION_KIND_PROMOTION: QualificationKind
QUALIFICATION_KIND_DATE: QualificationKind
QUALIFICATION_KIND_CONTRACT: QualificationKind

class Quote(_message.Message):
    __slots__ = ("list_price", "offer_price", "charge_basis", "charge_quantity", "total_price", "charges", "points_price", "points_earned", "qualifications", "disclosure_text", "expire_time", "price_cell_id", "floor_price", "floor_basis", "variable_cost", "displacement_cost", "expected_margin", "selection_probability", "explored", "override_kind")
    LIST_PRICE_FIELD_NUMBER: _ClassVar[int]
    OFFER_PRICE_FIELD_NUMBER: _ClassVar[int]
    CHARGE_BASIS_FIELD_NUMBER: _ClassVar[int]
    CHARGE_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PRICE_FIELD_NUMBER: _ClassVar[int]
    CHARGES_FIELD_NUMBER: _ClassVar[int]
    POINTS_PRICE_FIELD_NUMBER: _ClassVar[int]
    POINTS_EARNED_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    DISCLOSURE_TEXT_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    PRICE_CELL_ID_FIELD_NUMBER: _ClassVar[int]
    FLOOR_PRICE_FIELD_NUMBER: _ClassVar[int]
    FLOOR_BASIS_FIELD_NUMBER: _ClassVar[int]
    VARIABLE_COST_FIELD_NUMBER: _ClassVar[int]
    DISPLACEMENT_COST_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_MARGIN_FIELD_NUMBER: _ClassVar[int]
    SELECTION_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    EXPLORED_FIELD_NUMBER: _ClassVar[int]
    OVERRIDE_KIND_FIELD_NUMBER: _ClassVar[int]
    list_price: _types_pb2.Money
    offer_price: _types_pb2.Money
    charge_basis: ChargeBasis
    charge_quantity: int
    total_price: _types_pb2.Money
    charges: _containers.RepeatedCompositeFieldContainer[Charge]
    points_price: int
    points_earned: int
    qualifications: _containers.RepeatedCompositeFieldContainer[Qualification]
    disclosure_text: str
    expire_time: _timestamp_pb2.Timestamp
    price_cell_id: str
    floor_price: _types_pb2.Money
    floor_basis: FloorBasis
    variable_cost: _types_pb2.Money
    displacement_cost: _types_pb2.Money
    expected_margin: _types_pb2.Money
    selection_probability: float
    explored: bool
    override_kind: _types_pb2.OverrideKind
    def __init__(self, list_price: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., offer_price: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., charge_basis: _Optional[_Union[ChargeBasis, str]] = ..., charge_quantity: _Optional[int] = ..., total_price: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., charges: _Optional[_Iterable[_Union[Charge, _Mapping[str, _Any]]]] = ..., points_price: _Optional[int] = ..., points_earned: _Optional[int] = ..., qualifications: _Optional[_Iterable[_Union[Qualification, _Mapping[str, _Any]]]] = ..., disclosure_text: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping[str, _Any]]] = ..., price_cell_id: _Optional[str] = ..., floor_price: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., floor_basis: _Optional[_Union[FloorBasis, str]] = ..., variable_cost: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., displacement_cost: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., expected_margin: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., selection_probability: _Optional[float] = ..., explored: _Optional[bool] = ..., override_kind: _Optional[_Union[_types_pb2.OverrideKind, str]] = ...) -> None: ...

class Charge(_message.Message):
    __slots__ = ("code", "kind", "display_text", "amount", "included_in_price")
    CODE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_TEXT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    INCLUDED_IN_PRICE_FIELD_NUMBER: _ClassVar[int]
    code: str
    kind: ChargeKind
    display_text: str
    amount: _types_pb2.Money
    included_in_price: bool
    def __init__(self, code: _Optional[str] = ..., kind: _Optional[_Union[ChargeKind, str]] = ..., display_text: _Optional[str] = ..., amount: _Optional[_Union[_types_pb2.Money, _Mapping[str, _Any]]] = ..., included_in_price: _Optional[bool] = ...) -> None: ...

class Qualification(_message.Message):
    __slots__ = ("qualification_id", "kind", "display_text")
    QUALIFICATION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_TEXT_FIELD_NUMBER: _ClassVar[int]
    qualification_id: str
    kind: QualificationKind
    display_text: str
    def __init__(self, qualification_id: _Optional[str] = ..., kind: _Optional[_Union[QualificationKind, str]] = ..., display_text: _Optional[str] = ...) -> None: ...
