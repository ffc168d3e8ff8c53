"""What a sum means for the procedure: summary (Art. 51), hearing (63), legality review (58), discussion (57), collection (68)."""

from __future__ import annotations

from functools import lru_cache

from enforcement.discretion.model import Follows, Kind, Reason
from enforcement.discretion.persons import ActContext
from enforcement.values.money import grouped_text, yuan

SUMMARY_CITIZEN, SUMMARY_ORGANISATION = yuan(200), yuan(3000)
COLLECT_UP_TO = yuan(100)
BY_THEIR_KIND = frozenset(
    ("lower_grade", "revoke_permit", "restrict_business", "stop_business", "close_business", "bar_from_work")
)
"""Kinds that give the right to a hearing whatever the sum (APL Art. 63)."""


def follows_of(
    context: ActContext, fine_fen: int, band_hi: int | None, beside: tuple[Kind, ...], exempt: str
) -> tuple[tuple[Follows, ...], tuple[Reason, ...]]:
    """Every consequence, each with whether it holds and why; and those that stand among the reasons."""
    citizen = context.party_kind != "organisation"
    threshold = context.hearing_fen
    kinds = {one.kind for one in beside} if beside else frozenset()
    reached = threshold is None or fine_fen > threshold or (fine_fen == threshold and context.hearing_included)
    return _follows(
        citizen,
        fine_fen <= (SUMMARY_CITIZEN if citizen else SUMMARY_ORGANISATION),
        fine_fen <= COLLECT_UP_TO,
        reached,
        threshold,
        band_hi is None,
        bool(kinds & BY_THEIR_KIND),
        bool(kinds & {"confiscate_gains", "confiscate_goods"}),
        bool(kinds - {"warning"}),
        bool(exempt),
    )


@lru_cache(maxsize=1024)
def _follows(
    citizen: bool,
    small: bool,
    collect: bool,
    reached: bool,
    threshold: int | None,
    open_end: bool,
    heavy: bool,
    confiscates: bool,
    more: bool,
    exempt: bool,
) -> tuple[tuple[Follows, ...], tuple[Reason, ...]]:
    limit = SUMMARY_CITIZEN if citizen else SUMMARY_ORGANISATION
    who = "公民" if citizen else "法人或者其他组织"
    summary = small and not more
    hearing = not summary and (reached or heavy or confiscates)
    found = [
        Follows(
            id="summary",
            holds=summary,
            text="除罚款外还有其他处罚，适用普通程序"
            if small and more
            else f"对{who}罚款{'不超过' if small else '超过'} {grouped_text(limit)} 元"
            + ("，事实确凿，可以当场处罚" if small else "，适用普通程序"),
            basis="行政处罚法第五十一条",
        ),
        Follows(
            id="hearing",
            holds=hearing,
            text=_hearing_words(threshold, reached, summary, heavy, confiscates),
            basis="行政处罚法第六十三条",
        ),
        Follows(
            id="legality_review",
            holds=hearing,
            text="涉及重大权益经过听证的，决定前须经法制审核" if hearing else "不属于须经法制审核的情形",
            basis="行政处罚法第五十八条",
        ),
        Follows(
            id="discussion",
            holds=open_end or heavy,
            text="情节复杂或者重大违法行为由负责人集体讨论",
            basis="行政处罚法第五十七条",
        ),
        Follows(
            id="on_spot_collection",
            holds=summary and collect,
            text="罚款一百元以下，可以当场收缴" if collect else "不属于可以当场收缴的数额，应当到银行缴纳",
            basis="行政处罚法第六十八条",
        ),
    ]
    if exempt:
        text = "不予处罚的，应当对当事人进行教育并记录在案"
        found.append(Follows(id="education", holds=True, text=text, basis="行政处罚法第三十三条"))
    reasons = [
        Reason(kind="procedure", text=one.text, basis=one.basis) for one in found if one.id in ("summary", "hearing")
    ]
    return tuple(found), tuple(reasons)


def _hearing_words(threshold: int | None, reached: bool, summary: bool, heavy: bool, confiscates: bool) -> str:
    if summary:
        return "当场处罚不属于应当告知听证的情形"
    if heavy:
        return "并处的处罚种类应当告知听证权利"
    if confiscates and not (reached and threshold is not None):
        return "并处没收，数额可能较大，一律告知听证权利"
    if threshold is None:
        return "未设本地较大数额标准，一律告知听证权利"
    return f"{'达到' if reached else '未达到'}较大数额 {grouped_text(threshold)} 元"
