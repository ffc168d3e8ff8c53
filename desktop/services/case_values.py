"""What a case already knows of the fields of its papers, so that nobody writes twice what stands on the record.

Values are in the plain shape of docs/forms.md. What a field means is the same in every form, but for the few named in `_BY_FORM`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from desktop.services.desk import Desk, local
from desktop.services.forms import form
from desktop.services.media_values import recorded
from desktop.services.sharing import relation_words
from enforcement.casefile import Act, CaseFile
from enforcement.discretion import Determination, explain
from enforcement.journal.acts import CertificateShown
from enforcement.law import Due, Period, count
from enforcement.procedure.position import Position
from enforcement.rules import format_fact
from enforcement.rules.citations import marked
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain

PENALTIES = {
    "warning": "警告",
    "criticism": "通报批评",
    "confiscate_gains": "没收违法所得",
    "confiscate_goods": "没收非法财物",
    "suspend_permit": "暂扣许可证件",
    "lower_grade": "降低资质等级",
    "revoke_permit": "吊销许可证件",
    "restrict_business": "限制开展生产经营活动",
    "stop_business": "责令停产停业",
    "close_business": "责令关闭",
    "bar_from_work": "限制从业",
}
"""Kinds of penalty (APL Art. 9) as documents name them."""
NOTICES = ("notice.given", "notice.hearing")
DECISIONS = ("decision.made", "decision.exempted", "decision.dismissed")
SERVED = ("decision.served", "decision.handed", "decision.served_by_post")
JOINED = {"linking": "并案调查，分别决定", "merger": "并入另案，作为一案决定"}
"""What joins two cases, as 并案审批表 says it."""
CARRIED: Mapping[str, tuple[str, ...]] = {
    "preservation_notice": ("preservation.asked",),
    "preservation_disposal": ("evidence.preserved",),
    "seizure_decision": ("seizure.asked",),
    "seizure_extension": ("seizure.made", "seizure.urgent"),
    "seizure_release": ("seizure.made", "seizure.urgent"),
    "hearing_record": ("hearing.called",),
    "hearing_report": ("hearing.called",),
    "deferral_decision": ("deferral.asked",),
    "correction_check": ("correction.ordered",),
    "suspension_approval": ("suspension.asked",),
}
"""From which earlier act a form takes the fields that it has in common with it."""


def known_values(
    desk: Desk, case: CaseFile, position: Position, form_id: str, act: str, at: datetime, fine: int | None = None
) -> dict[str, Any]:
    """What is known of a form's fields when `act` is begun at `at`, by path; without those who sign. `fine`: a sum in fen that was
    written on the form in the place of the one put forward.
    """
    found = _determination(case)
    values: dict[str, Any] = {
        **_agency(desk),
        **_party(case),
        **_case(desk, case, found),
        **_ruled(desk, case, found, fine),
        **_decided(case, position, at),
        **_told(case),
        "issued_on": day(at),
        "at": minute(at),
        "taken_at": minute(at),
    }
    values.update(_carried(case, form_id))
    if form_id == "media_record":
        values.update(recorded(case))
    values.update(
        {name: value for name, value in _by_form(case, position, form_id, act, at).items() if value is not None}
    )
    return {path: value for path, value in values.items() if value not in (None, "", [])}


def named(people: Sequence[CertificateShown]) -> list[dict[str, str]]:
    """People as a form's field holds them."""
    return [{"name": one.name, "number": one.number} for one in people]


def day(at: datetime) -> str:
    """An instant's local day."""
    return local(at).date().isoformat()


def minute(at: datetime) -> str:
    """An instant to the minute, local."""
    return local(at).replace(tzinfo=None, second=0, microsecond=0).isoformat(timespec="minutes")


def investigators(case: CaseFile) -> list[dict[str, str]]:
    """The officers of the case, those who investigated last first signed."""
    for act in reversed(case.track.acts):
        if act.body.part == "investigator" and act.cosigned_by is not None:
            return named([*act.body.shown, act.cosigned_by])
    return []


