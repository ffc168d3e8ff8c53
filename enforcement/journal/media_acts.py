"""Recordings (录音录像) as evidence: what an attachment holds, beside the `evidence.added` that carries it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from enforcement.journal.kinds import Body, kind


@kind("recording.kept")
class RecordingKept(Body):
    """A sealed recording of the case. `number` is the device's own and runs on through its year; `recorder` names the machine that took
    it; `began` and `ended` are when it did; `whole`: without a break, else `interrupted` says where and why.
    """

    evidence: UUID
    number: str
    series: str
    running: int
    recorder: str
    began: datetime
    ended: datetime
    whole: bool
    interrupted: str = ""
