"""Content and code ride inside the PDF's own metadata stream, appended as an incremental part that readers ignore.

After the last %%EOF come two comment lines with base64: `%HZ-CONTENT` and `%HZ-CODE`. PDF readers skip what follows the
trailer's end; a verifier reads it and makes the pages again. A signature (PAdES) may be appended after them.
"""

from __future__ import annotations

import base64
import re

from enforcement.values.errors import KnownError

_CONTENT = re.compile(rb"%%EOF\n%HZ-CONTENT ([A-Za-z0-9+/=]+)\n%HZ-CODE ([A-Za-z0-9+/=]+)\n")


def attach(pdf: bytes, content: bytes, code: str) -> bytes:
    """The PDF with both behind it."""
    lines = (base64.b64encode(content), base64.b64encode(code.encode()))
    return pdf.rstrip(b"\n") + b"\n%HZ-CONTENT " + lines[0] + b"\n%HZ-CODE " + lines[1] + b"\n"


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
