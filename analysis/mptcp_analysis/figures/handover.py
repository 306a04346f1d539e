# SPDX-License-Identifier: GPL-2.0-only
"""A phone walks out of its WiFi: what arrives over each network, stacked, and the stall, in each mode."""

from __future__ import annotations

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import metrics, style
from ..store import Run

HEADLINE: tuple[str, ...] = ("stall_ms", "return_stall_ms", "worst_delay_ms", "cellular_bytes_before", "goodput_mbps")
TITLE = "A phone walks out of its WiFi: what arrives over each network"
WINDOW_S = 0.2
COLUMNS = ["panel", "entity", "path", "time_s", "value", "unit"]


def prepare(run: Run) -> pd.DataFrame:
    """
    What the figure draws: panel, entity, path, time_s, value, unit.

    A panel per mode. Beside the goodput of the subflows (Mb/s) it has the entities `gone` (time_s: when WiFi
    was gone), `failing` (time_s: since when it had lost packets, value: for how many s), `stall` (time_s: its begin, value: its length in ms), `before` (value: bytes that the cellular
    network had carried until then) and `delivered` (value: 1 when every byte arrived undamaged).
    """
    parts = []
    for transport in run.samples["transport"].unique():
        mode = run.summary[run.summary["transport"] == transport].iloc[0]
        series = run.samples[run.samples["transport"] == transport]
        end_s = float(series["time_s"].max())
        for entity in metrics.subflows(run.samples, transport):
            one = metrics.select(run.samples, transport, entity, "goodput_mbps")
            path = run.path_of(transport, entity)
            goodput = metrics.windowed_mean(one, WINDOW_S, end_s)
            parts.append(goodput.assign(panel=transport, entity=entity, path=path, unit="Mb/s"))
        marks = [
            ("gone", mode["gone_at_s"], 0.0, ""),
            ("failing", mode["failing_since_s"], mode["gone_at_s"] - mode["failing_since_s"], "s"),
            ("stall", mode["stall_begin_s"], mode["stall_ms"], "ms"),
            ("before", 0.0, mode["cellular_bytes_before"], "bytes"),
            ("delivered", end_s, mode["intact"], ""),
        ]
        rows = [[transport, name, "", time, value, unit] for name, time, value, unit in marks]
        parts.append(pd.DataFrame(rows, columns=COLUMNS))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def caption(run: Run) -> str:
    """What was run, and how it is shown: two lines below the figure."""
    walks = run.parameters.get("network") == "wifi-lte"
    own = ("speed", "pathLoss", "fadingShape", "wire") if walks else ("fade", "notice")
    wanted = ("network", "traffic", "streamMbps", *own, "returnAfter", "minRto", "scheduler")
    words = [f"{name} {run.parameters[name]}" for name in wanted if name in run.parameters]
    seed = f"seed {run.manifest.get('seed', '?')}, run number {run.manifest.get('run', '?')}"
    return (
        f"{', '.join(words)}\n{seed}; one run per mode; goodput averaged over {WINDOW_S:g} s; "
        "stall: longest time around the loss in which nothing was delivered in order"
    )


def draw(table: pd.DataFrame, caption: str) -> Figure:
    """Reads no files and computes nothing but positions."""
    modes = list(table["panel"].unique())
    with matplotlib.rc_context(style.settings()):
        height = 1.7 + 1.75 * len(modes)
        figure = style.new_figure(8.0, height)
        all_axes = figure.subplots(len(modes), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        for axes, mode in zip(all_axes, modes):
            _draw_mode(axes, table[table["panel"] == mode], mode)
        handles, labels = all_axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.53, 1 - 0.34 / height), ncol=5)
        all_axes[-1].set_xlabel("Time (s)")
        all_axes[-1].set_xlim(0.0, float(table["time_s"].max()))
        all_axes[-1].set_ylim(bottom=0.0)
        figure.suptitle(TITLE, y=1 - 0.12 / height)
        figure.text(0.5, 0.08 / height, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
        figure.subplots_adjust(left=0.085, right=0.975, top=1 - 0.92 / height, bottom=0.88 / height, hspace=0.34)
    return figure


def _mark(table: pd.DataFrame, entity: str) -> pd.Series:
    return table[table["entity"] == entity].iloc[0]


def _draw_mode(axes: Axes, table: pd.DataFrame, mode: str) -> None:
    subflows = [name for name in table["entity"].unique() if str(name).startswith("subflow-")]
    series = [table[table["entity"] == name] for name in subflows]
    paths = [str(values["path"].iloc[0]) for values in series]
    axes.stackplot(
        series[0]["time_s"],
        *[values["value"].to_numpy() for values in series],
        labels=[f"over {path}" for path in paths],
        colors=[style.path_colour(path, i) for i, path in enumerate(paths)],
        alpha=0.55,
        linewidth=0.0,
    )
    stall, gone, failing = _mark(table, "stall"), _mark(table, "gone"), _mark(table, "failing")
    if float(failing["value"]) > 0:
        since = float(failing["time_s"])
        axes.axvspan(
            since, since + float(failing["value"]), facecolor=style.palette()["vermillion"], alpha=0.12,
            linewidth=0.0, zorder=0, label="WiFi loses packets",
        )  # fmt: skip
    begin, length = float(stall["time_s"]), float(stall["value"]) / 1000.0
    axes.axvspan(
        begin, begin + length, facecolor="none", edgecolor=style.palette()["black"], hatch="////",
        linewidth=0.0, label="stall",
    )  # fmt: skip
    axes.axvline(
        float(gone["time_s"]), color=style.palette()["vermillion"], linestyle=(0, (4, 1.6)), label="WiFi gone"
    )
    before = float(_mark(table, "before")["value"])
    whole = "all delivered" if float(_mark(table, "delivered")["value"]) == 1 else "NOT ALL DELIVERED"
    axes.set_title(
        f"{mode}: stall {1000 * length:.0f} ms, {before / 1000:.0f} kB over {paths[-1]} before, {whole}",
        loc="left", fontsize=9.0,
    )  # fmt: skip
    axes.set_ylabel("Goodput (Mb/s)")
