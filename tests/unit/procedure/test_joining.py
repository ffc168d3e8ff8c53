"""What stands against joining, merging and parting two cases, each time with its article."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from enforcement.casefile import Act, CaseFile, Relation
from enforcement.journal.acts import FactsRecorded, Party
from enforcement.journal.procedure_acts import Paper
from enforcement.procedure.joining import JOININGS, number_of, refusals_of
from enforcement.rules.citations import citations
from tests.support.procedure import ordinary
from tests.unit.casefile.test_track import AT, act

VISIT = UUID(int=5)


def party(name="p1", code="91990100MA87244670"):
    return Party(party_id=name, name=f"示例市{name}", kind="organisation", code=code, address="示例市示范路18号")


def case(number=17, *marks, at=AT, agency="示例市城市管理行政执法局", violation="road", **more):
    """A case that was opened at `at`."""
    paper = Paper(
        form="case_opening",
        content={"agency": agency},
        content_digest=bytes(32),
        number=f"示城管立〔2026〕{number}号",
    )
    opening = Act(act("opening.approved", paper=paper, at=at), bytes(32), "J1", at)
    made = CaseFile(
        case_id=uuid4(),
        inspection=VISIT,
        party=party(),
        place="示范路18号",
        opened_at=at,
        facts=FactsRecorded(violation=violation, happened="占道", place="示范路18号", facts={}),
        procedure="ordinary",
    )
    made = replace(made, **more)
    return replace(made, track=replace(made.track, acts=(opening,), marks=frozenset({"opened", *marks})))


def beside(one, way="beside"):
    return (Relation(one.case_id, way, number_of(one), one.party.name, bytes(32)),)


def words(found):
    return " ".join(one.words for one in found)


def test_the_same_act_of_the_same_party_goes_into_the_case_that_was_opened_first():
    first, later = case(17), case(18, at=AT + timedelta(days=3))
    assert refusals_of("merger", later, first) == ()
    assert "立案在后" in words(refusals_of("merger", first, later))


@pytest.mark.parametrize(
    ("change", "why", "article"),
    [
        ({"party": party("p2", "91990100MA87000001")}, "当事人不同", "第二十九条"),
        ({"violation": "trees"}, "不是同一违法行为", "第二十九条"),
        ({"agency": "示例市交通运输局"}, "不是同一行政机关", "第二十五条第一款"),
        ({"conflicts": ((b"1", b"2"),)}, "记录冲突", "第四十七条"),
        ({"waiting": (b"1",)}, "尚未到达", "第四十七条"),
        ({"procedure": "summary"}, "尚未立案", "第五十四条第一款"),
        ({"opened_at": None}, "没有到达", "第四十七条"),
    ],
)
def test_an_illegal_merger_is_refused_with_its_article(change, why, article):
    found = refusals_of("merger", case(18, at=AT + timedelta(days=1)), case(17, **change))
    assert why in words(found)
    assert article in " ".join(one.basis for one in found)


@pytest.mark.parametrize("mark", ["decided", "ended", "closed"])
@pytest.mark.parametrize("joining", ["merger", "linking"])
def test_nothing_joins_a_case_that_is_over(joining, mark):
    found = refusals_of(joining, case(18, at=AT + timedelta(days=1)), case(17, mark))
    assert "已经作出处理决定" in words(found)


def test_a_merger_waits_for_what_is_still_asked_and_for_the_other_s_inquiry():
    later = AT + timedelta(days=1)
    assert "补充调查" in words(refusals_of("merger", case(18, at=later), case(17, "reported")))
    assert "没有批复" in words(refusals_of("merger", case(18, "withdrawal_asked", at=later), case(17)))
    assert refusals_of("merger", case(18, "merger_asked", at=later), case(17)) == ()
    third = case(19)
    assert "先办理分案" in words(refusals_of("merger", case(18, at=later, related=beside(third)), case(17)))


def test_two_parties_of_one_act_are_investigated_together_and_strangers_are_not():
    ours, theirs = case(17), case(18, party=party("p2", "91990100MA87000001"))
    assert refusals_of("linking", ours, theirs) == ()
    stranger = replace(theirs, inspection=uuid4(), place="人民路1号", facts=replace_violation(theirs, "trees"))
    assert "没有共同的" in words(refusals_of("linking", ours, stranger))
    assert "已经并案" in words(refusals_of("linking", replace(ours, related=beside(theirs)), theirs))
    assert "自己" in words(refusals_of("linking", ours, ours))


def replace_violation(case, violation):
    return FactsRecorded(violation=violation, happened=case.facts.happened, place="", facts={})


def test_parted_is_only_what_was_joined_and_not_once_the_act_was_penalised():
    ours, theirs = case(17), case(18)
    assert "没有并案" in words(refusals_of("unlinking", ours, theirs))
    assert refusals_of("unlinking", replace(ours, related=beside(theirs)), theirs) == ()
    gone = replace(ours, related=beside(theirs, "into"))
    assert refusals_of("splitting", gone, theirs) == ()
    assert "没有并入" in words(refusals_of("splitting", ours, theirs))
    decided = replace(theirs, track=replace(theirs.track, marks=frozenset({"opened", "decided"})))
    found = refusals_of("splitting", gone, decided)
    assert "不得再次罚款" in words(found)
    assert "第二十九条" in found[0].basis


def test_every_joining_is_an_approval_of_the_table_and_its_refusals_cite_an_article():
    ids = {rule.id for rule in ordinary().rules}
    for joining in JOININGS:
        assert {f"{joining}.asked", f"{joining}.approved", f"{joining}.refused"} <= ids
        for one in refusals_of(
            joining, case(17, "reported"), case(18, "decided", agency="别的机关", conflicts=((b"", b""),))
        ):
            assert citations(one.basis)
