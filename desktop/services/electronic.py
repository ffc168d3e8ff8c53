"""Electronic service of a case's papers (APL Art. 61): only with the party's signed consent on the record, which names way and address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

from desktop.services.act_desk import person_of, standing_of
from desktop.services.act_papers import paper_pdf
from desktop.services.act_shapes import Acted
from desktop.services.acts import do_with
from desktop.services.case_values import DECISIONS, NOTICES
from desktop.services.changes import Done
from desktop.services.desk import Desk, require_text
from desktop.services.forms import form
from desktop.services.settings import change_settings, read_settings
from desktop.store.authority import published_files
from enforcement.casefile import Act, CaseFile
from enforcement.credentials.seal_certificate import DOCUMENT_AUTHORITY
from enforcement.procedure.engine import offers
from enforcement.values.errors import KnownError

Why = Literal["", "inside", "no_consent", "declined", "unsigned", "voided"]
"""Why a paper is not delivered electronically; empty where it may be. `inside`: it is not for the party at all."""
CONFIRMED = "address.confirmed"
SERVICES = {
    NOTICES: ("notice.served", "notice.hearing_served"),
    DECISIONS: ("decision.served", "decision.handed"),
}
"""Which acts serve what."""


@dataclass(frozen=True)
class Electronic:
    """What the party agreed to. `act` is the service act that may be done now, with its words; empty where the procedure has none."""

    why: Why
    party: str = ""
    channel: str = ""
    address: str = ""
    act: str = ""
    act_label: str = ""


@dataclass(frozen=True)
class ReadyPaper:
    """Pages that wait for the agency's seal: the instant, and the DER of the document authority that the agency publishes, if any."""

    pdf: bytes
    at: datetime
    authority: bytes


class ElectronicOffice(Protocol):
    """Every method belongs on the store's worker, but for the seal's file."""

    def of(self, case_id: UUID, entry: bytes) -> Electronic: ...
    def ready(self, case_id: UUID, entry: bytes) -> ReadyPaper: ...
    def serve(
        self, case_id: UUID, entry: bytes, digest: bytes, proof: str, number: str, password: str
    ) -> Done[Acted]: ...
    def seal_file(self) -> Path | None:
        """The agency's seal certificate on this device; None where none was chosen or it is gone."""
        ...

    def set_seal_file(self, path: Path) -> None: ...


class ElectronicService:
    """Implements `ElectronicOffice`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def of(self, case_id: UUID, entry: bytes) -> Electronic:
        """Whether and how the paper may be delivered electronically."""
        with self.desk.database.read() as session:
            found = standing_of(session, self.desk, case_id)
        act = _paper(found.case, entry)
        assert act.body.paper is not None
        why = _why(found.case, act)
        if why:
            return Electronic(why)
        confirmed = _confirmed(found.case)
        assert confirmed is not None
        assert confirmed.body.paper is not None
        agreed = confirmed.body.paper.content
        wanted = next((serves for given, serves in SERVICES.items() if found.case.track.last(*given) is act), ())
        me = person_of(self.desk, self.desk.number)
        now = next(
            (
                one.rule
                for one in offers(self.desk.procedure, found.position, me)
                if one.allowed and one.rule.id in wanted
            ),
            None,
        )
        return Electronic(
            "",
            party=found.case.party.name if found.case.party is not None else "",
            channel=str(agreed.get("channel", "")),
            address=str(agreed.get("address", "")),
            act=now.id if now is not None else "",
            act_label=now.label if now is not None else "",
        )

    def ready(self, case_id: UUID, entry: bytes) -> ReadyPaper:
        """Raises KnownError(procedure.not_allowed) without consent."""
        self._agreed(case_id, entry)
        with self.desk.database.read() as session:
            files = published_files(session)
        folder, _, base = DOCUMENT_AUTHORITY.rpartition("/")
        named = (data for name, data in files.items() if name.startswith(f"targets/{folder}/") and name.endswith(base))
        return ReadyPaper(paper_pdf(self.desk, case_id, entry), self.desk.clock.now(), next(named, b""))

    def serve(self, case_id: UUID, entry: bytes, digest: bytes, proof: str, number: str, password: str) -> Done[Acted]:
        """The service act with the way, the address and the proof that it was sent; both officers sign.

        Raises KnownError(procedure.*), (certificate.*), (password.wrong), (input.invalid) without a proof.
        """
        proof = require_text(proof, "proof")
        agreed = self._agreed(case_id, entry)
        if not agreed.act:
            raise KnownError("procedure.not_allowed", why="it is served already", basis="行政处罚法第六十一条")
        with self.desk.database.read() as session:
            case = standing_of(session, self.desk, case_id).case
        assert case.party is not None
        representative = case.party.representative
        mark = digest.hex()
        shown = " ".join(mark[start : start + 16] for start in range(0, len(mark), 16))
        values = {
            "way": "电子",
            "place": agreed.address,
            "receiver": representative or case.party.name,
            "relation": "法定代表人（负责人）" if representative else "本人",
            "note": f"以{agreed.channel}发送加盖电子签章的PDF，SHA-256 {shown}；{proof}",
        }
        return do_with(self.desk, case_id, agreed.act, values, number, password)

    def seal_file(self) -> Path | None:
        kept = read_settings(self.desk.profile).seal
        return Path(kept) if kept and Path(kept).is_file() else None

    def set_seal_file(self, path: Path) -> None:
        change_settings(self.desk.profile, seal=str(path))

    def _agreed(self, case_id: UUID, entry: bytes) -> Electronic:
        found = self.of(case_id, entry)
        if found.why:
            raise KnownError(
                "procedure.not_allowed", why="no consent to electronic service", basis="行政处罚法第六十一条第二款"
            )
        return found


def _paper(case: CaseFile, entry: bytes) -> Act:
    act = case.track.act(entry)
    if act is None or act.body.paper is None:
        raise KnownError("input.invalid", field="document", why="this case has no such document")
    return act


def _confirmed(case: CaseFile) -> Act | None:
    """The last confirmation that stands: a later one takes the place of an earlier."""
    return next((act for act in reversed(case.track.acts) if act.body.act == CONFIRMED and not act.voided), None)


def _why(case: CaseFile, act: Act) -> Why:
    assert act.body.paper is not None
    if not any(block.kind == "head" and block.style == "red" for block in form(act.body.paper.form).blocks):
        return "inside"
    if act.voided:
        return "voided"
    confirmed = _confirmed(case)
    if confirmed is None or confirmed.body.paper is None:
        return "no_consent"
    if confirmed.body.paper.content.get("electronic") != "同意":
        return "declined"
    signed = any(one.role == "party" and one.strokes for one in confirmed.signatures)
    return "" if signed else "unsigned"
