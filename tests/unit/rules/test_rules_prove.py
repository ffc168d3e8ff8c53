import json
from dataclasses import replace as with_fields
from datetime import date
from itertools import product

import pytest
from msgspec.structs import replace

from central.authority.rules_cli import main
from enforcement.authoring.proof import Proof, typed_facts
from enforcement.authoring.prove import MAX_CELLS, prove_pack
from enforcement.discretion import ActContext, evaluate
from enforcement.rules import FactSpec, LoadedPack, Range, StatuteRow, Test, parse_fact
from tests.support.tables import CITY, city_pack

SOURCE, PACK = CITY, city_pack()


def changed(tier=None, circumstance=None, version=None, fact=None, statute=None) -> LoadedPack:
    """The first violation alone, with one thing changed, past the loader: what it refuses is not what is tested here."""
    violation = PACK.violation("road-occupy")
    table = violation.versions[0]
    tiers = tuple(replace(one, **(tier or {}).get(one.id, {})) for one in table.tiers)
    table = replace(table, tiers=tiers, **(version or {}))
    if circumstance:
        table = replace(table, circumstances=(*table.circumstances, circumstance))
    facts = tuple(replace(one, **(fact or {}).get(one.id, {})) for one in violation.facts)
    statutes = tuple(
        replace(one, versions=tuple(replace(found, **(statute or {})) for found in one.versions))
        for one in PACK.pack.statutes
    )
    pack = replace(PACK.pack, violations=(replace(violation, versions=(table,), facts=facts),), statutes=statutes)
    return with_fields(PACK, pack=pack)


def kinds(loaded: LoadedPack) -> set[str]:
    (proof,) = prove_pack(loaded)
    return {fault.kind for fault in proof.faults}


def test_a_sound_table_is_proved_both_ways():
    proofs = prove_pack(PACK)
    assert [proof.violation for proof in proofs if not proof.proved or not proof.formulas] == []
    occupy = next(proof for proof in proofs if proof.violation == "road-occupy")
    assert occupy.reach["organisation"].summary == ("t1",)
    assert occupy.reach["organisation"].hearing == ()
    assert occupy.reach["citizen"].exempt


BAND = {"citizen": Range(lo=5000, hi=20000), "sole_trader": Range(lo=5000, hi=20000)}


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("gap", {"tier": {"t2": {"bands": BAND}}}),
        ("outside_statute", {"version": {"ranges": (StatuteRow(ranges={"organisation": Range(lo=0, hi=1_000_000)}),)}}),
        ("outside_statute", {"tier": {"t1": {"bands": {**BAND, "organisation": Range(lo=300_000, hi=100_000)}}}}),
        ("dead_tier", {"tier": {"t2": {"any_of": ((Test(fact="area", op=">=", value=600),),)}}}),
        ("dead_tier", {"tier": {"t3": {"any_of": ((Test(fact="area", op="<", value=0),),)}}}),
        ("inverted", {"tier": {"t3": {"any_of": ((Test(fact="area", op="<", value=5),),)}}}),
        ("inverted", {"tier": {"t2": {"bands": {**BAND, "organisation": Range(lo=50_000, hi=90_000)}}}}),
        ("inverted", {"tier": {"t3": {"any_of": ((Test(fact="impact", op="==", value="none"),),)}}}),
        ("statute_not_in_force", {"statute": {"valid_to": date(2027, 1, 1)}}),
        ("statute_not_in_force", {"statute": {"valid_from": date(2025, 1, 1)}}),
        ("inverted", {"tier": {"t3": {"any_of": tuple((Test(fact=fact, op="==", value=at * 2),) for at in range(99) for fact in ("area", "days"))}}}),
    ],
)  # fmt: skip
def test_a_faulty_table_is_found_out(fault, change):
    assert fault in kinds(changed(**change))


def test_a_circumstance_that_can_never_hold_is_dead():
    first = PACK.violation("road-occupy").versions[0].circumstances[0]
    never = (Test(fact="priors", op="<", value=1), Test(fact="priors", op=">", value=0))
    assert kinds(changed(circumstance=replace(first, id="never", all_of=never))) == {"dead_circumstance"}


