"""From the tables that a legal officer writes to the compiled pack (docs/rules.md).

Errors name the file and line, or the sheet and cell. Pinyin and initials of every title are computed here, so that the field
app needs no dictionary to search.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pypinyin import Style, lazy_pinyin

from enforcement.authoring.source import PackSource, Source
from enforcement.authoring.typed import read_conditions
from enforcement.rules import (
    Article,
    Choice,
    FactSpec,
    FactValue,
    Pack,
    Policy,
    Position,
    Range,
    Statute,
    StatuteRow,
    StatuteVersion,
    Test,
    Tier,
    Violation,
    ViolationVersion,
    compile_pack,
    parse_fact,
)
from enforcement.rules.check import MAX_DECIMALS, SCHEMA
from enforcement.rules.model import Before, Beside, Case, Circumstance, Share, Way
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain

PARTIES = ("organisation", "citizen", "sole_trader")
_TEST = re.compile(r"(?P<fact>[a-z_][a-z0-9_]*)\s*(?P<op><=|>=|==|!=|<|>|in)\s*(?P<value>.+)")
Specs = Mapping[str, FactSpec]
_PARTS = {
    "version": ("versions", "valid_from"),
    "fact": ("facts", "id"),
    "tier": ("tiers", "id"),
    "circumstance": ("circumstances", "id"),
    "before": ("before", "id"),
    "beside": ("beside", "kind"),
    "case": ("cases", "name"),
}
"""Kind of thing in the loader's words, to the key of its tables and the key that names one."""
WAITS = "由文字推出的条件尚待人工确认（核对条件后，工作簿里把“确认”一栏改为“是”，TOML 里删去 proposed）"


class RowPlace(NamedTuple):
    """A row of a source: violation, number of its version from 0, the tier's or circumstance's id, file and line or cell."""

    violation: str
    version: int
    row: str
    place: str


@dataclass(frozen=True)
class PackDraft:
    """A pack in the making. `proposed` are rows whose conditions were read out of words and that nobody has confirmed yet."""

    pack: Pack
    proposed: Mapping[RowPlace, str]


def build_pack(source: PackSource) -> bytes:
    """Compiled bytes of a pack's source; raises KnownError(rules.pack_invalid), also while a proposed condition waits for
    somebody to confirm it.
    """
    draft = read_draft(source)
    if draft.proposed:
        where, words = next(iter(draft.proposed.items()))
        raise KnownError("rules.pack_invalid", where=where.place, why=f"{WAITS}：{words}")
    try:
        return compile_pack(draft.pack)
    except KnownError as error:
        where_, why = str(error.details.get("where", "")), error.details.get("why")
        raise KnownError("rules.pack_invalid", where=place_of(source, where_), why=why) from error


def place_of(source: PackSource, where: str) -> str:
    """Where the thing that the loader names ("violation road-dig, version of 2024-01-01, tier t2") stands in its source."""
    parts = where.split(", ")
    named = {f"violation {one.table.get('id')}": one for one in source.violations}
    named |= {f"statute {one.table.get('statute')}": one for one in source.statutes}
    found = named.get(parts[0])
    for part in parts[1:] if found is not None else ():
        kind, _, name = part.partition(" ")
        key, wanted = _PARTS.get(kind, ("", ""))
        name = name.removeprefix("of ")
        inner = [one for one in found.sub(key) if str(one.table.get(wanted)) == name] if found and key else []
        found = inner[0] if inner else found
    return f"{found.finder.where(found.path)}: {where}" if found is not None else where


