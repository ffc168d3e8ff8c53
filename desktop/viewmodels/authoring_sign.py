"""Signing and publishing: what forbids it is said first, then the office's own tool does it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.services import publishing
from desktop.services.authoring_shapes import Signed, SourceState
from desktop.services.desk import done
from desktop.viewmodels.authoring import AuthoringModel
from enforcement.authoring.check import Wrong, check_whole
from enforcement.rules import LoadedPack
from enforcement.values.errors import KnownError


@dataclass(frozen=True)
class Forbids:
    """Something that forbids the signature, and the violation that it stands in ("" for the whole)."""

    title: str
    number: int
    wrong: Wrong


class SignModel(QObject):
    """`ready(tuple[Forbids, ...], typed)` when all was checked, `stage(str)` as "save", "pack", "publish" begin, `published(Signed, int)`
    with the repository's version, `refused(Exception)`.
    """

    ready = Signal(object, int)
    stage = Signal(str)
    published = Signal(object, int)
    refused = Signal(object)

    def __init__(self, model: AuthoringModel) -> None:
        super().__init__()
        self.model = model
        self._stopped = False
        self._preparing = False
        model.prover.finished.connect(self._whole)

    def prepare(self) -> None:
        """Ask everything that `approve` asks."""
        self._preparing = True
        self.model.when_kept(self.model.prover.check_all)

    def stop(self) -> None:
        """No more waiting; a tool that still proves is ended."""
        self._stopped, self._preparing = True, False
        if self.model.prover.running:
            self.model.prover.cancel_all()

    def sign(self, authority: Path, password: str) -> None:
        """Save, sign, publish."""
        self._stopped = False
        state = self.model.state
        if state is None:
            return
        if not publishing.is_authority(authority):
            self.refused.emit(KnownError("input.invalid", field=str(authority), why="no authority is kept there"))
            return
        self.stage.emit("save")

        def saved(new: SourceState) -> None:
            self.model.take(new)
            self._pack(authority, password, Path(new.place))

        self.model.work.act(lambda: done(self.model.office.save()), saved, self.refused.emit)

    def _pack(self, authority: Path, password: str, source: Path) -> None:
        self.stage.emit("pack")

        def signed(found: Signed) -> None:
            self.stage.emit("publish")
            self.model.work.net(
                lambda: publishing.publish(authority, password),
                lambda version: self._published(authority, found, version),
                self.refused.emit,
            )

        self.model.work.net(
            lambda: publishing.sign(authority, password, source, lambda: self._stopped), signed, self.refused.emit
        )

    def _published(self, authority: Path, found: Signed, version: int) -> None:
        office = self.model.office
        self.model.work.store(lambda: office.remember_office(str(authority)))
        self.published.emit(found, version)

    def _whole(self) -> None:
        state = self.model.state
        if not self._preparing or state is None:
            return
        self._preparing = False
        self.model.work.compute(
            lambda: check_whole(state.source), lambda found: self._ready(state, found), self.refused.emit
        )

    def _ready(self, state: SourceState, found: tuple[LoadedPack | None, tuple[Wrong, ...]]) -> None:
        forbids = []
        for line in state.lines:
            answer = self.model.prover.answer(line)
            forbids += [Forbids(line.title, line.number, wrong) for wrong in (answer.wrongs if answer else ())]
        known = {(one.wrong.kind, one.wrong.words) for one in forbids}
        forbids += [Forbids("", -1, wrong) for wrong in found[1] if (wrong.kind, wrong.words) not in known]
        self.ready.emit(tuple(forbids), len(state.typed))
