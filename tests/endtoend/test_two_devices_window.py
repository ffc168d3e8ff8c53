"""Devices that were apart: two heads decide the same case, one settles it in the window, and afterwards all devices hold the same."""

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel
from sqlalchemy import select

from desktop.app.demo_city import OFFICER, PARTNER, SUPERVISOR
from desktop.app.story_steps import inspection
from desktop.app.syncing import engine_of
from desktop.platform.clock import SystemClock
from desktop.services.board import BoardDesk
from desktop.services.signed_in import SignedIn
from desktop.store.models import CaseRow, NumberRow, PaperRow, RefusedBundleRow
from desktop.store.projections import rebuild, snapshot
from enforcement.values.errors import KnownError
from tests.support.city import SECOND_HEAD, copy_of, second_head, signed_in, written
from tests.support.crash_acts import opened

HEADS = {"supervisor": SUPERVISOR, "supervisor2": SECOND_HEAD}
NO = "证据不足，请补充。"
WHY = "现场照片已经补充，以批准的为准。"


@pytest.fixture(scope="module")
def founded(new_city, tmp_path_factory):
    city = copy_of(new_city, tmp_path_factory.mktemp("city"))
    city.start_relay()
    second_head(city)
    for name, number in {"officer": OFFICER, **HEADS}.items():
        desk, _ = opened(city.folder / name, number, city.cast.password)
        desk.database.close()
    city.stop_relay()
    yield city
    city.stop_relay()


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
    home(officer)
    return case_id


ITEMS = [{"name": "瓷砖", "model": "60×60", "count": "12箱", "state": "完好", "note": ""}]
KEEP = {"way": "就地保存", "keep": "示例市示范区示范路18号门前", "items": ITEMS}


class Calendar(SystemClock):
    """A clock that stands on another day."""

    def __init__(self, back):
        self.back = back

    def now(self):
        return super().now() - self.back


def home(*desks):
    """Each sends and fetches until nothing moves, by the real time; nothing that came was refused."""
    for _ in range(2):
        for desk in desks:
            engine = engine_of(desk, clock=SystemClock())
            for _ in range(12):
                result = engine.step()
                assert result.problem is None, result.problem
                if not result.changed:
                    break
    for desk in desks:
        with desk.database.read() as session:
            assert session.scalars(select(RefusedBundleRow)).all() == []


def act(city, office, case_id, name, **values):
    """An act with these values, `officer_says` and `head_says` being opinions."""
    page = office.acts.begin(case_id, name).value
    for path, value in values.items():
        path = {"officer_says": "opinions.officer", "head_says": "opinions.head"}.get(path, path)
        office.acts.set_value(page.draft_id, path, {"text": value} if path.startswith("opinions.") else value)
    return office.acts.do(page.draft_id, *((PARTNER, city.cast.password) if page.second else ("", ""))).value


def inspected(city, office, case_id):
    values = inspection(city.cast, 0, "门前人行道堆放瓷砖样品。").values
    return act(city, office, case_id, "evidence.inspected", **values)


def due(office, case_id):
    return {row.what: row.days_left for row in office.acts.view(case_id).deadlines}


