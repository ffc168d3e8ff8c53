"""A signature drawn with mouse and pen in the real widget."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.messages.language import install_language
from desktop.printing.hand import hand_png
from desktop.views.shared.signature import SignaturePanel
from desktop.views.shared.theme import look
from enforcement.notices.signatures import MAX_POINTS, PRESSURE, SIDE, points_of


@pytest.fixture
def panel(qtbot, qapp):
    look.apply(qapp, "day")
    made = SignaturePanel("吴嘉示", "询问笔录，2页", may_refuse=True)
    qtbot.addWidget(made)
    made.resize(900, 460)
    made.show()
    qtbot.waitExposed(made)
    return made


def press(panel, name):
    QTest.mouseClick(panel.findChild(QPushButton, f"signature.{name}"), Qt.MouseButton.LeftButton)


def drag(pad, *points):
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(pad, QPoint(*point))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(*points[-1]))


PEN = QPointingDevice(
    "pen",
    1,
    QPointingDevice.DeviceType.Stylus,
    QPointingDevice.PointerType.Pen,
    QPointingDevice.Capability.Pressure | QPointingDevice.Capability.Position,
    1,
    1,
)


def pen(pad, kind, x, y, pressure, button=Qt.MouseButton.LeftButton):
    at = QPointF(x, y)
    event = QTabletEvent(
        kind, PEN, at, QPointF(pad.mapToGlobal(at.toPoint())), pressure, 0, 0, 0, 0, 0,
        Qt.KeyboardModifier.NoModifier, button, Qt.MouseButton.LeftButton,
    )  # fmt: skip
    QApplication.sendEvent(pad, event)
    return event


def test_mouse_strokes_come_out_in_the_pads_own_units(panel, qtbot):
    drag(panel.pad, (100, 50), (200, 60), (300, 150))
    drag(panel.pad, (320, 50), (320, 180))
    with qtbot.waitSignal(panel.signed) as got:
        press(panel, "done")
    strokes = got.args[0]
    first, second = points_of(strokes)
    scale = SIDE / panel.pad.width()
    assert [(p.x, p.y) for p in first] == [
        (round(x * scale), round(y * scale)) for x, y in ((100, 50), (200, 60), (300, 150))
    ]
    assert len(second) == 2
    assert {p.pressure for p in first} == {PRESSURE // 2}
    assert max(strokes.wide, strokes.high) == SIDE
    assert hand_png(strokes).startswith(b"\x89PNG")


def test_a_pen_gives_its_pressure_and_its_events_are_taken(panel):
    pad = panel.pad
    assert pen(pad, QEvent.Type.TabletPress, 100, 50, 0.2).isAccepted()
    pen(pad, QEvent.Type.TabletMove, 200, 80, 0.6)
    pen(pad, QEvent.Type.TabletMove, 320, 60, 1.0)
    pen(pad, QEvent.Type.TabletRelease, 320, 60, 0.0)
    (line,) = points_of(pad.strokes())
    assert [p.pressure for p in line] == [round(0.2 * PRESSURE), round(0.6 * PRESSURE), PRESSURE]
    assert [p.t for p in line] == sorted(p.t for p in line)


def test_a_hand_that_rests_while_the_pen_writes_leaves_nothing(panel):
    pad = panel.pad
    pen(pad, QEvent.Type.TabletPress, 100, 50, 0.5)
    drag(pad, (400, 150), (420, 160))
    pen(pad, QEvent.Type.TabletMove, 300, 90, 0.5)
    pen(pad, QEvent.Type.TabletRelease, 300, 90, 0)
    assert len(points_of(pad.strokes())) == 1


def test_clear_takes_everything_and_done_waits_for_ink(panel):
    done = panel.findChild(QPushButton, "signature.done")
    assert not done.isEnabled()
    drag(panel.pad, (100, 50), (300, 60))
    assert done.isEnabled()
    press(panel, "clear")
    assert not done.isEnabled()
    assert panel.pad.empty


def test_a_tap_is_no_signature_and_is_told_so(panel, qtbot):
    drag(panel.pad, (100, 50), (103, 50))
    with qtbot.assertNotEmitted(panel.signed):
        press(panel, "done")
    problem = panel.findChild(QLabel, "signature.problem")
    assert problem.isVisible()
    assert problem.text()
    drag(panel.pad, (100, 50), (300, 60))
    assert not problem.isVisible()


def test_endless_scribbling_is_refused_and_stops_growing(panel, qtbot):
    pad = panel.pad
    pen(pad, QEvent.Type.TabletPress, 10, 50, 0.5)
    for number in range(MAX_POINTS + 200):
        pen(pad, QEvent.Type.TabletMove, 10 + number % 2 * 80, 50 + number % 3, 0.5)
    pen(pad, QEvent.Type.TabletRelease, 10, 50, 0)
    with qtbot.assertNotEmitted(panel.signed):
        press(panel, "done")
    assert str(MAX_POINTS) in panel.findChild(QLabel, "signature.problem").text()


def test_escape_and_cancel_leave_and_no_key_writes(panel, qtbot):
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_A):
        QTest.keyClick(panel.pad, key)
    assert panel.pad.empty
    assert panel.focusWidget() is panel.pad
    with qtbot.waitSignal(panel.left):
        QTest.keyClick(panel.pad, Qt.Key.Key_Escape)
    with qtbot.waitSignal(panel.left):
        press(panel, "cancel")
    with qtbot.waitSignal(panel.refused):
        press(panel, "refuse")


def test_who_signs_is_said_to_a_screen_reader_in_either_language(qtbot, qapp):
    for language, words in (("zh_CN", "吴嘉示签名"), ("en", "Signature of 吴嘉示")):
        install_language(language)
        try:
            made = SignaturePanel("吴嘉示", "询问笔录")
            qtbot.addWidget(made)
            assert made.pad.accessibleName() == words
            assert made.findChild(QPushButton, "signature.refuse") is None
        finally:
            install_language("en")


def test_in_field_mode_the_pad_and_its_buttons_are_larger(panel, qtbot, qapp):
    small, button = panel.pad.sizeHint(), panel.findChild(QPushButton, "signature.done").sizeHint()
    look.apply(qapp, "sunlight", field_mode=True)
    assert panel.pad.sizeHint().height() > small.height()
    assert panel.findChild(QPushButton, "signature.done").sizeHint().height() >= max(44, button.height())
    look.apply(qapp, "day")


def test_turning_the_screen_keeps_what_was_written(panel, qtbot):
    drag(panel.pad, (100, 50), (500, 200))
    before = panel.pad.strokes()
    panel.resize(480, 700)
    qtbot.wait(20)
    assert panel.pad.strokes() == before
    drag(panel.pad, (50, 30), (90, 60))
    assert len(points_of(panel.pad.strokes())) == 2
