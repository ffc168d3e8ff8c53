import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.values.money import capital_text, grouped_text, plain_text, yuan


@pytest.mark.parametrize(
    ("fen", "capital"),
    [
        (150_000, "壹仟伍佰元整"),
        (100, "壹元整"),
        (0, "零元整"),
        (1005, "壹拾元零伍分"),
        (1_000_000, "壹万元整"),
        (10_000_500, "壹拾万零伍元整"),
        (123_456_789, "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        (10_050, "壹佰元伍角整"),
        (5, "伍分"),
        (100_000_000_00, "壹亿元整"),
        (1_000_010_00, "壹佰万零壹拾元整"),
    ],
)
def test_capital_numerals(fen, capital):
    assert capital_text(fen) == capital


@given(st.integers(0, 10**13))
def test_capital_text_is_unique_for_its_sum(fen):
    assert capital_text(fen) != capital_text(fen + 1)
    assert not capital_text(fen).startswith("零") or fen == 0


def test_plain_and_grouped():
    assert plain_text(yuan(1500)) == "1500"
    assert plain_text(1250) == "12.50"
    assert plain_text(-5) == "-0.05"
    assert grouped_text(yuan(20_000)) == "20\u202f000"


def test_negative_sum_has_no_capital_form():
    with pytest.raises(ValueError, match="negative"):
        capital_text(-1)
