"""A case as it is filed: the volumes as PDF and the sealed package, from the record alone. `hengchi archive` and the window's button.

The order in a volume is the forms' own (`filing`, `order`), which an agency's variants change. A package needs the agency's published
files, so that its signatures can be checked without a server for good: they are kept on the device as they come. Where they have not
come or have run out, the volumes are still made. Everything is written beside its place first: there is all of it, or nothing.
"""

from __future__ import annotations

import argparse
import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from desktop.app.tools import passwords_of, render, render_form
from desktop.messages.errors import words_of
from desktop.platform.clock import SystemClock
from desktop.platform.files import disk_errors, sync_folder, write_durably
from desktop.platform.paths import profile_path
from desktop.printing.archive import ArchivePart, Sheets, Volume, VolumeName, archive_volumes
from desktop.services import cases, profile
from desktop.services.act_desk import position_of
from desktop.services.act_papers import pdf_of
from desktop.services.act_values import nested
from desktop.services.case_values import day, known_values
from desktop.services.desk import Desk, local
from desktop.services.filing import CheckedCase, FiledCase, FiledFile, FilingKind
from desktop.services.forms import form
from desktop.services.settings import change_settings, read_settings
from desktop.store.authority import published_files, signed_packs
from enforcement.casefile import Act, CaseFile, fold_case
from enforcement.journal.acts import CaseDetermined
from enforcement.sealing import open_blob
from enforcement.sealing.package import Contents, PackedDocument, authority_files, make_package
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError

Fetch = Callable[[str], bytes | None]
NAMES: Mapping[VolumeName, str] = {"正卷": "main.pdf", "副卷": "auxiliary.pdf"}
PACKAGE = "case.hzp"


@dataclass(frozen=True)
class Filed:
    """What was written: volumes by file, the package unless the agency's set could not be had (`without`: why). `absent`: attachments
    that are not on this device.
    """

    volumes: Mapping[str, Volume]
    package: str
    without: KnownError | None
    absent: int = 0


def archive_case(desk: Desk, case_id: UUID, out: Path, fetch: Fetch | None = None, password: str = "") -> Filed:
    """Write the case into a folder. `fetch` reads the agency's files; without it those serve that this device keeps.

    Raises KnownError(input.invalid) for a case without a paper, (blob.missing) while a picture of a paper has not arrived,
    (certificate.*) for who may not act now, (store.disk_full), (output.not_written).
    """
    now = desk.clock.now()
    desk.agency.require(desk.number, "", now)
    with desk.database.read() as session:
        entries = desk.journal.entries(session, case_id)
        if fetch is None:
            fetch = published_files(session).get
    case = fold_case(case_id, entries)
    parts = list(_parts(desk, case))
    if not parts:
        raise KnownError("input.invalid", field="case", why="it has no document yet")
    made = archive_volumes(
        _sheets(desk, case),
        [part for volume, part in parts if volume == "正卷"],
        [part for volume, part in parts if volume == "副卷"],
        made_at=now,
    )
    without, package = None, ""
    with _whole(out) as folder:
        for volume in made:
            write_durably(folder / NAMES[volume.name], volume.pdf)
        try:
            _package(
                desk, case, [entry.data for entry in entries], [part for _, part in parts], folder, fetch, password
            )
            package = PACKAGE
        except KnownError as error:
            if not error.code.startswith(("relay.", "authority.")):
                raise
            without = error
            (folder / PACKAGE).unlink(missing_ok=True)
    absent = sum(not desk.blobs.has(item.act.blob) for item in case.evidence)
    return Filed({NAMES[volume.name]: volume for volume in made}, package, without, absent)


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A folder beside `out` that becomes `out`, or whose files go into it, when everything was written; else nothing is left of it."""
    making: Path | None = None
    try:
        with disk_errors(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            making = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
            yield making
            for path in making.iterdir():
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
            if out.is_dir():
                for path in sorted(making.iterdir()):
                    path.replace(out / path.name)
            else:
                making.rename(out)
            sync_folder(out.parent)
    except OSError as error:
        raise KnownError("output.not_written", file=str(out), why=error.strerror or type(error).__name__) from error
    except KnownError as error:
        if error.code != "store.read_only":
            raise
        raise KnownError("output.not_written", file=str(out), why=os.strerror(errno.EACCES)) from error
    finally:
        if making is not None:
            shutil.rmtree(making, ignore_errors=True)


def _parts(desk: Desk, case: CaseFile) -> Iterator[tuple[VolumeName, ArchivePart]]:
    """Papers in their filing order; a voided one is not filed with the others but keeps its number on the record."""
    if case.decision is not None and not case.decision.voided:
        notice = case.decision.act
        pdf = desk.render(notice.content, notice.code, case.decision.signatures)
        yield "正卷", ArchivePart("当场行政处罚决定书", notice.number, local(case.decision.at).date(), pdf)
    papers = [act for act in case.track.acts if act.body.paper is not None and not act.voided]
    for act in sorted(papers, key=_place):
        paper = act.body.paper
        assert paper is not None
        of = form(paper.form)
        if of.id == "case_cover":
            continue  # the volume has its own cover
        yield of.filing, ArchivePart(of.title, paper.number, local(act.body.at).date(), pdf_of(desk, case, act))


def _place(act: Act) -> tuple[int, datetime]:
    """Where a paper stands in its volume: the form's place, papers of one kind in the order of time."""
    assert act.body.paper is not None
    return form(act.body.paper.form).order, act.body.at


