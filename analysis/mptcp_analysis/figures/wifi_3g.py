# SPDX-License-Identifier: GPL-2.0-only
"""A download over WiFi and 3G: goodput stacked by subflow against TCP on each path alone."""

from __future__ import annotations

import matplotlib
import matplotlib.patheffects as effects
import pandas as pd
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import metrics, style
from ..store import Run


def goodput_window_s(end_s: float) -> float:
    """How long goodput is averaged over: shorter shows single segments of the slow path."""
    return 1.0 if end_s >= 20.0 else end_s / 20.0


def prepare(run: Run) -> pd.DataFrame:
    """
    What the figure draws: panel, transport, entity, path, time_s, value, unit.

    Panels: `goodput` (per subflow of MPTCP, and of each TCP alone), `congestion window` and
    `smoothed RTT` (per subflow of MPTCP, or of the first transport when MPTCP did not run).
    """
    parts = []
    end_s = float(run.samples["time_s"].max())
    transports = list(run.samples["transport"].unique())
    detailed = "mptcp" if "mptcp" in transports else transports[0]
    for transport in transports:
        for entity in metrics.subflows(run.samples, transport):
            series = metrics.select(run.samples, transport, entity, "goodput_mbps")
            goodput = metrics.windowed_mean(series, goodput_window_s(end_s), end_s)
            parts.append(goodput.assign(panel="goodput", unit="Mb/s"))
            if transport == detailed:
                cwnd = metrics.select(run.samples, transport, entity, "cwnd_bytes")
                cwnd["value"] = cwnd["value"] / 1000.0
                parts.append(cwnd.assign(panel="congestion window", unit="kB"))
                rtt = metrics.select(run.samples, transport, entity, "srtt_ms")
                # Zero means: no sample of the RTT yet.
                parts.append(rtt[rtt["value"] > 0].assign(panel="smoothed RTT", unit="ms"))
            name = {"transport": transport, "entity": entity, "path": run.path_of(transport, entity)}
            parts = [part if "entity" in part else part.assign(**name) for part in parts]
    table = pd.concat(parts, ignore_index=True)
    return table[["panel", "transport", "entity", "path", "time_s", "value", "unit"]]


def caption(run: Run) -> str:
    """What was run, and how it is shown: two lines below the figure."""
    wanted = ("rcvBuf", "sndBuf", "scheduler", "congestionControl", "pathManager")
    words = [f"{name} {run.parameters[name]}" for name in wanted if name in run.parameters]
    window = goodput_window_s(float(run.samples["time_s"].max()))
    seed = f"seed {run.manifest.get('seed', '?')}, run number {run.manifest.get('run', '?')}"
    method = f"one run; goodput averaged over {window:g} s"
    return "\n".join([", ".join(words).replace("ns3::", ""), f"{seed}; {method}"])


TITLE = "Download over WiFi and 3G: MPTCP against TCP on one path"


def draw(table: pd.DataFrame, caption: str, title: str = TITLE) -> Figure:
    """Reads no files and computes nothing but positions."""
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(8.0, 7.4)
        grid = figure.add_gridspec(3, 1, height_ratios=[2.1, 1, 1], hspace=0.22)
        top = figure.add_subplot(grid[0])
        middle = figure.add_subplot(grid[1], sharex=top)
        bottom = figure.add_subplot(grid[2], sharex=top)

        draw_goodput(top, table[table["panel"] == "goodput"])
        _draw_lines(middle, table[table["panel"] == "congestion window"])
        _draw_lines(bottom, table[table["panel"] == "smoothed RTT"])

        end_s = float(table["time_s"].max())
        top.set_xlim(0.0, round(end_s, 3) if end_s > 0 else 1.0)
        top.set_ylabel("Goodput (Mb/s)")
        middle.set_ylabel("Congestion\nwindow (kB)")
        middle.set_ylim(bottom=0.0)
        middle.legend(
            loc="lower right", bbox_to_anchor=(1.01, 0.96), ncol=4, borderaxespad=0.2, handlelength=1.6
        )
        bottom.set_ylabel("Smoothed\nRTT (ms)")
        bottom.set_yscale("log")
        bottom.yaxis.set_major_locator(ticker.LogLocator(subs=(1.0, 2.0, 5.0)))
        bottom.yaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
        bottom.yaxis.set_minor_locator(ticker.NullLocator())
        bottom.set_xlabel("Time (s)")
        for axes in (top, middle):
            axes.tick_params(labelbottom=False)

        figure.suptitle(title, y=0.975)
        figure.text(0.5, 0.012, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
        figure.subplots_adjust(left=0.105, right=0.975, top=0.885, bottom=0.115)
        figure.align_ylabels()
    return figure


def _series(table: pd.DataFrame, transport: str) -> list[tuple[str, pd.DataFrame]]:
    """The subflows of one transport in the order of the table: path and values of each."""
    chosen = table[table["transport"] == transport]
    found = [chosen[chosen["entity"] == entity] for entity in chosen["entity"].unique()]
    return [(str(values["path"].iloc[0]), values) for values in found]


def draw_goodput(axes: Axes, table: pd.DataFrame) -> None:
    stacked = _series(table, "mptcp")
    if stacked:
        axes.stackplot(
            stacked[0][1]["time_s"],
            *[values["value"].to_numpy() for _, values in stacked],
            labels=[f"MPTCP, {path} subflow" for path, _ in stacked],
            colors=[style.path_colour(path, i) for i, (path, _) in enumerate(stacked)],
            alpha=0.38,
            linewidth=0.0,
        )
        total = sum(values["value"].to_numpy() for _, values in stacked)
        axes.plot(stacked[0][1]["time_s"], total, color="black", label="MPTCP, both", linewidth=1.6)
    others = [transport for transport in table["transport"].unique() if transport != "mptcp"]
    for transport in others:
        for index, (path, values) in enumerate(_series(table, transport)):
            axes.plot(
                values["time_s"],
                values["value"],
                label=f"TCP, {path} only",
                color=style.path_colour(path, index),
                linestyle=(0, (4, 1.6)),
                linewidth=1.9,
                path_effects=[effects.withStroke(linewidth=3.6, foreground="white")],
            )
    axes.set_ylim(0.0, 1.06 * max(_highest(table, stacked), 0.1))
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncol=5, columnspacing=1.3, handlelength=2.0
    )


def _highest(table: pd.DataFrame, stacked: list[tuple[str, pd.DataFrame]]) -> float:
    total = sum(values["value"].to_numpy() for _, values in stacked).max() if stacked else 0.0
    return max(float(total), float(table["value"].max()))


def _draw_lines(axes: Axes, table: pd.DataFrame) -> None:
    for transport in table["transport"].unique():
        kind = "subflow" if transport == "mptcp" else "TCP"
        for index, (path, values) in enumerate(_series(table, transport)):
            axes.plot(
                values["time_s"],
                values["value"],
                color=style.path_colour(path, index),
                label=f"{path} {kind}",
                linewidth=1.3,
            )
