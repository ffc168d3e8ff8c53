"""A run of set lines: justified, broken by Chinese rules, each letter in a font that holds it, ruled where a record asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import Flowable

from desktop.printing.fonts import BODY, font_of
from desktop.printing.formset.measures import INK, RULE
from desktop.printing.hand import draw_hand
from desktop.printing.lines import broken
from enforcement.notices.reading import SIGN
from enforcement.notices.signatures import Strokes

Align = Literal["left", "center", "right", "full"]
_SLOT = re.compile(f"(?<!＿){SIGN}(?!＿)")
_ASCENT = 0.86
"""Where the baseline of a Chinese letter lies under the top of its square."""
HAND = 0.86
"""Height of a signature as a share of the lead: it may touch the line above, as pens do."""
_MOST_SPACE = 0.12
"""Space that justifying may add between two letters, as a share of the size: a line that needs more stays ragged."""


@dataclass(frozen=True)
class Set:
    """One line of words, as broken; `hands` are signatures with the place of the letter where each begins."""

    text: str
    indent: float
    last: bool
    hands: tuple[tuple[int, Strokes], ...] = ()


def set_lines(text: str, width: float, size: float, font: str = BODY, indent: float = 0.0) -> list[Set]:
    """Paragraphs (by newline) as lines of at most `width` points; raises KnownError(input.invalid) for a letter no font holds."""
    found: list[Set] = []
    for paragraph in text.replace("\r", "").replace("\t", "　").split("\n"):
        rows = broken(paragraph, width - 0.5, size, font, indent)
        found += [Set(row, 0.0 if place else indent, place == len(rows) - 1) for place, row in enumerate(rows)]
    return found


def with_hands(rows: list[Set], hands: list[Strokes | None]) -> list[Set]:
    """Set lines with the strokes for the signature lines among their letters, in order."""
    text = "".join(row.text + ("\n" if row.last else "") for row in rows)
    wanted = [(found.start(), hand) for found, hand in zip(_SLOT.finditer(text), hands, strict=True) if hand]
    made: list[Set] = []
    start = 0
    for row in rows:
        end = start + len(row.text)
        here = tuple((at - start, hand) for at, hand in wanted if start <= at < end)
        made.append(replace(row, hands=here) if here else row)
        start = end + (1 if row.last else 0)
    return made


def width_of(text: str, size: float, font: str = BODY) -> float:
    """Points that a text is wide on one line."""
    return sum(float(pdfmetrics.stringWidth(char, font_of(char, font), size)) for char in text)


class Lines(Flowable):
    """Lines of one size; splits between any two of them."""

    def __init__(
        self,
        rows: list[Set],
        width: float,
        size: float,
        lead: float,
        *,
        font: str = BODY,
        align: Align = "full",
        ruled: bool = False,
        color: Any = INK,
    ) -> None:
        super().__init__()
        self.rows, self.width, self.size, self.lead = rows, width, size, lead
        self.font, self.align, self.ruled, self.color = font, align, ruled, color
        self.height = lead * len(rows)

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def split(self, _: float, room: float) -> list[Flowable]:
        fit = int((room + 0.01) // self.lead)
        if fit < 1 or fit >= len(self.rows):
            return []
        return list(self.cut(fit))

    def cut(self, first: int) -> tuple[Lines, Lines]:
        """The first lines and the others."""
        return self.part(self.rows[:first]), self.part(self.rows[first:])

    def part(self, rows: list[Set]) -> Lines:
        """The same setting for other lines."""
        return Lines(
            rows, self.width, self.size, self.lead, font=self.font, align=self.align, ruled=self.ruled, color=self.color
        )

    def draw(self) -> None:
        canvas = self.canv
        for place, row in enumerate(self.rows):
            top = self.height - place * self.lead
            if self.ruled:
                canvas.setStrokeColor(RULE)
                canvas.setLineWidth(0.4)
                canvas.line(0, top - self.lead + 1, self.width, top - self.lead + 1)
            if row.text:
                self._words(row, top - (self.lead - self.size) / 2 - _ASCENT * self.size)

    def _words(self, row: Set, base: float) -> None:
        runs = [("".join(part), name) for name, part in groupby(row.text, lambda char: font_of(char, self.font))]
        natural = width_of(row.text, self.size, self.font)
        spare, start, space = self.width - row.indent - natural, row.indent, 0.0
        if self.align in ("center", "right"):
            start += max(spare, 0.0) / (2 if self.align == "center" else 1)
        elif self.align == "full" and not row.last and len(row.text) > 1:
            even = spare / (len(row.text) - 1)
            space = even if 0 < even <= self.size * _MOST_SPACE else 0.0
        words = self.canv.beginText(start, base)
        words.setFillColor(self.color)
        words.setCharSpace(space)
        for text, name in runs:
            words.setFont(name, self.size)
            words.textOut(text)
        words.setCharSpace(0)
        self.canv.drawText(words)
        for at, hand in row.hands:
            x = start + width_of(row.text[:at], self.size, self.font) + at * space
            room = min(len(SIGN) * (self.size + space), self.width - x)
            draw_hand(self.canv, hand, x, base - 0.1 * self.size, room, HAND * self.lead)


class Stroke(Flowable):
    """The line drawn through what has no content."""

    def __init__(self, width: float, lead: float) -> None:
        super().__init__()
        self.width, self.height = width, lead

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.6)
        self.canv.line(self.width * 0.06, self.height * 0.45, self.width * 0.94, self.height * 0.45)


class Rule(Flowable):
    """A line as wide as the type area, 4 mm under what stands above it."""

    def __init__(self, width: float, color: Any, weight: float, above: float) -> None:
        super().__init__()
        self.width, self.height, self._color, self._weight = width, above, color, weight

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(self._color)
        self.canv.setLineWidth(self._weight)
        self.canv.line(0, 0, self.width, 0)
