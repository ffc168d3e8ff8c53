"""Every line of the review board leads somewhere, or says that nothing mends it."""

from functools import cache

import pytest

from desktop.services.forms import form as form_of
from desktop.views.cases.parts import PARTS
from enforcement.procedure.board import CHECKS, Bearings, mend_of
from enforcement.procedure.position import Position, situation_of
from tests.support.board import HEAVY, LIGHT, NOW, board, judged, minute, on_spot_case, ordinary_case
from tests.support.board_faults import FAULTS, QUIET, SPARED, half_signed, spared, spot
from tests.support.procedure import FIRST, HEAD, REVIEWER, SECOND, calendar, ordinary, table

# what is left of a check's faults in the cases of board_faults.py, which are nearly all decided and closed:
# way:act.field of the form@the act whose paper it is, #the part of the case
OPENS = {
    "subject.officers_two": (
        "paper:@evidence.inspected",
        "stays:.second_officer#record",
    ),
    "subject.officers_qualified": ("stays:.officers#record",),
    "subject.certificates_recorded": ("stays:.officers#record",),
    "subject.agency": (
        "paper:.agency@decision.made",
        "notice:.agency",
    ),
    "subject.unit": ("stays:.unit#record",),
    "subject.party_known": ("stays:.party#party",),
    "subject.party_code": ("stays:.party#party",),
    "subject.party_kind": ("stays:.party#party",),
    "subject.party_name_same": ("paper:.party.name@decision.served",),
    "subject.one_place": (
        "paper:.began@evidence.inspected",
        "paper:.began@evidence.inquired",
    ),
    "subject.reviewer_apart": ("paper:@legality.reviewed",),
    "subject.recused": ("paper:@notice.hearing",),
    "subject.signed_themselves": ("paper:@evidence.inspected",),
    "evidence.some": ("stays:.evidence#evidence",),
    "evidence.facts": ("stays:.happened#happened",),
    "evidence.facts_known": ("stays:.fact.area#facts",),
    "evidence.listed": (
        "paper:.evidence@decision.made",
        "notice:.evidence",
    ),
    "evidence.gathered_before": ("stays:.evidence#evidence",),
    "evidence.captioned": ("stays:.evidence#evidence",),
    "evidence.asked_apart": ("paper:@evidence.inquired",),
    "evidence.record_times": ("paper:.ended@evidence.inspected",),
    "evidence.certificate_shown": ("paper:.shown@evidence.inspected",),
    "evidence.record_signed": ("paper:.checked@evidence.inspected",),
    "evidence.preserved_approved": ("stays:#record",),
    "evidence.preserved_settled": (
        "paper:@evidence.disposed",
        "act:evidence.disposed",
    ),
    "evidence.appraisal_back": ("act:evidence.appraised",),
    "evidence.seizure_approved": (
        "stays:#record",
        "act:seizure.asked",
    ),
    "evidence.seizure_in_time": (
        "paper:@seizure.released",
        "act:seizure.released",
    ),
    "evidence.seizure_recorded": ("stays:#record",),
    "evidence.goods_listed": (
        "paper:.items@evidence.preserved",
        "paper:.items@seizure.made",
    ),
    "order.opened_first": ("paper:@evidence.inspected",),
    "order.opened_in_time": ("paper:@opening.approved",),
    "order.reported": ("stays:#record",),
    "order.chain": ("stays:.timeline#record",),
    "order.not_future": (
        "paper:@archive.filed",
        "stays:.timeline#record",
    ),
    "order.in_ninety_days": ("paper:@penalty.approved",),
    "order.found_before": ("stays:.found_at#record",),
    "order.retraced": ("paper:@hearing.held",),
    "order.entered_in_time": ("paper:@evidence.inspected",),
    "order.in_limitation": ("stays:.found_at#record",),
    "notice.given": (
        "stays:#record",
        "stays:.told#record",
    ),
    "notice.served": ("stays:#record",),
    "notice.content": (
        "paper:.facts@notice.hearing",
        "stays:.told#record",
    ),
    "notice.with_sum": (
        "stays:.fine#record",
        "stays:.told#record",
    ),
    "notice.not_heavier": ("stays:.sum#reasons",),
    "notice.waited": ("paper:@penalty.approved",),
    "notice.heard": (
        "stays:#record",
        "stays:.statement#statement",
    ),
    "notice.examined": (
        "stays:#record",
        "stays:.heard_words#statement",
    ),
    "notice.examined_each": ("paper:.points@statement_review.approved",),
    "notice.hearing_told": ("stays:#record",),
    "notice.hearing_held": ("stays:#record",),
    "notice.hearing_called": ("paper:@hearing.called",),
    "notice.hearing_host": ("paper:@hearing.called",),
    "notice.hearing_reported": ("stays:#record",),
    "notice.hearing_open": ("paper:.why_closed@hearing.called",),
    "notice.reviewed": (
        "stays:#record",
        "paper:@legality.reviewed",
    ),
    "notice.reviewer_licensed": ("paper:.licence@legality.reviewed",),
    "notice.discussed": ("stays:#record",),
    "notice.discussion_complete": ("paper:.opinions_given@discussion.held",),
    "notice.approved": ("stays:#record",),
    "notice.retraced": (
        "stays:#record",
        "paper:@penalty.approved",
    ),
    "decision.party": (
        "paper:.party.address@decision.made",
        "notice:.party.address",
    ),
    "decision.facts": (
        "paper:.facts@decision.made",
        "notice:.violation",
    ),
    "decision.basis": (
        "paper:.punishes@decision.made",
        "notice:.forbids",
    ),
    "decision.kind": (
        "paper:.penalty@decision.made",
        "notice:.fine",
    ),
    "decision.performance": (
        "paper:.account@decision.made",
        "notice:.payment.bank",
    ),
    "decision.remedies": (
        "paper:.court@decision.made",
        "notice:.reconsideration_body",
    ),
    "decision.signed_off": (
        "paper:.issued_on@decision.made",
        "notice:.number",
    ),
    "decision.remedies_right": ("notice:.suit_days",),
    "decision.reasons": (
        "paper:.discretion@decision.made",
        "notice:.reasons",
    ),
    "decision.cites_law": (
        "paper:.punishes@decision.made",
        "notice:.punishes",
    ),
    "decision.cites_the_same": (
        "paper:.punishes@decision.made",
        "notice:.punishes",
    ),
    "decision.cites_paragraphs": (
        "paper:.forbids@decision.made",
        "notice:.forbids",
    ),
    "decision.sums_same": (
        "paper:@penalty.approved",
        "notice:.fine",
    ),
    "decision.within_limit": ("stays:.sum#reasons",),
    "decision.kinds_allowed": ("stays:.violation#facts",),
    "decision.within_band": ("stays:.deviation#reasons",),
    "decision.within_statute": ("stays:.sum#reasons",),
    "decision.measured_same": ("stays:.violation#facts",),
    "decision.not_exempt": ("stays:.violation#facts",),
    "decision.not_refused": ("stays:.violation#facts",),
    "decision.steps_first": ("stays:#record",),
    "decision.corrected": (
        "paper:.correction@decision.made",
        "notice:.correction",
    ),
    "decision.educated": ("act:education.given",),
    "decision.exemption_founded": ("paper:.article@decision.exempted",),
    "service.served": (
        "act:decision.served",
        "part:.delivered#delivered",
    ),
    "service.in_time": ("paper:@decision.served",),
    "service.on_receipt": ("stays:@decision.served#record",),
    "service.receipt_signed": ("paper:.receiver@decision.served",),
    "service.receipt_complete": ("paper:.receiver@decision.served",),
    "service.receipt_names_paper": ("paper:.documents@decision.served",),
    "service.others_signed": ("paper:@correction.ordered",),
    "service.electronic_agreed": (
        "stays:#record",
        "paper:@address.confirmed",
    ),
    "service.left_witnessed": ("paper:.witness@decision.served",),
    "service.refusal_noted": ("stays:.delivered#record",),
    "service.published": (
        "paper:@publicity.published",
        "stays:#record",
    ),
    "service.withdrawn": ("act:publicity.withdrawn",),
    "payment.receipt": (
        "paper:.receipt@payment.full",
        "stays:.receipt_number#record",
    ),
    "payment.on_spot_allowed": ("stays:.on_spot_payment#record",),
    "payment.after_service": ("paper:@payment.full",),
    "payment.demanded": ("act:demand.served",),
    "payment.sums": ("paper:@payment.full",),
    "payment.deferral_approved": ("stays:#record",),
    "payment.demand_complete": ("paper:.total@demand.served",),
    "payment.applied_in_time": ("stays:#record",),
    "papers.complete": ("paper:.narrative@evidence.inspected",),
    "papers.decision_complete": (
        "paper:.heard@decision.made",
        "notice:.statement",
    ),
    "papers.of_the_agency": (
        "paper:@source.approved",
        "notice:",
    ),
    "papers.number_once": (
        "paper:.number@decision.made",
        "notice:.number",
    ),
    "papers.made_again": (
        "stays:#record",
        "stays:@decision.made#record",
    ),
    "papers.printed": (
        "paper:@decision.made",
        "part:.print#print",
    ),
    "papers.coded": (
        "paper:.code@decision.made",
        "notice:.code",
    ),
    "papers.one_case_number": ("paper:.case_number@opening.approved",),
    "archive.recorded": ("theirs:review.approved",),
    "archive.answered": ("part:#answer",),
    "archive.settled": ("stays:#record",),
    "archive.whole": ("stays:.timeline#record",),
    "archive.readable": ("stays:.timeline#record",),
    "archive.cosigned": ("theirs:correction.checked@correction.checked",),
    "archive.goods_settled": ("paper:@evidence.disposed",),
    "archive.correction_checked": ("act:correction.checked",),
    "archive.closed": ("act:closing.asked",),
    "archive.filed": ("act:archive.filed",),
    "archive.cover": ("paper:.pages@archive.filed",),
    "archive.closing_agrees": ("paper:.fine@closing.approved",),
}


