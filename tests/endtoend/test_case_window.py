"""A case in the real window: a line of the review board opens what mends it or says that it stays marked; the head says how it came out."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit

from desktop.app.demo_city import PARTNER
from desktop.platform.clock import SystemClock
from desktop.printing.formset import library
from desktop.services.board_office import BoardLine, BoardView
from desktop.services.media import Details
from desktop.services.signed_in import SignedIn
from desktop.views.acts.page import ActPage
from desktop.views.cases.parts import Mark
from desktop.views.shared.board import BoardCard
from desktop.views.shared.lists import ItemList
from enforcement.casefile import fold_case
from enforcement.journal.acts import CertificateShown
from enforcement.journal.procedure_acts import ActDone, Effect, Paper
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from tests.endtoend.test_inspect_window import planned
from tests.support.city import copy_of, signed_in, written

WHY = "案情需要进一步调查"
PICTURES = os.environ.get("HENGCHI_PICTURES", "")


@pytest.fixture(scope="module")
def window(new_city, tmp_path_factory):
    """(application, driver, city) of an officer whose first sign-in fetched the agency's data."""
    city = copy_of(new_city, tmp_path_factory.mktemp("city"))
    city.start_relay()
    application, driver = signed_in(city.folder / "officer", city.cast)
    city.stop_relay()
    yield application, driver, city
    application.window.close()


@pytest.fixture(scope="module")
def spot(window, tmp_path_factory):
    """A decision on the spot, not yet handed over."""
    application, _, city = window
    office = application.session.office
    draft_id = written(office, city.cast)
    photo = tmp_path_factory.mktemp("photo") / "a.jpg"
    Image.new("RGB", (64, 48), (90, 120, 90)).save(photo)
    office.attach_photo(draft_id, photo)
    office.record_told(draft_id)
    office.record_statement(draft_id, "none")
    done = office.cosign_and_issue(draft_id, PARTNER, city.cast.password)
    return done.value.case_id


@pytest.fixture(scope="module")
def ordinary(window):
    """A case under the ordinary procedure with one record of an inspection; the case's id and the record's entry."""
    application, _, city = window
    office, desk = application.session.office, application.session.desk
    case_id = office.acts.turn_ordinary(written(office, city.cast), WHY).value
    form = library.form_named("inspection_record")
    content = library.read_values(Path("resources/forms/samples/inspection_record.toml"), form)
    content = {name: value for name, value in content.items() if name != "shown"}
    now = desk.clock.now()
    paper = Paper(form=form.id, content=content, content_digest=digest(b"x"), number="")
    body = ActDone(
        act="evidence.inspected", profile="ordinary@1", at=now, shown=(desk.agency.require(desk.number, "officer", now),),
        effect=Effect(), paper=paper,
    )  # fmt: skip
    with desk.database.write() as session:
        entries, _ = desk.append(session, case_id, body)
    return case_id, entries[0].hash


def press(window, case_id, mends, words="示例"):
    """Show the case with one line of the board, and press it."""
    application, driver, _ = window
    application.session._show_case(case_id)
    place = application.session._cases
    driver.wait(lambda: place._detail is not None and place._detail.row.case_id == case_id, "the case")
    driver.wait(lambda: application.work.busy == 0, "nothing on its way")
    card: BoardCard = place.board
    line = BoardLine("x.y", words, "1", False, "行政处罚法第四十条", mends)
    card.show_view(BoardView(case_id, "99", "优秀", False, (line,), 60))
    driver.window.activateWindow()
    driver.tap("case.struck.line.0")


def seen(driver, name):
    if PICTURES:
        driver.picture(Path(PICTURES) / f"{name}.png")


def said(window, *words):
    """Wait until the notice says all of this."""
    application, driver, _ = window
    driver.wait(lambda: all(one in application.window.notice_text() for one in words), f"a notice of {words}")


def test_an_act_opens_at_the_field_with_what_is_wrong_there(window, ordinary):
    application, driver, _ = window
    press(window, ordinary[0], "form:case_opening.opinions.officer", "承办意见未载明")
    driver.find("act.sign")
    page = next(one for one in application.window.findChildren(ActPage) if one.isVisible())
    driver.wait(lambda: page.model.draft is not None, "the page")
    assert page.model.draft.act == "opening.asked"
    driver.focused("field.opinions.officer")
    assert driver.find("problem.opinions.officer", QLabel).text() == "承办意见未载明"
    seen(driver, "mend-act")
    driver.tap("act.discard")
    driver.find("case.stages")


