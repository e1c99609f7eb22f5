"""Where the server is and how to reach it: address, TLS, and the settings of a channel."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import grpc

VERSION = "0.1.0"


@dataclass(frozen=True)
class Endpoint:
    """A server to connect to."""

    target: str
    tls: bool
    loopback: bool

    @classmethod
    def parse(cls, server: str) -> Endpoint:
        """Reads `http://127.0.0.1:50051`, `https://concierge.example:443`, or `host:port`.

        Without a scheme this machine is called in plain text and any other one with TLS. A key is never
        sent in plain text over a network.
        """
        has_scheme = "://" in server
        parts = urlsplit(server if has_scheme else f"//{server}")
        try:
            port = parts.port
        except ValueError:
            raise ValueError(f"server {server!r} has a port that is no number") from None
        if parts.scheme not in ("", "http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError(f"server {server!r} is not an address; give it like 'https://concierge.example'")
        loopback = _is_loopback(parts.hostname)
        if parts.scheme == "http" and not loopback:
            raise ValueError(f"server {server!r}: plain text is for this machine only; use https://")
        tls = parts.scheme == "https" or (not has_scheme and not loopback)
        if port is None:
            if not tls:
                raise ValueError(f"server {server!r} has no port; give it like 'http://127.0.0.1:50051'")
            port = 443
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return cls(f"{host}:{port}", tls, loopback)

    def credentials(self, ca_file: str | Path | None) -> grpc.ChannelCredentials | None:
        """Credentials of the channel; None: plain text."""
        if not self.tls:
            return None
        roots = Path(ca_file).read_bytes() if ca_file is not None else None
        return grpc.ssl_channel_credentials(root_certificates=roots)

    def options(self) -> list[tuple[str, str | int]]:
        """Settings of the channel."""
        options: list[tuple[str, str | int]] = [
            ("grpc.primary_user_agent", f"concierge-python/{VERSION}"),
            # This package repeats calls itself, with the same request id and within one deadline.
            ("grpc.enable_retries", 0),
            # A server that comes back is found again within two seconds, not two minutes.
            ("grpc.initial_reconnect_backoff_ms", 100),
            ("grpc.min_reconnect_backoff_ms", 1_000),
            ("grpc.max_reconnect_backoff_ms", 2_000),
            ("grpc.keepalive_time_ms", 60_000),
            ("grpc.keepalive_timeout_ms", 10_000),
            ("grpc.use_local_subchannel_pool", 1),
        ]
        if self.loopback:
            options.append(("grpc.enable_http_proxy", 0))
        return options


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
