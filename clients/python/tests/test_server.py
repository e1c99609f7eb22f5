"""Against the real server: what a booking engine does, what goes wrong, and what is promised then."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

import pytest

from concierge_client import (
    AlreadyExists,
    AsyncClient,
    CallError,
    Client,
    EventRefused,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RetryPolicy,
    Unauthenticated,
    methods,
    to_decimal,
    to_money,
    v1,
)
from concierge_client.testing import LocalServer

from .conftest import CATALOG, server_binary
from .fake import LosingProxy

PROPERTY = "lisbon-baixa"
UPSELL = "booking.upsell"
BOOKED = v1.DecisionContext(stay_stage=v1.STAY_STAGE_BOOKED, locale="en")


@pytest.fixture
def guest() -> str:
    """A guest nobody has used before."""
    return f"guest-{uuid.uuid4().hex[:12]}"


def offers(decision: v1.DecideOffersResponse) -> list[v1.RankedOffer]:
    return list(decision.propositions[0].offers)


def allow_everything(client: Client, guest: str) -> None:
    purposes = (v1.PURPOSE_PROFILING, v1.PURPOSE_MARKETING, v1.PURPOSE_MEASUREMENT)
    records = [
        client.consent_record(purpose, v1.CONSENT_STATE_GRANTED, text_version="2026-01")
        for purpose in purposes
    ]
    client.update_consent(guest, records)


def test_what_is_accepted_is_not_offered_again(client: Client, guest: str) -> None:
    allow_everything(client, guest)
    first = client.decide(PROPERTY, UPSELL, guest=guest, context=BOOKED, include_content=True)
    assert len(offers(first)) == 3
    taken = offers(first)[0]
    assert taken.content.title
    assert taken.reasons
    accept = client.new_event(
        v1.EVENT_TYPE_ACCEPT,
        guest=guest,
        offer_id=taken.offer_id,
        placement_id=UPSELL,
        slot=taken.slot,
        attribution_token=first.attribution_token,
    )
    written = client.record(accept)
    assert written.sequence > 0
    assert not written.warnings
    second = client.decide(PROPERTY, UPSELL, guest=guest, context=BOOKED)
    assert taken.offer_id not in [offer.offer_id for offer in offers(second)]
    outcome = client.get_decision(first.decision).outcomes[0]
    assert (outcome.offer_id, outcome.step) == (taken.offer_id, v1.OUTCOME_STEP_ACCEPTED)


def test_prices_add_up(client: Client, guest: str) -> None:
    decision = client.decide(PROPERTY, v1.PlacementRequest(placement_id=UPSELL, offer_count=5), guest=guest)
    quotes = [offer.quote for offer in offers(decision) if offer.quote.HasField("offer_price")]
    for quote in quotes:
        extra = sum(to_decimal(c.amount) for c in quote.charges if not c.included_in_price)
        assert to_decimal(quote.total_price) == to_decimal(quote.offer_price) * quote.charge_quantity + extra


def test_an_event_recorded_twice_counts_once(client: Client, guest: str) -> None:
    event = client.new_event(v1.EVENT_TYPE_VIEW, guest=guest)
    first, second = client.record(event), client.record(event)
    assert not first.duplicate
    assert second.duplicate
    assert first.sequence == second.sequence


def test_errors_name_the_field(client: Client, guest: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        client.decide(PROPERTY, v1.PlacementRequest(placement_id=UPSELL, offer_count=99), guest=guest)
    assert caught.value.fields == ("placement_requests[0].offer_count",)
    assert caught.value.field_violations[0].description
    with pytest.raises(EventRefused) as refused:
        client.record(client.new_event(v1.EVENT_TYPE_ACCEPT, guest=guest))
    assert refused.value.field == "offer_id"
    assert refused.value.code == "EVENT_ERROR_CODE_INVALID_FIELD"


def test_failures_are_told_apart(client: Client, server: LocalServer, guest: str) -> None:
    with pytest.raises(NotFound):
        client.decide(PROPERTY, "no.such.placement", guest=guest)
    with pytest.raises(NotFound):
        client.get_guest(guest)
    with pytest.raises(PermissionDenied):
        client.get_guest(f"brands/another/guests/{guest}")
    with Client(server.url, "ck_test_00", server.brand) as stranger, pytest.raises(Unauthenticated):
        stranger.decide(PROPERTY, UPSELL, timeout=5.0)


def test_a_batch_says_what_became_of_each(client: Client, guest: str) -> None:
    events = [client.new_event(v1.EVENT_TYPE_VIEW, guest=f"{guest}-{n % 7}") for n in range(1_500)]
    events[700] = client.new_event(v1.EVENT_TYPE_CLICK, guest=guest, slot=-1, offer_id="spa.thermal-circuit")
    results = client.record_batch(events)
    assert [at for at, result in enumerate(results) if result.HasField("error")] == [700]
    assert results[700].error.field == "slot"
    assert len({result.sequence for result in results}) == 1_500
    again = client.record_batch(events[:700])
    assert all(result.duplicate for result in again)


def test_a_repeated_call_returns_the_stored_answer(client: Client, guest: str) -> None:
    first = client.decide(PROPERTY, UPSELL, guest=guest, request_id=guest)
    second = client.decide(PROPERTY, UPSELL, guest=guest, request_id=guest)
    assert not first.is_replayed
    assert second.is_replayed
    assert first.decision == second.decision
    assert offers(first) == offers(second)
    with pytest.raises(AlreadyExists):
        client.decide(PROPERTY, "portal.hero", guest=guest, request_id=guest)


def test_a_lost_answer_is_fetched_again_by_the_client_itself(server: LocalServer, guest: str) -> None:
    proxy = LosingProxy(server.url)
    try:
        with Client(proxy.url, server.key, server.brand) as client:
            client.wait_until_ready(20)
            assert not client.decide(PROPERTY, UPSELL, guest=guest, timeout=10.0).is_replayed
            proxy.arm()
            decision = client.decide(PROPERTY, UPSELL, guest=guest, timeout=10.0)
            assert proxy.cuts == 1
            assert decision.is_replayed, "the first attempt was decided, its answer lost"
            # What is acknowledged now is on disk, and with it what came before.
            client.record(client.new_event(v1.EVENT_TYPE_VIEW, guest=guest))
            decisions = client.timeline(guest, kinds=[v1.TIMELINE_KIND_DECISION])
            assert len(list(decisions)) == 2
    finally:
        proxy.close()


def test_what_was_shown_is_activated(client: Client, guest: str) -> None:
    decision = client.decide(PROPERTY, UPSELL, guest=guest, defer_activation=True)
    assert client.activate(decision).state == v1.DECISION_STATE_ACTIVATED
    assert client.activate(decision).state == v1.DECISION_STATE_ACTIVATED, "to repeat it does no harm"
    explained = client.explain_decision(decision.decision)
    assert explained.replay_matches
    assert explained.slots[0].candidates


def test_consents_are_kept_and_taken_back(client: Client, guest: str) -> None:
    allow_everything(client, guest)
    assert len(client.get_consent(guest).current_records) == 3
    objection = client.consent_record(v1.PURPOSE_PROFILING, v1.CONSENT_STATE_WITHDRAWN)
    now = client.update_consent(guest, [objection])
    states = {record.purpose: record.state for record in now.current_records}
    assert states[v1.PURPOSE_PROFILING] == v1.CONSENT_STATE_WITHDRAWN
    assert client.decide(PROPERTY, UPSELL, guest=guest).is_non_personalized
    with pytest.raises(InvalidRequest) as caught:
        client.update_consent(guest, [client.consent_record(v1.PURPOSE_MARKETING, v1.CONSENT_STATE_GRANTED)])
    assert caught.value.fields == ("records[0].text_version",)


def test_guests_and_their_preferences(client: Client, guest: str) -> None:
    made = client.update_guest(v1.Guest(name=guest, locale="pt-PT", country_code="PT"), allow_missing=True)
    assert made.name == f"brands/demo/guests/{guest}"
    client.update_guest(v1.Guest(name=guest, locale="en"), update_mask=["locale"])
    assert (client.get_guest(guest).locale, client.get_guest(guest).country_code) == ("en", "PT")
    never = v1.GuestPreference(dimension="category", value="spa", level=v1.PREFERENCE_LEVEL_UNACCEPTABLE)
    client.update_preferences(guest, [never])
    shown = client.decide(PROPERTY, v1.PlacementRequest(placement_id=UPSELL, offer_count=30), guest=guest)
    assert not [offer.offer_id for offer in offers(shown) if offer.offer_id.startswith("spa.")]
    neutral = v1.GuestPreference(dimension="category", value="spa", level=v1.PREFERENCE_LEVEL_NEUTRAL)
    client.update_preferences(guest, [neutral])
    stated = client.get_preferences(guest).stated_preferences
    assert [(p.value, p.level) for p in stated] == [("spa", v1.PREFERENCE_LEVEL_NEUTRAL)]


def test_a_survey_is_asked_and_answered(client: Client, guest: str) -> None:
    allow_everything(client, guest)
    asked = client.next_survey_question(guest, placement_id="app.home", locale="zh-Hans")
    assert asked.HasField("question")
    choice = asked.question.choices[0]
    client.record(client.survey_event(guest, asked.question, choice))
    after = client.next_survey_question(guest, placement_id="app.home")
    assert after.question.question_id != asked.question.question_id
    silent = client.next_survey_question("somebody-else")
    assert not silent.HasField("question")
    assert silent.stop_reason == v1.SURVEY_STOP_REASON_NO_CONSENT


def test_a_timeline_is_read_page_by_page(client: Client, guest: str) -> None:
    client.record_batch(
        [client.new_event(v1.EVENT_TYPE_VIEW, guest=guest, event_id=str(n)) for n in range(7)]
    )
    entries = list(client.timeline(guest, kinds=[v1.TIMELINE_KIND_EVENT], oldest_first=True, page_size=3))
    assert [entry.event.event_id for entry in entries] == [str(n) for n in range(7)]


def test_money_of_events_arrives(client: Client, guest: str) -> None:
    stay = v1.Stay(check_in_date="2027-05-01", check_out_date="2027-05-04")
    booked = client.new_event(
        v1.EVENT_TYPE_BOOK, guest=guest, property=PROPERTY, stay=stay, amount=to_money("412.50", "EUR")
    )
    client.record(booked)
    (entry,) = client.timeline(guest, kinds=[v1.TIMELINE_KIND_EVENT])
    assert entry.event.amount.amount_minor == 41_250


def test_any_call_can_be_made(client: Client, server: LocalServer) -> None:
    listed = client.call(methods.LIST_OFFERS, v1.ListOffersRequest(parent=client.names.parent, page_size=5))
    assert len(listed.offers) == 5


@pytest.fixture
def own_server() -> Iterator[LocalServer]:
    """A server to stop and start."""
    with LocalServer(server_binary()) as local:
        local.publish(CATALOG)
        yield local


def test_a_server_goes_away_and_comes_back(own_server: LocalServer, guest: str) -> None:
    retry = RetryPolicy(max_attempts=2)
    with Client(own_server.url, own_server.key, own_server.brand, retry=retry) as client:
        client.decide(PROPERTY, UPSELL, guest=guest, timeout=10.0)
        event = client.new_event(v1.EVENT_TYPE_VIEW, guest=guest)
        client.record(event)
        own_server.stop()
        began = time.monotonic()
        with pytest.raises(CallError):
            client.decide(PROPERTY, UPSELL, guest=guest, timeout=0.05)
        assert time.monotonic() - began < 0.5
        own_server.start()
        client.wait_until_ready(20)
        assert client.record(event).duplicate, "what was acknowledged is there after a restart"


async def test_the_async_client_does_it_all(server: LocalServer, guest: str) -> None:
    async with AsyncClient(server.url, server.key, server.brand, decide_timeout=10.0) as client:
        await client.wait_until_ready(20)
        decision = await client.decide(PROPERTY, UPSELL, guest=guest, context=BOOKED)
        taken = offers(decision)[0]
        event = client.new_event(
            v1.EVENT_TYPE_ACCEPT,
            guest=guest,
            offer_id=taken.offer_id,
            attribution_token=decision.attribution_token,
        )
        assert (await client.record(event)).sequence > 0
        again = await client.decide(PROPERTY, UPSELL, guest=guest, context=BOOKED)
        assert taken.offer_id not in [offer.offer_id for offer in offers(again)]
        with pytest.raises(InvalidRequest):
            await client.decide(PROPERTY, v1.PlacementRequest(placement_id=UPSELL, offer_count=-1))
        results = await client.record_batch([client.new_event(v1.EVENT_TYPE_VIEW, guest=guest)])
        assert results[0].sequence > 0
        entries = [entry async for entry in client.timeline(guest, page_size=1)]
        assert len(entries) == 4
        assert (await client.get_consent(guest)).name.endswith("/consent")
