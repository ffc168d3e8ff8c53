"""Devices that were apart: two heads decide the same case, one settles it in the window, and afterwards all devices hold the same."""

import pytest
from PySide6.QtWidgets import QLabel
from sqlalchemy import select

from desktop.app.demo_city import OFFICER, PARTNER, SUPERVISOR
from desktop.services.signed_in import SignedIn
from desktop.store.models import CaseRow, NumberRow, PaperRow
from desktop.store.projections import rebuild, snapshot
from tests.support.city import SECOND_HEAD, copy_of, found, second_head, signed_in, written
from tests.support.crash_acts import opened
from tests.support.visit_desks import sync

HEADS = {"supervisor": SUPERVISOR, "supervisor2": SECOND_HEAD}
NO = "证据不足，请补充。"
WHY = "现场照片已经补充，以批准的为准。"


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    city = found(tmp_path_factory.mktemp("city"))
    city.start_relay()
    second_head(city)
    for name, number in {"officer": OFFICER, **HEADS}.items():
        desk, _ = opened(city.folder / name, number, city.cast.password)
        desk.database.close()
    city.stop_relay()
    yield city
    city.stop_relay()


@pytest.fixture
def city(founded, tmp_path):
    copied = copy_of(founded, tmp_path / "city")
    copied.start_relay()
    yield copied
    copied.stop_relay()


@pytest.fixture
def officer(city):
    desk, _ = opened(city.folder / "officer", OFFICER, city.cast.password)
    yield desk
    desk.database.close()


def asked(city, officer):
    """A case whose opening both officers asked for, sent; its id."""
    office = SignedIn(officer, "")
    case_id = office.acts.turn_ordinary(written(office, city.cast), "案情需要进一步调查").value
    page = office.acts.begin(case_id, "opening.asked").value
    for path, value in (
        ("source", "巡查发现"),
        ("received_on", office.today_is().isoformat()),
        ("opinions.officer", {"text": "建议立案。"}),
    ):
        office.acts.set_value(page.draft_id, path, value)
    office.acts.do(page.draft_id, PARTNER, city.cast.password)
    sync(officer)
    return case_id


def record(desk, case_id):
    """What a device holds of the case: its entries as bytes, and every line made from them."""
    with desk.database.read() as session:
        entries = {entry.data for entry in desk.journal.entries(session, case_id)}
        lines = []
        for table in (CaseRow, PaperRow, NumberRow):
            names = [column.key for column in table.__table__.columns]
            rows = session.scalars(select(table).where(table.case_id == case_id.bytes)).all()
            lines.append(sorted([getattr(row, name) for name in names] for row in rows))
        return entries, lines


def test_two_heads_decide_apart_and_one_of_them_settles_it_in_the_window(city, officer):
    case_id = asked(city, officer)
    one, first = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    two, second = signed_in(city.folder / "supervisor2", city.cast, SECOND_HEAD)
    for application, driver in ((one, first), (two, second)):
        office = application.session.office
        driver.wait(lambda office=office: len(office.acts.turns()) == 1, "the case has come")
    city.stop_relay()
    first.window.activateWindow()
    first.tap("rail.review")
    first.tap("approval.approve")
    first.wait(lambda: one.session.office.acts.turns() == (), "approved")
    second.window.activateWindow()
    second.tap("rail.review")
    second.tap("approval.refuse")
    second.focused("refusal.text")
    second.type(NO)
    second.tap("refusal.go")
    second.wait(lambda: two.session.office.acts.turns() == (), "refused")

    city.start_relay()
    for application, driver in ((one, first), (two, second)):
        application.session.sync_now()
        office = application.session.office
        driver.wait(lambda office=office: office.case(case_id).row.status == "conflict", "the conflict is seen")
    sync(officer)
    seen = SignedIn(officer, "").case(case_id)
    assert seen.row.status == "conflict"
    assert seen.conflicts == one.session.office.case(case_id).conflicts == two.session.office.case(case_id).conflicts
    unmarked = [paper.voided for paper in SignedIn(officer, "").acts.view(case_id).papers]
    assert sorted(unmarked) == ["", "与同一事项的另一记录冲突，未生效，等待监督人员处理"]

    first.window.activateWindow()
    first.wait(lambda: [item.value for item in first.find("review.list").model_.items] == [case_id], "listed once")
    sides = {name: first.find(f"conflict.{name}", QLabel).text() for name in ("first", "second")}
    granted = next(name for name, words in sides.items() if words.startswith("批准"))
    assert any(words.startswith("不批准") for words in sides.values())
    first.tap(f"conflict.{granted}.stands")
    first.focused("settle.text")
    first.type(WHY)
    first.tap("settle.go")
    first.wait(lambda: one.session.office.case(case_id).row.status == "underway", "settled")
    first.wait(lambda: not first.window.findChild(QLabel, "conflict.what"), "nothing more to settle")

    second.wait(lambda: two.session.office.case(case_id).conflicts == (), "the answer has come")
    sync(officer)
    view = SignedIn(officer, "").acts.view(case_id)
    assert view.turn == "officer"
    assert "evidence.inquired" in [offer.act for offer in view.offers]
    papers = {paper.act: paper for paper in view.papers}
    assert papers["opening.approved"].voided == ""
    assert papers["opening.refused"].voided == f"冲突经监督人员处理，不予采用：{WHY}"
    assert SignedIn(officer, "").acts.paper_pdf(case_id, papers["opening.refused"].entry).startswith(b"%PDF")
    assert any(WHY in line.words for line in SignedIn(officer, "").case(case_id).timeline)
    held = [record(desk, case_id) for desk in (officer, one.session.desk, two.session.desk)]
    assert held[0] == held[1] == held[2]
    for desk in (one.session.desk, two.session.desk, officer):
        with desk.database.write() as session:
            before = snapshot(session)
            rebuild(session, desk.journal)
            assert snapshot(session) == before
    one.window.close()
    two.window.close()
