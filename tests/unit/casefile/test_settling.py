"""Conflicts of a case: what was asked for is answered once, papers that fell stay with their numbers, supervisors may settle apart."""

import itertools
import random
from collections import Counter
from uuid import uuid4

import hypothesis.strategies as st
from hypothesis import given
from hypothesis import settings as effort

from enforcement.casefile import fold_case
from enforcement.journal.acts import CaseCosigned, ConflictSettled, DeviationAsked, DeviationDecided
from enforcement.journal.procedure_acts import (
    ActCosigned,
    ActDone,
    Effect,
    Paper,
    PaperPrinted,
    PaperVoided,
    TurnedOrdinary,
)
from tests.support.journal_maker import Device, determined, issued, opened, shown
from tests.unit.casefile.test_track import AT, Case

ASKED = Effect(marks=("opening_asked",), turn="supervisor")
GRANTED = Effect(marks=("opened",), clears=("opening_asked",), stage="调查取证", turn="officer")
ASKED_FOR = {"violation": "road", "facts": {}, "determination": {}, "fine_fen": 90_000, "words": "当事人生活困难"}
DENIED = Effect(clears=("opening_asked",), turn="officer")


def act(name, effect, officer="J1", answers=b"", running=0, second=False):
    paper = None
    if running:
        number = f"示城管立〔2026〕{running}号"
        paper = Paper(
            form="case_opening", content={}, content_digest=bytes(32), number=number, series="示城管立", running=running
        )
    return ActDone(
        act=name,
        profile="ordinary@1",
        at=AT,
        shown=(shown(officer),),
        effect=effect,
        answers=answers,
        paper=paper,
        second=second,
    )


class Apart(Case):
    """A case that one officer asked to open, with two supervisors' devices that do not see each other."""

    def __init__(self):
        super().__init__()
        self.heads = {"J1": Device("J1"), "J2": Device("J2")}
        self.asked = self.add(act("opening.asked", ASKED, "S1"))

    def decide(self, name, effect, who, running=0, parents=None):
        body = act(name, effect, who, self.asked.hash, running)
        return self.add(body, who, self.heads[who], parents or [self.asked.hash])

    def settle(self, stands, falls, who="J1", parents=None, words="以先到的为准"):
        body = ConflictSettled(stands=stands.hash, falls=falls.hash, words=words)
        return self.add(body, who, self.heads[who], parents or [stands.hash, falls.hash])

    def everywhere(self):
        """The fold, which no order of arrival changes."""
        found = self.folded
        for order in itertools.islice(itertools.permutations(self.entries), 0, 720, 7):
            assert fold_case(self.case_id, order) == found
        return found


def test_what_was_asked_for_is_answered_once_and_the_other_answer_is_a_conflict():
    case = Apart()
    yes = case.decide("opening.approved", GRANTED, "J1", 1)
    no = case.decide("opening.refused", DENIED, "J2", 201)
    found = case.everywhere()
    assert found.status == "conflict"
    assert set(found.conflicts[0]) == {yes.hash, no.hash}
    stands, falls = found.conflicts[0]
    assert [one.entry for one in found.track.acts[1:]] == [stands]
    assert [(one.entry, one.fell) for one in found.track.fallen] == [
        (falls, "与同一事项的另一记录冲突，未生效，等待监督人员处理")
    ]


def test_two_that_agree_have_two_papers_and_are_a_conflict_too():
    case = Apart()
    case.decide("opening.approved", GRANTED, "J1", 1)
    case.decide("opening.approved", GRANTED, "J2", 201)
    found = case.everywhere()
    assert len(found.conflicts) == 1
    assert sorted(one.body.paper.running for one in found.track.issued if one.body.paper) == [1, 201]


def test_the_supervisor_s_choice_counts_and_the_other_paper_says_why_it_does_not():
    case = Apart()
    yes = case.decide("opening.approved", GRANTED, "J1", 1)
    no = case.decide("opening.refused", DENIED, "J2", 201)
    printed = case.add(
        PaperPrinted(act=yes.hash, way="pdf", copies=2, reprint=False), "J1", case.heads["J1"], [yes.hash]
    )
    case.settle(no, yes, parents=[no.hash, printed.hash], words="证据不足")
    found = case.everywhere()
    assert (found.status, found.conflicts) == ("underway", ())
    assert "opened" not in found.track.marks
    fell = found.track.act(yes.hash)
    assert (fell.fell, fell.prints) == ("冲突经监督人员处理，不予采用：证据不足", 2)
    case.add(PaperVoided(act=yes.hash, words="收回"), "J1", case.heads["J1"])
    assert case.folded.track.act(yes.hash).voided == "收回"


