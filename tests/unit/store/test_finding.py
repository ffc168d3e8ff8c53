"""Ctrl+K finds a case, an inspection, a paper, a party by words, a number or pinyin initials."""

from datetime import date
from types import SimpleNamespace
from uuid import UUID

import pytest

from desktop.services.finding import find
from desktop.store import open_database
from tests.support.many_lines import case_row, number_row, paper_row, visit_row

PARTY, CODE, PLACE = "示例市衡平建材有限公司", "91990100MA87244670", "示例市示范区文昌路111号"
VISIT = (1 << 100 | 7).to_bytes(16, "big")


@pytest.fixture
def look(tmp_path):
    database = open_database(tmp_path, bytes(range(32)))
    agency = SimpleNamespace(library=SimpleNamespace(search=lambda query, day: []), current_packs=lambda day: ())
    desk = SimpleNamespace(agency=agency, today=lambda: date(2026, 3, 2))
    with database.write() as session:
        session.add_all(
            [
                case_row(1, PARTY, CODE, PLACE),
                case_row(2, "示例市前进丁家居有限公司", "x", "示例市示范区前进巷9号"),
                visit_row(7, PARTY, CODE, PLACE),
                number_row("示城管检通〔2026〕55号", VISIT),
                paper_row(1, 0, PARTY, "inquiry_record", ""),
                paper_row(1, 1, PARTY, "correction_order", "示城管责改〔2026〕31号"),
            ]
        )

    def run(query, limit=8):
        with database.read() as session:
            return find(session, desk, query, limit)

    yield run
    database.close()


def kinds(found):
    return [one.kind for one in found]


def test_a_party_s_name_finds_its_cases_and_its_inspections(look):
    for query in ("衡平", "hpjc", "文昌路 衡平", CODE[-6:].lower()):
        found = look(query)
        assert kinds(found) == ["case", "visit"], query
        assert found[1].key == str(UUID(bytes=VISIT))
        assert found[1].title == "门前秩序"
        assert PARTY in found[1].subtitle


def test_a_paper_is_found_by_its_number_and_not_by_its_party(look):
    (paper,) = look("责改〔2026〕31")
    assert paper.kind == "paper"
    assert paper.key == f"{UUID(int=1)}/{(9).to_bytes(32, 'big').hex()}"
    assert paper.subtitle == f"示城管责改〔2026〕31号 · {PARTY}"
    assert paper.title == "责令改正通知书"


def test_an_inspection_is_found_by_the_number_of_its_paper(look):
    (visit,) = look("检通 55")
    assert (visit.kind, visit.key) == ("visit", str(UUID(bytes=VISIT)))
    assert "示城管检通〔2026〕55号" in visit.subtitle


def test_one_that_is_found_by_words_and_by_number_stands_there_once(look):
    assert kinds(look("5")).count("visit") <= 1
    assert kinds(look("示")).count("visit") == 1


def test_nothing_is_found_for_nothing_and_for_what_is_not_there(look):
    assert look("  ") == ()
    assert look("没有这样的") == ()
    assert look("%") == ()
    assert look("_") == ()


def test_no_kind_crowds_the_others_out(look):
    assert kinds(look("示例市", 1)) == ["case", "visit"]
    assert look("前进巷")[0].key == str(UUID(int=2))