def _determination(case: CaseFile) -> Determination | None:
    return None if case.proposal is None else from_plain(Determination, case.proposal.act.determination)


def _agency(desk: Desk) -> dict[str, Any]:
    agency = desk.agency.index.roster.agency
    return {
        "agency": agency.name,
        "agency_phone": agency.phone,
        "agency_address": agency.address,
        "contact": desk.agency.person(desk.number).name,
        "bank": agency.bank,
        "account_name": agency.bank_account_name,
        "account": agency.bank_account,
        "reconsideration_body": agency.reconsideration_body,
        "court": agency.court,
    }


def _party(case: CaseFile) -> dict[str, Any]:
    party = case.party
    if party is None:
        return {}
    return {
        "party.name": party.name,
        "party.code": party.code,
        "party.address": party.address,
        "party.representative": party.representative,
        "party.phone": party.phone,
    }


def _case(desk: Desk, case: CaseFile, found: Determination | None) -> dict[str, Any]:
    opening = case.track.last("opening.approved")
    title = found.title if found is not None else ""
    if not title and case.facts is not None and case.found_at is not None:
        title = desk.agency.library.violation(case.facts.violation, local(case.found_at).date()).title
    return {
        "cause": f"涉嫌{title}案" if title else "",
        "case_number": _number(opening),
        "place": case.place,
        "opened_on": day(opening.body.at) if opening is not None else "",
        "facts": case.facts.happened if case.facts is not None else "",
        "evidence": _evidence(case),
        "officers": investigators(case),
    }


def _evidence(case: CaseFile) -> list[str]:
    """Every paper that an act of evidence issued, then the sealed pictures (APL Art. 46)."""
    listed = [
        f"{form(act.body.paper.form).title}一份（{_day_words(act.body.at)}）"
        for act in case.track.acts
        if act.body.act.startswith(("evidence.", "seizure.recorded")) and act.body.paper is not None and not act.voided
    ]
    listed += [f"{one.title}一份（{_day_words(one.at)}，原件存于{one.number}案卷）" for one in case.shared]
    captions = list(dict.fromkeys(item.act.caption for item in case.evidence))
    if captions:
        listed.append(f"现场照片{len(case.evidence)}张（{'、'.join(captions[:6])}）")
    return listed


def _ruled(desk: Desk, case: CaseFile, found: Determination | None, written: int | None) -> dict[str, Any]:
    """What follows from the ruler's answer that the two officers put forward."""
    if found is None or case.proposal is None:
        return _cited(desk, case)
    fine = case.proposal.act.fine_fen if written is None else written
    deviation = case.proposal.act.deviation
    kinds = [PENALTIES[one.kind] for one in found.beside if one.must and one.kind in PENALTIES]
    return {
        "forbids": marked(found.forbids),
        "punishes": marked(found.punishes),
        "discretion": explain(found, fine, deviation),
        "fine": fine or None,
        "after_fine": fine,
        "penalty": [*kinds, *(["罚款"] if fine else [])],
        "correction": found.correction.rstrip("。"),
        "steps": _steps(desk, case, found),
        "perform": "" if fine else "自收到本决定书之日起履行",
    }


def _cited(desk: Desk, case: CaseFile) -> dict[str, Any]:
    """Before the ruler was asked: the articles of the violation that is suspected."""
    if case.facts is None or case.found_at is None:
        return {}
    on = local(case.found_at).date()
    loaded = desk.agency.library.at(case.facts.violation, on)
    violation = loaded.violation(case.facts.violation)
    version = loaded.version_at(violation, on)
    return {
        "forbids": marked(version.forbids),
        "punishes": marked(version.punishes),
        "correction": violation.correction.rstrip("。"),
    }


