"""A workbook that was edited comes back into the folder that it was written from, and only what was edited changes there."""

import io

import pytest
from openpyxl import load_workbook

from central.authority.rules_files import read_folder
from enforcement.authoring import build_pack, read_toml
from enforcement.authoring.merge import take_over
from enforcement.authoring.workbook import open_book, read_whole, write_workbook
from tests.support.tables import CITY
from tests.unit.authoring.test_edit import lines_changed

TEXTS = read_folder(CITY)
ROADS = "violations/urban-roads.toml"


def edited(change):
    book = load_workbook(io.BytesIO(write_workbook(read_toml(TEXTS))))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return read_whole(open_book(out.getvalue()))


def row_of(sheet, violation, at=0):
    column = next(
        cell.column for row in sheet.iter_rows(max_row=2) for cell in row if cell.value in ("违法行为编号", "violation")
    )
    return [row for row in range(3, sheet.max_row + 1) if sheet.cell(row, column).value == violation][at]


def test_what_came_back_as_it_went_changes_nothing():
    taken = take_over(TEXTS, edited(lambda book: None))
    assert (taken.changed, taken.new, taken.gone) == (0, 0, 0)
    assert taken.texts == TEXTS


def test_one_cell():
    def change(book):
        sheet = book["裁量基准"]
        sheet.cell(row_of(sheet, "road-occupy", 1), 7).value = "area >= 12 或 days >= 5 或 priors >= 1"

    taken = take_over(TEXTS, edited(change))
    assert (taken.changed, taken.new, taken.gone) == (1, 0, 0)
    assert {name for name in TEXTS if taken.texts[name] != TEXTS[name]} == {ROADS}
    gone, come = lines_changed(TEXTS[ROADS], taken.texts[ROADS])
    assert gone == ['any_of = [["area >= 10"], ["days >= 5"], ["priors >= 1"]]']
    assert come == ['any_of = [["area >= 12"], ["days >= 5"], ["priors >= 1"]]']


def test_rows_that_came_went_and_moved():
    def change(book):
        sheet = book["裁量基准"]
        first = row_of(sheet, "road-dig")
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        values = {column: [sheet.cell(first + at, column).value for at in range(3)] for column in range(1, 14)}
        for column, held in values.items():
            for at, value in enumerate((held[2], held[0])):
                sheet.cell(first + at, column).value = value
            sheet.cell(first + 2, column).value = {13: "t9", 5: "第九阶次"}.get(column, held[1])

    taken = take_over(TEXTS, edited(change))
    dig = next(one.table for one in read_toml(taken.texts).violations if one.table["id"] == "road-dig")
    assert [tier["id"] for tier in dig["versions"][0]["tiers"]] == ["t3", "t1", "t9"]
    assert taken.texts[ROADS].startswith(TEXTS[ROADS][:400])


def test_violations_and_facts_that_came_and_went():
    def change(book):
        for sheet in book.worksheets:
            for row in range(sheet.max_row, 2, -1):
                if any(sheet.cell(row, column).value == "road-clean" for column in (1, 3, 11)):
                    sheet.delete_rows(row)
        for cells in (book["违法行为"], book["版本"], book["事实"], book["案例"]):
            for at in range(3, cells.max_row + 1):
                for column in (1, 3):
                    if cells.cell(at, column).value == "road-dig":
                        cells.cell(at, column).value = "road-dig-new"
        table = book["裁量基准"]
        for at in range(3, table.max_row + 1):
            if table.cell(at, 11).value == "road-dig":
                table.cell(at, 11).value = "road-dig-new"
        facts = book["事实"]
        keys = [cell.value for cell in facts[2]]
        at = facts.max_row + 1
        for key, value in {"violation": "*", "id": "night", "label": "夜间", "kind": "flag"}.items():
            facts.cell(at, keys.index(key) + 1).value = value

    other = edited(change)
    taken = take_over(TEXTS, other)
    assert (taken.changed, taken.new, taken.gone) == (0, 1, 2)
    names = [one.table["id"] for one in read_toml(taken.texts).violations]
    assert "road-dig-new" in names
    assert "road-clean" not in names
    assert "road-dig" not in names
    assert b"[facts.night]\n" in taken.texts["pack.toml"]
    assert TEXTS["pack.toml"].splitlines()[0] in taken.texts["pack.toml"]
    assert build_pack(read_toml(taken.texts)) != build_pack(read_toml(TEXTS))


@pytest.mark.parametrize(("key", "value"), [("title", "另一个名称"), ("version", "2027-01")])
def test_the_head(key, value):
    def change(book):
        sheet = book["设置"]
        row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == key)
        sheet.cell(row, 2).value = value

    taken = take_over(TEXTS, edited(change))
    _, come = lines_changed(TEXTS["pack.toml"], taken.texts["pack.toml"])
    assert come == [f'{key} = "{value}"']
