"""Who may open this device: several officers, each with a password of their own, let in by one who has it open."""

from __future__ import annotations

from pathlib import Path

import msgspec

from desktop.keys import Cost, Pending, close_slot, open_slot, read_key_file, try_password, unlock_rules
from desktop.keys.keyfile import KeyFile
from desktop.keys.pin import ShortLock, lock, make_pin
from desktop.keys.unlock import DEFAULT_COST
from desktop.platform.files import write_durably
from desktop.services.changes import Done
from desktop.services.desk import Desk, done, require_text
from desktop.services.opening import cost_of, new_keys, published
from desktop.services.people_office import HereState, HereView, PeoplePage
from desktop.services.showing import ShownCertificate, show_certificate
from desktop.store.kept import forget, keep, kept
from enforcement.credentials import make_request
from enforcement.credentials.recovery import Given, given_info
from enforcement.journal.device_acts import PersonAdded, PersonRemoved
from enforcement.sealing.recipients import wrap
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import to_bytes

PIN = "pin/"


class People:
    """Implements `desktop.services.people_office.PeopleOffice`. `cost` is what new passwords are stretched with."""

    def __init__(self, desk: Desk, cost: Cost = DEFAULT_COST) -> None:
        self.desk, self.cost = desk, cost

    def page(self) -> PeoplePage:
        desk, rules = self.desk, unlock_rules()
        now, keys = desk.clock.now(), self._keys()
        here = tuple(
            HereView(
                desk.agency.person_view(number, now, keys.slot(number) is not None),
                self._state(keys, number),
                number == desk.number,
            )
            for number in keys.numbers
        )
        mine = keys.pending_of(desk.number)
        pin = self.short_lock() is not None
        minutes = int(rules.pin_for.total_seconds() // 60)
        return PeoplePage(here, pin, mine is not None and mine.why == "renew", rules.pin_digits, minutes)

    def show(self) -> ShownCertificate:
        return show_certificate(self.desk)

    def change_password(self, old: str, new: str) -> Done[None]:
        """The slot, and new keys that wait, under another password: one file is replaced, so the old one opens or the new one."""
        desk = self.desk
        unlock_rules().check_password(new)
        keys, number = self._keys(), desk.number
        slot = keys.slot(number)
        if slot is None:
            raise KnownError("certificate.unknown", number=number, name="", until="", why="not enrolled on this device")
        secrets = try_password(desk.profile, number, desk.clock, lambda: open_slot(keys.device, slot, old))
        made = close_slot(keys.device, number, new, secrets, self.cost)
        changed = keys.with_slot(msgspec.structs.replace(made, escrow=slot.escrow))
        waits = keys.pending_of(number)
        if waits is not None and waits.why == "renew":
            again = close_slot(keys.device, number, new, open_slot(keys.device, waits.slot, old), self.cost)
            changed = changed.with_pending(msgspec.structs.replace(waits, slot=again))
        elif waits is not None:  # a recovery that was asked for before the password came back to mind
            changed = changed.without_pending(number)
        desk.use_keys(changed)
        return done(None, "settings")

    def set_pin(self, pin: str) -> Done[None]:
        made = make_pin(pin, self.desk.secrets.sign_seed, self.cost)
        with self.desk.database.write() as session:
            keep(session, PIN + self.desk.number, made)
        return done(None, "settings")

    def drop_pin(self) -> Done[None]:
        with self.desk.database.write() as session:
            forget(session, PIN + self.desk.number)
        return done(None, "settings")

    def ask_join(self, number: str, password: str, file: Path) -> Done[None]:
        """Raises KnownError(password.short), (input.invalid) for somebody who is here already, (output.not_written)."""
        number = require_text(number, "number")
        unlock_rules().check_password(password)
        keys = self._keys()
        if keys.slot(number) is not None:
            raise KnownError("input.invalid", field="number", why=f"{number} signs in here already")
        return self._ask(keys, "join", number, password, file, {})

    def renew_keys(self, password: str, file: Path) -> Done[None]:
        """Raises KnownError(password.wrong), (output.not_written)."""
        desk = self.desk
        keys = self._keys()
        slot = keys.slot(desk.number)
        if slot is None:
            raise KnownError(
                "certificate.unknown", number=desk.number, name="", until="", why="not enrolled on this device"
            )
        secrets = try_password(desk.profile, desk.number, desk.clock, lambda: open_slot(keys.device, slot, password))
        old = (secrets.decryption_key, *secrets.earlier)
        return self._ask(
            keys, "renew", desk.number, password, file, {"store_key": secrets.store_key, "earlier": old}, cost_of(slot)
        )

    def let_in(self, number: str) -> Done[None]:
        """The store's key, wrapped for a colleague whose keys the roster names. Raises KnownError(enrolment.waiting)."""
        desk, keys = self.desk, self._keys()
        waits = keys.pending_of(number)
        if waits is None or waits.why != "join" or not published(desk.agency.index, number, waits):
            raise KnownError("enrolment.waiting", number=number)
        given = Given(store_key=desk.secrets.store_key)
        wrapped = wrap(to_bytes(given), waits.hpke, given_info(keys.device, number, waits.request))
        with desk.database.write() as session:
            desk.append(session, desk.device, PersonAdded(number=number, kid=digest(waits.sign)))
        # the record first: a way in that nobody put on record is never there
        desk.use_keys(keys.with_pending(msgspec.structs.replace(waits, given=wrapped)))
        return done(None, "settings", "queue", "session")

    def remove(self, number: str, words: str) -> Done[None]:
        """Raises KnownError(enrolment.last) for oneself, (input.invalid) without words or for somebody who is not here."""
        desk, words, keys = self.desk, require_text(words, "words"), self._keys()
        if number not in keys.numbers:
            raise KnownError("input.invalid", field="number", why=f"{number} is not on this device")
        if number == desk.number:
            raise KnownError("enrolment.last", number=number, why="nobody removes themselves")
        with desk.database.write() as session:
            desk.append(session, desk.device, PersonRemoved(number=number, words=words))
            forget(session, PIN + number)
        desk.use_keys(keys.without(number))
        return done(None, "settings", "queue", "session")

    def short_lock(self) -> ShortLock | None:
        """What a PIN opens again after a short lock; None where none is set."""
        with self.desk.database.read() as session:
            made = kept(session, PIN + self.desk.number)
        if made is None:
            return None
        try:
            return lock(self.desk.number, made, self.desk.secrets, self.desk.clock)
        except KnownError:  # the signing key was renewed since it was set
            return None

    def _state(self, keys: KeyFile, number: str) -> HereState:
        waits = keys.pending_of(number)
        if keys.slot(number) is not None or waits is None:
            return "in"
        if waits.given:
            return "let_in"
        return "enrolled" if published(self.desk.agency.index, number, waits) else "asked"

    def _keys(self) -> KeyFile:
        keys = read_key_file(self.desk.profile)
        if keys is None:
            raise KnownError("store.damaged", file="keys.cbor")
        return keys

    def _ask(
        self,
        keys: KeyFile,
        why: str,
        number: str,
        password: str,
        file: Path,
        more: dict[str, object],
        cost: Cost | None = None,
    ) -> Done[None]:
        desk, made = self.desk, new_keys(keys.device, number)
        info = desk.agency.index.roster.device_info(keys.device)
        label = info.label if info is not None else ""
        public = desk.device_key.public_key().public_bytes_raw()
        request = make_request(keys.device, label, KeySigner(desk.device_key), public, [made.person], desk.clock.now())
        secrets = msgspec.structs.replace(made.secrets, **more)
        slot = close_slot(keys.device, number, password, secrets, cost or self.cost)
        write_out(file, request)
        desk.use_keys(
            keys.with_pending(
                Pending(
                    why=why,  # type: ignore[arg-type]
                    slot=slot,
                    sign=made.person.sign,
                    hpke=made.person.hpke,
                    request=digest(request),
                )
            )
        )
        return done(None, "settings")


def write_out(file: Path, data: bytes) -> None:
    """A file for the agency's office, wherever the person wants it. Raises KnownError(output.not_written)."""
    try:
        write_durably(file, data, 0o644)
    except (KnownError, OSError) as error:
        raise KnownError("output.not_written", file=file.name, why=str(error)) from error
