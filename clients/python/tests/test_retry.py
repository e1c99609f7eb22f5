"""Repeats: with the same id, within one deadline, as the server asks, and not without end."""

from __future__ import annotations

import time

import grpc
import pytest

from concierge_client import (
    AsyncClient,
    CallError,
    Client,
    DeadlineExceeded,
    InvalidRequest,
    Overloaded,
    RetryPolicy,
    Unavailable,
    methods,
    v1,
)
from concierge_client.retry import Attempts, RetryBudget

from .fake import ScriptedServer, answers, fails, free_address, retry_info, silent_server

AWAY = fails(grpc.StatusCode.UNAVAILABLE, "draining")
DECISION = answers(v1.DecideOffersResponse(decision="brands/acme/properties/harbour/decisions/1"))


def client_of(server: ScriptedServer, retry: RetryPolicy | None = None) -> Client:
    return Client(server.url, "ck_test_00", "acme", decide_timeout=5.0, retry=retry)


def test_every_attempt_carries_the_same_request_id(scripted: ScriptedServer) -> None:
    scripted.steps = [AWAY, AWAY, DECISION]
    with client_of(scripted) as client:
        assert client.decide("harbour", "portal.hero", guest="g-1").decision.endswith("/1")
    sent = [v1.DecideOffersRequest.FromString(seen.request) for seen in scripted.seen]
    assert len(sent) == 3
    assert sent[0].request_id
    assert sent[0] == sent[1] == sent[2]


def test_two_calls_have_two_ids_and_a_given_one_is_kept(scripted: ScriptedServer) -> None:
    scripted.steps = [DECISION]
    request = v1.DecideOffersRequest(property="brands/acme/properties/harbour")
    with client_of(scripted) as client:
        client.call(methods.DECIDE_OFFERS, request)
        client.call(methods.DECIDE_OFFERS, request)
        client.decide("harbour", request_id="mine")
    ids = [v1.DecideOffersRequest.FromString(seen.request).request_id for seen in scripted.seen]
    assert len(set(ids)) == 3
    assert ids[2] == "mine"
    assert request.request_id == ""


def test_the_server_is_told_the_deadline_and_the_key(scripted: ScriptedServer) -> None:
    scripted.steps = [AWAY, DECISION]
    with client_of(scripted, RetryPolicy(initial_backoff=0.4)) as client:
        client.wait_until_ready()
        client.decide("harbour", "portal.hero", timeout=3.0)
    first, second = scripted.seen
    assert first.metadata["authorization"] == "Bearer ck_test_00"
    assert str(first.metadata["user-agent"]).startswith("concierge-python/")
    assert first.time_remaining is not None
    # gRPC rounds the time up a little on its way.
    assert 2.0 < first.time_remaining < 3.1
    # One deadline for all attempts, not one for each.
    assert second.time_remaining is not None
    passed = second.at - first.at
    assert second.time_remaining == pytest.approx(first.time_remaining - passed, abs=0.1)


def test_overload_is_waited_out_as_long_as_the_server_asks(scripted: ScriptedServer) -> None:
    shed = fails(grpc.StatusCode.RESOURCE_EXHAUSTED, "too much at once", retry_info(0.3))
    scripted.steps = [shed, DECISION]
    with client_of(scripted, RetryPolicy(initial_backoff=0.001)) as client:
        client.decide("harbour", "portal.hero")
    first, second = scripted.seen
    assert second.at - first.at >= 0.3


def test_a_wait_that_does_not_fit_the_deadline_is_not_begun(scripted: ScriptedServer) -> None:
    scripted.steps = [fails(grpc.StatusCode.RESOURCE_EXHAUSTED, "too much", retry_info(30))]
    began = time.monotonic()
    with client_of(scripted) as client, pytest.raises(Overloaded) as caught:
        client.decide("harbour", "portal.hero", timeout=2.0)
    assert time.monotonic() - began < 1.5
    assert caught.value.retry_after == 30
    assert len(scripted.seen) == 1


def test_a_server_that_forbids_repeats_is_heeded(scripted: ScriptedServer) -> None:
    scripted.steps = [fails(grpc.StatusCode.RESOURCE_EXHAUSTED, "quota", pushback="-1"), DECISION]
    with client_of(scripted) as client, pytest.raises(Overloaded):
        client.decide("harbour", "portal.hero")
    assert len(scripted.seen) == 1


def test_other_failures_are_not_repeated(scripted: ScriptedServer) -> None:
    scripted.steps = [fails(grpc.StatusCode.INVALID_ARGUMENT, "no"), DECISION]
    with client_of(scripted) as client, pytest.raises(InvalidRequest) as caught:
        client.decide("harbour", "portal.hero")
    assert len(scripted.seen) == 1
    assert caught.value.request_id


