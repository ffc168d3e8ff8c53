"""What forbids the signature of a violation, each with its place and the cells that it is about."""

import pytest

from central.authority.rules_files import read_folder
from enforcement.authoring.cells import Cell
from enforcement.authoring.check import check, check_whole
from enforcement.authoring.edit import add_entry, part_text, replace_part, set_keys
from enforcement.authoring.spots import Spot, plain_error, read_spotted, spot_of
from enforcement.values.errors import KnownError
from tests.support.tables import CITY

TEXTS = read_folder(CITY)
ROADS = "violations/urban-roads.toml"
OCCUPY = "violations[1]"
TIERS = f"{OCCUPY}.versions[1].tiers"
NUMBER = 1
"""road-occupy stands second in the source: after the drainage file's."""


def after(*changes, head=None):
    """The source with keys of road-occupy's tables set."""
    data = TEXTS[ROADS]
    for path, keys in changes:
        data = set_keys(data, path, keys)
    pack = set_keys(TEXTS["pack.toml"], *head) if head else TEXTS["pack.toml"]
    return read_spotted({**TEXTS, ROADS: data, "pack.toml": pack})


def bands(**changes):
    return {"bands_yuan": {"organisation": [3000, 8000], "citizen": [200, 2000], "sole_trader": [200, 2000]} | changes}


def kinds(found):
    return [wrong.kind for wrong in found.wrongs]


def test_every_violation_of_a_sound_pack_is_proved():
    source = read_spotted(TEXTS)
    for number in range(len(source.violations)):
        found = check(source, number)
        assert found.proved, found.wrongs
        assert not found.wrongs
    loaded, wrongs = check_whole(source)
    assert loaded is not None
    assert wrongs == ()


