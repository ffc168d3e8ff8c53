"""What is laid over a page (a signature's seal, a remark) drawn into the page itself, so that a copy without forms still shows it."""

from __future__ import annotations

from typing import Any

from pypdf import PageObject, PdfWriter, Transformation
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    NameObject,
    StreamObject,
)

HIDDEN = 2 | 32
"""Bits of an annotation that keep it from being seen (ISO 32000-1 12.5.3: hidden, no view)."""


def flatten(writer: PdfWriter, page: PageObject) -> None:
    """Draw every visible annotation that has an appearance, then take all annotations from the page."""
    marks = page.pop("/Annots", None)
    if marks is None:
        return
    drawn: list[bytes] = []
    for place, mark in enumerate(marks.get_object()):
        found = _appearance(mark.get_object())
        if found is not None:
            look, matrix = found
            name = f"/HzMark{place}"
            _forms(page)[NameObject(name)] = writer._add_object(look)
            drawn.append(("q " + " ".join(f"{one:.5f}" for one in matrix) + f" cm {name} Do Q\n").encode())
    if drawn:
        # the page's own operators may leave the coordinates turned: they are kept between q and Q
        stream = StreamObject()
        own = page.get_contents()
        stream.set_data(b"q\n" + (b"" if own is None else own.get_data()) + b"\nQ\n" + b"".join(drawn))
        page[NameObject("/Contents")] = writer._add_object(ContentStream(stream, writer).flate_encode())


def _forms(page: PageObject) -> Any:
    resources: Any = page.setdefault(NameObject("/Resources"), DictionaryObject()).get_object()
    return resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()


def _appearance(mark: Any) -> tuple[StreamObject, tuple[float, ...]] | None:
    """The appearance and where it goes (ISO 32000-1 12.5.5, algorithm 8)."""
    if int(mark.get("/F", 0)) & HIDDEN or mark.get("/Subtype") == "/Popup":
        return None
    looks = mark.get("/AP", {}).get_object() if "/AP" in mark else {}
    look: Any = looks["/N"].get_object() if "/N" in looks else None
    if isinstance(look, DictionaryObject) and not isinstance(look, StreamObject):
        state = str(mark.get("/AS", "/Off"))
        look = look[state].get_object() if state in look else None
    if not isinstance(look, StreamObject):
        return None
    rect = sorted(float(one) for one in mark["/Rect"][0::2]) + sorted(float(one) for one in mark["/Rect"][1::2])
    left, right, low, high = rect
    box = [float(one) for one in look.get("/BBox", ArrayObject())]
    own = Transformation(tuple(float(one) for one in look.get("/Matrix", (1, 0, 0, 1, 0, 0))))  # type: ignore[arg-type]
    if len(box) != 4 or right <= left or high <= low:
        return None
    corners = [own.apply_on((x, y)) for x in (box[0], box[2]) for y in (box[1], box[3])]
    x0, x1 = min(x for x, _ in corners), max(x for x, _ in corners)
    y0, y1 = min(y for _, y in corners), max(y for _, y in corners)
    if x1 <= x0 or y1 <= y0:
        return None
    wide, tall = (right - left) / (x1 - x0), (high - low) / (y1 - y0)
    return look, (wide, 0.0, 0.0, tall, left - x0 * wide, low - y0 * tall)
