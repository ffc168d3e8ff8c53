"""An agency with a seal, and what poppler and NSS say of what it signed."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from central.authority.cli import main

PASSWORD, SEAL_PASSWORD = "office-password", "seal-password"
AGENCY = """
name = "{name}"
short = "示例城管"
region = "990100"
address = "示例市示范区和平里1号"
phone = "0000-1234567"
number_code = "示城管罚决"
bank = "示例银行示范支行"
bank_account = "9901000000001234567"
bank_account_name = "示例市财政局罚没收入专户"
reconsideration_body = "示例市人民政府"
court = "示例市示范区人民法院"
units = [{{ unit_id = "u1", name = "示范中队" }}]
"""

needs_nss = pytest.mark.skipif(
    shutil.which("pdfsig") is None or shutil.which("certutil") is None, reason="poppler-utils and libnss3-tools"
)


@dataclass(frozen=True)
class SealOffice:
    """The office's folder, the seal's file and the certificate that readers trust."""

    folder: Path
    seal: Path
    root: Path


def office_with_seal(folder, name="示例市城市管理行政执法局"):
    folder.mkdir(parents=True)
    (folder / "pw").write_text(PASSWORD)
    (folder / "spw").write_text(SEAL_PASSWORD)
    (folder / "agency.toml").write_text(AGENCY.format(name=name), "utf-8")
    made = SealOffice(folder / "office", folder / "seal.p12", folder / "root.der")
    run(made, "init", "--agency", str(folder / "agency.toml"))
    asked = ("--out", str(made.seal), "--root", str(made.root), "--seal-password-file", str(folder / "spw"))
    run(made, "seal-certificate", *asked)
    return made


def run(made, *command, expect=0):
    assert main(["--password-file", str(made.folder.parent / "pw"), str(made.folder), *command]) == expect


def nss(folder, *roots):
    """A database of certificates like the one a reader keeps, that trusts these."""
    folder.mkdir()
    database = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True, timeout=60)
    for place, root in enumerate(roots):
        command = ["certutil", "-A", "-d", database, "-n", f"root{place}", "-t", "C,C,C", "-i", str(root)]
        subprocess.run(command, check=True, timeout=60)
    return folder


def pdfsig(pdf, database, path):
    path.write_bytes(pdf)
    command = ["pdfsig", "-nssdir", str(database), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout
