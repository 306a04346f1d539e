# SPDX-License-Identifier: GPL-2.0-only
"""A download over WiFi and 3G: Linux at both ends, our server to Linux, and ours at both ends simulated.

Linux is the kernel of this machine, in real time over the same simulated links, with Reno on every
subflow, as it has no coupled control. Ours is LIA and min-RTT, NewReno without MPTCP. Buffers are
those of the receiver; the sender has 2 MB. What is compared exactly is TCP over one path after slow
start and its overflows, with segments of 1448 bytes, as Linux has them: from second 20 to 55.
"""

from __future__ import annotations

import math

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from mptcp_analysis import style

from ..study import Case, Line, RunResult, at_most, greater, interval_of, per_run, stated

SOURCE = "the kernel of this machine over the same links; ceilings: payload per packet times link rate"
SEEDS = 5
BUFFERS_KB = (50, 100, 200, 500, 1000, 2000)
SUFFICIENT_KB = (2000,)  # what 3G holds up fits the receiver, also as Linux counts its memory
EDGE_KB = 1000  # just enough or just not: single runs of a Linux client go from 6.0 to 8.9 Mb/s
SHORT_KB = (200, 500)  # the effect that the scenario is known for
DURATION_S = 60.0
STEADY_S = (20.0, 55.0)
TCP_SEGMENT_BYTES = 1448
ENDS = {
    "linux": ("Linux at both ends", "vermillion"),
    "half": ("our server, Linux client", "purple"),
    "ours": ("ours at both ends, simulated time", "blue"),
}
PATHS = {"tcp-wifi": "WiFi", "tcp-3g": "3G"}


def cases() -> list[Case]:
    found = [_case(end, "mptcp", size) for size in BUFFERS_KB for end in ENDS]
    return found + [_case(end, transport, BUFFERS_KB[-1]) for transport in PATHS for end in ENDS]


def _case(end: str, transport: str, size_kb: int) -> Case:
    parameters = {"transport": transport, "rcvBuf": f"{size_kb}kB", "duration": f"{DURATION_S:g}s"}
    if transport != "mptcp":
        parameters["tcpSegment"] = str(TCP_SEGMENT_BYTES)
    if end == "ours":
        return Case(_name(end, transport, size_kb), "wifi-3g", parameters)
    parameters["server"] = "linux" if end == "linux" else "simulated"
    return Case(_name(end, transport, size_kb), "linux-peer", parameters)


def _name(end: str, transport: str, size_kb: int) -> str:
    return f"{end} {transport} {size_kb} kB"


def measure(result: RunResult) -> dict[str, float]:
    """Goodput of the whole download, and of its steady part; how late the simulator was."""
    summary = result.summary()
    samples = result.samples()
    series = samples[(samples["entity"] == "connection") & (samples["metric"] == "goodput_mbps")]
    begin = float(series["time_s"].max()) - DURATION_S
    steady = series[series["time_s"].between(begin + STEADY_S[0], begin + STEADY_S[1])]
    return {
        "goodput_mbps": summary["goodput_mbps"],
        "steady_mbps": float(steady["value"].mean()),
        "intact": summary["intact"],
        "cell_share_percent": summary.get("subflow_2_share_percent", math.nan),
        "worst_lag_ms": summary.get("worst_lag_ms", math.nan),
    }


def lines(runs: pd.DataFrame) -> list[Line]:
    found = [_steady_line(runs, end, transport) for transport in PATHS for end in ("ours", "half")]
    found += [_ratio_line(runs, end, size) for end in ("ours", "half") for size in SUFFICIENT_KB]
    found += [
        stated(f"MPTCP, {EDGE_KB} kB, {ENDS[end][0]}, over Linux", _over_linux(runs, end, EDGE_KB), "1")
        for end in ("ours", "half")
    ]
    found += [_cost_line(runs, end, size) for size in SHORT_KB for end in ENDS]
    damaged = runs.groupby("run")["intact"].apply(lambda intact: float((intact != 1).sum()))
    late = runs.groupby("run")["worst_lag_ms"].max()
    return found + [
        at_most("downloads with a wrong byte", damaged, 0),
        at_most("the simulator was late by", late, 50, "ms"),
    ]


def _steady_line(runs: pd.DataFrame, end: str, transport: str) -> Line:
    """Within the spread of Linux's runs, to a segment: one more or less is inside the window."""
    linux = per_run(runs, _name("linux", transport, BUFFERS_KB[-1]), "steady_mbps")
    segment = TCP_SEGMENT_BYTES * 8 / (STEADY_S[1] - STEADY_S[0]) / 1e6
    return Line(
        f"TCP over {PATHS[transport]}, {ENDS[end][0]}",
        per_run(runs, _name(end, transport, BUFFERS_KB[-1]), "steady_mbps"),
        f"{linux.min():.4f} to {linux.max():.4f}",
        linux.min() - segment,
        linux.max() + segment,
        "Mb/s",
    )


