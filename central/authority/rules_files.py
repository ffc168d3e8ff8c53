"""Pack sources and compiled packs on disk."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from central.platform.files import write_durably
from enforcement.authoring import MAX_BYTES, PackSource, Texts, build_pack, read_toml
from enforcement.rules import LoadedPack, is_signed, load_pack, open_signed_pack
from enforcement.values.cose import key_id
from enforcement.values.errors import KnownError

MAX_FILES = 2000
MAX_PACK = 64 << 20


def read_folder(folder: Path) -> dict[str, bytes]:
    """The TOML files of a pack's source folder; raises KnownError(rules.pack_invalid) for one that holds none or too much."""
    paths = sorted(path for path in folder.rglob("*.toml") if path.is_file())
    if len(paths) > MAX_FILES:
        raise KnownError("rules.pack_invalid", where=folder.name, why=f"more than {MAX_FILES} files")
    return {path.relative_to(folder).as_posix(): read_file(path) for path in paths}


def read_file(path: Path, limit: int = MAX_BYTES) -> bytes:
    """A file's bytes, never more than a little above the limit, so that the reader can refuse it."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def write_folder(folder: Path, texts: Texts) -> None:
    """Write a source; files of the same names are replaced, others stay."""
    for name, data in texts.items():
        write_durably(folder / name, data, 0o644)


def read_any_source(path: Path) -> PackSource:
    """The tables of a source folder, or of a workbook with all its sheets; raises KnownError(rules.pack_invalid)."""
    if path.is_dir():
        return read_toml(read_folder(path))
    if path.suffix.lower() == ".xlsx":
        from enforcement.authoring import workbook  # openpyxl: the authoring extra

        book = workbook.open_book(read_file(path, workbook.MAX_BYTES), path.name)
        if not workbook.is_whole(book):
            raise KnownError(
                "rules.pack_invalid", where=path.name, why="a published table: hengchi-rules import reads it first"
            )
        return workbook.read_whole(book)
    raise KnownError("rules.pack_invalid", where=path.name, why="neither a folder nor a workbook")


def is_source(path: Path) -> bool:
    """Whether it is a folder or a workbook, and not a compiled pack."""
    return path.is_dir() or path.suffix.lower() == ".xlsx"


def load_any(path: Path, key: str = "") -> LoadedPack:
    """A pack from its source folder, its workbook, its compiled file, or a signed one (then `key` is the hex of the public key that
    must have signed it). Raises KnownError(rules.pack_invalid), (rules.pack_altered).
    """
    if is_source(path):
        return load_pack(build_pack(read_any_source(path)))
    data = read_file(path, MAX_PACK)
    if len(data) > MAX_PACK:
        raise KnownError("rules.pack_invalid", where=path.name, why=f"longer than {MAX_PACK} bytes")
    if not is_signed(data):
        return load_pack(data)
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    except ValueError as error:
        raise KnownError(
            "rules.pack_invalid", where=path.name, why="it is signed: say by whom with --key (64 hex digits)"
        ) from error
    return open_signed_pack(data, lambda kid: public if kid == key_id(public) else None)
