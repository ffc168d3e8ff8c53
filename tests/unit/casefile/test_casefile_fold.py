import random
from uuid import uuid4

from enforcement.casefile import fold_case
from enforcement.casefile.fold import _STEPS
from enforcement.casefile.visits import _STEPS as OF_INSPECTIONS
from enforcement.journal import kinds
from enforcement.journal.acts import (
    CaseCosigned,
    ConflictSettled,
    DecisionDelivered,
    DocumentVoided,
    ReviewAnswered,
    ReviewApproved,
    ReviewReturned,
)
from enforcement.journal.device_acts import OF_DEVICES
from enforcement.journal.relay_acts import RelayAcknowledged
from enforcement.journal.visit_acts import DrawCommitted, DrawRevealed
from tests.support.journal_maker import PARTY, Device, decided_case, determined, issued, opened, shown


def test_a_decided_case():
    device, case_id = Device(), uuid4()
    case = fold_case(case_id, decided_case(device, case_id))
    assert (case.status, case.party, case.decision.act.number) == ("issued", PARTY, "示城管简罚决〔2026〕41号")
    assert all(line.effective for line in case.lines)


def test_returned_answered_approved():
    device, case_id = Device("S1", "S2", "J1"), uuid4()
    entries = decided_case(device, case_id)
    decision = entries[-1].hash

    def add(body, officer="S1"):
        entries.append(device.add(case_id, body, [entries[-1].hash], officer))
        return fold_case(case_id, entries)

    returned = add(ReviewReturned(decision=decision, words="请补充照片", shown=shown("J1")), "J1")
    assert (returned.status, returned.review.words) == ("returned", "请补充照片")
    assert add(ReviewAnswered(words="已补充")).status == "answered"
    assert add(ReviewApproved(decision=decision, shown=shown("J1")), "J1").status == "approved"
    again = add(ReviewReturned(decision=decision, words="再看", shown=shown("J1")), "J1")
    assert again.status == "approved"
    assert again.lines[-1].why_not == "it was already approved"


def test_what_is_not_allowed_stays_in_the_record_without_effect():
    device, case_id = Device(), uuid4()
    first = device.add(case_id, opened())
    proposal = device.add(case_id, determined(), [first.hash])
    alone = device.add(case_id, CaseCosigned(determination=proposal.hash, shown=shown("S1")), [proposal.hash], "S1")
    early = device.add(case_id, issued(proposal), [alone.hash])
    case = fold_case(case_id, [first, proposal, alone, early])
    assert case.decision is None
    assert [line.effective for line in case.lines] == [True, True, False, False]
    assert case.lines[2].why_not == "both signatures are of the same officer"


def test_two_devices_decide_the_same_case():
    one, two, case_id = Device(), Device(), uuid4()
    entries = decided_case(one, case_id)
    other = two.add(case_id, issued(entries[1], running=900), [entries[2].hash])
    for seed in range(20):
        arrived = [*entries, other]
        random.Random(seed).shuffle(arrived)
        case = fold_case(case_id, arrived)
        assert case.status == "conflict"
        assert {case.conflicts[0][0], case.conflicts[0][1]} == {entries[3].hash, other.hash}
    stands, falls = case.conflicts[0]
    settled = one.add(
        case_id, ConflictSettled(stands=stands, falls=falls, words="以先出具者为准"), [entries[3].hash, other.hash]
    )
    case = fold_case(case_id, [*entries, other, settled])
    assert (case.status, case.conflicts) == ("issued", ())


def test_voided_keeps_its_number_and_refusal_to_sign_is_noted():
    device, case_id = Device(), uuid4()
    entries = decided_case(device, case_id)
    entries.append(
        device.add(case_id, DecisionDelivered(outcome="refused", words="当事人拒绝签字"), [entries[-1].hash])
    )
    entries.append(
        device.add(case_id, DocumentVoided(number="示城管简罚决〔2026〕41号", words="打印错误"), [entries[-1].hash])
    )
    case = fold_case(case_id, entries)
    assert (case.status, case.decision.act.running, case.decision.delivered) == ("voided", 41, "refused")


def test_no_kind_was_forgotten():
    of_no_case = {DrawCommitted, DrawRevealed, RelayAcknowledged} | OF_DEVICES
    assert set(kinds().values()) == set(_STEPS) | set(OF_INSPECTIONS) | of_no_case
