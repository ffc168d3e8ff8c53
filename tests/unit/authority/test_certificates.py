"""The life of a certificate at the office, and what a device that reads the published roster answers."""

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image

import resources
from central.authority import certificates
from central.authority.cli import main
from central.authority.policy import last_day, next_review, read_policy
from enforcement.credentials import Duty, standing
from enforcement.credentials.authority_set import SetVersions, open_set
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from tests.support.offices import PASSWORD, START, HandClock, founded, index_of, person, reader, root_of

NUMBER = "99010001"


@pytest.fixture
def office(tmp_path):
    return founded(tmp_path / "office", person(), clock=HandClock())


def answer(office, at, number=NUMBER, **duty):
    office.publish()
    return standing(index_of(office), number, Duty(**duty), at, office.clock.now())


def test_from_issue_to_cancellation_every_step_is_answered_at_its_own_time(office):
    steps = [
        (lambda now: certificates.set_state(office, NUMBER, "suspended", now, "复训不合格"), "suspended"),
        (lambda now: certificates.set_state(office, NUMBER, "valid", now, "复训合格"), "valid"),
        (lambda now: certificates.review(office, NUMBER, now, "", date(2027, 9, 1)), "valid"),
        (lambda now: certificates.amend(office, NUMBER, now, "增加类别", fields=("城市管理", "交通运输")), "valid"),
        (lambda now: certificates.renew(office, NUMBER, now, "", date(2031, 1, 1)), "valid"),
        (lambda now: certificates.set_state(office, NUMBER, "cancelled", now, "调市局", "transfer"), "revoked"),
    ]
    asked = []
    for step, state in steps:
        now = office.clock.on(10)
        step(now)
        asked.append((now + timedelta(hours=1), state))
        office.clock.on(1)
    for at, state in asked:
        assert answer(office, at).state == state, at
    assert answer(office, START).state == "valid"
    transport = [answer(office, at, field="交通运输").state for at, _ in asked]
    assert transport == ["suspended", "outside_field", "outside_field", "valid", "valid", "revoked"]
    kept = office.state().roster.person(NUMBER)
    assert [(one.state, one.reason) for one in kept.history] == [
        ("suspended", "复训不合格"), ("valid", "复训合格"), ("cancelled", "调离执法岗位：调市局"),
    ]  # fmt: skip
    assert [(one.act, one.reason) for one in kept.earlier] == [
        ("reviewed", "年审合格"),
        ("amended", "增加类别"),
        ("renewed", "换发"),
    ]


def test_no_way_leads_back_from_revoked_or_cancelled(office):
    certificates.set_state(office, NUMBER, "revoked", office.clock.now(), "严重违纪")
    later = office.clock.on(1)
    for refused in (
        lambda: certificates.set_state(office, NUMBER, "valid", later, "误操作"),
        lambda: certificates.set_state(office, NUMBER, "cancelled", later, "", "retirement"),
        lambda: certificates.renew(office, NUMBER, later, ""),
        lambda: certificates.review(office, NUMBER, later, ""),
        lambda: certificates.amend(office, NUMBER, later, "x", unit="u2"),
        lambda: certificates.replace_lost(office, NUMBER, "99010002", later, ""),
    ):
        before = office.state()
        with pytest.raises(KnownError, match=r"input\.invalid"):
            refused()
        assert office.state() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda office, now: certificates.set_state(office, NUMBER, "suspended", now, " "), "reason"),
        (lambda office, now: certificates.set_state(office, NUMBER, "valid", now, "x"), "state"),
        (lambda office, now: certificates.set_state(office, NUMBER, "cancelled", now, "x", "whim"), "ground"),
        (lambda office, now: certificates.amend(office, NUMBER, now, "", unit="u2"), "reason"),
        (lambda office, now: certificates.amend(office, NUMBER, now, "x", unit="u9"), "unit"),
        (lambda office, now: certificates.amend(office, NUMBER, now, "x", region="99"), "region"),
        (lambda office, now: certificates.amend(office, NUMBER, now, "x"), "number"),
        (lambda office, now: certificates.amend(office, NUMBER, now, "x", fields=()), "fields"),
        (lambda office, now: certificates.amend(office, NUMBER, now + timedelta(days=1), "x", unit="u2"), "since"),
        (lambda office, now: certificates.renew(office, NUMBER, now, "", date(2020, 1, 1)), "valid_to"),
        (lambda office, now: certificates.replace_lost(office, NUMBER, NUMBER, now, ""), "new"),
        (lambda office, now: office.add_person(person()), "number"),
        (lambda office, now: office.add_people([person("99010002"), person("99010002")]), "number"),
        (lambda office, now: office.add_person(person("#1")), "number"),
        (lambda office, now: office.add_person(person("99010003", kind="监督证")), "roles"),
        (lambda office, now: office.add_person(person("99010003", valid_to=date(2001, 1, 1))), "valid_to"),
    ],
)  # fmt: skip
def test_what_does_not_follow_is_refused_naming_the_field_and_nothing_changes(office, change, field):
    before = office.state()
    with pytest.raises(KnownError) as caught:
        change(office, office.clock.now())
    assert (caught.value.code, caught.value.details["field"]) == ("input.invalid", field)
    assert office.state() == before


