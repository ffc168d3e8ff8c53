"""The roster as the personnel office keeps it: a workbook in, all its faults at once by cell, and an empty one to begin with.

The first row names the columns, in any order; a row is a certificate. What is in the roster already and says the same is passed
over; what says something else is a fault, because a change needs its day and its reason (renew, review, amend).
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from central.authority.policy import Policy, check_person, last_day, next_review
from enforcement.authoring.workbook import open_book
from enforcement.credentials import Person, Roster
from enforcement.credentials.person import Kind, Role
from enforcement.credentials.standing import within_region
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain

SHEET = "名册"
COLUMNS = {
    "证号": "number",
    "姓名": "name",
    "单位": "unit",
    "角色": "roles",
    "证件种类": "kind",
    "执法类别": "fields",
    "执法区域": "region",
    "发证日期": "valid_from",
    "有效期至": "valid_to",
    "年审到期": "review_due",
}
OPTIONAL = ("有效期至", "年审到期")
ROLES: dict[str, Role] = {
    "执法人员": "officer",
    "监督人员": "supervisor",
    "法制审核人员": "reviewer",
    "基准编制人员": "editor",
}
KINDS: tuple[Kind, ...] = ("执法证", "委托执法证", "监督证")
ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_PARTS = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True)
class CellFault:
    """What is wrong in one cell, in words."""

    cell: str
    words: str


@dataclass(frozen=True)
class Read:
    """What a workbook holds: certificates to be issued, how many are known already, and every fault. With one nothing is taken."""

    people: tuple[Person, ...]
    known: int
    faults: tuple[CellFault, ...]


def read_roster(data: bytes, name: str, roster: Roster, policy: Policy) -> Read:
    """Read a workbook against the roster. Raises KnownError(rules.pack_invalid) for one that cannot be read at all."""
    book = open_book(data, name)
    sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    return _Reader(sheet, roster, policy).read()


def empty_book(roster: Roster) -> bytes:
    """A workbook with the columns, one row as an example, and what may stand in each column."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise KnownError("rules.pack_invalid", where=SHEET, why="no sheet")
    sheet.title = SHEET
    unit = roster.units[0].name if roster.units else ""
    example: tuple[str | date, ...] = (
        "99010099",
        "示例",
        unit,
        "执法人员",
        KINDS[0],
        "城市管理",
        roster.agency.region,
        date(2026, 1, 1),
        "",
        "",
    )
    for column, (title, value) in enumerate(zip(COLUMNS, example, strict=True), 1):
        head = sheet.cell(1, column, title)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
        cell = sheet.cell(2, column, value)
        cell.number_format = "yyyy-mm-dd" if isinstance(value, date) else "@"
        sheet.column_dimensions[get_column_letter(column)].width = 16
    sheet.freeze_panes = "A2"
    told = book.create_sheet("说明")
    lines = (
        "示例行请删除。单元格不得合并；公式按其结果读。",
        f"单位：{'、'.join(one.name for one in roster.units)}",
        f"角色：{'、'.join(ROLES)}；几个之间用顿号",
        f"证件种类：{'、'.join(KINDS)}",
        "执法类别：几个之间用顿号；执法区域：六位行政区划代码（GB/T 2260）",
        "有效期至、年审到期：可以不填，按本地证件规则推算",
    )
    for row, line in enumerate(lines, 1):
        told.cell(row, 1, line).alignment = Alignment(wrap_text=True)
    told.column_dimensions["A"].width = 90
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Reader:
    def __init__(self, sheet: Worksheet, roster: Roster, policy: Policy) -> None:
        self._sheet, self._roster, self._policy = sheet, roster, policy
        self._faults: list[CellFault] = []
        self._columns: dict[str, int] = {}
        self._units = {one.name: one.unit_id for one in roster.units} | {
            one.unit_id: one.unit_id for one in roster.units
        }

    def read(self) -> Read:
        self._head()
        people: list[Person] = []
        known, seen = 0, dict[str, int]()
        if not self._faults:
            for row in range(2, self._sheet.max_row + 1):
                if all(self._value(row, title) in (None, "") for title in self._columns):
                    continue
                person = self._person(row)
                number = str(self._value(row, "证号") or "").strip()
                if number and number in seen:
                    self._fault(row, "证号", f"证号 {number} 与第 {seen[number]} 行重复")
                seen.setdefault(number, row)
                if person is None:
                    continue
                there = self._roster.person(person.number)
                if there is None:
                    people.append(person)
                elif self._same(row, there, person):
                    known += 1
            if not people and not known and not self._faults:
                self._faults.append(CellFault(f"{self._sheet.title}!A2", "没有一行证件"))
        return Read(() if self._faults else tuple(people), known, tuple(self._faults))

    def _head(self) -> None:
        for column in range(1, self._sheet.max_column + 1):
            title = str(self._sheet.cell(1, column).value or "").strip()
            if not title:
                continue
            where = f"{self._sheet.title}!{get_column_letter(column)}1"
            if title not in COLUMNS:
                self._faults.append(CellFault(where, f"不认识的列“{title}”；可用：{'、'.join(COLUMNS)}"))
            elif title in self._columns:
                self._faults.append(CellFault(where, f"列“{title}”出现两次"))
            else:
                self._columns[title] = column
        missing = [title for title in COLUMNS if title not in self._columns and title not in OPTIONAL]
        if missing:
            self._faults.append(CellFault(f"{self._sheet.title}!A1", f"缺少列：{'、'.join(missing)}"))

    def _person(self, row: int) -> Person | None:
        before = len(self._faults)
        number, name = self._text(row, "证号"), self._text(row, "姓名")
        unit = self._one_of(row, "单位", self._units)
        kind = self._one_of(row, "证件种类", {one: one for one in KINDS})
        roles = [role for word in self._words(row, "角色") if (role := self._role(row, word))]
        fields = self._words(row, "执法类别")
        region = self._text(row, "执法区域")
        if region and not re.fullmatch("[0-9]{6}", region):
            self._fault(row, "执法区域", f"“{region}”不是六位行政区划代码")
        elif region and not within_region(region, self._roster.agency.region):
            self._fault(row, "执法区域", f"{region} 不在本机关区域 {self._roster.agency.region} 之内")
        first = self._day(row, "发证日期", needed=True)
        last, review = self._day(row, "有效期至"), self._day(row, "年审到期")
        if len(self._faults) > before or first is None or kind is None:
            return None
        last = last or last_day(self._policy, kind, first)
        review = review or next_review(self._policy, kind, first)
        if last < first:
            self._fault(row, "有效期至", f"{last} 早于发证日期 {first}")
            return None
        table = {"number": number, "name": name, "unit": unit, "roles": roles, "kind": kind, "fields": fields}
        days = {"valid_from": first.isoformat(), "valid_to": last.isoformat(), "review_due": review.isoformat()}
        person = from_plain(Person, {**table, **days, "region": region})
        try:
            check_person(self._policy, person)
        except KnownError as error:
            titles = {field: title for title, field in COLUMNS.items()}
            self._fault(
                row,
                titles.get(str(error.details["field"]), "证号"),
                self._policy_words(person, str(error.details["field"])),
            )
            return None
        return person

    def _policy_words(self, person: Person, field: str) -> str:
        rule = self._policy.kind(person.kind)
        words = {role: word for word, role in ROLES.items()}
        match field:
            case "number":
                return f"证号“{person.number}”不合本地{person.kind}的号码格式 {rule.number}"
            case "roles":
                return f"{person.kind}只能载明：{'、'.join(words[role] for role in rule.roles)}"
            case _:
                return f"不合本地证件规则：{field}"

    def _same(self, row: int, there: Person, asked: Person) -> bool:
        wrong = [
            title
            for title, field in COLUMNS.items()
            if getattr(there, field) != getattr(asked, field)
            and not (title in OPTIONAL and self._value(row, title) in (None, ""))
        ]
        for title in wrong:
            words = f"证号 {asked.number} 已在名册中，“{title}”与名册不同；变更须注明日期和理由，请用换发、年审或者变更"
            self._fault(row, title, words)
        return not wrong

    def _role(self, row: int, word: str) -> Role | None:
        if word not in ROLES:
            self._fault(row, "角色", f"不认识的角色“{word}”；可用：{'、'.join(ROLES)}")
        return ROLES.get(word)

    def _one_of(self, row: int, title: str, known: dict[str, str]) -> str | None:
        text = self._text(row, title)
        if text and text not in known:
            self._fault(row, title, f"没有“{text}”；可用：{'、'.join(dict.fromkeys(known))}")
        return known.get(text)

    def _words(self, row: int, title: str) -> list[str]:
        return [word for word in _PARTS.split(self._text(row, title)) if word]

    def _text(self, row: int, title: str) -> str:
        value = self._value(row, title)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool | float | datetime | date):
            self._fault(row, title, f"“{value}”应当是文字")
            return ""
        text = str(value if value is not None else "").strip()
        if not text:
            self._fault(row, title, f"“{title}”没有填写")
        if text in ERRORS:
            self._fault(row, title, f"公式出错：{text}")
            return ""
        return text

    def _day(self, row: int, title: str, needed: bool = False) -> date | None:
        value = self._value(row, title)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = str(value if value is not None else "").strip()
        if not text:
            if needed:
                self._fault(row, title, f"“{title}”没有填写")
            return None
        found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", text)
        try:
            if found is None:
                raise ValueError(text)
            return date(*(int(part) for part in found.groups()))
        except ValueError:
            self._fault(row, title, f"“{text}”不是日期，应如 2026-03-31")
            return None

    def _value(self, row: int, title: str) -> object:
        column = self._columns.get(title)
        if column is None:
            return None
        cell: Cell | MergedCell = self._sheet.cell(row, column)
        if isinstance(cell, MergedCell):
            self._fault(row, title, "合并的单元格须先拆开")
            return None
        return cell.value

    def _fault(self, row: int, title: str, words: str) -> None:
        column = self._columns.get(title, 1)
        fault = CellFault(f"{self._sheet.title}!{get_column_letter(column)}{row}", words)
        if fault not in self._faults:
            self._faults.append(fault)


def fault_lines(faults: Sequence[CellFault]) -> list[str]:
    """One line a fault, the place first."""
    return [f"{one.cell}：{one.words}" for one in faults]
