"""One signed entry: what was done, by whom, on which device, after what.

- Wire form: COSE_Sign1 (RFC 9052) whose payload is the canonical map of `Payload`; signed by the officer's key.
- The entry's hash is the SHA-256 of those bytes; everything that refers to an entry refers to that hash.
- `seq` counts from 1 on each device without a gap; `prev` is the hash of the device's entry before it.
- `parents` are the heads of the aggregate that the author had seen, ascending.
- An entry whose kind this program does not know is kept whole; its body stays plain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.journal.kinds import Body, Unknown, body_of, kind_of
from enforcement.values.cose import CONTENT_TYPE, Signer, peek1, sign1, verify1
from enforcement.values.errors import KnownError
from enforcement.values.ids import DIGEST_BYTES, digest
from enforcement.values.shapes import Record, from_bytes, to_bytes, to_plain

NO_ENTRY = bytes(DIGEST_BYTES)
"""`prev` of a device's first entry."""
FORMAT = "application/hengchi-entry+cbor"


class TimeEvidence(Record):
    """What the device knew of the time from outside: the relay's instant, and device clock minus it (ms)."""

    source: str
    at: datetime
    offset_ms: int


class Payload(Record):
    """The signed map of an entry."""

    v: int
    id: UUID
    agg: UUID
    kind: str
    kv: int
    body: dict[str, Any]
    cert: str
    dev: UUID
    seq: int
    prev: bytes
    parents: tuple[bytes, ...]
    at: datetime
    evidence: TimeEvidence | None = None


@dataclass(frozen=True)
class Entry:
    """A checked entry. `data` are its bytes, `hash` their SHA-256, `body` the typed body or `Unknown`."""

    data: bytes
    hash: bytes
    kid: bytes
    entry_id: UUID
    aggregate: UUID
    kind: str
    body: Body | Unknown
    certificate: str
    device: UUID
    seq: int
    prev: bytes
    parents: tuple[bytes, ...]
    at: datetime
    evidence: TimeEvidence | None


def seal_entry(
    body: Body,
    *,
    entry_id: UUID,
    aggregate: UUID,
    certificate: str,
    device: UUID,
    seq: int,
    prev: bytes,
    parents: Sequence[bytes],
    at: datetime,
    evidence: TimeEvidence | None,
    signer: Signer,
) -> Entry:
    """Sign a new entry; `at` is aware UTC, `seq` from 1."""
    name, version = kind_of(type(body))
    payload = Payload(
        v=1,
        id=entry_id,
        agg=aggregate,
        kind=name,
        kv=version,
        body=to_plain(body),
        cert=certificate,
        dev=device,
        seq=seq,
        prev=prev,
        parents=tuple(sorted(parents)),
        at=at,
        evidence=evidence,
    )
    data = sign1(to_bytes(payload), signer, headers={CONTENT_TYPE: FORMAT})
    return _entry(data, signer.kid, payload)


def read_entry(data: bytes, key_of: Callable[[bytes, str], Ed25519PublicKey | None]) -> Entry:
    """Check and read an entry; `key_of(kid, certificate number)` gives the key of that officer, or None.

    Raises KnownError(encoding.*), (signature.unknown_key) or (signature.invalid).
    """
    claimed = from_bytes(Payload, peek1(data).payload)
    signed = verify1(data, lambda kid: key_of(kid, claimed.cert))
    if signed.headers.get(CONTENT_TYPE) != FORMAT:
        raise KnownError("encoding.wrong_shape", why="not an entry")
    return _entry(data, signed.kid, claimed)


def reread_entry(data: bytes) -> Entry:
    """Read an entry that was checked before and kept where nobody else can write; its signature is not checked again."""
    claimed = peek1(data)
    return _entry(data, claimed.kid, from_bytes(Payload, claimed.payload))


def entry_hash(data: bytes) -> bytes:
    """SHA-256 of an entry's bytes."""
    return digest(data)


def _entry(data: bytes, kid: bytes, payload: Payload) -> Entry:
    _check(payload)
    return Entry(
        data=data,
        hash=digest(data),
        kid=kid,
        entry_id=payload.id,
        aggregate=payload.agg,
        kind=payload.kind,
        body=body_of(payload.kind, payload.kv, payload.body),
        certificate=payload.cert,
        device=payload.dev,
        seq=payload.seq,
        prev=payload.prev,
        parents=payload.parents,
        at=payload.at,
        evidence=payload.evidence,
    )


def _check(payload: Payload) -> None:
    wrong: Mapping[str, bool] = {
        "v": payload.v != 1,
        "seq": payload.seq < 1,
        "prev": len(payload.prev) != DIGEST_BYTES or (payload.seq == 1) != (payload.prev == NO_ENTRY),
        "parents": any(len(parent) != DIGEST_BYTES for parent in payload.parents)
        or list(payload.parents) != sorted(set(payload.parents)),
        "at": payload.at.tzinfo is None,
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise KnownError("encoding.wrong_shape", why=f"entry field {name}")
