"""Today: what now. Deadlines, what waits for me, what I began, two large buttons."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.shapes import DeadlineRow, Reminder, TodayPage, UncountedRow, VisitDue
from desktop.viewmodels.pages import TodayModel
from desktop.views.shared.basics import Card, Empty, KeyValues, label, row
from desktop.views.shared.lists import Item, ItemList, ItemRole
from desktop.views.shared.theme import look
from desktop.views.shared.times import local_minute, size_words
from desktop.views.today.deadlines import begun_item, deadline_item, uncounted_item, visit_item
from desktop.views.today.near import NearFrame

KINDS = {"returned": ("Returned", "reason"), "cosign": ("Co-sign", "accent"), "review": ("Review", "accent")}


class BigAction(QAbstractButton):
    """One of Today's two large buttons."""

    def __init__(self, title: str, words: str, key: str, *, primary: bool, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setText(title)
        self._words, self._key, self._primary = words, key, primary
        self.setShortcut(key)
        self.setFixedHeight(76)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(360, 76)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = look.tokens
        ground, ink = ("accent", "on_accent") if self._primary else ("card", "ink")
        painter.setPen(colors.color("accent" if self._primary or self.hasFocus() else "line"))
        painter.setBrush(colors.color(ground))
        box = self.rect().adjusted(0, 0, -1, -1)
        painter.drawRoundedRect(box, 12, 12)
        if self.hasFocus():
            painter.setPen(colors.color(ink))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 10, 10)
        font = self.font()
        font.setPixelSize(20)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(colors.color(ink))
        title = painter.fontMetrics().horizontalAdvance(self.text())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(26, 0, 0, 0), middle, self.text())
        font.setPixelSize(14)
        font.setBold(False)
        painter.setFont(font)
        if not self._primary:
            painter.setPen(colors.color("ink2"))
        left = 26 + title + 16
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, box.width() - left - 70)
        painter.drawText(box.adjusted(left, 0, 0, 0), middle, words)
        font.setPixelSize(12)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(self._key) + 12
        painter.setBrush(Qt.BrushStyle.NoBrush)
        place = box.adjusted(box.width() - width - 26, 28, -26, -28)
        painter.drawRoundedRect(place, 4, 4)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._key)