def read_draft(source: PackSource) -> PackDraft:
    """The pack of a source with what is only proposed in it, not yet checked as a whole."""
    head = source.head
    head.only(
        "id", "title", "version", "agency", "valid_from", "valid_to", "demonstration", "position", "policy", "facts",
        "circumstances",
    )  # fmt: skip
    facts = head.child("facts", {})
    specs = {name: _fact(facts.child(name), name) for name in facts.table}
    shared = tuple(head.sub("circumstances"))
    statutes = tuple(_statute(one) for one in source.statutes)
    proposed: dict[RowPlace, str] = {}
    violations: list[Violation] = []
    for one in source.violations:
        violations.append(_violation(one, specs, shared))
        _note_proposed(one, proposed)
    policy = head.child("policy", {})
    with policy.shape():
        rules = from_plain(Policy, dict(policy.table))
    pack = Pack(
        schema=SCHEMA,
        id=head.get("id", str),
        title=head.get("title", str),
        version=head.get("version", str),
        agency=head.get("agency", str),
        valid_from=head.day("valid_from"),
        valid_to=head.day_or_none("valid_to"),
        demonstration=head.get("demonstration", bool, False),
        position=_position(head.child("position")),
        policy=rules,
        statutes=statutes,
        violations=tuple(violations),
    )
    return PackDraft(pack, proposed)


def _note_proposed(violation: Source, proposed: dict[RowPlace, str]) -> None:
    for number, version in enumerate(violation.sub("versions")):
        for row in (*version.sub("tiers"), *version.sub("circumstances")):
            if row.get("proposed", bool, False):
                place = RowPlace(violation.get("id", str), number, row.get("id", str), row.place_of("proposed"))
                proposed[place] = f"{row.get('label', str)} {row.get('words', str, '')}".strip()


def _position(source: Source) -> Position:
    with source.shape():
        step = source.fen(source.get("step", int), "step")
        return from_plain(Position, {"mitigated": 500, **source.table, "step": step})


def search_keys(*titles: str) -> tuple[str, ...]:
    """What a query is looked up in: the words, their pinyin, their initials; lower case."""
    found: list[str] = []
    for title in titles:
        found += [title, "".join(lazy_pinyin(title)), "".join(lazy_pinyin(title, style=Style.FIRST_LETTER))]
    return tuple(dict.fromkeys(key.lower() for key in found))


def _statute(source: Source) -> Statute:
    source.only("statute", "title", "level", "versions")
    with source.shape():
        return from_plain(
            Statute,
            {
                "statute": source.get("statute", str),
                "title": source.get("title", str),
                "level": source.get("level", str),
                "versions": [_plain_statute_version(version) for version in source.sub("versions")],
            },
        )


def _plain_statute_version(source: Source) -> dict[str, Any]:
    source.only("version", "valid_from", "valid_to", "source", "articles")
    version = StatuteVersion(
        version=source.get("version", str),
        valid_from=source.day("valid_from"),
        valid_to=source.day_or_none("valid_to"),
        source=source.get("source", str),
        articles=tuple(Article(number=number, summary=text) for number, text in source.get("articles", dict).items()),
    )
    return {name: getattr(version, name) for name in version.__struct_fields__}


def _fact(source: Source, name: str) -> FactSpec:
    source.only(
        "id",
        "label",
        "kind",
        "unit",
        "decimals",
        "low",
        "high",
        "choices",
        "worse",
        "hint",
        "when_unknown",
        "known_from",
        "within_months",
    )
    choices = source.get("choices", dict, {})
    plain = {key: value for key, value in source.table.items() if key not in ("choices", "high", "low")}
    decimals = source.get("decimals", int, 0)
    if not 0 <= decimals <= MAX_DECIMALS:
        raise source.fail(f"decimals: 0 to {MAX_DECIMALS}")
    scale = 10**decimals
    plain["id"] = name
    plain["low"] = source.get("low", int, 0) * scale
    plain["high"] = source.get("high", int, 1_000_000) * scale
    plain["choices"] = [Choice(id=key, label=label) for key, label in choices.items()]
    with source.shape():
        return from_plain(FactSpec, plain)


