"""A case under the ordinary procedure: its stages, what may be done, what waits, what is due, its sums, its papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.act_shapes import OfferView, PaperView, PendingView, ProcedureView, SumsView
from desktop.views.cases.spine import Spine
from desktop.views.shared.basics import IconLabel, KeyValues, button, chip, clear, holder, label, row
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.times import local_minute
from desktop.views.today.deadlines import deadline_item, uncounted_item
from enforcement.values.money import grouped_text

WIDE = 620
"""Pixels from which on what may be done and what is due stand beside each other."""
FEW = 8
"""Papers that stand under what is due; more, and more than there is to do, have the whole width."""
MAIN_VOLUME = "正卷"
SIGNERS = {
    "party": "Party",
    "witness": "Witness",
    "officer": "Officer",
    "recorder": "Recorder",
    "interpreter": "Interpreter",
    "chair": "Chair of the hearing",
    "member": "Participant",
    "taker": "Photographer",
}
"""Who signs a paper on the screen."""
TURNS = {"officer": "The officers' turn", "supervisor": "The head's turn", "reviewer": "The reviewer's turn"}


class Choice(QFrame):
    """A line that can be chosen by pointer, Enter or Space; one that cannot be says why."""

    chosen = Signal()

    def __init__(self, *, name: str, title: str, under: str = "", can: bool = True) -> None:
        super().__init__()
        self.setObjectName("choiceLine")
        self.name = name
        self._can = can
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(10, 7, 10, 7)
        self._body.setSpacing(1)
        self._inner = QWidget()
        self.head = row(label(title, "strong" if can else "second", name=name, wrap=True))
        self.head.setStretch(0, 1)
        self._body.addLayout(self.head)
        if under:
            self._body.addWidget(label(under, "small", wrap=True))
        self.setAccessibleName(title)
        self.setAccessibleDescription(under)
        if can:
            self.setProperty("can", True)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def add(self, words: str, tone: str) -> None:
        """One more line under it."""
        self._body.addWidget(label(words, tone, wrap=True))
        self.setAccessibleDescription(f"{self.accessibleDescription()} {words}".strip())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._can and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._can and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.style().polish(self)


class OrdinaryCase(QWidget):
    """`begin(act)`, `at_once(OfferView)`, `cosign(PendingView)`, `paper(PaperView)`, `propose`: what the person wants to do."""

    begin = Signal(str)
    at_once = Signal(object)
    cosign = Signal(object)
    paper = Signal(object)
    propose = Signal()

    def __init__(self, handled: tuple[str, ...] = ()) -> None:
        """`handled`: ends of the names of acts that stand elsewhere and are not listed here."""
        super().__init__()
        self._view: ProcedureView | None = None
        self._handled = handled
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(10)
        self._spine = Spine()
        layout.addWidget(self._spine)
        self._left, self._due, self._papers = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        for one in (self._left, self._due, self._papers):
            one.setContentsMargins(0, 0, 0, 12)  # none of it where a part is not shown
            one.setSpacing(4)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(22)
        self._grid.setVerticalSpacing(0)
        self._parts = (holder(self._left), holder(self._due), holder(self._papers))
        self._volumes = QGridLayout()
        self._cards: list[tuple[str, Choice]] = []
        self._listed = 0
        self._shape: tuple[bool, bool] | None = None
        layout.addLayout(self._grid)

    def show_view(self, view: ProcedureView | None) -> None:
        """Where the case stands; the same view leaves everything as it is."""
        if view == self._view:
            return
        self._view = view
        clear(self._left)
        clear(self._due)
        clear(self._papers)
        self._volumes, self._cards, self._listed, self._shape = QGridLayout(), [], 0, None
        self.setVisible(view is not None)
        if view is None:
            return
        self._spine.show_stages(view.stages)
        self._show_offers(view)
        self._show_side(view)
        self._fit()

    def _show_offers(self, view: ProcedureView) -> None:
        turn = chip(tr(TURNS[view.turn]), "accent", name="case.turn")
        self._left.addLayout(row(label(tr("What may be done"), "section"), 1, turn))
        if view.may_propose:
            line = Choice(
                name="offer.propose",
                title=tr("Propose a sum"),
                under=tr("By the ruler, on the page that measures; both officers sign."),
            )
            line.chosen.connect(self.propose.emit)
            self._left.addWidget(line)
        listed = [one for one in view.offers if not (one.allowed and one.act.endswith(self._handled or "\0"))]
        self._listed = len(listed)
        self._parts[0].setVisible(bool(listed) or view.may_propose or not view.offers)
        for one in sorted(listed, key=lambda one: not one.allowed):
            self._left.addWidget(self._offer(one))
        if not view.offers and not view.may_propose:
            self._left.addWidget(label(tr("Nothing is yours to do here now."), "second", wrap=True))

    def _offer(self, offer: OfferView) -> Choice:
        form = offer.form_title if offer.form_title != offer.label else ""
        under = " · ".join(part for part in (form, offer.basis) if part)
        line = Choice(
            name=f"offer.{offer.act}",
            title=offer.label,
            under=under if offer.allowed else "",
            can=offer.allowed or offer.earlier,
        )
        if offer.second:
            sign = IconLabel("users", "ink2", 16)
            sign.setToolTip(tr("two officers sign"))
            line.head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
            line.setAccessibleDescription(f"{under} {tr('two officers sign')}".strip())
        for one in offer.against:
            line.add(f"{one.words}（{one.basis}）", "small")
        at_once = offer.at_once and offer.allowed
        line.chosen.connect(lambda: self.at_once.emit(offer) if at_once else self.begin.emit(offer.act))
        return line

    def _show_side(self, view: ProcedureView) -> None:
        if view.pending:
            self._due.addWidget(label(tr("Waits for a second signature"), "section"))
            for waits in view.pending:
                self._due.addWidget(self._waits(waits))
        if view.deadlines or view.uncounted:
            self._due.addWidget(label(tr("Deadlines"), "section"))
        for due in view.deadlines:
            item = deadline_item(due)
            line = Choice(
                name=f"deadline.{due.what}", title=due.what, under=f"{item.subtitle} · {due.basis}", can=False
            )
            line.head.addWidget(chip(item.lead, item.lead_tone), 0, Qt.AlignmentFlag.AlignTop)
            self._explained(line, item.tip)
            self._due.addWidget(line)
        for year in view.uncounted:
            item = uncounted_item(year)
            line = Choice(name=f"uncounted.{year.year}", title=item.title, under=item.subtitle, can=False)
            self._due.addWidget(line)
        sums = sum_pairs(view.sums)
        if sums:
            self._due.addWidget(label(tr("Sums"), "section"))
            self._due.addWidget(KeyValues(sums, width=76))
        self._parts[1].setVisible(self._due.count() > 0)
        self._papers.addWidget(label(tr("Papers"), "section"))
        self._volumes.setHorizontalSpacing(22)
        self._volumes.setVerticalSpacing(4)
        self._papers.addLayout(self._volumes)
        in_order = sorted(view.papers, key=lambda one: (one.filing != MAIN_VOLUME, one.order, one.at))
        self._cards = [(one.filing, self._paper(one)) for one in in_order]
        self._shape = None  # they are laid by what the window has room for
        if not view.papers:
            self._papers.addWidget(
                label(tr("Papers stand here with their numbers once they are issued."), "second", wrap=True)
            )

    def _explained(self, line: Choice, derivation: str) -> None:
        """How it was counted, opened by its own button, so that it can also be read without a pointer."""
        words = label(derivation, "small", wrap=True)
        words.setVisible(False)
        show = button(tr("How it is counted"), "link", name=f"{line.name}.how")
        show.clicked.connect(lambda: words.setVisible(words.isHidden()))
        line.layout().addWidget(show)  # type: ignore[union-attr]  # it was given one
        line.layout().addWidget(words)  # type: ignore[union-attr]

    def _waits(self, waits: PendingView) -> Choice:
        under = f"{waits.by} · {local_minute(waits.at)}"
        line = Choice(name=f"cosign.{waits.entry.hex()[:8]}", title=waits.label, under=under, can=waits.mine)
        if waits.mine:
            line.head.addWidget(chip(tr("Sign"), "accent"), 0, Qt.AlignmentFlag.AlignTop)
            line.chosen.connect(lambda: self.cosign.emit(waits))
        return line

    def _paper(self, paper: PaperView) -> Choice:
        place = f"{paper.filing} {paper.order}" if paper.filing else ""
        marks = paper_marks(paper)
        under = " · ".join(part for part in (paper.number, place, local_minute(paper.at), marks) if part)
        line = Choice(name=f"paper.{paper.entry.hex()[:8]}", title=paper.title, under=under)
        if paper.voided:
            line.head.addWidget(chip(tr("Voided"), "stop"), 0, Qt.AlignmentFlag.AlignTop)
        line.chosen.connect(lambda: self.paper.emit(paper))
        return line

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Beside each other, or below one another: what is due, what may be done, the papers; many papers below, in two columns."""
        beside = self.width() >= WIDE
        shape = beside, beside and len(self._cards) > max(FEW, self._listed)
        if shape == self._shape:
            return
        self._shape = shape
        left, due, papers = self._parts
        if not beside:
            places = ((due, 0, 0, 1, 1), (left, 1, 0, 1, 1), (papers, 2, 0, 1, 1))
        elif shape[1]:
            places = ((left, 0, 0, 1, 1), (due, 0, 1, 1, 1), (papers, 1, 0, 1, 2))
        else:
            places = ((left, 0, 0, 2, 1), (due, 0, 1, 1, 1), (papers, 1, 1, 1, 1))
        for part in self._parts:
            self._grid.removeWidget(part)
        for part, line, column, high, wide in places:
            self._grid.addWidget(part, line, column, high, wide, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if beside else 0)
        self._grid.setRowStretch(1, 1 if beside else 0)
        self._lay_papers(shape[1])

    def _lay_papers(self, in_two: bool) -> None:
        """The main volume and the auxiliary one beside each other; halves where there is one alone."""
        main = [card for filing, card in self._cards if filing == MAIN_VOLUME]
        others = [card for filing, card in self._cards if filing != MAIN_VOLUME]
        cards = [*main, *others]
        if in_two and not (main and others):
            half = (len(cards) + 1) // 2
            main, others = cards[:half], cards[half:]
        for card in cards:
            self._volumes.removeWidget(card)
        for column, listed in enumerate((main, others) if in_two else (cards,)):
            for line, card in enumerate(listed):
                self._volumes.addWidget(card, line, column, Qt.AlignmentFlag.AlignTop)
                card.setVisible(True)
        self._volumes.setColumnStretch(0, 1)
        self._volumes.setColumnStretch(1, int(in_two))


