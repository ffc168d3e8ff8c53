"""Inspections on two real desks with the real relay between them: plan, approval, visit, documents, what follows, and faults."""

import dataclasses
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from desktop.app.demo_city import OFFICER, PARTNER
from desktop.services.prints import Ref
from desktop.services.signed_in import SignedIn
from desktop.services.visit_papers import UNNUMBERED, printable
from desktop.services.visits import code_in, load
from desktop.services.visits_door import Visits
from desktop.store.authority import AuthorityData
from desktop.store.models import RefusedBundleRow
from desktop.store.projections import rebuild, snapshot
from enforcement.journal.visit_acts import ItemAnswered
from enforcement.rules import parse_fact
from enforcement.values.errors import BugError, KnownError
from tests.support.visit_desks import desk_of, picture, planned, sync

FRONT = "storefront/front"
SEED_TEXT = "示例市2026年第4期公开种子"


@pytest.fixture
def desks(city):
    made = desk_of(city, "officer"), desk_of(city, "supervisor")
    yield made
    for desk in made:
        desk.database.close()


def approved(city, desks, **more):
    """An inspection of the story's company, approved on the supervisor's device and here again."""
    officer, supervisor = desks
    visit = planned(Visits(officer), city, **more)
    sync(officer, supervisor)
    Visits(supervisor).decide(visit, True, "同意")
    sync(supervisor, officer)
    return visit


def on_site(visits, visit):
    visits.begin(visit)
    visits.show_certificates(visit, "王经理", True, False)
    visits.serve_notice(visit, "王经理", True)


def with_finding(city, desks, folder, lead="correction"):
    """Concluded, with the pavement occupied."""
    officer, _ = desks
    visits = Visits(officer)
    visit = approved(city, desks)
    on_site(visits, visit)
    visits.attach(visit, FRONT, picture(folder))
    visits.answer(visit, FRONT, "violates", "门前人行道堆放瓷砖和木架", "6.5")
    visits.lead(visit, FRONT, lead)
    visits.answer_rest(visit)
    visits.conclude(visit, "", "没有异议", PARTNER, city.cast.password)
    return visit


def same_after_rebuild(desk):
    with desk.database.write() as session:
        before = snapshot(session)
        rebuild(session, desk.journal)
        assert snapshot(session) == before


def test_a_finding_is_corrected_and_looked_at_again(city, desks, tmp_path):
    officer, supervisor = desks
    visits = Visits(officer)
    visit = with_finding(city, desks, tmp_path)
    detail = visits.detail(visit)
    assert [(one.form, bool(one.number), one.missing) for one in detail.papers] == [
        ("inspection_approval", True, ()),
        ("inspection_notice", True, ()),
        ("inspection_record", False, ()),
        ("inspection_result", True, ()),
        ("correction_order", True, ()),
    ]
    assert (detail.line.outcome, detail.afterwards, detail.line.times) == ("findings", (), 1)
    for paper in detail.papers:
        assert visits.paper_pdf(visit, paper.index).startswith(b"%PDF")
    prints = SignedIn(officer, "").prints
    order = Ref(visit, index=4)
    assert (prints.printable(order).form, prints.printable(order).prints) == ("correction_order", 0)
    prints.record(order, "field_printer", 2)
    prints.record(order, "pdf", 1)
    assert prints.printable(order).prints == 3
    words = [one.words for one in visits.detail(visit).timeline]
    assert "打印责令改正通知书 2 份（80 毫米便携打印机）" in words
    assert "重印责令改正通知书 1 份（PDF 文件）" in words
    with pytest.raises(KnownError):
        prints.record(Ref(visit, index=9), "pdf", 1)
    due = [one for one in SignedIn(officer, "").today().visits if one.visit_id == visit]
    assert [(one.what, one.days_left) for one in due] == [("复查责令改正", 1)]
    again = visits.recheck(visit).value
    assert [item.key for item in visits.detail(again).items] == [FRONT]
    sync(officer, supervisor)
    Visits(supervisor).decide(again, True)
    sync(supervisor, officer)
    on_site(visits, again)
    visits.attach(again, FRONT, picture(tmp_path))
    visits.answer(again, FRONT, "conforms")
    visits.conclude(again, "", "没有异议", PARTNER, city.cast.password)
    assert visits.detail(visit).line.rechecked == "all"
    assert visits.detail(again).papers[-1].form == "correction_check"
    assert [one for one in SignedIn(officer, "").today().visits if one.what == "复查责令改正"] == []
    with pytest.raises(KnownError):
        visits.recheck(visit)
    sync(officer, supervisor)
    assert Visits(supervisor).detail(visit).line.rechecked == "all"
    for desk in desks:
        same_after_rebuild(desk)


