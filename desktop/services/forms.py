"""Forms of documents: from the files of the program to checked forms."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import resources
from enforcement.notices.forms import DocumentForm, load_form
from enforcement.values.errors import KnownError

CODED = "on_spot_decision"
"""The one document that code sets (`desktop.printing.pages`): the code on it vouches for a content of its own."""
COMMON = "common"


@lru_cache(maxsize=1)
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
    return form_of_file(resources.path(f"forms/{id_}.toml"))


def form_of_file(path: Path) -> DocumentForm:
    """A form of a file, over the program's shared fields. Raises KnownError(form.invalid)."""
    return load_form(path.name, read_table(path), read_table(resources.path(f"forms/{COMMON}.toml")))


def read_table(path: Path) -> dict[str, Any]:
    """A TOML file as it stands. Raises KnownError(form.invalid)."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise KnownError("form.invalid", file=path.name, key="$", why=why) from error
