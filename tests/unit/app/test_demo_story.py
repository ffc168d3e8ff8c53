"""What the officer of the demonstration types finds what happened, however many violations the library comes to hold."""

from datetime import date

import pytest

import resources
from central.authority.rules_files import load_any
from desktop.app.demo_story import INCIDENTS
from enforcement.rules import Library, parse_fact

DAY = date(2026, 10, 14)
PACKS = sorted(path.parent for path in resources.path("rules").glob("*/pack.toml"))


@pytest.fixture(scope="module")
def library():
    return Library([load_any(folder) for folder in PACKS])


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda one: one.violation)
def test_the_words_find_the_violation_first(library, incident):
    (_, violation), *_ = library.search(incident.typed, DAY)
    assert violation.id == incident.violation
    specs = {spec.id: spec for spec in violation.facts}
    for name, text in incident.facts.items():
        parse_fact(specs[name], text)
