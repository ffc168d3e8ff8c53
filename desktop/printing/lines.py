"""Line breaks of Chinese text (行首行尾禁则): no closing mark begins a line, no opening one ends it, numbers stay whole.

The typesetter lets a closing mark hang in the margin and forgets the colon; a decision keeps its margin.
"""

from __future__ import annotations

import re

from reportlab.pdfbase import pdfmetrics

from desktop.printing.fonts import font_of

NO_START = frozenset("，。、；：？！）〕】》〉」』”’％%‰℃°·…—,.;:?!)]}々")
NO_END = frozenset("（〔【《〈「『“‘([{￥$#")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./:_\-%]*|.", re.DOTALL)


def broken(text: str, width: float, size: float, font: str, indent: float = 0.0) -> list[str]:
    """Lines of at most `width` points, the first one less `indent`; joined again they are the text."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _broken(_tokens(paragraph, width, size, font), width, indent, size, font)
    return lines


def _tokens(text: str, width: float, size: float, font: str) -> list[str]:
    """Characters and whole numbers or words; one that is wider than a line is cut into characters."""
    found: list[str] = []
    for token in _TOKEN.findall(text):
        found += [token] if len(token) == 1 or _width(token, size, font) < width / 2 else list(token)
    return found


def _broken(tokens: list[str], width: float, indent: float, size: float, font: str) -> list[str]:
    lines: list[str] = []
    start, room, at, used = 0, width - indent, 0, 0.0
    while at < len(tokens):
        wide = _width(tokens[at], size, font)
        if used + wide <= room or at == start:
            used, at = used + wide, at + 1
            continue
        cut = at
        while cut > start + 1 and (tokens[cut][0] in NO_START or tokens[cut - 1][-1] in NO_END):
            cut -= 1
        if tokens[cut][0] in NO_START or tokens[cut - 1][-1] in NO_END:
            cut = at  # nothing but marks: better a mark at the edge than a text without end
        lines.append("".join(tokens[start:cut]))
        start, at, used, room = cut, cut, 0.0, width
    return [*lines, "".join(tokens[start:])]


def _width(text: str, size: float, font: str) -> float:
    return sum(float(pdfmetrics.stringWidth(char, font_of(char, font), size)) for char in text)
