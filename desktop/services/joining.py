"""Concurrent parties, joined and parted cases: which other case is meant, what stands against it, and what follows in both files.

Both files are written in one transaction by the same people; each stays whole by itself (docs/decisions/0010-parties.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from desktop.services import ruler
from desktop.services.act_desk import Standing
from desktop.services.desk import Desk, local
from desktop.services.party_entry import checked_code, entered
from desktop.services.sharing import Evidence, relation_words, sharable
from desktop.services.titles import titled
from desktop.store.models import CaseRow, PaperRow
from enforcement.casefile import CaseFile, fold_case
from enforcement.journal import Body
from enforcement.journal.acts import CaseOpened, FactsRecorded, Party
from enforcement.journal.relation_acts import CaseRelated
from enforcement.procedure.checks import Refusal
from enforcement.procedure.joining import JOININGS, number_of, refusals_of, same_party, same_violation
from enforcement.procedure.profile import ActRule
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7

OPENING = "case_opening"
AT_MOST = 200
NOWHERE = UUID(int=0)
GONE = frozenset(("withdrawn", "closed_unopened"))
"""Marks of a case that was none."""
KINDS: Mapping[str, Literal["citizen", "organisation", "sole_trader"]] = {
    "公民": "citizen",
    "法人或者其他组织": "organisation",
    "个体工商户": "sole_trader",
}
"""Kinds of party as 共同当事人登记表 words them."""
Way = Literal["beside", "into", "from", "apart"]


def idle(session: Session, desk: Desk, found: Standing) -> frozenset[str]:
    """Acts that have nothing to join: no other open case has anything in common with this one."""
    return frozenset(
        f"{joining}.asked"
        for joining in ("linking", "merger")
        if next(_candidates(session, desk, found.case, joining), None) is None
    )


def choices(session: Session, desk: Desk, found: Standing, rule: ActRule) -> dict[str, tuple[str, ...]]:
    """By the path of a field: what may be chosen there, because the record knows it and the form does not."""
    joining, case = rule.id.partition(".")[0], found.case
    match joining:
        case "linking" | "merger":
            return {"other": tuple(_candidates(session, desk, case, joining))}
        case "unlinking" | "splitting":
            way = "beside" if joining == "unlinking" else "into"
            return {"other": tuple(relation_words(one) for one in case.related if one.way == way)}
    if rule.id == "evidence.referred":
        return {"items": tuple(_offered(session, desk, case))}
    return {}


def refusals(
    session: Session, desk: Desk, found: Standing, rule: ActRule, content: Mapping[str, Any]
) -> tuple[Refusal, ...]:
    """What stands against it by both cases. Nothing while the other case is not chosen: the form's own missing list says so."""
    joining, _, step = rule.id.partition(".")
    if rule.id == "party.added":
        return tuple(_party_refusals(session, desk, found.case, content))
    if rule.id == "evidence.referred":
        strange = set(content.get("items", ())) - set(_offered(session, desk, found.case))
        return tuple(
            Refusal(f"并案的案卷里没有这件证据：{one}", "行政处罚法第四十六条第二款") for one in sorted(strange)
        )
    if joining not in JOININGS or step == "refused" or not content.get("other"):
        return ()
    return refusals_of(joining, found.case, _other(session, desk, found.case, str(content["other"])))


def follow(
    session: Session, desk: Desk, found: Standing, rule: ActRule, content: Mapping[str, Any], entry: bytes
) -> None:
    """What an act that has had its effect brings into the files. `entry`: its own; `found`: the case before it."""
    case = found.case
    match rule.id:
        case "party.added":
            _add_party(session, desk, case, content, entry)
        case "evidence.referred":
            offered = _offered(session, desk, case)
            desk.append(session, case.case_id, *(offered[words] for words in dict.fromkeys(content["items"])))
        case "linking.approved":
            _relate(session, desk, case, _other(session, desk, case, str(content["other"])), "beside", "beside", entry)
        case "unlinking.approved" | "splitting.approved":
            _relate(session, desk, case, _other(session, desk, case, str(content["other"])), "apart", "apart", entry)
        case "merger.approved":
            other = _other(session, desk, case, str(content["other"]))
            _relate(session, desk, case, other, "into", "from", entry)
            _share(session, desk, case, other)


def _candidates(session: Session, desk: Desk, case: CaseFile, joining: str) -> Iterator[str]:
    """Open cases with something in common, the latest first."""
    party, violation = case.party, case.facts.violation if case.facts is not None else ""
    if party is None:
        return
    ours = or_(
        CaseRow.party_id == party.party_id, CaseRow.search.contains(f"\n{party.code.lower()}\n", autoescape=True)
    )
    visit, place = case.inspection.bytes if case.inspection is not None else b"\0", case.place or "\0"
    common = (
        and_(ours, CaseRow.violation == violation)
        if joining == "merger"
        else or_(ours, CaseRow.violation == violation, CaseRow.inspection == visit, CaseRow.place == place)
    )
    wanted = (
        select(CaseRow, PaperRow.number)
        .join(PaperRow, and_(PaperRow.case_id == CaseRow.case_id, PaperRow.form == OPENING, PaperRow.number != ""))
        .where(CaseRow.case_id != case.case_id.bytes, CaseRow.status == "underway", common)
        .order_by(PaperRow.at_ms.desc(), PaperRow.entry)
        .limit(AT_MOST)
    )
    related = {one.case.bytes for one in case.related}
    for line, number in session.execute(wanted):
        if line.case_id not in related:
            yield f"{number} {line.party}，{titled(desk, line)}"


