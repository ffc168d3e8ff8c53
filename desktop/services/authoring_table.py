"""One violation's table as it is shown and typed, out of the source's own tables: also while they cannot be built yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from desktop.services.authoring_shapes import HeadKey, Part, TableView, TierRow, ViolationLine
from enforcement.authoring import PackSource, Source, read_draft
from enforcement.authoring.build import PARTIES, search_keys
from enforcement.authoring.cells import CONDITIONS, CONFIRMED, LABEL, WORDS
from enforcement.authoring.spots import spot
from enforcement.authoring.typed import conditions_text, conditions_words, end_text, share_text
from enforcement.rules import FactSpec
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

HEAD_KEYS: tuple[HeadKey, ...] = ("id", "title", "version", "agency", "valid_from", "valid_to")
STANDARD, SHARE, ALL = "standard", "share", "all"
PARTS = ("facts", "circumstances", "statute_rows", "before", "beside", "cases")
Table = Mapping[str, Any]


def head_of(source: PackSource) -> dict[HeadKey, str]:
    """The head as text; "" for what is not there."""
    table = source.head.table
    return {key: str(table[key]) if key in table else "" for key in HEAD_KEYS}


def lines_of(source: PackSource) -> tuple[ViolationLine, ...]:
    """The violations of a source."""
    shared = {key: value for key, value in source.head.table.items() if key not in ("title", "version", "agency")}
    common = _print([shared, [one.table for one in source.statutes]])
    return tuple(_line(number, one.table, common) for number, one in enumerate(source.violations))


def view_of(source: PackSource, number: int, version: int) -> TableView:
    """A version of a violation; the last one where it has not so many."""
    one = source.violations[number]
    versions = [found for found in _subs(one, "versions")]
    at = min(version, len(versions) - 1)
    specs = _specs(source, one)
    table = versions[at].table if versions else {}
    tiers = [row for row in _tables(table, "tiers")]
    columns = _columns(table, tiers)
    way = table.get("way", {})
    return TableView(
        number=number,
        id=str(one.table.get("id", "")),
        title=str(one.table.get("title", "")),
        version=at,
        versions=tuple(_days(found.table) for found in versions),
        columns=columns,
        rows=tuple(_row(tier, columns, specs) for tier in tiers),
        specs=specs,
        parts=tuple(_parts(one, versions[at] if versions else None)),
        way=str(way.get("kind", "rows")) if isinstance(way, Mapping) else "rows",
    )


def general_parts(source: PackSource) -> tuple[Part, ...]:
    """What the whole pack shares: its head, and the statutes that it rests on."""
    head = Part("head", spot(source.head), whole=True, tables=(source.head.table,))
    return (head, *(Part("statute", spot(one), whole=True, tables=(one.table,)) for one in source.statutes))


def _line(number: int, table: Table, common: str) -> ViolationLine:
    title, versions = str(table.get("title", "")), _tables(table, "versions")
    last: Table = versions[-1] if versions else {}
    waiting = sum(
        row.get("proposed") is True
        for version in versions
        for key in ("tiers", "circumstances")
        for row in _tables(version, key)
    )
    about = " · ".join(str(part) for part in (last.get("row", ""), last.get("punishes", "")) if part)
    name = str(table.get("id", ""))
    return ViolationLine(
        number=number,
        id=name,
        title=title or name,
        about=about,
        versions=len(versions),
        waiting=waiting,
        keys=(*_keys(title), name.lower(), about.lower()),
        fingerprint=f"{common}{_print(table)}",
    )


def _row(tier: Table, columns: Sequence[str], specs: Sequence[FactSpec]) -> TierRow:
    typed = {column: _typed(tier, column) for column in columns}
    shown = {column: _shown(tier, column, typed[column], specs) for column in columns}
    return TierRow(str(tier.get("id", "")), typed, shown, tier.get("proposed") is True)


def _typed(tier: Table, column: str) -> str:
    end, _, party = column.partition(".")
    if column == CONDITIONS:
        return conditions_text(tier.get(CONDITIONS))
    if column == CONFIRMED:
        return ""
    if not party:
        return str(tier.get(column, ""))
    if party == SHARE:
        return share_text(tier.get(SHARE), "low" if end == "low" else "high")
    return end_text(range_of(tier, party), "low" if end == "low" else "high")


def range_of(tier: Table, party: str) -> Any:
    """What a row says of a party, in the source's form."""
    bands = tier.get("bands_yuan")
    return bands.get(party, bands.get(ALL)) if isinstance(bands, Mapping) else None


