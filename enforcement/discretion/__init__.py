"""Facts and rules at an instant make a determination, with the trace from which the reasons are written."""

from enforcement.discretion.concurrence import heaviest_of
from enforcement.discretion.evaluate import evaluate
from enforcement.discretion.model import Determination, Follows, Kind, Reason, Step
from enforcement.discretion.persons import ActContext
from enforcement.discretion.words import explain, range_words, why_not

__all__ = [
    "ActContext",
    "Determination",
    "Follows",
    "Kind",
    "Reason",
    "Step",
    "evaluate",
    "explain",
    "heaviest_of",
    "range_words",
    "why_not",
]
