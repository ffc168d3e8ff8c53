"""The demonstration's parties: a fictional enterprise, people, an incident, all from one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from stdnum.cn import uscc

SURNAMES = "林陈周吴郑王冯褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
GIVEN = "示例样本范衡尺正平明启安宁远航嘉禾若溪"
TRADES = ("建材", "装饰", "食品", "五金", "家居", "物流", "园林", "市政", "通信", "广告")
NAMES = ("衡平", "同心", "恒达", "前进", "启明", "远航", "嘉禾", "正和", "安宁", "若水")
ROADS = ("示范路", "样例街", "衡尺大道", "和平里", "新桥路", "长堤街", "文昌路", "滨江道")
DIGITS = "0123456789"


@dataclass(frozen=True)
class Incident:
    """One violation as it happened, with what the officer types. `facts` in the order in which the table asks."""

    violation: str
    typed: str
    happened: str
    facts: dict[str, str]


INCIDENTS = (
    Incident("road-occupy", "szzycsdl", "门前人行道堆放瓷砖和木架", {"area": "6.5", "days": "3"}),
    Incident("road-dig", "szwjcsdl", "未经批准破开人行道铺设水管", {"length": "3.2", "depth": "0.6"}),
    Incident("road-heavy", "超限车辆", "满载渣土的货车驶入限重道路", {"excess": "18", "damage": "no"}),
    Incident("road-build", "建设建筑物", "在非机动车道旁搭建简易棚", {"area": "3.8", "permanent": "no"}),
    Incident("road-billboard", "路灯挂牌", "在路灯杆上悬挂宣传牌", {"pieces": "3", "danger": "no"}),
    Incident("road-manhole", "jgqs", "管线检查井盖缺失未补", {"covers": "1", "hours": "9"}),
    Incident("road-fence", "施工围挡", "道路施工现场缺少围挡", {"open": "6.5", "night": "no"}),
    Incident("road-clean", "不及时清理", "占用期满后余土未清", {"area": "12.5", "overdue": "1"}),
    Incident("road-pipe", "架设线缆", "沿道路架设通信线缆未报批", {"length": "28", "finished": "no"}),
    Incident("road-repair", "qxwbb", "抢修燃气管后未补办手续", {"overdue": "1"}),
    Incident("road-exceed", "cmjzd", "施工围挡超出批准范围", {"excess": "4.5", "overdue": "1"}),
)


@dataclass(frozen=True)
class Company:
    """A fictional enterprise with a valid check digit; region 990100 belongs to no real place."""

    name: str
    code: str
    address: str
    representative: str
    phone: str


@dataclass(frozen=True)
class Cast:
    """Everybody and everything in the story of one seed."""

    company: Company
    others: tuple[Company, ...]
    officer: str
    partner: str
    supervisor: str
    incident: Incident
    password: str
    reviewer: str


def cast_of(seed: int) -> Cast:
    """The same seed gives the same story."""
    chance = random.Random(seed)
    companies = [_company(chance) for _ in range(24)]
    unique = list({company.code: company for company in companies}.values())
    names = chance.sample(SURNAMES, 3)
    given = chance.sample(GIVEN, 3)
    return Cast(
        company=unique[0],
        others=tuple(unique[1:]),
        officer=f"{names[0]}{given[0]}",
        partner=f"{names[1]}{given[1]}",
        supervisor=f"{names[2]}{given[2]}",
        incident=INCIDENTS[(seed - 1) % len(INCIDENTS)],
        password="".join(chance.choices("abcdefghkmnpqrstuvwxyz23456789", k=14)),
        reviewer=f"{chance.choice([one for one in SURNAMES if one not in names])}{chance.choice(GIVEN)}",
    )


def _company(chance: random.Random) -> Company:
    trade, name = chance.choice(TRADES), chance.choice(NAMES)
    body = "91990100MA" + "".join(chance.choices(DIGITS, k=7))
    person = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
    road = f"{chance.choice(ROADS)}{chance.randint(1, 199)}号"
    return Company(
        name=f"示例市{name}{chance.choice('甲乙丙丁戊己庚辛')}{trade}有限公司",
        code=body + uscc.calc_check_digit(body),
        address=f"示例市示范区{road}",
        representative=person,
        phone=f"0000-{chance.randint(1_000_000, 9_999_999)}",
    )
