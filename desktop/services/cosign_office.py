"""The door to the second signature from a colleague's own device."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from uuid import UUID

from desktop.services import cosigning
from desktop.services.changes import Done
from desktop.services.cosigning import CosignView
from desktop.services.desk import Desk
from desktop.services.people import write_out
from desktop.services.profile import grant_of
from desktop.services.shapes import Issued, PersonView


class CosignOffice(Protocol):
    """Every method raises KnownError for what a person can act on."""

    def elsewhere(self) -> tuple[PersonView, ...]:
        """Officers who could sign on a device of their own."""
        ...

    def request(self, draft_id: UUID, number: str, file: Path) -> Done[None]: ...
    def look(self, data: bytes) -> CosignView: ...
    def sign(self, data: bytes) -> Done[str]:
        """The answer, as the text of a code."""
        ...

    def take(self, draft_id: UUID, answer: str) -> Done[Issued]: ...


class Cosigning:
    """Implements `CosignOffice`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def elsewhere(self) -> tuple[PersonView, ...]:
        return cosigning.elsewhere(self.desk)

    def request(self, draft_id: UUID, number: str, file: Path) -> Done[None]:
        made = cosigning.ask(self.desk, grant_of(self.desk).unit, draft_id, number)
        write_out(file, made.value)
        return Done(None, made.changes)

    def look(self, data: bytes) -> CosignView:
        return cosigning.look(self.desk, data)

    def sign(self, data: bytes) -> Done[str]:
        return cosigning.sign(self.desk, data)

    def take(self, draft_id: UUID, answer: str) -> Done[Issued]:
        return cosigning.take(self.desk, draft_id, answer)
