"""Client of Concierge, real-time personalization for hotels.

    from concierge_client import Client, v1

    with Client("http://127.0.0.1:50051", key, "acme", source="booking-engine") as client:
        decision = client.decide("harbour", "booking.upsell", guest="g-1001")
        offer = decision.propositions[0].offers[0]
        client.record(
            client.new_event(
                v1.EVENT_TYPE_ACCEPT,
                guest="g-1001",
                offer_id=offer.offer_id,
                attribution_token=decision.attribution_token,
            )
        )

`v1` holds the messages, `methods` every call for `Client.call`, `testing` a server of your own for tests.
"""

from . import methods, v1
from ._transport import VERSION as __version__
from .aio import AsyncClient
from .client import Client
from .errors import (
    AlreadyExists,
    CallError,
    ConciergeError,
    DeadlineExceeded,
    EventRefused,
    FailedPrecondition,
    FieldViolation,
    InvalidRequest,
    NotFound,
    Overloaded,
    PermissionDenied,
    ServerFault,
    Unauthenticated,
    Unavailable,
)
from .money import format_money, to_decimal, to_money
from .names import Names
from .retry import RetryPolicy

__all__ = [
    "AlreadyExists",
    "AsyncClient",
    "CallError",
    "Client",
    "ConciergeError",
    "DeadlineExceeded",
    "EventRefused",
    "FailedPrecondition",
    "FieldViolation",
    "InvalidRequest",
    "Names",
    "NotFound",
    "Overloaded",
    "PermissionDenied",
    "RetryPolicy",
    "ServerFault",
    "Unauthenticated",
    "Unavailable",
    "__version__",
    "format_money",
    "methods",
    "to_decimal",
    "to_money",
    "v1",
]
