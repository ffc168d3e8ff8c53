"""A limit to the time that a whole request takes. The timeouts of HTTP clients run from byte to byte: an answer that drips, a byte
now and then, never meets them.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx


class Patience:
    """Until when a request may take: some seconds, and one more for every `slowest` bytes that went or came."""

    def __init__(self, slowest: int) -> None:
        self._slowest = slowest
        self._until = 0.0

    def begin(self, seconds: float) -> None:
        """A new request."""
        self._until = time.monotonic() + seconds

    def moved(self, size: int) -> None:
        """So many bytes went or came."""
        self._until += size / self._slowest

    def left(self, timeout: float | None) -> float:
        """Seconds until nobody waits any more, at most `timeout`."""
        left = self._until - time.monotonic()
        return max(left if timeout is None else min(left, timeout), 0.0)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, patience: Patience) -> None:
        self._inner, self._patience = inner, patience

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._patience.left(timeout)
        if not left:
            raise httpcore.ReadTimeout("too slow as a whole")
        data = self._inner.read(max_bytes, left)
        self._patience.moved(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)
        self._patience.moved(len(buffer))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._patience)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, patience: Patience) -> None:
        self._inner, self._patience = httpcore.SyncBackend(), patience

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options), self._patience)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


def patient_transport(patience: Patience) -> httpx.HTTPTransport:
    """httpx's own transport over streams that know `patience`."""
    context = httpx.create_ssl_context(trust_env=False)
    transport = httpx.HTTPTransport(verify=context, trust_env=False)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=context, max_connections=2, keepalive_expiry=60.0, network_backend=_Backend(patience)
    )
    return transport
