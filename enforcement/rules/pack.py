"""The compiled form of a pack: canonical bytes that are signed, named by their digest, loaded strictly.

Whatever is not whole is refused when it is loaded, so that evaluation never meets it: unknown facts in tests, values of the
wrong kind, bands outside the statute's range, tables without an "otherwise" row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.rules.check import check_pack
from enforcement.rules.model import Article, Pack, Statute, StatuteVersion, Violation, ViolationVersion
from enforcement.rules.proof import ProofStatement
from enforcement.values.cose import CONTENT_TYPE, COSE_SIGN1, Signer, sign1, verify1
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes, from_trusted, to_bytes

FORMAT = "application/hengchi-pack+cbor"
PROOF = "hengchi-proof"
MAX_ASKED = 10_000
"""How many answers to `version_at` a loaded pack keeps."""


@dataclass(frozen=True)
class LoadedPack:
    """A pack that was checked, and its digest (SHA-256 of the compiled bytes). `prepared` is a store for those who evaluate."""

    pack: Pack
    digest: bytes
    proof: ProofStatement | None = None
    prepared: dict[tuple[str, date], object] = field(default_factory=dict, compare=False, repr=False)
    _asked: dict[tuple[str, date], tuple[Violation, ViolationVersion]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @cached_property
    def _violations(self) -> dict[str, Violation]:
        return {violation.id: violation for violation in self.pack.violations}

    @cached_property
    def _statutes(self) -> dict[str, Statute]:
        return {statute.statute: statute for statute in self.pack.statutes}

    def violation(self, violation_id: str) -> Violation:
        """Raises KnownError(rules.violation_unknown)."""
        try:
            return self._violations[violation_id]
        except KeyError:
            raise KnownError("rules.violation_unknown", violation=violation_id) from None

    def statute(self, statute_id: str) -> Statute:
        return self._statutes[statute_id]

    def version_at(self, violation: Violation, day: date) -> ViolationVersion:
        """The version in force on that day; raises KnownError(rules.not_in_force), never returns none."""
        key = (violation.id, day)
        held = self._asked.get(key)
        if held is not None and held[0] is violation:
            return held[1]
        found = self._version_at(violation, day)
        if len(self._asked) < MAX_ASKED:
            self._asked[key] = (violation, found)
        return found

    def _version_at(self, violation: Violation, day: date) -> ViolationVersion:
        if not in_force(self.pack.valid_from, self.pack.valid_to, day):
            since = self.pack.valid_to if self.pack.valid_to and day > self.pack.valid_to else self.pack.valid_from
            raise KnownError("rules.not_in_force", what=self.pack.title, day=day.isoformat(), since=since.isoformat())
        for version in violation.versions:
            if in_force(version.valid_from, version.valid_to, day):
                self._demand_statute(violation, version, day)
                return version
        last = violation.versions[-1]
        raise KnownError(
            "rules.not_in_force",
            what=violation.title,
            day=day.isoformat(),
            since=(last.valid_to or last.valid_from).isoformat(),
        )

    def _demand_statute(self, violation: Violation, version: ViolationVersion, day: date) -> None:
        """A table whose statute was changed under it is switched off from that day until it is published anew."""
        found = self.statute_version(violation, version)
        if not in_force(found.valid_from, found.valid_to, day):
            title = f"{self.statute_of(violation, version).title}（{found.version}）"
            since = found.valid_to if found.valid_to and day > found.valid_to else found.valid_from
            raise KnownError("rules.not_in_force", what=title, day=day.isoformat(), since=since.isoformat())

    def statute_of(self, violation: Violation, version: ViolationVersion) -> Statute:
        """The statute that a table's version rests on: its own, or the violation's."""
        return self._statutes[version.statute or violation.statute]

    def statute_version(self, violation: Violation, version: ViolationVersion) -> StatuteVersion:
        """The statute's version that a table's version rests on."""
        statute = self.statute_of(violation, version)
        return next(found for found in statute.versions if found.version == version.statute_version)

    def article(self, violation: Violation, version: ViolationVersion, number: str) -> Article | None:
        """An article's summary, if the pack holds it."""
        articles = self.statute_version(violation, version).articles
        return next((article for article in articles if number.startswith(article.number)), None)

    def ranked(self, query: str, day: date) -> Iterator[tuple[int, Violation]]:
        """Violations in force that day whose words, article, pinyin or initials hold every word of the query; 0 is best."""
        words = query.lower().split()
        for violation in self.pack.violations:
            if not any(in_force(version.valid_from, version.valid_to, day) for version in violation.versions):
                continue
            ranks = [_rank(word, violation.keys) for word in words]
            if None not in ranks:
                yield sum(rank or 0 for rank in ranks), violation


def compile_pack(pack: Pack) -> bytes:
    """Canonical bytes of a pack that passes every check; raises KnownError(rules.pack_invalid)."""
    check_pack(pack)
    return to_bytes(pack)


def load_pack(compiled: bytes) -> LoadedPack:
    """Load compiled bytes strictly; raises KnownError(rules.pack_invalid) naming what is wrong."""
    return _load(compiled, from_bytes)


def _load(compiled: bytes, read: Callable[[type[Pack], bytes], Pack]) -> LoadedPack:
    try:
        pack = read(Pack, compiled)
    except KnownError as error:
        raise KnownError("rules.pack_invalid", where="pack", why=str(error.details.get("why"))) from error
    check_pack(pack)
    return LoadedPack(pack, digest(compiled))


def sign_pack(compiled: bytes, signer: Signer, proof: ProofStatement) -> bytes:
    """The compiled pack under the legal office's signature, with what was proved of it among the signed headers."""
    return sign1(compiled, signer, headers={CONTENT_TYPE: FORMAT, PROOF: to_bytes(proof)})


def is_signed(data: bytes) -> bool:
    """Whether these bytes say that they are a signed pack."""
    return data[:1] == COSE_SIGN1


def open_signed_pack(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None]) -> LoadedPack:
    """Check the signature and load; any altered bit raises KnownError(rules.pack_altered)."""
    try:
        signed = verify1(data, key_of)
    except KnownError as error:
        raise KnownError("rules.pack_altered", why=error.code) from error
    held = signed.headers.get(PROOF)
    if signed.headers.get(CONTENT_TYPE) != FORMAT or not isinstance(held, bytes):
        raise KnownError("rules.pack_altered", why="not a pack")
    loaded = _load(signed.payload, from_trusted)
    proof = from_bytes(ProofStatement, held)
    if proof.pack_digest != loaded.digest:
        raise KnownError("rules.pack_altered", why="the proof is of another pack")
    return replace(loaded, proof=proof)


def _rank(word: str, keys: tuple[str, ...]) -> int | None:
    best: int | None = None
    for key in keys:
        at = key.find(word)
        if at >= 0:
            rank = 0 if at == 0 else 1
            best = rank if best is None else min(best, rank)
    return best


def in_force(since: date, until: date | None, day: date) -> bool:
    """Whether something holds on a day; both ends belong."""
    return since <= day and (until is None or day <= until)
