"""Initials of pinyin, for lists that are searched by them. The field program does not carry the dictionary they come from."""

from __future__ import annotations

from functools import cache, lru_cache

import resources

FILE = "pinyin/initials.txt"


@lru_cache(maxsize=4096)
def initials(words: str) -> str:
    """The first letter of each character's reading, phrases read as such (重庆 is cq); what has no reading stays as it is."""
    of_char, of_phrase, longest = _table()
    made, at = [], 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 1, -1):
            said = of_phrase.get(words[at : at + length])
            if said is not None:
                break
        else:
            length, said = 1, ""
        made.append(said or "".join(of_char.get(char, char) for char in words[at : at + length]))
        at += length
    return "".join(made)


@cache
def _table() -> tuple[dict[str, str], dict[str, str], int]:
    of_char: dict[str, str] = {}
    of_phrase: dict[str, str] = {}
    for line in resources.path(FILE).read_text(encoding="utf-8").splitlines():
        first, _, rest = line.partition(" ")
        if len(first) > 1:
            of_phrase[first] = rest
        elif first != "#":
            of_char.update(dict.fromkeys(rest, first))
    return of_char, of_phrase, max(map(len, of_phrase))
