"""A case's papers once issued: made again, signed on the screen, printed, voided; and the second signature from another device."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from desktop.services import joining
from desktop.services.act_desk import person_of, standing_of
from desktop.services.acts import CHANGED, render
from desktop.services.changes import Done
from desktop.services.desk import Desk, done, require_text
from desktop.services.forms import form
from enforcement.casefile import Act, CaseFile
from enforcement.journal.procedure_acts import ActCosigned, PaperPrinted, PaperSigned, PaperVoided
from enforcement.notices.signatures import ROLES, Role, Strokes, check_strokes
from enforcement.procedure.engine import refuse, require
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes

Way = Literal["pdf", "printer", "field_printer", "electronic"]


def paper_pdf(desk: Desk, case_id: UUID, entry: bytes) -> bytes:
    """The paper made again from the record alone."""
    with desk.database.read() as session:
        case, act = _act(session, desk, case_id, entry)
    return pdf_of(desk, case, act)


def values_of(desk: Desk, case_id: UUID, entry: bytes) -> tuple[str, str, str, int, str, dict[str, Any], bytes]:
    """Title, number, party, how often it was printed, form, values with pictures and signatures, pages."""
    from desktop.services.paper_pictures import with_pictures  # the picture codecs, which few calls need

    with desk.database.read() as session:
        case, act = _act(session, desk, case_id, entry)
    paper = act.body.paper
    assert paper is not None
    values = with_pictures(desk, case, paper.form, _content(act))
    party = case.party.name if case.party is not None else ""
    pdf = desk.render_form(paper.form, values)
    return form(paper.form).title, paper.number, party, act.prints, paper.form, values, pdf


def pdf_of(desk: Desk, case: CaseFile, act: Act) -> bytes:
    """The same, of a folded case."""
    assert act.body.paper is not None
    return render(desk, case, act.body.paper.form, _content(act))


def _content(act: Act) -> dict[str, Any]:
    """What stands on the paper, with the code and who signed."""
    assert act.body.paper is not None
    content: dict[str, Any] = dict(act.body.paper.content)
    if act.body.paper.code:
        content["code"] = act.body.paper.code
    if act.signatures:
        content["signatures"] = _hands(act)
    return content


def _hands(act: Act) -> dict[str, list[Any]]:
    """Signatures by role, as the form draws them: strokes, or the words for somebody who refused."""
    found: dict[str, list[Any]] = {}
    for one in act.signatures:
        hand = from_bytes(Strokes, one.strokes) if one.strokes else f"拒绝签名：{one.refused}"
        found.setdefault(one.role, []).append(hand)
    return found


def cosign(desk: Desk, case_id: UUID, entry: bytes) -> Done[None]:
    """The second signature by the person signed in, under an act that came from elsewhere; asked of the engine again."""
    with desk.database.write() as session:
        found = standing_of(session, desk, case_id)
        act = next((one for one in found.case.track.pending if one.entry == entry), None)
        if act is None:
            raise KnownError(
                "procedure.not_allowed", why="nothing waits for a second signature", basis="行政处罚法第四十二条"
            )
        rule = desk.procedure.rule(act.body.act)
        shown = desk.agency.require(desk.number, rule.who, desk.clock.now())
        people = (person_of(desk, act.officer), person_of(desk, desk.number))
        values = act.body.values if act.body.paper is None else act.body.paper.content
        then = standing_of(session, desk, case_id, act.body.at).position
        require(desk.procedure, rule, then, people, values, act.body.at, desk.clock.now())
        refuse(rule, joining.refusals(session, desk, found, rule, values))
        desk.append(session, case_id, ActCosigned(act=entry, shown=shown))
        joining.follow(session, desk, found, rule, values, entry)
    return done(None, *CHANGED)


def sign_paper(
    desk: Desk, case_id: UUID, entry: bytes, role: Role, name: str, strokes: bytes, refused: str
) -> Done[None]:
    """A signature on the screen, bound to the paper's content; or that it was refused, with the officers' note (APL Art. 52, 55)."""
    name = require_text(name, "name")
    if not strokes:
        refused = require_text(refused, "words")
    if role not in ROLES:
        raise KnownError("input.invalid", field="role")
    if strokes:
        check_strokes(from_bytes(Strokes, strokes))
    with desk.database.write() as session:
        _, act = _act(session, desk, case_id, entry)
        assert act.body.paper is not None
        body = PaperSigned(
            act=entry,
            content_digest=act.body.paper.content_digest,
            role=role,
            name=name,
            at=desk.clock.now(),
            strokes=strokes,
            refused=refused if not strokes else "",
        )
        desk.append(session, case_id, body)
    return done(None, *CHANGED)


def record_print(desk: Desk, case_id: UUID, entry: bytes, way: Way, copies: int) -> Done[None]:
    """A print; from the second on it is a reprint."""
    with desk.database.write() as session:
        _, act = _act(session, desk, case_id, entry)
        desk.append(session, case_id, PaperPrinted(act=entry, way=way, copies=copies, reprint=act.prints > 0))
    return done(None, "cases", "queue")


def void(desk: Desk, case_id: UUID, entry: bytes, words: str) -> Done[None]:
    """作废: the number stays used, with the reason."""
    words = require_text(words, "words")
    desk.agency.require(desk.number, "", desk.clock.now())
    with desk.database.write() as session:
        _, act = _act(session, desk, case_id, entry)
        if act.voided:
            raise KnownError("procedure.not_allowed", why="nothing to void", basis="行政处罚法第五十二条")
        desk.append(session, case_id, PaperVoided(act=entry, words=words))
    return done(None, *CHANGED)


def _act(session: Session, desk: Desk, case_id: UUID, entry: bytes) -> tuple[CaseFile, Act]:
    found = standing_of(session, desk, case_id)
    act = found.case.track.act(entry)
    if act is None or act.body.paper is None:
        raise KnownError("input.invalid", field="document", why="this case has no such document")
    return found.case, act
