"""A pack's source as a workbook: the table as agencies publish it, and sheets for what the published layout has no room for.

`write_workbook` gives everything; `read_workbook` gives the same tables back, with errors by sheet and cell. A workbook that holds only
a published table (序号, 违法行为, 法律依据, 违法情节, 裁量阶次, 处罚标准) goes through `published`, which proposes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from enforcement.authoring.source import PackSource, Source, Table
from enforcement.authoring.toml_source import inline, read_inline
from enforcement.values.errors import KnownError

MAX_BYTES, MAX_UNPACKED, MAX_PARTS = 20 << 20, 200 << 20, 2000
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 20_000, 60, 32_000
TABLE = "裁量基准"
HEAD = "设置"
TEXT = frozenset(
    ("id", "title", "field", "statute", "correction", "status", "source", "valid_from", "valid_to", "statute_version", "forbids",
     "punishes", "row", "label", "words", "standard", "kind", "unit", "worse", "hint", "when_unknown", "known_from", "basis", "not_met", "effect",
     "step", "name", "party", "tier", "exempt", "at", "decided", "level", "version", "number", "summary", "agency", "lifted_on", "lifted_basis")
)  # fmt: skip
"""Keys whose values are plain text; every other value stands in its cell as TOML writes it."""
EMPTY = '""'
"""What stands for a text that is there and empty."""


@dataclass(frozen=True)
class SheetSpec:
    """A sheet of machine-readable tables: its title, where its tables belong, and its columns (key, heading)."""

    title: str
    key: str
    owner: str
    columns: tuple[tuple[str, str], ...]


VIOLATION, VERSION, SHARED = "violation", "version", "*"
SHEETS = (
    SheetSpec("违法行为", "", "", (("id", "编号"), ("title", "违法行为"), ("aliases", "别名"), ("field", "执法领域"), ("statute", "依据编号"),
              ("correction", "责令改正"), ("status", "核实"), ("source", "出处"), ("common_facts", "共有事实"), ("long_limitation", "五年追责"), ("lifted_on", "不再处罚之日"), ("lifted_basis", "不再处罚依据"))),
    SheetSpec("版本", "versions", VIOLATION, (("valid_from", "起"), ("valid_to", "止"), ("statute", "依据编号"), ("statute_version", "依据版本"), ("forbids", "违反条款"),
              ("punishes", "处罚依据"), ("row", "序号"), ("warning_possible", "可警告"), ("statute_ranges_yuan", "法定幅度"), ("way", "计算方式"))),
    SheetSpec("事实", "facts", VIOLATION, (("id", "编号"), ("label", "名称"), ("kind", "类型"), ("unit", "单位"), ("decimals", "小数位"), ("low", "最小"),
              ("high", "最大"), ("choices", "选项"), ("worse", "加重方向"), ("hint", "提示"), ("when_unknown", "不明时"), ("known_from", "自动取得"),
              ("within_months", "月数"))),
    SheetSpec("法定幅度", "statute_rows", VERSION, (("label", "情形"), ("any_of", "条件"), ("ranges_yuan", "幅度"))),
    SheetSpec("情节", "circumstances", VERSION, (("id", "编号"), ("effect", "作用"), ("must", "应当"), ("label", "情节"), ("basis", "依据"), ("all_of", "条件"),
              ("not_met", "不符合时"), ("tiers_up", "上调"), ("proposed", "待确认"))),
    SheetSpec("前置", "before", VERSION, (("id", "编号"), ("step", "步骤"), ("basis", "依据"), ("all_of", "条件"))),
    SheetSpec("并处", "beside", VERSION, (("kind", "种类"), ("must", "应当"), ("label", "内容"), ("basis", "依据"), ("all_of", "条件"))),
    SheetSpec("案例", "cases", VIOLATION, (("name", "案例"), ("facts", "事实"), ("party", "当事人"), ("tier", "阶次"), ("fine_yuan", "罚款"), ("exempt", "不予"),
              ("steps", "缺少步骤"), ("at", "行为日"), ("decided", "决定日"))),
)  # fmt: skip
STATUTES = SheetSpec("依据", "", "", (("statute", "编号"), ("title", "名称"), ("level", "层级")))
STATUTE_VERSIONS = SheetSpec("依据版本", "versions", "statute",
                             (("version", "版本"), ("valid_from", "起"), ("valid_to", "止"), ("source", "出处")))  # fmt: skip
ARTICLES = "条文"
TIER_COLUMNS = (
    ("row", "序号", 8), ("title", "违法行为", 22), ("basis", "法律依据", 26), ("words", "违法情节", 34), ("label", "裁量阶次", 12),
    ("standard", "处罚标准", 26), ("any_of", "条件", 34), ("confirmed", "确认", 8), ("bands_yuan", "幅度", 34), ("share", "比例", 12),
    ("violation", "违法行为编号", 16), ("version", "版本序号", 9), ("id", "阶次编号", 9),
)  # fmt: skip


@dataclass
class Cells:
    """Finds cells: the place of a table to its sheet and row, and of a key to its column."""

    rows: dict[str, tuple[str, int]] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)

    def where(self, path: str, key: str = "") -> str:
        if not path and key in self.rows:  # a key of the head has a row of its own
            return f"{HEAD}!B{self.rows[key][1]}"
        rest, inner = path, key
        while rest not in self.rows and rest:
            rest, _, last = rest.rpartition(".")
            inner = last.split("[")[0]
        sheet, row = self.rows.get(rest, (HEAD, 1))
        column = self.columns.get(sheet, {}).get(inner, 1)
        return f"{sheet}!{get_column_letter(column)}{row}"


# writing


def write_workbook(source: PackSource) -> bytes:
    """Everything of a source."""
    _demand_room(source)
    book = Workbook()
    first = book.active
    if isinstance(first, Worksheet):
        book.remove(first)
    _write_tiers(book.create_sheet(TABLE), source)
    _write_head(book.create_sheet(HEAD), source.head.table)
    for spec in SHEETS:
        sheet = _sheet(book, spec.title, [("violation", "违法行为编号"), ("version", "版本序号"), *spec.columns])
        for owner, version, table in _tables(source, spec):
            _row(sheet, [owner, version, *(_cell(key, table) for key, _ in spec.columns)])
    sheet = _sheet(book, STATUTES.title, STATUTES.columns)
    versions = _sheet(book, STATUTE_VERSIONS.title, [("statute", "依据编号"), *STATUTE_VERSIONS.columns])
    articles = _sheet(
        book, ARTICLES, [("statute", "依据编号"), ("version", "版本"), ("number", "条"), ("summary", "摘要")]
    )
    for statute in source.statutes:
        name = statute.get("statute", str)
        _row(sheet, [_cell(key, statute.table) for key, _ in STATUTES.columns])
        for version in statute.get("versions", list, []):
            _row(versions, [name, *(_cell(key, version) for key, _ in STATUTE_VERSIONS.columns)])
            for number, summary in version.get("articles", {}).items():
                _row(articles, [name, version.get("version", ""), number, summary])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _demand_room(source: PackSource) -> None:
    """Nothing is left behind silently: every key has a column."""
    own = {spec.key: {key for key, _ in spec.columns} for spec in SHEETS}
    under = {"": {"facts", "versions", "cases"}, "versions": {"tiers", *(s.key for s in SHEETS if s.owner == VERSION)}}
    for spec in SHEETS:
        for owner, _, table in _tables(source, spec):
            more = set(table) - own[spec.key] - under.get(spec.key, set())
            if more:
                why = f"{owner}: 工作簿没有“{'、'.join(sorted(more))}”一栏"
                raise KnownError("rules.pack_invalid", where=spec.title, why=why)


def _tables(source: PackSource, spec: SheetSpec) -> Iterator[tuple[str, Any, Table]]:
    if spec.key == "facts":
        for name, fact in source.head.table.get("facts", {}).items():
            yield SHARED, "", {"id": name, **fact}
    if spec.key == "circumstances":
        for one in source.head.table.get("circumstances", []):
            yield SHARED, "", one
    for violation in source.violations:
        name = str(violation.table.get("id"))
        if spec.owner == "":
            yield name, "", violation.table
        elif spec.owner == VIOLATION:
            for number, table in enumerate(violation.table.get(spec.key, []), 1):
                yield name, number if spec.key == "versions" else "", table
        else:
            for number, version in enumerate(violation.table.get("versions", []), 1):
                for table in version.get(spec.key, []):
                    yield name, number, table


def _write_tiers(sheet: Worksheet, source: PackSource) -> None:
    title = str(source.head.table.get("title", ""))
    sheet.append([title])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([heading for _, heading, _ in TIER_COLUMNS])
    _style_head(sheet, 2)
    for column, (_, _, width) in enumerate(TIER_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for violation in source.violations:
        for number, version in enumerate(violation.table.get("versions", []), 1):
            start = sheet.max_row + 1
            for tier in version.get("tiers", []):
                _row(sheet, [_tier_cell(key, violation.table, version, number, tier) for key, _, _ in TIER_COLUMNS])
            if sheet.max_row > start:
                for column in (1, 2, 3):
                    sheet.merge_cells(start_row=start, end_row=sheet.max_row, start_column=column, end_column=column)
    sheet.freeze_panes = "C3"


def _tier_cell(key: str, violation: Table, version: Table, number: int, tier: Table) -> Any:
    match key:
        case "row":
            return str(version.get("row", ""))
        case "title":
            return violation.get("title", "")
        case "basis":
            return f"违反：{version.get('forbids', '')}\n处罚：{version.get('punishes', '')}"
        case "standard":
            return tier.get("standard") or ""
        case "any_of":
            return "\n或 ".join(" 且 ".join(group) for group in tier.get("any_of", []))
        case "confirmed":
            return "否" if tier.get("proposed") else "是"
        case "violation":
            return violation.get("id", "")
        case "version":
            return number
        case _:
            return _cell(key, tier)


def _write_head(sheet: Worksheet, head: Table) -> None:
    sheet.append(["键", "值"])
    _style_head(sheet, 1)
    for key, value in head.items():
        if key not in ("facts", "circumstances"):
            _row(sheet, [key, value if key in TEXT and isinstance(value, str) else inline(value)])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 70


def _sheet(book: Workbook, title: str, columns: Sequence[tuple[str, str]]) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    sheet.append([heading for _, heading in columns])
    sheet.append([key for key, _ in columns])
    _style_head(sheet, 1)
    for column in range(1, len(columns) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 20
    sheet.row_dimensions[2].hidden = True
    sheet.freeze_panes = "A3"
    return sheet


def _row(sheet: Worksheet, values: Sequence[Any]) -> None:
    """Text is text, also where it begins like a formula."""
    number = sheet.max_row + 1
    for column, value in enumerate(values, 1):
        if value == "" or value is None:
            continue
        cell = sheet.cell(number, column)
        try:
            if isinstance(value, str) and len(value) > MAX_CELL:
                raise ValueError(f"longer than {MAX_CELL} characters")
            cell.value = value
        except ValueError as error:  # a control character, a text too long for a cell
            where = f"{sheet.title}!{cell.coordinate}"
            raise KnownError("rules.pack_invalid", where=where, why=f"{error}: {str(value)[:40]!r}") from error
        if isinstance(value, str):
            cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    if not any(value not in ("", None) for value in values):
        sheet.cell(number, 1).value = " "


def _style_head(sheet: Worksheet, row: int) -> None:
    for cell in sheet[row]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E6EFEE")
        cell.alignment = Alignment(vertical="center", wrap_text=True)


def _cell(key: str, table: Table) -> Any:
    if key not in table:
        return ""
    value = table[key]
    if key in TEXT and value != "":
        return value.isoformat() if isinstance(value, date) else value if isinstance(value, str) else inline(value)
    return inline(value)


# reading


def open_book(data: bytes, name: str = "xlsx") -> Workbook:
    """A workbook that is no bomb and hides no other document; raises KnownError(rules.pack_invalid)."""
    try:
        if len(data) > MAX_BYTES:
            raise KnownError("rules.pack_invalid", where=name, why=f"longer than {MAX_BYTES} bytes")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise KnownError("rules.pack_invalid", where=name, why="it unpacks to more than a table can be")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        start = file.read(4096)
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        raise KnownError("rules.pack_invalid", where=name, why="its XML declares entities")
        book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except KnownError:
        raise
    except Exception as error:  # openpyxl raises many kinds for broken files; all mean the same to the caller
        raise KnownError("rules.pack_invalid", where=name, why="no workbook that can be read") from error
    for sheet in book.worksheets:
        if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
            raise KnownError(
                "rules.pack_invalid", where=sheet.title, why=f"more than {MAX_ROWS} rows or {MAX_COLUMNS} columns"
            )
    return book


def is_whole(book: Workbook) -> bool:
    """Whether the workbook holds the sheets that `write_workbook` writes."""
    return HEAD in book.sheetnames and all(spec.title in book.sheetnames for spec in SHEETS)


def read_whole(book: Workbook) -> PackSource:
    """The tables of a workbook that `write_workbook` wrote and people edited."""
    cells = Cells()
    head = _read_head(book[HEAD], cells)
    violations: dict[str, dict[str, Any]] = {}
    places: dict[str, str] = {}
    for spec in SHEETS:
        for row, owner, version, table in _read_rows(book[spec.title], spec, cells):
            if spec.owner == "":
                name = str(table.get("id", owner))
                violations[name] = table
                places[name] = f"violations[{len(violations)}]"
                cells.rows[places[name]] = (spec.title, row)
            elif owner == SHARED:
                _put_shared(head, spec, table, cells, row)
            else:
                _put(violations, places, cells, spec, row, owner, version, table)
    _read_tiers(book[TABLE], violations, places, cells)
    statutes = _read_statutes(book, cells)
    found = [Source(places[name], f"violations {name}", _ordered(table), cells) for name, table in violations.items()]
    return PackSource(Source("", "", head, cells), statutes, found)


def _put_shared(head: dict[str, Any], spec: SheetSpec, table: dict[str, Any], cells: Cells, row: int) -> None:
    if spec.key == "facts":
        name = str(table.pop("id", ""))
        head.setdefault("facts", {})[name] = table
        cells.rows[f"facts.{name}"] = (spec.title, row)
    else:
        items = head.setdefault(spec.key, [])
        items.append(table)
        cells.rows[f"{spec.key}[{len(items)}]"] = (spec.title, row)


def _put(
    violations: Mapping[str, dict[str, Any]],
    places: Mapping[str, str],
    cells: Cells,
    spec: SheetSpec,
    row: int,
    owner: str,
    version: Any,
    table: dict[str, Any],
) -> None:
    where = f"{spec.title}!A{row}"
    violation = violations.get(owner)
    if violation is None:
        raise KnownError("rules.pack_invalid", where=where, why=f"没有编号为“{owner}”的违法行为")
    place = places[owner]
    parent = violation
    if spec.owner == VERSION:
        parent, place = _version_of(violation, place, version, where)
    items = parent.setdefault(spec.key, [])
    items.append(table)
    cells.rows[f"{place}.{spec.key}[{len(items)}]"] = (spec.title, row)


def _version_of(violation: dict[str, Any], place: str, version: Any, where: str) -> tuple[dict[str, Any], str]:
    versions = violation.get("versions", [])
    if not isinstance(version, int) or not 1 <= version <= len(versions):
        raise KnownError("rules.pack_invalid", where=where, why=f"没有第 {version} 个版本")
    return versions[version - 1], f"{place}.versions[{version}]"


def _read_tiers(
    sheet: Worksheet, violations: Mapping[str, dict[str, Any]], places: Mapping[str, str], cells: Cells
) -> None:
    columns = {key: number for number, (key, _, _) in enumerate(TIER_COLUMNS, 1)}
    cells.columns[TABLE] = columns | {"proposed": columns["confirmed"]}
    headings = [str(cell.value or "") for cell in sheet[2]]
    if headings[: len(TIER_COLUMNS)] != [heading for _, heading, _ in TIER_COLUMNS]:
        raise KnownError("rules.pack_invalid", where=f"{TABLE}!A2", why="表头与导出时不同")
    for row in range(3, sheet.max_row + 1):
        values = {key: sheet.cell(row, column).value for key, column in columns.items()}
        if values["violation"] is None and values["words"] is None:
            continue
        where = f"{TABLE}!K{row}"
        owner = str(values["violation"])
        if owner not in violations:
            raise KnownError("rules.pack_invalid", where=where, why=f"没有编号为“{owner}”的违法行为")
        version, place = _version_of(violations[owner], places[owner], values["version"], where)
        tier: dict[str, Any] = {}
        for key in ("id", "label", "words"):
            if values[key] is not None:
                tier[key] = str(values[key])
        for key in ("bands_yuan", "share"):
            if values[key] is not None:
                tier[key] = _value(TABLE, row, columns[key], str(values[key]))
        if values["any_of"] is not None and str(values["any_of"]).strip():
            tier["any_of"] = groups_of(str(values["any_of"]))
        if values["standard"] is not None:
            tier["standard"] = str(values["standard"])
        if str(values["confirmed"] or "").strip() != "是":
            tier["proposed"] = True
        tiers = version.setdefault("tiers", [])
        tiers.append(tier)
        cells.rows[f"{place}.tiers[{len(tiers)}]"] = (TABLE, row)


def groups_of(text: str) -> list[list[str]]:
    """Conditions of a cell: groups parted by 或 or a new line, conditions of a group by 且."""
    groups = []
    for part in text.replace("\n或 ", "\n").replace(" 或 ", "\n").split("\n"):
        group = [test.strip() for test in part.removeprefix("或 ").split(" 且 ") if test.strip()]
        if group:
            groups.append(group)
    return groups


def _read_head(sheet: Worksheet, cells: Cells) -> dict[str, Any]:
    head: dict[str, Any] = {}
    for row in range(2, sheet.max_row + 1):
        key, value = sheet.cell(row, 1).value, sheet.cell(row, 2).value
        if key is None or value is None:
            continue
        head[str(key)] = _text(value) if str(key) in TEXT else _value(HEAD, row, 2, str(value))
        cells.rows[str(key)] = (HEAD, row)
    return head


def _read_rows(sheet: Worksheet, spec: SheetSpec, cells: Cells) -> Iterator[tuple[int, str, Any, dict[str, Any]]]:
    keys = ["violation", "version", *(key for key, _ in spec.columns)]
    cells.columns[spec.title] = {key: number for number, key in enumerate(keys, 1)}
    for row in range(3, sheet.max_row + 1):
        values = [sheet.cell(row, column).value for column in range(1, len(keys) + 1)]
        if all(value is None or value == " " for value in values):
            continue
        table = {
            key: _text(value) if key in TEXT else _value(spec.title, row, column, str(value))
            for column, (key, value) in enumerate(zip(keys, values, strict=True), 1)
            if column > 2 and value is not None and value != " "
        }
        version = values[1]
        yield row, str(values[0] or ""), int(version) if isinstance(version, int | float) else version, table


def _read_statutes(book: Workbook, cells: Cells) -> list[Source]:
    statutes: dict[str, dict[str, Any]] = {}
    keys = [key for key, _ in STATUTES.columns]
    for row, values in _plain_rows(book, STATUTES.title, len(keys)):
        table = {key: _text(value) for key, value in zip(keys, values, strict=True) if value is not None}
        statutes[str(table.get("statute", ""))] = {**table, "versions": []}
        cells.rows[f"statutes.{table.get('statute', '')}"] = (STATUTES.title, row)
    keys = ["statute", *(key for key, _ in STATUTE_VERSIONS.columns)]
    for row, values in _plain_rows(book, STATUTE_VERSIONS.title, len(keys)):
        table = {key: _text(value) for key, value in zip(keys, values, strict=True) if value is not None}
        owner = statutes.get(str(table.pop("statute", "")))
        if owner is None:
            raise KnownError("rules.pack_invalid", where=f"{STATUTE_VERSIONS.title}!A{row}", why="没有这部依据")
        owner["versions"].append({**table, "articles": {}})
    for row, values in _plain_rows(book, ARTICLES, 4):
        name, version, number, summary = (str(value or "") for value in values)
        found = [one for one in statutes.get(name, {}).get("versions", []) if one.get("version") == version]
        if not found:
            raise KnownError("rules.pack_invalid", where=f"{ARTICLES}!A{row}", why="没有这部依据的这个版本")
        found[0]["articles"][number] = summary
    sources = []
    for name, table in statutes.items():
        sources.append(Source(f"statutes.{name}", f"statute {name}", table, cells))
    return sources


def _plain_rows(book: Workbook, title: str, width: int) -> Iterator[tuple[int, list[Any]]]:
    if title not in book.sheetnames:
        raise KnownError("rules.pack_invalid", where=title, why="这张表不在")
    sheet = book[title]
    for row in range(3, sheet.max_row + 1):
        values = [sheet.cell(row, column).value for column in range(1, width + 1)]
        if any(value is not None for value in values):
            yield row, values


def _value(sheet: str, row: int, column: int, text: str) -> Any:
    try:
        return read_inline(text.strip())
    except ValueError as error:
        where = f"{sheet}!{get_column_letter(column)}{row}"
        raise KnownError("rules.pack_invalid", where=where, why=f"不是可以读的值：{text[:60]}") from error


def _text(value: Any) -> str:
    """A cell as text: what Excel made a date or a number of is written as it reads."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value == EMPTY else str(value)


_ORDER = ("id", "title", "aliases", "field", "statute", "correction", "status", "source", "common_facts", "long_limitation",
          "facts", "versions", "cases")  # fmt: skip


def _ordered(table: Table) -> dict[str, Any]:
    return {key: table[key] for key in _ORDER if key in table} | {k: v for k, v in table.items() if k not in _ORDER}
