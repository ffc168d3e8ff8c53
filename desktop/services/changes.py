"""What an act says it changed. Quick to import: the job runner needs it before the first window stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
ChangedKind = Literal[
    "cases", "drafts", "queue", "authority", "review", "session", "parties", "devices", "settings", "visits"
]


@dataclass(frozen=True)
class Changes:
    """Which kinds of thing an act changed; a viewmodel concerned fetches its page again."""

    kinds: frozenset[ChangedKind]


@dataclass(frozen=True)
class Done(Generic[T]):
    """The outcome of an act: its value, and what it changed."""

    value: T
    changes: Changes
