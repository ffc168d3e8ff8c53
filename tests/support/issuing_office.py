"""Hands and eyes in the place of the issuing office, through the real window, signed in as the supervisor of a founded city."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from desktop.app.demo_city import SUPERVISOR
from desktop.views.issuing.page import IssuingPlace
from desktop.views.shared.lists import ItemList
from tests.support.city import signed_in


class IssuingDesk:
    """The place; the office still closed."""

    def __init__(self, city):
        self.city = city
        self.application, self.driver = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
        self.window = self.application.window
        self.driver.tap("rail.issuing")
        self.driver.find("issuing.start.open")
        self.place = self.window.findChildren(IssuingPlace)[-1]
        self.model = self.place.model

    def ask_open(self, folder, password):
        self.driver.tap("issuing.start.open")
        self.fill(office__folder=str(folder), office__password=password)
        self.driver.tap("office.go")

    def open(self):
        self.ask_open(self.city.authority, self.city.cast.password)
        self.driver.find("issuing.people", ItemList)
        self.quiet()
        self.back()

    def fill(self, **texts):
        """Lines of a dialog, by name."""
        for name, text in texts.items():
            field = self.driver.find(name.replace("__", "."), QLineEdit)
            field.setFocus()
            field.selectAll()
            self.driver.wait(field.hasFocus, name)
            self.driver.type(text) if text else field.clear()

    def quiet(self):
        """Everything that was asked of the tool is answered."""
        self.driver.wait(lambda: not self.model.is_busy and not self.model._questions, "the tool")

    def listed(self):
        return [item.value for item in self.people.model_.items]

    @property
    def people(self):
        return self.driver.find("issuing.people", ItemList)

    def item(self, number):
        return next(item for item in self.people.model_.items if item.value == number)

    def pick(self, number):
        self.people.pick(self.listed().index(number))
        self.driver.wait(lambda: self.model.holder is not None and self.model.holder.number == number, number)
        self.quiet()

    def act(self, name, **texts):
        """Open an act's form, fill it, do it."""
        self.driver.tap(f"issuing.act.{name}")
        self.driver.find("act.go")
        self.fill(**{f"act__{field}": text for field, text in texts.items()})
        self.driver.tap("act.go")

    def refusal(self, name="act"):
        self.driver.wait(lambda: self.driver.find(f"{name}.problem").isVisible(), "the refusal")
        return self.driver.find(f"{name}.problem").text()

    def name_file(self, path, dialog):
        line = self.driver.find(dialog, QFileDialog).findChild(QLineEdit, "fileNameEdit")
        self.driver.wait(line.hasFocus, "the file name")
        line.selectAll()
        self.driver.enter(str(path))
        self.driver.wait(lambda: self.window.findChild(QFileDialog, dialog).isHidden(), "the dialog closed")
        self.back()

    def notice(self, part):
        self.driver.wait(lambda: part in self.window.notice_text(), part)
        return self.window.notice_text()

    def back(self):
        """The window, or the dialog over it, has the keys again: nobody else gives them back without a screen."""

        def has_them():
            top = QApplication.activeModalWidget() or self.window
            if not top.isActiveWindow():
                top.activateWindow()
            return top.isActiveWindow()

        self.driver.wait(has_them, "the window")

    def office(self, *words):
        """The same office on the command line."""
        tool = Path(sys.executable).parent / "hengchi-authority"
        done = subprocess.run(
            [str(tool), "--json", str(self.city.authority), *words],
            env={**os.environ, "HENGCHI_AUTHORITY_PASSWORD": self.city.cast.password},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    def close(self):
        self.window.close()
