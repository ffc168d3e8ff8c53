"""Documents as data: what a form file may say, checked when it is read; an agency's variant laid over it.

A form names its fields (each with the article that demands it, in reading order), when it is used, where it is filed, and
the blocks of its pages. Nothing here knows a page: `desktop.printing.formset` sets the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from enforcement.notices.form import MissingField
from enforcement.notices.signatures import ROLES
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_plain

FieldKind = Literal[
    "text",
    "money",
    "day",
    "minute",
    "choice",
    "choices",
    "count",
    "list",
    "people",
    "table",
    "dialogue",
    "opinion",
    "photos",
    "code",
]
BlockKind = Literal[
    "head", "grid", "paragraph", "list", "table", "record", "signatures", "seal", "code", "photos", "note"
]
FREE_BLOCKS = frozenset({"head", "grid", "paragraph", "signatures", "seal", "note"})
"""Blocks whose content is not one field alone."""
SLOTS = frozenset({"sign", "date", "minute"})
"""What a hand fills in: a line for a signature, for a date, for a minute. With a role ({sign:party}) a signature written on the screen
stands there; the n-th of a line is that role's n-th.
"""
_SLOT = re.compile(r"\{([^{}]*)\}")


class Column(Record):
    """A column of a table: its key in a row, its head, its share of the width, and what it holds."""

    id: str
    label: str
    share: int = 1
    kind: Literal["text", "money", "day", "count"] = "text"


class FormField(Record):
    """A field: where its value stands (dotted path), what demands it, and how it reads.

    `least` is how many a list or people must have; `when` a condition under which alone it is mandatory; `status` is
    "unverified" where the article was not read.
    """

    path: str
    label: str
    kind: FieldKind = "text"
    article: str = ""
    missing: str = ""
    mandatory: bool = True
    when: str = ""
    options: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    least: int = 1
    unit: str = ""
    status: Literal["", "unverified"] = ""


class Block(Record):
    """A piece of the page. `rows` are paths (grid); `text` and `lines` hold {path} and the hand's {sign}, {date} and {minute}; `tall`
    is the least height of a cell in millimetres, by path.
    """

    id: str
    kind: BlockKind
    heading: str = ""
    text: str = ""
    field: str = ""
    when: str = ""
    style: Literal["", "red", "plain", "address", "strong"] = ""
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()
    tall: dict[str, int] = msgspec.field(default_factory=dict)


class DocumentForm(Record):
    """A kind of document. `page` is "letter" (body of 16 points, goes out), "sheet" (a table inside the agency) or "record"
    (ruled lines, a signature line on every page, which `page_signature` words); `order` is its place in the file.
    """

    id: str
    title: str
    stage: str
    filing: Literal["正卷", "副卷"]
    order: int
    condition: str
    page: Literal["letter", "sheet", "record"]
    fields: tuple[FormField, ...]
    blocks: tuple[Block, ...]
    page_signature: str = ""
    variant: str = ""

    def field(self, path: str) -> FormField:
        """The field at a path; the loader has seen to it that there is one."""
        return next(field for field in self.fields if field.path == path)


class Variant(Record):
    """What an agency says otherwise: title, place in the file, labels by path, blocks by id, the line at each page's foot."""

    form: str
    name: str
    title: str = ""
    filing: Literal["", "正卷", "副卷"] = ""
    order: int | None = None
    page_signature: str = ""
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    blocks: tuple[Block, ...] = ()


def load_form(file: str, table: Mapping[str, Any], common: Mapping[str, Any]) -> DocumentForm:
    """A checked form. `table` is the file as read, `common` the file of fields that many forms share: a field takes from there
    what it does not say itself.

    Raises KnownError(form.invalid) with `file`, `key` and `why`.
    """
    shared = {str(entry.get("path")): entry for entry in _entries(common.get("fields", []), "common.toml", "fields")}
    fields = [
        {**shared.get(str(entry.get("path")), {}), **entry}
        for entry in _entries(table.get("fields", []), file, "fields")
    ]
    try:
        form = from_plain(DocumentForm, {**table, "fields": fields})
    except KnownError as error:
        raise _fault(file, *_where(str(error.details["why"]))) from error
    _check(form, file)
    return form


def varied(form: DocumentForm, file: str, table: Mapping[str, Any]) -> DocumentForm:
    """The form as an agency has it. Raises KnownError(form.invalid) for what the form does not have."""
    try:
        variant = from_plain(Variant, table)
    except KnownError as error:
        raise _fault(file, *_where(str(error.details["why"]))) from error
    if variant.form != form.id:
        raise _fault(file, "form", f"is for {variant.form}, not for {form.id}")
    paths, ids = {field.path for field in form.fields}, {block.id for block in form.blocks}
    for path in variant.labels:
        if path not in paths:
            raise _fault(file, f"labels.{path}", "no such field")
    for block in variant.blocks:
        if block.id not in ids:
            raise _fault(file, f"blocks.{block.id}", "no such block")
    other = {block.id: block for block in variant.blocks}
    made = msgspec.structs.replace(
        form,
        title=variant.title or form.title,
        filing=variant.filing or form.filing,
        order=form.order if variant.order is None else variant.order,
        page_signature=variant.page_signature or form.page_signature,
        variant=variant.name,
        fields=tuple(
            msgspec.structs.replace(one, label=variant.labels.get(one.path, one.label)) for one in form.fields
        ),
        blocks=tuple(other.get(block.id, block) for block in form.blocks),
    )
    _check(made, file)
    return made


