"""Rule packs: the model, the strict loader of the compiled form, dated look-up that raises when nothing is in force."""

from enforcement.rules.facts import FactValue, format_fact, parse_fact, test_holds
from enforcement.rules.library import Library
from enforcement.rules.model import (
    Article,
    Choice,
    Circumstance,
    FactSpec,
    Pack,
    Policy,
    Position,
    Range,
    Statute,
    StatuteRow,
    StatuteVersion,
    Test,
    Tier,
    Violation,
    ViolationVersion,
)
from enforcement.rules.pack import LoadedPack, compile_pack, is_signed, load_pack, open_signed_pack, sign_pack
from enforcement.rules.proof import ProofStatement

__all__ = [
    "Article",
    "Choice",
    "Circumstance",
    "FactSpec",
    "FactValue",
    "Library",
    "LoadedPack",
    "Pack",
    "Policy",
    "Position",
    "ProofStatement",
    "Range",
    "Statute",
    "StatuteRow",
    "StatuteVersion",
    "Test",
    "Tier",
    "Violation",
    "ViolationVersion",
    "compile_pack",
    "format_fact",
    "is_signed",
    "load_pack",
    "open_signed_pack",
    "parse_fact",
    "sign_pack",
    "test_holds",
]
