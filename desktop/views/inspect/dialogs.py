"""Dialogs of the Inspect place: hindrance, another body, drawing lots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.messages import tr, words_of
from desktop.services.visit_shapes import DrawView, ListChoice
from desktop.viewmodels.inspect import InspectModel
from desktop.views.shared.basics import Pick, button, label, row
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.files import ask_file
from enforcement.values.clock import LOCAL

UNRATED = "未分类"


class TwoWords(Asking):
    """Two short texts: hindrance and witness, body and people, whom the result was told and what they said."""

    given = Signal(str, str)

    def __init__(
        self, parent: QWidget, title: str, first: str, second: str, go_words: str, name: str, start: str = ""
    ) -> None:
        super().__init__(parent, title, name)
        self._fields: list[QLineEdit] = []
        for number, words in enumerate((first, second), 1):
            field = QLineEdit(start if number == 1 else "")
            field.setObjectName(f"{name}.{number}")
            field.setAccessibleName(words)
            field.setPlaceholderText(words)
            field.returnPressed.connect(self.submit)
            self._fields.append(field)
            self.body.addWidget(label(words, "second"))
            self.body.addWidget(field)
        self.finish(go_words, name)
        self._fields[1 if start else 0].setFocus()

    def submit(self) -> None:
        first, second = (field.text().strip() for field in self._fields)
        if first:
            self.given.emit(first, second)
            self.accept()


class DrawDialog(Asking):
    """Publish the digest of a seed first; draw with the seed later. Both stand on the record."""

    def __init__(
        self, parent: QWidget, model: InspectModel, lists: Sequence[ListChoice], said: Callable[[str], object]
    ):
        super().__init__(parent, tr("Draw lots"), "draw")
        self._model, self._said = model, said
        self._classes: Path | None = None
        self.setMinimumWidth(560)
        self.body.addWidget(
            label(
                tr("The digest of the seed is published before; whoever has the seed can draw again."),
                "second",
                wrap=True,
            )
        )
        self._which = Pick()
        self._which.setObjectName("draw.which")
        self._which.setAccessibleName(tr("Draw"))
        self._which.currentIndexChanged.connect(lambda _: self._chosen())
        self.body.addWidget(self._which)
        self._title = self._field("draw.title", tr("Name of the draw"))
        self._seed = self._field("draw.seed", tr("Seed, at least 16 characters"))
        self._shares = self._field("draw.shares", tr("Per mille by risk class, as in 低=30 高=200"), f"{UNRATED}=50")
        self._list = Pick()
        self._list.setObjectName("draw.list")
        self._list.setAccessibleName(tr("Checklist"))
        for one in lists:
            self._list.addItem(one.title, one.id)
        self.body.addWidget(self._list)
        self._file = button(tr("File of risk classes (CSV)"), name="draw.file", run=self._ask_file)
        self.body.addLayout(row(self._file, 1))
        self.finish(tr("Publish the digest"), "draw")
        model.draws(self._show)

    def _field(self, name: str, words: str, text: str = "") -> QLineEdit:
        made = QLineEdit(text)
        made.setObjectName(name)
        made.setAccessibleName(words)
        made.setPlaceholderText(words)
        self.body.addWidget(made)
        return made

    def _show(self, draws: tuple[DrawView, ...]) -> None:
        self._which.addItem(tr("A new draw"), None)
        for one in draws:
            if one.state == "committed":
                self._which.addItem(tr("Draw now: {title}", title=one.title), one.draw_id)
        self._chosen()

    def _chosen(self) -> None:
        new = self._which.currentData() is None
        for widget in (self._title, self._shares, self._list, self._file):
            widget.setVisible(new)
        self.go.setText(tr("Publish the digest") if new else tr("Draw"))

    def _ask_file(self) -> None:
        ask_file(self, tr("File of risk classes (CSV)"), "classes.dialog", self._take_file, (tr("Tables (*.csv)"),))

    def _take_file(self, path: Path) -> None:
        self._classes = path
        self._file.setText(path.name)

    def submit(self) -> None:
        self.go.setEnabled(False)
        draw_id = self._which.currentData()
        seed = self._seed.text().strip()
        if draw_id is None:
            self._model.commit_draw(
                self._title.text(),
                seed,
                self._classes,
                _shares(self._shares.text()),
                [str(self._list.currentData())],
                lambda _: self._end(tr("The digest is on the record. Draw with the seed when its time has come.")),
                self._failed,
            )
            return
        tomorrow = self._model.office.today_is() + timedelta(days=1)
        at = datetime.combine(tomorrow, time(9, 30), LOCAL)
        self._model.reveal_draw(
            draw_id,
            seed,
            at,
            lambda made: self._end(tr("{count} inspections were drawn, planned and approved.", count=len(made))),
            self._failed,
        )

    def _end(self, words: str) -> None:
        self._said(words)
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.show_problem(words_of(error))


def _shares(text: str) -> list[tuple[str, int]]:
    """低=30 高=200; what is no number counts as none."""
    found = []
    for part in text.replace("，", " ").replace(",", " ").split():
        name, _, number = part.partition("=")
        found.append((name, int(number) if number.isdecimal() else 0))
    return found
