"""A party written down here: its code checked, and the one that is known by that code taken where there is one."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session
from stdnum.cn import ric, uscc

from desktop.services.desk import require_text
from desktop.store.parties import KnownParty, find_parties, put_party
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest


def entered(
    session: Session, *, name: str, kind: str, code: str, address: str, representative: str, phone: str
) -> KnownParty:
    """Raises KnownError(input.invalid) without a name or an address, (input.credit_code)."""
    name, address = require_text(name, "name"), require_text(address, "address")
    code = checked_code(kind, code)
    known = next((one for one in find_parties(session, code, 5) if one.code == code), None)
    if known is not None:
        return known
    party = KnownParty(
        party_id=f"entered-{digest(f'{kind} {code}'.encode()).hex()[:16]}",
        name=name,
        kind=kind,
        code=code,
        address=address,
        representative=representative.strip(),
        phone=phone.strip(),
        known_from="entered",
    )
    put_party(session, party)
    return party


def checked_code(kind: str, code: str) -> str:
    """A unified social credit code (GB 32100-2015) or resident id (GB 11643) with a right check digit.

    Raises KnownError(input.credit_code) with the reason.
    """
    code = re.sub(r"\s", "", code).upper()
    module = ric if kind == "citizen" else uscc
    if not module.is_valid(code):
        raise KnownError("input.credit_code", entered=code, kind=kind)
    return code
