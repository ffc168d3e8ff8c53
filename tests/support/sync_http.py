"""The four devices and the relay as a process, over HTTP on loopback."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from desktop.sync import HttpTransport
from desktop.work import ahead
from tests.support.sync_four import Four


class City(Four):
    """Four devices, and the relay as a process of its own."""

    def serve(self):
        self.relay.close()
        port_file = self.folder / "port"
        command = [
            str(Path(sys.executable).parent / "hengchi-relay"), "serve", "--data", str(self.folder / "relay"), "--authority",
            str(self.prepared.published), "--listen", "127.0.0.1:0", "--port-file", str(port_file),
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        while not port_file.exists() or not port_file.read_text():
            assert self.process.poll() is None
            time.sleep(0.02)
        self.port = int(port_file.read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.folder.joinpath("port").unlink()

    def through(self, name, url):
        """The device talks HTTP from now on."""
        device = self.devices[name]
        device.transport = HttpTransport(url, device.line.signer, device.clock)
        device.restart()
        device.engine.ahead = ahead
        return device

    def close(self):
        for device in self.devices.values():
            if device.transport is not None:
                device.transport.close()
        if hasattr(self, "process"):
            self.process.terminate()
            self.process.wait(20)
        super().close()
