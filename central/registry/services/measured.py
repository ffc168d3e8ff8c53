"""The ruler asked again: the pack that the record names, its facts and its days must give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from central.registry.services.doubts import Doubt, of_error
from enforcement.casefile import CaseFile
from enforcement.discretion import Determination, context_in, evaluate
from enforcement.journal import Entry
from enforcement.journal.acts import CaseDetermined, DeviationAsked, FactValue
from enforcement.procedure.summary import holds_sum
from enforcement.rules import Library
from enforcement.values.encoding import encode
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text
from enforcement.values.shapes import from_plain, to_plain


def measured_doubts(case: CaseFile, library: Library) -> Iterator[Doubt]:
    """Every answer of the ruler that stands on the record, also one that was given up later."""
    for line in case.lines:
        match line.entry.body:
            case CaseDetermined() as body:
                found = list(_again(line.entry, body.violation, body.facts, body.determination, library))
                yield from found or _determined(line.entry, body, case)
            case DeviationAsked() as body:
                yield from _again(line.entry, body.violation, body.facts, body.determination, library)


def _again(
    entry: Entry, violation: str, facts: Mapping[str, FactValue], recorded: Mapping[str, Any], library: Library
) -> Iterator[Doubt]:
    try:
        said = from_plain(Determination, dict(recorded))
    except KnownError as error:
        yield of_error(error, entry)
        return
    if said.violation != violation:
        yield Doubt("rules.differ", entry, details={"violation": violation})
        return
    loaded, other = library.by_digest(said.pack_digest), library.by_digest(said.compared)
    if loaded is None or (said.compared and other is None):
        yield Doubt("rules.pack_unknown", entry, "waiting", {"pack": f"{said.pack_title} {said.pack_version}"})
        return
    if said.judged_by == "decision" and other is not None:
        loaded, other = other, loaded
    try:
        again = evaluate(loaded, violation, facts, context_in(said), other, said.dropped)
    except KnownError as error:
        yield of_error(error, entry)
        return
    if encode(to_plain(again)) != encode(dict(recorded)):
        told = {"violation": said.title, "said": _sum(said), "again": _sum(again)}
        yield Doubt("rules.differ", entry, details=told)


def _determined(entry: Entry, body: CaseDetermined, case: CaseFile) -> Iterator[Doubt]:
    said = from_plain(Determination, body.determination)
    if (said.pack_digest, said.acted_on, said.decided_on) != (body.pack_digest, body.acted_on, body.decided_on):
        yield Doubt("rules.differ", entry, details={"violation": said.title})
    if case.party is not None and case.proposal is not None and case.proposal.entry == entry.hash:
        if said.party_kind != case.party.kind:
            yield Doubt("rules.other_party", entry, details={"violation": said.title})
    if said.recommended_fen is None or holds_sum(said, body.fine_fen):
        return
    top = body.fine_fen if said.statute_hi is None else said.statute_hi
    told = {"violation": said.title, "fine": plain_text(body.fine_fen)}
    low = said.statute_lo if said.mitigate_below is None and said.exempt != "may" else 0
    if not low <= body.fine_fen <= top:
        yield Doubt("rules.outside_statute", entry, details=told)
    leave = case.deviation
    covered = leave is not None and leave.state == "allowed" and leave.act.fine_fen == body.fine_fen
    if not covered or not body.deviation:
        yield Doubt("rules.no_leave", entry, details=told)


def _sum(found: Determination) -> str:
    return "" if found.recommended_fen is None else plain_text(found.recommended_fen)
