"""The ruler's answer: the sum, the vernier, a line for each reason with its article, the sentence for the decision."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.shapes import Assessment, Draft, LikeCases
from desktop.views.ruler.widget import RulerState, RulerWidget
from desktop.views.shared.basics import Card, chip, clear, holder, label, row, scrolled, set_chip
from enforcement.discretion import Determination, Reason
from enforcement.values.money import grouped_text, plain_text

CHIP_OF = {
    "tier": ("accent", "Tier"),
    "lighter": ("sealed", "Lighter"),
    "heavier": ("stop", "Heavier"),
    "exempt": ("sealed", "Exempt"),
    "not_exempt": ("quiet", "Not exempt"),
    "law_in_time": ("quiet", "Law in time"),
    "procedure": ("quiet", "Procedure"),
    "weigh": ("reason", "Weigh"),
}


class OutcomeCard(Card):
    """The right half of the on-the-spot page."""

    def __init__(self) -> None:
        super().__init__()
        self._tier = chip("", "accent", name="outcome.tier")
        self._table = label("", "small")
        self.body.addLayout(row(label(tr("Discretion"), "section"), self._tier, 1, self._table))
        self._sum = label("", "figure", name="outcome.sum")
        self._unit = label(tr("yuan"), "strong")
        self._band = label("", "second", name="outcome.band")
        self.body.addLayout(row(self._sum, self._unit, self._band, 1, spacing=8))
        self.ruler = RulerWidget()
        self.body.addWidget(self.ruler)
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
        self.body.addWidget(scrolled(inner), 1)
        self._like = LikeCases((), None)
        self.show_assessment(None, None)

    def show_assessment(self, assessment: Assessment | None, draft: Draft | None) -> None:
        """An answer; without one, what is needed for it."""
        found = assessment.determination if assessment is not None else None
        ready = found is not None and found.recommended_fen is not None
        self._sum.setVisible(ready)
        self._unit.setVisible(ready)
        self._words_head.setVisible(ready)
        self._table.setText(f"{found.row} · {assessment.pack_version}" if assessment and found else "")
        self._table.setToolTip(assessment.pack_title if assessment else "")
        set_chip(self._tier, found.tier_label if found else "", "accent")
        clear(self._reasons)
        if assessment is None or found is None:
            self._band.setText(tr("Choose the violation; then the ruler opens."))
            self.ruler.show_state(None)
            self._words.setText("")
            return
        if not ready or found.band_lo is None:
            words = "；".join(found.refusals) or tr("{count} facts still to be entered", count=len(found.missing))
            self._band.setText(words)
            self.ruler.show_state(None)
            self._words.setText("")
            return
        chosen = draft.chosen_fen if draft is not None and draft.chosen_fen is not None else found.recommended_fen
        assert chosen is not None
        self._sum.setText(grouped_text(chosen))
        high = grouped_text(found.band_hi) if found.band_hi is not None else "…"
        self._band.setText(
            tr(
                "Band {low} – {high} yuan · recommended {sum}",
                low=grouped_text(found.band_lo),
                high=high,
                sum=grouped_text(found.recommended_fen or 0),
            )
        )
        self.ruler.show_state(state_of(found, chosen, self._like))
        for reason in found.reasons:
            self._reasons.addWidget(reason_line(reason))
        self._words.setText(assessment.explanation)

    def show_like(self, found: LikeCases) -> None:
        """Like cases arrived."""
        self._like = found
        state = self.ruler.state()
        if state is not None:
            self.ruler.show_state(
                RulerState(
                    state.statute_lo,
                    state.statute_hi,
                    state.band_lo,
                    state.band_hi,
                    state.recommended,
                    state.chosen,
                    state.statute_label,
                    found.fines,
                    like_words(found),
                )
            )


def state_of(found: Determination, chosen: int, like: LikeCases) -> RulerState:
    """What the vernier draws of a determination."""
    band_lo = found.band_lo if found.band_lo is not None else found.statute_lo
    band_hi = found.band_hi if found.band_hi is not None else max(chosen, band_lo)
    return RulerState(
        found.statute_lo,
        found.statute_hi,
        band_lo,
        band_hi,
        found.recommended_fen or band_lo,
        chosen,
        _cited(found.punishes),
        like.fines,
        like_words(like),
    )


def like_words(like: LikeCases) -> str:
    """Under the ruler."""
    if like.median is None:
        return tr("No like case yet in two years")
    return tr(
        "{count} like cases in two years · median {median}", count=len(like.fines), median=plain_text(like.median)
    )


def reason_line(reason: Reason) -> QWidget:
    """Chip, text, article."""
    tone, words = CHIP_OF[reason.kind]
    sign = chip(tr(words), tone)
    text = label(reason.text, wrap=True)
    basis = label(reason.basis, "link")
    line = row(sign, text, basis, spacing=10)
    line.setStretch(1, 1)
    line.setContentsMargins(0, 5, 0, 5)
    return holder(line)


def _cited(text: str) -> str:
    at = text.find("第")
    return f"《{text[:at]}》{text[at:]}" if at > 0 else text
