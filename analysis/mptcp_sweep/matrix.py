# SPDX-License-Identifier: GPL-2.0-only
"""
A sweep as coloured fields with their numbers: the first axis gives the columns, the second the rows, all
further ones the panels; with a single axis there is one row. Reads no files; what is drawn is exactly the
table that is given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

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
    across, down = len(plan.axes[0].values), len(_row_names(plan))
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
            if index % columns == 0 and len(plan.axes) > 1:
                axes.set_ylabel(plan.axes[1].label)
        colours = matplotlib.cm.ScalarMappable(norm, COLOUR_MAP)
        unit = tables.metric_label(str(table["metric"].iloc[0]))
        figure.colorbar(colours, ax=grid, label=unit, fraction=0.05, pad=0.02)
        figure.suptitle(figures.title(plan, table), y=1.0 - 0.12 / height, va="top")
        figure.text(0.5, 0.07 / height, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
    return figure


def _row_names(plan: Plan) -> Sequence[str]:
    return plan.axes[1].values if len(plan.axes) > 1 else ("",)


def _field(plan: Plan, table: pd.DataFrame, value: str) -> np.ndarray:
    """That column of the table as rows and columns of the picture; not a number where there is no run."""
    columns = plan.axes[0]
    if len(plan.axes) == 1:
        return table.set_index(columns.label)[value].reindex(list(columns.values)).to_numpy(dtype=float)[np.newaxis]
    rows = plan.axes[1]
    field = table.pivot(index=rows.label, columns=columns.label, values=value)
    return field.reindex(index=list(rows.values), columns=list(columns.values)).to_numpy(dtype=float)


def _draw_panel(axes: Axes, plan: Plan, table: pd.DataFrame, norm: Normalize) -> None:
    means, spreads = _field(plan, table, "mean"), _field(plan, table, "half_width_95")
    axes.imshow(means, cmap=COLOUR_MAP, norm=norm, aspect="auto")
    for (row, column), mean in np.ndenumerate(means):
        text = "no run" if math.isnan(mean) else number(mean)
        if not math.isnan(spreads[row, column]):
            text += f"\n± {tables.spread(mean, spreads[row, column])}"
        dark = not math.isnan(mean) and norm(mean) < 0.55
        axes.text(column, row, text, ha="center", va="center", fontsize=7.0, color="white" if dark else "black")
    axes.set_xticks(range(means.shape[1]), plan.axes[0].values, rotation=30, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(means.shape[0]), _row_names(plan))
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
