"""QR codes: drawn, and read back from pictures."""

from __future__ import annotations

import io

import qrcode
import zxingcpp
from PIL import Image, UnidentifiedImageError

from enforcement.values.errors import KnownError


def qr_png(text: str) -> bytes:
    """A PNG of the code: error correction M, four modules of quiet zone, 8 pixels a module."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8, border=2)
    code.add_data(text)  # base45 is alphanumeric, which the library finds by itself
    code.make(fit=True)
    buffer = io.BytesIO()
    code.make_image().get_image().save(buffer, "PNG")
    return buffer.getvalue()


def read_codes(picture: bytes) -> tuple[str, ...]:
    """Every code in a picture; raises KnownError(notice.unreadable) when it is no picture."""
    try:
        image = Image.open(io.BytesIO(picture)).convert("L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise KnownError("notice.unreadable", why="no picture") from error
    found = zxingcpp.read_barcodes(image)
    return tuple(one.text for one in found)
