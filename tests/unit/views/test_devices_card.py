"""The supervisor's list of devices."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QTableView

from desktop.messages.language import install_language
from desktop.services.sync_shapes import DeviceRow, PutAside
from desktop.views.review.aside import AsideDialog
from desktop.views.review.devices import DevicesCard, remarks

AT = datetime(2026, 11, 30, 2, tzinfo=UTC)
GOOD = DeviceRow(UUID(int=1).hex, "巡查一号", AT, 0, 12, 12, (), False, unit="一大队")
GAP = replace(GOOD, device=UUID(int=2).hex, label="巡查二号", gaps=((4, 6), (9, 9)), unsent=None, alarms=("gap",))


@pytest.fixture
def card(qtbot):
    install_language("en")
    made = DevicesCard()
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    return made


def test_two_thousand_devices_are_shown_and_found(card):
    rows = tuple(replace(GOOD, device=UUID(int=n).hex, label=f"设备 {n:04}") for n in range(1, 2001))
    card.show_devices(rows)
    assert card.model.rowCount() == 2000
    QTest.keyClicks(card.findChild(QLineEdit, "devices.find"), "1234")
    assert [one.label for one in card.model.rows] == ["设备 1234"]


def test_what_is_missing_is_asked_for_and_who_was_chosen_stays_chosen(card, qtbot):
    card.show_devices((GAP, GOOD))
    table, ask = card.findChild(QTableView, "review.devices"), card.findChild(QPushButton, "devices.ask")
    assert not ask.isEnabled()
    table.selectRow(0)
    assert ask.isEnabled()
    with qtbot.waitSignal(card.asked) as asked:
        ask.click()
    assert asked.args == [UUID(int=2)]
    card.show_devices((GOOD, replace(GAP, asked=AT)))
    assert table.currentIndex().row() == 1
    table.selectRow(0)
    assert not ask.isEnabled()
    assert GAP.lacking == (4, 9)
    assert replace(GAP, announced_seq=15).lacking == (4, 15)
    assert remarks(replace(GAP, asked=AT)) == "missing 4–6；9；asked for it 11-30 10:00"


def test_a_loss_is_reported_with_words_once(card, qtbot):
    card.show_devices((GOOD,))
    card.findChild(QTableView, "review.devices").selectRow(0)
    card.findChild(QPushButton, "devices.lost").click()
    text = card.findChild(QPlainTextEdit, "reportlost.text")
    go = card.findChild(QPushButton, "reportlost.go")
    go.click()  # without words nothing is reported
    QTest.keyClicks(text, "left in a taxi")
    with qtbot.waitSignal(card.lost) as lost:
        go.click()
    assert lost.args == [UUID(int=1), "left in a taxi"]
    card.show_devices((replace(GOOD, reported=AT, alarms=("lost",)),))
    assert not card.findChild(QPushButton, "devices.lost").isEnabled()
    assert (
        card.model.data(card.model.index(0, 5), Qt.ItemDataRole.DisplayRole)
        == "reported lost to the office 11-30 10:00"
    )


@pytest.mark.parametrize(
    ("alarm", "words"),
    [
        ("never", "never seen"),
        ("silent", "silent for long"),
        ("refused", "3 refused by the relay"),
        ("unsent", "unsent for long"),
        ("clock", "its clock is -400 s off"),
        ("data", "works by an old roster of 11-30 10:00"),
    ],
)
def test_each_warning_has_words(qapp, alarm, words):
    install_language("en")
    one = replace(GOOD, refused=3, clock_seconds=-400, roster_at=AT, alarms=(alarm,))
    assert remarks(one) == words
    assert remarks(GOOD) == "complete"


def test_what_was_put_aside_is_shown_with_whose_it_is_and_why(card, qtbot):
    of_gap = PutAside(bytes(32), AT, GAP.device, (4, 6), 6_144, "bundle.altered")
    strange = PutAside(b"\1" * 32, AT, "", None, 0, "encoding.not_canonical")
    link = card.findChild(QPushButton, "devices.aside")
    card.show_devices((GAP, GOOD))
    assert not link.isVisible()
    card.show_devices((replace(GAP, aside=1, alarms=("gap", "aside")), GOOD), (of_gap, strange))
    assert remarks(card.model.rows[0]) == "missing 4–6；9；1 bundles of it put aside here"
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    dialog = card.findChild(AsideDialog)
    first, second = dialog.list.model_.items
    assert first.subtitle.startswith("巡查二号 · entries 4–6 · 000000000000")
    assert (first.title, first.right) == ("A sealed bundle was altered on its way.", "6 KB")
    assert second.subtitle.startswith("of no device of the roster · 0101")
    assert second.right == "only its name is kept"
    QTest.mouseClick(dialog.findChild(QPushButton, "aside.close"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