def _other(session: Session, desk: Desk, case: CaseFile, words: str) -> CaseFile:
    """The case that a field names: one of those that are related, else the one of that number; one without entries where this device
    has none such.
    """
    related = next((one.case for one in case.related if relation_words(one) == words), None)
    if related is None:
        number = words.partition(" ")[0]
        raw = session.scalar(select(PaperRow.case_id).where(PaperRow.form == OPENING, PaperRow.number == number))
        related = NOWHERE if raw is None else UUID(bytes=raw)
    return fold_case(related, desk.journal.entries(session, related))


def _beside(session: Session, desk: Desk, case: CaseFile) -> Iterator[CaseFile]:
    """The cases that are investigated together with this one, as far as this device has them."""
    for one in case.related:
        other = fold_case(one.case, desk.journal.entries(session, one.case))
        if one.way == "beside" and other.opened_at is not None:
            yield other


def _offered(session: Session, desk: Desk, case: CaseFile) -> dict[str, Evidence]:
    """Evidence of the cases beside this one that does not count here yet, in words."""
    return {words: body for one in _beside(session, desk, case) for words, body in sharable(case, one).items()}


def _relate(session: Session, desk: Desk, case: CaseFile, other: CaseFile, ours: Way, theirs: Way, act: bytes) -> None:
    for one, to, way in ((case, other, ours), (other, case, theirs)):
        if way == "apart" and all(known.case != to.case_id for known in one.related):
            continue
        name = to.party.name if to.party is not None else ""
        body = CaseRelated(case=to.case_id, way=way, number=number_of(to), party=name, act=act)
        desk.append(session, one.case_id, body)


def _share(session: Session, desk: Desk, source: CaseFile, target: CaseFile) -> None:
    bodies: list[Body] = list(sharable(target, source).values())
    if bodies:
        desk.append(session, target.case_id, *bodies)


def _party_refusals(session: Session, desk: Desk, case: CaseFile, content: Mapping[str, Any]) -> Iterator[Refusal]:
    added = content.get("added", {})
    kind, code = KINDS.get(str(added.get("kind", ""))), str(added.get("code", ""))
    if kind is None or not code:
        return
    try:
        code = checked_code(kind, code)
    except KnownError:
        yield Refusal("当事人的证件号码或者统一社会信用代码校验不符", "行政处罚法第五十九条第一款第（一）项")
        return
    codes = {case.party.code if case.party is not None else ""}
    codes |= {
        one.party.code
        for one in _beside(session, desk, case)
        if one.party is not None and same_violation(one, case) and not one.track.marks & GONE
    }
    if code in codes:
        yield Refusal("该当事人已经立案，同一当事人的同一违法行为不再另立一案", "行政处罚法第二十九条")


def _add_party(session: Session, desk: Desk, case: CaseFile, content: Mapping[str, Any], act: bytes) -> None:
    """A case of its own for one more party, beside this one and every other party's; its facts are measured for itself."""
    assert case.facts is not None
    assert case.found_at is not None
    now, added = desk.clock.now(), content["added"]
    kind = KINDS[str(added["kind"])]
    known = entered(
        session,
        name=str(added["name"]),
        kind=kind,
        code=str(added["code"]),
        address=str(added["address"]),
        representative=str(added.get("representative", "")),
        phone=str(added.get("phone", "")),
    )
    party = Party(
        party_id=known.party_id,
        name=known.name,
        kind=kind,
        code=known.code,
        address=known.address,
        representative=known.representative,
        phone=known.phone,
    )
    case_id = uuid7(now, desk.entropy)
    opened = CaseOpened(
        inspection=case.inspection or case.case_id,
        party=party,
        unit=case.unit,
        officer=desk.number,
        place=case.place,
        found_at=case.found_at,
        procedure="ordinary",
    )
    violation = desk.agency.library.violation(case.facts.violation, local(case.found_at).date())
    facts = FactsRecorded(
        violation=violation.id,
        happened=case.facts.happened,
        place=case.facts.place,
        facts={
            spec.id: min(ruler.priors(session, desk, violation.id, party.party_id), spec.high)
            for spec in violation.facts
            if spec.known_from == "priors"
        },
    )
    _, new = desk.append(session, case_id, opened, facts)
    others = [one for one in _beside(session, desk, case) if same_violation(one, case) and not same_party(one, new)]
    for one in (case, *others):
        _relate(session, desk, new, one, "beside", "beside", act)
    _share(session, desk, case, fold_case(case_id, desk.journal.entries(session, case_id)))


__all__ = ["choices", "follow", "refusals"]
