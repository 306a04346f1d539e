# SPDX-License-Identifier: GPL-2.0-only
"""Configuring and building, incrementally and quietly."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .errors import DriverError
from .progress import Progress
from .project import Project


@contextmanager
def _lock(project: Project, preset: str) -> Iterator[None]:
    """Two drivers at once must not build in the same folder."""
    folder = project.root / "build"
    folder.mkdir(exist_ok=True)
    with open(folder / f".{preset}.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def configured_for(build_dir: Path) -> Path | None:
    """The source folder that a build folder was configured for."""
    cache = build_dir / "CMakeCache.txt"
    if not cache.exists():
        return None
    found = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$", cache.read_text(), re.MULTILINE)
    return Path(found.group(1)) if found else None


def _is_current(project: Project, build_dir: Path) -> bool:
    """Ninja itself notices changed CMake files, but not changed presets."""
    ninja = build_dir / "build.ninja"
    presets = project.root / "CMakePresets.json"
    return ninja.exists() and ninja.stat().st_mtime >= presets.stat().st_mtime


def _configure(project: Project, preset: str) -> None:
    build_dir = project.build_dir(preset)
    home = configured_for(build_dir)
    moved = home is not None and home.resolve() != project.root.resolve()
    if not moved and _is_current(project, build_dir):
        return
    command = ["cmake", "--preset", preset]
    if moved:
        command.append("--fresh")
    done = subprocess.run(
        command,
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        # Ninja's file may exist from before; the next call must configure again.
        (build_dir / "build.ninja").unlink(missing_ok=True)
        raise DriverError(f"configuring failed: {' '.join(command)}", details=done.stdout)


def build(project: Project, preset: str, targets: Sequence[str] = ()) -> None:
    """Brings the targets (all when none is named) up to date."""
    with _lock(project, preset):
        _configure(project, preset)
        _build(project, preset, targets)


def _build(project: Project, preset: str, targets: Sequence[str]) -> None:
    command = ["cmake", "--build", str(project.build_dir(preset))]
    if targets:
        command += ["--target", *targets]
    progress = Progress(f"Building ({preset})")
    with subprocess.Popen(
        command,
        cwd=project.root,
        env={**os.environ, "NINJA_STATUS": "[%f/%t] "},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as child:
        assert child.stdout is not None
        output = []
        for line in child.stdout:
            output.append(line)
            step = re.match(r"\[(\d+)/(\d+)\] ", line)
            if step:
                progress.update(int(step.group(1)) / max(int(step.group(2)), 1))
    progress.close()
    if child.returncode != 0:
        raise DriverError(f"building failed: {' '.join(command)}", details=failures("".join(output)))


def failures(output: str) -> str:
    """Ninja's output without the steps that went well."""
    kept = [line for line in output.splitlines() if not re.match(r"\[\d+/\d+\] ", line)]
    return "\n".join(kept)
