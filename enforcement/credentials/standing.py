"""One question: may this officer do this act, in this field, in this region, at this instant, and from what evidence.

The rules, in the order in which they are asked:
- A number that the roster does not hold, or a roster older than it may be trusted: unknown.
- Revoked (吊销) or cancelled (注销) at the instant: revoked. Suspended (暂扣) at the instant: suspended.
- The instant lies before the first day of validity: unknown; after the last one: expired.
- The annual review (年审) was due before the instant's day: review_overdue.
- The act's field is not among the certificate's: outside_field. The act's region does not begin with the certificate's
  region (GB/T 2260, trailing zeros dropped): outside_region.
- The certificate or its review ends within the roster's `warn_days`: expiring; it may still act.
- Otherwise valid. What was done while valid stays valid: the instant asked about counts, not the present, and the certificate is
  read as it stood then.

Expired is told apart from an overdue review because other people mend it: the office renews the one, the reviewers the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from enforcement.credentials.person import Person, StatusChange
from enforcement.credentials.roster import RosterIndex
from enforcement.values.clock import LOCAL
from enforcement.values.errors import KnownError

State = Literal[
    "valid",
    "expiring",
    "review_overdue",
    "suspended",
    "revoked",
    "outside_field",
    "outside_region",
    "unknown",
    "expired",
]
Ground = Literal[
    "listed",
    "ends_soon",
    "not_listed",
    "roster_old",
    "suspended",
    "revoked",
    "cancelled",
    "before_validity",
    "after_validity",
    "review_due",
    "field",
    "region",
]
"""What decided: finer than the state where the words for the person differ."""
MAY_ACT: frozenset[State] = frozenset({"valid", "expiring"})
_CODES: dict[Ground, str] = {
    "roster_old": "certificate.roster_old",
    "cancelled": "certificate.cancelled",
    "before_validity": "certificate.not_yet",
}


@dataclass(frozen=True)
class Duty:
    """What is to be done: the role it needs, in which field (执法领域) and region (GB/T 2260); empty text for any."""

    role: Literal["officer", "supervisor", "reviewer", ""] = "officer"
    field: str = ""
    region: str = ""


@dataclass(frozen=True)
class Standing:
    """The answer. `until` is the last day on which it holds, or the day since when it does; `ground` and `why` say what decided,
    for the record; `change` is the entry of the roster that did, where one did. `person` is as the certificate stood at the instant.
    """

    number: str
    state: State
    person: Person | None
    until: date | None
    ground: Ground
    why: str
    roster_version: int
    roster_digest: bytes
    change: StatusChange | None = None

    @property
    def may_act(self) -> bool:
        return self.state in MAY_ACT


def standing(index: RosterIndex, number: str, duty: Duty, at: datetime, now: datetime | None = None) -> Standing:
    """May the holder of `number` do `duty` at `at`? `now` (default `at`) is when it is asked, for the roster's age."""
    roster, listed = index.roster, index.person(number)
    person = None if listed is None else listed.as_of(at)

    def answer(
        state: State, ground: Ground, until: date | None, why: str, change: StatusChange | None = None
    ) -> Standing:
        return Standing(number, state, person, until, ground, why, roster.version, index.digest, change)

    if person is None:
        return answer("unknown", "not_listed", None, "the roster does not hold this number")
    if (now or at) > roster.trusted_until:
        return answer("unknown", "roster_old", _day(roster.trusted_until), "the roster is too old")
    change = person.state_at(at)
    match change.state if change is not None else "valid":
        case "suspended":
            return answer("suspended", "suspended", _since(change), _reason(change), change)
        case "revoked":
            return answer("revoked", "revoked", _since(change), _reason(change), change)
        case "cancelled":
            return answer("revoked", "cancelled", _since(change), _reason(change), change)
    day = _day(at)
    if day < person.valid_from:
        return answer("unknown", "before_validity", person.valid_from, "its validity has not begun")
    if day > person.valid_to:
        return answer("expired", "after_validity", person.valid_to, "its validity has ended")
    if day > person.review_due:
        return answer("review_overdue", "review_due", person.review_due, "the annual review was due")
    if duty.field and duty.field not in person.fields:
        return answer("outside_field", "field", person.valid_to, duty.field)
    if duty.region and not within_region(duty.region, person.region):
        return answer("outside_region", "region", person.valid_to, duty.region)
    last = min(person.valid_to, person.review_due)
    if last - day <= timedelta(days=roster.warn_days):
        return answer("expiring", "ends_soon", last, "ends soon")
    return answer("valid", "listed", last, "in the roster, valid and reviewed")


def require(index: RosterIndex, number: str, duty: Duty, at: datetime, now: datetime | None = None) -> Standing:
    """The standing, when it allows to act.

    Raises KnownError(certificate.<state>) or the finer (certificate.roster_old), (certificate.cancelled), (certificate.not_yet), and
    (certificate.wrong_kind) when the role is another.
    """
    found = standing(index, number, duty, at, now)
    if not found.may_act:
        code = _CODES.get(found.ground, f"certificate.{found.state}")
        name = found.person.name if found.person else ""
        until = found.until.isoformat() if found.until else ""
        raise KnownError(code, number=number, name=name, until=until, why=found.why)
    if duty.role and found.person is not None and duty.role not in found.person.roles:
        raise KnownError("certificate.wrong_kind", number=number, name=found.person.name, needs=duty.role)
    return found


def within_region(region: str, of: str) -> bool:
    """Whether a region (GB/T 2260) is `of` or lies in it."""
    stem = of
    while stem.endswith("00"):
        stem = stem[:-2]
    return region.startswith(stem)


def _day(instant: datetime) -> date:
    return instant.astimezone(LOCAL).date()


def _since(change: StatusChange | None) -> date | None:
    return None if change is None else _day(change.since)


def _reason(change: StatusChange | None) -> str:
    return "" if change is None else change.reason
