"""The example runs as its README says, and shows every situation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .conftest import server_binary

ROOT = Path(__file__).resolve().parent.parent


def test_the_booking_engine_falls_back_and_loses_nothing() -> None:
    done = subprocess.run(
        # A deadline that a busy machine keeps; the default is 50 ms.
        [sys.executable, str(ROOT / "examples" / "booking_engine.py"), "--deadline-ms", "700"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "CONCIERGE_BIN": str(server_binary())},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    _, there, late, away, back = done.stdout.split("\nThe service is ")
    first, after = there.split("The next page:")
    taken = first.split("“")[1].split("”")[0]
    assert "Concierge, after" in first
    assert "chosen for this guest" in first
    assert "0 events wait" in first
    assert "EUR" in first
    assert not done.stderr
    assert taken not in after
    assert "the house's own list, after 7" in late
    assert "DEADLINE_EXCEEDED" in late
    assert "the house's own list" in away
    assert "2 events wait" in away
    assert "0 events wait; the service knows of 2." in back
