"""Known parties: found by name, code, address or pinyin initials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete, select
from sqlalchemy.orm import Session

from desktop.store.case_lines import search_text
from desktop.store.models import PartyRow


@dataclass(frozen=True)
class KnownParty:
    """A party of the agency's register, or one entered on this device."""

    party_id: str
    name: str
    kind: str
    code: str
    address: str
    representative: str
    phone: str
    known_from: str


def put_register(session: Session, parties: Sequence[KnownParty]) -> None:
    """Replace the agency's register; parties entered here stay."""
    session.execute(delete(PartyRow).where(PartyRow.known_from == "register"))
    for party in parties:
        put_party(session, party)


def put_party(session: Session, party: KnownParty) -> None:
    """Add or replace one party."""
    session.merge(PartyRow(**_columns(party), search=search_text(party.name, party.code, party.address)))


def party_of(session: Session, party_id: str) -> KnownParty | None:
    """One party by its id."""
    row = session.get(PartyRow, party_id)
    return None if row is None else _party(row)


def find_parties(session: Session, query: str, limit: int) -> list[KnownParty]:
    """Best first: the name or code begins so, then it holds the query anywhere."""
    query = query.strip().lower()
    found = select(PartyRow)
    if query:
        begins = case((PartyRow.search.startswith(query, autoescape=True), 0), else_=1)
        found = found.where(PartyRow.search.contains(query, autoescape=True)).order_by(begins, PartyRow.name)
    else:
        found = found.order_by(PartyRow.name)
    return [_party(row) for row in session.scalars(found.limit(limit))]


def _columns(party: KnownParty) -> dict[str, str]:
    return {name: getattr(party, name) for name in KnownParty.__dataclass_fields__}


def _party(row: PartyRow) -> KnownParty:
    return KnownParty(**{name: getattr(row, name) for name in KnownParty.__dataclass_fields__})
