"""The on-the-spot page as it is kept between two fields: canonical bytes in the encrypted store, one officer's own."""

from __future__ import annotations

import io
from datetime import datetime
from uuid import UUID

import msgspec
from PIL import Image
from sqlalchemy.orm import Session

from desktop.services.desk import Desk
from desktop.services.shapes import DeviationView, Draft, EvidenceView, PartyView
from desktop.store.kept import read_draft, save_draft
from desktop.store.parties import KnownParty, party_of
from enforcement.casefile import fold_case
from enforcement.casefile.state import Deviation
from enforcement.journal.acts import EvidenceAdded, Party
from enforcement.rules import FactValue
from enforcement.sealing import open_blob
from enforcement.values.clock import to_ms
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

THUMBNAIL = (168, 124)


class DraftData(Record):
    """What is kept. `told_fine` is the sum that the party was told; -1 when nothing was told yet. `ordinary`: the page puts forward a sum
    in a case under the ordinary procedure.
    """

    draft_id: UUID
    inspection: UUID
    found_at: datetime
    case_id: UUID | None = None
    party_id: str = ""
    place: str = ""
    happened: str = ""
    violation_id: str = ""
    facts: dict[str, FactValue] = msgspec.field(default_factory=dict)
    told_fine: int = -1
    told_at: datetime | None = None
    statement: str = ""
    statement_words: str = ""
    heard_words: str = ""
    chosen_fen: int | None = None
    second_officer: str = ""
    on_spot_payment: bool = False
    receipt_number: str = ""
    evidence: tuple[EvidenceAdded, ...] = ()
    ordinary: bool = False


def change(data: DraftData, **changes: object) -> DraftData:
    """A copy with some fields set."""
    return msgspec.structs.replace(data, **changes)


def load_draft(session: Session, desk: Desk, draft_id: UUID) -> DraftData:
    """Raises KnownError(input.invalid) when it is not this officer's or was finished."""
    data = read_draft(session, draft_id, desk.number)
    if data is None:
        raise KnownError("input.invalid", field="draft", why="it was finished or discarded")
    return from_bytes(DraftData, data)


def store_draft(session: Session, desk: Desk, data: DraftData) -> None:
    """Write it as it stands now."""
    save_draft(session, data.draft_id, desk.number, to_bytes(data), to_ms(desk.clock.now()))


def view(session: Session, desk: Desk, data: DraftData) -> Draft:
    """The page."""
    party = party_of(session, data.party_id) if data.party_id else None
    return Draft(
        draft_id=data.draft_id,
        case_id=data.case_id,
        party=None if party is None else party_view(party),
        place=data.place,
        found_at=data.found_at,
        happened=data.happened,
        evidence=tuple(evidence_view(desk, one) for one in data.evidence),
        violation_id=data.violation_id,
        facts=dict(data.facts),
        told=data.told_fine >= 0,
        statement=data.statement,  # type: ignore[arg-type]
        statement_words=data.statement_words,
        heard_words=data.heard_words,
        chosen_fen=data.chosen_fen,
        second_officer=data.second_officer,
        on_spot_payment=data.on_spot_payment,
        receipt_number=data.receipt_number,
        deviation=_deviation(session, desk, data),
        ordinary=data.ordinary,
    )


def _deviation(session: Session, desk: Desk, data: DraftData) -> DeviationView | None:
    """What became of a request for a sum outside the band; only a page that asked is folded."""
    if data.case_id is None or data.chosen_fen is None:
        return None
    found = fold_case(data.case_id, desk.journal.entries(session, data.case_id)).deviation
    return None if found is None else deviation_view(found)


def deviation_view(found: Deviation) -> DeviationView:
    """For a page."""
    return DeviationView(
        fine_fen=found.act.fine_fen,
        words=found.act.words,
        state=found.state,
        by=found.by.name if found.by is not None else "",
        answer=found.words,
        asked_at=found.at,
    )


def party_view(party: KnownParty) -> PartyView:
    """A known party for the page."""
    return PartyView(
        party_id=party.party_id,
        name=party.name,
        kind=party.kind,
        code=party.code,
        address=party.address,
        representative=party.representative,
        phone=party.phone,
        known_from="register" if party.known_from == "register" else "entered",
    )


def party_act(party: KnownParty) -> Party:
    """A known party for the record."""
    return Party(
        party_id=party.party_id,
        name=party.name,
        kind=party.kind,  # type: ignore[arg-type]
        code=party.code,
        address=party.address,
        representative=party.representative,
        phone=party.phone,
    )


def evidence_view(desk: Desk, act: EvidenceAdded) -> EvidenceView:
    """An attachment with a thumbnail made in memory; empty where the blob has not arrived."""
    return EvidenceView(
        evidence_id=act.evidence,
        caption=act.caption,
        taken_at=act.taken_at,
        size=act.plain_size,
        digest=act.plain_digest,
        thumbnail=_thumbnail(desk, act),
    )


_thumbnails: dict[bytes, bytes] = {}


def _thumbnail(desk: Desk, act: EvidenceAdded) -> bytes:
    if not act.media_type.startswith("image/"):
        return b""
    if act.blob not in _thumbnails:
        if not desk.blobs.has(act.blob):
            return b""
        content = b"".join(open_blob(desk.blobs.pieces(act.blob), act.key, limit=act.plain_size))
        picture = Image.open(io.BytesIO(content))
        picture.thumbnail(THUMBNAIL)
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "PNG")
        _thumbnails[act.blob] = buffer.getvalue()
    return _thumbnails[act.blob]


def forget_thumbnails() -> None:
    """On sign-out nothing of a case stays in memory here."""
    _thumbnails.clear()