def test_a_change_before_the_last_one_is_refused(office):
    certificates.set_state(office, NUMBER, "suspended", office.clock.now(), "x")
    with pytest.raises(KnownError, match="since"):
        certificates.set_state(office, NUMBER, "valid", START - timedelta(days=1), "x")
    certificates.amend(office, NUMBER, office.clock.now(), "x", unit="u2")
    with pytest.raises(KnownError, match="since"):
        certificates.amend(office, NUMBER, START - timedelta(days=1), "x", unit="u1")


def test_what_is_entered_late_says_when_it_was_entered(office):
    now = office.clock.on(3)
    certificates.set_state(office, NUMBER, "suspended", START, "决定三日前作出")
    certificates.review(office, NUMBER, START, "", date(2027, 6, 1))
    kept = office.state().roster.person(NUMBER)
    assert (kept.history[0].since, kept.history[0].entered) == (START, now)
    assert (kept.earlier[0].until, kept.earlier[0].entered) == (START, now)


def test_a_lost_certificate_is_replaced_under_another_number(office):
    now = office.clock.on(5)
    new = certificates.replace_lost(office, NUMBER, "99010888", now, "登报声明")
    assert (new.replaces, new.name, new.fields, new.credentials) == (NUMBER, "林示例", ("城市管理",), ())
    after = now + timedelta(hours=1)
    old = answer(office, after)
    assert (old.state, old.ground, old.why) == ("revoked", "cancelled", "遗失，声明作废：登报声明；补发 99010888")
    assert answer(office, after, "99010888").state == "valid"
    assert answer(office, START).state == "valid"


def test_days_by_the_policy():
    policy = read_policy(Path("no-such-folder"))
    assert last_day(policy, "执法证", date(2026, 3, 1)) == date(2031, 2, 28)
    assert last_day(policy, "执法证", date(2024, 2, 29)) == date(2029, 2, 27)
    assert next_review(policy, "执法证", date(2026, 12, 31)) == date(2027, 12, 31)
    assert next_review(policy, "执法证", date(2024, 2, 29)) == date(2025, 2, 28)


def test_the_agency_s_own_policy_holds_before_ours(office):
    own = office.folder / "certificates.toml"
    text = resources.path("certificates/policy.toml").read_text("utf-8")
    own.write_text(
        text.replace("'[0-9A-Z]{4,20}'", "'示执[0-9]{6}'").replace("notice_days = [60, 30, 7]", "notice_days = [45]"),
        "utf-8",
    )
    with pytest.raises(KnownError, match="示执"):
        office.add_person(person("99010002"))
    office.add_person(person("示执000001"))
    own.write_text(text.replace("'[0-9A-Z]{4,20}'", "'['"), "utf-8")
    with pytest.raises(KnownError, match=r"certificates\.toml"):
        office.add_person(person("示执000002"))


def test_the_list_of_what_is_due_by_the_policy_s_days(office):
    today = START.date()
    for number, days in (("A001", -1), ("A002", 0), ("A003", 7), ("A004", 8), ("A005", 30), ("A006", 60), ("A007", 61)):
        office.add_person(person(number, review_due=today + timedelta(days=days)))
    office.add_person(person("B001", valid_to=today + timedelta(days=20)))
    office.add_person(person("B002", review_due=today, valid_to=today))
    certificates.set_state(office, "B002", "cancelled", START, "", "retirement")
    certificates.set_state(office, "A003", "suspended", START, "x")
    found = certificates.due(office, today)
    assert [(one.number, one.what, one.left, one.notice) for one in found] == [
        ("A001", "review", -1, 0), ("A002", "review", 0, 7), ("A003", "review", 7, 7), ("A004", "review", 8, 30),
        ("B001", "renewal", 20, 30), ("A005", "review", 30, 30), ("A006", "review", 60, 60),
    ]  # fmt: skip
    assert [one.number for one in found if one.suspended] == ["A003"]


