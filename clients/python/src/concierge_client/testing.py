"""A Concierge server of your own, on a store of its own, for tests and trials.

with LocalServer(find_server()) as server:
    with Client(server.url, server.key, server.brand) as client:
        server.publish(Path("catalog.toml"))
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

RIGHTS = (
    "decide",
    "events.write",
    "guests.read",
    "guests.write",
    "catalog.read",
    "catalog.write",
    "decisions.read",
    "admin",
    "view.margin",
    "view.value",
    "view.scores",
)


class ServerNotFound(Exception):
    """There is no server binary; the message says where it was looked for."""


def find_server(project: Path | None = None) -> Path:
    """The server binary: CONCIERGE_BIN, else the one built last in the target folder of `project`.

    Raises ServerNotFound; also where CONCIERGE_BIN names no file.
    """
    named = os.environ.get("CONCIERGE_BIN")
    if named:
        if not Path(named).is_file():
            raise ServerNotFound(f"CONCIERGE_BIN is {named}, which is no file")
        return Path(named).resolve()
    if project is None:
        raise ServerNotFound("CONCIERGE_BIN is not set")
    target = project / (os.environ.get("CARGO_TARGET_DIR") or "target")
    built = [
        path for path in (target / kind / "concierge" for kind in ("release", "debug")) if path.is_file()
    ]
    if not built:
        raise ServerNotFound(
            f"neither release/concierge nor debug/concierge is in {target}, and CONCIERGE_BIN is not set; "
            "`cargo build` makes one"
        )
    return max(built, key=lambda path: path.stat().st_mtime)


class LocalServer:
    """A server on loopback with an empty store, stopped and removed at the end."""

    def __init__(self, binary: Path, *, brand: str = "demo", rights: Sequence[str] = RIGHTS) -> None:
        self.binary = binary
        self.brand = brand
        self.key = f"ck_test_{secrets.token_hex(32)}"
        self.url = ""
        self._folder = Path(tempfile.mkdtemp(prefix="concierge-"))
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._listen = "127.0.0.1:0"
        credential = {
            "id": "test",
            "brand": brand,
            "rights": list(rights),
            "sha256": hashlib.sha256(self.key.encode()).hexdigest(),
        }
        # JSON strings and lists are TOML as well.
        lines = ["[server]", 'drain_delay = "0ms"', "[metrics]", 'listen = ""', "[[credentials]]"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in credential.items()]
        (self._folder / "concierge.toml").write_text("\n".join(lines) + "\n")
        try:
            self._run("init", "--store", str(self._folder / "store"))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> LocalServer:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Starts it, at the same address as before if it was stopped."""
        if self._process is not None:
            return
        errors = self._folder / "errors.txt"
        with errors.open("a") as stderr:
            self._process = subprocess.Popen(
                [
                    str(self.binary),
                    "serve",
                    "--config",
                    str(self._folder / "concierge.toml"),
                    "--store",
                    str(self._folder / "store"),
                    "--listen",
                    self._listen,
                ],
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=_environment(),
                text=True,
            )
        stdout = self._process.stdout
        assert stdout is not None
        for line in stdout:
            told = re.search(r"http://(127\.0\.0\.1:\d+) \(gRPC", line)
            if told:
                self._listen = told[1]
                self.url = f"http://{told[1]}"
                # Nobody reads the rest, and a full pipe would stop the server.
                self._reader = threading.Thread(target=stdout.read, daemon=True)
                self._reader.start()
                return
        self.stop()
        raise RuntimeError(f"the server did not start:\n{errors.read_text()}")

    def stop(self) -> None:
        """Ends it as an operator would, and keeps its store."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._reader is not None:
            self._reader.join(5)
            self._reader = None
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def close(self) -> None:
        """Ends it and removes its store."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def publish(self, catalog: Path) -> None:
        """Publishes a catalog."""
        self._run(
            "catalog", "publish", str(catalog), "--server", self.url, "--key", self.key, "--brand", self.brand
        )

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.binary), *arguments], capture_output=True, text=True, env=_environment(), timeout=60
        )
        if done.returncode != 0:
            raise RuntimeError(f"concierge {' '.join(arguments[:2])}: {done.stderr or done.stdout}")


def _environment() -> dict[str, str]:
    """The environment without settings of other servers."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CONCIERGE_")}
