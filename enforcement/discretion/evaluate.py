"""evaluate(pack, violation, facts, context) -> Determination: pure, total, deterministic.

Order of the questions (docs/rules.md):
1. The version of the table at the act, and at the decision where it differs; the milder one counts (APL Art. 37).
2. Every fact that the table tests must be known; otherwise the determination says what is missing.
3. The tier: the last row of which a group of tests holds.
4. Age and limitation: under 14, 14 to 17 (Art. 30); two or five years (Art. 36).
5. Circumstances: exemption (Art. 33), lighter (Art. 32), heavier; lighter and heavier together are never offset.
6. The recommended sum: the position in the band, rounded to the pack's step.
7. What follows for the procedure (Art. 51, 58, 63, 68).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import inf

import msgspec

from enforcement.discretion.model import Determination, Follows, Reason
from enforcement.discretion.procedure import follows_of
from enforcement.rules import LoadedPack, Range, Tier, Violation, ViolationVersion
from enforcement.rules.facts import FactValue, check_fact, format_fact, test_holds
from enforcement.values.errors import KnownError

SCHEMA = 1
MAY_IMPOSE_FROM = 14
ADULT = 18


@dataclass(frozen=True)
class ActContext:
    """What is known besides the facts. Days are local; the hearing thresholds (fen, included) are the agency's, or None.

    `acted_on` is the act's day, or its last day where it went on; `found_on` is when it came to the agency's notice, which
    is what limitation runs to, by default the day of the decision.
    """

    acted_on: date
    decided_on: date
    party_kind: str
    party_age: int | None = None
    hearing_citizen_fen: int | None = None
    hearing_organisation_fen: int | None = None
    endangers_life: bool = False
    found_on: date | None = None


def evaluate(
    loaded: LoadedPack, violation_id: str, facts: Mapping[str, FactValue], context: ActContext
) -> Determination:
    """Measure a violation.

    Raises KnownError(rules.violation_unknown), (rules.not_in_force), (rules.fact_invalid), (rules.outside_statute) when the
    table has no range for that kind of party.
    """
    violation = loaded.violation(violation_id)
    for name, value in facts.items():
        spec = violation.spec(name)
        if spec is None:
            raise KnownError("rules.fact_invalid", fact=name, text=str(value)[:40], why="the table does not ask for it")
        check_fact(spec, value)
    at_act = loaded.version_at(violation, context.acted_on)
    measured = _measure(loaded, violation, at_act, facts, context)
    at_decision = loaded.version_at(violation, context.decided_on)
    if at_decision is at_act:
        return measured
    newer = _measure(loaded, violation, at_decision, facts, context)
    return _milder(measured, newer)


def _milder(old: Determination, new: Determination) -> Determination:
    """APL Art. 37: the law at the act, or at the decision where that is milder. A span without an upper end is the heaviest."""
    if old.missing or old.refusals:
        return old

    def weight(found: Determination) -> tuple[float, ...]:
        tops = (inf if top is None else top for top in (found.band_hi, found.statute_hi))
        return (found.recommended_fen or 0, *tops)

    if weight(new) < weight(old):
        wins, text = msgspec.structs.replace(new, judged_by="decision"), "决定时的规定处罚较轻，适用决定时的规定"
    else:
        wins, text = old, "适用行为时的规定"
    reason = Reason(kind="law_in_time", text=text, basis="行政处罚法第三十七条")
    return msgspec.structs.replace(wins, reasons=(reason, *wins.reasons))


def _measure(
    loaded: LoadedPack,
    violation: Violation,
    version: ViolationVersion,
    facts: Mapping[str, FactValue],
    context: ActContext,
) -> Determination:
    statute_range = version.statute_ranges.get(context.party_kind)
    if statute_range is None:
        raise KnownError("rules.outside_statute", violation=violation.title, party=context.party_kind)
    base = Determination(
        schema=SCHEMA,
        pack_digest=loaded.digest,
        pack_title=loaded.pack.title,
        pack_version=loaded.pack.version,
        violation=violation.id,
        title=violation.title,
        row=version.row,
        statute_title=loaded.statute(violation.statute).title,
        statute_version=version.statute_version,
        forbids=version.forbids,
        punishes=version.punishes,
        party_kind=context.party_kind,
        acted_on=context.acted_on,
        decided_on=context.decided_on,
        correction=violation.correction,
        statute_lo=statute_range.lo,
        statute_hi=statute_range.hi,
    )
    refusals, notes = _persons_and_limitation(context)
    missing = tuple(spec.id for spec in violation.facts if spec.id not in facts and spec.when_unknown == "ask")
    if missing or refusals:
        return msgspec.structs.replace(base, missing=missing, refusals=refusals)
    return _decide(loaded, violation, version, facts, context, base, notes)


def _persons_and_limitation(context: ActContext) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    refusals: list[str] = []
    notes: list[Reason] = []
    if context.party_age is not None and context.party_age < MAY_IMPOSE_FROM:
        refusals.append("当事人不满十四周岁，不予处罚，责令监护人加以管教（行政处罚法第三十条）")
    elif context.party_age is not None and context.party_age < ADULT:
        text = "当事人已满十四周岁不满十八周岁，应当从轻或者减轻"
        notes.append(Reason(kind="lighter", text=text, basis="行政处罚法第三十条"))
    years = 5 if context.endangers_life else 2
    if (context.found_on or context.decided_on) > _years_after(context.acted_on, years):
        refusals.append(f"违法行为已超过{'五' if years == 5 else '二'}年追责期限，不再处罚（行政处罚法第三十六条）")
    if context.decided_on < context.acted_on:
        refusals.append("决定日期早于违法行为日期")
    return tuple(refusals), tuple(notes)


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _decide(
    loaded: LoadedPack,
    violation: Violation,
    version: ViolationVersion,
    facts: Mapping[str, FactValue],
    context: ActContext,
    base: Determination,
    notes: tuple[Reason, ...],
) -> Determination:
    tier = tier_of(version, facts)
    band = tier.bands.get(context.party_kind)
    if band is None:
        raise KnownError("rules.no_tier", violation=violation.title, tier=tier.label, party=context.party_kind)
    reasons = [Reason(kind="tier", text=tier_words(violation, tier, facts), basis=f"{version.row}{tier.label}"), *notes]
    exempt = ""
    lighter, heavier = bool(notes), False
    for circumstance in version.circumstances:
        holds = all(test_holds(test, facts) for test in circumstance.all_of)
        if holds:
            reasons.append(Reason(kind=circumstance.effect, text=circumstance.label, basis=circumstance.basis))
            lighter |= circumstance.effect == "lighter"
            heavier |= circumstance.effect == "heavier"
            if circumstance.effect == "exempt" and exempt != "must":
                exempt = "must" if circumstance.must else "may"
        elif circumstance.not_met:
            reasons.append(Reason(kind="not_exempt", text=circumstance.not_met, basis=circumstance.basis))
    warnings: tuple[str, ...] = ()
    if lighter and heavier:
        text = "既有从轻情节又有从重情节，应当综合考虑，不得机械相抵"
        reasons.append(Reason(kind="weigh", text=text, basis="国市监法规〔2022〕2号"))
        warnings = ("请写明对从轻与从重情节的综合考虑",)
    recommended = recommend(loaded, band, lighter, heavier)
    if exempt == "must":
        recommended = 0
    follows = follows_of(context, recommended, band.hi, context.party_kind)
    reasons += [Reason(kind="procedure", text=found.text, basis=found.basis) for found in _to_tell(follows)]
    return msgspec.structs.replace(
        base,
        tier=tier.id,
        tier_label=tier.label,
        band_lo=band.lo,
        band_hi=band.hi,
        recommended_fen=recommended,
        exempt=exempt,
        reasons=tuple(reasons),
        follows=follows,
        warnings=warnings,
    )


def tier_of(version: ViolationVersion, facts: Mapping[str, FactValue]) -> Tier:
    """The heaviest row that holds; the first row holds otherwise. An unknown fact of lowest standing meets no test."""
    for tier in reversed(version.tiers):
        if any(all(test_holds(test, facts) for test in group) for group in tier.any_of):
            return tier
    return version.tiers[0]


def tier_words(violation: Violation, tier: Tier, facts: Mapping[str, FactValue]) -> str:
    """The facts as found, and the row's own words."""
    found = "、".join(
        f"{spec.label}{format_fact(spec, facts[spec.id])}"
        for spec in violation.facts
        if spec.id in facts and spec.kind in ("number", "count")
    )
    return f"{found}，{tier.words}" if found else tier.words


def recommend(loaded: LoadedPack, band: Range, lighter: bool, heavier: bool) -> int:
    """The position in the band, rounded to the step, never outside. An open end recommends its beginning."""
    if band.hi is None:
        return band.lo
    position = loaded.pack.position
    share = position.ordinary
    if lighter != heavier:
        share = position.lighter if lighter else position.heavier
    exact = band.lo * 1000 + (band.hi - band.lo) * share
    step = position.step * 1000
    rounded = (exact + step // 2) // step * position.step
    return min(max(rounded, band.lo), band.hi)


def _to_tell(follows: tuple[Follows, ...]) -> list[Follows]:
    return [found for found in follows if found.id in ("summary", "hearing")]
