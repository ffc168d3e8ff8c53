"""Sign and publish: where the office is kept and its password, after what forbids it was said. The key itself never comes here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.authoring_shapes import Signed
from desktop.viewmodels.authoring_sign import Forbids, SignModel
from desktop.views.authoring.words import kind_words, problem_words, tone_of, wrong_words
from desktop.views.shared.basics import KeyValues, Link, button, chip, holder, label, row, scrolled
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.files import ask_folder

STAGES = {
    "save": "Saving…",
    "pack": "Being proved and signed by the office's tool…",
    "publish": "The repository is being signed…",
}
MOST_HEIGHT = 220


class PublishDialog(Asking):
    """`published` when it stands in the repository; `chosen(number)` to go to what forbids it."""

    published = Signal(object)
    chosen = Signal(int)

    def __init__(self, parent: QWidget, model: SignModel, office: str, title: str, version: str) -> None:
        super().__init__(parent, tr("Sign and publish"), "publish")
        self.setMinimumWidth(560)
        self.model = model
        self._busy = True
        self.body.addWidget(label(tr("{title}, version {version}", title=title, version=version), "second", wrap=True))
        self._state = label(tr("Everything is being checked…"), "strong", name="publish.state", wrap=True)
        self.body.addWidget(self._state)
        self._list = QWidget()
        self._lines = QVBoxLayout(self._list)
        self._lines.setContentsMargins(0, 0, 8, 0)
        self._lines.setSpacing(2)
        self._area = scrolled(self._list)
        self._area.setObjectName("publish.forbids")
        self._area.setVisible(False)
        self.body.addWidget(self._area)
        self._asked = QWidget()
        self.body.addWidget(self._asked)
        self._ask(office)
        self._result = QVBoxLayout()
        self.body.addLayout(self._result)
        self.finish(tr("Sign and publish"), "publish")
        self.go.setEnabled(False)
        model.ready.connect(self._ready)
        model.stage.connect(self._stage)
        model.published.connect(self._published)
        model.refused.connect(self._refused)
        model.model.prover.progress.connect(self._progress)
        self.finished.connect(lambda _: model.stop())

    def _ask(self, office: str) -> None:
        layout = QVBoxLayout(self._asked)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label(tr("Folder where the authority is kept"), "second"))
        self._folder = QLineEdit(office)
        self._folder.setObjectName("publish.folder")
        self._folder.setAccessibleName(tr("Folder where the authority is kept"))
        browse = button(tr("Choose…"), name="publish.browse", run=self._browse)
        line = row(self._folder, browse)
        line.setStretch(0, 1)
        layout.addLayout(line)
        layout.addWidget(label(tr("The office's password; it is not kept"), "second"))
        self._password = QLineEdit()
        self._password.setObjectName("publish.password")
        self._password.setAccessibleName(tr("The office's password; it is not kept"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.returnPressed.connect(self.submit)
        layout.addWidget(self._password)
        (self._password if office else self._folder).setFocus()

    def submit(self) -> None:
        if not self.go.isEnabled():
            return
        if self._result.count():
            self.accept()
            return
        folder, password = self._folder.text().strip(), self._password.text()
        if not folder or not password:
            (self._password if folder else self._folder).setFocus()
            return
        self.problem.setVisible(False)
        self.go.setEnabled(False)
        self._asked.setEnabled(False)
        self.model.sign(Path(folder).expanduser(), password)

    def _progress(self, done: int, count: int) -> None:
        if count and self._busy:
            self._state.setText(tr("Everything is being checked… {done} of {count}", done=done, count=count))

    def _ready(self, forbids: Sequence[Forbids], typed: int) -> None:
        self._busy = False
        count = len(forbids) + typed
        self.go.setEnabled(not count)
        if not count:
            self._state.setText(tr("Nothing forbids the signature."))
            return
        self._state.setText(tr("{count} things forbid the signature:", count=count))
        for one in forbids:
            self._lines.addWidget(self._line(one))
        if typed:
            self._lines.addWidget(label(tr("{count} texts in the table cannot stand yet", count=typed), "stop"))
        self._lines.addStretch(1)
        self._area.setVisible(True)
        self._area.setFixedHeight(min(MOST_HEIGHT, self._lines.heightForWidth(self._area.width())))

    def _line(self, one: Forbids) -> QWidget:
        sign = chip(kind_words(one.wrong.kind), tone_of(one.wrong.kind))
        words = f"{one.title} · {wrong_words(one.wrong)}" if one.title else wrong_words(one.wrong)
        go = Link(words, name=f"publish.go.{one.number}")
        go.clicked.connect(lambda: self._go(one.number))
        line = row(sign, go, spacing=10)
        line.setStretch(1, 1)
        line.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
        return holder(line)

    def _go(self, number: int) -> None:
        self.chosen.emit(number)
        self.reject()

    def _stage(self, name: str) -> None:
        self._state.setText(tr(STAGES[name]))

    def _published(self, found: Signed, version: int) -> None:
        self._password.clear()
        self._asked.setVisible(False)
        self._state.setText(tr("Published."))
        pairs = [
            (tr("Title"), found.title),
            (tr("Version"), found.version),
            (tr("Digest"), " ".join(found.digest[at : at + 8] for at in range(0, len(found.digest), 8))),
            (tr("Repository"), tr("version {version}", version=version)),
        ]
        self._result.addWidget(KeyValues(pairs))
        self.go.setText(tr("Close"))
        self.go.setEnabled(True)
        self.go.setFocus()
        self.published.emit(found)

    def _refused(self, error: object) -> None:
        self._asked.setEnabled(True)
        self._state.setText(tr("It was not published."))
        if isinstance(error, Exception):
            self.show_problem(problem_words(error))
        self._password.selectAll()
        self._password.setFocus()

    def _browse(self) -> None:
        ask_folder(
            self,
            tr("Folder where the authority is kept"),
            "publish.dialog",
            lambda path: self._folder.setText(str(path)),
        )


def sentences() -> tuple[str, ...]:
    """Source texts of the table here, for the test that all are translated."""
    return tuple(STAGES.values())
