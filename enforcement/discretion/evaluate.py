"""evaluate(pack, violation, facts, context) -> Determination: pure, total, deterministic.

Order of the questions (docs/rules.md):
1. The version of the table at the act, and at the decision where it differs; the milder one counts (APL Art. 37).
2. Age, capacity, limitation, an earlier fine (Art. 29, 30, 31, 36): then nothing may be imposed.
3. Every fact that the table asks for must be known, every step before a fine taken; otherwise they are named.
4. The statute's range for these facts and this kind of party; the tier that wins by the pack's rule.
5. Circumstances: exemption (Art. 33), mitigation, lighter (Art. 32), heavier; never offset mechanically.
6. The sum by the table's way of computing (enforcement/discretion/ways), rounded as the pack says.
7. What comes beside the fine, and what follows for the procedure (Art. 51, 57, 58, 63, 68).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any, NamedTuple

import msgspec

from enforcement.discretion.model import Determination, Kind, Reason, Step
from enforcement.discretion.persons import ActContext, notes_of, refusals_of
from enforcement.discretion.procedure import follows_of
from enforcement.discretion.spans import Band, rounded
from enforcement.discretion.table import Table, table_of
from enforcement.discretion.ways import WAYS, Asked
from enforcement.rules import LoadedPack, Tier, Violation, ViolationVersion
from enforcement.rules.facts import FactValue, check_fact, format_fact
from enforcement.values.errors import KnownError

SCHEMA = 2


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
    if context.decided_on == context.acted_on:
        return measured
    at_decision = loaded.version_at(violation, context.decided_on)
    if at_decision is at_act:
        return measured
    return _milder(measured, _measure(loaded, violation, at_decision, facts, context))


def _milder(old: Determination, new: Determination) -> Determination:
    """APL Art. 37: the law at the act, or at the decision where that is milder. A span without an upper end is the heaviest."""
    if old.missing or old.refusals or old.steps or new.recommended_fen is None:
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
    table = table_of(loaded, violation, version)
    span = table.range_for(facts, context.party_kind)
    statute = table.band(span, facts)
    pack = loaded.pack
    base: dict[str, Any] = {
        "schema": SCHEMA,
        "pack_digest": loaded.digest,
        "pack_title": pack.title,
        "pack_version": pack.version,
        "violation": violation.id,
        "title": violation.title,
        "row": version.row,
        "statute_title": loaded.statute(violation.statute).title,
        "statute_version": version.statute_version,
        "forbids": version.forbids,
        "punishes": version.punishes,
        "party_kind": context.party_kind,
        "acted_on": context.acted_on,
        "decided_on": context.decided_on,
        "correction": violation.correction,
        "statute_lo": statute.lo if statute else 0,
        "statute_hi": statute.hi if statute else None,
    }
    refusals = refusals_of(context)
    missing = tuple([name for name in table.to_ask if name not in facts])
    if refusals or missing or statute is None:
        return Determination(**base, refusals=refusals, missing=missing)
    steps = tuple([Step(id=one.id, text=one.step, basis=one.basis) for holds, one in table.before if not holds(facts)])
    if steps:
        return Determination(**base, steps=steps)
    return Determination(**base, **_decide(loaded, table, statute, facts, context))


class _Weighed(NamedTuple):
    """Which circumstances hold, as reasons and as effects."""

    reasons: list[Reason]
    lighter: bool
    heavier: bool
    exempt: str
    mitigated: str
    tiers_up: int


def _decide(
    loaded: LoadedPack, table: Table, statute: Band, facts: Mapping[str, FactValue], context: ActContext
) -> dict[str, Any]:
    version, pack = table.version, loaded.pack
    weighed = _weigh(table, facts, context)
    met = table.tier_at(facts)
    tier = table.heavier_by(met, weighed.tiers_up) if weighed.tiers_up else met
    reasons = [
        Reason(kind="tier", text=tier_words(table.violation, tier, facts, met), basis=f"{version.row}{tier.label}")
    ]
    heavier_wins = weighed.lighter and weighed.heavier and pack.policy.combine == "heavier"
    asked = Asked(
        version,
        table.specs,
        facts,
        statute,
        tier,
        tier.bands.get(context.party_kind),
        pack.position,
        weighed.lighter and not heavier_wins,
        weighed.heavier,
    )
    band, recommended, how = WAYS[version.way.kind].measure(asked)
    if how:
        reasons.append(Reason(kind="computed", text=how, basis=version.row))
    reasons += weighed.reasons
    warnings: tuple[str, ...] = ()
    if weighed.lighter and weighed.heavier and not heavier_wins:
        text = "既有从轻情节又有从重情节，应当综合考虑，不得机械相抵"
        reasons.append(Reason(kind="weigh", text=text, basis="国市监法规〔2022〕2号"))
        warnings = ("请写明对从轻与从重情节的综合考虑",)
    if weighed.mitigated == "must":
        band, recommended, more = _mitigated(loaded, statute, band, recommended)
        warnings += more
    if weighed.exempt == "must":
        recommended = 0
    beside = _beside(table, facts)
    follows = follows_of(context, recommended, band.hi, beside, weighed.exempt)
    reasons += [
        Reason(kind="procedure", text=found.text, basis=found.basis)
        for found in follows
        if found.id in ("summary", "hearing")
    ]
    open_ends = (not band.lo_included) + 2 * (not band.hi_included)
    return {
        "tier": tier.id,
        "tier_label": tier.label,
        "band_lo": band.lo,
        "band_hi": band.hi,
        "band_open": ("", "lo", "hi", "both")[open_ends],
        "recommended_fen": recommended,
        "exempt": weighed.exempt,
        "mitigate_below": statute.lo if weighed.mitigated and statute.lo else None,
        "reasons": tuple(reasons),
        "follows": follows,
        "beside": beside,
        "warnings": warnings,
    }


def _weigh(table: Table, facts: Mapping[str, FactValue], context: ActContext) -> _Weighed:
    reasons = list(notes_of(context))
    lighter, heavier, exempt, mitigated, tiers_up = bool(reasons), False, "", "", 0
    for holds, circumstance in table.circumstances:
        if not holds(facts):
            if circumstance.not_met:
                reasons.append(Reason(kind="not_exempt", text=circumstance.not_met, basis=circumstance.basis))
            continue
        reasons.append(Reason(kind=circumstance.effect, text=circumstance.label, basis=circumstance.basis))
        force = "must" if circumstance.must else "may"
        match circumstance.effect:
            case "exempt":
                exempt = exempt if exempt == "must" else force
            case "mitigated":
                mitigated = mitigated if mitigated == "must" else force
                lighter = True
            case "lighter":
                lighter = True
            case "heavier":
                heavier = True
                tiers_up = max(tiers_up, circumstance.tiers_up)
    return _Weighed(reasons, lighter, heavier, exempt, mitigated, tiers_up)


def _mitigated(loaded: LoadedPack, statute: Band, band: Band, recommended: int) -> tuple[Band, int, tuple[str, ...]]:
    """减轻 goes below the statute's lowest sum, never merely near it; without one only a lighter kind is left."""
    if not statute.lo:
        return band, recommended, ("法定罚款没有下限，减轻处罚只能适用较轻的处罚种类",)
    below = Band(0, statute.lo, True, False)
    position = loaded.pack.position
    return below, rounded(position, below, statute.lo * position.mitigated, 1000), ()


def _beside(table: Table, facts: Mapping[str, FactValue]) -> tuple[Kind, ...]:
    return tuple(
        [
            Kind(kind=one.kind, must=one.must, text=one.label, basis=one.basis)
            for holds, one in table.beside
            if holds(facts)
        ]
    )


def tier_words(violation: Violation, tier: Tier, facts: Mapping[str, FactValue], met: Tier | None = None) -> str:
    """The facts as found, and the row's own words; where circumstances moved it up, the row that was met too."""
    found = "、".join(
        [
            f"{spec.label}{format_fact(spec, facts[spec.id])}"
            for spec in violation.facts
            if spec.kind in ("number", "count") and spec.id in facts
        ]
    )
    words = tier.words if met is None or met is tier else f"{met.words}，依规定上调为{tier.label}"
    return f"{found}，{words}" if found else words
