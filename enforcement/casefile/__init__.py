"""A case or an inspection is the fold of its entries; nothing else ever changes it."""

from enforcement.casefile.fold import fold_case, fold_inspection
from enforcement.casefile.state import (
    CaseFile,
    CaseStatus,
    Decision,
    EvidenceItem,
    Inspection,
    Line,
    Proposal,
    ReviewState,
    Statement,
)
from enforcement.casefile.track import Act, Track, advanced

__all__ = [
    "Act",
    "CaseFile",
    "CaseStatus",
    "Decision",
    "EvidenceItem",
    "Inspection",
    "Line",
    "Proposal",
    "ReviewState",
    "Statement",
    "Track",
    "advanced",
    "fold_case",
    "fold_inspection",
]
