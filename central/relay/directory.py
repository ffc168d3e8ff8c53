"""Which devices the relay serves: the roster of the authority's published set, read again when it changes."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from central.platform.files import write_durably
from enforcement.credentials import DeviceInfo, Roster, RosterIndex
from enforcement.credentials.authority_set import SetVersions, open_set
from enforcement.values.clock import Clock
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes, to_bytes

STATE = "authority.cbor"
TIMESTAMP = "metadata/timestamp.json"
LOOK_SECONDS = 0.1
"""A set that was published is seen within this."""


class Directory:
    """`published` is the authority's repository folder; `data` keeps the versions last trusted."""

    def __init__(self, published: Path, data: Path, clock: Clock) -> None:
        self._published, self._state, self._clock = published, data / STATE, clock
        self._stamp: tuple[int, ...] = ()
        self._looked = -LOOK_SECONDS
        self._devices: dict[bytes, tuple[DeviceInfo, Ed25519PublicKey]] = {}

    def trust(self, root: bytes) -> None:
        """Pin the root at installation."""
        write_durably(self._state, to_bytes(SetVersions(root=root)))

    def device_key(self, kid: bytes) -> Ed25519PublicKey | None:
        """The key of a device that may speak now. Raises what `device` raises."""
        return None if self.device(kid) is None else self._known()[kid][1]

    def device(self, kid: bytes) -> DeviceInfo | None:
        """The device with that key id, or None. Raises KnownError(device.suspended), (authority.*)."""
        info, _ = self._known().get(kid, (None, None))
        if info is not None and info.state != "active":
            raise KnownError("device.suspended", device=info.label)
        return info

    def any_device_key(self, kid: bytes) -> Ed25519PublicKey | None:
        """The key of a device, whatever its state: what it signed earlier may still be carried. None for one that only reads."""
        info, key = self._known().get(kid, (None, None))
        return None if info is None or info.reads_only else key

    def expires(self, now: datetime) -> datetime:
        """Until when the published set holds; raises KnownError(authority.*) when it does not hold now."""
        self._open(now)
        signed = json.loads(self.file(TIMESTAMP) or b"{}").get("signed", {})
        return datetime.fromisoformat(signed["expires"])

    def file(self, name: str) -> bytes | None:
        """A published file, or None; never one outside the folder."""
        path = (self._published / name).resolve()
        if not path.is_relative_to(self._published.resolve()) or not path.is_file():
            return None
        return path.read_bytes()

    def _known(self) -> dict[bytes, tuple[DeviceInfo, Ed25519PublicKey]]:
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return self._devices
        try:
            found = (self._published / TIMESTAMP).stat()
            stamp: tuple[int, ...] = (found.st_mtime_ns, found.st_size, found.st_ino)
        except FileNotFoundError:
            stamp = ()
        if not self._devices or stamp != self._stamp:
            roster = self._open(self._clock.now()).roster
            keys = {one.key: Ed25519PublicKey.from_public_bytes(one.key) for one in roster.devices}
            self._devices, self._stamp = {digest(one.key): (one, keys[one.key]) for one in roster.devices}, stamp
        self._looked = time.monotonic()
        return self._devices

    def _open(self, now: datetime) -> RosterIndex:
        try:
            trusted = from_bytes(SetVersions, self._state.read_bytes())
        except FileNotFoundError as error:
            raise KnownError("authority.untrusted", what="root", why="no root is trusted here yet") from error
        opened = open_set(self.file, trusted, now)
        write_durably(self._state, to_bytes(opened.versions))
        return RosterIndex(from_bytes(Roster, opened.target("roster/roster.cbor")))
