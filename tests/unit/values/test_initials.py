"""resources/pinyin says what the library it is made from says."""

import random

import pytest
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

import resources
from resources.pinyin import FILE, initials
from tests.support.pinyin_table import by_library, table

PHRASES = sorted(PHRASES_DICT)
CHARACTERS = [chr(code) for code in sorted(PINYIN_DICT)]


def test_the_table_is_the_library_s():
    assert resources.path(FILE).read_text(encoding="utf-8") == table()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("重庆路", "cql"),
        ("重量", "zl"),
        ("示例银行", "slyh"),
        ("行走", "xz"),
        ("A-1 号，音乐、快乐", "A-1 h，yy、kl"),
        ("𬭎", "h"),
        ("", ""),
    ],
)
def test_words(words, said):
    assert initials(words) == said


def test_every_phrase_and_any_words_beside_each_other():
    chance = random.Random(20261130)
    for phrase in PHRASES:
        assert initials(phrase) == by_library(phrase)
    for _ in range(3_000):
        pieces = (
            chance.choice(PHRASES),
            chance.choice(PHRASES)[:2],
            chance.choice(CHARACTERS),
            chance.choice("aB1，、 -（）\n"),
        )
        # words that end inside a longer phrase: the library then reads them character by character
        words = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 6))) + "。"
        assert initials(words) == by_library(words)
