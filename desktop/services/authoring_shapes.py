"""What the Authoring place shows of a pack's source, and what can be asked of it. Frozen; free of Qt and SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from enforcement.authoring import PackSource
from enforcement.authoring.spots import Spot
from enforcement.rules import FactSpec, FactValue

SourceKind = Literal["folder", "workbook", "new"]
HeadKey = Literal["id", "title", "version", "agency", "valid_from", "valid_to"]


@dataclass(frozen=True)
class Typed:
    """A text that cannot stand yet and is kept as it was typed: the piece of it, and why (for a part, its line before the reason)."""

    text: str
    piece: str
    why: str
    line: int = 0


@dataclass(frozen=True)
class ViolationLine:
    """A line of the list: `number` is its place in the source from 0 on, `waiting` its rows that a person has to confirm; the
    fingerprint changes with everything that its proof depends on.
    """

    number: int
    id: str
    title: str
    about: str
    versions: int
    waiting: int
    keys: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True)
class SourceState:
    """The open source as it stands now. `place` is "" while it was never saved; `resumed` is when a kept draft was last touched."""

    key: str
    place: str
    kind: SourceKind
    texts: Mapping[str, bytes]
    source: PackSource
    head: Mapping[HeadKey, str]
    lines: tuple[ViolationLine, ...]
    typed: Mapping[str, Typed]
    dirty: bool
    can_undo: bool
    can_redo: bool
    revision: int
    resumed: datetime | None = None

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.lines)


@dataclass(frozen=True)
class KeptSource:
    """Unsaved changes that wait to be gone on with."""

    key: str
    title: str
    place: str
    touched: datetime


@dataclass(frozen=True)
class TierRow:
    """A row: what its cells hold as they are typed and as they are shown."""

    id: str
    typed: Mapping[str, str]
    shown: Mapping[str, str]
    proposed: bool


@dataclass(frozen=True)
class Part:
    """A part of a violation beside its rows: `key` of the table at `spot`, "" for that table's own lines; its tables as they stand."""

    name: str
    spot: Spot
    whole: bool = False
    tables: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class TableView:
    """One version of one violation: columns are those of `enforcement.authoring.cells`; sums stand by party, or under "all"."""

    number: int
    id: str
    title: str
    version: int
    versions: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[TierRow, ...]
    specs: tuple[FactSpec, ...]
    parts: tuple[Part, ...]
    way: str = "rows"


# what can be asked


@dataclass(frozen=True)
class CellEdit:
    """A cell of a row: the text as it is typed."""

    number: int
    version: int
    row: int
    column: str
    text: str


@dataclass(frozen=True)
class RowEdit:
    """`add` makes a row that stands at `at`; `remove` takes it away; `move` puts the row of `at` to `to`."""

    kind: Literal["add", "remove", "move"]
    number: int
    version: int
    at: int
    to: int = 0


@dataclass(frozen=True)
class ViolationEdit:
    """`copy` puts the violation once more under the id `name` at the end of its file, to be changed; `remove` takes it away."""

    kind: Literal["copy", "remove"]
    number: int
    name: str = ""


@dataclass(frozen=True)
class Confirm:
    """A person has read a proposed row or circumstance and stands for it."""

    spot: Spot


@dataclass(frozen=True)
class HeadEdit:
    """A key of the pack's head."""

    key: HeadKey
    text: str


@dataclass(frozen=True)
class PartEdit:
    """The whole text of a part."""

    spot: Spot
    whole: bool
    text: str


@dataclass(frozen=True)
class CaseAdd:
    """What the preview shows, kept as a case of the violation: facts as typed, and what came out."""

    number: int
    name: str
    facts: Mapping[str, FactValue]
    party: str
    tier: str
    fine_fen: int | None
    exempt: str
    steps: tuple[str, ...]


Edit = CellEdit | RowEdit | ViolationEdit | Confirm | HeadEdit | PartEdit | CaseAdd


@dataclass(frozen=True)
class FrameForm:
    """What a published table does not say, as it was entered."""

    id: str
    agency: str
    valid_from: str
    field: str
    ends: Literal["both", "above", "below"] = "both"
    title: str = ""


@dataclass(frozen=True)
class ChangeLine:
    """A change against the edition that the device holds."""

    kind: str
    violation: str
    words: str


@dataclass(frozen=True)
class ChangesView:
    """`against` names the edition; "" where the device holds none of this table."""

    against: str
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True)
class Signed:
    """What the office's tool took in: the pack's title, version and digest."""

    title: str
    version: str
    digest: str
