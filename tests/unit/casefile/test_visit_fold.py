"""The fold of an inspection: what follows what, who may, and two devices at the same item."""

import random
from datetime import timedelta
from uuid import uuid4

from enforcement.casefile import fold_inspection
from enforcement.journal.acts import ConflictSettled, EvidenceAdded, InspectionClosed, InspectionOpened
from enforcement.journal.visit_acts import (
    CertificatesPresented,
    CorrectionChecked,
    FindingLed,
    ItemAnswered,
    ItemPictured,
    NoticeServed,
    ResultTold,
)
from tests.support.journal_maker import PARTY, START, Device, shown
from tests.support.visit_maker import A, B, Visit, plan, running


def test_an_inspection_from_plan_to_result():
    visit = Visit()
    assert visit.state.status == "planned"
    visit.decide()
    assert visit.state.status == "approved"
    visit.open()
    visit.add(CertificatesPresented(officers=(shown("S1"),), present="王", confirmed=True, recusal=False, at=START))
    visit.add(NoticeServed(to="王", signed=True, at=START))
    visit.answer(A)
    visit.answer(B)
    ended = visit.conclude()
    assert visit.state.status == "signing"
    visit.cosign(ended)
    assert (visit.state.status, visit.state.outcome) == ("closed", "no_findings")
    visit.add(ResultTold(way="on_the_spot", to="王", words="没有异议", at=START))
    assert visit.state.told.words == "没有异议"
    assert all(line.effective for line in visit.state.lines)


def test_nobody_approves_their_own_inspection_and_what_is_not_approved_is_not_begun():
    visit = Visit()
    visit.decide(officer="S2")
    assert visit.why_not == "nobody approves their own inspection"
    visit.open()
    assert visit.why_not == "the inspection was not approved"
    assert visit.state.started_at is None
    visit.decide(approved=False)
    visit.open()
    assert (visit.state.status, visit.why_not) == ("refused", "the inspection was not approved")


def test_an_urgent_visit_goes_first_and_its_approval_is_made_up_for():
    visit = Visit(trigger="danger", urgent="广告牌将要坠落")
    visit.open()
    assert visit.state.status == "open"
    visit.decide()
    assert visit.state.approval.approved


def test_a_new_plan_takes_the_approval_of_the_old_one_away_only_before_it_was_approved():
    visit = Visit()
    visit.add(plan(source="改期"))
    visit.decide()
    assert visit.why_not == "what was decided is not the plan that stands"
    visit = running()
    visit.add(plan(source="改期"))
    assert visit.why_not == "the inspection had begun"


def test_an_answer_that_knows_the_one_before_replaces_it():
    visit = running()
    first = visit.answer(A)
    visit.answer(A, "violates", seen=[first.hash], words="堆放瓷砖")
    assert (visit.state.answers[A].act.answer, visit.state.conflicts) == ("violates", ())


def test_two_devices_answer_the_same_item_and_every_order_gives_the_same():
    visit = running()
    fork = visit.entries[-1].hash
    mine = visit.answer(A)
    other = Device("S2")
    theirs = other.add(visit.id, ItemAnswered(item=A, answer="violates", words="占道"), [fork], "S2")
    found = set()
    for seed in range(20):
        arrived = [*visit.entries, theirs]
        random.Random(seed).shuffle(arrived)
        state = fold_inspection(visit.id, arrived)
        assert state.status == "conflict"
        clash = state.conflicts[0]
        assert {clash.stands, clash.falls} == {mine.hash, theirs.hash}
        found.add((state.answers[A].entry, clash.falls))
    assert len(found) == 1
    stands, falls = found.pop()
    visit.entries.append(theirs)
    visit.add(
        ItemAnswered(item=A, answer="violates", words="占道", seen=(stands, falls)), after=[mine.hash, theirs.hash]
    )
    assert (visit.state.conflicts, visit.state.answers[A].act.answer) == ((), "violates")


def test_a_supervisor_settles_two_answers():
    visit = running()
    fork = visit.entries[-1].hash
    mine = visit.answer(A)
    theirs = Device("S2").add(visit.id, ItemAnswered(item=A, answer="violates", words="占道"), [fork], "S2")
    visit.entries.append(theirs)
    clash = visit.state.conflicts[0]
    visit.add(
        ConflictSettled(stands=clash.stands, falls=clash.falls, words="以先到者为准"),
        "J1",
        after=[mine.hash, theirs.hash],
    )
    assert visit.state.conflicts == ()
    assert visit.state.answers[A].entry == clash.stands


def test_an_answer_to_no_item_of_the_plan_and_one_after_the_end_have_no_effect():
    visit = running()
    visit.answer("list/none")
    assert visit.why_not == "the plan has no such item"
    visit.cosign(visit.conclude())
    visit.answer(B)
    assert visit.why_not == "the inspection was already closed"
    assert visit.state.conflicts == ()


def test_both_signatures_are_of_inspecting_officers_and_of_two():
    visit = running()
    ended = visit.conclude()
    visit.cosign(ended, "S1")
    assert visit.why_not == "both signatures are of the same officer"
    visit.cosign(ended, "J1")
    assert visit.why_not == "who co-signed is none of the inspecting officers"
    visit.answer(A)
    visit.cosign(ended)
    assert visit.why_not == "what was co-signed is not the conclusion that stands"


def test_a_case_that_came_of_it_is_linked_and_a_second_look_is_noted():
    visit = running()
    visit.answer(A, "violates", words="占道")
    visit.add(FindingLed(item=A, lead="correction", correction="清理", until=START + timedelta(days=1)))
    ended = visit.conclude()
    visit.cosign(ended)
    case, again = uuid4(), uuid4()
    visit.add(InspectionClosed(outcome="penalty_case", case=case))
    visit.add(CorrectionChecked(by=again, corrected="part"))
    assert (visit.state.cases, visit.state.rechecked.corrected) == ((case,), "part")


def test_a_picture_belongs_to_its_item():
    visit = running()
    evidence = uuid4()
    visit.add(
        EvidenceAdded(
            evidence=evidence,
            sort="photograph",
            caption="门前",
            media_type="image/jpeg",
            blob=bytes(32),
            sealed_size=1,
            plain_digest=bytes(32),
            plain_size=1,
            key=bytes(32),
            taken_at=START,
            taken_by="S1",
            place="示范路18号",
        )
    )
    visit.add(ItemPictured(item=A, evidence=evidence))
    assert visit.state.pictured(A) == (evidence,)
    assert visit.state.pictured(B) == ()


def test_an_inspection_without_a_plan_is_read_as_before():
    device, inspection = Device(), uuid4()
    first = device.add(
        inspection,
        InspectionOpened(party=PARTY, place="示范路18号", officers=(shown("S1"),), unit="u1", started_at=START),
    )
    case = uuid4()
    last = device.add(inspection, InspectionClosed(outcome="penalty_case", case=case), [first.hash])
    state = fold_inspection(inspection, [last, first])
    assert (state.outcome, state.cases, state.status) == ("penalty_case", (case,), "closed")
