"""What became of a case that was written out: volumes, sealed package, and what a check of the package found. Shapes for the window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

from enforcement.values.errors import KnownError

FilingKind = Literal["main", "auxiliary", "package"]


@dataclass(frozen=True)
class FiledFile:
    """A file that was written: `pages` of a volume, `size` in bytes, `archival` when it claims PDF/A."""

    kind: FilingKind
    name: str
    size: int
    pages: int = 0
    archival: bool = False


@dataclass(frozen=True)
class FiledCase:
    """Everything of one case. `without`: why there is no package; `absent`: attachments that are not on this device and not in it."""

    folder: Path
    files: tuple[FiledFile, ...]
    without: KnownError | None
    absent: int

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(one.size for one in self.files)

    @property
    def package(self) -> Path | None:
        """Where the package is."""
        return next((self.folder / one.name for one in self.files if one.kind == "package"), None)


@dataclass(frozen=True)
class FoundIn:
    """Something wrong or open: its kind as `hengchi verify` has it, where, and details in plain words."""

    kind: str
    where: str
    why: str


@dataclass(frozen=True)
class CheckedCase:
    """What `hengchi verify` says of a package."""

    state: Literal["whole", "broken", "whole_root_unconfirmed"]
    exporter: str
    made_at: datetime
    root: bytes
    counted: tuple[tuple[str, int], ...]
    problems: tuple[FoundIn, ...]
    unchecked: tuple[FoundIn, ...]


class Filing(Protocol):
    """Writing a case out, and checking what was written. Raises KnownError for what a person can act on."""

    def suggested(self) -> Path:
        """Where it was written last, or the person's own folder."""
        ...

    def write(self, case_id: UUID, folder: Path, password: str) -> FiledCase:
        """Volumes and package into a new folder inside `folder`: all of it or nothing. On the store's worker."""
        ...

    def check(self, package: Path, password: str) -> CheckedCase:
        """As `hengchi verify` does, from the root that this device was enrolled with. On any worker."""
        ...
