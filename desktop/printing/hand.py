"""Signatures of a hand as lines on the page and as a small picture: thicker where the pen was pressed."""

from __future__ import annotations

import io
from itertools import groupby, pairwise
from typing import Any

from PIL import Image, ImageDraw
from reportlab.lib import colors

from enforcement.notices.signatures import PRESSURE, Point, Strokes, points_of

INK = colors.Color(0.07, 0.07, 0.07)
MARGIN = 0.04
SMOOTH = 4


def draw_hand(canvas: Any, strokes: Strokes, x: float, base: float, width: float, height: float) -> None:
    """Into a box of points over the baseline, as large as fits, its proportions kept, in the middle."""
    lines = points_of(strokes)
    left, top, wide, tall = _extent(lines)
    scale = min(width * (1 - 2 * MARGIN) / wide, height / tall)
    x += (width - wide * scale) / 2
    thick = min(1.5, max(0.6, height * 0.05))
    canvas.saveState()
    canvas.setStrokeColor(INK)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    for line in lines:
        placed = [(x + (p.x - left) * scale, base + (top + tall - p.y) * scale, p.pressure) for p in line]
        if len(placed) == 1:
            placed *= 2  # a dot: a line of no length with round ends
        for weight, run in groupby(pairwise(placed), lambda two: _weight(two, thick)):
            steps = list(run)
            path = canvas.beginPath()
            path.moveTo(*steps[0][0][:2])
            for _, to in steps:
                path.lineTo(*to[:2])
            canvas.setLineWidth(weight)
            canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()


def hand_png(strokes: Strokes, width: int = 480) -> bytes:
    """A picture of what was written, black on white, cut to it, `width` pixels wide."""
    lines = points_of(strokes)
    left, top, wide, tall = _extent(lines)
    full = width * SMOOTH
    scale = full * (1 - 2 * MARGIN) / wide
    edge = full * MARGIN
    picture = Image.new("L", (full, int(tall * scale + 2 * edge) + 1), 255)
    pen = ImageDraw.Draw(picture)
    thick = full / 90
    for line in lines:
        placed = [((p.x - left) * scale + edge, (p.y - top) * scale + edge, p.pressure) for p in line]
        for a, b in pairwise([placed[0], *placed]):
            weight = _weight((a, b), thick)
            pen.line((a[0], a[1], b[0], b[1]), fill=0, width=max(1, round(weight)))
            pen.ellipse((b[0] - weight / 2, b[1] - weight / 2, b[0] + weight / 2, b[1] + weight / 2), fill=0)
    small = picture.resize((width, max(1, picture.height // SMOOTH)), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "PNG")
    return buffer.getvalue()


def _extent(lines: tuple[tuple[Point, ...], ...]) -> tuple[int, int, int, int]:
    """Left, top, width and height of the ink; a single straight line has some height of its own."""
    xs, ys = [p.x for line in lines for p in line], [p.y for line in lines for p in line]
    return min(xs), min(ys), max(max(xs) - min(xs), 1), max(max(ys) - min(ys), 1)


def _weight(two: Any, thick: float) -> float:
    """From 0.6 to 1.4 of the usual, in steps, so that a run of equal ones is one path."""
    pressed = (two[0][2] + two[1][2]) / 2 / PRESSURE
    return float(round(thick * (0.6 + 0.8 * pressed), 1))
