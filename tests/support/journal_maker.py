"""Entries for tests: real keys, real signatures, a clock that ticks a second each time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from enforcement.journal import NO_ENTRY, Body, Entry, seal_entry
from enforcement.journal.acts import CaseCosigned, CaseDetermined, CaseOpened, CertificateShown, DecisionIssued, Party
from enforcement.values.cose import KeySigner
from enforcement.values.ids import uuid7

START = datetime(2026, 10, 14, 1, 42, tzinfo=UTC)
PARTY = Party(
    party_id="p1",
    name="示例市衡平建材有限公司",
    kind="organisation",
    code="91330100MA0000000X",
    address="示例市示范路18号",
)


class Device:
    """One device with two officers, appending to its chain."""

    def __init__(self, *officers: str) -> None:
        self.device = uuid4()
        self.signers = {number: KeySigner(Ed25519PrivateKey.generate()) for number in officers or ("S1", "S2")}
        self.seq, self.prev, self.now = 0, NO_ENTRY, START

    def key_of(self, kid: bytes, number: str) -> Ed25519PublicKey | None:
        signer = self.signers.get(number)
        return signer.key.public_key() if signer is not None and signer.kid == kid else None

    def add(self, aggregate: UUID, body: Body, parents: Sequence[bytes] = (), officer: str = "S1") -> Entry:
        self.now += timedelta(seconds=1)
        entry = seal_entry(
            body,
            entry_id=uuid7(self.now, os.urandom),
            aggregate=aggregate,
            certificate=officer,
            device=self.device,
            seq=self.seq + 1,
            prev=self.prev,
            parents=parents,
            at=self.now,
            evidence=None,
            signer=self.signers[officer],
        )
        self.seq, self.prev = entry.seq, entry.hash
        return entry


def shown(number: str) -> CertificateShown:
    return CertificateShown(
        number=number, name="林示例", unit="一中队", state="valid", roster_version=1, roster_digest=bytes(32)
    )


def opened() -> CaseOpened:
    return CaseOpened(
        inspection=uuid4(),
        party=PARTY,
        unit="u1",
        officer="S1",
        place="示范路18号",
        found_at=START,
        procedure="summary",
    )


def determined(fine_fen: int = 150_000) -> CaseDetermined:
    return CaseDetermined(
        pack_digest=bytes(32),
        violation="road",
        facts={"area": 65},
        acted_on=START.date(),
        decided_on=START.date(),
        determination={"title": "擅自占用城市道路", "tier": "t1"},
        fine_fen=fine_fen,
    )


def issued(determination: Entry, running: int = 41) -> DecisionIssued:
    return DecisionIssued(
        form="on_spot_decision",
        number=f"示城管简罚决〔2026〕{running}号",
        series="示城管简罚决2026",
        running=running,
        content={},
        content_digest=bytes(32),
        code="HZ1:",
        determination=determination.hash,
        officers=(shown("S1"), shown("S2")),
        fine_fen=150_000,
    )


def decided_case(device: Device, case_id: UUID) -> list[Entry]:
    """Opened, determined, co-signed, issued."""
    first = device.add(case_id, opened())
    proposal = device.add(case_id, determined(), [first.hash])
    second = device.add(case_id, CaseCosigned(determination=proposal.hash, shown=shown("S2")), [proposal.hash], "S2")
    return [first, proposal, second, device.add(case_id, issued(proposal), [second.hash])]
