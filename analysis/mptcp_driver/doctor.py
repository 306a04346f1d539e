# SPDX-License-Identifier: GPL-2.0-only
"""./mptcp doctor: what is missing, and the command that mends it. Changes nothing."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from . import packages
from .build import configured_for
from .project import Project


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    detail: str
    remedy: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def examine(project: Project) -> list[Check]:
    return [
        _system(),
        _packages(project),
        _ns3(),
        _compiler(),
        _writable(project),
        _build(project),
    ]


def _system() -> Check:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")
    except OSError:
        name = platform.platform()
    return Check("system", True, f"{name}, Python {platform.python_version()}")


def _packages(project: Project) -> Check:
    names = packages.read_list(project.package_list)
    if not packages.is_debian():
        return Check("packages", True, packages.other_system_message(names))
    wanted = packages.missing(names)
    if not wanted:
        return Check("packages", True, f"all {len(names)} installed")
    command = packages.command_line(wanted)
    if os.geteuid() != 0:
        command = f"sudo sh -c '{command}'"
    return Check("packages", False, "missing: " + " ".join(wanted), command)


def _ns3() -> Check:
    """Where CMake looks first on a Debian system, and in CMAKE_PREFIX_PATH."""
    prefixes = [p for p in os.environ.get("CMAKE_PREFIX_PATH", "").split(":") if p]
    for prefix in [*prefixes, "/usr/local", "/usr"]:
        for config in sorted(Path(prefix).glob("lib*/**/cmake/ns3/ns3ConfigVersion.cmake")):
            found = re.search(r'PACKAGE_VERSION "([\d.]+)"', config.read_text())
            version = found.group(1) if found else "0"
            new_enough = tuple(map(int, version.split(".")[:2])) >= (3, 37)
            remedy = "" if new_enough else "export CMAKE_PREFIX_PATH=<where ns-3 3.37 or later is>"
            return Check("ns-3", new_enough, f"{version} in {config.parent}", remedy)
    remedy = packages.command_line(["libns3-dev", "ns3"])
    return Check("ns-3", False, "no installed ns-3 was found", remedy)


def _compiler() -> Check:
    compiler = os.environ.get("CXX", "c++")
    if not shutil.which(compiler):
        return Check("compiler", False, f"no {compiler}", packages.command_line(["g++"]))
    done = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=False)
    return Check("compiler", done.returncode == 0, (done.stdout.splitlines() or ["?"])[0])


def _writable(project: Project) -> Check:
    if os.access(project.root, os.W_OK):
        return Check("folder", True, f"{project.root} can be written")
    remedy = f"sudo chown -R $(id -un) {project.root}"
    return Check("folder", False, f"{project.root} cannot be written", remedy)


def _build(project: Project) -> Check:
    home = configured_for(project.build_dir("release"))
    if home is None:
        return Check("build", True, "not built yet; ./mptcp run and ./mptcp test build by themselves")
    if home.resolve() != project.root.resolve():
        return Check("build", True, "made for another folder; the next build starts afresh")
    built = [name for name in project.scenario_names() if project.scenario_binary(name).exists()]
    return Check("build", True, "scenarios built: " + (", ".join(built) or "none"))
