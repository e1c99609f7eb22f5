"""A real server for the session, scripted ones for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from concierge_client import Client
from concierge_client.testing import LocalServer, ServerNotFound, find_server

from .fake import ScriptedServer

PROJECT = Path(__file__).resolve().parents[3]
CATALOG = PROJECT / "models" / "demo" / "catalog.toml"


def server_binary() -> Path:
    """The server to test against; skips the test where there is none."""
    try:
        return find_server(PROJECT)
    except ServerNotFound as missing:
        if os.environ.get("CONCIERGE_BIN"):
            pytest.fail(str(missing))
        pytest.skip(f"no server to test against: {missing}")


@pytest.fixture(scope="session")
def server() -> Iterator[LocalServer]:
    """A server with the demo catalog, shared by all tests: each uses guests of its own."""
    with LocalServer(server_binary()) as local:
        local.publish(CATALOG)
        yield local


@pytest.fixture
def client(server: LocalServer) -> Iterator[Client]:
    """A client of the real server. Its deadline for decisions suits a debug build on a busy machine."""
    with Client(
        server.url, server.key, server.brand, source="booking-engine", decide_timeout=10.0
    ) as connected:
        connected.wait_until_ready(20)
        yield connected


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    """A server that answers as it is told."""
    fake = ScriptedServer()
    yield fake
    fake.stop()
