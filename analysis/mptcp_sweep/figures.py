# SPDX-License-Identifier: GPL-2.0-only
"""
The figure of a sweep: one line per series over the first axis, with 95 % intervals.

The first axis is drawn from left to right, the second gives the series, all further ones the panels.
Reads no files; what is drawn is exactly the table that is given.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mptcp_analysis import style

from . import quantity, tables
from .plan import Axis, Plan

# Yellow cannot be told from white paper.
COLOURS = ("blue", "vermillion", "green", "orange", "purple", "sky", "black")
MARKERS = "osD^vPX*"
LINES = ("-", (0, (4, 1.6)), (0, (1.2, 1.4)))


def draw(plan: Plan, table: pd.DataFrame, helps: Mapping[str, str], caption: str) -> Figure:
    """`table`: of tables.summarised; `helps`: what the scenario says of its parameters."""
    panels = panels_of(plan)
    series = plan.axes[1].values if len(plan.axes) > 1 else ("",)
    columns = min(len(panels), 2)
    rows = math.ceil(len(panels) / columns)
    width = 7.0 if columns == 1 else 3.6 * columns + 0.8
    legend_columns = max(1, min(len(series), 5, int(width / _width_in_legend_in(series))))
    legend_rows = math.ceil(len(series) / legend_columns) if len(plan.axes) > 1 else 0
    top = 0.55 + 0.22 * legend_rows + (0.2 if legend_rows else 0.0)
    height = 3.4 * rows + top + 0.5
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(width, height)
        grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
        for axes, (heading, fixed) in itertools.zip_longest(grid.flat, panels, fillvalue=("", None)):
            if fixed is None:
                axes.set_visible(False)
                continue
            _draw_panel(axes, plan, part_of(table, fixed), series)
            axes.set_title(heading, fontsize=9.0)
        _label(grid, plan, table, helps, len(panels))
        # Before there is a title: it would leave room for that once more.
        figure.tight_layout(rect=(0.0, 0.4 / height, 1.0, 1.0 - top / height))
        figure.suptitle(title(plan, table), y=1.0 - 0.12 / height, va="top")
        if legend_rows:
            handles, labels = _legend(grid)
            figure.legend(
                handles, labels, title=plan.axes[1].label, title_fontsize=8.5, ncol=legend_columns,
                loc="upper center", bbox_to_anchor=(0.5, 1.0 - 0.38 / height), borderaxespad=0.0,
            )  # fmt: skip
        figure.text(0.5, 0.07 / height, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
    return figure


def _width_in_legend_in(series: Sequence[str]) -> float:
    """Of the longest name with its mark and the space to the next, as measured."""
    return 0.7 + 0.055 * max(map(len, series))


def panels_of(plan: Plan) -> list[tuple[str, dict[str, str]]]:
    """Title and fixed values of each: every combination of the third and further axes."""
    further = plan.axes[2:]
    found = []
    for values in itertools.product(*(axis.values for axis in further)):
        fixed = {axis.label: value for axis, value in zip(further, values)}
        found.append((", ".join(f"{label} {value}" for label, value in fixed.items()), fixed))
    return found


def part_of(table: pd.DataFrame, fixed: Mapping[str, str]) -> pd.DataFrame:
    for label, value in fixed.items():
        table = table[table[label] == value]
    return table


def positions(axis: Axis) -> tuple[list[float], bool]:
    """Where its values stand, and whether on a logarithmic scale; words stand side by side."""
    numbers = quantity.numbers(axis.values)
    if numbers is None:
        return [float(index) for index in range(len(axis.values))], False
    positive = min(numbers) > 0
    return numbers, positive and max(numbers) / min(numbers) >= 8


def _draw_panel(axes: Axes, plan: Plan, table: pd.DataFrame, series: Sequence[str]) -> None:
    axis = plan.axes[0]
    places, logarithmic = positions(axis)
    place_of = dict(zip(axis.values, places))
    colours = style.palette()
    words = quantity.numbers(axis.values) is None
    for index, name in enumerate(series):
        chosen = table[table[plan.axes[1].label] == name] if len(plan.axes) > 1 else table
        if chosen.empty:
            continue
        # Words have no order, so nothing lies between them; marks then stand beside one another.
        shift = (index - (len(series) - 1) / 2) * 0.6 / len(series) if words else 0.0
        points = pd.DataFrame(
            {
                "x": [place_of[value] + shift for value in chosen[axis.label]],
                "y": chosen["mean"].to_numpy(),
                "e": chosen["half_width_95"].fillna(0.0).to_numpy(),
            }
        ).sort_values("x")
        axes.errorbar(
            points["x"],
            points["y"],
            yerr=points["e"] if (points["e"] > 0).any() else None,
            color=colours[COLOURS[index % len(COLOURS)]],
            marker=MARKERS[index % len(MARKERS)],
            linestyle="none" if words else LINES[index // len(COLOURS) % len(LINES)],
            markersize=4.5,
            capsize=2.5,
            label=name,
        )
    if logarithmic:
        axes.set_xscale("log")
    axes.set_xticks(places, axis.values)
    axes.minorticks_off()
    if len(axis.values) > 5 or max(map(len, axis.values)) > 6:
        axes.tick_params(axis="x", labelrotation=45)
        for label in axes.get_xticklabels():
            label.set_horizontalalignment("right")
            label.set_rotation_mode("anchor")
    if words:
        axes.set_xlim(-0.5, len(places) - 0.5)


def _label(
    grid: Sequence[Sequence[Axes]], plan: Plan, table: pd.DataFrame, helps: Mapping[str, str], panels: int
) -> None:
    metric = str(table["metric"].iloc[0])
    columns = len(grid[0])
    lowest = float((table["mean"] - table["half_width_95"].fillna(0.0)).min())
    for index, axes in enumerate(axes for row in grid for axes in row):
        if index % columns == 0:
            axes.set_ylabel(tables.metric_label(metric))
        if index + columns >= panels:
            axes.set_xlabel(axis_label(plan.axes[0], helps))
        if lowest >= 0:
            axes.set_ylim(bottom=0.0)


def axis_label(axis: Axis, helps: Mapping[str, str]) -> str:
    """The parameters' names; with one parameter also what its help says up to the first punctuation mark."""
    if len(axis.parameters) > 1:
        return " = ".join(axis.parameters)
    said = helps.get(axis.label, "")
    for mark in (":", ";", ", for example", " ("):
        said = said.partition(mark)[0]
    return f"{axis.label}: {said}" if said and len(said) < 45 else axis.label


