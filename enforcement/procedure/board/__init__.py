"""A case-review board (案卷评查) that sits beside the case: what it would strike, for how many points, and what mends it.

The checks are data (resources/procedure/board.toml) and functions by the same ids, grouped as a board's own form is.
"""

from enforcement.procedure.board.dossier import BoardContext, Dossier, Presence
from enforcement.procedure.board.examine import CHECKS, BoardResult, Struck, examine
from enforcement.procedure.board.mend import Bearings, Mend, mend_of
from enforcement.procedure.board.retrace import Law, Retraced, retraced, retraced_acts
from enforcement.procedure.board.table import BoardCheck, BoardTable, points_text, read_board

__all__ = [
    "CHECKS",
    "Bearings",
    "BoardCheck",
    "BoardContext",
    "BoardResult",
    "BoardTable",
    "Dossier",
    "Law",
    "Mend",
    "Presence",
    "Retraced",
    "Struck",
    "examine",
    "mend_of",
    "points_text",
    "read_board",
    "retraced",
    "retraced_acts",
]
