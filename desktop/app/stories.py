"""Three whole cases as they might have gone, told act by act; everything in them is invented."""

from __future__ import annotations

from datetime import date, timedelta

from desktop.app.demo_story import Cast
from desktop.app.story_ordinary import ordinary
from desktop.app.story_steps import PROPOSE, Step, Tale, agreed, closing, filed, inquiry, inspection, opening, served


def tale_of(name: str, cast: Cast, today: date) -> Tale:
    """By its name: ordinary, exempted or quashed."""
    return TALES[name](cast, today)


def exempted(cast: Cast, today: date) -> Tale:
    """A first, slight violation, put right at once: no penalty, but education."""
    began = today - timedelta(days=60)
    steps = [
        *opening(cast, "投诉举报", began),
        inspection(cast, 1, "门前人行道堆放瓷砖样品，占用约2平方米，未影响通行；当事人当场清走。"),
        inquiry(cast, 2, "10:00", [("以前因占道受过处理吗？", "没有，刚搬来，不知道要报批，已经清走。")]),
        Step(PROPOSE, "officer", 3, "09:00"),
        Step(
            "report.made",
            "officer",
            3,
            "10:00",
            {
                "course": "接举报后现场检查、询问，当事人当场改正。",
                "opinions.officer": "初次违法、后果轻微并及时改正，建议不予处罚并教育。",
                "fine": 0,
            },
        ),
        Step(
            "education.given",
            "officer",
            4,
            "15:20",
            {
                "place": cast.company.address,
                "way": ["当面说明", "书面提示"],
                "narrative": "说明占用城市道路须事先报批，讲解城市道路管理条例的有关规定和办理途径。",
                "promise": "今后先报批，不再占用人行道",
                "checked": "已经知晓",
            },
            took=30,
        ),
        Step(
            "decision.exempted",
            "supervisor",
            5,
            "10:00",
            {
                "ground": "初次违法且危害后果轻微并及时改正",
                "article": "《中华人民共和国行政处罚法》第三十三条第一款",
                "corrected": "检查当场清走占用物，恢复通行",
                "taught": "已当面教育并书面提示",
            },
        ),
        served("decision.handed", cast, 6, "10:30"),
        *closing(8, "检查当场清走占用物"),
        filed(10, "不予处罚，已教育", f"{began.year}0002"),
    ]
    return Tale(
        "exempted",
        "road-occupy",
        "擅自占用城市道路",
        "示例市示范区示范路18号门前",
        "当事人在门前人行道堆放瓷砖样品，占用约2平方米，检查时当场清走，未影响通行。",
        {"area": "2", "days": "1", "impact": "none", "corrected": "done"},
        "可能不予处罚，须查明是否初次违法",
        began,
        tuple(steps),
        "archived",
    )


def quashed(cast: Cast, today: date) -> Tale:
    """Decided, published and paid; then the reconsideration quashes it, and all of that is taken back."""
    began = today - timedelta(days=150)
    steps = [
        *opening(cast, "日常巡查", began),
        inspection(cast, 2, "人行道铺装被破开，长12.4米，深0.7米，正在铺设水管，未见审批手续。"),
        inquiry(cast, 3, "10:00", [("破路施工是否取得批准？", "急着通水，没有来得及报批。")]),
        Step(PROPOSE, "officer", 5, "09:00"),
        Step(
            "report.made",
            "officer",
            5,
            "10:00",
            {"course": "巡查发现，现场检查、询问。", "opinions.officer": "事实清楚，建议处罚。"},
        ),
        Step("notice.given", "officer", 6, "09:30", {"days": 3}),
        served("notice.served", cast, 6, "15:30"),
        Step("statement.lapsed", "officer", 20, "09:00"),
        Step("penalty.asked", "officer", 21, "09:00", {"opinions.officer": "当事人没有陈述、申辩，建议作出决定。"}),
        agreed("penalty", 22, "09:00"),
        Step("decision.made", "supervisor", 23, "10:00", {"public": "本决定将依法向社会公开"}),
        served("decision.served", cast, 24, "10:25"),
        Step(
            "publicity.published",
            "officer",
            27,
            "10:00",
            {
                "kind": "公开",
                "where": "示例市行政执法信息公示平台",
                "on": (began + timedelta(days=27)).isoformat(),
                "hidden": "法定代表人姓名、住址、联系电话、银行账号",
                "summary": "擅自挖掘城市道路，处罚款。",
            },
        ),
        Step("payment.full", "officer", 34, "15:00", {"way": "银行", "receipt": "9901000021"}),
        Step(
            "review.registered",
            "officer",
            50,
            "10:00",
            {
                "kind": "行政复议",
                "body": "示例市人民政府",
                "applied_on": (began + timedelta(days=45)).isoformat(),
                "received_on": (began + timedelta(days=50)).isoformat(),
                "request": "撤销行政处罚决定",
                "reason": "主张施工属于抢修，事后已补办手续。",
                "stayed": "不停止执行",
            },
        ),
        Step("review.answered", "officer", 58, "10:00"),
        Step(
            "review.quashed",
            "officer",
            100,
            "10:00",
            {
                "body": "示例市人民政府",
                "document": "行政复议决定书（示府复决〔2026〕9号）",
                "made_on": (began + timedelta(days=96)).isoformat(),
                "received_on": (began + timedelta(days=100)).isoformat(),
                "result": "撤销",
                "content": "认定施工属于抢修，处罚的主要证据不足，撤销行政处罚决定。",
                "next": "撤回公开的信息，退还已缴罚款。",
            },
        ),
        Step(
            "publicity.withdrawn",
            "officer",
            101,
            "10:00",
            {
                "kind": "撤回",
                "where": "示例市行政执法信息公示平台",
                "on": (began + timedelta(days=101)).isoformat(),
                "hidden": "全部",
                "summary": "撤回擅自挖掘城市道路的处罚信息。",
                "reason": "行政复议决定撤销了该处罚决定",
            },
        ),
        Step(
            "payment.refunded",
            "officer",
            103,
            "10:00",
            {"way": "退还", "receipt": "9901000022"},
        ),
        *closing(105, "已补办手续并修复路面"),
        filed(107, "处罚决定被复议撤销，已撤回公开信息并退还罚款", f"{began.year}0003"),
    ]
    return Tale(
        "quashed",
        "road-dig",
        "擅自挖掘城市道路",
        "示例市示范区示范路57号门前",
        "当事人未经批准破开人行道铺设水管，长12.4米、深0.7米。",
        {"length": "12.4", "depth": "0.7", "impact": "some", "corrected": "doing"},
        "罚款超过三千元，须适用普通程序",
        began,
        tuple(steps),
        "archived",
    )


TALES = {"ordinary": ordinary, "exempted": exempted, "quashed": quashed}
