"""What must hold before the office signs: the table reads as it computes, its own cases come out, every promise is proved."""

from __future__ import annotations

from enforcement.authoring.cases import run_cases
from enforcement.authoring.lint import lint
from enforcement.authoring.prove import prove_pack
from enforcement.rules import LoadedPack
from enforcement.rules.proof import ProofStatement, ReachRecord, VersionProof
from enforcement.values.errors import KnownError

SCHEMA = 1


def approve(loaded: LoadedPack) -> ProofStatement:
    """The statement of a pack that may be signed; raises KnownError(rules.pack_invalid) naming the first thing that forbids it."""
    for remark in lint(loaded):
        raise KnownError("rules.pack_invalid", where=remark.where, why=f"{remark.words}（{remark.kind}）")
    cases = run_cases(loaded)
    for case in cases:
        if case.differences:
            where = f"violation {case.violation}, case {case.name}"
            raise KnownError("rules.pack_invalid", where=where, why="；".join(case.differences))
    proofs = prove_pack(loaded)
    for proof in proofs:
        if proof.faults:
            fault = proof.faults[0]
            where = f"violation {proof.violation}, version of {proof.valid_from}"
            raise KnownError("rules.pack_invalid", where=where, why=f"{fault.words}（{fault.kind}）")
    versions = tuple(
        VersionProof(
            violation=proof.violation,
            valid_from=proof.valid_from,
            cells=proof.cells,
            formulas=proof.formulas,
            reach={
                party: ReachRecord(summary=reach.summary, hearing=reach.hearing, exempt=reach.exempt)
                for party, reach in proof.reach.items()
            },
        )
        for proof in proofs
    )
    return ProofStatement(schema=SCHEMA, pack_digest=loaded.digest, cases=len(cases), versions=versions)
