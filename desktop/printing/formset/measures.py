"""Measures of the pages (GB/T 9704-2012): type area, sizes of letters by kind of page, colours."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib import colors
from reportlab.lib.units import mm

from desktop.printing.hand import INK
from desktop.printing.pages import HEIGHT, LEFT, LINE, RED, TOP, WIDTH

__all__ = [
    "HEIGHT",
    "INK",
    "LEFT",
    "LETTER",
    "LINE",
    "PALE",
    "RECORD",
    "RED",
    "RULE",
    "SHEET",
    "SIGN_ROOM",
    "TOP",
    "WIDTH",
    "Face",
]

RULE = colors.Color(0.72, 0.72, 0.72)
PALE = colors.Color(0.86, 0.86, 0.86)
SIGN_ROOM = 17 * mm
"""What a record leaves inside the type area for the signatures at each page's foot."""


@dataclass(frozen=True)
class Face:
    """Size and lead of running text and of cells, in points."""

    size: float
    lead: float
    cell: float
    cell_lead: float


LETTER = Face(15.75, HEIGHT / 22, 12, 19)
"""3号 as 28 letters in 156 mm, 22 lines in 225 mm."""
SHEET = Face(12, 20, 11, 16)
RECORD = Face(12, 24, 11, 17)
