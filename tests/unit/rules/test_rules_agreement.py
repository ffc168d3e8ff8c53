"""Three tellings of every table that ships: the evaluator, the reference written from docs/rules.md alone, and z3's model of it."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
import z3

import resources
from central.authority.rules_files import load_any
from enforcement.authoring.symbolic import model_of
from enforcement.discretion import ActContext, evaluate
from enforcement.discretion.runs import runs_of
from enforcement.values.errors import KnownError
from tests.support import reference
from tests.support.tables import CITY
from tests.support.z3_python import function_of

ROOT = resources.path("rules")
PACKS = [*sorted(path.parent for path in ROOT.glob("*/pack.toml")), CITY]
SEED = 20261014
FEW, MANY, BY_Z3_ITSELF = 40, 10_000, 2


def tables():
    for folder in PACKS:
        loaded, other = load_any(folder), reference.read(folder)
        for violation in loaded.pack.violations:
            for number, version in enumerate(violation.versions):
                yield pytest.param(loaded, other, violation, version, id=f"{folder.name}-{violation.id}-{number}")


def some_facts(violation, version, chance):
    """Facts at and around every figure of the table, now and then anywhere, now and then unknown."""
    facts = {}
    for spec in violation.facts:
        if spec.when_unknown == "lowest" and chance.random() < 0.15:
            continue
        runs = [value for value in runs_of(spec, version) if value is not None]
        value = chance.choice(runs)
        if spec.kind in ("number", "count"):
            where = chance.random()
            if where < 0.3:
                value = chance.randint(spec.low, spec.high)
            elif where < 0.6:
                value = min(spec.high, max(spec.low, value + chance.choice((-1, 1))))
        facts[spec.id] = value
    return facts


def asked_of(found):
    """What the evaluator says, in the reference's words."""
    return {
        "error": None,
        "judged_by": found.judged_by,
        "statute_lo": found.statute_lo,
        "statute_hi": found.statute_hi,
        "refused": bool(found.refusals),
        "missing": list(found.missing),
        "steps": [step.id for step in found.steps],
        "tier": found.tier,
        "band_lo": found.band_lo,
        "band_hi": found.band_hi,
        "band_open": found.band_open,
        "recommended_fen": found.recommended_fen,
        "exempt": found.exempt,
        "mitigate_below": found.mitigate_below,
        "beside": [one.kind for one in found.beside],
        "follows": {one.id: one.holds for one in found.follows},
    }


class Asked:
    """One version of one violation asked three ways."""

    def __init__(self, loaded, other, violation, version):
        self.loaded, self.other, self.violation, self.version = loaded, other, violation, version
        self.day = max(version.valid_from, loaded.pack.valid_from)
        self.models = {}

    def compare(self, count, seed, by_z3):
        chance = Random(f"{seed}/{self.violation.id}/{self.version.valid_from}")
        for number in range(count):
            party = chance.choice(self.version.parties())
            facts = some_facts(self.violation, self.version, chance)
            threshold = chance.choice((None, 500_000, 1_000_000))
            context = ActContext(
                self.day, self.day, party, hearing_citizen_fen=threshold, hearing_organisation_fen=threshold
            )
            found = evaluate(self.loaded, self.violation.id, facts, context)
            told = reference.measure(
                self.other, self.violation.id, facts, acted_on=self.day, decided_on=self.day, party=party,
                hearing_fen=threshold,
            )  # fmt: skip
            assert asked_of(found) == told, (self.violation.id, party, facts)
            self._by_formula(party, facts, found, number < by_z3)

    def _by_formula(self, party, facts, found, itself):
        if party not in self.models:
            model = model_of(self.loaded, self.violation, self.version, party)
            terms = [
                model.may_fine, model.rank, model.recommended, model.band.lo, model.band.hi, model.band.top, model.band.lo_in,
                model.band.hi_in, model.statute.lo, model.statute.hi, model.statute.top,
            ]  # fmt: skip
            self.models[party] = model, terms, function_of(terms)
        model, terms, function = self.models[party]
        pairs = model.at(facts, self.violation.facts)
        values = function({variable.decl().name(): plain(value) for variable, value in pairs})
        if itself:
            asked = [plain(z3.simplify(z3.substitute(term, *pairs))) for term in terms]
            assert tuple(asked) == values
        may_fine, rank, recommended, low, high, top, low_in, high_in, least, most, endless = values
        assert may_fine == (not found.steps)
        assert (found.statute_lo, found.statute_hi) == (least, None if endless else most)
        if found.steps:
            return
        open_ = ("", "lo", "hi", "both")[(not low_in) + 2 * (not high_in)]
        tier = self.version.tiers[rank].id
        assert (found.tier, found.band_lo, found.band_hi, found.band_open, found.recommended_fen) == (
            tier, low, None if top else high, open_, recommended,
        ), (self.violation.id, party, facts)  # fmt: skip


