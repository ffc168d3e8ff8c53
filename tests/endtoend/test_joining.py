"""Two parties of one act, two cases of one act: through the services on two devices, each file whole by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from stdnum.cn import uscc

from desktop.app.demo_city import PARTNER
from desktop.app.stories import tale_of
from desktop.app.story_steps import PROPOSE
from desktop.platform.clock import SystemClock
from desktop.services.desk import local
from desktop.services.ruler import priors
from desktop.services.sharing import REFERENCE, sharable
from desktop.store.projections import rebuild, snapshot
from enforcement.casefile import fold_case
from enforcement.journal.procedure_acts import ActDone, Effect
from enforcement.procedure.joining import number_of
from enforcement.rules import parse_fact
from enforcement.values.errors import KnownError
from tests.support.city import copy_of
from tests.support.tales import Told

ADDED = {
    "added.name": "示例市若水乙装饰有限公司",
    "added.kind": "法人或者其他组织",
    "added.code": "91990100MA87000001",
    "added.address": "示例市示范区文昌路113号",
    "share": "沟槽由两名当事人共同开挖，乙公司提供机械。",
}


@pytest.fixture(scope="module")
def desks(new_city, tmp_path_factory):
    """Three desks of one city; each test opens a case of its own."""
    city = copy_of(new_city, tmp_path_factory.mktemp("city"))
    city.start_relay()
    tale = tale_of("quashed", city.cast, local(SystemClock().now()).date())
    made = Told(city, tale, tmp_path_factory.mktemp("pictures"))
    yield made
    made.close()
    city.stop_relay()


@pytest.fixture
def told(desks):
    """A case of the tale, opened, with a picture and an inspection record."""
    turn(desks, "officer")
    desks.open()
    until(desks, "evidence.inspected")
    return desks


def turn(told, by):
    """Whoever acts next has what the one before them wrote."""
    if getattr(told, "last", by) != by:
        told.sync()
    told.last = by


def until(told, last, *, later=0, first=None):
    """The tale's steps as far as `last`, `later` days on."""
    names = [step.act for step in told.tale.steps]
    start = names.index(first) if first else 0
    for step in told.tale.steps[start : names.index(last) + 1]:
        turn(told, step.by)
        if step.act == PROPOSE:
            propose(told)
        else:
            told.step(replace(step, day=step.day + later))


def propose(told):
    """By this party's own facts."""
    office = told.offices["officer"]
    draft = office.acts.propose_again(told.case_id).value.draft_id
    specs = {spec.id: spec for spec in office.fact_specs(told.tale.violation)}
    for name, text in told.tale.facts.items():
        office.set_fact(draft, name, parse_fact(specs[name], text))
    office.acts.propose(draft, PARTNER, told.city.cast.password)


def act(told, name, by="officer", day=3, at="16:00", **values):
    """One act on the case that is told; keys with two underscores are dotted paths."""
    turn(told, by)
    acts = told.offices[by].acts
    draft = acts.begin(told.case_id, name).value
    acts.set_at(draft.draft_id, told.tale.moment(day, at))
    for path, value in values.items():
        acts.set_value(draft.draft_id, path.replace("__", "."), value)
    page = acts.draft(draft.draft_id)
    second = (PARTNER, told.city.cast.password) if page.second else ("", "")
    return acts.do(draft.draft_id, *second).value


def options(told, name, path):
    turn(told, "officer")
    page = told.offices["officer"].acts.begin(told.case_id, name).value
    return next(one for one in page.fields if one.path == path)


def folded(told, case_id, by="officer"):
    turn(told, by)
    desk = told.desks[by]
    with desk.database.read() as session:
        return fold_case(case_id, desk.journal.entries(session, case_id))


def add_party(told, **change):
    before = {one.case_id for one in told.offices["officer"].cases()}
    act(told, "party.added", **{path.replace(".", "__"): value for path, value in {**ADDED, **change}.items()})
    return next(one.case_id for one in told.offices["officer"].cases() if one.case_id not in before)


def same_on_both(told, *case_ids):
    told.sync()
    for case_id in case_ids:
        assert folded(told, case_id) == folded(told, case_id, "supervisor")
    for desk in told.desks.values():
        with desk.database.write() as session:
            before = snapshot(session)
            rebuild(session, desk.journal)
            assert snapshot(session) == before


