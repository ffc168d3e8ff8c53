"""Who the registry is: its own device key, and the agency's key that opens bundles, sealed for it by the agency's office."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.platform.files import write_durably
from central.platform.keyfile import DEFAULT_COST, KeyCost, Place
from enforcement.credentials import EnrolGrant, make_request, read_grant
from enforcement.credentials.registry import RegistryGrant, make_registry_request, registry_info
from enforcement.sealing import DecryptionKey
from enforcement.values.clock import Clock
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7
from enforcement.values.shapes import Record, from_bytes, to_bytes

STATE = "registry.cbor"
MIN_PASSWORD = 8
DEVICE, TRANSPORT, OPENING = "device", "transport", "opening"


class RegistryState(Record):
    """`device` are 16 bytes; `database` is empty for SQLite in the folder; `grant` is empty until the office took the registry in."""

    device: bytes
    label: str
    database: str = ""
    grant: bytes = b""


class Identity:
    """A registry's folder with its keys under a password."""

    def __init__(self, folder: Path, password: str = "", cost: KeyCost = DEFAULT_COST) -> None:
        self.folder, self._cost = folder, cost
        self._keys = Place(folder / "keys", password)
        self._password = password

    def begin(self, label: str, database: str, clock: Clock) -> bytes:
        """New keys; the request for the agency's office. A request that was made before is made again.

        Raises KnownError(input.invalid) for a short password, or when the registry was taken in already.
        """
        if len(self._password) < MIN_PASSWORD:
            raise KnownError("input.invalid", field="password", why=f"at least {MIN_PASSWORD} letters")
        if not (self.folder / STATE).exists():
            device = uuid7(clock.now(), os.urandom)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._keys.write(DEVICE, Ed25519PrivateKey.generate().private_bytes_raw(), self._cost)
            self._keys.write(TRANSPORT, DecryptionKey.generate().private_bytes, self._cost)
            self._write(RegistryState(device=device.bytes, label=label, database=database))
        state = self.state()
        if state.grant:
            raise KnownError("input.invalid", field="directory", why="a registry is kept there already")
        signer = self.signer
        public = signer.key.public_key().public_bytes_raw()
        enrol = make_request(UUID(bytes=state.device), state.label, signer, public, (), clock.now())
        return make_registry_request(enrol, self._secret(TRANSPORT).public_bytes, signer)

    def take_grant(self, data: bytes) -> EnrolGrant:
        """Keep what the office granted. Raises KnownError(encoding.*), (signature.*), (device.unknown), (bundle.altered)."""
        state = self.state()
        given = from_bytes(RegistryGrant, data)
        device = UUID(bytes=state.device)
        grant = read_grant(given.grant, device)
        opening = DecryptionKey.from_private_bytes(self._secret(TRANSPORT).unwrap(given.sealed, registry_info(device)))
        self._keys.write(OPENING, opening.private_bytes, self._cost)
        self._write(msgspec.structs.replace(state, grant=to_bytes(grant)))
        return grant

    def state(self) -> RegistryState:
        """Raises KnownError(registry.not_enrolled) where none was begun."""
        try:
            return from_bytes(RegistryState, (self.folder / STATE).read_bytes())
        except FileNotFoundError as error:
            raise KnownError("registry.not_enrolled", what="init") from error

    @property
    def grant(self) -> EnrolGrant:
        """Raises KnownError(registry.not_enrolled) before the office has taken the registry in."""
        state = self.state()
        if not state.grant:
            raise KnownError("registry.not_enrolled", what="grant")
        return from_bytes(EnrolGrant, state.grant)

    @property
    def signer(self) -> KeySigner:
        """The device key. Raises KnownError(password.wrong)."""
        return KeySigner(Ed25519PrivateKey.from_private_bytes(self._bytes(DEVICE)))

    @property
    def opener(self) -> DecryptionKey:
        """The agency's key that opens every bundle. Raises KnownError(password.wrong), (registry.not_enrolled)."""
        return self._secret(OPENING)

    def _secret(self, name: str) -> DecryptionKey:
        return DecryptionKey.from_private_bytes(self._bytes(name))

    def _bytes(self, name: str) -> bytes:
        found = self._keys.read(name)
        if found is None:
            raise KnownError("registry.not_enrolled", what=name)
        return found

    def _write(self, state: RegistryState) -> None:
        write_durably(self.folder / STATE, to_bytes(state))
