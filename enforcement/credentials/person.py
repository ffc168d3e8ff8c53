"""A holder of an enforcement certificate and everything that ever happened to the certificate, each with its instant and reason.

What is in force stands in the person's own fields; what stood there before a change is kept in `earlier`, and the states in
`history`. So a question about a past instant is answered from what was so then: a review that is entered late does not make
good what was signed while it was overdue.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from enforcement.values.shapes import Record

PersonState = Literal["valid", "suspended", "revoked", "cancelled"]
FINAL: frozenset[PersonState] = frozenset({"revoked", "cancelled"})
"""No way leads back: who is to act again gets another certificate."""
Kind = Literal["执法证", "委托执法证", "监督证"]
Role = Literal["officer", "supervisor", "reviewer", "editor"]


class StatusChange(Record):
    """From `since` on; of changes at one instant the later in the list counts.

    `ground` names why in a word of the agency's list of grounds (transfer, retirement, loss …); `entered` is when the office wrote
    it down, where that was after `since`.
    """

    since: datetime
    state: PersonState
    reason: str = ""
    ground: str = ""
    entered: datetime | None = None


class Earlier(Record):
    """What a certificate said until an instant, and why it was changed then: renewed (换发), reviewed (年审), amended."""

    until: datetime
    act: Literal["renewed", "reviewed", "amended"]
    reason: str
    unit: str
    roles: tuple[Role, ...]
    fields: tuple[str, ...]
    region: str
    valid_from: date
    valid_to: date
    review_due: date
    entered: datetime | None = None


class Credential(Record):
    """A certificate as DER, with the id of its signing key and the HPKE public key it binds (1216 bytes). `device` is where its keys
    lie; from `until` on nothing is sealed for it: its keys were renewed, or the device was lost.
    """

    kid: bytes
    der: bytes
    hpke: bytes
    since: datetime
    until: datetime | None = None
    device: UUID | None = None


class Person(Record):
    """A holder of an enforcement certificate (执法证). An editor writes the discretion tables (法制机构).

    `photo` is the SHA-256 of the portrait, which is published under photos/; `replaces` is the number of the lost certificate in
    whose place this one was issued. `earlier` is in the order of its instants.
    """

    number: str
    name: str
    unit: str
    roles: tuple[Role, ...]
    kind: Kind
    fields: tuple[str, ...]
    region: str
    valid_from: date
    valid_to: date
    review_due: date
    history: tuple[StatusChange, ...] = ()
    credentials: tuple[Credential, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    photo: bytes = b""
    replaces: str = ""

    def state_at(self, instant: datetime) -> StatusChange | None:
        """The last change not later than `instant`."""
        found: StatusChange | None = None
        for change in self.history:
            if change.since <= instant and (found is None or change.since >= found.since):
                found = change
        return found

    def as_of(self, instant: datetime) -> Person:
        """The person with what their certificate said at `instant`."""
        then = next((one for one in self.earlier if instant < one.until), None)
        if then is None:
            return self
        return msgspec.structs.replace(
            self,
            unit=then.unit,
            roles=then.roles,
            fields=then.fields,
            region=then.region,
            valid_from=then.valid_from,
            valid_to=then.valid_to,
            review_due=then.review_due,
        )