def test_a_third_visit_is_stopped_by_the_cap_and_a_complaint_only_warned(city, desks, tmp_path):
    visits = Visits(desks[0])
    for _ in range(2):
        visits.begin(approved(city, desks))
    with pytest.raises(KnownError) as caught:
        planned(visits, city)
    assert caught.value.code == "inspection.cap_reached"
    assert visits.cap(city.cast.company.code, "complaint").state == "warned"
    complaint = planned(visits, city, trigger="complaint")
    assert "投诉举报" in visits.detail(complaint).cap_words


def test_urgent_danger_goes_first_and_what_it_lacks_is_said_until_it_is_made_up(city, desks, tmp_path):
    officer, supervisor = desks
    visits = Visits(officer)
    with pytest.raises(KnownError):
        planned(visits, city, trigger="plan", urgent="不急")
    with pytest.raises(KnownError):
        planned(visits, city, trigger="danger")
    visit = planned(visits, city, trigger="danger", lists=("billboard",), urgent="广告牌将要坠落")
    visits.begin(visit)
    visits.show_certificates(visit, "王经理", True, False)
    visits.attach(visit, "billboard/consent", picture(tmp_path))
    visits.answer(visit, "billboard/consent", "conforms")
    visits.answer_rest(visit)
    visits.conclude(visit, "", "没有异议", PARTNER, city.cast.password)
    assert {one.field for one in visits.detail(visit).afterwards} == {"approval", "notice"}
    sync(officer, supervisor)
    assert Visits(supervisor).waiting() == 1
    Visits(supervisor).decide(visit, True, "情况属实，补办")
    sync(supervisor, officer)
    visits.serve_notice(visit, "王经理", True)
    assert visits.detail(visit).afterwards == ()


def test_who_inspects_does_not_approve_and_what_is_not_approved_is_not_begun(city, desks):
    officer, supervisor = desks
    visits = Visits(officer)
    visit = planned(visits, city)
    with pytest.raises(KnownError) as caught:
        visits.begin(visit)
    assert caught.value.code == "procedure.missing"
    with pytest.raises(KnownError) as caught:
        visits.decide(visit, True)
    assert caught.value.code == "certificate.wrong_kind"
    sync(officer, supervisor)
    with pytest.raises(KnownError):
        Visits(supervisor).decide(visit, False, " ")
    Visits(supervisor).decide(visit, False, "本月已查")
    with pytest.raises(KnownError):
        Visits(supervisor).decide(visit, True)
    sync(supervisor, officer)
    assert visits.ready(city.cast.company.code) is None
    assert visits.detail(visit).line.status == "refused"


def test_the_rest_conforms_in_one_act_but_not_what_demands_a_photograph(city, desks):
    visits = Visits(desks[0])
    visit = approved(city, desks)
    on_site(visits, visit)
    assert visits.answer_rest(visit).value == 6
    assert [item.key for item in visits.detail(visit).items if not item.answer] == [FRONT]
    with pytest.raises(KnownError) as caught:
        visits.answer_rest(visit)
    assert caught.value.code == "procedure.not_allowed"
    with pytest.raises(KnownError) as caught:
        visits.answer(visit, FRONT, "not_applicable")
    assert caught.value.code == "input.invalid"
    with pytest.raises(KnownError) as caught:
        visits.conclude(visit, "", "没有异议", PARTNER, city.cast.password)
    assert any(FRONT in field for field in caught.value.details["fields"])


