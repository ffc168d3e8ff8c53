"""Offline keys on a PKCS#11 token: SoftHSM, where it and the token extra are installed."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from central.authority.cli import main
from central.authority.token import TokenSigner, make_on_token, read_place
from central.platform.clock import SystemClock
from central.platform.keyfile import Place
from enforcement.credentials.authority_set import SetVersions, open_set
from enforcement.values.errors import KnownError
from tests.support.offices import PASSWORD, START, founded, index_of, person, reader, root_of

pytest.importorskip("pkcs11", reason="the token extra")
MODULE = next(
    (path for path in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so") if Path(path).exists()),
    "",
)
pytestmark = pytest.mark.skipif(not MODULE or shutil.which("softhsm2-util") is None, reason="softhsm2")
PIN = "204713"


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A token in a folder of this test's; the driver reads its configuration once, when it is loaded."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    asked = ["softhsm2-util", "--init-token", "--free", "--label", "custodian", "--pin", PIN, "--so-pin", "99887766"]
    subprocess.run(asked, check=True, capture_output=True, timeout=60)
    return "custodian"


def test_a_root_key_and_a_targets_key_on_a_token_take_part_in_two_of_three(token, tmp_path, capsys):
    office = founded(tmp_path / "office", person())
    office.publish()
    first = SetVersions(root=root_of(office))
    (tmp_path / "pw").write_text(PASSWORD)
    (tmp_path / "pin").write_text(PIN)
    stick = tmp_path / "stick"

    def run(*words, custodian=False, code=0):
        given = ("--custodian", f"{stick}={tmp_path / 'pin'}") if custodian else ()
        capsys.readouterr()
        assert main(["--json", "--password-file", str(tmp_path / "pw"), *given, str(office.folder), *words]) == code
        return json.loads(capsys.readouterr().out)

    for key in ("root-3", "targets-3"):
        run("token", key, "--module", MODULE, "--token", token, "--pin-file", str(tmp_path / "pin"), "--to", str(stick))
        assert not (office.folder / "keys" / f"{key}.key").exists()
    for key in ("root-2", "targets-2"):
        (office.folder / "keys" / f"{key}.key").unlink()  # lost: the token's key is needed from here on
    assert run("replace-keys", code=1)["error"] == "key.threshold"
    assert run("replace-keys", "root-2", "targets-2", custodian=True)["root"] == 4
    opened = open_set(reader(office.repository), first, SystemClock().now())
    assert opened.root_version == 4
    assert index_of(office, SystemClock().now()).person("99010001")
    (tmp_path / "pin").write_text("000000")
    before = office.state()
    assert run("replace-keys", custodian=True, code=1)["error"] == "key.token"
    assert office.state() == before


def test_a_wrong_pin_a_missing_token_and_a_name_taken_are_told(token):
    place = make_on_token(MODULE, token, "another", PIN)
    for pin, label in (("000000", token), (PIN, "nobody's")):
        with pytest.raises(KnownError, match=r"key\.token"):
            make_on_token(MODULE, label, "new", pin)
    with pytest.raises(KnownError, match="already"):
        make_on_token(MODULE, token, "another", PIN)
    with pytest.raises(KnownError, match=r"key\.token"):
        TokenSigner(place, "000000").sign(b"x")
    with pytest.raises(KnownError, match=r"key\.token"):
        make_on_token("/nowhere.so", token, "new", PIN)


def test_the_key_does_not_leave_the_token(token):
    import pkcs11

    make_on_token(MODULE, token, "kept", PIN)
    with pkcs11.lib(MODULE).get_token(token_label=token).open(user_pin=PIN) as session:
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label="kept")
        with pytest.raises(pkcs11.PKCS11Error):
            key[pkcs11.Attribute.VALUE]


@pytest.mark.parametrize("text", ["", "module = 1", "[", "module='a'\ntoken='b'\nlabel='c'\npublic='d'\nmore=1"])
def test_a_file_that_names_no_token_is_told(tmp_path, text):
    (tmp_path / "root-1.token").write_text(text)
    with pytest.raises(KnownError, match=r"key\.token"):
        read_place(tmp_path / "root-1.token")
    office = founded(tmp_path / "office", person(), custodians=[Place(tmp_path, PIN)])
    assert office.clock.now() == START
