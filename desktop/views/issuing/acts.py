"""Each act as a small form: what it needs, the reason, from when on. A refusal stands in the form, at the field that it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from desktop.messages import tr
from desktop.services.issuing_shapes import ActForm, Holder, OfficeView
from desktop.views.issuing.words import TITLES, field_words, problem_words, role_words
from desktop.views.shared.basics import Pick, label
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.theme import look
from enforcement.values.errors import KnownError

NEEDS_REASON = frozenset(("amend", "suspend", "resume", "revoke"))
FINAL_ACTS = frozenset(("revoke", "cancel", "replace"))
OWN: tuple[str, ...] = ("next-due", "valid-to", "ground", "new")
SPOTS = {"next_due": "next-due", "review_due": "next-due", "valid_to": "valid-to", "number": "new"}
"""Where the field of a refusal is asked for in the form of an act."""
_PARTS = re.compile(r"[、,，;；\s]+")


class Roles(QWidget):
    """The roles that a kind of certificate may carry, to be ticked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(14)
        self._layout.setVerticalSpacing(0)
        self._boxes: dict[str, QCheckBox] = {}

    def show_roles(self, possible: Sequence[str], chosen: Sequence[str]) -> None:
        for box in self._boxes.values():
            self._layout.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {}
        for at, role in enumerate(possible):
            box = QCheckBox(role_words(role))
            box.setObjectName(f"{self._name}.{role}")
            box.setAccessibleName(f"{field_words('roles')}: {role_words(role)}")
            box.setChecked(role in chosen)
            self._layout.addWidget(box, at // 2, at % 2)
            self._boxes[role] = box
        self.setMinimumHeight((len(possible) + 1) // 2 * look.tokens.sizes["field"])

    def chosen(self) -> tuple[str, ...]:
        return tuple(role for role, box in self._boxes.items() if box.isChecked())


class FormDialog(Asking):
    """Names at the left, fields at the right. `given(ActForm)`."""

    given = Signal(object)

    def __init__(self, parent: QWidget, title: str, name: str, under: str = "") -> None:
        super().__init__(parent, title, name)
        self.setMinimumWidth(560)
        self._name = name
        if under:
            self.body.addWidget(label(under, "second", wrap=True))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnMinimumWidth(0, 120)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self._fields: dict[str, QWidget] = {}

    def add(self, name: str, words: str, field: QWidget) -> None:
        """One more line."""
        if not field.objectName():
            field.setObjectName(f"{self._name}.{name}")
        field.setAccessibleName(words)
        at = self._grid.rowCount()
        self._grid.addWidget(label(words, "second"), at, 0)
        self._grid.addWidget(field, at, 1)
        self._fields[name] = field

    def add_line(self, name: str, words: str, text: str = "", hint: str = "") -> QLineEdit:
        made = QLineEdit(text)
        made.setPlaceholderText(hint)
        made.returnPressed.connect(self.submit)
        self.add(name, words, made)
        return made

    def add_pick(self, name: str, words: str, choices: Sequence[tuple[str, str]], chosen: str = "") -> Pick:
        made = Pick()
        for value, shown in choices:
            made.addItem(shown, value)
        made.setCurrentIndex(max(made.findData(chosen), 0))
        self.add(name, words, made)
        return made

    def text(self, name: str) -> str:
        """What stands in a field, empty where the form has none."""
        field = self._fields.get(name)
        if isinstance(field, QLineEdit):
            return field.text().strip()
        return str(field.currentData() or "") if isinstance(field, Pick) else ""

    def form(self) -> ActForm:
        raise NotImplementedError

    def submit(self) -> None:
        if self.go.isEnabled():
            self.go.setEnabled(False)
            self.problem.setVisible(False)
            self.given.emit(self.form())

    def refused(self, error: Exception) -> None:
        """Stay open, say why, go to the field."""
        self.show_problem(problem_words(error))
        self.body.activate()
        needed = self.body.totalHeightForWidth(self.width())
        self.resize(self.width(), max(needed, self.height()))  # the sentence takes no room from the fields
        name = str(error.details.get("field", "")) if isinstance(error, KnownError) else ""
        field = (
            self._fields.get(name) or self._fields.get(SPOTS.get(name, "")) or self._fields.get(name.replace("_", "-"))
        )
        if field is not None:
            field.setFocus()
        if isinstance(field, QLineEdit):
            field.selectAll()


class ActDialog(FormDialog):
    """An act on one certificate."""

    def __init__(self, parent: QWidget, act: str, holder: Holder, view: OfficeView) -> None:
        super().__init__(parent, tr(TITLES[act]), "act", f"{holder.name} · {holder.number} · {holder.unit_name}")
        self._act, self._holder = act, holder
        if act in FINAL_ACTS:
            no_way = tr("No way leads back from it: who is to act again gets another number.")
            self.body.insertWidget(self.body.count() - 1, label(no_way, "stop", wrap=True))
        match act:
            case "review":
                by_itself = tr("{day}, by the policy", day=holder.next.review_due.isoformat())
                self.add_line("next-due", tr("Next review due"), hint=by_itself)
            case "renew":
                by_itself = tr("{day}, by the policy", day=holder.next.valid_to.isoformat())
                self.add_line("valid-to", field_words("valid_to"), hint=by_itself)
            case "amend":
                self._ask_amended(view)
            case "cancel":
                grounds = [(one.id, one.words) for one in view.grounds if one.state == "cancelled"]
                self.add_pick("ground", field_words("ground"), grounds)
            case "replace":
                self.add_line("new", field_words("new"))
        needed = act in NEEDS_REASON
        reason = self.add_line("reason", field_words("reason"), hint="" if needed else tr("may stay empty"))
        self.add_line("since", field_words("since"), hint=tr("now; or a day such as 2026-10-14, or 2026-10-14 09:00"))
        self.finish(tr(TITLES[act]), "act")
        if act == "cancel":  # two buttons of one word would be one too many
            self.cancel.setText(tr("Leave it as it is"))
        (reason if needed and act != "amend" else next(iter(self._fields.values()))).setFocus()

    def form(self) -> ActForm:
        texts: dict[str, str] = {name: self.text(name) for name in OWN if name in self._fields}
        lists: dict[str, tuple[str, ...]] = {}
        if self._act == "amend":
            holder, roles = self._holder, self._roles.chosen()
            fields = tuple(part for part in _PARTS.split(self.text("fields")) if part)
            texts |= {name: self.text(name) for name in ("unit", "region") if self.text(name) != getattr(holder, name)}
            if set(roles) != set(holder.roles):
                lists["role"] = roles
            if fields != holder.fields:
                lists["field"] = fields
        return ActForm(self._act, self._holder.number, self.text("since"), self.text("reason"), texts, lists)

    def _ask_amended(self, view: OfficeView) -> None:
        holder = self._holder
        self.add_pick("unit", field_words("unit"), [(one.unit_id, one.name) for one in view.units], holder.unit)
        self._roles = Roles("act.roles")
        possible = next((kind.roles for kind in view.kinds if kind.name == holder.kind), holder.roles)
        self._roles.show_roles(possible, holder.roles)
        self.add("roles", field_words("roles"), self._roles)
        self.add_line("fields", field_words("fields"), "、".join(holder.fields))
        self.add_line("region", field_words("region"), holder.region)


class IssueDialog(FormDialog):
    """One new certificate."""

    def __init__(self, parent: QWidget, view: OfficeView, today: date) -> None:
        super().__init__(parent, tr("Issue a certificate"), "issue")
        self._view = view
        first = self.add_line("number", field_words("number"))
        self.add_line("name", field_words("name"))
        self.add_pick("unit", field_words("unit"), [(one.unit_id, one.name) for one in view.units])
        self._kind = self.add_pick("kind", field_words("kind"), [(one.name, one.title) for one in view.kinds])
        self._roles = Roles("issue.roles")
        self.add("roles", field_words("roles"), self._roles)
        self.add_line(
            "fields",
            field_words("fields"),
            hint=tr("several with a comma between; here: {fields}", fields="、".join(view.fields)),
        )
        self.add_line("region", field_words("region"), view.region)
        self.add_line("valid-from", field_words("valid_from"), today.isoformat())
        self.add_line("valid-to", field_words("valid_to"), hint=tr("by the policy"))
        self.add_line("review-due", field_words("review_due"), hint=tr("by the policy"))
        self._kind.currentIndexChanged.connect(self._show_roles)
        self._show_roles()
        self.finish(tr("Issue"), "issue")
        first.setFocus()

    def form(self) -> ActForm:
        names = ("name", "unit", "kind", "region", "valid-from", "valid-to", "review-due")
        fields = tuple(part for part in _PARTS.split(self.text("fields")) if part)
        lists = {"role": self._roles.chosen(), "field": fields}
        return ActForm("issue", self.text("number"), texts={name: self.text(name) for name in names}, lists=lists)

    def submit(self) -> None:
        """What every certificate has is asked for before the tool is."""
        form = self.form()
        empty = [name for name in ("name", "region", "valid-from") if not form.texts[name]]
        wanted = ([] if form.number else ["number"]) + empty + ([] if form.lists["role"] else ["roles"])
        wanted += [] if form.lists["field"] else ["fields"]
        if wanted:
            self.refused(KnownError("input.invalid", field=wanted[0].replace("-", "_"), why=tr("it is missing")))
            return
        super().submit()

    def _show_roles(self) -> None:
        kind = next(one for one in self._view.kinds if one.name == self.text("kind"))
        self._roles.show_roles(kind.roles, kind.roles[:1])
