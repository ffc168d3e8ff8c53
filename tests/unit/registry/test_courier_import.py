"""`hengchi-registry import` with a courier's stick: only what is this agency's, and what hashes to its name."""

import pytest

from central.platform.clock import SystemClock
from central.registry.services.identity import Identity
from central.registry.services.pulling import Puller
from central.registry.store import open_register
from enforcement.exchange import courier
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import to_bytes
from tests.support.field import Field
from tests.support.offices import founded, person, root_of
from tests.support.registries import CHEAP, PASSWORD


@pytest.fixture
def puller(tmp_path):
    office = founded(tmp_path / "office", person(), clock=SystemClock())
    registry, field = Identity(tmp_path / "registry", PASSWORD, CHEAP), Field(office)
    registry.take_grant(office.enrol_registry(registry.begin("登记中心", "", SystemClock()), "u1"))
    office.publish()
    folder = tmp_path / "stick" / courier.FOLDER
    for part in (courier.BUNDLES, courier.BLOBS):
        (folder / part).mkdir(parents=True)
    (folder / courier.MANIFEST).write_bytes(to_bytes(courier.make_manifest("示例市", [root_of(office)])))
    for act in (field.act(), field.act(), field.act()):
        (folder / courier.BUNDLES / digest(act).hex()).write_bytes(act)
    (folder / courier.BLOBS / digest(b"sealed").hex()).write_bytes(b"sealed")
    office.repository.rename(folder / courier.AUTHORITY)
    register = open_register(tmp_path / "registry")
    yield Puller(register, registry.opener, SystemClock(), registry.grant.root), folder
    register.close()


def test_bundles_of_the_stick_are_taken_in_once_and_nothing_else_is(puller):
    pulled, folder = puller
    path = sorted((folder / courier.BUNDLES).iterdir())[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    made = pulled.take_folder(folder.parent)
    assert (made.bundles, made.known, made.ignored, made.authority_new) == (2, 0, [path.name], True)
    path.write_bytes(whole)
    again = pulled.take_folder(folder)  # the folder itself may be named too
    assert (again.bundles, again.known, again.ignored) == (1, 2, [])


def test_another_agencys_stick_is_refused(puller):
    pulled, folder = puller
    manifest = courier.make_manifest("示例市另一机关", [b"another root"])
    (folder / courier.MANIFEST).write_bytes(to_bytes(manifest))
    with pytest.raises(KnownError, match=r"courier\.wrong_agency"):
        pulled.take_folder(folder.parent)
