"""What each edit of the place does to the texts of a source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, assert_never

from desktop.services.authoring_shapes import (
    CaseAdd,
    CellEdit,
    Confirm,
    Edit,
    HeadEdit,
    PartEdit,
    RowEdit,
    Typed,
    ViolationEdit,
)
from desktop.services.authoring_table import ALL, SHARE, Table, range_of, view_of
from enforcement.authoring import PackSource, Source
from enforcement.authoring.build import PARTIES
from enforcement.authoring.cells import CONDITIONS
from enforcement.authoring.edit import (
    add_entry,
    check_toml,
    move_entry,
    part_text,
    remove_entry,
    replace_part,
    set_keys,
)
from enforcement.authoring.spots import PACK, Spot, spot
from enforcement.authoring.typed import NO_DAY, End, read_conditions, read_end, read_share
from enforcement.rules import FactSpec, FactValue
from enforcement.rules.facts import number_text
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text

Texts = Mapping[str, bytes]


def apply(texts: Texts, source: PackSource, edit: Edit) -> Texts:
    """The texts after an edit; raises KnownError(rules.condition_invalid), (rules.pack_invalid) for a text that cannot stand."""
    match edit:
        case CellEdit():
            return _cell(texts, source, edit)
        case RowEdit():
            return _rows(texts, source, edit)
        case ViolationEdit():
            return _violation(texts, source, edit)
        case Confirm(spot=place):
            return _set(texts, place, {"proposed": None})
        case HeadEdit():
            return _head(texts, source, edit)
        case PartEdit(spot=place, whole=whole, text=text):
            if place.path == "" and whole:
                return _file(texts, place, text)
            return {
                **texts,
                place.file: replace_part(texts[place.file], place.path, place.key, text, whole=whole),
            }
        case CaseAdd():
            return _case(texts, source, edit)
        case _:
            assert_never(edit)


def key_of(source: PackSource, edit: Edit) -> str:
    """What a text that cannot stand is kept under; "" for an edit that has no text."""
    match edit:
        case CellEdit(number=number, version=version, row=row, column=column):
            return cell_key(str(source.violations[number].table.get("id", "")), version, row, column)
        case HeadEdit(key=key):
            return f"head|{key}"
        case PartEdit(spot=place, whole=whole):
            return part_key(place, whole)
        case _:
            return ""


def cell_key(violation: str, version: int, row: int, column: str) -> str:
    """The key of a cell's kept text."""
    return f"cell|{violation}|{version}|{row}|{column}"


def part_key(place: Spot, whole: bool) -> str:
    """The key of a part's kept text."""
    return f"part|{place.file}|{place.path}|{place.key}|{'whole' if whole else ''}"


def typed_after(source: PackSource, typed: Mapping[str, Typed], edit: RowEdit) -> dict[str, Typed]:
    """Kept texts follow their rows."""
    start = f"cell|{source.violations[edit.number].table.get('id', '')}|{edit.version}|"
    moved: dict[str, Typed] = {}
    for key, text in typed.items():
        if not key.startswith(start):
            moved[key] = text
            continue
        row, _, column = key.removeprefix(start).partition("|")
        place = _row_after(int(row), edit)
        if place is not None:
            moved[f"{start}{place}|{column}"] = text
    return moved


def _row_after(row: int, edit: RowEdit) -> int | None:
    match edit.kind:
        case "add":
            return row + (row >= edit.at)
        case "remove":
            return None if row == edit.at else row - (row > edit.at)
        case "move":
            if row == edit.at:
                return edit.to
            without = row - (row > edit.at)
            return without + (without >= edit.to)


def _cell(texts: Texts, source: PackSource, edit: CellEdit) -> Texts:
    tiers, place = _tiers(source, edit.number, edit.version)
    tier = tiers[edit.row]
    end, _, party = edit.column.partition(".")
    which: End = "low" if end == "low" else "high"
    changes: dict[str, Any]
    if edit.column == CONDITIONS:
        specs = view_of(source, edit.number, edit.version).specs
        changes = {CONDITIONS: read_conditions(edit.text, specs) or None}
    elif not party:
        text = edit.text.strip()
        changes = {edit.column: text or (None if edit.column == "standard" else "")}
    elif party == SHARE:
        changes = {SHARE: read_share(tier.get(SHARE), which, edit.text)}
    else:
        changes = {"bands_yuan": _bands(tier, party, read_end(range_of(tier, party), which, edit.text))}
    return _set(texts, Spot(place.file, f"{place.path}.tiers[{edit.row + 1}]"), changes)


