"""A case as it is filed: cover, catalogue, the documents with their page numbers, notes; one PDF for each volume.

The main volume (正卷) and the auxiliary one (副卷) are bound apart, because a party may read and copy the one and not the other:
hence two files, each with a cover, a catalogue, notes and numbers of its own. The order of the parts is the caller's (forms
and an agency's variants say it: `filing`, `order`).

Page numbers are arabic, at the lower right, from the first part to the last; cover, catalogue and notes have none.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from reportlab.lib.units import mm

from desktop.printing.flatten import flatten
from desktop.printing.fonts import BODY, register
from desktop.printing.foreign import FAULTS
from desktop.printing.formset import library, render_form
from desktop.printing.formset.document import PlainCanvas
from desktop.printing.pdfa import drawn, settle
from enforcement.notices.forms import DocumentForm, value_at
from enforcement.values.errors import KnownError

VolumeName = Literal["正卷", "副卷"]
EDGE = 10 * mm
"""Of the number from the right and the lower edge of the paper: outside the type area and below a document's own number."""
SIZE = 12
MAX_PAGES = 5_000


@dataclass(frozen=True)
class ArchivePart:
    """A document of the file. `pdf` are its pages, `number` its 文号 where it has one."""

    title: str
    number: str
    day: date | None
    pdf: bytes
    note: str = ""


@dataclass(frozen=True)
class Sheets:
    """Values of 案卷封面 and 卷内备考表; `volume` and `pages` are put in here."""

    cover: Mapping[str, Any]
    notes: Mapping[str, Any]


@dataclass(frozen=True)
class SheetForms:
    """The three sheets as the agency has them."""

    cover: DocumentForm
    catalogue: DocumentForm
    notes: DocumentForm


@dataclass(frozen=True)
class Volume:
    """A volume as PDF. `pages` are those that have numbers; `doubts` say why it is not claimed to be PDF/A-2b, none when it is."""

    name: VolumeName
    pdf: bytes
    pages: int
    doubts: tuple[str, ...]


def standard_sheets() -> SheetForms:
    """The program's own sheets."""
    return SheetForms(library.form("case_cover"), library.form("case_catalogue"), library.form("case_notes"))


def archive_volumes(
    sheets: Mapping[VolumeName, Sheets],
    main: Sequence[ArchivePart],
    auxiliary: Sequence[ArchivePart],
    *,
    made_at: datetime,
    forms: SheetForms | None = None,
) -> tuple[Volume, ...]:
    """The main volume, and the auxiliary one when it has a part. Raises what `archive_pdf` raises."""
    given: tuple[tuple[VolumeName, Sequence[ArchivePart]], ...] = (("正卷", main), ("副卷", auxiliary))
    return tuple(archive_pdf(name, sheets[name], parts, made_at=made_at, forms=forms) for name, parts in given if parts)