def _ratio_line(runs: pd.DataFrame, end: str, size_kb: int) -> Line:
    name = f"MPTCP, {size_kb} kB, {ENDS[end][0]}, over Linux"
    return Line(name, _over_linux(runs, end, size_kb), "1", 0.9, 1.1)


def _over_linux(runs: pd.DataFrame, end: str, size_kb: int) -> pd.Series:
    linux = per_run(runs, _name("linux", "mptcp", size_kb), "goodput_mbps")
    return per_run(runs, _name(end, "mptcp", size_kb), "goodput_mbps") / linux.mean()


def _cost_line(runs: pd.DataFrame, end: str, size_kb: int) -> Line:
    """With too small a buffer MPTCP gets less than TCP over WiFi alone, on Linux as with us."""
    alone = per_run(runs, _name("linux", "tcp-wifi", BUFFERS_KB[-1]), "goodput_mbps")
    both = per_run(runs, _name(end, "mptcp", size_kb), "goodput_mbps")
    return greater(f"TCP over WiFi less MPTCP with {size_kb} kB, {ENDS[end][0]}", alone, both, "Mb/s")


def draw(runs: pd.DataFrame, lines: list[Line]) -> Figure:
    """Above: goodput over the receive buffer; below: TCP on each path, every run."""
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(8.0, 7.2)
        grid = figure.add_gridspec(2, 2, height_ratios=[2.0, 1.0], hspace=0.42, wspace=0.34)
        _draw_sweep(figure.add_subplot(grid[0, :]), runs)
        for column, transport in enumerate(PATHS):
            _draw_tcp(figure.add_subplot(grid[1, column]), runs, transport)
        seeds = runs["run"].nunique()
        figure.suptitle("Download over WiFi (8 Mb/s, 20 ms) and 3G (2 Mb/s, 150 ms), 60 s", y=0.975)
        runs_each = "1 run" if seeds == 1 else f"{seeds} runs"
        note = f"{runs_each} per point; above mean and range, below every run and the range of Linux"
        figure.text(0.5, 0.012, note, ha="center", fontsize=7.5, color="#555555")
        figure.subplots_adjust(left=0.1, right=0.97, top=0.92, bottom=0.1)
    return figure


def _draw_sweep(axes: Axes, runs: pd.DataFrame) -> None:
    colours = style.palette()
    for index, (end, (label, colour)) in enumerate(ENDS.items()):
        values = [per_run(runs, _name(end, "mptcp", size), "goodput_mbps") for size in BUFFERS_KB]
        means = [interval_of(one).mean for one in values]
        below = [mean - one.min() for mean, one in zip(means, values)]
        above = [one.max() - mean for mean, one in zip(means, values)]
        shifted = [size * (1 + 0.025 * (index - 1)) for size in BUFFERS_KB]
        axes.errorbar(
            shifted, means, yerr=[below, above], color=colours[colour], label=f"MPTCP, {label}",
            marker="os^"[index], markersize=5, capsize=3, linestyle=("-", "--", "-.")[index],
        )  # fmt: skip
    for transport, path in PATHS.items():
        mean = per_run(runs, _name("linux", transport, BUFFERS_KB[-1]), "goodput_mbps").mean()
        axes.axhline(mean, color=style.path_colour(path), linewidth=1.1, linestyle=":")
        text = f"TCP over {path}, Linux, 2 MB"
        axes.text(45, mean + 0.12, text, color=style.path_colour(path), fontsize=8, va="bottom")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(list(BUFFERS_KB)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(0.0, 10.4)
    axes.set_xlabel("Receive buffer (kB)")
    axes.set_ylabel("Goodput (Mb/s)")
    axes.legend(loc="lower right", borderaxespad=0.1, labelspacing=0.25)


def _draw_tcp(axes: Axes, runs: pd.DataFrame, transport: str) -> None:
    colours = style.palette()
    linux = per_run(runs, _name("linux", transport, BUFFERS_KB[-1]), "steady_mbps")
    axes.axhspan(linux.min(), linux.max(), color=colours["vermillion"], alpha=0.18, linewidth=0)
    for index, (end, (_, colour)) in enumerate(ENDS.items()):
        values = per_run(runs, _name(end, transport, BUFFERS_KB[-1]), "steady_mbps")
        at = [index + 0.09 * (run - (len(values) - 1) / 2) for run in range(len(values))]
        axes.plot(at, values, "os^"[index], color=colours[colour], markersize=4.5, alpha=0.8)
    middle = float(linux.mean())
    axes.set_ylim(middle * 0.999, middle * 1.001)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4f}"))
    axes.set_xticks(range(len(ENDS)), ["Linux,\nboth ends", "our server,\nLinux client", "ours,\nsimulated"])
    axes.set_xlim(-0.6, len(ENDS) - 0.4)
    axes.set_ylabel("Goodput (Mb/s)")
    axes.set_title(f"TCP over {PATHS[transport]}, seconds 20 to 55", fontsize=9.0)
