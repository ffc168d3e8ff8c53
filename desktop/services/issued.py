"""The decision on the spot once it is issued: made again, signed on the screen, printed, handed over, voided."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from desktop.services.changes import Done
from desktop.services.desk import Desk, done, require_text
from enforcement.casefile import Decision, fold_case
from enforcement.journal import Body
from enforcement.journal.acts import (
    DecisionDelivered,
    DocumentPrinted,
    DocumentPrintedInField,
    DocumentSigned,
    DocumentVoided,
)
from enforcement.notices.hands import vouched
from enforcement.notices.signatures import Role
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError

PrintWay = Literal["pdf", "printer", "field_printer"]
BASIS = "行政处罚法第五十二条"
SIGNERS: tuple[Role, ...] = ("party", "officer", "witness")


def decision_of(desk: Desk, case_id: UUID) -> Decision:
    """Raises KnownError(procedure.not_allowed) when nothing was decided on the spot."""
    with desk.database.read() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
    if case.decision is None:
        raise KnownError("procedure.not_allowed", why="no decision was issued", basis=BASIS)
    return case.decision


def pdf(desk: Desk, case_id: UUID) -> bytes:
    """Made from the record alone, with the hands that signed."""
    found = decision_of(desk, case_id)
    return desk.render(found.act.content, found.act.code, found.signatures)


def sign(desk: Desk, case_id: UUID, role: Role, name: str, strokes: bytes, refused: str) -> Done[None]:
    """A signature on the screen under the decision, or why the party refused it, and who witnessed that (APL Art. 52). The party's is
    the receipt too.
    """
    name = require_text(name, "name")
    if not strokes:
        refused = require_text(refused, "words")
    if role not in SIGNERS or (refused and not strokes and role != "party"):
        raise KnownError("input.invalid", field="role", why="only the party's refusal stands on the decision")
    found = decision_of(desk, case_id)
    if found.voided:
        raise KnownError("procedure.not_allowed", why="the decision was voided", basis=BASIS)
    signed = [one for one in found.signatures if one.role == role and one.strokes]
    if any(role == "party" or one.name == name for one in signed):
        raise KnownError("procedure.not_allowed", why="the same person has signed already", basis=BASIS)
    bare = DocumentSigned(
        number=found.act.number,
        content_digest=found.act.content_digest,
        role=role,  # type: ignore[arg-type]  # one of SIGNERS
        name=name,
        at=desk.clock.now(),
        strokes=strokes,
        refused="" if strokes else refused,
    )
    hand = vouched(bare, KeySigner(desk.sign_key))
    desk.render(
        found.act.content, found.act.code, (*found.signatures, hand)
    )  # a letter that no font holds is refused now
    bodies: list[Body] = [hand]
    if role == "party" and not found.delivered:
        bodies.append(DecisionDelivered(outcome="signed" if strokes else "refused", words=bare.refused))
    with desk.database.write() as session:
        desk.append(session, case_id, *bodies)
    return done(None, "cases", "queue")


def record_print(desk: Desk, case_id: UUID, way: PrintWay, copies: int) -> Done[None]:
    """A print; from the second on it is a reprint."""
    found = decision_of(desk, case_id)
    number, again = found.act.number, found.prints > 0
    body = (
        DocumentPrintedInField(number=number, copies=copies, reprint=again)
        if way == "field_printer"
        else DocumentPrinted(number=number, way=way, copies=copies, reprint=again)
    )
    with desk.database.write() as session:
        desk.append(session, case_id, body)
    return done(None, "cases", "queue")


def record_delivery(desk: Desk, case_id: UUID, outcome: Literal["signed", "refused"], words: str) -> Done[None]:
    """Handed over on the spot, signed for on paper or refused."""
    if outcome == "refused":
        words = require_text(words, "words")
    if decision_of(desk, case_id).delivered:
        raise KnownError("procedure.not_allowed", why="already delivered", basis=BASIS)
    with desk.database.write() as session:
        desk.append(session, case_id, DecisionDelivered(outcome=outcome, words=words))
    return done(None, "cases", "queue")


def void(desk: Desk, case_id: UUID, words: str) -> Done[None]:
    """作废: the number stays used, with the reason."""
    words = require_text(words, "words")
    desk.agency.require(desk.number, "officer", desk.clock.now())
    found = decision_of(desk, case_id)
    if found.voided:
        raise KnownError("procedure.not_allowed", why="nothing to void", basis=BASIS)
    with desk.database.write() as session:
        desk.append(session, case_id, DocumentVoided(number=found.act.number, words=words))
    return done(None, "cases", "queue")
