"""Unsaved changes of sources, kept in the encrypted store with every edit, each person's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from desktop.services.authoring_shapes import KeptSource, SourceKind, Typed
from desktop.services.authoring_table import head_of
from desktop.services.desk import Desk
from desktop.store.kept import forget, keep, kept, kept_under
from enforcement.authoring.spots import read_spotted
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes


class KeptTyped(Record):
    """A text that cannot stand yet."""

    text: str
    piece: str
    why: str
    line: int = 0


class KeptDraft(Record):
    """Unsaved changes of one source: its texts as they are, and the digests of its files as they were left."""

    place: str
    kind: SourceKind
    texts: dict[str, bytes]
    base: dict[str, bytes]
    touched: datetime
    typed: dict[str, KeptTyped] = msgspec.field(default_factory=dict)


class Drafts:
    """The kept drafts of who is signed in. On the store's worker."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._start = desk, f"authoring/{desk.number}/"

    def all(self) -> tuple[KeptSource, ...]:
        """What is kept, the latest first."""
        with self._desk.database.read() as session:
            found = kept_under(session, self._start)
        drafts = [(name.removeprefix(self._start), from_bytes(KeptDraft, data)) for name, data in found.items()]
        views = [KeptSource(key, _title(draft), draft.place, draft.touched) for key, draft in drafts]
        return tuple(sorted(views, key=lambda one: one.touched, reverse=True))

    def get(self, key: str) -> KeptDraft | None:
        """One draft, or none."""
        with self._desk.database.read() as session:
            data = kept(session, self._start + key)
        return None if data is None else from_bytes(KeptDraft, data)

    def put(self, key: str, draft: KeptDraft) -> None:
        """Keep it; raises KnownError(store.*)."""
        with self._desk.database.write() as session:
            keep(session, self._start + key, to_bytes(draft))

    def drop(self, key: str) -> None:
        """It was saved, or is not wanted any more."""
        with self._desk.database.write() as session:
            forget(session, self._start + key)


def draft_of(
    place: str,
    kind: SourceKind,
    texts: Mapping[str, bytes],
    base: Mapping[str, bytes],
    typed: Mapping[str, Typed],
    touched: datetime,
) -> KeptDraft:
    """The record of what is open."""
    kept_typed = {
        name: KeptTyped(text=one.text, piece=one.piece, why=one.why, line=one.line) for name, one in typed.items()
    }
    return KeptDraft(place=place, kind=kind, texts=dict(texts), base=dict(base), touched=touched, typed=kept_typed)


def typed_of(draft: KeptDraft) -> dict[str, Typed]:
    """The texts of a draft that cannot stand yet."""
    return {name: Typed(one.text, one.piece, one.why, one.line) for name, one in draft.typed.items()}


def _title(draft: KeptDraft) -> str:
    try:
        return head_of(read_spotted(draft.texts))["title"]
    except KnownError:
        return draft.place
