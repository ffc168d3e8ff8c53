"""Audio and video as evidence: sealed on the way in, piece by piece; played from a passing copy, which is overwritten and removed.

`seal` and `copy_out` take as long as the file is long and touch no database: they run beside the store's worker. `record` puts what was
sealed on the record.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import resources
from desktop.platform.files import disk_errors
from desktop.services.changes import Done
from desktop.services.desk import Desk, done, local, require_text, utc
from desktop.store.models import NumberRow
from enforcement.casefile import CaseFile, fold_case
from enforcement.journal.acts import EvidenceAdded
from enforcement.journal.media_acts import RecordingKept
from enforcement.sealing import open_blob, seal_blob
from enforcement.sealing.blob import PIECE, SealedBlob
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest, uuid7

SOUND = ("audio", "video")
COPIES = "hengchi-play-"
"""Before the names of folders that hold a copy that is played."""
SPARE = 64 << 20
"""Bytes that stay free on the disk."""
Progress = Callable[[int, int], None]
"""Bytes done, of how many."""


@dataclass(frozen=True)
class MediaRules:
    """Formats by their suffix (resources/procedure/media.toml), and the largest file in bytes."""

    largest: int
    types: dict[str, tuple[Literal["audio", "video"], str]]


@dataclass(frozen=True)
class Details:
    """What the person says of a recording. `began` and `ended` are aware instants."""

    caption: str
    recorder: str
    place: str
    began: datetime
    ended: datetime
    whole: bool
    interrupted: str = ""


@dataclass(frozen=True)
class Sealed:
    """A sealed file that is on no record yet."""

    held: Path
    blob: SealedBlob
    key: bytes
    sort: Literal["audio", "video"]
    media_type: str


@dataclass(frozen=True)
class RecordingView:
    """A recording of a case; `here`: its sealed bytes have arrived on this device."""

    evidence: UUID
    number: str
    caption: str
    sort: str
    recorder: str
    began: datetime
    ended: datetime
    whole: bool
    interrupted: str
    size: int
    digest: bytes
    here: bool


@dataclass(frozen=True)
class NumberReport:
    """A device's numbers of a year: how far they run, and which are missing."""

    year: int
    highest: int
    missing: tuple[int, ...]


class MediaOffice(Protocol):
    """Recordings of cases."""

    def rules(self) -> MediaRules: ...
    def seal(self, path: Path, progress: Progress, cancelled: Callable[[], bool]) -> Sealed | None:
        """Seal a file; None when it was cancelled, and then nothing stays. Long; no database."""
        ...

    def record(self, case_id: UUID, sealed: Sealed, details: Details) -> Done[RecordingView]: ...
    def drop(self, sealed: Sealed) -> None:
        """What was sealed and is not wanted."""
        ...

    def of(self, case_id: UUID) -> tuple[RecordingView, ...]: ...
    def report(self) -> NumberReport: ...
    def copy_out(
        self, case_id: UUID, evidence: UUID, progress: Progress, cancelled: Callable[[], bool]
    ) -> Path | None: ...
    def wipe(self) -> None:
        """Every copy that was made to be played."""
        ...


@cache
def rules() -> MediaRules:
    table = tomllib.loads(resources.path("procedure/media.toml").read_text("utf-8"))
    kinds: tuple[Literal["audio", "video"], ...] = ("audio", "video")
    return MediaRules(
        table["largest"], {suffix: (kind, name) for kind in kinds for suffix, name in table[kind].items()}
    )


