"""Writing the TUF repository: metadata and targets as files that any web server can serve.

Files are written before the metadata that names them, and timestamp.json last of all, so that a reader at any instant
finds either the old set or the new one, whole. What the offline keys signed is written as it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from central.authority.keyring import Keyring
from central.authority.trust import DELEGATED, OfflineSet, expires, sign_all, the_signer
from central.platform.files import write_durably

ROSTER = "roster/roster.cbor"


def publish_set(
    folder: Path, keys: Keyring, kept: OfflineSet, targets: dict[str, bytes], version: int, now: datetime
) -> None:
    """Write version `version` of the whole set. Raises KnownError(key.missing), (key.replaced)."""
    writer = _Writer(folder, keys, kept, version)
    for number, root in enumerate(kept.roots, 1):
        writer.kept(f"{number}.root.json", root)
    for path, data in sorted(targets.items()):
        writer.target_file(path, data)
    metas: dict[str, MetaFile] = {}
    for name, patterns in DELEGATED.items():
        mine = {path: data for path, data in targets.items() if _matches(path, patterns)}
        metas[f"{name}.json"] = writer.write(name, Targets(version, expires=expires(name, now), targets=_files(mine)))
    top = kept.top.version
    writer.kept(f"{top}.targets.json", kept.targets)
    metas["targets.json"] = MetaFile.from_data(top, kept.targets, ["sha256"])
    snapshot = Snapshot(version, expires=expires("snapshot", now), meta=metas)
    named = writer.write("snapshot", snapshot)
    writer.write("timestamp", Timestamp(version, expires=expires("timestamp", now), snapshot_meta=named))


@dataclass(frozen=True)
class Published:
    """What stands in the repository: its version, until when it holds, the SHA-256 (hex) of each target, the roster's bytes."""

    version: int
    until: datetime
    targets: dict[str, str]
    roster: bytes


def read_published(folder: Path) -> Published | None:
    """What a reader finds now, None before anything was published. The office's own disk is believed: nothing is checked."""
    metadata = folder / "metadata"
    try:
        timestamp = Metadata[Timestamp].from_bytes((metadata / "timestamp.json").read_bytes()).signed
    except FileNotFoundError:
        return None
    version = timestamp.snapshot_meta.version
    targets: dict[str, str] = {}
    for name in DELEGATED:
        role = Metadata[Targets].from_bytes((metadata / f"{version}.{name}.json").read_bytes()).signed
        targets |= {path: info.hashes["sha256"] for path, info in role.targets.items()}
    roster = folder / "targets" / "roster" / f"{targets.get(ROSTER, '')}.roster.cbor"
    return Published(version, timestamp.expires, targets, roster.read_bytes())


S = TypeVar("S", Targets, Snapshot, Timestamp)


class _Writer:
    def __init__(self, folder: Path, keys: Keyring, kept: OfflineSet, version: int) -> None:
        self._folder, self._keys, self._kept, self._version = folder, keys, kept, version

    def kept(self, name: str, data: bytes) -> None:
        path = self._folder / "metadata" / name
        if not path.exists() or path.read_bytes() != data:
            write_durably(path, data, 0o644)

    def target_file(self, path: str, data: bytes) -> None:
        info = TargetFile.from_data(path, data)
        parent, _, base = path.rpartition("/")
        place = self._folder / "targets" / parent / f"{info.hashes['sha256']}.{base}"
        if not place.exists():
            write_durably(place, data, 0o644)

    def write(self, role: str, signed: S) -> MetaFile:
        data = sign_all(signed, [the_signer(self._kept, self._keys, role)])
        name = "timestamp.json" if role == "timestamp" else f"{self._version}.{role}.json"
        write_durably(self._folder / "metadata" / name, data, 0o644)
        return MetaFile.from_data(self._version, data, ["sha256"])


def _matches(path: str, patterns: list[str]) -> bool:
    return any(path.startswith(pattern.removesuffix("*")) for pattern in patterns)


def _files(targets: dict[str, bytes]) -> dict[str, TargetFile]:
    return {path: TargetFile.from_data(path, data) for path, data in targets.items()}