def test_an_answer_to_what_was_asked_before_does_not_answer_what_is_asked_again():
    case = Apart()
    no = case.decide("opening.refused", DENIED, "J2", 201)
    again = case.add(act("opening.asked", ASKED, "S1"), parents=[no.hash])
    yes = case.decide("opening.approved", GRANTED, "J1", 1)
    found = case.everywhere()
    assert len(found.conflicts) == 1
    assert set(found.conflicts[0]) == {yes.hash, no.hash}
    case.settle(no, yes, parents=[again.hash, yes.hash])
    assert case.everywhere().track.marks == {"opening_asked"}


def test_two_supervisors_settle_otherwise_apart_and_that_is_settled_again():
    case = Apart()
    yes = case.decide("opening.approved", GRANTED, "J1", 1)
    no = case.decide("opening.refused", DENIED, "J2", 201)
    mine = case.settle(yes, no, "J1")
    theirs = case.settle(no, yes, "J2")
    found = case.everywhere()
    assert found.status == "conflict"
    assert [set(pair) for pair in found.conflicts] == [{mine.hash, theirs.hash}]
    assert ("opened" in found.track.marks) == (found.conflicts[0][0] == mine.hash)
    for stands, falls, opens in ((mine, theirs, True), (theirs, mine, False)):
        again = Apart.__new__(Apart)
        again.__dict__ = {**case.__dict__, "entries": list(case.entries)}
        again.settle(stands, falls, "J1")
        found = again.everywhere()
        assert found.conflicts == ()
        assert ("opened" in found.track.marks) == opens
        assert len(found.track.acts) == 2


def test_two_supervisors_who_settle_alike_apart_are_of_one_mind():
    case = Apart()
    yes = case.decide("opening.approved", GRANTED, "J1", 1)
    no = case.decide("opening.refused", DENIED, "J2", 201)
    case.settle(yes, no, "J1")
    case.settle(yes, no, "J2")
    found = case.everywhere()
    assert found.conflicts == ()
    assert "opened" in found.track.marks


def test_a_settlement_of_what_is_no_conflict_takes_nothing_away():
    case = Apart()
    yes = case.decide("opening.approved", GRANTED, "J1", 1)
    case.add(ConflictSettled(stands=case.asked.hash, falls=yes.hash, words="不要了"), "J1", case.heads["J1"])
    found = case.everywhere()
    assert found.lines[-1].why_not == "no such conflict is open"
    assert "opened" in found.track.marks


class World:
    """Four devices with one case, each with what it wrote and what reached it; two heads have just decided it apart."""

    def __init__(self):
        base = Apart()
        self.case_id = base.case_id
        self.devices = {"S1": Device("S1"), "S2": Device("S2"), **base.heads}
        self.known = {name: list(base.entries) for name in self.devices}
        self.known["J1"].append(base.decide("opening.approved", GRANTED, "J1", 1))
        self.known["J2"].append(base.decide("opening.refused", DENIED, "J2", 301))

    def state(self, who):
        return fold_case(self.case_id, self.known[who])

    def heads(self, who):
        parents = {parent for entry in self.known[who] for parent in entry.parents}
        return [entry.hash for entry in self.known[who] if entry.hash not in parents]

    def write(self, who, body):
        self.known[who].append(self.devices[who].add(self.case_id, body, self.heads(who), who))

    def sync(self, giver, taker):
        here = {entry.hash for entry in self.known[taker]}
        self.known[taker] += [entry for entry in self.known[giver] if entry.hash not in here]

    def act(self, who, choice):
        """One of the things that this device's own state allows."""
        can = list(self.can(who))
        self.write(who, can[choice % len(can)])

    def can(self, who):
        state, number = self.state(who), self.devices[who].seq + 2 + 100 * list(self.devices).index(who)
        marks, track = state.track.marks, state.track
        asked = track.last("opening.asked")
        yield (
            PaperPrinted(act=asked.entry, way="pdf", copies=1, reprint=False)
            if asked
            else TurnedOrdinary(why="罚款超过三千元")
        )
        if not marks & {"opening_asked", "opened"}:
            yield act("opening.asked", ASKED, who, second=True)
        for waits in track.pending:
            if who not in waits.people:
                yield ActCosigned(act=waits.entry, shown=shown(who))
        if asked is not None and "opening_asked" in marks:
            yield act("opening.approved", GRANTED, who, asked.entry, number)
            yield act("opening.refused", DENIED, who, asked.entry, number)
        if "opened" in marks and "decision" not in track.slots:
            effect = Effect(slot="decision", marks=("decided",), amounts={"decided": number})
            yield act("decision.made", effect, who, running=number)
        for one in track.issued:
            if one.body.paper and not one.voided:
                yield PaperVoided(act=one.entry, words="作废")
        for stands, falls in state.conflicts:
            yield ConflictSettled(stands=stands, falls=falls, words=who)
            yield ConflictSettled(stands=falls, falls=stands, words=who)


