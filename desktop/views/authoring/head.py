"""The head of the place: which source, its title, version and first day, the state of the whole, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.authoring_shapes import HeadKey, SourceState
from desktop.viewmodels.authoring_proof import Summary
from desktop.views.authoring.words import typed_words
from desktop.views.shared.basics import TextField, button, chip, elided, holder, label, row, set_chip
from desktop.views.shared.times import local_minute

FIELDS: tuple[HeadKey, ...] = ("title", "version", "valid_from")


class SourceHead(QWidget):
    """`edited(key, text)` on each key of its fields; the rest are commands."""

    edited = Signal(str, str)
    opened = Signal()
    imported = Signal()
    exported = Signal()
    saved = Signal()
    undone = Signal(bool)
    checked = Signal()
    stopped = Signal()
    signed = Signal()
    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._files())
        layout.addLayout(self._keys())
        layout.addLayout(self._state())
        self._running = False

    def _files(self) -> QWidget:
        self._place = label("", "second", name="authoring.place")
        self._kept = chip("", "quiet", name="authoring.kept")
        self._drop = button(tr("Drop them, read the files"), "link", name="authoring.drop", run=self.dropped.emit)
        commands = [
            button(tr("Open…"), "link", name="authoring.open", key="Ctrl+O", run=self.opened.emit),
            button(tr("Import workbook…"), "link", name="authoring.import", key="Ctrl+I", run=self.imported.emit),
            button(tr("Export workbook…"), "link", name="authoring.export", key="Ctrl+E", run=self.exported.emit),
        ]
        return holder(row(self._place, self._kept, self._drop, 1, *commands, spacing=14))

    def _keys(self) -> QVBoxLayout:
        self._fields: dict[HeadKey, TextField] = {}
        for key, words in (("title", tr("Title")), ("version", tr("Version")), ("valid_from", tr("In force from"))):
            field = TextField(name=f"authoring.head.{key}", accessible=words)
            field.textEdited.connect(lambda text, key=key: self.edited.emit(key, text))
            self._fields[key] = field  # type: ignore[index]  # the keys stand above
        self._fields["version"].setFixedWidth(120)
        self._fields["valid_from"].setFixedWidth(130)
        line = row(
            self._fields["title"],
            label(tr("Version"), "second"),
            self._fields["version"],
            label(tr("In force from"), "second"),
            self._fields["valid_from"],
            spacing=10,
        )
        line.setStretch(0, 1)
        self._problem = label("", "stop", name="authoring.head.problem", wrap=True)
        self._problem.setVisible(False)
        made = QVBoxLayout()
        made.setSpacing(2)
        made.addLayout(line)
        made.addWidget(self._problem)
        return made

    def _state(self) -> QVBoxLayout:
        self._proved = chip("", "quiet", name="authoring.proved")
        self._faulty = chip("", "stop", name="authoring.faulty")
        self._remarks = chip("", "stop", name="authoring.remarks")
        self._cases = chip("", "stop", name="authoring.wrongcases")
        self._waiting = chip("", "reason", name="authoring.waiting")
        self._check = button(tr("Check all"), name="authoring.check", key="F8", run=self._check_or_stop)
        self._save = button(tr("Save"), name="authoring.save", key="Ctrl+S", run=self.saved.emit)
        self._sign = button(
            tr("Sign and publish"), "primary", name="authoring.sign", key="Ctrl+Return", run=self.signed.emit
        )
        chips = (self._proved, self._faulty, self._remarks, self._cases, self._waiting)
        self._undo = button(
            tr("Undo"), "link", name="authoring.undo", key="Ctrl+Z", run=lambda: self.undone.emit(False)
        )
        self._redo = button(
            tr("Redo"), "link", name="authoring.redo", key="Ctrl+Shift+Z", run=lambda: self.undone.emit(True)
        )
        made = QVBoxLayout()
        made.addLayout(row(*chips, 1, self._undo, self._redo, self._check, self._save, self._sign, spacing=8))
        return made

    def show_state(self, state: SourceState) -> None:
        """What is open."""
        name = Path(state.place).name if state.place else tr("never saved")
        self._place.setText(elided(name, self._place.fontMetrics(), 260))
        self._place.setToolTip(state.place)
        if state.resumed is not None:
            words = tr("unsaved changes of {at}", at=local_minute(state.resumed))
        else:
            words = tr("unsaved, kept as a draft") if state.dirty else tr("saved")
        set_chip(self._kept, words, "reason" if state.dirty else "sealed")
        self._drop.setVisible(state.resumed is not None and bool(state.place))
        for key in FIELDS:
            typed = state.typed.get(f"head|{key}")
            field = self._fields[key]
            field.set_wrong(typed is not None)
            if not field.hasFocus():
                field.setText(typed.text if typed is not None else state.head[key])
                field.setCursorPosition(0)
        wrong = [typed_words(typed) for key, typed in state.typed.items() if key.startswith("head|")]
        self._problem.setText("；".join(wrong))
        self._problem.setVisible(bool(wrong))
        self._undo.setVisible(state.can_undo)
        self._redo.setVisible(state.can_redo)

    def show_summary(self, found: Summary) -> None:
        """The state of the whole."""
        all_proved = found.proved == found.total and not found.faulty
        words = tr("Proved {count} of {total}", count=found.proved, total=found.total)
        set_chip(self._proved, words, "sealed" if all_proved else "quiet")
        shown: Mapping[str, tuple[int, str]] = {
            "_faulty": (found.faulty, tr("Faulty {count}", count=found.faulty)),
            "_remarks": (found.remarks, tr("Remarks {count}", count=found.remarks)),
            "_cases": (found.cases, tr("Cases wrong {count}", count=found.cases)),
            "_waiting": (found.waiting, tr("To confirm {count}", count=found.waiting)),
        }
        for name, (count, text) in shown.items():
            set_chip(getattr(self, name), text if count else "", "reason" if name == "_waiting" else "stop")

    def show_progress(self, done: int, count: int) -> None:
        """While all are being checked."""
        self._running = bool(count)
        words = tr("Stop · {done} of {count}", done=done, count=count) if count else f"{tr('Check all')}   F8"
        self._check.setText(words)
        self._check.setShortcut(QKeySequence("F8"))  # other words take the key away

    def focus_title(self) -> None:
        self._fields["title"].setFocus()

    def _check_or_stop(self) -> None:
        if self._running:
            self.stopped.emit()
        else:
            self.checked.emit()
