"""The page of an act: fields kept as they are left, what is missing leads to its field, refusals stand beside, one key signs."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Event
from types import SimpleNamespace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from desktop.services.act_shapes import ActDraft, Acted, AgainstView, FieldView
from desktop.services.changes import Changes, Done
from desktop.services.shapes import MissingItem, PersonView
from desktop.viewmodels.acts import ActModel
from desktop.views.acts.page import ActPage
from desktop.views.shared.basics import Link
from desktop.work import Work
from enforcement.values.errors import KnownError

CASE, DRAFT = UUID(int=1), UUID(int=2)
ROOM = FieldView("room", "询问地点", "text", True, "行政处罚法第五十五条", (), (), "", None, False)
NAME = replace(ROOM, path="party.name", label="当事人", value="示例公司", known=True)
PARTNER = PersonView("99010002", "严范", "u1", ("officer",), "valid", None, (), "990100", "执法证", None, True)
BEGUN = ActDraft(
    DRAFT, CASE, "inquired", "询问笔录", "行政处罚法第五十五条", "inquiry_record", "询问笔录", False, (ROOM, NAME),
    datetime(2026, 3, 2, 1, 30, tzinfo=UTC), False, (), (MissingItem("room", "询问地点未载明", "行政处罚法第五十五条"),), (),
)  # fmt: skip


@dataclass
class Acts:
    """Keeps one act as the service would; what it is asked stands in `asked`."""

    kept: ActDraft = BEGUN
    refuses: KnownError | None = None
    asked: list = field(default_factory=list)

    def begin(self, case_id, act):
        self.asked.append(("begin", case_id, act))
        return self.done(self.kept)

    def set_value(self, draft_id, path, value):
        self.asked.append(("set", path, value))
        if self.refuses is not None:
            raise self.refuses
        fields = tuple(replace(one, value=value) if one.path == path else one for one in self.kept.fields)
        missing = tuple(one for one in self.kept.missing if one.field != path or not value)
        self.kept = replace(self.kept, fields=fields, missing=missing)
        return self.done(self.kept)

    def set_at(self, draft_id, at):
        self.asked.append(("at", at))
        self.kept = replace(self.kept, at=at)
        return self.done(self.kept)

    def discard(self, draft_id):
        self.asked.append(("discard",))
        return self.done(None)

    def preview(self, draft_id):
        raise KnownError("notice.unreadable", why="not yet")

    def do(self, draft_id, number="", password=""):
        self.asked.append(("do", number, password))
        if self.refuses is not None:
            raise self.refuses
        return self.done(Acted(CASE, b"e" * 32, "询问笔录", "", True))

    @staticmethod
    def done(value):
        return Done(value, Changes(frozenset({"drafts"})))


@pytest.fixture
def opened(qtbot):
    """Opens the page of the act as given and waits until its fields stand."""
    work = Work()

    def open_page(kept=BEGUN, width=1280):
        acts = Acts(kept)
        page = ActPage(ActModel(SimpleNamespace(acts=acts), work))
        page.resize(width, 800)
        qtbot.addWidget(page)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.model.begin(CASE, "inquired")
        qtbot.waitUntil(lambda: page.model.draft is not None)
        return page, acts

    yield open_page
    assert work.stop()


def part(page, name, kind=QWidget):
    return next(one for one in page.findChildren(kind, name) if not one.isHidden())


def test_a_field_is_kept_as_it_is_left_and_what_was_missing_goes(opened, qtbot):
    page, acts = opened()
    assert not page.go.isEnabled()
    part(page, "missing.room", Link).clicked.emit()
    room = part(page, "act.room", QLineEdit)
    qtbot.waitUntil(room.hasFocus)
    QTest.keyClicks(room, "203")
    QTest.keyClick(room, Qt.Key.Key_Tab)
    qtbot.waitUntil(page.go.isEnabled)
    assert acts.asked[-1] == ("set", "room", "203")
    assert part(page, "act.complete", QLabel)


def test_what_the_case_knows_is_folded_away_and_a_link_opens_it(opened, qtbot):
    missing = MissingItem("party.name", "当事人未载明", "行政处罚法第五十五条")
    page, _ = opened(replace(BEGUN, missing=(missing,)))
    name = next(one for one in page.findChildren(QLineEdit, "act.party.name"))
    assert not name.isVisible()
    part(page, "missing.party.name", Link).clicked.emit()
    qtbot.waitUntil(name.isVisible)
    assert name.text() == "示例公司"
    part(page, "act.known", QPushButton).click()
    assert not name.isVisible()


def test_a_refused_value_is_said_at_its_field_and_stays_written(opened, qtbot):
    page, acts = opened()
    acts.refuses = KnownError("form.value", form="inquiry_record", field="room", why="too long")
    room = part(page, "act.room", QLineEdit)
    room.setFocus()
    QTest.keyClicks(room, "203")
    room.clearFocus()
    problem = page.findChild(QLabel, "problem.room")
    qtbot.waitUntil(lambda: not problem.isHidden())
    assert "too long" in problem.text()
    assert room.text() == "203"


def test_what_stands_in_the_way_is_said_with_its_article_and_nothing_is_signed(opened):
    against = AgainstView("尚未立案", "行政处罚法第五十四条")
    page, acts = opened(replace(BEGUN, missing=(), against=(against,)))
    assert part(page, "act.against", QLabel).text() == "尚未立案"
    assert any(one.text() == "行政处罚法第五十四条" for one in page.findChildren(QLabel))
    page.ask_signature()
    assert not any(one[0] == "do" for one in acts.asked)


def test_the_key_saves_what_is_being_written_before_it_signs(opened, qtbot):
    page, acts = opened(replace(BEGUN, missing=()))
    room = part(page, "act.room", QLineEdit)
    room.setFocus()
    QTest.keyClicks(room, "203")
    with qtbot.waitSignal(page.acted):
        QTest.keySequence(room, "Ctrl+Return")
    assert [one[0] for one in acts.asked] == ["begin", "set", "do"]


def test_two_officers_sign_and_a_wrong_password_leaves_everything_as_it_is(opened, qtbot):
    page, acts = opened(replace(BEGUN, missing=(), second=True, partners=(PARTNER,)))
    page.go.click()
    password = part(page, "sign.password", QLineEdit)
    acts.refuses = KnownError("password.wrong")
    password.setText("wrong")
    QTest.keyClick(password, Qt.Key.Key_Return)
    problem = page.findChild(QLabel, "sign.problem")
    qtbot.waitUntil(lambda: not problem.isHidden())
    acts.refuses = None
    with qtbot.waitSignal(page.acted):
        password.setText("right")
        QTest.keyClick(password, Qt.Key.Key_Return)
    assert acts.asked[-2:] == [("do", "99010002", "wrong"), ("do", "99010002", "right")]


def test_when_it_happened_is_read_and_what_cannot_be_read_is_said(opened, qtbot):
    page, acts = opened()
    when = part(page, "act.when", QLineEdit)
    assert when.text() == "2026-03-02 09:30"
    when.setFocus()
    when.selectAll()
    QTest.keyClicks(when, "yesterday")
    when.clearFocus()
    assert "2026-03-02 09:30" in part(page, "act.when.problem", QLabel).text()
    when.setFocus()
    when.selectAll()
    QTest.keyClicks(when, "2026-03-01 08:00")
    when.clearFocus()
    qtbot.waitUntil(lambda: acts.asked[-1][0] == "at")
    assert acts.asked[-1][1] == datetime(2026, 3, 1, 0, 0, tzinfo=UTC)


def test_thrown_away_it_is_gone_and_left_it_is_kept(opened, qtbot):
    page, acts = opened()
    with qtbot.waitSignal(page.left):
        part(page, "act.discard", QPushButton).click()
    assert acts.asked[-1] == ("discard",)
    other, kept = opened()
    with qtbot.waitSignal(other.left):
        QTest.keySequence(other, "Escape")
    assert [one[0] for one in kept.asked] == ["begin"]


def test_on_a_narrow_window_the_paper_takes_the_form_s_place_and_a_link_brings_it_back(opened, qtbot):
    page, _ = opened(replace(BEGUN, shows_paper=True), width=900)
    qtbot.waitUntil(lambda: not page.preview.isVisible())
    QTest.keySequence(page, "F4")
    qtbot.waitUntil(page.preview.isVisible)
    part(page, "missing.room", Link).clicked.emit()
    qtbot.waitUntil(lambda: part(page, "act.room", QLineEdit).hasFocus())
    page.resize(1300, 800)
    qtbot.waitUntil(page.preview.isVisible)
    assert part(page, "act.room", QLineEdit).isVisible()


def test_an_answer_overtaken_by_newer_words_is_not_shown(opened, qtbot):
    """It would take the row away that was added since."""
    page, acts = opened()
    shown, gate, kept = [], Event(), acts.set_value

    def slowly(draft_id, path, value):
        gate.wait(10)
        return kept(draft_id, path, value)

    acts.set_value = slowly
    page.model.draft_changed.connect(lambda draft: shown.append(draft.fields[0].value))
    page.model.set_value("room", "2")
    page.model.set_value("room", "203")
    gate.set()
    qtbot.waitUntil(lambda: page.model.draft.fields[0].value == "203")
    assert shown == ["203"]


def test_what_was_kept_before_a_refusal_is_shown_with_it(opened, qtbot):
    page, acts = opened()
    gate, kept = Event(), acts.set_value

    def slowly(draft_id, path, value):
        gate.wait(10)
        if value == "too long":
            raise KnownError("form.value", form="inquiry_record", field="room", why="too long")
        return kept(draft_id, path, value)

    acts.set_value = slowly
    page.model.set_value("room", "203")
    page.model.set_value("room", "too long")
    with qtbot.waitSignal(page.model.refused):
        gate.set()
    assert page.model.draft.fields[0].value == "203"
    assert page.go.isEnabled()


def test_that_nothing_is_missing_is_read_above_the_paper(opened, qtbot):
    page, _ = opened(replace(BEGUN, shows_paper=True))
    page.model.set_value("room", "203")
    qtbot.waitUntil(page.go.isEnabled)
    words = part(page, "act.complete", QLabel)
    qtbot.waitUntil(lambda: words.visibleRegion().boundingRect().height() >= words.fontMetrics().height())
