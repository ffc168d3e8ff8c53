"""The review board in the real windows and on the command line: a decision taken through the services, judged before it is approved."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pypdfium2
import pytest
from PIL import Image
from PySide6.QtWidgets import QLabel

from desktop.app.demo_city import OFFICER, PARTNER
from desktop.app.main import main
from desktop.app.tools import render, render_form
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.board import bench_of, board_of, judge
from desktop.services.board_office import BoardLine, BoardView
from desktop.services.board_year import CaseScore, figures, scores
from desktop.services.signed_in import SignedIn
from desktop.store import parties
from desktop.views.shared.basics import Link
from enforcement.casefile import fold_case
from enforcement.journal.acts import CaseOpened, DocumentVoided, Party
from enforcement.journal.procedure_acts import ActDone, Effect, Paper
from enforcement.values.errors import KnownError
from tests.support.city import copy_of, signed_in, written


@pytest.fixture(scope="module")
def city(founded, tmp_path_factory):
    return copy_of(founded, tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def desk(city):
    made = profile.unlock(
        city.folder / "officer", OFFICER, city.cast.password, SystemClock(), render, render_form, None
    )
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def case_id(city, desk, tmp_path_factory):
    """A decision on the spot, not yet printed or handed over."""
    office = SignedIn(desk, "")
    draft_id = written(office, city.cast)
    photo = tmp_path_factory.mktemp("photo") / "a.jpg"
    Image.new("RGB", (64, 48), (90, 120, 90)).save(photo)
    office.attach_photo(draft_id, photo)
    office.record_told(draft_id)
    office.record_statement(draft_id, "none")
    return office.cosign_and_issue(draft_id, PARTNER, city.cast.password).value.case_id


def test_a_lawful_decision_lacks_only_its_delivery(desk, case_id):
    view = SignedIn(desk, "").board.of(case_id)
    assert [one.check for one in view.lines] == ["service.served"]
    assert (view.score, view.band, view.failed) == ("95", "优秀", False)
    assert view.checks_run >= 60


def test_a_case_that_is_not_here_is_refused(desk):
    with desk.database.read() as session, pytest.raises(KnownError, match=r"input\.invalid"):
        board_of(session, desk, uuid4(), bench_of(desk.deadlines))


def test_another_sum_than_the_ruler_gives_is_seen(desk, case_id):
    by = bench_of(desk.deadlines)
    with desk.database.read() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
        facts = replace(case, facts=None)
        assert "decision.measured_same" in {one.check for one in judge(session, desk, facts, by).vetoes}
        assert judge(session, desk, case, by).vetoes == ()


def test_a_number_that_another_case_bears_is_struck(desk, case_id):
    by = bench_of(desk.deadlines)
    with desk.database.read() as session:
        case = replace(fold_case(case_id, desk.journal.entries(session, case_id)), case_id=uuid4())
        assert "papers.number_once" in {one.check for one in judge(session, desk, case, by).struck}


def test_a_year_is_reported_on_the_terminal_as_json_and_as_pdf(city, desk, case_id, tmp_path, capsys):
    unit = desk.agency.person(OFFICER).unit
    year = str(desk.today().year)
    passwords = tmp_path / "passwords"
    passwords.write_text(f"{city.cast.password}\n")
    common = [
        "--profile",
        str(city.folder / "officer"),
        "review",
        "--person",
        OFFICER,
        "--password-file",
        str(passwords),
    ]
    files = ["--json", str(tmp_path / "year.json"), "--pdf", str(tmp_path / "year.pdf")]
    assert main([*common, "--unit", unit, "--year", year, *files]) == 0
    assert "1 cases" in capsys.readouterr().out
    data = json.loads((tmp_path / "year.json").read_text("utf-8"))
    assert data["figures"]["cases"] == 1
    assert data["figures"]["average"] == "95"
    assert data["figures"]["checks"] == [{"id": "service.served", "label": "决定书没有送达", "cases": 1}]
    assert data["cases"][0]["case"] == str(case_id)
    text = pypdfium2.PdfDocument(tmp_path / "year.pdf")[0].get_textpage().get_text_range()
    assert "案卷评查报告" in text
    assert "决定书没有送达" in text
    assert main([*common, "--unit", unit, "--year", "2019"]) == 0
    assert "0 cases" in capsys.readouterr().out
    assert main([*common, "--unit", "nobody", "--year", year]) == 1
    assert "--unit" in capsys.readouterr().err
    passwords.write_text("wrong\n")
    assert main([*common, "--unit", unit, "--year", year]) == 1


def test_a_units_name_finds_the_same_cases_as_its_id(desk, case_id):
    by = bench_of(desk.deadlines)
    unit = desk.agency.person(OFFICER).unit
    name = desk.agency.index.roster.unit_name(unit)
    year = desk.today().year
    assert [one.case_id for one in scores(desk, by, unit, year)] == [case_id]
    assert [one.case_id for one in scores(desk, by, name, year)] == [case_id]


def test_figures_count_each_case_once_for_a_check(desk, case_id):
    by = bench_of(desk.deadlines)
    (row,) = scores(desk, by, desk.agency.person(OFFICER).unit, desk.today().year)
    veto = replace(row.struck[0], check="notice.given", veto=True)
    rows: list[CaseScore] = [
        replace(row, struck=(), score=1000),
        replace(row, struck=(*row.struck, *row.struck)),
        replace(row, struck=(veto,), band="不合格"),
    ]
    got = figures(by, rows)
    assert (got.cases, got.vetoed, got.faultless, got.average) == (3, 1, 1, 967)
    assert dict((id_, number) for id_, _, number in got.by_check) == {"service.served": 1, "notice.given": 1}
    assert dict(got.bands)["不合格"] == 1
    assert figures(by, []).average == 0


def test_the_card_stands_beside_the_record_and_says_what_mends_a_line(city, desk, case_id):
    application, driver = signed_in(city.folder / "officer", city.cast)
    try:
        application.window.open_place("cases")
        driver.wait(lambda: "95" in driver.find("case.struck.score", QLabel).text(), "the score")
        line = driver.find("case.struck.line.0", Link)
        assert "决定书没有送达" in line.text()
        card = line.window().findChild(QLabel, "case.struck.score").parentWidget()
        wanted = []
        card.wanted.connect(lambda shown, one: wanted.append((shown, one.mends)))
        line.clicked.emit()
        assert wanted == [(case_id, "field:delivered")]
        veto = BoardView(
            case_id, "100", "不合格", True, (BoardLine("notice.given", "未告知", "", True, "x", "field:told"),), 62
        )
        card.show_view(veto)
        assert driver.find("case.struck.band", QLabel).text() == "不合格"
        assert "Veto" in [one.text() for one in card.findChildren(QLabel)]
        assert "1 vetoes and 0 deductions" in driver.find("case.struck.said", QLabel).text()
    finally:
        application.window.close()


def test_a_voided_decision_is_struck_for_not_being_made_again(desk, case_id):
    by = bench_of(desk.deadlines)
    with desk.database.write() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
        _, voided = desk.append(session, case_id, DocumentVoided(number=case.decision.act.number, words="误"))
        assert [one.check for one in judge(session, desk, voided, by).struck] == ["papers.made_again"]


def inspected(desk, minutes):
    """A case of the ordinary procedure whose inspection began so many minutes after nine; its id."""
    at = desk.clock.now().replace(hour=1, minute=0, second=0, microsecond=0) - timedelta(days=1)
    began, ended = at + timedelta(minutes=minutes), at + timedelta(minutes=minutes + 20)
    shown = desk.agency.require(OFFICER, "officer", desk.clock.now())
    with desk.database.read() as session:
        party = CaseOpened(
            inspection=uuid4(), party=known_party(session), unit="u1", officer=OFFICER, place="示范路", found_at=began,
            procedure="ordinary",
        )  # fmt: skip
    content = {"began": began.isoformat(), "ended": ended.isoformat(), "agency": desk.agency.index.roster.agency.name}
    paper = Paper(form="inspection_record", content=content, content_digest=bytes(32))
    act = ActDone(
        act="evidence.inspected", profile="ordinary@1", at=began, shown=(shown,), effect=Effect(), paper=paper
    )
    case_id = uuid4()
    with desk.database.write() as session:
        desk.append(session, case_id, party, act)
    return case_id


def known_party(session):
    one = parties.find_parties(session, "", 1)[0]
    return Party(party_id=one.party_id, name=one.name, kind=one.kind, code=one.code, address=one.address)


def test_an_ordinary_case_is_judged_and_an_officer_seen_in_two_places(desk):
    first = inspected(desk, 0)
    alone = {one.check for one in SignedIn(desk, "").board.of(first).lines}
    assert {"order.opened_first", "order.retraced", "papers.complete"} <= alone
    assert "subject.one_place" not in alone
    inspected(desk, 60)
    assert "subject.one_place" not in {one.check for one in SignedIn(desk, "").board.of(first).lines}
    inspected(desk, 10)
    (line,) = [one for one in SignedIn(desk, "").board.of(first).lines if one.check == "subject.one_place"]
    assert OFFICER in line.words
    assert line.mends == "form:inspection_record.began"
