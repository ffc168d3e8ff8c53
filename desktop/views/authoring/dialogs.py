"""What has to be asked: about a published table, about a new one, where to save, what to do with files that others changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.messages import Words, tr
from desktop.services.authoring_shapes import FrameForm
from desktop.views.shared.basics import Segmented, button, label, row
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.files import ask_folder, ask_where


class FrameDialog(Asking):
    """What a published table does not say (`ends` asked), or what a new one begins with."""

    given = Signal(object)

    def __init__(self, parent: QWidget, agency: str, first_day: str, *, published: str = "") -> None:
        title = tr("About the published table") if published else tr("A new table")
        super().__init__(parent, title, "frame")
        if published:
            words = tr("{name} holds a table only. What it does not say is asked here.", name=published)
            self.body.addWidget(label(words, "second", wrap=True))
        self._fields: dict[str, QLineEdit] = {}
        for name, words, value in (
            ("id", tr("Id: small letters, digits and -"), ""),
            ("title", tr("Title; empty: as it stands above the table") if published else tr("Title"), ""),
            ("agency", tr("Agency"), agency),
            ("valid_from", tr("First day, such as 2027-01-01"), first_day),
            ("field", tr("Field of enforcement"), ""),
        ):
            field = QLineEdit(value)
            field.setObjectName(f"frame.{name}")
            field.setAccessibleName(words)
            field.returnPressed.connect(self._next)
            self.body.addWidget(label(words, "second"))
            self.body.addWidget(field)
            self._fields[name] = field
        self._ends: Segmented | None = None
        if published:
            self.body.addWidget(label(tr("Numbers beside 以上 and 以下 belong to"), "second"))
            self._ends = Segmented(
                [("both", tr("both")), ("above", tr("only 以上")), ("below", tr("only 以下"))],
                name="frame.ends",
                accessible=tr("Numbers beside 以上 and 以下 belong to"),
            )
            self._ends.set_value("both")
            self.body.addWidget(self._ends)
        self.finish(tr("Read it") if published else tr("Begin"), "frame")
        self._fields["id"].setFocus()

    def submit(self) -> None:
        texts = {name: field.text().strip() for name, field in self._fields.items()}
        empty = [name for name in ("id", "agency", "valid_from", "field") if not texts[name]]
        if empty:
            self._fields[empty[0]].setFocus()
            return
        ends = self._ends.value() if self._ends is not None else "both"
        self.given.emit(FrameForm(**texts, ends=ends))  # type: ignore[arg-type]  # the buttons name nothing else

    def _next(self) -> None:
        """Enter goes to the next empty field, or is done."""
        empty = next(
            (name for name in ("id", "agency", "valid_from", "field") if not self._fields[name].text().strip()), ""
        )
        if empty:
            self._fields[empty].setFocus()
        else:
            self.submit()


class SaveAsDialog(Asking):
    """Where a source is to stand: a workbook, or a folder of text files."""

    given = Signal(object)

    def __init__(self, parent: QWidget, suggested: str) -> None:
        super().__init__(parent, tr("Save the table as"), "saveas")
        self._suggested = suggested
        self._kind = Segmented(
            [("folder", tr("Folder of text files")), ("workbook", tr("Workbook"))],
            name="saveas.kind",
            accessible=tr("Kind"),
        )
        self._kind.set_value("folder")
        self.body.addWidget(self._kind)
        self._path = QLineEdit()
        self._path.setObjectName("saveas.path")
        self._path.setAccessibleName(tr("Place"))
        self._path.setPlaceholderText(tr("Path of a new folder or workbook"))
        self._path.returnPressed.connect(self.submit)
        browse = button(tr("Choose…"), name="saveas.browse", run=self._browse)
        line = row(self._path, browse)
        line.setStretch(0, 1)
        self.body.addLayout(line)
        self.finish(tr("Save"), "saveas")
        self._path.setFocus()

    def submit(self) -> None:
        text = self._path.text().strip()
        if text and self.go.isEnabled():
            self.go.setEnabled(False)
            path = Path(text).expanduser()
            if self._kind.value() == "workbook" and path.suffix.lower() != ".xlsx":
                path = path.with_name(f"{path.name}.xlsx")
            self.given.emit(path)

    def _browse(self) -> None:
        if self._kind.value() == "workbook":
            ask_where(self, tr("Save the table as"), "saveas.dialog", f"{self._suggested}.xlsx", self._chosen)
        else:
            ask_folder(
                self, tr("Save the table as"), "saveas.dialog", lambda path: self._chosen(path / self._suggested)
            )

    def _chosen(self, path: Path) -> None:
        self._path.setText(str(path))


class OutdatedDialog(Asking):
    """Files that are not as they were left: nothing is written over without a word."""

    def __init__(self, parent: QWidget, words: Words, reread: Callable[[], object], over: Callable[[], object]) -> None:
        super().__init__(parent, tr("Changed on the disk meanwhile"), "outdated")
        self.body.addWidget(label(words.what, name="outdated.what", wrap=True))
        self.body.addWidget(
            label(tr("What you wrote here is kept; after reading again, Undo brings it back."), "second", wrap=True)
        )
        self._over = over
        again = button(tr("Read again"), name="outdated.reread", run=lambda: self._do(reread))
        self.body.addLayout(row(again, 1))
        self.finish(tr("Write over it"), "outdated")
        again.setFocus()

    def submit(self) -> None:
        self._do(self._over)

    def _do(self, run: Callable[[], object]) -> None:
        self.accept()
        run()
