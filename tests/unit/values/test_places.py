"""A place without a map: by road and number, initials, grid and degrees; faulty data is named."""

import pytest

import resources
from enforcement.values.errors import KnownError
from enforcement.values.places import Place, by_degrees, find_places, read_gazetteer
from resources.pinyin import initials

RAW = resources.path("places/shili.toml").read_bytes()
CITY = read_gazetteer(RAW, "shili.toml")


def words(typed, used=()):
    return [one.words for one in find_places(CITY, typed, initials, used)]


@pytest.mark.parametrize("typed", ["文昌路111", "wcl111", "WCL 111", "文昌111号", "示例市示范区文昌路111"])
def test_a_road_and_a_number_are_an_address(typed):
    assert words(typed) == ["示例市示范区文昌路111号"]
    assert [one.id for one in find_places(CITY, typed, initials)[0].grids] == ["SF-02"]


def test_what_stands_before_the_door_is_kept():
    assert words("文昌路111号门前人行道") == ["示例市示范区文昌路111号门前人行道"]


def test_the_sides_of_a_road_may_lie_in_two_grids():
    assert [one.id for one in find_places(CITY, "示范路101", initials)[0].grids] == ["SF-01"]
    assert [one.id for one in find_places(CITY, "示范路102", initials)[0].grids] == ["SF-02"]
    assert [one.id for one in find_places(CITY, "sfl", initials)[0].grids] == ["SF-01", "SF-02"]


def test_a_number_that_the_road_does_not_have_is_not_offered():
    assert words("文昌路200") == []
    assert words("文昌路0") == []


def test_a_grid_leads_to_its_roads():
    assert words("sf-03") == ["示例市示范区衡尺大道", "示例市示范区新桥路", "示例市示范区长堤街", "示例市示范区滨江道"]
    assert "示例市示范区和平里" in words("文昌网格")


def test_places_used_before_come_last_and_each_once():
    used = ["示例市示范区文昌路111号", "示例市示范区人民广场东侧", "别处"]
    assert words("文昌路111", used) == ["示例市示范区文昌路111号"]
    assert words("人民广场", used) == ["示例市示范区人民广场东侧"]


@pytest.mark.parametrize("typed", ["30.12345,120.54321", "120.54321 30.12345", "30.12345，120.54321"])
def test_degrees_in_either_order_are_written_as_a_record_says_them(typed):
    assert words(typed) == ["北纬30.12345°，东经120.54321°"]
    assert words(f"新桥路桥下 {typed}") == ["新桥路桥下（北纬30.12345°，东经120.54321°）"]


@pytest.mark.parametrize(
    "typed", ["0.12345,120.54321", "30.12,99", "60.12345,120.54321", "30.12345,40.54321", "1.5, 2.5"]
)
def test_degrees_outside_the_country_are_not_believed(typed):
    assert by_degrees(typed) is None


@pytest.mark.parametrize("typed", ["", "   ", "zzz", "号", "%", "路" * 500, "1" * 500])
def test_what_means_nothing_finds_nothing(typed):
    assert all(isinstance(one, Place) for one in find_places(CITY, typed, initials))
    assert len(find_places(CITY, typed, initials)) <= 8


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('grid = "SF-02" },\n]', 'grid = "SF-09" },\n]', "unknown grid SF-09"),
        ('id = "SF-03"', 'id = "SF-02"', "grid SF-02 stands twice"),
        ('name = "和平里"', 'name = "文昌路"', "road 文昌路 stands twice"),
        ("first = 121", "first = 120", "number 120 lies in two grids"),
        ("first = 1, last = 60", "first = 61, last = 60", "numbers 61 to 60"),
        ('prefix = "', 'prefix = 1 # "', "prefix"),
        ("prefix = ", "prefix ", ""),
    ],
)
def test_faulty_data_is_named(old, new, why):
    text = RAW.decode("utf-8")
    assert old in text
    with pytest.raises(KnownError) as refused:
        read_gazetteer(text.replace(old, new, 1).encode(), "shili.toml")
    assert refused.value.code == "places.data_invalid"
    assert why in str(refused.value.details["why"])
