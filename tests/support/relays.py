"""Devices that the authority published, bundles of theirs, and relays as processes."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from central.platform.clock import SystemClock
from central.relay.cli import main as relay_main
from central.relay.store import StoredBundle
from enforcement.credentials import DeviceInfo
from enforcement.exchange import sign_request
from enforcement.sealing import BlobRef, BundleHeader, DecryptionKey, SealedBundle, read_cover, seal_bundle
from enforcement.sealing.bundle import FORMAT
from enforcement.values.cose import CONTENT_TYPE, KeySigner, peek1, sign1
from enforcement.values.ids import digest
from enforcement.values.shapes import to_bytes
from tests.support.offices import founded

PROGRAM = [str(Path(sys.executable).parent / "hengchi-relay")]
READERS = [DecryptionKey.from_private_bytes(bytes([number]) * 96) for number in range(1, 5)]
"""Whom bundles are sealed for; the first is the agency's recovery key."""
_WHOLE: list[bytes] = []


@dataclass
class Sender:
    """A device that makes bundles: real signatures and shapes. The sealed content is the same in all of them, for to seal anew for four
    readers costs thirty times what the relay spends on a bundle.
    """

    info: DeviceInfo
    signer: KeySigner
    seq: int = 0

    def bundle(self, *blobs: BlobRef, head: bytes | None = None, seq: int = 0) -> SealedBundle:
        self.seq = seq or self.seq + 1
        header = BundleHeader(
            v=1, device=self.info.device, unit=self.info.unit, first_seq=self.seq, last_seq=self.seq,
            head=head or digest(f"{self.info.device} {self.seq}".encode()), blobs=blobs, made_at=SystemClock().now(), suite=1,
        )  # fmt: skip
        data = sign1(_payload(header), self.signer, headers={CONTENT_TYPE: FORMAT, "hz": to_bytes(header)})
        return SealedBundle(digest(data), data, header)

    def stored(self, *blobs: BlobRef, **more) -> StoredBundle:
        return stored(self.bundle(*blobs, **more), self.signer)

    def request(self, method: str, path: str, body: bytes = b"", query: str = "") -> dict[str, str]:
        return sign_request(method, path, query, body, self.signer, SystemClock().now(), os.urandom(16))


def _payload(header: BundleHeader) -> bytes:
    if not _WHOLE:
        keys = [reader.public_bytes for reader in READERS]
        signer = KeySigner(Ed25519PrivateKey.generate())
        made = seal_bundle(UUID(int=2), [bytes(700)] * 2, header, keys, keys[0], signer, os.urandom)
        _WHOLE.append(peek1(made.data).payload)
    return _WHOLE[0]


def stored(bundle: SealedBundle, signer: KeySigner) -> StoredBundle:
    """As the relay hands it to its store."""
    header, recipients = read_cover(bundle.data, lambda _: signer.key.public_key())
    return StoredBundle(bundle.digest, bundle.data, header, recipients)


def sender(unit: str = "u1") -> Sender:
    key = Ed25519PrivateKey.generate()
    info = DeviceInfo(device=uuid4(), label="一中队", unit=unit, key=key.public_key().public_bytes_raw())
    return Sender(info, KeySigner(key))


@dataclass
class Fleet:
    """Devices in a published set."""

    folder: Path
    senders: list[Sender]

    @property
    def repository(self) -> Path:
        return self.folder / "office" / "repository"


def fleet(folder: Path, count: int) -> Fleet:
    """An office that published so many devices, half of them of either unit."""
    office = founded(folder / "office", clock=SystemClock())
    senders = [sender(f"u{1 + number % 2}") for number in range(count)]
    state = office.state()
    roster = msgspec.structs.replace(state.roster, devices=tuple(one.info for one in senders))
    office._write(msgspec.structs.replace(state, roster=roster))
    office.publish()
    return Fleet(folder, senders)


@dataclass
class RelayProcess:
    """`hengchi-relay serve` as a process of its own."""

    data: Path
    repository: Path
    words: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen | None = None
    env: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Ed25519PublicKey:
        return Ed25519PrivateKey.from_private_bytes((self.data / "relay.key").read_bytes()).public_key()

    def init(self) -> None:
        with contextlib.redirect_stdout(None):
            assert relay_main(["init", "--data", str(self.data), "--authority", str(self.repository)]) == 0

    def start(self) -> None:
        port_file = self.data / f"port-{uuid4().hex}"
        command = [
            *PROGRAM, "serve", "--data", str(self.data), "--authority", str(self.repository),
            "--listen", f"127.0.0.1:{self.port}", "--port-file", str(port_file), *self.words,
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env={**os.environ, **self.env})
        deadline = time.monotonic() + 60
        while not port_file.exists():
            assert self.process.poll() is None, "the relay ended"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self.port = int(port_file.read_text())
        port_file.unlink()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(40)

    def ask(
        self, by: Sender, method: str, path: str, body: bytes = b"", query: str = ""
    ) -> tuple[int, bytes, dict[str, str]]:
        """(status, body, headers in lower case)."""
        return ask(self.port, by, method, path, body, query)


def ask(port: int, by: Sender, method: str, path: str, body: bytes = b"", query: str = "", timeout: float = 60):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, f"{path}?{query}" if query else path, body, by.request(method, path, body, query))
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()
