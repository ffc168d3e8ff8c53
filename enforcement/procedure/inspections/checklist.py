"""Checklists (检查清单) as data: what is asked, on which article, whether a photograph is demanded, and where a finding leads."""

from __future__ import annotations

from datetime import date
from typing import Literal

from enforcement.journal.visit_acts import AskedItem, ListVersion, Severity
from enforcement.procedure.inspections.reading import fault, no_twice, read_record
from enforcement.rules.citations import citations
from enforcement.values.errors import BugError, KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import Record


class Earlier(Record):
    """The articles that held up to a day, that day included."""

    until: date
    articles: str


class Item(Record):
    """One question. `basis` holds now, `earlier` before; `violation` is an id of the discretion tables, `days` the usual time to
    correct in natural days, `unit` that of a value that is measured.
    """

    id: str
    question: str
    basis: str
    severity: Severity
    status: Literal["verified", "unverified", "local"]
    earlier: tuple[Earlier, ...] = ()
    photo: bool = False
    optional: bool = True
    unit: str = ""
    violation: str = ""
    correction: str = ""
    days: int = 0

    def basis_on(self, day: date) -> str:
        """The articles of a day."""
        return next((one.articles for one in self.earlier if day <= one.until), self.basis)


class Checklist(Record):
    """A checklist: `basis` is what allows the inspection, `way` how it is done, `field` that of the certificates needed."""

    id: str
    title: str
    version: str
    field: str
    basis: str
    way: str
    items: tuple[Item, ...]


def read_checklist(raw: bytes, file: str) -> Checklist:
    """The checked list. Raises KnownError(inspection.data_invalid) with `file`, `key` and `why`."""
    found = read_record(Checklist, raw, file)
    if f"{found.id}.toml" != file:
        raise fault(file, "id", f"{found.id} is not the file's name")
    if not found.items:
        raise fault(file, "items", "asks nothing")
    no_twice([item.id for item in found.items], file, "items")
    _cited(found.basis, file, "basis")
    for item in found.items:
        key = f"items.{item.id}"
        if not item.id or "/" in item.id or not item.question.strip():
            raise fault(file, key, "an id without / and a question are needed")
        _cited(item.basis, file, f"{key}.basis")
        days = [one.until for one in item.earlier]
        if days != sorted(set(days)):
            raise fault(file, f"{key}.earlier", "earlier articles stand by day, each day once")
        for one in item.earlier:
            _cited(one.articles, file, f"{key}.earlier")
        if item.days < 0:
            raise fault(file, f"{key}.days", "is negative")
        if item.days and not item.correction:
            raise fault(file, f"{key}.correction", "what is to be corrected in that time?")
    return found


def list_version(found: Checklist, raw: bytes) -> ListVersion:
    """The list for the record, with the digest of its file."""
    return ListVersion(id=found.id, title=found.title, version=found.version, digest=digest(raw))


def asked_items(found: Checklist, day: date) -> tuple[AskedItem, ...]:
    """The items as they are asked on a day."""
    return tuple(
        AskedItem(
            key=f"{found.id}/{item.id}",
            question=item.question,
            basis=item.basis_on(day),
            severity=item.severity,
            photo=item.photo,
            optional=item.optional,
            unit=item.unit,
            violation=item.violation,
            correction=item.correction,
            days=item.days,
        )
        for item in found.items
    )


def _cited(text: str, file: str, key: str) -> None:
    try:
        cited = citations(text)
    except (KnownError, BugError) as error:
        raise fault(file, key, str(error)) from error
    if not cited:
        raise fault(file, key, "names no article")
