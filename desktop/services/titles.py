"""What a case is called in a list."""

from __future__ import annotations

from desktop.services.desk import Desk
from desktop.store.models import CaseRow as Line
from enforcement.values.errors import KnownError


def titled(desk: Desk, line: Line) -> str:
    """The violation in words; where the ruler was not asked yet, as the table of today names it."""
    if line.title and line.title == line.violation:
        try:
            return desk.agency.library.violation(line.violation, desk.today()).title
        except KnownError:
            return line.title
    return line.title or "未选定违法行为"
