"""Hands and eyes in the Authoring place, through the real window, signed in as the supervisor of a founded city."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPlainTextEdit

from desktop.app.demo_city import SUPERVISOR
from desktop.views.authoring.grid import MarkRole
from desktop.views.authoring.page import AuthoringPlace
from desktop.views.shared.lists import ItemList
from tests.support.city import signed_in


def lines_that_differ(before, after):
    return [
        pair
        for pair in zip(before.decode().splitlines(), after.decode().splitlines(), strict=True)
        if pair[0] != pair[1]
    ]


class Office:
    """The place, opened."""

    def __init__(self, city):
        self.city = city
        self.application, self.driver = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
        self.window = self.application.window
        self.window.resize(1600, 900)
        self.driver.tap("rail.authoring")
        self.driver.wait(lambda: bool(self.window.findChildren(AuthoringPlace)), "the place")
        self.place = self.window.findChildren(AuthoringPlace)[-1]

    def choose_file(self, path, button="authoring.start.open", dialog="authoring.open.dialog"):
        self.driver.tap(button)
        self.name_file(path, dialog)

    def name_file(self, path, dialog):
        line = self.driver.find(dialog, QFileDialog).findChild(QLineEdit, "fileNameEdit")
        self.driver.wait(line.hasFocus, "the file name")
        line.selectAll()
        self.driver.enter(str(path))
        self.driver.wait(lambda: self.window.findChild(QFileDialog, dialog).isHidden(), "the dialog closed")
        self.back()

    def open(self, path):
        self.choose_file(path)
        self.driver.find("authoring.violations", ItemList)

    def pick(self, title):
        listed = self.driver.find("authoring.violations", ItemList)
        titles = [item.title for item in listed.model_.items]
        box = listed.visualRect(listed.model_.index(titles.index(title)))
        listed.scrollTo(listed.model_.index(titles.index(title)))
        box = listed.visualRect(listed.model_.index(titles.index(title)))
        QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, box.center())
        self.driver.wait(lambda: self.driver.find("authoring.title").text() == title, title)
        self.settled()

    @property
    def table(self):
        return self.driver.find("authoring.table")

    def settled(self):
        """Everything kept, and the chosen violation proved as it stands."""
        model = self.place.model
        quiet = lambda: not model._under_way and (model.line() is None or model.answer() is not None)  # noqa: E731
        self.driver.wait(quiet, "the answer")

    def click(self, row, column, spot=None):
        table = self.table
        index = table.tiers.place(row, column)
        table.scrollTo(index)
        point = table.visualRect(index).center() if spot is None else spot
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)

    def write(self, row, column, text, *, then=""):
        """Type over a cell."""
        self.click(row, column)
        self.driver.key("F2")
        self.driver.focused("authoring.cell")
        self.driver.find("authoring.cell").selectAll()
        self.driver.type(text)
        if then:
            self.driver.key(then)

    def mark(self, row, column):
        return self.table.tiers.place(row, column).data(MarkRole)

    def tip(self, row, column):
        return self.table.tiers.place(row, column).data(int(Qt.ItemDataRole.ToolTipRole)) or ""

    def ground(self, row, column):
        """The colour that the cell shows."""
        table = self.table
        box = table.visualRect(table.tiers.place(row, column))
        picture = table.viewport().grab()
        ratio = picture.devicePixelRatio()
        at = QPoint(round((box.right() - 6) * ratio), round((box.bottom() - 6) * ratio))
        return picture.toImage().pixelColor(at).name()

    def said(self):
        return self.place.middle.faults.said()

    def notice(self, part):
        self.driver.wait(lambda: part in self.window.notice_text(), part)
        return self.window.notice_text()

    def part(self, name, change):
        """Edit a part's text."""
        self.driver.tap(f"authoring.part.{name}.edit")
        editor = self.driver.find(f"authoring.part.{name}.text", QPlainTextEdit)
        text = change(editor.toPlainText())
        editor.selectAll()
        self.driver.type(text)
        assert editor.toPlainText() == text
        self.settled_part(name)
        self.driver.tap(f"authoring.part.{name}.edit")

    def settled_part(self, name):
        self.driver.wait(lambda: not self.place.model._under_way, "the text kept")

    def back(self):
        """The window, or the next dialog that opened over it, has the keys after a dialog: nobody else gives them back without a screen."""

        def has_them():
            top = QApplication.activeModalWidget() or self.window
            if not top.isActiveWindow():
                top.activateWindow()
            return top.isActiveWindow()

        self.driver.wait(has_them, "the window")

    def close(self):
        self.window.close()
