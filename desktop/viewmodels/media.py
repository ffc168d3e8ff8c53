"""Recordings of the case that is looked at: taken in with progress and a way to stop, played from a copy."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from desktop.services.media import Details, NumberReport, RecordingView, Sealed
from desktop.services.office import Office
from desktop.work import Work

STEP = 4 << 20
"""Bytes between two reports of progress."""


class _Run:
    """One file on its way; `stop` is asked before each megabyte."""

    def __init__(self) -> None:
        self.stop = False
        self.said = 0


class MediaModel(QObject):
    """`shown(recordings, NumberReport)`; `progress(done, of)` in bytes while a file is on its way, (0, 0) when none is;
    `kept(RecordingView)`; `copied(Path)` when a copy can be played; `failed(Exception)`.
    """

    shown = Signal(object, object)
    progress = Signal(object, object)
    kept = Signal(object)
    copied = Signal(object)
    failed = Signal(object)

    def __init__(self, office: Office, work: Work) -> None:
        super().__init__()
        self.office, self.work = office, work
        self.case_id: UUID | None = None
        self._run: _Run | None = None

    @property
    def busy(self) -> bool:
        return self._run is not None

    def show_case(self, case_id: UUID | None) -> None:
        self.case_id = case_id
        if case_id is not None:
            self.work.store(lambda: (case_id, *self._fetch(case_id)), self._arrived, self.failed.emit)

    def add(self, path: Path, details: Details) -> None:
        """Seal the file on a worker that neither the store nor the drawing of pages waits for, then put it on the record."""
        case_id = self.case_id
        if case_id is None or self.busy:
            return
        run = self._run = _Run()
        self.progress.emit(0, 1)

        def sealed(made: Sealed | None) -> None:
            if made is None or run.stop:
                if made is not None:
                    self.office.media.drop(made)
                self._over()
                return
            self.work.act(lambda: self.office.media.record(case_id, made, details), self._kept, self._broke)

        self.work.net(
            lambda: self.office.media.seal(path, lambda at, of: self._report(run, at, of), lambda: run.stop),
            sealed,
            self._broke,
        )

    def play(self, evidence: UUID) -> None:
        """Make a copy that the system's player can read."""
        case_id = self.case_id
        if case_id is None or self.busy:
            return
        run = self._run = _Run()
        self.progress.emit(0, 1)

        def made(path: Path | None) -> None:
            self._over()
            if path is not None:
                self.copied.emit(path)

        self.work.net(
            lambda: self.office.media.copy_out(
                case_id, evidence, lambda at, of: self._report(run, at, of), lambda: run.stop
            ),
            made,
            self._broke,
        )

    def stop(self) -> None:
        """What is on its way is not wanted."""
        if self._run is not None:
            self._run.stop = True

    def wipe(self) -> None:
        """Overwrite and remove every copy."""
        self.work.compute(self.office.media.wipe, None, self.failed.emit)

    def _report(self, run: _Run, at: int, of: int) -> None:
        """Called on the worker; the signal is queued to the window."""
        if at - run.said >= STEP or at == of:
            run.said = at
            self.progress.emit(at, of)

    def _fetch(self, case_id: UUID) -> tuple[tuple[RecordingView, ...], NumberReport]:
        return self.office.media.of(case_id), self.office.media.report()

    def _arrived(self, found: tuple[UUID, tuple[RecordingView, ...], NumberReport]) -> None:
        case_id, recordings, report = found
        if case_id == self.case_id:
            self.shown.emit(recordings, report)

    def _kept(self, view: RecordingView) -> None:
        self._over()
        self.kept.emit(view)
        self.show_case(self.case_id)

    def _broke(self, error: Exception) -> None:
        self._over()
        self.failed.emit(error)

    def _over(self) -> None:
        self._run = None
        self.progress.emit(0, 0)
