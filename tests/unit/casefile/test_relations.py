"""How cases stand to each other, in the fold: each file for itself, the same in whatever order its entries arrive."""

from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement.casefile import fold_case
from enforcement.journal.acts import ConflictSettled, EvidenceAdded
from enforcement.journal.chains import heads_of
from enforcement.journal.procedure_acts import TurnedOrdinary
from enforcement.journal.relation_acts import CaseRelated, EvidenceShared
from enforcement.procedure.position import situation_of
from tests.support.journal_maker import Device, opened
from tests.unit.casefile.test_track import AT, Case, act, paper

OTHER, THIRD = UUID(int=1), UUID(int=2)


def related(way="beside", case=OTHER, act=b"a" * 32):
    return CaseRelated(case=case, way=way, number="示城管立〔2026〕18号", party="示例市若水乙装饰有限公司", act=act)


def shared(entry=b"e" * 32, case=OTHER):
    return EvidenceShared(
        case=case,
        number="示城管立〔2026〕18号",
        entry=entry,
        form="inspection_record",
        title="现场检查（勘验）笔录",
        at=AT,
        digest=bytes(32),
    )


def picture(name=7):
    return EvidenceAdded(
        evidence=UUID(int=name),
        sort="photograph",
        caption="现场全景",
        media_type="image/jpeg",
        blob=bytes(32),
        sealed_size=10,
        plain_digest=bytes(32),
        plain_size=9,
        key=bytes(32),
        taken_at=AT,
        taken_by="S1",
        place="示范路18号",
    )


def ways(case):
    return [(one.case, one.way) for one in case.folded.related]


def test_a_case_beside_another_is_so_until_they_part():
    case = Case()
    case.add(related())
    case.add(related(case=THIRD))
    assert ways(case) == [(OTHER, "beside"), (THIRD, "beside")]
    assert situation_of(case.folded).related
    case.add(related("apart"))
    assert ways(case) == [(THIRD, "beside")]
    case.add(related("apart"))
    assert case.folded.lines[-1].why_not == "the cases are not related"
    case.add(related("apart", THIRD))
    assert not situation_of(case.folded).related


def test_no_case_is_beside_itself_and_none_before_it_is_open():
    case = Case()
    case.add(related(case=case.case_id))
    assert case.folded.lines[-1].why_not == "a case is not related to itself"
    case.add(shared(case=case.case_id))
    assert case.folded.lines[-1].why_not == "it is this case's own"
    device, unopened = Device(), uuid4()
    for body in (related(), shared()):
        folded = fold_case(unopened, [device.add(unopened, body)])
        assert [line.why_not for line in folded.lines] == ["the case is not open"]


def test_evidence_counts_once_whichever_way_it_came():
    case = Case()
    assert not situation_of(case.folded).evidence
    case.add(shared())
    case.add(shared())
    assert (len(case.folded.shared), situation_of(case.folded).evidence) == (1, True)
    assert case.folded.lines[-1].why_not == "it is on the case already"
    case.add(picture())
    case.add(picture())
    assert (len(case.folded.evidence), case.folded.lines[-1].why_not) == (1, "it is on the case already")


def merged(case, parents=None, device=None):
    entry = case.add(
        act("merger.approved", marks=("ended", "merged"), slot="decision", stage="结案"), device=device, parents=parents
    )
    return entry, case.add(related("into", act=entry.hash), device=device, parents=[entry.hash])


def test_a_merged_case_says_so_and_goes_on_when_it_is_parted():
    case = Case()
    case.add(act("opening.approved", marks=("opened",), events={"case.filed": AT}, stage="调查取证"))
    merged(case)
    assert (case.folded.status, ways(case)) == ("merged", [(OTHER, "into")])
    case.add(act("splitting.approved", clears=("ended", "merged"), frees=("decision",), stage="调查取证"))
    case.add(related("apart"))
    folded = case.folded
    assert (folded.status, folded.related, dict(folded.track.slots)) == ("underway", (), {})
    assert folded.track.events["case.filed"] == AT


def test_one_device_merges_what_another_decides_and_a_supervisor_settles():
    case, other = Case(), Device("S1")
    start = [case.entries[-1].hash]
    decided = case.add(act("decision.made", marks=("decided",), slot="decision", paper=paper()), parents=start)
    into, said = merged(case, start, other)
    folded = case.folded
    assert folded.status == "conflict"
    stands, falls = folded.conflicts[0]
    assert {stands, falls} == {decided.hash, into.hash}
    assert bool(folded.related) == (stands == into.hash)
    case.add(
        ConflictSettled(stands=decided.hash, falls=into.hash, words="决定在先"),
        parents=[decided.hash, said.hash],
    )
    settled = case.folded
    assert (settled.status, settled.related) == ("decided", ())
    why = next(line.why_not for line in settled.lines if line.entry.hash == said.hash)
    assert why == "the act that it rests on has no effect"


BODIES = st.sampled_from(
    [
        related(),
        related("apart"),
        related("from"),
        related(case=THIRD),
        related("apart", THIRD),
        shared(),
        shared(b"f" * 32),
        picture(),
        picture(8),
        act("evidence.referred", marks=("evidence",)),
        act("merger.approved", marks=("ended", "merged"), slot="decision"),
        act("splitting.approved", clears=("ended", "merged"), frees=("decision",)),
        act("decision.made", marks=("decided",), slot="decision"),
    ]
)


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), BODIES), max_size=9), st.randoms(use_true_random=False))
def test_two_devices_make_the_same_case_in_whatever_order_their_entries_arrive(steps, chance):
    """Each device writes after what it has seen; now and then it has seen what the other wrote."""
    devices, case_id = (Device("S1"), Device("S1")), uuid4()
    first = devices[0].add(case_id, opened())
    begun = devices[0].add(case_id, TurnedOrdinary(why="罚款超过三千元"), [first.hash])
    seen = [[first, begun], [first, begun]]
    for which, meets, body in steps:
        mine, theirs = seen[which], seen[not which]
        if meets:
            mine += [one for one in theirs if one not in mine]
        mine.append(devices[which].add(case_id, body, heads_of(mine)))
    everything = [*seen[0], *(one for one in seen[1] if one not in seen[0])]
    folded = fold_case(case_id, everything)
    again = list(everything)
    chance.shuffle(again)
    assert fold_case(case_id, again) == folded
    assert len({one.case for one in folded.related}) == len(folded.related)
    assert len({one.entry for one in folded.shared}) == len(folded.shared)
    part = again[: len(again) // 2]
    assert fold_case(case_id, part) == fold_case(case_id, sorted(part, key=lambda one: one.hash))
