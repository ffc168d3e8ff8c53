"""The relay as the registry asks it: signed requests (RFC 9421). Every failure is a KnownError that says which it is."""

from __future__ import annotations

import os
from urllib.parse import urlencode

import httpx

from enforcement.exchange import LIMITS, Problem, sign_request
from enforcement.values.clock import Clock
from enforcement.values.cose import Signer
from enforcement.values.errors import CODES, KnownError
from enforcement.values.shapes import from_bytes

NAMES = {number: name for name, number in CODES.items()}
CONNECT_SECONDS, READ_SECONDS = 4.0, 30.0


class RelayClient:
    """Requests to one relay. No proxy of the environment is used."""

    def __init__(self, base: str, signer: Signer, clock: Clock) -> None:
        self._signer, self._clock = signer, clock
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        self._client = httpx.Client(base_url=base, timeout=timeout, trust_env=False, follow_redirects=False)

    def get(self, path: str, query: dict[str, str] | None = None, wait: float = 0) -> bytes:
        """A signed GET; `wait` seconds are added to the patience for a long poll.

        Raises KnownError(relay.unreachable), (relay.rubbish), (relay.busy), (relay.refused) or what the relay refused with.
        """
        text = urlencode(query or {}, safe=",")
        headers = sign_request("GET", path, text, b"", self._signer, self._clock.now(), os.urandom(16))
        timeout = httpx.Timeout(READ_SECONDS + wait, connect=CONNECT_SECONDS)
        url = f"{path}?{text}" if text else path
        status, data = self._send(self._client.build_request("GET", url, headers=headers, timeout=timeout))
        if status != 200:
            _refuse(status, data)
        return data

    def public(self, name: str) -> bytes | None:
        """A file of the agency's published set; None when there is none."""
        status, data = self._send(self._client.build_request("GET", f"/authority/{name}"))
        if status == 404:
            return None
        if status != 200:
            raise KnownError("relay.rubbish", why=f"status {status}")
        return data

    def close(self) -> None:
        self._client.close()

    def _send(self, request: httpx.Request) -> tuple[int, bytes]:
        data = bytearray()
        try:
            response = self._client.send(request, stream=True)
            try:
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > 4 * LIMITS.request:
                        raise KnownError("relay.rubbish", why="an answer without end")
            finally:
                response.close()
        except httpx.TransportError as error:
            raise KnownError("relay.unreachable", why=type(error).__name__) from error
        except httpx.HTTPError as error:
            raise KnownError("relay.rubbish", why=type(error).__name__) from error
        return response.status_code, bytes(data)


def _refuse(status: int, data: bytes) -> None:
    if status in (502, 503, 504):
        raise KnownError("relay.busy", status=status)
    try:
        problem = from_bytes(Problem, data)
        code = NAMES[problem.number]
    except (KnownError, KeyError) as error:
        raise KnownError("relay.rubbish", why=f"status {status}") from error
    if code.startswith("clock."):
        raise KnownError(code, relay=problem.at.isoformat())
    if code.startswith("device."):
        raise KnownError(code, device="")
    raise KnownError("relay.refused", reason=code)
