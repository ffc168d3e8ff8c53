"""Reminders of last days: a message of the desktop where it takes any, else a strip in the window; each once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from desktop.messages import Words, tr
from desktop.services.office import Office
from desktop.services.shapes import Reminder
from desktop.views.shell.window import ShellWindow
from desktop.views.today.near import ends_words, reminder_words
from desktop.work import Work


class Tray:
    """The desktop's own messages. They may stand on a locked screen, so no party is named in them."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._icon: QSystemTrayIcon | None = None

    def tell(self, title: str, text: str) -> bool:
        """Whether the desktop took it."""
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return False
        if self._icon is None:
            self._icon = QSystemTrayIcon(self._window.windowIcon(), self._window)
            self._icon.messageClicked.connect(self._window.activateWindow)
        self._icon.show()
        self._icon.showMessage(title, text)
        return True


class Reminding(QObject):
    """Asks on each `look` what is near and was not told yet, and tells it."""

    def __init__(
        self,
        office: Office,
        work: Work,
        window: ShellWindow,
        failed: Callable[[object], None],
        tell: Callable[[str, str], bool] | None = None,
    ) -> None:
        super().__init__(window)
        self._office, self._work, self._failed = office, work, failed
        self._window = window
        self._tell = tell or Tray(window).tell

    def look(self) -> None:
        """Look now."""
        self._work.store(self._office.take_reminders, self._show, self._failed)

    def _show(self, new: tuple[Reminder, ...]) -> None:
        if not new:
            return
        title = tr("{count} deadlines end soon", count=len(new))
        if not self._tell(title, "\n".join(dict.fromkeys(f"{ends_words(one)}：{one.what}" for one in new))):
            self._window.say(Words(title, "", "\n".join(reminder_words(one) for one in new), ""))
