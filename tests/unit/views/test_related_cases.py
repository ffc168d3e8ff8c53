"""The cases beside the one that is shown."""

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.services.case_shapes import RelatedView
from desktop.views.cases.ordinary import Choice
from desktop.views.cases.related import RelatedCases, together_words


def related(number, way="beside", status="underway"):
    return RelatedView(
        case_id=UUID(int=number),
        way=way,
        number=f"示城管立〔2026〕{number}号",
        party=f"示例市若水{number}公司",
        title="擅自占用城市道路",
        status=status,
    )


@pytest.fixture
def shown(qtbot):
    made = RelatedCases()
    qtbot.addWidget(made)
    made.resize(600, 300)
    return made


def line(shown, number):
    return next(one for one in shown.findChildren(Choice) if one.name == f"related.{UUID(int=number)}")


def words(shown):
    return " ".join(one.text() for one in shown.findChildren(QLabel))


def test_nothing_is_shown_while_there_is_none(shown):
    assert shown.isHidden()
    assert together_words(()) == ""
    shown.show_related((related(18),))
    assert not shown.isHidden()
    shown.show_related(())
    assert shown.isHidden()


def test_one_press_or_enter_opens_a_case_that_is_here_and_no_other(shown, qtbot):
    shown.show_related((related(18), related(19, status=None)))
    shown.show()
    opened = []
    shown.opened.connect(opened.append)
    qtbot.mouseClick(line(shown, 18), Qt.MouseButton.LeftButton)
    qtbot.keyClick(line(shown, 18), Qt.Key.Key_Return)
    qtbot.mouseClick(line(shown, 19), Qt.MouseButton.LeftButton)
    qtbot.keyClick(line(shown, 19), Qt.Key.Key_Return)
    assert opened == [UUID(int=18)] * 2
    assert "Not on this device" in words(shown)
    assert "示城管立〔2026〕18号" in words(shown)


def test_the_same_cases_leave_the_lines_as_they_are_and_others_replace_them(shown):
    shown.show_related((related(18),))
    before = line(shown, 18)
    shown.show_related((related(18),))
    assert line(shown, 18) is before
    shown.show_related((related(18, status="decided"), related(19)))
    assert "Decided" in words(shown)


def test_the_head_of_a_case_says_where_it_went_or_how_many_are_beside_it():
    assert together_words((related(18), related(19))) == "2 related"
    assert together_words((related(17, "into"),)) == "→ 示城管立〔2026〕17号"


def test_what_the_cases_have_in_common_is_not_said_again(shown):
    shown.show_related((related(18), related(19, "from", "merged")), "擅自占用城市道路")
    assert "擅自占用城市道路" not in words(shown)
    assert "Handled in this case" in words(shown)
    shown.show_related((related(18),), "擅自挖掘城市道路")
    assert "擅自占用城市道路" in words(shown)
