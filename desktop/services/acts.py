"""Doing an act of the ordinary procedure: asked of the engine, signed by whom the law wants, its paper numbered, all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from desktop.services import joining
from desktop.services.act_desk import Standing, person_of, standing_of
from desktop.services.act_drafts import ActData, begun, drop_act, form_of, load_act, store_act, view_act, whole_values
from desktop.services.act_shapes import ActDraft, Acted
from desktop.services.act_values import checked_value, entry_values, nested, paper_digest
from desktop.services.changes import ChangedKind, Done
from desktop.services.desk import Desk, done, local, utc
from desktop.store.journal import Author
from enforcement.casefile import CaseFile
from enforcement.journal.acts import CertificateShown
from enforcement.journal.procedure_acts import ActCosigned, ActDone, Paper
from enforcement.notices import NoticeClaims, make_code
from enforcement.notices.code import party_hint
from enforcement.notices.forms import DocumentForm, missing_in
from enforcement.procedure.engine import effect_of, refuse, require
from enforcement.procedure.profile import ActRule
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7

CHANGED: tuple[ChangedKind, ...] = ("cases", "drafts", "review", "queue")
CODED = frozenset(("penalty_decision",))
"""Forms on which a code stands that vouches for their content."""
NUMBER_FIELD = {"case_opening": "case_number"}
"""Where a form has its own number, but for `number`."""


def begin(desk: Desk, case_id: UUID, act: str) -> Done[ActDraft]:
    """A page for the act, or the one begun before. Raises KnownError(certificate.*), (procedure.*)."""
    rule = desk.procedure.rule(act)
    now = desk.clock.now()
    desk.agency.require(desk.number, rule.who, now)
    with desk.database.write() as session:
        standing_of(session, desk, case_id)
        data = begun(session, desk, case_id, act)
        if data is None:
            data = ActData(draft_id=uuid7(now, desk.entropy), case_id=case_id, act=act, began_at=now)
            store_act(session, desk, data)
        return done(view_act(session, desk, data), "drafts")


def set_value(desk: Desk, draft_id: UUID, path: str, value: Any) -> Done[ActDraft]:
    """One field, checked by its kind; None takes it away, so that what the case knows stands again."""
    with desk.database.write() as session:
        data = load_act(session, desk, draft_id)
        of = form_of(desk.procedure.rule(data.act))
        values = {name: old for name, old in data.values.items() if name != path}
        if value is not None:
            if of is None:
                raise KnownError("form.value", form="", field=path, why="the form has no such field")
            values[path] = checked_value(of, path, value)
        return _kept(session, desk, data, values=values)


def set_at(desk: Desk, draft_id: UUID, at: datetime) -> Done[ActDraft]:
    """When it happened."""
    with desk.database.write() as session:
        return _kept(session, desk, load_act(session, desk, draft_id), at=utc(at))


def _kept(session: Session, desk: Desk, data: ActData, **changes: Any) -> Done[ActDraft]:
    data = msgspec.structs.replace(data, **changes)
    store_act(session, desk, data)
    return done(view_act(session, desk, data), "drafts")


def discard(desk: Desk, draft_id: UUID) -> Done[None]:
    """Take the page away; nothing of it is on the record."""
    with desk.database.write() as session:
        load_act(session, desk, draft_id)
        drop_act(session, draft_id)
    return done(None, "drafts")


def preview(desk: Desk, draft_id: UUID) -> bytes:
    """Its paper as it stands."""
    with desk.database.read() as session:
        data = load_act(session, desk, draft_id)
        rule = desk.procedure.rule(data.act)
        found = standing_of(session, desk, data.case_id)
    of = form_of(rule)
    if of is None:
        raise KnownError("procedure.not_allowed", why="this act has no paper", basis=rule.basis)
    now = desk.clock.now()
    me = desk.agency.require(desk.number, rule.who, now)
    values = whole_values(desk, found, rule, data, (me,), data.at or now)
    return render(desk, found.case, of.id, nested(values))


def render(desk: Desk, case: CaseFile, form_id: str, content: Mapping[str, Any]) -> bytes:
    """The PDF of a paper, its pictures taken from the case's sealed evidence."""
    from desktop.services.paper_pictures import (
        with_pictures,
    )  # pulls in the picture codecs, which most calls do not need

    return desk.render_form(form_id, with_pictures(desk, case, form_id, content))


def do(desk: Desk, draft_id: UUID, number: str, password: str) -> Done[Acted]:
    """Sign it. Raises KnownError(procedure.refused), (procedure.missing), (certificate.*), (password.wrong), (numbers.none_left)."""
    with desk.database.read() as session:
        data = load_act(session, desk, draft_id)
    return _do(desk, data, number, password)


def do_at_once(desk: Desk, case_id: UUID, act: str) -> Done[Acted]:
    """An act on which nothing is to be written."""
    rule = desk.procedure.rule(act)
    if form_of(rule) is not None or rule.second:
        raise KnownError("procedure.not_allowed", why="something is to be written first", basis=rule.basis)
    now = desk.clock.now()
    return _do(desk, ActData(draft_id=uuid7(now, desk.entropy), case_id=case_id, act=act, began_at=now), "", "")


