"""A registry in a demonstration city, enrolled by the city's own office."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from central.platform.keyfile import KeyCost
from central.registry.services.client import RelayClient
from central.registry.services.identity import Identity
from central.registry.services.pulling import Puller
from central.registry.store import open_register

CHEAP = KeyCost(passes=1, lanes=1, memory_kib=8)
PASSWORD = "registry-password"


class Registry:
    """The folder `registry` of a city, its register open."""

    def __init__(self, city, clock):
        self.city, self.clock, self.folder = city, clock, city.folder / "registry"
        self.identity = Identity(self.folder, PASSWORD, CHEAP)
        self.register = open_register(self.folder)

    def enrol(self):
        """The request to the office, its grant back, the roster published."""
        files = self.city.authority / "incoming"
        request, grant = files / "registry.request", files / "registry.grant"
        request.write_bytes(self.identity.begin("登记中心", "", self.clock))
        self.city.office("registry", str(request), "--unit", "u9", "--out", str(grant))
        self.identity.take_grant(grant.read_bytes())
        self.city.office("publish")
        return self

    @property
    def puller(self):
        return Puller(self.register, self.identity.opener, self.clock, self.identity.grant.root)

    def client(self):
        return RelayClient(self.identity.grant.relay, self.identity.signer, self.clock)

    def pull(self):
        client = self.client()
        try:
            return self.puller.pull(client)
        finally:
            client.close()

    def close(self):
        self.register.close()


def command(registry: Registry, *words: str, code: int = 0):
    """`hengchi-registry` as its own process; the JSON that it printed."""
    password = registry.folder / "password"
    password.write_text(PASSWORD, "utf-8")
    tool = Path(sys.executable).parent / "hengchi-registry"
    done = subprocess.run(
        [str(tool), "--json", "--language", "zh", "--password-file", str(password), str(registry.folder), *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)