def _bands(tier: Table, party: str, span: Any) -> dict[str, Any]:
    """A row's sums with one party's set; what stood for all stands for each once they differ."""
    had = tier.get("bands_yuan")
    bands: dict[str, Any] = dict(had) if isinstance(had, Mapping) else {}
    if ALL in bands and party != ALL:
        bands = dict.fromkeys(PARTIES, bands[ALL]) | {key: value for key, value in bands.items() if key != ALL}
    if span is None:
        bands.pop(party, None)
    else:
        bands[party] = span
    return bands


def _rows(texts: Texts, source: PackSource, edit: RowEdit) -> Texts:
    tiers, place = _tiers(source, edit.number, edit.version)
    array, data = f"{place.path}.tiers", texts[place.file]
    match edit.kind:
        case "add":
            data = add_entry(data, array, edit.at, _new_row(tiers, edit.at))
        case "remove":
            data = remove_entry(data, array, edit.at)
        case "move":
            data = move_entry(data, array, edit.at, edit.to)
    return {**texts, place.file: data}


def _new_row(tiers: list[Table], at: int) -> Table:
    """Empty words under a free id; the sums of the row above stand there to be changed."""
    taken = {str(tier.get("id")) for tier in tiers}
    number = len(tiers) + 1
    while f"t{number}" in taken:
        number += 1
    above: Table = tiers[at - 1] if 0 < at <= len(tiers) else tiers[0] if tiers else {}
    kept = {key: above[key] for key in ("bands_yuan", SHARE) if key in above}
    return {"id": f"t{number}", "label": "", "words": "", **kept}


def _violation(texts: Texts, source: PackSource, edit: ViolationEdit) -> Texts:
    one = source.violations[edit.number]
    place = spot(one)
    data = texts[place.file]
    if edit.kind == "remove":
        number = int(place.path.removeprefix("violations[").removesuffix("]"))
        return {**texts, place.file: remove_entry(data, "violations", number - 1)}
    copy = part_text(data, place.path, whole=True).replace("\r\n", "\n").encode()
    copy = set_keys(copy, "violations[1]", {"id": edit.name})
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    return {**texts, place.file: data.rstrip(b"\r\n") + newline * 2 + copy.replace(b"\n", newline)}


def free_id(source: PackSource, name: str) -> str:
    """An id that no violation has."""
    taken, number = {str(one.table.get("id")) for one in source.violations}, 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def _head(texts: Texts, source: PackSource, edit: HeadEdit) -> Texts:
    text = edit.text.strip()
    value: Any = text
    if edit.key in ("valid_from", "valid_to"):
        if not text and edit.key == "valid_to":
            value = None
        else:
            try:
                day = date.fromisoformat(text)
            except ValueError as error:
                raise KnownError("rules.condition_invalid", text=text, why=NO_DAY) from error
            value = day if isinstance(source.head.table.get(edit.key), date) else day.isoformat()
    return _set(texts, Spot(PACK, ""), {edit.key: value})


def _file(texts: Texts, place: Spot, text: str) -> Texts:
    """A whole file as text; what is no TOML is refused with its line."""
    data = text.replace("\r\n", "\n").encode()
    check_toml(data)
    return {**texts, place.file: data.replace(b"\n", b"\r\n") if b"\r\n" in texts[place.file] else data}


def _case(texts: Texts, source: PackSource, edit: CaseAdd) -> Texts:
    specs = {spec.id: spec for spec in view_of(source, edit.number, 0).specs}
    table: dict[str, Any] = {
        "name": edit.name,
        "facts": {name: _fact(specs[name], value) for name, value in edit.facts.items()},
        "party": edit.party,
    }
    if edit.steps:
        table["steps"] = list(edit.steps)
    elif edit.tier:
        table["tier"] = edit.tier
    if edit.fine_fen is not None:
        whole, rest = divmod(edit.fine_fen, 100)
        table["fine_yuan"] = plain_text(edit.fine_fen) if rest else whole
    if edit.exempt:
        table["exempt"] = edit.exempt
    one = source.violations[edit.number]
    place, cases = spot(one), one.table.get("cases")
    at = len(cases) if isinstance(cases, list) else 0
    return {**texts, place.file: add_entry(texts[place.file], f"{place.path}.cases", at, table)}


def _fact(spec: FactSpec, value: FactValue) -> Any:
    """As a person writes it: whole numbers as such, decimals as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        text = number_text(spec, value)
        return int(text) if text.lstrip("-").isdecimal() else text
    return value


def _tiers(source: PackSource, number: int, version: int) -> tuple[list[Table], Spot]:
    versions: list[Source] = list(source.violations[number].sub("versions"))
    one = versions[version]
    return [row.table for row in one.sub("tiers")], spot(one)


def _set(texts: Texts, place: Spot, changes: Mapping[str, Any]) -> Texts:
    return {**texts, place.file: set_keys(texts[place.file], place.path, changes)}
