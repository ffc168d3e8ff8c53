"""What stands beside a case: entries of it that exclude each other, and other cases that it belongs with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from enforcement.casefile import CaseStatus


@dataclass(frozen=True)
class SideView:
    """One of two entries that exclude each other: what it says, who wrote it on which device, the number of its paper."""

    entry: bytes
    words: str
    who: str
    device: str
    at: datetime
    number: str


@dataclass(frozen=True)
class ConflictView:
    """`first` stands for now, `second` has no effect; a supervisor says which of them counts."""

    first: SideView
    second: SideView


@dataclass(frozen=True)
class RelatedView:
    """A case that stands beside this one, or was merged with it. `status` is None where the case is not on this device."""

    case_id: UUID
    way: Literal["beside", "into", "from"]
    number: str
    party: str
    title: str
    status: CaseStatus | None


@dataclass(frozen=True)
class LostMark:
    """A device that was reported lost on `since`; `after`: by the device's own clock the entry was written after that."""

    device: str
    since: date
    after: bool
