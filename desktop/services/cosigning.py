"""The second signature from the colleague's own device, without a network: a request as a file, an answer as a file or a code.

The request is the case so far, sealed for the colleague as any bundle is; the answer is their journal entry. What they sign is what
their own device measured again from the request.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from desktop.services import ruler
from desktop.services.changes import Done
from desktop.services.desk import Desk, done
from desktop.services.onspot import ReadyPage, decide, determined_by, ready
from desktop.services.shapes import Issued, PersonView
from desktop.store.kept import know_blob
from desktop.store.projections import extend_chain, project_case
from enforcement.casefile import CaseFile, fold_case
from enforcement.casefile.state import Proposal
from enforcement.discretion import Determination
from enforcement.journal import Entry, read_entry
from enforcement.journal.acts import CaseCosigned, EvidenceAdded
from enforcement.sealing import BundleHeader, open_bundle, seal_bundle
from enforcement.sealing.recipients import HYBRID
from enforcement.values.codetext import pack, unpack
from enforcement.values.cose import KeySigner
from enforcement.values.encoding import decode, encode
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_plain, to_plain

PREFIX = "HZG1:"


@dataclass(frozen=True)
class CosignView:
    """What the second officer reads before they sign; `same` is whether this device measures the same to the last byte."""

    officer: str
    party: str
    place: str
    happened: str
    violation: str
    fine_fen: int
    pictures: int
    same: bool


def elsewhere(desk: Desk) -> tuple[PersonView, ...]:
    """Officers who could co-sign on a device of their own."""
    now, here = desk.clock.now(), {slot.number for slot in desk.keys.slots}
    views = (
        desk.agency.person_view(one.number, now, False)
        for one in desk.agency.index.roster.people
        if one.number not in here and any(held.until is None for held in one.credentials)
    )
    return tuple(one for one in views if "officer" in one.roles and one.state in ("valid", "expiring"))


def ask(desk: Desk, unit: str, draft_id: UUID, number: str) -> Done[bytes]:
    """Sign the page oneself and seal it for a colleague. Raises KnownError(certificate.*), (procedure.*)."""
    now = desk.clock.now()
    if number == desk.number:
        raise KnownError("certificate.same_person", number=number)
    with desk.database.write() as session:
        page = ready(session, desk, draft_id, number, now)
        case = fold_case(page.case_id, desk.journal.entries(session, page.case_id))
        if _stands(page, case) is None:
            desk.append(session, page.case_id, *determined_by(page))
        entries = desk.journal.entries(session, page.case_id)
        last = max((one for one in entries if one.device == desk.device), key=lambda one: one.seq)
        header = BundleHeader(
            v=1,
            device=desk.device,
            unit=unit,
            first_seq=last.seq,
            last_seq=last.seq,
            head=last.hash,
            blobs=(),
            made_at=now,
            suite=HYBRID,
        )
        recovery = desk.agency.index.roster.recovery
        live = [held.hpke for held in desk.agency.person(number).credentials if held.until is None]
        sealed = seal_bundle(
            page.case_id,
            [one.data for one in entries],
            header,
            [*live, recovery],
            recovery,
            KeySigner(desk.device_key),
            desk.entropy,
        )
    return done(sealed.data, "cases", "drafts", "queue")


def look(desk: Desk, data: bytes) -> CosignView:
    """What a request asks for. Raises KnownError(bundle.*), (signature.*), (cosign.nothing)."""
    case, proposal, entries = _read(desk, data)
    found = from_plain(Determination, proposal.act.determination)
    held = desk.agency.library.by_digest(found.pack_digest) is not None
    same = held and to_plain(ruler.measure_as_recorded(desk, found, proposal.act.facts)) == to_plain(found)
    return CosignView(
        officer=_name(desk, proposal.officer),
        party=case.party.name if case.party is not None else "",
        place=case.facts.place if case.facts is not None else "",
        happened=case.facts.happened if case.facts is not None else "",
        violation=found.title,
        fine_fen=proposal.act.fine_fen,
        pictures=sum(isinstance(one.body, EvidenceAdded) for one in entries),
        same=same,
    )


def sign(desk: Desk, data: bytes) -> Done[str]:
    """Co-sign on one's own device; the answer as the text of a code. The entry also goes the usual way with the next sync."""
    now = desk.clock.now()
    shown = desk.agency.require(desk.number, "officer", now)
    case, proposal, entries = _read(desk, data)
    if not look(desk, data).same:
        raise KnownError("cosign.nothing", why="本机按同一裁量基准得不出同样的结果")
    with desk.database.write() as session:
        new = [one for entry in entries if (one := _keep(session, desk, entry, digest(data))) is not None]
        for device in {one.device for one in new}:
            extend_chain(session, desk.journal, device, [one for one in new if one.device == device])
        project_case(session, desk.journal, case.case_id)
        desk.append(session, case.case_id, CaseCosigned(determination=proposal.entry, shown=shown))
        asked = {one.hash for one in entries}
        mine = [one.data for one in desk.journal.entries(session, case.case_id) if one.hash not in asked]
    return done(pack(PREFIX, encode(mine)), "cases", "queue")


