"""A case or an inspection is the fold of its entries; nothing else ever changes it."""

from enforcement.casefile.fold import fold_case
from enforcement.casefile.state import (
    CaseFile,
    CaseStatus,
    Decision,
    EvidenceItem,
    Line,
    Proposal,
    Relation,
    ReviewState,
    Statement,
)
from enforcement.casefile.track import Act, Track, advanced
from enforcement.casefile.visits import Inspection, fold_inspection

__all__ = [
    "Act",
    "CaseFile",
    "CaseStatus",
    "Decision",
    "EvidenceItem",
    "Inspection",
    "Line",
    "Proposal",
    "Relation",
    "ReviewState",
    "Statement",
    "Track",
    "advanced",
    "fold_case",
    "fold_inspection",
]
