"""What Ctrl+K finds: commands, places and every record; and opening what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from desktop.messages import tr
from desktop.services.shapes import Found
from desktop.views.shell.found import PaletteItem

if TYPE_CHECKING:
    from desktop.app.session import Session

PLACES = (
    "today",
    "inspect",
    "cases",
    "documents",
    "parties",
    "ruler",
    "sync",
    "certificates",
    "review",
    "authoring",
    "issuing",
    "settings",
)


class Finding:
    """The palette wired to a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        session.window.set_finder(self.find)

    def find(self, query: str) -> Sequence[PaletteItem]:
        """Everything that can be done while nothing is typed; then what holds the words."""
        session = self._session
        commands = [
            (tr("On-the-spot penalty"), session.begin_on_spot, session.officer),
            (tr("Start an inspection"), session.inspecting.begin, session.officer),
            (tr("Co-sign for a colleague…"), session.cosigning.begin, session.officer),
            (tr("Show my certificate"), session.showing.begin, True),
            (tr("Sync now"), session.sync_now, True),
            (tr("Lock"), session.application.lock_window, True),
            (tr("Sign out"), session.application.sign_out, True),
        ]
        items = [PaletteItem(words, tr("Command"), run) for words, run, may in commands if may]
        for place in PLACES:
            spec = session.window._specs.get(place)
            if spec is not None:
                items.append(PaletteItem(spec.title, tr("Place"), partial(session.window.open_place, place)))
        if not query:
            return items
        found = [item for item in items if query.lower() in item.title.lower()]
        found += [PaletteItem(one.title, one.subtitle, partial(self.open, one)) for one in session.office.find(query)]
        return found

    def open(self, one: Found) -> None:
        """Where a record is read."""
        session = self._session
        match one.kind:
            case "case":
                session._open_case(UUID(one.key))
            case "visit":
                session.inspecting.open_visit(UUID(one.key))
            case "paper":
                case, _, entry = one.key.partition("/")
                session.window.open_place("documents")
                session._documents.open_paper(UUID(case), bytes.fromhex(entry))
            case "violation":
                session.window.open_place("ruler")
                session._ruler.open_violation(one.key)
            case "party":
                session.window.open_place("parties")
                session._parties.open_party(one.key)
