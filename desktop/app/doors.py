"""The pages before and between sessions: signing in, a short lock, a forgotten password."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from desktop.messages import tr, words_of
from enforcement.values.errors import KnownError

if TYPE_CHECKING:
    from desktop.app.application import Application
    from desktop.app.left import Left
    from desktop.app.session import Session
    from desktop.keys.pin import ShortLock
    from desktop.services.recovering import Asked
    from desktop.views.unlock.page import Centered


class Locking:
    """A lock for a moment: the session is closed as at signing out; where a PIN is set its keys stay sealed in memory for some minutes."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._place = ""
        self._lock: ShortLock | None = None

    def begin(self) -> None:
        """From the session's own store, then out of it."""
        session = self._application.session
        if session is not None:
            self._application.work.store(session.short_lock, self._locked)

    def _locked(self, lock: ShortLock | None) -> None:
        application = self._application
        self._place = application.window.current_place()
        application.leave()
        application.start_anew(self._place, lock)
        if lock is not None:
            self._show(lock)

    def resume(self, left: Left) -> None:
        """Where the program before this one was locked."""
        if left.lock is not None:
            from desktop.keys.pin import unpacked  # the first window of an ordinary start does not need it

            self._place = left.place
            self._show(unpacked(left.lock, self._application.clock))

    def _show(self, lock: ShortLock) -> None:
        from desktop.views.unlock.pin import PinPage  # behind the first window

        application = self._application

        self._lock = lock
        page = PinPage(lock.number, lock.rules.pin_digits)
        page.given.connect(self._given)
        page.password.connect(self._give_up)
        application.show_page(page)
        QTimer.singleShot(int(lock.rules.pin_for.total_seconds() * 1000), page, lambda: self._over(lock))
        if not lock.open_to_pin:
            self._give_up()

    def _over(self, lock: ShortLock) -> None:
        if self._lock is lock and not lock.open_to_pin:
            self._give_up()

    def _give_up(self) -> None:
        if self._lock is not None:
            self._lock.drop()
            self._lock = None
        self._application.first_page()

    def _given(self, pin: str) -> None:
        from desktop.app.session import unlock_again  # behind the first window

        application, lock = self._application, self._lock
        if lock is None:
            return

        def done(session: Session) -> None:
            self._lock = None
            application.enter(session, lock.number)
            application.window.open_place(self._place)

        def failed(error: Exception) -> None:
            if isinstance(error, KnownError) and error.code == "pin.wrong":
                application.show_problem(error)
            else:
                self._give_up()
                application.show_problem(error)

        application.work.store(lambda: unlock_again(application, lock, pin), done, failed)


class Recovering:
    """A forgotten password, step by step."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def begin(self) -> None:
        """The request that waits, or the page that makes one."""
        from desktop.services.recovering import asked  # SQLAlchemy comes behind the first window

        profile = self._application.profile
        self._application.work.store(lambda: asked(profile), self._opened, self._failed)

    def _opened(self, found: Asked | None) -> None:
        if found is None:
            self._form()
        else:
            self._show(found)

    def _form(self) -> None:
        from desktop.keys.look import look  # behind the first window
        from desktop.views.unlock.recover import RecoverPage  # as above

        application = self._application
        page = RecoverPage(look(application.profile).numbers, application.settings().last)
        page.asked.connect(self._ask)
        page.left.connect(application.first_page)
        application.show_page(page)

    def _ask(self, number: str, password: str) -> None:
        from desktop.services.recovering import ask_recovery  # SQLAlchemy comes behind the first window

        application = self._application
        application.work.store(
            lambda: ask_recovery(application.profile, number, password, application.clock), self._show, self._failed
        )

    def _show(self, found: Asked) -> None:
        from desktop.views.unlock.recover import RecoveryAsked  # behind the first window

        page = RecoveryAsked(found.number, str(found.file), found.code)
        page.answer.connect(lambda: self._load(page))
        page.again.connect(self._form)
        page.left.connect(self._application.first_page)
        self._application.show_page(page)

    def _load(self, page: Centered) -> None:
        from desktop.services.recovering import take_answer  # SQLAlchemy comes behind the first window
        from desktop.views.shared.files import ask_file  # 20 ms that the first window does not need

        application = self._application

        def taken(number: str) -> None:
            application.first_page(number)
            if application.page is not None:
                application.page.subtitle.setText(tr("Sign in with your new password"))

        def chosen(path: Path) -> None:
            application.work.store(lambda: take_answer(application.profile, read(path)), taken, self._failed)

        ask_file(page, tr("Load the answer…"), "answer.dialog", chosen)

    def _failed(self, error: Exception) -> None:
        page = self._application.page
        if page is not None:
            page.show_problem(words_of(error))


def read(path: Path) -> bytes:
    """A file that somebody brought. Raises KnownError(input.invalid)."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise KnownError("input.invalid", field=path.name, why=str(error.strerror)) from error
