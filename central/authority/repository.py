"""Writing the TUF repository: metadata and targets as files that any web server can serve.

Files are written before the metadata that names them, and timestamp.json last of all, so that a reader at any instant
finds either the old set or the new one, whole.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from central.authority.keyring import Keyring
from central.platform.files import write_durably

EXPIRY_DAYS = {"root": 3650, "targets": 1100, "legal": 1100, "personnel": 400, "snapshot": 400, "timestamp": 90}
"""How long each role's file holds. The office signs the timestamp anew well before."""
DELEGATED = {
    "legal": ["packs/*", "texts/*"],
    "personnel": ["roster/*", "numbers/*", "register/*", "calendar/*", "notices/*"],
}


S = TypeVar("S", Root, Targets, Snapshot, Timestamp)


def publish_set(folder: Path, keys: Keyring, targets: dict[str, bytes], version: int, now: datetime) -> None:
    """Write version `version` of the whole set."""
    writer = _Writer(folder, keys, version, now)
    writer.root()
    for path, data in sorted(targets.items()):
        writer.target_file(path, data)
    metas: dict[str, MetaFile] = {}
    for name, patterns in DELEGATED.items():
        mine = {path: data for path, data in targets.items() if _matches(path, patterns)}
        metas[f"{name}.json"] = writer.write(name, Targets(version, expires=writer.expires(name), targets=_files(mine)))
    metas["targets.json"] = writer.write(
        "targets", Targets(version, expires=writer.expires("targets"), delegations=writer.delegations())
    )
    snapshot = Snapshot(version, expires=writer.expires("snapshot"), meta=metas)
    stamp = Timestamp(version, expires=writer.expires("timestamp"), snapshot_meta=writer.write("snapshot", snapshot))
    writer.write("timestamp", stamp)


class _Writer:
    def __init__(self, folder: Path, keys: Keyring, version: int, now: datetime) -> None:
        self._folder, self._keys, self._version, self._now = folder, keys, version, now
        self._loaded: dict[str, Ed25519PrivateKey] = {}

    def expires(self, role: str) -> datetime:
        return (self._now + timedelta(days=EXPIRY_DAYS[role])).replace(microsecond=0)

    def signer(self, role: str) -> CryptoSigner:
        if role not in self._loaded:
            self._loaded[role] = self._keys.signing(role)
        return CryptoSigner(self._loaded[role])

    def root(self) -> None:
        """The first root stands until its keys change."""
        path = self._folder / "metadata" / "1.root.json"
        if path.exists():
            return
        root = Root(1, expires=self.expires("root"), consistent_snapshot=True)
        for role in ("root", "targets", "snapshot", "timestamp"):
            root.add_key(self.signer(role).public_key, role)
        write_durably(path, self._signed("root", root), 0o644)

    def delegations(self) -> Delegations:
        signers = {name: self.signer(name) for name in DELEGATED}
        return Delegations(
            keys={signer.public_key.keyid: signer.public_key for signer in signers.values()},
            roles={
                name: DelegatedRole(name, [signers[name].public_key.keyid], 1, True, paths=patterns)
                for name, patterns in DELEGATED.items()
            },
        )

    def target_file(self, path: str, data: bytes) -> None:
        info = TargetFile.from_data(path, data)
        parent, _, base = path.rpartition("/")
        place = self._folder / "targets" / parent / f"{info.hashes['sha256']}.{base}"
        if not place.exists():
            write_durably(place, data, 0o644)

    def write(self, role: str, signed: S) -> MetaFile:
        data = self._signed(role, signed)
        name = "timestamp.json" if role == "timestamp" else f"{self._version}.{role}.json"
        write_durably(self._folder / "metadata" / name, data, 0o644)
        return MetaFile.from_data(self._version, data, ["sha256"])

    def _signed(self, role: str, signed: S) -> bytes:
        metadata = Metadata[S](signed)
        metadata.sign(self.signer(role))
        return metadata.to_bytes(JSONSerializer(compact=True))


def _matches(path: str, patterns: list[str]) -> bool:
    return any(path.startswith(pattern.removesuffix("*")) for pattern in patterns)


def _files(targets: dict[str, bytes]) -> dict[str, TargetFile]:
    return {path: TargetFile.from_data(path, data) for path, data in targets.items()}
