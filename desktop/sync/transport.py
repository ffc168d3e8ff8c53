"""How the relay is reached: a protocol, and its HTTP form. Every failure is a KnownError that says which it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode

import httpx

from desktop.sync.patience import Patience, patient_transport
from enforcement.exchange import LIMITS, Problem, sign_request
from enforcement.values.clock import LOCAL, Clock
from enforcement.values.cose import Signer
from enforcement.values.errors import CODES, KnownError
from enforcement.values.shapes import from_bytes

LARGEST_PUBLIC = 64 << 20
NAMES = {number: name for name, number in CODES.items()}
WAITS = ("relay.too_often", "relay.day_full", "relay.unit_full")
"""Refusals that pass by waiting; the relay says how long."""
MOST_WAIT = 86_400


class Transport(Protocol):
    """Requests to one relay."""

    def call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: bytes = b"", wait: float = 0
    ) -> bytes:
        """A signed request; the answer's body. `wait` seconds are added to the patience for a long poll.

        Raises KnownError(relay.unreachable), (relay.slow), (relay.rubbish), (relay.busy) or what the relay refused with.
        """
        ...

    def stream(self, path: str, query: dict[str, str]) -> Iterator[bytes]:
        """A signed GET whose answer is large."""
        ...

    def public(self, path: str) -> bytes | None:
        """A file of the agency's published set; None when there is none."""
        ...


@dataclass
class HttpTransport:
    """HTTP with signed requests (RFC 9421), one connection kept open. No proxy of the environment is used.

    Patience is measured over the whole request, not from byte to byte: `read_seconds`, and a second for every `slowest` bytes that
    went or came, so that a relay which drips keeps nobody waiting and a line that is merely slow is not given up.
    """

    base: str
    signer: Signer
    clock: Clock
    connect_seconds: float = 4.0
    read_seconds: float = 20.0
    slowest: int = 4096
    _client: httpx.Client = field(init=False, repr=False)
    _patience: Patience = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._patience = Patience(self.slowest)
        self._client = httpx.Client(
            base_url=self.base, transport=patient_transport(self._patience), trust_env=False, follow_redirects=False
        )

    def call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: bytes = b"", wait: float = 0
    ) -> bytes:
        request = self._request(method, path, query, body, wait)
        with _failures():
            response = self._client.send(request, stream=True)
            try:
                data = _read(response)
            finally:
                response.close()
        _raise_for(response, data, self.clock.now())
        return data

    def stream(self, path: str, query: dict[str, str]) -> Iterator[bytes]:
        request = self._request("GET", path, query, b"", 0)
        with _failures():
            response = self._client.send(request, stream=True)
            try:
                if response.status_code != 200:
                    _raise_for(response, _read(response), self.clock.now())
                yield from response.iter_raw()
            finally:
                response.close()

    def public(self, path: str) -> bytes | None:
        self._patience.begin(self.read_seconds)
        with _failures(), self._client.stream("GET", f"/authority/{path}", timeout=self._timeout(0)) as response:
            if response.status_code == 404:
                return None
            data = _read(response, LARGEST_PUBLIC)
        if response.status_code != 200:
            raise KnownError("relay.rubbish", why=f"status {response.status_code}")
        return data

    def close(self) -> None:
        self._client.close()

    def _request(self, method: str, path: str, query: dict[str, str] | None, body: bytes, wait: float) -> httpx.Request:
        text = urlencode(query or {}, safe=",")
        headers = sign_request(method, path, text, body, self.signer, self.clock.now(), os.urandom(16))
        headers["Accept-Encoding"] = "identity"
        url = f"{path}?{text}" if text else path
        self._patience.begin(self.read_seconds + wait)
        return self._client.build_request(method, url, content=body, headers=headers, timeout=self._timeout(wait))

    def _timeout(self, wait: float) -> httpx.Timeout:
        return httpx.Timeout(self.read_seconds + wait, connect=self.connect_seconds)


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
        raise KnownError("relay.slow", why=type(error).__name__) from error
    except httpx.RemoteProtocolError as error:
        if "disconnected" in str(error) or "peer closed" in str(error):  # cut, not answered wrongly
            raise KnownError("relay.unreachable", why=type(error).__name__) from error
        raise KnownError("relay.rubbish", why=type(error).__name__) from error
    except httpx.TransportError as error:
        raise KnownError("relay.unreachable", why=type(error).__name__) from error
    except httpx.HTTPError as error:
        raise KnownError("relay.rubbish", why=type(error).__name__) from error


def _read(response: httpx.Response, limit: int = LIMITS.answer) -> bytes:
    data = bytearray()
    for (
        chunk
    ) in response.iter_raw():  # never unpacked: a small answer that unpacks to a huge one is no answer of a relay
        data += chunk
        if len(data) > limit:
            raise KnownError("relay.rubbish", why="an answer without end")
    return bytes(data)


def _raise_for(response: httpx.Response, data: bytes, now: datetime) -> None:
    status = response.status_code
    if status in (200, 204):
        return
    if status in (502, 503, 504):
        raise KnownError("relay.busy", status=status)
    try:
        problem = from_bytes(Problem, data)
        code = NAMES[problem.number]
    except (KnownError, KeyError) as error:
        raise KnownError("relay.rubbish", why=f"status {status}") from error
    if code in WAITS:
        seconds = _seconds(response.headers.get("Retry-After", ""))
        until = (now + timedelta(seconds=seconds)).astimezone(LOCAL)
        raise KnownError(code, until=f"{until:%Y-%m-%d %H:%M}", retry_seconds=seconds)
    if code.startswith("clock."):
        raise KnownError(code, relay=problem.at.isoformat())
    if code in ("device.suspended", "device.unknown"):
        raise KnownError(code, device="")
    if code.startswith("relay."):
        raise KnownError(code)
    raise KnownError("relay.refused", reason=code)


def _seconds(text: str) -> int:
    """Retry-After, of which a relay writes the form in seconds (RFC 9110 section 10.2.3); a minute when it says nothing sensible."""
    return min(int(text), MOST_WAIT) if re.fullmatch("[0-9]{1,9}", text) else 60
