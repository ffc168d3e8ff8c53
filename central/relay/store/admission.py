"""Who gets in: nonces taken once, and what devices used, in one transaction for many requests.

Two processes that judge one device in the same moment may let in what is on its way at both; the counts themselves are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, delete, or_, select

from central.relay.store.protocol import Asked, Judge, Usage
from central.relay.store.tables import nonce_table, unit_table, usage_table
from enforcement.values.clock import LOCAL, to_ms

MINUTE_MS = 60_000
FORGET_MINUTES, FORGET_DAYS = 10, 7


class Bulk(Protocol):
    """Many rows in as few statements as the database allows."""

    def take_nonces(self, connection: Connection, rows: list[dict[str, Any]]) -> set[tuple[bytes, bytes]]:
        """Insert nonces; which (key id, nonce) were new."""
        ...

    def add_usage(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        """Add to what devices used."""
        ...


def minute_of(now: datetime) -> int:
    """Minutes since 1970."""
    return to_ms(now) // MINUTE_MS


def day_of(now: datetime) -> int:
    """The day in the country's time."""
    return now.astimezone(LOCAL).date().toordinal()


def minute_ends(now: datetime) -> timedelta:
    """How long until the next minute."""
    return timedelta(milliseconds=MINUTE_MS - to_ms(now) % MINUTE_MS)


def day_ends(now: datetime) -> timedelta:
    """How long until the next day in the country's time."""
    local = now.astimezone(LOCAL)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - local


def admit(
    connection: Connection,
    bulk: Bulk,
    asked: Sequence[Asked],
    judge: Judge,
    now: datetime,
    forget_before: datetime | None,
) -> list[str]:
    """The code of each one's refusal, or nothing. A request counts though it is refused; what it brings then does not."""
    fresh = _take_nonces(connection, bulk, asked)
    used = _usage(connection, {one.kid for one in asked}, now)
    kept = _units(connection, {one.unit for one in asked if one.bytes})
    added: dict[bytes, Usage] = {}
    verdicts: list[str] = []
    for number, one in enumerate(asked):
        if number not in fresh:
            verdicts.append("relay.replayed")
            continue
        before = used.get(one.kid, Usage()) + added.get(one.kid, Usage())
        verdict = judge(one, before, kept.get(one.unit, 0))
        verdicts.append(verdict)
        one_more = Usage(1, 0, 0) if verdict else Usage(1, one.bundles, one.bytes)
        added[one.kid] = added.get(one.kid, Usage()) + one_more
    if added:
        _add_usage(connection, bulk, added, now)
    if forget_before is not None:
        _forget(connection, now, forget_before)
    return verdicts


def _take_nonces(connection: Connection, bulk: Bulk, asked: Sequence[Asked]) -> set[int]:
    first: dict[tuple[bytes, bytes], int] = {}
    for number, one in enumerate(asked):
        first.setdefault((one.kid, one.nonce), number)
    rows = [
        {"kid": kid, "nonce": nonce, "at_ms": to_ms(asked[number].created)}
        for (kid, nonce), number in sorted(first.items())
    ]
    return {first[one] for one in bulk.take_nonces(connection, rows)}


def _usage(connection: Connection, kids: set[bytes], now: datetime) -> dict[bytes, Usage]:
    at = usage_table.c
    now_on = ((at.span == "minute") & (at.slot == minute_of(now))) | ((at.span == "day") & (at.slot == day_of(now)))
    found: dict[bytes, Usage] = {}
    for row in connection.execute(select(usage_table).where(at.kid.in_(sorted(kids)), now_on)):
        one = Usage(row.requests, row.bundles, 0) if row.span == "minute" else Usage(0, 0, row.bytes)
        found[bytes(row.kid)] = found.get(bytes(row.kid), Usage()) + one
    return found


def _units(connection: Connection, units: set[str]) -> dict[str, int]:
    if not units:
        return {}
    rows = connection.execute(select(unit_table).where(unit_table.c.unit.in_(sorted(units))))
    return {row.unit: row.bytes for row in rows}


def _add_usage(connection: Connection, bulk: Bulk, added: dict[bytes, Usage], now: datetime) -> None:
    rows = [
        {"kid": kid, "span": span, "slot": slot, "requests": one.requests, "bundles": one.bundles, "bytes": one.bytes}
        for kid, one in sorted(
            added.items()
        )  # in one order everywhere: two processes never wait for each other in a ring
        for span, slot in (("day", day_of(now)), ("minute", minute_of(now)))
    ]
    bulk.add_usage(connection, rows)


def _forget(connection: Connection, now: datetime, before: datetime) -> None:
    at = usage_table.c
    connection.execute(delete(nonce_table).where(nonce_table.c.at_ms < to_ms(before)))
    connection.execute(
        delete(usage_table).where(
            or_(
                (at.span == "minute") & (at.slot < minute_of(now) - FORGET_MINUTES),
                (at.span == "day") & (at.slot < day_of(now) - FORGET_DAYS),
            )
        )
    )
