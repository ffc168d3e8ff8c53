"""The documents of an inspection: their values made of the visit, their number of the agency's blocks, kept on the record as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desktop.services.desk import Desk, local
from desktop.services.forms import form
from desktop.services.visit_data import caps
from desktop.services.visit_words import ANSWERS, LEADS
from enforcement.casefile import Inspection
from enforcement.journal.visit_acts import FindingLed, InspectionConcluded, InspectionPlanned, Named, PaperIssued
from enforcement.procedure.inspections.missing import NUMBERED
from enforcement.rules.citations import marked
from enforcement.values.encoding import encode
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

UNNUMBERED = "未编号"
"""What stands where a number would: this device has no block for the form, and a number is never made up."""
APPROVAL, NOTICE, RECORD, RESULT = "inspection_approval", "inspection_notice", "inspection_record", "inspection_result"
ORDER, RECHECK = "correction_order", "correction_check"
RESULTS = {"none": "未发现问题", "correction": "发现问题，责令改正", "more": "发现问题，进一步调查"}


def issue(session: Session, desk: Desk, form_id: str, values: Mapping[str, Any]) -> PaperIssued:
    """The entry of a document; numbered where the agency allotted this device a block for the form. The caller appends it before
    asking for the next number.
    """
    number, series, running = "", "", 0
    if form_id in NUMBERED or form_id == APPROVAL:
        try:
            block, running = desk.agency.next_number(session, form_id, desk.today().year)
        except KnownError as error:
            if error.code != "numbers.none_left":
                raise
        else:
            number, series = block.number(running), block.series
    known = form(form_id)
    kept = _only(values, {field.path for field in known.fields})
    if number:
        kept["number"] = number
    return PaperIssued(
        form=form_id, number=number, series=series, running=running, values=kept, digest=digest(encode(kept))
    )


def _only(values: Mapping[str, Any], paths: set[str], before: str = "") -> dict[str, Any]:
    """What the form has fields for; a map that is itself a field's value is taken whole."""
    kept: dict[str, Any] = {}
    for name, value in values.items():
        path = f"{before}{name}"
        if path in paths:
            if value is not None:
                kept[name] = value
        elif isinstance(value, Mapping) and (inner := _only(value, paths, f"{path}.")):
            kept[name] = inner
    return kept


def printable(paper: PaperIssued) -> dict[str, Any]:
    """The values as they are printed."""
    has = any(field.path == "number" for field in form(paper.form).fields)
    return {**paper.values, "number": paper.number or UNNUMBERED} if has else dict(paper.values)


def approval(desk: Desk, visit: Inspection, by: Named, words: str, at: datetime) -> dict[str, Any]:
    """行政检查审批表."""
    plan = _plan(visit)
    assert visit.plan is not None
    asked = visit.plan
    author = next((one.name for one in plan.officers if one.number == asked.officer), by.name)
    urgent = f"情况紧急，已当场检查：{plan.urgent}。补办审批。" if plan.urgent else ""
    exempt = (caps().trigger(plan.trigger) or _NO_TRIGGER).exempt
    return {
        **_common(desk, visit),
        "type": caps().labels[plan.type],
        "source": plan.source,
        "basis": marked(plan.basis),
        "matters": list(plan.matters),
        "way": plan.way,
        "times": plan.times,
        "cap": plan.cap,
        "exempt": exempt or None,
        "planned": minute(plan.planned_at),
        "helpers": plan.helpers,
        "opinions": {
            "officer": {"text": f"{urgent}拟进行检查，请审批。", "by": author, "on": day(asked.at)},
            "head": {"text": words or "同意。", "by": by.name, "on": day(at)},
        },
    }


def notice(desk: Desk, visit: Inspection, at: datetime) -> dict[str, Any]:
    """行政检查通知书."""
    plan = _plan(visit)
    return {
        **_common(desk, visit),
        "basis": marked(plan.basis),
        "matters": list(plan.matters),
        "planned": minute(plan.planned_at if visit.started_at is None else visit.started_at),
        "place": visit.place,
        "way": plan.way,
        "times": plan.times,
        "cap": plan.cap,
        "issued_on": day(at),
    }


def record(desk: Desk, visit: Inspection, ended: InspectionConcluded) -> dict[str, Any]:
    """现场检查笔录."""
    plan, shown = _plan(visit), visit.shown
    told = "已出示，当事人确认无误" if shown is not None and shown.confirmed else "已出示，当事人拒绝确认"
    media = [
        f"{one.act.caption}（{minute_words(one.act.taken_at)}，{one.act.plain_digest.hex()[:16]}）"
        for one in visit.evidence
    ]
    refused = visit.obstructed
    return {
        **_common(desk, visit),
        "place": visit.place,
        "began": minute(visit.started_at),
        "ended": minute(ended.ended_at),
        "recorder": plan.officers[0].name,
        "present": shown.present if shown else "",
        "shown": told if shown else None,
        "recusal": None if shown is None else "申请" if shown.recusal else "不申请",
        "narrative": ended.narrative,
        "media": media or None,
        "checked": ended.checked,
        "witness": None if refused is None else f"{refused.words}（见证人：{refused.witness}）",
    }