def _violation(source: Source, common: Specs, shared: tuple[Source, ...]) -> Violation:
    source.only(
        "id", "title", "aliases", "field", "statute", "correction", "status", "source", "common_facts", "facts",
        "versions", "cases", "long_limitation", "lifted_on", "lifted_basis",
    )  # fmt: skip
    own = tuple(_fact(fact, fact.get("id", str)) for fact in source.sub("facts"))
    try:
        facts = own + tuple(common[name] for name in source.get("common_facts", list, []))
    except KeyError as error:
        raise source.fail(f"no common fact {error}") from error
    spec_of = {spec.id: spec for spec in facts}
    title, aliases = source.get("title", str), tuple(source.get("aliases", list, []))
    versions = tuple(_version(version, spec_of, shared) for version in source.sub("versions"))
    articles = [text for version in versions for text in (version.forbids, version.punishes)]
    with source.shape():
        return from_plain(
            Violation,
            {
                "id": source.get("id", str),
                "title": title,
                "field": source.get("field", str),
                "statute": source.get("statute", str),
                "facts": facts,
                "versions": versions,
                "correction": source.get("correction", str),
                "status": source.get("status", str),
                "source": source.get("source", str),
                "aliases": aliases,
                "keys": (*search_keys(title, *aliases), *dict.fromkeys(articles)),
                "cases": tuple(_case(case, spec_of) for case in source.sub("cases")),
                "long_limitation": _all_of(source, spec_of, "long_limitation"),
                "lifted_on": source.day_or_none("lifted_on"),
                "lifted_basis": source.get("lifted_basis", str, ""),
            },
        )


def _version(source: Source, spec_of: Specs, shared: tuple[Source, ...]) -> ViolationVersion:
    source.only(
        "valid_from", "valid_to", "statute", "statute_version", "forbids", "punishes", "row", "statute_ranges_yuan",
        "statute_rows", "tiers", "circumstances", "warning_possible", "way", "before", "beside",
    )  # fmt: skip
    way = _way(source, spec_of)
    usable = [
        one
        for one in shared
        if _asked_in(one.get("all_of", list), spec_of)
        and not (way.kind == "weights" and one.get("effect", str) in ("lighter", "heavier"))
    ]
    first = StatuteRow(ranges=_ranges(source, "statute_ranges_yuan"))
    return ViolationVersion(
        valid_from=source.day("valid_from"),
        valid_to=source.day_or_none("valid_to"),
        statute_version=source.get("statute_version", str),
        forbids=source.get("forbids", str),
        punishes=source.get("punishes", str),
        row=source.get("row", str),
        warning_possible=source.get("warning_possible", bool, False),
        ranges=(first, *(_statute_row(row, spec_of) for row in source.sub("statute_rows"))),
        statute=source.get("statute", str, ""),
        tiers=tuple(_tier(tier, spec_of) for tier in source.sub("tiers")),
        circumstances=tuple(_circumstance(one, spec_of) for one in (*usable, *source.sub("circumstances"))),
        way=way,
        before=tuple(_before(one, spec_of) for one in source.sub("before")),
        beside=tuple(_beside(one, spec_of) for one in source.sub("beside")),
    )


def _statute_row(source: Source, spec_of: Specs) -> StatuteRow:
    source.only("label", "any_of", "ranges_yuan")
    return StatuteRow(
        ranges=_ranges(source, "ranges_yuan"), any_of=_groups(source, spec_of), label=source.get("label", str, "")
    )


def _tier(source: Source, spec_of: Specs) -> Tier:
    source.only("id", "label", "words", "bands_yuan", "any_of", "share", "standard", "proposed")
    return Tier(
        id=source.get("id", str),
        label=source.get("label", str),
        words=source.get("words", str),
        bands=_ranges(source, "bands_yuan") if "bands_yuan" in source.table else {},
        any_of=_groups(source, spec_of),
        share=_share(source, source.table["share"]) if "share" in source.table else None,
        standard=source.get("standard", str, ""),
    )


