# SPDX-License-Identifier: GPL-2.0-only
"""
Where the results of a study are kept: one SQLite file, and a folder for the files of each run.

A run counts when its row is committed, and not before. Its folder is complete and on disk by then. The
only module that knows tables and columns. docs/sweeps.md describes them for those who read the file.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mptcp_driver.errors import DriverError, UsageError
from mptcp_validation.archive import Archive

from . import room
from .task import Ended

FILE = "study.sqlite"
_VERSION = 1
_TABLES = f"""
CREATE TABLE generations (
    id INTEGER PRIMARY KEY,
    build TEXT NOT NULL,
    ns3_version TEXT NOT NULL,
    created_at TEXT NOT NULL,
    system TEXT NOT NULL
);
CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL REFERENCES generations(id),
    plan TEXT NOT NULL,
    text TEXT NOT NULL,
    command TEXT NOT NULL,
    description TEXT NOT NULL,
    first_used_at TEXT NOT NULL
);
CREATE TABLE runs (
    key TEXT PRIMARY KEY,
    generation INTEGER NOT NULL REFERENCES generations(id),
    scenario TEXT NOT NULL,
    point TEXT NOT NULL,
    parameters TEXT NOT NULL,
    run INTEGER NOT NULL,
    seed INTEGER,
    state TEXT NOT NULL CHECK (state IN ('completed', 'failed')),
    exit_state TEXT NOT NULL,
    messages TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    ns3_version TEXT,
    mptcp_version TEXT,
    git_revision TEXT,
    host TEXT NOT NULL,
    started_at TEXT NOT NULL,
    wall_time_s REAL NOT NULL,
    command TEXT NOT NULL
);
CREATE TABLE figures (
    key TEXT NOT NULL REFERENCES runs(key),
    name TEXT NOT NULL,
    value NOT NULL,
    PRIMARY KEY (key, name)
);
PRAGMA user_version = {_VERSION};
"""


@dataclass(frozen=True)
class Planned:
    """A run that the plan asks for: which it is, and the command without where to write."""

    key: str
    point: Mapping[str, str]
    run: int
    command: list[str]


@dataclass(frozen=True)
class Generation:
    id: int
    build: str
    ns3_version: str
    created_at: str
    system: str
    completed: int
    failed: int


class Store:
    """
    One process writes at a time; `Store.opened` sees to that.

    `alone`: a file system that other machines share has no shared memory with them, so SQLite goes
    without it.
    """

    def __init__(self, folder: Path, alone: bool = False, read_only: bool = False) -> None:
        self.folder = folder
        self.archive = Archive(folder / "runs")
        path = folder / FILE
        if read_only:
            self._db = sqlite3.connect(f"{path.resolve().as_uri()}?{_reading(path)}", uri=True)
        else:
            self._db = sqlite3.connect(path, isolation_level=None)
        try:
            self._prepare(alone, read_only)
        except sqlite3.DatabaseError as problem:
            self._db.close()
            raise room.full_disk(folder, problem) or DriverError(f"{path} cannot be used: {problem}") from problem

    def _prepare(self, alone: bool, read_only: bool) -> None:
        if alone:
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        if not read_only:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and not read_only:
            self._db.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        elif version != _VERSION:
            raise DriverError(f"{self.folder / FILE} has format {version}; this is for format {_VERSION}")

    @staticmethod
    @contextmanager
    def opened(folder: Path, alone: bool = False) -> Iterator[Store]:
        """For writing: nobody else may do so meanwhile."""
        with locked(folder):
            store = Store(folder, alone)
            try:
                yield store
            finally:
                store.close()

    @staticmethod
    @contextmanager
    def read(folder: Path) -> Iterator[Store]:
        if not (folder / FILE).exists():
            raise UsageError(f"there is no study in {folder}")
        store = Store(folder, read_only=True)
        try:
            yield store
        finally:
            store.close()

    def close(self) -> None:
        self._db.close()

    # ------------------------------------------------------------------------------- generations

    def generations(self) -> list[Generation]:
        rows = self._db.execute(
            "SELECT g.id, build, g.ns3_version, created_at, system,"
            " COALESCE(SUM(state = 'completed'), 0), COALESCE(SUM(state = 'failed'), 0)"
            " FROM generations g LEFT JOIN runs r ON r.generation = g.id GROUP BY g.id ORDER BY g.id"
        )
        return [Generation(*row) for row in rows]

    def generation_of(self, build: str) -> int:
        found = [one.id for one in self.generations() if one.build == build]
        if not found:
            raise DriverError(f"{self.folder} has no results of that build")
        return found[-1]

    def latest_generation(self) -> int:
        """The one that was swept last."""
        row = self._db.execute("SELECT generation FROM plans ORDER BY id DESC LIMIT 1").fetchone()
        if row is None:
            raise DriverError(f"nothing has been run in {self.folder}")
        return int(row[0])

    def begin_generation(self, build: str, ns3_version: str) -> int:
        """The newest one may be empty: then it takes this build."""
        newest = self.generations()[-1:]
        row = (build, ns3_version, now(), f"{platform.platform()}, Python {platform.python_version()}")
        if newest and newest[0].completed + newest[0].failed == 0:
            values = "build = ?, ns3_version = ?, created_at = ?, system = ?"
            self._db.execute(f"UPDATE generations SET {values} WHERE id = ?", (*row, newest[0].id))
            return newest[0].id
        done = self._db.execute(
            "INSERT INTO generations (build, ns3_version, created_at, system) VALUES (?, ?, ?, ?)", row
        )
        assert done.lastrowid is not None
        return done.lastrowid

    def revisions(self, generation: int) -> list[str]:
        """Git revisions that its runs name, oldest first."""
        rows = self._db.execute(
            "SELECT git_revision FROM runs WHERE generation = ? AND git_revision IS NOT NULL"
            " GROUP BY git_revision ORDER BY MIN(started_at)",
            (generation,),
        )
        return [row[0] for row in rows]

    # ------------------------------------------------------------------------------------- plans

    def remember_plan(
        self, generation: int, plan: Mapping[str, Any], text: str, command: str, description: str
    ) -> None:
        """The newest plan is the one that reports go by."""
        row = (generation, json.dumps(plan), text, command, description)
        newest = self._db.execute(
            "SELECT generation, plan, text, command, description FROM plans ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if newest != row:
            columns = "generation, plan, text, command, description, first_used_at"
            self._db.execute(f"INSERT INTO plans ({columns}) VALUES (?, ?, ?, ?, ?, ?)", (*row, now()))

    def plan(self, generation: int) -> dict[str, Any]:
        """The newest plan of a generation: `plan`, `text`, `command`, `description`."""
        row = self._db.execute(
            "SELECT plan, text, command, description FROM plans WHERE generation = ? ORDER BY id DESC LIMIT 1",
            (generation,),
        ).fetchone()
        if row is None:
            raise DriverError(f"generation {generation} in {self.folder} has no plan")
        return {
            "plan": json.loads(row[0]),
            "text": row[1],
            "command": row[2],
            "description": json.loads(row[3]),
        }

    # -------------------------------------------------------------------------------------- runs

    def states(self) -> dict[str, str]:
        """completed or failed, by key."""
        return dict(self._db.execute("SELECT key, state FROM runs"))

    def keep(self, generation: int, planned: Planned, scenario: str, ended: Ended) -> None:
        """Counts a run whose files lie in its workplace; it takes the place of an earlier attempt."""
        place = self.archive.keep(self.archive.workplace_of(scenario, planned.key))
        _sync_folder(place.parent)
        manifest = ended.manifest
        row = {
            "key": planned.key,
            "generation": generation,
            "scenario": scenario,
            "point": json.dumps(dict(planned.point)),
            "parameters": json.dumps(manifest.get("parameters", {})),
            "run": planned.run,
            "seed": manifest.get("seed"),
            "state": ended.state,
            "exit_state": ended.exit_state,
            "messages": "\n".join(ended.messages),
            "ns3_version": manifest.get("ns3Version"),
            "mptcp_version": manifest.get("mptcpVersion"),
            "git_revision": manifest.get("gitRevision"),
            "host": ended.host,
            "started_at": ended.started_at,
            "wall_time_s": ended.wall_time_s,
            "command": json.dumps(planned.command),
        }
        figures = [(planned.key, name, _value(text)) for name, text in ended.summary.items()]
        self._insert(row, figures)

    def _insert(self, row: Mapping[str, Any], figures: Sequence[tuple[str, str, float | str]]) -> None:
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        replaced = ", ".join(f"{name} = excluded.{name}" for name in row if name != "key")
        with self._transaction():
            self._db.execute("DELETE FROM figures WHERE key = ?", (row["key"],))
            self._db.execute(
                f"INSERT INTO runs ({names}, attempts) VALUES ({marks}, 1)"
                f" ON CONFLICT (key) DO UPDATE SET {replaced}, attempts = attempts + 1",
                row,
            )
            self._db.executemany("INSERT INTO figures VALUES (?, ?, ?)", figures)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def completed(self, generation: int) -> dict[str, dict[str, float | str]]:
        """The figures of every completed run of a generation, by key."""
        found: dict[str, dict[str, float | str]] = {
            key: {} for (key,) in self._db.execute(
                "SELECT key FROM runs WHERE generation = ? AND state = 'completed'", (generation,)
            )
        }  # fmt: skip
        for key, name, value in self._db.execute("SELECT key, name, value FROM figures"):
            if key in found:
                found[key][name] = value
        return found

    def runs(self, generation: int) -> list[dict[str, Any]]:
        """Everything but figures, in order of time."""
        rows = self._db.execute("SELECT * FROM runs WHERE generation = ? ORDER BY started_at, key", (generation,))
        names = [column[0] for column in rows.description]
        found = [dict(zip(names, row)) for row in rows]
        for one in found:
            one.update({name: json.loads(one[name]) for name in ("point", "parameters", "command")})
        return found

    # ------------------------------------------------------------------------------------- parts

    def take_in(self, generation: int, part: Store) -> int:
        """Moves the runs of a part here; those that are here already stay as they are."""
        states = self.states()
        taken = 0
        rows = part._db.execute("SELECT * FROM runs ORDER BY started_at, key")
        names = [column[0] for column in rows.description]
        for values in rows:
            row = dict(zip(names, values))
            known = states.get(row["key"])
            if known == "completed" or (known == "failed" and row["state"] == "failed"):
                continue
            del row["attempts"]
            self._move(part.archive.place(row["scenario"], row["key"]), row["scenario"], row["key"])
            figures = part._db.execute("SELECT * FROM figures WHERE key = ?", (row["key"],)).fetchall()
            self._insert({**row, "generation": generation}, figures)
            taken += 1
        return taken

    def _move(self, source: Path, scenario: str, key: str) -> None:
        """An earlier attempt at collecting may have moved it and gone no further."""
        if source.exists():
            place = self.archive.place(scenario, key)
            shutil.rmtree(place, ignore_errors=True)
            place.parent.mkdir(parents=True, exist_ok=True)
            source.rename(place)
            _sync_folder(place.parent)


def _reading(path: Path) -> str:
    """SQLite makes files beside the store even to read it, unless it is told that nobody can change it."""
    beside = [path.with_name(f"{FILE}-{kind}") for kind in ("wal", "shm")]
    in_use = any(one.exists() and one.stat().st_size for one in beside)
    return "mode=ro" if in_use or os.access(path.parent, os.W_OK) else "mode=ro&immutable=1"


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The lock goes with the process, however it ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = open(folder / ".lock", "w")  # noqa: SIM115
    except OSError as problem:
        raise room.full_disk(folder, problem) or DriverError(
            f"{folder} cannot be written: {problem.strerror}"
        ) from problem
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise DriverError(f"another process is at work on {folder}; wait for it, or end it") from problem
        yield
