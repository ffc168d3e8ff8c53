"""The place field: initials and a number are taken by one key, words of one's own stand, what is found can be chosen."""

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

import resources
from desktop.views.shared.places import PlaceField
from enforcement.values.places import find_places, read_gazetteer
from resources.pinyin import initials

CITY = read_gazetteer(resources.path("places/shili.toml").read_bytes(), "shili.toml")


@pytest.fixture
def field(qtbot):
    host = QWidget()

    def find(text, give):
        QTimer.singleShot(20, made, lambda: give(find_places(CITY, text, initials)))

    made = PlaceField(find, name="place", accessible="Place", hint="")
    layout = QVBoxLayout(host)
    layout.addWidget(made)
    layout.addWidget(QLineEdit())
    layout.addStretch(1)
    host.resize(500, 400)
    qtbot.addWidget(host)
    with qtbot.waitActive(host):
        host.show()
        host.activateWindow()
    made.setFocus()
    made.said = []
    made.left.connect(made.said.append)
    yield made
    host.close()


def commit(field, text):
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


def listed(field):
    return any(one.isVisible() for one in field.window().findChildren(QWidget, "popup"))


def test_initials_and_a_number_are_an_address_by_enter(field, qtbot):
    QTest.keyClicks(field, "wcl111")
    qtbot.waitUntil(lambda: listed(field))
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "示例市示范区文昌路111号"
    assert field.said == ["示例市示范区文昌路111号"]


def test_an_enter_quicker_than_the_answer_waits_for_it(field, qtbot):
    QTest.keyClicks(field, "wcl111")
    with qtbot.waitSignal(field.entered):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.said == ["示例市示范区文昌路111号"]
    assert not listed(field)


def test_words_of_ones_own_stand_as_they_were_typed(field, qtbot):
    commit(field, "文昌路")
    qtbot.waitUntil(lambda: listed(field))
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.said == ["文昌路"]


def test_what_is_found_is_chosen_with_the_arrow(field, qtbot):
    commit(field, "文昌路111")
    qtbot.waitUntil(lambda: listed(field))
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.said == ["示例市示范区文昌路111号"]


def test_leaving_it_keeps_the_words_and_takes_the_list_away(field, qtbot):
    commit(field, "示范路")
    qtbot.waitUntil(lambda: listed(field))
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.said == ["示范路"]
    assert not listed(field)


def test_what_is_kept_is_shown_but_not_over_what_is_being_typed(field):
    field.show_value("示例市示范区示范路1号")
    assert field.text() == "示例市示范区示范路1号"
    commit(field, "x")
    field.show_value("别处")
    assert "x" in field.text()


def test_an_answer_after_the_page_was_left_is_dropped(qtbot):
    answers = []
    made = PlaceField(lambda text, give: answers.append(give), name="place", accessible="Place", hint="")
    made.setText("wcl1")
    made._look("wcl1")
    made.deleteLater()
    QApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)
    answers[0](find_places(CITY, "wcl1", initials))