def _sheets(desk: Desk, case: CaseFile) -> Mapping[VolumeName, Sheets]:
    """Cover and notes: what was written when the case was filed, and what the record says."""
    filed, closed = case.track.last("archive.filed"), case.track.last("closing.approved", "no_case.approved")
    if filed is not None and filed.body.paper is not None:
        cover: dict[str, Any] = dict(filed.body.paper.content)
    else:
        known = known_values(desk, case, position_of(desk, case), "case_cover", "archive.filed", desk.clock.now())
        paths = {field.path for field in form("case_cover").fields}
        cover = nested({path: value for path, value in known.items() if path in paths})
    maker = desk.agency.index.roster.person(filed.officer if filed is not None else desk.number)
    checker = desk.agency.index.roster.person(closed.officer) if closed is not None else None
    notes = {
        "agency": cover.get("agency"),
        "case_number": cover.get("case_number"),
        "media": [item.act.caption for item in case.evidence if item.act.sort in ("audio", "video")] or None,
        "notes": "本卷文书由案件的电子记录重新生成，与签发时的内容一致。",
        "made_by": maker.name if maker else None,
        "checked_by": checker.name if checker else None,
        "made_on": day(filed.body.at if filed is not None else desk.clock.now()),
    }
    sheets = Sheets(cover, {name: value for name, value in notes.items() if value is not None})
    return {"正卷": sheets, "副卷": sheets}


def _package(
    desk: Desk,
    case: CaseFile,
    entries: list[bytes],
    parts: list[ArchivePart],
    out: Path,
    fetch: Fetch,
    password: str,
) -> None:
    now, grant = desk.clock.now(), profile.grant_of(desk)
    if fetch("metadata/timestamp.json") is None:
        raise KnownError("authority.not_here")
    with desk.database.read() as session:
        packs = signed_packs(session)
    used = {line.entry.body.pack_digest for line in case.lines if isinstance(line.entry.body, CaseDetermined)}
    there = [item.act for item in case.evidence if desk.blobs.has(item.act.blob)]

    def opened(act: Any) -> Callable[[], Iterator[bytes]]:
        return lambda: open_blob(desk.blobs.pieces(act.blob), act.key, limit=act.plain_size)

    contents = Contents(
        aggregate=case.case_id,
        title=f"{case.party.name if case.party else ''} {case.facts.violation if case.facts else ''}".strip(),
        entries=entries,
        root=grant.root,
        authority=authority_files(fetch, grant.root, now),
        documents=[PackedDocument(part.title, part.number, part.pdf) for part in parts],
        attachments={act.blob: opened(act) for act in there},
        packs={held: pack for held, pack in packs.items() if held in used},
    )
    path = out / PACKAGE
    with path.open("wb+") as file:
        make_package(
            file, contents, KeySigner(desk.sign_key), desk.number, now, entropy=desk.entropy, password=password
        )


