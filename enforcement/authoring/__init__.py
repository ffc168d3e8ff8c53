"""How a table is made: sources in TOML or in a workbook, proof, comparison. For the legal office; the field app carries none of it.

The modules that need z3 or openpyxl (`symbolic`, `workbook`) are imported by those who use them.
"""

from enforcement.authoring.build import PackDraft, build_pack, read_draft
from enforcement.authoring.source import PackSource, Source
from enforcement.authoring.toml_source import MAX_BYTES, Texts, read_table, read_toml, write_toml

__all__ = [
    "MAX_BYTES",
    "PackDraft",
    "PackSource",
    "Source",
    "Texts",
    "build_pack",
    "read_draft",
    "read_table",
    "read_toml",
    "write_toml",
]
