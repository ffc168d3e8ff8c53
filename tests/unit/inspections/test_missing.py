"""What is missing before each step, in a review board's words."""

from datetime import timedelta

import pytest

from enforcement.journal.visit_acts import (
    CertificatesPresented,
    FindingLed,
    InspectionObstructed,
    NoticeServed,
    PaperIssued,
)
from enforcement.procedure.inspections import (
    may_begin,
    may_conclude,
    missing_afterwards,
    missing_to_begin,
    missing_to_conclude,
)
from enforcement.values.errors import KnownError
from tests.support.journal_maker import START, shown
from tests.support.visit_maker import A, B, Visit, plan, running


def fields(missing):
    return [one.field for one in missing]


def ready():
    visit = running()
    visit.add(CertificatesPresented(officers=(shown("S1"),), present="王", confirmed=True, recusal=False, at=START))
    visit.add(NoticeServed(to="王", signed=True, at=START))
    return visit


def test_nothing_is_entered_without_approval_and_two_officers():
    visit = Visit(officers=plan().officers[:1])
    assert fields(missing_to_begin(visit.state)) == ["officers", "approval"]
    with pytest.raises(KnownError) as caught:
        may_begin(visit.state)
    assert "行政检查未报执法主体负责人批准" in caught.value.details["items"]
    visit = Visit()
    visit.decide(approved=False)
    assert fields(missing_to_begin(visit.state)) == ["approval"]
    assert missing_to_begin(Visit(trigger="danger", urgent="将要坠落").state) == ()


def test_every_step_on_site_is_demanded_with_its_basis():
    missing = missing_to_conclude(running().state)
    assert fields(missing) == ["shown", "notice", f"item.{A}", f"item.{B}"]
    assert all(one.basis for one in missing)


def test_the_conclusion_needs_every_answer():
    visit = ready()
    visit.answer(A)
    assert fields(missing_to_conclude(visit.state)) == [f"item.{B}"]
    visit.answer(B)
    may_conclude(visit.state)


def test_a_photograph_that_is_demanded_is_missed_unless_the_item_does_not_apply():
    items = tuple(
        type(one)(**{**{name: getattr(one, name) for name in one.__struct_fields__}, "photo": True})
        for one in plan().items
    )
    visit = Visit(items=items)
    visit.decide()
    visit.open()
    visit.answer(A)
    visit.answer(B, "not_applicable")
    words = [one.words for one in missing_to_conclude(visit.state)]
    assert f"缺照片：{A}" in words
    assert f"缺照片：{B}" not in words


@pytest.mark.parametrize(
    ("lead", "missed"),
    [
        (None, "发现问题未作处理"),
        ({"lead": "correction", "correction": "清理"}, "改正的期限未载明"),
        ({"lead": "correction", "until": START + timedelta(days=1)}, "改正的内容未载明"),
        ({"lead": "referral"}, "移送的机关未载明"),
        ({"lead": "case"}, ""),
        ({"lead": "none"}, ""),
    ],
)
def test_a_finding_leads_somewhere_completely(lead, missed):
    visit = ready()
    visit.answer(A, "violates", words="占道")
    visit.answer(B)
    if lead is not None:
        visit.add(FindingLed(item=A, **lead))
    words = "".join(one.words for one in missing_to_conclude(visit.state))
    assert missed in words
    assert bool(words) == bool(missed)


def test_a_finding_without_words_is_missed():
    visit = ready()
    visit.answer(A, "violates")
    visit.answer(B)
    assert any("未写明" in one.words for one in missing_to_conclude(visit.state))


def test_recusal_stops_the_inspection_and_hindrance_ends_it():
    visit = running()
    visit.add(CertificatesPresented(officers=(shown("S1"),), present="王", confirmed=True, recusal=True, at=START))
    assert "行政处罚法第四十三条" in [one.basis for one in missing_to_conclude(visit.state)]
    visit = running()
    visit.add(CertificatesPresented(officers=(shown("S1"),), present="王", confirmed=False, recusal=False, at=START))
    visit.add(InspectionObstructed(words="拒绝开门", witness="物业张某", at=START))
    may_conclude(visit.state)


def test_what_an_urgent_visit_has_to_make_up_and_a_document_without_number():
    visit = Visit(trigger="danger", urgent="将要坠落")
    visit.open()
    assert fields(missing_afterwards(visit.state)) == ["approval", "notice"]
    visit.decide()
    visit.add(NoticeServed(to="王", signed=True, at=START, later=True))
    visit.cosign(visit.conclude())
    visit.add(PaperIssued(form="inspection_result", number="", series="", running=0, values={}, digest=bytes(32)))
    assert fields(missing_afterwards(visit.state)) == ["told", "papers"]
