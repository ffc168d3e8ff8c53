"""The legal office's desk: a source opened, edited, kept as a draft with every key, saved to its own files, previewed, compared.

Methods that say so belong on the store's worker, which alone touches what is open; the others compute from what they are handed and
may run anywhere. All raise `KnownError` for what a person can act on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import msgspec

from desktop.services import authoring_files as files
from desktop.services import ruler
from desktop.services.authoring_drafts import Drafts, KeptDraft, draft_of, typed_of
from desktop.services.authoring_edit import apply, key_of, typed_after
from desktop.services.authoring_files import Opened, PublishedBook
from desktop.services.authoring_shapes import (
    ChangeLine,
    ChangesView,
    Edit,
    FrameForm,
    KeptSource,
    RowEdit,
    SourceKind,
    SourceState,
    Typed,
)
from desktop.services.authoring_table import head_of, lines_of
from desktop.services.desk import Desk
from desktop.services.settings import change_settings, read_settings
from desktop.services.shapes import Assessment
from enforcement.authoring import PackSource
from enforcement.authoring.check import check_whole
from enforcement.authoring.merge import Taken, take_over
from enforcement.authoring.scaffold import scaffold
from enforcement.authoring.spots import plain_error, read_spotted
from enforcement.rules import FactValue, Library, LoadedPack
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest, uuid7

UNDO = 200


@dataclass
class _Open:
    """What is open. Only the store's worker touches it."""

    key: str
    place: str
    kind: SourceKind
    texts: Mapping[str, bytes]
    base: Mapping[str, bytes]
    typed: Mapping[str, Typed] = field(default_factory=dict)
    dirty: bool = False
    resumed: datetime | None = None
    revision: int = 0
    last_edit: str = ""
    undo: list[tuple[Mapping[str, bytes], Mapping[str, Typed]]] = field(default_factory=list)
    redo: list[tuple[Mapping[str, bytes], Mapping[str, Typed]]] = field(default_factory=list)


