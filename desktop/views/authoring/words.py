"""Kinds of faults, columns and parts in words, and the reasons of refusals in the person's language."""

from __future__ import annotations

import re
from dataclasses import replace

from desktop.messages import Words, tr, words_of
from desktop.services.authoring_shapes import Typed
from enforcement.authoring.check import Wrong
from enforcement.values.errors import KnownError

KINDS = {
    "build": "Cannot be built",
    "waiting": "To confirm",
    "case": "Case differs",
    "typed": "Typed",
    "gap": "Gap",
    "overlap": "Overlap",
    "outside_statute": "Outside the statute",
    "outside_band": "Outside the band",
    "dead_tier": "Dead row",
    "dead_group": "Dead condition",
    "dead_circumstance": "Dead circumstance",
    "dead_step": "Dead step",
    "dead_beside": "Dead measure",
    "dead_level": "Dead level",
    "dead_statute_row": "Dead statute row",
    "inverted": "Inverted",
    "statute_not_in_force": "Statute not in force",
    "time_gap": "Gap in time",
    "way": "Way of computing",
    "too_large": "Too large",
    "not_proved": "Not proved",
    "disagree": "Proofs disagree",
    "words_differ": "Words differ",
    "no_article": "Article missing",
    "no_statute": "Statute missing",
    "idle_fact": "Idle fact",
    "no_cases": "No case",
    "no_words": "No words",
    "twice": "Twice",
    "unchecked": "Not looked up",
}
TONES = {"waiting": "reason"}
COLUMNS = {
    "label": "Tier",
    "words": "Circumstances",
    "standard": "Standard",
    "any_of": "Conditions",
    "confirmed": "Confirm",
    "low": "lowest",
    "high": "highest",
}
PARTIES = {
    "organisation": "Organisation",
    "citizen": "Citizen",
    "sole_trader": "Sole trader",
    "all": "Everybody",
    "share": "Share of the statute",
}
PARTS = {
    "violation": "Its own lines",
    "version": "This version",
    "facts": "Facts",
    "circumstances": "Lighter, heavier, exempt",
    "statute_rows": "Statute ranges by case",
    "before": "Before a fine",
    "beside": "Beside the fine",
    "cases": "Cases",
    "whole": "The whole violation as text",
    "head": "Head of the table",
    "statute": "Statute",
}
MARKS = {"proved": "Proved", "faulty": "Faulty", "waiting": "To confirm", "unchecked": "Not yet checked"}
_WHYS: tuple[tuple[str, str], ...] = (
    (r"the band of (?P<party>\w+) leaves the statute's range", "the sums of {party} leave the statute's range"),
    (r"only the first row may have no tests", "only the first row may have no conditions"),
    (r"neither sums nor a share", "neither sums nor a share stand in this row"),
    (r"sums or a share, not both", "sums or a share, not both"),
    (r"0 <= lowest <= highest is needed", "the lowest sum is above the highest"),
    (r"a single sum belongs to its range", "a single sum belongs to its range"),
    (r"no statute range for (?P<party>\w+)", "the statute names no sum for {party}"),
    (r"one id twice: (?P<name>.*)", "one id twice: {name}"),
    (r"no fact (?P<name>\w+)(?: in: (?P<text>.*))?", "no fact is called {name}"),
    (r"no statute version (?P<name>.*)", "the statute has no version {name}"),
    (r"no statute (?P<name>.*)", "no statute is called {name}"),
    (r"no common fact '(?P<name>.*)'", "no shared fact is called {name}"),
    (r"no condition: (?P<text>.*)", "this is no condition: {text}"),
    (r"no row", "the table has no row"),
    (r"no version", "the violation has no version"),
    (r"no tests", "conditions are missing"),
    (r"it ends before it begins", "it ends before it begins"),
    (r"it begins before the version above it has ended", "it begins before the version above it has ended"),
    (r"unknown key (?P<name>.*)", "{name} means nothing here"),
    (r"(?P<name>[\w.]+): no date", "{name}: a day such as 2027-01-01 is needed"),
    (r"(?P<name>[\w.]+): (?:str|int|list|dict|bool) is needed", "{name} is missing or of another kind"),
    (r"nothing but (?P<name>\[.*\]) may stand here", "nothing but {name} may stand here"),
    (r"the header (?P<name>\[.*\]) is missing", "the header {name} is missing"),
    (r"the file exists", "the file exists already"),
    (r"the folder is not empty", "the folder is not empty"),
    (r"it was stopped", "it was stopped"),
    (r"(?P<name>.*) was published with other content", "version {name} was published with other content; give this one a new version"),
    (r"(?P<text>.*) \(at line \d+, column (?P<column>\d+)\)", "no TOML from column {column} on: {text}"),
    (r"(?P<text>.*) \(at end of document\)", "no TOML at its end: {text}"),
    (r"small letters, digits and - are needed", "small letters, digits and - are needed"),
)  # fmt: skip


def kind_words(kind: str) -> str:
    """A fault's kind."""
    return tr(KINDS.get(kind, kind))


def tone_of(kind: str) -> str:
    """A fault's colour."""
    return TONES.get(kind, "stop")


def column_words(column: str) -> str:
    """A column's heading; a party's and an end's on two lines."""
    end, _, party = column.partition(".")
    return f"{tr(PARTIES[party])}\n{tr(COLUMNS[end])}" if party else tr(COLUMNS[column])


def party_words(party: str) -> str:
    """A kind of party."""
    return tr(PARTIES.get(party, party))


def part_words(name: str) -> str:
    """A part's heading."""
    return tr(PARTS[name])


def mark_words(mark: str) -> str:
    """A sign of the list."""
    return tr(MARKS[mark])


def why_words(why: str) -> str:
    """A reason of the builder or of a cell, where it is a known one; otherwise as it stands."""
    for pattern, words in _WHYS:
        found = re.fullmatch(pattern, why)
        if found is not None:
            values = {name: party_words(value or "") for name, value in found.groupdict().items()}
            return tr(words).format(**values)
    return tr(why)


def wrong_words(wrong: Wrong) -> str:
    """What is wrong, with its place where that is not a row of the table in sight."""
    if wrong.kind != "build":
        return wrong.words
    row = tr("Row {row}", row=wrong.spot.row + 1) if wrong.spot.row >= 0 else wrong.spot.file
    return f"{row} · {why_words(wrong.words)}"


def typed_words(typed: Typed) -> str:
    """Why a text that was typed cannot stand."""
    why = why_words(typed.why)
    if typed.line:
        return tr("Line {line}: {why}", line=typed.line, why=why)
    return tr("“{piece}”: {why}", piece=typed.piece, why=why) if typed.piece else why


def problem_words(error: Exception) -> Words:
    """For a dialog: what was entered cannot be used, and why."""
    known = in_words(error)
    words = words_of(known)
    if isinstance(known, KnownError) and known.code == "input.invalid" and "why" in known.details:
        return replace(words, what=f"{known.details.get('field', '')}：{known.details['why']}.")
    return words


def in_words(error: Exception) -> Exception:
    """A known error whose reason is in the person's language."""
    if isinstance(error, KnownError) and "why" in error.details:
        return KnownError(error.code, **{**error.details, "why": why_words(str(error.details["why"]))})
    return error


def sentences() -> tuple[str, ...]:
    """Every source text that stands in a table here and not in a call: for the test that all are translated."""
    named = (KINDS, COLUMNS, PARTIES, PARTS, MARKS)
    return (*(text for table in named for text in table.values()), *(words for _, words in _WHYS))
