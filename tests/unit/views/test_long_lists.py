"""A list that is read on is fetched on, and stays where it is read."""

from dataclasses import replace

import pytest

from desktop.services.changes import Changes
from desktop.viewmodels.pages import PAGE, CasesModel
from desktop.views.shared.lists import Item, ItemList
from desktop.work import Work


def items(count):
    return [Item(f"Case {number}", value=number) for number in range(count)]


@pytest.fixture
def shown(qtbot):
    made = ItemList(name="list", accessible="List")
    qtbot.addWidget(made)
    made.resize(300, 600)
    made.show()
    made.set_items(items(200))
    return made


def test_the_end_in_sight_asks_for_more_and_nothing_jumps(shown, qtbot):
    bar = shown.verticalScrollBar()
    with qtbot.waitSignal(shown.ending):
        bar.setValue(bar.maximum())
    at = bar.value()
    shown.set_items(items(400))
    assert shown.model_.rowCount() == 400
    assert bar.value() == at
    qtbot.waitUntil(lambda: bar.maximum() > at)
    assert bar.value() == at


def test_other_words_are_painted_where_they_stand(shown, qtbot):
    shown.pick(100)
    shown.verticalScrollBar().setValue(3000)
    changed = items(200)
    changed[7] = replace(changed[7], title="another")
    with qtbot.waitSignal(shown.model_.dataChanged):
        shown.set_items(changed)
    assert shown.verticalScrollBar().value() == 3000
    assert shown.current_value() == 100
    assert shown.model_.items[7].title == "another"


def test_other_rows_begin_at_the_top(shown):
    shown.verticalScrollBar().setValue(3000)
    shown.set_items([Item(f"Other {number}", value=-number) for number in range(1, 90)])
    assert shown.model_.rowCount() == 89
    assert shown.verticalScrollBar().value() <= shown.verticalScrollBar().maximum()


class Office:
    """Cases without end."""

    def __init__(self, count):
        self.count, self.asked = count, []

    def cases(self, query, offset, limit):
        self.asked.append((query, limit))
        return tuple(range(min(self.count, limit)))


@pytest.mark.parametrize(("count", "limits"), [(900, [PAGE, 2 * PAGE, 3 * PAGE]), (60, [PAGE])])
def test_pages_follow_one_another_until_there_is_no_more(qtbot, count, limits):
    office, work = Office(count), Work()
    model = CasesModel(office, work)
    model.activate()
    qtbot.waitUntil(lambda: model.page is not None)
    for _ in range(2):
        have = len(model.page)
        model.more()
        qtbot.waitUntil(lambda have=have: len(model.page) > have or count == have)
    assert [limit for _, limit in office.asked] == limits
    work.changed.emit(Changes(frozenset({"cases"})))
    qtbot.waitUntil(lambda: len(office.asked) > len(limits))
    assert office.asked[-1] == ("", limits[-1])  # what was fetched further stays
    model.search("x")
    qtbot.waitUntil(lambda: office.asked[-1] == ("x", PAGE))
    work.stop()
