"""Citations as packs and the program write them: a title, then articles of it, then the next title.

`城市道路管理条例第二十七条第（一）项、第三十条；行政处罚法第五十一条` names three articles of two statutes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NUMERAL = "〇零一二三四五六七八九十百千0-9"
_ARTICLE = re.compile(
    rf"(?P<title>[^；;、，,。]*?)(?P<article>第[{_NUMERAL}]+条(?:之[{_NUMERAL}]+)?)(?P<rest>(?:第[{_NUMERAL}]+款|第?[（(][{_NUMERAL}]+[）)]项?|第[{_NUMERAL}]+项)*)"
)


class Citation(NamedTuple):
    """One article of one statute. `place` is the paragraph and item behind it, as written."""

    title: str
    article: str
    place: str


def citations(text: str) -> tuple[Citation, ...]:
    """The articles that a text cites, in its order; an article without a title belongs to the title before it."""
    found: list[Citation] = []
    title = ""
    for match in _ARTICLE.finditer(text):
        marked = re.findall("《([^》]+)》", match["title"])
        own = (marked[-1] if marked else match["title"].strip("《》和及与或 ")).removeprefix("中华人民共和国")
        title = own or title
        if title:
            found.append(Citation(title, match["article"], match["rest"]))
    return tuple(found)
