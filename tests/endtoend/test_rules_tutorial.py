"""docs/rules.md, section 7, as a legal officer with only a spreadsheet would follow it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

import resources
from tests.support.city import copy_of

TOOLS = Path(sys.executable).parent
TABLE = resources.path(".").parent / "docs" / "examples" / "table.xlsx"


def rules(*words, code=0):
    done = subprocess.run([str(TOOLS / "hengchi-rules"), *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def edit(path, sheet, **cells):
    book = load_workbook(path)
    for cell, value in cells.items():
        book[sheet][cell] = value
    book.save(path)


def mended(path):
    """Steps 2 to 4: every reading confirmed, what says 待核对 looked up, a case for each violation."""
    book = load_workbook(path)
    for row in range(3, book["裁量基准"].max_row + 1):
        book["裁量基准"].cell(row, 8).value = "是"
    for sheet in ("依据版本", "条文", "版本", "违法行为"):
        for line in book[sheet].iter_rows(min_row=3):
            for cell in line:
                if isinstance(cell.value, str) and "待核对" in cell.value:
                    key = book[sheet].cell(2, cell.column).value
                    looked_up = {
                        "version": "2025-11-20",
                        "statute_version": "2025-11-20",
                        "correction": "立即改正",
                        "source": "示例市人民代表大会常务委员会2025年11月20日通过（示范）",
                    }
                    cell.value = looked_up.get(key, "用自己的话写的一行摘要")
    cases = book["案例"]
    for row, values in enumerate(
        (
            ("szzrxddfwp", "小堆放", "{ dfmj = 4, dsmd = false }", "organisation", "t1", 1250),
            ("wagdqszrq", "两天没扫", "{ wqs = 2, jcyflj = false }", "citizen", "t2", 1100),
            ("dwjy", "摆出五平方米", "{ zymj = 5 }", "sole_trader", "t2", 1600),
        ),
        3,
    ):
        for column, value in zip((1, 3, 4, 5, 6, 7), values, strict=True):
            cases.cell(row, column).value = value if isinstance(value, str) else str(value)
    book.save(path)


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.xlsx"
    words = ("--id", "appearance", "--agency", "示例市城市管理行政执法局", "--from", "2026-01-01")
    said = rules("import", TABLE, "--out", path, *words)
    assert said.count("待确认") == 8
    return path


def test_made_proved_and_published(mine, founded, tmp_path):
    assert "H3" in rules("prove", mine, code=1)
    mended(mine)
    for command in ("lint", "test", "prove"):
        rules(command, mine)
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"dfmj": "4", "dsmd": "否"}), "utf-8")
    measured = rules("eval", mine, "--violation", "szzrxddfwp", "--facts", facts, "--at", "2026-03-01")
    assert "较轻 500 – 2000 元，建议 1250 元" in measured
    city = copy_of(founded, tmp_path / "city")
    city.office("pack", str(mine))
    assert "version" in city.office("publish")
    assert any(path.name.endswith(".pack") for path in (city.repository / "targets" / "packs").iterdir())


def test_a_gap_is_named_by_its_facts(mine):
    mended(mine)
    edit(mine, "裁量基准", G4="dfmj >= 6 且 dfmj < 20")
    said = rules("prove", mine, code=1)
    assert "gap" in said
    assert "堆放面积5" in said
    assert "不符合任何阶次的条件" in said
    assert "words_differ" in rules("lint", mine, code=1)
