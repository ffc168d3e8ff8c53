"""Content and code ride inside the PDF's own metadata stream, appended as an incremental part that readers ignore.

After the last %%EOF come two comment lines with base64: `%HZ-CONTENT` and `%HZ-CODE`,
and `%HZ-HANDS` where somebody signed on the screen. PDF readers skip what follows the
trailer's end; a verifier reads it and makes the pages again. A signature (PAdES) may be appended after them.
"""

from __future__ import annotations

import base64
import re

from enforcement.values.errors import KnownError

_CONTENT = re.compile(
    rb"%%EOF\n%HZ-CONTENT ([A-Za-z0-9+/=]+)\n%HZ-CODE ([A-Za-z0-9+/=]+)\n(?:%HZ-HANDS ([A-Za-z0-9+/=]+)\n)?"
)


def attach(pdf: bytes, content: bytes, code: str, hands: bytes = b"") -> bytes:
    """The PDF with all of it behind it."""
    lines = [(b"CONTENT", content), (b"CODE", code.encode()), *([(b"HANDS", hands)] if hands else [])]
    behind = b"".join(b"%HZ-" + name + b" " + base64.b64encode(data) + b"\n" for name, data in lines)
    return pdf.rstrip(b"\n") + b"\n" + behind


def closed(pdf: bytes) -> bytes:
    """The same document with its last `startxref` said again behind what is attached: programs that append to a PDF look for it
    in the last kilobyte only.
    """
    if _CONTENT.search(pdf) is None or b"startxref" in pdf[-100:]:
        return pdf
    start = pdf.rfind(b"startxref")
    return pdf + pdf[start : pdf.index(b"%%EOF", start)] + b"%%EOF\n"


def has_content(pdf: bytes) -> bool:
    """Whether content and code ride in it."""
    return b"\n%HZ-CONTENT " in pdf


def detach(pdf: bytes) -> tuple[bytes, str]:
    """(content, code); raises KnownError(notice.unreadable) when there are none."""
    found = _CONTENT.search(pdf)
    if found is None:
        raise KnownError("notice.unreadable", why="no content behind the pages")
    try:
        return base64.b64decode(found[1], validate=True), base64.b64decode(found[2], validate=True).decode()
    except ValueError as error:
        raise KnownError("notice.unreadable", why="damaged content") from error


def detach_hands(pdf: bytes) -> bytes:
    """What was signed by hand on the screen; empty where nothing was. Raises KnownError(notice.unreadable) when it is damaged."""
    found = _CONTENT.search(pdf)
    try:
        return base64.b64decode(found[3], validate=True) if found is not None and found[3] else b""
    except ValueError as error:
        raise KnownError("notice.unreadable", why="damaged signatures") from error
