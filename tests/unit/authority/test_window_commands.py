"""What the office's window asks of its tool: the overview, one person, commands line by line, alone in the folder."""

import io
import json
from base64 import b64decode
from datetime import date, timedelta

import pytest

from central.authority import certificates, cli, window_cli
from central.authority import office as office_module
from central.authority.overview import one_person, overview
from central.authority.repository import read_published
from central.platform.lock import alone_in
from enforcement.credentials.authority_set import SetVersions, open_set
from tests.support.offices import PASSWORD, HandClock, founded, index_of, person, reader, root_of
from tests.unit.authority.test_certificates import picture


@pytest.fixture
def office(tmp_path):
    return founded(
        tmp_path / "office",
        person(),
        person("99010002", name="周示例", review_due=date(2026, 10, 20)),
        person("99019001", name="沈示例", roles=("supervisor",)),
        clock=HandClock(),
    )


def ask(office, *lines):
    parser = cli._parser()
    answers = io.StringIO()
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    window_cli.serve(office, parser, 0.1, io.StringIO(text), answers)
    return [json.loads(answer) for answer in answers.getvalue().splitlines()]


def whats(found):
    return [(one["what"], one["number"]) for one in found["unpublished"]]


def test_before_the_first_publication_everything_waits(office):
    found = overview(office)
    assert found["version"] == 0
    assert whats(found) == [("issued", "99010001"), ("issued", "99010002"), ("issued", "99019001"), ("agency", "")]
    office.publish()
    after = overview(office)
    assert (after["version"], whats(after)) == (1, [])
    assert not any(one["waits"] for one in after["people"])


def test_each_change_is_counted_once_and_is_gone_once_published(office):
    office.publish()
    now = office.clock.now()
    certificates.set_state(office, "99010001", "suspended", now, "涉嫌违纪")
    certificates.set_state(office, "99010001", "valid", office.clock.on(1), "查清")
    certificates.review(office, "99010002", office.clock.now(), "")
    office.void("示城管〔2026〕1号", "填错")
    found = overview(office)
    assert whats(found) == [
        ("suspended", "99010001"),
        ("resumed", "99010001"),
        ("reviewed", "99010002"),
        ("notices", ""),
    ]
    assert [one["number"] for one in found["people"] if one["waits"]] == ["99010001", "99010002"]
    office.publish()
    assert whats(overview(office)) == []


def test_states_what_is_due_and_what_may_be_done(office):
    people = {one["number"]: one for one in overview(office)["people"]}
    assert people["99010001"]["state"] == "valid"
    assert people["99010002"]["state"] == "expiring"
    assert [(one["what"], one["left"]) for one in people["99010002"]["due"]] == [("review", 6)]
    assert people["99010001"]["acts"] == ["review", "renew", "amend", "suspend", "revoke", "cancel", "replace", "photo"]
    certificates.set_state(office, "99010001", "suspended", office.clock.now(), "涉嫌违纪")
    certificates.set_state(office, "99010002", "cancelled", office.clock.now(), "", "retirement")
    people = {one["number"]: one for one in overview(office)["people"]}
    assert people["99010001"]["state"] == "suspended"
    assert "resume" in people["99010001"]["acts"]
    assert "suspend" not in people["99010001"]["acts"]
    assert (people["99010002"]["state"], people["99010002"]["acts"]) == ("cancelled", [])
    assert people["99010002"]["reason"] == "退休"


def test_every_act_that_is_offered_is_taken_and_no_other(office):
    """The list of acts and the tool that does them agree."""
    words = {
        "review": [],
        "renew": [],
        "amend": ["--unit", "u2", "--reason", "r"],
        "suspend": ["--reason", "r"],
        "resume": ["--reason", "r"],
        "revoke": ["--reason", "r"],
        "cancel": ["--ground", "transfer"],
        "replace": ["--new", "99010077"],
    }
    states = {"valid": None, "suspended": "", "revoked": "", "cancelled": "retirement"}
    kept = (office.folder / "state.cbor").read_bytes()
    for state, ground in states.items():
        (office.folder / "state.cbor").write_bytes(kept)
        if ground is not None:
            certificates.set_state(office, "99010001", state, office.clock.now(), "r", ground)
        office.clock.on(1)
        before = (office.folder / "state.cbor").read_bytes()
        offered = one_person(office, "99010001")["acts"]
        for act, more in words.items():
            (office.folder / "state.cbor").write_bytes(before)
            (answer,) = ask(office, [act, "99010001", *more])
            assert ("result" in answer) == (act in offered), (state, act, answer)
            assert ((office.folder / "state.cbor").read_bytes() != before) == (act in offered)


