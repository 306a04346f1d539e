# SPDX-License-Identifier: GPL-2.0-only
"""FatTree of 16 hosts: what each subflow adds, in minutes where `datacenter` takes hours.

The study `datacenter` in a FatTree of k = 4, with more seeds: with 16 hosts chance makes more of a
difference, and between two pods there are but four paths, so that further subflows share them. The
publications have no figures for this size.
"""

from __future__ import annotations

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from mptcp_analysis import style

from ..study import Case, Line, greater, per_run, stated
from . import datacenter

SOURCE = "Raiciu et al., SIGCOMM 2011, section 4, at a smaller size"
SEEDS = 5
SUBFLOWS = datacenter.SUBFLOWS
PATHS = 4  # between two pods
LONG = datacenter.LONG

measure = datacenter.measure


def cases() -> list[Case]:
    found = [_case("mptcp long", "mptcp", subflows="8", **LONG)]
    found += [_case("tcp", "tcp"), _case("tcp x 8", "tcp", flowsPerPair="8")]
    found += [_case(f"mptcp {count}", "mptcp", subflows=str(count)) for count in SUBFLOWS]
    found.append(_case("random ports", "mptcp", subflows="4", pathChoice="random"))
    return found


def _case(name: str, transport: str, **parameters: str) -> Case:
    return Case(name, "datacenter", {"transport": transport, "k": "4", **parameters})


def lines(runs: pd.DataFrame) -> list[Line]:
    def optimal(case: str) -> pd.Series:
        return per_run(runs, case, "percent_of_optimal")

    def lowest(case: str) -> pd.Series:
        return per_run(runs, case, "worst_flow_percent")

    found = [stated("TCP, ECMP", optimal("tcp"), "", "%")]
    found += [
        greater(f"what subflow {count} adds", optimal(f"mptcp {count}"), optimal(f"mptcp {count - 1}"), "%")
        for count in SUBFLOWS[1:PATHS]
    ]
    found += [
        stated("what subflows 5 to 8 add", optimal("mptcp 8") - optimal(f"mptcp {PATHS}"), "", "%"),
        greater("8 subflows less TCP", optimal("mptcp 8"), optimal("tcp"), "%"),
        stated("8 subflows, seconds 1 to 3", optimal("mptcp 8"), "", "%"),
        stated("8 TCP flows per pair, seconds 1 to 3", optimal("tcp x 8"), "", "%"),
        greater("distinct paths less random ones, 4 subflows", optimal("mptcp 4"), optimal("random ports"), "%"),
        stated("8 subflows, steady", optimal("mptcp long"), "", "%"),
        stated("8 subflows, steady, lowest flow", lowest("mptcp long"), "", "%"),
        stated("TCP, lowest flow", lowest("tcp"), "", "%"),
    ]
    return found


def draw(runs: pd.DataFrame, lines: list[Line]) -> Figure:
    """Percent of the optimum over subflows; right: flows by rank."""
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(9.0, 4.4)
        left, right = figure.subplots(1, 2)
        datacenter.draw_subflows(left, runs, is_published=False)
        datacenter.draw_ranks(right, runs)
        datacenter.finish(figure, runs, "FatTree of 16 hosts, random permutation, 100 Mb/s")
    return figure