WHO = st.sampled_from(("S1", "S2", "J1", "J2"))
STEPS = st.lists(st.tuples(WHO, st.one_of(st.integers(0, 9), WHO)), max_size=40)


@given(STEPS)
@effort(max_examples=300)
def test_four_devices_in_any_interleaving_of_acts_and_syncs_end_in_the_same_state(steps):
    world = World()
    for who, what in steps:
        if isinstance(what, int):
            world.act(who, what)
        else:
            world.sync(what, who)
    for _ in range(2):
        for giver, taker in itertools.permutations(world.devices, 2):
            world.sync(giver, taker)
    first, *others = (world.state(who) for who in world.devices)
    assert all(one == first for one in others)
    hashes = {entry.hash for entry in world.known["S1"]}
    assert {line.entry.hash for line in first.lines} == hashes
    assert first.waiting == ()
    issued = [one.body.paper.running for one in first.track.issued if one.body.paper]
    written = [
        entry.body.paper.running for entry in world.known["S1"] if isinstance(entry.body, ActDone) and entry.body.paper
    ]
    assert sorted(issued) == sorted(written)
    rounds = 0
    while first.conflicts:
        stands, falls = first.conflicts[0]
        world.write("J1", ConflictSettled(stands=stands, falls=falls, words="以先到的为准"))
        first, rounds = world.state("J1"), rounds + 1
        assert rounds <= len(first.lines)


def test_the_interleavings_come_to_conflicts_and_settlements_that_contradict():
    seen = Counter()
    for seed in range(120):
        chance, world = random.Random(seed), World()
        for _ in range(40):
            who, other = chance.choice(("S1", "S2", "J1", "J2")), chance.choice(("S1", "S2", "J1", "J2"))
            world.act(who, chance.randrange(10)) if chance.random() < 0.5 else world.sync(other, who)
            for line in world.state(who).lines:
                seen[line.why_not] += 1
    assert {"it was already decided", "another act of this kind already stands", "settled by a supervisor"} <= set(seen)
    assert "another supervisor settled it otherwise" in seen


def test_leave_to_deviate_that_two_heads_answer_apart_is_a_conflict_also_after_the_decision():
    officer, one, two = Device("S1", "S2"), Device("J1"), Device("J2")
    case_id = uuid4()
    begun = officer.add(case_id, opened())
    asked = officer.add(case_id, DeviationAsked(**ASKED_FOR), [begun.hash])
    yes = one.add(
        case_id, DeviationDecided(asked=asked.hash, allowed=True, words="", shown=shown("J1")), [asked.hash], "J1"
    )
    proposal = officer.add(case_id, determined(), [yes.hash])
    second = officer.add(case_id, CaseCosigned(determination=proposal.hash, shown=shown("S2")), [proposal.hash], "S2")
    decision = officer.add(case_id, issued(proposal), [second.hash])
    for _ in range(12):
        no = two.add(
            case_id,
            DeviationDecided(asked=asked.hash, allowed=False, words="不宜", shown=shown("J2")),
            [asked.hash],
            "J2",
        )
        found = fold_case(case_id, [begun, asked, yes, proposal, second, decision, no])
        assert {frozenset(pair) for pair in found.conflicts} == {frozenset((yes.hash, no.hash))}
        assert found.decision is not None
        assert found.status == "conflict"