@pytest.mark.parametrize(
    ("changes", "kind", "cells"),
    [
        ([(f"{TIERS}[1]", {"any_of": [["area < 8", "days < 5"]]})], "gap", {Cell(0, "any_of"), Cell(1, "any_of")}),
        ([(f"{TIERS}[2]", bands(citizen=None))], "gap", {Cell(1, "low.citizen"), Cell(1, "high.citizen")}),
        ([(f"{TIERS}[2]", bands(citizen=[200, 30000]))], "build", {Cell(1, "low.citizen"), Cell(1, "high.citizen")}),
        ([(f"{TIERS}[3]", {"any_of": [["area > 60", "area < 20"], ["impact == blocked"]]})], "dead_group", {Cell(2, "any_of")}),
        ([(f"{TIERS}[2]", {"any_of": [["area >= lots"]]})], "build", {Cell(1, "any_of")}),
        ([(f"{TIERS}[2]", {"any_of": None})], "build", {Cell(1, "any_of")}),
        ([(f"{TIERS}[1]", {"words": "占用不足11平方米且不满5日"})], "words_differ", {Cell(0, "words")}),
        ([(f"{TIERS}[2]", {"proposed": True})], "waiting", {Cell(1, "confirmed")}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_fault_names_its_cells(changes, kind, cells):
    if changes[0][1].get("bands_yuan", {}).get("citizen", 1) is None:
        kept = {name: span for name, span in changes[0][1]["bands_yuan"].items() if span is not None}
        changes = [(changes[0][0], {"bands_yuan": kept})]
    found = check(after(*changes), NUMBER)
    wrong = next(one for one in found.wrongs if one.kind == kind)
    assert set(wrong.cells) == cells
    assert wrong.spot.file == ROADS
    assert wrong.spot.version == 0


def test_an_inversion_names_the_sums_of_both_rows_and_its_facts_show_it():
    found = check(after((f"{TIERS}[2]", bands(organisation=[500, 8000]))), NUMBER)
    wrong = next(one for one in found.wrongs if one.kind == "inverted")
    assert {cell.row for cell in wrong.cells} == {0, 1}
    assert {cell.column for cell in wrong.cells} == {"low.organisation", "high.organisation"}
    assert wrong.facts is not None
    assert wrong.worse is not None
    assert wrong.party == "organisation"


def test_an_overlap_names_the_rows_that_meet():
    head = ("policy", {"winner": "none"})
    pack = TEXTS["pack.toml"] + b"\n[policy]\n"
    source = read_spotted({**TEXTS, "pack.toml": set_keys(pack, *head)})
    found = check(source, NUMBER)
    wrong = next(one for one in found.wrongs if one.kind == "overlap")
    assert set(wrong.cells) == {Cell(1, "any_of"), Cell(2, "any_of")}


def test_a_case_that_differs_carries_its_facts():
    found = check(after((f"{OCCUPY}.cases[1]", {"fine_yuan": 10})), NUMBER)
    (wrong,) = found.wrongs
    assert (wrong.kind, wrong.party) == ("case", "organisation")
    assert wrong.spot == Spot(ROADS, f"{OCCUPY}.cases[1]")
    assert wrong.facts == {"area": 10, "days": 1, "impact": "some", "corrected": "done", "priors": 0}
    assert "算出1500元" in wrong.words


def test_rows_that_wait_are_proved_all_the_same():
    found = check(after((f"{TIERS}[2]", {"proposed": True}), (f"{TIERS}[3]", {"proposed": True})), NUMBER)
    assert found.proved
    assert not found.faulty
    assert found.waiting == 2


def test_a_version_of_its_own_is_named():
    data = set_keys(TEXTS[ROADS], f"{OCCUPY}.versions[1]", {"valid_to": "2025-12-31"})
    copy = part_text(data, f"{OCCUPY}.versions[1]", whole=True).replace('"2024-01-01"', '"2026-01-01"')
    whole = part_text(data, OCCUPY, whole=True)
    at = whole.index("[[violations.cases]]")
    copy = copy.replace('valid_to = "2025-12-31"\n', "").replace("[3000, 8000]", "[30, 8000]")
    data = replace_part(data, OCCUPY, "", whole[:at] + copy + "\n" + whole[at:], whole=True)
    found = check(read_spotted({**TEXTS, ROADS: data}), NUMBER)
    assert {one.spot.version for one in found.wrongs if one.kind == "inverted"} == {1}
    assert [proof.proved for proof in found.proofs] == [True, False]


def test_what_only_the_whole_can_break():
    twice = read_spotted({**TEXTS, ROADS: set_keys(TEXTS[ROADS], "violations[2]", {"title": "擅自占用城市道路"})})
    _, wrongs = check_whole(twice)
    assert [wrong.kind for wrong in wrongs] == ["twice"]
    same = read_spotted({**TEXTS, ROADS: set_keys(TEXTS[ROADS], "violations[2]", {"id": "road-occupy"})})
    loaded, wrongs = check_whole(same)
    assert loaded is None
    assert "one id twice" in wrongs[0].words
    name = next(name for name in TEXTS if name.startswith("statutes/"))
    waits = read_spotted({**TEXTS, name: set_keys(TEXTS[name], "versions[1]", {"source": "待核对"})})
    _, wrongs = check_whole(waits)
    assert (wrongs[0].kind, wrongs[0].spot.file) == ("unchecked", name)
    assert kinds(check(waits, NUMBER)) == []


def test_places_of_errors():
    data = add_entry(TEXTS[ROADS], f"{OCCUPY}.versions[1].circumstances", 0, {"id": "x", "effect": "none"})
    found = check(read_spotted({**TEXTS, ROADS: data}), NUMBER)
    (wrong,) = found.wrongs
    assert wrong.spot == Spot(ROADS, f"{OCCUPY}.versions[1].circumstances[1]")
    assert spot_of("pack") == (Spot("", ""), "pack")
    with pytest.raises(KnownError) as caught:
        read_spotted({**TEXTS, ROADS: b"[[violations]]\nid = "})
    assert str(caught.value.details["where"]).startswith(ROADS)
    with pytest.raises(KnownError) as caught:
        read_spotted({**TEXTS, ROADS: b'other = "x"\n'})
    assert plain_error(caught.value).details["where"] == ROADS
    with pytest.raises(KnownError, match="missing"):
        read_spotted({})
