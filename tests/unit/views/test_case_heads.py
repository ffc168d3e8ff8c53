"""The head of a case says how it came out, whatever way it went."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from desktop.services.shapes import CaseRow
from desktop.store.case_lines import lines_of
from desktop.views.cases.heads import OUTCOMES, PENALTY, head_words, outcome_chip
from desktop.views.cases.page import STATUS
from enforcement.casefile import CaseFile
from enforcement.casefile.track import OUTCOMES as ENDING_MARKS
from tests.support import walks
from tests.support.board import HEAVY, minute, ordinary_case
from tests.support.board_faults import SPARED, spared
from tests.support.procedure import after, ordinary, position

NOT_YET = "Not yet decided"
ENDS = sorted(rule.id for rule in ordinary().rules if ENDING_MARKS & set(rule.marks))


def row_of(case, words=""):
    """The case's row as the services make it from its line."""
    line = next(iter(lines_of(case)))
    return CaseRow(
        case_id=case.case_id, title="", party="", place="", document_number=line.document_number, fine_fen=line.fine_fen,
        status=line.status, officers=(), at=datetime(2026, 3, 2, tzinfo=UTC), seal="sealed", printed=False, delivered=False,
        outcome=line.outcome, outcome_words=words or ordinary().label_of(line.outcome),
    )  # fmt: skip


BASE = ordinary_case(SPARED[:1])


def at(where) -> CaseFile:
    return replace(BASE, track=where.track)


def test_every_act_of_the_procedure_that_ends_a_case_has_its_words():
    assert set(ENDS) == {PENALTY, *OUTCOMES}
    assert len(ENDS) == 13


@pytest.mark.parametrize("act", ENDS)
def test_after_each_of_them_the_head_and_the_list_say_how_it_came_out(act):
    row = row_of(at(after(position(), ordinary().rule(act))))
    assert row.outcome == act
    assert NOT_YET not in head_words(row)
    chip = outcome_chip(row)
    if act == PENALTY:
        assert chip is None
        assert STATUS[row.status][0] == "Decided"
    else:
        assert OUTCOMES[act][2] in head_words(row)
        assert chip == OUTCOMES[act][:2] or row.status in ("closed", "archived")


def test_on_random_lawful_ways_the_head_says_not_yet_decided_exactly_while_nothing_is():
    seen = set()
    served = next(number for number, one in enumerate(HEAVY) if one.name == "decision.served")
    decided = replace(position(), track=ordinary_case(HEAVY[: served + 1]).track, at=minute("04-08 11:00"))
    for seed in range(12):
        chance = random.Random(seed)
        where = decided if seed % 2 else walks.start(chance)
        for _ in range(30):
            then = walks.step(where, chance)
            if then is None:
                break
            where = then
            row, marks = row_of(at(where)), where.track.marks
            over = marks & {"decided", "ended", "closed", "archived", "quashed"}
            assert (NOT_YET in head_words(row, 100)) == (not over), sorted(marks)
            assert row.status != "closed" or outcome_chip(row) is None
            seen.add(row.outcome)
    assert {"", PENALTY} < seen
    assert len(seen) >= 4


def test_a_penalty_is_its_number_and_its_sum_and_a_quashed_one_is_neither():
    row = row_of(ordinary_case())
    assert head_words(row).endswith("12000 yuan")
    assert row.document_number in head_words(row)
    quashed = replace(row, outcome="suit.quashed", status="quashed", document_number="", fine_fen=0)
    assert head_words(quashed) == "The decision was quashed by the court"
    assert outcome_chip(quashed) == ("Quashed", "stop")


def test_a_case_that_was_exempted_keeps_the_number_of_its_decision():
    row = row_of(spared(SPARED))
    assert row.outcome == "decision.exempted"
    assert head_words(row) == f"No penalty imposed · {row.document_number}"


def test_a_sum_put_forward_is_said_and_a_voided_notice_has_no_sum():
    row = row_of(BASE)
    assert head_words(row) == NOT_YET
    assert head_words(row, 150_000) == f"{NOT_YET} · proposed 1500 yuan"
    assert head_words(replace(row, status="voided", document_number="示1号", fine_fen=1)) == "示1号 · Voided"


def test_an_outcome_that_this_window_has_no_words_for_is_said_in_the_procedure_s():
    row = replace(row_of(BASE), outcome="other.ended", outcome_words="并入其他案件")
    assert head_words(row) == "并入其他案件"
    assert outcome_chip(row) is None
    assert row.case_id == UUID(int=71)
