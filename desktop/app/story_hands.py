"""Hands on the page of an act: every kind of field filled with real keys and taps, a paper signed on the pad, a dialog answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from desktop.app.driver import Driver
from desktop.services.act_shapes import ActDraft, FieldView
from desktop.views.acts.page import ActPage
from enforcement.values.errors import BugError
from enforcement.values.money import plain_text

SIGNATURE = ((0.1, 0.6), (0.25, 0.2), (0.3, 0.8), (0.45, 0.3), (0.55, 0.7), (0.75, 0.25), (0.9, 0.55))
"""A signature as parts of the pad's width and height."""


def page_of(driver: Driver) -> ActPage:
    """The act being written, once its fields stand."""
    driver.find("act.sign")
    page = next(one for one in driver.window.findChildren(ActPage) if one.isVisible())
    driver.wait(lambda: page.model.draft is not None, "the page of the act")
    return page


def draft_of(page: ActPage) -> ActDraft:
    """What stands on it now."""
    if page.model.draft is None:
        raise BugError("no act is being written")
    return page.model.draft


def write(driver: Driver, page: ActPage, values: Mapping[str, Any], when: str) -> None:
    """The time, then every field in the page's order."""
    settle(driver, page)
    type_over(driver, driver.find("act.when"), when)
    settle(driver, page)
    for field in draft_of(page).fields:
        if field.path in values:
            page.focus_field(field.path)
            fill(driver, field, values[field.path])
            settle(driver, page)
    left = set(values) - {field.path for field in draft_of(page).fields}
    if left:
        raise BugError(f"{draft_of(page).act} has no field {', '.join(sorted(left))}")


def settle(driver: Driver, page: ActPage) -> None:
    """Until everything that was typed is kept."""
    driver.wait(lambda: not page.model.work.busy, "what was written is kept")


def fill(driver: Driver, field: FieldView, value: Any) -> None:
    """One field, as a person would."""
    name = f"act.{field.path}"
    match field.kind:
        case "choice":
            choose(driver, name, str(value))
        case "choices":
            for number, option in enumerate(field.options):
                if option in value:
                    _check(driver, f"{name}.{number}")
        case "photos":
            for number in range(int(value)):
                _check(driver, f"{name}.{number}")
        case "table":
            _rows(
                driver,
                name,
                [[(column.id, _cell(column.kind, row.get(column.id))) for column in field.columns] for row in value],
            )
        case "list":
            _rows(driver, name, [[("text", str(one))] for one in value])
        case "dialogue":
            _rows(driver, name, [[("ask", one["ask"]), ("answer", one["answer"])] for one in value])
        case "money":
            type_over(driver, driver.find(name), plain_text(int(value)))
        case _:
            type_over(driver, driver.find(name), str(value).replace("T", " ") if field.kind == "minute" else str(value))


def type_over(driver: Driver, widget: QWidget, text: str) -> None:
    """Write into a widget in the place of what stands there, and leave it."""
    focus(driver, widget)
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        widget.selectAll()
    driver.type(text)
    QTest.keyClick(widget, Qt.Key.Key_Tab)
    QApplication.processEvents()


def focus(driver: Driver, widget: QWidget) -> None:
    """Into a widget; offscreen no window manager gives the keys to the window when a dialog has gone."""
    driver.window.activateWindow()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    driver.wait(lambda: QApplication.focusWidget() is not None, "the keys")


def _check(driver: Driver, name: str) -> None:
    """A box, by the space bar."""
    box = driver.find(name)
    box.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(box, Qt.Key.Key_Space)
    QApplication.processEvents()


def _cell(kind: str, value: Any) -> str:
    if value is None:
        return ""
    return plain_text(int(value)) if kind == "money" else str(value)


def _rows(driver: Driver, name: str, rows: Sequence[Sequence[tuple[str, str]]]) -> None:
    """Cell by cell; Enter goes on, and in a row's last cell adds the next one."""
    for number, row in enumerate(rows):
        for at, (column, text) in enumerate(row):
            cell = driver.find(f"{name}.{number}.{column}")
            focus(driver, cell)
            if isinstance(cell, QLineEdit | QPlainTextEdit | QTextEdit):
                cell.selectAll()
            driver.type(text)
            last = number == len(rows) - 1 and at == len(row) - 1
            QTest.keyClick(cell, Qt.Key.Key_Tab if last else Qt.Key.Key_Return)
            QApplication.processEvents()


def choose(driver: Driver, name: str, option: str) -> None:
    """A tap where the options are in sight, keys in a list; waits for either."""
    picks: list[QComboBox] = []

    def shown() -> bool:
        picks[:] = [one for one in driver.window.findChildren(QComboBox, name) if one.isVisible()]
        return bool(picks) or any(one.isVisible() for one in driver.window.findChildren(QWidget, f"{name}.{option}"))

    driver.wait(shown, f"the options of {name}")
    if not picks:
        driver.tap(f"{name}.{option}")
        return
    pick = picks[0]
    pick.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(pick.findData(option) - pick.currentIndex()):
        QTest.keyClick(pick, Qt.Key.Key_Down)
    for _ in range(pick.currentIndex() - pick.findData(option)):
        QTest.keyClick(pick, Qt.Key.Key_Up)


def sign(driver: Driver, page: ActPage, password: str) -> None:
    """Sign the act; with the second officer's password where two sign."""
    settle(driver, page)
    draft = draft_of(page)
    if draft.missing or draft.against:
        lacks = [*(one.words for one in draft.missing), *(one.words for one in draft.against)]
        raise BugError(f"{draft.act} cannot be signed: {'; '.join(lacks)}")
    driver.tap("act.sign")
    if draft.second:
        driver.focused("sign.password")
        driver.enter(password)
    driver.wait(lambda: not _stands(page), f"{draft.act} on the record")
    driver.window.activateWindow()  # there is no window manager here to do it when a dialog goes


def _stands(page: ActPage) -> bool:
    try:
        return page.isVisible()
    except RuntimeError:  # it is gone already
        return False


def sign_pad(driver: Driver) -> None:
    """The party writes on the pad with the pointer."""
    driver.tap("paper.sign")
    pad = driver.find("signature.pad")
    spots = [QPoint(int(x * pad.width()), int(y * pad.height())) for x, y in SIGNATURE]
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(pad, left, plain, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(pad, spot)
    QTest.mouseRelease(pad, left, plain, spots[-1])
    driver.tap("signing.go")
    driver.window.activateWindow()


def save_paper(driver: Driver, path: Path) -> None:
    """The open paper as a file."""
    driver.tap("paper.save")
    dialog = driver.find("save.dialog", QFileDialog)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    if not isinstance(line, QLineEdit):
        raise BugError("the dialog has no line for a name")
    driver.wait(line.hasFocus, "the file name")
    line.selectAll()
    driver.enter(str(path))
    driver.wait(path.exists, "the saved paper")
    driver.window.activateWindow()
