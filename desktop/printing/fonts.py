"""Fonts of the documents: embedded, subset, with a fallback for each character; never a box on the page."""

from __future__ import annotations

from xml.sax.saxutils import escape

from resources.lettering import BODY, BOLD, FILES, SANS, font_of, register

__all__ = ["BODY", "BOLD", "FILES", "SANS", "font_of", "marked", "register"]


def marked(text: str, font: str = BODY) -> str:
    """Paragraph markup in which each character stands in a font that holds it.

    Raises KnownError(input.invalid) naming a character that no font here holds: a box is never printed.
    """
    parts: list[str] = []
    run, run_font = "", font
    for char in text:
        needed = font_of(char, font)
        if needed != run_font:
            parts.append(_span(run, run_font, font))
            run, run_font = "", needed
        run += char
    parts.append(_span(run, run_font, font))
    return "".join(parts)


def _span(run: str, font: str, usual: str) -> str:
    if not run:
        return ""
    return escape(run) if font == usual else f'<font name="{font}">{escape(run)}</font>'
