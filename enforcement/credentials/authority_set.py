"""The agency's data as a TUF repository (The Update Framework 1.0, section 5.3), checked from bytes alone.

- It opens no file and reads no clock: `fetch(name)` gives bytes or None, `now` is the one reference time.
- The order is the specification's: root chain, timestamp, snapshot, targets, delegations. Each is signed by the threshold
  of its role's keys, not expired, no older than what was trusted before, and the one its parent names.
- Delegations: `legal` for packs/* and texts/*, `personnel` for roster, numbers, register, calendar and notices.
- Targets are handed out only after length and hashes agree with the metadata of the role that may speak for them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from tuf.api.exceptions import DownloadError, LengthOrHashMismatchError, RepositoryError, UnsignedMetadataError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Targets, Timestamp
from tuf.api.serialization import DeserializationError

from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record

MAX_ROOTS = 64
MAX_METADATA = 8 << 20
MAX_TARGET = 64 << 20
DELEGATED = ("legal", "personnel")


class SetVersions(Record):
    """The versions last trusted, so that nothing older is taken again."""

    root: bytes
    timestamp: int = 0
    snapshot: int = 0
    targets: int = 0
    delegated: dict[str, int] = msgspec.field(default_factory=dict)


class AuthoritySet:
    """A checked set: target paths and their bytes on demand."""

    def __init__(self, versions: SetVersions, roles: dict[str, Targets], fetch: Callable[[str], bytes | None]) -> None:
        self.versions, self._roles, self._fetch = versions, roles, fetch

    @property
    def root_version(self) -> int:
        """The version of the root in force."""
        return Metadata[Root].from_bytes(self.versions.root).signed.version

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        """Target paths that begin so."""
        return tuple(sorted(path for role in self._roles.values() for path in role.targets if path.startswith(prefix)))

    def delegated_keys(self, name: str) -> tuple[bytes, ...]:
        """The raw Ed25519 public keys of a delegated role."""
        delegations = self._roles["targets"].delegations
        role = delegations.roles.get(name) if delegations and delegations.roles else None
        if delegations is None or role is None:
            return ()
        return tuple(_raw_key(delegations.keys[keyid].keyval["public"]) for keyid in role.keyids)

    def target(self, path: str) -> bytes:
        """A target's bytes; raises KnownError(authority.untrusted) when missing or altered."""
        for role in self._roles.values():
            info = role.targets.get(path)
            if info is None:
                continue
            folder, _, base = path.rpartition("/")
            name = f"{info.hashes.get('sha256', '')}.{base}"
            data = self._fetch("targets/" + (f"{folder}/{name}" if folder else name))
            if data is None or len(data) > MAX_TARGET:
                raise KnownError("authority.untrusted", what=path, why="missing")
            try:
                info.verify_length_and_hashes(data)
            except RepositoryError as error:
                raise KnownError("authority.untrusted", what=path, why="altered") from error
            return data
        raise KnownError("authority.untrusted", what=path, why="not listed")


def _raw_key(public: str) -> bytes:
    if public.startswith("-----"):
        return load_pem_public_key(public.encode()).public_bytes(Encoding.Raw, PublicFormat.Raw)
    return bytes.fromhex(public)


S = TypeVar("S", Root, Timestamp, Snapshot, Targets)


def open_set(fetch: Callable[[str], bytes | None], trusted: SetVersions, now: datetime) -> AuthoritySet:
    """Walk from the trusted root to the newest set.

    `fetch` is asked for `metadata/N.root.json`, `metadata/timestamp.json`, `metadata/N.snapshot.json` and so on.
    Raises KnownError(authority.expired), (authority.rollback), (authority.threshold), (authority.mixed) or (authority.untrusted).
    """
    try:
        root, root_bytes = newest_root(fetch, trusted.root)
        trusted = _after_rotation(trusted, Metadata[Root].from_bytes(trusted.root).signed, root.signed)
        _fresh(root.signed.is_expired(now), "root")
        timestamp = _role(root.signed, Timestamp, "timestamp", _need(fetch, "metadata/timestamp.json"))
        _fresh(timestamp.is_expired(now), "timestamp")
        _not_older("timestamp", timestamp.version, trusted.timestamp)
        meta = timestamp.snapshot_meta
        _not_older("snapshot", meta.version, trusted.snapshot)
        data = _need(fetch, f"metadata/{meta.version}.snapshot.json")
        _matches(meta, data, "snapshot")
        snapshot = _role(root.signed, Snapshot, "snapshot", data)
        _same("snapshot", snapshot.version, meta.version)
        _fresh(snapshot.is_expired(now), "snapshot")
        roles = {"targets": _targets(fetch, snapshot, root.signed, "targets", now)}
        _not_older("targets", roles["targets"].version, trusted.targets)
        for name in DELEGATED:
            roles[name] = _targets(fetch, snapshot, roles["targets"], name, now)
            _not_older(name, roles[name].version, trusted.delegated.get(name, 0))
            _only_its_own(roles["targets"], name, roles[name])
    except (RepositoryError, DeserializationError, DownloadError, ValueError, KeyError) as error:
        raise KnownError("authority.untrusted", what="metadata", why=type(error).__name__) from error
    versions = SetVersions(
        root=root_bytes,
        timestamp=timestamp.version,
        snapshot=snapshot.version,
        targets=roles["targets"].version,
        delegated={name: roles[name].version for name in DELEGATED},
    )
    return AuthoritySet(versions, roles, fetch)


