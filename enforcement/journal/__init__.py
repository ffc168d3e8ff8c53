"""The one source of truth: signed entries, in device chains and in a causal graph for each case."""

from enforcement.journal import acts, device_acts, media_acts, procedure_acts, relation_acts, relay_acts, visit_acts
from enforcement.journal.chains import ChainState, Fault, check_chain, heads_of, in_causal_order
from enforcement.journal.entry import NO_ENTRY, Entry, TimeEvidence, entry_hash, read_entry, reread_entry, seal_entry
from enforcement.journal.kinds import Body, Unknown, body_of, kind_of, kinds

__all__ = [
    "NO_ENTRY",
    "Body",
    "ChainState",
    "Entry",
    "Fault",
    "TimeEvidence",
    "Unknown",
    "acts",
    "body_of",
    "check_chain",
    "device_acts",
    "entry_hash",
    "heads_of",
    "in_causal_order",
    "kind_of",
    "kinds",
    "media_acts",
    "procedure_acts",
    "read_entry",
    "relation_acts",
    "relay_acts",
    "reread_entry",
    "seal_entry",
    "visit_acts",
]
