"""The kinds of entry by which cases stand beside each other: related, and with evidence whose original lies in another's file.

One party is one case: number, decision, service, sums and deadlines are its own (docs/decisions/0010-parties.md). Each file says for
itself how it stands to the others, so that no fold ever needs another case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from enforcement.journal.kinds import Body, kind


@kind("case.related")
class CaseRelated(Body):
    """How this case stands to the one named `case`, as its file bore `number` and `party` then.

    `way`: "beside" both go on and each is decided for itself; "into" this one is handled in the other; "from" the other is handled in
    this one; "apart" nothing holds them together any more. `act` is the hash of the entry that it rests on, in this file or the other's.
    """

    case: UUID
    way: Literal["beside", "into", "from", "apart"]
    number: str
    party: str
    act: bytes


@kind("evidence.shared")
class EvidenceShared(Body):
    """A paper of evidence of another case counts here too, by reference: `entry` issued it there, `digest` is its content's SHA-256.
    `number` is that case's; `at` when the paper was made.
    """

    case: UUID
    number: str
    entry: bytes
    form: str
    title: str
    at: datetime
    digest: bytes