class TodayPlace(QWidget):
    """`penalty`, `inspection`, `opened(case id)`, `visit(inspection id)`, `resumed(DraftRow)`."""

    penalty = Signal()
    inspection = Signal()
    visit = Signal(object)
    opened = Signal(object)
    resumed = Signal(object)

    def __init__(self, model: TodayModel, *, officer: bool) -> None:
        super().__init__()
        self.setObjectName("page")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(18)
        self._date = label("", "title", name="today.date")
        self._summary = label("", "second", name="today.summary")
        layout.addLayout(row(self._date, self._summary, 1, spacing=14))
        if officer:
            go = BigAction(
                tr("On-the-spot penalty"),
                tr("two officers, issued here"),
                "N",
                primary=True,
                name="today.penalty",
            )
            go.clicked.connect(self.penalty.emit)
            inspect = BigAction(
                tr("Start an inspection"),
                tr("scan the code"),
                "I",
                primary=False,
                name="today.inspection",
            )
            inspect.clicked.connect(self.inspection.emit)
            actions = row(go, inspect, spacing=18)
            layout.addLayout(actions)
        self.near = NearFrame()
        self.near.opened.connect(self._open)
        layout.addWidget(self.near)
        middle = QHBoxLayout()
        middle.setSpacing(18)
        left = QVBoxLayout()
        left.setSpacing(18)
        deadlines = Card(tr("Deadlines"))
        self._deadlines = ItemList(name="today.deadlines", accessible=tr("Deadlines"))
        self._deadlines.opened.connect(self._open)
        self._deadlines.picked.connect(self._explain)
        self._why = label("", "second", wrap=True, name="today.why")
        self._none = Empty(
            "calendar-days", tr("No statutory deadline is running. They appear here with the days left.")
        )
        deadlines.body.addWidget(self._deadlines, 1)
        deadlines.body.addWidget(self._none, 1)
        deadlines.body.addWidget(self._why)
        left.addWidget(deadlines, 3)
        waits = Card(tr("Waiting for me"))
        self._waiting = ItemList(name="today.waiting", accessible=tr("Waiting for me"))
        self._waiting.opened.connect(self.opened.emit)
        self._waiting.clicked.connect(lambda index: self.opened.emit(self._waiting.model_.items[index.row()].value))
        self._nothing = Empty("inbox", tr("Nothing waits for you."))
        waits.body.addWidget(self._waiting, 1)
        waits.body.addWidget(self._nothing, 1)
        left.addWidget(waits, 2)
        middle.addLayout(left, 2)
        side = QVBoxLayout()
        side.setSpacing(18)
        begun = Card(tr("What I began"))
        self._begun = ItemList(name="today.begun", accessible=tr("What I began"))
        self._begun.opened.connect(self.resumed.emit)
        self._begun.clicked.connect(lambda index: self.resumed.emit(self._begun.model_.items[index.row()].value))
        self._no_draft = Empty("file-text", tr("No page is half written."))
        begun.body.addWidget(self._begun, 1)
        begun.body.addWidget(self._no_draft, 1)
        side.addWidget(begun, 1)
        machine = Card(tr("This device"))
        self._machine = KeyValues(width=110)
        machine.body.addWidget(self._machine)
        side.addWidget(machine)
        area = Card(tr("This week"))
        self._week = label("", wrap=True)
        area.body.addWidget(self._week)
        side.addWidget(area)
        middle.addLayout(side, 1)
        layout.addLayout(middle, 1)
        model.loaded.connect(self._show)
        self.model = model

    def _show(self, page: TodayPage) -> None:
        day = QDate(page.today.year, page.today.month, page.today.day)
        self._date.setText(QLocale(tr("en_GB")).toString(day, tr("dddd d MMMM")))
        over = sum(one.stand == "overdue" for one in page.deadlines)
        today = sum(one.days_left == 0 for one in page.deadlines)
        words = tr(
            "{deadlines} deadlines end today, {waiting} wait for you", deadlines=today, waiting=len(page.waiting)
        )
        self._summary.setText(tr("{count} overdue, {rest}", count=over, rest=words) if over else words)
        rows = [uncounted_item(year) for year in page.uncounted] + [deadline_item(one) for one in page.deadlines]
        rows += [visit_item(one) for one in page.visits]
        self._deadlines.set_items(rows)
        self._deadlines.setVisible(bool(rows))
        self._none.setVisible(not rows)
        self._explain()
        waiting = []
        for wait in page.waiting:
            words, tone = KINDS[wait.kind]
            waiting.append(Item(wait.title, wait.about, wait.right, lead=tr(words), lead_tone=tone, value=wait.case_id))
        self._waiting.set_items(waiting)
        self._waiting.setVisible(bool(waiting))
        self._nothing.setVisible(not waiting)
        self.near.show_near(page.near)
        self._begun.set_items([begun_item(one) for one in page.begun])
        self._begun.setVisible(bool(page.begun))
        self._no_draft.setVisible(not page.begun)
        self._machine.set_pairs(
            [
                (tr("Waiting to be sent"), f"{page.waiting_items} · {size_words(page.waiting_bytes)}"),
                (tr("The oldest"), local_minute(page.oldest_waiting) or "—"),
                (tr("Numbers left"), str(page.numbers_left)),
                (tr("Roster good until"), local_minute(page.roster_until)),
            ]
        )
        self._week.setText(
            tr("Decisions {fines} · exempted {exempted}", fines=page.week_fines, exempted=page.week_exempted)
        )

    def _open(self, row_: object) -> None:
        if isinstance(row_, VisitDue | Reminder) and row_.visit_id is not None:
            self.visit.emit(row_.visit_id)
        elif isinstance(row_, DeadlineRow | UncountedRow | Reminder):
            self.opened.emit(row_.case_id)

    def _explain(self) -> None:
        """How the deadline that was picked is counted, for who has no pointer to hover with."""
        index = self._deadlines.currentIndex()
        picked: Item | None = index.data(ItemRole) if index.isValid() else None
        self._why.setText(picked.tip if picked else "")
        self._why.setVisible(picked is not None)


__all__ = ["BigAction", "TodayPlace"]
