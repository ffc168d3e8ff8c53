"""Sync on a bad line: 2 Mbit/s, 300 ms there and back, the real engine, the relay as a process. Against the time of the bare bytes."""

import shutil
import time

import pytest
from sqlalchemy import func, select

from desktop.platform.clock import SystemClock
from desktop.store.models import OutboxRow
from tests.support.slow_link import SlowLink
from tests.support.sync_four import Prepared, scratch
from tests.support.sync_http import City

BITS = 2e6


@pytest.fixture(scope="module")
def prepared():
    made = Prepared(scratch(), SystemClock())
    yield made
    shutil.rmtree(made.folder, ignore_errors=True)


@pytest.fixture
def city(prepared):
    made = City(prepared, SystemClock())
    yield made
    made.close()


def written(device, cases, photograph):
    """So many cases, sealed; their bytes as they have to go over the wire."""
    for _ in range(cases):
        case = device.opened()
        if photograph:
            device.photograph(case, photograph)
    device.engine.seal()
    with device.database.read() as session:
        return session.scalar(select(func.sum(OutboxRow.size)))


def sent(device):
    """Seconds until every case has its receipt; that the log holds them is asked for after that."""
    begun, last, call = time.monotonic(), [0.0], device.transport.call

    def watched(method, path, *more, **named):
        answer = call(method, path, *more, **named)
        if path == "/v1/bundles":
            last[0] = time.monotonic()
        return answer

    device.transport.call = watched
    while set(device.queue().values()) != {"accepted"}:
        result = device.engine.step()
        assert result.problem is None or result.problem.code == "relay.unreachable", result.problem
    return last[0] - begun


def measure(city, cases, photograph, **line):
    """How many times the time of the bare bytes it takes until every case has its receipt, on a device that was online before."""
    device = city.devices["one"]
    assert device.engine.step().problem is None
    size = written(device, cases, photograph)
    city.serve()
    link = SlowLink(city.port, bits=BITS, **line)
    device = city.through("one", link.url)
    took, wire = sent(device), size * 8 / BITS
    print(
        f"\n{cases} cases of {size / cases / 1000:.1f} kB: {took:.2f} s, the bytes alone {wire:.2f} s: {took / wire:.2f} times; "
        f"up {link.up / size:.3f} of their size, {link.connections} connections, {link.cuts} cuts"
    )
    link.close()
    return took / wire


def test_sixty_cases_with_a_photograph_each(city):
    assert measure(city, 60, 50_000) <= 1.15


def test_two_hundred_small_cases(city):
    assert measure(city, 200, 0) <= 2.5


@pytest.mark.slow
def test_a_connection_that_is_cut_every_twenty_seconds(city):
    assert measure(city, 240, 50_000, cut_every=20.0) <= 1.5 * 1.15


def away(city, bundles):
    """How many times the time of the bare bytes it takes a supervisor's device to take in what came while it was not connected."""
    device = city.devices["one"]
    assert city.devices["head"].engine.step().problem is None
    size = written(device, bundles, 0)
    while set(device.queue().values()) != {"accepted"}:
        assert device.engine.step().problem is None
    city.serve()
    link = SlowLink(city.port, bits=BITS)
    head = city.through("head", link.url)
    begun, came = time.monotonic(), 0
    while came < bundles * 2:
        result = head.engine.step()
        assert result.problem is None, result.problem
        assert result.entries_in, f"nothing more comes after {came} entries"
        came += result.entries_in
    took, wire = time.monotonic() - begun, size * 8 / BITS
    print(
        f"\n{bundles} bundles of {size / bundles / 1000:.1f} kB came in {took:.1f} s, the bytes alone {wire:.1f} s: {took / wire:.2f} times"
    )
    link.close()
    return took / wire


@pytest.mark.slow
def test_a_device_that_was_away(city):
    assert away(city, 150) <= 1.6


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_device_that_was_away_for_long(city):
    assert away(city, 10_000) <= 1.2
