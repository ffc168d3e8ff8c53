"""Forms as data: which fields a document has, which article demands each, in which order a reader meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from enforcement.values.shapes import Record


class Field(Record):
    """A field: where its content is (dotted path), its label, the article that demands it, what a board says when it lacks."""

    path: str
    label: str
    article: str
    missing: str
    mandatory: bool = True


class Form(Record):
    """A kind of document (文书)."""

    id: str
    title: str
    filing: str
    condition: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class MissingField:
    """A mandatory item that the content lacks."""

    path: str
    article: str
    words: str


def missing_items(content: Mapping[str, Any], form: Form) -> tuple[MissingField, ...]:
    """Mandatory items without content, in the form's order. `content` is the plain map of the document's record."""
    return tuple(
        MissingField(field.path, field.article, field.missing)
        for field in form.fields
        if field.mandatory and not _present(content, field.path)
    )


def _present(content: Mapping[str, Any], path: str) -> bool:
    value: Any = content
    for name in path.split("."):
        if name == "2" and isinstance(value, list):
            return len(value) >= 2
        if not isinstance(value, Mapping) or name not in value:
            return False
        value = value[name]
    return value not in ("", [], None)
