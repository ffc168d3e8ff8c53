"""`hengchi verify`: a notice, the card of a certificate, or an export package; printing.verification, printing.card_check and
sealing.package_check decide.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from desktop.app.trust import load_set, load_trust, pinned_root, roster_in
from desktop.app.verify_package import is_package, run_package
from desktop.platform.clock import SystemClock
from desktop.printing.card_check import card_code_in, card_verdict, shown_verdict
from desktop.printing.verification import Verdict, verify
from desktop.services.showing import clock_tolerance
from enforcement.credentials import RosterIndex
from enforcement.credentials.shown import PREFIX as SHOWN
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text


def run_verify(arguments: argparse.Namespace) -> int:
    """Exit code 0 only when genuine; 2 when there is nothing to trust. An export package is told by its first bytes."""
    if is_package(arguments.what):
        return run_package(arguments, pinned_root(arguments.trust, arguments.profile))
    try:
        published = load_set(arguments.trust, arguments.profile)
        trust = load_trust(published)
    except (KnownError, OSError) as error:
        print(f"没有可以信任的机关数据：{error}")
        return 2
    path = Path(arguments.what)
    try:
        data = path.read_bytes() if len(arguments.what) < 1024 and path.is_file() else arguments.what.encode()
    except OSError as error:
        print(f"无法读取：{error.strerror}")
        return 2
    card = card_code_in(data)
    verdict = _card(card, roster_in(published)) if card else verify(data, trust)
    if arguments.json:
        print(json.dumps(_plain(verdict), ensure_ascii=False))
    else:
        print(f"{(CARD_WORDS if card else WORDS)[verdict.state]}。{verdict.why}")
    return 0 if verdict.genuine else 1


def _card(code: str, index: RosterIndex) -> Verdict:
    now = SystemClock().now()
    if code.startswith(SHOWN):
        return shown_verdict(code, index, now, clock_tolerance())
    return card_verdict(code, index, now)


WORDS: Mapping[str, str] = {
    "genuine": "真实",
    "altered": "已被改动",
    "voided": "已作废",
    "unknown_signer": "签发人不明",
    "not_allowed": "签发人当时无权执法",
    "unreadable": "无法读取",
}


CARD_WORDS: Mapping[str, str] = {
    "genuine": "证件真实有效",
    "altered": "证件内容不符",
    "unknown_signer": "不是所信任机关的证件",
    "not_allowed": "不得凭此证执法",
    "unreadable": "无法读取",
}


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
