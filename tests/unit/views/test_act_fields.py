"""Each kind of field of an act: what is typed becomes the value of the form, what cannot is said at the field and not saved."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.services.act_shapes import FieldView
from desktop.services.shapes import EvidenceView
from desktop.views.acts.editor import FieldBox
from desktop.views.acts.page import EDITORS
from desktop.views.shared.basics import Pick, Segmented
from desktop.views.shared.theme import look
from enforcement.notices.forms import Column

BASE = FieldView("a.field", "栏目", "text", True, "行政处罚法第五十五条", (), (), "", None, False)
COLUMNS = (
    Column(id="name", label="名称"),
    Column(id="worth", label="价值", kind="money"),
    Column(id="on", label="日期", kind="day"),
)


class Shown:
    """A field's box with everything that it said."""

    def __init__(self, qtbot, kind, path="a.field", value=None, **more):
        self.box = FieldBox(EDITORS[kind](replace(BASE, kind=kind, path=path, value=value, **more)))
        self.values = []
        self.box.editor.left.connect(self.values.append)
        self.box.editor.show_value(value)
        self.host = QWidget()
        qtbot.addWidget(self.host)
        QVBoxLayout(self.host).addWidget(self.box)
        self.host.resize(640, 400)
        with qtbot.waitActive(self.host):
            self.host.show()
            self.host.activateWindow()

    def part(self, name):
        found = self.box.findChild(QWidget, f"act.{self.box.editor.field.path}{name}")
        assert found is not None, name
        return found

    def write(self, text, name=""):
        field = self.part(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        if isinstance(field, QPlainTextEdit):
            field.insertPlainText(text)
        else:
            field.insert(text)
        field.clearFocus()

    def problem(self):
        found = self.box.findChild(QLabel, "problem.a.field")
        return "" if found.isHidden() else found.text()


def test_a_line_of_text_is_said_once_and_without_blanks(qtbot):
    shown = Shown(qtbot, "text")
    shown.write(" room 203 ")
    shown.part("").clearFocus()
    assert shown.values == ["room 203"]


def test_text_that_was_taken_away_is_nothing(qtbot):
    shown = Shown(qtbot, "text", value="old")
    shown.write("")
    assert shown.values == [None]


@pytest.mark.parametrize(("path", "value"), [("facts", None), ("a.field", "一" * 60), ("a.field", "一\n二")])
def test_sentences_get_several_lines_and_grow(qtbot, path, value):
    shown = Shown(qtbot, "text", path=path, value=value)
    before = shown.part("").height()
    shown.write("a\nb\nc\nd\ne\nf")
    assert shown.values == ["a\nb\nc\nd\ne\nf"]
    assert shown.part("").height() > before


@pytest.mark.parametrize(("text", "fen"), [("1500", 150_000), ("12.5", 1_250), ("1,500.05元", 150_005), ("0", 0)])
def test_yuan_are_typed_and_fen_are_kept(qtbot, text, fen):
    shown = Shown(qtbot, "money")
    shown.write(text)
    assert shown.values == [fen]


@pytest.mark.parametrize(
    ("kind", "text", "like"),
    [
        ("money", "12.345", "1500"),
        ("money", "-3", "1500"),
        ("count", "3.5", "3"),
        ("count", "many", "3"),
        ("day", "2026-02-30", "2026-03-02"),
        ("minute", "2026-03-02 25:00", "09:30"),
        ("minute", "2026-03-02", "09:30"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field_kept_there_and_not_saved(qtbot, kind, text, like):
    shown = Shown(qtbot, kind)
    shown.write(text)
    assert shown.values == []
    assert like in shown.problem()
    assert shown.part("").property("wrong")
    shown.box.editor.show_value(None)  # an answer to another field
    assert shown.part("").text() == text


def test_a_corrected_field_is_no_longer_marked(qtbot):
    shown = Shown(qtbot, "count")
    shown.write("x")
    shown.write("12")
    assert shown.values == [12]
    assert shown.problem() == ""
    assert not shown.part("").property("wrong")


@pytest.mark.parametrize("text", ["2026-3-2", "20260302", "2026.3.2", "2026/03/02"])
def test_a_day_is_read_in_the_ways_it_is_written(qtbot, text):
    shown = Shown(qtbot, "day")
    shown.write(text)
    assert shown.values == ["2026-03-02"]


@pytest.mark.parametrize("text", ["2026-03-02 9:30", "20260302 09:30", "2026-03-02T09:30"])
def test_an_instant_is_read_to_the_minute(qtbot, text):
    shown = Shown(qtbot, "minute")
    shown.write(text)
    assert shown.values == ["2026-03-02T09:30"]
    shown.box.editor.show_value("2026-03-02T09:30")
    assert shown.part("").text() == "2026-03-02 09:30"


def test_a_short_choice_stands_all_in_sight(qtbot):
    shown = Shown(qtbot, "choice", options=("男", "女"))
    assert isinstance(shown.part(""), Segmented)
    QTest.mouseClick(shown.part(".女"), Qt.MouseButton.LeftButton)
    assert shown.values == ["女"]


def test_a_long_choice_is_a_list(qtbot):
    options = ("当事人自行改正并经复查", "未改正", "部分改正，余下的已经约定期限")
    shown = Shown(qtbot, "choice", options=options)
    pick = shown.part("")
    assert isinstance(pick, Pick)
    pick.activated.emit(1)
    assert shown.values == ["未改正"]


def test_several_choices_are_said_in_the_form_s_order(qtbot):
    shown = Shown(qtbot, "choices", options=("警告", "罚款", "没收违法所得"))
    shown.part(".1").click()
    shown.part(".0").click()
    shown.part(".0").click()
    shown.part(".1").click()
    assert shown.values == [["罚款"], ["警告", "罚款"], ["罚款"], None]


def test_enter_in_the_last_line_of_a_list_adds_one_and_lines_move(qtbot):
    shown = Shown(qtbot, "list")
    shown.part(".0.text").setFocus()
    QTest.keyClicks(shown.part(".0.text"), "licence")
    QTest.keyClick(shown.part(".0.text"), Qt.Key.Key_Return)
    second = visible(shown, ".1.text")
    assert QApplication.focusWidget() is second
    QTest.keyClicks(second, "lease")
    second.clearFocus()
    assert shown.values == [["licence"], ["licence", "lease"]]
    QTest.mouseClick(visible(shown, ".1.up"), Qt.MouseButton.LeftButton)
    assert shown.values[-1] == ["lease", "licence"]
    QTest.mouseClick(visible(shown, ".0.away"), Qt.MouseButton.LeftButton)
    assert shown.values[-1] == ["licence"]


def visible(shown, name):
    """Rows are drawn again after a move; the new ones appear, and the old ones go away, with the next turn of the events."""
    QApplication.processEvents()
    path = shown.box.editor.field.path
    return next(one for one in shown.box.findChildren(QWidget, f"act.{path}{name}") if not one.isHidden())


def test_an_empty_last_line_goes_on_to_the_next_field(qtbot):
    shown = Shown(qtbot, "list", value=["a"])
    went = []
    shown.box.editor.entered.connect(lambda: went.append(1))
    QTest.mouseClick(shown.part(".add"), Qt.MouseButton.LeftButton)
    QTest.keyClick(visible(shown, ".1.text"), Qt.Key.Key_Return)
    assert went == [1]


def test_people_have_a_name_and_a_certificate(qtbot):
    shown = Shown(qtbot, "people", value=[{"name": "吴明", "number": "99010001"}])
    assert shown.part(".0.name").text() == "吴明"
    shown.write("99010002", ".0.number")
    assert shown.values == [[{"name": "吴明", "number": "99010002"}]]


def test_a_table_keeps_each_cell_as_its_column_wants_it(qtbot):
    shown = Shown(qtbot, "table", columns=COLUMNS)
    shown.write("tiles", ".0.name")
    shown.write("80.5", ".0.worth")
    shown.write("20260302", ".0.on")
    assert shown.values[-1] == [{"name": "tiles", "worth": 8_050, "on": "2026-03-02"}]
    shown.box.editor.show_value([{"name": "tiles", "worth": 8_050}])
    assert visible(shown, ".0.worth").text() == "80.50"


def test_a_wrong_cell_is_named_and_the_table_is_not_saved_before_it_is_right(qtbot):
    shown = Shown(qtbot, "table", columns=COLUMNS, value=[{"name": "tiles", "worth": 100}])
    shown.write("much", ".0.worth")
    shown.write("frames", ".0.name")
    assert shown.values == []
    assert shown.problem().startswith("价值 1：")
    QTest.mouseClick(shown.part(".add"), Qt.MouseButton.LeftButton)
    assert visible(shown, ".0.worth").text() == "much"  # a new row does not lose what was typed
    visible(shown, ".0.worth").setFocus()
    visible(shown, ".0.worth").selectAll()
    QTest.keyClicks(visible(shown, ".0.worth"), "2")
    visible(shown, ".0.worth").clearFocus()
    assert shown.values == [[{"name": "frames", "worth": 200}]]
    assert shown.problem() == ""


def test_a_dialogue_goes_from_question_to_answer_to_the_next_question(qtbot):
    shown = Shown(qtbot, "dialogue")
    shown.part(".0.ask").setFocus()
    QTest.keyClicks(shown.part(".0.ask"), "Who are you?")
    QTest.keyClick(shown.part(".0.ask"), Qt.Key.Key_Return)
    answer = shown.part(".0.answer")
    assert QApplication.focusWidget() is answer
    QTest.keyClicks(answer, "One")
    QTest.keyClick(answer, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(answer, "two")
    QTest.keyClick(answer, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is visible(shown, ".1.ask")
    assert shown.values[-1] == [{"ask": "Who are you?", "answer": "One\ntwo"}]


def test_an_opinion_takes_words_and_says_that_name_and_day_follow(qtbot):
    shown = Shown(qtbot, "opinion")
    by = shown.box.findChild(QLabel, "act.a.field.by")
    assert "signature" in by.text() or "签名" in by.text()
    shown.write("agreed")
    assert shown.values == [{"text": "agreed"}]
    shown.box.editor.show_value({"text": "agreed", "by": "吴明", "on": "2026-03-02"})
    assert by.text() == "吴明 · 2026-03-02"


def test_photographs_are_chosen_among_the_evidence_of_the_case(qtbot):
    shown = Shown(qtbot, "photos")
    views = tuple(
        EvidenceView(UUID(int=number), f"照片{number}", datetime(2026, 3, 2, tzinfo=UTC), 10, b"", b"")
        for number in (1, 2)
    )
    shown.box.editor.show_evidence(views)
    shown.part(".1").click()
    assert shown.values == [[{"evidence": UUID(int=2).hex, "caption": "照片2"}]]
    shown.box.editor.show_value(shown.values[0])
    assert shown.part(".1").isChecked()
    assert not shown.part(".0").isChecked()


def test_a_text_is_as_tall_as_its_lines_also_while_it_is_written_in(qtbot, qapp):
    look.apply(qapp, "day")
    shown = Shown(qtbot, "text", value="请当事人申辩、质证。" * 12)
    text = shown.box.findChild(QPlainTextEdit)
    assert text.document().size().height() > 2
    qtbot.waitUntil(lambda: text.verticalScrollBar().maximum() == 0)
    text.setFocus()
    qtbot.waitUntil(text.hasFocus)
    assert text.verticalScrollBar().maximum() == 0
