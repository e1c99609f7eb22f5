"""What needs no server: names, money, addresses, errors, events, and that both clients are twins."""

from __future__ import annotations

import inspect
import threading
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2

from concierge_client import (
    AsyncClient,
    Client,
    InvalidRequest,
    Names,
    RetryPolicy,
    ServerFault,
    format_money,
    methods,
    to_decimal,
    to_money,
    v1,
)
from concierge_client._method import Method
from concierge_client._requests import BYTES_MAX, EVENTS_MAX, EventBatch
from concierge_client._transport import Endpoint

from .fake import ScriptedServer, answers, fails

NAMES = Names("acme")


def offline(source: str = "booking-engine") -> Client:
    return Client("127.0.0.1:1", "ck_test_00", "acme", source=source)


def test_bare_ids_become_names_and_names_stay() -> None:
    assert NAMES.guest("g-1001") == "brands/acme/guests/g-1001"
    assert NAMES.property("brands/acme/properties/harbour") == "brands/acme/properties/harbour"
    assert NAMES.consent("g-1001") == "brands/acme/guests/g-1001/consent"
    assert NAMES.preference_profile("g") == "brands/acme/guests/g/preferenceProfile"


@pytest.mark.parametrize("wrong", ["", "guests/g-1", "a/b"])
def test_what_is_no_id_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="bare id"):
        NAMES.guest(wrong)
    with pytest.raises(ValueError, match="bare id"):
        Names(wrong)


@pytest.mark.parametrize(
    ("minor", "code", "text"),
    [
        (1250, "EUR", "12.50 EUR"),
        (1250, "JPY", "1250 JPY"),
        (1250, "KWD", "1.250 KWD"),
        (-5, "EUR", "-0.05 EUR"),
    ],
)
def test_money_is_exact(minor: int, code: str, text: str) -> None:
    money = v1.Money(currency_code=code, amount_minor=minor)
    assert format_money(money) == text
    assert to_money(to_decimal(money), code) == money


def test_money_with_too_many_decimals_is_refused() -> None:
    assert to_decimal(to_money("0.1", "EUR")) == Decimal("0.10")
    for amount, code in (("0.001", "EUR"), ("0.5", "JPY"), ("NaN", "EUR")):
        with pytest.raises(ValueError, match="decimals"):
            to_money(amount, code)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("127.0.0.1:50051", Endpoint("127.0.0.1:50051", tls=False, loopback=True)),
        ("http://localhost:50051/", Endpoint("localhost:50051", tls=False, loopback=True)),
        ("http://[::1]:50051", Endpoint("[::1]:50051", tls=False, loopback=True)),
        ("https://concierge.example", Endpoint("concierge.example:443", tls=True, loopback=False)),
        ("concierge.example:8443", Endpoint("concierge.example:8443", tls=True, loopback=False)),
    ],
)
def test_addresses(server: str, expected: Endpoint) -> None:
    assert Endpoint.parse(server) == expected


@pytest.mark.parametrize(
    "wrong", ["", "http://10.0.0.7:50051", "ftp://a:1", "http://127.0.0.1", "https://a:b"]
)
def test_a_key_is_not_sent_in_plain_text_over_a_network_nor_to_nowhere(wrong: str) -> None:
    with pytest.raises(ValueError, match="server"):
        Client(wrong, "ck_test_00", "acme")


def test_the_key_is_in_no_representation() -> None:
    assert "ck_test" not in repr(offline())
    with pytest.raises(ValueError, match="api_key"):
        Client("127.0.0.1:1", "", "acme")


def test_errors_name_every_field(scripted: ScriptedServer) -> None:
    bad = error_details_pb2.BadRequest()
    bad.field_violations.add(field="property", description="is empty")
    bad.field_violations.add(field="context.locale", description="is no language")
    info = error_details_pb2.ErrorInfo(reason="INVALID_ARGUMENT", domain="concierge")
    scripted.steps = [fails(grpc.StatusCode.INVALID_ARGUMENT, "2 fields: property is empty", info, bad)]
    with Client(scripted.url, "ck_test_00", "acme") as client, pytest.raises(InvalidRequest) as caught:
        client.decide("harbour", "portal.hero")
    error = caught.value
    assert error.fields == ("property", "context.locale")
    assert error.reason == "INVALID_ARGUMENT"
    assert "context.locale: is no language" in str(error)


def test_damaged_details_are_no_second_failure(scripted: ScriptedServer) -> None:
    def step(context: grpc.ServicerContext) -> v1.DecideOffersResponse:
        context.set_trailing_metadata(
            (("grpc-status-details-bin", b"\xff\xff"), ("grpc-retry-pushback-ms", "x"))
        )
        context.abort(grpc.StatusCode.INTERNAL, "oops")
        raise AssertionError

    scripted.steps = [step]
    with Client(scripted.url, "ck_test_00", "acme") as client, pytest.raises(ServerFault, match="oops"):
        client.decide("harbour", "portal.hero")


