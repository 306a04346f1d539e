# SPDX-License-Identifier: GPL-2.0-only
"""What lies in the folder of a study besides its store: runs.csv, and figures beside their CSV."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from mptcp_analysis import style
from mptcp_driver.errors import DriverError
from mptcp_driver.project import shown
from mptcp_validation.report import number

from . import figures, matrix, sweep, tables
from .plan import Plan
from .store import Planned, Store

#: of the name of a figure's file; systems allow 255 with the ending
LONGEST_NAME = 120
CSV = {"index": False, "float_format": "%.6g", "lineterminator": "\n"}


@dataclass(frozen=True)
class Drawn:
    """One metric: what is drawn, and the figure of it. `plan`: with the axes of the figure, `file`: its name."""

    metric: str
    file: str
    plan: Plan
    table: pd.DataFrame
    figure: Figure
    caption: str


@dataclass(frozen=True)
class Undrawn:
    """A metric without a figure, and why; without a name when the plan names none and there is none to choose."""

    metric: str
    problem: DriverError


def helps(description: Mapping[str, Any]) -> dict[str, str]:
    return {parameter["name"]: parameter["help"] for parameter in description["parameters"]}


def draw_all(plan: Plan, runs: pd.DataFrame, description: Mapping[str, Any]) -> list[Drawn | Undrawn]:
    """In the order of the plan; one metric that is wrong takes nothing from the others."""
    try:
        metrics = tables.metrics(plan, runs)
    except DriverError as problem:
        return [Undrawn("", problem)]
    found: list[Drawn | Undrawn] = []
    for metric in metrics:
        drawn, values = tables.by_rows(plan, runs, metric)
        table = tables.summarised(drawn, values, metric)
        if table.empty:
            found.append(Undrawn(metric, _problem(plan, runs, metric)))
            continue
        caption = figures.caption(drawn, table)
        draw = matrix.draw if plan.view == "matrix" else figures.draw
        file = file_name(metric, [one.file for one in found if isinstance(one, Drawn)])
        found.append(Drawn(metric, file, drawn, table, draw(drawn, table, helps(description), caption), caption))
    return found


def _problem(plan: Plan, runs: pd.DataFrame, metric: str) -> DriverError:
    absent = sweep.metric_problem(plan, metric, tables.names_of_figures(plan, runs))
    return absent or plan.source.error(("metrics",), f"{metric} is not a number", plan.metrics.index(metric))


def file_name(metric: str, taken: Sequence[str]) -> str:
    """That of the metric where a file can have it: labels of rows are texts of any kind."""
    name = re.sub(r"[^a-zA-Z0-9_.+-]+", "_", metric).lstrip(".")[:LONGEST_NAME]
    while name in ("", *taken):
        name += "_"
    return name


def write(folder: Path, runs: pd.DataFrame, drawn: Sequence[Drawn]) -> list[Path]:
    """runs.csv and, for every metric, figures/<metric>.csv, .png and .svg."""
    try:
        runs.to_csv(folder / "runs.csv", **CSV)
        paths = []
        (folder / "figures").mkdir(exist_ok=True)
        for one in drawn:
            one.table.to_csv(folder / "figures" / f"{one.file}.csv", **CSV)
            paths += style.save(one.figure, folder / "figures" / one.file)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        remedy = "./mptcp report with --output=FILE writes a page with all of it elsewhere"
        raise DriverError(f"{shown(folder)} cannot be written: {reason}; {remedy}") from problem
    return paths


def measured(store: Store, generation: int, plan: Plan, planned: Sequence[Planned]) -> pd.DataFrame:
    return tables.measurements(plan, planned, store.completed(generation))


def text_rows(table: pd.DataFrame) -> list[list[str]]:
    """For the terminal: the points, and mean and interval of each."""
    labels = [name for name in table.columns if name not in tables.SUMMARY]
    metric = str(table["metric"].iloc[0])
    rows = [[*labels, f"{tables.metric_label(metric)}, mean and 95 %", "runs"]]
    for _, row in table.iterrows():
        value = interval(row["mean"], row["half_width_95"])
        rows.append([*(str(row[label]) for label in labels), value, str(row["runs"])])
    return rows


def interval(mean: float, half_width: float) -> str:
    return number(mean) if math.isnan(half_width) else f"{number(mean)} ± {tables.spread(mean, half_width)}"
