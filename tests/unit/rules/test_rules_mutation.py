"""A hundred faults put into sound tables at seeded places: each is found by the loader, by lint or by the proof, in words, and each
counterexample is reproduced by `eval`.
"""

from __future__ import annotations

import copy
import json
from random import Random

import pytest

from central.authority.rules_cli import main
from central.authority.rules_files import read_folder, write_folder
from enforcement.authoring import PackSource, Source, build_pack, read_toml, write_toml
from enforcement.authoring.lint import lint
from enforcement.authoring.proof import typed_facts
from enforcement.authoring.prove import prove_pack
from enforcement.rules import load_pack
from enforcement.values.errors import KnownError
from tests.support.tables import CITY

SEED, COUNT = 20261014, 100
PARTIES = ("organisation", "citizen", "sole_trader")


def tables(source):
    """The source's tables as plain, changeable values."""
    return [copy.deepcopy(dict(one.table)) for one in source.violations], [
        copy.deepcopy(dict(one.table)) for one in source.statutes
    ]


def pick(chance, violations):
    violation = chance.choice([one for one in violations if one["id"].startswith("road-")])
    return violation, violation["versions"][0], violation["versions"][0]["tiers"]


def gap(chance, violations, _):
    """The first row says what it is for, and leaves room before the second."""
    violation, _, tiers = pick(chance, violations)
    fact, figure = threshold(chance, violation, tiers[1])
    tiers[0]["any_of"] = [[f"{fact} < {figure / 2:g}"]]
    return "a row that leaves a gap"


def no_band(chance, violations, _):
    _, _, tiers = pick(chance, violations)
    del tiers[chance.randrange(len(tiers))]["bands_yuan"][chance.choice(PARTIES)]
    return "a row without sums for a kind of party"


def overlap(chance, violations, _):
    """Two rows hold for the same facts, in a pack that lets none win."""
    violation, _, _ = pick(chance, violations)
    violation["_winner"] = "none"
    return "rows that overlap"


def beyond(chance, violations, _):
    _, version, tiers = pick(chance, violations)
    party = chance.choice(PARTIES)
    tiers[-1]["bands_yuan"][party][1] = version["statute_ranges_yuan"][party][1] + chance.choice((1, 100, 50_000))
    return "a band beyond the statute"


def narrower(chance, violations, _):
    _, version, _ = pick(chance, violations)
    version["statute_ranges_yuan"][chance.choice(PARTIES)] = [0, chance.choice((100, 1000, 5000))]
    return "a statute narrower than the table"


def inverted_bands(chance, violations, _):
    _, _, tiers = pick(chance, violations)
    one, two = chance.sample(range(len(tiers)), 2)
    tiers[one]["bands_yuan"], tiers[two]["bands_yuan"] = tiers[two]["bands_yuan"], tiers[one]["bands_yuan"]
    return "bands of two rows exchanged"


def inverted_test(chance, violations, _):
    violation, _, tiers = pick(chance, violations)
    fact, figure = threshold(chance, violation, tiers[2])
    tiers[2]["any_of"] = [[f"{fact} < {figure:g}"]]
    return "a comparison turned round"


def upside_down(chance, violations, _):
    _, _, tiers = pick(chance, violations)
    band = tiers[chance.randrange(len(tiers))]["bands_yuan"]
    party = chance.choice(PARTIES)
    band[party] = [band[party][1], band[party][0]]
    return "a range that ends before it begins"


def expired(chance, violations, statutes):
    statute = chance.choice([one for one in statutes if one["statute"] == "urban-roads"])
    statute["versions"][0]["valid_to"] = f"202{chance.choice((5, 6, 7))}-0{chance.randint(1, 9)}-01"
    return "a statute that ends before its table"


def too_early(chance, violations, statutes):
    statute = chance.choice([one for one in statutes if one["statute"] == "urban-roads"])
    statute["versions"][0]["valid_from"] = "2025-03-01"
    return "a table that begins before its statute"


def wrong_unit(chance, violations, _):
    """The words count in one unit, the fact in another."""
    violation, _, tiers = pick(chance, violations)
    fact, _ = threshold(chance, violation, tiers[1])
    spec = next(one for one in violation["facts"] if one["id"] == fact)
    tiers[1]["words"] = f"{spec['label']}达到{chance.randint(1000, 9000)}{spec['unit']}"
    return "words in another unit than the condition"


def ten_times(chance, violations, _):
    """A nought too many in a condition whose words have it right."""
    violation, _, tiers = pick(chance, violations)
    fact, figure = threshold(chance, violation, tiers[1])
    spec = next(one for one in violation["facts"] if one["id"] == fact)
    tiers[1]["words"] = f"{spec['label']}{figure:g}{spec['unit']}以上"
    tiers[1]["any_of"] = [[f"{fact} >= {figure * 10:g}"], ["priors >= 1"]]
    return "a nought too many"


def dead(chance, violations, _):
    violation, _, tiers = pick(chance, violations)
    fact, figure = threshold(chance, violation, tiers[1])
    tiers[1]["any_of"] = [[f"{fact} >= {figure:g}", f"{fact} < {figure:g}"]]
    return "a row that nothing meets"


