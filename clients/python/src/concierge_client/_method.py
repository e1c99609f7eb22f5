"""A call of the API: its path, the types of its request and its response, and whether it may be repeated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from google.protobuf.message import Message

Request = TypeVar("Request", bound=Message)
Response = TypeVar("Response", bound=Message)


@dataclass(frozen=True)
class Method(Generic[Request, Response]):
    """A call with one request and one response."""

    path: str
    request_type: type[Request]
    response_type: type[Response]
    repeatable: bool = field(kw_only=True)
    """Repeating it is safe: it only reads, or what it changes has an id of its own."""
