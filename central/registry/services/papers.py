"""Are the papers what their codes vouch for, and did the steps before them allow them?"""

from __future__ import annotations

from collections.abc import Iterator

from central.registry.services.doubts import Doubt, of_error
from central.registry.services.trusted import Trusted
from enforcement.casefile import CaseFile
from enforcement.discretion import Determination
from enforcement.journal import Entry
from enforcement.journal.acts import DecisionIssued, ReviewApproved
from enforcement.journal.procedure_acts import ActDone, Paper
from enforcement.notices import OnSpotDecision, content_digest, read_code
from enforcement.notices.code import party_hint
from enforcement.procedure import PageState, missing_on_spot
from enforcement.procedure.board import Law, retraced
from enforcement.values.encoding import encode
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_plain


def paper_doubts(case: CaseFile, trusted: Trusted, law: Law) -> Iterator[Doubt]:
    """Every paper of the case, and the steps that led to the decision."""
    for line in case.lines:
        match line.entry.body:
            case DecisionIssued() as body:
                yield from _on_spot(line.entry, body, case, trusted)
            case ActDone(paper=Paper() as paper):
                yield from _paper(line.entry, paper, trusted)
            case ReviewApproved() if case.decision is not None and line.effective:
                if line.entry.certificate in {one.number for one in case.decision.act.officers}:
                    yield Doubt("act.own_case", line.entry, details={"number": line.entry.certificate})
    if case.procedure == "ordinary":
        by_hash = {line.entry.hash: line.entry for line in case.lines}
        for one in retraced(case, law):
            words = "；".join(f"{found.words}（{found.basis}）" for found in one.refusals)
            yield Doubt("act.unlawful", by_hash.get(one.act.entry), details={"words": words})
    elif case.decision is not None:
        yield from _summary(case)


def _on_spot(entry: Entry, body: DecisionIssued, case: CaseFile, trusted: Trusted) -> Iterator[Doubt]:
    told = {"number": body.number}
    try:
        content = from_plain(OnSpotDecision, dict(body.content))
        claims = read_code(
            body.code, lambda kid: trusted.index.officer_key(kid, entry.certificate) if kid == entry.kid else None
        )
    except KnownError as error:
        yield of_error(error, entry)
        return
    held = content_digest(content)
    if held != body.content_digest or held != claims.content:
        yield Doubt("notice.content", entry, details=told)
    said = (content.agency, content.number, content.fine_fen, party_hint(content.party.name))
    if said != (claims.agency, claims.number, claims.fine_fen, claims.party_hint):
        yield Doubt("notice.code", entry, details=told)
    if (content.number, content.fine_fen) != (body.number, body.fine_fen):
        yield Doubt("notice.content", entry, details=told)
    if case.decision is None or case.decision.entry != entry.hash or case.proposal is None:
        return
    shown = {one.number for one in body.officers}
    cosigned = case.proposal.cosigned_by.number if case.proposal.cosigned_by is not None else ""
    if shown != {one.number for one in content.officers} or shown != {case.proposal.officer, cosigned}:
        yield Doubt("notice.officers", entry, details=told)
    if (content.pack_digest, content.fine_fen) != (case.proposal.act.pack_digest, case.proposal.act.fine_fen):
        yield Doubt("notice.content", entry, details=told)
    if case.party is not None and (content.party.name, content.party.code) != (case.party.name, case.party.code):
        yield Doubt("notice.party", entry, details=told)


def _paper(entry: Entry, paper: Paper, trusted: Trusted) -> Iterator[Doubt]:
    told = {"number": paper.number or paper.form}
    if digest(encode(dict(paper.content))) != paper.content_digest:
        yield Doubt("notice.content", entry, details=told)
    if not paper.code:
        return
    try:
        claims = read_code(
            paper.code, lambda kid: trusted.index.officer_key(kid, entry.certificate) if kid == entry.kid else None
        )
    except KnownError as error:
        yield of_error(error, entry)
        return
    if claims.content != paper.content_digest or claims.number != paper.number:
        yield Doubt("notice.code", entry, details=told)


def _summary(case: CaseFile) -> Iterator[Doubt]:
    """The steps of a decision on the spot, as they stood when it was issued."""
    assert case.decision is not None
    entry = next((line.entry for line in case.lines if line.entry.hash == case.decision.entry), None)
    if case.proposal is None:
        return
    fine, informed = case.decision.act.fine_fen, case.informed
    try:
        found = from_plain(Determination, case.proposal.act.determination)
    except KnownError:
        return  # told by `measured`
    page = PageState(
        party_kind=case.party.kind if case.party is not None else "",
        party_known=case.party is not None,
        place=case.place,
        happened=case.facts.happened if case.facts is not None else "",
        evidence=len(case.evidence),
        determination=found,
        fine_fen=fine,
        told=informed is not None,
        statement_recorded=case.statement is not None,
        second_officer=case.proposal.cosigned_by.number if case.proposal.cosigned_by is not None else "",
        deviation=case.proposal.act.deviation,
    )
    words = [f"{one.words}（{one.basis}）" for one in missing_on_spot(page)]
    if informed is not None and fine > informed.fine_fen:
        words.append("决定的数额高于告知的数额（行政处罚法第四十四条、第四十五条）")
    if words:
        yield Doubt("act.unlawful", entry, details={"words": "；".join(words)})
