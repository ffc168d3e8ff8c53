"""Rule packs: the model, the strict loader of the compiled form, dated look-up that raises when nothing is in force."""

from enforcement.rules.facts import FactValue, format_fact, parse_fact, test_holds
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
from enforcement.rules.pack import LoadedPack, compile_pack, load_pack, open_signed_pack, sign_pack

__all__ = [
    "Article",
    "Choice",
    "Circumstance",
    "FactSpec",
    "FactValue",
    "LoadedPack",
    "Pack",
    "Policy",
    "Position",
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
    "load_pack",
    "open_signed_pack",
    "parse_fact",
    "sign_pack",
    "test_holds",
]