def archive_pdf(
    name: VolumeName,
    sheets: Sheets,
    parts: Sequence[ArchivePart],
    *,
    made_at: datetime,
    forms: SheetForms | None = None,
) -> Volume:
    """One volume. `made_at` (UTC) is the only time in it: the same input gives the same bytes.

    Raises KnownError(input.pdf_unreadable) naming the part, (input.invalid) for no part or too many pages, and what
    `render_form` raises.
    """
    if not parts:
        raise KnownError("input.invalid", field="parts", why="a volume without a document")
    used = forms or standard_sheets()
    opened = [(part, _opened(part)) for part in parts]
    counts = [len(reader.pages) for _, reader in opened]
    total = sum(counts)
    if total > MAX_PAGES:
        raise KnownError("input.invalid", field="parts", why=f"{total} pages, more than {MAX_PAGES}")
    firsts = [1 + sum(counts[:place]) for place in range(len(counts))]
    cover = render_form(used.cover, {**sheets.cover, "volume": name, "pages": total}, numbered=False)
    catalogue = render_form(used.catalogue, _catalogue(name, sheets.cover, parts, firsts, total), numbered=False)
    notes = render_form(used.notes, {**sheets.notes, "pages": total}, numbered=False)

    writer = PdfWriter()
    _add(writer, used.cover.title, PdfReader(io.BytesIO(cover)))
    _add(writer, used.catalogue.title, PdfReader(io.BytesIO(catalogue)))
    before = len(writer.pages)
    for part, reader in opened:
        try:
            _add(writer, f"{part.title}　{part.number}".rstrip("　"), reader)
        except FAULTS as error:
            raise _unreadable(part, type(error).__name__) from error
    stamps = iter(_stamps(writer, before, total))
    for (part, _), first, count in zip(opened, firsts, counts, strict=True):
        try:
            for place in range(count):
                page = writer.pages[before + first - 1 + place]
                page.merge_translated_page(next(stamps), float(page.mediabox.left), float(page.mediabox.bottom))
                drawn(page)
        except FAULTS as error:
            raise _unreadable(part, type(error).__name__) from error
    _add(writer, used.notes.title, PdfReader(io.BytesIO(notes)))
    writer.set_page_label(0, before - 1, prefix=" ")
    writer.set_page_label(before, before + total - 1, style=PageLabelStyle.DECIMAL, start=1)
    writer.set_page_label(before + total, len(writer.pages) - 1, prefix=" ")

    agency = str(value_at(sheets.cover, "agency") or "")
    number = str(value_at(sheets.cover, "case_number") or "")
    doubts = settle(writer, f"{number} {name}".strip(), agency, made_at)
    buffer = io.BytesIO()
    writer.write(buffer)
    return Volume(name, buffer.getvalue(), total, doubts)


def _catalogue(
    name: VolumeName, cover: Mapping[str, Any], parts: Sequence[ArchivePart], firsts: list[int], total: int
) -> dict[str, Any]:
    """A part's first page; of the last one the first and the last."""
    entries: list[dict[str, str]] = []
    for part, first in zip(parts, firsts, strict=True):
        last = part is parts[-1] and total > first
        row = {
            "title": part.title,
            "number": part.number,
            "day": part.day.isoformat() if part.day else "",
            "pages": f"{first}-{total}" if last else str(first),
            "note": part.note,
        }
        entries.append({key: value for key, value in row.items() if value})
    head = {key: cover[key] for key in ("agency", "case_number") if key in cover}
    return {**head, "volume": name, "entries": entries}


def _opened(part: ArchivePart) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(part.pdf))
        if reader.is_encrypted:
            raise _unreadable(part, "encrypted")
        if not len(reader.pages):
            raise _unreadable(part, "no page")
    except FAULTS as error:
        raise _unreadable(part, type(error).__name__) from error
    return reader


def _unreadable(part: ArchivePart, why: str) -> KnownError:
    return KnownError("input.pdf_unreadable", file=part.title, why=why)


def _add(writer: PdfWriter, title: str, reader: PdfReader) -> None:
    """The pages with a bookmark; what was pressed over them (a signature's seal) becomes part of the page."""
    first = len(writer.pages)
    for page in reader.pages:
        added = writer.add_page(page)
        flatten(writer, added)
        if added.rotation:
            added.transfer_rotation_to_content()
    writer.add_outline_item(title=title, page_number=first)


def _stamps(writer: PdfWriter, first: int, total: int) -> list[PageObject]:
    """The numbers 1 to total as pages to lay over, all of one document so that they share one font."""
    register()
    buffer = io.BytesIO()
    canvas = PlainCanvas(buffer, invariant=1)
    for number in range(1, total + 1):
        box = writer.pages[first + number - 1].mediabox
        canvas.setPageSize((float(box.width), float(box.height)))
        canvas.setFont(BODY, SIZE)
        canvas.drawRightString(float(box.width) - EDGE, EDGE, str(number))
        canvas.showPage()
    canvas.save()
    return list(PdfReader(io.BytesIO(buffer.getvalue())).pages)
