# SPDX-License-Identifier: GPL-2.0-only
"""FatTree of 128 hosts, each sending to another: what TCP with ECMP uses of it, and what MPTCP does.

100 Mb/s, queues of 100 packets, paths by the hash of the five-tuple. The subflows of a connection
come from ports whose hashes lead by distinct paths; for comparison eight also come from any free
ports, and then see six of 16 paths. What the publications' simulator htsim did is not certain: of
two programs for MPTCP in FatTrees that are public, one looks for a path that the connection does
not have yet, the other does not.

Throughput is counted in full packets, as in the publications; seconds 1 to 3, and seconds 10 to 20
for the steady state. The publications leave open round-trip times and timeouts: links have 10 us
here, and hosts do as Linux does: timeouts of at least 200 ms, 1 s for a SYN; an acknowledgement of
every second packet, windows that grow with the bytes it acknowledges and halve after a loss (TCP by
`TcpLinuxReno`, LIA by RFC 6356 3). As in the first of those programs, slow start ends at 15 segments
at the latest. In htsim every packet is acknowledged, at no cost: acknowledgements bypass the
network there, while here they take 2 % of what links carry, and wait in queues. Buffers hold 6 MB
for each pair of hosts; opportunistic retransmission (NSDI 2012) is on. What all this costs is asked
by `datacenter-cost`. A seed takes 20 minutes of two processors; with 7 and 8 subflows there are two
more, since what the eighth adds is small beside what chance makes. `datacenter-small` is the same
with 16 hosts.
"""

from __future__ import annotations

from dataclasses import replace

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mptcp_analysis import style

from ..study import Case, Line, Publication, RunResult, at_least, greater, interval_of, per_run, stated

SOURCE = "Raiciu et al., SIGCOMM 2011, section 4; Wischik et al., NSDI 2011, section 4"
PUBLICATION = Publication(
    "Wischik et al., NSDI 2011", "section 4, FatTree, TP1",
    "FatTree, k = 8, 128 hosts, 100 Mb/s, queues of 100 packets, random permutation",
)  # fmt: skip
SEEDS = 3  # each takes 20 minutes of two processors
QUICK_SEEDS = 1
QUICK = {"k": "4", "windowStart": "1s", "duration": "2s"}
SUBFLOWS = (1, 2, 3, 4, 5, 6, 7, 8)
FURTHER_RUNS = {7: 2, 8: 2}  # the eighth adds least
LONG = {"windowStart": "10s", "duration": "20s"}
# Wischik et al., NSDI 2011, section 4, TP1: Mb/s of 100, and so percent.
PUBLISHED_TCP, PUBLISHED_MPTCP = 51.0, 95.0
QUANTITIES = (
    "percent_of_optimal",
    "worst_flow_percent",
    "jain_index",
    "core_links_used_percent",
    "core_links_loss_percent",
)


def cases() -> list[Case]:
    # The longest first, so that no processor waits for it at the end.
    found = [_case("mptcp long", "mptcp", subflows="8", **LONG)]
    found += [_case("tcp", "tcp"), _case("tcp x 8", "tcp", flowsPerPair="8")]
    found += [
        replace(_case(_mptcp(count), "mptcp", subflows=str(count)), further_runs=FURTHER_RUNS.get(count, 0))
        for count in SUBFLOWS
    ]
    found.append(_case("random ports", "mptcp", subflows="8", pathChoice="random"))
    return found


def _mptcp(subflows: int) -> str:
    return f"mptcp {subflows}"


def _case(name: str, transport: str, **parameters: str) -> Case:
    return Case(name, "datacenter", {"transport": transport, "k": "8", **parameters})


def measure(result: RunResult) -> dict[str, float]:
    """Figures of the summary, and every flow's share by its rank."""
    summary = result.summary()
    flows = pd.read_csv(result.folder / "flows.csv")
    found = {name: summary[name] for name in QUANTITIES}
    ranked = flows.sort_values("rank")["percent_of_optimal"]
    found.update({f"rank_{rank}": float(share) for rank, share in enumerate(ranked, 1)})
    return found


