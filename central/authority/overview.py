"""What the office looks at: every certificate with its state, what is due, what may be done now; and what is not published yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from central.authority.certificates import Due, due, photo_path
from central.authority.office import Office, OfficeState
from central.authority.policy import Policy, last_day, next_review
from central.authority.repository import Published, read_published
from enforcement.credentials import Duty, Person, Roster, RosterIndex, standing
from enforcement.credentials.lifecycle import REACHED
from enforcement.credentials.person import FINAL, Earlier, PersonState
from enforcement.credentials.standing import Standing
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes

Result = dict[str, Any]
STATE_ACTS: tuple[tuple[PersonState, str], ...] = (
    ("suspended", "suspend"),
    ("valid", "resume"),
    ("revoked", "revoke"),
    ("cancelled", "cancel"),
)
SAID = ("unit", "roles", "fields", "region", "valid_from", "valid_to", "review_due")
NEVER = datetime.min.replace(tzinfo=UTC)
TARGETS = {"packs": "pack", "texts": "text", "register": "register", "calendar": "calendar", "notices": "notices"}


def overview(office: Office) -> Result:
    """The whole office in plain values. Raises KnownError(input.invalid) where none is kept."""
    state, policy, now = office.state(), office.policy, office.clock.now()
    published = read_published(office.repository)
    changes = unpublished(office, state, published)
    waits = {one["number"] for one in changes}
    late: dict[str, list[Due]] = {}
    for one in due(office, now.date()):
        late.setdefault(one.number, []).append(one)
    index = _index(state.roster, now)
    roster = state.roster
    return {
        "agency": roster.agency.name,
        "region": roster.agency.region,
        "now": now.isoformat(),
        "version": published.version if published else 0,
        "holds_until": published.until.isoformat() if published else "",
        "unpublished": changes,
        "units": [{"unit_id": unit.unit_id, "name": unit.name} for unit in roster.units],
        "fields": sorted({field for person in roster.people for field in person.fields}),
        "regions": policy.regions,
        "kinds": [{"name": kind.name, "title": kind.title, "roles": list(kind.roles)} for kind in policy.kinds],
        "grounds": [{"id": one.id, "state": one.state, "words": one.words} for one in policy.grounds],
        "people": [
            {**_row(index, person, late.get(person.number, []), now), "waits": person.number in waits}
            for person in roster.people
        ],
    }


def one_person(office: Office, number: str) -> Result:
    """One certificate with its portrait, all that happened to it, and the days that the policy would give it.

    Raises KnownError(certificate.unknown).
    """
    state, policy, now = office.state(), office.policy, office.clock.now()
    person = state.roster.person(number)
    if person is None:
        raise KnownError("certificate.unknown", number=number, name="", until="", why="not in the roster")
    late = [one for one in due(office, now.date()) if one.number == number]
    return {
        **_row(_index(state.roster, now), person, late, now),
        "replaces": person.replaces,
        "devices": sum(held.until is None for held in person.credentials),
        "photo": state.targets.get(photo_path(person.photo), b"") if person.photo else b"",
        "history": _history(person),
        "next": _next(policy, person, now),
    }


def unpublished(office: Office, state: OfficeState, published: Published | None) -> list[Result]:
    """What devices do not know yet, one entry a change: what, and of whom."""
    whole = office.beside_roster(state)
    known = published.targets if published else {}
    then = _read(published.roster) if published else None
    before = {person.number: person for person in then.people} if then else {}
    changes = [change for person in state.roster.people for change in _of_person(person, before.get(person.number))]
    changes += _of_devices(state.roster, then)
    for path in sorted(whole.keys() | known.keys()):
        folder = path.partition("/")[0]
        data = whole.get(path)
        if folder in TARGETS and known.get(path) != (digest(data).hex() if data is not None else None):
            changes.append(_change(TARGETS[folder], "", path))
        elif folder == "numbers" and data is not None and known.get(path) != digest(data).hex():
            changes.append(_change("numbers", "", path))
    if then is None or _rest(then) != _rest(state.roster):
        changes.append(_change("agency", "", state.roster.agency.name))
    return changes


@lru_cache(maxsize=1)
def _read(roster: bytes) -> Roster:
    """The published roster, read again only when another one stands there."""
    return from_bytes(Roster, roster)


class _Own(RosterIndex):
    """The office's own roster. Its answers are looked at and not kept, so no digest goes with them: it would take as long as the rest."""

    digest = b""