def outside_bounds(chance, violations, _):
    _, _, tiers = pick(chance, violations)
    tiers[2]["any_of"].append([f"priors >= {chance.randint(100, 10_000)}"])
    return "a figure that the fact can never reach"


def lighter_for_worse(chance, violations, _):
    violation, version, tiers = pick(chance, violations)
    fact, figure = threshold(chance, violation, tiers[2])
    version.setdefault("circumstances", []).append(
        {"id": "odd", "effect": "mitigated" if chance.random() < 0.5 else "lighter", "must": True, "label": "从轻", "basis": "行政处罚法第三十二条", "all_of": [f"{fact} >= {figure:g}"]}
    )  # fmt: skip
    return "a worse fact that lightens"


def no_article(chance, violations, _):
    _, version, _ = pick(chance, violations)
    version["punishes"] = f"城市道路管理条例第{chance.choice('五六七八九')}十{chance.choice('一二三四五')}条"
    return "an article that nobody read"


def late(chance, violations, _):
    violation, version, _ = pick(chance, violations)
    second = copy.deepcopy(version)
    version["valid_to"], second["valid_from"] = "2025-06-30", f"2025-{chance.choice(('08', '09', '12'))}-01"
    violation["versions"].append(second)
    return "days without a table"


def wrong_case(chance, violations, _):
    violation, _, _ = pick(chance, violations)
    case = violation["cases"][0]
    case["fine_yuan"] = case["fine_yuan"] + 50
    return "a case that does not come out"


FAULTS = [
    gap, no_band, overlap, beyond, narrower, inverted_bands, inverted_test, upside_down, expired, too_early, wrong_unit, ten_times, dead,
    outside_bounds, lighter_for_worse, no_article, late, wrong_case,
]  # fmt: skip


def threshold(chance, violation, tier):
    """A numeric condition of a row: the fact and its figure."""
    numbers = {one["id"] for one in violation["facts"] if one["kind"] in ("number", "count")}
    found = [
        (test.split()[0], float(test.split()[2]))
        for group in tier["any_of"]
        for test in group
        if test.split()[0] in numbers and test.split()[1] == ">="
    ]
    return chance.choice(found) if found else ("priors", 1)


def caught(source):
    """(what found it, its words, a counterexample or None, the pack or None)."""
    try:
        loaded = load_pack(build_pack(source))
    except KnownError as error:
        return "loader", str(error), None, None
    remarks = lint(loaded)
    if remarks:
        return "lint", remarks[0].words, None, loaded
    from enforcement.authoring.cases import run_cases

    wrong = [one for one in run_cases(loaded) if one.differences]
    proofs = [(proof, fault) for proof in prove_pack(loaded) for fault in proof.faults]
    if proofs:
        proof, fault = next((one for one in proofs if one[1].facts), proofs[0])
        return "proof", fault.words, (proof, fault), loaded
    return ("cases", "；".join(wrong[0].differences), None, loaded) if wrong else ("nothing", "", None, loaded)


@pytest.mark.parametrize("number", range(COUNT))
def test_every_seeded_fault_is_found(number, tmp_path, capsys):
    chance = Random(SEED + number)
    fault = FAULTS[number % len(FAULTS)]
    original = read_toml(read_folder(CITY))
    violations, statutes = tables(original)
    what = fault(chance, violations, statutes)
    head = dict(original.head.table)
    if any(one.pop("_winner", "") for one in violations):
        head["policy"] = {"winner": "none"}
    finder = original.head.finder
    source = PackSource(
        Source("", "", head, finder),
        [Source("", "", one, finder) for one in statutes],
        [Source(f"violations[{at}]", one["id"], one, finder) for at, one in enumerate(violations, 1)],
    )
    by, words, counterexample, loaded = caught(source)
    assert by != "nothing", f"{fault.__name__}: {what}"
    assert words
    if counterexample is None:
        return
    proof, found = counterexample
    if not found.facts:
        return
    write_folder(tmp_path / "pack", write_toml(source))
    facts = tmp_path / "facts.json"
    facts.write_text(
        json.dumps(typed_facts(loaded.violation(proof.violation), found.facts), ensure_ascii=False), "utf-8"
    )
    party = found.party or "organisation"
    day = max(proof.valid_from, loaded.pack.valid_from).isoformat()
    code = main(
        ["eval", str(tmp_path / "pack"), "--violation", proof.violation, "--facts", str(facts), "--at", day, "--party", party, "--json"]
    )  # fmt: skip
    answer = json.loads(capsys.readouterr().out)
    if found.kind == "gap":
        assert code == 1 or answer["tier"] == loaded.violation(proof.violation).versions[0].tiers[0].id
    else:
        assert code == 0
        assert answer["tier"]


def test_each_kind_of_fault_is_tried_more_than_once():
    assert all(sum(number % len(FAULTS) == at for number in range(COUNT)) > 4 for at in range(len(FAULTS)))
