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

from collections.abc import Callable, Mapping
from datetime import date
from math import inf
from typing import Any, NamedTuple

import msgspec

from enforcement.discretion.model import Determination, Reason
from enforcement.discretion.persons import ActContext, notes_of, refusals_of
from enforcement.discretion.procedure import follows_of
from enforcement.discretion.spans import Band, rounded
from enforcement.discretion.table import Table, table_of
from enforcement.discretion.ways import WAYS, Asked
from enforcement.rules import FactSpec, Library, LoadedPack
from enforcement.rules.facts import FactValue, check_fact, checker, outside
from enforcement.values.errors import KnownError

SCHEMA = 3
_ASKED = (
    "schema", "pack_digest", "pack_title", "pack_version", "violation", "title", "row", "statute_title", "statute_version", "forbids",
    "punishes", "party_kind", "acted_on", "decided_on", "correction", "statute_lo", "statute_hi", "found_on", "age", "capacity",
    "already_fined", "hearing_fen", "hearing_included",
)  # fmt: skip
"""What stands in a determination whatever comes out."""
_OPEN_ENDS = ("", "lo", "hi", "both")
_WEIGH = Reason(
    kind="weigh", text="既有从轻情节又有从重情节，应当综合考虑，不得机械相抵", basis="国市监法规〔2022〕2号"
)
_GONE = "决定之日有效的基准已没有这一项，按行为时的基准计算，请法制机构复核"
_WEIGH_WARNING = ("请写明对从轻与从重情节的综合考虑",)


def evaluate(
    loaded: LoadedPack,
    violation_id: str,
    facts: Mapping[str, FactValue],
    context: ActContext,
    later: LoadedPack | None = None,
    dropped: bool = False,
) -> Determination:
    """Measure a violation by the pack of the day of the act; `later` is the edition of the day of the decision where it is
    another one; `dropped` says that this other one does not hold the violation any more.

    Raises KnownError(rules.violation_unknown), (rules.not_in_force), (rules.fact_invalid), (rules.outside_statute) when the
    table has no range for that kind of party.
    """
    try:
        table = _table_at(loaded, violation_id, context.acted_on)
    except KnownError:
        specs = {spec.id: spec for spec in loaded.violation(violation_id).facts}
        _check(specs, {name: checker(spec) for name, spec in specs.items()}, facts)  # a wrong fact is named first
        raise
    _check(table.specs, table.checks, facts)
    measured = _measure(loaded, table, facts, context)
    if context.decided_on == context.acted_on:
        return measured
    lifted_on = table.violation.lifted_on
    if lifted_on is not None and lifted_on <= context.decided_on:
        return _lifted(measured, table.violation.lifted_basis)
    if dropped:
        return msgspec.structs.replace(measured, dropped=True, warnings=(*measured.warnings, _GONE))
    try:
        if later is not None and later.digest != loaded.digest:
            return _milder(measured, _by_later(later, violation_id, facts, context))
        at_decision = _table_at(loaded, violation_id, context.decided_on)
        return measured if at_decision is table else _milder(measured, _measure(loaded, at_decision, facts, context))
    except KnownError as error:
        if error.code != "rules.outside_statute":
            raise
        return _lifted(measured, f"{measured.statute_title}对此类当事人不再设定罚款")


def evaluate_in(
    library: Library, violation_id: str, facts: Mapping[str, FactValue], context: ActContext
) -> Determination:
    """The same out of all packs that are held: the edition of the act's day, and that of the decision's day. Where no edition
    holds the violation any more on the decision's day the act's edition stands.
    """
    loaded = library.at(violation_id, context.acted_on)
    current = {one.pack.id for one in library.current(context.decided_on)}
    later = library.at_or_none(violation_id, context.decided_on)
    dropped = later is None and loaded.pack.id in current
    return evaluate(loaded, violation_id, facts, context, later, dropped)


def _table_at(loaded: LoadedPack, violation_id: str, day: date) -> Table:
    violation = loaded.violation(violation_id)
    return table_of(loaded, violation, loaded.version_at(violation, day))


