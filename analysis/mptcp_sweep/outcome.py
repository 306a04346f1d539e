# SPDX-License-Identifier: GPL-2.0-only
"""What lies in the folder of a study besides its store: runs.csv, and figures beside their CSV."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from mptcp_analysis import style
from mptcp_validation.report import number

from . import figures, matrix, sweep, tables
from .plan import Plan
from .store import Planned, Store

CSV = {"index": False, "float_format": "%.6g", "lineterminator": "\n"}


@dataclass(frozen=True)
class Drawn:
    """One metric: what is drawn, and the figure of it."""

    metric: str
    table: pd.DataFrame
    figure: Figure
    caption: str


def helps(description: Mapping[str, Any]) -> dict[str, str]:
    return {parameter["name"]: parameter["help"] for parameter in description["parameters"]}


def draw_all(plan: Plan, runs: pd.DataFrame, description: Mapping[str, Any]) -> list[Drawn]:
    found = []
    for metric in tables.metrics(plan, runs):
        table = tables.summarised(plan, runs, metric)
        if table.empty:
            problem = sweep.metric_problem(plan, dict.fromkeys(runs.columns, 0.0))
            raise problem or plan.source.error(("metrics",), f"{metric} is not a number", plan.metrics.index(metric))
        caption = figures.caption(plan, table)
        draw = matrix.draw if plan.view == "matrix" else figures.draw
        found.append(Drawn(metric, table, draw(plan, table, helps(description), caption), caption))
    return found


def write(folder: Path, runs: pd.DataFrame, drawn: Sequence[Drawn]) -> list[Path]:
    """runs.csv and, for every metric, figures/<metric>.csv, .png and .svg."""
    runs.to_csv(folder / "runs.csv", **CSV)
    paths = []
    (folder / "figures").mkdir(exist_ok=True)
    for one in drawn:
        stem = folder / "figures" / one.metric
        one.table.to_csv(stem.with_suffix(".csv"), **CSV)
        paths += style.save(one.figure, stem)
    return paths


def measured(store: Store, generation: int, plan: Plan, planned: Sequence[Planned]) -> pd.DataFrame:
    return tables.measurements(plan, planned, store.completed(generation))


def text_rows(table: pd.DataFrame) -> list[list[str]]:
    """For the terminal: the points, and mean and interval of each."""
    labels = [name for name in table.columns if name not in ("metric", "mean", "half_width_95", "runs")]
    metric = str(table["metric"].iloc[0])
    rows = [[*labels, f"{tables.metric_label(metric)}, mean and 95 %", "runs"]]
    for _, row in table.iterrows():
        value = interval(row["mean"], row["half_width_95"])
        rows.append([*(str(row[label]) for label in labels), value, str(row["runs"])])
    return rows


def interval(mean: float, half_width: float) -> str:
    return number(mean) if math.isnan(half_width) else f"{number(mean)} ± {tables.spread(mean, half_width)}"