def _steps(desk: Desk, case: CaseFile, found: Determination) -> list[dict[str, str]]:
    """Each factor of the table, what was found, and the tier it led to."""
    assert case.proposal is not None
    loaded = desk.agency.library.by_digest(found.pack_digest)
    facts = case.proposal.act.facts
    if loaded is None:
        return [{"factor": name, "finding": str(value), "tier": found.tier_label} for name, value in facts.items()]
    specs = loaded.violation(found.violation).facts
    return [
        {"factor": spec.label, "finding": format_fact(spec, facts[spec.id]), "tier": found.tier_label}
        for spec in specs
        if spec.id in facts
    ]


def _decided(case: CaseFile, position: Position, at: datetime) -> dict[str, Any]:
    track = case.track
    decision, served = track.last(*DECISIONS), track.last(*SERVED)
    payments = [act for act in track.acts if act.body.act in ("payment.part", "payment.full")]
    demanded = track.last("demand.served")
    values: dict[str, Any] = {
        "decision_number": _number(decision),
        "decided_on": day(decision.body.at) if decision is not None else "",
        "served_on": day(served.body.at) if served is not None else "",
        "paid": track.amounts.get("paid") or None,
        "paid_on": day(payments[-1].body.at) if payments else "",
        "receipt": str(payments[-1].body.values.get("receipt", "")) if payments else "",
        "demand_number": _number(demanded),
        "demanded_on": day(demanded.body.at) if demanded is not None else "",
    }
    if "decided" in track.marks:
        added = position.surcharge(local(at).date()).fen
        values |= {"fine": track.amounts.get("decided") or None, "additional": added}
        values |= {"total": position.owed(local(at).date()), "days": 10}
    return values


def _told(case: CaseFile) -> dict[str, Any]:
    track = case.track
    notice, served = track.last(*NOTICES), track.last("notice.served", "notice.hearing_served")
    told = track.amounts.get("told")
    values: dict[str, Any] = {"notice_number": _number(notice), "told_fine": told, "heard": _heard(case)}
    statement = track.last("statement.made")
    if statement is not None:
        values["heard_on"] = day(statement.body.at)
    if notice is not None and served is not None:
        number = _number(notice)
        values["told_on"] = day(served.body.at)
        hearing = "和要求听证" if notice.body.act == "notice.hearing" else ""
        values["told"] = (
            f"本机关于{_day_words(served.body.at)}以{number}告知你（单位）拟处罚的内容及事实、理由、依据和陈述、申辩{hearing}的权利"
        )
    return values


def _heard(case: CaseFile) -> str:
    """What became of the right to be heard, in one sentence (APL Art. 45, 59)."""
    track, said = case.track, []
    if track.last("statement.waived") is not None:
        said.append("你（单位）书面放弃陈述、申辩")
    elif track.last("statement.lapsed") is not None:
        said.append("你（单位）在告知的期限内没有陈述、申辩")
    elif (review := track.last("statement_review.approved")) is not None:
        conclusion = _content(review).get("conclusion", "")
        said.append(f"你（单位）提出陈述、申辩，经复核：{str(conclusion).rstrip('。')}")
    if (report := track.last("hearing_report.approved")) is not None:
        finding = _content(report).get("finding", "")
        said.append(f"本机关依你（单位）的要求举行听证，主持人认定：{str(finding).rstrip('。')}")
    elif track.last("hearing.waived") is not None:
        said.append("书面放弃听证")
    elif track.last("hearing.lapsed") is not None:
        said.append("逾期没有要求听证")
    elif track.last("hearing.abandoned") is not None:
        said.append("无正当理由没有出席听证")
    return "；".join(said)


def _carried(case: CaseFile, form_id: str) -> dict[str, Any]:
    earlier = case.track.last(*CARRIED[form_id]) if form_id in CARRIED else None
    if earlier is None:
        return {}
    known, before = {field.path: field for field in form(form_id).fields}, {**earlier.body.values, **_content(earlier)}
    return {
        path: value for path, value in before.items() if path in known and path not in ("number", "agency", "issued_on")
    }


