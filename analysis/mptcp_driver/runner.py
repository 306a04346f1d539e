# SPDX-License-Identifier: GPL-2.0-only
"""Runs scenarios: one process per transport, some at a time, each into a folder."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import UsageError
from .progress import Progress

BAD_INPUT = 2


@dataclass
class TransportRun:
    """One process: what it is told, how far it is, how it ended."""

    transport: str
    folder: Path
    command: list[str]
    fraction: float = 0.0
    messages: list[str] = field(default_factory=list)
    status: int | None = None
    wall_time_s: float = 0.0
    child: subprocess.Popen[str] | None = None

    @property
    def exit_state(self) -> str:
        """As its own manifest says, unless the process itself ended badly."""
        if self.status == 0:
            return str(self.manifest().get("exitState", "completed"))
        if self.status is not None and self.status < 0:
            return f"killed by {signal.Signals(-self.status).name}"
        return f"failed with status {self.status}"

    def manifest(self) -> dict[str, Any]:
        path = self.folder / "manifest.json"
        try:
            return dict(json.loads(path.read_text()))
        except (OSError, ValueError):
            return {}


def plan(
    binary: Path, folder: Path, transports: Sequence[str], parameters: Mapping[str, str]
) -> list[TransportRun]:
    """A scenario without transports is one run, written into the run folder itself."""
    shared = [f"--{name}={value}" for name, value in parameters.items()]
    runs = []
    for transport in transports or [""]:
        where = folder / transport if transport else folder
        chosen = [f"--transport={transport}"] if transport else []
        command = [str(binary), *chosen, f"--output={where}", *shared, "--progress"]
        runs.append(TransportRun(transport, where, command))
    return runs


def execute(
    runs: Sequence[TransportRun],
    title: str,
    jobs: int = 2,
    when_ended: Callable[[TransportRun], None] | None = None,
) -> None:
    """
    Returns when all have ended; one that refuses its input stops the others. `when_ended` is
    called for each as it ends, in any thread.
    """
    progress = Progress(title)
    pool = ThreadPoolExecutor(max_workers=jobs)
    futures: list[Future[None]] = [pool.submit(run_one, run, when_ended) for run in runs]
    try:
        pending = set(futures)
        while pending:
            done, pending = wait(pending, timeout=0.1, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            if any(run.status == BAD_INPUT for run in runs):
                break
            progress.update(sum(run.fraction for run in runs) / len(runs), _detail(runs))
    finally:
        for future in futures:
            future.cancel()
        stop(runs)
        pool.shutdown()
        progress.close()
    refused = [run for run in runs if run.status == BAD_INPUT]
    if refused:
        raise UsageError(refused[0].messages[0] if refused[0].messages else "bad input")


def _detail(runs: Sequence[TransportRun]) -> str:
    return ", ".join(f"{run.transport} {100 * run.fraction:.0f} %" for run in runs if run.transport)


def stop(runs: Sequence[TransportRun]) -> None:
    for run in runs:
        if run.child is not None and run.child.poll() is None:
            run.child.terminate()


def run_one(run: TransportRun, when_ended: Callable[[TransportRun], None] | None) -> None:
    run.folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with subprocess.Popen(
        run.command,
        cwd=run.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as child:
        run.child = child
        assert child.stderr is not None
        for line in child.stderr:
            fraction = progress_of(line)
            if fraction is not None:
                run.fraction = fraction
            elif line.strip():
                run.messages.append(line.rstrip())
    run.status = child.returncode
    run.fraction = 1.0
    run.wall_time_s = time.monotonic() - started
    if when_ended:
        when_ended(run)


def progress_of(line: str) -> float | None:
    """0.35 for the line `progress 0.350`."""
    word, _, number = line.strip().partition(" ")
    if word != "progress":
        return None
    try:
        return float(number)
    except ValueError:
        return None


def run_manifest(
    runs: Sequence[TransportRun], command: Sequence[str], started_at: str, wall_time_s: float
) -> dict[str, Any]:
    """The manifest of the whole run: what its transports share, and what each has of its own."""
    manifests = [run.manifest() for run in runs]
    first = next((m for m in manifests if m), {})
    parameters = {k: v for k, v in first.get("parameters", {}).items() if k != "transport"}
    names = ("seed", "run", "ns3Version", "mptcpVersion", "gitRevision", "files")
    shared = {name: first.get(name) for name in names}
    good = all(run.status == 0 and run.exit_state == "completed" for run in runs)
    return {
        "scenario": first.get("scenario", Path(runs[0].command[0]).name),
        "transports": [run.transport for run in runs if run.transport],
        "parameters": parameters,
        **shared,
        "startedAt": started_at,
        "wallTimeSeconds": round(wall_time_s, 3),
        "exitState": "completed" if good else "failed",
        "command": list(command),
        "runs": [
            {
                "transport": run.transport,
                "exitState": run.exit_state,
                "wallTimeSeconds": round(run.wall_time_s, 3),
                "entities": manifest.get("entities", {}),
                "messages": run.messages,
            }
            for run, manifest in zip(runs, manifests)
        ],
    }
