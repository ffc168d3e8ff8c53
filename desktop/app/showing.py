"""The certificate shown on the whole screen, and old cases opened to a colleague: wired to a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.messages import tr
from desktop.services.access import give_access
from desktop.services.showing import ShownCertificate
from desktop.views.certificates.page import STATES
from desktop.views.certificates.shown import ShownScreen
from desktop.views.shared.dialogs import WordsDialog

if TYPE_CHECKING:
    from desktop.app.session import Session


class Showing:
    """From Inspect, from Certificates, from the palette."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._screen: ShownScreen | None = None

    def begin(self) -> None:
        """Open the screen; a certificate under which nobody may act is refused with its reason."""
        self._session.work.store(self._session.office.here.show, self._show, self._session._failed)

    def _show(self, shown: ShownCertificate) -> None:
        screen = ShownScreen(self._session.window)
        screen.renew.connect(self._renew)
        screen.finished.connect(self._closed)
        self._screen = screen
        self._put(shown)
        screen.open()

    def _renew(self) -> None:
        self._session.work.store(self._session.office.here.show, self._put, self._refused)

    def _put(self, shown: ShownCertificate) -> None:
        if self._screen is not None:
            words, tone = STATES[shown.person.state]
            self._screen.show_certificate(shown, tr(words), tone)

    def _refused(self, error: Exception) -> None:
        if self._screen is not None:
            self._screen.reject()
        self._session._failed(error)

    def _closed(self, _: int) -> None:
        if self._screen is not None:
            self._screen.deleteLater()
            self._screen = None


class OpeningCases:
    """A supervisor opens old cases to a colleague who could not read them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ask(self, number: str) -> None:
        """Why, for the record; then it is done with the relay's help."""
        dialog = WordsDialog(
            self._session.window, tr("Open old cases"), tr("Why, for the record"), tr("Open them"), "access"
        )
        dialog.given.connect(lambda words: self._give(number, words))
        dialog.open()

    def _give(self, number: str, words: str) -> None:
        session = self._session
        desk, engine = session.desk, session.engine

        def given(count: int) -> None:
            session.window.say_done(
                tr("{count} sealed bundles are open to {number} after the next sync.", count=count, number=number)
            )
            session.sync_now()

        session.work.net(
            lambda: give_access(desk, engine.unit, number, words, engine.bundle).value, given, session._failed
        )