def take(desk: Desk, draft_id: UUID, answer: str) -> Done[Issued]:
    """The colleague's answer on the first device: their entry is kept, and the decision issued.

    Raises KnownError(notice.*), (signature.*), (cosign.stale), (certificate.*), (procedure.*), (numbers.none_left).
    """
    now = desk.clock.now()
    entries = _answered(desk, answer)
    number = entries[-1].certificate
    if number == desk.number:
        raise KnownError("certificate.same_person", number=number)
    with desk.database.write() as session:
        page = ready(session, desk, draft_id, number, now)
        if any(one.aggregate != page.case_id for one in entries):
            raise KnownError("cosign.stale", why="它是另一个案件的会签")
        new = [one for entry in entries if (one := _keep(session, desk, entry, digest(entry.data))) is not None]
        for device in {one.device for one in new}:
            extend_chain(session, desk.journal, device, [one for one in new if one.device == device])
        case = fold_case(page.case_id, desk.journal.entries(session, page.case_id))
        proposal = _stands(page, case)
        if proposal is None or proposal.cosigned_by is None or proposal.cosigned_by.number != number:
            raise KnownError("cosign.stale", why="会签之后本页有改动")
        second = desk.agency.require(number, "officer", now)
        issued = decide(session, desk, page, proposal.entry, second, now)
    return done(issued, "cases", "drafts", "queue")


def _answered(desk: Desk, answer: str) -> tuple[Entry, ...]:
    """The entries of an answer: what the other device wrote in the case beyond the request, its signature last."""
    match decode(unpack(PREFIX, answer.strip())):
        case [*parts] if parts and all(isinstance(one, bytes) for one in parts):
            entries = tuple(read_entry(one, desk.agency.index.officer_key) for one in parts)
        case _:
            raise KnownError("cosign.stale", why="它不是会签")
    if not isinstance(entries[-1].body, CaseCosigned):
        raise KnownError("cosign.stale", why="它不是会签")
    return entries


def _stands(page: ReadyPage, case: CaseFile) -> Proposal | None:
    """The determination on record, where it is the page's own as it stands now."""
    _, wanted = determined_by(page)
    proposal, facts = case.proposal, case.facts
    if proposal is None or facts is None or proposal.act != wanted:
        return None
    same = (facts.happened, facts.place) == (page.data.happened, page.data.place)
    return proposal if same else None


def _read(desk: Desk, data: bytes) -> tuple[CaseFile, Proposal, tuple[Entry, ...]]:
    index = desk.agency.index
    keys = (desk.decryption_key, *desk.earlier_keys)
    for key in keys:
        try:
            opened = open_bundle(data, index.device_key, key)
            break
        except KnownError as error:
            if error.code != "bundle.not_for_us" or key is keys[-1]:
                raise
    entries = tuple(read_entry(raw, index.officer_key) for raw in opened.entries)
    if any(one.aggregate != opened.aggregate for one in entries):
        raise KnownError("bundle.altered", why="an entry of another case")
    case = fold_case(opened.aggregate, entries)
    if case.decision is not None:
        raise KnownError("cosign.nothing", why="案件已作出决定")
    if case.proposal is None:
        raise KnownError("cosign.nothing", why="还没有拟定处罚")
    if case.proposal.officer == desk.number:
        raise KnownError("certificate.same_person", number=desk.number)
    return case, case.proposal, entries


def _keep(session: Session, desk: Desk, entry: Entry, source: bytes) -> Entry | None:
    kept = desk.journal.take_in(session, entry.data, source, desk.agency.index.officer_key)
    if kept is not None and isinstance(kept.body, EvidenceAdded):
        know_blob(session, kept.body.blob, kept.body.sealed_size, kept.aggregate)
    return kept


def _name(desk: Desk, number: str) -> str:
    person = desk.agency.index.person(number)
    return f"{person.name} {number}" if person is not None else number