def lines(runs: pd.DataFrame) -> list[Line]:
    def optimal(case: str) -> pd.Series:
        return per_run(runs, case, "percent_of_optimal")

    tcp = Line("TCP, ECMP", optimal("tcp"), f"{PUBLISHED_TCP:g}", 40.0, 56.0, "%")
    found = [tcp]
    found += [
        greater(f"what subflow {count} adds", optimal(_mptcp(count)), optimal(_mptcp(count - 1)), "%")
        for count in SUBFLOWS[1:]
    ]
    worst = per_run(runs, "mptcp long", "worst_flow_percent")
    found += [
        at_least("8 subflows, seconds 1 to 3", optimal("mptcp 8"), 86, "%"),
        stated("8 TCP flows per pair, seconds 1 to 3", optimal("tcp x 8"), "86", "%"),
        stated("8 subflows from random ports, seconds 1 to 3", optimal("random ports"), "", "%"),
        at_least("8 subflows, steady", optimal("mptcp long"), 90, "%"),
        stated("8 subflows, steady, as published", optimal("mptcp long"), f"{PUBLISHED_MPTCP:g}", "%"),
        at_least("8 subflows, steady, lowest flow", worst, 70, "%"),
    ]
    return found


def draw(runs: pd.DataFrame, lines: list[Line]) -> Figure:
    """Left: percent of the optimum over subflows, beside what is published; right: flows by rank."""
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(9.0, 4.4)
        left, right = figure.subplots(1, 2)
        draw_subflows(left, runs)
        draw_ranks(right, runs)
        finish(figure, runs, "FatTree of 128 hosts, random permutation, 100 Mb/s")
    return figure


def finish(figure: Figure, runs: pd.DataFrame, title: str) -> None:
    counts = runs.groupby("case")["run"].nunique()
    fewest, most = int(counts.min()), int(counts.max())
    figure.suptitle(title, y=0.985)
    number = f"{most}" if fewest == most else f"{fewest} to {most}"
    several = f"{number} runs of each; left: mean and 95 % interval, right: mean of each rank"
    note = "1 run of each, so there are no intervals" if most == 1 else several
    figure.text(0.5, 0.012, note, ha="center", fontsize=7.5, color="#555555")
    figure.subplots_adjust(left=0.075, right=0.985, top=0.89, bottom=0.17, wspace=0.2)


def draw_subflows(axes: Axes, runs: pd.DataFrame, is_published: bool = True) -> None:
    colours = style.palette()
    series = [per_run(runs, _mptcp(count), "percent_of_optimal") for count in SUBFLOWS]
    found = [interval_of(values) for values in series]
    axes.errorbar(
        SUBFLOWS, [one.mean for one in found], yerr=[one.bar for one in found],
        color=colours["blue"], marker="o", markersize=5, capsize=3, label="MPTCP, seconds 1 to 3",
    )  # fmt: skip
    steady = interval_of(per_run(runs, "mptcp long", "percent_of_optimal"))
    axes.errorbar(
        [8.15], [steady.mean], yerr=[steady.bar], color=colours["green"], marker="s",
        markersize=5, capsize=3, linestyle="none", label="MPTCP, seconds 10 to 20",
    )  # fmt: skip
    tcp = interval_of(per_run(runs, "tcp", "percent_of_optimal"))
    axes.errorbar(
        [1.15], [tcp.mean], yerr=[tcp.bar], color=colours["vermillion"], marker="^",
        markersize=5, capsize=3, linestyle="none", label="TCP, seconds 1 to 3",
    )  # fmt: skip
    if is_published:
        axes.plot([1], [PUBLISHED_TCP], "^", color="black", fillstyle="none", label="TCP, published")
        axes.plot([8], [PUBLISHED_MPTCP], "o", color="black", fillstyle="none", label="MPTCP, published")
    axes.set_xlabel("Subflows")
    axes.set_ylabel("Goodput (percent of the optimum)")
    axes.set_xlim(0.6, SUBFLOWS[-1] + 0.6)
    axes.set_ylim(0.0, 100.0)
    axes.legend(loc="lower right")


def draw_ranks(axes: Axes, runs: pd.DataFrame) -> None:
    colours = style.palette()
    shown = {
        "mptcp 8": ("MPTCP, 8 subflows", "blue", "-"),
        "mptcp 4": ("MPTCP, 4", "sky", "--"),
        "mptcp 2": ("MPTCP, 2", "green", "-."),
        "tcp": ("TCP", "vermillion", (0, (4, 1.6))),
    }
    for case, (label, colour, dashes) in shown.items():
        rows = runs[runs["case"] == case]
        ranks = [name for name in rows.columns if name.startswith("rank_")]
        mean = rows[ranks].mean().dropna()
        axes.plot(range(1, len(mean) + 1), mean, color=colours[colour], linestyle=dashes, label=label)
    axes.set_xlabel("Rank of the flow, the fastest first")
    axes.set_ylim(0.0, 108.0)
    axes.legend(loc="lower left")
