"""Before the office is open: what will be here, and where it is kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.messages import Words, tr
from desktop.views.shared.basics import IconLabel, button, label, row
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.files import ask_folder

WIDTH = 520


class StartPage(QWidget):
    """`opened` when the office is to be opened."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addStretch(2)
        sign = IconLabel("shield-check", "ink2", 34)
        sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(sign)
        words = label(
            tr(
                "Certificates are issued, reviewed, suspended and printed here. The office's keys stay in its own folder; "
                "its password is asked for each time."
            ),
            "second",
            wrap=True,
        )
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setFixedWidth(WIDTH)
        layout.addLayout(row(1, words, 1))
        self.problem = label("", "stop", name="issuing.start.problem", wrap=True)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.problem.setFixedWidth(WIDTH)
        self.problem.setVisible(False)
        layout.addLayout(row(1, self.problem, 1))
        go = button(tr("Open the office…"), "primary", name="issuing.start.open", key="Ctrl+O", run=self.opened.emit)
        layout.addLayout(row(1, go, 1))
        layout.addStretch(3)

    def show_problem(self, words: str) -> None:
        """Why the office is no longer open; empty for no reason."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))


class OpenDialog(Asking):
    """The folder and the password; `given(folder, password)`."""

    given = Signal(object, str)

    def __init__(self, parent: QWidget, folder: str) -> None:
        super().__init__(parent, tr("Open the office"), "office")
        self.setMinimumWidth(520)
        self.body.addWidget(label(tr("Folder where the authority is kept"), "second"))
        self._folder = self._line(folder, "office.folder", tr("Folder where the authority is kept"))
        browse = button(tr("Choose…"), name="office.browse", run=self._browse)
        line = row(self._folder, browse)
        line.setStretch(0, 1)
        self.body.addLayout(line)
        self.body.addWidget(label(tr("The office's password; it is not kept"), "second"))
        self._password = self._line("", "office.password", tr("The office's password; it is not kept"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self.body.addWidget(self._password)
        self._stage = label("", "second", name="office.stage")
        self._stage.setVisible(False)
        self.body.addWidget(self._stage)
        self.finish(tr("Open it"), "office")
        (self._password if folder else self._folder).setFocus()

    def submit(self) -> None:
        folder, password = self._folder.text().strip(), self._password.text()
        if not folder or not password:
            (self._password if folder else self._folder).setFocus()
            return
        if self.go.isEnabled():
            self.go.setEnabled(False)
            self.problem.setVisible(False)
            self.given.emit(Path(folder).expanduser(), password)

    def show_problem(self, words: Words) -> None:
        super().show_problem(words)
        self._password.selectAll()
        self._password.setFocus()

    def show_stage(self, words: str) -> None:
        """What is being done; empty for nothing."""
        self._stage.setText(words)
        self._stage.setVisible(bool(words))

    def _line(self, text: str, name: str, accessible: str) -> QLineEdit:
        made = QLineEdit(text)
        made.setObjectName(name)
        made.setAccessibleName(accessible)
        made.returnPressed.connect(self.submit)
        return made

    def _browse(self) -> None:
        ask_folder(
            self,
            tr("Folder where the authority is kept"),
            "office.dialog",
            lambda path: self._folder.setText(str(path)),
        )
