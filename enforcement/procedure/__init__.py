"""Which act may follow, who may do it, what is missing, what is due when."""

from enforcement.procedure.deadlines import Deadline, deadlines_of
from enforcement.procedure.summary import Missing, PageState, may_issue_on_spot, missing_on_spot

__all__ = ["Deadline", "Missing", "PageState", "deadlines_of", "may_issue_on_spot", "missing_on_spot"]
