"""A published table (序号, 违法行为, 法律依据, 违法情节, 裁量阶次, 处罚标准) as a source whose every reading waits to be confirmed.

Nothing is guessed in silence: conditions, sums and ranges that were read out of words stand beside those words and are marked as
proposed; what could not be read is left out, and the build then names the cell that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from pypinyin import Style, lazy_pinyin

from enforcement.authoring.conditions import Ends, Vocabulary, propose, read_sums
from enforcement.authoring.lint import WAITS
from enforcement.authoring.numerals import plain
from enforcement.authoring.source import PackSource, Source
from enforcement.rules.citations import citations
from enforcement.values.errors import KnownError

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "row": ("序号", "编号", "项目序号"),
    "title": ("违法行为", "案由", "违法行为名称", "处罚事项", "行政处罚事项"),
    "basis": ("法律依据", "处罚依据", "法律法规依据", "依据"),
    "words": ("违法情节", "适用情形", "情形", "情节", "适用条件", "裁量因素", "具体情形", "违法情形"),
    "label": ("裁量阶次", "阶次", "违法程度", "裁量档次", "档次", "等级"),
    "standard": ("处罚标准", "裁量标准", "裁量幅度", "处罚幅度", "具体标准", "处罚裁量标准", "罚款标准"),
}
NEEDED = ("title", "words", "standard")
SCAN_ROWS = 15


@dataclass(frozen=True)
class Frame:
    """What a published table does not say: the head of the pack that is made of it."""

    id: str
    agency: str
    valid_from: date
    field: str
    title: str = ""
    version: str = "1"
    ends: Ends = "both"
    step: int = 50


@dataclass
class _Places:
    sheet: str
    columns: Mapping[str, int]
    rows: dict[str, str] = field(default_factory=dict)

    def where(self, path: str, key: str = "") -> str:
        while path not in self.rows and path:
            path, _, last = path.rpartition(".")
            key = key or last.split("[")[0]
        column = self.columns.get(_COLUMN_OF.get(key, "words"), 1)
        return f"{self.sheet}!{get_column_letter(column)}{self.rows.get(path, '1')}"


_COLUMN_OF = {
    "title": "title", "statute": "basis", "forbids": "basis", "punishes": "basis", "statute_ranges_yuan": "basis", "statute_version": "basis",
    "label": "label", "bands_yuan": "standard", "standard": "standard", "row": "row", "id": "words", "any_of": "words", "words": "words",
}  # fmt: skip
"""Which column of the published table a key was read from."""


def read_published(book: Workbook, frame: Frame) -> PackSource:
    """The tables of a published layout; raises KnownError(rules.pack_invalid) when no sheet has its headings."""
    sheet, header, columns = _find(book)
    filled = _filled(sheet)
    groups: dict[str, list[int]] = {}
    last = ""
    for row in range(header + 1, sheet.max_row + 1):
        title = _text(filled(row, columns["title"]))
        words = _text(filled(row, columns["words"])) or _text(filled(row, columns["standard"]))
        if not words:
            continue
        last = plain(title) or last
        if not last:
            raise KnownError("rules.pack_invalid", where=f"{sheet.title}!{header + 1}", why="没有写明违法行为")
        groups.setdefault(last, []).append(row)
    if not groups:
        raise KnownError("rules.pack_invalid", where=sheet.title, why="表头下没有内容")
    places = _Places(sheet.title, columns)
    statutes: dict[str, dict[str, Any]] = {}
    violations: list[Source] = []
    taken: set[str] = set()
    for number, (title, rows) in enumerate(groups.items(), 1):
        made = _Violation(title, frame, places, f"violations[{number}]")
        table = made.table([{k: _text(filled(r, c)) for k, c in columns.items()} | {"at": str(r)} for r in rows], taken)
        made.statute(statutes)
        places.rows[made.path] = str(rows[0])
        violations.append(Source(made.path, f"violations {table['id']}", table, places))
    head = _head(frame, book, sheet, header)
    sources = [Source(f"statutes.{name}", f"statute {name}", table, places) for name, table in statutes.items()]
    return PackSource(Source("", "", head, places), sources, violations)


def _find(book: Workbook) -> tuple[Worksheet, int, dict[str, int]]:
    for sheet in book.worksheets:
        for row in range(1, min(sheet.max_row, SCAN_ROWS) + 1):
            columns: dict[str, int] = {}
            for column in range(1, sheet.max_column + 1):
                heading = plain(_text(sheet.cell(row, column).value))
                for key, names in HEADINGS.items():
                    if heading in names and key not in columns:
                        columns[key] = column
            if all(key in columns for key in NEEDED):
                return sheet, row, columns
    wanted = "、".join(HEADINGS[key][0] for key in NEEDED)
    raise KnownError("rules.pack_invalid", where=book.sheetnames[0], why=f"前 {SCAN_ROWS} 行里没有表头（{wanted}）")


def _filled(sheet: Worksheet) -> Any:
    """Cells as they look: a merged area shows its first value in every cell."""
    first: dict[tuple[int, int], tuple[int, int]] = {}
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                first[row, column] = (area.min_row, area.min_col)

    def value(row: int, column: int) -> Any:
        return sheet.cell(*first.get((row, column), (row, column))).value

    return value


class _Violation:
    """One violation of the table, with the facts that its words name."""

    def __init__(self, title: str, frame: Frame, places: _Places, path: str) -> None:
        self.title, self.frame, self.places, self.path = title, frame, places, path
        self.words = Vocabulary()
        self._basis = ""

    def table(self, rows: Sequence[Mapping[str, str]], taken: set[str]) -> dict[str, Any]:
        self._basis = next((row["basis"] for row in rows if row.get("basis")), "")
        number = next((row["row"] for row in rows if row.get("row")), "")
        cited = citations(self._basis)
        punishes = "".join(cited[-1]) if cited else ""
        version: dict[str, Any] = {
            "valid_from": self.frame.valid_from.isoformat(),
            "statute_version": WAITS,
            "forbids": "；".join("".join(one) for one in cited[:-1] or cited) or WAITS,
            "punishes": punishes or WAITS,
            "row": f"第{number}项" if number else WAITS,
        }
        ranges = read_sums(self._basis, self.frame.ends, self.words)
        tiers, circumstances = self._rows(rows)
        if ranges:
            version["statute_ranges_yuan"] = ranges
        version["tiers"] = tiers
        if circumstances:
            version["circumstances"] = circumstances
        return {
            "id": _slug(self.title, taken),
            "title": self.title,
            "field": self.frame.field,
            "statute": _initials(cited[-1].title) if cited else WAITS,
            "correction": f"责令改正（{WAITS}）",
            "status": "unverified",
            "source": f"导入自公布的裁量基准，待核对：{self._basis}"[:400],
            "facts": list(self.words.facts.values()),
            "versions": [version],
        }

    def _rows(self, rows: Sequence[Mapping[str, str]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        tiers: list[dict[str, Any]] = []
        circumstances: list[dict[str, Any]] = []
        for row in rows:
            groups = propose(row["words"], self.words, self.frame.ends)
            label = row.get("label") or f"第{len(tiers) + 1}档"
            if "不予" in label or re.fullmatch(r".*不予.*处罚.*", plain(row["standard"])):
                for group in groups:
                    one = {
                        "id": f"exempt{len(circumstances) + 1}",
                        "effect": "exempt",
                        "must": "可以" not in row["standard"],
                    }
                    one |= {"label": row["words"], "basis": "行政处罚法第三十三条", "all_of": group, "proposed": True}
                    circumstances.append(one)
                    self.places.rows[f"{self.path}.versions[1].circumstances[{len(circumstances)}]"] = row["at"]
                continue
            tier: dict[str, Any] = {
                "id": f"t{len(tiers) + 1}",
                "label": label,
                "words": row["words"],
                "standard": row["standard"],
            }
            sums = read_sums(row["standard"], self.frame.ends, self.words)
            if sums:
                tier["bands_yuan"] = sums
            if groups:
                tier["any_of"] = groups
            tiers.append(tier | {"proposed": True})
            self.places.rows[f"{self.path}.versions[1].tiers[{len(tiers)}]"] = row["at"]
        return tiers, circumstances

    def statute(self, statutes: dict[str, dict[str, Any]]) -> None:
        """The statutes that the basis cites, their articles to be summarised by a person."""
        for one in citations(self._basis):
            name = _initials(one.title)
            level = "law" if one.title.endswith("法") else "regulation" if one.title.endswith("条例") else "rule"
            start = self.frame.valid_from.isoformat()
            version = {"version": WAITS, "valid_from": start, "source": WAITS, "articles": {}}
            table = statutes.setdefault(
                name, {"statute": name, "title": one.title, "level": level, "versions": [version]}
            )
            table["versions"][0]["articles"].setdefault(one.article, f"{WAITS}：{self._basis}"[:200])


def _head(frame: Frame, book: Workbook, sheet: Worksheet, header: int) -> dict[str, Any]:
    above = [_text(cell.value) for row in sheet.iter_rows(min_row=1, max_row=header - 1) for cell in row]
    title = frame.title or next((text for text in above if text), "") or book.sheetnames[0]
    return {
        "id": frame.id,
        "title": title,
        "version": frame.version,
        "agency": frame.agency,
        "valid_from": frame.valid_from.isoformat(),
        "policy": {"ends": frame.ends},
        "position": {"lighter": 250, "ordinary": 500, "heavier": 750, "step": frame.step},
    }


def _slug(title: str, taken: set[str]) -> str:
    base = _initials(title)[:24] or "v"
    found, number = base, 2
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    taken.add(found)
    return found


def _initials(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(title, style=Style.FIRST_LETTER)).lower()) or "x"


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()
