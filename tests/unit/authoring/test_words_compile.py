"""A table whose conditions are typed in words compiles to the same bytes as one that is typed in ids."""

import copy
from dataclasses import replace

import pytest

import resources
from central.authority.rules_files import read_any_source
from enforcement.authoring.build import build_pack, read_draft
from enforcement.authoring.typed import conditions_words
from enforcement.values.errors import KnownError
from tests.support.tables import CITY

PACKS = [*sorted(path.parent for path in resources.path("rules").glob("*/pack.toml")), CITY]


def in_words(table, specs):
    """Every `any_of` as one text in words, whole; every `all_of` condition by condition."""
    for key, value in table.items():
        if key == "any_of":
            table[key] = [[conditions_words(value, specs)]]
        elif key in ("all_of", "long_limitation"):
            table[key] = [conditions_words([[text]], specs) for text in value]
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    in_words(one, specs)


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_words_and_ids_are_the_same_table(folder):
    source = read_any_source(folder)
    facts = {violation.id: violation.facts for violation in read_draft(source).pack.violations}
    changed = []
    for one in source.violations:
        table = copy.deepcopy(dict(one.table))
        in_words(table, facts[table["id"]])
        changed.append(replace(one, table=table))
    assert [one.table for one in changed] != [one.table for one in source.violations]
    assert build_pack(replace(source, violations=changed)) == build_pack(source)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("占地面积 ≥ 10", "no condition: 占地面积 ≥ 10"),
        ("area >= 10 且", "area >= 10 且: a number is needed"),
        ("area >= wide", "area >= wide: a number is needed"),
    ],
)
def test_what_is_no_condition_is_refused_as_it_was_typed(typed, why):
    source = read_any_source(CITY)
    at = next(number for number, one in enumerate(source.violations) if one.table["id"] == "road-occupy")
    table = copy.deepcopy(dict(source.violations[at].table))
    table["versions"][-1]["tiers"][-1]["any_of"] = [[typed]]
    violations = [*source.violations]
    violations[at] = replace(source.violations[at], table=table)
    with pytest.raises(KnownError) as caught:
        build_pack(replace(source, violations=violations))
    assert caught.value.details["why"] == why
    assert "road" in caught.value.details["where"]


def test_an_alternative_is_none_where_all_must_hold():
    source = read_any_source(CITY)
    at = next(
        number
        for number, one in enumerate(source.violations)
        if any("circumstances" in version for version in one.table["versions"])
    )
    table = copy.deepcopy(dict(source.violations[at].table))
    version = next(version for version in table["versions"] if "circumstances" in version)
    first = version["circumstances"][0]["all_of"][0]
    version["circumstances"][0]["all_of"] = [f"{first} 或 {first}"]
    violations = [*source.violations]
    violations[at] = replace(source.violations[at], table=table)
    with pytest.raises(KnownError, match="none can be an alternative"):
        build_pack(replace(source, violations=violations))
