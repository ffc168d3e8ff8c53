"""The model of a rule pack. Everything that varies between agencies and tables is data here, none of it is code.

Sums are fen. Dates are days on which something begins or ends to hold, both included. A number fact is an integer scaled by
10**decimals of its spec, so that 6.5 square metres with one decimal is 65.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

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

    def at(self, day: date) -> StatuteVersion:
        """The version in force on a day, or the nearest one."""
        past = [one for one in self.versions if one.valid_from <= day]
        return past[-1] if past else self.versions[0]


class Choice(Record):
    """One answer to an enumeration."""

    id: str
    label: str


class FactSpec(Record):
    """A fact that the ruler asks for. `worse` says which way it grows worse, for the proof of monotonicity: "more"
    for numbers, "later" for dates, for choices in the order in which they are listed, and for flags (no, then yes);
    `known_from` is what the program fills in from its own record: decisions on the same party and violation in the last
    `within_months` months.
    """

    id: str
    label: str
    kind: Literal["number", "choice", "flag", "count", "date"]
    high: int
    unit: str = ""
    decimals: int = 0
    low: int = 0
    choices: tuple[Choice, ...] = ()
    worse: Literal["", "more", "later"] = ""
    hint: str = ""
    when_unknown: Literal["ask", "lowest"] = "ask"
    known_from: Literal["", "priors"] = ""
    within_months: int = 24


class Test(Record):
    """One typed condition on one fact: `value` for the comparisons, `values` for `in`."""

    __test__ = False

    fact: str
    op: Literal["<", "<=", ">", ">=", "==", "!=", "in"]
    value: int | bool | str | None = None
    values: tuple[int | str, ...] = ()


class Range(Record):
    """A span of sums for one kind of party. An open end is None; `lo_included`, `hi_included` say whether ends belong.

    Where `per` names facts, `lo` and `hi` are fen for each unit of their product: 5 to 10 times the value of goods (a fact
    in yuan) is 500 to 1000 per yuan; 50 yuan a square metre and day is 5000 per (area, days). What comes out is then not
    below `floor` and not above `cap` (fen), where the statute has them.
    """

    lo: int
    hi: int | None
    lo_included: bool = True
    hi_included: bool = True
    per: tuple[str, ...] = ()
    floor: int | None = None
    cap: int | None = None


class StatuteRow(Record):
    """Which ranges the statute sets; the first row has no tests, a later one that holds goes before it."""

    ranges: dict[str, Range]
    any_of: tuple[tuple[Test, ...], ...] = ()
    label: str = ""


class Position(Record):
    """Where in a band the recommended sum lies, in thousandths of the span; `step` fen is what it is rounded to.

    `rounding`: to the nearest step (halves up) or down. `mitigated`: thousandths of the statute's lowest sum that is
    recommended where a circumstance mitigates.
    """

    lighter: int
    ordinary: int
    heavier: int
    step: int
    mitigated: int
    rounding: Literal["nearest", "down"] = "nearest"


class Policy(Record):
    """What tables of one agency have in common, and others do otherwise.

    - `winner`: which tier wins where two are met: the heavier (later), the lighter (earlier), or none may (a proved promise).
    - `combine`: lighter and heavier circumstances together: weighed by a person, or the heavier kind goes before.
    - `ends`: whether 以上, 以下 include the number: both, only 以上 (so 以下 does not), or only 以下.
    """

    winner: Literal["heavier", "lighter", "none"] = "heavier"
    combine: Literal["weigh", "heavier"] = "weigh"
    ends: Literal["both", "above", "below"] = "both"


class Share(Record):
    """A part of the statute's range in thousandths of its span (of the highest sum where `of_highest`)."""

    lo: int
    hi: int
    lo_included: bool = True
    hi_included: bool = True
    of_highest: bool = False


class Tier(Record):
    """A row of the decision table: holds when every test of any group holds. The first row holds otherwise; conditions of its own
    are a promise that the proof checks: they hold wherever no other row does.

    Its sums are `bands`, by kind of party, or a `share` of whichever range the statute sets for the facts. `standard` is what
    the published table says of them (处罚标准), where it was read out of one.
    """

    id: str
    label: str
    words: str
    bands: dict[str, Range] = msgspec.field(default_factory=dict)
    any_of: tuple[tuple[Test, ...], ...] = ()
    share: Share | None = None
    standard: str = ""


