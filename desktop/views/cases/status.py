"""Where a case stands, in a word and a tone."""

from __future__ import annotations

STATUS = {
    "open": ("Open", "quiet"),
    "asked": ("Leave asked", "reason"),
    "issued": ("Issued", "accent"),
    "returned": ("Returned", "reason"),
    "answered": ("Answered", "accent"),
    "approved": ("On record", "sealed"),
    "voided": ("Voided", "stop"),
    "conflict": ("Conflict", "stop"),
    "underway": ("Ordinary", "accent"),
    "merged": ("Merged into another case", "sealed"),
    "decided": ("Decided", "accent"),
    "quashed": ("Quashed", "stop"),
    "closed": ("Case closed", "sealed"),
    "archived": ("Archived", "sealed"),
}