def test_both_sign_and_a_wrong_password_leaves_nothing_behind(city, desks, tmp_path):
    visits = Visits(desks[0])
    visit = approved(city, desks)
    on_site(visits, visit)
    visits.attach(visit, FRONT, picture(tmp_path))
    visits.answer(visit, FRONT, "conforms")
    visits.answer_rest(visit)
    for number, password, code in (
        (OFFICER, city.cast.password, "certificate.same_person"),
        (PARTNER, "falsch", "password.wrong"),
    ):
        with pytest.raises(KnownError) as caught:
            visits.conclude(visit, "", "", number, password)
        assert caught.value.code == code
    assert visits.detail(visit).line.status == "open"
    visits.conclude(visit, "", "", PARTNER, city.cast.password)
    detail = visits.detail(visit)
    assert (detail.line.outcome, [one.field for one in detail.afterwards]) == ("no_findings", ["told"])
    assert [one.what for one in SignedIn(desks[0], "").today().visits] == ["检查结果未告知企业"]
    visits.tell(visit, "王经理", "")
    assert visits.detail(visit).told == "没有异议"
    with pytest.raises(KnownError):
        visits.answer(visit, FRONT, "violates", "后来")


def test_a_finding_becomes_an_on_the_spot_page_and_its_case_names_the_inspection(city, desks, tmp_path):
    officer, _ = desks
    visits = Visits(officer)
    visit = with_finding(city, desks, tmp_path, lead="case")
    seed = visits.to_case(visit, FRONT)
    assert (seed.violation, seed.happened) == ("road-occupy", "门前人行道堆放瓷砖和木架，6.5平方米")
    draft = visits.to_on_spot(visit, FRONT).value
    assert (draft.party.code, draft.violation_id, draft.happened) == (
        city.cast.company.code,
        "road-occupy",
        seed.happened,
    )
    assert [one.evidence_id for one in draft.evidence] == [one.evidence for one in seed.evidence]
    assert draft.evidence[0].thumbnail
    assert SignedIn(officer, "").case(draft.case_id).evidence[0].thumbnail
    with officer.database.read() as session:
        opened = [one for one in load(session, officer, visit).lines if one.entry.kind == "inspection.opened"]
    assert len(opened) == 1
    with pytest.raises(KnownError):
        visits.to_case(visit, "storefront/duty")
    office = SignedIn(officer, "")
    specs = {spec.id: spec for spec in office.fact_specs("road-occupy")}
    for name, text in {**city.cast.incident.facts, "impact": "some", "corrected": "done"}.items():
        office.set_fact(draft.draft_id, name, parse_fact(specs[name], text))
    office.record_told(draft.draft_id)
    office.record_statement(draft.draft_id, "none")
    issued = office.cosign_and_issue(draft.draft_id, PARTNER, city.cast.password).value
    assert visits.detail(visit).cases == (issued.case_id,)
    assert visits.detail(visit).line.outcome == "findings"
    same_after_rebuild(officer)


def test_a_series_of_numbers_belongs_to_one_form_and_a_form_needs_a_code(city, desks):
    for form in ("inspection_result=示城管检通", "inspection_result"):
        with pytest.raises(BugError):
            city.office("numbers", "--device", str(desks[0].device), "--year", "2026", "--form", form)


def test_two_bodies_at_one_visit_stand_in_the_record_and_hindrance_ends_it(city, desks):
    visits = Visits(desks[0])
    visit = approved(city, desks)
    on_site(visits, visit)
    visits.join_units(visit, [("示例市市场监督管理局", "周样")])
    visits.join_units(visit, [("示例市消防救援支队", "")])
    visits.obstruct(visit, "负责人拒绝打开大门并离开", "物业张某")
    visits.conclude(visit, "", "", PARTNER, city.cast.password)
    detail = visits.detail(visit)
    assert (detail.line.outcome, len(detail.units)) == ("obstructed", 2)
    assert "示例市市场监督管理局（周样）" in detail.narrative
    assert "拒绝打开大门" in detail.narrative
    for paper in detail.papers:
        assert visits.paper_pdf(visit, paper.index).startswith(b"%PDF")


def test_without_a_block_a_document_says_that_it_has_no_number(city, desks, tmp_path):
    officer, _ = desks
    bare = dataclasses.replace(officer.agency.data, blocks=())
    assert isinstance(bare, AuthorityData)
    visit = approved(city, desks)
    officer.agency = dataclasses.replace(officer.agency, data=bare)
    visits = Visits(officer)
    on_site(visits, visit)
    paper = visits.detail(visit).papers[-1]
    assert (paper.form, paper.number) == ("inspection_notice", "")
    assert "文书未编号" in [one.words for one in paper.missing]
    with officer.database.read() as session:
        kept = load(session, officer, visit).papers[-1]
    assert printable(kept)["number"] == UNNUMBERED
    assert visits.paper_pdf(visit, paper.index).startswith(b"%PDF")


