"""What is typed into a cell becomes what the source says, or a sentence about the piece that cannot stand."""

import pytest

import resources
from central.authority.rules_files import read_folder
from desktop.messages.language import catalogue
from enforcement.authoring import read_draft, read_toml
from enforcement.authoring.typed import (
    WHYS,
    conditions_text,
    conditions_words,
    end_text,
    read_conditions,
    read_end,
    read_share,
    share_text,
)
from enforcement.rules import Choice, FactSpec
from enforcement.values.errors import KnownError

SPECS = (
    FactSpec(id="area", label="占用面积", kind="number", unit="平方米", decimals=1, high=1000),
    FactSpec(id="days", label="占用时长", kind="count", unit="天", high=100),
    FactSpec(id="use", label="已通电或者通气", kind="flag", high=0),
    FactSpec(
        id="plant",
        label="设施",
        kind="choice",
        high=0,
        choices=(Choice(id="on", label="运行"), Choice(id="none", label="停用或者未建")),
    ),
    FactSpec(id="since", label="开始日", kind="date", high=0),
)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("area >= 10 且 days >= 5", [["area >= 10", "days >= 5"]]),
        ("area>=10且days>=5或use==yes", [["area >= 10", "days >= 5"], ["use == yes"]]),
        ("占用面积 >= 10", [["area >= 10"]]),
        ("占用面积≥１０平方米，占用时长 < 5天", [["area >= 10", "days < 5"]]),
        ("占用面积不足10.5平方米", [["area < 10.5"]]),
        ("area < 10\n或 days >= 5", [["area < 10"], ["days >= 5"]]),
        ("area < 10\ndays >= 5；use == no", [["area < 10"], ["days >= 5"], ["use == no"]]),
        ("已通电或者通气 == 是 或 设施 为 停用或者未建", [["use == yes"], ["plant == none"]]),
        ("设施 属于 [运行, none] 且 area != 3", [["plant in [on, none]", "area != 3"]]),
        ("days in 1、2", [["days in [1, 2]"]]),
        ("since < 2024-07-01", [["since < 2024-07-01"]]),
        ("area >= 10 且\n  days >= 5", [["area >= 10", "days >= 5"]]),
        ("  ", []),
    ],
)
def test_conditions(text, groups):
    assert read_conditions(text, SPECS) == groups


@pytest.mark.parametrize(
    ("text", "piece", "why"),
    [
        ("areas >= 10", "areas >= 10", "called so"),
        ("area >= 10 且 weight >= 5", "weight >= 5", "called so"),
        ("area 10", "10", "comparison"),
        ("area >=", "area >=", "number is needed"),
        ("area >= ten", "ten", "number is needed"),
        ("area >= 10.55", "10.55", "more decimals"),
        ("area >= 5000", "5000", "outside"),
        ("use > yes", "> yes", "more or less"),
        ("use == maybe", "maybe", "yes or no"),
        ("plant == off", "off", "choices"),
        ("since < soon", "soon", "a day such as"),
        ("area >= 10 days >= 5", "days >= 5", "且 or 或"),
    ],
)
def test_conditions_that_cannot_stand(text, piece, why):
    with pytest.raises(KnownError, match=r"rules\.condition_invalid") as caught:
        read_conditions(text, SPECS)
    assert caught.value.details["text"] == piece
    assert why in str(caught.value.details["why"])


def test_every_condition_of_a_pack_comes_back_as_it_stood():
    packs = [read_toml(read_folder(path.parent)) for path in resources.path("rules").glob("*/pack.toml")]
    seen = 0
    for source, pack in ((one, read_draft(one).pack) for one in packs):
        for table, violation in zip((one.table for one in source.violations), pack.violations, strict=True):
            for tier in (tier for version in table["versions"] for tier in version["tiers"]):
                groups = tier.get("any_of", [])
                assert read_conditions(conditions_text(groups), violation.facts) == groups
                assert read_conditions(conditions_words(groups, violation.facts), violation.facts) == groups
                seen += len(groups)
    assert seen > 1000
    groups = [["area >= 10", "use == no"], ["plant in [on, none]"]]
    assert conditions_text(groups) == "area >= 10 且 use == no\n或 plant in [on, none]"
    assert read_conditions(conditions_text(groups), SPECS) == groups
    words = conditions_words(groups, SPECS)
    assert words == "占用面积 ≥ 10平方米 且 已通电或者通气 = 否\n或 设施 属于 运行、停用或者未建"
    assert read_conditions(words, SPECS) == groups
    assert conditions_words([["weight ~ 3"], "x"], SPECS) == "weight ~ 3\n或 x"
    assert conditions_text(None) == ""


@pytest.mark.parametrize(
    ("old", "end", "text", "new"),
    [
        ([1000, 3000], "low", "1500", [1500, 3000]),
        ([1000, 3000], "high", "1万", [1000, 10000]),
        ([1000, 3000], "high", "3,500元", [1000, 3500]),
        ([1000, 3000], "high", "", [1000]),
        ([1000], "high", "2000", [1000, 2000]),
        ([1000, 3000], "high", "<3000", {"sum": [1000, 3000], "open": "hi"}),
        ({"sum": [1000, 3000], "open": "hi"}, "low", ">1000", {"sum": [1000, 3000], "open": "both"}),
        ({"sum": [1000, 3000], "open": "hi"}, "high", "3000", [1000, 3000]),
        ([1000, 3000], "low", "0.50", ["0.50", 3000]),
        ([1000, 3000], "low", "", None),
        (None, "low", "50", [50]),
        ({"times": [5, 10], "of": "goods", "floor": 100}, "high", "8", {"times": [5, 8], "of": "goods", "floor": 100}),
    ],
)
def test_sums(old, end, text, new):
    assert read_end(old, end, text) == new
    if new is not None and text:
        assert read_end(new, end, end_text(new, end)) == new


@pytest.mark.parametrize(
    ("old", "end", "text", "why"),
    [
        ([1, 2], "low", "some", "sum in yuan"),
        ([1, 2], "low", "0.505", "sum in yuan"),
        ([1, 2], "low", "<5", "sum in yuan"),
        ([1, 2], "high", "99999999999999999", "sum in yuan"),
        (None, "high", "50", "comes first"),
    ],
)
def test_sums_that_cannot_stand(old, end, text, why):
    with pytest.raises(KnownError, match=why):
        read_end(old, end, text)


@pytest.mark.parametrize(
    ("old", "end", "text", "new"),
    [
        ([0, 300], "high", "30%", [0, 300]),
        ([0, 300], "low", "12.5", [125, 300]),
        ([0, 300], "high", "<30", {"part": [0, 300], "open": "hi"}),
        ({"part": [0, 300], "of": "highest"}, "low", "10", {"part": [100, 300], "of": "highest"}),
        (None, "low", "70", [700, 1000]),
        ([700, 1000], "low", "", [0, 1000]),
    ],
)
def test_shares(old, end, text, new):
    assert read_share(old, end, text) == new
    assert read_share(new, end, share_text(new, end)) == new


@pytest.mark.parametrize("text", ["101", "-1", "12.34", "half"])
def test_shares_that_cannot_stand(text):
    with pytest.raises(KnownError, match="per cent"):
        read_share([0, 300], "low", text)


def test_every_reason_has_its_chinese_words():
    assert [why for why in WHYS if why not in catalogue("zh_CN")] == []
