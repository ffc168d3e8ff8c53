"""The numbers of unlocking, as data: resources/keys/unlock.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise

import resources
from enforcement.values.errors import KnownError

FILE = "keys/unlock.toml"


@dataclass(frozen=True)
class UnlockRules:
    """`free` wrong passwords cost no wait, each further one the next of `waits`; a PIN has `pin_digits`, `pin_tries` and `pin_for`."""

    password_letters: int
    free: int
    waits: tuple[timedelta, ...]
    pin_digits: int
    pin_tries: int
    pin_for: timedelta

    def wait_after(self, failed: int) -> timedelta:
        """How long nobody may try again after so many wrong ones in a row."""
        if failed <= self.free or not self.waits:
            return timedelta(0)
        return self.waits[min(failed - self.free, len(self.waits)) - 1]

    def check_password(self, password: str) -> None:
        """Raises KnownError(password.short)."""
        if len(password) < self.password_letters:
            raise KnownError("password.short", letters=self.password_letters)

    def check_pin(self, pin: str) -> None:
        """Raises KnownError(pin.invalid): not so many digits, all the same, or counting on."""
        steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
        if len(pin) != self.pin_digits or not (pin.isascii() and pin.isdigit()) or steps <= {0} or steps in ({1}, {-1}):
            raise KnownError("pin.invalid", digits=self.pin_digits)


@lru_cache(maxsize=1)
def unlock_rules() -> UnlockRules:
    """The numbers that ship with the program."""
    table = tomllib.loads(resources.path(FILE).read_text("utf-8"))
    wrong, pin = table["wrong"], table["pin"]
    return UnlockRules(
        password_letters=int(table["password_letters"]),
        free=int(wrong["free"]),
        waits=tuple(timedelta(seconds=int(one)) for one in wrong["wait_seconds"]),
        pin_digits=int(pin["digits"]),
        pin_tries=int(pin["tries"]),
        pin_for=timedelta(minutes=int(pin["minutes"])),
    )
