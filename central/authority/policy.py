"""What a province lays down for enforcement certificates, as data: kinds, number format, years, reviews, grounds, photographs."""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import resources
from enforcement.credentials.person import Person, PersonState, Role
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_plain

OWN = "certificates.toml"
"""The agency's own policy, in the authority's directory; without it the one of resources/ holds."""


class KindRule(Record):
    """A kind of certificate: `number` is a regular expression for the whole number, `roles` are those it may carry, `color` (#rrggbb)
    is the card's.
    """

    name: str
    title: str
    english: str
    color: str
    number: str
    valid_years: int
    review_months: int
    roles: tuple[Role, ...]


class Ground(Record):
    """Why a certificate may come into a state."""

    id: str
    state: PersonState
    words: str


class PhotographRule(Record):
    """Least size in pixels, most bytes."""

    min_width: int
    min_height: int
    max_bytes: int


class CardRule(Record):
    """What stands on the back of a card: the supervising authority (监制机关) where there is one, and notes."""

    supervision: str
    notes: tuple[str, ...]


class Policy(Record):
    """`notice_days`: how long before a day somebody stands in the list of what is due, from far to near; `regions`: names of the
    regions (GB/T 2260) as cards print them."""

    status: Literal["verified", "unverified"]
    notice_days: tuple[int, ...]
    kinds: tuple[KindRule, ...]
    grounds: tuple[Ground, ...]
    photograph: PhotographRule
    card: CardRule
    regions: dict[str, str]

    def kind(self, name: str) -> KindRule:
        """Raises KnownError(input.invalid)."""
        found = next((kind for kind in self.kinds if kind.name == name), None)
        if found is None:
            names = "、".join(kind.name for kind in self.kinds)
            raise KnownError("input.invalid", field="kind", why=f"{name}: one of {names}")
        return found

    def ground(self, name: str, state: PersonState) -> Ground:
        """Raises KnownError(input.invalid)."""
        found = next((one for one in self.grounds if (one.id, one.state) == (name, state)), None)
        if found is None:
            names = ", ".join(one.id for one in self.grounds if one.state == state)
            raise KnownError("input.invalid", field="ground", why=f"{name}: one of {names}")
        return found


def read_policy(folder: Path) -> Policy:
    """The policy of an authority's directory. Raises KnownError(input.invalid) naming the file."""
    own = folder / OWN
    path = own if own.is_file() else resources.path("certificates/policy.toml")
    try:
        policy = from_plain(Policy, tomllib.loads(path.read_text("utf-8")))
        for kind in policy.kinds:
            re.compile(kind.number)
            if not re.fullmatch("#[0-9a-fA-F]{6}", kind.color):
                raise KnownError("input.invalid", field="color", why=f"{kind.color}: #rrggbb")
    except KnownError as error:
        raise KnownError("input.invalid", field=path.name, why=str(error.details.get("why"))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, re.error) as error:
        raise KnownError("input.invalid", field=path.name, why=str(error)) from error
    if not policy.notice_days or min(policy.notice_days) < 0:
        raise KnownError("input.invalid", field=path.name, why="notice_days: at least one, none below 0")
    return policy


def check_person(policy: Policy, person: Person) -> None:
    """A certificate that is to be issued keeps to the policy. Raises KnownError(input.invalid) naming the first field that does not."""
    kind = policy.kind(person.kind)
    if not re.fullmatch(kind.number, person.number):
        raise KnownError(
            "input.invalid", field="number", why=f"{person.number}: {person.kind} is numbered {kind.number}"
        )
    if not person.name.strip():
        raise KnownError("input.invalid", field="name", why="a name is needed")
    if not person.roles or not set(person.roles) <= set(kind.roles):
        raise KnownError("input.invalid", field="roles", why=f"{person.kind} carries {', '.join(kind.roles)}")
    if not person.fields:
        raise KnownError("input.invalid", field="fields", why="at least one field of enforcement")
    if not re.fullmatch(r"[0-9]{6}", person.region):
        raise KnownError("input.invalid", field="region", why=f"{person.region}: six digits of GB/T 2260")
    if person.valid_to < person.valid_from:
        raise KnownError("input.invalid", field="valid_to", why="it ends before it begins")


def last_day(policy: Policy, kind: str, first: date) -> date:
    """The last day of validity of a certificate issued on `first`."""
    return _months_on(first, policy.kind(kind).valid_years * 12) - timedelta(days=1)


def next_review(policy: Policy, kind: str, passed: date) -> date:
    """The last day on which the review after one of `passed` is in time."""
    return _months_on(passed, policy.kind(kind).review_months)


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
