"""Facts and rules at an instant make a determination, with the trace from which the reasons are written."""

from enforcement.discretion.concurrence import heaviest_of
from enforcement.discretion.evaluate import evaluate, evaluate_in
from enforcement.discretion.model import Determination, Follows, Kind, Reason, Step
from enforcement.discretion.nearest import WhyNot, why_not
from enforcement.discretion.persons import ActContext, context_in
from enforcement.discretion.words import explain, is_warning, range_words

__all__ = [
    "ActContext",
    "Determination",
    "Follows",
    "Kind",
    "Reason",
    "Step",
    "WhyNot",
    "context_in",
    "evaluate",
    "evaluate_in",
    "explain",
    "heaviest_of",
    "is_warning",
    "range_words",
    "why_not",
]
