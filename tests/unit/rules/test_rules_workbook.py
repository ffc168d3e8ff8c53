"""Packs as workbooks and back, published tables read with nothing guessed in silence."""

import io
import json
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

import resources
from central.authority.rules_files import load_any, read_folder
from enforcement.authoring import build_pack, read_draft, read_toml, write_toml
from enforcement.authoring.conditions import Vocabulary, propose, read_sums
from enforcement.authoring.numerals import number_of
from enforcement.authoring.published import Frame, read_published
from enforcement.authoring.tables import source_of
from enforcement.authoring.workbook import is_whole, open_book, read_whole, write_workbook
from enforcement.values.errors import KnownError
from tests.support.tables import CITY

PACKS = [*sorted(path.parent for path in resources.path("rules").glob("*/pack.toml")), CITY]
FRAME = Frame("new-table", "示例市城市管理行政执法局", date(2026, 1, 1), "城市管理")


def tables(source):
    """The tables as plain values; a day is a day, as TOML writes it or as text."""
    found = [dict(source.head.table), [one.table for one in source.statutes], [one.table for one in source.violations]]
    return json.loads(json.dumps(found, default=str))


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_a_round_trip_loses_nothing(folder):
    source = read_toml(read_folder(folder))
    book = open_book(write_workbook(source))
    assert is_whole(book)
    back = read_whole(book)
    assert tables(back) == tables(source)
    assert read_draft(back).pack == read_draft(source).pack
    assert tables(read_toml(write_toml(source))) == tables(source)


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_a_compiled_pack_becomes_a_source_again(folder):
    pack = load_any(folder).pack
    again = source_of(pack)
    assert read_draft(again).pack == pack
    assert read_draft(read_whole(open_book(write_workbook(again)))).pack == pack


def changed(cell, value, sheet="裁量基准"):
    book = load_workbook(io.BytesIO(write_workbook(read_toml(read_folder(CITY)))))
    book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    return open_book(out.getvalue())


@pytest.mark.parametrize(
    ("cell", "value", "sheet", "where", "why"),
    [
        ("G4", "volume >= lots", "裁量基准", "裁量基准!G4", "number is needed"),
        ("I4", "[1000, 3000", "裁量基准", "裁量基准!I4", "不是可以读的值"),
        ("K4", "nobody", "裁量基准", "裁量基准!K4", "没有编号为“nobody”"),
        ("L4", 9, "裁量基准", "裁量基准!K4", "没有第 9 个版本"),
        ("C3", "2024-02-31", "版本", "版本!C3", "no date"),
        ("B6", "never", "设置", "设置!B6", "no date"),
        ("E3", "weight", "事实", "事实!A3", "kind"),
        ("H4", "否", "裁量基准", "裁量基准!H4", "待人工确认"),
    ],
)
def test_errors_name_sheet_and_cell(cell, value, sheet, where, why):
    with pytest.raises(KnownError, match=r"rules\.pack_invalid") as caught:
        build_pack(read_whole(changed(cell, value, sheet)))
    assert str(caught.value.details["where"]).startswith(where), caught.value
    assert why in str(caught.value)


def published(rows, merge=True):
    book = Workbook()
    sheet = book.active
    sheet.append(["示例市城市管理行政处罚裁量基准"])
    sheet.append(["序号", "违法行为", "法律依据", "违法情节", "裁量阶次", "处罚标准"])
    start = 3
    for number, (title, basis, tiers) in enumerate(rows, 1):
        for at, (words, label, standard) in enumerate(tiers):
            first = [number, title, basis] if at == 0 else [None, None, None]
            sheet.append([*first, words, label, standard])
        if merge and len(tiers) > 1:
            for column in "ABC":
                sheet.merge_cells(f"{column}{start}:{column}{start + len(tiers) - 1}")
        start += len(tiers)
    out = io.BytesIO()
    book.save(out)
    return open_book(out.getvalue())


BASIS = "违反《城市道路管理条例》第二十七条；依据《城市道路管理条例》第四十二条，可以处2万元以下的罚款"
OCCUPY = (
    "擅自占用城市道路",
    BASIS,
    [
        ("占用面积不足１０平方米的", "较轻", "处1000元以上3000元以下罚款"),
        ("占用面积10平方米以上不足50平方米的", "一般", "处3000元以上8000元以下罚款"),
        ("占用面积50平方米以上，或者造成交通中断的", "较重", "处8000元以上2万元以下罚款"),
    ],
)


