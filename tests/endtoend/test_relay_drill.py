"""The operator's drill with real devices: a backup while they work, the relay destroyed, and what the devices say afterwards."""

import shutil

import pytest
from sqlalchemy import select

from central.relay.cli import main as relay_main
from central.relay.store import SqliteStore
from desktop.app.syncing import engine_of
from desktop.services.visits_door import Visits
from desktop.store.models import OutboxRow
from tests.support.visit_desks import desk_of, planned, sync


@pytest.fixture
def desks(city):
    made = desk_of(city, "officer"), desk_of(city, "supervisor")
    yield made
    for desk in made:
        desk.database.close()


def act(city, desks, count):
    for _ in range(count):
        planned(Visits(desks[0]), city)
    sync(*desks)


def back_up(city, folder):
    assert relay_main(["backup", "--data", str(city.folder / "relay"), str(folder)]) == 0


def destroy_and_restore(city, folder):
    """Everything but the key, which is kept elsewhere, is gone."""
    data = city.folder / "relay"
    city.stop_relay()
    key = (data / "relay.key").read_bytes()
    shutil.rmtree(data)
    data.mkdir(mode=0o700)
    (data / "relay.key").write_bytes(key)
    assert relay_main(["init", "--data", str(data), "--authority", str(city.repository)]) == 0
    assert relay_main(["restore", "--data", str(data), str(folder)]) == 0
    city.start_relay()


def receipts_hold(city, desks):
    """The receipts that devices kept name what the relay's log holds there."""
    store = SqliteStore(city.folder / "relay")
    try:
        for desk in desks:
            with desk.database.read() as session:
                rows = session.scalars(select(OutboxRow).where(OutboxRow.state == "accepted")).all()
                assert rows
                for row in rows:
                    known = store.accepted(row.digest)
                    assert known is not None
                    assert (known.index, known.receipt) == (row.receipt_index, row.receipt)
        return store.log_state()
    finally:
        store.close()


def test_after_a_restore_checks_pass_and_after_an_older_one_devices_say_so(city, desks, tmp_path, capsys):
    act(city, desks, 2)
    back_up(city, tmp_path / "backup")
    shutil.copytree(tmp_path / "backup", tmp_path / "older")
    act(city, desks, 1)
    back_up(city, tmp_path / "backup")
    destroy_and_restore(city, tmp_path / "backup")
    for desk in desks:
        assert engine_of(desk).step().problem is None
    before = receipts_hold(city, desks[:1])
    act(city, desks, 1)
    after = receipts_hold(city, desks[:1])
    assert after.size > before.size
    assert after.consistent
    destroy_and_restore(city, tmp_path / "older")
    said = [engine_of(desk).step().problem for desk in desks]
    assert {problem.code for problem in said} <= {"log.inconsistent", "relay.restored"}
    # and what it had lost comes back by itself, in new places of the log
    for _ in range(4):
        for desk in desks:
            engine_of(desk).step()
    again = receipts_hold(city, desks[:1])
    assert again.consistent
    assert again.size >= after.size
