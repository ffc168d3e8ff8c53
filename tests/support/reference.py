"""A second, slow reading of docs/rules.md (sections 1 to 3), written from that page alone.

It shares no code with the evaluator and is compared with it by differential tests. Nothing here is clever on purpose.
`# SPEC?` marks a place where the page leaves a choice.
"""

from __future__ import annotations

import operator
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

Table = Mapping[str, Any]

PARTIES = ("organisation", "citizen", "sole_trader")
# the kinds beside a fine that lead to a hearing, whatever the sum
WEIGHTY = {"lower_grade", "revoke_permit", "restrict_business", "stop_business", "close_business", "bar_from_work"}
CONFISCATIONS = {"confiscate_gains", "confiscate_goods"}
FOLLOWS = ("summary", "hearing", "legality_review", "discussion", "on_spot_collection")
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
COMPARE |= {"==": operator.eq, "!=": operator.ne}
CONDITION = re.compile(r"\s*(\w+)\s*(<=|>=|==|!=|<|>|\bin\b)\s*(.+?)\s*")


@dataclass
class Fact:
    kind: str
    decimals: int
    choices: list[str]
    low: int  # scaled by 10**decimals, as the values are
    high: int
    ask: bool


@dataclass
class Violation:
    statute: str
    lifted_on: str | date | None
    facts: dict[str, Fact]  # its own before the common ones
    long_limitation: list[str]
    versions: list[dict[str, Any]]
    shared: list[dict[str, Any]]  # the shared circumstances that apply to it
    cases: list[dict[str, Any]]


@dataclass
class ReferencePack:
    table: dict[str, Any]  # pack.toml
    violations: dict[str, Violation] = field(default_factory=dict)
    statutes: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # (statute, version)


def load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=str)


def read_fact(table: Table) -> Fact:
    decimals = table.get("decimals", 0)
    low, high = (table.get("low", 0) * 10**decimals, table.get("high", 1_000_000) * 10**decimals)
    ask = table.get("when_unknown", "ask") == "ask"
    return Fact(table["kind"], decimals, list(table.get("choices", {})), low, high, ask)


def read_violation(table: Table, pack: Table) -> Violation:
    facts = {item["id"]: read_fact(item) for item in table.get("facts", [])}
    facts |= {name: read_fact(pack["facts"][name]) for name in table.get("common_facts", [])}
    shared = [c for c in pack.get("circumstances", []) if all(split(text)[0] in facts for text in c.get("all_of", []))]
    long = table.get("long_limitation", [])
    return Violation(
        table["statute"], table.get("lifted_on"), facts, long, table["versions"], shared, table.get("cases", [])
    )


def read(folder: Path) -> ReferencePack:
    pack = ReferencePack(load(folder / "pack.toml"))
    for path in sorted((folder / "statutes").glob("*.toml")):
        statute = load(path)
        for version in statute["versions"]:
            pack.statutes[statute["statute"], version["version"]] = version
    for path in sorted((folder / "violations").glob("*.toml")):
        for table in load(path)["violations"]:
            pack.violations[table["id"]] = read_violation(table, pack.table)
    return pack


def fen(amount: Any) -> int:
    exact = Fraction(str(amount)) * 100
    if exact.denominator != 1:
        raise ValueError(f"more than two decimals: {amount}")
    return exact.numerator


def day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def in_force(table: Table, on: date) -> bool:
    starts, ends = table.get("valid_from"), table.get("valid_to")
    return (not starts or day(starts) <= on) and (not ends or on <= day(ends))


def split(text: str) -> tuple[str, str, str]:
    match = CONDITION.fullmatch(text)
    if match is None:
        raise ValueError(f"not a condition: {text}")
    return match[1], match[2], match[3]


def constant(fact: Fact, text: str) -> Any:
    """The value in a condition, as a person typed it."""
    if fact.kind in ("number", "count"):
        return Fraction(text) * 10**fact.decimals
    if fact.kind == "flag":
        return {"yes": True, "no": False}[text]
    if fact.kind == "date":
        return date.fromisoformat(text)
    return fact.choices[fact.choices.index(text)]


