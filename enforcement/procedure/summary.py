"""The summary procedure (简易程序, APL Art. 51 to 53): what must stand before a decision may be issued on the spot.

- Facts sure, a legal basis, only a warning or a fine of at most 200 yuan (citizen) or 3,000 yuan (organisation): Art. 51.
- Two officers with certificates, shown unasked: Art. 42, 55. The second is another person: Art. 42.
- Told beforehand what is intended, why, on what basis, and the right to be heard: Art. 44; the statement heard: Art. 45.
"""

from __future__ import annotations

from dataclasses import dataclass

from enforcement.discretion import Determination
from enforcement.values.errors import KnownError
from enforcement.values.money import Fen, yuan

SUMMARY_LIMIT: dict[str, Fen] = {
    "citizen": yuan(200),
    "organisation": yuan(3000),
    "sole_trader": yuan(200),
}
"""APL Art. 51, by kind of party; a sole trader (个体工商户) is counted as a citizen, the narrower reading."""


@dataclass(frozen=True)
class PageState:
    """What has been written down so far of an on-the-spot penalty."""

    party_kind: str
    party_known: bool
    place: str
    happened: str
    evidence: int
    determination: Determination | None
    fine_fen: int | None
    told: bool
    statement_recorded: bool
    second_officer: str
    deviation: str = ""
    """Who allowed a sum outside the band; empty while nobody did."""


@dataclass(frozen=True)
class Missing:
    """What a review board (案卷评查) would strike, in its words, with the page's field that mends it."""

    field: str
    words: str
    basis: str


def missing_on_spot(page: PageState) -> tuple[Missing, ...]:
    """Everything still missing, in the order of the page."""
    found: list[Missing] = []

    def demand(ok: bool, field: str, words: str, basis: str) -> None:
        if not ok:
            found.append(Missing(field, words, basis))

    demand(page.party_known, "party", "当事人未载明", "行政处罚法第五十二条")
    demand(bool(page.place.strip()), "place", "违法行为地点未载明", "行政处罚法第五十二条")
    demand(page.evidence > 0, "evidence", "没有证据，事实不能认定为确凿", "行政处罚法第四十条、第五十一条")
    determination = page.determination
    demand(determination is not None, "violation", "未选定违法行为及其依据", "行政处罚法第三十八条")
    if determination is not None:
        for fact in determination.missing:
            demand(False, f"fact.{fact}", "裁量所需的事实未查明", "行政处罚法第四十条")
        for refusal in determination.refusals:
            demand(False, "violation", refusal, "行政处罚法第五十一条")
        for step in determination.steps:
            demand(False, "violation", f"尚未{step.text}，不得罚款", step.basis)
        more = [one.text for one in determination.beside if one.must and one.kind != "warning"]
        words = f"还须{'、'.join(more)}，应当适用普通程序"
        demand(not more, "violation", words, "行政处罚法第五十一条、第五十四条")
        exempted = "依法应当不予处罚：不作处罚决定，教育并记录在案"
        demand(determination.exempt != "must", "violation", exempted, "行政处罚法第三十三条")
        if not determination.missing and not determination.steps:
            demand(page.fine_fen is not None, "sum", "罚款数额未确定", "行政处罚法第五十二条")
            demand(
                within_summary_limit(page.party_kind, page.fine_fen),
                "sum",
                "超出当场处罚的数额，应当适用普通程序",
                "行政处罚法第五十一条",
            )
    if determination is not None and page.fine_fen is not None and determination.band_lo is not None:
        outside = not holds_sum(determination, page.fine_fen)
        demand(not outside or bool(page.deviation), "deviation", "数额在裁量幅度以外，未经批准", "国办发〔2022〕27号")
    demand(page.told, "told", "处罚决定前未告知内容、事实、理由、依据和权利", "行政处罚法第四十四条")
    demand(page.statement_recorded, "statement", "当事人对口头告知的意见未记录", "行政处罚法第四十五条")
    return tuple(found)


def missing_to_propose(page: PageState) -> tuple[Missing, ...]:
    """What two officers still lack before they put forward a sum in a case under the ordinary procedure: of the above what is not a
    demand of the decision on the spot alone. Telling and hearing come later there (APL Art. 44), and its limits do not hold.
    """
    found = page.determination
    stops = set() if found is None else {*found.refusals, *(f"尚未{step.text}，不得罚款" for step in found.steps)}
    sum_open = page.fine_fen is None and (found is None or found.exempt != "must")

    def stays(item: Missing) -> bool:
        if item.field == "violation":
            return found is None or item.words in stops
        if item.field == "sum":
            return sum_open
        return item.field in ("party", "place", "deviation") or item.field.startswith("fact.")

    return tuple(item for item in missing_on_spot(page) if stays(item))


def holds_sum(found: Determination, fine_fen: int) -> bool:
    """Whether a sum lies in the determination's band, its open ends left out."""
    low, high = found.band_lo or 0, found.band_hi
    above = fine_fen > low or (fine_fen == low and found.band_open not in ("lo", "both"))
    below = high is None or fine_fen < high or (fine_fen == high and found.band_open not in ("hi", "both"))
    exempted = found.exempt == "must" and fine_fen == 0
    return exempted or (above and below)


def within_summary_limit(party_kind: str, fine_fen: int | None) -> bool:
    """Whether a fine may be imposed on the spot; no fine (a warning) always may."""
    return fine_fen is None or fine_fen <= SUMMARY_LIMIT.get(party_kind, SUMMARY_LIMIT["citizen"])


def may_issue_on_spot(page: PageState, first_officer: str) -> None:
    """Raise KnownError(procedure.missing) with all that is missing, or (certificate.same_person)."""
    missing = missing_on_spot(page)
    if missing:
        raise KnownError("procedure.missing", items=[item.words for item in missing], fields=[m.field for m in missing])
    if page.second_officer == first_officer:
        raise KnownError("certificate.same_person", number=first_officer)
