"""What did not arrive is asked for and comes; what grows old is seen; a loss is put on record: over the real relay, in the real window."""

import os
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QTableView
from sqlalchemy import delete, select

from desktop.app.demo_city import SUPERVISOR
from desktop.app.syncing import engine_of
from desktop.platform.clock import SystemClock
from desktop.services import supervising
from desktop.services.signed_in import SignedIn
from desktop.store.models import EntryRow, RefusedBundleRow
from desktop.store.outbox import enqueue
from desktop.store.projections import rebuild
from desktop.sync.outgoing import recipients_for
from enforcement.journal.device_acts import AskedAgain, ReportedLost
from enforcement.sealing.bundle import BundleHeader, seal_bundle
from enforcement.sealing.recipients import HYBRID
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7
from tests.endtoend.test_lost_device import issued
from tests.support.city import signed_in
from tests.support.visit_desks import desk_of, sync


class Later(SystemClock):
    def now(self):
        return super().now() + timedelta(days=4)


@pytest.fixture
def lacking(city, tmp_path):
    """A decision of which the supervisor's device put the bundle aside: reading the feed again does not bring it."""
    desk, head = desk_of(city, "officer"), desk_of(city, "supervisor")
    issued(desk, city, tmp_path)
    sync(desk, head)
    with head.database.write() as session:
        bundle = session.scalar(select(EntryRow.bundle).where(EntryRow.device == desk.device.bytes, EntryRow.seq == 1))
        session.execute(delete(EntryRow).where(EntryRow.bundle == bundle))
        session.add(RefusedBundleRow(digest=bundle, data=b"", why="bundle.altered", at_ms=1))
        rebuild(session, head.journal)
    yield desk, head
    desk.database.close()
    head.database.close()


def row_of(desk, head):
    return {one.device: one for one in supervising.devices(head)}[desk.device.hex]


def test_what_is_lacking_is_asked_for_once_and_comes_sealed_anew(lacking):
    desk, head = lacking
    first, last = row_of(desk, head).lacking
    assert first == 1
    supervising.ask_again(head, desk.device)
    assert row_of(desk, head).asked is not None
    sync(head, desk, head)
    found = row_of(desk, head)
    assert (found.lacking, found.received_seq, found.gaps) == (None, found.announced_seq, ())
    with desk.database.read() as session:
        asked = [one.body for one in desk.journal.entries(session, desk.device) if isinstance(one.body, AskedAgain)]
        sent = (
            session.query(EntryRow.bundle)
            .where(EntryRow.device == desk.device.bytes, EntryRow.seq <= last)
            .distinct()
            .all()
        )
    assert [(one.first, one.last) for one in asked] == [(first, last)]
    sync(desk, head)
    with desk.database.read() as session:  # and not a second time
        again = (
            session.query(EntryRow.bundle)
            .where(EntryRow.device == desk.device.bytes, EntryRow.seq <= last)
            .distinct()
            .all()
        )
    assert sent == again
    with pytest.raises(KnownError, match=r"procedure\.not_allowed"):
        supervising.ask_again(head, desk.device)


def test_an_asking_that_arrived_before_the_program_died_is_heard_by_the_next(lacking):
    desk, head = lacking
    supervising.ask_again(head, desk.device)
    sync(head)
    first = engine_of(desk)
    assert first.step().entries_in  # taken in, and nothing sealed by this step any more
    assert engine_of(desk).seal() >= 1
    assert engine_of(desk).seal() == 0


def test_only_a_supervisor_asks_or_reports(lacking):
    desk, head = lacking
    for act in (
        lambda: supervising.ask_again(desk, head.device),
        lambda: supervising.report_lost(desk, head.device, "x"),
    ):
        with pytest.raises(KnownError, match=r"certificate\."):
            act()
    with pytest.raises(KnownError, match=r"procedure\.not_allowed"):
        supervising.report_lost(head, head.device, "itself")


def test_what_grows_old_is_seen(lacking):
    desk, head = lacking
    assert row_of(desk, head).alarms == ("gap",)
    head.clock = Later()
    assert row_of(desk, head).alarms == ("gap", "silent")


def unreadable(desk):
    """A bundle under the device's own signature, with something in it that is no entry; it waits in the queue."""
    now = desk.clock.now()
    header = BundleHeader(
        v=1,
        device=desk.device,
        unit="u1",
        first_seq=901,
        last_seq=902,
        head=bytes(32),
        blobs=(),
        made_at=now,
        suite=HYBRID,
    )
    index, case = desk.agency.index, uuid7(now, os.urandom)
    sealed = seal_bundle(
        case, [b"no entry"], header, recipients_for(index, [], now), index.roster.recovery, KeySigner(desk.device_key),
        os.urandom,
    )  # fmt: skip
    with desk.database.write() as session:
        enqueue(session, sealed, case.bytes, False, now)
    return sealed.digest


def test_what_came_and_cannot_be_used_is_seen_with_whose_it_is(lacking):
    desk, head = lacking
    name = unreadable(desk)
    sync(desk, head)
    newest, older = supervising.put_aside(head)
    assert (newest.name, newest.device, newest.numbers) == (name, desk.device.hex, (901, 902))
    assert newest.code.startswith("encoding.")
    assert (older.device, older.numbers, older.size, older.code) == ("", None, 0, "bundle.altered")
    assert (row_of(desk, head).aside, row_of(desk, head).alarms) == (1, ("gap", "aside"))


def test_the_window(lacking, city):
    desk, head = lacking
    head.database.close()
    application, driver = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    table = driver.find("review.devices", QTableView)
    office: SignedIn = application.session.office

    def line():
        return next((at for at, one in enumerate(table.model().rows) if one.device == desk.device.hex), -1)

    driver.wait(lambda: line() >= 0, "the device")
    table.selectRow(line())
    driver.tap("devices.ask")
    driver.wait(lambda: "asked for it" in table.model().index(line(), 5).data(), "asked")
    driver.tap("devices.lost")
    driver.focused("reportlost.text")
    driver.type("车上被盗")
    driver.tap("reportlost.go")
    driver.wait(lambda: "reported lost to the office" in table.model().index(line(), 5).data(), "reported")
    with office.desk.database.read() as session:
        bodies = [one.body for one in office.desk.journal.entries(session, desk.device)]
    assert [one.words for one in bodies if isinstance(one, ReportedLost)] == ["车上被盗"]
    application.window.close()
