"""The review board: a faultless case of each procedure is struck nothing, and each check strikes the fault that it is there for."""

import random
from dataclasses import replace

import msgspec
import pytest

import resources
from enforcement.casefile import CaseFile
from enforcement.procedure.board import CHECKS, points_text, read_board, retraced
from enforcement.values.errors import KnownError
from tests.support.board import (
    CASE,
    HEAVY,
    LIGHT,
    Step,
    board,
    changed,
    content,
    judged,
    law,
    on_spot_case,
    ordinary_case,
    struck,
    without,
)
from tests.support.board_faults import FAULTS, SPARED, heavy, light, paper, spared, spot, voided
from tests.unit.casefile.test_relations import related, shared

CASES = [pytest.param(check, make, id=f"{check}-{n}") for check, all_ in FAULTS.items() for n, make in enumerate(all_)]


@pytest.mark.parametrize(("check", "make"), CASES)
def test_each_check_strikes_its_fault(check, make):
    case, around = make()
    assert check in struck(case, **around)


def test_a_faultless_case_of_each_kind_is_struck_nothing():
    for case, run in ((ordinary_case(), 100), (light(), 100), (spared(SPARED), 100), (on_spot_case(), 55)):
        result = judged(case)
        assert result.struck == ()
        assert (result.score, result.band) == (1000, "优秀")
        assert result.checks_run > run
        assert all(line.effective for line in case.lines)


def test_every_check_of_the_table_has_a_case_that_fails_it():
    assert {one for one, cases in FAULTS.items() if cases} == set(CHECKS) == {row.id for row in board().checks}
    for procedure in ("summary", "ordinary"):
        assert sum(row.of(procedure) for row in board().checks) >= 60


def test_a_veto_fails_a_case_whatever_its_score():
    result = judged(spot(drop=("informed",)))
    assert [one.check for one in result.vetoes] == ["notice.given"]
    assert (result.score, result.band) == (1000, "不合格")


def test_points_are_taken_once_or_for_each_fault_up_to_the_cap_of_the_group():
    half = judged(spot(paper=content(court="", reconsideration_body="")))
    assert [one.tenths for one in half.deductions] == [30]
    assert half.score == 970
    each = judged(paper("decision.made", forbids=None, punishes=None))
    assert each.score == 1000 - 60
    bare = judged(heavy("evidence.inspected", values=dict.fromkeys(EMPTY)))
    lost = sum(one.tenths for one in bare.deductions if one.group == "papers")
    cap = next(one.cap for one in board().groups if one.id == "papers")
    assert lost < cap
    many = without(HEAVY, "archive.filed")
    for name in ("evidence.inspected", "evidence.inquired", "correction.checked", "seizure.recorded"):
        many = changed(many, name, values=dict.fromkeys(EMPTY))
    result = judged(ordinary_case(many))
    lost = sum(one.tenths for one in result.deductions if one.group == "papers")
    others = sum(one.tenths for one in result.deductions if one.group != "papers")
    assert lost > cap
    assert result.score == 1000 - cap - others


def test_of_many_things_found_the_first_are_named_and_all_are_counted():
    late = tuple(replace(one, written="12-30 10:00") for one in HEAVY)
    found = judged(ordinary_case(late)).deductions
    (words,) = [one.words for one in found if one.check == "order.entered_in_time"]
    assert words.count("；") == 2
    assert words.endswith(f"，等{len(HEAVY)}处")


EMPTY = (
    "place",
    "began",
    "ended",
    "recorder",
    "narrative",
    "checked",
    "shown",
    "present",
    "recusal",
    "result",
    "person",
    "dialogue",
)


def test_what_was_struck_names_its_article_and_what_mends_it():
    for result in (judged(paper("decision.made", court=None)), judged(spot(paper=content(court="")))):
        (one,) = result.deductions
        assert one.mends.startswith("form:")
        assert one.mends.endswith(".court")
        assert "第五十九条" in one.basis
        assert one.words.startswith("决定书缺复议、诉讼途径和期限：")


def test_a_decision_that_is_only_asked_for_is_judged_before_it_is_approved():
    upto = HEAVY[: next(n for n, one in enumerate(HEAVY) if one.name == "penalty.asked") + 1]
    assert struck(ordinary_case(upto), now="04-03 09:30") == set()
    assert "notice.examined" in struck(
        ordinary_case(without(upto, "statement_review.asked", "statement_review.approved")), now="04-03 09:30"
    )