def _share(source: Source, given: object) -> Share:
    """[lowest, highest] in thousandths, or a table with `of` = "span" or "highest" and `open` ends."""
    table = {"part": given} if isinstance(given, list) else given
    match table:
        case {"part": [int() as low, int() as high], **more} if set(more) <= {"of", "open"}:
            where = more.get("of", "span")
            if where not in ("span", "highest"):
                raise source.fail("share.of: span or highest", "share")
            return Share(lo=low, hi=high, of_highest=where == "highest", **_open(source, more))
        case _:
            raise source.fail("share: [lowest, highest] in thousandths is needed", "share")


def _open(source: Source, table: Mapping[Any, Any]) -> dict[str, bool]:
    ends = table.get("open", "")
    if ends not in ("", "lo", "hi", "both"):
        raise source.fail('open: "lo", "hi" or "both"')
    return {"lo_included": ends not in ("lo", "both"), "hi_included": ends not in ("hi", "both")}


def _circumstance(source: Source, spec_of: Specs) -> Circumstance:
    source.only("id", "effect", "must", "label", "basis", "all_of", "not_met", "tiers_up", "proposed")
    plain = {key: value for key, value in source.table.items() if key != "proposed"}
    with source.shape():
        return from_plain(Circumstance, {**plain, "all_of": _all_of(source, spec_of)})


def _before(source: Source, spec_of: Specs) -> Before:
    source.only("id", "step", "basis", "all_of")
    with source.shape():
        return from_plain(Before, {**source.table, "all_of": _all_of(source, spec_of)})


def _beside(source: Source, spec_of: Specs) -> Beside:
    source.only("kind", "must", "label", "basis", "all_of")
    with source.shape():
        return from_plain(Beside, {**source.table, "all_of": _all_of(source, spec_of)})


def _way(source: Source, spec_of: Specs) -> Way:
    way = source.child("way", {})
    way.only("kind", "lighter", "ordinary", "heavier", "factors")
    factors: list[dict[str, Any]] = []
    for factor in way.sub("factors"):
        factor.only("id", "label", "levels")
        levels = []
        for level in factor.sub("levels"):
            level.only("label", "weight", "any_of")
            levels.append({**level.table, "any_of": _groups(level, spec_of)})
        factors.append({**factor.table, "levels": levels})
    with way.shape():
        return from_plain(Way, {"lighter": 300, "ordinary": 500, "heavier": 300, **way.table, "factors": factors})


def _case(source: Source, spec_of: Specs) -> Case:
    source.only("name", "facts", "party", "tier", "fine_yuan", "exempt", "steps", "at", "decided")
    facts: dict[str, FactValue] = {}
    for name, value in source.get("facts", dict).items():
        if name not in spec_of:
            raise source.fail(f"no fact {name}", "facts")
        try:
            facts[name] = value if isinstance(value, bool) else parse_fact(spec_of[name], str(value))
        except KnownError as error:
            raise source.fail(f"{name}: {value}: {error.details.get('why')}", "facts") from error
    fine = source.table.get("fine_yuan")
    plain = {key: value for key, value in source.table.items() if key not in ("facts", "fine_yuan", "at", "decided")}
    days = {key: source.day_or_none(key) for key in ("at", "decided")}
    sums = {"fine_fen": None if fine is None else source.fen(fine, "fine_yuan")}
    with source.shape():
        return from_plain(Case, {**plain, **days, **sums, "facts": facts})


def _ranges(source: Source, key: str) -> dict[str, Range]:
    """Kind of party to range; "all" stands for every kind."""
    found: dict[str, Range] = {}
    for party, ends in source.get(key, dict).items():
        if party != "all" and party not in PARTIES:
            raise source.fail(f"{key}: no kind of party {party}", key)
        span = _range(source, f"{key}.{party}", ends)
        found |= dict.fromkeys(PARTIES, span) if party == "all" else {party: span}
    return found


