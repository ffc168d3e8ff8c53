"""Documents on their way to paper: a decision on the spot, a paper of a case or of an inspection, made again from the record; and what
was printed, on the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

from desktop.services import issued, visit_papers
from desktop.services.act_papers import record_print as record_paper
from desktop.services.act_papers import values_of
from desktop.services.changes import Done
from desktop.services.desk import Desk, done
from desktop.services.forms import form
from desktop.services.settings import change_settings, read_settings
from desktop.services.visiting import append
from desktop.services.visits import load
from enforcement.casefile import Inspection
from enforcement.journal.acts import DocumentSigned
from enforcement.journal.visit_acts import PaperIssued, VisitPaperPrinted
from enforcement.values.errors import KnownError

Way = Literal["pdf", "printer", "field_printer"]


@dataclass(frozen=True)
class Ref:
    """Which document: the case's decision on the spot; with `entry` a paper of it; with `index` one of the inspection `aggregate`."""

    aggregate: UUID
    entry: bytes = b""
    index: int = -1


@dataclass(frozen=True)
class Printable:
    """A document as it goes to paper: its pages, and what a field printer's strip is set from. `prints`: how often it was printed."""

    ref: Ref
    title: str
    number: str
    party: str
    pdf: bytes
    form: str
    values: Mapping[str, Any]
    code: str
    hands: Sequence[DocumentSigned]
    prints: int


class PrintsOffice(Protocol):
    """Every method belongs on the store's worker, but for the field printer's."""

    def printable(self, ref: Ref) -> Printable:
        """Raises KnownError(input.invalid) for no such document, (blob.missing) while a picture has not arrived."""
        ...

    def record(self, ref: Ref, way: Way, copies: int) -> Done[None]: ...
    def field_printer(self) -> str:
        """Device or host of the 80 mm printer of this device; empty when none was named."""
        ...

    def set_field_printer(self, address: str) -> None: ...


class Prints:
    """Implements `PrintsOffice`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def printable(self, ref: Ref) -> Printable:
        if ref.index >= 0:
            return self._of_visit(ref)
        if ref.entry:
            title, number, party, prints, form_id, values, pdf = values_of(self.desk, ref.aggregate, ref.entry)
            return Printable(ref, title, number, party, pdf, form_id, values, "", (), prints)
        found = issued.decision_of(self.desk, ref.aggregate)
        pdf = issued.pdf(self.desk, ref.aggregate)
        party = str(found.act.content["party"]["name"])
        return Printable(
            ref,
            "当场行政处罚决定书",
            found.act.number,
            party,
            pdf,
            "",
            found.act.content,
            found.act.code,
            found.signatures,
            found.prints,
        )

    def _of_visit(self, ref: Ref) -> Printable:
        visit, paper = self._visit(ref)
        values = visit_papers.printable(paper)
        party = visit.party.name if visit.party is not None else ""
        pdf = self.desk.render_form(paper.form, values)
        prints = visit.prints.get(paper.digest, 0)
        return Printable(ref, form(paper.form).title, paper.number, party, pdf, paper.form, values, "", (), prints)

    def _visit(self, ref: Ref) -> tuple[Inspection, PaperIssued]:
        with self.desk.database.read() as session:
            visit = load(session, self.desk, ref.aggregate)
        if ref.index >= len(visit.papers):
            raise KnownError("input.invalid", field="document", why="there is no such document")
        return visit, visit.papers[ref.index]

    def record(self, ref: Ref, way: Way, copies: int) -> Done[None]:
        if ref.entry:
            return record_paper(self.desk, ref.aggregate, ref.entry, way, copies)
        if ref.index < 0:
            return issued.record_print(self.desk, ref.aggregate, way, copies)
        visit, paper = self._visit(ref)
        again = visit.prints.get(paper.digest, 0) > 0
        body = VisitPaperPrinted(
            form=paper.form, number=paper.number, digest=paper.digest, way=way, copies=copies, reprint=again
        )
        with self.desk.database.write() as session:
            append(session, self.desk, ref.aggregate, body)
        return done(None, "visits", "queue")

    def field_printer(self) -> str:
        return read_settings(self.desk.profile).field_printer

    def set_field_printer(self, address: str) -> None:
        change_settings(self.desk.profile, field_printer=address)
