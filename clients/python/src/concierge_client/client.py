"""The client for ordinary code; `AsyncClient` is its twin for asyncio."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, TypeVar

import grpc

from . import _requests as requests
from . import methods, v1
from ._method import Method, Request, Response
from .errors import Unavailable, from_rpc_error

C = TypeVar("C", bound="Client")


class Client(requests.ClientBase):
    """Calls a server. One client serves all threads of a process; make it after forking.

    Guests and properties are named by bare ids or by full names. Every call raises `CallError` where it
    fails, takes a `timeout` in seconds that covers its repeats, and is repeated with one request id.
    """

    _channel: grpc.Channel

    def _connect(self) -> None:
        target, options = self._endpoint.target, self._endpoint.options()
        if self._credentials is None:
            self._channel = grpc.insecure_channel(target, options)
        else:
            self._channel = grpc.secure_channel(target, self._credentials, options)

    def __enter__(self: C) -> C:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection. Running calls fail."""
        self._channel.close()

    def wait_until_ready(self, timeout: float = 5.0) -> None:
        """Connects. Call it at the start, so that the first decision does not pay for the connection.

        Raises Unavailable where there is no server after `timeout` seconds.
        """
        try:
            grpc.channel_ready_future(self._channel).result(timeout)
        except grpc.FutureTimeoutError:
            message = f"no connection to {self._endpoint.target} after {timeout} s"
            raise Unavailable(grpc.StatusCode.UNAVAILABLE, message) from None

    def call(
        self, method: Method[Request, Response], request: Request, *, timeout: float | None = None
    ) -> Response:
        """Makes any call of `concierge_client.methods`.

        Where the request has a `request_id` and none is given, one is made; the request itself stays.
        """
        request, request_id = requests.with_request_id(request)
        attempts = self._attempts(timeout)
        invoke = self._invoker(method)
        while True:
            try:
                response: Response = invoke(request, timeout=attempts.remaining(), metadata=self._metadata)
            except grpc.RpcError as failed:
                error = from_rpc_error(failed, request_id)
                wait = attempts.wait_after(error, repeatable=method.repeatable)
                if wait is None:
                    raise error from None
                time.sleep(wait)
            else:
                attempts.succeeded()
                return response

    def _invoker(self, method: Method[Request, Response]) -> Any:
        # Two threads may both make it, which does no harm.
        found = self._calls.get(method.path)
        if found is None:
            found = self._channel.unary_unary(
                method.path,
                request_serializer=method.request_type.SerializeToString,
                response_deserializer=method.response_type.FromString,
            )
            self._calls[method.path] = found
        return found

    # Decisions

    def decide(
        self,
        property: str,
        placements: requests.Placement | Sequence[requests.Placement] = (),
        *,
        guest: str | None = None,
        anonymous_id: str | None = None,
        identity: v1.Identity | tuple[str, str] | None = None,
        context: v1.DecisionContext | None = None,
        channel_request: v1.ChannelRequest | None = None,
        include_content: bool = False,
        defer_activation: bool = False,
        view: v1.DecisionView = v1.DECISION_VIEW_UNSPECIFIED,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> v1.DecideOffersResponse:
        """Decides what to offer: offers for each placement, prices, and if asked channel and moment.

        A placement is an id or a `v1.PlacementRequest`. For whom: one of `guest`, `anonymous_id`, `identity`,
        or nobody known. Other fields of the request: `call(methods.DECIDE_OFFERS, …)`.
        """
        request = requests.decide_request(
            self.names,
            property,
            placements,
            guest=guest,
            anonymous_id=anonymous_id,
            identity=identity,
            context=context,
            channel_request=channel_request,
            include_content=include_content,
            defer_activation=defer_activation,
            view=view,
            request_id=request_id,
        )
        return self.call(
            methods.DECIDE_OFFERS, request, timeout=self.decide_timeout if timeout is None else timeout
        )

    def activate(
        self,
        decision: v1.DecideOffersResponse | str,
        *,
        attribution_token: str = "",
        used_channel: v1.Channel = v1.CHANNEL_UNSPECIFIED,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> v1.ActivateDecisionResponse:
        """Tells that a decision was really shown, all of it. To repeat it changes nothing.

        Where only a part was shown, record an IMPRESSION event for each slot of that part instead.
        """
        request = requests.activate_request(
            decision,
            attribution_token=attribution_token,
            used_channel=used_channel,
            request_id=request_id,
        )
        return self.call(methods.ACTIVATE_DECISION, request, timeout=timeout)

    def get_decision(
        self,
        name: str,
        *,
        view: v1.DecisionView = v1.DECISION_VIEW_UNSPECIFIED,
        timeout: float | None = None,
    ) -> v1.Decision:
        """Returns a logged decision and what came of it."""
        request = v1.GetDecisionRequest(name=name, view=view)
        return self.call(methods.GET_DECISION, request, timeout=timeout).decision

    def explain_decision(self, name: str, *, timeout: float | None = None) -> v1.ExplainDecisionResponse:
        """Explains a logged decision: candidates, what was taken out, whether a replay agrees."""
        return self.call(methods.EXPLAIN_DECISION, v1.ExplainDecisionRequest(name=name), timeout=timeout)

    # Events

    def record(self, event: v1.Event, *, timeout: float | None = None) -> v1.WriteEventResult:
        """Writes an event. When it returns, the event is on disk and later decisions see it.

        Raises EventRefused where the event is at fault, CallError where the call failed: the same event may
        then be recorded again, and counts once.
        """
        return requests.only_result(event, self.record_batch([event], timeout=timeout))

    def record_batch(
        self, events: Iterable[v1.Event], *, timeout: float | None = None
    ) -> list[v1.WriteEventResult]:
        """Writes events, any number, and says what became of each, in the same order.

        Events that the server is too busy for are sent again while there is time. After a CallError some may
        be written; the batch may be repeated as it is.
        """
        batch = requests.EventBatch(events)
        attempts = self._attempts(timeout)
        while batch.is_open:
            for places, request in batch.requests():
                answer = self.call(methods.WRITE_EVENTS, request, timeout=attempts.at_least_a_moment())
                batch.take(places, answer)
            wait = attempts.next_wait() if batch.is_open else None
            if wait is None:
                break
            time.sleep(wait)
        return batch.results()

    # Guests

    def next_survey_question(
        self,
        guest: str,
        *,
        placement_id: str = "",
        stay_stage: v1.StayStage = v1.STAY_STAGE_UNSPECIFIED,
        locale: str = "",
        timeout: float | None = None,
    ) -> v1.NextSurveyQuestionResponse:
        """Picks the question most worth asking, or says why none is. Answer with `survey_event`."""
        request = v1.NextSurveyQuestionRequest(
            guest=self.names.guest(guest), placement_id=placement_id, stay_stage=stay_stage, locale=locale
        )
        return self.call(methods.NEXT_SURVEY_QUESTION, request, timeout=timeout)

    def get_guest(self, guest: str, *, timeout: float | None = None) -> v1.Guest:
        """Returns a guest."""
        request = v1.GetGuestRequest(name=self.names.guest(guest))
        return self.call(methods.GET_GUEST, request, timeout=timeout).guest

    def update_guest(
        self,
        guest: v1.Guest,
        *,
        update_mask: Sequence[str] = (),
        allow_missing: bool = False,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> v1.Guest:
        """Changes the facts that are set, or those of `update_mask`; returns the guest after it."""
        request = requests.update_guest_request(
            self.names, guest, update_mask=update_mask, allow_missing=allow_missing, request_id=request_id
        )
        return self.call(methods.UPDATE_GUEST, request, timeout=timeout).guest

    def get_consent(
        self, guest: str, *, include_history: bool = False, timeout: float | None = None
    ) -> v1.Consent:
        """Returns the consents of a guest."""
        request = v1.GetConsentRequest(name=self.names.consent(guest), include_history=include_history)
        return self.call(methods.GET_CONSENT, request, timeout=timeout).consent

    def update_consent(
        self,
        guest: str,
        records: Iterable[v1.ConsentRecord],
        *,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> v1.Consent:
        """Records consents and objections; returns what holds after it. See `consent_record`."""
        request = v1.UpdateConsentRequest(
            name=self.names.consent(guest), records=records, request_id=request_id or ""
        )
        return self.call(methods.UPDATE_CONSENT, request, timeout=timeout).consent

    def get_preferences(self, guest: str, *, timeout: float | None = None) -> v1.PreferenceProfile:
        """Returns what a guest likes: what was said, and what was seen."""
        request = v1.GetPreferenceProfileRequest(name=self.names.preference_profile(guest))
        return self.call(methods.GET_PREFERENCE_PROFILE, request, timeout=timeout).preference_profile

    def update_preferences(
        self,
        guest: str,
        preferences: Iterable[v1.GuestPreference],
        *,
        allow_missing: bool = False,
        etag: str = "",
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> v1.PreferenceProfile:
        """Adds stated preferences or replaces the same ones; returns the profile after it.

        For what no longer holds, state it again with `PREFERENCE_LEVEL_NEUTRAL`.
        """
        request = v1.UpdatePreferenceProfileRequest(
            preference_profile=v1.PreferenceProfile(
                name=self.names.preference_profile(guest), stated_preferences=preferences, etag=etag
            ),
            allow_missing=allow_missing,
            request_id=request_id or "",
        )
        return self.call(methods.UPDATE_PREFERENCE_PROFILE, request, timeout=timeout).preference_profile

    def timeline(
        self,
        guest: str,
        *,
        kinds: Iterable[v1.TimelineKind] = (),
        oldest_first: bool = False,
        page_size: int = 100,
        timeout: float | None = None,
    ) -> Iterator[v1.TimelineEntry]:
        """What happened with a guest, newest first; pages are fetched as they are needed."""
        request = v1.ListGuestTimelineRequest(
            parent=self.names.guest(guest), kinds=kinds, oldest_first=oldest_first, page_size=page_size
        )
        while True:
            page = self.call(methods.LIST_GUEST_TIMELINE, request, timeout=timeout)
            yield from page.entries
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token