def test_calls_without_an_id_are_not_repeated_unless_they_only_look(scripted: ScriptedServer) -> None:
    assert methods.QUOTE_OFFER.repeatable
    assert not methods.MINT_GUEST_TOKEN.repeatable
    scripted.steps = [AWAY]
    with client_of(scripted) as client, pytest.raises(Unavailable):
        client.call(methods.MINT_GUEST_TOKEN, v1.MintGuestTokenRequest())
    assert len(scripted.seen) == 1


def test_attempts_end(scripted: ScriptedServer) -> None:
    scripted.steps = [AWAY]
    policy = RetryPolicy(max_attempts=3, initial_backoff=0.001)
    with client_of(scripted, policy) as client, pytest.raises(Unavailable, match="after 3 attempts"):
        client.decide("harbour", "portal.hero")
    assert len(scripted.seen) == 3


def test_an_outage_is_not_made_worse(scripted: ScriptedServer) -> None:
    scripted.steps = [AWAY]
    with client_of(scripted, RetryPolicy(initial_backoff=0.001)) as client:
        for _ in range(20):
            with pytest.raises(Unavailable):
                client.decide("harbour", "portal.hero")
    # 20 calls of four attempts would be 80.
    assert len(scripted.seen) <= 25


def test_successes_earn_repeats_again() -> None:
    policy = RetryPolicy()
    budget = RetryBudget(policy)
    while budget.take():
        pass
    for _ in range(20):
        budget.succeeded()
    assert budget.take()


def test_waits_grow_and_are_drawn() -> None:
    policy = RetryPolicy(max_attempts=6, initial_backoff=0.1, max_backoff=0.5)
    highest = Attempts(policy, RetryBudget(policy), 100, clock=lambda: 0.0, draw=lambda: 1.0)
    assert [highest.next_wait() for _ in range(6)] == pytest.approx([0.1, 0.2, 0.4, 0.5, 0.5, None])
    lowest = Attempts(policy, RetryBudget(policy), 100, clock=lambda: 0.0, draw=lambda: 0.0)
    assert lowest.next_wait(at_least=0.7) == 0.7


def test_a_server_that_is_away_fails_within_the_deadline() -> None:
    with Client(free_address(), "ck_test_00", "acme") as client:
        began = time.monotonic()
        with pytest.raises(CallError) as caught:
            client.decide("harbour", "portal.hero", timeout=0.05)
        took = time.monotonic() - began
    assert isinstance(caught.value, Unavailable | DeadlineExceeded)
    assert took < 0.5, took


def test_a_server_that_says_nothing_fails_at_the_deadline() -> None:
    with silent_server() as url, Client(url, "ck_test_00", "acme") as client:
        began = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            client.decide("harbour", "portal.hero", timeout=0.05)
        took = time.monotonic() - began
    assert 0.04 < took < 0.5, took


async def test_the_async_client_repeats_alike(scripted: ScriptedServer) -> None:
    scripted.steps = [AWAY, AWAY, DECISION]
    async with AsyncClient(scripted.url, "ck_test_00", "acme", decide_timeout=5.0) as client:
        await client.decide("harbour", "portal.hero")
    sent = {seen.request for seen in scripted.seen}
    assert len(scripted.seen) == 3
    assert len(sent) == 1


async def test_the_async_client_heeds_deadlines() -> None:
    with silent_server() as url:
        async with AsyncClient(url, "ck_test_00", "acme") as client:
            began = time.monotonic()
            with pytest.raises(DeadlineExceeded):
                await client.decide("harbour", "portal.hero", timeout=0.05)
            assert time.monotonic() - began < 0.5
            with pytest.raises(Unavailable):
                await client.wait_until_ready(0.1)


def test_events_the_server_is_too_busy_for_are_sent_again(scripted: ScriptedServer) -> None:
    busy = v1.EventError(code=v1.EVENT_ERROR_CODE_OVERLOADED, message="later", retryable=True)
    wrong = v1.EventError(code=v1.EVENT_ERROR_CODE_INVALID_FIELD, field="slot", message="is negative")
    done = v1.WriteEventResult(sequence=7)
    refused = v1.WriteEventResult(error=wrong)
    scripted.steps = [
        answers(v1.WriteEventsResponse(results=[done, v1.WriteEventResult(error=busy), refused])),
        answers(v1.WriteEventsResponse(results=[v1.WriteEventResult(sequence=8)])),
    ]
    with client_of(scripted) as client:
        events = [client.new_event(v1.EVENT_TYPE_VIEW, guest="g", event_id=str(n)) for n in range(3)]
        results = client.record_batch(events)
    assert [result.sequence for result in results] == [7, 8, 0]
    assert results[2].error.field == "slot"
    again = v1.WriteEventsRequest.FromString(scripted.seen[1].request)
    assert [event.event_id for event in again.events] == ["1"]
