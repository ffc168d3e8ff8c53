"""The trace in sentences: the reasons as they stand in the decision, and the answer to "why not the other tier?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from enforcement.discretion.evaluate import tier_of
from enforcement.discretion.model import Determination
from enforcement.rules import FactSpec, LoadedPack, Test, Tier, Violation, ViolationVersion
from enforcement.rules.facts import FactValue, format_fact, test_holds
from enforcement.values.money import plain_text

_CITATION = re.compile(r"(?P<title>.+?)(?P<place>(总则|附则)?第[〇零一二三四五六七八九十百\d]+[条项].*)")


def explain(found: Determination, fine_fen: int | None = None) -> str:
    """The reasons (说理) as they stand in the notice; `fine_fen` is the sum decided, by default the recommended one."""
    if found.missing:
        return ""
    if found.refusals:
        return "；".join(found.refusals) + "。"
    sum_fen = fine_fen if fine_fen is not None else found.recommended_fen
    tier = next((reason for reason in found.reasons if reason.kind == "tier"), None)
    parts = [f"当事人{found.title}，{tier.text}，" if tier else "当事人"]
    parts.append(f"符合《{found.pack_title}》{found.row}{found.tier_label}，")
    low, high = plain_text(found.band_lo or 0), plain_text(found.band_hi or 0)
    parts.append(f"裁量幅度为{low}元以上{high}元以下。" if found.band_hi is not None else f"裁量幅度为{low}元以上。")
    for reason in found.reasons:
        if reason.kind in ("lighter", "heavier"):
            what = "从轻" if reason.kind == "lighter" else "从重"
            parts.append(f"{_subject(reason.text)}，依照{cite(reason.basis)}{what}。")
        elif reason.kind == "law_in_time" or reason.kind == "weigh":
            parts.append(f"{reason.text}。")
    if sum_fen is not None:
        parts.append(f"决定罚款{plain_text(sum_fen)}元。" if sum_fen else "决定不予行政处罚。")
    return "".join(parts)


def cite(basis: str) -> str:
    """A basis as a decision cites it: the title in its marks (a law by its full name), then the place in it."""
    found = _CITATION.fullmatch(basis)
    if found is None:
        return basis
    title = "中华人民共和国行政处罚法" if found["title"] == "行政处罚法" else found["title"]
    return f"《{title}》{found['place']}"


def why_not(loaded: LoadedPack, violation_id: str, facts: Mapping[str, FactValue], found: Determination) -> str:
    """The smallest changes of facts that would lead to the next heavier tier, as a sentence; empty at the heaviest."""
    violation = loaded.violation(violation_id)
    version = _version_that_won(loaded, violation, found)
    if not found.tier:
        return ""
    ids = [tier.id for tier in version.tiers]
    position = ids.index(tier_of(version, facts).id)
    if position + 1 == len(version.tiers):
        return "已是最重的阶次"
    heavier = version.tiers[position + 1]
    ways = [words for group in heavier.any_of if (words := _way(violation.spec, group, facts))]
    return f"{'或'.join(ways)}时才进入{heavier.label}" if ways else ""


def _version_that_won(loaded: LoadedPack, violation: Violation, found: Determination) -> ViolationVersion:
    """The table's version that the determination was made by (APL Art. 37): the act's, or the decision's."""
    return loaded.version_at(violation, found.decided_on if found.judged_by == "decision" else found.acted_on)


def _subject(text: str) -> str:
    return text if text.startswith("当事人") else f"当事人{text}"


def tier_table(tier: Tier, spec_of: Mapping[str, FactSpec]) -> str:
    """A row's conditions in words, for the Ruler place."""
    groups = ["且".join(test_words(spec_of[test.fact], test) for test in group) for group in tier.any_of]
    return "；或者".join(groups) if groups else "不符合以下各阶次的"


def test_words(spec: FactSpec, test: Test) -> str:
    """One condition in words."""
    if test.op == "in":
        return f"{spec.label}为{'、'.join(format_fact(spec, value) for value in test.values)}"
    value = test.value if test.value is not None else ""
    if spec.kind == "flag":
        return spec.label if (test.op == "==") == bool(value) else f"未{spec.label}"
    words = format_fact(spec, value)
    match test.op:
        case ">=":
            return f"{spec.label}达到{words}"
        case ">":
            return f"{spec.label}超过{words}"
        case "<":
            return f"{spec.label}不满{words}"
        case "<=":
            return f"{spec.label}不超过{words}"
        case "!=":
            return f"{spec.label}不是{words}"
        case _:
            return f"{spec.label}为{words}"


test_words.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def _way(spec_of: Callable[[str], FactSpec | None], group: tuple[Test, ...], facts: Mapping[str, FactValue]) -> str:
    unmet = [(spec_of(test.fact), test) for test in group if not test_holds(test, facts)]
    return "且".join(test_words(spec, test) for spec, test in unmet if spec is not None)


__all__ = ["explain", "test_words", "tier_table", "why_not"]
