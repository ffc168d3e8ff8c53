"""A device's line follows each arrival, and is always what a rebuild would make of the same journal."""

import random
from uuid import uuid4

import pytest

from desktop.store import JournalStore, open_database
from desktop.store.models import ChainRow
from desktop.store.projections import extend_chain, project_chain
from tests.support.journal_maker import Device, decided_case


@pytest.fixture
def database(tmp_path):
    made = open_database(tmp_path, bytes(range(32)))
    yield made
    made.close()


def line(session, device):
    session.flush()
    row = session.get(ChainRow, device)
    session.refresh(row)
    return row.joined, row.highest, row.head, row.missing, row.forked


def arrive(session, journal, device, entries, key_of):
    new = [journal.take_in(session, entry.data, b"b", key_of) for entry in entries]
    extend_chain(session, journal, device.device, [entry for entry in new if entry is not None])
    found = line(session, device.device.bytes)
    project_chain(session, journal, device.device)
    assert found == line(session, device.device.bytes)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_in_any_order_and_with_repetitions(database, seed):
    chance = random.Random(seed)
    device, journal = Device(), JournalStore()
    entries = [entry for _ in range(5) for entry in decided_case(device, uuid4())]
    batches = [entries[at : at + 3] for at in range(0, len(entries), 3)]
    if seed:
        chance.shuffle(batches)
    batches += chance.choices(batches, k=2)
    with database.write() as session:
        for batch in batches:
            found = arrive(session, journal, device, batch, device.key_of)
    assert found == (len(entries), len(entries), entries[-1].hash, "", False)


def test_a_fork_shows(database):
    device, journal = Device(), JournalStore()
    first = decided_case(device, uuid4())
    device.seq, device.prev = first[1].seq, first[1].hash
    second = decided_case(device, uuid4())
    with database.write() as session:
        arrive(session, journal, device, first, device.key_of)
        found = arrive(session, journal, device, second, device.key_of)
        assert found[4]
        arrive(session, journal, device, [device.add(uuid4(), first[0].body)], device.key_of)


def test_only_a_break_reads_the_whole_chain_again(database, monkeypatch):
    device, journal = Device(), JournalStore()
    reads = []
    links = JournalStore.links
    monkeypatch.setattr(JournalStore, "links", lambda self, session, of: reads.append(of) or links(self, session, of))
    with database.write() as session:
        for _ in range(4):
            entries = [
                journal.take_in(session, entry.data, b"b", device.key_of) for entry in decided_case(device, uuid4())
            ]
            extend_chain(session, journal, device.device, entries)
        assert not reads
        late = decided_case(device, uuid4())
        extend_chain(session, journal, device.device, [journal.take_in(session, late[2].data, b"b", device.key_of)])
        assert reads == [device.device]
