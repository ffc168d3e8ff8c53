"""Tables compared and vouched for: what was proved before it was signed, and what changes for whom between two editions."""

from __future__ import annotations

from datetime import date

from desktop.services.desk import Desk
from desktop.services.shapes import ChangeRow, EditionRow, ProofRow
from enforcement.rules import LoadedPack
from enforcement.values.errors import KnownError

PARTIES = {"organisation": "单位", "citizen": "公民", "sole_trader": "个体工商户"}


def editions(desk: Desk) -> tuple[EditionRow, ...]:
    """Every edition that this device holds, the newest first."""
    today = desk.today()
    current = {loaded.digest for loaded in desk.agency.library.current(today)}
    return tuple(
        EditionRow(
            digest=loaded.digest,
            title=loaded.pack.title,
            version=loaded.pack.version,
            valid_from=loaded.pack.valid_from,
            valid_to=loaded.pack.valid_to,
            violations=len(loaded.pack.violations),
            current=loaded.digest in current,
        )
        for loaded in desk.agency.library.packs
    )


def compare(desk: Desk, older: bytes, newer: bytes, violation: str = "") -> tuple[ChangeRow, ...]:
    """What changes for whom, in sentences, for one violation or for all. Raises KnownError(input.invalid) for unknown digests."""
    from enforcement.authoring.diff import diff  # a second of work and its imports, only when somebody compares

    changes = diff(_held(desk, older), _held(desk, newer))
    return tuple(
        ChangeRow(one.kind, one.violation, one.title, one.words, one.cases)
        for one in changes
        if violation in ("", one.violation)
    )


def proof(desk: Desk, violation: str, day: date) -> ProofRow | None:
    """What was proved of the table that measures a violation on a day; None where it was signed without a statement of it."""
    loaded = desk.agency.library.at(violation, day)
    version = loaded.version_at(loaded.violation(violation), day)
    held = None if loaded.proof is None else loaded.proof.of(violation, version.valid_from)
    if held is None:
        return None
    labels = {tier.id: tier.label for tier in version.tiers}
    summary = [
        f"{PARTIES.get(party, party)}：{'、'.join(labels.get(tier, tier) for tier in reach.summary) or '无'}"
        for party, reach in held.reach.items()
    ]
    return ProofRow(
        cells=held.cells,
        formulas=held.formulas,
        digest=loaded.digest,
        parties=tuple(PARTIES.get(party, party) for party in held.reach),
        on_the_spot=tuple(summary),
        exempts=any(reach.exempt for reach in held.reach.values()),
    )


def _held(desk: Desk, digest: bytes) -> LoadedPack:
    found = desk.agency.library.by_digest(digest)
    if found is None:
        raise KnownError("input.invalid", field="edition", why="this device does not hold it")
    return found
