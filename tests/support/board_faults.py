"""For each check of the review board, cases that it must strike: (case, what is around it)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import msgspec

from enforcement.discretion.model import Step as Before
from enforcement.journal.acts import DocumentVoided, ReviewReturned
from enforcement.journal.procedure_acts import PaperSigned, PaperVoided
from enforcement.procedure.board import Presence
from tests.support.board import (
    HEAVY,
    LIGHT,
    ON_SPOT,
    PARTY,
    Step,
    changed,
    content,
    determination,
    evidence,
    minute,
    on_spot_bodies,
    on_spot_case,
    ordinary_case,
    shown,
    without,
)
from tests.support.procedure import FIRST, HEAD, SECOND

QUIET = determination(follows=())
OTHER = msgspec.structs.replace


def light(steps=LIGHT, found=QUIET, **more):
    return ordinary_case(steps, found=found, **more)


def spot(**changes):
    """A case on the spot; `drop` leaves entries out, others are `on_spot_bodies`' own."""
    drop = changes.pop("drop", ())
    more = changes.pop("more", ())
    over = changes.pop("over", {})
    bodies = {name: row for name, row in on_spot_bodies(**changes).items() if name not in drop}
    for name, body in over.items():
        at, who, old = bodies[name]
        bodies[name] = (at, who, msgspec.structs.replace(old, **body))
    return on_spot_case(bodies, *more)


def heavy(name, **changes):
    return ordinary_case(changed(HEAVY, name, **changes))


def paper(name, **values):
    """The heavy case with other values in one act's paper."""
    return heavy(name, values=values)


def signed_by(name):
    """Somebody signs the inspection's record as an officer."""

    def made(case):
        act = next(one for one in case.track.acts if one.body.act == "evidence.inspected")
        return PaperSigned(
            act=act.entry,
            content_digest=act.body.paper.content_digest,
            role="officer",
            name=name,
            at=minute("03-02 10:20"),
        )

    return made


def voided(name):
    return lambda case: PaperVoided(
        act=next(one.entry for one in case.track.acts if one.body.act == name), words="填写错误"
    )


def half_signed(case):
    """An act that waits for its second officer."""
    act = next(one for one in case.track.acts if one.body.act == "correction.checked")
    return msgspec.structs.replace(act.body, second=True)


def spared(steps):
    return ordinary_case(steps, found=determination(exempt="must", follows=()), fine=0)


