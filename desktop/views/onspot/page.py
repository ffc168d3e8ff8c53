"""Deciding on the spot: facts at the left, the ruler at the right, what is missing below, one key to the next step."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.messages import tr, words_of
from desktop.services.shapes import Assessment, Draft, Issued, LikeCases, MissingItem, PartyView
from desktop.viewmodels.onspot import OnSpotModel
from desktop.views.onspot.deviation import DeviationPanel
from desktop.views.onspot.facts import LABEL_WIDTH, FactsForm
from desktop.views.onspot.outcome import OutcomeCard
from desktop.views.onspot.photos import PhotoStrip
from desktop.views.onspot.signing import BothSign
from desktop.views.onspot.when import FoundField
from desktop.views.shared.articles import ArticleDialog
from desktop.views.shared.basics import (
    Card,
    Elided,
    IconLabel,
    Segmented,
    TextField,
    button,
    chip,
    clear,
    holder,
    label,
    row,
    scrolled,
    set_chip,
)
from desktop.views.shared.dialogs import PartyDialog, SignDialog, WordsDialog
from desktop.views.shared.files import ask_files
from desktop.views.shared.lists import Item, SearchPick
from desktop.views.shared.places import PlaceField
from desktop.views.shared.times import local_minute
from enforcement.values.money import plain_text

SHOWN_MISSING = 4
LATER = frozenset(("told", "statement", "evidence"))
"""What a decision on the spot lacks and a proposed sum does not: evidence of an ordinary case need not be photographs."""


class OnSpotPage(QWidget):
    """The page. `issued(Issued)` when the decision stands; `turned(case id)` when the case goes on under the ordinary procedure or has
    its sum there; `left` when the officer goes back.
    """

    issued = Signal(object)
    turned = Signal(object)
    left = Signal()
    failed = Signal(object)

    def __init__(self, model: OnSpotModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._sign: SignDialog | None = None
        self._sign_next = False
        self._party_dialog: PartyDialog | None = None
        self.told = QCheckBox(tr("Told content, reasons, basis and rights"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 16)
        layout.setSpacing(14)
        layout.addLayout(self._head())
        middle = QHBoxLayout()
        middle.setSpacing(18)
        middle.addWidget(self._left(), 36)
        self.deviation = DeviationPanel()
        self.deviation.asked.connect(model.ask_deviation)
        self.deviation.here.connect(self._ask_leave)
        self.outcome = OutcomeCard(self.deviation)
        self.outcome.asked.connect(self._open_article)
        self.outcome.ruler.chosen_changed.connect(model.choose_sum)
        middle.addWidget(self.outcome, 64)
        layout.addLayout(middle, 1)
        layout.addLayout(self._foot())
        model.draft_changed.connect(self._show)
        model.assessed.connect(self._show_assessment)
        model.like.connect(self._show_like)
        model.issued.connect(self._done)
        model.turned.connect(self._turned)
        model.failed.connect(self.failed.emit)
        model.sealing.connect(self._show_sealing)

    # making

    def _head(self) -> QHBoxLayout:
        self._title = label(tr("On-the-spot penalty"), "title", name="onspot.title")
        self._kind = chip(tr("Summary procedure"), "accent")
        self._about = Elided(name="onspot.about")
        self._found = FoundField(self.model)
        self._lock = IconLabel("lock", "sealed", 16)
        self._kept = label("", "second", name="onspot.kept")
        self._ordinary = button(
            tr("Ordinary procedure…"), "link", name="onspot.ordinary", key="Ctrl+O", run=self._ask_why
        )
        self._ordinary.setToolTip(tr("Continue under the ordinary procedure"))
        return row(
            self._title, self._kind, self._found, self._about, self._ordinary, self._lock, self._kept, spacing=10
        )

    def _left(self) -> QWidget:
        card = Card(name=tr("Facts"))
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 8, 0)
        body.setSpacing(9)
        self.party = SearchPick(
            self._find_party,
            name="onspot.party",
            accessible=tr("Party"),
            hint=tr("Name, credit code or pinyin initials"),
        )
        self.party.chosen.connect(self._party_chosen)
        self.party.nothing.connect(self._new_party)
        self.violation = SearchPick(
            self._find_violation,
            name="onspot.violation",
            accessible=tr("Violation"),
            hint=tr("Words, article or pinyin initials"),
            empty_finds=True,
        )
        self.violation.chosen.connect(self._violation_chosen)
        self.place = PlaceField(
            self.model.find_places,
            name="onspot.place",
            accessible=tr("Place"),
            hint=tr("Road, number, in front of which door"),
        )
        self.place.left.connect(lambda text: self.model.set_field("place", text))
        self.happened = TextField(
            name="onspot.happened", accessible=tr("What happened"), hint=tr("In a sentence, as you saw it")
        )
        self.happened.left.connect(lambda text: self.model.set_field("happened", text))
        self.happened.entered.connect(self.violation.setFocus)
        for words, field in (
            (tr("Party"), self.party),
            (tr("Place"), self.place),
            (tr("What happened"), self.happened),
            (tr("Violation"), self.violation),
        ):
            body.addLayout(_line(words, field))
        self.facts = FactsForm()
        self.facts.tried.connect(self._try_fact)
        self.facts.settled.connect(self.model.set_fact)
        self.facts.finished.connect(lambda: self.told.setFocus(Qt.FocusReason.TabFocusReason))
        body.addWidget(self.facts)
        self.photos = PhotoStrip()
        self.photos.add.connect(self._choose_photos)
        self.photos.dropped.connect(self.model.attach)
        body.addLayout(_line(tr("Evidence"), self.photos))
        self.told.setObjectName("onspot.told")
        self.told.clicked.connect(self._told)
        body.addWidget(self.told)
        self.statement = Segmented(
            [("none", tr("Told; nothing said")), ("made", tr("Told; statement"))],
            name="onspot.statement",
            accessible=tr("Statement of the party"),
        )
        self.statement.chosen.connect(self._statement_chosen)
        self._statement_line = holder(_line(tr("Statement"), self.statement))
        body.addWidget(self._statement_line)
        self._said = TextField(name="onspot.said", accessible=tr("What the party said"), hint=tr("What the party said"))
        self._heard = TextField(name="onspot.heard", accessible=tr("How it was weighed"), hint=tr("How it was weighed"))
        self._said.entered.connect(self._heard.setFocus)
        self._heard.entered.connect(self._statement_made)
        self._heard.left.connect(lambda _: self._statement_made())
        self._made = holder(row(self._said, self._heard))
        self._made.setVisible(False)
        body.addWidget(self._made)
        body.addStretch(1)
        card.body.addWidget(scrolled(inner), 1)
        self._missing = QVBoxLayout()
        self._missing.setSpacing(1)
        card.body.addLayout(self._missing)
        return card

    def _foot(self) -> QHBoxLayout:
        self._why = label("", "second", name="onspot.why", wrap=True)
        back = button(tr("Leave for later"), name="onspot.leave", key="Escape", run=self.left.emit)
        back.setText(tr("Leave for later"))
        photo = button(tr("Add photograph"), name="onspot.photo", key="Ctrl+G", run=self._choose_photos)
        self.go = button(
            tr("Co-sign and issue"), "primary", name="onspot.go", key="Ctrl+Return", run=self.ask_signature
        )
        self._go_on = button(
            tr("Continue under the ordinary procedure"), "primary", name="onspot.turn", run=self._ask_why
        )
        self._go_on.setVisible(False)
        foot = row(self._why, back, photo, self._go_on, self.go, spacing=12)
        foot.setStretch(0, 1)
        return foot

    # showing

    def _show(self, draft: Draft) -> None:
        party = draft.party
        self.party.show_value(party.name if party else "")
        self.place.show_value(draft.place)
        self.happened.show_value(draft.happened)
        self.photos.show_evidence(draft.evidence)
        self.told.setChecked(draft.told)
        self.statement.set_value(draft.statement)
        self._made.setVisible(draft.statement == "made" or self._made.isVisible())
        self._said.show_value(draft.statement_words)
        self._heard.show_value(draft.heard_words)
        place = f" · {draft.place}" if draft.place else ""
        self._found.show_draft(draft)
        self._about.setText(
            f"{party.name if party else tr('party not yet chosen')}{place} · {local_minute(draft.found_at)}"
        )
        if draft.violation_id:
            self.facts.show_facts(self.model.office.fact_specs(draft.violation_id), draft.facts, draft.violation_id)
        if draft.ordinary:
            self._propose_only()
        sealed = draft.case_id is not None
        self._lock.setVisible(sealed)
        self._kept.setText(tr("Sealed on this device") if sealed else tr("Kept on this device"))
        if party is None and not self.party.hasFocus():
            self.party.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_assessment(self, assessment: Assessment | None) -> None:
        self.outcome.show_assessment(assessment, self.model.draft)
        if assessment is not None:
            self.violation.show_value(assessment.violation.title)
            self._title.setText(assessment.violation.title)
            summary = assessment.determination.follow("summary")
            if summary is not None and not self.model.proposing:
                set_chip(
                    self._kind,
                    tr("Summary procedure") if summary.holds else tr("Ordinary procedure needed"),
                    "accent" if summary.holds else "reason",
                )
                self._show_way(summary.holds)
            words = assessment.why_not.heavier
            self._why.setText(f"{tr('Why not the next tier?')} {words}" if words else "")
            self._why.setToolTip(assessment.why_not.lighter)
        self._show_deviation()
        self._show_missing(assessment)

    def _show_deviation(self) -> None:
        state, draft = self.outcome.ruler.state(), self.model.draft
        outside = state is not None and state.outside
        chosen = state.chosen if state is not None else 0
        here = bool(self.model.supervisors)
        self.deviation.show_state(outside, chosen, draft.deviation if draft is not None else None, here)

    def _show_missing(self, assessment: Assessment | None) -> None:
        clear(self._missing)
        items = self._lacks(assessment)
        self.go.setEnabled(assessment is not None and not items)
        if self._sign_next and self.go.isEnabled():
            self._sign_next = False
            self.ask_signature()
        if not items:
            if assessment is not None:
                self._missing.addWidget(label(tr("Case review: nothing is missing"), "second", name="onspot.complete"))
            return
        self._missing.addWidget(label(tr("Case review: {count} still missing", count=len(items)), "second"))
        for item in items[:SHOWN_MISSING]:
            link = button(item.words, "link", name=f"missing.{item.field}", run=partial(self.focus_field, item.field))
            link.setToolTip(item.basis)
            link.setAccessibleDescription(item.basis)
            self._missing.addWidget(link)

    def _lacks(self, assessment: Assessment | None) -> tuple[MissingItem, ...]:
        """Telling and statement belong to a decision, not to a sum that is put forward."""
        items = assessment.missing if assessment is not None else ()
        return tuple(one for one in items if not self.model.proposing or one.field not in LATER)

    def focus_field(self, field: str) -> None:
        """Go to a field by its name in the record's words."""
        target = {
            "party": self.party,
            "place": self.place,
            "happened": self.happened,
            "violation": self.violation,
            "evidence": self.photos,
            "told": self.told,
            "sum": self.outcome.ruler,
            "deviation": self.deviation.findChild(QWidget, "deviation.words"),
        }.get(field)
        if field.startswith("fact."):
            self.facts.focus_fact(field.removeprefix("fact."))
        elif field == "statement":
            self.statement.focus_first()
        elif target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_like(self, found: LikeCases) -> None:
        self.outcome.show_like(found)

    def _show_sealing(self, sealing: bool) -> None:
        self.photos.set_busy(sealing)

    # doing

    def _find_party(self, query: str) -> list[Item]:
        def show(found: tuple[PartyView, ...]) -> None:
            items = [Item(one.name, f"{one.code} · {one.address}", value=one.party_id) for one in found]
            self.party.results(items)

        self.model.find_parties(query, show)
        return []

    def _party_chosen(self, party_id: object) -> None:
        self.model.choose_party(str(party_id))
        self.happened.setFocus(Qt.FocusReason.TabFocusReason)

    def _new_party(self, text: str) -> None:
        def look(found: tuple[PartyView, ...]) -> None:
            if found:
                self._party_chosen(found[0].party_id)
            else:
                self._ask_party(text)

        self.model.find_parties(text, look)

    def _ask_party(self, text: str) -> None:
        dialog = PartyDialog(self, text)
        dialog.given.connect(self._add_party)
        self._party_dialog = dialog
        dialog.open()

    def _add_party(self, name: str, kind: str, code: str, address: str, representative: str, phone: str) -> None:
        dialog = self._party_dialog

        def refused(error: object) -> None:
            if dialog is not None and isinstance(error, Exception):
                dialog.show_problem(words_of(error))

        self.model.failed.disconnect(self.failed)
        self.model.failed.connect(refused)

        def settle(_: object) -> None:
            self.model.failed.disconnect(refused)
            self.model.failed.connect(self.failed)
            self.model.draft_changed.disconnect(settle)
            if dialog is not None:
                dialog.accept()
            self.happened.setFocus(Qt.FocusReason.TabFocusReason)

        self.model.draft_changed.connect(settle)
        self.model.add_party(name, kind, code, address, representative, phone)

    def _find_violation(self, query: str) -> list[Item]:
        return [
            Item(
                row_.title,
                row_.article,
                row_.statute_words,
                value=row_.violation_id,
            )
            for row_ in self.model.find_violations(query)
        ]

    def _violation_chosen(self, violation_id: object) -> None:
        self.facts.focus_when_shown(str(violation_id))
        self.model.choose_violation(str(violation_id))

    def _try_fact(self, spec: object, text: str) -> None:
        error = self.model.try_fact(spec, text)  # type: ignore[arg-type]
        self.facts.set_wrong(spec, words_of(error).what if error is not None else "")  # type: ignore[arg-type]

    def _told(self) -> None:
        if self.told.isChecked():
            self.model.told()
            self.statement.focus_first()
        else:
            self.told.setChecked(True)  # what was told stays told; a new telling follows a change of the sum

    def _statement_chosen(self, kind: str) -> None:
        self._made.setVisible(kind == "made")
        draft = self.model.draft
        if draft is not None and not draft.told:
            self.model.told()
        if kind == "none":
            self.model.statement("none", "", "")
            self._sign_next = True
            self.go.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._said.setFocus(Qt.FocusReason.TabFocusReason)

    def _statement_made(self) -> None:
        if self._said.text().strip() and self._heard.text().strip():
            self.model.statement("made", self._said.text(), self._heard.text())
            self._sign_next = True

    def _open_article(self, basis: str) -> None:
        assessment = self.model.assessment
        if assessment is not None:
            day = assessment.determination.acted_on
            self.model.articles.open(basis, day, lambda found: ArticleDialog(self, basis, found).open())

    def _ask_leave(self) -> None:
        """A supervisor on this device: the reason goes on the record first, then their signature under it."""
        people = [(one.number, one.name) for one in self.model.supervisors]
        words = self.deviation.words()
        state = self.outcome.ruler.state()
        if not people or not words or state is None:
            return
        draft = self.model.draft
        if draft is None or draft.deviation is None or draft.deviation.fine_fen != state.chosen:
            self.model.ask_deviation(words)
        summary = f"{plain_text(state.chosen)} {tr('yuan')} · {words}"
        dialog = SignDialog(self, people, summary, tr("A supervisor gives leave"), tr("Sign and allow"))
        dialog.signed.connect(lambda number, password: self._leave(dialog, number, password))
        dialog.open()

    def _leave(self, dialog: SignDialog, number: str, password: str) -> None:
        def arrived(_: object) -> None:
            self.model.draft_changed.disconnect(arrived)
            dialog.accept()

        def refused(error: Exception) -> None:
            self.model.draft_changed.disconnect(arrived)
            dialog.show_problem(words_of(error))

        self.model.draft_changed.connect(arrived)
        self.model.decide_deviation(number, password, True, "", refused)

    def _choose_photos(self) -> None:
        filters = (tr("Pictures (*.jpg *.jpeg *.png *.webp)"), tr("All files (*)"))
        ask_files(self, tr("Add photograph"), "photo.dialog", filters, self.model.attach)

    def ask_signature(self) -> None:
        """The second officer's turn."""
        draft, assessment = self.model.draft, self.model.assessment
        if draft is None or assessment is None or not self.go.isEnabled():
            return
        fine = draft.chosen_fen if draft.chosen_fen is not None else assessment.determination.recommended_fen
        who = draft.party.name if draft.party else ""
        summary = f"{who} · {assessment.violation.title} · {plain_text(fine or 0)} {tr('yuan')}"
        dialog = BothSign(self, self.model, summary)
        dialog.signed.connect(self._signed)
        self._sign = dialog
        dialog.open()

    def _signed(self, number: str, password: str) -> None:
        self.model.issue(number, password, self._sign_failed)

    def _sign_failed(self, error: Exception) -> None:
        if self._sign is not None:
            self._sign.show_problem(words_of(error))

    # the ordinary procedure

    def _show_way(self, summary: bool) -> None:
        """Where the sum or the kind does not allow a decision on the spot, the way on stands in its place."""
        self.go.setVisible(summary)
        self._go_on.setVisible(not summary)

    def _propose_only(self) -> None:
        """In a case under the ordinary procedure the ruler serves for the sum alone."""
        set_chip(self._kind, tr("Ordinary procedure"), "accent")
        self._ordinary.setVisible(False)
        self.go.setText(f"{tr('Propose')}   Ctrl ↵")
        self.go.setShortcut("Ctrl+Return")  # a new text takes the key away
        self.go.setAccessibleName(tr("Propose"))
        self.told.setVisible(False)
        self._statement_line.setVisible(False)

    def _ask_why(self) -> None:
        """One line why; what the ruler says against deciding on the spot stands there already."""
        assessment = self.model.assessment
        summary = assessment.determination.follow("summary") if assessment is not None else None
        why = summary.text if summary is not None and not summary.holds else ""
        dialog = WordsDialog(
            self,
            tr("Continue under the ordinary procedure"),
            tr("Why it is not decided on the spot"),
            tr("Continue"),
            "turn",
            text=why,
        )
        dialog.given.connect(self.model.turn_ordinary)
        dialog.open()

    def _turned(self, case_id: object) -> None:
        if self._sign is not None:
            self._sign.accept()
        self.turned.emit(case_id)

    def _done(self, issued: Issued) -> None:
        if self._sign is not None:
            self._sign.accept()
        self.issued.emit(issued)


def _line(words: str, field: QWidget) -> QHBoxLayout:
    name = label(words, "")
    name.setFixedWidth(LABEL_WIDTH)
    made = row(name, field, spacing=10)
    made.setStretch(1, 1)
    return made
