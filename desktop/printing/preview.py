"""Preview is the PDF itself, as pictures."""

from __future__ import annotations

import io

import pypdfium2

from enforcement.values.errors import KnownError


def page_images(pdf: bytes, dpi: int = 110) -> list[bytes]:
    """Each page as PNG; raises KnownError(notice.unreadable)."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise KnownError("notice.unreadable", why="no PDF") from error
    try:
        pictures: list[bytes] = []
        for page in document:
            buffer = io.BytesIO()
            page.render(scale=dpi / 72).to_pil().save(buffer, "PNG")
            pictures.append(buffer.getvalue())
        return pictures
    finally:
        document.close()
