"""Everything that forbids the signature of one violation, with its place, while somebody still writes the table.

The same questions as `approve` asks (the table reads as it computes, its cases come out, every promise is proved), but all answers
and not the first, and also while rows wait to be confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from enforcement.authoring.build import RowPlace, place_of, read_draft
from enforcement.authoring.cases import run_cases
from enforcement.authoring.cells import CONDITIONS, CONFIRMED, LABEL, WORDS, Cell, cells_of
from enforcement.authoring.lint import Remark, lint
from enforcement.authoring.proof import Facts, Fault, Proof
from enforcement.authoring.prove import prove
from enforcement.authoring.source import PackSource
from enforcement.authoring.spots import NOWHERE, Spot, spot, spot_of
from enforcement.rules import LoadedPack, Violation, compile_pack, load_pack
from enforcement.values.errors import KnownError

_PARTY = re.compile(r"(?:band of |bands_yuan\.)(organisation|citizen|sole_trader|all)\b")


@dataclass(frozen=True)
class Wrong:
    """One thing that forbids the signature. `kind`: build, waiting, case, a remark's or a fault's; `facts` and `party` reproduce it."""

    kind: str
    words: str
    spot: Spot = NOWHERE
    cells: tuple[Cell, ...] = ()
    party: str = ""
    facts: Facts | None = None
    worse: Facts | None = None


@dataclass(frozen=True)
class Checked:
    """What was asked of one violation. `loaded` is a pack of this violation alone, or None where it cannot be built."""

    violation: str
    loaded: LoadedPack | None
    proofs: tuple[Proof, ...]
    wrongs: tuple[Wrong, ...]

    @property
    def proved(self) -> bool:
        """Every version proved, whatever else is to be said."""
        return bool(self.proofs) and all(proof.proved for proof in self.proofs)

    @property
    def faulty(self) -> bool:
        return any(one.kind != "waiting" for one in self.wrongs)

    @property
    def waiting(self) -> int:
        return sum(one.kind == "waiting" for one in self.wrongs)


def check(source: PackSource, number: int) -> Checked:
    """Ask everything of the violation at `number` (from 0 on) of a source read by `read_spotted`."""
    one = source.violations[number]
    name = str(one.table.get("id", ""))
    alone = replace(source, violations=[one])
    try:
        draft = read_draft(alone)
        loaded = load_pack(compile_pack(draft.pack))
    except KnownError as error:
        return Checked(name, None, (), (_built(alone, error),))
    violation = loaded.pack.violations[0]
    proofs = tuple(prove(loaded, violation, version) for version in violation.versions)
    wrongs = [_waiting(place, words) for place, words in draft.proposed.items()]
    wrongs += [_remark(alone, remark) for remark in lint(loaded) if remark.where.startswith("violation")]
    wrongs += _cases(alone, loaded, violation)
    for at, proof in enumerate(proofs):
        place = spot(next(v for k, v in enumerate(one.sub("versions")) if k == at))
        wrongs += [_fault(loaded, violation, at, place, fault) for fault in proof.faults]
    return Checked(name, loaded, proofs, tuple(wrongs))


def check_whole(source: PackSource) -> tuple[LoadedPack | None, tuple[Wrong, ...]]:
    """What is no single violation's: an id or a title twice, a head that is none, a statute that nobody looked up."""
    try:
        loaded = load_pack(compile_pack(read_draft(source).pack))
    except KnownError as error:
        return None, (_built(source, error),)
    wanted = [one for one in lint(loaded) if one.kind == "twice" or not one.where.startswith("violation")]
    return loaded, tuple(_remark(source, remark) for remark in wanted)


def _built(source: PackSource, error: KnownError) -> Wrong:
    where, why = str(error.details.get("where", "")), str(error.details.get("why", error))
    found = spot_of(where)[0]
    if found == NOWHERE:
        found = spot_of(place_of(source, where))[0]
    row, party = found.row, _PARTY.search(f"{where} {why}")
    if row < 0:
        return Wrong("build", why, found)
    if party is not None:
        return Wrong("build", why, found, tuple(Cell(row, f"{end}.{party[1]}") for end in ("low", "high")))
    column = found.key if found.key in (CONDITIONS, WORDS) else CONDITIONS if "test" in why or "fact" in why else LABEL
    return Wrong("build", why, found, (Cell(row, column),))


def _waiting(place: RowPlace, words: str) -> Wrong:
    found = spot_of(place.place)[0]
    return Wrong("waiting", words, found, (Cell(found.row, CONFIRMED),) if found.row >= 0 else ())


def _remark(source: PackSource, remark: Remark) -> Wrong:
    found = spot_of(place_of(source, remark.where))[0]
    return Wrong(remark.kind, remark.words, found, (Cell(found.row, WORDS),) if found.row >= 0 else ())


def _cases(source: PackSource, loaded: LoadedPack, violation: Violation) -> Iterator[Wrong]:
    places = [spot(one) for one in source.violations[0].sub("cases")]
    for place, case, result in zip(places, violation.cases, run_cases(loaded), strict=True):
        if result.differences:
            words = f"{result.name}：{'；'.join(result.differences)}"
            yield Wrong("case", words, place, (), case.party, case.facts)


def _fault(loaded: LoadedPack, violation: Violation, at: int, place: Spot, fault: Fault) -> Wrong:
    cells = cells_of(loaded, violation, violation.versions[at], fault)
    facts, worse = fault.facts or None, fault.worse or None
    return Wrong(fault.kind, fault.words, place, cells, fault.party, facts, worse)
