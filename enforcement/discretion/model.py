"""The determination: everything that was decided by the rules, and why. Sums are fen."""

from __future__ import annotations

from datetime import date
from typing import Literal

from enforcement.values.shapes import Record


class Reason(Record):
    """One line of the trace. `basis` is the article as it is cited in the document."""

    kind: Literal[
        "tier", "computed", "lighter", "mitigated", "heavier", "exempt", "not_exempt", "law_in_time", "procedure",
        "weigh", "beside", "one_fine",
    ]  # fmt: skip
    text: str
    basis: str


class Follows(Record):
    """A consequence for the procedure, with its reason and article."""

    id: Literal["summary", "hearing", "legality_review", "discussion", "on_spot_collection", "education"]
    holds: bool
    text: str
    basis: str


class Step(Record):
    """What must be done before a fine is possible (责令改正 first, for example)."""

    id: str
    text: str
    basis: str


class Kind(Record):
    """A penalty or measure of another kind beside the fine; `must` is 并处 or 应当, otherwise 可以."""

    kind: str
    must: bool
    text: str
    basis: str


class Determination(Record):
    """The ruler's answer. Where facts or steps are missing there is neither tier nor sum; where none may be imposed,
    `exempt` says so. `judged_by` is the day whose version of the table won (APL Art. 37). `mitigate_below` is the statute's
    lowest sum where a circumstance allows going below it. The band's ends belong to it save where `band_open` names them.
    `compared` is the digest of the other edition of the table that was asked (act's day, decision's day), `missing_later` what
    that one would have to know besides. What was known of the person and the day stands in it too, so that the same question
    can be asked again.
    """

    schema: int
    pack_digest: bytes
    pack_title: str
    pack_version: str
    violation: str
    title: str
    row: str
    statute_title: str
    statute_version: str
    forbids: str
    punishes: str
    party_kind: str
    acted_on: date
    decided_on: date
    correction: str
    statute_lo: int
    statute_hi: int | None
    judged_by: Literal["act", "decision"] = "act"
    tier: str = ""
    tier_label: str = ""
    band_lo: int | None = None
    band_hi: int | None = None
    band_open: Literal["", "lo", "hi", "both"] = ""
    recommended_fen: int | None = None
    exempt: Literal["", "must", "may"] = ""
    mitigate_below: int | None = None
    found_on: date | None = None
    age: int | None = None
    capacity: Literal["full", "limited", "none"] = "full"
    already_fined: bool = False
    hearing_fen: int | None = None
    hearing_included: bool = True
    compared: bytes = b""
    dropped: bool = False
    missing_later: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    follows: tuple[Follows, ...] = ()
    beside: tuple[Kind, ...] = ()
    missing: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    warnings: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()

    def follow(self, what: str) -> Follows | None:
        return next((follow for follow in self.follows if follow.id == what), None)
