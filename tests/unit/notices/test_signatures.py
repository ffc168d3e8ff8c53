"""Strokes of a hand: kept small, refused when no pad gives them, bound to pages, person and instant."""

from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.notices.signatures import (
    MAX_BYTES,
    MAX_MS,
    MAX_POINTS,
    MAX_STROKES,
    PRESSURE,
    SIDE,
    HandSignature,
    Point,
    Strokes,
    bind,
    check_signatures,
    is_under,
    points_of,
    strokes_of,
)
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, to_bytes
from tests.support.hands import AT, hand, strokes

WAY = [Point(0, 0, 0, 500), Point(SIDE // 2, 10, 20, 500)]


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, SIDE), st.integers(0, 1500), st.integers(0, 9), st.integers(0, PRESSURE)),
            min_size=1,
            max_size=12,
        ),
        max_size=8,
    )
)
def test_points_come_back_through_the_bytes(given_lines):
    t, lines = 0, [WAY]
    t = 20
    for line in given_lines:
        made = []
        for x, y, later, pressure in line:
            t += later
            made.append(Point(x, y, t, pressure))
        lines.append(made)
    kept = strokes_of(SIDE, 1500, lines)
    assert points_of(from_bytes(Strokes, to_bytes(kept))) == tuple(tuple(line) for line in lines)


def test_a_signature_of_two_letters_takes_little_room():
    assert len(to_bytes(strokes())) < 2_000


def test_the_bytes_are_the_same_whenever_they_are_made():
    assert to_bytes(hand("party", "吴嘉示", b"%PDF")) == to_bytes(hand("party", "吴嘉示", b"%PDF"))


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "input.invalid"),
        ([[Point(5, 5, 0, 1)]], "input.invalid"),
        ([[Point(0, 0, 0, 1), Point(SIDE + 1, 0, 1, 1)]], "input.invalid"),
        ([[Point(0, 0, 0, 1), Point(900, -1, 1, 1)]], "input.invalid"),
        ([[Point(0, 0, 5, 1), Point(900, 0, 4, 1)]], "input.invalid"),
        ([[Point(0, 0, 0, 1), Point(900, 0, MAX_MS + 1, 1)]], "input.invalid"),
        ([[Point(0, 0, 0, PRESSURE + 1), Point(900, 0, 1, 1)]], "input.invalid"),
        ([WAY] * (MAX_STROKES + 1), "input.signature_too_large"),
        ([[Point(n % SIDE, n % 900, n, 1) for n in range(MAX_POINTS + 1)]], "input.signature_too_large"),
        # as many points as allowed, each as far from the last as can be: too many bytes
        (
            [[Point(n % 2 * SIDE, n % 2 * 1500, n * 99, n % 2 * PRESSURE) for n in range(MAX_POINTS)]],
            "input.signature_too_large",
        ),
    ],
)
def test_what_no_pad_gives_is_refused(lines, code):
    with pytest.raises(KnownError) as refused:
        strokes_of(SIDE, 1500, lines)
    assert refused.value.code == code


def test_the_longest_allowed_is_within_the_bytes():
    usual = strokes_of(SIDE, 1500, [[Point(n % 100 * 40, n % 37 * 40, n * 8, 500 + n % 20) for n in range(MAX_POINTS)]])
    assert len(to_bytes(usual)) <= MAX_BYTES


@pytest.mark.parametrize(
    "changes",
    [{"v": 2}, {"wide": SIDE - 1}, {"high": SIDE + 1}, {"high": 0}, {"rows": ((1, 2, 3),)}, {"rows": ((),)}],
)
def test_strokes_that_came_from_elsewhere_are_checked_like_those_of_a_pad(changes):
    wrong = msgspec.structs.replace(strokes(), **changes)
    with pytest.raises(KnownError):
        bind(wrong, "party", "吴嘉示", AT, b"%PDF")


def test_a_signature_is_under_the_pages_that_were_shown_and_no_others():
    made = hand("party", "吴嘉示", b"%PDF one")
    assert is_under(made, b"%PDF one")
    assert not is_under(made, b"%PDF two")
    assert from_bytes(HandSignature, to_bytes(made)) == made


@pytest.mark.parametrize(("name", "at"), [("", AT), ("  ", AT), ("名" * 101, AT), ("吴嘉示", datetime(2026, 3, 4))])
def test_a_signature_needs_a_name_and_a_true_instant(name, at):
    with pytest.raises(KnownError):
        bind(strokes(), "party", name, at, b"%PDF")


@pytest.mark.parametrize(
    "carried",
    [
        [],
        {"stranger": []},
        {"party": strokes()},
        {"party": [7]},
        {"party": ["拒\n签"]},
        {"party": [""]},
        {"party": [msgspec.structs.replace(strokes(), v=3)]},
    ],
)
def test_values_that_carry_no_signatures_of_known_roles_are_refused(carried):
    with pytest.raises(KnownError):
        check_signatures("demand", carried)
