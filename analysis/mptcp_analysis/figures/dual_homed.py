# SPDX-License-Identifier: GPL-2.0-only
"""Two dual-homed hosts: goodput over time, stacked by path, and means per path beside the TCP."""

from __future__ import annotations

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import metrics, style
from ..store import Run

HEADLINE: tuple[str, ...] = ("ratio_to_tcp_beside", "tcp_beside_mbps", "goodput_mbps")
TITLE = "Two dual-homed hosts: what each path carries"
COLUMNS = ["panel", "transport", "path", "time_s", "value", "unit"]
BESIDE = "TCP beside"


def prepare(run: Run) -> pd.DataFrame:
    """
    What the figure draws: panel, transport, path, time_s, value, unit.

    Panels: `over time` (goodput averaged over a second) and `mean` (of the time that counts; no time_s), both
    in Mb/s, per path and of a TCP beside.
    """
    parts = []
    end_s = float(run.samples["time_s"].max())
    for transport in run.samples["transport"].unique():
        names = {name: run.path_of(transport, name) for name in metrics.subflows(run.samples, transport)}
        beside = {"tcp-beside": BESIDE} if (run.samples["entity"] == "tcp-beside").any() else {}
        for entity, path in {**names, **beside}.items():
            series = metrics.select(run.samples, transport, entity, "goodput_mbps")
            found = metrics.windowed_mean(series, min(1.0, end_s / 20.0), end_s)
            parts.append(found.assign(panel="over time", transport=transport, path=path, unit="Mb/s"))
        row = run.summary[run.summary["transport"] == transport].iloc[0]
        means = [(row[f"subflow_{i}_path"], row[f"subflow_{i}_goodput_mbps"]) for i in range(1, len(names) + 1)]
        means += [(BESIDE, row["tcp_beside_mbps"])] if beside else []
        rows = [["mean", transport, path, float("nan"), value, "Mb/s"] for path, value in means]
        parts.append(pd.DataFrame(rows, columns=COLUMNS))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def caption(run: Run) -> str:
    """What was run: two lines below the figure."""
    wanted = ("a1", "a2", "b1", "b2", "innerMbps", "beside", "queue", "roundTrip", "congestionControl", "scheduler")
    words = [f"{name} {run.parameters[name]}" for name in wanted if name in run.parameters]
    seed = f"seed {run.manifest.get('seed', '?')}, run number {run.manifest.get('run', '?')}"
    return f"{', '.join(words)}\n{seed}; one run; means without the warm-up of {run.parameters.get('warmUp', '?')}"


def draw(table: pd.DataFrame, caption: str) -> Figure:
    """Reads no files and computes nothing but positions."""
    transports = list(table["transport"].unique())
    paths = sorted(path for path in table["path"].unique() if path != BESIDE)
    colours = {path: style.path_colour(path, index) for index, path in enumerate(paths)}
    colours[BESIDE] = style.palette()["black"]
    with matplotlib.rc_context(style.settings()):
        height = 1.6 + 2.1 * len(transports)
        figure = style.new_figure(8.0, height)
        grid = figure.subplots(len(transports), 2, squeeze=False, sharex="col", width_ratios=[2.2, 1])
        most = 1.05 * max(_highest(table[table["transport"] == one]) for one in transports)
        for (left, right), transport in zip(grid, transports):
            _draw_time(left, table[(table["transport"] == transport) & (table["panel"] == "over time")], colours)
            left.set_ylim(0.0, most)
            left.set_title({"mptcp": "MPTCP over all paths", "tcp": "TCP over A1-B1"}.get(transport, transport), loc="left")
            _draw_means(right, table[(table["transport"] == transport) & (table["panel"] == "mean")], colours)
        grid[-1][0].set_xlabel("Time (s)")
        grid[-1][1].set_xlabel("Mean goodput (Mb/s)")
        figure.suptitle(TITLE, y=1 - 0.12 / height)
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.5, 1 - 0.34 / height), ncol=5)
        figure.text(0.5, 0.08 / height, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
        figure.subplots_adjust(
            left=0.075, right=0.97, top=1 - 0.95 / height, bottom=0.95 / height, hspace=0.3, wspace=0.38
        )
    return figure


def _highest(table: pd.DataFrame) -> float:
    times = table[(table["panel"] == "over time") & (table["path"] != BESIDE)]
    beside = table[(table["panel"] == "over time") & (table["path"] == BESIDE)]["value"]
    return max(float(times.groupby("time_s")["value"].sum().max()), float(beside.max()) if len(beside) else 0.0, 0.1)


def _draw_time(axes: Axes, table: pd.DataFrame, colours: dict[str, str]) -> None:
    paths = sorted(path for path in table["path"].unique() if path != BESIDE)
    series = [table[table["path"] == path] for path in paths]
    axes.stackplot(
        series[0]["time_s"],
        *[values["value"].to_numpy() for values in series],
        labels=paths,
        colors=[colours[path] for path in paths],
        alpha=0.6,
        linewidth=0.0,
    )
    beside = table[table["path"] == BESIDE]
    if len(beside):
        axes.plot(beside["time_s"], beside["value"], color=colours[BESIDE], label=BESIDE, linestyle=(0, (4, 1.6)))
    axes.set_xlim(0.0, float(table["time_s"].max()))
    axes.set_ylabel("Goodput (Mb/s)")


def _draw_means(axes: Axes, table: pd.DataFrame, colours: dict[str, str]) -> None:
    ordered = table.sort_values("path", kind="stable")
    names = list(ordered["path"])
    values = list(ordered["value"])
    axes.barh(range(len(names)), values, color=[colours[name] for name in names], alpha=0.8)
    for index, value in enumerate(values):
        axes.annotate(f"{value:.2f}", (value, index), xytext=(3, 0), textcoords="offset points", va="center", fontsize=7.5)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(names), 4) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.2 * max([*values, 0.1]))
    axes.grid(axis="y", visible=False)