def test_lots_are_drawn_only_by_the_seed_that_was_promised(city, desks, tmp_path):
    officer, supervisor = desks
    visits = Visits(supervisor)
    codes = [one.code for one in (city.cast.company, *city.cast.others)]
    table = tmp_path / "risk.csv"
    rows = [f"{code},{'高' if number % 3 == 0 else '低'}" for number, code in enumerate(codes)]
    table.write_bytes(("统一社会信用代码,等级\n" + "\n".join(rows)).encode("gb18030"))
    shares = [("高", 250), ("低", 60)]
    with pytest.raises(KnownError):
        Visits(officer).commit_draw("第4季度", SEED_TEXT, table, shares, ["storefront"])
    draw = visits.commit_draw("第4季度", SEED_TEXT, table, shares, ["storefront"]).value
    at = supervisor.clock.now() + timedelta(days=1)
    with pytest.raises(KnownError):
        visits.reveal_draw(draw, SEED_TEXT + "。", at)
    made = visits.reveal_draw(draw, SEED_TEXT, at).value
    assert len(made) == -(-len([row for row in rows if row.endswith("高")]) // 4) + 1
    assert [one.state for one in visits.draws()] == ["revealed"]
    with pytest.raises(KnownError):
        visits.reveal_draw(draw, SEED_TEXT, at)
    sync(supervisor, officer)
    mine = Visits(officer).lines(view="mine")
    assert {one.visit_id for one in mine} == set(made)
    assert all((one.status, one.trigger) == ("approved", "双随机抽查") for one in mine)
    assert [one.state for one in Visits(officer).draws()] == ["revealed"]
    same_after_rebuild(officer)
    with officer.database.read() as session:
        assert session.scalars(select(RefusedBundleRow)).all() == []


@pytest.mark.parametrize("text", ["{code}", " {code}\r", "https://bm.example.cn/l?code={code}&v=2", "{lower}"])
def test_a_scanned_code_finds_the_enterprise(city, desks, text):
    code = city.cast.company.code
    party = Visits(desks[0]).party_by_code(text.format(code=code, lower=code.lower()))
    assert party.name == city.cast.company.name
    assert Visits(desks[0]).party_by_code(code[:-1]) is None
    assert code_in("X" + code + "99") == ""


def test_two_devices_answer_the_same_item_and_both_see_it(city, desks):
    """The officer's own store is copied: two devices cannot share a chain, so the other answer is put in as a foreign one."""
    officer, supervisor = desks
    visit = approved(city, desks)
    visits = Visits(officer)
    on_site(visits, visit)
    sync(officer, supervisor)
    with supervisor.database.write() as session:
        supervisor.append(session, visit, ItemAnswered(item=FRONT, answer="violates", words="占道"))
    visits.answer(visit, FRONT, "conforms")
    sync(officer, supervisor)
    sync(supervisor, officer)
    here, there = visits.detail(visit), Visits(supervisor).detail(visit)
    assert here.line.status == there.line.status == "conflict"
    assert (here.items[0].answer, here.items[0].others) == (there.items[0].answer, there.items[0].others)
    assert "两台设备对同一事项的记录不一致" in [one.words for one in here.missing]
    visits.answer(visit, FRONT, "violates", "占道")
    assert visits.detail(visit).items[0].others == ()
    sync(officer, supervisor)
    assert Visits(supervisor).detail(visit).line.status == "open"


def test_killed_in_the_middle_of_a_visit_every_answer_that_was_kept_is_there(city, desks):
    officer, _ = desks
    visit = approved(city, desks)
    on_site(Visits(officer), visit)
    officer.database.close()
    for stop in (3, 9):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.crash_inspector", str(city.folder), str(visit)],
            stdout=subprocess.PIPE,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        said = [process.stdout.readline().split() for _ in range(stop + 1)][1:]
        process.send_signal(signal.SIGKILL)
        process.wait()
        said += [line.split() for line in process.stdout.read().splitlines()]
        process.stdout.close()
        desk = desk_of(city, "officer")
        kept = {item.key: item.words for item in Visits(desk).detail(visit).items}
        last = {key.decode(): int(number) for key, number in said}
        for key, number in last.items():
            assert int(kept[key].strip("第次")) >= number, key
        same_after_rebuild(desk)
        desk.database.close()
