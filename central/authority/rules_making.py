"""What hengchi-rules makes: a new source, a source out of a workbook, a workbook out of a pack, the signed pack."""

from __future__ import annotations

import argparse
import os

from central.authority.keyring import PASSWORD_ENV, Keyring
from central.authority.rules_commands import Result
from central.authority.rules_files import is_source, load_any, read_any_source, read_file, write_folder
from central.platform.files import write_durably
from enforcement.authoring import build_pack, read_draft, write_toml
from enforcement.authoring.approve import approve
from enforcement.authoring.scaffold import scaffold
from enforcement.authoring.tables import source_of
from enforcement.rules import load_pack, sign_pack
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError


def new(asked: argparse.Namespace) -> Result:
    """A folder to start from; never over an older one."""
    if asked.pack.exists() and any(asked.pack.iterdir()):
        raise KnownError("input.invalid", field=asked.pack.name, why="the folder is not empty")
    texts = scaffold(asked.id, asked.title, asked.agency, asked.field, asked.valid_from)
    write_folder(asked.pack, texts)
    return True, {"files": sorted(texts)}, [f"{asked.pack}: {', '.join(sorted(texts))}"]


def bring_in(asked: argparse.Namespace) -> Result:
    """A source out of a workbook; what was read out of words waits to be confirmed."""
    from enforcement.authoring.published import Frame, read_published  # openpyxl: the authoring extra
    from enforcement.authoring.workbook import MAX_BYTES, is_whole, open_book, read_whole, write_workbook

    book = open_book(read_file(asked.pack, MAX_BYTES), asked.pack.name)
    if is_whole(book):
        source = read_whole(book)
    else:
        if asked.valid_from is None:
            raise KnownError("input.invalid", field="--from", why="a published table does not say from when it holds")
        frame = Frame(id=asked.id, agency=asked.agency, valid_from=asked.valid_from, field=asked.field, ends=asked.ends)
        source = read_published(book, frame)
    if asked.out.suffix.lower() == ".xlsx":
        write_durably(asked.out, write_workbook(source), 0o644)
    else:
        write_folder(asked.out, write_toml(source))
    waiting: list[str] = []
    try:
        draft = read_draft(source)
        waiting = [f"{place.place}: {words}" for place, words in draft.proposed.items()]
        state = "waiting" if waiting else "complete"
    except KnownError as error:
        state = f"{error.details.get('where')}: {error.details.get('why')}"
    count = len(source.violations)
    lines = [f"{asked.out}: {count} violations", *([state] if state not in ("waiting", "complete") else [])]
    lines += [f"待确认 {line}" for line in waiting]
    return True, {"violations": count, "waiting": waiting, "state": state}, lines


def export(asked: argparse.Namespace) -> Result:
    """Everything of a pack in a workbook."""
    from enforcement.authoring.workbook import write_workbook  # openpyxl: the authoring extra

    source = read_any_source(asked.pack) if is_source(asked.pack) else source_of(load_any(asked.pack, asked.key).pack)
    data = write_workbook(source)
    write_durably(asked.out, data, 0o644)
    return True, {"bytes": len(data)}, [f"{asked.out}: {len(data)} bytes"]


def sign(asked: argparse.Namespace) -> Result:
    """Sign what is proved, and nothing else."""
    compiled = build_pack(read_any_source(asked.pack))
    loaded = load_pack(compiled)
    statement = approve(loaded)
    password = (
        read_file(asked.password_file).decode().strip() if asked.password_file else os.environ.get(PASSWORD_ENV, "")
    )
    key = Keyring(asked.authority / "keys", password).signing("legal")
    write_durably(asked.out, sign_pack(compiled, KeySigner(key), statement), 0o644)
    public = key.public_key().public_bytes_raw().hex()
    result = {"digest": loaded.digest.hex(), "key": public, "violations": len(loaded.pack.violations)}
    return (
        True,
        result,
        [f"{asked.out}: {loaded.pack.title} {loaded.pack.version}", f"digest {loaded.digest.hex()}", f"key {public}"],
    )


def compile_(asked: argparse.Namespace) -> Result:
    """The canonical bytes."""
    data = build_pack(read_any_source(asked.pack))
    write_durably(asked.out, data, 0o644)
    digest = load_pack(data).digest.hex()
    return True, {"digest": digest, "bytes": len(data)}, [f"{asked.out}: {len(data)} bytes, {digest}"]
