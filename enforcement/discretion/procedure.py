"""What a sum means for the procedure: summary (Art. 51), hearing (63), legality review (58), discussion (57), collection (68)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enforcement.discretion.model import Follows
from enforcement.values.money import grouped_text, yuan

if TYPE_CHECKING:
    from enforcement.discretion.evaluate import ActContext

SUMMARY_CITIZEN, SUMMARY_ORGANISATION = yuan(200), yuan(3000)
COLLECT_UP_TO = yuan(100)


def follows_of(context: ActContext, fine_fen: int, band_hi: int | None, party_kind: str) -> tuple[Follows, ...]:
    """Every consequence, each with whether it holds and why."""
    citizen = party_kind != "organisation"
    limit = SUMMARY_CITIZEN if citizen else SUMMARY_ORGANISATION
    who = "公民" if citizen else "法人或者其他组织"
    threshold = context.hearing_citizen_fen if citizen else context.hearing_organisation_fen
    summary = fine_fen <= limit
    hearing = threshold is None or fine_fen >= threshold
    collect = fine_fen <= COLLECT_UP_TO
    return (
        Follows(
            id="summary",
            holds=summary,
            text=f"对{who}罚款{'不超过' if summary else '超过'} {grouped_text(limit)} 元"
            + ("，事实确凿，可以当场处罚" if summary else "，适用普通程序"),
            basis="行政处罚法第五十一条",
        ),
        Follows(
            id="hearing",
            holds=hearing and not summary,
            text=_hearing_words(threshold, hearing, summary),
            basis="行政处罚法第六十三条",
        ),
        Follows(
            id="legality_review",
            holds=hearing and not summary,
            text="涉及重大权益经过听证的，决定前须经法制审核"
            if hearing and not summary
            else "不属于须经法制审核的情形",
            basis="行政处罚法第五十八条",
        ),
        Follows(
            id="discussion",
            holds=band_hi is None,
            text="情节复杂或者重大违法行为由负责人集体讨论",
            basis="行政处罚法第五十七条",
        ),
        Follows(
            id="on_spot_collection",
            holds=summary and collect,
            text="罚款一百元以下，可以当场收缴" if collect else "不属于可以当场收缴的数额，应当到银行缴纳",
            basis="行政处罚法第六十八条",
        ),
    )


def _hearing_words(threshold: int | None, hearing: bool, summary: bool) -> str:
    if summary:
        return "当场处罚不属于应当告知听证的情形"
    if threshold is None:
        return "未设本地较大数额标准，一律告知听证权利"
    return f"{'达到' if hearing else '未达到'}较大数额 {grouped_text(threshold)} 元"
