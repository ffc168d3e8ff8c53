"""The program with its window: sign-in first, the rest of the imports behind it, then the places, then sync by itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QTimer, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from desktop.app.doors import Locking, Recovering
from desktop.messages import install_language, tr, words_of
from desktop.platform.anew import can_start_anew, start_anew
from desktop.platform.clock import SystemClock
from desktop.platform.lock import ProfileLock
from desktop.platform.paths import GRANT_FILE, KEY_FILE, REQUEST_FILE, profile_path
from desktop.services.settings import Settings, change_settings, read_settings
from desktop.views.shared import theme
from desktop.views.shell.window import ShellWindow
from desktop.views.unlock.page import Centered, FirstRunPage, SignInPage
from desktop.work import Work
from enforcement.values.clock import Clock
from enforcement.values.errors import KnownError

if TYPE_CHECKING:  # importing it takes a second that the first window does not need
    from desktop.app.session import Session
    from desktop.keys.pin import ShortLock


PAINTED_MS = 400
"""By then the first window is painted; importing the rest on another thread before it would slow it down."""


class Application(QObject):
    """One profile and its window. `signed_in` when the places stand."""

    signed_in = Signal()
    demonstration = Signal()

    def __init__(self, profile: Path, clock: Clock | None = None) -> None:
        super().__init__()
        self.profile, self.clock = profile, clock or SystemClock()
        self.lock = ProfileLock(profile)
        self.work = Work()
        self.restyle()  # first: what is made before it keeps the font that was there
        self.window = ShellWindow()
        self.session: Session | None = None
        self.page: Centered | None = None
        self._locking, self._recovering = Locking(self), Recovering(self)
        self.anew: Callable[[bytes], object] | None = None
        """Starts the program anew with a message; set where the program is nothing but this window."""
        self.work.failed.connect(self._failed)
        self.window.closing.connect(self.stop)
        self.first_page()

    def show(self) -> None:
        """Show the window; what signing in needs is imported behind it."""
        self.window.show()
        QTimer.singleShot(PAINTED_MS, lambda: self.work.net(_import_the_rest))

    def restyle(self) -> None:
        """Theme and language as they are set now."""
        self._settings = read_settings(self.profile)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        install_language(self._settings.language)
        theme.look.apply(app, self._settings.theme, self._settings.field_mode)

    def settings(self) -> Settings:
        return self._settings

    def stop(self) -> None:
        """Let what runs finish, then close the store and let go of the profile."""
        if self.session is not None:
            self.session.stop()
        self.work.stop()
        if self.session is not None:
            self.session.close()
            self.session = None
        self.lock.release()

    def sign_out(self) -> None:
        """Back to the sign-in page; nothing typed is lost, every field was kept as it was left."""
        self.leave()
        self.start_anew()

    def start_anew(self, place: str = "", lock: ShortLock | None = None) -> None:
        """The same window in a fresh program, where that is possible and nothing is left to be said."""
        if self.anew is None or self.work.unheard:
            return
        from desktop.app.left import left_by  # behind the first window

        with suppress(OSError):  # then this program goes on
            self.anew(left_by(place, bytes(self.window.saveGeometry().data()), lock))

    def resume(self, message: bytes) -> None:
        """Go on where the program before this one stood. One that cannot be read is none."""
        from desktop.app.left import read_left  # the first window of an ordinary start does not need it

        with suppress(KnownError):
            left = read_left(message)
            self.window.restoreGeometry(left.window)
            self._locking.resume(left)

    def leave(self) -> None:
        """Close the session; the sign-in page, and what went wrong at last."""
        if self.session is not None:
            self.session.stop()
            self.work.stop()
            self.session.close()
            self.session = None
        self.first_page()
        for error in self.work.unheard[:1]:
            self.show_problem(error)

    def lock_window(self) -> None:
        """Leave for a moment."""
        self._locking.begin()

    def show_page(self, page: Centered) -> None:
        """A page without a session."""
        self.page = page
        self.window.show_alone(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_problem(self, error: Exception) -> None:
        """What went wrong, on the page that stands there."""
        if self.page is not None:
            self.page.show_problem(words_of(error))

    def first_page(self, number: str = "") -> None:
        """Signing in, as `number` or as whoever was last; or the first run."""
        asked = (self.profile / KEY_FILE).is_file()
        if asked and (self.profile / GRANT_FILE).is_file():
            last = number or self._settings.last
            page = SignInPage((last,) if last else (), last)
            page.signed.connect(self._sign_in)
            page.forgotten.connect(self._recovering.begin)
            # who else is enrolled here is read behind the first window; the key file's reader takes 90 ms to import
            QTimer.singleShot(0, page, lambda: self._look(page))
            self.show_page(page)
        else:
            first = FirstRunPage(asked=asked)
            first.demonstration.connect(self.demonstration.emit)
            first.real.connect(self._ask_enrolment)
            first.grant.connect(self._load_grant)
            if asked:
                first.request_path.setText(str(self.profile / REQUEST_FILE))
            self.show_page(first)

    def _look(self, page: SignInPage) -> None:
        def found(numbers: tuple[str, ...]) -> None:
            if self.page is page:  # somebody was quicker than the disk, or went to another page
                page.show_numbers(numbers)

        self.work.net(lambda: _numbers(self.profile), found, self.show_problem)

    def enter(self, session: Session, number: str) -> None:
        """The places of whoever signed in."""
        self.session = session
        self._settings = change_settings(self.profile, last=number)
        session.begin()
        self.page = None
        self.signed_in.emit()

    def _sign_in(self, number: str, password: str) -> None:
        from desktop.app.session import unlock  # SQLAlchemy and the rest come behind the first window

        def failed(error: Exception) -> None:
            self.show_problem(error)
            if isinstance(self.page, SignInPage):
                self.page.set_busy(False)

        self.work.store(lambda: unlock(self, number, password), lambda session: self.enter(session, number), failed)

    def _ask_enrolment(self, label: str, number: str, password: str) -> None:
        from desktop.services.profile import create  # SQLAlchemy comes behind the first window

        self.work.store(
            lambda: create(self.profile, label, [(number, password)], self.clock),
            lambda _: self.first_page(),
            self.show_problem,
        )

    def _load_grant(self) -> None:
        from desktop.services.profile import put_grant  # SQLAlchemy comes behind the first window
        from desktop.views.shared.files import ask_file  # 20 ms that the first window does not need

        def chosen(path: Path) -> None:
            try:
                put_grant(self.profile, path.read_bytes())
            except (KnownError, OSError) as error:
                self.show_problem(error)
                return
            self.first_page()

        ask_file(self.window, tr("Load the grant…"), "grant.dialog", chosen)

    def _failed(self, error: object) -> None:
        if isinstance(error, Exception):
            self.window.say(words_of(error))


def make_qt(headless: bool = False) -> QApplication:
    """The QApplication, once."""
    if headless:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    if headless:
        qInstallMessageHandler(_say_what_matters)
    app = QApplication([*sys.argv[:1]])
    app.setApplicationName("hengchi")
    app.setApplicationDisplayName("衡尺 Hengchi")
    return app


def _say_what_matters(_: QtMsgType, context: QMessageLogContext, words: str) -> None:
    """Qt's warnings, less what a platform without a screen says of itself at every window."""
    if not words.startswith("This plugin does not support"):
        print(f"{context.category}: {words}", file=sys.stderr)


