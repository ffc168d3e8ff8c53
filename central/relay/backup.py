"""A backup that either store can be restored from: the log in segments, blobs by name. Both only grow, so a second backup into the same
folder adds what is new, and a copy of the folder at any moment after a backup is a backup.

    manifest.json          size and root of the log, its segments with their digests; written last
    log/NUMBER.cbors       bundles from that number on, each [bytes, receipt, instant in ms], one after the other
    blobs/ab/abcdef…       sealed blobs
    statuses.cbor          what devices said of themselves

Nothing in it can be read by whoever holds it: it is as sealed as the relay's own store.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from central.platform.files import write_durably
from central.relay.store import RelayStore, StoredBundle
from enforcement.exchange import check_receipt
from enforcement.exchange.merkle import root
from enforcement.sealing import peek_cover
from enforcement.values.clock import from_ms, to_ms
from enforcement.values.cose import key_id
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import Record, from_plain, to_plain

MANIFEST, STATUSES = "manifest.json", "statuses.cbor"
SEGMENT, ROWS = 4096, 256
"""Bundles in a segment at most, and in one transaction of a restore."""


class Segment(Record):
    """`sha256` in hexadecimal."""

    first: int
    count: int
    sha256: str


class Manifest(Record):
    """What a backup holds; `root` in hexadecimal."""

    v: int
    size: int
    root: str
    segments: tuple[Segment, ...]


def back_up(store: RelayStore, folder: Path) -> Manifest:
    """Add to `folder` what is not in it, while the relay goes on. Durable when it returns; an interrupted one is gone on with.

    Raises KnownError(relay.backup_unfit) when the folder holds a backup of another log.
    """
    before = _manifest(folder) if (folder / MANIFEST).is_file() else Manifest(v=1, size=0, root="", segments=())
    size = store.size()
    if before.size > size or (before.size and root(before.size, store.node).hex() != before.root):
        raise KnownError("relay.backup_unfit", file=MANIFEST, why="a backup of another log")
    segments = list(before.segments)
    for first in range(before.size, size, SEGMENT):
        segments.append(_write_segment(store, folder, first, min(SEGMENT, size - first)))
    for name in store.blob_names():
        path = _blob(folder, name)
        if not path.is_file():
            have, _ = store.blob_have(name)
            write_durably(path, store.blob_read(name, 0, have))
    statuses = [[device.bytes, data, to_ms(at)] for device, data, at in store.statuses()]
    write_durably(folder / STATUSES, cbor2.dumps(statuses))
    manifest = Manifest(v=1, size=size, root=root(size, store.node).hex(), segments=tuple(segments))
    write_durably(folder / MANIFEST, json.dumps(to_plain(manifest), indent=1).encode())
    return manifest


def restore(store: RelayStore, folder: Path, relay_key: Ed25519PublicKey) -> Manifest:
    """Fill an empty store, or go on with a restore of this backup that was interrupted. Every receipt is checked under the relay's key,
    every blob by its name, and the root at the end.

    Raises KnownError(relay.not_empty) when the store holds another log, (relay.backup_unfit) for what is not whole.
    """
    manifest = _manifest(folder)
    there = store.size()
    if there > manifest.size:
        raise KnownError("relay.not_empty", size=there)
    for name, path in _blob_files(folder):
        _restore_blob(store, name, path)
    rows: list[tuple[StoredBundle, bytes, int]] = []
    for number, (data, receipt, at_ms) in enumerate(_records(folder, manifest)):
        bundle = _checked(data, receipt, number, relay_key)
        if number < there:
            known = store.accepted(bundle.digest)
            if known is None or known.index != number:
                raise KnownError("relay.not_empty", size=there)
            continue
        rows.append((bundle, receipt, at_ms))
        if len(rows) == ROWS:
            _put(store, rows)
            rows = []
    _put(store, rows)
    if store.size() != manifest.size or root(manifest.size, store.node).hex() != manifest.root:
        raise KnownError("relay.backup_unfit", file=MANIFEST, why="the log has another root")
    for device, data, at_ms in cbor2.loads((folder / STATUSES).read_bytes()):
        store.put_status(UUID(bytes=device), data, from_ms(at_ms))
    return manifest


def _put(store: RelayStore, rows: list[tuple[StoredBundle, bytes, int]]) -> None:
    if rows:
        store.restore([(bundle, receipt, from_ms(at_ms)) for bundle, receipt, at_ms in rows])
    for bundle, _, _ in rows:
        for ref in bundle.header.blobs:
            store.count_blob(ref.digest, bundle.header.unit, ref.size)


def _checked(data: bytes, receipt: bytes, number: int, key: Ed25519PublicKey) -> StoredBundle:
    name = digest(data)
    try:
        found = check_receipt(receipt, name, lambda kid: key if kid == key_id(key) else None)
        header, recipients = peek_cover(data)
    except KnownError as error:
        raise KnownError("relay.backup_unfit", file="log", why=f"bundle {number}: {error.code}") from error
    if found.index != number:
        raise KnownError("relay.backup_unfit", file="log", why=f"bundle {number} has the receipt of {found.index}")
    return StoredBundle(name, data, header, recipients)


def _write_segment(store: RelayStore, folder: Path, first: int, count: int) -> Segment:
    out = io.BytesIO()
    for start in range(first, first + count, ROWS):
        for data, receipt, at in store.rows(start, min(ROWS, first + count - start)):
            cbor2.dump([data, receipt, to_ms(at)], out)
    data = out.getvalue()
    write_durably(_segment(folder, first), data)
    return Segment(first=first, count=count, sha256=hashlib.sha256(data).hexdigest())


def _records(folder: Path, manifest: Manifest) -> Iterator[tuple[bytes, bytes, int]]:
    for segment in manifest.segments:
        path = _segment(folder, segment.first)
        data = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(data).hexdigest() != segment.sha256:
            raise KnownError("relay.backup_unfit", file=path.name, why="it is not what the manifest names")
        decoder = cbor2.CBORDecoder(io.BytesIO(data))
        for _ in range(segment.count):
            row, receipt, at_ms = decoder.decode()
            yield row, receipt, at_ms


def _restore_blob(store: RelayStore, name: bytes, path: Path) -> None:
    have, whole = store.blob_have(name)
    total = path.stat().st_size
    with path.open("rb") as file:
        while not whole:
            file.seek(have)
            piece = file.read(4 << 20)
            if not piece:
                raise KnownError("relay.backup_unfit", file=path.name, why="shorter than what is there")
            have, whole = store.blob_append(name, have, total, piece)


def _manifest(folder: Path) -> Manifest:
    try:
        manifest = from_plain(Manifest, json.loads((folder / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise KnownError("relay.backup_unfit", file=MANIFEST, why=type(error).__name__) from error
    except KnownError as error:
        raise KnownError("relay.backup_unfit", file=MANIFEST, why=error.details["why"]) from error
    counted = 0
    for segment in manifest.segments:
        if segment.first != counted:
            raise KnownError("relay.backup_unfit", file=MANIFEST, why="segments with a gap")
        counted += segment.count
    if manifest.v != 1 or counted != manifest.size:
        raise KnownError("relay.backup_unfit", file=MANIFEST, why="not as many bundles as it says")
    return manifest


def _segment(folder: Path, first: int) -> Path:
    return folder / "log" / f"{first:012d}.cbors"


def _blob(folder: Path, name: bytes) -> Path:
    return folder / "blobs" / name.hex()[:2] / name.hex()


def _blob_files(folder: Path) -> Iterator[tuple[bytes, Path]]:
    for path in sorted((folder / "blobs").glob("??/*")):
        if not path.name.startswith("."):
            yield bytes.fromhex(path.name), path
