"""The life of a certificate at the agency's office: renewed, reviewed, amended, suspended, given back, revoked, cancelled, replaced;
the portrait; the list of what is due. Every change is an entry of the roster with its instant and its reason.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
from PIL import Image, UnidentifiedImageError

from central.authority.office import Office
from central.authority.policy import check_person, last_day, next_review
from enforcement.credentials.lifecycle import amended, changed_state
from enforcement.credentials.person import FINAL, Person, PersonState, Role, StatusChange
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

LOSS = "loss"
PHOTOS = "photos/"
MAX_PIXELS = 20_000_000


def renew(office: Office, number: str, since: datetime, reason: str, valid_to: date | None = None) -> Person:
    """Renewed (换发): valid to `valid_to`, by default the policy's years from the day after the last one."""
    policy = office.policy

    def renewed(person: Person) -> Person:
        until = valid_to or last_day(policy, person.kind, person.valid_to + timedelta(days=1))
        return amended(person, "renewed", since, office.clock.now(), reason or "换发", valid_to=until)

    return office.change_person(number, renewed)


def review(office: Office, number: str, since: datetime, reason: str, due: date | None = None) -> Person:
    """The annual review (年审) was passed; the next one is due on `due`, by default the policy's months after this one."""
    policy = office.policy

    def reviewed(person: Person) -> Person:
        following = due or next_review(policy, person.kind, max(person.review_due, since.date()))
        return amended(person, "reviewed", since, office.clock.now(), reason or "年审合格", review_due=following)

    return office.change_person(number, reviewed)


def amend(
    office: Office,
    number: str,
    since: datetime,
    reason: str,
    *,
    unit: str | None = None,
    roles: tuple[Role, ...] | None = None,
    fields: tuple[str, ...] | None = None,
    region: str | None = None,
) -> Person:
    """Another unit, other roles, fields (执法类别) or region from `since` on."""
    if unit is not None and all(one.unit_id != unit for one in office.state().roster.units):
        raise KnownError("input.invalid", field="unit", why=f"{unit}: no such unit")
    policy = office.policy

    def changed(person: Person) -> Person:
        new = amended(
            person, "amended", since, office.clock.now(), reason, unit=unit, roles=roles, fields=fields, region=region
        )
        check_person(policy, new)
        return new

    return office.change_person(number, changed)


def set_state(
    office: Office, number: str, state: PersonState, since: datetime, reason: str, ground: str = ""
) -> Person:
    """Suspended, given back, revoked or cancelled; a ground of the policy gives the words where there is no reason."""
    if state == "cancelled" or ground:
        words = office.policy.ground(ground, state).words
        reason = f"{words}：{reason}" if reason.strip() else words
    now = office.clock.now()
    return office.change_person(number, lambda person: changed_state(person, state, since, now, reason, ground))


def replace_lost(office: Office, number: str, new_number: str, since: datetime, reason: str) -> Person:
    """A lost certificate is cancelled and another issued in its place, with what the lost one said; both or neither."""
    policy, state, now = office.policy, office.state(), office.clock.now()
    lost = state.roster.person(number)
    if lost is None:
        raise KnownError("certificate.unknown", number=number, name="", until="", why="not in the roster")
    if state.roster.person(new_number) is not None:
        raise KnownError("input.invalid", field="new", why=f"{new_number} is in the roster already")
    words = policy.ground(LOSS, "cancelled").words
    told = f"{words}：{reason}" if reason.strip() else words
    gone = changed_state(lost, "cancelled", since, now, f"{told}；补发 {new_number}", LOSS)
    new = Person(
        number=new_number,
        name=lost.name,
        unit=lost.unit,
        roles=lost.roles,
        kind=lost.kind,
        fields=lost.fields,
        region=lost.region,
        valid_from=max(lost.valid_from, since.date()),
        valid_to=lost.valid_to,
        review_due=lost.review_due,
        photo=lost.photo,
        replaces=number,
    )
    check_person(policy, new)
    others = tuple(gone if one.number == number else one for one in state.roster.people)
    office.put_people((*others, new))
    return new


def set_photo(office: Office, number: str, data: bytes) -> Person:
    """The portrait: a JPEG within the policy's limits, stripped of everything but its pixels. Raises KnownError(input.invalid)."""
    rule = office.policy.photograph
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise KnownError("input.invalid", field="photo", why="more than 20 million pixels")
            upright = picture.convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise KnownError("input.invalid", field="photo", why="no JPEG or PNG that can be read") from error
    if upright.width < rule.min_width or upright.height < rule.min_height:
        raise KnownError("input.invalid", field="photo", why=f"at least {rule.min_width} x {rule.min_height} pixels")
    packed = _packed(upright, rule.max_bytes)
    state = office.state()
    person = state.roster.person(number)
    if person is None:
        raise KnownError("certificate.unknown", number=number, name="", until="", why="not in the roster")
    new = msgspec.structs.replace(person, photo=digest(packed))
    people = tuple(new if one.number == number else one for one in state.roster.people)
    shown = {photo_path(one.photo) for one in people}  # nobody's earlier portrait stays published
    targets = {path: data for path, data in state.targets.items() if not path.startswith(PHOTOS) or path in shown}
    office.put_people(people, {**targets, photo_path(new.photo): packed})
    return new


def photo_path(name: bytes) -> str:
    """Where a portrait is published."""
    return f"{PHOTOS}{name.hex()}.jpg"


def _packed(picture: Image.Image, most: int) -> bytes:
    for size in (480, 400, 320, 240):
        smaller = picture.copy()
        smaller.thumbnail((size, size * 2))
        for quality in (88, 75, 60):
            buffer = io.BytesIO()
            smaller.save(buffer, "JPEG", quality=quality)
            if len(buffer.getvalue()) <= most:
                return buffer.getvalue()
    raise KnownError("input.invalid", field="photo", why=f"it cannot be brought under {most} bytes")


@dataclass(frozen=True)
class Due:
    """Something to be done for a certificate: `left` days from the day asked about, below 0 when it is late."""

    number: str
    name: str
    unit: str
    what: Literal["renewal", "review"]
    day: date
    left: int
    notice: int
    suspended: bool


def due(office: Office, on: date) -> tuple[Due, ...]:
    """What is due within the policy's longest notice or late, the most urgent first; not of certificates that are gone.

    `notice` is the shortest of the policy's days within which it is, 0 when it is late.
    """
    notices = sorted(office.policy.notice_days)
    found = []
    for person in office.state().roster.people:
        change = _last(person)
        if change is not None and change.state in FINAL:
            continue
        days: tuple[tuple[Literal["renewal", "review"], date], ...] = (
            ("renewal", person.valid_to),
            ("review", person.review_due),
        )
        for what, day in days:
            left = (day - on).days
            if left > notices[-1]:
                continue
            notice = 0 if left < 0 else next(step for step in notices if left <= step)
            suspended = change is not None and change.state == "suspended"
            found.append(Due(person.number, person.name, person.unit, what, day, left, notice, suspended))
    return tuple(sorted(found, key=lambda one: (one.day, one.number, one.what)))


def _last(person: Person) -> StatusChange | None:
    return person.history[-1] if person.history else None
