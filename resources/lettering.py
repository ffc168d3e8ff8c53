"""The fonts of resources/fonts as reportlab takes them: registered once, and for each character the font that holds it."""

from __future__ import annotations

from functools import lru_cache

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


@lru_cache(maxsize=1)
def register() -> dict[str, frozenset[int]]:
    """Register the fonts once; which characters each holds."""
    holds: dict[str, frozenset[int]] = {}
    for name, file in FILES.items():
        font = ttfonts.TTFont(name, str(resources.path(f"fonts/{file}")))
        pdfmetrics.registerFont(font)
        holds[name] = frozenset(font.face.charToGlyph)
    return holds


@lru_cache(maxsize=8192)
def font_of(char: str, font: str) -> str:
    """The first font that holds a character, the usual one before others; raises KnownError(input.invalid)."""
    holds = register()
    for name in (font, *FILES):
        if ord(char) in holds[name]:
            return name
    raise KnownError("input.invalid", field="text", why=f"no font holds {char} (U+{ord(char):04X})")
