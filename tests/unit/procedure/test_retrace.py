"""The retrace: random lawful walks are struck nothing; with an act left out or its time moved something is."""

import random
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from enforcement.procedure.board import retraced, retraced_acts
from tests.support import walks
from tests.support.board import HEAVY, changed, law, ordinary_case, without
from tests.support.procedure import after

ASIDE = (
    "no_case", "transfer", "withdrawal", "merger", "decision.dismissed", "decision.exempted", "decision.revoked", "report.reopened",
    "seizure.urgent", "suspension", "recusal",
)  # fmt: skip
MOST = 90
CORE = (
    ("opening.approved",),
    ("report.made",),
    ("notice.given", "notice.hearing"),
    ("notice.served", "notice.hearing_served"),
    ("statement.waived", "statement.lapsed", "statement_review.approved"),
    ("penalty.approved",),
)
"""What a penalty rests on, each by one of several acts."""


def walked(seed):
    """(acts, the situation before each) of a lawful walk."""
    chance = random.Random(seed)
    where = walks.start(chance)
    situations = []
    for _ in range(chance.randrange(10, 60)):
        if "archived" in where.track.marks:
            break
        where = walks.step(where, chance)
        situations.append(where.situation)
    return where.track.acts, situations


def concluded(seed):
    """A walk to a penalty and some way beyond: what is done least comes first, and nothing ends the case otherwise."""
    chance = random.Random(seed)
    where = walks.start(chance)
    where = replace(where, situation=replace(where.situation, exempt=""))
    beyond = chance.randrange(1, 6)
    for _ in range(MOST):
        where = replace(where, at=where.at + timedelta(days=chance.choice((0, 1, 2, 9)), minutes=1))
        can = [one for one in walks.lawful(where, chance) if not one[0].id.startswith(ASIDE)]
        if can:
            rule, values = min(can, key=lambda one: (walks.times(where, one[0].id), chance.random()))
            where = after(where, rule, values)
        beyond -= "decided" in where.track.marks
        if not beyond:
            break
    return where.track.acts, [where.situation] * len(where.track.acts)


def moved(act, by):
    return replace(act, body=msgspec.structs.replace(act.body, at=act.body.at + by))


def rested_on(acts, upto):
    """Acts before the penalty without which it would have been unlawful: nothing else does what they did."""
    for names in CORE:
        found = [n for n, act in enumerate(acts[:upto]) if act.body.act in names]
        if len(found) == 1:
            yield found[0]


def test_lawful_walks_are_struck_nothing():
    for seed in range(120):
        acts, situations = walked(seed)
        assert retraced_acts(acts, situations, law()) == ()


def test_acts_entered_months_later_are_judged_by_when_they_were_done():
    for seed in range(40):
        acts, situations = walked(seed)
        entered = [replace(act, written_at=act.written_at + timedelta(days=200)) for act in acts]
        assert retraced_acts(entered, situations, law()) == ()


def test_a_walk_with_an_act_left_out_is_struck():
    tried = 0
    for seed in range(40):
        acts, situations = concluded(seed)
        made = next((n for n, act in enumerate(acts) if act.body.act == "decision.made"), None)
        if made is None:
            continue
        for n in rested_on(acts, made):
            left = [act for number, act in enumerate(acts) if number != n]
            known = [one for number, one in enumerate(situations) if number != n]
            tried += 1
            assert retraced_acts(left, known, law()), (seed, acts[n].body.act)
    assert tried > 50


def test_a_walk_with_a_time_moved_is_struck():
    tried = 0
    for seed in range(40):
        acts, situations = concluded(seed)
        chance = random.Random(seed)
        n = chance.randrange(len(acts))
        late = [*acts[:n], moved(acts[n], timedelta(days=3)), *acts[n + 1 :]]
        assert retraced_acts(late, situations, law()), (seed, acts[n].body.act)
        made = next((n for n, act in enumerate(acts) if act.body.act == "decision.made"), None)
        if made is not None:
            tried += 1
            early = [*acts[:made], moved(acts[made], timedelta(days=-4000)), *acts[made + 1 :]]
            assert retraced_acts(early, situations, law()), seed
    assert tried > 10


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_ten_thousand_walks_are_struck_nothing():
    for seed in range(10_000):
        acts, situations = walked(seed)
        assert retraced_acts(acts, situations, law()) == (), seed


def test_a_case_is_retraced_with_what_its_record_knew_before_each_act():
    assert retraced(ordinary_case(), law()) == ()
    late = ordinary_case(changed(HEAVY, "report.made", written="03-10 09:00"), facts=False)
    assert {one.act.body.act for one in retraced(late, law())} >= {"opening.asked", "opening.approved", "report.made"}
    (one,) = [
        one
        for one in retraced(ordinary_case(without(HEAVY, "discussion.held")), law())
        if one.act.body.act == "decision.made"
    ]
    assert [refusal.basis for refusal in one.refusals] == ["行政处罚法第五十七条第二款"]


def test_what_rests_on_something_later_is_struck():
    case = ordinary_case(changed(HEAVY, "notice.hearing_served", at="03-11 09:00", written="03-12 10:00"))
    (one,) = retraced(case, law())
    assert one.act.body.act == "notice.hearing_served"
    assert "时间早于" in one.refusals[0].words


def test_an_act_that_the_table_does_not_know_is_struck():
    acts, situations = walked(1)
    other = replace(acts[0], body=msgspec.structs.replace(acts[0].body, act="other.done"))
    assert "没有" in retraced_acts((other, *acts[1:]), situations, law())[0].refusals[0].words


def test_what_another_version_of_the_table_allowed_is_not_judged_by_this_one():
    acts, situations = concluded(3)
    left = [replace(act, body=msgspec.structs.replace(act.body, profile="ordinary@0")) for act in acts[1:]]
    assert retraced_acts(left, situations[1:], law()) == ()
    assert retraced_acts(acts[1:], situations[1:], law())
