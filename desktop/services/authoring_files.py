"""A pack's source on the disk: a folder of TOML files, or a workbook. Read whole, written file by file, never over what others wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.platform.files import write_durably
from desktop.services.authoring_shapes import FrameForm, SourceKind
from enforcement.authoring import MAX_BYTES, PackSource, read_toml, write_toml
from enforcement.authoring.spots import PACK, read_spotted
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

MAX_FILES = 2000
WORKBOOK = ".xlsx"
Texts = Mapping[str, bytes]


@dataclass(frozen=True)
class Opened:
    """A source as it was read. `base` is the digest of every file by its name in the folder, of a workbook under ""."""

    place: str
    kind: SourceKind
    texts: Texts
    base: Mapping[str, bytes]


@dataclass(frozen=True)
class PublishedBook:
    """A workbook that holds only a published table: what it does not say has to be asked."""

    name: str
    data: bytes


def read_place(path: Path) -> Opened | PublishedBook:
    """A folder (or the pack.toml in it), or a workbook.

    Raises KnownError(input.source_unreadable), or (rules.pack_invalid) with the file and line, or the sheet and cell.
    """
    if path.name == PACK:
        path = path.parent
    if path.is_dir():
        files = _files(path)
        if PACK not in files:
            raise KnownError("input.source_unreadable", file=path.name, why="pack.toml")
        read_spotted(files)
        return Opened(str(path), "folder", files, {name: digest(data) for name, data in files.items()})
    if path.suffix.lower() != WORKBOOK:
        raise KnownError("input.source_unreadable", file=path.name, why=path.suffix or path.name)
    from enforcement.authoring import workbook  # openpyxl: the authoring extra

    data = _read(path, workbook.MAX_BYTES)
    book = workbook.open_book(data, path.name)
    if not workbook.is_whole(book):
        return PublishedBook(path.name, data)
    texts = _as_texts(workbook.read_whole(book))
    return Opened(str(path), "workbook", texts, {"": digest(data)})


def read_published_book(book: PublishedBook, form: FrameForm) -> Texts:
    """The source of a published table, every reading waiting to be confirmed; raises KnownError(input.invalid), (rules.pack_invalid)."""
    from enforcement.authoring.published import Frame, read_published  # openpyxl: the authoring extra
    from enforcement.authoring.workbook import open_book

    frame = Frame(
        id=form.id.strip(), agency=form.agency.strip(), valid_from=a_day(form.valid_from), field=form.field.strip(),
        title=form.title.strip(), ends=form.ends,
    )  # fmt: skip
    return _as_texts(read_published(open_book(book.data, book.name), frame))


def workbook_of(texts: Texts) -> bytes:
    """Everything of a source as a workbook; raises KnownError(rules.pack_invalid)."""
    from enforcement.authoring.workbook import write_workbook  # openpyxl: the authoring extra

    return write_workbook(read_toml(texts))


def changed_since(place: str, kind: SourceKind, base: Mapping[str, bytes]) -> list[str]:
    """Names of the files that are not as they were left: changed, gone, or come."""
    path = Path(place)
    if kind == "workbook":
        now = {"": digest(path.read_bytes())} if path.is_file() else {}
    else:
        now = {name: digest(data) for name, data in _files(path).items()} if path.is_dir() else {}
    return sorted((name or path.name) for name in {*base, *now} if base.get(name) != now.get(name))


def write_place(place: str, kind: SourceKind, texts: Texts, base: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Write what differs from `base`; the digests as they are then.

    Raises KnownError(input.source_read_only), (store.disk_full), and for a workbook (rules.pack_invalid).
    """
    path = Path(place)
    if kind == "workbook":
        data = workbook_of(texts)
        write_source(path, data)
        return {"": digest(data)}
    for name, data in texts.items():
        if base.get(name) != digest(data):
            write_source(path / name, data)
    return {name: digest(data) for name, data in texts.items()}


def write_source(path: Path, data: bytes) -> None:
    """Replace one file; raises KnownError(input.source_read_only), (store.disk_full)."""
    try:
        write_durably(path, data, 0o644)
    except KnownError as error:
        if error.code == "store.read_only":
            raise KnownError("input.source_read_only", file=path.name) from error
        raise
    except OSError as error:  # the place is a file, or lies on a disk that is gone
        raise KnownError("input.source_read_only", file=path.name) from error


def a_new_place(path: Path) -> SourceKind:
    """What would be made there; raises KnownError(input.invalid) where something stands already, or for a name that is none."""
    if path.suffix.lower() == WORKBOOK:
        if path.exists():
            raise KnownError("input.invalid", field=path.name, why="the file exists")
        return "workbook"
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise KnownError("input.invalid", field=path.name, why="the folder is not empty")
    return "folder"


def a_day(text: str) -> date:
    """Raises KnownError(input.invalid) for a text that is no day."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise KnownError("input.invalid", field=text or "day", why="a day such as 2027-01-01 is needed") from error


def _as_texts(source: PackSource) -> Texts:
    texts = write_toml(source)
    read_spotted(texts)
    return texts


def _files(folder: Path) -> dict[str, bytes]:
    """The files of a source's folder by their names in it; what else lies there is nobody's business."""
    found = [folder / PACK, *folder.glob("statutes/**/*.toml"), *folder.glob("violations/**/*.toml")]
    paths = sorted(path for path in found if path.is_file())
    if len(paths) > MAX_FILES:
        raise KnownError("input.source_unreadable", file=folder.name, why=f"more than {MAX_FILES} files")
    return {path.relative_to(folder).as_posix(): _read(path, MAX_BYTES) for path in paths}


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise KnownError("input.source_unreadable", file=path.name, why=error.strerror or "") from error
