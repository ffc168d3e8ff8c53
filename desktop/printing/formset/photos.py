"""Photo sheet: each picture with what it shows, when, where and by whom it was taken, and the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image as Pictures
from PIL import UnidentifiedImageError
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, KeepTogether, Spacer, Table

from desktop.printing.fonts import BODY, BOLD
from desktop.printing.formset.lines import Lines, Stroke, set_lines
from desktop.printing.formset.measures import INK, WIDTH, Face
from enforcement.notices.reading import minute_words
from enforcement.values.errors import KnownError

MAX_WIDE, MAX_HIGH = 150 * mm, 60 * mm
"""Two pictures with their words fill a page."""
LABEL, PAD = 24 * mm, 4.0
DOTS = 300
"""Dots an inch at most: more cannot be seen on paper and makes the file heavy."""


def photo_sheet(photos: list[Mapping[str, Any]], face: Face) -> list[Flowable]:
    """Raises KnownError(input.photo_not_image) naming the photo that is none."""
    made: list[Flowable] = []
    for number, photo in enumerate(photos, 1):
        made.append(KeepTogether([_one(number, photo, face), Spacer(1, 4 * mm)]))
    return made


def _one(number: int, photo: Mapping[str, Any], face: Face) -> Table:
    data: bytes = photo["picture"]
    at = photo.get("at", "")
    half = WIDTH / 2
    rows: list[list[Any]] = [
        [_picture(number, data), "", "", ""],
        [_label(f"照片{number}", face), _words(photo.get("caption", ""), WIDTH - LABEL, face), "", ""],
        [
            _label("拍摄时间", face),
            _words(minute_words(at) if at else "", half - LABEL, face),
            _label("拍摄人", face),
            _words(photo.get("by", ""), half - LABEL, face),
        ],
        [_label("拍摄地点", face), _words(photo.get("place", ""), WIDTH - LABEL, face), "", ""],
        [_label("SHA-256", face), _words(hashlib.sha256(data).hexdigest(), WIDTH - LABEL, face, 9.5), "", ""],
    ]
    table = Table(rows, colWidths=[LABEL, half - LABEL, LABEL, half - LABEL])
    table.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), BODY),
            ("GRID", (0, 0), (-1, -1), 0.5, INK),
            ("SPAN", (0, 0), (-1, 0)),
            *(("SPAN", (1, row), (-1, row)) for row in (1, 3, 4)),
            ("ALIGN", (0, 0), (-1, 0), "CENTER"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), PAD),
            ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return table


def _picture(number: int, data: bytes) -> Image:
    try:
        with Pictures.open(io.BytesIO(data)) as opened:
            picture = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, Pictures.DecompressionBombError, SyntaxError) as error:
        raise KnownError("input.photo_not_image", file=f"照片{number}") from error
    scale = min(MAX_WIDE / picture.width, MAX_HIGH / picture.height)
    wide, high = picture.width * scale, picture.height * scale
    picture.thumbnail((max(1, int(wide / 72 * DOTS)), max(1, int(high / 72 * DOTS))))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return Image(buffer, wide, high)


def _label(text: str, face: Face) -> Lines:
    rows = set_lines(text, LABEL - 2 * PAD, face.cell, BOLD)
    return Lines(rows, LABEL - 2 * PAD, face.cell, face.cell_lead, font=BOLD, align="center")


def _words(text: str, width: float, face: Face, size: float = 0.0) -> Flowable:
    inner = width - 2 * PAD
    if not text:
        return Stroke(inner, face.cell_lead)
    return Lines(set_lines(text, inner, size or face.cell), inner, size or face.cell, face.cell_lead)
