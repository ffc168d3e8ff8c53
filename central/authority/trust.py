"""What the offline keys say: which keys speak for what. Two of three sign it; it changes only when a key does.

`root` names the keys of root, targets, snapshot and timestamp; the top-level `targets` names those of the legal office and of
personnel, and what each may speak for. Everyday publishing needs neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, Key, Signer
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Root, Snapshot, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from central.authority.keyring import Keyring
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record

EXPIRY_DAYS = {"root": 3650, "targets": 1100, "legal": 1100, "personnel": 400, "snapshot": 400, "timestamp": 90}
"""How long each role's file holds. The office signs the timestamp anew well before."""
DELEGATED = {
    "legal": ["packs/*", "texts/*"],
    "personnel": ["roster/*", "numbers/*", "register/*", "calendar/*", "notices/*", "photos/*"],
}
THRESHOLD = 2
ROLE_KEYS: Mapping[str, tuple[str, ...]] = {
    "root": ("root-1", "root-2", "root-3"),
    "targets": ("targets-1", "targets-2", "targets-3"),
    "snapshot": ("snapshot",),
    "timestamp": ("timestamp",),
}
NAMED_BY_TARGETS = ("legal", "personnel")
REPLACEABLE = (*(name for names in ROLE_KEYS.values() for name in names), *NAMED_BY_TARGETS)


class OfflineSet(Record):
    """Every root from version 1 on, the top-level targets in force, and the public key (securesystemslib's form) of each key name."""

    roots: tuple[bytes, ...]
    targets: bytes
    keys: dict[str, dict[str, str]]

    def key(self, name: str) -> Key:
        """The public key of a name."""
        held = self.keys[name]
        return Key.from_dict(
            held["keyid"], {"keytype": held["keytype"], "scheme": held["scheme"], "keyval": {"public": held["public"]}}
        )

    @property
    def root(self) -> Root:
        return Metadata[Root].from_bytes(self.roots[-1]).signed

    @property
    def top(self) -> Targets:
        return Metadata[Targets].from_bytes(self.targets).signed


def plain_key(key: Key) -> dict[str, str]:
    """A public key as it is kept."""
    return {"keyid": key.keyid, "keytype": key.keytype, "scheme": key.scheme, "public": key.keyval["public"]}


def first_set(keys: Keyring, now: datetime) -> OfflineSet:
    """What is signed when the office is founded: all keys are at hand."""
    public = {name: plain_key(_public(keys, name)) for name in REPLACEABLE}
    made = OfflineSet(roots=(), targets=b"", keys=public)
    root = _root_of(made, 1, now)
    top = _targets_of(made, 1, now)
    return msgspec.structs.replace(
        made,
        roots=(sign_all(root, _signers(made, keys, "root", {})),),
        targets=sign_all(top, _signers(made, keys, "targets", {})),
    )


def replace_keys(kept: OfflineSet, keys: Keyring, new: Mapping[str, Signer], now: datetime) -> OfflineSet:
    """The set in which `new` keys stand for the names that they are given under; with none only the days of expiry are new.

    A new root is signed by two of the old root keys and by two of the new ones (TUF 1.0, 6.1); the top-level targets by two of its
    keys. Raises KnownError(key.threshold) when fewer are at hand.
    """
    after = msgspec.structs.replace(
        kept, keys={**kept.keys, **{name: plain_key(signer.public_key) for name, signer in new.items()}}
    )
    named_by_root = {name for names in ROLE_KEYS.values() for name in names}
    if not new or named_by_root & new.keys():
        old = _signers(kept, keys, "root", {})
        root = _root_of(after, kept.root.version + 1, now)
        signers = {signer.public_key.keyid: signer for signer in (*old, *_signers(after, keys, "root", new))}
        after = msgspec.structs.replace(after, roots=(*kept.roots, sign_all(root, signers.values())))
    if not new or (set(NAMED_BY_TARGETS) | set(ROLE_KEYS["targets"])) & new.keys():
        top = _targets_of(after, kept.top.version + 1, now)
        after = msgspec.structs.replace(after, targets=sign_all(top, _signers(after, keys, "targets", new)))
    return after


def new_signer() -> tuple[Ed25519PrivateKey, Signer]:
    """A new key and its signer."""
    key = Ed25519PrivateKey.generate()
    return key, CryptoSigner(key)


def expires(role: str, now: datetime) -> datetime:
    """Until when what a role signs now holds; whole seconds, as the format has them."""
    return (now + timedelta(days=EXPIRY_DAYS[role])).replace(microsecond=0)


def the_signer(kept: OfflineSet, keys: Keyring, name: str) -> Signer:
    """The signer of a role of one key; raises KnownError(key.missing), (key.replaced)."""
    signer = keys.signer(name, kept.keys[name]["keyid"])
    if signer is None:
        raise KnownError("key.replaced" if keys.where(name) else "key.missing", name=name)
    return signer


def _public(keys: Keyring, name: str) -> Key:
    return CryptoSigner(keys.signing(name)).public_key


def _signers(kept: OfflineSet, keys: Keyring, role: str, new: Mapping[str, Signer]) -> list[Signer]:
    """Signers of a role's own keys that are at hand, enough of them."""
    found = []
    for name in ROLE_KEYS[role]:
        signer = new.get(name) or keys.signer(name, kept.keys[name]["keyid"])
        if signer is not None:
            found.append(signer)
    if len(found) < THRESHOLD:
        raise KnownError("key.threshold", role=role, needed=THRESHOLD, found=len(found), of=len(ROLE_KEYS[role]))
    return found


def _root_of(kept: OfflineSet, version: int, now: datetime) -> Root:
    root = Root(version, expires=expires("root", now), consistent_snapshot=True)
    for role, names in ROLE_KEYS.items():
        for name in names:
            root.add_key(kept.key(name), role)
        root.roles[role].threshold = min(THRESHOLD, len(names))
    return root


def _targets_of(kept: OfflineSet, version: int, now: datetime) -> Targets:
    named = {name: kept.key(name) for name in DELEGATED}
    delegations = Delegations(
        keys={key.keyid: key for key in named.values()},
        roles={
            name: DelegatedRole(name, [named[name].keyid], 1, True, paths=patterns)
            for name, patterns in DELEGATED.items()
        },
    )
    return Targets(version, expires=expires("targets", now), delegations=delegations)


S = TypeVar("S", Root, Targets, Snapshot, Timestamp)


def sign_all(signed: S, signers: Iterable[Signer]) -> bytes:
    """Metadata with the signatures of all `signers`, as it is published. Raises KnownError(key.token)."""
    metadata = Metadata[S](signed)
    for signer in signers:
        try:
            metadata.sign(signer, append=True)
        except UnsignedMetadataError as error:
            raise error.__cause__ or error from None  # the library wraps whatever a token says
    return metadata.to_bytes(JSONSerializer(compact=True))
