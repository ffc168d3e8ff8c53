"""Inspections (行政检查): how often, whom and who by lot, what is asked, what is missing before each step."""

from enforcement.procedure.inspections.caps import (
    CapAnswer,
    CapTable,
    PastVisit,
    Trigger,
    check_cap,
    count_visits,
    read_caps,
)
from enforcement.procedure.inspections.checklist import Checklist, Item, asked_items, read_checklist
from enforcement.procedure.inspections.draw import commitment, draw, is_fair, rule_digest, seed_digest
from enforcement.procedure.inspections.missing import (
    may_begin,
    may_conclude,
    missing_afterwards,
    missing_to_begin,
    missing_to_conclude,
)

__all__ = [
    "CapAnswer",
    "CapTable",
    "Checklist",
    "Item",
    "PastVisit",
    "Trigger",
    "asked_items",
    "check_cap",
    "commitment",
    "count_visits",
    "draw",
    "is_fair",
    "may_begin",
    "may_conclude",
    "missing_afterwards",
    "missing_to_begin",
    "missing_to_conclude",
    "read_caps",
    "read_checklist",
    "rule_digest",
    "seed_digest",
]