def test_every_party_has_its_own_decision_sum_and_deadlines_and_the_evidence_is_shared(told):
    office, first = told.offices["officer"], told.case_id
    second = add_party(told)
    assert [(one.case_id, one.way) for one in office.case(first).related] == [(second, "beside")]
    assert [(one.case_id, one.way) for one in office.case(second).related] == [(first, "beside")]
    theirs = folded(told, second)
    assert theirs.party.name == ADDED["added.name"]
    assert [one.form for one in theirs.shared] == ["inspection_record"]
    assert [one.act.evidence for one in theirs.evidence] == [one.act.evidence for one in folded(told, first).evidence]
    assert set(theirs.facts.facts) <= {"priors"}  # what the one did says nothing about the measure of the other

    until(told, "decision.served", first="evidence.inquired")
    told.case_id = second
    until(told, "opening.approved", later=4)
    until(
        told, "decision.served", later=4, first="propose"
    )  # no record of its own: the first party's inspection counts
    ours, theirs = folded(told, first), folded(told, second)
    numbers = {one.track.act(one.track.slots["decision"]).body.paper.number for one in (ours, theirs)}
    assert len(numbers) == 2
    assert ours.track.amounts["decided"] > 0
    assert theirs.track.amounts["decided"] > 0
    assert theirs.track.events["fine.imposed"] - ours.track.events["fine.imposed"] == timedelta(days=4)
    content = theirs.track.last("decision.made").body.paper.content
    assert content["party"]["name"] == ADDED["added.name"]
    assert any("原件存于示城管立" in one for one in content["evidence"])
    struck = {one.check for one in office.board.of(second).lines}
    assert not struck & {"evidence.some", "order.retraced", "subject.officers_two"}, struck
    act(told, "payment.full", day=36, way="银行", receipt="9901000031")
    assert (folded(told, second).track.amounts["paid"], folded(told, first).track.amounts.get("paid", 0)) == (
        theirs.track.amounts["decided"],
        0,
    )
    same_on_both(told, first, second)


def test_a_party_is_added_once_and_with_a_right_code(told):
    with pytest.raises(KnownError, match="校验不符"):
        add_party(told, **{"added.code": "91990100MA87000002"})
    with pytest.raises(KnownError, match="不再另立一案"):
        add_party(told, **{"added.code": told.city.cast.company.code})
    second = add_party(told)
    with pytest.raises(KnownError, match="不再另立一案"):
        add_party(told)
    third = add_party(told, **{"added.name": "示例市若水丙装饰有限公司", "added.code": code_of(2)})
    assert {one.case for one in folded(told, third).related} == {told.case_id, second}
    assert {one.case for one in folded(told, second).related} == {told.case_id, third}


def code_of(number):
    base = f"91990100MA870000{number}"
    return base + uscc.calc_check_digit(base)


def test_the_case_is_found_by_any_of_its_parties_and_each_party_keeps_its_own_history(told):
    office, first = told.offices["officer"], told.case_id
    second = add_party(told)
    for words in ("若水乙", told.city.cast.company.name):
        assert {first, second} <= {one.case_id for one in office.cases(words)}
    listed = office.parties.find("若水乙")
    assert [one.name for one in listed] == [ADDED["added.name"]]
    history = office.parties.history(listed[0].party_id)
    of_theirs = {one.case_id for one in history.cases}
    assert second in of_theirs
    assert first not in of_theirs
    assert history.beside[second] == (told.city.cast.company.name,)
    told.sync()
    head = told.offices["supervisor"]  # who knows the party from its case alone
    assert [one.name for one in head.parties.find("若水乙")] == [ADDED["added.name"]]


def test_later_evidence_is_referred_to_with_a_paper_that_says_where_the_original_lies(told):
    first, second = told.case_id, add_party(told)
    until(told, "evidence.inquired", first="evidence.inquired")
    told.case_id = second
    until(told, "opening.approved", later=4)
    field = options(told, "evidence.referred", "items")
    assert (field.kind, len(field.options)) == ("choices", 1)
    assert "询问笔录" in field.options[0]
    with pytest.raises(KnownError, match="没有这件证据"):
        act(told, "evidence.referred", day=6, items=["没有的笔录"], proves="挖掘未经批准。")
    act(told, "evidence.referred", day=6, items=list(field.options), proves="挖掘未经批准。")
    theirs = folded(told, second)
    assert {one.form for one in theirs.shared} == {"inspection_record", "inquiry_record"}
    assert options(told, "evidence.referred", "items").options == ()
    assert sharable(folded(told, first), theirs) == {}  # and nothing of it comes back
    assert any(one.form == REFERENCE for one in told.offices["officer"].acts.view(second).papers)
    same_on_both(told, first, second)


def named(told, case_id):
    """How the field calls that case."""
    number = number_of(folded(told, case_id))
    offered = options(told, "linking.asked", "other").options
    return next(words for words in offered if words.startswith(f"{number} "))


def priors_of(told):
    desk = told.desks["officer"]
    with desk.database.read() as session:
        return priors(session, desk, told.tale.violation, told.city.cast.company.code)


def another_case(told):
    """The same party's same act, found again and opened three days later."""
    first = told.case_id
    told.open()
    until(told, "opening.approved", later=3)
    return first, told.case_id