def _check(
    specs: Mapping[str, FactSpec], checks: Mapping[str, Callable[[object], bool]], facts: Mapping[str, FactValue]
) -> None:
    for name, value in facts.items():
        check = checks.get(name)
        if check is None:
            raise KnownError("rules.fact_invalid", fact=name, text=str(value)[:40], why="the table does not ask for it")
        if not check(value):
            raise outside(specs[name], value)


def _by_later(
    later: LoadedPack, violation_id: str, facts: Mapping[str, FactValue], context: ActContext
) -> Determination:
    """By another edition, with the facts that it asks for; what it asks for besides is missing."""
    table = _table_at(later, violation_id, context.decided_on)
    known: dict[str, FactValue] = {}
    for name, value in facts.items():
        if name in table.specs:
            try:
                check_fact(table.specs[name], value)
            except KnownError:
                continue  # the other edition means something else by it: not known there
            known[name] = value
    return _measure(later, table, known, context)


def _lifted(measured: Determination, basis: str) -> Determination:
    """The law at the decision does not punish the act any more (APL Art. 37)."""
    words = f"决定时的规定不再处罚该行为，不予处罚（{basis}；行政处罚法第三十七条）"
    bare = {name: getattr(measured, name) for name in _ASKED}
    return Determination(**bare, refusals=(*measured.refusals, words), judged_by="decision")


def _milder(old: Determination, new: Determination) -> Determination:
    """APL Art. 37: the law at the act, or at the decision where that is milder. A span without an upper end is the heaviest."""
    compared = new.pack_digest if new.pack_digest != old.pack_digest else b""
    if old.missing or old.refusals or old.steps:
        return msgspec.structs.replace(old, compared=compared)
    if new.missing:
        return msgspec.structs.replace(old, compared=compared, missing_later=new.missing)
    if new.recommended_fen is None and not new.steps:
        return msgspec.structs.replace(old, compared=compared)

    def weight(found: Determination) -> tuple[float, ...]:
        tops = (inf if top is None else top for top in (found.band_hi, found.statute_hi))
        return (found.recommended_fen or 0, *tops)

    if new.steps or weight(new) < weight(old):
        wins, text = msgspec.structs.replace(new, judged_by="decision"), "决定时的规定处罚较轻，适用决定时的规定"
        compared = old.pack_digest if compared else b""
    else:
        wins, text = old, "适用行为时的规定"
    reason = Reason(kind="law_in_time", text=text, basis="行政处罚法第三十七条")
    return msgspec.structs.replace(wins, reasons=(reason, *wins.reasons), compared=compared)


def _measure(loaded: LoadedPack, table: Table, facts: Mapping[str, FactValue], context: ActContext) -> Determination:
    """Where no fact changes a sum but by the row and the circumstances that it meets, what those gave once stands: only the
    figures in the words and the day are the case's own."""
    if not (table.settled and context.simple and table.asks <= facts.keys()):
        return _measured(loaded, table, facts, context)
    met = table.tier_at(facts)
    holding = [holds(facts) for holds in table.tests]
    key = (met.id, *holding, context.party_kind, context.hearing_fen, context.hearing_included)
    known = table.outcomes.get(key)
    if known is None:
        found = _measured(loaded, table, facts, context)
        if found.reasons:
            table.outcomes[key] = found
        return found
    tier = met if known.tier == met.id else table.tiers_by_id[known.tier]
    first = known.reasons[0]
    words = Reason(kind="tier", text=table.words_of(tier, met, facts), basis=first.basis)
    return msgspec.structs.replace(
        known, acted_on=context.acted_on, decided_on=context.decided_on, reasons=(words, *known.reasons[1:])
    )


