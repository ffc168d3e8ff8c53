"""Recordings of a case: what they are, adding one from a file, playing one in the system's player."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QProgressBar, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.media import Details, NumberReport, RecordingView
from desktop.viewmodels.media import MediaModel
from desktop.views.acts.plain import minute_of
from desktop.views.shared.basics import TextField, button, clear, holder, label, row
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.files import ask_file
from desktop.views.shared.times import local_minute, size_words

KINDS = {"audio": "Audio", "video": "Video"}


class RecordingDialog(Asking):
    """`given(Details)`: what a file shows, from when to when, by which machine, and whether without a break."""

    given = Signal(object)

    def __init__(self, parent: QWidget, path: Path) -> None:
        super().__init__(parent, tr("Add a recording"), "recording")
        self.body.addWidget(label(path.name, "second", wrap=True))
        self._fields: dict[str, TextField] = {}
        for name, words, hint in (
            ("caption", tr("What it shows"), ""),
            ("recorder", tr("Recording machine"), tr("Kind and number of the machine")),
            ("place", tr("Place"), tr("Where the case is, when empty")),
            ("began", tr("Began"), "2026-03-02 09:30"),
            ("ended", tr("Ended"), "2026-03-02 09:50"),
        ):
            field = TextField(name=f"recording.{name}", accessible=words, hint=hint)
            self._fields[name] = field
            self.body.addWidget(label(words, "second"))
            self.body.addWidget(field)
        self._whole = QCheckBox(tr("Recorded without a break"))
        self._whole.setObjectName("recording.whole")
        self._whole.setChecked(True)
        self._broken = TextField(
            name="recording.interrupted", accessible=tr("Where and why it breaks"), hint=tr("Where and why it breaks")
        )
        self._broken.setVisible(False)
        self._whole.toggled.connect(lambda whole: self._broken.setVisible(not whole))
        self.body.addWidget(self._whole)
        self.body.addWidget(self._broken)
        self.finish(tr("Seal it"), "recording")
        self._fields["caption"].setFocus()

    def submit(self) -> None:
        text = {name: field.text().strip() for name, field in self._fields.items()}
        lacks = [name for name in ("caption", "recorder") if not text[name]]
        if not self._whole.isChecked() and not self._broken.text().strip():
            lacks.append("interrupted")
        try:
            began, ended = minute_of(text["began"]), minute_of(text["ended"])
        except ValueError as error:
            self._say(str(error))
            return
        if lacks or ended < began:
            self._say(tr("Fill in what it shows, the recorder, and times that follow one another."))
            return
        broken = "" if self._whole.isChecked() else self._broken.text()
        details = Details(
            text["caption"], text["recorder"], text["place"], began, ended, self._whole.isChecked(), broken
        )
        self.accept()
        self.given.emit(details)

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(True)


class Recordings(QWidget):
    """The recordings of the case that is shown. `failed(Exception)`, `said(text)`."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, model: MediaModel, play: Callable[[Path], object] | None = None) -> None:
        super().__init__()
        self.model = model
        self._play = play or (lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self._add = button(tr("Add a recording…"), "link", name="recording.add", run=self._choose)
        self._wipe = button(
            tr("Wipe the copies that were played"), "link", name="recording.wipe", run=self._wipe_copies
        )
        self._wipe.setVisible(False)
        self._report = label("", "small", name="recording.report", wrap=True)
        layout.addLayout(row(label(tr("Recordings"), "section"), 1, self._wipe, self._add))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        layout.addLayout(self._lines)
        layout.addWidget(self._report)
        self._bar = QProgressBar()
        self._bar.setObjectName("recording.progress")
        self._bar.setAccessibleName(tr("Progress"))
        self._bar.setRange(0, 100)
        self._stop = button(tr("Cancel"), name="recording.stop", run=model.stop)
        self._busy = holder(row(self._bar, self._stop))
        self._busy.setVisible(False)
        layout.addWidget(self._busy)
        model.shown.connect(self._show)
        model.progress.connect(self._progress)
        model.kept.connect(lambda one: self.said.emit(tr("{number} is sealed and on record.", number=one.number)))
        model.copied.connect(self._copied)
        model.failed.connect(self.failed.emit)

    def _show(self, recordings: tuple[RecordingView, ...], report: NumberReport) -> None:
        clear(self._lines)
        for one in recordings:
            self._lines.addWidget(self._line(one))
        words = tr("Numbers of this device in {year}: up to {highest}", year=report.year, highest=report.highest)
        missing = "、".join(str(number) for number in report.missing)
        gaps = tr("missing {gaps}", gaps=missing) if missing else tr("none missing")
        self._report.setText(f"{words} · {gaps}")
        self._report.setVisible(report.highest > 0)

    def _line(self, one: RecordingView) -> QWidget:
        """Number and words, then when, by what, whether whole; a press makes a copy and plays it."""
        body = QVBoxLayout()
        body.setContentsMargins(0, 2, 0, 2)
        body.setSpacing(0)
        body.addWidget(label(f"{one.number} · {one.caption}", "strong", wrap=True))
        whole = tr("without a break") if one.whole else tr("broken: {words}", words=one.interrupted)
        span = f"{local_minute(one.began)} – {local_minute(one.ended)}"
        parts = (
            tr(KINDS[one.sort]),
            span,
            one.recorder,
            whole,
            size_words(one.size),
            f"SHA-256 {one.digest.hex()[:16]}…",
        )
        body.addWidget(label(" · ".join(parts), "small", wrap=True))
        play = button(
            tr("Play"), name=f"recording.play.{one.evidence.hex[-8:]}", run=partial(self.model.play, one.evidence)
        )
        play.setEnabled(one.here)
        play.setToolTip(
            tr("Makes a readable copy for the system's player until it is wiped.") if one.here else tr("Not here yet")
        )
        made = row(holder(body), play)
        made.setStretch(0, 1)
        return holder(made)

    def _choose(self) -> None:
        kinds = " ".join(f"*.{suffix}" for suffix in self.model.office.media.rules().types)
        ask_file(
            self, tr("Add a recording"), "recording.dialog", self.ask_details, [tr("Recordings ({kinds})", kinds=kinds)]
        )

    def ask_details(self, path: Path) -> None:
        """The file was chosen."""
        dialog = RecordingDialog(self, path)
        dialog.given.connect(lambda details: self.model.add(path, details))
        dialog.open()

    def _progress(self, at: int, of: int) -> None:
        self._busy.setVisible(of > 0)
        self._add.setEnabled(of == 0)
        if of:
            self._bar.setValue(at * 100 // of)

    def _copied(self, path: Path) -> None:
        self._wipe.setVisible(True)
        self._play(path)

    def _wipe_copies(self) -> None:
        self.model.wipe()
        self._wipe.setVisible(False)


__all__ = ["RecordingDialog", "Recordings"]
