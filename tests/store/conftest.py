"""Databases for the tests: SQLite files, and a private PostgreSQL server from Debian's binaries."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stadtland.store import Store, open_store

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def as_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; Debian's package brings the user postgres."""
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a fresh server on a socket in a temporary folder, stopped at the end."""
    if not BINARIES:
        pytest.skip("not run: PostgreSQL is not installed (make system INSTALL=1)")
    if os.getuid() == 0 and (shutil.which("runuser") is None or not has_user()):
        pytest.skip("not run: PostgreSQL needs the user postgres or an account that is not root")
    tools = BINARIES[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    run(tools / "initdb", "-D", folder / "data", "-A", "trust", "-U", "owner", "-E", "UTF8", "--no-locale", "-N")
    options = f"-k {folder} -c listen_addresses='' -c max_connections=40 -c shared_buffers=32MB"
    run(tools / "pg_ctl", "-D", folder / "data", "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql://owner@/postgres?host={folder}"
    finally:
        run(tools / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def has_user() -> bool:
    import pwd

    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return False
    return True


def run(*command: object) -> None:
    done = subprocess.run(
        as_user([str(c) for c in command]), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", check=False
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(autouse=True)
def _marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks of databases by URL go into the folder of the test, not into the user's."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def fresh_postgres(postgres: str) -> Iterator[str]:
    """URL of an empty database on the private server."""
    import psycopg

    name = "t_" + os.urandom(6).hex()
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    yield postgres.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "konto.sqlite3")
    return str(request.getfixturevalue("fresh_postgres"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store of each kind."""
    opened = open_store(url)
    yield opened
    opened.close()