def test_a_paper_says_what_it_lacks_and_that_it_is_not_rewritten(window, ordinary):
    _, driver, _ = window
    press(window, ordinary[0], "form:inspection_record.shown", "笔录未载明出示执法证")
    text = driver.find("paper.mark", QLabel).text()
    assert text.startswith("笔录未载明出示执法证。Field: ")
    assert "not rewritten" in text
    driver.find("paper.page.1")
    seen(driver, "mend-paper")
    driver.tap("paper.back")
    driver.find("case.stages")


def test_what_was_done_opens_its_paper_and_another_s_act_is_theirs(window, ordinary):
    _, driver, _ = window
    press(window, ordinary[0], f"done:{ordinary[1].hex()}")
    driver.find("paper.mark")
    driver.tap("paper.back")
    press(window, ordinary[0], "act:penalty.approved")
    said(window, "stays marked")


def test_a_fact_opens_the_page_that_measures_at_that_fact(window, ordinary):
    _, driver, _ = window
    press(window, ordinary[0], "field:happened")
    driver.focused("onspot.happened")
    assert driver.find("onspot.go").accessibleName() == "Propose"
    seen(driver, "mend-page")
    driver.tap("onspot.leave")


def test_what_cannot_be_mended_is_marked_where_it_stands(window, ordinary):
    _, driver, _ = window
    press(window, ordinary[0], "field:party", "当事人的证件号码校验不符")
    said(window, "当事人的证件号码校验不符", "stays marked")
    assert driver.find("mark", Mark).parentWidget().objectName() == "case.party"
    seen(driver, "mend-stays")
    press(window, ordinary[0], "field:timeline", "各环节日期前后颠倒")
    driver.wait(lambda: not [one for one in driver.window.findChildren(Mark) if one.isVisible()], "one mark at a time")
    assert not driver.find("case.record").visibleRegion().isEmpty()
    seen(driver, "mend-record")


def test_a_decision_on_the_spot_leads_to_its_delivery_its_notice_and_its_supervisor(window, spot):
    application, driver, _ = window
    press(window, spot, "field:delivered")
    driver.focused("case.signed")
    seen(driver, "mend-delivered")
    press(window, spot, "act:review.approved")
    said(window, "head")
    press(window, spot, "form:penalty_decision.court")
    driver.wait(lambda: application.window.current_place() == "documents", "the notice")
    driver.find("case.page.1")
    said(window, "stays marked")


def test_each_of_the_board_s_own_lines_can_be_pressed(window, ordinary):
    application, _, _ = window
    office = application.session.office
    with application.session.desk.database.read() as session:
        case = fold_case(ordinary[0], application.session.desk.journal.entries(session, ordinary[0]))
    lines = office.board.of(ordinary[0]).lines
    assert len(lines) >= 3
    for line in lines:
        to = office.board.mend(ordinary[0], line.mends).to
        assert to.way in ("act", "paper", "page", "part", "theirs", "stays")
        assert to.way != "paper" or case.track.act(to.entry) is not None


def test_a_withdrawn_case_says_so_at_its_head_and_in_the_list(window):
    application, driver, city = window
    office, desk = application.session.office, application.session.desk
    case_id = office.acts.turn_ordinary(written(office, city.cast), WHY).value
    now = desk.clock.now()
    body = ActDone(
        act="withdrawal.approved", profile="ordinary@1", at=now, shown=(desk.agency.require(desk.number, "officer", now),),
        effect=Effect(stage="结案", marks=("ended", "withdrawn")),
    )  # fmt: skip
    with desk.database.write() as session:
        desk.append(session, case_id, body)
    application.session._show_case(case_id)
    driver.wait(lambda: driver.find("case.number", QLabel).text() == "The case was withdrawn", "the head")
    assert driver.find("case.status", QLabel).text() == "Withdrawn"
    application.session._cases.model.reload()
    driver.wait(lambda: "Withdrawn" in [one.chip for one in driver.find("cases.list").model_.items], "the list")
    seen(driver, "head-withdrawn")


