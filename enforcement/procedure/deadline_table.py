"""The table of deadlines: what begins each, what ends it, how long it is, who must act and by which article.

It is read from TOML (resources/procedure/deadlines.toml) and checked whole: what is unknown, twice or without a basis is refused by
its line, so that no deadline is silently left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from enforcement.law import Period
from enforcement.law.periods import Unit
from enforcement.rules.citations import citations
from enforcement.values.errors import BugError, KnownError
from enforcement.values.shapes import Record, from_plain

Procedure = Literal["summary", "ordinary"]
_NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")
DOCUMENT = re.compile(r"〔\d{4}〕\d+号|令第\d+号")
_FIELD = re.compile(r"`\$?\.?(\w+)")


class DeadlineRule(Record):
    """One deadline. `begins` and `ends` are events; any of `ends` settles it. `count` is in `unit`, `rolls` and `before` as in Period.

    `procedures`: only there, or everywhere when empty. `condition` and `suspended_by` are words for a person. Only what is
    `verified` against its article warns; `local` is one province's. `watch`: the list of today shows it.
    """

    id: str
    label: str
    begins: str
    ends: tuple[str, ...]
    unit: Unit
    count: int
    who: Literal["agency", "party", "reviewer", "court"]
    basis: str
    missed: str
    status: Literal["verified", "unverified", "local"]
    procedures: tuple[Procedure, ...] = ()
    rolls: bool = False
    before: bool = False
    condition: str = ""
    suspended_by: str = ""
    watch: bool = False

    @property
    def period(self) -> Period:
        return Period(unit=self.unit, count=self.count, rolls=self.rolls, before=self.before)


@dataclass(frozen=True)
class DeadlineTable:
    """`events`: id to words; `rules` in the file's order."""

    events: Mapping[str, str]
    rules: tuple[DeadlineRule, ...]

    def rule(self, id_: str) -> DeadlineRule:
        """A deadline that the program itself relies on; BugError when the table lacks it."""
        for rule in self.rules:
            if rule.id == id_:
                return rule
        raise BugError(f"the table of deadlines has no {id_}")


def read_deadlines(raw: bytes, name: str) -> DeadlineTable:
    """The checked table. `name` stands in errors. Raises KnownError(period.table_invalid) with file, line and why."""
    try:
        text = raw.decode("utf-8")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise _fail(name, "this is no UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise _fail(f"{name}:{line[1]}" if line else name, str(error)) from error
    lines = text.splitlines()
    unknown = sorted(set(table) - {"events", "deadlines"})
    if unknown:
        raise _fail(_place(name, lines, unknown[0], 0), f"unknown key {unknown[0]}")
    events = _events(table.get("events"), name, lines)
    heads = [number for number, line in enumerate(lines) if re.match(r"\s*\[\[\s*deadlines\s*\]\]", line)]
    rows = table.get("deadlines", [])
    if not isinstance(rows, list) or len(rows) != len(heads):
        raise _fail(name, "deadlines stand in tables of their own, each under [[deadlines]]")
    rules: list[DeadlineRule] = []
    for row, head in zip(rows, heads, strict=True):
        rule = _rule(row, name, lines, head)
        wrong = _wrong(rule, events, {one.id for one in rules})
        if wrong is not None:
            raise _fail(_place(name, lines, wrong[0], head), f"{rule.id}: {wrong[1]}")
        rules.append(rule)
    idle = set(events) - {event for rule in rules for event in (rule.begins, *rule.ends)}
    if idle:
        raise _fail(_place(name, lines, f'"{min(idle)}"', 0), f"no deadline begins or ends with {min(idle)}")
    return DeadlineTable(events, tuple(rules))


def _events(table: Any, name: str, lines: list[str]) -> dict[str, str]:
    if not isinstance(table, dict):
        raise _fail(name, "events: a table is needed")
    for event, words in table.items():
        if not _NAME.fullmatch(event) or not isinstance(words, str) or not words:
            raise _fail(_place(name, lines, f'"{event}"', 0), f"{event}: a name such as case.filed, and its words")
    return table


def _rule(row: Mapping[str, Any], name: str, lines: list[str], head: int) -> DeadlineRule:
    try:
        return from_plain(DeadlineRule, row)
    except KnownError as error:
        why = str(error.details["why"])
        field = _FIELD.search(why.partition(" - at ")[2] or why)
        place = _place(name, lines, field[1] if field else "", head)
        raise _fail(place, f"{row.get('id', '')}: {why}".lstrip(": ")) from error


def _wrong(rule: DeadlineRule, events: Mapping[str, str], seen: set[str]) -> tuple[str, str] | None:
    """The first fault of a row: its key, and why."""
    unknown = [event for event in (rule.begins, *rule.ends) if event not in events]
    faults = (
        ("id", not _NAME.fullmatch(rule.id), "a name such as penalty.decision is needed"),
        ("id", rule.id in seen, "stands in the table twice"),
        ("label", not rule.label, "words are needed"),
        ("begins", rule.begins in unknown, f"unknown event {rule.begins}"),
        ("ends", bool(unknown), f"unknown event {', '.join(unknown)}"),
        ("ends", not rule.ends or rule.begins in rule.ends, "another event has to end it"),
        ("count", rule.count < 1, "at least 1"),
        ("rolls", rule.rolls and (rule.before or rule.unit in ("workdays", "hours")), "only days and months move on"),
        ("before", rule.before and rule.unit not in ("workdays", "days"), "only workdays and days are counted back"),
        ("basis", not citations(rule.basis) and not DOCUMENT.search(rule.basis), "no article and no document number"),
        ("missed", not rule.missed, "words are needed"),
        ("watch", rule.watch and rule.status != "verified", "only what is verified can be watched"),
    )
    return next(((key, why) for key, wrong, why in faults if wrong), None)


def _place(name: str, lines: list[str], key: str, head: int) -> str:
    """The file and the line of a key in the table that begins at line `head`, or of the table."""
    for number in range(head, len(lines)):
        if number > head and head and lines[number].startswith("["):
            break
        if key and re.match(rf"\s*{re.escape(key)}\s*=|\[+\s*{re.escape(key)}\b", lines[number]):
            return f"{name}:{number + 1}"
    return f"{name}:{head + 1}"


def _fail(where: str, why: str) -> KnownError:
    return KnownError("period.table_invalid", where=where, why=why)
