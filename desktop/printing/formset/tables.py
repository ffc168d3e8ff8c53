"""Cells: grids of labels and values, tables whose heads are repeated. A long cell is several rows without lines between them,
so that it breaks over pages; what has no content is struck through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table

from desktop.printing.fonts import BODY, BOLD
from desktop.printing.formset.lines import Lines, Stroke, set_lines, width_of
from desktop.printing.formset.measures import INK, WIDTH, Face
from enforcement.notices.forms import Block, DocumentForm, FormField, empty, value_at
from enforcement.notices.reading import boxes, cell_words, day_words, words

PAD, GAP = 4.0, 2.6
PIECE = 6
"""Lines of one row of a long cell."""
Cell = Lines | Stroke | str
Style = tuple[Any, ...]


def grid(block: Block, form: DocumentForm, values: Mapping[str, Any], face: Face) -> list[Flowable]:
    """One table for each row of the block, so that rows may have cells of their own widths."""
    made: list[Flowable] = []
    for place, paths in enumerate(block.rows):
        widths = _widths(len(paths))
        cells: list[list[Lines | Stroke]] = []
        for index, path in enumerate(paths):
            field = form.field(path)
            cells += [
                [_label(field.label, widths[2 * index], face)],
                _value(field, value_at(values, path), widths[2 * index + 1], face),
            ]
        tall = max((block.tall.get(path, 0) for path in paths), default=0)
        made.append(_row(cells, widths, tall * mm, face, first=place == 0))
    return made


def table(field: FormField, values: Mapping[str, Any], face: Face) -> list[Flowable]:
    """A list of rows under a head that every page repeats; after the last row a struck one says that nothing follows."""
    rows = value_at(values, field.path) or []
    number = 12 * mm
    shares = sum(column.share for column in field.columns)
    widths = [number, *((WIDTH - number) * column.share / shares for column in field.columns)]
    heads = ["序号", *(column.label for column in field.columns)]
    head: list[Any] = [_label(text, width, face) for text, width in zip(heads, widths, strict=True)]
    body: list[list[Any]] = []
    rules: list[Style] = []
    for place, row in enumerate(rows, 1):
        cells: list[list[Lines | Stroke]] = [[_centred(str(place), widths[0], face)]]
        for column, width in zip(field.columns, widths[1:], strict=True):
            cells.append([_words(cell_words(column, row.get(column.id)), width, face, column.kind != "text")])
        for piece in _pieces(cells):
            body.append(piece)
        rules.append(("LINEBELOW", (0, len(body)), (-1, len(body)), 0.5, INK))
    struck = [Stroke(width - 2 * PAD, face.cell_lead) for width in widths[2:]]
    body.append([_centred("以下空白" if rows else "无", widths[0] + widths[1], face), "", *struck])
    made = Table([head, *body], colWidths=widths, repeatRows=1)
    made.setStyle(
        [
            *_frame(),
            ("LINEBELOW", (0, 0), (-1, 0), 0.5, INK),
            ("SPAN", (0, -1), (1, -1)),
            ("NOSPLIT", (0, -2), (-1, -1)),
            *rules,
        ]
    )
    return [made]


def _widths(pairs: int) -> list[float]:
    """The first label is as wide in every row, so that its edge runs down the whole table."""
    label = 28 * mm if pairs < 3 else 21 * mm
    value = (WIDTH - 28 * mm - label * (pairs - 1)) / pairs
    return [28 * mm, value, *[label, value] * (pairs - 1)]


def _row(cells: list[list[Lines | Stroke]], widths: list[float], tall: float, face: Face, *, first: bool) -> Table:
    pieces = _pieces(cells)
    heights: list[float | None] = [None] * len(pieces)
    needed = max(sum(one.height for one in cell) for cell in cells) + 2 * GAP
    if len(pieces) == 1:
        heights = [max(tall, needed)]
    made = Table(pieces, colWidths=widths, rowHeights=heights)
    above: list[Style] = [] if first else [("LINEABOVE", (0, 0), (-1, 0), 0.5, INK)]
    close: list[Style] = [("TOPPADDING", (0, 1), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -2), 0)]
    made.setStyle([*_frame(), *above, *(close if len(pieces) > 1 else [])])
    return made


def _pieces(cells: list[list[Lines | Stroke]]) -> list[list[Any]]:
    """Rows of at most PIECE lines each, when a cell has more than twice as many; else one row."""
    longest = max(len(cell[0].rows) if isinstance(cell[0], Lines) else 1 for cell in cells)
    if longest <= 2 * PIECE:
        return [list(cells)]
    pieces: list[list[Any]] = []
    for start in range(0, longest, PIECE):
        piece: list[Any] = []
        for cell in cells:
            whole = cell[0]
            rest = whole.rows[start : start + PIECE] if isinstance(whole, Lines) else []
            last = start + PIECE >= longest
            piece.append(
                [
                    *(
                        [whole.part(rest)]
                        if isinstance(whole, Lines) and rest
                        else [whole]
                        if not start and not rest
                        else []
                    ),
                    *(cell[1:] if last else []),
                ]
            )
        pieces.append(piece)
    return pieces


def _value(field: FormField, value: Any, width: float, face: Face) -> list[Lines | Stroke]:
    inner = width - 2 * PAD
    if field.kind == "opinion":
        return _opinion(value, inner, width, face)
    if empty(value) and not field.options:
        return [Stroke(inner, face.cell_lead)]
    text = _packed(boxes(field, value), inner, face) if field.options else words(field, value)
    if field.kind == "list":
        text = text.replace("；", "；\n") if len(value) > 1 else text
    return [_words(text, width, face)]


def _packed(options: str, inner: float, face: Face) -> str:
    """Options on lines that never part a box from its words."""
    lines = [""]
    for option in options.split("　"):
        longer = f"{lines[-1]}　{option}" if lines[-1] else option
        if width_of(longer, face.cell) <= inner - 1:
            lines[-1] = longer
        else:
            lines.append(option)
    return "\n".join(line for line in lines if line)


def _opinion(value: Any, inner: float, width: float, face: Face) -> list[Lines | Stroke]:
    """Words, then who signed and when at the right; nothing at all is struck through."""
    if empty(value):
        return [Stroke(inner, face.cell_lead)]
    by, on = value.get("by", ""), value.get("on", "")
    signed = f"签名：{by or '＿＿＿＿＿'}　　{day_words(on[:10]) if on else '＿＿＿年＿＿月＿＿日'}"
    size, lead = face.cell, face.cell_lead
    rows = set_lines(signed, inner, size)
    return [_words(value.get("text", ""), width, face), Lines(rows, inner, size, lead + 6, align="right")]


def _words(text: str, width: float, face: Face, centred: bool = False) -> Lines | Stroke:
    inner = width - 2 * PAD
    if not text:
        return Stroke(inner, face.cell_lead)
    rows = set_lines(text, inner, face.cell)
    return Lines(rows, inner, face.cell, face.cell_lead, align="center" if centred else "full")


def _label(text: str, width: float, face: Face) -> Lines:
    """Lines of a label are of one length: 行政机关 over 负责人意见, not six letters over three."""
    inner = width - 2 * PAD
    rows = set_lines(text, inner, face.cell, BOLD)
    if len(rows) > 1:
        even = (-(-len(text) // len(rows)) + 0.05) * face.cell
        while len(closer := set_lines(text, min(even + 0.5, inner), face.cell, BOLD)) > len(rows) and even < inner:
            even += face.cell
        rows = closer
    return Lines(rows, inner, face.cell, face.cell_lead, font=BOLD, align="center")


def _centred(text: str, width: float, face: Face) -> Lines:
    inner = width - 2 * PAD
    return Lines(set_lines(text, inner, face.cell), inner, face.cell, face.cell_lead, align="center")


def _frame() -> list[Style]:
    """Lines around and between columns, none between rows; where a page breaks a cell, both halves are closed."""
    return [
        ("FONTNAME", (0, 0), (-1, -1), BODY),
        ("BOX", (0, 0), (-1, -1), 0.5, INK),
        ("LINEBEFORE", (1, 0), (-1, -1), 0.5, INK),
        ("LINEBELOW", (0, "splitlast"), (-1, "splitlast"), 0.5, INK),
        ("LINEABOVE", (0, "splitfirst"), (-1, "splitfirst"), 0.5, INK),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), GAP),
        ("BOTTOMPADDING", (0, 0), (-1, -1), GAP),
        ("LEFTPADDING", (0, 0), (-1, -1), PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
    ]
