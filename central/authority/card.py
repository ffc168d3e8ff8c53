"""The two faces of a certificate's card as PDF, 85.60 x 54.00 mm (ISO/IEC 7810 ID-1), a page each.

Front: portrait, name, unit, number, and the code that proves them. Back: kind, fields, region, validity, issuer. The fine curves are
drawn, not pictures, and shift with the certificate's number: two cards never have the same ones.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import qrcode
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from central.authority.certificates import photo_path
from central.authority.office import Office
from central.authority.policy import CardRule, KindRule
from enforcement.credentials import Duty, Person, RosterIndex, require
from enforcement.credentials.card import CardClaims, make_card_code
from enforcement.values.cose import KeySigner, Signer
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from resources.lettering import BOLD, SANS, font_of, register

WIDTH, HEIGHT = 85.60, 54.00
GOLD, INK, QUIET = HexColor("#b8923a"), HexColor("#15191f"), HexColor("#5d6875")
BAND = 9.2
PHOTO = (5.0, 7.2, 25.2, 33.6)
CODE = (58.6, 4.6, 22.0)
TEXT, WIDE, NARROW = 33.4, 47.2, 24.0


@dataclass(frozen=True)
class Card:
    """What is printed. `region` is the region's name where the policy has one, `photo` a JPEG, `code` the text of the QR code."""

    person: Person
    agency: str
    unit: str
    region: str
    rule: KindRule
    words: CardRule
    photo: bytes
    code: str


def card_code(person: Person, agency: str, unit: str, issuing: Signer, at: datetime) -> str:
    """The code of somebody's card, signed now."""
    return make_card_code(
        CardClaims(
            agency, at, person.number, person.name, person.kind, unit, person.fields, person.region, person.valid_from, person.valid_to
        ),
        issuing,
    )  # fmt: skip


def issue_card(office: Office, number: str) -> bytes:
    """The card of a certificate that is in force, its code signed now.

    Raises KnownError(certificate.*) for one that is not, (input.invalid) without a portrait.
    """
    state, policy, now = office.state(), office.policy, office.clock.now()
    index = RosterIndex(msgspec.structs.replace(state.roster, issued_at=now))
    person = require(index, number, Duty(role=""), now).person
    if person is None:
        raise KnownError("certificate.unknown", number=number, name="", until="", why="not in the roster")
    agency, unit = state.roster.agency.name, state.roster.unit_name(person.unit)
    code = card_code(person, agency, unit, KeySigner(office.keys.signing("issuing")), now)
    photo = state.targets.get(photo_path(person.photo), b"")
    region = policy.regions.get(person.region, "")
    return render_card(Card(person, agency, unit, region, policy.kind(person.kind), policy.card, photo, code))


def render_card(card: Card) -> bytes:
    """Both faces. Raises KnownError(input.invalid) without a portrait or for a character that no font holds."""
    if not card.photo:
        raise KnownError("input.invalid", field="photo", why=f"{card.person.number} has no portrait yet")
    register()
    buffer = io.BytesIO()
    size = (WIDTH * mm, HEIGHT * mm)
    # the stub of the library takes the font's name for its size
    canvas = Canvas(buffer, pagesize=size, invariant=1, pageCompression=1, initialFontName=SANS)  # type: ignore[arg-type]
    canvas.setTitle(f"{card.rule.title} {card.person.number}")
    canvas.setAuthor(card.agency)
    canvas.setSubject(card.code)
    _Face(canvas, card).front()
    canvas.showPage()
    _Face(canvas, card).back()
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


