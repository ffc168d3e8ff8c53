"""The fonts of resources/fonts as reportlab takes them: registered once, and for each character the font that holds it."""

from __future__ import annotations

import mmap
from collections.abc import Container, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics, ttfonts

import resources
from enforcement.values.errors import KnownError

BODY, BOLD, SANS = "HzSerif", "HzSerifBold", "HzSans"
FILES = {BODY: "NotoSerifSC-Regular.ttf", BOLD: "NotoSerifSC-Bold.ttf", SANS: "NotoSansSC-Regular.ttf"}


def _to_unicode(fontname: str, subset: list[int]) -> str:
    """A ToUnicode map with UTF-16BE values. The library writes a wrong one beyond the BMP, so that 𬭎 copies out as Ⲵ."""
    lines = [f"<{place:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for place, code in enumerate(subset)]
    groups = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(group)} beginbfchar\n" + "\n".join(group) + "\nendbfchar" for group in groups)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n"
        f"<< /Registry ({fontname})\n/Ordering ({fontname})\n/Supplement 0\n>> def\n/CMapName /{fontname} def\n"
        f"/CMapType 2 def\n1 begincodespacerange\n<00> <{max(len(subset) - 1, 0):02X}>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


ttfonts.makeToUnicodeCMap = _to_unicode


class _Mapped:
    """A font file as reportlab reads one: mapped, so that of its 14 MB only what is being copied into a document is in memory."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        with open(path, "rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def read(self) -> mmap.mmap:
        return self._data

    def rest(self) -> None:
        """Nothing of it is needed in memory for now."""
        if hasattr(self._data, "madvise"):  # not on Windows
            self._data.madvise(mmap.MADV_DONTNEED)


def _font(name: str, path: Path) -> ttfonts.TTFont:
    mapped = _Mapped(path)
    font = ttfonts.TTFont(name, mapped)
    copy = font.face.makeSubset

    def make_subset(subset: Sequence[Any]) -> bytes:
        try:
            return bytes(copy(subset))
        finally:
            mapped.rest()

    font.face.makeSubset = make_subset  # type: ignore[method-assign]
    return font


@lru_cache(maxsize=1)
def register() -> dict[str, Container[int]]:
    """Register the fonts once; which characters each holds."""
    fonts = {name: _font(name, resources.path(f"fonts/{file}")) for name, file in FILES.items()}
    for font in fonts.values():
        pdfmetrics.registerFont(font)
    return {name: font.face.charToGlyph for name, font in fonts.items()}


@lru_cache(maxsize=8192)
def font_of(char: str, font: str) -> str:
    """The first font that holds a character, the usual one before others; raises KnownError(input.invalid)."""
    holds = register()
    for name in (font, *FILES):
        if ord(char) in holds[name]:
            return name
    raise KnownError("input.invalid", field="text", why=f"no font holds {char} (U+{ord(char):04X})")