class Media:
    """Implements `MediaOffice`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._copies: list[Path] = []

    def rules(self) -> MediaRules:
        return rules()

    def seal(self, path: Path, progress: Progress, cancelled: Callable[[], bool]) -> Sealed | None:
        """Raises KnownError(input.media_unknown), (input.media_empty), (input.media_too_large), (store.disk_full)."""
        kind, media_type, size = _checked(path)
        _room(self._desk.blobs.folder.parent, size)
        key = os.urandom(32)
        with self._desk.blobs.staging() as (write, hold):
            try:
                source = _read(path, size, progress, cancelled)
                blob = seal_blob(source, write, key=key, entropy=self._desk.entropy, beside=self._desk.beside)
            except _CancelledError:
                return None
            return Sealed(hold(), blob, key, kind, media_type)

    def record(self, case_id: UUID, sealed: Sealed, details: Details) -> Done[RecordingView]:
        """Raises KnownError(input.invalid) for times that cannot be, (procedure.not_allowed) where the case is not open."""
        desk, now = self._desk, self._desk.clock.now()
        try:
            desk.agency.require(desk.number, "officer", now)
            _possible(details, now)
            with desk.database.write() as session:
                case = fold_case(case_id, desk.journal.entries(session, case_id))
                if case.opened_at is None or case.track.marks & {"closed", "archived"}:
                    raise KnownError("procedure.not_allowed", why="the case is not open", basis="行政处罚法第四十六条")
                series, running, number = _next(session, desk)
                added = _added(desk, sealed, details, case, now)
                kept = RecordingKept(
                    evidence=added.evidence,
                    number=number,
                    series=series,
                    running=running,
                    recorder=details.recorder.strip(),
                    began=utc(details.began),
                    ended=utc(details.ended),
                    whole=details.whole,
                    interrupted=details.interrupted.strip(),
                )
                desk.blobs.adopt(sealed.held, sealed.blob.digest)
                desk.append(session, case_id, added, kept)
        except BaseException:
            self.drop(sealed)
            raise
        return done(_view(desk, added, kept), "cases", "queue")

    def drop(self, sealed: Sealed) -> None:
        sealed.held.unlink(missing_ok=True)

    def of(self, case_id: UUID) -> tuple[RecordingView, ...]:
        with self._desk.database.read() as session:
            case = fold_case(case_id, self._desk.journal.entries(session, case_id))
        acts = {one.act.evidence: one.act for one in case.evidence}
        return tuple(_view(self._desk, acts[one.evidence], one) for one in case.recordings)

    def report(self) -> NumberReport:
        with self._desk.database.read() as session:
            series, year = _series(self._desk)
            used = set(session.scalars(select(NumberRow.running).where(NumberRow.series == series)))
        highest = max(used, default=0)
        return NumberReport(year, highest, tuple(sorted(set(range(1, highest + 1)) - used)))

    def copy_out(self, case_id: UUID, evidence: UUID, progress: Progress, cancelled: Callable[[], bool]) -> Path | None:
        """A copy in a folder that only this person may read, in memory where the system has such a place and it fits.

        Raises KnownError(input.invalid) for no such recording, (store.damaged), (blob.*), (store.disk_full).
        """
        desk = self._desk
        with desk.database.read() as session:
            case = fold_case(case_id, desk.journal.entries(session, case_id))
        act = next((one.act for one in case.evidence if one.act.evidence == evidence and one.act.sort in SOUND), None)
        if act is None:
            raise KnownError("input.invalid", field="recording", why="this case has no such recording")
        folder = Path(tempfile.mkdtemp(prefix=_mine(desk.profile), dir=_place(desk.profile, act.plain_size)))
        self._copies.append(folder)
        suffix = next((name for name, (_, media) in rules().types.items() if media == act.media_type), "bin")
        target, given = folder / f"{evidence.hex}.{suffix}", 0
        try:
            with disk_errors(target), target.open("xb") as file:
                for piece in open_blob(desk.blobs.pieces(act.blob), act.key, limit=act.plain_size):
                    if cancelled():
                        raise _CancelledError
                    file.write(piece)
                    given += len(piece)
                    progress(given, act.plain_size)
        except BaseException as error:
            self._forget(folder)
            if isinstance(error, _CancelledError):
                return None
            raise
        return target

    def wipe(self) -> None:
        for folder in list(self._copies):
            self._forget(folder)
        wipe_copies(self._desk.profile)

    def _forget(self, folder: Path) -> None:
        _overwrite(folder)
        if folder in self._copies:
            self._copies.remove(folder)


class _CancelledError(Exception):
    pass


def wipe_copies(profile: Path) -> int:
    """Copies that a killed program left behind, of this profile's folder and of the system's; how many."""
    left = [found for place in _places(profile) for found in place.glob(f"{_mine(profile)}*") if place.is_dir()]
    for folder in left:
        _overwrite(folder)
    return len(left)


def _mine(profile: Path) -> str:
    """Another profile's copies are not ours to remove."""
    return f"{COPIES}{digest(os.fsencode(profile.resolve())).hex()[:12]}-"


