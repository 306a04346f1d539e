# SPDX-License-Identifier: GPL-2.0-only
"""What a study found: as text, as CSV, as a figure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from mptcp_analysis import style

from .study import Line


def verdict(line: Line) -> str:
    if line.informs:
        return "(not compared)"
    return "pass" if line.holds else "FALLS SHORT"


def table(study: str, lines: Sequence[Line]) -> pd.DataFrame:
    """One row per line; open ends of the range asked for are empty."""
    rows = []
    for line in lines:
        found = line.interval
        rows.append(
            {
                "study": study,
                "line": line.name,
                "unit": line.unit,
                "published": line.published,
                "low": line.low if math.isfinite(line.low) else None,
                "high": line.high if math.isfinite(line.high) else None,
                "mean": found.mean,
                "half_width_95": found.half_width,
                "runs": found.runs,
                "holds": "" if line.informs else line.holds,
            }
        )
    return pd.DataFrame(rows)


def text_rows(lines: Sequence[Line]) -> list[list[str]]:
    rows = [["", "published", "accepted", "measured (mean, 95 %)", "runs", ""]]
    for line in lines:
        found = line.interval
        unit = f" {line.unit}" if line.unit else ""
        measured = f"{number(found.mean)} ± {number(found.half_width)}{unit}"
        published = line.published + unit
        rows.append(
            [line.name, published, accepted(line), measured, str(found.runs), verdict(line)]
        )
    return rows


def accepted(line: Line) -> str:
    if line.informs:
        return ""
    if math.isfinite(line.low) and math.isfinite(line.high):
        return f"{number(line.low)} .. {number(line.high)}"
    return f">= {number(line.low)}" if math.isfinite(line.low) else f"<= {number(line.high)}"


def number(value: float) -> str:
    """Three significant digits, without the noise of a negative zero."""
    return "?" if math.isnan(value) else f"{value + 0.0:.3g}"


def draw(study: str, lines: Sequence[Line]) -> Figure:
    """One mark per line with its interval and its runs, over the range asked for; a panel per unit."""
    units = list(dict.fromkeys(line.unit for line in lines))
    groups = [[line for line in lines if line.unit == unit] for unit in units]
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(7.5, 1.1 + 0.42 * len(lines) + 0.7 * len(units))
        axes = figure.subplots(
            len(units), 1, squeeze=False, gridspec_kw={"height_ratios": [len(g) + 0.6 for g in groups]}
        )
        for axis, unit, group in zip(axes[:, 0], units, groups):
            _draw_group(axis, unit, group)
        runs = max(line.interval.runs for line in lines)
        figure.suptitle(f"{study}: mean and 95 % interval of {runs} runs", fontsize=11.0)
        handles, labels = axes[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="lower center", ncol=len(labels))
        figure.tight_layout(rect=(0.0, 0.3 / figure.get_figheight(), 1.0, 1.0))
    return figure


def _draw_group(axis: matplotlib.axes.Axes, unit: str, lines: Sequence[Line]) -> None:
    colours = style.palette()
    finite = [v for line in lines for v in (line.low, line.high) if math.isfinite(v)]
    seen = finite + [float(v) for line in lines for v in line.values]
    margin = 0.08 * ((max(seen) - min(seen)) or 1.0)
    left, right = min(seen) - margin, max(seen) + margin
    compared = [index for index, line in enumerate(lines) if not line.informs]
    for index, line in enumerate(lines):
        found = line.interval
        low, high = max(line.low, left), min(line.high, right)
        label = index == 0
        if not line.informs:
            axis.barh(
                index, high - low, 0.7, left=low, color=colours["sky"], alpha=0.35,
                label="accepted" if index == compared[0] else None,
            )  # fmt: skip
        axis.plot(
            line.values, [index + 0.22] * len(line.values), ".", color=colours["black"], alpha=0.4,
            markersize=4, label="single runs" if label else None,
        )  # fmt: skip
        axis.errorbar(
            found.mean, index, xerr=None if math.isnan(found.half_width) else found.half_width,
            fmt="o" if line.holds else "X", capsize=3, label="mean" if label else None,
            color=colours["blue"] if line.holds else colours["vermillion"],
        )  # fmt: skip
    axis.set_xlim(left, right)
    axis.set_yticks(range(len(lines)), [line.name for line in lines])
    axis.set_ylim(len(lines) - 0.5, -0.5)
    axis.set_xlabel(unit or "dimensionless")
