"""The ordinary procedure step by step: what it lets through, and what it refuses with which article."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

import resources
from enforcement.discretion import Determination
from enforcement.law import Due
from enforcement.procedure import PageState, missing_on_spot, missing_to_propose
from enforcement.procedure.profile import read_profile
from enforcement.values.errors import KnownError
from tests.support.procedure import FIRST, HEAD, REVIEWER, SECOND, Person, against, do, ordinary, position, table


def until(where, *steps):
    for step in steps:
        name, values, days = (step, {}, 0) if isinstance(step, str) else (*step, 0)[:3]
        where = replace(where, at=where.at + timedelta(days=days, minutes=5))
        where = do(where, name, values)
    return where


OPENED = ("opening.asked", "opening.approved", "evidence.inspected")
REPORTED = (*OPENED, "report.made")


def told(**situation):
    """Reported and told of 5,000 yuan."""
    return until(position(**situation), *REPORTED, "notice.given", "notice.served")


def decided():
    where = until(told(), "statement.waived", "penalty.asked", "penalty.approved", "decision.made")
    return where


def served():
    return until(decided(), ("decision.served", {"at": "2026-03-03T10:00"}))


def words(found):
    return " ".join(one.words for one in found)


def bases(found):
    return " ".join(one.basis for one in found)


def test_no_decision_without_notice_hearing_of_the_party_and_approval():
    where = until(position(), *REPORTED)
    found = against(where, "decision.made")
    assert "第四十四条" in bases(found)
    assert "第四十五条" in bases(found)
    assert "第五十七条" in bases(found)


def test_the_sum_decided_is_never_above_the_sum_told():
    where = until(told(), "statement.waived")
    heavier = replace(where, situation=replace(where.situation, fine_fen=500_001))
    assert "第四十五条" in bases(against(heavier, "penalty.asked"))
    lighter = replace(where, situation=replace(where.situation, fine_fen=400_000))
    assert against(lighter, "penalty.asked") == ()


def test_who_investigated_neither_reviews_nor_hosts_nor_approves():
    everything = Person(FIRST.number, frozenset({"officer", "supervisor", "reviewer"}))
    where = until(position(legality_due=True), *REPORTED, "legality.submitted")
    assert "不得同时" in words(against(where, "legality.reviewed", {"result": "通过"}, people=(everything,)))
    assert against(where, "legality.reviewed", {"result": "通过"}, people=(REVIEWER,)) == ()
    asked = until(position(), "opening.asked")
    assert "不得同时" in words(against(asked, "opening.approved", people=(everything,)))


def test_two_different_officers_sign():
    where = until(position(), "opening.asked", "opening.approved")
    assert "第四十二条" in bases(against(where, "evidence.inspected", people=(FIRST,)))
    assert "第四十二条" in bases(against(where, "evidence.inspected", people=(FIRST, FIRST)))
    assert against(where, "evidence.inspected", people=(FIRST, SECOND)) == ()


def test_a_recused_officer_does_nothing_more_in_the_case():
    where = until(position(), *OPENED, ("recusal.decided", {"against": SECOND.number, "result": "同意回避"}))
    assert "第四十三条" in bases(against(where, "evidence.inquired"))
    other = Person("99010003", frozenset({"officer"}))
    assert against(where, "evidence.inquired", people=(FIRST, other)) == ()


def test_a_returned_legality_review_sends_the_case_back():
    where = until(
        position(legality_due=True), *REPORTED, "legality.submitted", ("legality.reviewed", {"result": "退回"})
    )
    assert "reported" not in where.track.marks
    assert against(where, "report.made") == ()


def test_a_hearing_is_told_seven_working_days_before_and_asked_for_within_five():
    where = until(
        position(hearing_due=True), *REPORTED, "notice.hearing", ("notice.hearing_served", {"at": "2026-03-02T12:00"})
    )
    late = replace(where, at=datetime(2026, 3, 10, 1, tzinfo=UTC))
    assert "五个工作日已过" in words(against(late, "hearing.asked"))
    assert against(late, "hearing.lapsed") == ()
    asked = until(where, ("hearing.asked", {}, 2))
    soon = {"at": "2026-03-12T09:00"}
    assert "七个工作日" in words(against(asked, "hearing.called", soon))
    called = until(asked, ("hearing.called", {"at": "2026-03-17T09:00"}))
    assert "不得早于" in words(against(called, "hearing.held"))
    held = until(replace(called, at=datetime(2026, 3, 17, 1, 30, tzinfo=UTC)), "hearing.held")
    assert "听证尚未举行" in words(against(held, "penalty.asked"))
    assert (
        against(until(held, "hearing_report.asked", "hearing_report.approved", "statement.waived"), "penalty.asked")
        == ()
    )


def test_a_hearing_undoes_a_legality_review_that_came_before_it():
    where = until(
        position(hearing_due=True, legality_due=True),
        *REPORTED,
        "legality.submitted",
        ("legality.reviewed", {"result": "通过"}),
    )
    where = until(where, "notice.hearing", ("notice.hearing_served", {"at": "2026-03-02T12:00"}), "hearing.asked")
    where = until(where, ("hearing.called", {"at": "2026-03-17T09:00"}))
    where = until(
        replace(where, at=datetime(2026, 3, 18, 1, tzinfo=UTC)),
        "hearing.held",
        "hearing_report.asked",
        "hearing_report.approved",
        "statement.waived",
    )
    assert "第五十八条" in bases(against(where, "penalty.asked"))


def test_a_year_without_holidays_is_said_not_guessed():
    where = replace(told(), at=datetime(2026, 3, 3, tzinfo=UTC))
    far = until(
        position(hearing_due=True),
        *REPORTED,
        "notice.hearing",
        ("notice.hearing_served", {"at": "2026-03-02T12:00"}),
        "hearing.asked",
    )
    assert "2031年的节假日尚未公布" in words(against(far, "hearing.called", {"at": "2031-03-17T09:00"}))
    assert where.today == date(2026, 3, 3)


def test_exemption_needs_education_first():
    where = until(position(exempt="must", fine_fen=0), *REPORTED)
    assert "第三十三条" in bases(against(where, "decision.exempted"))
    assert "不适用" in words(against(until(where, "education.given"), "penalty.asked"))
    done = until(
        where,
        "education.given",
        "decision.exempted",
        ("decision.handed", {"at": "2026-03-02T15:00"}),
        "closing.asked",
        "closing.approved",
        "archive.filed",
    )
    assert "archived" in done.track.marks


def test_the_additional_fine_is_owed_and_stops_during_a_reconsideration():
    where = served()
    on = replace(where, at=datetime(2026, 3, 28, 2, tzinfo=UTC))
    assert on.plan[0].due == date(2026, 3, 18)
    assert on.surcharge().fen == 500_000 * 3 * 10 // 100
    in_review = until(on, ("review.registered", {"applied_on": "2026-03-28", "received_on": "2026-03-28"}))
    later = replace(in_review, at=datetime(2026, 5, 1, 2, tzinfo=UTC))
    assert later.surcharge().fen == 500_000 * 3 * 9 // 100
    back = until(later, ("review.upheld", {"received_on": "2026-05-01"}))
    assert replace(back, at=datetime(2026, 5, 3, 2, tzinfo=UTC)).surcharge().days == 9 + 3
    capped = replace(back, at=datetime(2026, 9, 1, 2, tzinfo=UTC))
    assert capped.surcharge().fen == 500_000
    assert capped.surcharge().capped


def test_instalments_move_the_days_to_pay_and_the_last_payment_is_exact():
    plan = [{"until": "2026-04-15", "sum": 200_000}, {"until": "2026-05-15", "sum": 300_000}]
    where = until(served(), "deferral.asked", "deferral.approved", ("deferral.granted", {"plan": plan}))
    assert [one.due for one in where.plan] == [date(2026, 4, 15), date(2026, 5, 15)]
    where = until(replace(where, at=datetime(2026, 4, 10, tzinfo=UTC)), ("payment.part", {"sum": 200_000}))
    assert where.owed() == 300_000
    assert "尚欠3000元" in words(against(where, "payment.full", {"sum": 250_000}))
    assert "paid" in until(where, ("payment.full", {"sum": 300_000})).track.marks


def test_the_court_is_asked_only_after_demand_and_the_time_for_remedies():
    where = until(replace(served(), at=datetime(2026, 3, 20, tzinfo=UTC)), "demand.served")
    assert "第五十三条" in bases(against(where, "court.applied"))
    assert "第五十四条" in bases(against(where, "court.applied"))
    later = replace(where, at=datetime(2026, 9, 10, tzinfo=UTC))
    assert against(later, "court.applied") == ()
    due = next(one for one in later.deadlines if one.rule.id == "execution.application")
    assert isinstance(due.found, Due)
    assert due.found.last_day == date(2026, 12, 3)


def test_quashed_by_reconsideration_what_was_published_and_paid_goes_back():
    where = until(served(), "publicity.published", ("payment.full", {"sum": 500_000}))
    where = until(
        where,
        ("review.registered", {"applied_on": "2026-03-10", "received_on": "2026-03-12"}),
        ("review.quashed", {"received_on": "2026-04-20"}),
    )
    due = next(one for one in where.deadlines if one.rule.id == "publicity.withdraw")
    assert isinstance(due.found, Due)
    assert due.found.last_day == date(2026, 4, 23)
    found = against(where, "closing.asked")
    assert "尚未撤回" in words(found)
    assert "尚未退还" in words(found)
    where = until(where, "publicity.withdrawn", ("payment.refunded", {"sum": 500_000}))
    assert against(where, "closing.asked") == ()


def test_what_was_quashed_to_be_decided_again_can_be():
    where = until(
        served(),
        ("review.registered", {"applied_on": "2026-03-10", "received_on": "2026-03-12"}),
        ("review.redo", {"received_on": "2026-04-20"}),
    )
    assert "decision" not in where.track.slots
    again = until(
        where,
        "report.made",
        "notice.given",
        "notice.served",
        "statement.waived",
        "penalty.asked",
        "penalty.approved",
        "decision.made",
    )
    assert "decision" in again.track.slots


def test_an_urgent_seizure_is_approved_within_24_hours_or_nothing_is_decided():
    where = until(position(), *OPENED, "seizure.urgent")
    due = next(one for one in where.deadlines if one.rule.id == "measure.report")
    assert isinstance(due.found, Due)
    assert due.found.due - where.track.events["measure.urgent"] == timedelta(hours=24)
    where = until(where, "report.made", "notice.given", "notice.served", "statement.waived")
    assert "第十九条" in bases(against(where, "penalty.asked"))
    assert against(until(where, "seizure.asked", "seizure.approved"), "penalty.asked") == ()


def test_an_appraisal_stops_the_term_of_a_seizure():
    where = until(position(), *OPENED, "seizure.asked", "seizure.approved", "seizure.made")
    before = next(one.found for one in where.deadlines if one.rule.id == "seizure.term")
    where = until(where, ("evidence.commissioned", {}, 2), ("evidence.appraised", {}, 10))
    after = next(one.found for one in where.deadlines if one.rule.id == "seizure.term")
    assert isinstance(before, Due)
    assert isinstance(after, Due)
    assert after.last_day - before.last_day == timedelta(days=10)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('need = "opened"', 'need = "opend"', "opend"),
        ('form = "survey_record"', 'form = "surveys"', "evidence.surveyed"),
        ('apart = ["investigator"]', 'apart = ["nobody"]', "acts."),
        ('who = "reviewer"', 'who = "anybody"', "legality.reviewed"),
        ('checks = ["not_heavier"]', 'checks = ["lighter"]', "acts."),
        ('events = { "hearing.asked" = "" }', 'events = { "hearing.ask" = "" }', "hearing.asked"),
        ('stage = "听证"', 'stage = "听"', "hearing.asked"),
        ("[guards.opened]", "[guards.opened", "$"),
        ('id = "hearing.waived"', 'id = "hearing.asked"', "hearing.asked"),
        ('basis = "行政处罚法第六十二条"', 'basis = "依法"', "statement.waived"),
    ],
)
def test_a_faulty_table_is_refused_by_its_place(old, new, where):
    raw = resources.path("procedure/ordinary.toml").read_text("utf-8")
    assert old in raw
    from desktop.printing.formset import library

    with pytest.raises(KnownError) as refused:
        read_profile(raw.replace(old, new).encode(), "ordinary.toml", table(), frozenset(library.form_ids()))
    assert refused.value.code == "procedure.profile_invalid"
    assert where in str(refused.value.details["where"])
    assert ordinary().rules


def test_an_unknown_act_is_said():
    with pytest.raises(KnownError) as unknown:
        ordinary().rule("nothing.such")
    assert unknown.value.code == "procedure.unknown_act"
    assert HEAD.number != FIRST.number


def test_a_sum_is_proposed_above_what_may_be_decided_on_the_spot():
    found = Determination(
        schema=3,
        pack_digest=bytes(32),
        pack_title="基准",
        pack_version="1",
        violation="v",
        title="占道",
        row="",
        statute_title="",
        statute_version="",
        forbids="",
        punishes="",
        party_kind="organisation",
        acted_on=date(2026, 3, 2),
        decided_on=date(2026, 3, 2),
        correction="",
        statute_lo=0,
        statute_hi=2_000_000,
        band_lo=300_000,
        band_hi=2_000_000,
    )
    page = PageState("organisation", True, "示范路18号", "占道", 0, found, 1_000_000, False, False, "")
    assert {item.field for item in missing_on_spot(page)} >= {"evidence", "sum", "told", "statement"}
    assert missing_to_propose(page) == ()
    nothing = PageState("organisation", False, "", "", 0, None, None, False, False, "")
    lacks = {item.field for item in missing_to_propose(nothing)}
    assert lacks == {"party", "place", "violation"}
