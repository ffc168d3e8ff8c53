"""Choosing files. The dialog is Qt's own on every desktop, without its completer: a list of folders that opens over a typed
path would take the Enter that is meant to save.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget


def ask_file(
    parent: QWidget, title: str, name: str, chosen: Callable[[Path], None], filters: Sequence[str] = ()
) -> None:
    """Ask for one file that is there."""
    dialog = _dialog(parent, title, name)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    if filters:
        dialog.setNameFilters(list(filters))
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()


def ask_files(
    parent: QWidget, title: str, name: str, filters: Sequence[str], chosen: Callable[[list[Path]], None]
) -> None:
    """Ask for any number of files that are there."""
    dialog = _dialog(parent, title, name)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters(list(filters))
    dialog.filesSelected.connect(lambda paths: chosen([Path(path) for path in paths]))
    dialog.open()


def ask_folder(parent: QWidget, title: str, name: str, chosen: Callable[[Path], None]) -> None:
    """Ask for a folder."""
    dialog = _dialog(parent, title, name)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()


def ask_where(parent: QWidget, title: str, name: str, suggested: str, chosen: Callable[[Path], None]) -> None:
    """Ask where to write a file; its suffix is that of the suggested name."""
    dialog = _dialog(parent, title, name)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suggested.rpartition(".")[2])
    dialog.selectFile(suggested)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()


AGAIN_MS = 60


def _again(dialog: QFileDialog, line: QLineEdit) -> None:
    """Qt drops an Enter that comes while it is still reading the folder of the typed path; the person must not press twice."""
    typed = Path(line.text())
    waits = (
        dialog.isVisible() and QApplication.activeModalWidget() is dialog
    )  # and asks nothing, as before it overwrites
    if waits and typed.is_absolute() and typed.parent.is_dir() and not typed.is_dir():
        dialog.accept()


def _dialog(parent: QWidget, title: str, name: str) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setObjectName(name)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    if isinstance(line, QLineEdit):
        line.setCompleter(None)  # type: ignore[arg-type]  # Qt takes none; the stub forgets it
        line.returnPressed.connect(lambda: QTimer.singleShot(AGAIN_MS, dialog, lambda: _again(dialog, line)))
    return dialog
