"""Failures as exceptions that name what is wrong: the code, the reason, and each field at fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from . import v1


@dataclass(frozen=True)
class FieldViolation:
    """A field of a request that was refused."""

    field: str
    """Its path: `placement_requests[0].offer_count`. Empty: the request as a whole."""
    description: str
    """What is wrong with it."""


class ConciergeError(Exception):
    """Whatever this package raises of a call. Catch it to fall back."""


class EventRefused(ConciergeError):
    """An event was refused. To repeat it unchanged is of no use, unless `retryable`."""

    def __init__(self, event_id: str, error: v1.EventError) -> None:
        self.event_id = event_id
        self.code = v1.EventErrorCode.Name(error.code)
        self.field = error.field
        self.message = error.message
        self.retryable = error.retryable
        where = f" {error.field}" if error.field else ""
        super().__init__(f"{self.code}{where}: {error.message} (event {event_id})")


class CallError(ConciergeError):
    """A call failed."""

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        *,
        reason: str = "",
        field_violations: Iterable[FieldViolation] = (),
        retry_after: float | None = None,
        may_repeat: bool = True,
        request_id: str = "",
    ) -> None:
        self.code = code
        self.message = message
        self.reason = reason
        """Stable word in UPPER_SNAKE_CASE, for programs; empty where no server answered."""
        self.field_violations = tuple(field_violations)
        self.retry_after = retry_after
        """Seconds after which the server asks to be called again."""
        self.may_repeat = may_repeat
        """False: the server asked not to be called again."""
        self.request_id = request_id
        """Id of the call; to repeat the call with it is safe."""
        self.attempts = 1
        """How often the call was made."""
        super().__init__(code, message)

    @property
    def fields(self) -> tuple[str, ...]:
        """Paths of the fields at fault."""
        return tuple(violation.field for violation in self.field_violations)

    def __str__(self) -> str:
        told = f"{self.code.name}: {self.message}"
        # A single field already stands in the server's message.
        for violation in self.field_violations if len(self.field_violations) > 1 else ():
            told += f"\n  {violation.field}: {violation.description}"
        return told if self.attempts == 1 else f"{told} (after {self.attempts} attempts)"


class InvalidRequest(CallError):
    """The request is wrong, too long, or sets a field this server does not act on; see `field_violations`."""


class Unauthenticated(CallError):
    """The key is missing, unknown, or has ended."""


class PermissionDenied(CallError):
    """The key does not reach what the call names, or lacks a right."""


class NotFound(CallError):
    """What the call names does not exist."""


class AlreadyExists(CallError):
    """The request id was used with another content, or an identity belongs to another guest."""


class FailedPrecondition(CallError):
    """The state does not allow it: an etag is old, a decision has expired, the brand has no catalog."""


class DeadlineExceeded(CallError):
    """The time given to the call is over. It may have been applied; repeat it with its `request_id`."""


class Unavailable(CallError):
    """No server, or one that starts or ends. It may have been applied; repeat it with its `request_id`."""


class Overloaded(CallError):
    """The server takes no more at the moment."""


class ServerFault(CallError):
    """A fault of the server, or an answer this package does not know."""


_BY_CODE: dict[grpc.StatusCode, type[CallError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
    grpc.StatusCode.OUT_OF_RANGE: InvalidRequest,
    grpc.StatusCode.UNIMPLEMENTED: InvalidRequest,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExists,
    grpc.StatusCode.FAILED_PRECONDITION: FailedPrecondition,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
}


class _Failed(Protocol):
    """What failed calls of grpc and of grpc.aio have in common."""

    def code(self) -> grpc.StatusCode: ...
    def details(self) -> str | None: ...
    def trailing_metadata(self) -> Iterable[tuple[str, str | bytes]] | None: ...


def from_rpc_error(error: grpc.RpcError, request_id: str = "") -> CallError:
    """The exception for a failed call."""
    failed = cast(_Failed, error)
    code = failed.code()
    metadata = {key: value for key, value in failed.trailing_metadata() or ()}
    reason, violations, retry_after = "", [], None
    for detail in _details(metadata.get("grpc-status-details-bin")):
        if isinstance(detail, error_details_pb2.ErrorInfo):
            reason = detail.reason
        elif isinstance(detail, error_details_pb2.BadRequest):
            violations += [FieldViolation(v.field, v.description) for v in detail.field_violations]
        else:
            retry_after = max(0.0, detail.retry_delay.seconds + detail.retry_delay.nanos / 1e9)
    pushback = _pushback(metadata.get("grpc-retry-pushback-ms"))
    if retry_after is None and pushback is not None and pushback >= 0:
        retry_after = pushback
    return _BY_CODE.get(code, ServerFault)(
        code,
        failed.details() or "",
        reason=reason,
        field_violations=violations,
        retry_after=retry_after,
        may_repeat=pushback is None or pushback >= 0,
        request_id=request_id,
    )


_DETAILS: tuple[Any, ...] = (
    error_details_pb2.ErrorInfo,
    error_details_pb2.BadRequest,
    error_details_pb2.RetryInfo,
)


def _details(packed: str | bytes | None) -> Iterable[Any]:
    """The details that this package acts on; damaged ones count as none."""
    if not isinstance(packed, bytes):
        return
    try:
        status = status_pb2.Status.FromString(packed)
        for wrapped in status.details:
            for kind in _DETAILS:
                detail = kind()
                if wrapped.Is(kind.DESCRIPTOR) and wrapped.Unpack(detail):
                    yield detail
    except DecodeError:
        return


def _pushback(told: str | bytes | None) -> float | None:
    """Seconds to wait by `grpc-retry-pushback-ms`; -1: not at all; None: nothing is told."""
    if told is None:
        return None
    try:
        millis = int(told)
    except ValueError:
        return -1.0
    return millis / 1_000 if millis >= 0 else -1.0
