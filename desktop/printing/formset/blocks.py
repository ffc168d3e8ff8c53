"""Blocks of a form as what flows down the pages."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Image, KeepTogether, Spacer, Table

from desktop.printing.codes import qr_png
from desktop.printing.fonts import BODY, BOLD
from desktop.printing.formset.lines import Lines, Rule, Set, set_lines, width_of, with_hands
from desktop.printing.formset.measures import INK, LETTER, RECORD, RED, SHEET, WIDTH, Face
from desktop.printing.formset.photos import photo_sheet
from desktop.printing.formset.tables import grid, table
from enforcement.notices.forms import Block, DocumentForm, empty, holds, value_at
from enforcement.notices.reading import EMPTY, filled, words
from enforcement.notices.signatures import Strokes

FACES: Mapping[str, Face] = {"letter": LETTER, "sheet": SHEET, "record": RECORD}
CODE_SIDE = 30 * mm
SEAL_RIGHT = 4
"""Letters that stay free at the right of the day (GB/T 9704-2012)."""


def flow(form: DocumentForm, values: Mapping[str, Any]) -> list[Flowable]:
    """Everything of the document in its order. Raises KnownError(input.invalid) for a letter that no font holds and
    (input.photo_not_image).
    """
    made: list[Flowable | list[Flowable]] = []
    before = ""
    for block in form.blocks:
        if not holds(block.when, values):
            continue
        parts = _block(block, form, values)
        if not parts:
            continue
        if block.kind == "seal":
            _with_last_lines(made, parts)
        elif block.kind == "signatures" and made and isinstance(made[-1], list):
            made[-1] += [Spacer(1, 3 * mm), *parts]
        elif block.kind == "signatures" and before == "note" and isinstance(note := made[-1], Lines):
            # signatures that begin a page have over them the words that they are under
            made[-1] = [note, Spacer(1, 2.2 * mm), *parts]
        else:
            if _apart(before, block.kind, form.page):
                made.append(Spacer(1, 2.2 * mm))
            made += [parts] if block.kind == "signatures" else parts
        before = block.kind
    return [KeepTogether(one) if isinstance(one, list) else one for one in made]


def _apart(before: str, kind: str, page: str) -> bool:
    """Whether a gap parts two blocks: tables stand off from words; rows of one table touch."""
    if before == kind == "grid" or before in ("", "head"):
        return False
    return page != "letter" or bool({before, kind} & {"grid", "table", "photos"})


def _block(block: Block, form: DocumentForm, values: Mapping[str, Any]) -> list[Flowable]:
    face = FACES[form.page]
    content = _content(block, form, values, face)
    if not block.heading:
        return content
    head = _text(filled(block.heading, form, values), face, font=BOLD, indent=2 if form.page == "letter" else 0)
    return [CondPageBreak(3 * face.lead), head, *content]


def _content(block: Block, form: DocumentForm, values: Mapping[str, Any], face: Face) -> list[Flowable]:
    match block.kind:
        case "head":
            return _head(block, form, values)
        case "grid":
            return grid(block, form, values, face)
        case "table":
            return table(form.field(block.field), values, face)
        case "list":
            rows = value_at(values, block.field) or []
            text = "\n".join(f"{number}. {one}" for number, one in enumerate(rows, 1)) or EMPTY
            return [_text(text, face, indent=2)]
        case "record":
            return _record(block, form, values, face)
        case "signatures":
            hands: list[Strokes | None] = []
            told = "\n".join(filled(line, form, values, hands) for line in block.lines)
            size = min(face.size, 12)
            return [Lines(with_hands(set_lines(told, WIDTH, size), hands), WIDTH, size, 26)]
        case "code":
            return _code(value_at(values, block.field))
        case "seal":
            return [_seal(block, form, values)]
        case "photos":
            return photo_sheet(value_at(values, block.field) or [], face)
        case "note":
            return [_text(filled(block.text, form, values), Face(10, 15, face.cell, face.cell_lead))]
        case _:
            indent = 0 if block.style in ("plain", "address") else 2
            font = BOLD if block.style == "strong" else BODY
            return [_text(filled(block.text, form, values), face, font=font, indent=indent)]


def _text(text: str, face: Face, *, font: str = BODY, indent: int = 0, ruled: bool = False) -> Lines:
    rows = set_lines(text, WIDTH, face.size, font, indent * face.size)
    return Lines(rows, WIDTH, face.size, face.lead, font=font, ruled=ruled)


def _head(block: Block, form: DocumentForm, values: Mapping[str, Any]) -> list[Flowable]:
    """Agency, title, number; for what goes out the agency in red over a red line."""
    agency = value_at(values, "agency") or EMPTY
    number = words(form.field(block.field), value_at(values, block.field)) if block.field else ""
    red = block.style == "red"
    made: list[Flowable] = [_centre(agency, 21 if red else 16, 30 if red else 22, BOLD, RED if red else INK)]
    made += [Rule(WIDTH, RED, 1.4, 4 * mm), Spacer(1, 5 * mm)] if red else []
    made.append(_centre(form.title, 22, 34 if red else 30, BOLD, INK))
    if block.field:
        made.append(_centre(number or EMPTY, 12, 20, BODY, INK))
    made.append(Spacer(1, (3 if red else 2) * mm))
    return made


def _centre(text: str, size: float, lead: float, font: str, color: Any) -> Lines:
    rows = set_lines(text, WIDTH, size, font)
    return Lines(rows, WIDTH, size, lead, font=font, align="center", color=color)


def _record(block: Block, form: DocumentForm, values: Mapping[str, Any], face: Face) -> list[Flowable]:
    """Question and answer, or a narrative, on ruled lines; nothing can be added after the last word."""
    text = words(form.field(block.field), value_at(values, block.field))
    return [_text((text or EMPTY) + "\n（以下空白）", face, indent=2, ruled=True)]


def _seal(block: Block, form: DocumentForm, values: Mapping[str, Any]) -> Lines:
    """Agency over day, both about one middle; the seal is pressed over both."""
    face = FACES[form.page]
    day = words(form.field(block.field), value_at(values, block.field)) if block.field else ""
    lines = [f"{value_at(values, 'agency') or EMPTY}（印章）", day or EMPTY]
    wide = [width_of(text, face.size) for text in lines]
    middle = WIDTH - SEAL_RIGHT * face.size - wide[1] / 2
    rows = [
        Set(text, min(max(0.0, middle - width / 2), max(0.0, WIDTH - width)), True)
        for text, width in zip(lines, wide, strict=True)
        if width <= WIDTH
    ]
    if len(rows) < len(lines):  # a name longer than the line
        rows = [row for text in lines for row in set_lines(text, WIDTH, face.size)]
    return Lines(rows, WIDTH, face.size, face.lead, align="left")


def _with_last_lines(made: list[Flowable | list[Flowable]], seal: list[Flowable]) -> None:
    """A seal never stands alone on a page: the two lines before it go with it."""
    last = made[-1] if made else None
    if not isinstance(last, Lines):
        made.append([Spacer(1, 4 * mm), *seal])
        return
    made.pop()
    if len(last.rows) > 2:
        first, last = last.cut(len(last.rows) - 2)
        made.append(first)
    made.append([last, Spacer(1, last.lead), *seal])


def _code(text: Any) -> list[Flowable]:
    """At the left: the seal at the right is wider than the words under it and would cover a code there."""
    if empty(text):
        return []
    picture = Image(io.BytesIO(qr_png(str(text))), CODE_SIDE, CODE_SIDE)
    caption = Lines(set_lines("扫码验真", CODE_SIDE, 9), CODE_SIDE, 9, 12, align="center")
    made = Table([[picture], [caption]], colWidths=[CODE_SIDE], hAlign="LEFT")
    made.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), BODY),
            *[(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")],
        ]
    )
    return [made]