def _measured(loaded: LoadedPack, table: Table, facts: Mapping[str, FactValue], context: ActContext) -> Determination:
    statute = table.band(table.range_for(facts, context.party_kind), facts)
    refusals = refusals_of(context, table.long_limitation(facts))
    missing = tuple([name for name in table.to_ask if name not in facts])
    rest: dict[str, Any]
    if refusals or missing or statute is None:
        rest = {"refusals": refusals, "missing": missing}
    elif steps := tuple([step for holds, step in table.before if not holds(facts)]):
        rest = {"steps": steps}
    else:
        rest = _decide(loaded, table, statute, facts, context)
    return Determination(
        **table.fixed,
        schema=SCHEMA,
        party_kind=context.party_kind,
        acted_on=context.acted_on,
        decided_on=context.decided_on,
        found_on=context.found_on,
        age=context.party_age,
        capacity=context.capacity,
        already_fined=context.already_fined,
        hearing_fen=context.hearing_fen,
        hearing_included=context.hearing_included,
        statute_lo=statute.lo if statute else 0,
        statute_hi=statute.hi if statute else None,
        **rest,
    )


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
    reasons = [Reason(kind="tier", text=table.words_of(tier, met, facts), basis=f"{version.row}{tier.label}")]
    heavier_wins = weighed.lighter and weighed.heavier and pack.policy.combine == "heavier"
    lighter = weighed.lighter and not heavier_wins
    own = tier.bands.get(context.party_kind)
    asked = Asked(version, table.specs, facts, statute, tier, own, pack.position, lighter, weighed.heavier)
    band, recommended, how = WAYS[version.way.kind].measure(asked)
    if how:
        reasons.append(Reason(kind="computed", text=how, basis=version.row))
    reasons += weighed.reasons
    warnings: tuple[str, ...] = ()
    if lighter and weighed.heavier:
        reasons.append(_WEIGH)
        warnings = _WEIGH_WARNING
    if weighed.mitigated == "must":
        band, recommended, more = _mitigated(loaded, statute, band, recommended)
        warnings += more
    if weighed.exempt == "must":
        recommended = 0
    beside = tuple([kind for holds, kind in table.beside if holds(facts)])
    follows, procedure = follows_of(context, recommended, band.hi, beside, weighed.exempt)
    return {
        "tier": tier.id,
        "tier_label": tier.label,
        "band_lo": band.lo,
        "band_hi": band.hi,
        "band_open": _OPEN_ENDS[(not band.lo_included) + 2 * (not band.hi_included)],
        "recommended_fen": recommended,
        "exempt": weighed.exempt,
        "mitigate_below": statute.lo if weighed.mitigated and statute.lo else None,
        "reasons": (*reasons, *procedure),
        "follows": follows,
        "beside": beside,
        "warnings": warnings,
    }


def _weigh(table: Table, facts: Mapping[str, FactValue], context: ActContext) -> _Weighed:
    reasons = list(notes_of(context))
    lighter, heavier, exempt, mitigated, tiers_up = bool(reasons), False, "", "", 0
    for holds, circumstance, met, not_met in table.circumstances:
        if not holds(facts):
            if not_met is not None:
                reasons.append(not_met)
            continue
        reasons.append(met)
        effect = circumstance.effect
        if effect == "lighter":
            lighter = True
        elif effect == "heavier":
            heavier = True
            tiers_up = max(tiers_up, circumstance.tiers_up)
        else:
            force = "must" if circumstance.must else "may"
            if effect == "exempt":
                exempt = exempt if exempt == "must" else force
            else:
                mitigated = mitigated if mitigated == "must" else force
                lighter = True
    return _Weighed(reasons, lighter, heavier, exempt, mitigated, tiers_up)


def _mitigated(loaded: LoadedPack, statute: Band, band: Band, recommended: int) -> tuple[Band, int, tuple[str, ...]]:
    """减轻 goes below the statute's lowest sum, never merely near it; without one only a lighter kind is left."""
    if not statute.lo:
        return band, recommended, ("法定罚款没有下限，减轻处罚只能适用较轻的处罚种类",)
    below = Band(0, statute.lo, True, False)
    position = loaded.pack.position
    return below, rounded(position, below, statute.lo * position.mitigated, 1000), ()
