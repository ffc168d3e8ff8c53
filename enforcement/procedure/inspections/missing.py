"""What is missing of an inspection before each step, in a review board's words, with what demands it.

54号 is 国办发〔2024〕54号. `field` names the page's field that mends it; `item.<key>` is an item of the checklist.
"""

from __future__ import annotations

from collections.abc import Callable

from enforcement.casefile import Inspection
from enforcement.procedure.summary import Missing
from enforcement.values.errors import KnownError

RULE = "国办发〔2024〕54号"
CREW = 2


def missing_to_begin(visit: Inspection) -> tuple[Missing, ...]:
    """Before an enterprise is entered."""
    found, demand = _list()
    plan = visit.plan
    demand(plan is not None, "plan", "行政检查未经审批", RULE)
    if plan is None:
        return tuple(found)
    demand(len({one.number for one in plan.act.officers}) >= CREW, "officers", "执法人员少于两人", RULE)
    demand(bool(plan.act.items), "lists", "检查事项未载明", RULE)
    approval = visit.approval
    if approval is not None and not approval.approved:
        demand(bool(plan.act.urgent), "approval", f"行政检查未获批准：{approval.words}", RULE)
    elif approval is None:
        demand(bool(plan.act.urgent), "approval", "行政检查未报执法主体负责人批准", RULE)
    return tuple(found)


def missing_to_conclude(visit: Inspection) -> tuple[Missing, ...]:
    """Before both officers sign what the visit came to."""
    found, demand = _list()
    plan = visit.plan
    demand(visit.started_at is not None, "begin", "检查尚未开始", RULE)
    if plan is None or visit.started_at is None:
        return tuple(found)
    demand(visit.shown is not None, "shown", "未出示执法证件或者未记录", f"{RULE}；行政处罚法第五十五条")
    if visit.shown is not None:
        demand(not visit.shown.recusal, "shown", "被检查人申请回避，尚未更换检查人员", "行政处罚法第四十三条")
        demand(bool(visit.shown.present.strip()), "present", "现场负责人未载明", "行政处罚法第五十五条")
    demand(
        visit.notice is not None or bool(plan.act.urgent) or visit.obstructed is not None,
        "notice",
        "行政检查通知书未送达",
        RULE,
    )
    if visit.obstructed is not None:
        return tuple(found)
    for conflict in visit.conflicts:
        demand(False, f"item.{conflict.item}", "两台设备对同一事项的记录不一致", "行政处罚法第四十条")
    for item in plan.act.items:
        answer, field = visit.answers.get(item.key), f"item.{item.key}"
        if answer is None:
            demand(False, field, f"未检查：{item.question}", RULE)
            continue
        state = answer.act.answer
        pictured = bool(visit.pictured(item.key))
        demand(not item.photo or state == "not_applicable" or pictured, field, f"缺照片：{item.question}", RULE)
        if state == "violates":
            demand(bool(answer.act.words.strip()), field, f"发现的问题未写明：{item.question}", "行政处罚法第五十五条")
            demand(not item.unit or bool(answer.act.value), field, f"未记录数值：{item.question}", "行政处罚法第四十条")
            lead = visit.leads.get(item.key)
            demand(lead is not None, field, f"发现问题未作处理：{item.question}", RULE)
            if lead is not None and lead.lead == "correction":
                demand(lead.until is not None, field, "改正的期限未载明", "行政处罚法第二十八条")
                demand(bool(lead.correction.strip()), field, "改正的内容未载明", "行政处罚法第二十八条")
            if lead is not None and lead.lead == "referral":
                demand(bool(lead.to.strip()), field, "移送的机关未载明", "行政处罚法第二十五条")
    return tuple(found)


def missing_afterwards(visit: Inspection) -> tuple[Missing, ...]:
    """What remains to be made up: approval and notice of an urgent visit, the result told, numbers of documents."""
    found, demand = _list()
    plan = visit.plan
    if plan is None or visit.started_at is None:
        return tuple(found)
    demand(visit.approval is not None, "approval", "紧急检查尚未补办审批", RULE)
    demand(visit.notice is not None or visit.obstructed is not None, "notice", "行政检查通知书尚未补送", RULE)
    if visit.outcome:
        demand(visit.told is not None, "told", "检查结果未告知企业", RULE)
        for paper in visit.papers:
            demand(bool(paper.number) or paper.form not in NUMBERED, "papers", "文书未编号", RULE)
    return tuple(found)


NUMBERED = frozenset({"inspection_notice", "inspection_result", "correction_order"})
"""Forms that go out under a number."""


def may_begin(visit: Inspection) -> None:
    """Raises KnownError(procedure.missing) with all that is missing."""
    _refuse(missing_to_begin(visit))


def may_conclude(visit: Inspection) -> None:
    """Raises KnownError(procedure.missing) with all that is missing."""
    _refuse(missing_to_conclude(visit))


def _refuse(missing: tuple[Missing, ...]) -> None:
    if missing:
        raise KnownError(
            "procedure.missing", items=[one.words for one in missing], fields=[one.field for one in missing]
        )


def _list() -> tuple[list[Missing], Callable[[bool, str, str, str], None]]:
    found: list[Missing] = []

    def demand(ok: bool, field: str, words: str, basis: str) -> None:
        if not ok:
            found.append(Missing(field, words, basis))

    return found, demand
