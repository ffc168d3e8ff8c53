"""Random lawful walks: no dead end before the archive, what was unlawful is refused with its article, and what a decision rests on stands
on the record, told here a second time without the table.
"""

import random

import pytest

from desktop.printing.formset import library
from enforcement.procedure.deadline_table import DOCUMENT
from enforcement.procedure.engine import Person, refusals
from enforcement.rules.citations import citations
from tests.support import walks
from tests.support.procedure import FIRST, HEAD, REVIEWER, SECOND, ordinary

STRANGERS = (FIRST, SECOND, HEAD, REVIEWER, Person("99019009", frozenset({"officer", "supervisor", "reviewer"})))


def lawfully_decided(track, act, upto):
    """What APL Art. 40, 42, 44, 45, 57, 58, 63 want before a penalty, read off the acts alone."""
    names = [one.body.act for one in track.acts[:upto]]
    last = {name: index for index, name in enumerate(names)}

    def since(name, start):
        return last.get(name, -1) > start

    told = max(last.get("notice.given", -1), last.get("notice.hearing", -1))
    assert told >= 0
    assert since("notice.served", told) or since("notice.hearing_served", told)
    assert any(since(one, told) for one in ("statement.waived", "statement.lapsed", "statement_review.approved"))
    if last.get("notice.hearing", -1) == told:
        assert any(
            since(one, told)
            for one in ("hearing.waived", "hearing.lapsed", "hearing.abandoned", "hearing_report.approved")
        )
    assert track.acts[told].body.effect.amounts["told"] >= act.body.effect.amounts["decided"]
    assert last.get("report.made", -1) >= 0
    assert since("penalty.approved", told)
    asked = track.acts[last["penalty.asked"]]
    assert len(asked.people) >= 1
    investigators = {number for one in track.acts[:upto] if one.body.part == "investigator" for number in one.people}
    assert act.officer not in investigators
    assert all(one.officer not in investigators for one in track.acts[:upto] if one.body.part in ("host", "reviewer"))


def walk(seed):
    chance = random.Random(seed)
    where = walks.start(chance)
    for _ in range(chance.randrange(5, 60)):
        if "archived" in where.track.marks:
            break
        tempt(where, chance)
        after = walks.step(where, chance)
        assert after is not None, (seed, sorted(where.track.marks))
        where = after
        track = where.track
        if track.acts[-1].body.act == "decision.made":
            lawfully_decided(track, track.acts[-1], len(track.acts) - 1)
    ended = walks.finished(where, chance)
    assert ended is not None, (seed, sorted(where.track.marks), [act.body.act for act in where.track.acts][-8:])
    return {act.body.act for act in ended.track.acts}


def tempt(where, chance):
    """Somebody tries any step at all. What is not offered to them is refused, each time with an article."""
    rule = chance.choice(ordinary().rules)
    people = tuple(chance.sample(STRANGERS, 2 if rule.second else 1))
    wrong_role = any(rule.who not in one.roles for one in people)
    apart = any(one.number in where.track.parts.get(part, ()) for one in people for part in rule.apart)
    found = refusals(ordinary(), rule, where, people, walks.values_for(rule, where, chance), where.at)
    if wrong_role or apart:
        assert found
    for one in found:
        assert citations(one.basis) or DOCUMENT.search(one.basis), one


def test_random_walks_have_no_dead_end_and_decide_lawfully():
    """The first of the ten thousand that the slow test walks: two hundred, and on until every end was come to."""
    done = set()
    wanted = {"decision.made", "decision.exempted", "review.redo", "hearing.held", "payment.full"}
    wanted |= {"party.added", "linking.approved", "evidence.referred", "merger.approved", "splitting.approved"}
    for seed in range(1_500):
        done |= walk(seed)
        if seed >= 200 and wanted <= done:  # which seed first comes to which end changes with every act that is added
            break
    assert wanted <= done


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_ten_thousand_random_walks(capsys):
    done = set()
    for seed in range(10_000):
        done |= walk(seed)
    with capsys.disabled():
        print(f"\n10,000 walks; {len(done)} of {len(ordinary().rules)} acts came up")


def test_every_form_that_an_act_issues_exists_and_files_somewhere():
    for rule in ordinary().rules:
        if rule.form:
            assert library.form(rule.form).filing in ("正卷", "副卷")
