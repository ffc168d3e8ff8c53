"""The case's recordings as the rows of the sheet that describes them (视听资料说明)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desktop.services.desk import local
from enforcement.casefile import CaseFile

KINDS = {"audio": "录音", "video": "录像"}


def recorded(case: CaseFile) -> dict[str, Any]:
    """Rows, breaks and machines; nothing where the case has no recording."""
    acts = {one.act.evidence: one.act for one in case.evidence}
    rows = [
        {
            "name": one.number,
            "kind": KINDS.get(acts[one.evidence].sort, ""),
            "began": _second(one.began),
            "ended": _second(one.ended),
            "whole": "是" if one.whole else "否",
            "digest": acts[one.evidence].plain_digest.hex(),
        }
        for one in case.recordings
    ]
    breaks = [f"{one.number}：{one.interrupted}" for one in case.recordings if one.interrupted]
    machines = dict.fromkeys(one.recorder for one in case.recordings)
    return {"media": rows, "interrupted": "；".join(breaks), "equipment": "、".join(machines)} if rows else {}


def _second(at: datetime) -> str:
    here = local(at)
    return f"{here.year}年{here.month}月{here.day}日{here.hour}时{here.minute:02d}分{here.second:02d}秒"