class ConfirmDialog(Asking):
    """One question before something that needs nothing written is done."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        summary: str,
        go_words: str,
        done: Callable[[], object],
        other: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """`other`: words of a link to another way of doing it, and that way."""
        super().__init__(parent, title, "confirm")
        self._done = done
        self.body.addWidget(label(summary, "second", wrap=True))
        if other is not None:
            words, run = other
            link = button(words, "link", name="confirm.other")
            link.clicked.connect(self.reject)
            link.clicked.connect(run)
            self.body.addLayout(row(link, 1))
        self.finish(go_words, "confirm")
        self.go.setDefault(True)
        self.go.setFocus()

    def submit(self) -> None:
        self.accept()
        self._done()


def sum_pairs(sums: SumsView) -> list[tuple[str, str]]:
    """The sums that there are, in yuan."""
    pairs: list[tuple[str, int | None]] = [
        (tr("Told"), sums.told),
        (tr("Decided"), sums.decided),
        (tr("Paid"), sums.paid or None),
        (tr("Added for late payment"), sums.added or None),
        (tr("Owed"), sums.owed),
    ]
    return [(name, f"{grouped_text(value)} {tr('yuan')}") for name, value in pairs if value is not None]


def paper_marks(paper: PaperView) -> str:
    """Signed by whom, printed how often."""
    signed = signers_words(paper.signed)
    printed = tr("printed {count} times", count=paper.prints) if paper.prints else ""
    return " · ".join(part for part in (signed, printed) if part)


def signers_words(roles: Sequence[str], before: str = "") -> str:
    """Who signed on the screen; nothing when nobody did."""
    names = "、".join(tr(SIGNERS.get(one, one)) for one in roles)
    return f"{before}{tr('signed by {names}', names=names)}" if names else ""
