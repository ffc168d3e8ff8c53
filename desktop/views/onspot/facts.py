"""The facts that the table asks for, each as its kind wants it: a few short answers all in sight, many or long ones in a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.views.shared.basics import Pick, Segmented, TextField, clear, label, row
from enforcement.rules import FactSpec, FactValue, parse_fact
from enforcement.rules.facts import number_text
from enforcement.values.errors import KnownError

LABEL_WIDTH = 104
IN_SIGHT, IN_SIGHT_CHARS = 4, 13
"""So many answers, of so many characters in all, stand beside each other; more of them go into a list."""
Field = TextField | Segmented | Pick


class FactsForm(QWidget):
    """`tried(spec, text)` on each key; `settled(spec, value)` when a field is left; `finished` after the last one."""

    tried = Signal(object, str)
    settled = Signal(object, object)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(9)
        self._shown = ""
        self._wanted = ""
        self._fields: dict[str, Field] = {}
        self._specs: tuple[FactSpec, ...] = ()

    def show_facts(self, specs: Sequence[FactSpec], facts: Mapping[str, FactValue], violation: str) -> None:
        """The form of a violation with what is known."""
        if violation != self._shown or tuple(specs) != self._specs:
            self._make(specs, violation)
        for spec in specs:
            self._show_value(spec, self._fields[spec.id], facts.get(spec.id))
        if self._wanted == violation:
            self._wanted = ""
            QTimer.singleShot(0, lambda: self.focus_fact(specs[0].id) if specs else None)

    def focus_when_shown(self, violation: str) -> None:
        """Move into the form as soon as it stands."""
        self._wanted = violation

    def focus_fact(self, fact: str) -> None:
        field = self._fields.get(fact)
        if isinstance(field, Segmented):
            field.focus_first()
        elif field is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)
            if isinstance(field, TextField):
                field.selectAll()

    def set_wrong(self, spec: FactSpec, words: str) -> None:
        field = self._fields.get(spec.id)
        if isinstance(field, TextField):
            field.set_wrong(bool(words))
            field.setToolTip(words or spec.hint)

    def _show_value(self, spec: FactSpec, field: Field, value: FactValue | None) -> None:
        if isinstance(field, TextField):
            if value is not None:
                field.show_value(str(value) if spec.kind == "date" else number_text(spec, int(value)))
            return
        key = "" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)
        if isinstance(field, Segmented):
            field.set_value(key)
        else:
            field.setCurrentIndex(field.findData(key))

    def _make(self, specs: Sequence[FactSpec], violation: str) -> None:
        clear(self._layout)
        self._shown, self._specs = violation, tuple(specs)
        self._fields = {}
        for spec in specs:
            field = self._field(spec)
            self._fields[spec.id] = field
            name = label(spec.label, "")
            name.setFixedWidth(LABEL_WIDTH)
            name.setWordWrap(True)
            line = row(name, field, spacing=10)
            line.setStretch(1, 1)
            self._layout.addLayout(line)

    def _field(self, spec: FactSpec) -> Field:
        name = f"fact.{spec.id}"
        if spec.kind == "flag":
            choices = [("no", tr("No")), ("yes", tr("Yes"))]
            flag = Segmented(choices, name=name, accessible=spec.label)
            flag.chosen.connect(lambda key, spec=spec: self._chosen(spec, key == "yes"))
            flag.setToolTip(spec.hint)
            return flag
        if spec.kind == "choice":
            return self._choice(spec, name)
        hint = spec.hint or ("2026-01-31" if spec.kind == "date" else "")
        text = TextField(name=name, accessible=spec.label, hint=hint, trailing=spec.unit)
        text.setToolTip(spec.hint)
        text.textEdited.connect(lambda words, spec=spec: self.tried.emit(spec, words))
        text.left.connect(lambda words, spec=spec: self._left(spec, words))
        text.entered.connect(lambda spec=spec: self._next(spec))
        return text

    def _choice(self, spec: FactSpec, name: str) -> Field:
        if len(spec.choices) <= IN_SIGHT and sum(len(one.label) for one in spec.choices) <= IN_SIGHT_CHARS:
            chosen = Segmented([(one.id, one.label) for one in spec.choices], name=name, accessible=spec.label)
            chosen.chosen.connect(lambda key, spec=spec: self._chosen(spec, key))
            chosen.setToolTip(spec.hint)
            return chosen
        picked = Pick()
        picked.setObjectName(name)
        picked.setAccessibleName(spec.label)
        picked.setPlaceholderText(spec.hint or tr("Choose"))
        picked.setToolTip(spec.hint)
        picked.setSizeAdjustPolicy(Pick.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        picked.setMinimumContentsLength(6)
        for one in spec.choices:
            picked.addItem(one.label, one.id)
        picked.setCurrentIndex(-1)
        picked.activated.connect(lambda at, spec=spec: self._chosen(spec, spec.choices[at].id))
        return picked

    def _chosen(self, spec: FactSpec, value: FactValue) -> None:
        self.settled.emit(spec, value)
        self._next(spec)

    def _left(self, spec: FactSpec, words: str) -> None:
        try:
            value = parse_fact(spec, words) if words.strip() else None
        except KnownError:
            return  # it stays in the field, marked; nothing wrong is saved
        self.settled.emit(spec, value)

    def _next(self, spec: FactSpec) -> None:
        ids = [one.id for one in self._specs]
        position = ids.index(spec.id) + 1
        if position < len(ids):
            self.focus_fact(ids[position])
        else:
            self.finished.emit()
