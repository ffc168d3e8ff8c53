"""From the folder of TOML files that a legal officer reads to the compiled pack (docs/rules.md).

Errors name the file and the place in it. Pinyin and initials of every title are computed here, so that the field app needs
no dictionary to search.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pypinyin import Style, lazy_pinyin

from enforcement.law import HolidayYear
from enforcement.rules import (
    Article,
    Choice,
    Circumstance,
    FactSpec,
    FactValue,
    Pack,
    Position,
    Range,
    Statute,
    StatuteVersion,
    Test,
    Tier,
    Violation,
    ViolationVersion,
    compile_pack,
    parse_fact,
)
from enforcement.rules.model import Case
from enforcement.rules.pack import MAX_DECIMALS
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain

SCHEMA = 1
_TEST = re.compile(r"(?P<fact>[a-z_][a-z0-9_]*)\s*(?P<op><=|>=|==|!=|<|>|in)\s*(?P<value>.+)")


@dataclass(frozen=True)
class _Source:
    """One table of one file, for reading keys with errors that say where."""

    file: str
    where: str
    table: Mapping[str, Any]

    def fail(self, why: str) -> KnownError:
        return KnownError("rules.pack_invalid", where=f"{self.file}: {self.where}".rstrip(": "), why=why)

    def get(self, key: str, kind: type[Any], default: Any = None) -> Any:
        value = self.table.get(key, default)
        if value is None or not isinstance(value, kind):
            raise self.fail(f"{key}: {kind.__name__} is needed")
        return value

    def day(self, key: str) -> date:
        try:
            return date.fromisoformat(self.get(key, str))
        except ValueError as error:
            raise self.fail(f"{key}: no date") from error

    def day_or_none(self, key: str) -> date | None:
        return self.day(key) if key in self.table else None

    def sub(self, key: str) -> Iterator[_Source]:
        for index, table in enumerate(self.get(key, list, []), 1):
            if not isinstance(table, dict):
                raise self.fail(f"{key}: a table is needed")
            yield _Source(self.file, f"{self.where} {key} {table.get('id', index)}".strip(), table)

    def only(self, *keys: str) -> None:
        unknown = sorted(set(self.table) - set(keys))
        if unknown:
            raise self.fail(f"unknown key {', '.join(unknown)}")


def build_pack(folder: Path) -> bytes:
    """Compiled bytes of a pack's source folder; raises KnownError(rules.pack_invalid)."""
    return compile_pack(read_pack(folder))


def read_pack(folder: Path) -> Pack:
    """The pack of a source folder, not yet checked as a whole."""
    head = _file(folder / "pack.toml", folder)
    position = _Source(head.file, "position", head.get("position", dict))
    common = {name: _Source(head.file, f"facts {name}", table) for name, table in head.get("facts", dict, {}).items()}
    specs = {name: _fact(source, name) for name, source in common.items()}
    shared = tuple(head.sub("circumstances"))
    statutes = tuple(_statute(_file(path, folder)) for path in sorted((folder / "statutes").glob("*.toml")))
    violations = [
        _violation(source, specs, shared)
        for path in sorted((folder / "violations").glob("*.toml"))
        for source in _file(path, folder).sub("violations")
    ]
    head.only(
        "id",
        "title",
        "version",
        "agency",
        "valid_from",
        "valid_to",
        "demonstration",
        "position",
        "facts",
        "circumstances",
    )
    return Pack(
        schema=SCHEMA,
        id=head.get("id", str),
        title=head.get("title", str),
        version=head.get("version", str),
        agency=head.get("agency", str),
        valid_from=head.day("valid_from"),
        valid_to=head.day_or_none("valid_to"),
        demonstration=head.get("demonstration", bool, False),
        position=Position(
            lighter=position.get("lighter", int),
            ordinary=position.get("ordinary", int),
            heavier=position.get("heavier", int),
            step=position.get("step", int) * 100,
        ),
        statutes=statutes,
        violations=tuple(violations),
    )


def read_holidays(path: Path) -> HolidayYear:
    """A year's holidays from TOML; a span is written "first..last"."""
    source = _file(path, path.parent)
    return HolidayYear(
        year=source.get("year", int),
        off=tuple(day for text in source.get("off", list) for day in _span(source, text)),
        worked=tuple(day for text in source.get("worked", list) for day in _span(source, text)),
        source=source.get("source", str),
    )


def search_keys(*titles: str) -> tuple[str, ...]:
    """What a query is looked up in: the words, their pinyin, their initials; lower case."""
    found: list[str] = []
    for title in titles:
        found += [title, "".join(lazy_pinyin(title)), "".join(lazy_pinyin(title, style=Style.FIRST_LETTER))]
    return tuple(dict.fromkeys(key.lower() for key in found))


