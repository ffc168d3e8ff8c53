"""What the acts of a procedure look like to the window: frozen, free of SQL, Qt and sessions. Sums are fen, instants aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from desktop.services.shapes import DeadlineRow, MissingItem, PersonView, UncountedRow
from enforcement.notices.forms import Column


@dataclass(frozen=True)
class AgainstView:
    """What stands in the way of an act, and by which article."""

    words: str
    basis: str


@dataclass(frozen=True)
class OfferView:
    """An act that is this person's to do now. `at_once`: nothing is to be written and nobody else signs, so it is done by one press.
    `earlier`: it is too late for it now, but it may have been done in time and be put down afterwards, with its time.
    """

    act: str
    label: str
    basis: str
    form_title: str
    second: bool
    against: tuple[AgainstView, ...]
    at_once: bool
    earlier: bool = False

    @property
    def allowed(self) -> bool:
        return not self.against


@dataclass(frozen=True)
class PaperView:
    """A paper of the case. `signed`: who has signed it on the screen; `filing` is 正卷 or 副卷, `order` its place there."""

    entry: bytes
    act: str
    form: str
    title: str
    number: str
    at: datetime
    filing: str
    order: int
    signed: tuple[str, ...]
    prints: int
    voided: str


@dataclass(frozen=True)
class PendingView:
    """An act that waits for its second signature; `mine`: the person signed in may give it."""

    entry: bytes
    label: str
    by: str
    at: datetime
    mine: bool


@dataclass(frozen=True)
class StageView:
    """A stage of the procedure."""

    name: str
    state: Literal["done", "now", "ahead"]


@dataclass(frozen=True)
class SumsView:
    """Told, decided, paid, added (加处罚款) and owed today; None where there is none."""

    told: int | None
    decided: int | None
    paid: int
    added: int
    owed: int | None


@dataclass(frozen=True)
class ProcedureView:
    """Where an ordinary case stands, and what may be done. `turn`: whose turn it is."""

    case_id: UUID
    stages: tuple[StageView, ...]
    turn: Literal["officer", "supervisor", "reviewer"]
    offers: tuple[OfferView, ...]
    pending: tuple[PendingView, ...]
    deadlines: tuple[DeadlineRow, ...]
    uncounted: tuple[UncountedRow, ...]
    papers: tuple[PaperView, ...]
    sums: SumsView
    may_propose: bool
    """The two officers can still put forward a sum by the ruler (the on-the-spot page serves for it)."""


@dataclass(frozen=True)
class FieldView:
    """A field of an act's form. `kind`, `options`, `columns`, `unit` as in the form (docs/forms.md); `value` in the same plain shape as
    there. `known`: it came from the case and need not be touched, though it may be.
    """

    path: str
    label: str
    kind: str
    mandatory: bool
    article: str
    options: tuple[str, ...]
    columns: tuple[Column, ...]
    unit: str
    value: Any
    known: bool


@dataclass(frozen=True)
class ActDraft:
    """An act being written; every field is kept as it is left. `missing` are its form's fields, `against` the procedure's refusals;
    `shows_paper`: it has a form to look at, be it one that only its approval issues.
    """

    draft_id: UUID
    case_id: UUID
    act: str
    label: str
    basis: str
    form: str
    form_title: str
    shows_paper: bool
    fields: tuple[FieldView, ...]
    at: datetime
    second: bool
    partners: tuple[PersonView, ...]
    missing: tuple[MissingItem, ...]
    against: tuple[AgainstView, ...]


@dataclass(frozen=True)
class Acted:
    """An act on the record; `number` of its paper, empty where it bears none."""

    case_id: UUID
    entry: bytes
    label: str
    number: str
    has_paper: bool


@dataclass(frozen=True)
class TurnRow:
    """A case that waits for somebody of the role of the person signed in."""

    case_id: UUID
    title: str
    party: str
    stage: str
    since: datetime


@dataclass(frozen=True)
class PaperLine:
    """A paper of an ordinary case in the list of documents."""

    case_id: UUID
    entry: bytes
    title: str
    number: str
    party: str
    case_title: str
    at: datetime
    prints: int
    voided: str
