"""Changes to source texts: what is asked is done, and every other byte stays."""

import tomllib

import pytest

import resources
from enforcement.authoring.blocks import blocks_of, path_at
from enforcement.authoring.edit import add_entry, move_entry, part_text, remove_entry, replace_part, set_keys
from enforcement.values.errors import KnownError
from tests.support.tables import CITY

FILES = sorted(
    [
        *resources.path("rules").glob("*/violations/*.toml"),
        *resources.path("rules").glob("*/pack.toml"),
        *CITY.rglob("*.toml"),
    ]
)

HEAD = b"""# the head of all
id = "x"   # its name

[position]
step = 50

# two facts
[facts.area]
label = "Area"

[facts."odd name"]
label = "Odd"
"""

TEXT = """# a statute's violations, as a person keeps them

[[violations]]
id = "road"          # never change
aliases = [
    "one",  # the first
    "two",
]
note = '''
[[violations.versions]]
not a header
'''

[[violations.facts]]
id = "area"

[[violations.versions]]
valid_from = 2024-01-01

# the first row
[[violations.versions.tiers]]
id = "t1"
bands_yuan = { organisation = [1000, 3000],   citizen = [50, 200] } # as published

[[violations.versions.tiers]]
id   =   "t2"
any_of = [["area >= 10"],
          ["days >= 5"]]

[violations.versions.tiers.bands_yuan]
organisation = [3000, 8000]
# a citizen pays less
citizen = [200, 2000]

# nothing above this one
[[violations.versions.tiers]]
id = "t3"

[[violations.cases]]
name = "one"

# the second
[[violations]]
id = "dig"
versions = [
  { valid_from = 2024-01-01, tiers = [ { id = "t1" }, { id = "t2" } ] },  # all in one
]
"""
DATA = TEXT.encode()
FIRST = "violations[1].versions[1].tiers"
INLINE = "violations[2].versions[1].tiers"


def tables(data):
    return tomllib.loads(data.decode().replace("\r\n", "\n"))


def lines_changed(before, after):
    """Lines that went and lines that came, each in order."""
    one, two = before.decode().splitlines(), after.decode().splitlines()
    return [line for line in one if line not in two], [line for line in two if line not in one]


def windows(data):
    return data.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_blocks_hold_the_whole_text_and_find_every_table(path):
    text = path.read_text("utf-8")
    blocks = blocks_of(text)
    assert "".join(text[one.lead : one.end] for one in blocks) == text
    table = tomllib.loads(text)
    names = {one.path for one in blocks}
    for number, violation in enumerate(table.get("violations", []), 1):
        for at, version in enumerate(violation["versions"], 1):
            for row in range(1, len(version["tiers"]) + 1):
                assert f"violations[{number}].versions[{at}].tiers[{row}]" in names


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
@pytest.mark.parametrize("ends", [bytes, windows], ids=["lf", "crlf"])
def test_what_says_the_same_changes_no_byte(path, ends):
    data = ends(path.read_bytes())
    table = tables(data)
    assert (
        set_keys(data, "", {key: value for key, value in table.items() if not isinstance(value, dict | list)}) == data
    )
    for number, violation in enumerate(table.get("violations", [])[:2], 1):
        place = f"violations[{number}]"
        assert replace_part(data, place, "", part_text(data, place)) == data
        assert replace_part(data, place, "", part_text(data, place, whole=True), whole=True) == data
        for key in ("facts", "cases"):
            if key in violation:
                assert replace_part(data, place, key, part_text(data, place, key)) == data
        for at, version in enumerate(violation["versions"], 1):
            for row, tier in enumerate(version["tiers"], 1):
                assert set_keys(data, f"{place}.versions[{at}].tiers[{row}]", tier) == data
            array = f"{place}.versions[{at}].tiers"
            rows = len(version["tiers"])
            assert move_entry(move_entry(data, array, 0, rows - 1), array, rows - 1, 0) == data
            assert remove_entry(add_entry(data, array, 1, {"id": "new"}), array, 1) == data


def test_one_key_of_one_row():
    done = set_keys(
        DATA, f"{FIRST}[1]", {"label": "lightest", "bands_yuan": {"organisation": [1000, 4000], "citizen": [50, 200]}}
    )
    gone, come = lines_changed(DATA, done)
    assert gone == ["bands_yuan = { organisation = [1000, 3000],   citizen = [50, 200] } # as published"]
    assert come == [
        "bands_yuan = { organisation = [1000, 4000],   citizen = [50, 200] } # as published",
        'label = "lightest"',
    ]
    assert tables(done)["violations"][0]["versions"][0]["tiers"][0]["label"] == "lightest"


