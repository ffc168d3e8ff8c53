"""Wrong passwords are counted on disk, so that starting the program again buys nobody another try.

An attempt is written down before the password is tried and taken back when it was right: a program that is killed in between has
counted. This slows whoever sits at the device; who has copied the key file away is slowed by Argon2id alone (docs/security.md).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from desktop.keys.rules import unlock_rules
from desktop.platform.files import write_durably
from enforcement.values.clock import LOCAL, Clock
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

ATTEMPTS_FILE = "attempts.cbor"
T = TypeVar("T")


class Tries(Record):
    """Wrong ones in a row, and until when nobody may try again."""

    failed: int
    until: datetime


class Attempts(Record):
    """By certificate number."""

    v: int
    by: dict[str, Tries] = msgspec.field(default_factory=dict)


def try_password(profile: Path, number: str, clock: Clock, run: Callable[[], T]) -> T:
    """`run`, which raises KnownError(password.wrong) for a wrong password. Raises KnownError(password.wait) while it may not be tried."""
    rules, now = unlock_rules(), clock.now()
    kept = _read(profile)
    before = kept.by.get(number)
    failed = before.failed if before is not None else 0
    if before is not None:
        until = min(before.until, now + rules.wait_after(failed))
        if now < until:
            if until != before.until:  # a clock that was set back: the wait is what the count asks for, from now on
                _write(profile, Attempts(v=1, by={**kept.by, number: Tries(failed=failed, until=until)}))
            at = until.astimezone(LOCAL)
            raise KnownError("password.wait", number=number, until=f"{at:%H:%M:%S}", failed=failed)
    counted = Tries(failed=failed + 1, until=now + rules.wait_after(failed + 1))
    _write(profile, Attempts(v=1, by={**kept.by, number: counted}))
    found = run()
    _write(profile, Attempts(v=1, by={name: tries for name, tries in kept.by.items() if name != number}))
    return found


def _read(profile: Path) -> Attempts:
    try:
        return from_bytes(Attempts, (profile / ATTEMPTS_FILE).read_bytes())
    except (FileNotFoundError, KnownError):  # damaged is as good as deleted: it protects nothing that is lost with it
        return Attempts(v=1)


def _write(profile: Path, attempts: Attempts) -> None:
    try:
        write_durably(profile / ATTEMPTS_FILE, to_bytes(attempts))
    except KnownError:
        return  # a full disk keeps nobody out of their own device
