"""The trace in sentences: the reasons as they stand in the decision, and the answer to "why not the other tier?"."""

from __future__ import annotations

from collections.abc import Mapping

from enforcement.discretion.model import Determination
from enforcement.discretion.spans import Band, part_of
from enforcement.rules import FactSpec, Range, Test, Tier, ViolationVersion
from enforcement.rules.citations import marked
from enforcement.rules.facts import format_fact
from enforcement.values.money import plain_text

_EFFECTS = {"lighter": "从轻", "mitigated": "减轻", "heavier": "从重"}


def explain(found: Determination, fine_fen: int | None = None, deviation: str = "") -> str:
    """The reasons (说理) as they stand in the notice; `fine_fen` is the sum decided, by default the recommended one. `deviation` says
    why it lies outside the band and who allowed that.
    """
    if found.missing:
        return ""
    if found.refusals:
        return "；".join(found.refusals) + "。"
    if found.steps:
        return "；".join(f"尚未{step.text}（{marked(step.basis)}）" for step in found.steps) + "，不得罚款。"
    if found.recommended_fen is None:
        return ""
    sum_fen = fine_fen if fine_fen is not None else found.recommended_fen
    tier = next((reason for reason in found.reasons if reason.kind == "tier"), None)
    parts = [f"当事人{found.title}，{tier.text}，" if tier else "当事人"]
    parts.append(f"符合《{found.pack_title}》{found.row}{found.tier_label}，")
    parts += [f"{reason.text}。" for reason in found.reasons if reason.kind == "computed"]
    parts.append(_band_words(found))
    for reason in found.reasons:
        if reason.kind in _EFFECTS:
            parts.append(f"{_subject(reason.text)}，依照{marked(reason.basis)}{_EFFECTS[reason.kind]}。")
        elif reason.kind == "exempt" and not sum_fen:
            parts.append(f"{_subject(reason.text)}，符合{marked(reason.basis)}。")
        elif reason.kind in ("law_in_time", "weigh", "one_fine"):
            parts.append(f"{reason.text}。")
    parts += [f"{'并' if one.must else '可以'}{one.text}（{marked(one.basis)}）。" for one in found.beside]
    if deviation:
        parts.append(f"{deviation.rstrip('。')}，适用裁量幅度以外的数额。")
    parts.append(_decided(found, sum_fen))
    return "".join(parts)


def _decided(found: Determination, sum_fen: int) -> str:
    if sum_fen:
        return f"决定罚款{plain_text(sum_fen)}元。"
    return "决定给予警告。" if is_warning(found) else "决定不予行政处罚。"


def is_warning(found: Determination) -> bool:
    """Whether a sum of nothing means a warning alone, and not that nothing is imposed."""
    return not found.exempt and any(one.kind == "warning" and one.must for one in found.beside)


def _band_words(found: Determination) -> str:
    low, high = plain_text(found.band_lo or 0), plain_text(found.band_hi or 0)
    if found.band_hi is None:
        return f"裁量幅度为{low}元以上。"
    if found.band_lo == found.band_hi:
        return f"裁量数额为{low}元。"
    above = f"超过{low}元、" if found.band_open in ("lo", "both") else f"{low}元以上"
    below = f"不满{high}元" if found.band_open in ("hi", "both") else f"{high}元以下"
    return f"裁量幅度为{above}{below}。"


def _subject(text: str) -> str:
    return text if text.startswith("当事人") else f"当事人{text}"


def range_words(span: Range, spec_of: Mapping[str, FactSpec]) -> str:
    """A range as a table states it: 1000–3000 yuan, 5–10 times the value, 50–100 yuan a square metre."""
    money = [name for name in span.per if spec_of[name].unit == "元"]
    units = [name for name in span.per if name not in money]
    if money:
        low, high = plain_text(span.lo), plain_text(span.hi or 0)
        base = "、".join(spec_of[name].label for name in money)
        words = f"{base}{low}倍" if span.lo == span.hi else f"{base}{low}–{high}倍" if span.hi else f"{base}{low}倍以上"
    else:
        low, high = plain_text(span.lo), plain_text(span.hi or 0)
        words = f"{low}元" if span.lo == span.hi else f"{low}–{high}元" if span.hi is not None else f"{low}元以上"
    for name in units:
        words = f"每{spec_of[name].unit or spec_of[name].label}{words}"
    if span.floor is not None:
        words += f"，不低于{plain_text(span.floor)}元"
    return words + (f"，不超过{plain_text(span.cap)}元" if span.cap is not None else "")


def tier_sums(version: ViolationVersion, tier: Tier, party: str, spec_of: Mapping[str, FactSpec]) -> str:
    """What a row sets for a kind of party, in words; empty where the way of computing sets it."""
    band = tier.bands.get(party)
    if band is not None:
        return range_words(band, spec_of)
    share = tier.share
    if share is None:
        return ""
    span = version.ranges[0].ranges.get(party)
    if span is not None and len(version.ranges) == 1 and not span.per and span.hi is not None:
        part = part_of(Band(span.lo, span.hi), share)
        return range_words(Range(lo=part.lo, hi=part.hi), spec_of)
    of = "最高罚款" if share.of_highest else "法定幅度"
    return f"{of}的{share.lo / 10:g}%–{share.hi / 10:g}%"


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


__all__ = ["explain", "range_words", "test_words", "tier_sums", "tier_table"]
