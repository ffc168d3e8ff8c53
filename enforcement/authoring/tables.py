"""A compiled pack as source tables again: to go on from a published edition, or to write it into a workbook.

Shared facts and circumstances stand with each violation, as the compiled form holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from enforcement.authoring.source import PackSource, Source
from enforcement.rules import FactSpec, FactValue, Pack, Range, Test, Violation, ViolationVersion
from enforcement.rules.facts import number_text
from enforcement.rules.model import Case, Factor, Share

Specs = Mapping[str, FactSpec]


class _Compiled:
    def where(self, path: str, key: str = "") -> str:
        return f"{path} {key}".strip() or "pack"


def source_of(pack: Pack) -> PackSource:
    """Tables that build into the same pack."""
    finder = _Compiled()
    head: dict[str, Any] = {
        "id": pack.id,
        "title": pack.title,
        "version": pack.version,
        "agency": pack.agency,
        "valid_from": pack.valid_from.isoformat(),
    }
    if pack.valid_to is not None:
        head["valid_to"] = pack.valid_to.isoformat()
    if pack.demonstration:
        head["demonstration"] = True
    position = pack.position
    head["position"] = {
        "lighter": position.lighter, "ordinary": position.ordinary, "heavier": position.heavier,
        "step": _whole_yuan(position.step), "rounding": position.rounding, "mitigated": position.mitigated,
    }  # fmt: skip
    head["policy"] = {"winner": pack.policy.winner, "combine": pack.policy.combine, "ends": pack.policy.ends}
    statutes = [
        Source(
            f"statutes.{one.statute}",
            f"statute {one.statute}",
            {
                "statute": one.statute,
                "title": one.title,
                "level": one.level,
                "versions": [
                    _days({"version": version.version}, version.valid_from, version.valid_to)
                    | {
                        "source": version.source,
                        "articles": {article.number: article.summary for article in version.articles},
                    }
                    for version in one.versions
                ],
            },
            finder,
        )
        for one in pack.statutes
    ]
    violations = [
        Source(f"violations[{number}]", f"violations {one.id}", table_of_violation(one), finder)
        for number, one in enumerate(pack.violations, 1)
    ]
    return PackSource(Source("", "", head, finder), statutes, violations)


def table_of_violation(violation: Violation) -> dict[str, Any]:
    """One violation as a source table."""
    specs = {spec.id: spec for spec in violation.facts}
    table: dict[str, Any] = {"id": violation.id, "title": violation.title}
    if violation.aliases:
        table["aliases"] = list(violation.aliases)
    table |= {
        "field": violation.field, "statute": violation.statute, "correction": violation.correction,
        "status": violation.status, "source": violation.source,
    }  # fmt: skip
    if violation.lifted_on is not None:
        table |= {"lifted_on": violation.lifted_on.isoformat(), "lifted_basis": violation.lifted_basis}
    if violation.long_limitation:
        table["long_limitation"] = [test_text(test, specs) for test in violation.long_limitation]
    table["facts"] = [_fact(spec) for spec in violation.facts]
    table["versions"] = [_version(version, specs) for version in violation.versions]
    if violation.cases:
        table["cases"] = [_case(case, specs) for case in violation.cases]
    return table


def test_text(test: Test, specs: Specs) -> str:
    """A condition as a source writes it."""
    spec = specs[test.fact]
    if test.op == "in":
        return f"{test.fact} in [{', '.join(_typed(spec, value) for value in test.values)}]"
    assert test.value is not None
    return f"{test.fact} {test.op} {_typed(spec, test.value)}"


test_text.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def range_value(span: Range) -> Any:
    """A range as a source writes it."""
    open_ = {(False, True): "lo", (True, False): "hi", (False, False): "both"}.get((span.lo_included, span.hi_included))
    if not span.per:
        ends = [_yuan(span.lo)] if span.hi is None else [_yuan(span.lo), _yuan(span.hi)]
        return {"sum": ends, "open": open_} if open_ else ends
    ends = [_yuan(span.lo)] if span.hi is None else [_yuan(span.lo), _yuan(span.hi)]
    found: dict[str, Any] = {"each": ends, "of": span.per[0] if len(span.per) == 1 else list(span.per)}
    if span.floor is not None:
        found["floor"] = _yuan(span.floor)
    if span.cap is not None:
        found["cap"] = _yuan(span.cap)
    return found | ({"open": open_} if open_ else {})


def _fact(spec: FactSpec) -> dict[str, Any]:
    table: dict[str, Any] = {"id": spec.id, "label": spec.label, "kind": spec.kind}
    scale = 10**spec.decimals
    for key, value, default in (
        ("unit", spec.unit, ""), ("decimals", spec.decimals, 0), ("low", spec.low // scale, 0), ("high", spec.high // scale, None),
        ("worse", spec.worse, ""), ("hint", spec.hint, ""), ("when_unknown", spec.when_unknown, "ask"),
        ("known_from", spec.known_from, ""), ("within_months", spec.within_months, 24),
    ):  # fmt: skip
        if value != default and not (key in ("low", "high") and spec.kind not in ("number", "count")):
            table[key] = value
    if spec.choices:
        table["choices"] = {choice.id: choice.label for choice in spec.choices}
    return table


def _version(version: ViolationVersion, specs: Specs) -> dict[str, Any]:
    table = _days({}, version.valid_from, version.valid_to)
    table |= {
        "statute_version": version.statute_version, "forbids": version.forbids, "punishes": version.punishes,
        "row": version.row, "statute_ranges_yuan": _ranges(version.ranges[0].ranges),
    }  # fmt: skip
    if version.statute:
        table["statute"] = version.statute
    if version.warning_possible:
        table["warning_possible"] = True
    way = version.way
    if way.kind != "rows" or (way.lighter, way.ordinary, way.heavier) != (300, 500, 300):
        table["way"] = {"kind": way.kind, "lighter": way.lighter, "ordinary": way.ordinary, "heavier": way.heavier}
        if way.factors:
            table["way"]["factors"] = [_factor(factor, specs) for factor in way.factors]
    tiers = []
    for tier in version.tiers:
        row: dict[str, Any] = {"id": tier.id, "label": tier.label, "words": tier.words}
        if tier.standard:
            row["standard"] = tier.standard
        if tier.bands:
            row["bands_yuan"] = _ranges(tier.bands)
        if tier.share is not None:
            row["share"] = _share(tier.share)
        if tier.any_of:
            row["any_of"] = [[test_text(test, specs) for test in group] for group in tier.any_of]
        tiers.append(row)
    table["tiers"] = tiers
    rows = [
        {
            "label": row.label,
            "any_of": [[test_text(test, specs) for test in group] for group in row.any_of],
            "ranges_yuan": _ranges(row.ranges),
        }
        for row in version.ranges[1:]
    ]
    more = {
        "statute_rows": rows,
        "circumstances": [
            _all(
                {"id": one.id, "effect": one.effect, "must": one.must, "label": one.label, "basis": one.basis},
                one.all_of,
                specs,
            )
            | ({"not_met": one.not_met} if one.not_met else {})
            | ({"tiers_up": one.tiers_up} if one.tiers_up else {})
            for one in version.circumstances
        ],
        "before": [
            _all({"id": one.id, "step": one.step, "basis": one.basis}, one.all_of, specs) for one in version.before
        ],
        "beside": [
            _all({"kind": one.kind, "must": one.must, "label": one.label, "basis": one.basis}, one.all_of, specs)
            for one in version.beside
        ],
    }
    return table | {key: value for key, value in more.items() if value}


def _all(table: dict[str, Any], tests: tuple[Test, ...], specs: Specs) -> dict[str, Any]:
    return table | {"all_of": [test_text(test, specs) for test in tests]}


def _factor(factor: Factor, specs: Specs) -> dict[str, Any]:
    levels = []
    for level in factor.levels:
        table: dict[str, Any] = {"label": level.label, "weight": level.weight}
        if level.any_of:
            table["any_of"] = [[test_text(test, specs) for test in group] for group in level.any_of]
        levels.append(table)
    return {"id": factor.id, "label": factor.label, "levels": levels}


def _share(share: Share) -> Any:
    part = [share.lo, share.hi]
    open_ = {(False, True): "lo", (True, False): "hi", (False, False): "both"}.get(
        (share.lo_included, share.hi_included)
    )
    if not open_ and not share.of_highest:
        return part
    table: dict[str, Any] = {"part": part}
    if open_:
        table["open"] = open_
    if share.of_highest:
        table["of"] = "highest"
    return table


def _case(case: Case, specs: Specs) -> dict[str, Any]:
    table: dict[str, Any] = {
        "name": case.name,
        "facts": {
            name: value if isinstance(value, bool) else _typed(specs[name], value) for name, value in case.facts.items()
        },
        "party": case.party,
    }
    if case.tier:
        table["tier"] = case.tier
    if case.fine_fen is not None:
        table["fine_yuan"] = _yuan(case.fine_fen)
    if case.exempt is not None:
        table["exempt"] = case.exempt
    if case.steps:
        table["steps"] = list(case.steps)
    if case.at is not None:
        table["at"] = case.at.isoformat()
    if case.decided is not None:
        table["decided"] = case.decided.isoformat()
    return table


def _ranges(ranges: Mapping[str, Range]) -> dict[str, Any]:
    values = list(ranges.values())
    if len(values) == 3 and values[0] == values[1] == values[2]:
        return {"all": range_value(values[0])}
    return {party: range_value(span) for party, span in ranges.items()}


def _days(table: dict[str, Any], since: Any, until: Any) -> dict[str, Any]:
    return table | {"valid_from": since.isoformat()} | ({"valid_to": until.isoformat()} if until is not None else {})


def _typed(spec: FactSpec, value: FactValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number_text(spec, value) if isinstance(value, int) else value


def _yuan(fen: int) -> int | str:
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else whole


def _whole_yuan(fen: int) -> int:
    return fen // 100
