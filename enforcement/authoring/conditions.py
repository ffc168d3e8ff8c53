"""Conditions and sums out of the words of a published table, proposed for a person to confirm. Never the last word.

`propose` reads 违法情节 ("占用面积10平方米以上不足50平方米，或者造成交通中断的"): what it can read becomes a condition on a typed
fact, what it cannot becomes a yes-or-no fact with those words; nothing is dropped. `read_sums` reads 处罚标准 ("处1万元以上2万元以下罚款").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from pypinyin import Style, lazy_pinyin

from enforcement.authoring.numerals import NUMBER, UNITS, number_of, plain, same_unit

Ends = Literal["both", "above", "below"]
_UNIT = "|".join(UNITS)
_LESS = r"不足|不满|未满|未达到|未达|少于|低于|小于|不到"
_MORE = r"超过|大于|多于|高于|逾"
_LEAST = r"达到|达|不少于|不低于|满|至少"
_MOST = r"不超过|不大于|不多于|至多"
_SPAN = re.compile(
    rf"(?P<before>.*?)(?P<op1>{_MOST}|{_MORE}|{_LESS}|{_LEAST})?(?P<n1>{NUMBER})(?P<u1>{_UNIT})(?P<side1>（含）|\(含\))?(?P<end1>以上|以下|以内|及以上|及以下)?"
    rf"(?:[，、但且至到－—~-]*(?P<op2>{_MOST}|{_LESS})?(?P<n2>{NUMBER})(?P<u2>{_UNIT})(?P<end2>以下|以内|及以下)?)?(?P<after>.*)"
)
_TIMES = re.compile(rf"(?:第(?P<nth>{NUMBER})次|(?P<first>初次|首次|初犯|初次违法)|(?P<again>再次|再犯))")
_NO = re.compile(r"^(?:未|没有|无)(?P<rest>.{2,})$")
_FILLER = re.compile(r"(?:^(?:有下列情形之一的?[：:]?|且|并且|并|或者|或|及|同时|其中|的)|(?:的|情形|情节|行为|之一)$)")


@dataclass
class Vocabulary:
    """The facts of one violation as they are known so far: the source tables of facts, by id. Proposals add to it."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def number(self, label: str, unit: str) -> str:
        """A fact counted in that unit; made where there is none."""
        unit = {"日": "天", "公斤": "千克", "棵": "株"}.get(unit, unit)
        alike = [
            name
            for name, fact in self.facts.items()
            if fact["kind"] in ("number", "count") and same_unit(str(fact.get("unit", "")), unit)
        ]
        named = [name for name in alike if _close(label, str(self.facts[name]["label"]))]
        if named or (len(alike) == 1 and not label):
            return (named or alike)[0]
        if alike and label in ("", "且", "或者"):
            return alike[0]
        whole = unit in (
            "次",
            "处",
            "块",
            "个",
            "件",
            "株",
            "头",
            "只",
            "辆",
            "人",
            "户",
            "间",
            "层",
            "台",
            "套",
            "幅",
            "条",
            "份",
            "天",
            "小时",
            "月",
            "年",
        )
        made: dict[str, Any] = {
            "label": label or f"数量（{unit}）",
            "kind": "count" if whole else "number",
            "unit": unit,
        }
        if not whole:
            made["decimals"] = 2
        return self.add(made | {"high": 1_000_000, "worse": "more"})

    def flag(self, label: str) -> str:
        """A yes-or-no fact of those words; made where there is none."""
        for name, fact in self.facts.items():
            if fact["kind"] == "flag" and fact["label"] == label:
                return name
        return self.add({"label": label, "kind": "flag", "worse": "later"})

    def choice(self, words: str) -> tuple[str, str] | None:
        """A choice whose answer stands in the words."""
        for name, fact in self.facts.items():
            if fact["kind"] == "choice":
                for answer, label in fact["choices"].items():
                    if label == words or (len(label) > 1 and label in words):
                        return name, answer
        return None

    def priors(self) -> str:
        """The count of earlier decisions; made where there is none."""
        for name, fact in self.facts.items():
            if fact.get("known_from") == "priors":
                return name
        made = {
            "label": "两年内同类",
            "kind": "count",
            "unit": "次",
            "high": 99,
            "worse": "more",
            "known_from": "priors",
        }
        return self.add(made, "priors")

    def add(self, made: Mapping[str, Any], name: str = "") -> str:
        """A new fact; its id is the initials of its label."""
        initials = "".join(lazy_pinyin(str(made["label"]), style=Style.FIRST_LETTER)).lower()
        base = name or re.sub(r"[^a-z0-9_]", "", initials)[:12] or "fact"
        base = base if base[0].isalpha() else f"f{base}"
        found, number = base, 2
        while found in self.facts:
            found, number = f"{base}_{number}", number + 1
        self.facts[found] = {"id": found, **made}
        return found