def newest_root(fetch: Callable[[str], bytes | None], trusted: bytes) -> tuple[Metadata[Root], bytes]:
    """The end of the chain of roots that begins with the trusted one: each signed by the threshold of the one before and its own."""
    root, data = Metadata[Root].from_bytes(trusted), trusted
    for _ in range(MAX_ROOTS):
        newer = fetch(f"metadata/{root.signed.version + 1}.root.json")
        if newer is None:
            break
        if len(newer) > MAX_METADATA:
            raise KnownError("authority.untrusted", what="root", why="too large")
        following = Metadata[Root].from_bytes(newer)
        if not isinstance(following.signed, Root):
            raise KnownError("authority.untrusted", what="root", why="another role's file")
        _signed_enough(root.signed, "root", following)
        _signed_enough(following.signed, "root", following)
        _same("root", following.signed.version, root.signed.version + 1)
        root, data = following, newer
    return root, data


def _after_rotation(trusted: SetVersions, old: Root, new: Root) -> SetVersions:
    """Versions count under their keys only: whoever stole a key could have signed a version so high that the honest ones are refused
    as older for ever (TUF 1.0, 5.3.11: fast-forward attack). A key of timestamp or snapshot that changed begins all anew.
    """
    if all(old.roles[role].keyids == new.roles[role].keyids for role in ("timestamp", "snapshot")):
        return trusted
    return SetVersions(root=trusted.root)


def _role(parent: Root | Targets, kind: type[S], name: str, data: bytes) -> S:
    metadata = Metadata[S].from_bytes(data)
    if not isinstance(metadata.signed, kind):
        raise KnownError("authority.untrusted", what=name, why="another role's file")
    _signed_enough(parent, name, metadata)
    return metadata.signed


def _targets(
    fetch: Callable[[str], bytes | None], snapshot: Snapshot, parent: Root | Targets, name: str, now: datetime
) -> Targets:
    meta = snapshot.meta[f"{name}.json"]
    data = _need(fetch, f"metadata/{meta.version}.{name}.json")
    _matches(meta, data, name)
    targets = _role(parent, Targets, name, data)
    _same(name, targets.version, meta.version)
    _fresh(targets.is_expired(now), name)
    return targets


def _only_its_own(parent: Targets, name: str, targets: Targets) -> None:
    delegations = parent.delegations
    role = delegations.roles.get(name) if delegations and delegations.roles else None
    for path in targets.targets:
        if role is None or not role.is_delegated_path(path):
            raise KnownError("authority.untrusted", what=path, why=f"not for {name} to say")


def _need(fetch: Callable[[str], bytes | None], name: str) -> bytes:
    data = fetch(name)
    if data is None or len(data) > MAX_METADATA:
        raise KnownError("authority.untrusted", what=name, why="missing")
    return data


def _signed_enough(parent: Root | Targets, name: str, metadata: Metadata[S]) -> None:
    """By as many of the role's keys as its parent demands."""
    try:
        parent.verify_delegate(name, metadata.signed_bytes, metadata.signatures)
    except UnsignedMetadataError as error:
        raise KnownError("authority.threshold", what=name) from error


def _matches(meta: MetaFile, data: bytes, name: str) -> None:
    try:
        meta.verify_length_and_hashes(data)
    except LengthOrHashMismatchError as error:
        raise KnownError("authority.mixed", what=name) from error


def _fresh(expired: bool, name: str) -> None:
    if expired:
        raise KnownError("authority.expired", what=name)


def _not_older(name: str, version: int, trusted: int) -> None:
    if version < trusted:
        raise KnownError("authority.rollback", what=name, found=version, trusted=trusted)


def _same(name: str, version: int, expected: int) -> None:
    if version != expected:
        raise KnownError("authority.mixed", what=name)
