"""Which cells of a table a fault is about: the conditions that leave a gap, the sums that leave the statute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from enforcement.authoring.proof import Facts, Fault
from enforcement.discretion import ActContext, Determination, evaluate
from enforcement.discretion.runs import runs_of
from enforcement.discretion.table import Table, table_of
from enforcement.rules import LoadedPack, Tier, Violation, ViolationVersion
from enforcement.values.errors import KnownError

CONDITIONS, WORDS, CONFIRMED, LABEL = "any_of", "words", "confirmed", "label"
_GROUP = re.compile(r"(?P<label>.*)的第(?P<number>\d+)组条件")


class Cell(NamedTuple):
    """A row from 0 on, and a column: any_of, words, label, confirmed, or low.PARTY, high.PARTY, low.share, high.share."""

    row: int
    column: str


def cells_of(loaded: LoadedPack, violation: Violation, version: ViolationVersion, fault: Fault) -> tuple[Cell, ...]:
    """The cells that a fault names; none for what is wrong with the table as a whole."""
    asked = table_of(loaded, violation, version)
    match fault.kind:
        case "gap":
            found = _gap(asked, version, fault)
        case "overlap":
            found = (Cell(_row(version, tier), CONDITIONS) for tier in asked.tiers_met(fault.facts))
        case "outside_statute" | "outside_band":
            found = _outside(loaded, asked, version, fault)
        case "inverted":
            found = _inverted(loaded, asked, version, fault)
        case "dead_tier" | "dead_group":
            found = _dead(version, fault)
        case _:
            found = iter(())
    return tuple(dict.fromkeys(found))


def sums(row: int, version: ViolationVersion, party: str, ends: Sequence[str] = ("low", "high")) -> Iterator[Cell]:
    """The cells of a row's sums for a party, or of its share."""
    column = "share" if version.tiers[row].share is not None else party
    return (Cell(row, f"{end}.{column}") for end in ends)


def _gap(asked: Table, version: ViolationVersion, fault: Fault) -> Iterator[Cell]:
    tier = asked.tier_at(fault.facts)
    if tier is not version.tiers[0] or asked.first_promise(fault.facts):
        yield from sums(_row(version, tier), version, fault.party)
        return
    beside = list(dict.fromkeys(_beside(asked, version, fault.facts)))
    rows = beside or [row for row, tier in enumerate(version.tiers) if tier.any_of]
    yield from (Cell(row, CONDITIONS) for row in rows)


def _beside(asked: Table, version: ViolationVersion, facts: Facts) -> Iterator[int]:
    """The rows on either side of a gap: those that hold first when one fact grows or shrinks."""
    for spec in asked.violation.facts:
        if spec.kind not in ("number", "count", "date") or spec.id not in facts:
            continue
        values = [value for value in runs_of(spec, version) if value is not None]
        here = facts[spec.id]
        below = [value for value in reversed(values) if value < here]  # type: ignore[operator]  # one fact's are of one kind
        above = [value for value in values if value > here]  # type: ignore[operator]
        for side in (below, above):
            met = (asked.tiers_met({**facts, spec.id: value}) for value in side)
            tier = next((found[0] for found in met if found), None)
            if tier is not None:
                yield _row(version, tier)


def _outside(loaded: LoadedPack, asked: Table, version: ViolationVersion, fault: Fault) -> Iterator[Cell]:
    found = _measured(loaded, asked, version, fault, fault.facts)
    if found is None:
        return
    statute = asked.band(asked.range_for(fault.facts, fault.party), fault.facts)
    ends = ["low", "high"]
    if statute is not None and fault.kind == "outside_statute" and found.band_lo is not None:
        low = found.band_lo < statute.lo
        high = statute.hi is not None and (found.band_hi is None or found.band_hi > statute.hi)
        ends = [end for end, out in (("low", low), ("high", high)) if out] or ends
    yield from sums(_row_of(version, found), version, fault.party, ends)


def _inverted(loaded: LoadedPack, asked: Table, version: ViolationVersion, fault: Fault) -> Iterator[Cell]:
    one = _measured(loaded, asked, version, fault, fault.facts)
    other = _measured(loaded, asked, version, fault, fault.worse)
    if one is None or other is None:
        return
    rows = _row_of(version, one), _row_of(version, other)
    if rows[1] < rows[0]:
        yield from (Cell(row, CONDITIONS) for row in rows if version.tiers[row].any_of)
        return
    for row in rows:
        yield from sums(row, version, fault.party)


def _dead(version: ViolationVersion, fault: Fault) -> Iterator[Cell]:
    said = fault.words.split("：")[0]
    group = _GROUP.fullmatch(said)
    wanted = group["label"] if group is not None and fault.kind == "dead_group" else said
    yield from (Cell(row, CONDITIONS) for row, tier in enumerate(version.tiers) if tier.label == wanted and tier.any_of)


def _measured(
    loaded: LoadedPack, asked: Table, version: ViolationVersion, fault: Fault, facts: Facts
) -> Determination | None:
    day = max(version.valid_from, loaded.pack.valid_from)
    try:
        return evaluate(loaded, asked.violation.id, facts, ActContext(day, day, fault.party))
    except KnownError:
        return None


def _row_of(version: ViolationVersion, found: Determination) -> int:
    return next((row for row, tier in enumerate(version.tiers) if tier.id == found.tier), 0)


def _row(version: ViolationVersion, tier: Tier) -> int:
    return version.tiers.index(tier)
