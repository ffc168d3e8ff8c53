"""Doubts written down, by the connection in which they were found; judging again replaces them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from central.registry.services.doubts import Doubt
from central.registry.store.models import RefusalRow
from enforcement.values.clock import to_ms


def replace_doubts(
    session: Session,
    scope: str,
    doubts: Sequence[Doubt],
    *,
    aggregate: UUID | None = None,
    device: UUID | None = None,
    bundle: bytes | None = None,
    at_ms: int = 0,
) -> None:
    """Write these down instead of what stood there; the same doubt of the same entry once."""
    session.execute(delete(RefusalRow).where(RefusalRow.scope == scope))
    rows: dict[tuple[str, bytes, str], RefusalRow] = {}
    for one in doubts:
        entry = one.entry
        details = json.dumps(dict(one.details), ensure_ascii=False, sort_keys=True)
        rows.setdefault(
            (one.reason, entry.hash if entry is not None else b"", details),
            RefusalRow(
                scope=scope,
                number=0,
                reason=one.reason,
                weight=one.weight,
                aggregate=entry.aggregate.bytes if entry is not None else aggregate.bytes if aggregate else None,
                device=entry.device.bytes if entry is not None else device.bytes if device else None,
                bundle=bundle,
                entry=entry.hash if entry is not None else None,
                certificate=entry.certificate if entry is not None else "",
                details=details,
                at_ms=to_ms(entry.at) if entry is not None else at_ms,
            ),
        )
    for number, name in enumerate(sorted(rows)):
        rows[name].number = number
        session.add(rows[name])