def _checked(path: Path) -> tuple[Literal["audio", "video"], str, int]:
    known = rules()
    found = known.types.get(path.suffix.lower().removeprefix("."))
    if found is None:
        raise KnownError("input.media_unknown", file=path.name, known=sorted(known.types))
    try:
        size = path.stat().st_size
    except OSError as error:
        raise KnownError("input.invalid", field="recording", why=error.strerror or "unreadable") from error
    if size == 0:
        raise KnownError("input.media_empty", file=path.name)
    if size > known.largest:
        raise KnownError("input.media_too_large", file=path.name, size=size, limit=known.largest)
    return (*found, size)


def _room(folder: Path, size: int) -> None:
    """Known before anything is read rather than when the disk is full."""
    if shutil.disk_usage(folder).free < size + SPARE:
        raise KnownError("store.disk_full", file=folder.name)


def _read(path: Path, size: int, progress: Progress, cancelled: Callable[[], bool]) -> Iterator[bytes]:
    given = 0
    with path.open("rb") as file:
        while data := file.read(PIECE):
            if cancelled():
                raise _CancelledError
            given += len(data)
            yield data
            progress(given, size)


def _possible(details: Details, now: datetime) -> None:
    require_text(details.caption, "caption")
    require_text(details.recorder, "recorder")
    if details.ended < details.began:
        raise KnownError("input.invalid", field="ended", why="it lies before the beginning")
    if details.ended > now:
        raise KnownError("input.invalid", field="ended", why="it lies in the future")
    if not details.whole:
        require_text(details.interrupted, "interrupted")


def _series(desk: Desk) -> tuple[str, int]:
    year = local(desk.clock.now()).year
    return f"recording/{desk.device.hex}/{year}", year


def _next(session: Session, desk: Desk) -> tuple[str, int, str]:
    """The device's next number; the entry that uses it is written in the same transaction, so none is left out."""
    series, year = _series(desk)
    last = session.scalar(select(func.max(NumberRow.running)).where(NumberRow.series == series)) or 0
    return series, last + 1, f"音像〔{year}〕{desk.device.hex[-4:].upper()}-{last + 1}号"


def _added(desk: Desk, sealed: Sealed, details: Details, case: CaseFile, now: datetime) -> EvidenceAdded:
    return EvidenceAdded(
        evidence=uuid7(now, desk.entropy),
        sort=sealed.sort,
        caption=details.caption.strip(),
        media_type=sealed.media_type,
        blob=sealed.blob.digest,
        sealed_size=sealed.blob.size,
        plain_digest=sealed.blob.plain_digest,
        plain_size=sealed.blob.plain_size,
        key=sealed.key,
        taken_at=utc(details.began),
        taken_by=desk.number,
        place=details.place.strip() or case.place,
    )


def _view(desk: Desk, act: EvidenceAdded, kept: RecordingKept) -> RecordingView:
    return RecordingView(
        evidence=act.evidence,
        number=kept.number,
        caption=act.caption,
        sort=act.sort,
        recorder=kept.recorder,
        began=kept.began,
        ended=kept.ended,
        whole=kept.whole,
        interrupted=kept.interrupted,
        size=act.plain_size,
        digest=act.plain_digest,
        here=desk.blobs.has(act.blob),
    )


def _places(profile: Path) -> list[Path]:
    """Where copies may lie: the person's memory-backed folder, and the profile."""
    memory = os.environ.get("XDG_RUNTIME_DIR", "")
    return [*([Path(memory)] if memory else []), profile]


def _place(profile: Path, size: int) -> Path:
    for place in _places(profile):
        if place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free >= size + SPARE:
            return place
    raise KnownError("store.disk_full", file=profile.name)


def _overwrite(folder: Path) -> None:
    """Zeros over each file, then away with it. What the disk itself or a player keeps of it is out of reach."""
    for path in folder.glob("*"):
        try:
            left = path.stat().st_size
            with path.open("r+b") as file:
                while left > 0:
                    left -= file.write(bytes(min(left, PIECE)))
                file.flush()
                os.fsync(file.fileno())
        finally:
            path.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