HASTY = tuple(
    replace(one, at=f"03-{day} 10:00")
    for one in (
        *without(LIGHT, "statement.waived")[:6],
        Step("statement.lapsed", "x"),
        *without(LIGHT, "statement.waived")[6:9],
    )
    for day in [
        {"statement.lapsed": 16, "penalty.asked": 17, "penalty.approved": 17, "decision.made": 18}.get(
            one.name, one.at[3:5]
        )
    ]
)
"""Decided four working days after a notice that gave five."""
SPARED = (
    *HEAVY[2:5],
    Step("report.made", "03-10 09:00"),
    Step("education.given", "03-12 09:00"),
    Step("decision.exempted", "03-13 09:00", {"number": "示城管不罚决〔2026〕3号"}),
    Step(
        "decision.handed",
        "03-14 09:00",
        {"documents": [{"name": "不予行政处罚决定书", "number": "示城管不罚决〔2026〕3号"}]},
    ),
)
FAULTS = {
    # who acted, and against whom
    "subject.officers_two": [
        lambda: (heavy("evidence.inspected", people=(FIRST.number,)), {}),
        lambda: (spot(officers=(shown(FIRST.number),)), {}),
    ],
    "subject.officers_qualified": [
        lambda: (ordinary_case(), {"standing": lambda number, at: "suspended" if number == SECOND.number else "valid"}),
        lambda: (on_spot_case(), {"standing": lambda number, at: "expired"}),
    ],
    "subject.certificates_recorded": [
        lambda: (spot(officers=(shown(FIRST.number), shown(SECOND.number, "expired"))), {})
    ],
    "subject.agency": [
        lambda: (paper("decision.made", agency="示例市某某执法大队"), {}),
        lambda: (spot(paper=content(agency="示例市某某执法大队")), {}),
    ],
    "subject.unit": [lambda: (ordinary_case(unit=""), {}), lambda: (spot(unit=""), {})],
    "subject.party_known": [lambda: (spot(party=OTHER(PARTY, code="")), {})],
    "subject.party_code": [
        lambda: (ordinary_case(party=OTHER(PARTY, code="91990100MA87244671")), {}),
        lambda: (spot(party=OTHER(PARTY, kind="citizen")), {}),
    ],
    "subject.party_kind": [lambda: (spot(found=OTHER(ON_SPOT, party_kind="citizen")), {})],
    "subject.party_name_same": [lambda: (paper("decision.served", party={"name": "示例市若水乙建材有限公司"}), {})],
    "subject.one_place": [
        lambda: (
            ordinary_case(),
            {"presences": (Presence(FIRST.number, minute("03-02 09:40"), minute("03-02 09:50"), "另一案件"),)},
        ),
        lambda: (paper("evidence.inquired", began="2026-03-02T09:40", ended="2026-03-02T10:00"), {}),
    ],
    "subject.reviewer_apart": [lambda: (heavy("decision.made", people=(FIRST.number,)), {})],
    "subject.recused": [
        lambda: (
            ordinary_case(
                (
                    *HEAVY,
                    Step("recusal.decided", "03-11 09:00", {"result": "同意回避"}, bars=(FIRST.number,)),
                )
            ),
            {},
        )
    ],
    "subject.signed_themselves": [
        lambda: (ordinary_case(attached=(signed_by("余示例"),)), {}),
    ],
    # facts and evidence
    "evidence.some": [
        lambda: (light(without(LIGHT, "evidence.inspected")), {}),
        lambda: (spot(drop=("evidence",)), {}),
    ],
    "evidence.facts": [
        lambda: (ordinary_case(facts=False), {}),
        lambda: (spot(over={"facts": {"happened": " "}}), {}),
    ],
    "evidence.facts_known": [
        lambda: (ordinary_case(found=determination(missing=("area",))), {}),
        lambda: (spot(found=OTHER(ON_SPOT, missing=("area",))), {}),
    ],
    "evidence.listed": [
        lambda: (paper("decision.made", evidence=["现场检查笔录"]), {}),
        lambda: (spot(paper=content(evidence=[])), {}),
    ],
    "evidence.gathered_before": [
        lambda: (ordinary_case(attached=(evidence("04-25 10:00"),)), {}),
        lambda: (spot(more=(("04-20 10:00", FIRST.number, evidence("04-20 10:00", evidence=UUID(int=6))),)), {}),
    ],
    "evidence.captioned": [
        lambda: (ordinary_case(attached=(evidence(caption=""),)), {}),
        lambda: (spot(over={"evidence": {"place": ""}}), {}),
    ],
    "evidence.asked_apart": [
        lambda: (
            ordinary_case(
                (*HEAVY, Step("evidence.inquired", "03-04 15:10", {"person": {"name": "余示例", "id": "1"}}))
            ),
            {},
        )
    ],
    "evidence.record_times": [lambda: (paper("evidence.inspected", ended="2026-03-02T09:00"), {})],
    "evidence.certificate_shown": [lambda: (paper("evidence.inspected", shown=None), {})],
    "evidence.record_signed": [lambda: (heavy("evidence.inspected", signed=False), {})],
    "evidence.preserved_approved": [
        lambda: (ordinary_case(without(HEAVY, "preservation.asked", "preservation.approved")), {})
    ],
    "evidence.preserved_settled": [
        lambda: (heavy("evidence.disposed", at="03-12 10:00"), {}),
        lambda: (ordinary_case(without(HEAVY, "evidence.disposed")), {}),
    ],
    "evidence.appraisal_back": [lambda: (ordinary_case((*HEAVY, Step("evidence.commissioned", "03-05 09:00"))), {})],
    "evidence.seizure_approved": [
        lambda: (ordinary_case(without(HEAVY, "seizure.asked", "seizure.approved")), {}),
        lambda: (light((*LIGHT, Step("seizure.urgent", "03-03 09:00"))), {}),
    ],
    "evidence.seizure_in_time": [
        lambda: (heavy("seizure.released", at="04-03 10:00"), {}),
        lambda: (ordinary_case(without(HEAVY, "seizure.released")), {}),
    ],
    "evidence.seizure_recorded": [lambda: (ordinary_case(without(HEAVY, "seizure.recorded")), {})],
    "evidence.goods_listed": [
        lambda: (paper("evidence.preserved", items=None), {}),
        lambda: (paper("seizure.made", items=[]), {}),
    ],
    # order in time
    "order.opened_first": [lambda: (heavy("evidence.inspected", at="03-02 08:00"), {})],
    "order.opened_in_time": [lambda: (paper("source.approved", received_at="2026-01-12T09:00"), {})],
    "order.reported": [lambda: (light(without(LIGHT, "report.made")), {})],
    "order.chain": [lambda: (heavy("payment.full", at="04-06 09:00"), {})],
    "order.not_future": [
        lambda: (heavy("archive.filed", at="05-24 09:00"), {}),
        lambda: (spot(over={"evidence": {"taken_at": minute("06-01 09:00")}}), {}),
    ],
    "order.in_ninety_days": [
        lambda: (heavy("decision.made", at="06-20 09:00"), {"now": "06-30 09:00"}),
        lambda: (ordinary_case(without(HEAVY, *(one.name for one in HEAVY[33:]))), {"now": "06-30 09:00"}),
    ],
    "order.found_before": [
        lambda: (spot(over={"opened": {"found_at": minute("04-20 12:00")}}), {}),
        lambda: (spot(over={"informed": {"at": minute("04-20 12:00")}}), {}),
    ],
    "order.retraced": [lambda: (ordinary_case(without(HEAVY, "hearing.called")), {})],
    "order.entered_in_time": [lambda: (heavy("evidence.inspected", written="03-09 10:15"), {})],
    "order.in_limitation": [
        lambda: (ordinary_case(found=determination(refusals=("违法行为已超过二年追责期限，不再处罚",))), {}),
        lambda: (spot(found=OTHER(ON_SPOT, refusals=("违法行为已超过二年追责期限，不再处罚",))), {}),
    ],
    # notice, hearing, review
    "notice.given": [
        lambda: (light(without(LIGHT, "notice.given")), {}),
        lambda: (spot(drop=("informed",)), {}),
    ],
    "notice.served": [lambda: (light(without(LIGHT, "notice.served")), {})],
    "notice.content": [
        lambda: (paper("notice.hearing", facts=None), {}),
        lambda: (spot(over={"informed": {"words": "拟罚款。"}}), {}),
    ],
    "notice.with_sum": [
        lambda: (paper("notice.hearing", fine=0), {}),
        lambda: (spot(over={"informed": {"fine_fen": 0}}), {}),
    ],
    "notice.not_heavier": [
        lambda: (paper("decision.made", fine=1_300_000), {}),
        lambda: (spot(over={"informed": {"fine_fen": 100_000}}), {}),
    ],
    "notice.waited": [lambda: (light(HASTY), {})],
    "notice.heard": [
        lambda: (light(without(LIGHT, "statement.waived")), {}),
        lambda: (spot(drop=("statement",)), {}),
    ],
    "notice.examined": [
        lambda: (ordinary_case(without(HEAVY, "statement_review.asked", "statement_review.approved")), {}),
        lambda: (spot(over={"statement": {"made": True, "words": "第一次", "heard": ""}}), {}),
    ],
    "notice.examined_each": [
        lambda: (paper("statement_review.approved", points=[{"said": "甲", "found": "属实", "taken": ""}]), {})
    ],
    "notice.hearing_told": [lambda: (light(found=determination()), {})],
    "notice.hearing_held": [
        lambda: (
            ordinary_case(
                without(HEAVY, "hearing.called", "hearing.held", "hearing_report.asked", "hearing_report.approved")
            ),
            {},
        )
    ],
    "notice.hearing_called": [lambda: (heavy("hearing.called", at="03-24 10:00"), {})],
    "notice.hearing_host": [lambda: (heavy("hearing.called", people=(FIRST.number,)), {})],
    "notice.hearing_reported": [
        lambda: (ordinary_case(without(HEAVY, "hearing_report.asked", "hearing_report.approved")), {})
    ],
    "notice.hearing_open": [lambda: (paper("hearing.called", open="不公开"), {})],
    "notice.reviewed": [
        lambda: (ordinary_case(without(HEAVY, "legality.submitted", "legality.reviewed")), {}),
        lambda: (paper("legality.reviewed", result="退回", why="证据"), {}),
    ],
    "notice.reviewer_licensed": [lambda: (paper("legality.reviewed", licence=None), {})],
    "notice.discussed": [lambda: (ordinary_case(without(HEAVY, "discussion.held")), {})],
    "notice.discussion_complete": [
        lambda: (paper("discussion.held", opinions_given=[{"name": "何尺", "post": "副局长", "said": "同意"}]), {})
    ],
    "notice.approved": [lambda: (ordinary_case(without(HEAVY, "penalty.asked", "penalty.approved")), {})],
    "notice.retraced": [
        lambda: (ordinary_case(without(HEAVY, "penalty.asked", "penalty.approved")), {}),
        lambda: (ordinary_case(without(HEAVY, "notice.hearing_served")), {}),
    ],
    # what the decision says
    "decision.party": [
        lambda: (paper("decision.made", party={"name": PARTY.name}), {}),
        lambda: (spot(paper=content(party={"name": PARTY.name})), {}),
    ],
    "decision.facts": [
        lambda: (paper("decision.made", facts=None), {}),
        lambda: (spot(paper=content(violation="")), {}),
    ],
    "decision.basis": [
        lambda: (paper("decision.made", punishes=None), {}),
        lambda: (spot(paper=content(forbids="")), {}),
    ],
    "decision.kind": [
        lambda: (paper("decision.made", penalty=None), {}),
        lambda: (spot(paper=content(fine_fen=None)), {}),
    ],
    "decision.performance": [
        lambda: (paper("decision.made", account=None), {}),
        lambda: (spot(paper=content(payment={"days": 15})), {}),
    ],
    "decision.remedies": [
        lambda: (paper("decision.made", court=None), {}),
        lambda: (spot(paper=content(reconsideration_body="")), {}),
    ],
    "decision.signed_off": [
        lambda: (paper("decision.made", issued_on=None), {}),
        lambda: (spot(paper=content(number="")), {}),
    ],
    "decision.remedies_right": [lambda: (spot(paper=content(suit_days=180)), {})],
    "decision.reasons": [
        lambda: (paper("decision.made", discretion=None), {}),
        lambda: (spot(paper=content(reasons="")), {}),
    ],
    "decision.cites_law": [
        lambda: (paper("decision.made", punishes="示例市裁量基准"), {}),
        lambda: (spot(paper=content(punishes="裁量基准")), {}),
    ],
    "decision.cites_the_same": [
        lambda: (paper("decision.made", punishes="《城市道路管理条例》第四十三条"), {}),
        lambda: (spot(paper=content(punishes="城市道路管理条例第四十三条")), {}),
    ],
    "decision.cites_paragraphs": [
        lambda: (paper("decision.made", forbids="《城市道路管理条例》第二十七条"), {}),
        lambda: (spot(paper=content(forbids="城市道路管理条例第二十七条")), {}),
    ],
    "decision.sums_same": [
        lambda: (paper("penalty.approved", fine=1_100_000), {}),
        lambda: (spot(paper=content(fine_fen=120_000)), {}),
    ],
    "decision.within_limit": [lambda: (spot(fine=300_001), {})],
    "decision.kinds_allowed": [lambda: (spot(paper=content(kind="罚款、没收非法财物")), {})],
    "decision.within_band": [
        lambda: (paper("decision.made", fine=900_000), {}),
        lambda: (spot(fine=90_000), {}),
    ],
    "decision.within_statute": [
        lambda: (ordinary_case(found=determination(statute_hi=1_100_000)), {}),
        lambda: (spot(found=OTHER(ON_SPOT, statute_lo=160_000)), {}),
    ],
    "decision.measured_same": [
        lambda: (ordinary_case(), {"measured_again": False}),
        lambda: (on_spot_case(), {"measured_again": False}),
    ],
    "decision.not_exempt": [
        lambda: (ordinary_case(found=determination(exempt="must")), {}),
        lambda: (spot(found=OTHER(ON_SPOT, exempt="must")), {}),
    ],
    "decision.not_refused": [
        lambda: (ordinary_case(found=determination(refusals=("同一违法行为已被罚款",))), {}),
        lambda: (spot(found=OTHER(ON_SPOT, refusals=("同一违法行为已被罚款",))), {}),
    ],
    "decision.steps_first": [
        lambda: (spot(found=OTHER(ON_SPOT, steps=(Before(id="a", text="责令改正", basis="x"),))), {})
    ],
    "decision.corrected": [
        lambda: (paper("decision.made", correction=None), {}),
        lambda: (spot(paper=content(correction="")), {}),
    ],
    "decision.educated": [lambda: (spared(without(SPARED, "education.given")), {})],
    "decision.exemption_founded": [
        lambda: (spared(changed(SPARED, "decision.exempted", values={"article": "情节轻微"})), {})
    ],
    # handing over
    "service.served": [
        lambda: (ordinary_case(without(HEAVY, *(one.name for one in HEAVY[34:]))), {}),
        lambda: (spot(drop=("delivered",)), {}),
    ],
    "service.in_time": [lambda: (heavy("decision.served", at="04-20 08:00"), {})],
    "service.on_receipt": [lambda: (heavy("decision.served", paper=False), {})],
    "service.receipt_signed": [lambda: (heavy("decision.served", signed=False), {})],
    "service.receipt_complete": [lambda: (paper("decision.served", receiver=None), {})],
    "service.receipt_names_paper": [
        lambda: (paper("decision.served", documents=[{"name": "决定书", "number": "1"}]), {})
    ],
    "service.others_signed": [lambda: (heavy("correction.ordered", signed=False), {})],
    "service.electronic_agreed": [
        lambda: (paper("decision.served", way="电子"), {}),
        lambda: (
            ordinary_case(
                (
                    *changed(HEAVY, "decision.served", values={"way": "电子"}),
                    Step("address.confirmed", "03-04 10:00", {"electronic": "不同意"}),
                )
            ),
            {},
        ),
    ],
    "service.left_witnessed": [lambda: (paper("decision.served", way="留置", reason="拒收"), {})],
    "service.refusal_noted": [lambda: (spot(over={"delivered": {"outcome": "refused"}}), {})],
    "service.published": [
        lambda: (heavy("publicity.published", at="04-22 09:00"), {}),
        lambda: (ordinary_case(without(HEAVY, "publicity.published")), {}),
    ],
    "service.withdrawn": [
        lambda: (ordinary_case((*without(HEAVY, "archive.filed"), Step("decision.revoked", "04-26 09:00"))), {})
    ],
    # payment
    "payment.receipt": [
        lambda: (paper("payment.full", receipt=None), {}),
        lambda: (spot(paper=content(paid_on_spot=True)), {}),
    ],
    "payment.on_spot_allowed": [lambda: (spot(paper=content(paid_on_spot=True, payment={"receipt": "1"})), {})],
    "payment.after_service": [lambda: (heavy("payment.full", at="04-07 10:00"), {})],
    "payment.demanded": [
        lambda: (ordinary_case(without(HEAVY, *(one.name for one in HEAVY[36:]))), {"now": "06-30 09:00"})
    ],
    "payment.sums": [lambda: (paper("payment.full", sum=1_000_000), {})],
    "payment.deferral_approved": [
        lambda: (ordinary_case((*HEAVY, Step("deferral.granted", "04-12 09:00", {"plan": []}))), {})
    ],
    "payment.demand_complete": [
        lambda: (ordinary_case((*HEAVY, Step("demand.served", "04-28 09:00", {"total": None}))), {})
    ],
    "payment.applied_in_time": [
        lambda: (ordinary_case(without(HEAVY, *(one.name for one in HEAVY[36:]))), {"now": "2027-02-20 09:00"}),
    ],
    # papers
    "papers.complete": [lambda: (paper("evidence.inspected", narrative=None), {})],
    "papers.decision_complete": [
        lambda: (paper("decision.made", heard=None), {}),
        lambda: (spot(paper=content(statement="")), {}),
    ],
    "papers.of_the_agency": [
        lambda: (ordinary_case(), {"forms": frozenset()}),
        lambda: (on_spot_case(), {"forms": frozenset()}),
    ],
    "papers.number_once": [
        lambda: (paper("correction.ordered", number="示城管罚决〔2026〕17号"), {}),
        lambda: (on_spot_case(), {"numbers_twice": frozenset(("示城管简罚决〔2026〕41号",))}),
    ],
    "papers.made_again": [
        lambda: (
            spot(more=(("04-22 09:00", FIRST.number, DocumentVoided(number="示城管简罚决〔2026〕41号", words="误")),)),
            {},
        ),
        lambda: (ordinary_case(attached=(voided("decision.made"),)), {}),
    ],
    "papers.printed": [
        lambda: (heavy("decision.made", prints=0), {}),
        lambda: (spot(drop=("printed",)), {}),
    ],
    "papers.coded": [
        lambda: (paper("decision.made", code=None), {}),
        lambda: (spot(code=""), {}),
    ],
    "papers.one_case_number": [lambda: (paper("closing.approved", case_number="示城管立〔2026〕18号"), {})],
    # the file as a whole
    "archive.recorded": [lambda: (spot(drop=("approved",)), {"now": "05-20 09:00"})],
    "archive.answered": [
        lambda: (
            spot(
                drop=("approved",),
                more=(
                    ("04-22 09:00", HEAD.number, ReviewReturned(decision=b"", words="补充", shown=shown(HEAD.number))),
                ),
            ),
            {},
        )
    ],
    "archive.settled": [lambda: (replace(on_spot_case(), conflicts=((b"a", b"b"),)), {})],
    "archive.whole": [lambda: (replace(on_spot_case(), waiting=(b"a",)), {})],
    "archive.readable": [lambda: (replace(ordinary_case(), unknown_kinds=("act.other",)), {})],
    "archive.cosigned": [lambda: (ordinary_case(attached=(half_signed,)), {})],
    "archive.goods_settled": [lambda: (ordinary_case(without(HEAVY, "seizure.released")), {})],
    "archive.correction_checked": [lambda: (ordinary_case(without(HEAVY, "correction.checked")), {})],
    "archive.closed": [lambda: (ordinary_case(HEAVY[:-3]), {"now": "06-20 09:00"})],
    "archive.filed": [lambda: (ordinary_case(HEAVY[:-1]), {"now": "06-20 09:00"})],
    "archive.cover": [lambda: (paper("archive.filed", pages=None), {})],
    "archive.closing_agrees": [lambda: (paper("closing.approved", fine=1_000_000), {})],
}
