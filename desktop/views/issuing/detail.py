"""One certificate: portrait and what it says, what may be done with it now, its history, its card."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.issuing_shapes import CardFaces, Holder, OfficeView, Told
from desktop.views.certificates.shown import Portrait
from desktop.views.issuing.flow import Flow
from desktop.views.issuing.words import (
    ACTS,
    left_words,
    local_day,
    local_time,
    region_words,
    role_words,
    state_words,
    told_words,
    tone_of,
    what_words,
)
from desktop.views.shared.basics import (
    Card,
    KeyValues,
    Segmented,
    button,
    chip,
    clear,
    holder,
    label,
    row,
    scrolled,
    set_chip,
)
from desktop.views.shared.theme import look

PORTRAIT = (132, 184)
FACE = (85.60, 54.00)
GAP, WIDEST, TABS = 14, 430, 260


class Faces(QWidget):
    """The two faces of a card, beside each other, or under each other where they would be too small."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card.faces")
        self.setAccessibleName(tr("The card's two faces"))
        self._pictures: list[QPixmap] = []

    @property
    def count(self) -> int:
        return len(self._pictures)

    def show_faces(self, card: CardFaces | None) -> None:
        self._pictures = []
        for data in card.faces if card is not None else ():
            picture = QPixmap()
            picture.loadFromData(data, "PNG")
            self._pictures.append(picture)
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _boxes(self) -> list[QRect]:
        beside = self.width() >= 560
        wide = min((self.width() - GAP) // 2 if beside else self.width(), WIDEST)
        size = QSize(wide, round(wide * FACE[1] / FACE[0]))
        step = (wide + GAP, 0) if beside else (0, size.height() + GAP)
        return [QRect(step[0] * at, step[1] * at, size.width(), size.height()) for at in range(2)]

    def _fit(self) -> None:
        self.setFixedHeight(self._boxes()[1].bottom() + 2 if self._pictures else 0)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(look.tokens.color("line"))
        for box, picture in zip(self._boxes(), self._pictures, strict=False):
            ratio = self.devicePixelRatioF()
            fitted = picture.scaled(
                box.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            fitted.setDevicePixelRatio(ratio)
            painter.drawPixmap(box.topLeft(), fitted)
            painter.drawRect(box.adjusted(0, 0, -1, -1))


class CertificateDetail(Card):
    """`asked(act)`, `card_wanted` when the card is to be shown, `card_saved` when it is to be written."""

    asked = Signal(str)
    card_wanted = Signal()
    card_saved = Signal()

    def __init__(self) -> None:
        super().__init__(name="issuing.detail")
        self.setAccessibleName(tr("One certificate"))
        self._holder: Holder | None = None
        self._name = label("", "title", name="issuing.name", wrap=True)
        self._state = chip("", name="issuing.state")
        self._waits = chip("", name="issuing.waits")
        head = row(self._name, self._waits, self._state, spacing=10)
        head.setStretch(0, 1)
        self.body.addLayout(head)
        self.tabs = Segmented(
            [("certificate", tr("What it says")), ("card", tr("Card"))], name="issuing.tabs", accessible=tr("Show")
        )
        self.tabs.set_value("certificate")
        self.tabs.setFixedWidth(TABS)
        self.tabs.chosen.connect(lambda _: self._show_tab())
        self.body.addLayout(row(self.tabs, 1))
        inner = QWidget()
        self._body = QVBoxLayout(inner)
        self._body.setContentsMargins(0, 0, 8, 0)
        self._body.setSpacing(12)
        top = QHBoxLayout()
        top.setSpacing(18)
        self.portrait = Portrait(PORTRAIT, "issuing.portrait")
        top.addWidget(self.portrait, 0, Qt.AlignmentFlag.AlignTop)
        self._facts = KeyValues(width=112)
        top.addWidget(self._facts, 1, Qt.AlignmentFlag.AlignTop)
        self._body.addLayout(top)
        self._due = label("", "stop", name="issuing.due", wrap=True)
        self._body.addWidget(self._due)
        self._acts = Flow()
        self._body.addWidget(self._acts)
        self._body.addSpacing(4)
        self._body.addWidget(label(tr("History"), "section"))
        self._told = QVBoxLayout()
        self._told.setContentsMargins(0, 0, 0, 0)
        self._told.setSpacing(2)
        self._body.addWidget(holder(self._told))
        self._body.addStretch(1)
        self._area = scrolled(inner)
        self.body.addWidget(self._area, 1)
        self._card = scrolled(self._card_page())
        self._card.setVisible(False)
        self.body.addWidget(self._card, 1)

    def _card_page(self) -> QWidget:
        layout = QVBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        self._card_words = label("", "second", name="card.words", wrap=True)
        layout.addWidget(self._card_words)
        self.faces = Faces()
        layout.addWidget(self.faces)
        self._save = button(tr("Save as PDF…"), "primary", name="card.save", run=self.card_saved.emit)
        layout.addLayout(row(self._save, 1))
        layout.addStretch(1)
        return holder(layout)

    def show_holder(self, found: Holder, view: OfficeView) -> None:
        """Somebody; the tab stays where it is."""
        other = self._holder is None or self._holder.number != found.number
        self._holder = found
        words, tone = state_words(found.state)
        self._name.setText(found.name)
        set_chip(self._state, words, tone)
        waits = next((one.waits for one in view.people if one.number == found.number), False)
        set_chip(self._waits, tr("not published yet") if waits else "", "reason")
        self.portrait.set_jpeg(found.photo)
        self._facts.set_pairs(_facts(found, view))
        self._due.setText("；".join(left_words(one) for one in found.due))
        self._due.setVisible(bool(found.due))
        self._show_acts(found)
        self._show_history(found, view)
        if other:
            self._area.verticalScrollBar().setValue(0)
        self._show_tab()

    def show_card(self, card: CardFaces) -> None:
        """The card as it was made just now."""
        if self._holder is not None and card.number == self._holder.number:
            self.faces.show_faces(card)
            self._card_words.setText(tr("85.60 × 54.00 mm. The code was signed just now."))
            self._save.setVisible(True)

    def show_no_card(self, words: str) -> None:
        """Why there is none."""
        self.faces.show_faces(None)
        self._card_words.setText(words)
        self._save.setVisible(False)

    def _show_tab(self) -> None:
        shown = self.tabs.value()
        self._area.setVisible(shown == "certificate")
        self._card.setVisible(shown == "card")
        found = self._holder
        if shown != "card" or found is None:
            return
        if "card" in found.acts:
            self.show_no_card(tr("The card is being made…"))
            self.card_wanted.emit()
        elif found.photo:
            self.show_no_card(tr("A card is made of a certificate that is in force."))
        else:
            self.show_no_card(tr("A card needs a portrait first."))

    def _show_acts(self, found: Holder) -> None:
        possible = [act for act in ACTS if act in found.acts]
        self._acts.fill(
            [button(tr(ACTS[act]), name=f"issuing.act.{act}", run=partial(self.asked.emit, act)) for act in possible]
        )
        self._acts.setVisible(bool(possible))

    def _show_history(self, found: Holder, view: OfficeView) -> None:
        clear(self._told)
        for at, one in enumerate(found.history):
            self._told.addWidget(_line(one, told_words(view, one), at))
        issued = tr("valid until {day}", day=found.valid_to.isoformat())
        if found.replaces:
            issued = tr("in the place of {number}", number=found.replaces)
        self._told.addWidget(_row(found.valid_from.isoformat(), what_words("issued"), "quiet", issued))


def _facts(found: Holder, view: OfficeView) -> list[tuple[str, str]]:
    title = next((kind.title for kind in view.kinds if kind.name == found.kind), found.kind)
    keys = tr("no device has them yet")
    if found.devices:
        keys = tr("on one device") if found.devices == 1 else tr("on {count} devices", count=found.devices)
    facts = [
        (tr("Certificate number"), found.number),
        (tr("Kind"), title),
        (tr("Unit"), found.unit_name),
        (tr("Roles"), "、".join(role_words(one) for one in found.roles)),
        (tr("Fields"), "、".join(found.fields)),
        (tr("Region"), region_words(view, found.region)),
        (tr("Validity"), f"{found.valid_from.isoformat()} — {found.valid_to.isoformat()}"),
        (tr("Annual review due"), found.review_due.isoformat()),
        (tr("Keys"), keys),
    ]
    if found.reason and found.state in ("suspended", "revoked", "cancelled"):
        words, _ = state_words(found.state)
        facts.insert(0, (words, f"{local_day(found.since)}　{found.reason}"))
    return facts


def _line(one: Told, words: str, at: int) -> QWidget:
    return _row(local_time(one.at), what_words(one.what), tone_of(one.what), words, f"issuing.told.{at}")


def _row(when: str, what: str, tone: str, words: str, name: str = "") -> QWidget:
    day = label(when, "second")
    day.setFixedWidth(128)
    sign = chip(what, tone)
    text = label(words, name=name, wrap=True)
    line = row(day, sign, text, spacing=10)
    line.setStretch(2, 1)
    line.setContentsMargins(0, 5, 0, 5)
    line.setAlignment(day, Qt.AlignmentFlag.AlignTop)
    line.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
    return holder(line)
