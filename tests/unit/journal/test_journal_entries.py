from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.journal import Unknown, check_chain, heads_of, in_causal_order, kinds, read_entry, reread_entry
from enforcement.journal.acts import ReviewAnswered
from enforcement.values.errors import KnownError
from tests.support.journal_maker import Device, decided_case, opened

DEVICE = Device()
CASE = uuid4()
ENTRIES = decided_case(DEVICE, CASE)


def test_an_entry_comes_back_typed():
    for entry in ENTRIES:
        again = read_entry(entry.data, DEVICE.key_of)
        assert again == entry == reread_entry(entry.data)


@given(st.data())
def test_every_changed_bit_is_refused(data):
    entry = ENTRIES[0].data
    position = data.draw(st.integers(0, len(entry) * 8 - 1))
    altered = bytearray(entry)
    altered[position // 8] ^= 1 << position % 8
    with pytest.raises(KnownError):
        read_entry(bytes(altered), DEVICE.key_of)


def test_anothers_key_is_not_enough():
    stranger = Device("S1")
    forged = stranger.add(CASE, opened())
    with pytest.raises(KnownError, match=r"unknown_key"):
        read_entry(forged.data, DEVICE.key_of)


def test_an_unknown_newer_kind_is_kept_whole(monkeypatch):
    device = Device()
    entry = device.add(CASE, ReviewAnswered(words="补充"))
    from enforcement.journal import kinds as registry

    monkeypatch.delitem(registry.__globals__["_by_name"], ("review.answered", 1))
    again = read_entry(entry.data, device.key_of)
    assert again.body == Unknown("review.answered", 1, {"words": "补充"})
    assert again.data == entry.data


def test_every_kind_has_name_and_version():
    assert len(kinds()) >= 18
    assert all(version >= 1 and "." in name for name, version in kinds())


def test_chain_without_fault():
    links = [(entry.seq, entry.hash, entry.prev) for entry in ENTRIES]
    state = check_chain(DEVICE.device, reversed(links))
    assert (state.joined, state.highest, state.head, state.faults) == (4, 4, ENTRIES[-1].hash, ())


def test_a_gap_a_fork_and_a_break_show():
    links = [(entry.seq, entry.hash, entry.prev) for entry in ENTRIES]
    gap = check_chain(DEVICE.device, [links[0], links[3]])
    assert (gap.joined, gap.highest, [(f.kind, f.seq) for f in gap.faults]) == (1, 4, [("missing", 2), ("missing", 3)])
    fork = check_chain(DEVICE.device, [*links, (2, bytes(32), links[0][1])])
    assert [(f.kind, f.seq) for f in fork.faults] == [("forked", 2)]
    broken = check_chain(DEVICE.device, [links[0], (2, b"x" * 32, b"y" * 32)])
    assert [(f.kind, f.seq) for f in broken.faults] == [("broken", 2)]


@given(st.permutations(ENTRIES))
def test_fold_order_does_not_depend_on_arrival(arrived):
    ordered, waiting = in_causal_order(arrived)
    assert [entry.hash for entry in ordered] == [entry.hash for entry in ENTRIES]
    assert waiting == ()
    assert heads_of(arrived) == (ENTRIES[-1].hash,)


def test_nothing_is_folded_past_a_hole():
    ordered, waiting = in_causal_order([ENTRIES[0], ENTRIES[2], ENTRIES[3]])
    assert [entry.hash for entry in ordered] == [ENTRIES[0].hash]
    assert {entry.hash for entry in waiting} == {ENTRIES[2].hash, ENTRIES[3].hash}