class Level(Record):
    """One level of a factor: its weight in thousandths, when a group of tests holds; the first has no tests."""

    label: str
    weight: int
    any_of: tuple[tuple[Test, ...], ...] = ()


class Factor(Record):
    """A factor whose weight is added (裁量因素); the last level that holds counts."""

    id: str
    label: str
    levels: tuple[Level, ...]


class Way(Record):
    """How the sum is computed. `kind` names the file under enforcement/discretion/ways; parameters are thousandths.

    - rows: the tier's band, the position in it.
    - classes: `lighter`, `heavier` are the widths of the lower and the upper part of the statute's range (30/70).
    - average: lighter below the mean, heavier from it on; with only a highest sum `lighter`, `ordinary` of it; with only a
      lowest, `ordinary`, `heavier` times it (thousandths).
    - weights: the sum of `factors`' weights, at most 1000, times the statute's highest sum.
    """

    lighter: int
    ordinary: int
    heavier: int
    kind: Literal["rows", "classes", "average", "weights"] = "rows"
    factors: tuple[Factor, ...] = ()


class Circumstance(Record):
    """从轻, 减轻, 从重 or 不予: when it holds, with its basis; `must` is 应当, otherwise 可以. `tiers_up`: so many tiers heavier."""

    id: str
    effect: Literal["lighter", "mitigated", "heavier", "exempt"]
    must: bool
    label: str
    basis: str
    all_of: tuple[Test, ...]
    not_met: str = ""
    tiers_up: int = 0


class Before(Record):
    """What must have been done before a fine is possible; while a test of it fails, `step` names what is missing."""

    id: str
    step: str
    basis: str
    all_of: tuple[Test, ...]


class Beside(Record):
    """A penalty or measure of another kind beside the fine, when its tests hold."""

    kind: Literal[
        "warning", "criticism", "confiscate_gains", "confiscate_goods", "suspend_permit", "lower_grade", "revoke_permit",
        "restrict_business", "stop_business", "close_business", "bar_from_work",
    ]  # fmt: skip
    must: bool
    label: str
    basis: str
    all_of: tuple[Test, ...] = ()


class ViolationVersion(Record):
    """How a violation is punished between two days: which articles, which ranges, which table. `statute` is named where it is
    another than the violation's: a law that took the place of one of another name.
    """

    valid_from: date
    statute_version: str
    forbids: str
    punishes: str
    ranges: tuple[StatuteRow, ...]
    tiers: tuple[Tier, ...]
    circumstances: tuple[Circumstance, ...]
    row: str
    way: Way
    valid_to: date | None = None
    warning_possible: bool = False
    before: tuple[Before, ...] = ()
    beside: tuple[Beside, ...] = ()
    statute: str = ""

    def parties(self) -> tuple[str, ...]:
        """The kinds of party that the statute's first row knows."""
        return tuple(self.ranges[0].ranges)


class Case(Record):
    """A case of the pack's own: facts, and what must come out. Without days it is judged on the last day of the table's
    first version, or the first of the pack."""

    name: str
    facts: dict[str, int | bool | str]
    party: PartyKind
    tier: str = ""
    fine_fen: int | None = None
    exempt: Literal["", "must", "may"] | None = None
    steps: tuple[str, ...] = ()
    at: date | None = None
    decided: date | None = None


class Violation(Record):
    """A violation (违法行为) and everything that measures it.

    `status`: the statute's part was read in its text, was not, or is a made-up local regulation of the demonstration.
    `long_limitation`: when all its tests hold, the limitation is five years (APL Art. 36). From `lifted_on` on the act is not
    unlawful any more, by `lifted_basis` (Art. 37).
    """

    id: str
    title: str
    field: str
    statute: str
    facts: tuple[FactSpec, ...]
    versions: tuple[ViolationVersion, ...]
    correction: str
    status: Literal["verified", "unverified", "demonstration"]
    source: str
    aliases: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    long_limitation: tuple[Test, ...] = ()
    lifted_on: date | None = None
    lifted_basis: str = ""

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
    policy: Policy
    statutes: tuple[Statute, ...]
    violations: tuple[Violation, ...]
    valid_to: date | None = None
    demonstration: bool = False
