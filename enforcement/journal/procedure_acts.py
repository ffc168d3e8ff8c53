"""The kinds of entry of a procedure that data describes (resources/procedure): one act, its second signature, signatures under papers.

An act says itself what it did to the case (marks, events, slot, amounts), as the procedure's table had it when it was signed, so
that a record is read the same after the table has changed. Whether the table allowed it is `procedure`'s to say.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from enforcement.journal.acts import CertificateShown
from enforcement.journal.kinds import Body, kind
from enforcement.values.shapes import Record


class Paper(Record):
    """A document as it was issued: its form, its values as printed, their SHA-256; `number` is empty on what bears none. `code` is the
    text of the QR code.
    """

    form: str
    content: dict[str, Any]
    content_digest: bytes
    number: str = ""
    series: str = ""
    running: int = 0
    code: str = ""


class Effect(Record):
    """What an act does to the case. `events`: when each happened; `amounts` are set and `adds` added, in fen; `slot` is taken by this
    act alone until another frees it; `halts` and `resumes` are deadlines whose counting stops and goes on;
    `bars` are certificate numbers of people who were recused; `turn`: whose turn it is next, empty where that stays.
    """

    stage: str = ""
    marks: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    events: dict[str, datetime] = msgspec.field(default_factory=dict)
    forgets: tuple[str, ...] = ()
    slot: str = ""
    frees: tuple[str, ...] = ()
    amounts: dict[str, int] = msgspec.field(default_factory=dict)
    adds: dict[str, int] = msgspec.field(default_factory=dict)
    halts: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    turn: Literal["", "officer", "supervisor", "reviewer"] = ""


@kind("case.turned_ordinary")
class TurnedOrdinary(Body):
    """What was begun on the spot goes on under the ordinary procedure (APL Art. 54), and why."""

    why: str


@kind("act.done")
class ActDone(Body):
    """One act of a procedure. `at` is when it happened, `values` what the person wrote, `part` what its people are in the case from
    now on. With `second` it has its effect only when another officer has signed it (APL Art. 42). `elsewhere`: taken outside the
    program against its advice, and why. `answers`: the entry of the act that asked for it, which nobody else may have answered.
    """

    act: str
    profile: str
    at: datetime
    shown: tuple[CertificateShown, ...]
    effect: Effect
    values: dict[str, Any] = msgspec.field(default_factory=dict)
    place: str = ""
    part: str = ""
    second: bool = False
    paper: Paper | None = None
    elsewhere: str = ""
    answers: bytes = b""


@kind("act.cosigned")
class ActCosigned(Body):
    """The second officer's own signature under an act; `act` is the hash of its entry."""

    act: bytes
    shown: CertificateShown


@kind("paper.signed")
class PaperSigned(Body):
    """A signature given on the screen, or refused: under the paper of the act whose entry is `act`, bound to the paper's digest."""

    act: bytes
    content_digest: bytes
    role: Literal["party", "witness", "officer", "recorder", "interpreter", "chair", "member", "taker"]
    name: str
    at: datetime
    strokes: bytes = b""
    refused: str = ""


@kind("paper.printed")
class PaperPrinted(Body):
    """Every print of an act's paper, also a reprint."""

    act: bytes
    way: Literal["pdf", "printer", "field_printer", "electronic"]
    copies: int
    reprint: bool


@kind("paper.voided")
class PaperVoided(Body):
    """A voided paper keeps its number (作废)."""

    act: bytes
    words: str