def propose(text: str, words: Vocabulary, ends: Ends) -> list[list[str]]:
    """Groups of conditions as a source writes them; an empty list for words that set no condition."""
    groups: list[list[str]] = []
    for part in re.split(r"[；;。\n]|或者|或(?!者)", plain(text)):
        group: list[str] = []
        for clause in re.split(r"[，,]|并且|且|同时", part):
            group += _clause(_bare(clause), words, ends)
        if group:
            groups.append(list(dict.fromkeys(group)))
    return groups


def read_sums(text: str, ends: Ends, base_of: Vocabulary | None = None) -> dict[str, Any]:
    """Ranges in the source's form by kind of party, out of 处罚标准; empty where nothing could be read.

    "对单位处…；对个人处…" gives two kinds; a sum for all gives `all`.
    """
    found: dict[str, Any] = {}
    for part in re.split(r"[；;。]|[，,](?=对)", plain(text)):
        span = _sum(part, ends, base_of)
        if span is None:
            continue
        parties = _parties(part)
        for party in parties:
            found.setdefault(party, span)
    if set(found) >= {"organisation", "citizen"} and "all" in found:
        del found["all"]
    return found


def _bare(clause: str) -> str:
    before = None
    while before != clause:
        before, clause = clause, _FILLER.sub("", clause).strip("：:（）() ")
    return clause


def _clause(clause: str, words: Vocabulary, ends: Ends) -> list[str]:
    if not clause:
        return []
    times = _TIMES.search(clause)
    if times is not None:
        fact = words.priors()
        nth = number_of(times["nth"]) if times["nth"] else None
        if times["first"] or nth == 1:
            return [f"{fact} == 0"]
        return [
            f"{fact} == {int(nth) - 1}"
            if nth is not None and "以上" not in clause
            else f"{fact} >= {int(nth or 2) - 1}"
        ]
    span = _SPAN.fullmatch(clause)
    if span is not None:
        return _span(span, words, ends)
    chosen = words.choice(clause)
    if chosen is not None:
        return [f"{chosen[0]} == {chosen[1]}"]
    no = _NO.match(clause)
    if no is not None:
        return [f"{words.flag(no['rest'])} == no"]
    return [f"{words.flag(clause)} == yes"]


def _span(found: re.Match[str], words: Vocabulary, ends: Ends) -> list[str]:
    label = _bare(found["before"] or "").rstrip("在为")
    fact = words.number(label, found["u1"])
    tests = [
        f"{fact} {_operator(found['op1'], found['end1'], ends, bool(found['side1']))} {_text(found['n1'], found['u1'])}"
    ]
    if found["n2"]:
        tests.append(
            f"{fact} {_operator(found['op2'], found['end2'] or '以下', ends, False)} {_text(found['n2'], found['u2'])}"
        )
    rest = _bare(found["after"] or "")
    return tests + (_clause(rest, words, ends) if rest else [])