def do_with(desk: Desk, case_id: UUID, act: str, values: Mapping[str, Any], number: str, password: str) -> Done[Acted]:
    """An act whose values are known, without a page. Raises what `do` raises, KnownError(form.value)."""
    of = form_of(desk.procedure.rule(act))
    if of is None:
        raise KnownError("form.value", form="", field="", why="the act has no form")
    checked = {path: checked_value(of, path, value) for path, value in values.items()}
    now = desk.clock.now()
    data = ActData(draft_id=uuid7(now, desk.entropy), case_id=case_id, act=act, began_at=now, values=checked)
    return _do(desk, data, number, password)


def _do(desk: Desk, data: ActData, number: str, password: str) -> Done[Acted]:
    rule, now = desk.procedure.rule(data.act), desk.clock.now()
    at = data.at or now
    me = desk.agency.require(desk.number, rule.who, now)
    people, partner = [me], None
    if rule.second:
        partner, shown = second_author(desk, number, password, rule.who)
        people.append(shown)
    with desk.database.write() as session:
        found = standing_of(session, desk, data.case_id, at)
        values = whole_values(desk, found, rule, data, tuple(people), at)
        content = nested(values)
        persons = tuple(person_of(desk, one.number) for one in people)
        require(desk.procedure, rule, found.position, persons, content, at, now)
        refuse(rule, joining.refusals(session, desk, found, rule, content))
        of = form_of(rule)
        if of is not None:
            _complete(desk, rule, of, content)
        paper = None
        if rule.form and of is not None:
            paper = _paper(session, desk, found, rule, of, content, at, now)
        body = ActDone(
            act=rule.id,
            profile=desk.procedure.name,
            at=at,
            shown=(me,),
            effect=effect_of(rule, found.position, content, at, _bars(desk, rule, content)),
            values=entry_values(rule, values, data.values),
            place=str(values.get("place", "")),
            part=rule.part,
            second=rule.second,
            paper=paper,
            answers=asked.entry if (asked := found.case.track.last(rule.answers)) else b"",
        )
        entries, _ = desk.append(session, data.case_id, body)
        if partner is not None:
            desk.append(session, data.case_id, ActCosigned(act=entries[-1].hash, shown=people[1]), author=partner)
        joining.follow(session, desk, found, rule, content, entries[-1].hash)
        drop_act(session, data.draft_id)
    acted = Acted(data.case_id, entries[-1].hash, rule.label, paper.number if paper else "", paper is not None)
    return done(acted, *CHANGED)


def second_author(desk: Desk, number: str, password: str, role: str) -> tuple[Author, CertificateShown]:
    """The second officer with their own password on this device. Raises KnownError(certificate.*), (password.wrong)."""
    if number == desk.number:
        raise KnownError("certificate.same_person", number=number)
    author = desk.author_of(number, password)
    return author, desk.agency.require(number, role, desk.clock.now())


def _complete(desk: Desk, rule: ActRule, of: DocumentForm, content: Mapping[str, Any]) -> None:
    """Raises KnownError(procedure.missing) with what a review board would strike. A number is given after this; opinions of others
    follow when they have decided.
    """
    later = {"number", NUMBER_FIELD.get(of.id, "number")}
    later |= {field.path for field in of.fields if rule.asks and field.path.startswith("opinions.")}
    if rule.asks and rule.who == "officer":
        later -= {"opinions.officer"}
    lacks = [item for item in missing_in(of, content) if item.path not in later]
    if lacks:
        raise KnownError(
            "procedure.missing", items=[item.words for item in lacks], fields=[item.path for item in lacks]
        )


def _paper(
    session: Session,
    desk: Desk,
    found: Standing,
    rule: ActRule,
    of: DocumentForm,
    content: dict[str, Any],
    at: datetime,
    now: datetime,
) -> Paper:
    """Numbered where the form bears a number of its own; `content` gets the number and the code."""
    own = NUMBER_FIELD.get(of.id, "number")
    field = next((one for one in of.fields if one.path == own), None)
    number, series, running = "", "", 0
    if field is not None and not content.get(own):
        try:
            block, running = desk.agency.next_number(session, of.id, local(at).year)
            number, series = block.number(running), block.series
            content[own] = number
        except KnownError as error:
            if error.code != "numbers.none_left" or field.mandatory:
                raise
    code = ""
    if of.id in CODED:
        claims = NoticeClaims(
            agency=str(content.get("agency", "")),
            issued_at=now,
            number=number,
            fine_fen=int(content.get("fine") or 0),
            violation=found.case.facts.violation if found.case.facts else "",
            party_hint=party_hint(found.case.party.name if found.case.party else ""),
            content=paper_digest(content),
        )
        code = make_code(claims, KeySigner(desk.sign_key))
    return Paper(
        form=of.id,
        content=dict(content),
        content_digest=paper_digest(content),
        number=number,
        series=series,
        running=running,
        code=code,
    )


def _bars(desk: Desk, rule: ActRule, content: Mapping[str, Any]) -> tuple[str, ...]:
    """Certificate numbers of the people that the act recuses: those whom its field names, when it grants."""
    if not rule.bars or not any(content.get(path) == option for path, _, option in map(_split, rule.choices)):
        return ()
    words = str(content.get(rule.bars, ""))
    people = desk.agency.index.roster.people
    return tuple(one.number for one in people if one.name in words or one.number in words)


def _split(choice: str) -> tuple[str, str, str]:
    return choice.partition("=")
