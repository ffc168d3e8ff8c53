"""Hands and eyes for the demonstration and the tests: real key, mouse, input-method and drop events on real widgets.

Nothing here calls past the view. Each interaction (a tap, a key chord, a field entry, a signature) is counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, overload

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

W = TypeVar("W", bound=QWidget)
PATIENCE = 40.0


class Driver:
    """Drives one window."""

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self.interactions = 0
        self.counting = False

    # eyes

    @overload
    def find(self, name: str) -> QWidget: ...

    @overload
    def find(self, name: str, kind: type[W]) -> W: ...

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """The visible widget of that name; waits for it."""
        found: list[QWidget] = []

        def look() -> bool:
            candidates = [self.window, *self.window.findChildren(QObject, name)]
            found[:] = [
                one for one in candidates if isinstance(one, kind) and one.objectName() == name and one.isVisible()
            ]
            return bool(found)

        self.wait(look, f"widget {name}")
        return found[-1]

    def wait(self, condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Let events run until the condition holds; raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {seconds:.0f} s for {what}")
            QApplication.processEvents()
            QTest.qWait(8)

    def quiet(self, busy: Callable[[], int], at_most: int = 1, looks: int = 40) -> None:
        """Wait until no more than `at_most` is on its way to the window, so many looks in a row; a step of sync may always run."""
        seen = 0

        def still() -> bool:
            nonlocal seen
            seen = seen + 1 if busy() <= at_most else 0
            return seen > looks

        self.wait(still, "a quiet window")

    def focused(self, name: str) -> None:
        """Wait until the widget of that name, or one inside it, has the focus."""

        def has() -> bool:
            widget = QApplication.focusWidget()
            while widget is not None:
                if widget.objectName() == name or widget.objectName().startswith(f"{name}."):
                    return True
                widget = widget.parentWidget()
            return False

        self.wait(has, f"focus on {name}")

    def picture(self, path: Path) -> None:
        """What stands on the window now."""
        QApplication.processEvents()
        path.parent.mkdir(parents=True, exist_ok=True)
        self.window.grab().save(str(path))

    # hands

    def key(self, sequence: str) -> None:
        """A key chord on whatever has the focus."""
        self._count()
        self._press(sequence)

    def tap(self, name: str) -> None:
        """Click the middle of a widget."""
        self._count()
        widget = self.find(name)
        self.wait(widget.isEnabled, f"{name} enabled")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, widget.rect().center())

    def enter(self, text: str, *, then: str = "Return", settle: Callable[[], bool] | None = None) -> None:
        """Type into what has the focus, as keys or through the input method, and press Enter: one field entry."""
        self._count()
        self.type(text)
        if settle is not None:
            self.wait(settle, "what was looked up")
        self._press(then)

    def type(self, text: str) -> None:
        """Keys for ASCII, a committed text of the input method for the rest."""
        target = QApplication.focusWidget()
        if target is None:
            raise TimeoutError("nothing has the focus")
        if text.isascii():
            QTest.keyClicks(target, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(target, event)
        QApplication.processEvents()

    def drop(self, name: str, path: Path) -> None:
        """Let a file fall on a widget: one interaction."""
        self._count()
        widget = self.find(name)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        place, left, plain = widget.rect().center(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(widget, QDragEnterEvent(place, Qt.DropAction.CopyAction, data, left, plain))
        move = QDragMoveEvent(place, Qt.DropAction.CopyAction, data, left, plain)
        QApplication.sendEvent(widget, move)
        drop = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, left, plain, QEvent.Type.Drop)
        QApplication.sendEvent(widget, drop)

    def _press(self, sequence: str) -> None:
        target = QApplication.focusWidget() or self.window
        QTest.keySequence(target, QKeySequence(sequence))
        QApplication.processEvents()

    def _count(self) -> None:
        if self.counting:
            self.interactions += 1
