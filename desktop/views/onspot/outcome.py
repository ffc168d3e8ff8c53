"""The ruler's answer: the sum, the vernier, a line for each reason with its article, the sentence for the decision."""

from __future__ import annotations

from dataclasses import replace
from statistics import quantiles

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.shapes import Assessment, Draft, LikeCases
from desktop.views.ruler.widget import RulerState, RulerWidget
from desktop.views.shared.basics import Card, chip, clear, label, row, scrolled, set_chip
from desktop.views.shared.reasons import kind_line, line_of, reason_line, step_line
from enforcement.discretion import Determination, is_warning
from enforcement.rules.citations import marked
from enforcement.values.money import grouped_text, plain_text

SPREAD_FROM = 4
"""So many like cases have a spread worth saying."""
FOLLOWS = {"legality_review": "Legality review", "discussion": "Discussion", "education": "Education"}
"""Consequences that stand below the reasons when they hold; those of sum and hearing are reasons already."""


class OutcomeCard(Card):
    """The right half of the on-the-spot page. `asked(basis)` when an article shall be opened."""

    asked = Signal(str)

    def __init__(self, between: QWidget | None = None, *, scrolls: bool = True) -> None:
        """`between` stands under the vernier; without `scrolls` all reasons stand in full and whoever holds the card scrolls."""
        super().__init__()
        self._tier = chip("", "accent", name="outcome.tier")
        self._table = label("", "small")
        self.body.addLayout(row(label(tr("Discretion"), "section"), self._tier, 1, self._table))
        self._sum = label("", "figure", name="outcome.sum")
        self._unit = label(tr("yuan"), "strong")
        self._band = label("", "second", name="outcome.band", wrap=True)
        line = row(self._sum, self._unit, self._band, spacing=8)
        line.setStretch(2, 1)
        self.body.addLayout(line)
        self.ruler = RulerWidget()
        self.body.addWidget(self.ruler)
        if between is not None:
            self.body.addWidget(between)
        inner = QWidget()
        self._inner = QVBoxLayout(inner)
        self._inner.setContentsMargins(0, 0, 6, 0)
        self._inner.setSpacing(6)
        self._reasons = QVBoxLayout()
        self._reasons.setSpacing(0)
        self._inner.addLayout(self._reasons)
        self._words_head = label(tr("Reasons as they stand in the decision"), "section")
        self._words = label("", name="outcome.words", wrap=True)
        self._inner.addSpacing(4)
        self._inner.addWidget(self._words_head)
        self._inner.addWidget(self._words)
        self._inner.addStretch(1)
        self.body.addWidget(scrolled(inner) if scrolls else inner, 1)
        self._like = LikeCases((), None)
        self.show_assessment(None, None)

    def show_assessment(self, assessment: Assessment | None, draft: Draft | None) -> None:
        """An answer; without one, what is needed for it."""
        found = assessment.determination if assessment is not None else None
        ready = found is not None and found.recommended_fen is not None
        self._sum.setVisible(ready)
        self._unit.setVisible(ready)
        self._words_head.setVisible(bool(assessment and assessment.explanation))
        self._table.setText(f"{found.row} · {assessment.pack_version}" if assessment and found else "")
        self._table.setToolTip(assessment.pack_title if assessment else "")
        set_chip(self._tier, found.tier_label if found else "", "accent")
        clear(self._reasons)
        if assessment is None or found is None:
            self._band.setText(tr("Choose the violation; then the ruler opens."))
            self.ruler.show_state(None)
            self._words.setText("")
            return
        self._words.setText(assessment.explanation)
        if not ready or found.band_lo is None:
            self._not_ready(assessment, found)
            return
        chosen = draft.chosen_fen if draft is not None and draft.chosen_fen is not None else found.recommended_fen
        assert chosen is not None
        self._sum.setText(tr("warning") if is_warning(found) and not chosen else grouped_text(chosen))
        self._unit.setVisible(self._sum.text() == grouped_text(chosen))
        self._band.setText(band_words(found, assessment.violation.statute_words))
        self.ruler.show_state(state_of(found, chosen, self._like))
        for reason in found.reasons:
            self._reasons.addWidget(reason_line(reason, self.asked.emit))
        for kind in found.beside:
            self._reasons.addWidget(kind_line(kind, self.asked.emit))
        for follow in found.follows:
            if follow.holds and follow.id in FOLLOWS:
                words = tr(FOLLOWS[follow.id])
                self._reasons.addWidget(line_of(words, "quiet", follow.text, follow.basis, self.asked.emit))

    def show_like(self, found: LikeCases) -> None:
        """Like cases arrived."""
        self._like = found
        state = self.ruler.state()
        if state is not None:
            self.ruler.show_state(replace(state, like=found.fines, like_label=like_words(found)))

    def _not_ready(self, assessment: Assessment, found: Determination) -> None:
        labels = {spec.id: spec.label for spec in assessment.specs}
        self.ruler.show_state(None)
        if found.refusals:
            self._band.setText("；".join(found.refusals))
        elif found.missing:
            names = "、".join(labels.get(name, name) for name in found.missing)
            self._band.setText(tr("Still to be entered: {facts}", facts=names))
        else:
            self._band.setText(tr("No fine is possible before this is done:"))
        for step in found.steps:
            self._reasons.addWidget(step_line(step, self.asked.emit))


def band_words(found: Determination, statute_words: str) -> str:
    """Band and recommended sum; what a sum is reckoned from, where the statute sets a multiple or a sum per unit."""
    low, high = grouped_text(found.band_lo or 0), "…" if found.band_hi is None else grouped_text(found.band_hi)
    recommended = grouped_text(found.recommended_fen or 0)
    if found.band_lo == found.band_hi:
        words = tr("A fixed sum: {sum} yuan", sum=recommended)
    else:
        words = tr("Band {low} – {high} yuan · recommended {sum}", low=low, high=high, sum=recommended)
    open_end = {"lo": tr("lower end left out"), "hi": tr("upper end left out"), "both": tr("both ends left out")}
    parts = [words, open_end.get(found.band_open, "")]
    if "倍" in statute_words or "每" in statute_words:
        parts.append(statute_words)
    return " · ".join(part for part in parts if part)


def state_of(found: Determination, chosen: int, like: LikeCases) -> RulerState:
    """What the vernier draws of a determination."""
    band_lo = found.band_lo if found.band_lo is not None else found.statute_lo
    return RulerState(
        found.statute_lo,
        found.statute_hi,
        band_lo,
        found.band_hi,
        found.recommended_fen if found.recommended_fen is not None else band_lo,
        chosen,
        marked(found.punishes),
        like.fines,
        like_words(like),
        found.band_open,
        found.exempt == "must",
    )


def like_words(like: LikeCases) -> str:
    """Under the ruler."""
    if like.median is None:
        return tr("No like case yet in two years")
    words = tr(
        "{count} like cases in two years · median {median}", count=len(like.fines), median=plain_text(like.median)
    )
    if len(like.fines) < SPREAD_FROM:
        return words
    low, _, high = quantiles(like.fines, n=4, method="inclusive")
    return f"{words} · {tr('half between {low} and {high}', low=plain_text(int(low)), high=plain_text(int(high)))}"
