"""The relay's real services without HTTP, and a line to them that loses, repeats, delays, cuts and crashes as it is told."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlencode

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.relay.api import STATUS_OF
from central.relay.directory import Directory
from central.relay.services import Relay
from central.relay.store import Asked, SqliteStore
from desktop.sync.transport import _raise_for
from enforcement.exchange import (
    LIMITS,
    BlobStates,
    PostBundles,
    Problem,
    Round,
    WantBlobs,
    sign_request,
)
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, to_bytes

KEY_FILE = "relay.key"


class Crash(BaseException):
    """The program dies here."""


class MemoryRelay:
    """A relay in its folder; `handle` does what the HTTP form does, one request at a time."""

    def __init__(self, folder: Path, published: Path, clock) -> None:
        self.folder, self.published, self.clock = folder, published, clock
        self.requests = 0
        self.open()

    def open(self):
        self.directory = Directory(self.published, self.folder, self.clock)
        signer = KeySigner(Ed25519PrivateKey.from_private_bytes((self.folder / KEY_FILE).read_bytes()))
        self.store = SqliteStore(self.folder)
        self.relay = Relay(self.store, self.directory, signer, self.clock)

    def close(self):
        self.store.close()

    def backup(self, folder: Path) -> None:
        """A copy of everything."""
        self.close()
        shutil.copytree(self.folder, folder)
        self.open()

    def restore(self, folder: Path) -> None:
        """As it was then."""
        self.close()
        shutil.rmtree(self.folder)
        shutil.copytree(folder, self.folder)
        self.open()

    def handle(self, method, path, query, body, headers):
        """(status, body)."""
        self.requests += 1
        try:
            signed, info = self.relay.who_asks(method, path, query, body, headers)
            asked = Asked(signed.kid, signed.nonce, signed.created, info.unit, 0, len(body))
            (refused,) = self.relay.admit([asked])
            if refused:
                raise KnownError(refused)
            named = dict(part.split("=") for part in query.split("&") if part)
            return 200, self._answer(method, path, named, body, signed, info.unit)
        except KnownError as error:
            problem = Problem(code=error.code, number=error.number, at=self.clock.now())
            return STATUS_OF.get(error.code, 400), to_bytes(problem)

    def _answer(self, method, path, query, body, signed, unit):
        relay = self.relay
        match method, path.split("/")[2:]:
            case "POST", ["round"]:
                return to_bytes(relay.round(signed.kid, from_bytes(Round, body)))
            case "POST", ["bundles"]:
                posted = from_bytes(PostBundles, body)
                return to_bytes(relay.take_in(posted.bundles, posted.blobs, unit))
            case "POST", ["blobs", "missing"]:
                return to_bytes(BlobStates(blobs=relay.blob_states(from_bytes(WantBlobs, body).digests)))
            case "PUT", ["blobs", name]:
                return to_bytes(
                    relay.take_piece(unit, bytes.fromhex(name), int(query["offset"]), int(query["total"]), body)
                )
            case "GET", ["blobs", name]:
                have, whole = relay.store.blob_have(bytes.fromhex(name))
                if not whole:
                    raise KnownError("relay.missing", what=name)
                return b"".join(relay.store.blob_read(bytes.fromhex(name), int(query["offset"]), have))
            case "GET", ["bundles", name]:
                data = relay.store.bundle(bytes.fromhex(name))
                if data is None:
                    raise KnownError("relay.missing", what=name)
                return data
        raise AssertionError((method, path))


class MemoryLine:
    """A Transport to it. `faults` are taken one for each request: "", "lose" (it never arrives), "mute" (the answer is lost), "twice",
    "late" (it arrives, but only after a later one), "crash" (the program dies before it), "crash_after".
    """

    def __init__(self, relay: MemoryRelay, signer, clock) -> None:
        self.relay, self.signer, self.clock = relay, signer, clock
        self.faults: list[str] = []
        self.down = False
        self.late: list[tuple] = []
        self.asked: list[str] = []

    def call(self, method, path, query=None, body=b"", wait=0):
        text = urlencode(query or {})
        request = (method, path, text, body, self._sign(method, path, text, body))
        self.asked.append(f"{method} {path}")
        fault = self.faults.pop(0) if self.faults else ""
        if self.down or fault == "lose":
            raise KnownError("relay.unreachable", why="test")
        if fault == "crash":
            raise Crash
        if fault == "late":
            self.late.append(request)
            raise KnownError("relay.unreachable", why="test")
        status, data = self.answer(request)
        if fault == "twice":
            self.answer(request)  # the very same again: refused as a replay, and nothing comes of it
        if fault == "crash_after":
            raise Crash
        if fault == "mute":
            raise KnownError("relay.unreachable", why="test")
        _raise_for(httpx.Response(status), data, self.clock.now())
        assert len(data) <= LIMITS.answer
        return data

    def answer(self, request):
        return self.relay.handle(*request)

    def deliver_late(self):
        """What was on its way all the time arrives now."""
        for request in self.late:
            self.answer(request)
        self.late.clear()

    def stream(self, path, query):
        yield self.call("GET", path, query)

    def public(self, path):
        if self.down:
            raise KnownError("relay.unreachable", why="test")
        return self.relay.directory.file(path)

    def _sign(self, method, path, query, body):
        signed = sign_request(method, path, query, body, self.signer, self.clock.now(), os.urandom(16))
        return {name.lower(): value for name, value in signed.items()}
