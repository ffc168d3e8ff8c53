"""What was proved of a pack before it was signed: stands in the signed file beside the pack, for whoever asks why to trust it."""

from __future__ import annotations

from datetime import date

from enforcement.values.shapes import Record


class ReachRecord(Record):
    """What some facts lead to for a kind of party: tiers that can be decided on the spot, tiers that give the right to a hearing
    (at 10 000 yuan for citizens, 100 000 for organisations), and whether there are facts that exempt.
    """

    summary: tuple[str, ...] = ()
    hearing: tuple[str, ...] = ()
    exempt: bool = False


class VersionProof(Record):
    """One version of one violation: so many cases computed one by one; `formulas`: and shown by z3 to have no exception."""

    violation: str
    valid_from: date
    cells: int
    formulas: bool
    reach: dict[str, ReachRecord]


class ProofStatement(Record):
    """The proof of a whole pack."""

    schema: int
    pack_digest: bytes
    cases: int
    versions: tuple[VersionProof, ...]

    def of(self, violation: str, valid_from: date) -> VersionProof | None:
        """What was proved of one version."""
        return next((one for one in self.versions if (one.violation, one.valid_from) == (violation, valid_from)), None)