def _legend(grid: Sequence[Sequence[Axes]]) -> tuple[list[object], list[str]]:
    """Every series once, in the plan's order, also when it is missing from the first panel."""
    found: dict[str, object] = {}
    for axes in (axes for row in grid for axes in row):
        found.update({label: handle for handle, label in zip(*axes.get_legend_handles_labels())})
    return list(found.values()), list(found)


def title(plan: Plan, table: pd.DataFrame) -> str:
    shown = tables.metric_label(str(table["metric"].iloc[0])).partition(" (")[0]
    return f"{plan.scenario}: {shown[:1].lower()}{shown[1:]}"


def caption(plan: Plan, table: pd.DataFrame) -> str:
    """What was fixed; number of runs, what the bars are, run numbers."""
    bars = "mean and 95 % interval (Student's t)" if table["runs"].min() > 1 else "mean"
    last = plan.first_run + plan.runs - 1
    numbers = f"run number {last}" if plan.runs == 1 else f"run numbers {plan.first_run} to {last}"
    said = f"{bars}; {tables.runs_in_words(table)}; {numbers}"
    fixed = ", ".join(f"{name} {value}" for name, value in plan.fixed.items())
    # A whole network in JSON is in the report.
    return f"{fixed}\n{said}" if 0 < len(fixed) <= 100 else said