def _file(path: Path, folder: Path) -> _Source:
    name = path.relative_to(folder).as_posix()
    try:
        return _Source(name, "", tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise KnownError("rules.pack_invalid", where=name, why="the file is missing") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnownError("rules.pack_invalid", where=name, why=str(error)) from error


def _statute(source: _Source) -> Statute:
    source.only("statute", "title", "level", "versions")
    with _shape(source):
        return from_plain(
            Statute,
            {
                "statute": source.get("statute", str),
                "title": source.get("title", str),
                "level": source.get("level", str),
                "versions": [_plain_statute_version(version) for version in source.sub("versions")],
            },
        )


def _plain_statute_version(source: _Source) -> dict[str, Any]:
    source.only("version", "valid_from", "valid_to", "source", "articles")
    version = StatuteVersion(
        version=source.get("version", str),
        valid_from=source.day("valid_from"),
        valid_to=source.day_or_none("valid_to"),
        source=source.get("source", str),
        articles=tuple(Article(number=number, summary=text) for number, text in source.get("articles", dict).items()),
    )
    return {name: getattr(version, name) for name in version.__struct_fields__}


def _fact(source: _Source, name: str) -> FactSpec:
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
    with _shape(source):
        return from_plain(FactSpec, plain)


def _violation(source: _Source, common: Mapping[str, FactSpec], shared: tuple[_Source, ...]) -> Violation:
    source.only(
        "id", "title", "aliases", "field", "statute", "correction", "status", "source", "common_facts", "facts",
        "versions", "cases",
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
    with _shape(source):
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
            },
        )


def _version(source: _Source, spec_of: Mapping[str, FactSpec], shared: tuple[_Source, ...]) -> ViolationVersion:
    source.only(
        "valid_from", "valid_to", "statute_version", "forbids", "punishes", "row", "statute_ranges_yuan", "tiers",
        "circumstances", "warning_possible",
    )  # fmt: skip
    usable = [one for one in shared if all(_fact_of(text) in spec_of for text in one.get("all_of", list))]
    return ViolationVersion(
        valid_from=source.day("valid_from"),
        valid_to=source.day_or_none("valid_to"),
        statute_version=source.get("statute_version", str),
        forbids=source.get("forbids", str),
        punishes=source.get("punishes", str),
        row=source.get("row", str),
        warning_possible=source.get("warning_possible", bool, False),
        statute_ranges=_ranges(source, "statute_ranges_yuan"),
        tiers=tuple(_tier(tier, spec_of) for tier in source.sub("tiers")),
        circumstances=tuple(_circumstance(one, spec_of) for one in (*usable, *source.sub("circumstances"))),
    )


def _tier(source: _Source, spec_of: Mapping[str, FactSpec]) -> Tier:
    source.only("id", "label", "words", "bands_yuan", "any_of")
    return Tier(
        id=source.get("id", str),
        label=source.get("label", str),
        words=source.get("words", str),
        bands=_ranges(source, "bands_yuan"),
        any_of=tuple(tuple(_test(source, text, spec_of) for text in group) for group in source.get("any_of", list, [])),
    )


def _circumstance(source: _Source, spec_of: Mapping[str, FactSpec]) -> Circumstance:
    source.only("id", "effect", "must", "label", "basis", "all_of", "not_met")
    with _shape(source):
        return from_plain(
            Circumstance,
            {**source.table, "all_of": [_test(source, text, spec_of) for text in source.get("all_of", list)]},
        )


def _case(source: _Source, spec_of: Mapping[str, FactSpec]) -> Case:
    source.only("name", "facts", "party", "tier", "fine_yuan")
    facts: dict[str, FactValue] = {}
    for name, value in source.get("facts", dict).items():
        if name not in spec_of:
            raise source.fail(f"no fact {name}")
        facts[name] = value if isinstance(value, bool) else parse_fact(spec_of[name], str(value))
    fine = source.table.get("fine_yuan")
    plain = {key: value for key, value in source.table.items() if key not in ("facts", "fine_yuan")}
    with _shape(source):
        return from_plain(Case, {**plain, "facts": facts, "fine_fen": None if fine is None else fine * 100})


def _ranges(source: _Source, key: str) -> dict[str, Range]:
    found: dict[str, Range] = {}
    for party, ends in source.get(key, dict).items():
        match ends:
            case [int() as low, int() as high] if not isinstance(low, bool) and not isinstance(high, bool):
                found[party] = Range(lo=low * 100, hi=high * 100)
            case [int() as low] if not isinstance(low, bool):
                found[party] = Range(lo=low * 100, hi=None)
            case _:
                raise source.fail(f"{key}.{party}: [lowest, highest] in whole yuan is needed")
    return found


def _fact_of(text: object) -> str:
    found = _TEST.fullmatch(str(text).strip())
    return found["fact"] if found else ""


def _test(source: _Source, text: object, spec_of: Mapping[str, FactSpec]) -> Test:
    found = _TEST.fullmatch(str(text).strip())
    if found is None:
        raise source.fail(f"no condition: {text}")
    spec = spec_of.get(found["fact"])
    if spec is None:
        raise source.fail(f"no fact {found['fact']} in: {text}")
    try:
        if found["op"] == "in":
            words = found["value"].strip("[] ").split(",")
            values = [parse_fact(spec, word.strip()) for word in words]
            return Test(fact=spec.id, op="in", values=tuple(value for value in values if not isinstance(value, bool)))
        return from_plain(Test, {"fact": spec.id, "op": found["op"], "value": parse_fact(spec, found["value"].strip())})
    except KnownError as error:
        raise source.fail(f"{text}: {error.details.get('why')}") from error


def _span(source: _Source, text: str) -> Iterator[date]:
    first, _, last = text.partition("..")
    try:
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise source.fail(f"no date: {text}") from error
    while day <= end:
        yield day
        day = date.fromordinal(day.toordinal() + 1)


@contextmanager
def _shape(source: _Source) -> Iterator[None]:
    try:
        yield
    except KnownError as error:
        if error.code == "rules.pack_invalid":
            raise
        raise source.fail(str(error.details.get("why", error))) from error