def bearings(case, person=FIRST, now=NOW, page=False):
    position = None
    if case.procedure == "ordinary":
        position = Position(case.track, situation_of(case), minute(now), table(), calendar())
    return Bearings(case, person, ordinary(), position, page)


def words_of(mend, case):
    """A mend as it stands in `OPENS`."""
    of = case.track.act(mend.entry)
    name = mend.act if mend.way in ("act", "theirs") else ""
    field = f".{mend.field}" if mend.field else ""
    at = f"@{of.body.act}" if of is not None else ""
    part = f"#{mend.part}" if mend.way in ("part", "stays") else ""
    return f"{mend.way}:{name}{field}{at}{part}"


@cache
def found(check):
    """Every (mend, case) of a check."""
    lines = []
    for make in FAULTS[check]:
        case, around = make()
        here = bearings(case, now=around.get("now", NOW))
        lines += [(mend_of(one.mends, here), case) for one in judged(case, **around).struck if one.check == check]
    return lines


def test_the_table_names_every_check():
    assert set(OPENS) == set(CHECKS)
    assert len(OPENS) >= 125


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_each_line_opens_what_it_must(check):
    assert tuple(dict.fromkeys(words_of(mend, case) for mend, case in found(check))) == OPENS[check]


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_what_is_opened_is_there(check):
    for mend, case in found(check):
        if mend.way == "paper":
            paper = case.track.act(mend.entry).body.paper
            assert paper is not None
            paths = {field.path for field in form_of(paper.form).fields} if mend.field else set()
            assert not mend.field or mend.field in paths
        if mend.way in ("act", "theirs") and mend.act not in ("review.approved", "review.answered"):
            assert ordinary().rule(mend.act)
        if mend.way in ("part", "stays"):
            assert mend.part in (*PARTS, "cosign")


