"""A signature written on the screen: its strokes, and what binds them to one document, one person, one instant.

The strokes prove nothing by themselves: `HandSignature` names the digest of the pages that the person saw, and stands in an entry
that an officer's key signs. Whoever has the values makes the same pages again and compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal, NamedTuple, get_args

from enforcement.values.errors import KnownError
from enforcement.values.ids import DIGEST_BYTES, digest
from enforcement.values.shapes import Record, to_bytes

Role = Literal["party", "witness", "officer", "recorder", "interpreter", "chair", "member", "taker"]
"""Who signs: 当事人, 见证人, 执法人员, 记录人, 翻译人, 主持人, 参加人, 拍摄人."""
ROLES: frozenset[str] = frozenset(get_args(Role))

SIDE = 4095
"""The longer side of the pad in its own units."""
PRESSURE = 1023
MAX_STROKES, MAX_POINTS = 200, 4_000
MAX_MS = 10 * 60 * 1000
MAX_BYTES = 32 * 1024
LEAST_INK = SIDE // 20
"""A tap is no signature: less way than this."""
MAX_NAME = 100


class Point(NamedTuple):
    """A place of the pen: x to the right, y downward, `t` milliseconds after the first touch, pressure from 0 to 1023."""

    x: int
    y: int
    t: int
    pressure: int


class Strokes(Record):
    """The strokes on a pad of `wide` by `high` units. Each is a flat row of x, y, t, pressure: the first point as it is, every
    other as its difference from the one before, so that most numbers take one byte. `v` is 1.
    """

    v: int
    wide: int
    high: int
    rows: tuple[tuple[int, ...], ...]


class HandSignature(Record):
    """Who wrote it, in what capacity, when, and under which pages. `document` is the SHA-256 of the PDF as it was shown, without
    any signature of a hand.
    """

    role: Role
    name: str
    at: datetime
    document: bytes
    strokes: Strokes


Signed = HandSignature | Strokes | str
"""What may stand on a signature's line; text are the words for somebody who did not sign."""


def strokes_of(wide: int, high: int, lines: Sequence[Sequence[Point]]) -> Strokes:
    """Strokes as they are kept. Raises KnownError(input.signature_too_large), (input.invalid) for a tap or points off the pad."""
    kept = [line for line in lines if line]
    rows = tuple(
        tuple(number for before, point in pairwise([Point(0, 0, 0, 0), *line]) for number in _less(point, before))
        for line in kept
    )
    made = Strokes(v=1, wide=wide, high=high, rows=rows)
    check_strokes(made)
    return made


def points_of(strokes: Strokes) -> tuple[tuple[Point, ...], ...]:
    """The points of each stroke."""
    found: list[tuple[Point, ...]] = []
    for row in strokes.rows:
        line: list[Point] = []
        before = Point(0, 0, 0, 0)
        for place in range(0, len(row), 4):
            step = Point(*row[place : place + 4])
            before = Point(*(old + more for old, more in zip(before, step, strict=True)))
            line.append(before)
        found.append(tuple(line))
    return tuple(found)


def check_strokes(strokes: Strokes) -> None:
    """Raises KnownError(input.signature_too_large), or (input.invalid) for what no pad gives."""
    numbers = sum(len(row) for row in strokes.rows)
    if len(strokes.rows) > MAX_STROKES:
        raise KnownError("input.signature_too_large", why=f"{len(strokes.rows)} strokes, more than {MAX_STROKES}")
    if numbers > 4 * MAX_POINTS:
        raise KnownError("input.signature_too_large", why=f"{numbers // 4} points, more than {MAX_POINTS}")
    if strokes.v != 1 or max(strokes.wide, strokes.high) != SIDE or min(strokes.wide, strokes.high) < 1:
        raise _invalid("pad")
    if any(len(row) % 4 or not row for row in strokes.rows):
        raise _invalid("a stroke without whole points")
    ink, last = 0, 0
    for line in points_of(strokes):
        for point in line:
            on_pad = 0 <= point.x <= strokes.wide and 0 <= point.y <= strokes.high
            if not on_pad or not 0 <= point.pressure <= PRESSURE or not last <= point.t <= MAX_MS:
                raise _invalid("a point off the pad or out of time")
            last = point.t
        ink += sum(abs(b.x - a.x) + abs(b.y - a.y) for a, b in pairwise(line))
    if ink < LEAST_INK:
        raise _invalid("too little is written")
    if len(to_bytes(strokes)) > MAX_BYTES:
        raise KnownError("input.signature_too_large", why=f"more than {MAX_BYTES} bytes")


def bind(strokes: Strokes, role: Role, name: str, at: datetime, pdf: bytes) -> HandSignature:
    """The signature under the pages that were shown. Raises what `check_strokes` raises, (input.invalid) for no name."""
    made = HandSignature(role=role, name=name, at=at, document=digest(pdf), strokes=strokes)
    check_hand(made)
    return made


def check_hand(hand: HandSignature) -> None:
    """Raises KnownError(input.invalid) or (input.signature_too_large)."""
    check_strokes(hand.strokes)
    if not hand.name.strip() or len(hand.name) > MAX_NAME:
        raise KnownError("input.invalid", field="name", why="who signs has a name")
    if hand.at.tzinfo is None or len(hand.document) != DIGEST_BYTES:
        raise _invalid("instant or digest")


def is_under(hand: HandSignature, pdf: bytes) -> bool:
    """Whether it was written under these pages."""
    return hand.document == digest(pdf)


def check_signatures(form: str, signatures: Any) -> None:
    """What values carry as `signatures`: for each role a list of signatures or words. Raises KnownError(form.value) and what the
    checks of strokes raise.
    """
    if not isinstance(signatures, Mapping):
        raise KnownError("form.value", form=form, field="signatures", why="is no table of roles")
    for role, hands in signatures.items():
        if role not in ROLES or not isinstance(hands, list | tuple):
            raise KnownError("form.value", form=form, field=f"signatures.{role}", why="is no list of a known role")
        for hand in hands:
            match hand:
                case HandSignature():
                    check_hand(hand)
                case Strokes():
                    check_strokes(hand)
                case str() if 0 < len(hand) <= MAX_NAME and "\n" not in hand:
                    pass
                case _:
                    raise KnownError("form.value", form=form, field=f"signatures.{role}", why="is no signature")


def hand_at(values: Mapping[str, Any], role: str, place: int) -> Signed | None:
    """The signature of a role, counted from 0; None where there is none."""
    hands: Sequence[Signed] = values.get("signatures", {}).get(role, ()) if role else ()
    return hands[place] if place < len(hands) else None


def _less(point: Point, before: Point) -> tuple[int, int, int, int]:
    return point.x - before.x, point.y - before.y, point.t - before.t, point.pressure - before.pressure


def _invalid(why: str) -> KnownError:
    return KnownError("input.invalid", field="signature", why=why)