def test_conditions_over_several_lines_are_replaced_and_the_rest_stays():
    done = set_keys(DATA, f"{FIRST}[2]", {"any_of": [["area >= 20"]], "id": "t2"})
    assert lines_changed(DATA, done) == (
        ['any_of = [["area >= 10"],', '          ["days >= 5"]]'],
        ['any_of = [["area >= 20"]]'],
    )


def test_a_key_that_is_a_table_of_its_own_keeps_its_comments():
    done = set_keys(DATA, f"{FIRST}[2]", {"bands_yuan": {"organisation": [3000, 9000], "citizen": [200, 2000]}})
    assert lines_changed(DATA, done) == (["organisation = [3000, 8000]"], ["organisation = [3000, 9000]"])
    without = set_keys(DATA, f"{FIRST}[2]", {"bands_yuan": None, "share": [0, 300]})
    row = tables(without)["violations"][0]["versions"][0]["tiers"][1]
    assert row == {"id": "t2", "any_of": [["area >= 10"], ["days >= 5"]], "share": [0, 300]}
    fewer = set_keys(DATA, f"{FIRST}[2]", {"bands_yuan": {"citizen": [1, 2]}})
    assert tables(fewer)["violations"][0]["versions"][0]["tiers"][1]["bands_yuan"] == {"citizen": [1, 2]}
    assert "# a citizen pays less" in fewer.decode()


def test_a_key_that_came_and_went_leaves_every_byte():
    with_it = set_keys(DATA, f"{FIRST}[1]", {"any_of": [["area < 10"]]})
    line = b'any_of = [["area < 10"]]\n'
    assert with_it.replace(line, b"") == DATA
    assert set_keys(with_it, f"{FIRST}[1]", {"any_of": None}) == DATA
    assert (
        set_keys(set_keys(with_it, f"{FIRST}[1]", {"any_of": None}), f"{FIRST}[1]", {"any_of": [["area < 10"]]})
        == with_it
    )


def test_none_takes_a_key_away():
    done = set_keys(DATA, f"{FIRST}[2]", {"any_of": None})
    assert "any_of" not in tables(done)["violations"][0]["versions"][0]["tiers"][1]
    assert set_keys(done, f"{FIRST}[2]", {"any_of": None}) == done


def test_rows_written_in_one_line():
    done = set_keys(DATA, f"{INLINE}[2]", {"label": "second"})
    assert tables(done)["violations"][1]["versions"][0]["tiers"][1] == {"id": "t2", "label": "second"}
    assert b"# all in one" in done
    added = add_entry(done, INLINE, 1, {"id": "new"})
    assert [row["id"] for row in tables(added)["violations"][1]["versions"][0]["tiers"]] == ["t1", "new", "t2"]
    moved = move_entry(added, INLINE, 2, 0)
    assert [row["id"] for row in tables(moved)["violations"][1]["versions"][0]["tiers"]] == ["t2", "t1", "new"]
    less = remove_entry(moved, INLINE, 1)
    assert [row["id"] for row in tables(less)["violations"][1]["versions"][0]["tiers"]] == ["t2", "new"]
    assert less[: DATA.index(b"# the second")] == DATA[: DATA.index(b"# the second")]


def test_rows_come_and_go_with_the_comments_above_them():
    added = add_entry(DATA, FIRST, 1, {"id": "new", "words": "不足10平方米", "any_of": [["area < 10"]]})
    rows = tables(added)["violations"][0]["versions"][0]["tiers"]
    assert [row["id"] for row in rows] == ["t1", "new", "t2", "t3"]
    last = add_entry(DATA, FIRST, 3, {"id": "t4"})
    assert [row["id"] for row in tables(last)["violations"][0]["versions"][0]["tiers"]] == ["t1", "t2", "t3", "t4"]
    assert lines_changed(DATA, last) == ([], ['id = "t4"'])
    gone = remove_entry(DATA, FIRST, 2)
    assert b"# nothing above this one" not in gone
    assert gone + b"" == DATA.replace(b'# nothing above this one\n[[violations.versions.tiers]]\nid = "t3"\n\n', b"")


def test_rows_change_places_and_take_their_tables_along():
    moved = move_entry(DATA, FIRST, 1, 0)
    rows = tables(moved)["violations"][0]["versions"][0]["tiers"]
    assert [row["id"] for row in rows] == ["t2", "t1", "t3"]
    assert rows[0]["bands_yuan"] == {"organisation": [3000, 8000], "citizen": [200, 2000]}
    assert sorted(moved.decode().splitlines()) == sorted(TEXT.splitlines())
    assert move_entry(DATA, FIRST, 1, 1) == DATA


def test_an_array_is_made_where_there_is_none():
    done = add_entry(DATA, "violations[1].versions[1].circumstances", 0, {"id": "c1", "must": True})
    assert tables(done)["violations"][0]["versions"][0]["circumstances"] == [{"id": "c1", "must": True}]
    assert len(tables(done)["violations"][0]["cases"]) == 1
    assert done.replace(b'\n[[violations.versions.circumstances]]\nid = "c1"\nmust = true\n', b"") == DATA


