"""A short PIN for a short lock: the person's secrets sealed in memory while the window is locked.

The PIN's key is stretched by Argon2id when the PIN is set, kept in the encrypted store sealed under the person's signing key, and leaves
memory with everything else when the window is locked. What stays is the sealed box; it is dropped after the wrong tries or the minutes
that the rules give, and with the program.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.keys.keyfile import Secrets
from desktop.keys.rules import UnlockRules, unlock_rules
from desktop.keys.unlock import DEFAULT_COST, Cost, stretch
from enforcement.values.clock import Clock
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

_BOUND = b"hengchi pin\x00"


class PinKey(Record):
    """What a PIN was stretched to, and with what."""

    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    key: bytes


def make_pin(pin: str, sign_seed: bytes, cost: Cost = DEFAULT_COST) -> bytes:
    """What is kept in the store. Raises KnownError(pin.invalid)."""
    unlock_rules().check_pin(pin)
    salt, nonce = os.urandom(16), os.urandom(12)
    made = PinKey(
        salt=salt,
        memory_kib=cost.memory_kib,
        passes=cost.passes,
        lanes=cost.lanes,
        key=stretch(pin, salt, cost),
    )
    return nonce + AESGCM(_own(sign_seed)).encrypt(nonce, to_bytes(made), _BOUND)


class Packed(Record):
    """A lock on its way into the program that follows this one; holds nothing in the clear. `ticks_ms` is the system's monotonic clock."""

    number: str
    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    nonce: bytes
    sealed: bytes
    began: datetime
    ticks_ms: int
    left: int


@dataclass
class ShortLock:
    """A locked window that a PIN may open again. Instants are the device's and, so that a clock set back gives nothing, the process's."""

    number: str
    clock: Clock
    rules: UnlockRules
    _salt: bytes = field(repr=False)
    _cost: Cost = field(repr=False)
    _nonce: bytes = field(repr=False)
    _sealed: bytes = field(repr=False)
    _began: datetime
    _ticks: float
    left: int = 0

    @property
    def open_to_pin(self) -> bool:
        """Whether a PIN may still be tried."""
        gone = time.monotonic() - self._ticks
        alive = abs(self.clock.now() - self._began) < self.rules.pin_for and gone < self.rules.pin_for.total_seconds()
        if not alive or not self.left:
            self.drop()
        return bool(self._sealed)

    def packed(self) -> Packed:
        """For the program that follows this one on the same machine."""
        cost = self._cost
        return Packed(
            number=self.number, salt=self._salt, memory_kib=cost.memory_kib, passes=cost.passes, lanes=cost.lanes,
            nonce=self._nonce, sealed=self._sealed, began=self._began, ticks_ms=int(self._ticks * 1000), left=self.left,
        )  # fmt: skip

    def drop(self) -> None:
        """The password is needed from now on."""
        self._sealed, self.left = b"", 0

    def open(self, pin: str) -> Secrets:
        """Raises KnownError(pin.wrong) with the tries left, (pin.over) when the password is needed."""
        if not self.open_to_pin:
            raise KnownError("pin.over", minutes=int(self.rules.pin_for.total_seconds() // 60))
        self.left -= 1
        key = stretch(pin, self._salt, self._cost)
        try:
            plain = AESGCM(key).decrypt(self._nonce, self._sealed, _BOUND + self.number.encode())
        except InvalidTag as error:
            if not self.left:
                self.drop()
                raise KnownError("pin.over", minutes=int(self.rules.pin_for.total_seconds() // 60)) from error
            raise KnownError("pin.wrong", left=self.left) from error
        self.drop()
        return from_bytes(Secrets, plain)


def lock(number: str, kept: bytes, secrets: Secrets, clock: Clock) -> ShortLock:
    """Seal the secrets of whoever leaves for a moment; `kept` is what `make_pin` made. Raises KnownError(store.damaged)."""
    try:
        made = from_bytes(PinKey, AESGCM(_own(secrets.sign_seed)).decrypt(kept[:12], kept[12:], _BOUND))
    except (InvalidTag, ValueError) as error:  # signing keys that were renewed since: the PIN has to be set again
        raise KnownError("store.damaged", file="pin") from error
    nonce = os.urandom(12)
    sealed = AESGCM(made.key).encrypt(nonce, to_bytes(secrets), _BOUND + number.encode())
    cost, rules = Cost(made.memory_kib, made.passes, made.lanes), unlock_rules()
    return ShortLock(
        number, clock, rules, made.salt, cost, nonce, sealed, clock.now(), time.monotonic(), left=rules.pin_tries
    )


def unpacked(found: Packed, clock: Clock) -> ShortLock:
    """The lock that another program packed; its minutes and tries go on."""
    cost = Cost(found.memory_kib, found.passes, found.lanes)
    return ShortLock(
        found.number, clock, unlock_rules(), found.salt, cost, found.nonce, found.sealed, found.began,
        found.ticks_ms / 1000, left=found.left,
    )  # fmt: skip


def _own(sign_seed: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"hengchi pin key").derive(sign_seed)
