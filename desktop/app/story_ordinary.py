"""The tale of an ordinary case with a hearing, a legality review, a collective discussion and instalments."""

from __future__ import annotations

from datetime import date, timedelta

from desktop.app.demo_story import Cast
from desktop.app.story_steps import PROPOSE, Step, Tale, agreed, closing, filed, inquiry, inspection, opening, served


def ordinary(cast: Cast, today: date) -> Tale:
    """With a hearing, a legality review, a collective discussion and instalments."""
    began = today - timedelta(days=200)
    first, last = began + timedelta(days=85), began + timedelta(days=115)
    steps = [
        *opening(cast, "日常巡查", began),
        inspection(
            cast,
            2,
            "示范路33号为市级历史建筑，门楼左侧两根石柱被切割，断面新鲜，檐下雕花构件缺失三处，现场有切割工具。",
        ),
        Step(
            "evidence.surveyed",
            "officer",
            2,
            "11:30",
            {
                "weather": "晴",
                "invited": cast.company.representative,
                "tools": "钢卷尺、激光测距仪",
                "narrative": "对受损构件逐一测量并编号，与普查档案照片对照。",
                "measures": [
                    {"what": "石柱切口高度", "result": "1.24米", "tool": "钢卷尺"},
                    {"what": "缺失雕花构件", "result": "3处", "tool": "目测、对照档案"},
                ],
                "checked": "测量属实",
            },
            took=35,
            party_signs=True,
        ),
        Step("evidence.photographed", "officer", 2, "12:00", {"photos": "all", "equipment": "执法记录仪"}),
        inquiry(
            cast,
            3,
            "09:30",
            [
                ("你单位何时对该建筑施工？是否取得批准？", "三天前开始，想扩门面，没有报批。"),
                ("是否知道该建筑是历史建筑？", "门口有铭牌，知道，没有想到不能动石柱。"),
            ],
        ),
        Step(
            "correction.ordered",
            "officer",
            4,
            "10:00",
            {
                "until": f"{(began + timedelta(days=30)).isoformat()}T18:00",
                "correction": "停止施工，委托有资质的单位修复受损构件",
            },
            party_signs=True,
        ),
        Step(
            "correction.checked",
            "officer",
            29,
            "10:00",
            {
                "result": "已经改正",
                "narrative": "石柱已由有资质的单位修复，雕花构件按档案补配。",
                "checked": "属实",
            },
            took=20,
        ),
        Step(PROPOSE, "officer", 30, "15:00"),
        Step(
            "report.made",
            "officer",
            30,
            "16:00",
            {
                "course": "巡查发现后立案，现场检查、勘验、询问，责令改正并复查。",
                "opinions.officer": "事实清楚，证据充分，建议按裁量基准处罚。",
            },
        ),
        Step("notice.hearing", "officer", 31, "09:30"),
        served("notice.hearing_served", cast, 32, "10:30"),
        Step(
            "statement.made",
            "officer",
            34,
            "14:30",
            {
                "place": "示例市示范区衡尺路1号",
                "person.name": cast.company.representative,
                "person.role": "法定代表人",
                "narrative": "已经主动修复，请求从轻。",
                "checked": "与我说的一致",
            },
            took=15,
            party_signs=True,
        ),
        Step(
            "statement_review.asked",
            "officer",
            35,
            "09:00",
            {
                "points": [{"said": "已经主动修复", "found": "复查记录相符，裁量时已作为从轻情节", "taken": "采纳"}],
                "conclusion": "已作为从轻情节考虑，维持原拟处罚",
                "opinions.officer": "建议维持原拟处罚。",
            },
        ),
        agreed("statement_review", 35, "15:00"),
        Step("hearing.asked", "officer", 35, "16:00"),
        Step(
            "hearing.called",
            "reviewer",
            36,
            "10:00",
            {
                "at": f"{(began + timedelta(days=52)).isoformat()}T09:30",
                "room": "示例市示范区衡尺路1号二楼听证室",
                "open": "公开",
                "chair": cast.reviewer,
                "clerk": "何记",
            },
        ),
        Step(
            "hearing.held",
            "reviewer",
            52,
            "11:20",
            {
                "began": f"{(began + timedelta(days=52)).isoformat()}T09:30",
                "ended": f"{(began + timedelta(days=52)).isoformat()}T11:10",
                "recorder": "何记",
                "attending": [
                    {"name": cast.company.representative, "role": "当事人的法定代表人", "proof": "居民身份证"},
                ],
                "recusal": "不申请",
                "dialogue": [
                    {
                        "ask": "请调查人员陈述事实、证据和处罚建议。",
                        "answer": "现场、勘验、询问笔录和照片证明石柱被切割、构件缺失。",
                    },
                    {"ask": "请当事人申辩、质证。", "answer": "对事实没有异议，已经修复，请求从轻并分期缴纳。"},
                ],
                "checked": "笔录无误",
            },
        ),
        Step(
            "hearing_report.asked",
            "reviewer",
            54,
            "10:00",
            {
                "chair": cast.reviewer,
                "clerk": "何记",
                "suggested": "按裁量基准处罚。",
                "said": "对事实没有异议，请求从轻并分期缴纳。",
                "finding": "事实清楚，证据确实充分，裁量适当",
                "proposal": "按拟定的内容作出处罚决定。",
            },
        ),
        agreed("hearing_report", 55, "09:30"),
        Step("legality.submitted", "officer", 56, "09:00"),
        Step(
            "legality.reviewed",
            "reviewer",
            58,
            "15:00",
            {
                "ground": "直接关系重大权益并经过听证",
                "points": [
                    {"item": "主体和人员资格", "found": "主体适格，两名执法人员证件有效"},
                    {"item": "事实和证据", "found": "事实清楚，证据确实充分"},
                    {"item": "法律依据和裁量", "found": "适用准确，裁量有说明"},
                    {"item": "程序", "found": "告知、听证符合规定"},
                    {"item": "是否超越权限、涉嫌犯罪", "found": "没有超越权限，不涉嫌犯罪"},
                ],
                "result": "通过",
                "first": "否",
                "opinions.legal": "审核通过。",
            },
        ),
        Step("penalty.asked", "officer", 59, "09:00", {"opinions.officer": "建议按审核意见作出决定。"}),
        agreed("penalty", 60, "09:00"),
        Step(
            "discussion.held",
            "supervisor",
            61,
            "15:50",
            {
                "began": f"{(began + timedelta(days=61)).isoformat()}T15:00",
                "ended": f"{(began + timedelta(days=61)).isoformat()}T15:45",
                "place": "示例市示范区衡尺路1号会议室",
                "chair": cast.supervisor,
                "recorder": "何记",
                "attending": f"{cast.supervisor}（局长）、曹衡（副局长）、魏尺（副局长）",
                "introduced": "承办人介绍案情、证据、听证和法制审核情况以及裁量的推导。",
                "opinions_given": [
                    {"name": "曹衡", "post": "副局长", "said": "事实清楚，修复及时，同意。"},
                    {"name": "魏尺", "post": "副局长", "said": "与同类案件一致，同意。"},
                    {"name": cast.supervisor, "post": "局长", "said": "同意。"},
                ],
                "conclusion": "一致同意按拟定的内容处罚。",
            },
        ),
        Step("decision.made", "supervisor", 62, "10:00", {"public": "本决定将依法向社会公开"}),
        served("decision.served", cast, 63, "10:25"),
        Step(
            "publicity.published",
            "officer",
            66,
            "10:00",
            {
                "kind": "公开",
                "where": "示例市行政执法信息公示平台",
                "on": (began + timedelta(days=66)).isoformat(),
                "hidden": "法定代表人姓名、住址、联系电话、银行账号",
                "summary": "损坏历史建筑，责令改正并处罚款。",
            },
        ),
        Step(
            "deferral.asked",
            "officer",
            70,
            "10:00",
            {
                "applied_on": (began + timedelta(days=69)).isoformat(),
                "reason": "修复费用较高，资金周转困难",
                "kind": "分期",
                "plan": [{"until": first.isoformat(), "sum": "half"}, {"until": last.isoformat(), "sum": "rest"}],
                "opinions.officer": "情况属实，建议分两期。",
            },
        ),
        agreed("deferral", 71, "09:00"),
        Step("deferral.granted", "officer", 72, "10:00", {"result": "同意"}),
        Step("payment.part", "officer", 84, "15:00", {"way": "银行", "receipt": "9901000012", "sum": "half"}),
        Step("payment.full", "officer", 114, "15:00", {"way": "银行", "receipt": "9901000013"}),
        *closing(116),
        filed(118, "罚款，已分期缴清；已修复", f"{began.year}0001"),
    ]
    return Tale(
        "ordinary",
        "heritage-damage",
        "拆除历史建筑",
        "示例市示范区示范路33号",
        "当事人为扩大门面，未经批准切割示范路33号历史建筑门楼石柱两根，拆除檐下雕花构件三处。",
        {"kind": "part", "mended": "done", "gains": "0", "harm": "grave"},
        "罚款超过三千元，须适用普通程序",
        began,
        tuple(steps),
        "archived",
    )
