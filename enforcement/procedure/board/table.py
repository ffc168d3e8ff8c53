"""The board's table: each check with its words, points, article, source and what mends it; groups with their caps; bands of the score.

Points are tenths of a point, so that half a point is no float.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from enforcement.procedure.deadline_table import DOCUMENT, Procedure
from enforcement.rules.citations import citations
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_plain

FULL = 1000
"""A hundred points."""
R = TypeVar("R", bound=Record)


class Group(Record):
    """A heading of the board's form. All that is struck under it takes at most `cap` away (tenths)."""

    id: str
    label: str
    cap: int
    source: str
    status: Literal["verified", "local", "unverified"] = "local"


class Band(Record):
    """From `least` (tenths) up the case is called `label`."""

    label: str
    least: int
    status: Literal["verified", "local", "unverified"] = "local"


class BoardCheck(Record):
    """One check. `tenths` are taken once, or for every single fault with `each`; with `veto` the case fails whatever its score.

    `mends`: `act:<id>`, `field:<name>` or `form:<id>.<path>`, which a fault may say more exactly. `applies`: procedures, both when empty.
    `status` is that of the points: a veto that several boards share is verified, one board's deduction local, ours unverified.
    `limit` is a number that the check needs (days), where it needs one.
    """

    id: str
    label: str
    group: str
    basis: str
    source: str
    status: Literal["verified", "local", "unverified"]
    mends: str
    applies: tuple[Procedure, ...] = ()
    tenths: int = 0
    veto: bool = False
    each: bool = False
    limit: int = 0

    def of(self, procedure: str) -> bool:
        """Whether cases of that procedure are checked."""
        return not self.applies or procedure in self.applies


@dataclass(frozen=True)
class BoardTable:
    """`sources`: key to where it was read. `bands` from the best down; `failed` names a case that a veto strikes."""

    title: str
    failed: str
    sources: dict[str, str]
    groups: tuple[Group, ...]
    bands: tuple[Band, ...]
    checks: tuple[BoardCheck, ...]

    def band(self, score: int, vetoed: bool) -> str:
        """What a score (tenths) is called."""
        return self.failed if vetoed else next((one.label for one in self.bands if score >= one.least), self.failed)


def points_text(tenths: int) -> str:
    """`20` is 2, `5` is 0.5."""
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def read_board(raw: bytes, file: str, known: Collection[str]) -> BoardTable:
    """The checked table; `known` are the ids that have a function. Raises KnownError(board.invalid) with `file`, `where` and `why`."""
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _fail(file, "$", str(error)) from error
    board = BoardTable(
        title=str(table.get("title", "")),
        failed=str(table.get("failed", "")),
        sources={str(key): str(words) for key, words in dict(table.get("sources", {})).items()},
        groups=tuple(_record(Group, row, file, "groups") for row in table.get("groups", ())),
        bands=tuple(_record(Band, row, file, "bands") for row in table.get("bands", ())),
        checks=tuple(_record(BoardCheck, row, file, "checks") for row in table.get("checks", ())),
    )
    for where, why in _faults(board, known):
        raise _fail(file, where, why)
    return board


def _faults(board: BoardTable, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Everything that types cannot say."""
    if not board.title or not board.failed or not board.bands:
        yield "$", "title, failed and bands are needed"
    if list(board.bands) != sorted(board.bands, key=lambda one: -one.least):
        yield "bands", "the best stands first"
    ids = [one.id for one in board.checks]
    groups = {one.id for one in board.groups}
    for group in board.groups:
        if group.cap <= 0 or group.source not in board.sources:
            yield f"groups.{group.id}", "a cap and a known source are needed"
    for one in board.checks:
        wrong: tuple[tuple[bool, str], ...] = (
            (ids.count(one.id) > 1, "stands twice"),
            (one.id not in known, "no such check"),
            (one.group not in groups, f"unknown group {one.group}"),
            (one.source not in board.sources, f"unknown source {one.source}"),
            (one.veto == bool(one.tenths), "either points or a veto"),
            (one.tenths < 0 or one.limit < 0, "no number is below nought"),
            (not citations(one.basis) and not DOCUMENT.search(one.basis), "an article is needed"),
            (not one.label, "words are needed"),
            (one.mends.partition(":")[0] not in ("act", "field", "form"), "what mends it is act:, field: or form:"),
        )
        for is_wrong, why in wrong:
            if is_wrong:
                yield f"checks.{one.id}", why
    for missing in sorted(set(known) - set(ids)):
        yield f"checks.{missing}", "has a function and no row"


def _record(kind: type[R], row: Any, file: str, where: str) -> R:
    try:
        return from_plain(kind, row)
    except KnownError as error:
        name = row.get("id", "?") if isinstance(row, dict) else "?"
        raise _fail(file, f"{where}.{name}", str(error.details["why"])) from error


def _fail(file: str, where: str, why: str) -> KnownError:
    return KnownError("board.invalid", file=file, where=where, why=why)