def test_what_was_voided_does_not_count():
    found = struck(ordinary_case(attached=(voided("notice.hearing"),)))
    assert {"notice.given", "notice.hearing_told", "papers.made_again"} <= found


def test_points_read_as_a_board_writes_them():
    assert [points_text(one) for one in (1000, 20, 5, 975)] == ["100", "2", "0.5", "97.5"]


GOOD = resources.path("procedure/board.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('id = "subject.unit"', 'id = "subject.agency"', "stands twice"),
        ('id = "subject.unit"', 'id = "subject.none"', "no such check"),
        ('mends = "field:unit"', 'mends = "unit"', "act:, field: or form:"),
        ('label = "办案机构未载明"', 'label = ""', "words are needed"),
        ("cap = 200", "cap = 0", "a cap"),
        ("least = 800", "least = 950", "best stands first"),
        ('failed = "不合格"', "", "failed"),
        ('basis = "行政处罚法第七十五条"', 'basis = "规定"', "an article"),
        ('source = "names"', 'source = "nobody"', "unknown source"),
        ("veto = true", "veto = false", "either points or a veto"),
        ("limit = 7", 'limit = "7"', "int"),
        ("[[groups]]", "[[groups]", "$"),
    ],
)
def test_a_faulty_table_is_refused_by_its_place(old, new, why):
    with pytest.raises(KnownError) as caught:
        read_board(GOOD.replace(old, new, 1).encode(), "board.toml", CHECKS)
    assert caught.value.code == "board.invalid"
    assert why in f"{caught.value.details['where']} {caught.value.details['why']}"


def test_a_function_without_a_row_is_refused():
    with pytest.raises(KnownError, match="no row"):
        read_board(GOOD.encode(), "board.toml", {*CHECKS, "order.other"})


GARBAGE = (None, "", " ", 0, -1, True, 3.5, b"x", [], [1], ["x"], [{}], {}, {"name": 5}, "2026-13-40T99:99", "某某")


def scrambled(case, chance):
    """The case with some values of its papers replaced by whatever another program might have written there."""

    def other(values):
        return {name: chance.choice(GARBAGE) if chance.random() < 0.4 else value for name, value in values.items()}

    acts = tuple(
        replace(
            act,
            body=msgspec.structs.replace(
                act.body,
                values=other(act.body.values),
                paper=act.body.paper and msgspec.structs.replace(act.body.paper, content=other(act.body.paper.content)),
            ),
        )
        for act in case.track.acts
    )
    return replace(case, track=replace(case.track, acts=acts))


def test_whatever_stands_in_the_papers_is_judged_and_never_raises():
    whole, quick = ordinary_case(), on_spot_case()
    for seed in range(60):
        chance = random.Random(seed)
        assert judged(scrambled(whole, chance)).struck
        paper = {name: chance.choice(GARBAGE) if chance.random() < 0.4 else one for name, one in content().items()}
        act = msgspec.structs.replace(quick.decision.act, content=paper)
        judged(replace(quick, decision=replace(quick.decision, act=act)))


def test_a_case_that_was_only_begun_is_judged():
    for case in (CaseFile(case_id=CASE), CaseFile(case_id=CASE, procedure="ordinary")):
        assert judged(case).score <= 1000
    for upto in range(len(HEAVY)):
        judged(ordinary_case(HEAVY[:upto]))


def test_evidence_of_another_case_is_evidence_and_what_refers_to_it_is_lawful():
    steps = without(LIGHT, "evidence.inspected")
    assert "evidence.some" in struck(light(steps))
    case = light(steps, known=(shared(),))
    assert judged(case).struck == ()
    assert retraced(case, law()) == ()
    referring = (*steps, Step("evidence.referred", "03-03 09:00"))
    assert judged(light(referring, known=(related(), shared()))).struck == ()
    (one,) = retraced(light(referring, known=(shared(),)), law())  # to no case that stands beside it
    assert one.act.body.act == "evidence.referred"
    parted = light(referring, known=(related(), shared(), related("apart")))
    assert [one.act.body.act for one in retraced(parted, law())] == ["evidence.referred"]