def _shown(tier: Table, column: str, typed: str, specs: Sequence[FactSpec]) -> str:
    _, _, party = column.partition(".")
    if column == CONDITIONS:
        return conditions_words(tier.get(CONDITIONS), specs)
    if not party or not typed:
        return typed
    if party == SHARE:
        return f"{typed}%"
    span = range_of(tier, party)
    base = span.get("of", ()) if isinstance(span, Mapping) else ()
    labels = {spec.id: spec.label for spec in specs}
    of = "×".join(labels.get(name, name) for name in ((base,) if isinstance(base, str) else base))
    return f"{_grouped(typed)}×{of}" if of else _grouped(typed)


def _grouped(typed: str) -> str:
    """Thousands parted by a thin space."""
    sign, digits = (typed[0], typed[1:]) if typed[:1] in "<>" else ("", typed)
    return f"{sign}{int(digits):,}".replace(",", "\u202f") if digits.isdecimal() else typed


def _columns(version: Table, tiers: Sequence[Table]) -> tuple[str, ...]:
    columns = [LABEL, WORDS]
    columns += [STANDARD] if any(tier.get(STANDARD) for tier in tiers) else []
    columns.append(CONDITIONS)
    bands = [tier["bands_yuan"] for tier in tiers if isinstance(tier.get("bands_yuan"), Mapping)]
    statute = version.get("statute_ranges_yuan")
    if bands:
        every = [*bands, *([statute] if isinstance(statute, Mapping) else [])]
        alike = all(set(one) == {ALL} for one in every)
        named = {party for one in every for party in one}
        known = [party for party in PARTIES if party in named or (ALL in named)]
        columns += [f"{end}.{party}" for party in ([ALL] if alike else known) for end in ("low", "high")]
    if any(SHARE in tier for tier in tiers):
        columns += [f"low.{SHARE}", f"high.{SHARE}"]
    return (*columns, *([CONFIRMED] if any(tier.get("proposed") is True for tier in tiers) else []))


def _parts(one: Source, version: Source | None) -> Iterator[Part]:
    own = spot(one)
    yield Part("violation", own, tables=(one.table,))
    if version is not None:
        yield Part("version", spot(version), tables=(version.table,))
    for name in PARTS:
        owner = one if name in ("facts", "cases") else version
        if owner is not None:
            yield Part(name, spot(owner, name), tables=tuple(_tables(owner.table, name)))
    yield Part("whole", own, whole=True, tables=(one.table,))


def _specs(source: PackSource, one: Source) -> tuple[FactSpec, ...]:
    """The violation's facts; none while they cannot be built."""
    bare = Source(one.path, one.name, {**_BARE, **_only_facts(one.table)}, one.finder)
    try:
        return read_draft(replace(source, statutes=[], violations=[bare])).pack.violations[0].facts
    except KnownError:
        return ()


_BARE: Table = dict.fromkeys(("id", "title", "field", "statute", "correction", "source"), "x") | {
    "status": "unverified"
}
"""What a violation must say besides its facts, for who wants nothing but these."""


def _only_facts(table: Table) -> Table:
    return {key: table[key] for key in ("facts", "common_facts") if key in table}


def _days(version: Table) -> str:
    until = version.get("valid_to")
    return f"{version.get('valid_from', '')} –" + (f" {until}" if until else "")


def _subs(one: Source, key: str) -> list[Source]:
    try:
        return list(one.sub(key))
    except KnownError:
        return []


def _tables(table: Table, key: str) -> list[Table]:
    found = table.get(key)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _print(value: object) -> str:
    return digest(json.dumps(value, default=str, ensure_ascii=False).encode()).hex()[:24]


@lru_cache(maxsize=4096)
def _keys(title: str) -> tuple[str, ...]:
    return search_keys(title)
