"""Law in time, limitation, citations: what a review board strikes a decision for."""

from datetime import date

import pytest
from msgspec.structs import replace

from enforcement.discretion import ActContext, evaluate, explain, why_not
from enforcement.rules import Range, StatuteRow, Test, compile_pack, load_pack
from enforcement.rules.citations import marked
from enforcement.values.errors import KnownError
from tests.support.tables import city_pack

PACK = city_pack()
VIOLATION = PACK.violation("road-occupy")
FACTS = {"area": 65, "days": 3, "impact": "some", "corrected": "doing", "priors": 0}
CHANGE = date(2026, 7, 1)
BEFORE, AFTER = date(2026, 6, 20), date(2026, 7, 20)


def two_versions(lowest: Range, thresholds=None, statute=None, until=date(2026, 6, 30), since=CHANGE):
    """The table, and from `since` another whose lowest row has another band for organisations."""
    old = VIOLATION.versions[0]
    first = old.tiers[0]
    tiers = (replace(first, bands={**first.bands, "organisation": lowest}), *old.tiers[1:])
    new = replace(
        old,
        valid_from=since,
        tiers=thresholds or tiers,
        ranges=(StatuteRow(ranges=statute),) if statute else old.ranges,
    )
    changed = replace(VIOLATION, versions=(replace(old, valid_to=until), new))
    return load_pack(compile_pack(replace(PACK.pack, violations=(changed,))))


def measured(loaded, acted=BEFORE, decided=AFTER, party="organisation", facts=FACTS, **more):
    return evaluate(loaded, "road-occupy", facts, ActContext(acted, decided, party, **more))


def test_the_milder_of_two_versions_wins_and_says_so():
    milder = measured(two_versions(Range(lo=50_000, hi=100_000)))
    assert (milder.band_hi, milder.judged_by) == (100_000, "decision")
    assert "决定时的规定处罚较轻" in explain(milder)
    heavier = measured(two_versions(Range(lo=200_000, hi=400_000)))
    assert (heavier.band_hi, heavier.judged_by) == (300_000, "act")
    assert "适用行为时的规定" in explain(heavier)


def test_a_span_without_upper_end_is_never_the_milder_one():
    open_end = {**VIOLATION.versions[0].ranges[0].ranges, "organisation": Range(lo=0, hi=None)}
    found = measured(two_versions(Range(lo=200_000, hi=None), statute=open_end))
    assert (found.judged_by, found.band_hi) == ("act", 300_000)


def test_why_not_speaks_of_the_version_that_won():
    old = VIOLATION.versions[0]
    second = replace(old.tiers[1], any_of=((replace(old.tiers[1].any_of[0][0], value=300),),))
    first = replace(old.tiers[0], bands={**old.tiers[0].bands, "organisation": Range(lo=1000, hi=90_000)})
    loaded = two_versions(Range(lo=0, hi=1), thresholds=(first, second, old.tiers[2]))
    found = measured(loaded)
    assert found.judged_by == "decision"
    assert why_not(loaded, "road-occupy", FACTS, found).heavier == "占用面积达到30平方米时才进入第二阶次"


@pytest.mark.parametrize(("until", "since"), [(None, CHANGE), (CHANGE, CHANGE), (date(2026, 6, 30), date(2024, 1, 1))])
def test_versions_may_not_overlap(until, since):
    with pytest.raises(KnownError, match=r"begins before"):
        two_versions(Range(lo=0, hi=1), until=until, since=since)


def test_a_table_is_switched_off_when_its_statute_is_changed():
    (statute,) = (one for one in PACK.pack.statutes if one.statute == VIOLATION.statute)
    ended = replace(statute, versions=(replace(statute.versions[0], valid_to=date(2026, 6, 30)),))
    others = tuple(one for one in PACK.pack.statutes if one is not statute)
    loaded = load_pack(compile_pack(replace(PACK.pack, statutes=(ended, *others))))
    assert measured(loaded, decided=BEFORE).tier == "t1"
    with pytest.raises(KnownError, match=r"not_in_force.*2026-06-30"):
        measured(loaded)


def test_limitation_runs_to_the_day_of_discovery():
    late = {"acted": date(2024, 6, 1), "decided": date(2026, 6, 10)}
    assert "二年追责期限" in measured(PACK, **late).refusals[0]
    assert measured(PACK, **late, found_on=date(2026, 5, 30)).refusals == ()
    grave = replace(VIOLATION, long_limitation=(Test(fact="impact", op="==", value="some"),))
    longer = load_pack(compile_pack(replace(PACK.pack, violations=(grave,))))
    assert measured(longer, **late).refusals == ()


def test_a_table_that_does_not_know_the_party_says_so():
    facts = {"excess": 4, "volume": 60, "pretreatment": "faulty", "corrected": "done", "priors": 0}
    context = ActContext(BEFORE, BEFORE, "citizen")
    with pytest.raises(KnownError, match=r"outside_statute"):
        evaluate(PACK, "sewage-terms", facts, context)


@pytest.mark.parametrize(
    ("basis", "cited"),
    [
        ("行政处罚法第三十二条（一）", "《中华人民共和国行政处罚法》第三十二条（一）"),
        ("示例市裁量基准（示范）总则第八条", "《示例市裁量基准（示范）》总则第八条"),
        ("城市道路管理条例第二十七条第（一）项", "《城市道路管理条例》第二十七条第（一）项"),
        ("国市监法规〔2022〕2号", "国市监法规〔2022〕2号"),
    ],
)
def test_citations(basis, cited):
    assert marked(basis) == cited


def test_an_aggravation_is_cited_by_its_own_basis():
    words = explain(measured(PACK, facts={**FACTS, "corrected": "refused"}))
    assert "依照《示例市城市管理行政处罚裁量基准（示范）》总则第八条从重" in words
    assert "中华人民共和国示例市" not in words
    minor = explain(measured(PACK, party="citizen", party_age=16))
    assert "当事人当事人" not in minor
    assert "《中华人民共和国行政处罚法》第三十条从轻" in minor
