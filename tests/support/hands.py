"""Signatures as a pad gives them: two letters and a flourish."""

import math
from datetime import UTC, datetime

from enforcement.notices.signatures import SIDE, Point, bind, strokes_of

AT = datetime(2026, 3, 4, 6, 50, tzinfo=UTC)
HIGH = 1500


def strokes(seed=1):
    lines, t = [], 0
    for number in range(6):
        line = []
        for step in range(40):
            turn = step / 39 * math.pi * (1 + (seed + number) % 3)
            x = 400 + 520 * number + 300 * math.sin(turn * 1.3) + 60 * step / 39 * seed
            y = HIGH / 2 + 420 * math.cos(turn + seed) * (1 - number / 14)
            t += 8
            line.append(Point(min(SIDE, max(0, round(x))), round(y), t, 300 + 12 * step))
        lines.append(line)
        t += 90
    return strokes_of(SIDE, HIGH, lines)


def hand(role, name, pdf, seed=1, at=AT):
    return bind(strokes(seed), role, name, at, pdf)
