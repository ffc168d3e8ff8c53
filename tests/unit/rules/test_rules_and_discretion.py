from datetime import date
from math import inf
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from central.authority.rules_files import read_folder
from enforcement.authoring import build_pack, read_toml
from enforcement.discretion import ActContext, evaluate, explain, why_not
from enforcement.rules import Library, ProofStatement, load_pack, open_signed_pack, parse_fact, sign_pack
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.shapes import to_bytes
from tests.support.tables import CITY, city_compiled, city_pack

COMPILED, PACK = city_compiled(), city_pack()
PROOF = ProofStatement(schema=1, pack_digest=PACK.digest, cases=0, versions=())
DAY = date(2026, 10, 14)
FACTS = {"area": 65, "days": 3, "impact": "some", "corrected": "done", "priors": 0}


def context(party="organisation", acted=DAY, decided=DAY, **more):
    return ActContext(acted, decided, party, hearing_citizen_fen=1_000_000, hearing_organisation_fen=10_000_000, **more)


@pytest.mark.parametrize("violation", PACK.pack.violations, ids=lambda violation: violation.id)
def test_the_pack_s_own_cases(violation):
    assert violation.status == "verified"
    for case in violation.cases:
        found = evaluate(PACK, violation.id, case.facts, context(case.party))
        assert found.tier == case.tier, case.name
        if case.fine_fen is not None:
            assert found.recommended_fen == case.fine_fen, case.name


@given(st.data())
def test_any_facts_give_one_answer_inside_band_and_statute(data):
    violation = data.draw(st.sampled_from(PACK.pack.violations))
    facts = {}
    for spec in violation.facts:
        if spec.kind == "choice":
            facts[spec.id] = data.draw(st.sampled_from([one.id for one in spec.choices]))
        elif spec.kind == "flag":
            facts[spec.id] = data.draw(st.booleans())
        else:
            facts[spec.id] = data.draw(st.integers(spec.low, spec.high))
    party = data.draw(st.sampled_from(sorted(violation.versions[0].parties())))
    found = evaluate(PACK, violation.id, facts, context(party))
    assert to_bytes(found) == to_bytes(evaluate(load_pack(COMPILED), violation.id, facts, context(party)))
    if found.steps:
        assert found.recommended_fen is None
        return
    tops = [inf if top is None else top for top in (found.band_hi, found.statute_hi)]
    if found.exempt != "must":
        assert found.statute_lo <= found.band_lo <= found.recommended_fen <= tops[0] <= tops[1]
    worse = {**facts, "priors": min(facts["priors"] + 1, 99)} if "priors" in facts else facts
    heavier = evaluate(PACK, violation.id, worse, context(party))
    assert heavier.tier >= found.tier
    assert (inf if heavier.band_hi is None else heavier.band_hi) >= tops[0]


def test_the_reasons_stand_in_the_trace():
    found = evaluate(PACK, "road-occupy", FACTS, context())
    assert (found.tier, found.band_lo, found.band_hi, found.recommended_fen) == ("t1", 100_000, 300_000, 150_000)
    words = explain(found)
    for part in ("擅自占用城市道路", "第27项第一阶次", "1000元以上3000元以下", "第三十二条（一）", "决定罚款1500元"):
        assert part in words
    assert "占用面积达到10平方米" in why_not(PACK, "road-occupy", FACTS, found).heavier
    assert found.follow("summary").holds
    assert not found.follow("hearing").holds


def test_lighter_and_heavier_are_never_offset():
    facts = {**FACTS, "corrected": "refused"}
    assert evaluate(PACK, "road-occupy", facts, context()).recommended_fen == 250_000


def test_missing_facts_make_no_sum():
    found = evaluate(PACK, "road-occupy", {"area": 65}, context())
    assert found.missing == ("days", "impact", "corrected", "priors")
    assert (found.tier, found.recommended_fen) == ("", None)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"party_age": 13}, "不满十四周岁"),
        ({"acted": date(2024, 10, 13)}, "二年追责期限"),
        ({"decided": date(2026, 10, 13)}, "早于违法行为"),
    ],
)
def test_no_penalty_at_all(more, words):
    found = evaluate(PACK, "road-occupy", FACTS, context("citizen", **more))
    assert words in found.refusals[0]
    assert found.recommended_fen is None


def test_outside_its_days_a_table_decides_nothing():
    for day in (date(2023, 12, 31), date(2029, 1, 1)):
        with pytest.raises(KnownError, match=r"not_in_force"):
            evaluate(PACK, "road-occupy", FACTS, context(acted=day, decided=day))


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"area": 6.5}, "fact"),
        ({"area": -1}, "fact"),
        ({"impact": "much"}, "fact"),
        ({"what": 1}, "does not ask"),
        ({"priors": True}, "fact"),
    ],
)
def test_wrong_facts_are_refused_by_name(facts, why):
    with pytest.raises(KnownError, match=why):
        evaluate(PACK, "road-occupy", {**FACTS, **facts}, context())


@pytest.mark.parametrize(
    ("text", "value"), [("6.5", 65), ("６．５", 65), ("6.5平方米", 65), ("12", 120), ("1,000", 10_000)]
)
def test_what_people_type(text, value):
    assert parse_fact(PACK.violation("road-occupy").spec("area"), text) == value


@pytest.mark.parametrize("text", ["", "六", "6.55", "-1", "1e3", "999999999"])
def test_what_cannot_stand(text):
    with pytest.raises(KnownError, match=r"fact_invalid"):
        parse_fact(PACK.violation("road-occupy").spec("area"), text)


@pytest.mark.parametrize("query", ["szzycsdl", "占用 城市", "shanzizhanyong", "占道经营", "第二十七条第（一）项"])
def test_search(query):
    assert "road-occupy" in [found.id for _, found in Library([PACK]).search(query, DAY)]


def test_a_signed_pack_altered_by_one_bit_is_refused():
    signer = KeySigner(Ed25519PrivateKey.generate())
    data = sign_pack(COMPILED, signer, PROOF)
    key = signer.key.public_key()
    assert open_signed_pack(data, lambda _: key).digest == PACK.digest
    for position in range(0, len(data), 997):
        altered = bytearray(data)
        altered[position] ^= 1
        with pytest.raises(KnownError, match=r"pack_altered"):
            open_signed_pack(bytes(altered), lambda kid: key if kid == signer.kid else None)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('id = "road-occupy"', 'id = "road-dig"', "one id twice"),
        ("organisation = [1000, 3000]", "organisation = [1000, 30000]", "leaves the statute"),
        ('any_of = [["area >= 10"]', 'any_of = [["aria >= 10"]', "no fact aria"),
        ('any_of = [["area >= 10"]', 'any_of = [["area >= ten"]', "number is needed"),
        ('statute = "urban-roads"', 'statute = "roads"', "no statute"),
        ('status = "verified"', 'status = "perhaps"', "status"),
        ('field = "城市管理"', 'feld = "城市管理"', "unknown key"),
        ("[[violations]]", "[[violations", "line"),
    ],
)
def test_faulty_sources_are_refused_in_words(tmp_path: Path, old, new, why):
    for path in CITY.rglob("*.toml"):
        target = tmp_path / path.relative_to(CITY)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text("utf-8"), "utf-8")
    file = tmp_path / "violations" / "urban-roads.toml"
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(KnownError) as caught:
        build_pack(read_toml(read_folder(tmp_path)))
    assert caught.value.code == "rules.pack_invalid"
    assert why in str(caught.value)