def missing_in(form: DocumentForm, values: Mapping[str, Any]) -> tuple[MissingField, ...]:
    """Mandatory fields without content, in reading order; an opinion needs its words, its person and its day."""
    return tuple(
        MissingField(field.path, field.article, field.missing or f"{field.label}未载明")
        for field in form.fields
        if field.mandatory and holds(field.when, values) and not _enough(field, value_at(values, field.path))
    )


def value_at(values: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    value: Any = values
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


def empty(value: Any) -> bool:
    """Nothing to print; zero is something."""
    return (
        value is None
        or (isinstance(value, str) and not value.strip())
        or (isinstance(value, list | Mapping) and not value)
    )


def holds(condition: str, values: Mapping[str, Any]) -> bool:
    """`path` (has content), `!path` (has none), `path=value` (is it, or has it among its choices), joined by ` & `; nothing
    always holds.
    """
    return all(_holds(part.strip(), values) for part in condition.split("&")) if condition else True


def slots(text: str) -> Iterator[tuple[str, str]]:
    """(path, style) of each {path} or {path:style} in a sentence."""
    for inside in _SLOT.findall(text):
        path, _, style = inside.partition(":")
        yield path, style


def _holds(part: str, values: Mapping[str, Any]) -> bool:
    if part.startswith("!"):
        return empty(value_at(values, part[1:]))
    path, equal, wanted = part.partition("=")
    value = value_at(values, path)
    if not equal:
        return not empty(value)
    return wanted in value if isinstance(value, list) else value == wanted


def _enough(field: FormField, value: Any) -> bool:
    if empty(value):
        return False
    if field.kind == "opinion":
        return isinstance(value, Mapping) and all(not empty(value.get(key)) for key in ("text", "by", "on"))
    return not isinstance(value, list) or len(value) >= field.least


def _entries(value: Any, file: str, key: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise _fault(file, key, "is no list of tables")
    return value


def _where(why: str) -> tuple[str, str]:
    """The key out of a sentence of the reader of records."""
    found = re.search(r"`(\$[^`]*)`|field `([^`]+)`", why)
    return ((found[1] or found[2]) if found else "$"), why


def _fault(file: str, key: str, why: str) -> KnownError:
    return KnownError("form.invalid", file=file, key=key, why=why)


def _check(form: DocumentForm, file: str) -> None:
    """What the types cannot say: every path is a field, every mandatory field has its article, every field is printed."""
    paths = [field.path for field in form.fields]
    for path in paths:
        if paths.count(path) > 1:
            raise _fault(file, f"fields.{path}", "stands twice")
    for field in form.fields:
        key = f"fields.{field.path}"
        if field.mandatory and not field.article:
            raise _fault(file, f"{key}.article", "a mandatory field names what demands it")
        if (field.kind in ("choice", "choices")) != bool(field.options):
            raise _fault(file, f"{key}.options", "a choice has options, and nothing else has")
        if (field.kind == "table") != bool(field.columns):
            raise _fault(file, f"{key}.columns", "a table has columns, and nothing else has")
        _known(field.when, paths, file, f"{key}.when")
    ids = [block.id for block in form.blocks]
    printed: set[str] = set()
    for block in form.blocks:
        key = f"blocks.{block.id}"
        if ids.count(block.id) > 1:
            raise _fault(file, key, "stands twice")
        _known(block.when, paths, file, f"{key}.when")
        used = _used(block)
        for path in used:
            if path not in paths:
                raise _fault(file, key, f"{path} is no field")
        for path, style in slots(" ".join([block.text, block.heading, *block.lines])):
            if path in SLOTS:
                _role(style, file, key)
            elif style and (style != "plain" or form.field(path).kind != "money"):
                raise _fault(file, key, f"{path} has no style {style}")
        for path in block.tall:
            if path not in used:
                raise _fault(file, f"{key}.tall", f"{path} is not in its rows")
        if block.kind not in FREE_BLOCKS and not block.field:
            raise _fault(file, f"{key}.field", "is needed")
        printed |= set(used)
    for path in paths:
        if path not in printed:
            raise _fault(file, f"fields.{path}", "no block prints it")
    for path, style in slots(form.page_signature):
        if path in SLOTS:
            _role(style, file, "page_signature")
    if (form.page == "record") != bool(form.page_signature):
        raise _fault(file, "page_signature", "a record has one, and nothing else has")


def _role(style: str, file: str, key: str) -> None:
    if style and style not in ROLES:
        raise _fault(file, key, f"nobody signs as {style}")


def _used(block: Block) -> list[str]:
    """Paths that a block prints; a head prints agency and number, a seal agency and day."""
    used = [path for row in block.rows for path in row] + ([block.field] if block.field else [])
    for text in (block.text, block.heading, *block.lines):
        used += [path for path, _ in slots(text) if path not in SLOTS]
    return used + (["agency"] if block.kind in ("head", "seal") else [])


def _known(condition: str, paths: list[str], file: str, key: str) -> None:
    for part in condition.split("&") if condition else ():
        path = part.strip().removeprefix("!").partition("=")[0]
        if path not in paths:
            raise _fault(file, key, f"{path} is no field")
