"""A part of a violation as pairs to be read: what it is, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from desktop.messages import tr
from desktop.services.authoring_shapes import Part
from desktop.services.authoring_table import range_of
from desktop.views.authoring.words import party_words
from enforcement.authoring.typed import conditions_words, end_text
from enforcement.rules import FactSpec

Table = Mapping[str, Any]
Pairs = list[tuple[str, str]]
PARTIES = ("all", "organisation", "citizen", "sole_trader")
FACT_KINDS = {"number": "Number", "count": "Count", "choice": "Choice", "flag": "Yes or no", "date": "Day"}
EFFECTS = {"lighter": "Lighter", "mitigated": "Mitigated", "heavier": "Heavier", "exempt": "Exempt"}
STATUSES = {"verified": "verified", "unverified": "unverified", "demonstration": "demonstration"}
LEVELS = {"law": "law", "regulation": "regulation", "rule": "rule of a ministry", "local": "local regulation"}
SETTINGS = {
    "lighter": ("lighter {value}", {}),
    "ordinary": ("ordinary {value}", {}),
    "heavier": ("heavier {value}", {}),
    "mitigated": ("mitigated {value}", {}),
    "step": ("rounded to {value} yuan", {}),
    "rounding": ("rounded {value}", {"nearest": "to the nearest", "down": "down"}),
    "winner": ("where two rows hold: {value}", {"heavier": "the heavier", "lighter": "the lighter", "none": "never"}),
    "combine": ("lighter and heavier meet: {value}", {"weigh": "a person weighs", "heavier": "the heavier"}),
    "ends": ("included: {value}", {"both": "以上 and 以下", "above": "以上 only", "below": "以下 only"}),
    "kind": (
        "{value}",
        {"rows": "by rows", "classes": "by parts of the span", "average": "by the mean", "weights": "by weights"},
    ),
}  # of a position in thousandths, of a policy, of a way of computing


def pairs_of(part: Part, specs: Sequence[FactSpec]) -> Pairs:
    """What stands in the part."""
    match part.name:
        case "facts":
            return [_fact(table) for table in part.tables]
        case "circumstances":
            return [_circumstance(table, specs) for table in part.tables]
        case "statute_rows":
            return [(_text(table, "label"), _statute_row(table, specs)) for table in part.tables]
        case "before":
            return [(_text(table, "step"), _said(_holds(table, specs), _text(table, "basis"))) for table in part.tables]
        case "beside":
            return [_beside(table, specs) for table in part.tables]
        case "cases":
            return [_case(table, specs) for table in part.tables]
        case "violation":
            return list(_violation(part.tables[0]))
        case "version":
            return list(_version(part.tables[0]))
        case "head":
            return list(_head(part.tables[0]))
        case "statute":
            return list(_statute(part.tables[0]))
        case _:
            return []


def sentences() -> tuple[str, ...]:
    """Source texts of the tables here, for the test that all are translated."""
    settings = [text for words, values in SETTINGS.values() for text in (words, *values.values())]
    return (*(text for table in (FACT_KINDS, EFFECTS, STATUSES, LEVELS) for text in table.values()), *settings)


def _fact(table: Table) -> tuple[str, str]:
    kind = _text(table, "kind")
    choices = table.get("choices")
    words = [
        _text(table, "id"),
        tr(FACT_KINDS.get(kind, kind)),
        "、".join(f"{name} {label}" for name, label in choices.items()) if isinstance(choices, Mapping) else "",
        _text(table, "unit"),
        tr("{low} to {high}", low=table.get("low", 0), high=table["high"]) if "high" in table else "",
        {"more": tr("more is worse"), "later": tr("later is worse")}.get(_text(table, "worse"), ""),
        tr("counted by the program") if table.get("known_from") else "",
        _text(table, "hint"),
    ]
    return _text(table, "label"), _said(*words)


def _circumstance(table: Table, specs: Sequence[FactSpec]) -> tuple[str, str]:
    effect = tr(EFFECTS.get(_text(table, "effect"), _text(table, "effect")))
    must = tr("must") if table.get("must") is True else tr("may")
    return f"{effect} · {must}", _said(_text(table, "label"), _holds(table, specs), _text(table, "basis"))


def _statute_row(table: Table, specs: Sequence[FactSpec]) -> str:
    conditions = conditions_words(table.get("any_of"), specs).replace("\n", " ")
    return _said(conditions, _ranges(table, "ranges_yuan"))


def _beside(table: Table, specs: Sequence[FactSpec]) -> tuple[str, str]:
    must = tr("must") if table.get("must") is True else tr("may")
    return f"{_text(table, 'label')} · {must}", _said(_holds(table, specs), _text(table, "basis"))


def _case(table: Table, specs: Sequence[FactSpec]) -> tuple[str, str]:
    facts = table.get("facts")
    labels = {spec.id: spec.label for spec in specs}
    known = facts.items() if isinstance(facts, Mapping) else ()
    words = "、".join(f"{labels.get(name, name)} {_value(value)}" for name, value in known)
    out = [_text(table, "tier"), tr("{sum} yuan", sum=table["fine_yuan"]) if "fine_yuan" in table else ""]
    steps = table.get("steps")
    out += [str(step) for step in steps] if isinstance(steps, list) else []
    came_out = "、".join(one for one in out if one)
    return _text(table, "name"), _said(party_words(_text(table, "party")), words) + (
        f" → {came_out}" if came_out else ""
    )


def _violation(table: Table) -> Iterator[tuple[str, str]]:
    aliases = table.get("aliases")
    yield tr("Id"), _text(table, "id")
    if isinstance(aliases, list) and aliases:
        yield tr("Also called"), "、".join(str(one) for one in aliases)
    yield tr("Field"), _text(table, "field")
    yield tr("Ordered besides"), _text(table, "correction")
    status = _text(table, "status")
    yield tr("Source"), _said(tr(STATUSES.get(status, status)), _text(table, "source"))


def _version(table: Table) -> Iterator[tuple[str, str]]:
    until = _text(table, "valid_to")
    yield tr("In force"), tr("from {day}", day=_text(table, "valid_from")) + (f" – {until}" if until else "")
    yield tr("Forbidden by"), _text(table, "forbids")
    yield tr("Punished by"), _said(_text(table, "punishes"), _text(table, "statute_version"))
    yield tr("Row"), _text(table, "row")
    yield tr("Statute"), _ranges(table, "statute_ranges_yuan")
    way = table.get("way")
    if isinstance(way, Mapping):
        yield (
            tr("Way of computing"),
            _said(*(_setting(key, value) for key, value in way.items() if key != "factors")),
        )


def _head(table: Table) -> Iterator[tuple[str, str]]:
    yield tr("Id"), _text(table, "id")
    yield tr("Agency"), _text(table, "agency")
    for key, words in (("position", tr("Place in the band")), ("policy", tr("Rules of the table"))):
        inner = table.get(key)
        if isinstance(inner, Mapping):
            yield words, _said(*(_setting(name, value) for name, value in inner.items()))
    facts, shared = table.get("facts"), table.get("circumstances")
    if isinstance(facts, Mapping):
        labels = [_text(one, "label") for one in facts.values() if isinstance(one, Mapping)]
        yield tr("Shared facts"), "、".join(labels)
    if isinstance(shared, list):
        labels = [_text(one, "label") for one in shared if isinstance(one, Mapping)]
        yield tr("Shared circumstances"), "；".join(labels)


def _statute(table: Table) -> Iterator[tuple[str, str]]:
    level = _text(table, "level")
    yield _text(table, "statute"), _said(_text(table, "title"), tr(LEVELS.get(level, level)))
    versions = table.get("versions")
    for version in versions if isinstance(versions, list) else ():
        articles = version.get("articles", {})
        count = tr("{count} articles", count=len(articles))
        yield (
            _text(version, "version"),
            _said(tr("from {day}", day=_text(version, "valid_from")), count, _text(version, "source")),
        )


def _ranges(table: Table, key: str) -> str:
    row = {"bands_yuan": table.get(key)}
    parts = []
    ranges = table.get(key)
    for party in PARTIES:
        if isinstance(ranges, Mapping) and party in ranges:
            span = range_of(row, party)
            of = span.get("of", "") if isinstance(span, Mapping) else ""
            ends = f"{end_text(span, 'low')} – {end_text(span, 'high') or '…'}" + (f" × {_value(of)}" if of else "")
            parts.append(f"{party_words(party)} {ends}")
    return "；".join(parts)


def _holds(table: Table, specs: Sequence[FactSpec]) -> str:
    tests = table.get("all_of")
    return conditions_words([tests], specs) if isinstance(tests, list) and tests else ""


def _text(table: Table, key: str) -> str:
    return str(table.get(key, ""))


def _setting(key: str, value: object) -> str:
    words, values = SETTINGS.get(key, (f"{key} {{value}}", {}))
    said = str(value)
    return tr(words, value=tr(values[said]) if said in values else f"{value}‰" if _in_thousandths(key, value) else said)


def _in_thousandths(key: str, value: object) -> bool:
    return isinstance(value, int) and key in ("lighter", "ordinary", "heavier", "mitigated")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return tr("Yes") if value else tr("No")
    return "、".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _said(*words: str) -> str:
    return " · ".join(word for word in words if word)