def _operator(before: str | None, after: str | None, ends: Ends, named: bool) -> str:
    if before is not None:
        for pattern, operator in ((_MOST, "<="), (_LESS, "<"), (_MORE, ">"), (_LEAST, ">=")):
            if re.fullmatch(pattern, before):
                return operator
    if after in ("以上", "及以上"):
        return ">=" if named or after == "及以上" or ends in ("both", "above") else ">"
    if after in ("以下", "以内", "及以下"):
        return "<=" if named or after == "及以下" or ends in ("both", "below") else "<"
    return "=="


def _text(number: str, unit: str) -> str:
    value = number_of(number)
    if value is None:
        return number
    scale = Decimal(10_000) if unit == "万元" else Decimal(1)
    return f"{(value * scale).normalize():f}"


_FIRST = rf"(?P<n1>{NUMBER})(?P<u1>万元|元|倍|%)"
_SECOND = rf"(?P<n2>{NUMBER})(?P<u2>万元|元|倍|%)"
_SUMS = (
    re.compile(rf"{_FIRST}(?P<a1>以上|及以上)?[，、至到－—~-]*(?:不超过)?{_SECOND}(?P<a2>以下|以内|及以下)?"),
    re.compile(rf"(?:不超过|最高){_FIRST}"),
    re.compile(rf"{_FIRST}(?P<a1>以上|以下|以内|及以上|及以下)?"),
)


def _sum(part: str, ends: Ends, words: Vocabulary | None) -> Any:
    base = _base(part, words)
    both = _SUMS[0].search(part)
    if both is not None:
        low, high = _yuan(both["n1"], both["u1"]), _yuan(both["n2"], both["u2"] or both["u1"])
        open_ = [
            end for end, shut in (("lo", ends in ("both", "above")), ("hi", ends in ("both", "below"))) if not shut
        ]
        return _range([low, high], "both" if len(open_) == 2 else "".join(open_), both["u1"], base)
    most = _SUMS[1].search(part)
    if most is not None:
        return _range([0, _yuan(most["n1"], most["u1"])], "", most["u1"], base)
    one = _SUMS[2].search(part)
    if one is None:
        return None
    value = _yuan(one["n1"], one["u1"])
    if one["a1"] in ("以下", "以内", "及以下"):
        return _range([0, value], "" if ends in ("both", "below") else "hi", one["u1"], base)
    if one["a1"] in ("以上", "及以上"):
        return _range([value], "" if ends in ("both", "above") else "lo", one["u1"], base)
    return _range([value, value], "", one["u1"], base)


def _range(ends_: list[Any], open_: str, unit: str, base: str) -> Any:
    if unit in ("倍", "%"):
        if not base:
            return None
        scaled = [str(Decimal(str(end)) / 100) if unit == "%" else end for end in ends_]
        return {"times": scaled, "of": base} | ({"open": open_} if open_ else {})
    return {"sum": ends_, "open": open_} if open_ else ends_


def _base(part: str, words: Vocabulary | None) -> str:
    """The fact that a multiple is reckoned from."""
    found = re.search(
        r"(违法所得|货值金额|工程造价|合同价款|树木价值|建设工程造价|广告费用|[一-鿿]{2,8}?(?:价值|金额|价款|造价|费用))",
        part,
    )
    if found is None or words is None:
        return ""
    label = re.sub(r"^(?:并处|处以|处|按)", "", found[1])
    for name, fact in words.facts.items():
        if fact["label"] == label:
            return name
    made = {"label": label, "kind": "number", "unit": "元", "decimals": 2, "high": 100_000_000, "worse": "more"}
    return words.add(made)


def _parties(part: str) -> tuple[str, ...]:
    if re.search(r"对?(?:单位|企业|法人|组织|机构)", part):
        return ("organisation",)
    if "个体工商户" in part:
        return ("sole_trader",)
    if re.search(r"对?(?:个人|公民|自然人)", part):
        return ("citizen", "sole_trader")
    return ("all",)


def _yuan(number: str, unit: str) -> Any:
    value = number_of(number) or Decimal(0)
    if unit == "万元":
        value *= 10_000
    return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"


def _close(label: str, other: str) -> bool:
    return bool(label) and (label == other or label in other or other in label)
