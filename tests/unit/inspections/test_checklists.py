"""Checklists: those that come with the program agree with the discretion tables; faults are named."""

from datetime import date

import pytest

import resources
from central.authority.rules_files import load_any
from enforcement.procedure.inspections import asked_items, read_checklist
from enforcement.rules.citations import citations
from enforcement.values.errors import KnownError

LISTS = sorted(resources.path("inspections/checklists").glob("*.toml"), key=lambda path: path.name)
RAW = resources.path("inspections/checklists/storefront.toml").read_bytes()


@pytest.fixture(scope="module")
def pack():
    return load_any(resources.path("rules/shili-city")).pack


def test_there_are_lists_for_a_city_management_agency():
    assert {path.stem for path in LISTS} >= {"storefront", "billboard", "site"}


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 8, 14), date(2026, 8, 15)])
def test_an_item_rests_on_the_article_that_its_violation_breaks(path, day, pack):
    violations = {one.id: one for one in pack.violations}
    for item in asked_items(read_checklist(path.read_bytes(), path.name), day):
        if not item.violation:
            continue
        versions = violations[item.violation].versions
        version = next(
            one for one in versions if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
        )
        forbidden = {(one.title, one.article) for one in citations(version.forbids)}
        assert {(one.title, one.article) for one in citations(item.basis)} & forbidden, item.key


@pytest.mark.parametrize(
    ("old", "new", "key", "why"),
    [
        (b'id = "storefront"', b'id = "other"', "id", "file's name"),
        (b'id = "permit"', b'id = "front"', "items.front", "twice"),
        (b'id = "permit"', b'id = "a/b"', "items.a/b", "without /"),
        (b'severity = "minor"', b'severity = "grave"', "severity", "grave"),
        ("城市道路管理条例第三十六条".encode(), "按有关规定".encode(), "items.extent.basis", "no article"),
        (b"days = 3", b"days = -3", "items.permit.days", "negative"),
        (b"photo = true", b'photo = "yes"', "photo", "bool"),
        (b"photo = true", b"foto = true", "foto", "foto"),
        ('correction = "收回店外物品"\n'.encode(), b"", "items.outside.correction", "what is to be corrected"),
    ],
)
def test_a_faulty_list_is_refused_by_file_key_and_reason(old, new, key, why):
    assert old in RAW
    with pytest.raises(KnownError) as caught:
        read_checklist(RAW.replace(old, new, 1), "storefront.toml")
    details = caught.value.details
    assert (caught.value.code, details["file"]) == ("inspection.data_invalid", "storefront.toml")
    assert key in str(details["key"]) or key in str(details["why"])
    assert why in str(details["why"])


def test_a_list_that_is_no_text_is_refused():
    with pytest.raises(KnownError) as caught:
        read_checklist(b"\xff\xfe", "storefront.toml")
    assert caught.value.code == "inspection.data_invalid"
