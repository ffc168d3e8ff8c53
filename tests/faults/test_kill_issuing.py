"""The office's tool killed while it publishes for the window: what devices read is whole, and the next opening says what is missing."""

import random
import signal
import threading
import time

import pytest

from central.authority import certificates
from central.authority.overview import overview
from central.platform.clock import SystemClock
from desktop.services.issuing import IssuingTool
from enforcement.credentials.authority_set import SetVersions, open_set
from enforcement.credentials.roster import Roster
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes
from tests.support.offices import PASSWORD, founded, person, reader, root_of

CHANCE = random.Random(6)


@pytest.mark.parametrize("kills", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_killed_while_it_publishes_nothing_is_half(tmp_path, kills):
    people = [person(f"9901{number:04d}") for number in range(400)]
    office = founded(tmp_path / "office", *people, clock=SystemClock())
    versions = SetVersions(root=root_of(office))
    tool = IssuingTool(office.folder, PASSWORD)
    tool.ask("overview")
    began = time.monotonic()
    tool.ask("publish")
    longest = time.monotonic() - began
    tool.end()
    tool.wait()
    reasons, ended = [""], 0
    for kill in range(kills):
        certificates.set_state(
            office, "99010000", "suspended" if kill % 2 == 0 else "valid", SystemClock().now(), f"第{kill}次"
        )
        reasons.append(f"第{kill}次")
        tool = IssuingTool(office.folder, PASSWORD)
        tool.ask("overview")  # it has started, and the password was stretched
        timer = threading.Timer(CHANCE.uniform(0, longest), lambda tool=tool: tool._process.send_signal(signal.SIGKILL))
        timer.start()
        try:
            tool.ask("publish")
        except KnownError as error:
            ended += error.code == "office.ended"
        timer.join()
        tool.wait()
        opened = open_set(reader(office.repository), versions, SystemClock().now())
        versions = opened.versions
        told = from_bytes(Roster, opened.target("roster/roster.cbor")).person("99010000").history
        told_reason = told[-1].reason if told else ""
        assert told_reason in reasons
        waits = [one["what"] for one in overview(office)["unpublished"]]
        assert len(waits) == len(reasons) - 1 - reasons.index(told_reason)
        assert (waits == []) == (told_reason == reasons[-1])
    print(f"{ended} of {kills} publications killed")
    assert ended >= kills // 3
    after = IssuingTool(office.folder, PASSWORD)
    after.ask("publish")
    after.end()
    after.wait()
    assert overview(office)["unpublished"] == []
    assert open_set(reader(office.repository), versions, SystemClock().now()).versions.timestamp > versions.timestamp


def test_a_tool_that_is_gone_says_so(tmp_path):
    office = founded(tmp_path / "office", person(), clock=SystemClock())
    tool = IssuingTool(office.folder, PASSWORD)
    tool._process.kill()
    with pytest.raises(KnownError, match=r"office\.ended"):
        tool.ask("overview")
    tool.wait()
