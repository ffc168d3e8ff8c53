"""What the issuing office shows of itself, as its tool tells it: frozen, plain, read strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

GONE = frozenset(("revoked", "cancelled"))


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """A renewal or a review within the policy's days, `left` days from today, below 0 when late."""

    what: Literal["renewal", "review"]
    day: date
    left: int
    notice: int


@dataclass(frozen=True, kw_only=True)
class CertificateLine:
    """A certificate in the list; `acts` are the commands that may follow, `waits` when something of it is not published."""

    number: str
    name: str
    unit: str
    unit_name: str
    kind: str
    roles: tuple[str, ...]
    fields: tuple[str, ...]
    region: str
    valid_from: date
    valid_to: date
    review_due: date
    state: str
    since: str
    reason: str
    due: tuple[DueLine, ...]
    acts: tuple[str, ...]
    waits: bool = False
    initials: str = ""

    @property
    def gone(self) -> bool:
        return self.state in GONE

    @property
    def next_day(self) -> date:
        """The day by which something has to be done for it."""
        return min(self.valid_to, self.review_due)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a certificate said before and after a change."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something that happened: from when on it holds, when it was entered where that was later, and why."""

    at: datetime
    entered: str
    what: str
    reason: str
    changes: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True)
class NextDays:
    """The days that the policy gives where none is named."""

    valid_to: date
    review_due: date


@dataclass(frozen=True, kw_only=True)
class Holder(CertificateLine):
    """One certificate in detail; `photo` is a JPEG or empty, `devices` how many hold its keys."""

    replaces: str
    devices: int
    photo: bytes
    history: tuple[Told, ...]
    next: NextDays


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A change that is not published: `name` is a person's, a device's, or a file's."""

    what: str
    number: str
    name: str


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    unit_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class KindLine:
    name: str
    title: str
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class GroundLine:
    id: str
    state: str
    words: str


@dataclass(frozen=True, kw_only=True)
class OfficeView:
    """The whole office. `version` is that of the published set, 0 before the first; it holds until `holds_until`."""

    agency: str
    region: str
    now: datetime
    version: int
    holds_until: str
    unpublished: tuple[Waiting, ...]
    units: tuple[UnitLine, ...]
    fields: tuple[str, ...]
    regions: dict[str, str]
    kinds: tuple[KindLine, ...]
    grounds: tuple[GroundLine, ...]
    people: tuple[CertificateLine, ...]

    def unit_name(self, unit_id: str) -> str:
        return next((one.name for one in self.units if one.unit_id == unit_id), unit_id)


@dataclass(frozen=True)
class ActForm:
    """An act as it was entered: `texts` by option; empty ones are left to the tool. `since` is local, empty for now."""

    act: str
    number: str
    since: str = ""
    reason: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a workbook would issue or did, and how many rows the roster holds already."""

    issued: tuple[str, ...]
    known: int
    dry_run: bool


@dataclass(frozen=True)
class CardFaces:
    """A card: the PDF, and its two faces as PNG."""

    number: str
    pdf: bytes
    faces: tuple[bytes, ...]