def test_the_days_that_are_shown_are_those_that_come(office):
    shown = one_person(office, "99010002")["next"]
    assert certificates.renew(office, "99010002", office.clock.now(), "").valid_to.isoformat() == shown["valid_to"]
    assert certificates.review(office, "99010002", office.clock.now(), "").review_due.isoformat() == shown["review_due"]


def test_history_says_what_stood_before_and_after(office):
    certificates.amend(office, "99010001", office.clock.now(), "调动", unit="u2")
    later = office.clock.on(3)
    certificates.set_state(office, "99010001", "suspended", later - timedelta(days=1), "涉嫌违纪")
    told = one_person(office, "99010001")["history"]
    assert [(one["what"], one["reason"]) for one in told] == [("suspended", "涉嫌违纪"), ("amended", "调动")]
    assert told[1]["changes"] == [{"field": "unit", "before": ["u1"], "after": ["u2"]}]
    assert told[0]["entered"] == later.isoformat()


def test_lines_are_answered_one_by_one_and_a_wrong_one_changes_nothing(office):
    before = (office.folder / "state.cbor").read_bytes()
    answers = ask(
        office,
        ["overview"],
        "no json",
        ["nothing-of-the-kind"],
        ["suspend", "99010001", "--reason", "r", "--since", "gestern"],
        ["suspend", "99010001", "--reason", "r", "--since", "2026-10-14T09:00"],
        ["suspend", "99010001"],
        ["suspend", "00000000", "--reason", "r"],
        ["import", str(office.folder / "none.xlsx")],
        ["serve"],
        {"not": "a list"},
    )
    assert answers[0]["result"]["agency"] == "示例市城市管理行政执法局"
    codes = [answer.get("error") for answer in answers[1:]]
    assert codes == ["input.invalid"] * 5 + ["certificate.unknown", "tool.failed"] + ["input.invalid"] * 2
    assert "--since" in answers[3]["details"]["why"]
    assert (office.folder / "state.cbor").read_bytes() == before


def test_the_card_comes_without_a_file(office, tmp_path):
    (tmp_path / "p.jpg").write_bytes(picture())
    done, card = ask(office, ["photo", "99010001", str(tmp_path / "p.jpg")], ["card-data", "99010001"])
    assert "result" in done
    assert b64decode(card["result"]["pdf"]).startswith(b"%PDF")
    (shown,) = ask(office, ["person", "99010001"])
    assert b64decode(shown["result"]["photo"]).startswith(b"\xff\xd8")
    assert "card" in shown["result"]["acts"]


def test_another_program_at_work_is_said_and_nothing_changes(office):
    before = (office.folder / "state.cbor").read_bytes()
    with alone_in(office.folder):
        refused, looked = ask(office, ["suspend", "99010001", "--reason", "r"], ["overview"])
    assert refused["error"] == "office.in_use"
    assert "result" in looked
    assert (office.folder / "state.cbor").read_bytes() == before
    (taken,) = ask(office, ["suspend", "99010001", "--reason", "r"])
    assert "result" in taken


def test_the_password_is_needed_to_look(office, tmp_path):
    other = office_module.Office(office.folder, PASSWORD + "x", office.clock)
    (answer,) = ask(other, ["overview"])
    assert answer["error"] == "password.wrong"


@pytest.mark.parametrize("at", range(1, 9))
def test_a_publication_that_stops_anywhere_leaves_the_old_set_whole(office, monkeypatch, at):
    """Disk full at the n-th file. What a device reads is the old set; then the same changes are published under a new version."""
    from central.authority import repository

    office.publish()
    certificates.set_state(office, "99010001", "suspended", office.clock.now(), "涉嫌违纪")
    certificates.set_photo(office, "99010002", picture())
    real, written = repository.write_durably, []

    def full(path, data, mode=0o600):
        written.append(path)
        if len(written) == at:
            raise OSError(28, "No space left on device", str(path))
        real(path, data, mode)

    monkeypatch.setattr(repository, "write_durably", full)
    (answer,) = ask(office, ["publish"])
    monkeypatch.undo()
    if "result" in answer:
        assert at > len(written)
        return
    assert answer["error"] == "store.disk_full"
    assert index_of(office).person("99010001").history == ()
    assert read_published(office.repository).version == 1
    assert whats(overview(office)) == [("suspended", "99010001"), ("photo", "99010002")]
    versions = open_set(reader(office.repository), SetVersions(root=root_of(office)), office.clock.now()).versions
    (again,) = ask(office, ["publish"])
    assert again["result"]["version"] == 3
    seen = open_set(reader(office.repository), versions, office.clock.now())
    assert seen.versions.timestamp == 3
    assert index_of(office).person("99010001").history[-1].state == "suspended"
    assert whats(overview(office)) == []
