"""Acts being written: canonical bytes in the encrypted store, one officer's own, every field kept as it is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desktop.services import joining
from desktop.services.act_desk import Standing, against, person_of, standing_of
from desktop.services.act_shapes import ActDraft, FieldView
from desktop.services.act_values import OPINIONS, by_signing, fields_of, flat_of, nested, photos, signed_off
from desktop.services.case_values import day, investigators, known_values, minute, named
from desktop.services.desk import Desk
from desktop.services.forms import form
from desktop.services.shapes import MissingItem, PersonView
from desktop.store.models import ActDraftRow
from enforcement.credentials import Duty, standing
from enforcement.journal.acts import CertificateShown
from enforcement.notices.forms import DocumentForm, FormField, holds, missing_in
from enforcement.procedure.engine import Person, refusals
from enforcement.procedure.profile import ActRule
from enforcement.values.clock import to_ms
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes


class ActData(Record):
    """What is kept: only what a person wrote. `at` is None while the act happens when it is signed."""

    draft_id: UUID
    case_id: UUID
    act: str
    began_at: datetime
    at: datetime | None = None
    values: dict[str, Any] = msgspec.field(default_factory=dict)


def store_act(session: Session, desk: Desk, data: ActData) -> None:
    """Write it as it stands now."""
    session.merge(
        ActDraftRow(
            draft_id=data.draft_id.bytes,
            owner=desk.number,
            case_id=data.case_id.bytes,
            act=data.act,
            data=to_bytes(data),
            touched_ms=to_ms(desk.clock.now()),
        )
    )


def load_act(session: Session, desk: Desk, draft_id: UUID) -> ActData:
    """Raises KnownError(input.invalid) when it is not this person's or was finished."""
    row = session.get(ActDraftRow, draft_id.bytes)
    if row is None or row.owner != desk.number:
        raise KnownError("input.invalid", field="draft", why="it was finished or discarded")
    return from_bytes(ActData, row.data)


def begun(session: Session, desk: Desk, case_id: UUID, act: str) -> ActData | None:
    """The same act, begun before by the same person."""
    wanted = select(ActDraftRow.data).where(
        ActDraftRow.owner == desk.number, ActDraftRow.case_id == case_id.bytes, ActDraftRow.act == act
    )
    data = session.scalar(wanted)
    return None if data is None else from_bytes(ActData, data)


def drop_act(session: Session, draft_id: UUID) -> None:
    """secure_delete overwrites its page."""
    session.execute(delete(ActDraftRow).where(ActDraftRow.draft_id == draft_id.bytes))


def form_of(rule: ActRule) -> DocumentForm | None:
    """The form that an act issues or fills."""
    name = rule.form or rule.asks
    return form(name) if name else None


def whole_values(
    desk: Desk, found: Standing, rule: ActRule, data: ActData, people: tuple[CertificateShown, ...], at: datetime
) -> dict[str, Any]:
    """Every value of the act's form by path: what the case knows, what the merged act wrote, what was written here, who signs."""
    of = form_of(rule)
    if of is None:
        return dict(data.values)
    paths = {field.path: field for field in of.fields}
    written = data.values.get("fine")
    fine = written if isinstance(written, int) else None
    known = known_values(desk, found.case, found.position, of.id, rule.id, data.at or data.began_at, fine)
    values = {path: value for path, value in known.items() if path in paths}
    if "began" in paths and data.at is None:
        values["began"] = minute(data.began_at)  # written as it happens: it began with this page
    merged = found.case.track.last(rule.merges) if rule.merges else None
    if merged is not None:
        values |= flat_of(of, merged.body.values)
    values |= {path: value for path, value in data.values.items() if value is not None}
    values |= {path: value for path, value in _people(found, rule, of, people, at).items() if path in paths}
    values |= photos(found.case, of, data.values, lambda number: _shown(desk, number, at).name or number)
    values |= signed_off(rule, of, data.values, people[0], day(at))
    if rule.who == "reviewer" and "opinions.officer" in values and isinstance(values["opinions.officer"], Mapping):
        values["opinions.officer"] = {**values["opinions.officer"], "by": people[0].name, "on": day(at)}
    return values


