"""Sync under any interleaving: nothing acknowledged is lost, nothing counts twice, everybody ends with the same bytes, forks are named."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from desktop.store.kept import HEAD, KeptHead, kept, last_break
from desktop.store.models import BlobRow, EntryRow
from enforcement.exchange.merkle import root
from enforcement.values.shapes import from_bytes
from tests.support.relay_memory import Crash
from tests.support.sync_four import NAMES, Four, Prepared

FAULTS = st.lists(st.sampled_from(("", "", "lose", "mute", "twice", "late", "crash", "crash_after")), max_size=5)
DEVICES = st.integers(0, 7)
CASES = st.integers(0, 31)
SHIFTS = st.sampled_from((0, -700, 700, 31_536_000, -31_536_000, 5))
COUNTED = {
    "examples": 0,
    "steps": 0,
    "acts": 0,
    "restores": 0,
    "clones": 0,
    "breaks": 0,
    "lost": 0,
    "forks": 0,
    "crashes": 0,
}
PASSES = 30


class Machine(RuleBasedStateMachine):
    """What may happen, in any order."""

    prepared: Prepared

    @initialize()
    def begin(self):
        self.four = Four(self.prepared)
        self.cases, self.shared, self.blobs = [], set(), set()
        self.backups, self.heads = [], {}
        COUNTED["examples"] += 1

    def _device(self, number):
        devices = list(self.four.devices.values())
        return devices[number % len(devices)]

    def _officer(self, number):
        officers = [one for one in self.four.devices.values() if one.person in ("one", "two")]
        return officers[number % len(officers)]

    def _case(self, device, number):
        """A case that this device holds."""
        known = [case for case in self.cases if self._holds(device, case)]
        return known[number % len(known)] if known else None

    def _holds(self, device, case):
        with device.database.read() as session:
            return bool(device.journal.entries(session, case))

    # acts

    @rule(number=DEVICES, together=st.booleans(), facts=st.integers(0, 3))
    def open_case(self, number, together, facts):
        device = self._officer(number)
        other = {"one": "two", "two": "one"}[device.person] if together else ""
        case = device.opened(other, facts)
        self.cases.append(case)
        if together:
            self.shared.add(case)
        COUNTED["acts"] += 1

    @rule(number=DEVICES, which=CASES)
    def act(self, number, which):
        device = self._device(number)
        case = self._case(device, which)
        if case is not None:
            device.act(case, device.facts(which))
            COUNTED["acts"] += 1

    @rule(number=DEVICES, which=CASES, size=st.sampled_from((900, 300_000)))
    def photograph(self, number, which, size):
        device = self._officer(number)
        case = self._case(device, which)
        if case is not None:
            self.blobs.add(device.photograph(case, size))
            COUNTED["acts"] += 1

    # the way

    @rule(number=DEVICES, faults=FAULTS)
    def step(self, number, faults):
        self._step(self._device(number), faults)

    @rule(faults=FAULTS)
    def everybody_steps(self, faults):
        for device in list(self.four.devices.values()):
            self._step(device, faults)

    @rule(number=DEVICES, which=CASES, faults=FAULTS)
    def act_and_step(self, number, which, faults):
        self.act(number, which)
        self._step(self._device(number), faults)

    @rule(number=DEVICES, together=st.booleans(), faults=FAULTS)
    def open_and_step(self, number, together, faults):
        self.open_case(number, together, 1)
        self._step(self._officer(number), faults)

    def _step(self, device, faults):
        device.line.faults = list(faults)
        try:
            result = device.engine.step()
        except Crash:
            device.restart()
            COUNTED["crashes"] += 1
            return
        device.line.faults = []
        COUNTED["steps"] += 1
        if result.problem is not None:
            assert result.problem.code in (
                "relay.unreachable", "log.inconsistent", "clock.behind", "clock.ahead", "authority.expired", "relay.replayed",
            ), result.problem  # fmt: skip
        self._note_head(device)

    def _note_head(self, device):
        with device.database.read() as session:
            data = kept(session, HEAD)
        if data is not None:
            head = from_bytes(KeptHead, data)
            self.heads.setdefault(device.name, {})[head.size] = head.root

    @rule(number=DEVICES)
    def arrive_late(self, number):
        self._device(number).line.deliver_late()

    @rule(number=DEVICES)
    def restart(self, number):
        self._device(number).restart()

    @rule(number=DEVICES, seconds=SHIFTS)
    def clock_jumps(self, number, seconds):
        from datetime import timedelta

        self._device(number).clock.shift = timedelta(seconds=seconds)

    @rule(seconds=st.sampled_from((1, 30, 3_600)))
    def time_passes(self, seconds):
        self.four.tick(seconds=seconds)

    # the relay's misfortunes

    @precondition(lambda self: len(self.backups) < 2)
    @rule()
    def back_up(self):
        folder = self.four.folder / f"backup-{len(self.backups)}"
        self.four.relay.backup(folder)
        self.backups.append(folder)

    @precondition(lambda self: self.backups)
    @rule(which=st.integers(0, 1))
    def restore(self, which):
        self.four.relay.restore(self.backups[which % len(self.backups)])
        self.four.tick(seconds=1)
        COUNTED["restores"] += 1

    @precondition(lambda self: len(self.four.devices) < len(NAMES) + 2)
    @rule(number=DEVICES)
    def clone(self, number):
        self.four.clone(self._officer(number).person)
        COUNTED["clones"] += 1

    @precondition(lambda self: self._warned(self.four.devices["head"]))
    @rule()
    def acknowledge(self):
        self.four.devices["head"].acknowledge()

    @staticmethod
    def _warned(device):
        with device.database.read() as session:
            standing = last_break(session)
        return standing is not None and not standing.acknowledged

    # the end

    def teardown(self):
        if not hasattr(self, "four"):
            return
        try:
            self._settle()
            self._check()
            COUNTED["breaks"] += sum(self._broke(one) for one in self.four.devices.values())
            if any(self._warned(one) for one in self.four.devices.values()):
                self.four.devices["head"].acknowledge()
                self._settle()
                self._check()
                assert [one.name for one in self.four.devices.values() if self._warned(one)] == []
        finally:
            self.four.close()

    def _settle(self):
        from datetime import timedelta

        for device in self.four.devices.values():
            device.clock.shift = timedelta()
            device.line.faults = []
            device.line.deliver_late()
        for number in range(PASSES):
            self.four.tick(seconds=61 if number else 700)
            moved = False
            for device in self.four.devices.values():
                result = device.engine.step()
                self._note_head(device)
                moved |= result.changed or result.problem is not None or self._lacks(device)
            if not moved and all(set(one.queue().values()) <= {"accepted"} for one in self.four.devices.values()):
                return
        raise AssertionError(f"it does not come to rest: {result}")

    @staticmethod
    def _lacks(device):
        """Whether it knows of an attachment that it does not have: one that could not be had is asked for again after minutes."""
        with device.database.read() as session:
            return session.scalar(select(func.count()).where(BlobRow.present.is_(False))) > 0

    def _check(self):
        devices, head, books = self.four.devices, self.four.devices["head"], self.four.devices["books"]
        acted = set().union(*(one.acted for one in devices.values()))
        for one in (head, books):
            assert acted == one.hashes(), one.name
        for one in devices.values():
            assert one.acted <= one.hashes(), one.name
            assert not one.twice()
            for name in one.queue():
                assert self.four.relay.store.accepted(name) is not None
        assert head.books() == books.books()
        for case in self.cases:
            told = {one.case_bytes(case) for one in devices.values() if case in self.shared or one in (head, books)}
            assert len(told) == 1
        for name in self.blobs:
            assert head.blobs.has(name)
            assert books.blobs.has(name)
            assert self.four.relay.store.blob_have(name)[1]
        self._check_forks(head, books)
        self._check_heads()

    def _check_forks(self, *readers):
        for reader in readers:
            with reader.database.read() as session:
                rows = session.execute(select(EntryRow.device, EntryRow.seq)).all()
            forked = {device for device, seq in rows if rows.count((device, seq)) > 1}
            for device in {device for device, _ in rows}:
                from uuid import UUID

                chain = reader.chain(UUID(bytes=device))
                assert chain.forked == (device in forked)
                assert chain.missing == ""
            COUNTED["forks"] += len(forked)

    def _check_heads(self):
        """Whatever head a device had checked is part of the log, or the device says that it is not."""
        size, node = self.four.relay.store.size(), self.four.relay.store.node
        for name, heads in self.heads.items():
            gone = [old for old, found in heads.items() if old > size or root(old, node) != found]
            assert not gone or self._broke(self.four.devices[name]), (name, gone)

    @staticmethod
    def _broke(device):
        with device.database.read() as session:
            return last_break(session) is not None


def run(prepared, examples, length, derandomize=True):
    COUNTED.update(dict.fromkeys(COUNTED, 0))
    machine = type("Prepared", (Machine,), {"prepared": prepared})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=length, deadline=None, derandomize=derandomize, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    print(COUNTED)


def test_any_interleaving(prepared):
    run(prepared, 12, 15)
    assert COUNTED["acts"]


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600)
def test_any_interleaving_at_length(prepared):
    run(prepared, 2_000, 60, derandomize=False)
    assert all(COUNTED.values())