@pytest.mark.parametrize("merge", [True, False])
def test_a_published_table_is_read_and_waits_to_be_confirmed(merge):
    source = read_published(published([OCCUPY], merge), FRAME)
    (violation,) = source.violations
    version = violation.table["versions"][0]
    assert version["statute_ranges_yuan"] == {"all": [0, 20000]}
    assert version["punishes"] == "城市道路管理条例第四十二条"
    assert [tier["any_of"] for tier in version["tiers"]] == [
        [["zymj < 10"]],
        [["zymj >= 10", "zymj < 50"]],
        [["zymj >= 50"], ["zcjtzd == yes"]],
    ]
    assert [tier["bands_yuan"]["all"] for tier in version["tiers"]] == [[1000, 3000], [3000, 8000], [8000, 20000]]
    assert [tier["words"] for tier in version["tiers"]] == [words for words, _, _ in OCCUPY[2]]
    assert all(tier["proposed"] for tier in version["tiers"])
    with pytest.raises(KnownError, match=r"Sheet!D3.*尚待人工确认"):
        build_pack(source)
    whole = read_whole(open_book(write_workbook(source)))
    assert tables(whole) == tables(source)


def test_what_cannot_be_read_is_asked_for_and_never_guessed():
    source = read_published(published([("乱扔废弃物", "（见细则）", [("随意", "较轻", "酌情处罚")])]), FRAME)
    tier = source.violations[0].table["versions"][0]["tiers"][0]
    assert "bands_yuan" not in tier
    assert tier["any_of"] == [["sy == yes"]]
    with pytest.raises(KnownError, match=r"rules\.pack_invalid"):
        build_pack(source)


@pytest.mark.parametrize(
    ("words", "ends", "groups"),
    [
        ("占用面积10平方米以上的", "both", [["zymj >= 10"]]),
        ("占用面积10平方米以上的", "below", [["zymj > 10"]]),
        ("占用面积10平方米以下的", "both", [["zymj <= 10"]]),
        ("占用面积10平方米以下的", "above", [["zymj < 10"]]),
        ("占用面积超过１０平方米，且占用时长满5日的", "both", [["zymj > 10", "zysc >= 5"]]),
        ("货值金额一万元以上不足十万元的", "both", [["hzje >= 10000", "hzje < 100000"]]),
        ("货值金额1.5万元以上的", "both", [["hzje >= 15000"]]),
        ("初次违法；或者第三次违法的", "both", [["priors == 0"], ["priors == 2"]]),
        ("二次以上的", "both", [["slc >= 2"]]),
        ("未造成危害后果的", "both", [["zcwhhg == no"]]),
        ("拒不改正的", "both", [["jbgz == yes"]]),
        ("", "both", []),
    ],
)
def test_conditions_out_of_words(words, ends, groups):
    assert propose(words, Vocabulary(), ends) == groups


@pytest.mark.parametrize(
    ("words", "ends", "ranges"),
    [
        ("处1000元以上3000元以下罚款", "both", {"all": [1000, 3000]}),
        ("处1000元以上3000元以下罚款", "above", {"all": {"sum": [1000, 3000], "open": "hi"}}),
        ("处1000元以上3000元以下罚款", "below", {"all": {"sum": [1000, 3000], "open": "lo"}}),
        ("处以１万元以上２万元以下的罚款", "both", {"all": [10000, 20000]}),
        ("处五千元罚款", "both", {"all": [5000, 5000]}),
        ("可以处2万元以下罚款", "both", {"all": [0, 20000]}),
        ("处货值金额五倍以上十倍以下罚款", "both", {"all": {"times": [5, 10], "of": "hzje"}}),
        ("处建设工程造价5%以上10%以下罚款", "both", {"all": {"times": ["0.05", "0.1"], "of": "jsgczj"}}),
        ("对单位处1万元以上5万元以下罚款；对个人处200元以下罚款", "both", {"organisation": [10000, 50000], "citizen": [0, 200], "sole_trader": [0, 200]}),
        ("警告", "both", {}),
        ("酌情处罚", "both", {}),
    ],
)  # fmt: skip
def test_sums_out_of_words(words, ends, ranges):
    assert read_sums(words, ends, Vocabulary()) == ranges


@pytest.mark.parametrize(
    ("text", "number"),
    [("1000", 1000), ("１，０００", 1000), ("一千", 1000), ("两万", 20000), ("1.5万", 15000), ("十", 10), ("一百二十三", 123), ("3百万", 3_000_000), ("无", None)],
)  # fmt: skip
def test_numbers_as_tables_write_them(text, number):
    assert number_of(text) == number


def test_text_that_looks_like_a_formula_stays_text():
    source = read_toml(read_folder(CITY))
    source.violations[0].table["versions"][0]["tiers"][0]["words"] = "=1+1"
    back = read_whole(open_book(write_workbook(source)))
    assert back.violations[0].table["versions"][0]["tiers"][0]["words"] == "=1+1"


def test_a_key_without_a_column_is_refused_not_dropped():
    source = read_toml(read_folder(CITY))
    source.violations[0].table["remark"] = "x"
    with pytest.raises(KnownError, match=r"remark"):
        write_workbook(source)
