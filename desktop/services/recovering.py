"""A password that was forgotten, before anybody signed in: a request for the agency's office, and its answer taken in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.keys import Cost, Pending, close_slot, read_key_file, unlock_rules
from desktop.keys.keyfile import KeyFile, write_key_file
from desktop.keys.unlock import DEFAULT_COST
from desktop.platform.files import write_durably
from desktop.services.opening import new_keys
from desktop.services.profile import read_put_grant
from enforcement.credentials.recovery import (
    RecoveryRequest,
    check_code,
    make_recovery_request,
    read_answer,
)
from enforcement.values.clock import Clock
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

RECOVERY_FILE = "recovery-request.hzr"


@dataclass(frozen=True)
class Asked:
    """A recovery that was asked for: where its request lies and the code to compare."""

    number: str
    file: Path
    code: str


def ask_recovery(profile: Path, number: str, password: str, clock: Clock, cost: Cost = DEFAULT_COST) -> Asked:
    """New keys under the new `password`; nothing of the old way in is touched.

    Raises KnownError(password.short), (recovery.not_possible) on a device that never had the agency's data.
    """
    unlock_rules().check_password(password)
    keys = _keys(profile)
    slot = keys.slot(number)
    if slot is None or not keys.recovery:
        raise KnownError("recovery.not_possible", why="nobody of that number ever signed in on this device")
    made = new_keys(keys.device, number)
    request = make_recovery_request(
        RecoveryRequest(
            device=keys.device,
            number=number,
            sign=made.person.sign,
            hpke=made.person.hpke,
            proof=made.person.proof,
            store=keys.recovery,
            escrow=slot.escrow,
            made_at=clock.now(),
        ),
        made.signer,
    )
    write_durably(profile / RECOVERY_FILE, request)
    waits = Pending(
        why="recover",
        slot=close_slot(keys.device, number, password, made.secrets, cost),
        sign=made.person.sign,
        hpke=made.person.hpke,
        request=digest(request),
    )
    write_key_file(profile, keys.with_pending(waits))
    return Asked(number, profile / RECOVERY_FILE, check_code(request))


def asked(profile: Path) -> Asked | None:
    """The recovery that waits for its answer, if there is one."""
    keys = read_key_file(profile)
    waiting = [] if keys is None else [one for one in keys.pending if one.why == "recover" and not one.given]
    try:
        request = (profile / RECOVERY_FILE).read_bytes()
    except FileNotFoundError:
        return None
    found = next((one for one in waiting if one.request == digest(request)), None)
    return None if found is None else Asked(found.slot.number, profile / RECOVERY_FILE, check_code(request))


def take_answer(profile: Path, data: bytes) -> str:
    """Keep what the agency answered; the new password opens from now on. The certificate number it is for.

    Raises KnownError(encoding.*), (signature.*), (recovery.wrong_agency), (recovery.wrong_device), (recovery.not_asked).
    """
    keys = _keys(profile)
    answer = read_answer(data, read_put_grant(profile).ca, keys.device)
    waits = keys.pending_of(answer.number)
    if waits is None or waits.why != "recover" or waits.given or waits.request != answer.request:
        raise KnownError("recovery.not_asked", number=answer.number)
    write_key_file(profile, keys.with_pending(msgspec.structs.replace(waits, given=answer.given)))
    (profile / RECOVERY_FILE).unlink(missing_ok=True)
    return answer.number


def _keys(profile: Path) -> KeyFile:
    keys = read_key_file(profile)
    if keys is None:
        raise KnownError("recovery.not_possible", why="this device was never set up")
    return keys