class _Face:
    """One side. Positions are millimetres from the lower left corner, sizes of letters are points."""

    def __init__(self, canvas: Canvas, card: Card) -> None:
        self._canvas, self._card = canvas, card
        self._color = HexColor(card.rule.color)
        seed = digest(card.person.number.encode())
        self._phases = [byte / 255 * math.tau for byte in seed[:8]]

    def front(self) -> None:
        card, person = self._card, self._card.person
        self._ground()
        self._waves()
        self._band(card.rule.title)
        left, bottom, width, height = PHOTO
        self._canvas.setFillColor(white)
        self._canvas.rect((left - 0.6) * mm, (bottom - 0.6) * mm, (width + 1.2) * mm, (height + 1.2) * mm, 0, 1)
        picture = ImageReader(io.BytesIO(card.photo))
        self._portrait(picture, left, bottom, width, height)
        self._label("姓名", 39.4)
        self._fit(person.name, TEXT, 33.8, WIDE, BOLD, 17, 9)
        self._label("单位", 30.3)
        self._fit(card.agency, TEXT, 27.0, WIDE, SANS, 7.4, 5)
        self._fit(card.unit, TEXT, 22.4, NARROW, SANS, 7.4, 5)
        self._label("证号", 12.4)
        self._fit(person.number, TEXT, 7.6, NARROW, BOLD, 12, 6)
        self._code(*CODE)
        self._words("扫码核验", CODE[0] + CODE[2] / 2, 2.4, SANS, 4.4, QUIET, middle=True)

    def back(self) -> None:
        card, person = self._card, self._card.person
        self._ground()
        self._rosette(16.4, 29.6, 11.6)
        self._words(card.rule.title, 56.4, 43.0, BOLD, 15, self._color, middle=True, spread=2.4)
        self._fit(card.rule.english, 31.6, 39.2, 49.6, SANS, 5.4, 3.6, QUIET, middle=True)
        self._line(31.6, 37.2, 81.2)
        rows = (
            ("执法类别", "、".join(person.fields)),
            ("执法区域", f"{card.region} {person.region}".strip()),
            ("有效期限", f"{person.valid_from:%Y.%m.%d} — {person.valid_to:%Y.%m.%d}"),
            ("发证机关", card.agency),
            *((("监制机关", card.words.supervision),) if card.words.supervision else ()),
        )
        step = 22.0 / max(len(rows), 4)
        for place, (label, value) in enumerate(rows):
            y = 32.6 - place * step
            self._words(label, 31.6, y, SANS, 5.6, QUIET)
            self._fit(value, 43.6, y, 37.8, SANS, 7, 4)
        self._canvas.setFillColor(self._color)
        self._canvas.rect(0, 0, WIDTH * mm, 8.6 * mm, 0, 1)
        self._canvas.setFillColor(GOLD)
        self._canvas.rect(0, 8.6 * mm, WIDTH * mm, 0.35 * mm, 0, 1)
        for place, note in enumerate(card.words.notes[:2]):
            self._fit(note, 5.0, 5.0 - place * 3.0, 75.6, SANS, 5.2, 3.6, white)

    def _ground(self) -> None:
        self._canvas.setFillColor(white)
        self._canvas.rect(0, 0, WIDTH * mm, HEIGHT * mm, 0, 1)

    def _band(self, title: str) -> None:
        self._canvas.setFillColor(self._color)
        self._canvas.rect(0, (HEIGHT - BAND) * mm, WIDTH * mm, BAND * mm, 0, 1)
        self._canvas.setFillColor(GOLD)
        self._canvas.rect(0, (HEIGHT - BAND - 0.45) * mm, WIDTH * mm, 0.45 * mm, 0, 1)
        self._words(title, 5.0, HEIGHT - 6.6, BOLD, 14, white, spread=3)
        self._canvas.setFillColor(white)
        self._fit(self._card.rule.english, 42.0, HEIGHT - 5.9, 38.6, SANS, 4.4, 3, Color(1, 1, 1, 0.8), right=True)

    def _portrait(self, picture: ImageReader, left: float, bottom: float, width: float, height: float) -> None:
        """The middle of the picture, filling the frame."""
        wide, high = picture.getSize()
        scale = max(width / wide, height / high)
        canvas = self._canvas
        canvas.saveState()
        frame = canvas.beginPath()
        frame.rect(left * mm, bottom * mm, width * mm, height * mm)
        canvas.clipPath(frame, stroke=0, fill=0)
        x, y = left - (wide * scale - width) / 2, bottom - (high * scale - height) / 2
        canvas.drawImage(picture, x * mm, y * mm, wide * scale * mm, high * scale * mm)
        canvas.restoreState()
        canvas.setStrokeColor(self._color)
        canvas.setLineWidth(0.5)
        canvas.rect(left * mm, bottom * mm, width * mm, height * mm, 1, 0)

    def _code(self, left: float, bottom: float, size: float) -> None:
        """The code as squares on white, with a quiet zone of two modules."""
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=2)
        code.add_data(self._card.code)
        code.make(fit=True)
        rows = code.get_matrix()
        step = size / len(rows)
        canvas = self._canvas
        canvas.setFillColor(white)
        canvas.rect(left * mm, bottom * mm, size * mm, size * mm, 0, 1)
        path = canvas.beginPath()
        for down, row in enumerate(rows):
            start = None
            for across, dark in enumerate([*row, False]):
                if dark and start is None:
                    start = across
                elif not dark and start is not None:
                    y = bottom + size - (down + 1) * step
                    path.rect((left + start * step) * mm, y * mm, (across - start) * step * mm, step * mm)
                    start = None
        canvas.setFillColor(INK)
        canvas.drawPath(path, stroke=0, fill=1)

    def _waves(self) -> None:
        """Two families of sines over the whole face, lighter than any letter."""
        a, b, c, d, *_ = self._phases
        blue, gold = [], []
        for line in range(34):
            share = line / 33
            blue.append([
                (x, 2 + 40 * share + 3.2 * math.sin(x / 9.5 + a + 2.2 * share) + 2.1 * math.sin(x / 4.7 + b - 3 * share))
                for x in _steps(-1, WIDTH + 1, 0.9)
            ])  # fmt: skip
            gold.append([
                (x, 2 + 40 * share + 3.4 * math.sin(x / 12.5 + c - 2.6 * share) - 2.2 * math.sin(x / 6.1 + d + 2 * share))
                for x in _steps(-1, WIDTH + 1, 0.9)
            ])  # fmt: skip
        self._curves(blue, self._color, 0.15)
        self._curves(gold, GOLD, 0.2)

    def _rosette(self, x: float, y: float, radius: float) -> None:
        """A rosette of turned curves: the place where an agency's stock has its emblem."""
        a, b, *_ = self._phases
        turns = 12 + int(self._phases[2] / math.tau * 6)
        rings = (
            (1.0, 0.13, 0.42, self._color),
            (0.78, 0.16, 0.6, GOLD),
            (0.6, 0.2, 0.55, self._color),
            (0.36, 0.4, 0.45, self._color),
        )
        for part, (share, depth, tone, color) in enumerate(rings):
            curves = []
            for line in range(10):
                shift = line * math.tau / 10 / turns + (a if part % 2 else b)
                curves.append([
                    (x + r * math.cos(t), y + r * math.sin(t))
                    for t in _steps(0, math.tau, math.tau / 240)
                    for r in [radius * share * (1 - depth + depth * math.cos(turns * (t + shift)))]
                ])  # fmt: skip
            self._curves(curves, color, tone)

    def _curves(self, curves: Sequence[Sequence[tuple[float, float]]], color: Color, tone: float) -> None:
        canvas = self._canvas
        canvas.saveState()
        shade = [1 - tone * (1 - part) for part in (color.red, color.green, color.blue)]
        canvas.setStrokeColorRGB(*shade)
        canvas.setLineWidth(0.22)
        for curve in curves:
            path = canvas.beginPath()
            (x, y), *rest = curve
            path.moveTo(x * mm, y * mm)
            for x, y in rest:
                path.lineTo(x * mm, y * mm)
            canvas.drawPath(path, stroke=1, fill=0)
        canvas.restoreState()

    def _line(self, left: float, y: float, right: float) -> None:
        self._canvas.setStrokeColor(GOLD)
        self._canvas.setLineWidth(0.5)
        self._canvas.line(left * mm, y * mm, right * mm, y * mm)

    def _label(self, text: str, y: float) -> None:
        self._words(text, TEXT, y, SANS, 4.8, QUIET)

    def _fit(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        font: str,
        size: float,
        least: float,
        color: Color = INK,
        *,
        middle: bool = False,
        right: bool = False,
    ) -> None:
        """In one line as large as it goes, or in two of the least size."""
        while size > least and _width(text, font, size) > width * mm:
            size -= 0.2
        if _width(text, font, size) <= width * mm:
            start = x + width / 2 if middle else x + width - _width(text, font, size) / mm if right else x
            self._words(text, start, y, font, size, color, middle=middle)
            return
        first = _cut(text, font, size, width * mm)
        self._words(first, x, y + size * 0.42, font, size, color)
        rest = text[len(first) :]
        while _width(rest, font, size) > width * mm:
            size -= 0.2
        self._words(rest, x, y - size * 0.02, font, size, color)

    def _words(
        self,
        text: str,
        x: float,
        y: float,
        font: str,
        size: float,
        color: Color,
        *,
        middle: bool = False,
        spread: float = 0.0,
    ) -> None:
        """Each character in a font that holds it."""
        total = _width(text, font, size) + spread * max(len(text) - 1, 0)
        left = x * mm - total / 2 if middle else x * mm
        canvas = self._canvas
        for run, used in _runs(text, font):
            made = canvas.beginText(left, y * mm)
            made.setFont(used, size)
            made.setFillColor(color)
            made.setCharSpace(spread)
            made.textOut(run)
            canvas.drawText(made)
            left += pdfmetrics.stringWidth(run, used, size) + spread * len(run)


def _runs(text: str, font: str) -> list[tuple[str, str]]:
    runs: list[tuple[str, str]] = []
    for char in text:
        used = font_of(char, font)
        if runs and runs[-1][1] == used:
            runs[-1] = (runs[-1][0] + char, used)
        else:
            runs.append((char, used))
    return runs


def _width(text: str, font: str, size: float) -> float:
    return float(sum(pdfmetrics.stringWidth(run, used, size) for run, used in _runs(text, font)))


def _cut(text: str, font: str, size: float, width: float) -> str:
    end = len(text)
    while end > 1 and _width(text[:end], font, size) > width:
        end -= 1
    return text[:end]


def _steps(start: float, end: float, step: float) -> list[float]:
    return [start + step * place for place in range(int((end - start) / step) + 2)]