WAYS = ((HEAVY, ordinary_case), (LIGHT, lambda some: ordinary_case(some, found=QUIET)), (SPARED, spared))


def steps_before(name):
    """A case that lacks only this step and what comes after it; None where no case goes there."""
    for steps, make in WAYS:
        names = [one.name for one in steps]
        if name in names:
            at = names.index(name)
            return make(steps[:at]), steps[at].at
    return None, ""


WHO = {"officer": FIRST, "supervisor": HEAD, "reviewer": REVIEWER}
ACTS = sorted({row.mends.removeprefix("act:") for row in board().checks if row.mends.startswith("act:")})
PAPERS = sorted({row.mends.removeprefix("form:") for row in board().checks if row.mends.startswith("form:")})
ELSEWHERE = {
    "address.confirmed", "conflict.settled", "court.applied", "deferral.asked", "demand.served", "evidence.appraised",
    "publicity.withdrawn", "recusal.decided", "review.answered", "review.approved",
}  # fmt: skip
"""Acts that no faultless case goes through; of a decision on the spot some of them."""


@pytest.mark.parametrize("act", sorted(set(ACTS) - ELSEWHERE))
def test_an_act_that_is_still_to_be_done_opens_its_page(act):
    case, now = steps_before(act)
    rule = ordinary().rule(act)
    mine = mend_of(f"act:{act}", bearings(case, WHO[rule.who], now))
    assert (mine.way, mine.act, mine.who) == ("act", act, rule.who)
    other = HEAD if rule.who == "officer" else FIRST
    theirs = mend_of(f"act:{act}", bearings(case, other, now))
    assert (theirs.way, theirs.act, theirs.who) == ("theirs", act, rule.who)


