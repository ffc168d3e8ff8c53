"""Drawing lots (双随机): which enterprises are inspected and by whom, so that anybody gets the same from the published seed.

- key = SHA-256(b"hengchi draw 1\\0" + seed in UTF-8).
- Words of a label: SHA-256(key + label in UTF-8 + b"\\0" + block number as 8 bytes, big-endian) for block 0, 1, 2 …, cut into
  words of 8 bytes, big-endian.
- A number below n: the next word w with w < 2**64 - 2**64 % n, modulo n. Words that are not below are thrown away: no bias.
- k of a list: sorted by id (UTF-8 bytes); for i = 0 … k-1 the element i changes places with the one at i + (number below len - i);
  the first k are drawn, in that order (Fisher-Yates).
- Of each risk class, in the order of `shares`: label "enterprise " + class, k = per mille of the class rounded up, at least `least`.
- For each drawn enterprise, in that order: label "officers " + its id, from the officers who are not recused for it.

docs/inspections.md says the same in words, with a vector.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from enforcement.journal.visit_acts import DrawCommitted, DrawRevealed, DrawRule, Pick, Share
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import to_bytes

DOMAIN = b"hengchi draw 1\x00"
WORD = 8
_SPACE = 1 << (8 * WORD)


class Stream:
    """Numbers of one label under one seed."""

    def __init__(self, seed: str, label: str) -> None:
        self._start = hashlib.sha256(DOMAIN + seed.encode()).digest() + label.encode() + b"\x00"
        self._block, self._words = 0, b""

    def below(self, count: int) -> int:
        """A number from 0 to count - 1, each as likely."""
        limit = _SPACE - _SPACE % count
        while (word := self._word()) >= limit:
            pass
        return word % count

    def take(self, names: Sequence[str], count: int) -> tuple[str, ...]:
        """So many of the names, none twice, in the order drawn."""
        pool = sorted(names, key=str.encode)
        for place in range(count):
            other = place + self.below(len(pool) - place)
            pool[place], pool[other] = pool[other], pool[place]
        return tuple(pool[:count])

    def _word(self) -> int:
        if not self._words:
            self._words = hashlib.sha256(self._start + self._block.to_bytes(WORD, "big")).digest()
            self._block += 1
        word, self._words = self._words[:WORD], self._words[WORD:]
        return int.from_bytes(word, "big")


def draw(rule: DrawRule, seed: str) -> tuple[Pick, ...]:
    """What the lots give. Raises KnownError(input.invalid) for a rule that cannot be drawn by: an id twice, a class without a
    share, or an enterprise that too few officers are left for.
    """
    _check(rule)
    picks: list[Pick] = []
    for share in rule.shares:
        names = [one.id for one in rule.candidates if one.risk == share.risk]
        for enterprise in Stream(seed, f"enterprise {share.risk}").take(names, quota(share, len(names))):
            out = {one.officer for one in rule.recusals if one.enterprise == enterprise}
            free = [one.number for one in rule.officers if one.number not in out]
            if len(free) < rule.crew:
                raise KnownError("input.invalid", field="officers", why=f"fewer than {rule.crew} for {enterprise}")
            picks.append(
                Pick(enterprise=enterprise, officers=Stream(seed, f"officers {enterprise}").take(free, rule.crew))
            )
    return tuple(picks)


def quota(share: Share, size: int) -> int:
    """How many of a class of that size."""
    return min(size, max(share.least, -(-size * share.per_mille // 1000)))


def seed_digest(seed: str) -> bytes:
    """What is published before: SHA-256 of the seed. `commitment` sees to it that the seed is not found by trying."""
    return digest(seed.encode())


def rule_digest(rule: DrawRule) -> bytes:
    """SHA-256 of the rule's canonical bytes."""
    return digest(to_bytes(rule))


def commitment(rule: DrawRule, seed: str) -> tuple[bytes, bytes]:
    """(digest of the seed, digest of the rule) of a draw that can be made.

    Raises KnownError(input.invalid) for a short seed, and what `draw` raises.
    """
    if len(seed.encode()) < 16:
        raise KnownError("input.invalid", field="seed", why="at least 16 bytes")
    _check(rule)
    return seed_digest(seed), rule_digest(rule)


def is_fair(said: DrawCommitted, shown: DrawRevealed) -> bool:
    """Whether a draw is what was committed to and gives what it says."""
    if (said.seed, said.rule) != (seed_digest(shown.seed), rule_digest(shown.rule)):
        return False
    try:
        return draw(shown.rule, shown.seed) == shown.picks
    except KnownError:
        return False


def _check(rule: DrawRule) -> None:
    for field, names in (
        ("candidates", [one.id for one in rule.candidates]),
        ("shares", [one.risk for one in rule.shares]),
        ("officers", [one.number for one in rule.officers]),
    ):
        if len(set(names)) != len(names):
            raise KnownError("input.invalid", field=field, why="one stands twice")
    if rule.crew < 2:
        raise KnownError("input.invalid", field="crew", why="no fewer than two")
    if any(not 0 <= one.per_mille <= 1000 or one.least < 0 for one in rule.shares):
        raise KnownError("input.invalid", field="shares", why="from 0 to 1000 per mille")
    without = {one.risk for one in rule.candidates} - {one.risk for one in rule.shares}
    if without:
        raise KnownError("input.invalid", field="shares", why=f"no share for {min(without)}")
