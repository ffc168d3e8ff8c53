"""What the registry does not believe, with its reason. A reason is a word of `words.REASONS`; its details make the sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from enforcement.journal import Entry
from enforcement.values.errors import KnownError

Weight = Literal["refused", "waiting", "noted"]
"""Not believed; not judged until more has come; believed, but somebody should look."""


@dataclass(frozen=True)
class Doubt:
    """One reason, and the entry that it is about, if it is about one."""

    reason: str
    entry: Entry | None = None
    weight: Weight = "refused"
    details: Mapping[str, str] = field(default_factory=dict)


def of_error(error: KnownError, entry: Entry | None = None, weight: Weight = "refused") -> Doubt:
    """A refusal of the checks themselves as a doubt."""
    return Doubt(error.code, entry, weight, plain(error.details))


def plain(details: Mapping[str, object]) -> dict[str, str]:
    """Details as text."""
    return {
        name: "；".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
        for name, value in details.items()
        if value not in (None, "", ())
    }
