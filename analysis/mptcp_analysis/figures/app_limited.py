# SPDX-License-Identifier: GPL-2.0-only
"""Messages over two unlike paths: the distribution of their delay, a line per scheduler, and its quantiles."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

from .. import store, style
from ..store import Run

HEADLINE: tuple[str, ...] = ("delay_p50_ms", "delay_p95_ms", "delay_p99_ms", "worst_delay_ms")
TITLE = "Delay of messages over two unlike paths, by scheduler"
QUANTILES = {"p50": "delay_p50_ms", "p95": "delay_p95_ms", "p99": "delay_p99_ms"}
LINES = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (4, 1.2, 1, 1.2)))


def prepare(run: Run) -> pd.DataFrame:
    """
    What the figure draws: panel, scheduler, value (ms), share.

    Panel `distribution`: each delay with the share of messages that were as fast or faster, of all that were due;
    panel `quantiles`: p50, p95 and p99, in `share` as 0.5, 0.95 and 0.99.
    """
    delays = store.delays(run)
    parts = []
    for _, row in run.summary.iterrows():
        values = np.sort(delays.loc[delays["scheduler"] == row["scheduler"], "delay_ms"].to_numpy())
        share = np.arange(1, len(values) + 1) / max(float(row["chunks_due"]), 1.0)
        parts.append(pd.DataFrame({"panel": "distribution", "value": values, "share": share, "scheduler": row["scheduler"]}))
        for name, column in QUANTILES.items():
            one = {"panel": "quantiles", "value": row[column], "share": float(name[1:]) / 100, "scheduler": row["scheduler"]}
            parts.append(pd.DataFrame([one]))
    table = pd.concat(parts, ignore_index=True)
    return table[["panel", "scheduler", "value", "share"]]


def caption(run: Run) -> str:
    """What was run: two lines below the figure."""
    p = run.parameters
    paths = "; ".join(
        f"path {i}: {p[f'rate{i}']} Mb/s, {p[f'roundTrip{i}']}, loss {p[f'loss{i}']}" for i in (1, 2) if f"rate{i}" in p
    )
    what = f"{p.get('traffic', '?')} of {p.get('chunkBytes', '?')} bytes every {p.get('chunkInterval', '?')}"
    seed = f"seed {run.manifest.get('seed', '?')}, run number {run.manifest.get('run', '?')}"
    return f"{paths}\n{what}, {p.get('duration', '?')}; {seed}; one run per scheduler, the same losses for each"


def draw(table: pd.DataFrame, caption: str) -> Figure:
    """Reads no files and computes nothing but positions."""
    schedulers = list(table["scheduler"].unique())
    colours = list(style.palette().values())
    looks = {name: (colours[i % len(colours)], LINES[i % len(LINES)]) for i, name in enumerate(schedulers)}
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(8.0, 5.4)
        left, right = figure.subplots(1, 2, width_ratios=[1.6, 1])
        _draw_distribution(left, table[table["panel"] == "distribution"], looks)
        _draw_quantiles(right, table[table["panel"] == "quantiles"], looks)
        figure.suptitle(TITLE, y=0.97)
        handles, labels = left.get_legend_handles_labels()
        figure.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.5, 0.935), ncol=6)
        figure.text(0.5, 0.012, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
        figure.subplots_adjust(left=0.08, right=0.965, top=0.85, bottom=0.19, wspace=0.34)
    return figure


def _log_axis(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(FormatStrFormatter("%g"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(axis="x", labelrotation=45)


def _draw_distribution(axes: Axes, table: pd.DataFrame, looks: dict[str, tuple]) -> None:
    for name, (colour, line) in looks.items():
        one = table[table["scheduler"] == name]
        axes.plot(one["value"], one["share"], color=colour, linestyle=line, label=name, drawstyle="steps-post")
    _log_axis(axes)
    axes.set_ylim(0.0, 1.01)
    axes.set_xlabel("Delay (ms)")
    axes.set_ylabel("Share of messages that were as fast or faster")


def _draw_quantiles(axes: Axes, table: pd.DataFrame, looks: dict[str, tuple]) -> None:
    marks = {0.5: ("o", "p50"), 0.95: ("s", "p95"), 0.99: ("D", "p99")}
    for index, (name, (colour, _)) in enumerate(looks.items()):
        one = table[table["scheduler"] == name]
        axes.plot(one["value"], [index] * len(one), color=colour, linewidth=1.0)
        for _, row in one.iterrows():
            mark, label = marks[round(float(row["share"]), 2)]
            axes.plot(row["value"], index, mark, color=colour, markersize=5.5)
            if index == 0:
                axes.annotate(label, (row["value"], index), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=7.5)
    axes.set_yticks(range(len(looks)), list(looks))
    axes.set_ylim(len(looks) - 0.5, -0.7)
    _log_axis(axes)
    axes.set_xlabel("Delay (ms)")
