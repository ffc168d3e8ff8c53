"""The strip stands whole at every width that the window can have."""

import pytest
from PySide6.QtWidgets import QLabel, QToolButton

from desktop.views.shared.theme import look
from desktop.views.shell.window import PlaceSpec, ShellWindow, StripPart

PARTS = (
    StripPart("person", "Wang Li · Inspection unit of the eastern district", "", "here", "Wang Li"),
    StripPart("certificate", "Certificate runs out soon, 2027-03-31", "reason", "here", "Certificate runs out soon"),
    StripPart("connection", "no connection", "stop", "here"),
    StripPart("queue", "12 waiting · 18.4 MB", "", "here"),
    StripPart("authority", "Rules and roster 59 min", "", "here", "Rules 59 min"),
)


@pytest.fixture
def window(qtbot, qapp):
    look.apply(qapp, "day")
    made = ShellWindow()
    qtbot.addWidget(made)
    made.show_places([PlaceSpec("here", "Here", "mark", QLabel)])
    made.set_strip(PARTS)
    made.show()
    qtbot.waitExposed(made)
    return made


def parts_of(window):
    return [
        window.findChild(QToolButton, "stripPerson" if part.id == "person" else f"strip.{part.id}") for part in PARTS
    ]


@pytest.mark.parametrize("width", [1024, 1100, 1280, 1920])
def test_no_part_is_cut(window, qtbot, width):
    window.resize(width, 768)
    qtbot.waitUntil(lambda: window.width() == width)
    qtbot.wait(20)
    for made in parts_of(window):
        assert made.width() >= made.sizeHint().width(), made.text()


def test_words_come_back_when_there_is_room_and_are_whole_for_who_asks(window, qtbot):
    window.resize(1024, 768)
    qtbot.wait(20)
    assert parts_of(window)[4].text() == "Rules 59 min"
    assert [made.toolTip() for made in parts_of(window)] == [part.words for part in PARTS]
    window.resize(1920, 1080)
    qtbot.wait(20)
    assert [made.text() for made in parts_of(window)] == [part.words for part in PARTS]


def test_a_full_rail_fits_into_the_smallest_screen(window, qtbot):
    window.show_places([PlaceSpec(f"p{number}", "Here", "mark", QLabel) for number in range(12)])
    window.resize(1024, 768)
    qtbot.wait(20)
    assert window.height() == 768
    last = window.findChild(QToolButton, "rail.p11")
    assert last.mapTo(window, last.rect().bottomLeft()).y() < 768
