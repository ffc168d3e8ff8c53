"""Files of forms and of values, from the disk to plain maps."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import resources
from enforcement.notices.forms import DocumentForm, load_form, varied
from enforcement.values.errors import KnownError

CODED = "on_spot_decision"
"""The one document that code sets (`desktop.printing.pages`): the code on it vouches for a content of its own."""
COMMON = "common"
MAX_PICTURE = 64 * 1024 * 1024


def form_ids() -> tuple[str, ...]:
    """Ids of all forms that data set, by name."""
    return tuple(
        sorted(path.stem for path in resources.path("forms").glob("*.toml") if path.stem not in (COMMON, CODED))
    )


@lru_cache(maxsize=128)
def form(id_: str) -> DocumentForm:
    """A form of the program. Raises KnownError(form.unknown) or (form.invalid)."""
    if id_ not in form_ids():
        raise KnownError("form.unknown", form=id_)
    file = f"{id_}.toml"
    return load_form(file, _table(resources.path(f"forms/{file}")), _table(resources.path(f"forms/{COMMON}.toml")))


def form_named(name: str) -> DocumentForm:
    """A form of the program by its id, or one that an agency wrote by the path of its .toml, over the program's shared fields.
    Raises KnownError(form.unknown) or (form.invalid).
    """
    path = Path(name)
    if path.suffix != ".toml":
        return form(name)
    return load_form(path.name, _table(path), _table(resources.path(f"forms/{COMMON}.toml")))


def with_variant(of: DocumentForm, path: Path) -> DocumentForm:
    """An agency's variant of a form. Raises KnownError(form.invalid)."""
    return varied(of, path.name, _table(path))


def read_values(path: Path, of: DocumentForm) -> dict[str, Any]:
    """Values of a form. A file may name another (`base`) whose values hold where it says nothing itself, as far as the form has
    such fields: a case's facts are written once for all its documents. Pictures are named by file, beside the file that names
    them.

    Raises KnownError(form.invalid) when a file is not readable, (input.photo_not_image), (input.photo_too_large).
    """
    table = _table(path)
    name = table.pop("base", "")
    values: dict[str, Any] = {}
    if name:
        base = _plain(_table(path.parent / str(name)), path.parent)
        values = _only(base, {field.path for field in of.fields})
    return _over(values, _plain(table, path.parent))


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise KnownError("form.invalid", file=path.name, key="$", why=why) from error


def _only(values: Mapping[str, Any], paths: set[str], before: str = "") -> dict[str, Any]:
    """What stands at the paths; a map that is itself a field's value is taken whole."""
    kept: dict[str, Any] = {}
    for name, value in values.items():
        path = f"{before}{name}"
        if path in paths:
            kept[name] = value
        elif isinstance(value, Mapping) and (inner := _only(value, paths, f"{path}.")):
            kept[name] = inner
    return kept


def _over(values: dict[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in others.items():
        old = values.get(name)
        values[name] = _over(dict(old), value) if isinstance(value, Mapping) and isinstance(old, Mapping) else value
    return values


def _plain(value: Any, folder: Path) -> Any:
    """Dates as ISO text, pictures as their bytes."""
    match value:
        case Mapping():
            return {
                name: _picture(folder / one) if name == "picture" and isinstance(one, str) else _plain(one, folder)
                for name, one in value.items()
            }
        case list():
            return [_plain(one, folder) for one in value]
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def _picture(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_PICTURE:
            raise KnownError("input.photo_too_large", file=path.name)
        return path.read_bytes()
    except OSError as error:
        raise KnownError("input.photo_not_image", file=path.name) from error