def picture(width=600, height=800, kind="JPEG"):
    buffer = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def test_a_portrait_is_made_small_published_and_bound_by_its_digest(office):
    new = certificates.set_photo(office, NUMBER, picture())
    office.publish()
    opened = open_set(reader(office.repository), SetVersions(root=root_of(office)), START)
    data = opened.target(certificates.photo_path(new.photo))
    assert digest(data) == new.photo
    assert len(data) <= office.policy.photograph.max_bytes
    assert index_of(office).person(NUMBER).photo == new.photo
    certificates.set_photo(office, NUMBER, picture(300, 400))
    office.publish()
    assert len(open_set(reader(office.repository), SetVersions(root=root_of(office)), START).paths("photos/")) == 1


@pytest.mark.parametrize("data", [b"", b"GIF89a", picture(100, 100), picture()[:300]])
def test_what_is_no_portrait_is_refused(office, data):
    with pytest.raises(KnownError, match="photo"):
        certificates.set_photo(office, NUMBER, data)
    assert office.state().roster.person(NUMBER).photo == b""


def test_a_cancelled_number_is_not_enrolled_again(tmp_path):
    from tests.support.packages import NUMBERS, City

    city = City(tmp_path / "city")
    certificates.set_state(city.office, NUMBERS[0], "cancelled", city.clock.at, "", "retirement")
    with pytest.raises(KnownError, match=r"certificate\.cancelled"):
        city.office.enrol(city.request, "u1")


def test_a_device_is_enrolled_in_a_unit_that_there_is(tmp_path):
    from tests.support.packages import City

    city = City(tmp_path / "city")
    with pytest.raises(KnownError, match="unit"):
        city.office.enrol(city.request, "u7")


@pytest.mark.parametrize(
    ("trust", "warn", "expiring"), [(7, 7, 30), (0, 1, 30), (400, 7, 30), (30, 0, 30), (30, 7, -1), (30, 7, 400)]
)
def test_days_of_trust_that_make_no_sense_are_refused(office, trust, warn, expiring):
    with pytest.raises(KnownError, match="trust_days"):
        office.set_trust(trust, warn, expiring)


def test_the_days_of_trust_are_the_roster_s(office):
    office.set_trust(10, 3, 5)
    roster = index_of_published(office)
    assert (roster.trust_days, roster.trust_warn_days, roster.warn_days) == (10, 3, 5)
    office.clock.on(11)
    assert standing(index_of(office), NUMBER, Duty(), START, office.clock.now()).ground == "roster_old"


def index_of_published(office):
    office.publish()
    return index_of(office).roster


def test_the_whole_life_on_the_command_line(tmp_path, capsys):
    office = founded(tmp_path / "office", person(), clock=HandClock())
    (tmp_path / "pw").write_text(PASSWORD)

    def run(*words, code=0):
        capsys.readouterr()
        assert main(["--json", "--password-file", str(tmp_path / "pw"), str(office.folder), *words]) == code
        return json.loads(capsys.readouterr().out)

    issued = run("issue", "99010005", "--name", "陈示例", "--unit", "u2", "--kind", "执法证", "--region", "990100",
                 "--role", "officer", "--field", "城市管理", "--valid-from", "2026-03-01")  # fmt: skip
    assert (issued["valid_to"], issued["review_due"]) == ("2031-02-28", "2027-03-01")
    run("suspend", "99010005", "--reason", "复训")
    assert run("suspend", "99010005", "--reason", "复训", code=1)["field"] == "state"
    run("resume", "99010005", "--reason", "合格")
    assert run("review", "99010005", "--next-due", "2028-01-01")["review_due"] == "2028-01-01"
    assert run("renew", "99010005", "--valid-to", "2032-01-01")["valid_to"] == "2032-01-01"
    assert run("amend", "99010005", "--reason", "调队", "--unit", "u1")["unit"] == "u1"
    assert run("replace", "99010005", "--new", "99010006", "--reason", "登报")["replaces"] == "99010005"
    assert run("cancel", NUMBER, "--ground", "retirement")["state"] == "cancelled"
    told = run("history", "99010005")
    assert [one["state"] for one in told["history"]] == ["suspended", "valid", "cancelled"]
    assert [one["act"] for one in told["earlier"]] == ["reviewed", "renewed", "amended"]
    assert [one["number"] for one in run("due", "--on", "2031-12-01")["due"]] == ["99010006", "99010006"]
    assert run("trust", "--trust-days", "20")["trust_days"] == 20
    assert run("keys")["root"]["version"] == 1
    assert run("suspend", "nobody", "--reason", "x", code=1)["error"] == "certificate.unknown"
