"""The article behind a reason: out of the packs, out of the laws of procedure that the program knows, with the official text where
the agency has published it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache

from sqlalchemy.orm import Session

import resources
from desktop.services.desk import Desk
from desktop.services.shapes import ArticleView
from desktop.store.authority import text_of
from enforcement.rules import Statute, StatuteVersion
from enforcement.rules.citations import Citation, citations
from enforcement.rules.model import Article
from enforcement.values.shapes import from_plain


def find(session: Session, desk: Desk, basis: str, day: date) -> tuple[ArticleView, ...]:
    """Every article that a basis cites, as it stood that day; one that nobody here holds has an empty summary."""
    return tuple(_view(session, desk, one, day) for one in citations(basis))


@cache
def known_laws() -> tuple[Statute, ...]:
    """The laws of procedure that the program itself cites."""
    folder = resources.path("law")
    return tuple(_read(tomllib.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.toml")))


def _read(table: dict[str, object]) -> Statute:
    versions = []
    for version in table["versions"]:  # type: ignore[attr-defined]
        articles = [Article(number=number, summary=text) for number, text in version["articles"].items()]
        versions.append({**version, "articles": articles})
    return from_plain(Statute, {**table, "versions": versions})


def _view(session: Session, desk: Desk, cited: Citation, day: date) -> ArticleView:
    found = next(_versions(desk, cited.title, day), None)
    text = text_of(session, cited.title, day)
    summary = ""
    if found is not None:
        summary = next((one.summary for one in found.articles if one.number == cited.article), "")
    return ArticleView(
        title=cited.title,
        article=cited.article,
        place=cited.place,
        version=found.version if found is not None else "",
        valid_from=found.valid_from if found is not None else None,
        valid_to=found.valid_to if found is not None else None,
        summary=summary,
        text="" if text is None else text.articles.get(cited.article, ""),
        source=text.source if text is not None else found.source if found is not None else "",
    )


def _versions(desk: Desk, title: str, day: date) -> Iterator[StatuteVersion]:
    for loaded in desk.agency.library.packs:
        yield from (one.at(day) for one in loaded.pack.statutes if one.title == title)
    yield from (one.at(day) for one in known_laws() if one.title == title)