def _range(source: Source, key: str, ends: object) -> Range:
    """[lowest, highest] or [lowest]; { times | each = [...], of = fact or facts, floor, cap, open }."""
    of: tuple[str, ...] = ()
    more: Mapping[str, Any] = {}
    if isinstance(ends, dict):
        more = ends
        unknown = set(ends) - {"times", "each", "sum", "of", "floor", "cap", "open"}
        named = [name for name in ("times", "each", "sum") if name in ends]
        if unknown or len(named) != 1:
            raise source.fail(f"{key}: times, each or sum, with of, floor, cap, open")
        given = ends.get("of", [])
        of = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list) else ()
        if not all(isinstance(name, str) for name in of) or bool(of) == (named == ["sum"]):
            raise source.fail(f"{key}: of names the facts that are multiplied")
        ends = ends[named[0]]
    match ends:
        case [low, *high] if len(high) < 2:
            lo, hi = source.fen(low, key), source.fen(high[0], key) if high else None
        case _:
            raise source.fail(f"{key}: [lowest, highest] in yuan is needed")
    floor = source.fen(more["floor"], key) if "floor" in more else None
    cap = source.fen(more["cap"], key) if "cap" in more else None
    return Range(lo=lo, hi=hi, per=of, floor=floor, cap=cap, **_open(source, more))


def _groups(source: Source, spec_of: Specs) -> tuple[tuple[Test, ...], ...]:
    groups = source.get("any_of", list, [])
    if not all(isinstance(group, list) and group for group in groups):
        raise source.fail("any_of: a list of groups of conditions is needed", "any_of")
    found: list[tuple[Test, ...]] = []
    for group in groups:
        alone = len(group) == 1
        found += _tests(source, group[0], spec_of, "any_of") if alone else [_together(source, group, spec_of, "any_of")]
    return tuple(found)


def _all_of(source: Source, spec_of: Specs, key: str = "all_of") -> tuple[Test, ...]:
    return _together(source, source.get(key, list, []), spec_of, key)


def _together(source: Source, texts: list[object], spec_of: Specs, key: str) -> tuple[Test, ...]:
    found: list[Test] = []
    for text in texts:
        first, *others = _tests(source, text, spec_of, key)
        if others:
            raise source.fail(f"{text}: all of these must hold, so none can be an alternative", key)
        found += first
    return tuple(found)


def _asked_in(texts: list[object], spec_of: Specs) -> bool:
    """Whether a violation with these facts asks for all that the conditions name."""
    for text in texts:
        found = _TEST.fullmatch(str(text).strip())
        if found is None or found["fact"] not in spec_of:
            try:
                read_conditions(str(text), list(spec_of.values()))
            except KnownError:
                return False
    return True


def _tests(source: Source, text: object, spec_of: Specs, key: str) -> list[tuple[Test, ...]]:
    """Groups of one text: a condition as the specification has it, or as a person types it, with labels and several in a row."""
    try:
        return [(_test(str(text).strip(), spec_of),)]
    except KnownError as error:
        try:
            typed = read_conditions(str(text), list(spec_of.values()))
            if typed:
                return [tuple(_test(one, spec_of) for one in group) for group in typed]
        except KnownError:
            pass  # what is wrong with it as a condition is said
        raise source.fail(str(error.details["why"]), key) from error


def _test(text: str, spec_of: Specs) -> Test:
    found = _TEST.fullmatch(text)
    if found is None:
        raise KnownError("rules.condition_invalid", text=text, why=f"no condition: {text}")
    spec = spec_of.get(found["fact"])
    if spec is None:
        raise KnownError("rules.condition_invalid", text=text, why=f"no fact {found['fact']} in: {text}")
    try:
        if found["op"] == "in":
            words = found["value"].strip("[] ").split(",")
            values = [parse_fact(spec, word.strip()) for word in words]
            return Test(fact=spec.id, op="in", values=tuple(value for value in values if not isinstance(value, bool)))
        return from_plain(Test, {"fact": spec.id, "op": found["op"], "value": parse_fact(spec, found["value"].strip())})
    except KnownError as error:
        raise KnownError("rules.condition_invalid", text=text, why=f"{text}: {error.details.get('why')}") from error
