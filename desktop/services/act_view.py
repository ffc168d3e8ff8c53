"""Where an ordinary case stands, for the window: stages, what may be done and what stands in its way, what is due, its papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from desktop.services import joining
from desktop.services.act_desk import Standing, against, person_of
from desktop.services.act_drafts import form_of
from desktop.services.act_shapes import OfferView, PaperView, PendingView, ProcedureView, StageView, SumsView
from desktop.services.desk import Desk, local
from desktop.services.due import ours, rows_of
from desktop.services.forms import form
from enforcement.casefile import Act
from enforcement.procedure.engine import Offer, Person, offers
from enforcement.procedure.position import Position


def procedure_view(session: Session, desk: Desk, found: Standing) -> ProcedureView:
    """What the person signed in sees of the case's procedure now."""
    case, position, track = found.case, found.position, found.case.track
    me = person_of(desk, desk.number)
    about = f"{case.party.name if case.party else ''}"
    due, unknown = rows_of(
        (one for one in position.deadlines if ours(one.rule) or not position.is_over(one.rule.id)),
        about,
        case.case_id,
        local(position.at),
    )
    decided = "decided" in track.marks
    return ProcedureView(
        case_id=case.case_id,
        stages=_stages(desk, found),
        turn=track.turn,
        offers=_offers(desk, position, me, joining.idle(session, desk, found)),
        pending=tuple(_pending(desk, one) for one in track.pending),
        deadlines=due,
        uncounted=unknown,
        papers=tuple(paper_view(one) for one in track.issued if one.body.paper is not None),
        sums=SumsView(
            told=track.amounts.get("told"),
            decided=track.amounts.get("decided") if decided else None,
            paid=track.amounts.get("paid", 0),
            added=position.surcharge().fen if decided else 0,
            owed=position.owed() if decided else None,
        ),
        may_propose="officer" in me.roles and not track.marks & {"decided", "ended", "closed"},
    )


def paper_view(act: Act) -> PaperView:
    """A paper of the case."""
    paper = act.body.paper
    assert paper is not None
    of = form(paper.form)
    return PaperView(
        entry=act.entry,
        act=act.body.act,
        form=of.id,
        title=of.title,
        number=paper.number,
        at=act.body.at,
        filing=of.filing,
        order=of.order,
        signed=tuple(dict.fromkeys(one.role for one in act.signatures if not one.refused)),
        prints=act.prints,
        voided=act.voided or act.fell,
    )


def _stages(desk: Desk, found: Standing) -> tuple[StageView, ...]:
    """The stages that the case has been through, the one it is in, and those that may come."""
    names = desk.procedure.stages
    now = found.case.track.stage or names[0]
    been = {act.body.effect.stage for act in found.case.track.acts if act.body.effect.stage} | {names[0]}
    at = names.index(now) if now in names else 0
    return tuple(
        StageView(name, "now" if name == now else "done" if name in been and names.index(name) < at else "ahead")
        for name in names
        if name in been or names.index(name) >= at
    )


def _offers(desk: Desk, position: Position, me: Person, idle: frozenset[str]) -> tuple[OfferView, ...]:
    """What may be done stands before what may not; each in the order of the procedure, without what is `idle`. What time alone forbids
    may have been done just after the case's last act.
    """
    found = tuple(one for one in offers(desk.procedure, position, me) if one.rule.id not in idle)
    acts = position.track.acts
    in_time: set[str] = set()
    if acts and any(not one.allowed for one in found):
        then = replace(position, at=max(act.body.at for act in acts) + timedelta(minutes=1))
        in_time = {one.rule.id for one in offers(desk.procedure, then, me) if one.allowed}
    return tuple(_offer(one, one.rule.id in in_time) for one in sorted(found, key=lambda one: not one.allowed))


def _offer(one: Offer, in_time: bool) -> OfferView:
    of = form_of(one.rule)
    return OfferView(
        act=one.rule.id,
        label=one.rule.label,
        basis=one.rule.basis,
        form_title=of.title if of is not None else "",
        second=one.rule.second,
        against=against(one.refusals),
        at_once=of is None and not one.rule.second,
        earlier=in_time and not one.allowed,
    )


def _pending(desk: Desk, act: Act) -> PendingView:
    person = desk.agency.index.roster.person(act.officer)
    rule = desk.procedure.rule(act.body.act)
    mine = desk.number not in act.people and rule.who in desk.agency.person(desk.number).roles
    return PendingView(act.entry, rule.label, person.name if person else act.officer, act.written_at, mine)
