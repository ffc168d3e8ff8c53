"""Drawing lots: the same for everybody, nobody favoured, nothing changed afterwards."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.journal.visit_acts import (
    Candidate,
    DrawCommitted,
    DrawRevealed,
    DrawRule,
    Named,
    Recusal,
    Share,
)
from enforcement.procedure.inspections import commitment, draw, is_fair, rule_digest, seed_digest
from enforcement.procedure.inspections.draw import Stream, quota
from enforcement.values.errors import KnownError
from tests.support.journal_maker import shown

SEED = "示例市2026年第4期公开种子"


def rule(count=40, **more):
    return DrawRule(
        **{
            "title": "第4季度",
            "candidates": tuple(
                Candidate(id=f"e{number:03}", name=f"企业{number}", risk="高" if number % 4 == 0 else "低")
                for number in range(count)
            ),
            "shares": (Share(risk="高", per_mille=200), Share(risk="低", per_mille=30, least=1)),
            "officers": tuple(Named(number=f"S{number}", name=f"人{number}") for number in range(6)),
            "recusals": (),
            **more,
        }
    )


def by_hand(seed, label, names, count):
    """The page's description of the algorithm, written again without the program's own code."""
    key = hashlib.sha256(b"hengchi draw 1\x00" + seed.encode()).digest()
    words = (
        int.from_bytes(hashlib.sha256(key + label.encode() + b"\x00" + block.to_bytes(8, "big")).digest()[at : at + 8])
        for block in range(10_000)
        for at in range(0, 32, 8)
    )
    pool = sorted(names, key=lambda name: name.encode())
    for place in range(count):
        size = len(pool) - place
        word = next(one for one in words if one < 2**64 - 2**64 % size)
        other = place + word % size
        pool[place], pool[other] = pool[other], pool[place]
    return pool[:count]


def test_anybody_draws_the_same_from_the_description():
    found = draw(rule(), SEED)
    high = [one.id for one in rule().candidates if one.risk == "高"]
    low = [one.id for one in rule().candidates if one.risk == "低"]
    assert [pick.enterprise for pick in found] == [
        *by_hand(SEED, "enterprise 高", high, 2),
        *by_hand(SEED, "enterprise 低", low, 1),
    ]
    for pick in found:
        officers = [one.number for one in rule().officers]
        assert list(pick.officers) == by_hand(SEED, f"officers {pick.enterprise}", officers, 2)


def test_the_vector_of_the_page():
    """docs/inspections.md gives these."""
    stream = Stream("hengchi", "test")
    assert [stream.below(1000) for _ in range(6)] == [539, 891, 498, 163, 977, 101]
    assert Stream("hengchi", "enterprise A").take(["a", "b", "c", "d", "e"], 3) == ("e", "b", "a")


def test_the_same_seed_gives_the_same_bytes_and_one_other_byte_gives_others():
    assert draw(rule(400), SEED) == draw(rule(400), SEED)
    others = {draw(rule(400), SEED[:-1] + end) for end in "乙丙丁"}
    assert draw(rule(400), SEED) not in others
    assert len(others) == 3


def test_the_order_of_the_register_does_not_matter():
    turned = rule(candidates=tuple(reversed(rule().candidates)), officers=tuple(reversed(rule().officers)))
    assert draw(turned, SEED) == draw(rule(), SEED)


def test_every_enterprise_is_as_likely():
    """Chi-square over 4,000 seeds, 9 degrees of freedom: 27.88 is passed once in a thousand; the seeds are fixed."""
    names = [f"e{number}" for number in range(10)]
    seen = Counter(Stream(f"seed {number}", "enterprise").take(names, 1)[0] for number in range(4000))
    assert sum((seen[name] - 400) ** 2 / 400 for name in names) < 27.88


def test_every_pair_of_officers_is_as_likely():
    """Ordered pairs of 4: 12 of them, 11 degrees of freedom: 31.26 once in a thousand."""
    names = ["a", "b", "c", "d"]
    seen = Counter(Stream(f"seed {number}", "officers").take(names, 2) for number in range(3600))
    assert len(seen) == 12
    assert sum((count - 300) ** 2 / 300 for count in seen.values()) < 31.26


@given(st.integers(0, 60), st.integers(0, 1000), st.integers(0, 5), st.text(min_size=1, max_size=12))
def test_so_many_of_a_class_none_twice(size, per_mille, least, seed):
    made = rule(
        0,
        candidates=tuple(Candidate(id=f"e{number}", name="", risk="甲") for number in range(size)),
        shares=(Share(risk="甲", per_mille=per_mille, least=least),),
    )
    found = [pick.enterprise for pick in draw(made, seed)]
    assert len(found) == len(set(found)) == quota(made.shares[0], size)
    assert quota(made.shares[0], size) >= size * per_mille / 1000 or quota(made.shares[0], size) == size
    assert quota(made.shares[0], size) >= min(least, size)


def test_a_recused_officer_is_never_drawn_for_that_enterprise():
    everywhere = tuple(Recusal(officer="S0", enterprise=one.id, words="亲属任职") for one in rule().candidates)
    for number in range(50):
        for pick in draw(rule(recusals=everywhere), f"{SEED}{number}"):
            assert "S0" not in pick.officers


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"officers": (Named(number="S1", name="一"),)}, "officers"),
        ({"shares": (Share(risk="高", per_mille=200),)}, "shares"),
        ({"shares": (Share(risk="高", per_mille=2000), Share(risk="低", per_mille=1))}, "shares"),
        ({"candidates": (Candidate(id="e", name="", risk="高"),) * 2}, "candidates"),
        ({"crew": 1}, "crew"),
    ],
)
def test_a_rule_that_cannot_be_drawn_by_is_refused(change, field):
    with pytest.raises(KnownError) as caught:
        draw(rule(**change), SEED)
    assert caught.value.details["field"] == field


def test_a_short_seed_is_not_committed_to():
    with pytest.raises(KnownError) as caught:
        commitment(rule(), "2026")
    assert caught.value.details["field"] == "seed"


def told(seed=SEED, made=None, picks=None, said=None):
    made = made or rule()
    promise = said or DrawCommitted(
        title="第4季度", seed=seed_digest(SEED), rule=rule_digest(rule()), shown=shown("J1")
    )
    reveal = DrawRevealed(
        committed=bytes(32),
        seed=seed,
        rule=made,
        picks=picks if picks is not None else draw(made, seed),
        shown=shown("J1"),
    )
    return promise, reveal


def test_only_what_was_committed_to_is_fair():
    assert is_fair(*told())
    assert not is_fair(*told(seed=SEED + "。"))
    smaller = rule(candidates=rule().candidates[1:])
    assert not is_fair(*told(made=smaller))
    assert not is_fair(*told(picks=draw(rule(), SEED)[:-1]))