def test_a_key_before_the_first_header():
    data = b"[position]\nstep = 50\n"
    assert set_keys(data, "", {"id": "x"}) == b'id = "x"\n[position]\nstep = 50\n'
    assert set_keys(data, "", {"id": None}) == data


def test_head_keys():
    done = set_keys(HEAD, "", {"id": "y", "version": "2"})
    assert lines_changed(HEAD, done) == (['id = "x"   # its name'], ['id = "y"   # its name', 'version = "2"'])
    step = set_keys(HEAD, "position", {"step": 100})
    assert lines_changed(HEAD, step) == (["step = 50"], ["step = 100"])
    assert tables(set_keys(HEAD, "facts.area", {"kind": "flag"}))["facts"]["area"] == {"label": "Area", "kind": "flag"}


def test_windows_lines_stay_windows_lines():
    data = windows(DATA)
    for done in (
        set_keys(data, f"{FIRST}[1]", {"label": "x"}),
        add_entry(data, FIRST, 0, {"id": "new"}),
        move_entry(data, FIRST, 0, 2),
        replace_part(data, "violations[1]", "cases", '[[violations.cases]]\nname = "two"\n'),
    ):
        assert done.count(b"\n") == done.count(b"\r\n")


def test_parts_as_text():
    assert part_text(DATA, "violations[1]", "facts") == '[[violations.facts]]\nid = "area"\n'
    assert part_text(DATA, "violations[1]").startswith('[[violations]]\nid = "road"')
    assert part_text(DATA, "violations[1]", "absent") == ""
    assert part_text(DATA, "violations[2]", "versions").startswith("versions = [")
    assert part_text(DATA, f"{FIRST}[2]", "bands_yuan").startswith("[violations.versions.tiers.bands_yuan]")
    assert part_text(DATA, "violations[1]", whole=True).count("[[violations.versions.tiers]]") == 3


def test_a_part_is_replaced_made_and_emptied():
    text = '# measured\n[[violations.facts]]\nid = "area"\n\n[[violations.facts]]\nid = "days"\n'
    done = replace_part(DATA, "violations[1]", "facts", text)
    assert [fact["id"] for fact in tables(done)["violations"][0]["facts"]] == ["area", "days"]
    assert b"# measured\n" in done
    assert done.replace(text.encode(), b'[[violations.facts]]\nid = "area"\n') == DATA
    made = replace_part(DATA, "violations[1].versions[1]", "before", '[[violations.versions.before]]\nid = "told"\n')
    assert tables(made)["violations"][0]["versions"][0]["before"] == [{"id": "told"}]
    emptied = replace_part(made, "violations[1].versions[1]", "before", "")
    assert tables(emptied) == tables(DATA)
    value = replace_part(DATA, "violations[1]", "common_facts", 'common_facts = ["priors"]')
    assert tables(value)["violations"][0]["common_facts"] == ["priors"]


@pytest.mark.parametrize(
    ("path", "key", "text", "where", "why"),
    [
        ("violations[1]", "facts", '[[violations.facts]]\nid = "area"\nlabel = \n', "3", "Invalid value"),
        ("violations[1]", "facts", '[[violations]]\nid = "other"\n', "", "nothing but [violations.facts]"),
        (
            "violations[1]",
            "facts",
            '[[violations.facts]]\nid = "a"\n[[violations.cases]]\nname = "x"\n',
            "",
            "nothing but",
        ),
        ("violations[1]", "", "id = 1\n", "", ""),
        ("violations[1].versions[1]", "tiers", 'id = "t1"\nid = "t1"\n', "2", "Cannot overwrite"),
    ],
)
def test_a_part_that_cannot_stand_is_refused_with_its_line(path, key, text, where, why):
    with pytest.raises(KnownError, match=r"rules\.pack_invalid") as caught:
        replace_part(DATA, path, key, text)
    assert caught.value.details["where"] == where
    assert why in str(caught.value.details["why"])


def test_a_text_that_is_none_is_refused():
    with pytest.raises(KnownError, match="byte 0"):
        set_keys(b"\xff\xfe", "", {"id": "x"})
    with pytest.raises(KnownError, match=r"rules\.pack_invalid"):
        set_keys(b'id = "x"\n', "violations[3]", {"id": "x"})


def test_the_table_that_a_line_stands_in():
    lines = TEXT.split("\n")
    assert path_at(TEXT, lines.index('id   =   "t2"') + 1) == f"{FIRST}[2]"
    assert path_at(TEXT, lines.index("not a header") + 1) == "violations[1]"
    assert path_at(TEXT, 1) == ""