def _by_form(case: CaseFile, position: Position, form_id: str, act: str, at: datetime) -> dict[str, Any]:
    """The few fields whose meaning is a form's own."""
    track = case.track

    def of(*names: str) -> Act | None:
        return track.last(*names)

    match form_id:
        case "preservation_notice":
            allowed = of("preservation.approved")
            last = _last_day(position, at, Period(unit="workdays", count=7))
            return {"approved_on": day(allowed.body.at) if allowed else "", "from": day(at), "until": last}
        case "preservation_disposal":
            made = of("evidence.preserved")
            return {"notice_number": _number(made), "saved_on": day(made.body.at) if made else ""}
        case "seizure_decision":
            return {"from": day(at), "until": _last_day(position, at, Period(unit="days", count=30))}
        case "seizure_extension" | "seizure_release":
            return {"original": _number(of("seizure.made", "seizure.urgent")), "approved_on": day(at)}
        case "correction_check":
            return {"order": _number(of("correction.ordered"))}
        case "legality_review":
            sent = of("legality.submitted")
            return {"sent_on": day(sent.body.at) if sent else ""}
        case "service_receipt":
            served = of(*(NOTICES if act.startswith("notice.") else DECISIONS))
            return {"documents": _served(served)}
        case "hearing_notice":
            asked = of("hearing.asked")
            return {"asked_on": day(asked.body.at) if asked else "", "at": ""}
        case "case_closing":
            return _closing(case)
        case "case_cover":
            closed = of("closing.approved", "no_case.approved")
            return {"closed_on": day(closed.body.at) if closed else "", "filed_on": day(at)}
        case "payment_record":
            back = act == "payment.refunded"
            decided = _content(made) if back and (made := of("decision.made")) is not None else {}
            owed = track.amounts.get("paid", 0) if back else position.owed(local(at).date())
            return {"paid_on": day(at), "receipt": "", "sum": owed, "fine": decided.get("fine")}
        case "remedy_result":
            return {"received_on": day(at)}
        case "joining_approval":
            return {"handling": JOINED.get(act.partition(".")[0])}
        case "splitting_approval":
            into = next((one for one in case.related if one.way == "into"), None)
            return {"other": relation_words(into) if into is not None else None}
        case "penalty_approval":
            return {"told_fine": track.amounts.get("told")}
        case _:
            return {}


def _closing(case: CaseFile) -> dict[str, Any]:
    marks = case.track.marks
    checked = case.track.last("correction.checked")
    published = case.track.last("publicity.published")
    performed = (
        "撤销"
        if "quashed" in marks
        else "并入另案"
        if "merged" in marks
        else "移送"
        if "transferred" in marks
        else "不予处罚"
        if marks & {"exempted", "dismissed"}
        else "终结执行"
        if "execution_ended" in marks
        else "自动履行"
        if "paid" in marks
        else ""
    )
    corrected = str(_content(checked).get("result", "")) if checked is not None else ""
    unpunished: dict[str, Any] = {"penalty": [], "fine": "", "additional": ""} if performed == "不予处罚" else {}
    return {
        **unpunished,
        "performed": performed,
        "corrected": f"{_day_words(checked.body.at)}复查，{corrected}" if checked is not None else "",
        "published": f"{_day_words(published.body.at)}公开" if published is not None else "",
    }


def _served(act: Act | None) -> list[dict[str, str]]:
    if act is None or act.body.paper is None:
        return []
    return [{"name": form(act.body.paper.form).title, "number": act.body.paper.number, "count": "1"}]


def _last_day(position: Position, at: datetime, period: Period) -> str:
    """Nothing where the holidays are not known yet: then a person says it."""
    try:
        found = count(period, local(at).date(), position.calendar)
    except KnownError as error:
        if error.code != "period.year_unknown":
            raise
        return ""
    return found.last_day.isoformat() if isinstance(found, Due) else ""


def _content(act: Act) -> Mapping[str, Any]:
    return act.body.paper.content if act.body.paper is not None else act.body.values


def _number(act: Act | None) -> str:
    return act.body.paper.number if act is not None and act.body.paper is not None else ""


def _day_words(at: datetime) -> str:
    when = local(at).date()
    return f"{when.year}年{when.month}月{when.day}日"
