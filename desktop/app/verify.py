"""`hengchi verify`: whose roster is trusted, and what is known to be voided; then printing.verification decides."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.platform.clock import SystemClock
from desktop.platform.paths import profile_path
from desktop.printing.verification import SignerInfo, Trust, Verdict, verify
from desktop.services.profile import read_put_grant
from desktop.store.authority import check_roster
from enforcement.credentials import Duty, Roster, RosterIndex, VoidedNotices, standing
from enforcement.credentials.authority_set import SetVersions, open_set
from enforcement.credentials.certificate import public_key_of
from enforcement.credentials.standing import MAY_ACT
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text
from enforcement.values.shapes import from_bytes


def run_verify(arguments: argparse.Namespace) -> int:
    """Exit code 0 only when genuine; 2 when there is nothing to trust."""
    try:
        trust = load_trust(arguments.trust, arguments.profile)
    except (KnownError, OSError) as error:
        print(f"没有可以信任的机关数据：{error}")
        return 2
    path = Path(arguments.what)
    try:
        data = path.read_bytes() if len(arguments.what) < 1024 and path.is_file() else arguments.what.encode()
    except OSError as error:
        print(f"无法读取：{error.strerror}")
        return 2
    verdict = verify(data, trust)
    if arguments.json:
        print(json.dumps(_plain(verdict), ensure_ascii=False))
    else:
        print(f"{WORDS[verdict.state]}。{verdict.why}")
    return 0 if verdict.genuine else 1


WORDS: Mapping[str, str] = {
    "genuine": "真实",
    "altered": "已被改动",
    "voided": "已作废",
    "unknown_signer": "签发人不明",
    "not_allowed": "签发人当时无权执法",
    "unreadable": "无法读取",
}


VOIDED = "notices/voided.cbor"


def load_trust(repository: Path | None, profile: Path | None) -> Trust:
    """The roster of a published repository, or of the one that the profile's grant pins, read with no network.

    Raises KnownError(authority.*).
    """
    if repository is None:
        folder = profile_path(profile)
        pinned = read_put_grant(folder).root
        repository = folder / "authority"
    else:
        pinned = (repository / "metadata" / "1.root.json").read_bytes()
    opened = open_set(_reader(repository), SetVersions(root=pinned), SystemClock().now())
    roster = from_bytes(Roster, opened.target("roster/roster.cbor"))
    check_roster(roster)
    listed = VOIDED in opened.paths("notices/")
    voided = from_bytes(VoidedNotices, opened.target(VOIDED)).notices if listed else {}
    return trust_of(RosterIndex(roster), voided)


def trust_of(index: RosterIndex, voided: Mapping[str, str]) -> Trust:
    """Trust in the people of a roster."""

    def signer_of(kid: bytes) -> SignerInfo | None:
        found = index.holder(kid)
        if found is None:
            return None
        person, held = found
        key = public_key_of(held.der)
        if not isinstance(key, Ed25519PublicKey):
            return None

        def allowed_at(at: datetime) -> tuple[bool, str]:
            state = standing(index, person.number, Duty(role=""), at).state
            return state in MAY_ACT, state

        return SignerInfo(person.name, person.number, index.roster.unit_name(person.unit), key, allowed_at)

    return Trust(index.roster.agency.name, signer_of, voided)


def _reader(folder: Path) -> Callable[[str], bytes | None]:
    def read(name: str) -> bytes | None:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return None
        return path.read_bytes()

    return read


def _plain(verdict: Verdict) -> dict[str, object]:
    claims, signer = verdict.claims, verdict.signer
    return {
        "state": verdict.state,
        "why": verdict.why,
        "pages_compared": verdict.compared,
        "number": claims.number if claims else None,
        "fine_yuan": plain_text(claims.fine_fen) if claims else None,
        "party": claims.party_hint if claims else None,
        "issued_at": claims.issued_at.isoformat() if claims else None,
        "signer": f"{signer.unit} {signer.name} {signer.number}" if signer else None,
    }