def narrative(visit: Inspection, findings: Sequence[FindingLed]) -> str:
    """The record's text: what was shown and told, then every item with its answer, in the order of the list."""
    plan, shown = _plan(visit), visit.shown
    lines: list[str] = []
    if shown is not None:
        told = "确认无误" if shown.confirmed else "拒绝确认"
        lines.append(
            f"执法人员说明来意，出示执法证件，告知陈述、申辩和申请回避的权利以及配合检查的义务，{shown.present}{told}，"
            f"{'申请回避' if shown.recusal else '不申请回避'}。"
        )
    if visit.units is not None:
        lines.append(f"联合检查单位：{'、'.join(f'{one.number}（{one.name}）' for one in visit.units.units)}。")
    if visit.obstructed is not None:
        lines.append(f"被检查人拒绝、阻碍检查：{visit.obstructed.words}。")
    led = {one.item: one for one in findings}
    for number, item in enumerate(plan.items, 1):
        answer = visit.answers.get(item.key)
        if answer is None:
            continue
        photos = len(visit.pictured(item.key))
        parts = [f"{number}. {item.question}：{ANSWERS[answer.act.answer]}"]
        if answer.act.words:
            parts.append(answer.act.words.rstrip("。"))
        if answer.act.value:
            parts.append(f"{answer.act.value}{item.unit}")
        if photos:
            parts.append(f"照片{photos}张")
        if item.key in led:
            parts.append(f"{LEADS[led[item.key].lead]}{led[item.key].to}")
        lines.append("，".join(parts) + "。")
    return "\n".join(lines)


def result(desk: Desk, visit: Inspection, ended: InspectionConcluded, at: datetime) -> dict[str, Any]:
    """行政检查结果告知书."""
    leads = {one.lead for one in ended.findings}
    key = "more" if leads & {"case", "referral"} or ended.outcome == "obstructed" else "correction" if leads else "none"
    if leads == {"none"}:
        key = "none"
    found = "；".join(_finding(visit, one) for one in ended.findings)
    steps = [f"{_label(visit, one.item)}：{_step(one)}" for one in ended.findings]
    return {
        **_common(desk, visit),
        "place": visit.place,
        "began": minute(visit.started_at),
        "result": RESULTS[key],
        "findings": f"{found}。" if found else _nothing(visit),
        "next": "；".join(steps) or None,
        "issued_on": day(at),
    }


def orders(desk: Desk, visit: Inspection, ended: InspectionConcluded, at: datetime) -> list[dict[str, Any]]:
    """责令改正通知书: one for all findings that are to be corrected by the same time."""
    corrections = [one for one in ended.findings if one.lead == "correction" and one.until is not None]
    agency = desk.agency.index.roster.agency
    made: list[dict[str, Any]] = []
    for until in sorted({one.until for one in corrections if one.until is not None}):
        mine = [one for one in corrections if one.until == until]
        items = {one.key: one for one in _plan(visit).items}
        facts = "；".join(_finding(visit, one) for one in mine)
        basis = dict.fromkeys(marked(items[one.item].basis) for one in mine)
        made.append(
            {
                **_common(desk, visit),
                "facts": f"{minute_words(visit.started_at)}，你（单位）在{visit.place}有以下情形：{facts}。",
                "forbids": "、".join(basis),
                "correction": "；".join(one.correction.rstrip("。") for one in mine),
                "until": minute(until),
                "reconsideration_body": agency.reconsideration_body,
                "court": agency.court,
                "issued_on": day(at),
            }
        )
    return made


def recheck(desk: Desk, visit: Inspection, order: str, ended: InspectionConcluded, corrected: str) -> dict[str, Any]:
    """责令改正复查记录."""
    return {
        **_common(desk, visit),
        "order": order or UNNUMBERED,
        "place": visit.place,
        "began": minute(visit.started_at),
        "ended": minute(ended.ended_at),
        "recorder": _plan(visit).officers[0].name,
        "result": corrected,
        "narrative": ended.narrative,
        "checked": ended.checked,
    }


def minute(at: datetime | None) -> str | None:
    """Local time to the minute, as forms take it."""
    return None if at is None else local(at).strftime("%Y-%m-%dT%H:%M")


def day(at: datetime) -> str:
    """The local date, as forms take it."""
    return local(at).date().isoformat()


def minute_words(at: datetime | None) -> str:
    """Local time in words."""
    if at is None:
        return ""
    here = local(at)
    return f"{here.year}年{here.month}月{here.day}日{here.hour}时{here.minute:02d}分"


def _common(desk: Desk, visit: Inspection) -> dict[str, Any]:
    agency, party = desk.agency.index.roster.agency, visit.party
    assert party is not None
    return {
        "agency": agency.name,
        "agency_phone": agency.phone,
        "party": _whole(name=party.name, code=party.code, address=party.address, representative=party.representative),
        "officers": [{"name": one.name, "number": one.number} for one in _plan(visit).officers],
    }


def _whole(**parts: str) -> dict[str, str]:
    return {name: text for name, text in parts.items() if text}


def _plan(visit: Inspection) -> InspectionPlanned:
    assert visit.plan is not None
    return visit.plan.act


def _label(visit: Inspection, key: str) -> str:
    return next((item.label for item in _plan(visit).items if item.key == key), key)


def _step(one: FindingLed) -> str:
    until = f"，{minute_words(one.until)}前改正" if one.until is not None else ""
    return f"{LEADS[one.lead]}{one.to}{until}"


def _finding(visit: Inspection, one: FindingLed) -> str:
    answer = visit.answers[one.item].act
    unit = next((item.unit for item in _plan(visit).items if item.key == one.item), "")
    value = f"，{answer.value}{unit}" if answer.value else ""
    return f"{answer.words.rstrip('。')}{value}"


def _nothing(visit: Inspection) -> str:
    if visit.obstructed is not None:
        return f"检查没有完成：{visit.obstructed.words}。"
    return f"对{'、'.join(one.title for one in _plan(visit).lists)}共{len(visit.answers)}项进行了检查，没有发现问题。"


class _None:
    exempt = ""


_NO_TRIGGER = _None()