def has_screen() -> bool:
    """Whether a window can be shown; Qt ends the process where it cannot."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in named)


def run_window(given: Path | None, left: bytes = b"") -> int:
    """The program until its window is closed; 1 when the profile cannot be used or there is no screen. `left`: what the program before it
    handed over.
    """
    if not has_screen():
        print(
            "hengchi: there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set). Start it from a desktop session, "
            "or try it without one: hengchi demo --headless --out DIR",
            file=sys.stderr,
        )
        return 1
    app = make_qt()
    profile = profile_path(given)
    try:
        application = Application(profile)
    except KnownError as error:
        from PySide6.QtWidgets import QMessageBox  # as above

        install_language(Settings().language)
        words = words_of(error)
        QMessageBox.warning(None, "衡尺 Hengchi", f"{words.what}\n{words.todo}")
        print(f"hengchi: {words.what} {words.todo}", file=sys.stderr)
        return 1
    application.demonstration.connect(lambda: _demonstration(application))
    if can_start_anew():
        application.anew = start_anew
    if left:
        application.resume(left)
    application.show()
    return app.exec()


def _demonstration(application: Application) -> None:
    from desktop.app.demo_city import found_city_beside  # only who asks for the demonstration needs it

    application.anew = None  # the demonstration's relay ends with this program
    page = application.page
    if isinstance(page, FirstRunPage):
        page.set_busy(tr("Making keys, roster, table and relay…"))

    def done(password: str) -> None:
        application.first_page()
        if application.page is not None:
            application.page.subtitle.setText(
                tr("Demonstration: the password of everybody is {password}", password=password)
            )

    def failed(error: Exception) -> None:
        if isinstance(page, FirstRunPage):
            page.set_busy("")
            page.show_problem(words_of(error))

    application.work.net(lambda: found_city_beside(application.profile), done, failed)


def _numbers(profile: Path) -> tuple[str, ...]:
    from desktop.keys.look import look  # behind the first window

    return look(profile).numbers


def _import_the_rest() -> None:
    import desktop.app.session  # noqa: F401  # half a second that signing in would otherwise wait for