def test_a_lighter_circumstance_may_not_turn_worse_facts_into_a_lower_sum():
    refused = next(one for one in PACK.violation("road-occupy").versions[0].circumstances if one.id == "refused")
    lighter = replace(refused, id="blocked", effect="lighter", all_of=(Test(fact="area", op=">=", value=50),))
    (proof,) = prove_pack(changed(circumstance=lighter))
    fault = next(fault for fault in proof.faults if fault.kind == "inverted")
    assert "建议数额反而" in fault.words
    context = ActContext(date(2026, 1, 5), date(2026, 1, 5), fault.party)
    loaded = changed(circumstance=lighter)
    light, heavy = (evaluate(loaded, proof.violation, facts, context) for facts in (fault.worse, fault.facts))
    assert light.recommended_fen < heavy.recommended_fen


def test_runs_stand_for_every_value():
    """The proof asks one value a run; asking every value of a small table finds the same tiers."""
    small = {"area": {"high": 60, "decimals": 0}, "days": {"high": 20}, "priors": {"high": 5}}
    loaded = changed(
        fact=small,
        tier={"t2": {"any_of": ((Test(fact="area", op="==", value=7), Test(fact="days", op="!=", value=3)),)}},
    )
    (proof,) = prove_pack(loaded)
    assert proof.cells < 4_000
    violation = loaded.pack.violations[0]
    context = ActContext(date(2026, 1, 5), date(2026, 1, 5), "organisation")
    inverted = False
    for area, days in product(range(60), range(21)):
        facts = {"area": area, "days": days, "impact": "some", "corrected": "doing", "priors": 0}
        one, two = (evaluate(loaded, violation.id, {**facts, "area": at}, context) for at in (area, area + 1))
        inverted |= two.tier < one.tier
    assert inverted == any(fault.kind == "inverted" for fault in proof.faults)


def test_a_fact_that_may_stay_unknown_is_proved_unknown_too():
    facts = {"days": {"when_unknown": "lowest"}}
    (known,), (unknown,) = prove_pack(changed()), prove_pack(changed(fact=facts))
    assert unknown.proved
    assert unknown.cells == known.cells * 4 // 3


def test_the_counterexample_is_reproduced_by_eval(tmp_path, capsys):
    for path in SOURCE.rglob("*.toml"):
        target = tmp_path / "pack" / path.relative_to(SOURCE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text("utf-8"), "utf-8")
    file = tmp_path / "pack" / "violations" / "urban-roads.toml"
    file.write_text(file.read_text("utf-8").replace('["area >= 50"]', '["area < 0.5"]', 1), "utf-8")
    out = tmp_path / "counter"
    assert main(["prove", str(tmp_path), "--json", "--counterexamples", str(out)]) == 1
    result = json.loads(capsys.readouterr().out)
    assert result["versions"] - result["proved"] == 1
    facts = sorted(out.glob("*-facts.json"))[0]
    question = ["--violation", "road-occupy", "--facts", str(facts), "--at", "2026-01-05", "--json"]
    assert main(["eval", str(tmp_path / "pack"), *question]) == 0
    assert json.loads(capsys.readouterr().out)["tier"] == "t3"


def test_prove_on_the_command_line(capsys, tmp_path):
    assert main(["prove", str(SOURCE.parent), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["proved"] == result["versions"] >= result["violations"] >= len(PACK.pack.violations)
    assert main(["prove", str(tmp_path)]) == 1
    assert "pack.toml" in capsys.readouterr().err


def test_typed_facts_come_back_as_they_were():
    violation = PACK.violation("road-occupy")
    facts = {"area": 65, "days": 3, "impact": "some", "corrected": "done", "priors": 0}
    typed = typed_facts(violation, facts)
    assert {name: parse_fact(violation.spec(name), str(value)) for name, value in typed.items()} == facts


def test_a_proof_says_its_limit():
    assert MAX_CELLS >= 50_000
    assert Proof("x", date(2026, 1, 1), 0, False, (), {}).proved
    assert FactSpec(id="x", label="x", kind="flag", high=1).worse == ""
