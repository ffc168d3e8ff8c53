"""Which act may follow, who may do it, what is missing, what is due when."""

from enforcement.procedure.deadline_table import DeadlineRule, DeadlineTable, read_deadlines
from enforcement.procedure.deadlines import (
    PAYMENT,
    RECONSIDERATION,
    SUIT,
    Deadline,
    OnSpot,
    Uncountable,
    deadlines_of,
    open_deadlines,
)
from enforcement.procedure.summary import Missing, PageState, may_issue_on_spot, missing_on_spot, missing_to_propose

__all__ = [
    "PAYMENT",
    "RECONSIDERATION",
    "SUIT",
    "Deadline",
    "DeadlineRule",
    "DeadlineTable",
    "Missing",
    "OnSpot",
    "PageState",
    "Uncountable",
    "deadlines_of",
    "may_issue_on_spot",
    "missing_on_spot",
    "missing_to_propose",
    "open_deadlines",
    "read_deadlines",
]
