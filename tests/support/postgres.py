"""A PostgreSQL of one's own, from Debian's package: a cluster in a temporary folder, reached by its socket alone."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

ROLE = "hengchi"


def programs() -> Path:
    """Where pg_ctl lies; the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise RuntimeError("no PostgreSQL here: packaging/common.sh installs it")
    return found[-1]


class Cluster:
    """A running server. As root it runs as the package's own user, for it refuses to run as root."""

    def __init__(self, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hengchi-pg-"))
        self._user = None
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._user = user.pw_uid
        self._data = self.folder / "data"
        self._run(
            "initdb", "-D", str(self._data), "-U", ROLE, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C.UTF-8"
        )
        lines = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{self.folder}'",
            "max_connections": "200",
            **settings,
        }
        with (self._data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in lines.items())
        self._count = 0
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", "-t", "60", "-l", str(self.folder / "log"), "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop")

    def database(self) -> str:
        """The address of a new, empty database."""
        self._count += 1
        name = f"relay{os.getpid()}_{self._count}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._url(name)

    def close(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _url(self, name: str) -> str:
        return f"postgresql://{ROLE}@/{name}?host={self.folder}"

    def _run(self, tool: str, *words: str) -> None:
        # into files, not pipes: the server that pg_ctl starts would hold a pipe open
        with (self.folder / f"{tool}.out").open("ab") as out:
            subprocess.run(
                [str(programs() / tool), *words], check=True, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                cwd=self.folder, user=self._user, env={**os.environ, "LC_ALL": "C.UTF-8"},
            )  # fmt: skip