class Authoring:
    """One person's sources on this device."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._drafts = Drafts(desk)
        self._open: _Open | None = None
        self._previewed: tuple[LoadedPack, Desk] | None = None

    # reading, anywhere

    def read(self, path: Path) -> Opened | PublishedBook:
        """See `authoring_files.read_place`."""
        try:
            return files.read_place(path)
        except KnownError as error:
            raise plain_error(error) from error

    def from_published(self, book: PublishedBook, form: FrameForm) -> Opened:
        """A new source out of a published table; every row waits to be confirmed."""
        return Opened("", "new", files.read_published_book(book, form), {})

    def bring_in(self, path: Path, state: SourceState | None) -> Opened | PublishedBook | Taken:
        """A workbook: a whole one of the table that is open as texts to take over into it, another one as a source of its own."""
        found = self.read(path)
        if isinstance(found, PublishedBook) or state is None or found.kind != "workbook":
            return found
        other = read_spotted(found.texts)
        if head_of(other)["id"] != state.head["id"]:
            return found
        try:
            return take_over(state.texts, other)
        except KnownError as error:
            raise plain_error(error) from error

    def begin(self, form: FrameForm) -> Opened:
        """A new source with one violation of a made-up rule, to be replaced; raises KnownError(input.invalid)."""
        title, agency = form.title.strip() or form.id.strip(), form.agency.strip()
        day = files.a_day(form.valid_from)
        return Opened("", "new", scaffold(form.id.strip(), title, agency, form.field.strip() or "", day), {})

    def workbook(self, state: SourceState) -> bytes:
        """Everything as a workbook."""
        return files.workbook_of(state.texts)

    def export(self, state: SourceState, path: Path) -> None:
        """Write the workbook of what is open; the source itself stays where it is."""
        files.write_source(path, self.workbook(state))

    def agency_name(self) -> str:
        """For the forms that ask for it."""
        return self.desk.agency.index.roster.agency.name

    # on the store's worker

    def last(self) -> str:
        """Where the last source stands."""
        return read_settings(self.desk.profile).authoring

    def office(self) -> str:
        """Where the authority is kept, as it was last said."""
        return read_settings(self.desk.profile).office

    def remember_office(self, folder: str) -> None:
        change_settings(self.desk.profile, office=folder)

    def drafts(self) -> tuple[KeptSource, ...]:
        """Unsaved changes that are kept, the latest first."""
        return self._drafts.all()

    def adopt(self, opened: Opened) -> SourceState:
        """Work on a source that was read. Where changes of it were kept, they are gone on with."""
        key = _key(opened.place) if opened.place else uuid7(self.desk.clock.now(), self.desk.entropy).hex
        self._open = _Open(key, opened.place, opened.kind, opened.texts, opened.base)
        if opened.place:
            change_settings(self.desk.profile, authoring=opened.place)
            draft = self._drafts.get(key)
            if draft is not None and (draft.texts != opened.texts or draft.typed):
                return self._resumed(key, draft)
        else:
            self._open.dirty = True
            self._keep()
        return self._state()

    def resume(self, key: str) -> SourceState:
        """Go on with kept changes; raises KnownError(input.invalid) when they are gone."""
        draft = self._drafts.get(key)
        if draft is None:
            raise KnownError("input.invalid", field="draft", why="it was saved or dropped")
        return self._resumed(key, draft)

    def edit(self, edit: Edit) -> SourceState:
        """Take an edit over, and keep it. A text that cannot stand is kept as it was typed, with the reason."""
        open_ = self._opened()
        source = read_spotted(open_.texts)
        name = key_of(source, edit)
        if not name or name != open_.last_edit:
            open_.undo = [*open_.undo[-UNDO:], (open_.texts, open_.typed)]
        open_.redo, open_.last_edit = [], name
        typed = {key: text for key, text in open_.typed.items() if key != name}
        try:
            texts = apply(open_.texts, source, edit)
            read_spotted(texts)
        except KnownError as error:
            text = getattr(edit, "text", None)
            if text is None or not name:
                open_.undo.pop()
                raise plain_error(error) from error
            open_.typed = typed | {name: _typed(text, error)}
        else:
            open_.texts = texts
            open_.typed = typed_after(source, typed, edit) if isinstance(edit, RowEdit) else typed
        return self._changed()

    def replace_all(self, texts: Mapping[str, bytes]) -> SourceState:
        """Take over other texts as one edit."""
        open_ = self._opened()
        open_.undo = [*open_.undo[-UNDO:], (open_.texts, open_.typed)]
        open_.redo, open_.last_edit, open_.texts, open_.typed = [], "", texts, {}
        return self._changed()

    def undo(self, *, redo: bool = False) -> SourceState:
        """One edit back, or forth again."""
        open_ = self._opened()
        here, there = (open_.redo, open_.undo) if redo else (open_.undo, open_.redo)
        if here:
            there.append((open_.texts, open_.typed))
            open_.texts, open_.typed = here.pop()
            open_.last_edit = ""
            return self._changed()
        return self._state()

    def save(self, *, over: bool = False) -> SourceState:
        """Write to the source's own files. Raises KnownError(input.source_changed) naming them where they are not as they were left,
        unless `over`; (input.source_read_only), (store.disk_full); (rules.pack_invalid) for what a workbook has no room for.
        """
        open_ = self._opened()
        self._demand_own(over=over)
        base = {} if over else open_.base
        open_.base = files.write_place(open_.place, open_.kind, open_.texts, base)
        return self._saved()

    def save_as(self, path: Path) -> SourceState:
        """Write to a new place, and work on there; raises KnownError(input.invalid) where something stands already."""
        open_ = self._opened()
        kind = files.a_new_place(path)
        base = files.write_place(str(path), kind, open_.texts, {})
        self._drafts.drop(open_.key)
        open_.key, open_.place, open_.kind, open_.base = _key(str(path)), str(path), kind, base
        change_settings(self.desk.profile, authoring=str(path))
        return self._saved()

    def reread(self) -> SourceState:
        """What stands on the disk now, taken over as one edit, so that it can be undone."""
        open_ = self._opened()
        found = self.read(Path(open_.place))
        if isinstance(found, PublishedBook):
            raise KnownError("input.source_unreadable", file=found.name, why="")
        state = self.replace_all(found.texts)
        open_.base = found.base
        open_.dirty = False
        self._drafts.drop(open_.key)
        return replace(state, dirty=False)

    def outdated(self) -> tuple[str, ...]:
        """Files that are not as they were left."""
        open_ = self._open
        if open_ is None or not open_.place:
            return ()
        return tuple(files.changed_since(open_.place, open_.kind, open_.base))

    # computing, anywhere

    def preview(self, loaded: LoadedPack, version: int, facts: Mapping[str, FactValue], party: str) -> Assessment:
        """As the officer would see it on the first day of that version, measured with the edited pack. Raises KnownError(rules.*)."""
        if self._previewed is None or self._previewed[0] is not loaded:
            data = replace(self.desk.agency.data, library=Library([loaded]))
            self._previewed = loaded, replace(self.desk, agency=replace(self.desk.agency, data=data))
        violation = loaded.pack.violations[0]
        day = max(loaded.pack.valid_from, violation.versions[version].valid_from)
        return ruler.try_out(self._previewed[1], violation.id, facts, party, day, day)

    def changes(self, source: PackSource) -> ChangesView:
        """What changes for whom against the edition that this device holds; raises KnownError(rules.pack_invalid)."""
        from enforcement.authoring.diff import diff  # the authoring extra

        loaded, wrongs = check_whole(source)
        if loaded is None:
            spot, words = wrongs[0].spot, wrongs[0].words
            raise KnownError("rules.pack_invalid", where=f"{spot.file} {spot.path}".strip(), why=words)
        held = next((one for one in self.desk.agency.library.packs if one.pack.id == loaded.pack.id), None)
        if held is None:
            return ChangesView("", ())
        same_rules = (held.pack.position, held.pack.policy) == (loaded.pack.position, loaded.pack.policy)
        before = {one.id: one for one in held.pack.violations}
        after = {one.id: one for one in loaded.pack.violations}
        names = {name for name in {*before, *after} if not same_rules or before.get(name) != after.get(name)}
        found = diff(_only(held, names), _only(loaded, names))
        lines = tuple(ChangeLine(one.kind, one.violation, one.words) for one in found)
        return ChangesView(f"{held.pack.title} {held.pack.version}", lines)

    # inside

    def _opened(self) -> _Open:
        if self._open is None:
            raise KnownError("input.invalid", field="source", why="none is open")
        return self._open

    def _demand_own(self, *, over: bool) -> None:
        open_ = self._opened()
        if not open_.place:
            raise KnownError("input.invalid", field="place", why="it was never saved")
        changed = [] if over else files.changed_since(open_.place, open_.kind, open_.base)
        if changed:
            raise KnownError("input.source_changed", file="、".join(changed))

    def _resumed(self, key: str, draft: KeptDraft) -> SourceState:
        self._open = _Open(key, draft.place, draft.kind, draft.texts, draft.base, typed_of(draft), True, draft.touched)
        return self._state()

    def _changed(self) -> SourceState:
        open_ = self._opened()
        open_.dirty, open_.resumed = True, None
        self._keep()
        return self._state()

    def _saved(self) -> SourceState:
        open_ = self._opened()
        open_.resumed, open_.last_edit = None, ""
        open_.dirty = bool(open_.typed)
        if open_.dirty:
            self._keep()
        else:
            self._drafts.drop(open_.key)
        return self._state()

    def _state(self) -> SourceState:
        open_ = self._opened()
        open_.revision += 1
        source = read_spotted(open_.texts)
        return SourceState(
            key=open_.key,
            place=open_.place,
            kind=open_.kind,
            texts=open_.texts,
            source=source,
            head=head_of(source),
            lines=lines_of(source),
            typed=open_.typed,
            dirty=open_.dirty,
            can_undo=bool(open_.undo),
            can_redo=bool(open_.redo),
            revision=open_.revision,
            resumed=open_.resumed,
        )

    def _keep(self) -> None:
        open_ = self._opened()
        draft = draft_of(open_.place, open_.kind, open_.texts, open_.base, open_.typed, self.desk.clock.now())
        self._drafts.put(open_.key, draft)


def _only(loaded: LoadedPack, names: set[str]) -> LoadedPack:
    kept_ = tuple(one for one in loaded.pack.violations if one.id in names)
    return LoadedPack(msgspec.structs.replace(loaded.pack, violations=kept_), loaded.digest)


def _typed(text: str, error: KnownError) -> Typed:
    where = str(error.details.get("where", ""))
    line = int(where) if where.isdecimal() else 0
    return Typed(text, str(error.details.get("text", "")), str(error.details.get("why", error)), line)


def _key(place: str) -> str:
    return digest(place.encode()).hex()[:32]
