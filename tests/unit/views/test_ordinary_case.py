"""The case under the ordinary procedure: its papers are laid by the room there is, and a case that is gone leaves nothing behind."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from desktop.services.act_shapes import PaperView, ProcedureView, SumsView
from desktop.views.cases.ordinary import OrdinaryCase

AT = datetime(2026, 3, 2, tzinfo=UTC)
SUMS = SumsView(None, None, 0, 0, None)


def paper(number, filing="正卷"):
    return PaperView(bytes([number]) * 32, "a", "inquiry_record", "询问笔录", "", AT, filing, number, (), 0, "")


def view(papers):
    return ProcedureView(UUID(int=1), (), "officer", (), (), (), (), tuple(papers), SUMS, False)


@pytest.fixture
def shown(qtbot):
    made = OrdinaryCase()
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def columns(made):
    return {card.x() + card.parentWidget().x() for _, card in made._cards}


def test_many_papers_stand_in_two_columns_by_volume_and_few_in_one(shown, qtbot):
    shown.show_view(view([*map(paper, range(9)), paper(20, "副卷")]))
    qtbot.waitUntil(lambda: len(columns(shown)) == 2)
    aside = [card.x() for filing, card in shown._cards if filing == "副卷"]
    assert aside[0] > max(card.x() for filing, card in shown._cards if filing == "正卷")
    shown.show_view(view([paper(1), paper(2)]))
    qtbot.waitUntil(lambda: len(columns(shown)) == 1)


def test_a_case_that_is_gone_leaves_no_card_to_be_laid(shown, qtbot):
    shown.show_view(view(map(paper, range(10))))
    shown.show_view(None)
    qtbot.wait(50)
    shown.show()
    shown.resize(400, 700)
    shown.resize(900, 700)
    assert shown._cards == []
    shown.show_view(view([paper(1)]))
    qtbot.waitUntil(lambda: shown._cards[0][1].isVisible())
