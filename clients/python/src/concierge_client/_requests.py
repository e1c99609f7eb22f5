"""What both clients have in common: settings, requests from plain arguments, and batches of events."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from . import v1
from ._transport import Endpoint
from .errors import EventRefused
from .names import Names
from .retry import Attempts, RetryBudget, RetryPolicy

Placement = str | v1.PlacementRequest
M = TypeVar("M", bound=Message)
C = TypeVar("C", bound="ClientBase")

# Most events, and most bytes of events, in one WriteEvents. The server takes 1,000 and 256 KiB.
EVENTS_MAX = 1_000
BYTES_MAX = 240 << 10


def new_id() -> str:
    """An id nobody else uses."""
    return uuid.uuid4().hex


def with_request_id(request: M) -> tuple[M, str]:
    """The request with an id, so that every attempt is the same call; and the id."""
    if "request_id" not in request.DESCRIPTOR.fields_by_name:
        return request, ""
    # The caller's message stays as it is: to make another call of it is to get another id.
    own = type(request)()
    own.CopyFrom(request)
    if not getattr(own, "request_id"):  # noqa: B009
        setattr(own, "request_id", new_id())  # noqa: B010
    return own, getattr(own, "request_id")  # noqa: B009


class ClientBase:
    """Settings of a client, and what needs no server."""

    def __init__(
        self,
        server: str,
        api_key: str,
        brand: str,
        *,
        source: str = "python",
        ca_file: str | Path | None = None,
        timeout: float = 10.0,
        decide_timeout: float = 0.5,
        retry: RetryPolicy | None = None,
    ) -> None:
        """A client of one brand.

        `server` is an address like `https://concierge.example`. `source` names this system in events and
        consents (`booking-engine`). `ca_file` is a PEM file with the certificate that the server's one rests
        on; default: those of gRPC. `timeout` and `decide_timeout` are seconds a call may take, repeats
        included, where the call is not given its own; the server is told the deadline and stops work at it.
        """
        if not api_key or not api_key.isascii() or not api_key.isprintable():
            raise ValueError("api_key is empty or no key; `concierge config credential` makes one")
        self.names = Names(brand)
        self.source = source
        self.timeout = timeout
        self.decide_timeout = decide_timeout
        self._endpoint = Endpoint.parse(server)
        self._credentials = self._endpoint.credentials(ca_file)
        self._metadata = (("authorization", f"Bearer {api_key}"),)
        self._policy = retry if retry is not None else RetryPolicy()
        self._budget = RetryBudget(self._policy)
        self._calls: dict[str, Any] = {}
        self._connect()

    def _connect(self) -> None:
        """Makes what calls go through; no packet is sent yet."""
        raise NotImplementedError

    @classmethod
    def from_env(cls: type[C], *, source: str = "python", retry: RetryPolicy | None = None) -> C:
        """A client from CONCIERGE_SERVER, CONCIERGE_KEY, CONCIERGE_BRAND and CONCIERGE_CA_FILE.

        Server and brand have the defaults of the command line: `http://127.0.0.1:50051` and `demo`.
        """
        key = os.environ.get("CONCIERGE_KEY", "")
        if not key:
            raise ValueError(
                "CONCIERGE_KEY is not set; `concierge serve` prints a key where none is configured"
            )
        return cls(
            os.environ.get("CONCIERGE_SERVER", "http://127.0.0.1:50051"),
            key,
            os.environ.get("CONCIERGE_BRAND", "demo"),
            source=source,
            ca_file=os.environ.get("CONCIERGE_CA_FILE") or None,
            retry=retry,
        )

    def __repr__(self) -> str:
        # Without the key: representations end up in logs.
        return f"{type(self).__name__}({self._endpoint.target!r}, brand={self.names.brand!r})"

    def _attempts(self, timeout: float | None) -> Attempts:
        return Attempts(self._policy, self._budget, self.timeout if timeout is None else timeout)

    def new_event(
        self,
        event_type: v1.EventType,
        *,
        guest: str | None = None,
        anonymous_id: str | None = None,
        identity: v1.Identity | tuple[str, str] | None = None,
        property: str | None = None,
        offer_id: str = "",
        attribution_token: str = "",
        decision: str = "",
        placement_id: str = "",
        slot: int = 0,
        amount: v1.Money | None = None,
        reservation_id: str = "",
        channel: v1.Channel = v1.CHANNEL_UNSPECIFIED,
        stay: v1.Stay | None = None,
        reason_code: str = "",
        attributes: Mapping[str, str] | None = None,
        event_time: datetime | None = None,
        event_id: str | None = None,
    ) -> v1.Event:
        """An event to record. Its id is fixed here: the same event recorded twice counts once.

        Give an `event_id` of your own system where there is one (`order-4711-paid`). Fields without an
        argument here are set on what is returned.
        """
        event = v1.Event(
            event_id=new_id() if event_id is None else event_id,
            source=self.source,
            event_type=event_type,
            property="" if property is None else self.names.property(property),
            reservation_id=reservation_id,
            channel=channel,
            attribution_token=attribution_token,
            decision=decision,
            offer_id=offer_id,
            placement_id=placement_id,
            slot=slot,
            amount=amount,
            stay=stay,
            reason_code=reason_code,
            attributes=attributes,
        )
        event.event_time.FromDatetime(_utc(event_time))
        set_subject(event, self.names, guest, anonymous_id, identity)
        return event

    def survey_event(
        self,
        guest: str,
        question: v1.SurveyQuestion,
        choice: v1.SurveyChoice,
        *,
        event_id: str | None = None,
        text: str = "",
    ) -> v1.Event:
        """The event that answers a question of `next_survey_question` with one of its choices."""
        event = self.new_event(v1.EVENT_TYPE_SURVEY, guest=guest, event_id=event_id)
        event.survey_answer.CopyFrom(
            v1.SurveyAnswer(
                question_id=question.question_id,
                value=choice.value,
                tags=choice.tags,
                choice_id=choice.choice_id,
                text=text,
            )
        )
        return event

    def consent_record(
        self,
        purpose: v1.Purpose,
        state: v1.ConsentState,
        *,
        text_version: str = "",
        channel: v1.Channel = v1.CHANNEL_UNSPECIFIED,
        basis: v1.ConsentBasis = v1.CONSENT_BASIS_CONSENT,
    ) -> v1.ConsentRecord:
        """A consent or an objection for `update_consent`, said in this system, now."""
        granted = state == v1.CONSENT_STATE_GRANTED
        return v1.ConsentRecord(
            purpose=purpose,
            channel=channel,
            state=state,
            basis=basis if granted else v1.CONSENT_BASIS_UNSPECIFIED,
            text_version=text_version,
            source=self.source,
        )


def _utc(moment: datetime | None) -> datetime:
    if moment is None:
        return datetime.now(timezone.utc)
    if moment.tzinfo is None:
        raise ValueError(f"event_time {moment} has no time zone; give it one, such as timezone.utc")
    return moment.astimezone(timezone.utc)


def set_subject(
    message: v1.Event | v1.DecideOffersRequest,
    names: Names,
    guest: str | None,
    anonymous_id: str | None,
    identity: v1.Identity | tuple[str, str] | None,
) -> None:
    """Sets who a request or an event is about."""
    if sum(given is not None for given in (guest, anonymous_id, identity)) > 1:
        raise ValueError("give one of guest, anonymous_id and identity")
    if guest is not None:
        message.guest = names.guest(guest)
    elif anonymous_id is not None:
        message.anonymous_id = anonymous_id
    elif identity is not None:
        if isinstance(identity, tuple):
            identity = v1.Identity(namespace=identity[0], id=identity[1])
        message.identity.CopyFrom(identity)


def decide_request(
    names: Names,
    property: str,
    placements: Placement | Sequence[Placement],
    *,
    guest: str | None,
    anonymous_id: str | None,
    identity: v1.Identity | tuple[str, str] | None,
    context: v1.DecisionContext | None,
    channel_request: v1.ChannelRequest | None,
    include_content: bool,
    defer_activation: bool,
    view: v1.DecisionView,
    request_id: str | None,
) -> v1.DecideOffersRequest:
    """A request of DecideOffers."""
    if isinstance(placements, str | v1.PlacementRequest):
        placements = [placements]
    request = v1.DecideOffersRequest(
        property=names.property(property),
        placement_requests=[
            v1.PlacementRequest(placement_id=placement) if isinstance(placement, str) else placement
            for placement in placements
        ],
        context=context,
        channel_request=channel_request,
        include_content=include_content,
        defer_activation=defer_activation,
        view=view,
        request_id=request_id or "",
    )
    set_subject(request, names, guest, anonymous_id, identity)
    return request


def activate_request(
    decision: v1.DecideOffersResponse | str,
    *,
    attribution_token: str,
    used_channel: v1.Channel,
    request_id: str | None,
) -> v1.ActivateDecisionRequest:
    """A request of ActivateDecision."""
    if isinstance(decision, v1.DecideOffersResponse):
        attribution_token = attribution_token or decision.attribution_token
        decision = decision.decision
    return v1.ActivateDecisionRequest(
        name=decision,
        attribution_token=attribution_token,
        used_channel=used_channel,
        request_id=request_id or "",
    )


def update_guest_request(
    names: Names,
    guest: v1.Guest,
    *,
    update_mask: Sequence[str],
    allow_missing: bool,
    request_id: str | None,
) -> v1.UpdateGuestRequest:
    """A request of UpdateGuest; the guest may be named by its bare id."""
    request = v1.UpdateGuestRequest(
        guest=guest,
        update_mask=FieldMask(paths=update_mask) if update_mask else None,
        allow_missing=allow_missing,
        request_id=request_id or "",
    )
    request.guest.name = names.guest(guest.name)
    return request


class EventBatch:
    """Events on their way: cut into requests, and those that the server wants again later."""

    def __init__(self, events: Iterable[v1.Event]) -> None:
        self._events = list(events)
        self._results = [v1.WriteEventResult() for _ in self._events]
        self._open = list(range(len(self._events)))

    @property
    def is_open(self) -> bool:
        """Some events are not written, and may be later."""
        return bool(self._open)

    def requests(self) -> list[tuple[list[int], v1.WriteEventsRequest]]:
        """What to send: places of events, and the request with them. In order."""
        cut: list[list[int]] = []
        size = 0
        for at in self._open:
            own = self._events[at].ByteSize() + 8
            if not cut or len(cut[-1]) == EVENTS_MAX or size + own > BYTES_MAX:
                cut.append([])
                size = 0
            cut[-1].append(at)
            size += own
        return [(places, v1.WriteEventsRequest(events=[self._events[at] for at in places])) for places in cut]

    def take(self, places: list[int], response: v1.WriteEventsResponse) -> None:
        """Takes the answer to a request."""
        for at, result in zip(places, response.results, strict=True):
            self._results[at] = result
        answered = set(places)
        self._open = [at for at in self._open if at not in answered or self._results[at].error.retryable]

    def results(self) -> list[v1.WriteEventResult]:
        """One for each event, in the order given."""
        return self._results


def only_result(event: v1.Event, results: list[v1.WriteEventResult]) -> v1.WriteEventResult:
    """The result of a single event. Raises EventRefused."""
    (result,) = results
    if result.HasField("error"):
        raise EventRefused(event.event_id, result.error)
    return result
