# SPDX-License-Identifier: GPL-2.0-only
"""
A sweep as coloured fields with their numbers: the first axis gives the columns, the second the rows, all
further ones the panels. Reads no files; what is drawn is exactly the table that is given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from mptcp_analysis import style
from mptcp_validation.report import number

from . import figures, tables
from .plan import Plan

# From dark blue to yellow, of even brightness steps, made for readers with any colour vision.
COLOUR_MAP = "cividis"
FIELDS_ACROSS = 8
WIDTH_OF_FIELD_IN, HEIGHT_OF_FIELD_IN = 0.85, 0.42


def draw(plan: Plan, table: pd.DataFrame, helps: Mapping[str, str], caption: str) -> Figure:
    """`table`: of tables.summarised; empty fields have no run that completed."""
    panels = figures.panels_of(plan)
    across, down = len(plan.axes[0].values), len(plan.axes[1].values)
    # Wide panels stand one above another: a phone shows the whole width.
    columns = min(len(panels), max(1, FIELDS_ACROSS // across))
    rows = math.ceil(len(panels) / columns)
    width = max(5.0, columns * (WIDTH_OF_FIELD_IN * across + 0.3) + 2.4)
    height = rows * (HEIGHT_OF_FIELD_IN * down + 1.2) + 0.9
    norm = Normalize(float(table["mean"].min()), float(table["mean"].max()))
    with matplotlib.rc_context({**style.settings(), "axes.grid": False}):
        figure = style.new_figure(width, height)
        figure.set_layout_engine("constrained", rect=(0.0, 0.42 / height, 1.0, 1.0 - 0.82 / height))
        grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
        for index, axes in enumerate(grid.flat):
            if index >= len(panels):
                axes.set_visible(False)
                continue
            heading, fixed = panels[index]
            _draw_panel(axes, plan, figures.part_of(table, fixed), norm)
            axes.set_title(heading, fontsize=9.5)
            axes.set_xlabel(plan.axes[0].label)
            if index % columns == 0:
                axes.set_ylabel(plan.axes[1].label)
        colours = matplotlib.cm.ScalarMappable(norm, COLOUR_MAP)
        unit = tables.metric_label(str(table["metric"].iloc[0]))
        figure.colorbar(colours, ax=grid, label=unit, fraction=0.05, pad=0.02)
        figure.suptitle(figures.title(plan, table), y=1.0 - 0.12 / height, va="top")
        figure.text(0.5, 0.07 / height, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
    return figure


def _draw_panel(axes: Axes, plan: Plan, table: pd.DataFrame, norm: Normalize) -> None:
    columns, rows = plan.axes[0], plan.axes[1]
    field = table.set_index([rows.label, columns.label])[["mean", "half_width_95"]]
    field = field.reindex(pd.MultiIndex.from_product([rows.values, columns.values]))
    shape = (len(rows.values), len(columns.values))
    means = field["mean"].to_numpy(dtype=float).reshape(shape)
    spreads = field["half_width_95"].to_numpy(dtype=float).reshape(shape)
    axes.imshow(means, cmap=COLOUR_MAP, norm=norm, aspect="auto")
    for (row, column), mean in np.ndenumerate(means):
        text = "no run" if math.isnan(mean) else number(mean)
        if not math.isnan(spreads[row, column]):
            text += f"\n± {tables.spread(mean, spreads[row, column])}"
        dark = not math.isnan(mean) and norm(mean) < 0.55
        axes.text(column, row, text, ha="center", va="center", fontsize=7.0, color="white" if dark else "black")
    axes.set_xticks(range(shape[1]), columns.values, rotation=30, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(shape[0]), rows.values)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
