"""Messages: canonical CBOR bodies of requests and answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.values.cose import CONTENT_TYPE, Signer, sign1, verify1
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

STATUS = "application/hengchi-device-status+cbor"
MEDIA_TYPE = "application/cbor"


class WantBlobs(Record):
    """POST /v1/blobs/missing."""

    digests: tuple[bytes, ...]


class BlobState(Record):
    """How many bytes of a blob the relay holds; `whole` when it is all there."""

    digest: bytes
    have: int
    whole: bool


class BlobStates(Record):
    """The answer to WantBlobs and to each piece."""

    blobs: tuple[BlobState, ...]


class PostBundles(Record):
    """POST /v1/bundles: one or many, with those of their blobs that are small, whole; these are taken in first."""

    bundles: tuple[bytes, ...]
    blobs: tuple[bytes, ...] = ()


class Outcome(Record):
    """What became of one bundle: `code` 0 with a receipt, or a number of the catalogue; `missing` blobs to send first."""

    digest: bytes
    code: int
    receipt: bytes = b""
    missing: tuple[bytes, ...] = ()
    words: str = ""


class Outcomes(Record):
    """The answer to PostBundles, in its order."""

    outcomes: tuple[Outcome, ...]


class FeedItem(Record):
    """A bundle for us."""

    index: int
    digest: bytes
    size: int


class Feed(Record):
    """GET /v1/feed: `cursor` is what to ask from the next time."""

    items: tuple[FeedItem, ...]
    cursor: int


class DeviceStatus(Record):
    """What a device says of itself: its newest entry, what it has not sent yet (`refused` of it lie there for good, for all that it
    knows), when the roster that it works by was issued, and the relay's tree head (signed by the relay) that it
    saw last, so that a relay which shows its devices different logs is found out. Signed by the device. `carried`: it goes by courier, so
    when it arrives says nothing of the device's clock.
    """

    device: UUID
    seq: int
    head: bytes
    waiting: int
    oldest: datetime | None
    at: datetime
    log: bytes = b""
    refused: int = 0
    roster_at: datetime | None = None
    carried: bool = False


class DeviceSeen(Record):
    """A device as the relay knows it: its last signed statement, and the sequences of the bundles that came."""

    device: UUID
    status: bytes
    seen_at: datetime
    received_last: int
    forked: bool


class Devices(Record):
    """GET /v1/devices."""

    devices: tuple[DeviceSeen, ...]


class Problem(Record):
    """A refusal: the catalogue's code and number, and the relay's own instant (for the clock)."""

    code: str
    number: int
    at: datetime


def sign_status(status: DeviceStatus, device: Signer) -> bytes:
    """The statement's bytes."""
    return sign1(to_bytes(status), device, headers={CONTENT_TYPE: STATUS})


def read_status(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None]) -> DeviceStatus:
    """A checked statement; raises KnownError(signature.*), (encoding.*)."""
    signed = verify1(data, key_of)
    if signed.headers.get(CONTENT_TYPE) != STATUS:
        raise KnownError("encoding.wrong_shape", why="not a device's statement")
    return from_bytes(DeviceStatus, signed.payload)
