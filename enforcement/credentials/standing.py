"""One question: may this officer do this act, in this field, in this region, at this instant, and from what evidence.

The rules, in the order in which they are asked:
- A number that the roster does not hold, or a roster older than it may be trusted: unknown.
- Revoked (吊销, cancelled) at the instant: revoked. Suspended (暂扣) at the instant: suspended.
- The instant lies before the first or after the last day of validity: expired.
- The annual review (年审) was due before the instant's day: review_overdue.
- The act's field is not among the certificate's: outside_field. The act's region does not begin with the certificate's
  region (GB/T 2260, trailing zeros dropped): outside_region.
- The certificate, the review or the roster's trust ends within `warn_days`: expiring; it may still act.
- Otherwise valid. What was done while valid stays valid: the instant asked about counts, not the present.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from enforcement.credentials.roster import Person, RosterIndex
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
MAY_ACT: frozenset[State] = frozenset({"valid", "expiring"})
_LOCAL = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Duty:
    """What is to be done: the role it needs, in which field (执法领域) and region (GB/T 2260); empty text for any."""

    role: Literal["officer", "supervisor", "reviewer", ""] = "officer"
    field: str = ""
    region: str = ""


@dataclass(frozen=True)
class Standing:
    """The answer. `until` is the last day on which it holds; `why` says what decided, for the record."""

    number: str
    state: State
    person: Person | None
    until: date | None
    why: str
    roster_version: int
    roster_digest: bytes

    @property
    def may_act(self) -> bool:
        return self.state in MAY_ACT


def standing(index: RosterIndex, number: str, duty: Duty, at: datetime, now: datetime | None = None) -> Standing:
    """May the holder of `number` do `duty` at `at`? `now` (default `at`) is when it is asked, for the roster's age."""
    roster = index.roster
    person = roster.person(number)
    state, until, why = _decide(index, person, duty, at, now or at)
    return Standing(number, state, person, until, why, roster.version, index.digest)


def require(index: RosterIndex, number: str, duty: Duty, at: datetime, now: datetime | None = None) -> Standing:
    """The standing, when it allows to act.

    Raises KnownError(certificate.<state>), (certificate.wrong_kind) when the role is another.
    """
    found = standing(index, number, duty, at, now)
    if not found.may_act:
        name = found.person.name if found.person else ""
        until = found.until.isoformat() if found.until else ""
        raise KnownError(f"certificate.{found.state}", number=number, name=name, until=until, why=found.why)
    if duty.role and found.person is not None and duty.role not in found.person.roles:
        raise KnownError("certificate.wrong_kind", number=number, name=found.person.name, needs=duty.role)
    return found


def _decide(
    index: RosterIndex, person: Person | None, duty: Duty, at: datetime, now: datetime
) -> tuple[State, date | None, str]:
    roster = index.roster
    trusted_until = roster.issued_at + timedelta(days=roster.trust_days)
    day, trust_day = at.astimezone(_LOCAL).date(), trusted_until.astimezone(_LOCAL).date()
    if person is None:
        return "unknown", None, "the roster does not hold this number"
    if now > trusted_until:
        return "unknown", trust_day, "the roster is too old"
    change = person.state_at(at)
    if change is not None and change.state != "valid":
        return change.state, change.since.astimezone(_LOCAL).date(), change.reason
    if not person.valid_from <= day <= person.valid_to:
        return "expired", person.valid_to, "outside the days of validity"
    if day > person.review_due:
        return "review_overdue", person.review_due, "the annual review was due"
    if duty.field and duty.field not in person.fields:
        return "outside_field", person.valid_to, duty.field
    if duty.region and not _within(duty.region, person.region):
        return "outside_region", person.valid_to, duty.region
    last = min(person.valid_to, person.review_due)
    if last - day <= timedelta(days=roster.warn_days):
        return "expiring", last, "ends soon"
    return "valid", last, "in the roster, valid and reviewed"


def _within(region: str, of: str) -> bool:
    stem = of
    while stem.endswith("00"):
        stem = stem[:-2]
    return region.startswith(stem)
