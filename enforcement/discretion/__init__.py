"""Facts and rules at an instant make a determination, with the trace from which the reasons are written."""

from enforcement.discretion.evaluate import ActContext, evaluate
from enforcement.discretion.model import Determination, Follows, Reason
from enforcement.discretion.words import explain, why_not

__all__ = ["ActContext", "Determination", "Follows", "Reason", "evaluate", "explain", "why_not"]
