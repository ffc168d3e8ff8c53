"""What every part of a step works with: the store, the keys, the way to the relay, and what the step came to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.store import Database, JournalStore
from desktop.store.blobs import BlobFolder
from desktop.sync.transport import Transport
from enforcement.credentials import RosterIndex
from enforcement.exchange import LIMITS
from enforcement.sealing import Decryptor
from enforcement.sealing.blob import Beside
from enforcement.values.clock import Clock
from enforcement.values.cose import Signer, key_id
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

SMALLEST, FIRST, LARGEST = 64 << 10, 2 << 20, 4 << 20
SHORTEST, LONGEST = 1.0, 8.0
GAVE_UP = ("relay.unreachable", "relay.slow", "relay.busy")


@dataclass
class StepResult:
    """What a step came to. `problem` is the first thing that went wrong with the relay as a whole."""

    sealed: int = 0
    accepted: int = 0
    refused: int = 0
    entries_in: int = 0
    blobs_in: int = 0
    authority_new: bool = False
    problem: KnownError | None = None
    item_problems: list[KnownError] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.sealed or self.accepted or self.refused or self.entries_in or self.blobs_in)


@dataclass
class Pace:
    """How many bytes go into one request: what the line carries in some seconds, fewer of them after each cut. A line that is cut every
    few seconds still gets something through, and a good one does not wait for answers.
    """

    size: int = FIRST
    seconds: float = LONGEST

    def went(self, size: int, took: float) -> None:
        """A request of that size got through."""
        self.seconds = min(self.seconds + 0.5, LONGEST)
        if size > self.size // 4:  # a small one says nothing of the line
            self.size = int(min(max(size / max(took, 0.001) * self.seconds, SMALLEST), LARGEST))

    def was_cut(self) -> None:
        """One did not."""
        self.seconds = max(self.seconds / 2, SHORTEST)
        self.size = max(self.size // 2, SMALLEST)


@dataclass
class Line:
    """One device's line to one relay. `metered` holds photographs back; `earlier` are decryption keys that were renewed since."""

    database: Database
    blobs: BlobFolder
    journal: JournalStore
    index: RosterIndex
    device: UUID
    unit: str
    device_signer: Signer
    decryptor: Decryptor
    transport: Transport
    clock: Clock
    metered: bool = False
    earlier: tuple[Decryptor, ...] = ()
    pace: Pace = field(default_factory=Pace)
    asked_devices: datetime | None = None
    put_off: dict[bytes, datetime] = field(default_factory=dict)
    """Blobs that could not be had, and until when nobody asks for them."""
    budget: int = LIMITS.feed_bytes
    """Bytes of bundles that one answer may bring."""
    ahead: Beside | None = None
    """What is asked of the relay while what came is taken in runs in it; without it nothing is asked ahead."""
    live: bool = True
    """Whether the relay answers now. By courier it answered some time ago, which says nothing of the clock or of the connection."""
    sizes: frozenset[int] | None = None
    """Trees that can be compared on this way; None where any can be asked for."""

    def relay_key(self, kid: bytes) -> Ed25519PublicKey | None:
        """A key that the roster names as the relay's."""
        for raw in self.index.roster.relay_keys:
            key = Ed25519PublicKey.from_public_bytes(raw)
            if key_id(key) == kid:
                return key
        return None

    def call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: bytes = b"", wait: float = 0
    ) -> bytes:
        """What the transport gives; the pace follows whether it got through."""
        begun = time.monotonic()
        try:
            data = self.transport.call(method, path, query, body, wait)
        except KnownError as error:
            if error.code in GAVE_UP:
                self.pace.was_cut()
            raise
        self.pace.went(len(body), time.monotonic() - begun)
        return data

    def bundle(self, name: bytes) -> bytes:
        """A bundle that the relay has. Raises KnownError(relay.missing), (relay.rubbish) for other bytes, and what the transport raises."""
        data = self.call("GET", f"/v1/bundles/{name.hex()}")
        if digest(data) != name:
            raise KnownError("relay.rubbish", why="another bundle")
        return data


def as_rubbish(error: KnownError) -> KnownError:
    """An answer that cannot be read is the relay's fault, not a file's."""
    return KnownError("relay.rubbish", why=error.code) if error.code.startswith("encoding.") else error
