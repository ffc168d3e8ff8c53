"""Every test: an offscreen Qt, and no warning that nobody announced. The founded city that tests copy, and which tests run alone."""

import logging
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")
QUIET = ("This plugin does not support",)
ALONE = [Path(__file__).parent / name for name in ("bench", "faults")]


def pytest_itemcollected(item):
    """Everything in these folders measures time, or kills and starves programs: it runs with nothing beside it."""
    if any(item.path.is_relative_to(folder) for folder in ALONE):
        item.add_marker("alone")


class _Heard(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture(autouse=True)
def heard(request):
    """A log record of WARNING or above, or a Qt warning, fails the test unless it is marked `announced`."""
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler

    handler = _Heard()
    logging.getLogger().addHandler(handler)
    qt_words = []

    def qt_said(kind, context, words):
        if kind != QtMsgType.QtDebugMsg and not words.startswith(QUIET):
            qt_words.append(words)

    before = qInstallMessageHandler(qt_said)
    yield handler.records
    qInstallMessageHandler(before)
    logging.getLogger().removeHandler(handler)
    if request.node.get_closest_marker("announced") is None:
        said = [record.getMessage() for record in handler.records] + qt_words
        assert not said, f"nobody announced: {said}"


@pytest.fixture(scope="session")
def new_city(tmp_path_factory):
    """A city on whose devices nobody has signed in yet. Not for use: for `copy_of`. Each worker founds its own, since every copy of
    a city meets its relay at the one address that its authority signed, and copies of two workers would meet at it together.
    """
    from tests.support.city import found

    return found(tmp_path_factory.mktemp("new") / "city")


@pytest.fixture(scope="session")
def founded(new_city, tmp_path_factory):
    """The same city once every device has fetched the agency's data, its relay stopped. Not for use: for `copy_of`."""
    from desktop.app.demo_city import DEVICES
    from tests.support.city import copy_of
    from tests.support.visit_desks import desk_of

    city = copy_of(new_city, tmp_path_factory.mktemp("founded") / "city")
    city.start_relay()
    for name in DEVICES:
        desk_of(city, name).database.close()
    city.stop_relay()
    return city


@pytest.fixture
def city(founded, tmp_path):
    """The founded city for one test, its relay running."""
    from tests.support.city import copy_of

    copied = copy_of(founded, tmp_path / "city")
    copied.start_relay()
    yield copied
    copied.stop_relay()


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of this worker; `postgres.database()` gives the address of a new database."""
    from tests.support.postgres import Cluster

    cluster = Cluster()
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def s3():
    """The address of an S3 store on loopback; `s3(name)` makes a bucket and gives what `hengchi-relay --blobs` takes."""
    from tests.support.s3 import serve

    with serve() as bucket:
        yield bucket


@pytest.fixture(scope="module")
def prepared():
    """What four devices and a relay in memory begin with."""
    from tests.support.sync_four import Prepared, scratch

    made = Prepared(scratch())
    yield made
    shutil.rmtree(made.folder, ignore_errors=True)


@pytest.fixture
def four(prepared):
    """Four devices and a relay in memory, for one test."""
    from tests.support.sync_four import Four

    made = Four(prepared)
    yield made
    made.close()


@pytest.fixture
def one(four):
    return four.devices["one"]
