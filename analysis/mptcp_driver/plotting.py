# SPDX-License-Identifier: GPL-2.0-only
"""Figures are drawn by mptcp_analysis in a process of its own: this one needs no Debian package."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from .errors import DriverError
from .project import Project


def draw(project: Project, folder: Path) -> list[Path]:
    """Draws the figures of a run folder into it; none when its scenario has no figure."""
    done = subprocess.run(
        ["/usr/bin/python3", "-m", "mptcp_analysis", str(folder)],
        env=project.analysis_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DriverError(f"drawing {folder} failed: {reason}", details=done.stderr)
    return [Path(path) for path in json.loads(done.stdout)["plots"]]
