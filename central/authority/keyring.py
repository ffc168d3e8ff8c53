"""The office's private keys: one file each, sealed with AES-256-GCM under Argon2id of a password.

- `root-1..3` and `targets-1..3` belong offline, two of three sign together: each may be handed over to a custodian, who keeps it in a
  folder of their own (a stick in a safe) under their own password, or lie on a PKCS#11 token.
- `issuing` signs certificates and grants; `snapshot`, `timestamp`, `legal` and `personnel` sign what is published.
- `registry` and `recovery` are HPKE keys that open bundles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, Signer

from central.authority.token import TokenSigner, read_place
from central.platform.files import sync_folder
from central.platform.keyfile import DEFAULT_COST, NEW, KeyCost, Place
from enforcement.sealing import DecryptionKey
from enforcement.values.errors import KnownError

PASSWORD_ENV = "HENGCHI_AUTHORITY_PASSWORD"
OFFLINE = ("root-1", "root-2", "root-3", "targets-1", "targets-2", "targets-3")
ONLINE = ("snapshot", "timestamp", "legal", "personnel")
SIGNING = (*OFFLINE, *ONLINE, "issuing")
OPENING = ("registry", "recovery")
MIN_PASSWORD = 8


class Keyring:
    """Keys in `folder`, opened with `password` when asked for, and those that custodians brought."""

    def __init__(
        self, folder: Path, password: str, custodians: Sequence[Place] = (), cost: KeyCost = DEFAULT_COST
    ) -> None:
        if not password:
            raise KnownError("input.invalid", field="password")
        self._cost = cost
        self._own = Place(folder, password)
        self._places = (self._own, *custodians)

    def make_all(self) -> None:
        """New keys for every role."""
        for name in SIGNING:
            self.put(name, Ed25519PrivateKey.generate())
        for name in OPENING:
            self._own.write(name, DecryptionKey.generate().private_bytes, self._cost)

    def put(self, name: str, key: Ed25519PrivateKey) -> None:
        """Keep a signing key here, instead of an older one of that name."""
        self._own.write(name, key.private_bytes_raw(), self._cost)

    def found(self, name: str) -> Ed25519PrivateKey | None:
        """A signing key where somebody brought it; raises KnownError(password.wrong)."""
        for place in self._places:
            seed = place.read(name)
            if seed is not None:
                return Ed25519PrivateKey.from_private_bytes(seed)
        return None

    def signing(self, name: str) -> Ed25519PrivateKey:
        """A signing key; raises KnownError(password.wrong), (key.missing)."""
        key = self.found(name)
        if key is None:
            raise KnownError("key.missing", name=name)
        return key

    def signer(self, name: str, keyid: str) -> Signer | None:
        """The signer of that name whose public key has that id, in a file or on a token; None when nobody brought it."""
        for place in self._places:
            seed, token = place.read(name), read_place(place.folder / f"{name}.token")
            if seed is not None:
                signer: Signer = CryptoSigner(Ed25519PrivateKey.from_private_bytes(seed))
                if signer.public_key.keyid == keyid:
                    return signer
            if token is not None:
                signer = TokenSigner(token, place.password)
                if signer.public_key.keyid == keyid:
                    return signer
        return None

    def put_secret(self, name: str, plain: bytes) -> None:
        """Keep a key of another form here."""
        self._own.write(name, plain, self._cost)

    def secret(self, name: str) -> bytes:
        """A key of another form; raises KnownError(password.wrong), (key.missing)."""
        plain = self._own.read(name)
        if plain is None:
            raise KnownError("key.missing", name=name)
        return plain

    def opening(self, name: str) -> DecryptionKey:
        """A decryption key; raises KnownError(password.wrong), (key.missing)."""
        return DecryptionKey.from_private_bytes(self.secret(name))

    def where(self, name: str) -> str:
        """The folder in which a key lies, empty when nobody brought it."""
        here = (
            place.folder
            for place in self._places
            if place.path(name).is_file() or (place.folder / f"{name}.token").is_file()
        )
        return str(next(here, ""))

    def put_new(self, name: str, key: Ed25519PrivateKey) -> None:
        """Keep a signing key beside the one that it is to replace, until it is known whether it did."""
        self._own.write(name, key.private_bytes_raw(), self._cost, NEW)

    def settle(self, keyids: Mapping[str, str]) -> None:
        """Put new keys in the place of the old ones where `keyids` names them, and drop those that never came into force."""
        for path in sorted(self._own.folder.glob(f"*{NEW}.key")):
            name = path.name.removesuffix(f"{NEW}.key")
            seed = self._own.read(name, NEW)
            signer = CryptoSigner(Ed25519PrivateKey.from_private_bytes(seed or b""))
            if signer.public_key.keyid == keyids.get(name):
                path.replace(self._own.path(name))
            else:
                path.unlink()
        sync_folder(self._own.folder)

    def forget(self, name: str) -> None:
        """Remove a key from here: another stands in its place."""
        self._own.path(name).unlink(missing_ok=True)

    def hand_over(self, name: str, folder: Path, password: str) -> None:
        """Move an offline key to its custodian's folder, under their password; here it is gone afterwards.

        Raises KnownError(input.invalid) for a key that is needed here, a short password, or a folder that holds one of that name.
        """
        if name not in OFFLINE:
            raise KnownError("input.invalid", field="key", why=f"{name} is needed here; {', '.join(OFFLINE)} may go")
        if len(password) < MIN_PASSWORD:
            raise KnownError("input.invalid", field="custodian password", why=f"at least {MIN_PASSWORD} letters")
        plain, target = self.secret(name), Place(folder, password)
        if target.path(name).exists():
            raise KnownError("input.invalid", field="to", why=f"a key {name} lies there already")
        target.write(name, plain, self._cost)
        if target.read(name) != plain:
            raise KnownError("input.invalid", field="to", why="what was written there does not read back")
        self._own.path(name).unlink()
