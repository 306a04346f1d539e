# SPDX-License-Identifier: GPL-2.0-only
"""
One run: what a worker is told, what it does, and what it gives back.

Needs the standard library only, and takes and gives plain data: the same code runs in a thread here
and on a machine that has nothing of ours but the program.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from mptcp_driver import runner

from . import rows

#: what has to stay free: below it a file may have been cut short without anybody noticing
FREE_BYTES = 4_000_000
KEPT_MESSAGES = 200
REFUSED = "refused its input"


@dataclass(frozen=True)
class Task:
    """`command`: the program and its parameters, without where to write."""

    key: str
    command: list[str]
    #: of the program and its libraries, so that no other build is taken for this one
    digest: str


@dataclass
class Ended:
    """How a run ended. `summary`: the figures of summary.csv, as `rows` names them; `state`: completed, or failed."""

    exit_state: str
    messages: list[str]
    started_at: str
    wall_time_s: float
    host: str
    summary: dict[str, str] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)
    #: free space at the end was so little that nothing of this can be relied upon
    disk_full: bool = False
    #: somebody ended the program from outside, as when a machine is shut down: it is not to blame
    stopped: bool = False
    #: the program was replaced before the run had ended, so nobody knows which build made it
    other_build: bool = False

    @property
    def state(self) -> str:
        return "completed" if self.exit_state == "completed" else "failed"


def perform(task: Task, folder: Path, started: Callable[[runner.TransportRun], None] | None = None) -> Ended:
    """Runs the program; its files are in `folder` afterwards, and safe against a loss of power."""
    if not _is_build_of(task):
        return not_made("another build", other_build=True)
    command = [*_ending_with_us(), *task.command, f"--output={folder}", "--progress"]
    run = runner.TransportRun("", folder, command)
    if started:
        started(run)
    began = datetime.now().astimezone().isoformat(timespec="milliseconds")
    runner.run_one(run, None)
    ended = Ended(
        exit_state=REFUSED if run.status == runner.BAD_INPUT else run.exit_state,
        messages=run.messages[-KEPT_MESSAGES:],
        started_at=began,
        wall_time_s=run.wall_time_s,
        host=socket.gethostname(),
        manifest=run.manifest(),
        disk_full=shutil.disk_usage(folder).free < FREE_BYTES,
        stopped=run.status in (-signal.SIGTERM, -signal.SIGINT),
        other_build=not _is_build_of(task),
    )
    _read_summary(ended, folder / "summary.csv")
    _make_durable(folder)
    return ended


def _ending_with_us() -> list[str]:
    """The program is killed when we are: its place may have been given to another run by then."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []


def _read_summary(ended: Ended, path: Path) -> None:
    """A run without figures, or of which a row had its payload damaged, has not completed, whatever it says."""
    problem = ""
    try:
        found = rows.read(path)
        labels = rows.labels(found)
        ended.summary = rows.figures(found, labels)
        damaged = [label for label, row in zip(labels, found) if row.get("intact") == "0"]
        if damaged:
            problem = "delivered damaged payload" + (f" in row {', '.join(damaged)}" if len(found) > 1 else "")
    except OSError:
        pass
    except ValueError as unclear:
        problem = str(unclear)
    if ended.exit_state == "completed":
        nothing = "" if ended.summary else "left no figures in summary.csv"
        ended.exit_state = problem or nothing or ended.exit_state


def _make_durable(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# ------------------------------------------------------------------------------ which program it is


#: by program: the versions of all files that belong to it, and their digest
_DIGESTS: dict[Path, tuple[dict[Path, tuple[int, ...]], str]] = {}


def program_digest(program: Path) -> str:
    """
    Of the program and of those of its libraries that are not the system's, ns-3's always included.
    Computed once for each version of the files: libraries are large, and runs may be short.
    """
    known = _DIGESTS.get(program)
    if known and all(_version(path) == version for path, version in known[0].items()):
        return known[1]
    # Versions first: a file that changes while it is read is another version afterwards.
    versions = {path: _version(path) for path in [program, *_libraries(program)]}
    digest = hashlib.sha256()
    for path in versions:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    _DIGESTS[program] = versions, digest.hexdigest()
    return digest.hexdigest()


def _version(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _is_build_of(task: Task) -> bool:
    """A file that is missing is about to be replaced."""
    try:
        return program_digest(Path(task.command[0])) == task.digest
    except OSError:
        return False


def _libraries(program: Path) -> Sequence[Path]:
    listed = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False)
    found = re.findall(r"=> (\S+) \(0x", listed.stdout) if listed.returncode == 0 else []
    system = ("/lib/", "/lib64/", "/usr/lib/")
    return sorted(Path(name) for name in found if not name.startswith(system) or "libns3" in name)


# --------------------------------------------------------------------------------- far from the store


def perform_elsewhere(key: str, command: list[str], digest: str) -> tuple[dict[str, Any], bytes]:
    """On a worker: how the run ended, and its files as a compressed archive."""
    program = Path(command[0])
    if not program.exists():
        raise FileNotFoundError(f"{socket.gethostname()} has no {program}; workers need it at the same place")
    if program_digest(program) != digest:
        raise ValueError(f"{program} on {socket.gethostname()} is another build than that of the sweep")
    with tempfile.TemporaryDirectory(prefix="mptcp-sweep-") as name:
        folder = Path(name) / key
        ended = perform(Task(key, command, digest), folder)
        if ended.disk_full:
            raise OSError(f"the disk of {name} on {socket.gethostname()} is full")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, path.relative_to(folder))
    return vars(ended), packed.getvalue()


def unpack(packed: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    _make_durable(folder)


def not_made(reason: str, other_build: bool = False) -> Ended:
    """Of a run that left nothing behind."""
    began = datetime.now().astimezone().isoformat(timespec="milliseconds")
    return Ended(reason, [], began, 0.0, socket.gethostname(), other_build=other_build)
