"""The retrace of a case that two devices worked on apart: nobody is judged by what had not reached them."""

from enforcement.procedure.board import retraced
from tests.support.board import law
from tests.support.journal_maker import Device
from tests.unit.casefile.test_track import Case, act

SUSPENDED = "案件中止调查，尚未恢复"


def said(case):
    """Entries that the retrace holds against somebody for the suspension."""
    found = retraced(case.folded, law())
    return {one.act.entry for one in found if SUSPENDED in [refusal.words for refusal in one.refusals]}


def test_an_act_apart_from_a_suspension_is_judged_without_it_in_whichever_order_they_fold():
    orders = set()
    for _ in range(24):
        case = Case()
        opening = case.add(act("opening.approved", officer="J1", marks=("opened",)), "J1")
        halted = case.add(
            act("suspension.approved", officer="J1", marks=("suspended",)), "J1", Device("J1"), [opening.hash]
        )
        asked = case.add(act("evidence.inquired", marks=("evidence",)), "S1", parents=[opening.hash])
        after = case.add(act("evidence.inquired", marks=("evidence",)), "S1", parents=[halted.hash, asked.hash])
        assert said(case) == {after.hash}
        orders.add([one.entry for one in case.folded.track.acts].index(asked.hash))
    assert orders == {1, 2}
