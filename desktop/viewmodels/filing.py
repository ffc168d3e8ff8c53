"""A case written out and checked, off the interface thread."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from desktop.services.filing import CheckedCase, FiledCase, Filing
from desktop.work import Work


class FilingModel(QObject):
    """`written(FiledCase)`, `checked(CheckedCase)`, `failed(Exception)`."""

    written = Signal(object)
    checked = Signal(object)
    failed = Signal(object)

    def __init__(self, filing: Filing, work: Work, case_id: UUID) -> None:
        super().__init__()
        self._filing, self._work, self._case_id = filing, work, case_id

    def suggested(self) -> Path:
        """In memory and one look at the settings."""
        return self._filing.suggested()

    def write(self, folder: Path, password: str) -> None:
        """Volumes and package."""
        self._work.store(lambda: self._filing.write(self._case_id, folder, password), self._written, self.failed.emit)

    def check(self, package: Path, password: str) -> None:
        """As `hengchi verify` does; it reads files only, and nobody's save waits for it."""
        self._work.compute(lambda: self._filing.check(package, password), self._checked, self.failed.emit)

    def _written(self, filed: FiledCase) -> None:
        self.written.emit(filed)

    def _checked(self, found: CheckedCase) -> None:
        self.checked.emit(found)
