"""A small pack that tests may count on: the city's road table as it once was. What ships is tested as what ships."""

from functools import cache
from pathlib import Path

from central.authority.rules_files import load_any, read_folder
from enforcement.authoring import build_pack, read_toml
from enforcement.rules import LoadedPack

CITY = Path(__file__).parent / "packs" / "city"


@cache
def city_compiled() -> bytes:
    """The pack's compiled bytes."""
    return build_pack(read_toml(read_folder(CITY)))


@cache
def city_pack() -> LoadedPack:
    """The pack, loaded."""
    return load_any(CITY)