def test_a_paper_that_is_still_to_be_made_opens_the_act_that_makes_it_at_its_field():
    opened = 0
    for name in PAPERS:
        form, _, path = name.partition(".")
        for rule in ordinary().rules:
            case, now = steps_before(rule.id) if rule.form == form else (None, "")
            if case is None or any(one.body.paper and one.body.paper.form == form for one in case.track.acts):
                continue
            mend = mend_of(f"form:{name}", bearings(case, WHO[rule.who], now))
            assert (mend.way, mend.field) == ("act", path)
            assert form in (ordinary().rule(mend.act).form, ordinary().rule(mend.act).asks)
            opened += 1
    assert opened >= 12


def test_before_the_decision_the_page_that_measures_takes_facts_evidence_and_sum():
    case = ordinary_case(HEAVY[:5])
    for field in ("place", "happened", "violation", "fact.area", "evidence", "sum", "deviation"):
        assert mend_of(f"field:{field}", bearings(case)).way == "page"
        assert mend_of(f"field:{field}", bearings(case, HEAD)).way == "stays"
        assert mend_of(f"field:{field}", bearings(ordinary_case())).way == "stays"
    assert mend_of("field:party", bearings(case)).part == "party"


def test_a_decision_on_the_spot_opens_its_page_while_it_is_not_issued():
    open_ = spot(drop=("issued", "delivered", "approved", "printed"))
    assert open_.decision is None
    assert mend_of("field:told", bearings(open_, page=True)).way == "page"
    assert mend_of("field:told", bearings(open_)).way == "stays"
    assert mend_of("act:correction.ordered", bearings(open_, page=True)).way == "page"
    assert mend_of("field:told", bearings(on_spot_case(), page=True)).way == "stays"


def test_a_missing_second_signature_is_given_by_who_may_give_it():
    case = ordinary_case(attached=(half_signed,))
    (waits,) = case.track.pending
    mine = [one for one in (FIRST, SECOND) if one.number not in waits.people]
    assert mine
    for person in (FIRST, SECOND, HEAD):
        mend = mend_of(f"done:{waits.entry.hex()}", bearings(case, person))
        assert (mend.way, mend.part) == ("part" if person in mine else "theirs", "cosign")


def test_what_is_not_on_the_record_stays_marked():
    for wanted in (f"done:{bytes(32).hex()}", "act:nothing", "form:nothing.x", "field:nothing"):
        assert mend_of(wanted, bearings(ordinary_case())).way == "stays"
