"""Servers that fail on purpose: a scripted one, a silent one, and a proxy that loses an answer."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2


@dataclass(frozen=True)
class Seen:
    """A call as the scripted server saw it."""

    path: str
    request: bytes
    metadata: dict[str, str | bytes]
    time_remaining: float | None
    at: float


Step = Callable[[grpc.ServicerContext], Message]


class ScriptedServer(grpc.GenericRpcHandler):
    """Answers the first call with the first step, and so on; the last step answers all the others."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.seen: list[Seen] = []
        self._server = grpc.server(futures.ThreadPoolExecutor(4))
        self._server.add_generic_rpc_handlers((self,))
        self.url = f"http://127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        path = details.method

        def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
            step = self.steps[min(len(self.seen), len(self.steps) - 1)]
            metadata = {key: value for key, value in context.invocation_metadata()}
            self.seen.append(Seen(path, request, metadata, context.time_remaining(), time.monotonic()))
            return step(context).SerializeToString()

        return grpc.unary_unary_rpc_method_handler(answer)

    def stop(self) -> None:
        self._server.stop(None)


def answers(message: Message) -> Step:
    """A step that answers."""
    return lambda context: message


def fails(code: grpc.StatusCode, text: str, *details: Message, pushback: str | None = None) -> Step:
    """A step that fails with details as the real server sends them."""

    def step(context: grpc.ServicerContext) -> Message:
        status = status_pb2.Status(code=code.value[0], message=text)
        for detail in details:
            status.details.add().Pack(detail)
        trailing: list[tuple[str, str | bytes]] = [("grpc-status-details-bin", status.SerializeToString())]
        if pushback is not None:
            trailing.append(("grpc-retry-pushback-ms", pushback))
        context.set_trailing_metadata(tuple(trailing))
        context.abort(code, text)
        raise AssertionError("abort raises")

    return step


def retry_info(seconds: float) -> Message:
    """RetryInfo."""
    delay = Duration()
    delay.FromNanoseconds(int(seconds * 1e9))
    info: Message = error_details_pb2.RetryInfo(retry_delay=delay)
    return info


def free_address() -> str:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextlib.contextmanager
def silent_server() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


class LosingProxy:
    """Passes bytes on both ways. Once armed, it loses what the server answers, then cuts the connection."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self._upstream = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cuts = 0
        self._armed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self) -> None:
        """Lose the next answer."""
        self._armed.set()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._upstream)
                threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, to_server: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if self._armed.is_set():
                    if not to_server:
                        continue
                    self._pass_for(0.5, data, source, target)
                    self._armed.clear()
                    self.cuts += 1
                    break
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _pass_for(self, seconds: float, data: bytes, source: socket.socket, target: socket.socket) -> None:
        """Long enough for a request in several pieces to be there, and for the server to have done it."""
        end = time.monotonic() + seconds
        while data:
            target.sendall(data)
            source.settimeout(max(end - time.monotonic(), 0.001))
            try:
                data = source.recv(65_536)
            except TimeoutError:
                return
        time.sleep(max(end - time.monotonic(), 0.0))
