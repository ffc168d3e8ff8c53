"""What may be done to a certificate, one change at a time: each has its instant, its reason, and leaves what stood before.

issued -> valid <-> suspended (暂扣)
valid or suspended -> revoked (吊销) or cancelled (注销); from there no way leads back
renewed (换发), reviewed (年审), amended (变更): at any time before that
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from enforcement.credentials.person import FINAL, Earlier, Person, PersonState, Role, StatusChange
from enforcement.values.errors import KnownError

REACHED: dict[PersonState, frozenset[PersonState]] = {
    "valid": frozenset({"suspended", "revoked", "cancelled"}),
    "suspended": frozenset({"valid", "revoked", "cancelled"}),
    "revoked": frozenset(),
    "cancelled": frozenset(),
}


def changed_state(
    person: Person, state: PersonState, since: datetime, entered: datetime, reason: str, ground: str = ""
) -> Person:
    """Suspended, given back, revoked or cancelled from `since` on; `entered` is when the office writes it down.

    Raises KnownError(input.invalid) for a step that does not follow, one without a reason, or one before the last.
    """
    last = person.history[-1] if person.history else None
    now = last.state if last is not None else "valid"
    if state not in REACHED[now]:
        raise _refused("state", f"{person.number} is {now}; it cannot become {state}")
    if last is not None and since < last.since:
        raise _refused("since", f"the last change holds from {last.since.isoformat()}")
    change = StatusChange(
        since=since,
        state=state,
        reason=_reason(reason),
        ground=ground,
        entered=None if entered == since else entered,
    )
    return msgspec.structs.replace(person, history=(*person.history, change))


def amended(
    person: Person,
    act: Literal["renewed", "reviewed", "amended"],
    since: datetime,
    entered: datetime,
    reason: str,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    review_due: date | None = None,
    unit: str | None = None,
    roles: tuple[Role, ...] | None = None,
    fields: tuple[str, ...] | None = None,
    region: str | None = None,
) -> Person:
    """What the certificate says from `since` on; what is None stays.

    Raises KnownError(input.invalid) for one that was revoked or cancelled, for a change before the last or after `entered`, for one
    without a reason or that changes nothing, and for days that end before they begin.
    """
    last = person.state_at(entered)
    if last is not None and last.state in FINAL:
        raise _refused("number", f"{person.number} is {last.state}")
    if since > entered:
        raise _refused("since", "a change holds from a past instant on or from now")
    if person.earlier and since < person.earlier[-1].until:
        raise _refused("since", f"the last change holds from {person.earlier[-1].until.isoformat()}")
    before = Earlier(
        until=since,
        act=act,
        reason=_reason(reason),
        unit=person.unit,
        roles=person.roles,
        fields=person.fields,
        region=person.region,
        valid_from=person.valid_from,
        valid_to=person.valid_to,
        review_due=person.review_due,
        entered=None if entered == since else entered,
    )
    new = msgspec.structs.replace(
        person,
        unit=person.unit if unit is None else unit,
        roles=person.roles if roles is None else roles,
        fields=person.fields if fields is None else fields,
        region=person.region if region is None else region,
        valid_from=valid_from or person.valid_from,
        valid_to=valid_to or person.valid_to,
        review_due=review_due or person.review_due,
    )
    if new == person:
        raise _refused("number", f"{person.number}: nothing would change")
    if not new.fields or new.valid_to < new.valid_from:
        raise _refused("valid_to" if new.fields else "fields", "a certificate has fields, and ends after it begins")
    return msgspec.structs.replace(new, earlier=(*person.earlier, before))


def _reason(text: str) -> str:
    if not text.strip():
        raise _refused("reason", "a reason is needed")
    return text.strip()


def _refused(field: str, why: str) -> KnownError:
    return KnownError("input.invalid", field=field, why=why)