def _people(
    found: Standing, rule: ActRule, of: DocumentForm, people: tuple[CertificateShown, ...], at: datetime
) -> dict[str, Any]:
    if rule.who != "officer":
        officers = investigators(found.case)
        return ({"officers": officers} if officers else {}) | (
            {"reviewer": people[0].name} if of.id == "legality_review" else {}
        )
    values: dict[str, Any] = {}
    if rule.second or not investigators(found.case):
        values["officers"] = named(people)
    if len(people) > 1:
        values["recorder"] = people[1].name
    if any(field.path == "ended" for field in of.fields) and not rule.asks:
        values["ended"] = minute(at)
    return values


def view_act(session: Session, desk: Desk, data: ActData) -> ActDraft:
    """The page as it stands. Who signs second is not known yet, so what their signature fills is not called missing."""
    rule = desk.procedure.rule(data.act)
    now = desk.clock.now()
    at = data.at or now
    found = standing_of(session, desk, data.case_id, at)
    me = _shown(desk, desk.number, now)
    values = whole_values(desk, found, rule, data, (me,), at)
    of = form_of(rule)
    partners = _partners(desk, rule) if rule.second else ()
    people = _pretend(desk, rule, partners)
    content = nested(values)
    stands = refusals(desk.procedure, rule, found.position, people, content, at, now)
    stands += joining.refusals(session, desk, found, rule, content)
    choices = joining.choices(session, desk, found, rule)
    missing = () if of is None else _missing(of, rule, values, data)
    return ActDraft(
        draft_id=data.draft_id,
        case_id=data.case_id,
        act=rule.id,
        label=rule.label,
        basis=rule.basis,
        form=of.id if of else "",
        form_title=of.title if of else "",
        shows_paper=of is not None,
        fields=()
        if of is None
        else tuple(
            _offering(_field(one, values, data, rule), choices) for one in fields_of(of, rule) if _shows(one, rule)
        ),
        at=at,
        second=rule.second,
        partners=partners,
        missing=missing,
        against=against(stands),
    )


def _pretend(desk: Desk, rule: ActRule, partners: tuple[PersonView, ...]) -> tuple[Person, ...]:
    """For the refusals shown while it is written, any colleague stands for the second."""
    first = person_of(desk, desk.number)
    if not rule.second:
        return (first,)
    second = partners[0].number if partners else "?"
    return first, Person(second, frozenset({"officer"}))


def _shows(field: FormField, rule: ActRule) -> bool:
    return field.path not in by_signing(rule) and field.kind != "code"


def _missing(of: DocumentForm, rule: ActRule, values: Mapping[str, Any], data: ActData) -> tuple[MissingItem, ...]:
    """Mandatory fields without content, but for those that signing fills."""
    own = {field.path for field in fields_of(of, rule)}
    own_opinion = OPINIONS[rule.who]
    found = []
    for item in missing_in(of, nested(values)):
        signs = (
            item.path in by_signing(rule)
            or item.path == "ended"
            or (item.path == own_opinion and rule.who != "officer")
        )
        opinion_of_mine = item.path in (own_opinion, "opinions.officer") and bool(
            (data.values.get(item.path) or {}).get("text")
        )
        if item.path in own and not signs and not opinion_of_mine:
            found.append(MissingItem(item.path, item.words, item.article))
    return tuple(found)


def _field(field: FormField, values: Mapping[str, Any], data: ActData, rule: ActRule) -> FieldView:
    by_hand = field.path in data.values
    return FieldView(
        path=field.path,
        label=field.label,
        kind=field.kind,
        mandatory=field.mandatory and holds(field.when, nested(values)),
        article=field.article,
        options=field.options,
        columns=field.columns,
        unit=field.unit,
        value=data.values.get(field.path, values.get(field.path)),
        known=not by_hand and field.path in values and field.kind != "opinion",
    )


def _offering(field: FieldView, choices: Mapping[str, tuple[str, ...]]) -> FieldView:
    """A field whose answer the record knows is chosen, not written."""
    offered = choices.get(field.path)
    if offered is None:
        return field
    return replace(field, kind="choices" if field.kind == "list" else "choice", options=offered)


def _partners(desk: Desk, rule: ActRule) -> tuple[PersonView, ...]:
    """Colleagues of the same role who are enrolled on this device."""
    now = desk.clock.now()
    others = (slot.number for slot in desk.keys.slots if slot.number != desk.number)
    views = (desk.agency.person_view(number, now, True) for number in others)
    return tuple(view for view in views if rule.who in view.roles)


def _shown(desk: Desk, number: str, at: datetime) -> CertificateShown:
    return desk.agency.shown(standing(desk.agency.index, number, Duty(role=""), at))
