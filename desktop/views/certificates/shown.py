"""The certificate on a large screen (亮证): portrait, name, number, and a code that renews itself before its minutes are over."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.printing.codes import qr_png
from desktop.services.showing import ShownCertificate
from desktop.views.shared.basics import IconLabel, KeyValues, button, chip, label, row, set_chip
from desktop.views.shared.theme import look

PHOTO = (270, 378)
CODE = 330
TICK_MS = 1000


class Portrait(QWidget):
    """The middle of a portrait, filling its frame; a mark where the agency has none."""

    def __init__(self, size: tuple[int, int] = PHOTO, name: str = "shown.photo") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFixedSize(*size)
        self._picture = QPixmap()
        self.setAccessibleName(tr("Portrait"))

    @property
    def has_picture(self) -> bool:
        return not self._picture.isNull()

    def set_jpeg(self, data: bytes) -> None:
        self._picture = QPixmap()
        if data:
            self._picture.loadFromData(data, "JPG")
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QPainterPath()
        frame.addRoundedRect(self.rect().adjusted(0, 0, -1, -1), 10, 10)
        painter.fillPath(frame, look.tokens.color("quiet"))
        if self.has_picture:
            filled = self._picture.scaled(
                self.size(),
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
            painter.setClipPath(frame)
            painter.drawPixmap((self.width() - filled.width()) // 2, (self.height() - filled.height()) // 2, filled)
            painter.setClipping(False)
        else:
            painter.setPen(look.tokens.color("ink2"))
            painter.drawText(
                self.rect().adjusted(8, 8, -8, -8),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                tr("No portrait in the roster"),
            )
        painter.setPen(look.tokens.color("line"))
        painter.drawPath(frame)


class ShownScreen(QDialog):
    """Over the whole window; `renew` when the code is to be made again. Escape closes it."""

    renew = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shown")
        self.setWindowTitle(tr("Certificate shown"))
        self.setModal(True)
        self.resize(parent.size())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(40, 28, 40, 24)
        self._agency = label("", "title", name="shown.agency")
        outer.addLayout(row(IconLabel("mark", "accent", 56), self._agency, 1, spacing=14))
        outer.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(40)
        self.portrait = Portrait()
        middle.addWidget(self.portrait, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(12)
        self._name = label("", "figure", name="shown.name")
        self._state = chip("", name="shown.state")
        words.addLayout(row(self._name, self._state, 1, spacing=14))
        self._number = label("", "title", name="shown.number")
        words.addWidget(self._number)
        self._facts = KeyValues(width=130)
        words.addWidget(self._facts)
        words.addStretch(1)
        middle.addLayout(words, 1)
        right = QVBoxLayout()
        self._code = QLabel()
        self._code.setObjectName("shown.code")
        self._code.setFixedSize(CODE, CODE)
        self._code.setAccessibleName(tr("Code to be checked"))
        self._left = label("", "second", name="shown.left")
        self._left.setAlignment(Qt.AlignmentFlag.AlignCenter)
        right.addWidget(self._code)
        right.addWidget(self._left)
        right.addStretch(1)
        middle.addLayout(right)
        outer.addLayout(middle)
        outer.addStretch(2)
        hint = label(
            tr(
                "Anybody can check the code on the agency's page, without a network: it holds for minutes and renews itself."
            ),
            "second",
            wrap=True,
        )
        foot = row(hint, button(tr("Close"), "primary", name="shown.close", run=self.accept), spacing=20)
        foot.setStretch(0, 1)
        outer.addLayout(foot)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._left_s = self._renew_s = 0

    def show_certificate(self, shown: ShownCertificate, state: str, tone: str) -> None:
        """Put it there, or its newer code."""
        one = shown.person
        self._agency.setText(shown.agency)
        self.portrait.set_jpeg(shown.photo)
        self._name.setText(one.name)
        self._number.setText(f"{tr('Certificate number')} {one.number}")
        set_chip(self._state, state, tone)
        self._facts.set_pairs(
            [
                (tr("Kind"), one.kind),
                (tr("Unit"), one.unit),
                (tr("Fields"), "、".join(one.fields)),
                (tr("Region"), one.region),
                (tr("Good until"), one.until.isoformat() if one.until else "—"),
            ]
        )
        picture = QPixmap()
        picture.loadFromData(qr_png(shown.code), "PNG")
        self._code.setPixmap(
            picture.scaled(CODE, CODE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation)
        )
        self._code.setAccessibleDescription(shown.code)
        self._left_s = int(shown.holds.total_seconds())
        self._renew_s = self._left_s // 2  # whoever begins to check has at least this long
        self._say_left()
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        self._left_s -= 1
        self._say_left()
        if self._left_s == self._renew_s:
            self.renew.emit()
        if self._left_s <= 0:
            self._timer.stop()
            self._code.clear()
            self._left.setText(tr("The code is over."))

    def _say_left(self) -> None:
        minutes, seconds = divmod(max(self._left_s, 0), 60)
        self._left.setText(tr("Holds for {time}", time=f"{minutes}:{seconds:02d}"))
