# SPDX-License-Identifier: GPL-2.0-only
"""WiFi and 3G through receive buffers from 50 kB to 2 MB: what M1 and M2 save.

Send and receive buffer have the same size, as in the paper. Subflows are coupled by LIA, the default;
uncoupled NewReno stands beside it where the Linux kernel was measured, which has neither M1 nor M2.
Nothing is lost at random, so a run number draws only the start and repetitions are alike.
"""

from __future__ import annotations

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from mptcp_analysis import style

from ..study import Case, Line, Publication, at_least, at_most, per_run

SOURCE = "Raiciu et al., NSDI 2012, section 4.2 and figure 4; Linux with Reno subflows over the same links"
PUBLICATION = Publication(
    "Raiciu et al., NSDI 2012", "section 4.2, figure 4",
    "WiFi 8 Mb/s, 20 ms and 3G 2 Mb/s, 150 ms; buffers of 50 kB to 2 MB",
)  # fmt: skip
SEEDS = 2
QUICK_SEEDS = 1
SIZES_KB = (50, 70, 100, 130, 160, 200, 250, 300, 400, 500, 600, 800, 1000, 1400, 2000)
LINUX_MBPS = {100: 4.2, 200: 4.7, 500: 6.0}  # MPTCP with Reno subflows; TCP over WiFi: 7.7
LARGE_KB = 600
KINDS = {
    "tcp": {"transport": "tcp-wifi"},
    "plain": {"transport": "mptcp"},
    "mechanisms": {"transport": "mptcp", "opportunisticRetransmission": "true", "penalisation": "true"},
}


def case(kind: str, kilobytes: int, options: dict[str, str]) -> Case:
    size = f"{kilobytes}kB"
    return Case(f"{kind}-{kilobytes}", "wifi-3g", {"rcvBuf": size, "sndBuf": size, **options})


def cases() -> list[Case]:
    swept = [case(kind, size, options) for kind, options in KINDS.items() for size in SIZES_KB]
    reno = {"transport": "mptcp", "congestionControl": "new-reno"}
    return swept + [case("reno", size, reno) for size in LINUX_MBPS]


def lines(runs: pd.DataFrame) -> list[Line]:
    def goodput(kind: str, size: int) -> pd.Series:
        return per_run(runs, f"{kind}-{size}", "goodput_mbps")

    def worst(kind: str, sizes: tuple[int, ...], over: str | None = None) -> pd.Series:
        """The smallest over the sizes, per run."""
        columns = [goodput(kind, s) / (goodput(over, s) if over else 1.0) for s in sizes]
        return pd.concat(columns, axis=1).min(axis=1)

    large = tuple(size for size in SIZES_KB if size >= LARGE_KB)
    found = [
        at_least("M1 and M2 over TCP on WiFi, worst size", worst("mechanisms", SIZES_KB, "tcp"), 0.97),
        at_least(f"M1 and M2, worst from {LARGE_KB} kB on", worst("mechanisms", large), 8.7, "Mb/s"),
    ]
    for size, linux in LINUX_MBPS.items():
        for kind, name in (("plain", "LIA"), ("reno", "Reno")):
            ratio = goodput(kind, size) / goodput("tcp", size)
            line = at_most(f"without, {name}, {size} kB, over TCP on WiFi", ratio, 0.97)
            found.append(Line(line.name, line.values, f"Linux {linux / 7.7:.2f}", high=line.high))
    return found


def draw(runs: pd.DataFrame, lines: list[Line]) -> Figure:
    colours = style.palette()
    looks = {
        "mechanisms": ("MPTCP with M1 and M2", "blue", "o-"),
        "plain": ("MPTCP without", "vermillion", "s-"),
        "tcp": ("TCP over WiFi", "black", "--"),
    }
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(7.5, 4.4)
        axes = figure.subplots()
        for kind, (name, colour, mark) in looks.items():
            means = [per_run(runs, f"{kind}-{size}", "goodput_mbps").mean() for size in SIZES_KB]
            axes.plot(SIZES_KB, means, mark, color=colours[colour], label=name, markersize=4.5)
        reno = [per_run(runs, f"reno-{size}", "goodput_mbps").mean() for size in LINUX_MBPS]
        axes.plot(list(LINUX_MBPS), reno, "^", color=colours["orange"], label="MPTCP without, Reno")
        axes.plot(
            list(LINUX_MBPS), list(LINUX_MBPS.values()), "kx", label="Linux without, Reno", markersize=7
        )
        axes.set_xscale("log")
        ticks = (50, 100, 200, 500, 1000, 2000)
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.minorticks_off()
        axes.set_ylim(0.0, 10.5)
        axes.set_xlabel("Send and receive buffer (kB)")
        axes.set_ylabel("Goodput (Mb/s)")
        axes.legend(loc="lower right", ncol=2)
        figure.suptitle("A download over WiFi (8 Mb/s, 20 ms) and 3G (2 Mb/s, 150 ms, 2 s of queue)")
        figure.tight_layout()
    return figure
