"""The limits are read strictly, and say when to come again."""

from datetime import UTC, datetime, timedelta

import pytest

import resources
from central.relay.limits import read_limits
from central.relay.store import Asked, Usage
from enforcement.values.errors import KnownError

SHIPPED = resources.path("relay/limits.toml").read_text("utf-8")
NOTHING = Usage()
NOW = datetime(2026, 10, 14, 15, 59, 20, tzinfo=UTC)


def written(tmp_path, text):
    path = tmp_path / "limits.toml"
    path.write_text(text, "utf-8")
    return path


def test_what_ships_lets_a_device_back_from_a_month_empty_its_queue():
    limits = read_limits()
    # 3,000 bundles of 6 KB and as many photographs of 1 MB
    assert limits.device.bytes_a_day > 3000 * (6_000 + 1_000_000)
    assert limits.device.bundles_a_minute * 2 > 3000


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("requests_a_minute = 1200", "requests_a_minute = 0", "device.requests_a_minute: at least 1"),
        ("requests_a_minute = 1200", 'requests_a_minute = "many"', "requests_a_minute"),
        ("requests_a_minute = 1200", "", "requests_a_minute"),
        ("requests_a_minute = 1200", "requests_a_minute = 1200\nrequests_an_hour = 5", "requests_an_hour"),
        ("bundle = 8_388_608", "bundle = 8_388_609", "sizes.bundle: at most 8388608"),
        ("bundles_a_minute = 2400", "bundles_a_minute = 63", "could never pass"),
        ("storage = 2_000_000_000_000", "storage = 1_000_000", "could never pass"),
        ("[unit]", "[units]", "units"),
        ("[unit]", "[unit", "line"),
    ],
)
def test_a_fault_is_named(tmp_path, old, new, why):
    assert SHIPPED.count(old) == 1
    with pytest.raises(KnownError, match=r"relay\.limits_invalid") as error:
        read_limits(written(tmp_path, SHIPPED.replace(old, new)))
    assert why in str(error.value)


def test_each_limit_refuses_what_is_over_it_and_nothing_else(tmp_path):
    text = SHIPPED.replace("requests_a_minute = 1200", "requests_a_minute = 10").replace("2400", "64")
    text = text.replace("bundles_in_request = 256", "bundles_in_request = 64")
    text = text.replace("20_000_000_000", "20_000_000").replace("2_000_000_000_000", "30_000_000")
    limits = read_limits(written(tmp_path, text))

    def code(used=NOTHING, kept=0, **more):
        return limits.judge(Asked(b"k", b"n", NOW, "u1", **more), used, kept)

    assert code(Usage(requests=9)) == ""
    assert code(Usage(requests=10)) == "relay.too_often"
    assert code(Usage(bundles=60), bundles=4) == ""
    assert code(Usage(bundles=60), bundles=5) == "relay.too_often"
    assert code(Usage(bundles=64)) == ""
    assert code(Usage(bytes=19_000_000), bytes=1_000_000) == ""
    assert code(Usage(bytes=19_000_000), bytes=1_000_001) == "relay.day_full"
    assert code(kept=29_000_000, bytes=1_000_000) == ""
    assert code(kept=29_000_000, bytes=1_000_001) == "relay.unit_full"
    assert code(Usage(bytes=20_000_000), kept=30_000_000) == ""  # who brings nothing may still read


def test_whoever_is_refused_hears_when_to_come_again():
    limits = read_limits()
    assert limits.wait("relay.too_often", NOW) == timedelta(seconds=40)
    assert limits.wait("relay.day_full", NOW) == timedelta(seconds=40)  # 23:59:20 in the country
    assert limits.wait("relay.day_full", NOW + timedelta(minutes=1)) == timedelta(hours=23, minutes=59, seconds=40)
    assert limits.wait("relay.unit_full", NOW) == timedelta(hours=1)
    assert limits.wait("relay.store_unreachable", NOW) == timedelta(seconds=5)
    assert limits.wait("relay.replayed", NOW) is None