def valid_value(fact: Fact, value: Any) -> bool:
    if fact.kind in ("number", "count"):
        return isinstance(value, int) and not isinstance(value, bool) and fact.low <= value <= fact.high
    if fact.kind == "flag":
        return isinstance(value, bool)
    if fact.kind == "choice":
        return value in fact.choices
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


@dataclass
class Range:
    """Sums in fen from `low` to `high` (None: no upper end); `low_in`, `high_in`: the end belongs to it."""

    low: int
    high: int | None
    low_in: bool = True
    high_in: bool = True

    def __post_init__(self) -> None:
        if self.low == self.high:  # where both ends are equal both belong
            self.low_in = self.high_in = True

    def holds(self, amount: int) -> bool:
        above_low = amount > self.low or (amount == self.low and self.low_in)
        return above_low and (self.high is None or amount < self.high or (amount == self.high and self.high_in))

    def open(self) -> str:
        low_out = not self.low_in
        high_out = self.high is not None and not self.high_in  # SPEC? an end that does not exist is never called open
        return "both" if low_out and high_out else "lo" if low_out else "hi" if high_out else ""


def for_party(ranges: Table, party: str) -> Any:
    # SPEC? a range of the party's own goes before `all`, should both stand
    return ranges[party] if party in ranges else ranges.get("all")


