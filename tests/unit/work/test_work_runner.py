import sys

import pytest
from PySide6.QtCore import QObject, Signal

from desktop.services.changes import Changes, Done
from desktop.work import Work
from enforcement.values.errors import KnownError


def test_jobs_of_the_store_run_in_order_and_arrive_here(qtbot):
    work, order = Work(), []
    for number in range(50):
        work.store(lambda number=number: number, order.append)
    qtbot.waitUntil(lambda: len(order) == 50)
    assert order == list(range(50))
    assert work.stop()


def test_an_act_says_what_it_changed_after_its_own_outcome(qtbot):
    work, heard = Work(), []
    work.changed.connect(heard.append)
    changes = Changes(frozenset({"cases"}))
    work.act(lambda: Done("value", changes), heard.append)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == ["value", changes]


def test_a_known_error_reaches_who_asked_or_everybody(qtbot):
    work, asked, everybody = Work(), [], []
    work.failed.connect(everybody.append)

    def fails():
        raise KnownError("store.disk_full")

    work.store(fails, None, asked.append)
    work.store(fails)
    qtbot.waitUntil(lambda: bool(asked) and bool(everybody))
    assert asked[0].code == everybody[0].code == "store.disk_full"


@pytest.mark.announced
def test_a_bug_is_logged_and_carried(qtbot, heard):
    work, asked = Work(), []
    work.store(lambda: 1 // 0, None, asked.append)
    qtbot.waitUntil(lambda: bool(asked))
    assert isinstance(asked[0], ZeroDivisionError)
    assert any("a job failed" in record.getMessage() for record in heard)


def test_the_binding_keeps_its_references():
    class Speaker(QObject):
        said = Signal(bool)

    speaker = Speaker()
    speaker.said.connect(lambda _: None)
    before = sys.getrefcount(True)
    for _ in range(100):
        speaker.said.emit(True)
    assert abs(sys.getrefcount(True) - before) < 20


def test_after_the_end_nobody_is_called_and_what_went_wrong_is_kept(qtbot):
    """A page that is gone must not be told; an error of its last save is not lost either."""
    work, heard = Work(), []

    def fails():
        raise KnownError("store.disk_full")

    work.store(lambda: 1, heard.append, heard.append)
    work.store(fails, heard.append, heard.append)
    assert work.stop()
    qtbot.wait(50)
    assert (heard, work.busy) == ([], 0)
    assert [error.code for error in work.unheard] == ["store.disk_full"]