def test_an_act_that_was_begun_stands_on_today_and_goes_on_with_one_press(window):
    application, driver, city = window
    office, desk = application.session.office, application.session.desk
    case_id = office.acts.turn_ordinary(written(office, city.cast), WHY).value
    draft = office.acts.begin(case_id, "opening.asked").value
    office.acts.set_value(draft.draft_id, "source", "巡查发现")
    (row,) = [one for one in office.today().begun if one.act]
    assert (row.title, row.party, row.case_id, row.stale) == ("呈批：立案", city.cast.company.name, case_id, False)
    driver.tap("rail.today")
    application.session._today.reload()
    begun = driver.find("today.begun")
    driver.wait(lambda: "呈批：立案" in [one.title for one in begun.model_.items], "the line")
    number = [one.title for one in begun.model_.items].index("呈批：立案")
    place = begun.visualRect(begun.model_.index(number)).center()
    QTest.mouseClick(begun.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    driver.find("act.sign")
    page = next(one for one in application.window.findChildren(ActPage) if one.isVisible())
    driver.wait(lambda: page.model.draft is not None, "the page")
    assert page.model.draft.draft_id == draft.draft_id
    assert driver.find("act.source", QLineEdit).text() == "巡查发现"
    driver.tap("act.leave")
    driver.wait(lambda: application.session._cases._detail.row.case_id == case_id, "its case")

    late = SignedIn(replace(desk, clock=Later(4)), "")
    (row,) = [one for one in late.today().begun if one.act]
    assert (row.stale, row.days) == (True, 4)
    driver.tap("rail.today")
    application.session._today.loaded.emit(late.today())
    lines = [one for one in begun.model_.items if one.title == "呈批：立案"]
    assert [(one.chip, one.tone) for one in lines] == [("4 days old", "reason")]
    assert "entered afterwards" in lines[0].tip
    seen(driver, "today-begun")
    early = SignedIn(replace(desk, clock=Later(3)), "")
    assert not any(one.stale for one in early.today().begun if one.act)
    page.model.discard(lambda: None)
    driver.wait(lambda: not [one for one in office.today().begun if one.act], "thrown away")


def test_ctrl_k_finds_an_inspection_by_its_party_and_opens_it(window):
    application, driver, city = window
    visit = planned(application, city)
    driver.window.activateWindow()
    driver.tap("rail.today")
    driver.key("Ctrl+K")
    driver.focused("palette.line")
    driver.type(city.cast.company.code[-8:].lower())
    found = driver.find("palette.list", ItemList)
    keys = [one.key for one in application.session.office.find(city.cast.company.code[-8:].lower())]
    driver.wait(lambda: len(found.model_.items) == len(keys), "everything that was found")
    seen(driver, "palette")
    number = keys.index(str(visit))
    for _ in range(number):
        driver.key("Down")
    driver.key("Return")
    driver.wait(lambda: application.window.current_place() == "inspect", "the inspection")
    driver.find("inspection.status")


def test_ctrl_k_finds_a_paper_by_its_number_and_opens_its_pages(window, ordinary):
    application, driver, _ = window
    desk = application.session.desk
    now = desk.clock.now()
    content = library.read_values(
        Path("resources/forms/samples/correction_order.toml"), library.form_named("correction_order")
    )
    paper = Paper(
        form="correction_order",
        content=content,
        content_digest=digest(b"y"),
        number="示城管责改〔2026〕31号",
        series="责改",
        running=31,
    )
    body = ActDone(
        act="correction.ordered", profile="ordinary@1", at=now, shown=(desk.agency.require(desk.number, "officer", now),),
        effect=Effect(), paper=paper,
    )  # fmt: skip
    with desk.database.write() as session:
        desk.append(session, ordinary[0], body)
    driver.key("Ctrl+K")
    driver.focused("palette.line")
    driver.type("责改〔2026〕31")
    driver.wait(
        lambda: [one.title for one in driver.find("palette.list", ItemList).model_.items] == ["责令改正通知书"], "it"
    )
    driver.key("Return")
    driver.wait(lambda: application.window.current_place() == "documents", "the documents")
    driver.find("paper.page.1")
    assert "示城管责改〔2026〕31号" in driver.find("paper.about", QLabel).text()


def test_a_recording_is_sealed_numbered_described_and_played_from_a_copy_that_is_wiped(window, tmp_path):
    application, driver, city = window
    session = application.session
    office, case_id = session.office, session.office.acts.turn_ordinary(written(session.office, city.cast), WHY).value
    session._show_case(case_id)
    place = session._cases
    driver.wait(lambda: place._detail is not None and place._detail.row.case_id == case_id, "the case")
    recordings = place.recordings
    first, second = tmp_path / "a.mp4", tmp_path / "b.wav"
    first.write_bytes(os.urandom(5 << 20))
    second.write_bytes(b"RIFF" * 1000)
    describe(driver, recordings, first, "2026-03-02 09:30", "2026-03-02 09:50")
    driver.wait(lambda: len(office.media.of(case_id)) == 1, "on record")
    describe(driver, recordings, second, "2026-03-02 10:00", "2026-03-02 10:20", broken="10:05换电池")
    driver.wait(lambda: len(office.media.of(case_id)) == 2, "on record")
    video, audio = office.media.of(case_id)
    assert (video.sort, video.whole, audio.sort, audio.whole) == ("video", True, "audio", False)
    assert video.digest == digest(first.read_bytes())
    tail = session.desk.device.hex[-4:].upper()
    assert [one.number.rpartition("〕")[2] for one in (video, audio)] == [f"{tail}-1号", f"{tail}-2号"]
    report = office.media.report()
    assert (report.highest, report.missing) == (2, ())
    words = "up to 2 · none missing"
    driver.wait(lambda: words in driver.find("recording.report", QLabel).text(), "the report")
    seen(driver, "recordings")

    played = []
    recordings._play = lambda path: played.append((path, path.read_bytes()))
    driver.tap(f"recording.play.{video.evidence.hex[-8:]}")
    driver.wait(lambda: bool(played), "played")
    path, content = played[0]
    assert content == first.read_bytes()
    assert path.suffix == ".mp4"
    assert path.parent.stat().st_mode & 0o077 == 0
    driver.tap("recording.wipe")
    driver.wait(lambda: not path.exists() and not path.parent.exists(), "wiped")

    with session.desk.database.write() as database:
        session.desk.append(database, case_id, opened())
    draft = office.acts.begin(case_id, "evidence.recorded").value
    rows = next(one for one in draft.fields if one.path == "media").value
    assert [(row["name"], row["kind"], row["whole"]) for row in rows] == [
        (video.number, "录像", "是"),
        (audio.number, "录音", "否"),
    ]
    assert rows[0]["digest"] == video.digest.hex()
    assert office.acts.preview(draft.draft_id).startswith(b"%PDF")
    office.acts.discard(draft.draft_id)
    assert office.case(case_id).evidence == ()  # photographs only

    details = Details("x", "y", "", datetime(2026, 3, 2, 2, tzinfo=UTC), datetime(2026, 3, 2, 1, tzinfo=UTC), True)
    sealed = office.media.seal(second, lambda *_: None, lambda: False)
    with pytest.raises(KnownError, match=r"input\.invalid"):
        office.media.record(case_id, sealed, details)
    assert not sealed.held.exists()
    assert office.media.report().highest == 2


def describe(driver, recordings, path, began, ended, broken=""):
    """The dialog after a file was chosen, filled in."""
    recordings.ask_details(path)
    driver.focused("recording.caption")
    for text in ("现场检查经过", "执法记录仪ZF-07", "", began, ended):
        driver.type(text) if text else None
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    if broken:
        driver.find("recording.whole", QCheckBox).setChecked(False)
        driver.find("recording.interrupted", QLineEdit).setText(broken)
    driver.tap("recording.go")
    driver.window.activateWindow()


def opened():
    """What the head's leave to open the case does to it."""
    at = SystemClock().now()
    shown = CertificateShown(number="99019001", name="某", unit="", state="valid", roster_version=1, roster_digest=b"")
    return ActDone(
        act="opening.approved", profile="ordinary@1", at=at, shown=(shown,), effect=Effect(marks=("opened", "evidence")),
    )  # fmt: skip


class Later(SystemClock):
    """The same clock some days on, and a little short of the next."""

    def __init__(self, days):
        self.days = days

    def now(self):
        return super().now() + timedelta(days=self.days) - timedelta(minutes=5 if self.days == 3 else 0)
