"""The official text of a statute, as an agency holds it in a file: cut into its articles, to stand beside our summaries."""

from __future__ import annotations

import re
from datetime import date

from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record

MAX_CHARS = 2_000_000
_ARTICLE = re.compile(r"^[\s#*　]*(第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)[\s　*]*(.*)$")
_HEADING = re.compile(r"^[\s#*　]*第[〇零一二三四五六七八九十百]+[编章节][\s　].*$")


class LawText(Record):
    """A statute's text between two days; `articles`: number to text, paragraphs parted by new lines."""

    title: str
    version: str
    valid_from: date
    source: str
    articles: dict[str, str]
    valid_to: date | None = None


def read_text(raw: bytes, title: str, version: str, valid_from: date, valid_to: date | None, source: str) -> LawText:
    """Cut a plain or Markdown text into articles, each from the line that begins with 第N条 to the next.

    Raises KnownError(input.invalid) for what is no UTF-8 or GB 18030 text, too long, holds no article or one twice.
    """
    text = _decoded(raw)
    if len(text) > MAX_CHARS:
        raise KnownError("input.invalid", field=title, why=f"longer than {MAX_CHARS} characters")
    articles: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        found = _ARTICLE.match(line)
        if found is not None:
            if found[1] in articles:
                raise KnownError("input.invalid", field=title, why=f"{found[1]} stands in it twice")
            current = articles[found[1]] = [found[2].strip()]
        elif _HEADING.match(line):
            current = None
        elif current is not None and line.strip():
            current.append(line.strip().strip("　"))
    if not articles:
        raise KnownError("input.invalid", field=title, why="no line begins with 第…条")
    whole = {number: "\n".join(part for part in parts if part) for number, parts in articles.items()}
    return LawText(
        title=title, version=version, valid_from=valid_from, valid_to=valid_to, source=source, articles=whole
    )


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise KnownError("input.invalid", field="text", why="neither UTF-8 nor GB 18030")
