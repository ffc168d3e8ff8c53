"""The register read: sums by unit and month, cases, what is not believed, the devices."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.registry.services.lines import FALLEN, QUASHED, STANDS, VOIDED
from central.registry.services.words import reason_words, weight_words
from central.registry.store.models import (
    BundleRow,
    CaseRow,
    DecisionRow,
    DeviceRow,
    EntryRow,
    NumberRow,
    RefusalRow,
    SeenRow,
)
from enforcement.credentials import Roster
from enforcement.values.clock import from_ms


@dataclass(frozen=True)
class Sum:
    """One unit in one month: acts are entries; fines in fen. `disputed` are decisions of cases that are not believed in something."""

    unit: str
    month: str
    acts: int = 0
    bundles: int = 0
    decisions: int = 0
    fines_fen: int = 0
    disputed: int = 0
    disputed_fen: int = 0
    undone: int = 0


def books(session: Session) -> tuple[Sum, ...]:
    """By unit and month of what was done. A decision that was voided, quashed or had no effect is counted under `undone`."""
    found: dict[tuple[str, str], dict[str, int]] = {}

    def add(unit: str, month: str, name: str, number: int) -> None:
        sums = found.setdefault((unit, month), {})
        sums[name] = sums.get(name, 0) + number

    grouped = select(EntryRow.unit, EntryRow.month, func.count(), func.count(func.distinct(EntryRow.bundle))).group_by(
        EntryRow.unit, EntryRow.month
    )
    for unit, month, acts, bundles in session.execute(grouped):
        add(unit, month, "acts", acts)
        add(unit, month, "bundles", bundles)
    doubtful = disputed(session)
    for row in session.scalars(select(DecisionRow)):
        if row.state in (VOIDED, QUASHED, FALLEN):
            add(row.unit, row.month, "undone", 1)
        elif row.case_id in doubtful:
            add(row.unit, row.month, "disputed", 1)
            add(row.unit, row.month, "disputed_fen", row.fine_fen)
        else:
            add(row.unit, row.month, "decisions", 1)
            add(row.unit, row.month, "fines_fen", row.fine_fen)
    return tuple(Sum(unit, month, **found[unit, month]) for unit, month in sorted(found))


def disputed(session: Session) -> frozenset[bytes]:
    """Cases in which something is not believed."""
    wanted = select(RefusalRow.aggregate).where(RefusalRow.weight == "refused", RefusalRow.aggregate.is_not(None))
    return frozenset(one for one in session.scalars(wanted.distinct()) if one is not None)


def totals(session: Session) -> dict[str, int]:
    """Everything that is kept, counted."""

    def count(wanted: Any) -> int:
        return session.scalar(wanted) or 0

    grouped = session.execute(select(BundleRow.state, func.count()).group_by(BundleRow.state))
    states = {state: number for state, number in grouped}
    standing = select(func.coalesce(func.sum(DecisionRow.fine_fen), 0)).where(DecisionRow.state == STANDS)
    return {
        "bundles": sum(states.values()),
        "bundles_taken": states.get("taken", 0),
        "bundles_waiting": states.get("waiting", 0),
        "bundles_refused": states.get("refused", 0),
        "acts": count(select(func.count()).select_from(EntryRow)),
        "cases": count(select(func.count()).select_from(CaseRow).where(CaseRow.sort == "case")),
        "inspections": count(select(func.count()).select_from(CaseRow).where(CaseRow.sort == "inspection")),
        "decisions": count(select(func.count()).select_from(DecisionRow)),
        "numbers": count(select(func.count()).select_from(NumberRow)),
        "fines_fen": int(count(standing)),
        "not_believed": count(select(func.count()).select_from(RefusalRow).where(RefusalRow.weight == "refused")),
        "waiting": count(select(func.count()).select_from(RefusalRow).where(RefusalRow.weight == "waiting")),
    }


def refused(session: Session, language: str, weight: str = "") -> list[dict[str, str]]:
    """What is not believed, with the reason in words: newest last."""
    wanted = select(RefusalRow).order_by(RefusalRow.at_ms, RefusalRow.scope, RefusalRow.number)
    if weight:
        wanted = wanted.where(RefusalRow.weight == weight)
    return [
        {
            "weight": row.weight,
            "weight_words": weight_words(row.weight, language),
            "reason": row.reason,
            "words": reason_words(row.reason, json.loads(row.details), language),
            "case": _hex(row.aggregate),
            "device": _hex(row.device),
            "bundle": row.bundle.hex() if row.bundle else "",
            "entry": row.entry.hex() if row.entry else "",
            "certificate": row.certificate,
            "at": from_ms(row.at_ms).isoformat() if row.at_ms else "",
        }
        for row in session.scalars(wanted)
    ]


def cases(session: Session) -> list[dict[str, Any]]:
    """Every case and inspection as it stands, with its decision, and whether something of it is not believed."""
    doubtful = disputed(session)
    decided = {row.case_id: row for row in session.scalars(select(DecisionRow).where(DecisionRow.state != FALLEN))}
    found = []
    for row in session.scalars(select(CaseRow).order_by(CaseRow.opened_ms, CaseRow.case_id)):
        decision = decided.get(row.case_id)
        found.append(
            {
                "case": _hex(row.case_id),
                "sort": row.sort,
                "unit": row.unit,
                "officer": row.officer,
                "procedure": row.procedure,
                "status": row.status,
                "title": row.title or row.violation,
                "party": row.party,
                "number": decision.number if decision is not None else "",
                "fine_fen": decision.fine_fen if decision is not None else None,
                "state": decision.state if decision is not None else "",
                "opened": from_ms(row.opened_ms).isoformat() if row.opened_ms is not None else "",
                "acts": row.entries,
                "believed": row.case_id not in doubtful,
            }
        )
    return found


def devices(session: Session, roster: Roster) -> list[dict[str, Any]]:
    """Every device of the roster that writes: what it said of itself, what came, what lies between."""
    chains: Mapping[bytes, DeviceRow] = {row.device: row for row in session.scalars(select(DeviceRow))}
    seen: Mapping[bytes, SeenRow] = {row.device: row for row in session.scalars(select(SeenRow))}
    found = []
    for info in roster.devices:
        if info.reads_only:
            continue
        chain, said = chains.get(info.device.bytes), seen.get(info.device.bytes)
        highest = chain.highest if chain is not None else 0
        found.append(
            {
                "device": str(info.device),
                "label": info.label,
                "unit": info.unit,
                "state": info.state,
                "came": highest,
                "announced": said.seq if said is not None else 0,
                "not_come": max(0, (said.seq if said is not None else 0) - highest),
                "missing": chain.missing if chain is not None else "",
                "forked": chain.forked if chain is not None else "",
                "broken": chain.broken if chain is not None else "",
                "last_said": from_ms(said.at_ms).isoformat() if said is not None else "",
            }
        )
    return found


def journal(session: Session) -> tuple[str, int]:
    """Every entry as CSV, by device and number, to be compared with what the devices hold; and how many."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(("hash", "device", "seq", "unit", "month", "kind", "bundle"))
    names = (
        EntryRow.hash,
        EntryRow.device,
        EntryRow.seq,
        EntryRow.unit,
        EntryRow.month,
        EntryRow.kind,
        EntryRow.bundle,
    )
    count = 0
    for row in session.execute(select(*names).order_by(EntryRow.device, EntryRow.seq, EntryRow.hash)):
        sheet.writerow((row.hash.hex(), _hex(row.device), row.seq, row.unit, row.month, row.kind, row.bundle.hex()))
        count += 1
    return out.getvalue(), count


def _hex(raw: bytes | None) -> str:
    return str(UUID(bytes=raw)) if raw else ""
