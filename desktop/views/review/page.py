"""Review: what waits for a decision, why it came out so, and which device has not sent what."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.messages import tr
from desktop.services.act_shapes import TurnRow
from desktop.services.board_office import BoardView
from desktop.services.shapes import CaseDetail
from desktop.viewmodels.acts import is_ordinary
from desktop.viewmodels.board import BoardModel
from desktop.viewmodels.pages import ReviewModel, ReviewPage
from desktop.views.cases.ordinary import OrdinaryCase
from desktop.views.cases.page import item_of
from desktop.views.cases.record import RecordList, lost_chip
from desktop.views.cases.related import RelatedCases
from desktop.views.onspot.outcome import state_of
from desktop.views.onspot.photos import PhotoStrip
from desktop.views.review.approval import DENY, GRANT, ApprovalBar
from desktop.views.review.conflict import ConflictBar
from desktop.views.review.devices import DevicesCard
from desktop.views.ruler.widget import RulerWidget
from desktop.views.shared.articles import ArticleDialog
from desktop.views.shared.basics import Card, Empty, button, chip, clear, label, row, scrolled, set_chip
from desktop.views.shared.board import BoardCard, place_board
from desktop.views.shared.dialogs import WordsDialog
from desktop.views.shared.lists import Item, ItemList
from desktop.views.shared.reasons import reason_line
from desktop.views.shared.times import local_minute
from enforcement.values.money import plain_text

LIST_WIDTH = 250


class ReviewPlace(QWidget):
    """J and K move, A approves, R sends back. `opened(UUID)`: a case beside the one that is shown."""

    failed = Signal(object)
    opened = Signal(object)

    def __init__(self, model: ReviewModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._shown: CaseDetail | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 16)
        layout.setSpacing(14)
        self._count = chip("", "accent", name="review.count")
        keys = label(tr("J K move · A approve · R send back"), "second")
        layout.addLayout(row(label(tr("Review"), "title"), self._count, 1, keys, spacing=12))
        self._middle = middle = QHBoxLayout()
        middle.setSpacing(18)
        left = Card()
        self.list = ItemList(name="review.list", accessible=tr("Waiting for review"))
        self.list.picked.connect(model.show_detail)
        self._empty = Empty("circle-check", tr("Nothing waits. Decisions appear here as the devices send them."))
        left.body.addWidget(self.list, 1)
        left.body.addWidget(self._empty, 1)
        left.setMinimumWidth(LIST_WIDTH)
        self._column = QVBoxLayout()
        self._column.setSpacing(18)
        self._column.addWidget(left, 1)
        middle.addLayout(self._column, 30)
        middle.addWidget(self._detail(), 70)
        self.board = BoardCard(BoardModel(model.office, model.work), name="review.struck")
        self.board.model.found.connect(self._show_marks)
        place_board(self.board, self.width(), middle, self._column, 34)
        layout.addLayout(middle, 5)
        if model.supervisor:
            self.devices = DevicesCard()
            self.devices.asked.connect(model.ask_device_again)
            self.devices.lost.connect(model.report_device_lost)
            layout.addWidget(self.devices, 2)
        for key, run in (("J", lambda: self.list.step(1)), ("K", lambda: self.list.step(-1))):
            QShortcut(QKeySequence(key), self).activated.connect(run)
        model.loaded.connect(self._show)
        model.detail.connect(self._show_detail)
        model.failed.connect(self.failed.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        place_board(self.board, self.width(), self._middle, self._column, 34)

    def _detail(self) -> QWidget:
        card = Card()
        self._title = label("", "strong", name="review.title")
        self._number = label("", "second", name="review.number")
        self._same = chip("", name="review.same")
        self._certificates = chip("", name="review.certificates")
        self._board = chip("", name="review.board")
        self._outside = chip("", "reason", name="review.outside")
        self._lost = chip("", "stop", name="review.lost")
        self._number.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head = row(self._title, self._number)
        head.setStretch(1, 1)
        card.body.addLayout(head)
        card.body.addLayout(row(self._lost, self._outside, self._same, self._certificates, self._board, 1))
        self._request = label("", "reason", name="review.request", wrap=True)
        card.body.addWidget(self._request)
        self.conflict = ConflictBar()
        self.conflict.settled.connect(self.model.settle)
        card.body.addWidget(self.conflict)
        self.ruler = RulerWidget(name="review.ruler", compact=True, editable=False)
        self._ruler_at = card.body.count()
        card.body.addWidget(self.ruler)
        self._none = Empty("file-text", tr("The case that is chosen stands here with its reasons."))
        card.body.addWidget(self._none, 1)
        self.related = RelatedCases()
        self.related.opened.connect(self.opened.emit)
        self.ordinary = OrdinaryCase((GRANT, DENY))
        self.ordinary.setVisible(False)
        self.approval = ApprovalBar(self.model.procedure)
        self.model.procedure.shown.connect(self.ordinary.show_view)
        inner = QWidget()
        self._scroll = whole = QVBoxLayout(inner)
        whole.setContentsMargins(0, 0, 8, 0)
        self._body = QVBoxLayout()
        whole.addWidget(self.related)
        whole.addWidget(self.ordinary)
        whole.addLayout(self._body)
        card.body.addWidget(scrolled(inner), 1)
        card.body.addWidget(self.approval)
        self._back = button(tr("Send back"), name="review.back", key="R", run=self._ask)
        self._approve = button(tr("Approve"), "primary", name="review.approve", key="A", run=self._agree)
        self._foot = label("", "second", name="review.foot")
        card.body.addLayout(row(self._foot, 1, self._back, self._approve, spacing=12))
        self._card = card
        return card

    def _show(self, page: ReviewPage) -> None:
        items = [*(turn_item(one) for one in page.turns), *(item_of(one) for one in page.rows)]
        self.list.set_items(items)
        self.list.setVisible(bool(items))
        self._empty.setVisible(not items)
        set_chip(self._count, tr("{count} wait for me", count=len(items)), "accent")
        ids = [one.value for one in items]
        if self.model.chosen not in ids:
            self.model.chosen = None
            self._show_detail(None)
            self.list.pick(0)
        elif self.model.chosen is not None:
            self.model.show_detail(self.model.chosen)
        if self.model.supervisor:
            self.devices.show_devices(page.devices, page.put_aside)

    def _show_detail(self, found: CaseDetail | None) -> None:
        self._shown = found
        waits = found is not None and found.row.status in ("asked", "issued", "answered")
        ordinary = found is not None and is_ordinary(found)
        self._show_request(found)
        self.conflict.show_conflicts(found.conflicts if found is not None and self.model.supervisor else ())
        self.related.show_related(
            found.related if found is not None else (), found.row.title if found is not None else ""
        )
        self.board.show_case(found)
        for made in (self._approve, self._back):
            made.setEnabled(waits)
            made.setVisible(found is not None and not ordinary)
        if found is None or not ordinary or self.model.procedure.case_id != found.row.case_id:
            self.ordinary.show_view(None)
            self.approval.show_view(None)
        self.model.procedure.show_case(found.row.case_id if found is not None and ordinary else None)
        self._place_ruler(in_scroll=ordinary)
        self.ruler.setVisible(found is not None and (not ordinary or found.determination is not None))
        self._none.setVisible(found is None)
        for sign in (self._same, self._certificates):
            sign.setVisible(found is not None and not ordinary)
        self._board.setVisible(False)  # until the board has answered
        clear(self._body)
        if found is not None and found.determination is None:
            self._show_rest(found)
        if found is None or found.determination is None:
            self._title.setText("" if found is None else found.row.title)
            self._number.setText("")
            self._foot.setText("")
            self.ruler.show_state(None)
            return
        self._title.setText(found.row.title)
        if not ordinary:
            self._show_signs(found)
        number = f"{found.row.document_number} · " if found.row.document_number else ""
        self._number.setText(f"{number}{found.party.name} · {'、'.join(found.row.officers)}")
        self._number.setToolTip(self._number.text())
        chosen = next((one for one in (found.row.fine_fen, found.proposed_fen) if one is not None), 0)
        if found.row.status == "asked" and found.deviation is not None:
            chosen = found.deviation.fine_fen
        self.ruler.show_state(state_of(found.determination, chosen, found.like))
        for reason in found.determination.reasons:
            self._body.addWidget(reason_line(reason, self._open_article))
        for item in found.missing:
            self._body.addWidget(label(f"{item.words}（{item.basis}）", "stop", wrap=True))
        self._show_rest(found)
        self._foot.setText(
            tr(
                "{reasons} reasons, {evidence} attachments, all checked",
                reasons=len(found.determination.reasons),
                evidence=len(found.evidence),
            )
        )

    def _place_ruler(self, *, in_scroll: bool) -> None:
        """Under the stages of an ordinary case, which need the height; else on top, always in sight."""
        if in_scroll == (self._scroll.indexOf(self.ruler) >= 0):
            return
        if in_scroll:
            self._card.body.removeWidget(self.ruler)
            self._scroll.insertWidget(1, self.ruler)
        else:
            self._scroll.removeWidget(self.ruler)
            self._card.body.insertWidget(self._ruler_at, self.ruler)

    def _show_signs(self, found: CaseDetail) -> None:
        same = {
            True: (tr("Recomputed: same"), "sealed"),
            False: (tr("Recomputed: DIFFERENT"), "stop"),
            None: (tr("Table not here"), "reason"),
        }
        set_chip(self._lost, lost_chip(found.timeline), "stop")
        set_chip(self._same, *same[found.recomputed_same])
        good, all_ = found.certificates_valid
        set_chip(
            self._certificates,
            tr("Certificates valid then {good}/{all}", good=good, all=all_),
            "sealed" if good == all_ else "stop",
        )

    def _show_rest(self, found: CaseDetail) -> None:
        """What happened, what was seen, what was written down."""
        if found.happened or found.statement:
            self._body.addWidget(
                label(
                    " · ".join(text for text in (found.happened, found.statement, found.heard) if text),
                    "second",
                    name="case.happened",
                    wrap=True,
                )
            )
        strip = PhotoStrip(editable=False)
        strip.show_evidence(found.evidence)
        strip.setObjectName("case.evidence")
        self._body.addWidget(strip)
        self._body.addWidget(label(tr("Record"), "section"))
        self._body.addWidget(RecordList(found.timeline))
        self._body.addStretch(1)

    def _show_marks(self, view: BoardView) -> None:
        """How many things the board would strike."""
        tone = "stop" if view.failed else "reason" if view.lines else "sealed"
        set_chip(self._board, tr("Case review: {count} marks", count=len(view.lines)), tone)

    def _show_request(self, found: CaseDetail | None) -> None:
        """A sum outside the band: what waits for leave, or what was allowed, for ever."""
        view = found.deviation if found is not None else None
        shown = view is not None and found is not None and (view.state == "allowed" or found.row.status == "asked")
        self._outside.setVisible(shown)
        self._request.setVisible(shown)
        if view is None or not shown:
            return
        set_chip(self._outside, tr("Deviates"), "reason")
        allowed = f" · {tr('allowed by {by}', by=view.by)}" if view.state == "allowed" else ""
        self._request.setText(f"{plain_text(view.fine_fen)} {tr('yuan')}：{view.words}{allowed}")

    def _open_article(self, basis: str) -> None:
        if self._shown is not None and self._shown.determination is not None:
            day = self._shown.determination.acted_on
            self.model.articles.open(basis, day, lambda found: ArticleDialog(self, basis, found).open())

    def _agree(self) -> None:
        if self._shown is not None and self._shown.row.status == "asked":
            self.model.decide_deviation(True, "")
        else:
            self.model.approve()

    def _disagree(self, words: str) -> None:
        if self._shown is not None and self._shown.row.status == "asked":
            self.model.decide_deviation(False, words)
        else:
            self.model.send_back(words)

    def _ask(self) -> None:
        if self._shown is None or self._back.isHidden():
            return
        dialog = WordsDialog(
            self, tr("Send back"), tr("What has to be added or explained"), tr("Send back"), "sendback"
        )
        dialog.given.connect(self._disagree)
        dialog.open()


def turn_item(one: TurnRow) -> Item:
    """A case whose turn it is."""
    return Item(one.title, one.party, local_minute(one.since), one.stage, "accent", value=one.case_id)
