"""A form and its values as a PDF: type area of GB/T 9704-2012, page x of y, signatures at each page's foot of a record.

The bytes depend on form and values alone: no clock, no random id.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageTemplate

from desktop.printing.fonts import BODY, BOLD, register
from desktop.printing.formset.blocks import flow
from desktop.printing.formset.lines import Lines, set_lines, with_hands
from desktop.printing.formset.measures import HEIGHT, INK, LEFT, PALE, SIGN_ROOM, TOP, WIDTH
from enforcement.notices.forms import DocumentForm, value_at
from enforcement.notices.reading import EMPTY, check_values, filled
from enforcement.notices.signatures import Strokes

BOTTOM = A4[1] - TOP - HEIGHT
FOOT = BOTTOM - 7 * mm - 10
"""Baseline of the page's number, whose top is 7 mm under the type area."""
CONTINUED = 11 * mm


def render_form(form: DocumentForm, values: Mapping[str, Any], *, draft: bool = False, numbered: bool = True) -> bytes:
    """The PDF; with `draft`, 草稿 stands across each page; without `numbered` no page has a number (a volume's own sheets).
    Whether something is missing is the caller's question (`missing_in`).

    Raises KnownError(form.value), (input.invalid) for a letter that no font holds, (input.photo_not_image).
    """
    register()
    check_values(form, values)
    buffer = io.BytesIO()
    number = next((block.field for block in form.blocks if block.kind == "head" and block.field), "")
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        invariant=1,
        title=f"{form.title} {value_at(values, number) or ''}".strip(),
        author=str(value_at(values, "agency") or ""),
        creator="Hengchi",
        lang="zh-CN",
    )
    foot = _foot(form, values)
    room = max(SIGN_ROOM, foot.height + 4 * mm) if foot else 0.0

    def every(canvas: Canvas, _: Any) -> None:
        if draft:
            _draft(canvas)
        if foot:
            _draw(canvas, foot, BOTTOM + (room - foot.height) / 2 - 3)

    def later(canvas: Canvas, document: Any) -> None:
        every(canvas, document)
        if form.page == "record":
            _again(canvas, form, str(value_at(values, number) or EMPTY) if number else "")

    low = room
    high = CONTINUED if form.page == "record" else 0.0
    document.addPageTemplates(
        [
            PageTemplate("first", [_frame(low, 0.0)], onPage=every),
            PageTemplate("later", [_frame(low, high)], onPage=later),
        ]
    )
    document.build([NextPageTemplate("later"), *flow(form, values)], canvasmaker=_Counted if numbered else PlainCanvas)
    return buffer.getvalue()


def _frame(low: float, high: float) -> Frame:
    return Frame(
        LEFT, BOTTOM + low, WIDTH, HEIGHT - low - high, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )


def _again(canvas: Canvas, form: DocumentForm, number: str) -> None:
    """What a page says that continues a record: of which one."""
    text = f"{form.title}（续页）" + (f"　{number}" if number else "")
    _draw(canvas, Lines(set_lines(text, WIDTH, 12, BOLD), WIDTH, 12, 20, font=BOLD, align="center"), A4[1] - TOP - 20)


def _foot(form: DocumentForm, values: Mapping[str, Any]) -> Lines | None:
    """The signature lines at each page's foot, with one for an interpreter when one signed."""
    text = form.page_signature
    if text and values.get("signatures", {}).get("interpreter") and "{sign:interpreter}" not in text:
        text += "\n翻译人（签名）：{sign:interpreter}"
    hands: list[Strokes | None] = []
    told = filled(text, form, values, hands)
    return Lines(with_hands(set_lines(told, WIDTH, 10.5), hands), WIDTH, 10.5, 18, align="left") if told else None


def _draw(canvas: Canvas, lines: Lines, base: float) -> None:
    lines.drawOn(canvas, LEFT, base)


def _draft(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillColor(PALE)
    canvas.setFont(BOLD, 120)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(45)
    canvas.drawCentredString(0, -40, "草　稿")
    canvas.restoreState()


class PlainCanvas(Canvas):
    """Without this every page names Helvetica, which no document here embeds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initialFontName": BODY})


class _Counted(PlainCanvas):
    """第 x 页 共 y 页 under the type area: odd pages at the right, even ones at the left."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # reportlab's own way to number pages

    def save(self) -> None:
        total = len(self._pages)
        for page in self._pages:
            self.__dict__.update(page)
            number: int = self._pageNumber  # type: ignore[attr-defined]
            self.setFont(BODY, 12)
            self.setFillColor(INK)
            text = f"第 {number} 页 共 {total} 页"
            if number % 2:
                self.drawRightString(LEFT + WIDTH - 12, FOOT, text)
            else:
                self.drawString(LEFT + 12, FOOT, text)
            super().showPage()
        super().save()
