# SPDX-License-Identifier: GPL-2.0-only
"""Runs that have been made: a folder for each, named after everything that decides its result."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


def source_digest(root: Path, scenario: str) -> str:
    """
    Of all that is compiled into a scenario. Documents, tests and analysis change no result, so a
    commit that touches only those leaves earlier runs valid.
    """
    digest = hashlib.sha256()
    for path in _sources(root, scenario):
        digest.update(str(path.relative_to(root)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources(root: Path, scenario: str) -> Iterable[Path]:
    yield root / "scenarios" / f"{scenario}.cc"
    yield root / "CMakeLists.txt"
    yield root / "CMakePresets.json"
    for folder in ("model", "helper", "cmake"):
        yield from sorted(path for path in (root / folder).rglob("*") if path.is_file())


def run_key(build: str, scenario: str, parameters: Mapping[str, str], run: int) -> str:
    """`build`: what the program was made from."""
    facts = {"build": build, "scenario": scenario, "parameters": dict(parameters), "run": run}
    text = json.dumps(facts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Archive:
    """Only complete runs have a folder under their key."""

    folder: Path

    def place(self, scenario: str, key: str) -> Path:
        return self.folder / scenario / key

    def has(self, scenario: str, key: str) -> bool:
        return (self.place(scenario, key) / "manifest.json").exists()

    def workplace_of(self, scenario: str, key: str) -> Path:
        return self.folder / scenario / f"{key}.unfinished"

    def workplace(self, scenario: str, key: str) -> Path:
        """An empty folder for the run to write into."""
        place = self.workplace_of(scenario, key)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place

    def keep(self, workplace: Path) -> Path:
        place = workplace.with_suffix("")
        shutil.rmtree(place, ignore_errors=True)
        return workplace.rename(place)
