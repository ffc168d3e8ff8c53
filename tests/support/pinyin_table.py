"""Writes resources/pinyin/initials.txt from the pinned pypinyin: `python -m tests.support.pinyin_table`.

The library keeps every reading of 41,923 characters and 47,111 phrases and takes 65 MB for it; lists are searched by initials only.
"""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

import resources
from resources.pinyin import FILE

HEAD = """# The initial of each character, then every phrase of more than one character, with its initials where they are not those of
# its characters. Derived from pypinyin 0.55.0 (MIT licence, https://github.com/mozillazg/python-pinyin) and what it was made of:
# pinyin-data and phrase-pinyin-data (MIT licence).
"""


def by_library(words: str) -> str:
    """The initials as pypinyin says them."""
    return "".join(lazy_pinyin(words, style=Style.FIRST_LETTER))


def table() -> str:
    """The whole file."""
    of_char = {chr(code): by_library(chr(code)) for code in sorted(PINYIN_DICT)}
    lines = [
        f"{letter} {''.join(char for char, first in of_char.items() if first == letter)}"
        for letter in sorted(set(of_char.values()))
    ]
    for phrase in sorted(PHRASES_DICT):
        usual = "".join(of_char.get(char, char) for char in phrase)
        said = by_library(phrase)
        if len(phrase) > 1:
            lines.append(phrase if said == usual else f"{phrase} {said}")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    resources.path(FILE).write_text(table(), encoding="utf-8")
