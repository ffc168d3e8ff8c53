"""The devices' chains as they came here: holes, forks, broken links; and what a device says of itself beside what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.registry.services.doubts import Doubt
from central.registry.services.recorded import replace_doubts
from central.registry.store.models import DeviceRow, EntryRow, SeenRow
from enforcement.journal import Entry, check_chain


def judge_devices(session: Session, came: Mapping[UUID, Sequence[Entry]]) -> None:
    """Walk the chains of these devices further by what came new, or again where it does not just go on. In the caller's transaction."""
    for device in sorted(came, key=lambda one: one.bytes):
        row = session.get(DeviceRow, device.bytes)
        if row is None or not _goes_on(row, came[device]):
            row = session.merge(_walked(session, device))
        kinds = {"missing": row.missing, "forked": row.forked, "broken": row.broken}
        doubts = [
            Doubt(f"chain.{kind}", weight="waiting" if kind == "missing" else "refused", details={"numbers": found})
            for kind, found in kinds.items()
            if found
        ]
        doubts += _said(session, device, row.highest)
        replace_doubts(session, f"device:{device.hex}", doubts, device=device)


def _goes_on(row: DeviceRow, came: Sequence[Entry]) -> bool:
    """Whether the new entries only follow the last one of a chain without a fault; then they are counted."""
    if row.missing or row.forked or row.broken:
        return False
    seq, head = row.highest, row.head
    for entry in sorted(came, key=lambda one: one.seq):
        if entry.seq != seq + 1 or entry.prev != head:
            return False
        seq, head = entry.seq, entry.hash
    row.joined, row.highest, row.head = seq, seq, head
    return True


def _walked(session: Session, device: UUID) -> DeviceRow:
    wanted = select(EntryRow.seq, EntryRow.hash, EntryRow.prev).where(EntryRow.device == device.bytes)
    chain = check_chain(device, [(row.seq, row.hash, row.prev) for row in session.execute(wanted)])

    def named(kind: str) -> str:
        return spans([one.seq for one in chain.faults if one.kind == kind])

    return DeviceRow(
        device=device.bytes,
        joined=chain.joined,
        highest=chain.highest,
        head=chain.head,
        missing=named("missing"),
        forked=named("forked"),
        broken=named("broken"),
    )


def spans(numbers: Sequence[int]) -> str:
    """3, 4, 5, 9 as 3-5,9."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def _said(session: Session, device: UUID, highest: int) -> list[Doubt]:
    """A device that names another head than the one that came has forked, or somebody speaks for it."""
    seen = session.get(SeenRow, device.bytes)
    if seen is None or not 0 < seen.seq <= highest:
        return []
    here = session.scalars(select(EntryRow.hash).where(EntryRow.device == device.bytes, EntryRow.seq == seen.seq)).all()
    if here and seen.head not in here:
        return [Doubt("chain.other_head", details={"numbers": str(seen.seq)})]
    return []
