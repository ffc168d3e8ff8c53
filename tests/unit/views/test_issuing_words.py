"""The office's place: every text translated, the tool's refusals in the person's language, forms as the command's words."""

import re
from datetime import date

import pytest

from central.authority import certificates
from central.authority.policy import check_person
from desktop.app import issuing_place
from desktop.messages import install_language
from desktop.messages.language import catalogue
from desktop.services.issuing import instant_of, words_of_form
from desktop.services.issuing_shapes import ActForm
from desktop.views.issuing import page, words
from enforcement.values.errors import KnownError
from tests.support.offices import HandClock, founded, person


@pytest.fixture
def chinese(qapp):
    install_language("zh_CN")
    yield
    install_language("en")


def test_every_text_of_the_tables_is_translated():
    known = catalogue("zh_CN")
    assert [text for text in (*words.sentences(), *page.sentences()) if text not in known] == []


def refusals(office):
    """Each way in which the office refuses, really raised."""
    policy, now = office.policy, office.clock.now()
    certificates.set_state(office, "99010001", "suspended", now, "r")
    ways = (
        lambda: office.add_person(person()),
        lambda: office.add_person(person("99010005", unit="u7")),
        lambda: check_person(policy, person("中-1")),
        lambda: check_person(policy, person(name=" ")),
        lambda: check_person(policy, person(roles=("editor",), kind="监督证")),
        lambda: check_person(policy, person(fields=())),
        lambda: check_person(policy, person(region="99")),
        lambda: check_person(policy, person(valid_to=date(2020, 1, 1))),
        lambda: certificates.set_state(office, "99010001", "suspended", now, "r"),
        lambda: certificates.set_state(office, "99010001", "valid", now.replace(year=2025), "r"),
        lambda: certificates.set_state(office, "99010001", "valid", now, " "),
        lambda: certificates.amend(office, "99010002", now.replace(year=2030), "r", unit="u2"),
        lambda: certificates.amend(office, "99010002", now, "r", unit="u1"),
        lambda: certificates.amend(office, "99010002", now, "r", fields=()),
        lambda: certificates.review(office, "99010003", now, "r"),
        lambda: certificates.set_photo(office, "99010002", b"none"),
        lambda: certificates.review(office, "00000000", now, "r"),
        lambda: instant_of("gestern"),
        lambda: words_of_form(ActForm("renew", "1", texts={"valid-to": "2026-02-30"})),
    )
    for way in ways:
        with pytest.raises(KnownError) as caught:
            way()
        yield caught.value


def test_a_refusal_is_said_in_the_persons_language(tmp_path, chinese):
    office = founded(tmp_path / "office", person(), person("99010002"), person("99010003"), clock=HandClock())
    certificates.set_state(office, "99010003", "revoked", office.clock.now(), "r")
    for error in refusals(office):
        said = words.problem_words(error).what
        assert re.search(r"[\u4e00-\u9fff]", said)
        rest = re.sub(r"GB/T|JPEG|PNG|\[[^\]]*\]\S*|\bu7\b", "", said)
        assert not re.search(r"[a-z]{3,}", rest), said


def test_a_form_becomes_the_commands_words():
    form = ActForm(
        "amend",
        "99010001",
        "2026-10-14 09:00",
        "--调动",
        {"unit": "u2", "region": ""},
        {"role": ("officer", "supervisor")},
    )
    assert words_of_form(form) == (
        "amend", "99010001", "--unit=u2", "--role=officer", "--role=supervisor", "--reason=--调动", "--since=2026-10-14T09:00:00+08:00",
    )  # fmt: skip
    assert words_of_form(ActForm("photo", "1", texts={"file": "/a b.jpg"})) == ("photo", "1", "/a b.jpg")


def test_only_supervisors_with_the_extra_have_the_place(monkeypatch):
    assert issuing_place.may_issue(("officer", "supervisor"))
    assert not issuing_place.may_issue(("officer", "reviewer", "editor"))
    monkeypatch.setattr(issuing_place, "find_spec", lambda name: None)
    assert not issuing_place.may_issue(("supervisor",))
