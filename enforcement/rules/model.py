"""The model of a rule pack. Everything that varies between agencies and tables is data here, none of it is code.

Sums are fen. Dates are days on which something begins or ends to hold, both included. A number fact is an integer scaled by
10**decimals of its spec, so that 6.5 square metres with one decimal is 65.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from enforcement.values.shapes import Record

PartyKind = Literal["citizen", "organisation", "sole_trader"]


class Article(Record):
    """An article and what it says, in our own words."""

    number: str
    summary: str


class StatuteVersion(Record):
    """A statute as it stood between two days."""

    version: str
    valid_from: date
    articles: tuple[Article, ...]
    source: str
    valid_to: date | None = None


class Statute(Record):
    """A law, regulation or rule with its versions in time."""

    statute: str
    title: str
    level: Literal["law", "regulation", "rule", "local"]
    versions: tuple[StatuteVersion, ...]


class Choice(Record):
    """One answer to an enumeration."""

    id: str
    label: str


class FactSpec(Record):
    """A fact that the ruler asks for. `worse` says which way it grows worse, for the proof of monotonicity: "more"
    for numbers, "later" for dates, for choices in the order in which they are listed, and for flags (no, then yes);
    `known_from` is what the program fills in from its own record: decisions on the same party and violation in two years.
    """

    id: str
    label: str
    kind: Literal["number", "choice", "flag", "count", "date"]
    unit: str = ""
    decimals: int = 0
    low: int = 0
    high: int = 10_000_000
    choices: tuple[Choice, ...] = ()
    worse: Literal["", "more", "later"] = ""
    hint: str = ""
    when_unknown: Literal["ask", "lowest"] = "ask"
    known_from: Literal["", "priors"] = ""


class Test(Record):
    """One typed condition on one fact: `value` for the comparisons, `values` for `in`."""

    __test__ = False

    fact: str
    op: Literal["<", "<=", ">", ">=", "==", "!=", "in"]
    value: int | bool | str | None = None
    values: tuple[int | str, ...] = ()


class Range(Record):
    """A span of sums for one kind of party. An open end is None; `lo_included`, `hi_included` say whether ends belong."""

    lo: int
    hi: int | None
    lo_included: bool = True
    hi_included: bool = True


class Position(Record):
    """Where in a band the recommended sum lies, in thousandths of the span; `step` fen is what it is rounded to."""

    lighter: int
    ordinary: int
    heavier: int
    step: int


class Tier(Record):
    """A row of the decision table: holds when every test of any group holds; no group means: otherwise.

    Where several hold, the later one (the heavier) wins.
    """

    id: str
    label: str
    words: str
    bands: dict[str, Range]
    any_of: tuple[tuple[Test, ...], ...] = ()


class Circumstance(Record):
    """从轻, 减轻, 从重 or 不予: when it holds, with its basis; `must` is 应当, otherwise 可以."""

    id: str
    effect: Literal["lighter", "heavier", "exempt"]
    must: bool
    label: str
    basis: str
    all_of: tuple[Test, ...]
    not_met: str = ""


class ViolationVersion(Record):
    """How a violation is punished between two days: which articles, which ranges, which table."""

    valid_from: date
    statute_version: str
    forbids: str
    punishes: str
    statute_ranges: dict[str, Range]
    tiers: tuple[Tier, ...]
    circumstances: tuple[Circumstance, ...]
    row: str
    valid_to: date | None = None
    warning_possible: bool = False


class Case(Record):
    """A case of the pack's own: facts, and what must come out."""

    name: str
    facts: dict[str, int | bool | str]
    party: PartyKind
    tier: str
    fine_fen: int | None = None


class Violation(Record):
    """A violation (违法行为) and everything that measures it."""

    id: str
    title: str
    field: str
    statute: str
    facts: tuple[FactSpec, ...]
    versions: tuple[ViolationVersion, ...]
    correction: str
    status: Literal["verified", "unverified"]
    source: str
    aliases: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()

    def spec(self, fact: str) -> FactSpec | None:
        return next((spec for spec in self.facts if spec.id == fact), None)


class Pack(Record):
    """A published discretion table (裁量基准) with the statutes that it rests on."""

    schema: int
    id: str
    title: str
    version: str
    agency: str
    valid_from: date
    position: Position
    statutes: tuple[Statute, ...]
    violations: tuple[Violation, ...]
    valid_to: date | None = None
    demonstration: bool = False