def plain(value):
    """A z3 value as Python's."""
    return value.as_long() if z3.is_int_value(value) else z3.is_true(value)


@pytest.mark.parametrize(("loaded", "other", "violation", "version"), list(tables()))
def test_three_tellings_agree(loaded, other, violation, version):
    Asked(loaded, other, violation, version).compare(FEW, SEED, BY_Z3_ITSELF)


@pytest.mark.parametrize(("loaded", "other", "violation", "version"), list(tables()))
def test_what_was_decided_before_changes_no_word(loaded, other, violation, version):
    """A table that was asked before gives, to the letter and on another day, what one gives that was never asked."""
    chance = Random(f"{SEED}/{violation.id}/{version.valid_from}")
    first = max(version.valid_from, loaded.pack.valid_from)
    last = min(version.valid_to or loaded.pack.valid_to, loaded.pack.valid_to)
    for number in range(2 * FEW):
        facts = some_facts(violation, version, chance)
        threshold = chance.choice((None, 500_000))
        day = chance.choice((first, last))
        context = ActContext(
            day, day, chance.choice(version.parties()), hearing_citizen_fen=threshold, hearing_included=number % 3 > 0
        )
        never_asked = replace(loaded, prepared={})
        assert evaluate(loaded, violation.id, facts, context) == evaluate(never_asked, violation.id, facts, context)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_three_tellings_agree_at_ten_thousand_facts_each():
    count = int(os.environ.get("HENGCHI_FACTS", MANY))
    total = 0
    for param in tables():
        Asked(*param.values).compare(count, SEED + 1, BY_Z3_ITSELF)
        total += count
    print(f"{total} random facts of {len(list(tables()))} tables, seed {SEED + 1}: 0 differences")


def both(loaded, other, violation, facts, **context):
    """The evaluator's answer or error, and the reference's."""
    try:
        mine = asked_of(evaluate(loaded, violation, facts, ActContext(**{
            {"party": "party_kind", "age": "party_age"}.get(key, key): value for key, value in context.items()
        })))  # fmt: skip
    except KnownError as error:
        mine = {"error": error.code.removeprefix("rules.").replace("violation_unknown", "unknown_violation")}
    told = reference.measure(other, violation, facts, **context)
    return mine, {key: told[key] for key in mine}


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_persons_days_and_wrong_facts(folder):
    """Age, capacity, limitation, law in time, questions that are refused: the evaluator and the reference."""
    loaded, other = load_any(folder), reference.read(folder)
    chance = Random(SEED)
    start, end = loaded.pack.valid_from, loaded.pack.valid_to
    for violation in loaded.pack.violations:
        for _ in range(30):
            version = chance.choice(violation.versions)
            facts = some_facts(violation, version, chance)
            if chance.random() < 0.2 and facts:
                facts.pop(chance.choice(list(facts)))
            if chance.random() < 0.05:
                facts["nothing"] = 1
            acted = start + timedelta(days=chance.randint(-40, (end - start).days + 20))
            decided = acted + timedelta(days=chance.choice((-1, 0, 0, 30, 400, 740, 2000)))
            context = {
                "acted_on": acted,
                "decided_on": decided,
                "party": chance.choice(("organisation", "citizen", "sole_trader")),
                "age": chance.choice((None, None, 13, 14, 17, 18)),
                "capacity": chance.choice(("full", "full", "limited", "none")),
                "found_on": chance.choice((None, acted + timedelta(days=100))),
                "already_fined": chance.random() < 0.05,
                "hearing_included": chance.random() < 0.5,
            }
            mine, told = both(loaded, other, violation.id, facts, **context)
            assert mine == told, (violation.id, facts, context)
    assert both(loaded, other, "no-such", {}, acted_on=start, decided_on=start, party="citizen")[0] == {
        "error": "unknown_violation"
    }
