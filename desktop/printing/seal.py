"""The agency's seal as it looks on paper, and the place where it is pressed: over the agency's name and the day (居中下压).

It is a picture of the signature's field, no more: what counts is the signature under it.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import pypdfium2
from reportlab.lib.units import mm

from desktop.printing.fonts import BOLD, font_of, register
from desktop.printing.formset.document import PlainCanvas
from desktop.printing.formset.measures import RED
from enforcement.values.errors import KnownError

SIDE = 42 * mm
"""Diameter; agencies of other levels have other sizes, hence a parameter of `seal_picture`."""
_MARK = "（印章）"


@dataclass(frozen=True)
class Spot:
    """The middle of a seal: page from 0, points from the lower left corner."""

    page: int
    x: float
    y: float


def seal_picture(agency: str, side: float = SIDE) -> bytes:
    """A PDF of one page without background, `side` points square: ring, star, the agency's name along the ring.

    Raises KnownError(input.invalid) for a name that is empty or too long for a ring, or a letter that no font holds.
    """
    name = agency.strip()
    if not 2 <= len(name) <= 40:
        raise KnownError("input.invalid", field="agency", why="2 to 40 letters fit on a seal")
    register()
    buffer = io.BytesIO()
    canvas = PlainCanvas(buffer, pagesize=(side, side), invariant=1)
    canvas.setStrokeColor(RED)
    canvas.setFillColor(RED)
    canvas.setBlendMode("Multiply")  # ink: what lies under it stays legible
    canvas.setLineWidth(side * 0.028)
    canvas.circle(side / 2, side / 2, side * 0.482)
    _star(canvas, side / 2, side * 0.165)
    _along(canvas, name, side)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _star(canvas: PlainCanvas, middle: float, reach: float) -> None:
    path = canvas.beginPath()
    for place in range(10):
        turn = math.pi / 2 + place * math.pi / 5
        far = reach if place % 2 == 0 else reach * 0.382
        x, y = middle + far * math.cos(turn), middle + far * math.sin(turn)
        (path.moveTo if place == 0 else path.lineTo)(x, y)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _along(canvas: PlainCanvas, name: str, side: float) -> None:
    """The letters from the lower left over the top to the lower right, their feet towards the middle."""
    span = math.radians(min(250.0, 27.0 * (len(name) - 1)))
    size = min(side * 0.125, 1.06 * span * side * 0.35 / (len(name) - 1))
    step = span / (len(name) - 1)
    for place, letter in enumerate(name):
        turn = span / 2 - place * step
        canvas.saveState()
        canvas.translate(side / 2, side / 2)
        canvas.rotate(math.degrees(turn))
        canvas.setFont(font_of(letter, BOLD), size)
        canvas.drawCentredString(0, side * 0.445 - 0.86 * size, letter)
        canvas.restoreState()


def seal_spot(pdf: bytes) -> Spot | None:
    """Between the agency's name and the day under it, where a document says （印章）; None where it does not.

    Raises KnownError(input.pdf_unreadable).
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise KnownError("input.pdf_unreadable", file="PDF", why="no PDF") from error
    try:
        for number in range(len(document) - 1, -1, -1):
            words = document[number].get_textpage()
            text = words.get_text_range()
            at = text.rfind(_MARK)
            if at >= 0:
                return _between(words, text, at, number)
        return None
    except pypdfium2.PdfiumError as error:
        raise KnownError("input.pdf_unreadable", file="PDF", why="a page is damaged") from error
    finally:
        document.close()


def _between(words: pypdfium2.PdfTextPage, text: str, at: int, page: int) -> Spot:
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    left = words.get_charbox(start)[0]
    right, low = words.get_charbox(at - 1)[2], words.get_charbox(at - 1)[1]
    after = at + len(_MARK)
    while after < len(text) and text[after].isspace():
        after += 1
    middle = low
    if after < len(text) and text[after].isdigit():  # the day
        middle = (low + words.get_charbox(after)[3]) / 2
    return Spot(page, (left + right) / 2, middle)
