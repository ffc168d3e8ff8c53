"""A new supervisor reads old cases after they were opened to them; one who left reads nothing new; renewed keys read the old."""

import pytest

from desktop.app.demo_city import OFFICER, PARTNER, SUPERVISOR
from desktop.app.syncing import engine_of
from desktop.app.tools import render, render_form
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.access import give_access
from desktop.services.authority import Agency
from desktop.services.people import People
from desktop.services.signed_in import SignedIn
from desktop.store.authority import load, refresh
from desktop.store.models import BlobRow, RefusedBundleRow
from desktop.sync.rewrapped import waiting_keys
from enforcement.journal.device_acts import AccessGiven
from enforcement.values.errors import KnownError
from tests.support.city import SECOND_HEAD, ready, second_head
from tests.support.visit_desks import desk_of, picture, sync


def issued(desk, city, folder):
    office = SignedIn(desk, "")
    draft_id = ready(office, city.cast, picture(folder))
    return office.cosign_and_issue(draft_id, PARTNER, city.cast.password).value.case_id


def renewed(desk):
    with desk.database.write() as session:
        refresh(session, desk.device, engine_of(desk).transport.public, desk.clock.now())
        desk.agency = Agency(load(session))


def opened(city, name, number, password=""):
    def fetch(grant):
        from desktop.sync import HttpTransport
        from tests.support.visit_desks import Nobody

        return HttpTransport(grant.relay, Nobody(), SystemClock()).public

    return profile.unlock(
        city.folder / name, number, password or city.cast.password, SystemClock(), render, render_form, fetch
    )


def getter(desk):
    return engine_of(desk).bundle


def numbers(desk):
    return [row.document_number for row in SignedIn(desk, "").cases()]


@pytest.fixture
def desks(city, tmp_path):
    """An officer and a supervisor with one case, and a second supervisor who came after it."""
    desk, head = desk_of(city, "officer"), desk_of(city, "supervisor")
    case_id = issued(desk, city, tmp_path)
    sync(desk, head)
    second_head(city)
    for one in (desk, head):
        renewed(one)
    new = opened(city, "supervisor2", SECOND_HEAD)
    yield desk, head, new, case_id
    for one in (desk, head, new):
        one.database.close()


def test_a_new_supervisor_reads_old_cases_and_one_who_left_no_new_ones(city, desks, tmp_path):
    desk, head, new, case_id = desks
    sync(new)
    assert numbers(new) == []
    with pytest.raises(KnownError, match=r"input\.invalid"):
        give_access(head, "u9", SECOND_HEAD, " ", getter(head))
    with pytest.raises(KnownError, match=r"certificate\.wrong_kind"):
        give_access(desk, "u1", SECOND_HEAD, "接任", getter(desk))
    given = give_access(head, "u9", SECOND_HEAD, "接任监督科", getter(head)).value
    assert given >= 1
    assert give_access(head, "u9", SECOND_HEAD, "接任监督科", getter(head)).value in (0, given)
    sync(head, new)
    assert numbers(new) == numbers(head)
    mine, theirs = (SignedIn(one, "").case(case_id) for one in (new, head))
    assert [one.entry_hash for one in mine.timeline] == [one.entry_hash for one in theirs.timeline]
    assert mine.recomputed_same
    with new.database.read() as session:
        assert waiting_keys(session, 9) == {}
        assert all(row.present for row in session.query(BlobRow))
        assert session.query(RefusedBundleRow).count() == 0
    with desk.database.read() as session:
        pass
    sync(desk)
    with head.database.read() as session:
        acts = [one.body for one in head.journal.entries(session, head.device) if isinstance(one.body, AccessGiven)]
    assert acts[0].number == SECOND_HEAD
    assert not any(row.forked for row in SignedIn(head, "").devices())
    city.office("revoke", SECOND_HEAD, "--reason", "调离")
    city.office("publish")
    for one in (desk, head):
        renewed(one)
    later = issued(desk, city, tmp_path)
    sync(desk, head, new)
    assert later in [row.case_id for row in SignedIn(head, "").cases()]
    assert later not in [row.case_id for row in SignedIn(new, "").cases()]


@pytest.mark.slow
def test_a_key_that_opens_nothing_is_put_aside_and_holds_nothing_up(city, desks):
    _, head, new, _ = desks
    from desktop.services import access

    real = access.content_key
    access.content_key = lambda *_: bytes(32)
    try:
        give_access(head, "u9", SECOND_HEAD, "接任", getter(head))
    finally:
        access.content_key = real
    sync(head, new)
    assert numbers(new) == []
    with new.database.read() as session:
        assert waiting_keys(session, 9) == {}
        assert all("bundle.altered" in row.why for row in session.query(RefusedBundleRow))
        assert session.query(RefusedBundleRow).count() >= 1
    give_access(head, "u9", SECOND_HEAD, "接任", getter(head))
    sync(head, new)
    assert numbers(new) == numbers(head)


def test_a_bundle_that_the_relay_does_not_have_holds_up_no_other(city, desks):
    """It came as a file, say: real answers of a real relay for a name that it does not know."""
    _, head, new, _ = desks
    ask, names = getter(head), []

    def get(name):
        names.append(name)
        return ask(bytes(32) if len(names) == 1 else name)

    with pytest.raises(KnownError, match=r"relay\.missing"):
        ask(bytes(32))
    give_access(head, "u9", SECOND_HEAD, "接任", get)
    assert names
    sync(head, new)


def test_renewed_keys_read_what_was_sealed_for_the_old_ones_and_had_not_arrived(city, desks, tmp_path):
    desk, head, new, _ = desks
    new.database.close()
    People(head).renew_keys(city.cast.password, tmp_path / "keys.hzq")
    unread = issued(desk, city, tmp_path)
    sync(desk)  # sealed for the old key, and the supervisor does not fetch it yet
    city.office("enrol", str(tmp_path / "keys.hzq"), "--unit", "u9", "--out", str(tmp_path / "grant"))
    city.office("publish")
    renewed(head)
    head.database.close()
    head = opened(city, "supervisor", SUPERVISOR)
    assert len(head.earlier_keys) == 1
    sync(head)
    assert unread in [row.case_id for row in SignedIn(head, "").cases()]
    renewed(desk)
    later = issued(desk, city, tmp_path)
    sync(desk, head)
    assert later in [row.case_id for row in SignedIn(head, "").cases()]
    head.database.close()
    assert desk.number == OFFICER
