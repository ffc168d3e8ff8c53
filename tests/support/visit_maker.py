"""Inspections for tests: one aggregate on one device, each entry after the one before."""

from uuid import uuid4

from enforcement.casefile import fold_inspection
from enforcement.journal.acts import InspectionOpened
from enforcement.journal.visit_acts import (
    AskedItem,
    InspectionConcluded,
    InspectionCosigned,
    InspectionDecided,
    InspectionPlanned,
    ItemAnswered,
    ListVersion,
    Named,
)
from tests.support.journal_maker import PARTY, START, Device, shown

A, B = "list/a", "list/b"


def plan(**more):
    items = tuple(
        AskedItem(key=key, label=key, question=key, basis="城市道路管理条例第三十条", severity="minor")
        for key in (A, B)
    )
    return InspectionPlanned(
        **{
            "party": PARTY,
            "place": "示范路18号",
            "unit": "u1",
            "type": "daily",
            "trigger": "plan",
            "source": "计划",
            "basis": "城市道路管理条例第六条",
            "way": "现场查看",
            "matters": (A, B),
            "lists": (ListVersion(id="list", title="清单", version="1", digest=bytes(32)),),
            "items": items,
            "officers": (Named(number="S1", name="林示例"), Named(number="S2", name="周样本")),
            "planned_at": START,
            "times": 0,
            "cap": 2,
            **more,
        }
    )


class Visit:
    """One aggregate on one device, each entry after the one before."""

    def __init__(self, **more):
        self.device, self.id = Device("S1", "S2", "J1"), uuid4()
        self.entries = []
        self.plan = self.add(plan(**more))

    def add(self, body, officer="S1", after=None):
        parents = after if after is not None else [self.entries[-1].hash] if self.entries else []
        self.entries.append(self.device.add(self.id, body, parents, officer))
        return self.entries[-1]

    def decide(self, approved=True, officer="J1"):
        return self.add(
            InspectionDecided(plan=self.plan.hash, approved=approved, words="", shown=shown(officer)), officer
        )

    def open(self):
        body = InspectionOpened(party=PARTY, place="示范路18号", officers=(shown("S1"),), unit="u1", started_at=START)
        return self.add(body)

    def answer(self, item, answer="conforms", seen=(), **more):
        return self.add(ItemAnswered(item=item, answer=answer, seen=tuple(seen), **more))

    def conclude(self, officer="S1"):
        body = InspectionConcluded(outcome="no_findings", findings=(), narrative="无", ended_at=START, checked="一致")
        return self.add(body, officer)

    def cosign(self, conclusion, officer="S2"):
        return self.add(InspectionCosigned(conclusion=conclusion.hash, shown=shown(officer)), officer)

    @property
    def state(self):
        return fold_inspection(self.id, self.entries)

    @property
    def why_not(self):
        return self.state.lines[-1].why_not


def running(**more):
    visit = Visit(**more)
    visit.decide()
    visit.open()
    return visit