def test_a_device_that_was_away_for_thirty_days_brings_everything_each_at_its_own_time(city):
    away, then = Calendar(timedelta(days=30)), Calendar(timedelta(days=30))
    officer, office = opened(city.folder / "officer", OFFICER, city.cast.password, away)
    head, desk = opened(city.folder / "supervisor", SUPERVISOR, city.cast.password, then)
    case_id = asked(city, officer)
    home(officer, head)
    act(city, desk, case_id, "opening.approved", head_says="同意立案。")
    home(head, officer)
    act(city, office, case_id, "preservation.asked", reason="证据可能灭失", officer_says="建议先行登记保存。", **KEEP)
    home(officer, head)
    act(city, desk, case_id, "preservation.approved", head_says="同意。")
    home(head, officer)
    act(city, office, case_id, "evidence.preserved", **KEEP)
    home(officer, head)
    kept = "处理先行登记保存的物品"
    assert 5 <= due(desk, case_id)[kept] <= 13

    written_on = []
    for back in (29, 20, 1):  # no connection from here on
        away.back = timedelta(days=back)
        if back == 1:
            assert due(office, case_id)[kept] < 0
            act(city, office, case_id, "evidence.disposed", measure="解除登记保存，退还物品", items=ITEMS)
        elif back == 20:
            inspected(city, office, case_id)
        else:
            act(city, office, case_id, "evidence.inquiry_called", at=later(office, 2), room="二楼询问室")
        written_on.append(away.now())
    away.back = timedelta(0)
    then.back = timedelta(0)
    assert due(desk, case_id)[kept] < 0  # nobody at the office knows what became of it
    numbers = [paper.number for paper in office.acts.view(case_id).papers]

    home(officer, head)
    held = [record(one, case_id) for one in (officer, head)]
    assert held[0] == held[1]
    assert [paper.number for paper in desk.acts.view(case_id).papers] == numbers
    late = [line for line in desk.case(case_id).timeline if line.kind == "act.done"][-3:]
    assert [abs(line.at - at) < timedelta(minutes=5) for line, at in zip(late, written_on, strict=True)] == [True] * 3
    assert all(line.effective for line in desk.case(case_id).timeline)
    assert kept not in due(desk, case_id)
    struck = {line.check: line.words for line in BoardDesk(head).of(case_id).lines}
    assert "evidence.preserved_settled" in struck
    assert "subject.officers_qualified" not in struck
    assert "order.retraced" not in struck, struck
    for one in (officer, head):
        one.database.close()


def later(office, days):
    """A minute some days on, as a form takes it."""
    return (office.acts.desk.clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def test_what_is_signed_after_a_suspension_that_had_not_arrived_is_kept_and_marked(city):
    officer, office = opened(city.folder / "officer", OFFICER, city.cast.password)
    head, desk = opened(city.folder / "supervisor", SUPERVISOR, city.cast.password)
    case_id = asked(city, officer)
    home(officer, head)
    act(city, desk, case_id, "opening.approved", head_says="同意立案。")
    home(head, officer)
    lawful = BoardDesk(head).of(case_id)
    assert "subject.officers_qualified" not in {line.check for line in lawful.lines}
    city.office("suspend", OFFICER, "--reason", "被投诉，调查期间暂扣")
    city.office("publish")
    signed = inspected(city, office, case_id)  # the roster of this device is the old one
    home(officer, head)
    officer.database.close()
    head.database.close()

    officer, office = opened(city.folder / "officer", OFFICER, city.cast.password)
    with pytest.raises(KnownError, match=r"certificate\.suspended"):
        office.acts.begin(case_id, "evidence.collected")
    with pytest.raises(KnownError, match=r"certificate\.suspended"):
        office.begin_on_spot()
    head, desk = opened(city.folder / "supervisor", SUPERVISOR, city.cast.password)
    assert record(officer, case_id) == record(head, case_id)
    assert signed.entry in [paper.entry for paper in desk.acts.view(case_id).papers]
    struck = {line.check: line.words for line in BoardDesk(head).of(case_id).lines}
    assert "签署时执法证被暂扣" in struck["subject.officers_qualified"]
    for one in (officer, head):
        one.database.close()


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
    home(officer)
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
    home(officer)
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
    _, (_, papers_kept, numbers_kept) = held[0]
    assert (len(papers_kept), len(numbers_kept)) == (2, 2)  # the number of the one that fell stays used
    for desk in (one.session.desk, two.session.desk, officer):
        with desk.database.write() as session:
            before = snapshot(session)
            rebuild(session, desk.journal)
            assert snapshot(session) == before
    one.window.close()
    two.window.close()
