# SPDX-License-Identifier: GPL-2.0-only
"""Where things are in the tree."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Project:
    root: Path

    @property
    def package_list(self) -> Path:
        return self.root / "packages.txt"

    @property
    def fuzz_package_list(self) -> Path:
        return self.root / "packages-fuzz.txt"

    @property
    def browser_package_list(self) -> Path:
        return self.root / "packages-browser.txt"

    @property
    def results(self) -> Path:
        return self.root / "results"

    def build_dir(self, preset: str) -> Path:
        return self.root / "build" / preset

    def scenario_names(self) -> list[str]:
        return sorted(path.stem for path in (self.root / "scenarios").glob("*.cc"))

    def scenario_binary(self, name: str) -> Path:
        return self.build_dir("release") / "scenarios" / name

    def analysis_environment(self) -> dict[str, str]:
        """For our own Python programs: found in the tree, and no window is ever opened."""
        environment = dict(os.environ)
        environment["PYTHONPATH"] = str(self.root / "analysis")
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment["MPLBACKEND"] = "Agg"
        return environment


def shown(path: Path, below: Path | None = None) -> str:
    """The path as the user would type it: relative when it lies below the working directory, or that folder."""
    try:
        return str(path.resolve().relative_to((below or Path.cwd()).resolve()))
    except ValueError:
        return str(path)


def note(text: str) -> None:
    """A remark for the user. Results go to standard output, everything else here."""
    print(text, file=sys.stderr, flush=True)
