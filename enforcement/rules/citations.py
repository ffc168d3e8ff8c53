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


def marked(text: str) -> str:
    """A citation as a document writes it: every title in its marks, the law of penalties by its full name."""

    def with_marks(match: re.Match[str]) -> str:
        title = match["title"]
        if not title.strip() or "《" in title:
            return match[0]
        before = len(title) - len(title.lstrip("和及与或 "))
        own = title[before:]
        part = own[-2:] if own.endswith(("总则", "附则")) else ""
        own = own.removesuffix(part)
        whole = "中华人民共和国行政处罚法" if own == "行政处罚法" else own
        return f"{title[:before]}《{whole}》{part}{match['article']}{match['rest']}"

    return _ARTICLE.sub(with_marks, text)


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
