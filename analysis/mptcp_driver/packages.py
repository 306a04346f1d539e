# SPDX-License-Identifier: GPL-2.0-only
"""The Debian packages we stand on: which are missing, and how to get them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import DriverError
from .project import Project, note


def read_list(path: Path) -> list[str]:
    """Package names from the list: one per line, `#` starts a comment."""
    lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def is_debian() -> bool:
    return shutil.which("dpkg-query") is not None and shutil.which("apt-get") is not None


def missing(names: Sequence[str]) -> list[str]:
    """Those of `names` that dpkg does not have as completely installed."""
    query = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    installed = {
        package
        for package, _, status in (line.partition(" ") for line in query.stdout.splitlines())
        if status == "installed"
    }
    return [name for name in names if name not in installed]


def apt_commands(names: Sequence[str], prefix: Sequence[str] = ()) -> list[list[str]]:
    apt = [*prefix, "apt-get", "-o", "DPkg::Lock::Timeout=120"]
    return [[*apt, "update"], [*apt, "install", "-y", "--no-install-recommends", *names]]


def command_line(names: Sequence[str]) -> str:
    """What a user would type as root."""
    return "apt-get update && apt-get install -y --no-install-recommends " + " ".join(names)


def other_system_message(names: Sequence[str]) -> str:
    return (
        "this is not a Debian system, so nothing can be installed for you; provide cmake, ninja, "
        "a C++17 compiler, ns-3 3.37 or later and what these Debian packages hold: "
        + " ".join(names)
    )


def ensure_installed(project: Project, more: Sequence[Path] = ()) -> None:
    """Installs what is missing, or says exactly what to type. `more`: further lists."""
    names = [name for path in (project.package_list, *more) for name in read_list(path)]
    if not is_debian():
        if shutil.which("cmake") and shutil.which("ninja"):
            note("Not a Debian system: packages are not checked.")
            return
        raise DriverError(other_system_message(names))
    wanted = missing(names)
    if not wanted:
        return
    if os.geteuid() == 0:
        prefix: list[str] = []
    elif shutil.which("sudo"):
        prefix = ["sudo", "DEBIAN_FRONTEND=noninteractive"]
        if not sys.stdin.isatty():
            prefix.insert(1, "-n")
    else:
        raise DriverError(f"packages are missing; type this as root: {command_line(wanted)}")
    _install(wanted, prefix)


def _install(wanted: Sequence[str], prefix: Sequence[str]) -> None:
    note(f"Installing {len(wanted)} Debian packages: {' '.join(wanted)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in apt_commands(wanted, prefix):
        done = subprocess.run(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise DriverError(
                f"installing packages failed; type this as root: {command_line(wanted)}",
                details="\n".join(done.stdout.splitlines()[-20:]),
            )
    still = missing(wanted)
    if still:
        raise DriverError(f"apt-get did not install: {' '.join(still)}")
