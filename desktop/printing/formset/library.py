"""Files of forms and of values, from the disk to plain maps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from desktop.services.forms import form, form_ids, form_of_file, read_table
from enforcement.notices.forms import DocumentForm, varied
from enforcement.values.errors import KnownError

MAX_PICTURE = 64 * 1024 * 1024


def form_named(name: str) -> DocumentForm:
    """A form of the program by its id, or one that an agency wrote by the path of its .toml, over the program's shared fields.
    Raises KnownError(form.unknown) or (form.invalid).
    """
    path = Path(name)
    if path.suffix != ".toml":
        return form(name)
    return form_of_file(path)


def with_variant(of: DocumentForm, path: Path) -> DocumentForm:
    """An agency's variant of a form. Raises KnownError(form.invalid)."""
    return varied(of, path.name, read_table(path))


def read_values(path: Path, of: DocumentForm) -> dict[str, Any]:
    """Values of a form. A file may name another (`base`) whose values hold where it says nothing itself, as far as the form has
    such fields: a case's facts are written once for all its documents. Pictures are named by file, beside the file that names
    them.

    Raises KnownError(form.invalid) when a file is not readable, (input.photo_not_image), (input.photo_too_large).
    """
    table = read_table(path)
    name = table.pop("base", "")
    values: dict[str, Any] = {}
    if name:
        base = _plain(read_table(path.parent / str(name)), path.parent)
        values = _only(base, {field.path for field in of.fields})
    return _over(values, _plain(table, path.parent))


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


__all__ = ["form", "form_ids", "form_named", "read_values", "with_variant"]
