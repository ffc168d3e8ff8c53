"""Acts of a procedure in the fold: second signatures, slots and conflicts, papers, what stands still."""

import itertools
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from enforcement.casefile import fold_case
from enforcement.journal.acts import ConflictSettled
from enforcement.journal.procedure_acts import (
    ActCosigned,
    ActDone,
    Effect,
    Paper,
    PaperPrinted,
    PaperSigned,
    PaperVoided,
    TurnedOrdinary,
)
from tests.support.journal_maker import Device, opened, shown

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


def act(name, *, second=False, paper=None, part="", at=AT, officer="S1", **effect):
    return ActDone(
        act=name,
        profile="ordinary@1",
        at=at,
        shown=(shown(officer),),
        effect=Effect(**effect),
        second=second,
        paper=paper,
        part=part,
    )


def paper(number="示城管罚决〔2026〕1号", running=1):
    return Paper(
        form="penalty_decision",
        content={"fine": 500_000},
        content_digest=bytes(32),
        number=number,
        series="示城管罚决〔2026〕",
        running=running,
    )


class Case:
    """A case under the ordinary procedure on one device, each entry after the one before."""

    def __init__(self):
        self.device, self.case_id, self.entries = Device("S1", "S2", "J1"), uuid4(), []
        self.add(opened())
        self.add(TurnedOrdinary(why="罚款超过三千元"))

    def add(self, body, officer="S1", device=None, parents=None):
        heads = [self.entries[-1].hash] if self.entries else []
        entry = (device or self.device).add(self.case_id, body, heads if parents is None else parents, officer)
        self.entries.append(entry)
        return entry

    @property
    def folded(self):
        return fold_case(self.case_id, self.entries)


def test_an_act_has_its_effect_only_with_the_second_signature_of_another():
    case = Case()
    entry = case.add(act("evidence.inspected", second=True, marks=("evidence",), part="investigator"))
    assert case.folded.track.marks == frozenset()
    assert [one.entry for one in case.folded.track.pending] == [entry.hash]
    case.add(ActCosigned(act=entry.hash, shown=shown("S1")), "S1")
    assert case.folded.lines[-1].why_not == "both signatures are of the same officer"
    case.add(ActCosigned(act=entry.hash, shown=shown("S2")), "S2")
    track = case.folded.track
    assert (track.marks, track.pending) == ({"evidence"}, ())
    assert track.parts["investigator"] == {"S1", "S2"}


def test_two_devices_decide_and_a_supervisor_settles():
    case, other = Case(), Device("J1")
    before = [case.entries[-1].hash]
    mine = case.add(act("decision.made", slot="decision", marks=("decided",), paper=paper(), officer="J1"), "J1")
    theirs = case.add(
        act("decision.made", slot="decision", marks=("decided",), paper=paper(running=201), officer="J1"),
        "J1",
        other,
        before,
    )
    for order in itertools.permutations(case.entries):
        folded = fold_case(case.case_id, order)
        assert folded.status == "conflict"
        assert len(folded.conflicts) == 1
        assert len([one for one in folded.track.acts if one.body.act == "decision.made"]) == 1
    stands, falls = case.folded.conflicts[0]
    assert {stands, falls} == {mine.hash, theirs.hash}
    case.add(ConflictSettled(stands=falls, falls=stands, words="以送达的为准"), "J1", parents=[mine.hash, theirs.hash])
    settled = case.folded
    assert settled.status == "decided"
    assert settled.track.slots["decision"] == falls


def test_a_slot_that_was_freed_can_be_taken_again():
    case = Case()
    case.add(act("decision.made", slot="decision", marks=("decided",), amounts={"decided": 500_000}))
    case.add(act("review.redo", frees=("decision",), clears=("decided",), amounts={"decided": 0}))
    again = case.add(act("decision.made", slot="decision", marks=("decided",), amounts={"decided": 300_000}))
    assert case.folded.conflicts == ()
    assert case.folded.track.slots["decision"] == again.hash
    assert case.folded.track.amounts["decided"] == 300_000


def test_sums_add_up_and_an_event_keeps_its_first_day_until_it_is_forgotten():
    case = Case()
    case.add(act("payment.part", adds={"paid": 200}, events={"evidence.registered": AT}))
    case.add(act("payment.part", adds={"paid": 300}, events={"evidence.registered": AT + timedelta(days=3)}))
    assert case.folded.track.amounts["paid"] == 500
    assert case.folded.track.events["evidence.registered"] == AT
    case.add(act("evidence.disposed", forgets=("evidence.registered",)))
    assert "evidence.registered" not in case.folded.track.events


def test_a_deadline_stands_still_from_one_act_to_another():
    case = Case()
    case.add(act("evidence.commissioned", halts=("seizure.term",)))
    assert case.folded.track.halted["seizure.term"][0].last is None
    case.add(act("evidence.appraised", at=AT + timedelta(days=10), resumes=("seizure.term",)))
    stopped = case.folded.track.halted["seizure.term"][0]
    assert (stopped.first, stopped.last) == (date(2026, 3, 2), date(2026, 3, 11))


def test_a_paper_is_signed_printed_and_voided_and_keeps_its_number():
    case = Case()
    entry = case.add(act("decision.made", slot="decision", marks=("decided",), paper=paper()))
    wrong = PaperSigned(act=entry.hash, content_digest=b"\x01" * 32, role="party", name="吴", at=AT, strokes=b"x")
    case.add(wrong)
    assert case.folded.lines[-1].why_not == "what was signed is not the paper that was issued"
    case.add(PaperSigned(act=entry.hash, content_digest=bytes(32), role="party", name="吴", at=AT, refused="拒绝"))
    case.add(PaperPrinted(act=entry.hash, way="pdf", copies=3, reprint=False))
    case.add(PaperVoided(act=entry.hash, words="打印错误"))
    case.add(PaperVoided(act=entry.hash, words="再次"))
    assert case.folded.lines[-1].why_not == "the document was already voided"
    made = case.folded.track.acts[0]
    assert (made.prints, made.voided, made.body.paper.running) == (3, "打印错误", 1)
    assert [one.role for one in made.signatures] == ["party"]


def test_what_was_decided_on_the_spot_stays_so():
    device, case_id = Device(), uuid4()
    from tests.support.journal_maker import decided_case

    entries = decided_case(device, case_id)
    entries.append(device.add(case_id, TurnedOrdinary(why="太轻"), [entries[-1].hash]))
    case = fold_case(case_id, entries)
    assert case.procedure == "summary"
    assert case.lines[-1].why_not == "the decision was already issued"


def test_nobody_acts_in_a_case_that_is_not_open():
    device, case_id = Device(), uuid4()
    entry = device.add(case_id, act("evidence.inspected"))
    assert fold_case(case_id, [entry]).lines[0].why_not == "the case is not open"