def test_the_same_act_is_one_case_and_is_parted_again(told):
    first, second = another_case(told)
    office = told.offices["officer"]
    field = options(told, "merger.asked", "other")
    assert field.kind == "choice"
    known = priors_of(told)
    assert [words for words in field.options if told.city.cast.company.name in words] == list(field.options)
    act(
        told,
        "merger.asked",
        day=6,
        other=named(told, first),
        reason="同一次挖掘，两次发现。",
        opinions__officer="建议并案。",
    )
    act(told, "merger.approved", "supervisor", 7, opinions__head="同意。")
    turn(told, "officer")
    gone = office.case(second)
    assert (gone.row.status, [(one.case_id, one.way) for one in gone.related]) == ("merged", [(first, "into")])
    assert [(one.case_id, one.way) for one in office.case(first).related] == [(second, "from")]
    assert len(folded(told, first).evidence) == 2
    paper = next(one for one in office.acts.view(second).papers if one.form == "case_opening")
    assert {first, second} <= {one.case_id for one in office.cases(paper.number)}  # the number stays
    assert priors_of(told) == known  # it decided nothing that makes a later fine heavier
    deadlines = {one.what for one in office.acts.view(second).deadlines}
    assert not any("处罚决定" in what for what in deadlines), deadlines

    field = options(told, "splitting.asked", "other")
    assert field.value == field.options[0]
    act(told, "splitting.asked", day=8, reason="实为两处挖掘。", opinions__officer="建议分案。")
    act(told, "splitting.approved", "supervisor", 9, opinions__head="同意。")
    back = folded(told, second)
    assert (back.status, back.related, folded(told, first).related) == ("underway", (), ())
    assert "case.concluded" not in back.track.events
    assert back.track.events["case.filed"] == told.tale.moment(4, "09:00")
    same_on_both(told, first, second)


def test_a_case_is_not_parted_from_one_that_was_decided(told):
    first, second = another_case(told)
    act(told, "merger.asked", day=6, other=named(told, first), reason="同一次挖掘。", opinions__officer="建议并案。")
    act(told, "merger.approved", "supervisor", 7, opinions__head="同意。")
    told.case_id = first
    until(told, "decision.made", later=6, first="evidence.inquired")
    told.case_id = second
    with pytest.raises(KnownError, match="不得再次罚款"):
        act(told, "splitting.asked", day=40, reason="实为两处。", opinions__officer="建议分案。")


def test_illegal_joins_are_refused_on_the_page_and_when_they_are_signed(told):
    first, second = another_case(told)
    told.case_id = first
    with pytest.raises(KnownError, match="立案在后"):
        act(told, "merger.asked", day=6, other=named(told, second), reason="同一次挖掘。", opinions__officer="建议。")
    page = told.offices["officer"].acts.begin(first, "merger.asked").value
    assert any("立案在后" in one.words for one in page.against)
    told.case_id = second
    with pytest.raises(KnownError, match="没有到达本设备"):
        act(
            told,
            "merger.asked",
            day=6,
            other="示城管立〔1999〕1号 没有的",
            reason="同一次挖掘。",
            opinions__officer="建议。",
        )


def test_different_acts_of_one_party_are_investigated_together_and_parted(told):
    first, second = another_case(told)
    act(told, "linking.asked", day=6, other=named(told, first), reason="同一现场。", opinions__officer="建议。")
    assert folded(told, second).related == ()
    act(told, "linking.approved", "supervisor", 7, opinions__head="同意。")
    assert [one.way for one in folded(told, first).related] == ["beside"]
    told.case_id = first
    field = options(told, "unlinking.asked", "other")
    assert len(field.options) == 1
    act(told, "unlinking.asked", day=8, other=field.options[0], reason="可以分开。", opinions__officer="建议。")
    act(told, "unlinking.refused", "supervisor", 9, opinions__head="证据尚未查清，不同意。")
    assert [one.way for one in folded(told, second).related] == ["beside"]
    act(told, "unlinking.asked", day=10, other=field.options[0], reason="可以分开。", opinions__officer="建议。")
    act(told, "unlinking.approved", "supervisor", 11, opinions__head="同意。")
    assert folded(told, first).related == folded(told, second).related == ()
    same_on_both(told, first, second)


def test_one_device_merges_while_another_decides(told):
    """Neither knew of the other: both orders give one conflict, and the case is not lost."""
    first, second = another_case(told)
    act(told, "merger.asked", day=6, other=named(told, first), reason="同一次挖掘。", opinions__officer="建议并案。")
    told.sync()
    officer = told.desks["officer"]
    acts = told.offices["supervisor"].acts
    draft = acts.begin(second, "merger.approved").value
    acts.set_at(draft.draft_id, told.tale.moment(7, "10:00"))
    acts.set_value(draft.draft_id, "opinions.head", "同意。")
    acts.do(draft.draft_id, "", "")
    rule = officer.procedure.rule("decision.dismissed")
    with officer.database.write() as session:  # as a second head's device, which had not heard of it
        body = ActDone(
            act=rule.id,
            profile=officer.procedure.name,
            at=told.tale.moment(7, "11:00"),
            shown=(),
            effect=Effect(marks=rule.marks, slot=rule.slot, events={"case.concluded": told.tale.moment(7, "11:00")}),
        )
        officer.append(session, second, body)
    told.sync()
    ours = folded(told, second)
    assert ours == folded(told, second, "supervisor")
    assert ours.status == "conflict"