def _index(roster: Roster, now: datetime) -> RosterIndex:
    """The office asks its own roster, which is never too old for it."""
    return _Own(msgspec.structs.replace(roster, issued_at=now))


def _row(index: RosterIndex, person: Person, late: list[Due], now: datetime) -> Result:
    found = standing(index, person.number, Duty(role=""), now)
    return {
        "number": person.number,
        "name": person.name,
        "unit": person.unit,
        "unit_name": index.roster.unit_name(person.unit),
        "kind": person.kind,
        "roles": list(person.roles),
        "fields": list(person.fields),
        "region": person.region,
        "valid_from": person.valid_from.isoformat(),
        "valid_to": person.valid_to.isoformat(),
        "review_due": person.review_due.isoformat(),
        "state": found.ground if found.ground in ("cancelled", "before_validity") else found.state,
        "since": found.change.since.isoformat() if found.change else "",
        "reason": found.change.reason if found.change else "",
        "due": [{"what": one.what, "day": one.day.isoformat(), "left": one.left, "notice": one.notice} for one in late],
        "acts": _acts(person, found, now),
    }


def _acts(person: Person, found: Standing, now: datetime) -> list[str]:
    """What may be done now, as the commands are called."""
    last: PersonState = person.history[-1].state if person.history else "valid"
    stands = person.state_at(now)
    acts = []
    if stands is None or stands.state not in FINAL:
        acts += ["review", "renew", "amend"]
    acts += [name for state, name in STATE_ACTS if state in REACHED[last]]
    if "cancelled" in REACHED[last]:
        acts.append("replace")
    if last not in FINAL:
        acts.append("photo")
    if found.may_act and person.photo:
        acts.append("card")
    return acts


def _history(person: Person) -> list[Result]:
    """Everything that happened, the latest first."""
    told: list[Result] = [
        {
            "at": change.since.isoformat(),
            "entered": change.entered.isoformat() if change.entered else "",
            "what": "resumed" if change.state == "valid" else change.state,
            "reason": change.reason,
            "changes": [],
        }
        for change in person.history
    ]
    for place, before in enumerate(person.earlier):
        after = person.earlier[place + 1] if place + 1 < len(person.earlier) else person
        told.append(
            {
                "at": before.until.isoformat(),
                "entered": before.entered.isoformat() if before.entered else "",
                "what": before.act,
                "reason": before.reason,
                "changes": _differences(before, after),
            }
        )
    return sorted(told, key=lambda one: datetime.fromisoformat(one["at"]), reverse=True)


def _differences(before: Earlier, after: Earlier | Person) -> list[Result]:
    return [
        {"field": name, "before": _plain(getattr(before, name)), "after": _plain(getattr(after, name))}
        for name in SAID
        if getattr(before, name) != getattr(after, name)
    ]


def _plain(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, tuple) else [str(value)]


def _next(policy: Policy, person: Person, now: datetime) -> Result:
    """The days that come by themselves where none is given, as `certificates.renew` and `review` take them."""
    return {
        "valid_to": last_day(policy, person.kind, person.valid_to + timedelta(days=1)).isoformat(),
        "review_due": next_review(policy, person.kind, max(person.review_due, now.date())).isoformat(),
    }


def _of_person(person: Person, known: Person | None) -> list[Result]:
    if known == person:
        return []
    if known is None:
        return [_change("issued", person.number, person.name)]
    acts: list[str] = [
        "resumed" if change.state == "valid" else change.state for change in person.history[len(known.history) :]
    ]
    acts += [before.act for before in person.earlier[len(known.earlier) :]]
    if person.photo != known.photo:
        acts.append("photo")
    if person.credentials != known.credentials:
        acts.append("keys")
    return [_change(what, person.number, person.name) for what in acts]


def _of_devices(roster: Roster, then: Roster | None) -> list[Result]:
    known = {info.device: info for info in then.devices} if then is not None else {}
    return [_change("device", "", info.label) for info in roster.devices if known.get(info.device) != info]


def _rest(roster: Roster) -> Roster:
    """The roster without what is counted one by one."""
    return msgspec.structs.replace(roster, version=0, issued_at=NEVER, people=(), devices=())


def _change(what: str, number: str, name: str) -> Result:
    return {"what": what, "number": number, "name": name}
