"""The roster from a workbook: every fault at once by its cell in words, and with one fault nothing is taken in."""

import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from central.authority.cli import main
from central.authority.roster_book import COLUMNS, SHEET, empty_book, read_roster
from enforcement.values.errors import KnownError
from tests.support.offices import PASSWORD, founded, person
from tests.support.roster_books import GOOD, book


@pytest.fixture
def office(tmp_path):
    return founded(tmp_path / "office", person())


def read(office, data):
    return read_roster(data, "名册.xlsx", office.state().roster, office.policy)


def faults(office, *rows, **more):
    return {one.cell: one.words for one in read(office, book(*rows, **more)).faults}


def test_rows_become_certificates(office):
    found = read(
        office,
        book(
            GOOD,
            {
                **GOOD,
                "证号": 99010102,
                "单位": "u2",
                "角色": "执法人员、基准编制人员",
                "有效期至": None,
                "年审到期": None,
                "发证日期": "2026年3月1日",
            },
        ),
    )
    assert found.faults == ()
    first, second = found.people
    assert (first.number, first.name, first.unit, first.fields, first.region) == (
        "99010101",
        "𬭎示",
        "u1",
        ("城市管理", "交通运输"),
        "990102",
    )
    assert (first.valid_from, first.valid_to, first.review_due) == (
        date(2026, 3, 1),
        date(2030, 12, 31),
        date(2027, 3, 31),
    )
    assert (second.number, second.unit, second.roles) == ("99010102", "u2", ("officer", "editor"))
    assert (second.valid_from, second.valid_to, second.review_due) == (
        date(2026, 3, 1),
        date(2031, 2, 28),
        date(2027, 3, 1),
    )


@pytest.mark.parametrize(
    ("title", "value", "cell", "words"),
    [
        ("证号", "", "A2", "没有填写"),
        ("证号", "#1", "A2", "号码格式"),
        ("证号", True, "A2", "应当是文字"),
        ("证号", 1.5, "A2", "应当是文字"),
        ("姓名", "  ", "B2", "没有填写"),
        ("姓名", "#REF!", "B2", "公式出错"),
        ("单位", "十八中队", "C2", "可用：城管执法一中队、城管执法二中队"),
        ("角色", "执法人员、巫师", "D2", "不认识的角色“巫师”"),
        ("角色", "监督人员", "D2", ""),
        ("证件种类", "出入证", "E2", "可用：执法证、委托执法证、监督证"),
        ("执法类别", None, "F2", "没有填写"),
        ("执法区域", "9901", "G2", "六位"),
        ("执法区域", "440100", "G2", "不在本机关区域"),
        ("发证日期", "昨天", "H2", "不是日期"),
        ("发证日期", "2026-02-30", "H2", "不是日期"),
        ("发证日期", None, "H2", "没有填写"),
        ("有效期至", date(2025, 1, 1), "I2", "早于发证日期"),
        ("年审到期", "明年", "J2", "不是日期"),
    ],
)
def test_a_fault_names_its_cell_and_says_what_is_wrong(office, title, value, cell, words):
    row = {**GOOD, title: value}
    if (title, value) == ("角色", "监督人员"):
        row["证件种类"] = "委托执法证"
        words = "委托执法证只能载明：执法人员"
    found = faults(office, row)
    assert set(found) == {f"{SHEET}!{cell}"}
    assert words in found[f"{SHEET}!{cell}"]


def test_all_faults_of_all_rows_come_at_once_and_nothing_is_taken(office):
    wrong = {**GOOD, "证号": "99010109", "单位": "无", "执法区域": "x", "发证日期": "y"}
    found = read(office, book(GOOD, wrong, {**GOOD, "姓名": None}))
    assert {one.cell for one in found.faults} == {f"{SHEET}!{cell}" for cell in ("C3", "G3", "H3", "A4", "B4")}
    assert any("与第 2 行重复" in one.words for one in found.faults)
    assert found.people == ()


def test_who_is_in_the_roster_is_passed_over_and_a_difference_is_a_fault(office):
    same = {
        "证号": "99010001", "姓名": "林示例", "单位": "u1", "角色": "执法人员", "证件种类": "执法证", "执法类别": "城市管理", "执法区域": "990100",
        "发证日期": datetime(2024, 1, 1), "有效期至": None, "年审到期": None,
    }  # fmt: skip
    found = read(office, book(same, GOOD))
    assert (found.known, len(found.people), found.faults) == (1, 1, ())
    assert list(faults(office, {**same, "单位": "u2"})) == [f"{SHEET}!C2"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (tuple(COLUMNS)[1:], "缺少列：证号"),
        ((*COLUMNS, "工龄"), "不认识的列“工龄”"),
        ((*COLUMNS, "证号"), "出现两次"),
    ],
)
def test_columns_that_are_missing_or_strange(office, columns, words):
    assert any(words in told for told in faults(office, GOOD, columns=columns).values())


def test_a_merged_cell_is_named(office):
    made = load_workbook(io.BytesIO(book(GOOD, {**GOOD, "证号": "99010102"})))
    made[SHEET].merge_cells("C2:C3")
    out = io.BytesIO()
    made.save(out)
    assert {one.cell: one.words for one in read(office, out.getvalue()).faults}[f"{SHEET}!C3"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no workbook"])
def test_what_is_no_workbook(office, data):
    with pytest.raises(KnownError, match=r"rules\.pack_invalid"):
        read(office, data)


def test_a_workbook_without_rows(office):
    assert faults(office) == {f"{SHEET}!A2": "没有一行证件"}


def test_the_empty_workbook_reads_back(office):
    data = empty_book(office.state().roster)
    found = read(office, data)
    assert found.faults == ()
    assert [one.name for one in found.people] == ["示例"]


def test_import_on_the_command_line_dry_and_in_earnest(tmp_path, office, capsys):
    (tmp_path / "pw").write_text(PASSWORD)
    path = tmp_path / "名册.xlsx"

    def run(*words):
        code = main(["--password-file", str(tmp_path / "pw"), str(office.folder), "import", str(path), *words])
        return code, capsys.readouterr()

    path.write_bytes(book(GOOD, {**GOOD, "证号": "99010102", "单位": "无"}))
    code, told = run()
    assert code == 1
    assert told.err.startswith(f"{SHEET}!C3：没有“无”；可用：")
    assert len(office.state().roster.people) == 1
    path.write_bytes(book(GOOD))
    assert run("--dry-run")[0] == 0
    assert len(office.state().roster.people) == 1
    assert run()[0] == 0
    assert [one.name for one in office.state().roster.people] == ["林示例", "𬭎示"]
