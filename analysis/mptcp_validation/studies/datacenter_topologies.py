# SPDX-License-Identifier: GPL-2.0-only
"""FatTree, BCube and VL2 under three kinds of traffic: where MPTCP gains, and where a single path is better.

FatTree has 128 hosts, BCube 125 with three interfaces, VL2 80. TP1 is a random permutation, TP2
twelve flows of each host (in BCube to its neighbours), TP3 a flow of 30 % of the hosts. MPTCP has 8
subflows from ports that lead by distinct paths, in BCube one for each interface. Mb/s per sending
host, in full packets, seconds 1 to 3. What is compared is the order of the published figures; these
are shown beside ours. TP2 in the FatTree, 1536 connections of 8 subflows, is left out. The FatTree's
runs of TP1 are those of `datacenter`. A seed takes twelve minutes of two processors.
"""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mptcp_analysis import style

from ..study import Case, Line, Publication, greater, interval_of, per_run, stated

SOURCE = "Wischik et al., NSDI 2011, section 4; VL2: Raiciu et al., SIGCOMM 2011, section 4"
PUBLICATION = Publication(
    "Wischik et al., NSDI 2011; VL2: Raiciu et al., SIGCOMM 2011", "section 4 of either, TP1 to TP3",
    "FatTree of 128 hosts, BCube of 125, VL2 of 80; 100 Mb/s, queues of 100 packets",
)  # fmt: skip
SEEDS = 3  # each takes twelve minutes of two processors
QUICK = {"k": "4", "interfaces": "2", "windowStart": "0.5s", "duration": "1s"}
TOPOLOGIES = {
    "FatTree": {"k": "8"},
    "BCube": {"topology": "bcube", "k": "5", "interfaces": "3"},
    "VL2": {"topology": "vl2", "k": "4"},
}
LEGEND = "TP1: permutation, TP2: twelve flows to neighbours, TP3: sparse"
TRAFFIC = {"TP2": "neighbours", "TP3": "sparse"}
# Mb/s per host: TCP on a single path, MPTCP. Nothing of this form is published for VL2.
PUBLISHED = {
    ("FatTree", "TP1"): (51.0, 95.0),
    ("FatTree", "TP3"): (60.0, 99.0),
    ("BCube", "TP1"): (64.5, 86.5),
    ("BCube", "TP2"): (297.0, 272.0),
    ("BCube", "TP3"): (78.0, 135.0),
}
COMPARED = [*PUBLISHED, ("VL2", "TP1")]


def cases() -> list[Case]:
    return [
        Case(_name(*which, transport), "datacenter", _parameters(*which, transport))
        for which in COMPARED
        for transport in ("tcp", "mptcp")
    ]


def _name(topology: str, traffic: str, transport: str) -> str:
    return f"{topology} {traffic} {transport}"


def _parameters(topology: str, traffic: str, transport: str) -> dict[str, str]:
    found = {"transport": transport, **TOPOLOGIES[topology]}
    if traffic != "TP1":
        found["traffic"] = TRAFFIC[traffic]
    if transport == "mptcp":
        found["subflows"] = "3" if topology == "BCube" else "8"
    if traffic == "TP2":
        found["buffer"] = "1MB"  # twelve flows share the links of a host, and so the memory
    return found


def _rates(runs: pd.DataFrame, which: tuple[str, str]) -> tuple[pd.Series, pd.Series]:
    """TCP and MPTCP."""
    tcp, mptcp = (per_run(runs, _name(*which, one), "sender_mbps") for one in ("tcp", "mptcp"))
    return tcp, mptcp


def lines(runs: pd.DataFrame) -> list[Line]:
    found = []
    for which in COMPARED:
        tcp, mptcp = _rates(runs, which)
        name = " ".join(which)
        published = PUBLISHED.get(which)
        if published and published[0] > published[1]:
            found.append(greater(f"{name}: TCP less MPTCP", tcp, mptcp, "Mb/s"))
        else:
            found.append(greater(f"{name}: MPTCP less TCP", mptcp, tcp, "Mb/s"))
        for label, rate, index in (("TCP", tcp, 0), ("MPTCP", mptcp, 1)):
            found.append(stated(f"{name}: {label}", rate, f"{published[index]:g}" if published else "", "Mb/s"))
    return found


def draw(runs: pd.DataFrame, lines: list[Line]) -> Figure:
    """A panel for each topology: ours beside what is published."""
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(9.0, 4.2)
        widths = [sum(which[0] == topology for which in COMPARED) for topology in TOPOLOGIES]
        panels = figure.subplots(1, len(TOPOLOGIES), width_ratios=widths)
        for axes, topology in zip(panels, TOPOLOGIES):
            _draw_topology(axes, runs, topology)
        panels[0].set_ylabel("Goodput per sending host (Mb/s)")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="upper center", ncol=4, bbox_to_anchor=(0.5, 0.94))
        seeds = runs["run"].nunique()
        figure.suptitle("Three data centres, links of 100 Mb/s", y=0.985)
        certainty = "1 run of each, so there are no intervals" if seeds == 1 else f"{seeds} runs of each, with 95 % intervals"
        note = f"{certainty}; counted in full packets. {LEGEND}"
        figure.text(0.5, 0.012, note, ha="center", fontsize=7.5, color="#555555")
        figure.subplots_adjust(left=0.075, right=0.985, top=0.81, bottom=0.14, wspace=0.22)
    return figure


def _draw_topology(axes: Axes, runs: pd.DataFrame, topology: str) -> None:
    colours = style.palette()
    shown = [which for which in COMPARED if which[0] == topology]
    at = np.arange(len(shown))
    for index, (label, colour) in enumerate((("TCP", "vermillion"), ("MPTCP", "blue"))):
        found = [interval_of(_rates(runs, which)[index]) for which in shown]
        place = at + (index - 0.5) * 0.4
        axes.bar(
            place, [one.mean for one in found], 0.36, yerr=[one.bar for one in found],
            color=colours[colour], label=label, capsize=3 if runs["run"].nunique() > 1 else 0, hatch="//" if index == 0 else "",
            edgecolor="white",
        )  # fmt: skip
        published = [(x, PUBLISHED[which][index]) for x, which in zip(place, shown) if which in PUBLISHED]
        if published:
            axes.plot(
                *zip(*published), "^o"[index], color="black", markerfacecolor="white",
                label=f"{label}, published", linestyle="none",
            )  # fmt: skip
    axes.set_xticks(at, [which[1] for which in shown])
    axes.set_title(topology, fontsize=9.5)
    axes.set_ylim(bottom=0.0)