def test_events_have_an_id_a_time_and_a_source() -> None:
    client = offline()
    event = client.new_event(v1.EVENT_TYPE_CLICK, guest="g-1", property="harbour", offer_id="spa.sauna")
    assert event.guest == "brands/acme/guests/g-1"
    assert event.property == "brands/acme/properties/harbour"
    assert event.source == "booking-engine"
    assert event.event_id != client.new_event(v1.EVENT_TYPE_CLICK, guest="g-1").event_id
    age = datetime.now(timezone.utc) - event.event_time.ToDatetime(timezone.utc)
    assert abs(age.total_seconds()) < 5


def test_events_are_about_one_person_at_a_known_moment() -> None:
    client = offline()
    assert client.new_event(v1.EVENT_TYPE_VIEW, identity=("loyalty", "77")).identity.id == "77"
    with pytest.raises(ValueError, match="one of"):
        client.new_event(v1.EVENT_TYPE_VIEW, guest="g", anonymous_id="cookie")
    with pytest.raises(ValueError, match="time zone"):
        client.new_event(v1.EVENT_TYPE_VIEW, guest="g", event_time=datetime(2026, 1, 1))


def test_batches_are_cut_by_number_and_by_size() -> None:
    client = offline()
    small = [client.new_event(v1.EVENT_TYPE_VIEW, guest="g") for _ in range(EVENTS_MAX + 1)]
    assert [len(places) for places, _ in EventBatch(small).requests()] == [EVENTS_MAX, 1]
    large = [
        client.new_event(v1.EVENT_TYPE_VIEW, guest="g", attributes={str(n): "x" * 250 for n in range(30)})
        for _ in range(100)
    ]
    requests = EventBatch(large).requests()
    assert len(requests) > 1
    assert all(request.ByteSize() <= BYTES_MAX for _, request in requests)
    assert [at for places, _ in requests for at in places] == list(range(100))


def test_an_empty_batch_is_no_call() -> None:
    assert offline().record_batch([]) == []


def test_policies_that_make_no_sense_are_refused() -> None:
    wrongs: list[dict[str, Any]] = [{"max_attempts": 0}, {"initial_backoff": -1.0}, {"multiplier": 0.5}]
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"max_attempts|negative|multiplier"):
            RetryPolicy(**wrong)
    with pytest.raises(ValueError, match="timeout"):
        offline().decide("harbour", timeout=0)


def test_the_environment_of_the_command_line_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SERVER", "KEY", "BRAND", "CA_FILE"):
        monkeypatch.delenv(f"CONCIERGE_{name}", raising=False)
    with pytest.raises(ValueError, match="CONCIERGE_KEY"):
        Client.from_env()
    monkeypatch.setenv("CONCIERGE_KEY", "ck_test_00")
    assert "127.0.0.1:50051" in repr(Client.from_env())


def test_one_client_serves_many_threads(scripted: ScriptedServer) -> None:
    scripted.steps = [answers(v1.DecideOffersResponse(decision="d"))]
    failures: list[BaseException] = []
    with Client(scripted.url, "ck_test_00", "acme", decide_timeout=10.0) as client:

        def work() -> None:
            try:
                for _ in range(20):
                    assert client.decide("harbour", "portal.hero").decision == "d"
            except BaseException as failed:
                failures.append(failed)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failures
    assert len(scripted.seen) == 80


def test_the_clients_are_twins() -> None:
    def public(kind: type) -> dict[str, object]:
        return {name: member for name, member in vars(kind).items() if not name.startswith("_")}

    ordinary, asynchronous = public(Client), public(AsyncClient)
    assert ordinary.keys() == asynchronous.keys()
    for name, member in ordinary.items():
        twin = asynchronous[name]
        assert callable(member)
        assert callable(twin)
        assert inspect.signature(member).parameters == inspect.signature(twin).parameters, name
        assert inspect.iscoroutinefunction(twin) or inspect.isasyncgenfunction(twin), name
        assert inspect.getdoc(member) == inspect.getdoc(twin), name


def test_every_call_of_the_api_is_there() -> None:
    from concierge_client._proto.concierge.v1 import (
        decision_service_pb2,
        event_service_pb2,
        guest_service_pb2,
    )

    known = {method.path for method in vars(methods).values() if isinstance(method, Method)}
    for module in (decision_service_pb2, event_service_pb2, guest_service_pb2):
        for service in module.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                # Streams are not wrapped: grpcio has them as they are.
                if not (method.client_streaming or method.server_streaming):
                    assert f"/{service.full_name}/{method.name}" in known
