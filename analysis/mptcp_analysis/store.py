# SPDX-License-Identifier: GPL-2.0-only
"""Reads run folders. The only module that knows the names of files and columns in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Run:
    """One run folder. `samples` has the columns transport, time_s, entity, metric, value."""

    folder: Path
    manifest: dict[str, Any]
    samples: pd.DataFrame
    summary: pd.DataFrame

    @property
    def scenario(self) -> str:
        return str(self.manifest["scenario"])

    @property
    def parameters(self) -> dict[str, str]:
        return dict(self.manifest.get("parameters", {}))

    def path_of(self, transport: str, entity: str) -> str:
        """Name of the path that a subflow takes; the entity's own name when none is recorded."""
        for run in self.manifest.get("runs", []):
            if run.get("transport") == transport:
                return str(run.get("entities", {}).get(entity, {}).get("path", entity))
        return entity


def cells(run: Run) -> pd.DataFrame:
    """One row per small experiment of a scenario that makes many."""
    return pd.read_csv(run.folder / "cells.csv", keep_default_na=False, na_values={"as_expected": [""]})


def delays(run: Run) -> pd.DataFrame:
    """One row per message or chunk: scheduler, chunk, delay_ms."""
    return pd.read_csv(run.folder / "delays.csv")


def load(folder: Path) -> Run:
    manifest = json.loads((folder / "manifest.json").read_text())
    samples = pd.read_csv(folder / "samples.csv")
    if "transport" not in samples.columns:
        samples.insert(0, "transport", "")
    summary_file = folder / "summary.csv"
    summary = pd.read_csv(summary_file) if summary_file.exists() else pd.DataFrame()
    return Run(folder, manifest, samples, summary)
