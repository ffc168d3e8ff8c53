"""A strip of paper for field printers: 80 mm wide, 72 mm of it printed, 8 dots a millimetre; drawn as a picture of black and white.

Thermal printers have no fonts for Chinese names; a picture has those of the program, and comes out the same on every make.
"""

from __future__ import annotations

from functools import lru_cache

import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.exceptions import DataOverflowError

import resources
from desktop.printing.fonts import BODY, BOLD, FILES, font_of, register
from desktop.printing.lines import broken
from enforcement.values.errors import KnownError

WIDTH = 576
"""Dots a line: 203 dots an inch over 72 mm."""
EDGE = 8
MAX_HEIGHT = 80_000
"""Dots: ten metres of paper."""
MOST_MODULE = 6
"""Dots a module of a code: more only wastes paper. The largest code there is, 177 modules and its margin, has 3, which is what a
phone still reads from thermal paper.
"""
QUIET = 4


class Strip:
    """Pieces under each other. `words` are all texts in their order."""

    def __init__(self) -> None:
        register()
        self._pieces: list[Image.Image] = []
        self.words: list[str] = []

    def text(
        self, text: str, size: int = 24, *, bold: bool = False, align: str = "left", indent: int = 0, lead: float = 1.4
    ) -> None:
        """Words over as many lines as they need; raises KnownError(input.invalid) for a letter that no font holds."""
        if not text:
            return
        self.words.append(text)
        # the wide sign, which no line break parts from its sum
        for paragraph in text.replace("¥", "￥").split("\n"):
            self._paragraph(paragraph, size, BOLD if bold else BODY, align, indent, round(size * lead))

    def _paragraph(self, text: str, size: int, font: str, align: str, indent: int, high: int) -> None:
        room = WIDTH - 2 * EDGE
        for number, line in enumerate(broken(text, room, size, font, indent * size)):
            piece = _blank(high)
            draw = ImageDraw.Draw(piece)
            wide = sum(_face(font_of(char, font), size).getlength(char) for char in line)
            start = EDGE + (indent * size if number == 0 and align == "left" else 0)
            x = start + (room - wide if align == "right" else (room - wide) / 2 if align == "center" else 0)
            for char in line:
                face = _face(font_of(char, font), size)
                draw.text((x, high / 2 + size * 0.36), char, font=face, fill=0, anchor="ls")
                x += face.getlength(char)
            self._pieces.append(piece)

    def rule(self, *, dashed: bool = False) -> None:
        """A line over the whole width."""
        piece = _blank(14)
        draw = ImageDraw.Draw(piece)
        for x in range(EDGE, WIDTH - EDGE, 16) if dashed else (EDGE,):
            draw.line((x, 7, x + 8 if dashed else WIDTH - EDGE, 7), fill=0, width=2)
        self._pieces.append(piece)

    def gap(self, dots: int) -> None:
        """Free paper."""
        self._pieces.append(_blank(dots))

    def signing(self, label: str, height: int = 72) -> None:
        """A label, and a line behind it with room above for a hand."""
        self.words.append(label)
        piece = _blank(height)
        draw = ImageDraw.Draw(piece)
        x: float = EDGE
        for char in label:
            face = _face(font_of(char, BODY), 24)
            draw.text((x, height - 12), char, font=face, fill=0, anchor="ls")
            x += face.getlength(char)
        draw.line((x + 4, height - 8, WIDTH - EDGE, height - 8), fill=0, width=2)
        self._pieces.append(piece)

    def picture(self, picture: Image.Image, wide: int = WIDTH - 2 * EDGE) -> None:
        """A photograph or a signature in dots, in the middle."""
        grey = picture.convert("L")
        high = max(1, round(grey.height * wide / grey.width))
        dots = grey.resize((wide, high), Image.Resampling.LANCZOS).convert("1").convert("L")
        piece = _blank(high)
        piece.paste(dots, ((WIDTH - wide) // 2, 0))
        self._pieces.append(piece)

    def code(self, text: str) -> None:
        """A QR code, each module as many whole dots as fit. Raises KnownError(input.invalid) for a text too long for a code."""
        made = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET)
        made.add_data(text)
        try:
            made.make(fit=True)
        except (DataOverflowError, ValueError) as error:  # the library says either for a text that no code holds
            raise KnownError("input.invalid", field="code", why=f"{len(text)} letters are too many") from error
        made.box_size = min(MOST_MODULE, WIDTH // (made.modules_count + 2 * QUIET))
        picture = made.make_image().get_image().convert("L")
        piece = _blank(picture.height)
        piece.paste(picture, ((WIDTH - picture.width) // 2, 0))
        self._pieces.append(piece)

    def image(self) -> Image.Image:
        """Everything, one bit a dot, 0 is black. Raises KnownError(input.invalid) for more than ten metres."""
        high = sum(piece.height for piece in self._pieces)
        if high > MAX_HEIGHT:
            raise KnownError("input.invalid", field="receipt", why=f"{high // 8} mm are too long for a roll")
        whole = _blank(max(high, 1))
        top = 0
        for piece in self._pieces:
            whole.paste(piece, (0, top))
            top += piece.height
        # a threshold, not a raster: thin strokes of small letters stay whole
        return whole.point(lambda grey: 255 if grey > 150 else 0).convert("1")


def _blank(high: int) -> Image.Image:
    return Image.new("L", (WIDTH, high), 255)


@lru_cache(maxsize=32)
def _face(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resources.path(f"fonts/{FILES[name]}")), size)
