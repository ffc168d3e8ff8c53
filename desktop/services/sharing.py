"""Evidence of one case for another: a paper by the entry that issued it, a sealed attachment by the same blob under the same key."""

from __future__ import annotations

from desktop.services.forms import form
from enforcement.casefile import CaseFile, Relation
from enforcement.journal.acts import EvidenceAdded
from enforcement.journal.relation_acts import EvidenceShared
from enforcement.notices.reading import minute_words
from enforcement.procedure.joining import number_of

Evidence = EvidenceAdded | EvidenceShared
REFERENCE = "evidence_reference"
"""The form that lists what was taken over; it is no evidence itself."""
NOT_YET = "尚未立案"


def relation_words(one: Relation) -> str:
    """A related case in a form's field."""
    return f"{one.number or NOT_YET} {one.party}"


def sharable(here: CaseFile, source: CaseFile) -> dict[str, Evidence]:
    """What of the evidence of `source` does not count in `here` yet: in words, each once, and as the entry that brings it."""
    number = number_of(source)
    kept = f"，原件存于{number or (source.party.name if source.party is not None else '')}案卷"
    found: dict[str, Evidence] = {}
    for act in source.track.acts:
        paper = act.body.paper
        if paper is None or act.voided or "evidence" not in act.body.effect.marks or paper.form == REFERENCE:
            continue
        title = form(paper.form).title
        when = minute_words(act.body.at.isoformat())
        body = EvidenceShared(
            case=source.case_id,
            number=number,
            entry=act.entry,
            form=paper.form,
            title=title,
            at=act.body.at,
            digest=paper.content_digest,
        )
        found[_unique(f"{title}（{when}）{kept}", found)] = body
    for one in source.shared:
        when = minute_words(one.at.isoformat())
        found[_unique(f"{one.title}（{when}），原件存于{one.number}案卷", found)] = one
    for item in source.evidence:
        when = minute_words(item.act.taken_at.isoformat())
        found[_unique(f"{item.act.caption}（{when}）{kept}", found)] = item.act
    papers = {one.entry for one in here.shared} | {act.entry for act in here.track.acts}
    pictures = {item.act.evidence for item in here.evidence}
    return {
        words: body
        for words, body in found.items()
        if (body.entry not in papers if isinstance(body, EvidenceShared) else body.evidence not in pictures)
    }


def _unique(words: str, taken: dict[str, Evidence]) -> str:
    """Two of the same minute are told apart."""
    again = 2
    told = words
    while told in taken:
        told, again = f"{words}（之{again}）", again + 1
    return told
