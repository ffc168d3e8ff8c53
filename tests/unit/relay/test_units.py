"""The services start the program with words that it understands."""

import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest

from central.relay.cli import words

FOLDER = Path(__file__).parents[3] / "packaging" / "systemd"


class Unit(ConfigParser):
    """Names as they stand; a name may come more than once, as in systemd."""

    def __init__(self, path):
        super().__init__(strict=False, interpolation=None, comment_prefixes=("#",))
        self.optionxform = str
        self.read(path, "utf-8")


@pytest.mark.parametrize("name", ["hengchi-relay@.service", "hengchi-relay-backup.service"])
def test_a_service_s_command_is_understood_and_it_may_do_little_else(name):
    service = Unit(FOLDER / name)["Service"]
    program, *said = shlex.split(service["ExecStart"].replace("%i", "1").replace("$RELAY_OPTIONS", "--limits own.toml"))
    assert program.endswith("/bin/hengchi-relay")
    asked = words().parse_args(said)
    assert asked.data == Path("/var/lib/hengchi-relay")
    assert service["User"] != "root"
    for held in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices"):
        assert service[held] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""


def test_two_processes_do_not_meet_at_one_port():
    line = Unit(FOLDER / "hengchi-relay@.service")["Service"]["ExecStart"]
    places = []
    for number in "12":
        asked = words().parse_args(shlex.split(line.replace("%i", number).replace("$RELAY_OPTIONS", ""))[1:])
        places += [asked.listen, asked.operator]
    assert len(set(places)) == 4
    assert all(place.startswith("127.0.0.1:") for place in places)
