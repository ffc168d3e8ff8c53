"""What is whole, and still wrong: words that say another thing than the conditions, articles without their text, idle facts.

The loader refuses what cannot be computed, the proof what breaks a promise. This reads the table as a colleague would.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from enforcement.authoring.numerals import QUANTITY, number_of, same_unit
from enforcement.discretion.runs import tests_of
from enforcement.rules import FactSpec, LoadedPack, Test, Tier, Violation, ViolationVersion
from enforcement.rules.citations import citations

WAITS = "待核对"
"""What an import writes where the published table does not say it."""
SAYS_NOTHING = frozenset(("", "-", "/", "无", "同上"))


@dataclass(frozen=True)
class Remark:
    """Something to mend. `where` names it as the loader does ("violation x, version of 2024-01-01, tier t1")."""

    kind: str
    where: str
    words: str


def lint(loaded: LoadedPack) -> list[Remark]:
    """Every remark on a pack."""
    titles = {statute.title: statute.statute for statute in loaded.pack.statutes}
    found: list[Remark] = []
    seen: dict[str, str] = {}
    for statute in loaded.pack.statutes:
        for held in statute.versions:
            waits = [
                text for text in (held.version, held.source, *(one.summary for one in held.articles)) if WAITS in text
            ]
            if waits:
                found.append(Remark("unchecked", f"statute {statute.statute}", f"还有“{WAITS}”的内容：{waits[0][:40]}"))
    for violation in loaded.pack.violations:
        where = f"violation {violation.id}"
        if violation.title in seen:
            found.append(Remark("twice", where, f"与 {seen[violation.title]} 同名：{violation.title}"))
        seen[violation.title] = violation.id
        found += _unchecked(violation, where)
        if len(violation.cases) == 0:
            found.append(Remark("no_cases", where, "没有案例"))
        for version in violation.versions:
            at = f"{where}, version of {version.valid_from}"
            found += _articles(loaded, titles, version, at)
            found += _idle_facts(violation, version, at)
            for tier in version.tiers:
                found += _tier_words(violation, version, tier, f"{at}, tier {tier.id}")
    return found


def _unchecked(violation: Violation, where: str) -> Iterator[Remark]:
    """What an import left for a person to look up."""
    texts = [violation.correction, violation.source, violation.statute]
    for version in violation.versions:
        texts += [version.forbids, version.punishes, version.row, version.statute_version]
    if any(WAITS in text for text in texts):
        yield Remark("unchecked", where, f"还有“{WAITS}”的内容")


def _articles(loaded: LoadedPack, titles: Mapping[str, str], version: ViolationVersion, at: str) -> Iterator[Remark]:
    for text in dict.fromkeys((version.forbids, version.punishes)):
        cited = citations(text)
        if not cited:
            yield Remark("no_article", at, f"“{text}”里没有条文")
        for one in cited:
            statute = titles.get(one.title)
            if statute is None:
                yield Remark("no_statute", at, f"《{one.title}》不在本基准的依据里")
                continue
            held = loaded.statute(statute).at(version.valid_from)
            if all(article.number != one.article for article in held.articles):
                yield Remark("no_article", at, f"《{one.title}》{held.version}缺{one.article}的摘要")


def _idle_facts(violation: Violation, version: ViolationVersion, at: str) -> Iterator[Remark]:
    used = {test.fact for test in tests_of(version)} | {test.fact for test in violation.long_limitation}
    spans = [*(span for row in version.ranges for span in row.ranges.values())]
    spans += [span for tier in version.tiers for span in tier.bands.values()]
    used |= {name for span in spans for name in span.per}
    for spec in violation.facts:
        if spec.id not in used and len(violation.versions) == 1:
            yield Remark("idle_fact", at, f"事实“{spec.label}”不影响任何结果")


def _tier_words(violation: Violation, version: ViolationVersion, tier: Tier, where: str) -> Iterator[Remark]:
    """Figures with a unit in a row's words must be figures of its conditions, or of a heavier row's: 10平方米 in the words, 10 in a
    condition on a fact in 平方米. A table that says one thing and computes another is the worst kind."""
    if tier.words.strip() in SAYS_NOTHING:
        yield Remark("no_words", where, "没有写明情节")
    tests = _row_tests(version, version.tiers.index(tier))
    marks = [(spec, value) for test in tests for spec, value in _marks(violation.spec(test.fact), test)]
    units = {spec.unit for spec in violation.facts if spec.unit}
    for match in re.finditer(QUANTITY, tier.words):
        number, unit = number_of(match["number"]), match["unit"]
        known = next((one for one in units if same_unit(one, unit)), None)
        if number is None or known is None:
            continue
        if not any(same_unit(spec.unit, unit) and _says(spec, value, number) for spec, value in marks):
            yield Remark("words_differ", where, f"文字写“{match[0]}”，条件里没有这个数")


def _row_tests(version: ViolationVersion, at: int) -> list[Test]:
    """Where a row's figures may stand: in its own conditions, in those of heavier rows, where it ends, and in the statute's."""
    return [test for tier in version.tiers[at:] for group in tier.any_of for test in group] + [
        test for row in version.ranges for group in row.any_of for test in group
    ]


def _marks(spec: FactSpec | None, test: Test) -> Iterator[tuple[FactSpec, int]]:
    if spec is not None and spec.kind in ("number", "count"):
        for value in test.values if test.op == "in" else (test.value,):
            if isinstance(value, int):
                yield spec, value


def _says(spec: FactSpec, value: int, number: Decimal) -> bool:
    return Decimal(value).scaleb(-spec.decimals) == number