class CaseFiling:
    """Implements `desktop.services.filing.Filing` for the person signed in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def suggested(self) -> Path:
        kept = read_settings(self._desk.profile).exports
        return Path(kept) if kept and Path(kept).is_dir() else Path.home()

    def write(self, case_id: UUID, folder: Path, password: str) -> FiledCase:
        with self._desk.database.read() as session:
            line = cases.row_of(session, self._desk, case_id)
        number = line.document_number or case_id.hex[:8]
        out = _free(folder, f"{number} {line.party}")
        filed = archive_case(self._desk, case_id, out, password=password)
        change_settings(self._desk.profile, exports=str(folder))
        kinds: Mapping[str, FilingKind] = {"main.pdf": "main", "auxiliary.pdf": "auxiliary"}
        files = [
            FiledFile(kinds[name], name, (out / name).stat().st_size, volume.pages, not volume.doubts)
            for name, volume in filed.volumes.items()
        ]
        if filed.package:
            files.append(FiledFile("package", filed.package, (out / filed.package).stat().st_size))
        return FiledCase(out, tuple(files), filed.without, filed.absent)

    def check(self, package: Path, password: str) -> CheckedCase:
        from desktop.app.verify_package import (
            check_case,
        )  # the reader of signatures is needed by nobody else in the window

        return check_case(package, password, profile.grant_of(self._desk).root)


def _free(folder: Path, name: str) -> Path:
    """A name that nothing has in that folder; what no file system takes in names goes."""
    plain = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "", name).strip(" .")[:60] or "case"
    tried = [folder / plain, *(folder / f"{plain} ({number})" for number in range(2, 1000))]
    return next(path for path in tried if not path.exists())


def run_archive(arguments: argparse.Namespace) -> int:
    """Exit code 0 when volumes and package were written; 1 with a sentence when something could not be."""
    try:
        password = passwords_of(arguments.password_file)[0]
        folder = profile_path(arguments.profile)
        desk = profile.unlock(folder, arguments.person, password, SystemClock(), render, render_form, None)
        try:
            with desk.database.read() as session:
                found = cases.list_cases(session, desk, arguments.case, 0, 2, documents=False)
            if len(found) != 1:
                raise KnownError("input.invalid", field="--case", why=f"{len(found)} cases are found by these words")
            filed = archive_case(desk, found[0].case_id, arguments.out, _folder(arguments.authority))
        finally:
            desk.database.close()
    except KnownError as error:
        print(f"hengchi: {words_of(error).what}", file=sys.stderr)
        return 1
    for name, volume in filed.volumes.items():
        doubts = f"; no PDF/A claim: {'; '.join(volume.doubts)}" if volume.doubts else "; PDF/A-2b"
        print(f"{name}: {volume.pages} pages{doubts}")
    if filed.without is not None:
        print(f"hengchi: no package: {words_of(filed.without).what}", file=sys.stderr)
        return 1
    print(filed.package)
    return 0


def _folder(repository: Path | None) -> Fetch | None:
    """The agency's published repository as a folder."""
    if repository is None:
        return None

    def fetch(name: str) -> bytes | None:
        path = (repository / name).resolve()
        return path.read_bytes() if path.is_relative_to(repository.resolve()) and path.is_file() else None

    return fetch