def part(whole: Range, low_share: int, high_share: int, opened: str = "", of: str = "") -> Range:
    if whole.high is None:
        return whole
    base, width = (0, whole.high) if of == "highest" else (whole.low, whole.high - whole.low)
    low = max(base - (-width * low_share // 1000), whole.low)
    high = max(base + width * high_share // 1000, low)
    low_in = opened not in ("lo", "both") and (low != whole.low or whole.low_in)
    high_in = opened not in ("hi", "both") and (high != whole.high or whole.high_in)
    return Range(low, high, low_in, high_in)


class Position:
    def __init__(self, table: Table) -> None:
        self.shares = {mood: table[mood] for mood in ("lighter", "ordinary", "heavier")}
        self.step = fen(table["step"])
        self.down = table.get("rounding", "nearest") == "down"
        self.mitigated = table.get("mitigated", 500)

    def round(self, band: Range, exact: Fraction) -> int:
        amount = int(exact // self.step if self.down else (exact / self.step + Fraction(1, 2)) // 1) * self.step
        high = band.high  # brought into the band:
        if high is not None and (amount > high or (amount == high and not band.high_in)):
            below = (high - 1) // self.step * self.step
            amount = high if band.high_in else below if band.holds(below) else high - 1
        if amount < band.low or (amount == band.low and not band.low_in):
            above = (band.low // self.step + 1) * self.step
            amount = band.low if band.low_in else above if band.holds(above) else band.low + 1
        return amount

    def place(self, band: Range, mood: str) -> int:
        if band.high is None:
            return self.round(band, Fraction(band.low)) if not band.low_in else band.low
        return self.round(band, Fraction(band.low * 1000 + (band.high - band.low) * self.shares[mood], 1000))


@dataclass
class Question:
    violation: Violation
    facts: Table
    acted_on: date
    decided_on: date
    found_on: date
    party: str
    age: int | None
    capacity: str
    already_fined: bool
    threshold: int | None
    threshold_reaches: bool

    def holds(self, text: str) -> bool:
        name, op, wanted = split(text)
        fact = self.violation.facts[name]
        if name not in self.facts:  # unknown: no condition on it holds, != included
            return False
        value = day(self.facts[name]) if fact.kind == "date" else self.facts[name]
        if op == "in":
            return any(value == constant(fact, item.strip()) for item in wanted.strip("[] ").split(","))
        return bool(COMPARE[op](value, constant(fact, wanted)))

    def all_hold(self, conditions: list[str]) -> bool:
        return all(self.holds(text) for text in conditions)

    def any_group_holds(self, groups: list[list[str]]) -> bool:
        return any(self.all_hold(group) for group in groups)

    def reckon(self, source: Any) -> Range | None:
        """A range of the source in fen; None where a fact that it is reckoned from is unknown."""
        table: Table = source if isinstance(source, dict) else {"sum": source}
        opened = table.get("open", "")
        low_in, high_in = opened not in ("lo", "both"), opened not in ("hi", "both")
        ends = [fen(end) for end in table.get("sum") or table.get("times") or table["each"]]
        low, high = ends[0], ends[1] if len(ends) > 1 else None
        if "of" in table:
            product, scale = 1, 1
            for name in [table["of"]] if isinstance(table["of"], str) else table["of"]:
                if name not in self.facts:
                    return None
                product *= self.facts[name]
                scale *= 10 ** self.violation.facts[name].decimals
            low = -(-low * product // scale)  # rounded up
            high = None if high is None else high * product // scale
        floor, cap = (fen(table[key]) if key in table else None for key in ("floor", "cap"))
        if high is None and cap is not None:
            high, high_in = cap, True
        if floor is not None:
            low, low_in = (floor, True) if low < floor else (low, low_in)
            high, high_in = (floor, True) if high is not None and high < floor else (high, high_in)
        if cap is not None:
            low, low_in = (cap, True) if low > cap else (low, low_in)
            high, high_in = (cap, True) if high is not None and high > cap else (high, high_in)
        return Range(low, None if high is None else max(low, high), low_in, high_in)

    def refused(self) -> bool:
        long = self.violation.long_limitation
        year, month = self.acted_on.year + (5 if long and self.all_hold(long) else 2), self.acted_on.month
        limit = date(year, month, 28 if (month, self.acted_on.day) == (2, 29) else self.acted_on.day)
        young = self.age is not None and self.age < 14  # SPEC? whatever the kind of party
        early = self.decided_on < self.acted_on
        return young or self.capacity == "none" or self.found_on > limit or early or self.already_fined


def by_rows(asked: Question, tier: Table, whole: Range, position: Position, mood: str) -> tuple[Range, int] | None:
    own = for_party(tier.get("bands_yuan", {}), asked.party)
    if own is not None:
        band = asked.reckon(own)
    elif "share" in tier:
        share = tier["share"] if isinstance(tier["share"], dict) else {"part": tier["share"]}
        band = part(whole, share["part"][0], share["part"][1], share.get("open", ""), share.get("of", ""))
    else:
        band = None
    return None if band is None else (band, position.place(band, mood))


def by_classes(way: Table, whole: Range, position: Position, mood: str) -> tuple[Range, int]:
    if whole.high is None:
        return whole, position.place(whole, "ordinary")
    lighter, heavier = way.get("lighter", 300), way.get("heavier", 300)
    bands = {"lighter": part(whole, 0, lighter), "heavier": part(whole, 1000 - heavier, 1000)}
    band = bands.get(mood) or part(whole, lighter, 1000 - heavier, "both")
    return band, position.place(band, "ordinary")


def by_average(way: Table, whole: Range, position: Position, mood: str) -> tuple[Range, int]:
    low, high = whole.low, whole.high
    lighter, ordinary, heavier = way.get("lighter", 300), way.get("ordinary", 500), way.get("heavier", 300)

    def between(start: int, end: int, end_in: bool = True) -> Range:
        # an end of the statute's range that does not belong stays out; an upper end below the lower becomes it
        end = max(start, end)
        return Range(start, end, start != low or whole.low_in, end_in and (end != high or whole.high_in))

    if high is None:
        middle, most = low * ordinary // 1000, low * heavier // 1000
        if mood == "lighter":
            return Range(low, low), low
        band, aim = (between(middle, most), most) if mood == "heavier" else (between(low, middle), middle)
        return band, position.round(band, Fraction(aim))
    if low > 0:
        mean = (low + high) // 2
        if mood == "ordinary":
            return Range(mean, mean), mean
        band = between(low, mean, end_in=False) if mood == "lighter" else between(mean, high)
        return band, position.place(band, "ordinary")
    small, half = high * lighter // 1000, high * ordinary // 1000
    bands = {"lighter": between(low, small), "heavier": between(half, high)}
    band = bands.get(mood) or between(small, half)
    return band, position.place(band, "ordinary")


def by_weights(asked: Question, way: Table, whole: Range, position: Position) -> tuple[Range, int]:
    if whole.high is None:
        return Range(whole.low, whole.low), whole.low
    total = 0
    for factor in way["factors"]:
        weight = factor["levels"][0]["weight"]
        for level in factor["levels"][1:]:
            if asked.any_group_holds(level.get("any_of", [])):
                weight = level["weight"]
        total += weight
    amount = position.round(whole, Fraction(whole.high * min(1000, total), 1000))
    return Range(amount, amount), amount


def version_on(pack: ReferencePack, violation: Violation, on: date) -> dict[str, Any] | None:
    for version in violation.versions:
        statute = pack.statutes.get((version.get("statute", violation.statute), version["statute_version"]))
        if in_force(version, on) and in_force(pack.table, on) and statute is not None and in_force(statute, on):
            return version
    return None


def bare(whole: Range | None) -> dict[str, Any]:
    """What is told before anything is decided."""
    return {
        "error": None, "judged_by": "act", "refused": False, "missing": [], "steps": [], "tier": "",
        "statute_lo": whole.low if whole else 0, "statute_hi": whole.high if whole else None,
        "band_lo": None, "band_hi": None, "band_open": "", "recommended_fen": None, "exempt": "", "mitigate_below": None,
        "beside": [], "follows": {},
    }  # fmt: skip


def judge(pack: ReferencePack, version: Table, asked: Question) -> dict[str, Any]:
    """Steps 2 to 9 with one version of the violation."""
    policy, position = pack.table.get("policy", {}), Position(pack.table["position"])
    # 2. statute's range
    source = for_party(version.get("statute_ranges_yuan", {}), asked.party)
    for row in version.get("statute_rows", []):
        named = for_party(row["ranges_yuan"], asked.party)
        if named is not None and asked.any_group_holds(row.get("any_of", [])):
            source = named
    if source is None or asked.party not in PARTIES:
        return {"error": "outside_statute"}
    whole = asked.reckon(source)
    # 3. refusals, missing
    refused = asked.refused()
    missing = [name for name, fact in asked.violation.facts.items() if fact.ask and name not in asked.facts]
    # 4. steps
    steps = [item["id"] for item in version.get("before", []) if not asked.all_hold(item.get("all_of", []))]
    # 5. circumstances
    kind = version.get("way", {}).get("kind", "rows")
    shared = [c for c in asked.violation.shared if not (kind == "weights" and c["effect"] in ("lighter", "heavier"))]
    listed = shared + version.get("circumstances", [])
    holding = [c for c in listed if asked.all_hold(c.get("all_of", []))]
    found = {"lighter": "", "mitigated": "", "heavier": "", "exempt": ""}
    for item in holding:
        found[item["effect"]] = "must" if item.get("must") or found[item["effect"]] == "must" else "may"
    young = asked.age is not None and 14 <= asked.age <= 17  # SPEC? whatever the kind of party
    lighter = bool(found["lighter"] or found["mitigated"]) or young or asked.capacity == "limited"
    heavier = bool(found["heavier"])
    if policy.get("combine") == "heavier" and heavier:
        lighter = False  # SPEC? mitigation and exemption stay as they are
    mood = "lighter" if lighter and not heavier else "heavier" if heavier and not lighter else "ordinary"
    up = max([c.get("tiers_up", 0) for c in holding if c["effect"] == "heavier"], default=0)
    if refused or missing:
        steps = []
    result = bare(whole) | {"refused": refused, "missing": missing, "steps": steps}
    if refused or missing or steps or whole is None:
        return result
    result["exempt"] = found["exempt"]
    result["mitigate_below"] = whole.low if found["mitigated"] and whole.low > 0 else None
    beside = [b["kind"] for b in version.get("beside", []) if asked.all_hold(b.get("all_of", []))]
    result["beside"] = beside
    # 6. tier. SPEC? a row without groups, unless the first, never holds
    rows = version["tiers"]
    others = [i for i in range(1, len(rows)) if asked.any_group_holds(rows[i].get("any_of", []))] or [0]
    index = others[0] if policy.get("winner", "heavier") == "lighter" else others[-1]
    tier = rows[min(index + up, len(rows) - 1)]
    # 7. band and sum
    way = version.get("way", {"kind": "rows"})
    placed = by_rows(asked, tier, whole, position, mood) if way["kind"] == "rows" else None
    if way["kind"] == "classes":
        placed = by_classes(way, whole, position, mood)
    if way["kind"] == "average":
        placed = by_average(way, whole, position, mood)
    if way["kind"] == "weights":
        placed = by_weights(asked, way, whole, position)
    if placed is None:
        return {"error": "no_tier"}
    band, amount = placed
    # 8. mitigation, exemption
    if found["mitigated"] == "must" and whole.low > 0:
        band = Range(0, whole.low, True, False)
        amount = position.round(band, Fraction(whole.low * position.mitigated, 1000))
    if found["exempt"] == "must":
        amount = 0
    result |= {"tier": tier["id"], "band_lo": band.low, "band_hi": band.high, "band_open": band.open()}
    result["recommended_fen"] = amount
    # 9. what follows
    small = amount <= (300_000 if asked.party == "organisation" else 20_000)
    summary = small and all(kind == "warning" for kind in beside)
    weighty = any(kind in WEIGHTY for kind in beside)
    limit = asked.threshold
    reached = limit is None or amount > limit or (amount == limit and asked.threshold_reaches)
    hearing = not summary and (reached or weighty or any(kind in CONFISCATIONS for kind in beside))
    discussion = band.high is None or weighty
    follows = (summary, hearing, hearing, discussion, summary and amount <= 10_000)
    result["follows"] = dict(zip(FOLLOWS, follows, strict=True))
    if found["exempt"]:
        result["follows"]["education"] = True
    return result


def measure(
    pack: ReferencePack, violation_id: str, facts: Table, *, acted_on: Any, decided_on: Any, party: str, age: int | None = None,
    capacity: str = "full", found_on: Any = None, already_fined: bool = False, hearing_fen: int | None = None, hearing_included: bool = True,
) -> dict[str, Any]:  # fmt: skip
    # 1. refused questions
    violation = pack.violations.get(violation_id)
    if violation is None:
        return {"error": "unknown_violation"}
    for name, value in facts.items():
        if name not in violation.facts or not valid_value(violation.facts[name], value):
            return {"error": "fact_invalid"}
    acted, decided = day(acted_on), day(decided_on)
    found = decided if found_on is None else day(found_on)
    person = (party, age, capacity, already_fined)
    asked = Question(violation, facts, acted, decided, found, *person, hearing_fen, hearing_included)
    version = version_on(pack, violation, acted)
    if version is None:
        return {"error": "not_in_force"}
    by_act = judge(pack, version, asked)
    # 10. law in time
    if by_act["error"] or decided == acted:
        return by_act
    lifted = bare(None) | {key: by_act[key] for key in ("statute_lo", "statute_hi")}
    lifted |= {"judged_by": "decision", "refused": True}
    if violation.lifted_on is not None and day(violation.lifted_on) <= decided:
        return lifted
    later = version_on(pack, violation, decided)
    if later is None:
        return {"error": "not_in_force"}
    if later is version:
        return by_act
    by_decision = judge(pack, later, asked)
    if by_decision["error"] == "outside_statute":
        return lifted
    if by_decision["error"]:
        return by_decision
    if by_act["refused"] or by_act["missing"] or by_act["steps"]:
        return by_act
    if by_decision["refused"] or by_decision["missing"]:
        return by_act
    # in this order; no upper end is the greatest
    order = ("recommended_fen", "band_hi", "statute_hi")
    new, old = ([(told[key] is None, told[key] or 0) for key in order] for told in (by_decision, by_act))
    if by_decision["steps"] or new < old:
        return by_decision | {"judged_by": "decision"}
    return by_act
