# SPDX-License-Identifier: GPL-2.0-only
"""A data centre: who got how much, and how busy the links were."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import style
from ..store import Run

HEADLINE: tuple[str, ...] = ("percent_of_optimal", "worst_flow_percent", "jain_index", "sender_mbps")
TRANSPORTS = {"mptcp": ("MPTCP", "blue", "-"), "tcp": ("TCP", "vermillion", (0, (4, 1.6)))}
TIERS = {"host": "links of hosts", "aggregation": "aggregation links", "core": "core links"}
TITLE = "A data centre: goodput of each flow, and load of each link"


def prepare(run: Run) -> pd.DataFrame:
    """
    What the figure draws: panel, transport, rank, value.

    Panel `flows`: percent of the optimum of each long flow, the fastest first; one panel for each tier
    of links that there is: percent of each direction in use, the busiest first.
    """
    parts = []
    for transport, folder in _folders(run):
        flows = pd.read_csv(folder / "flows.csv")
        flows = flows.rename(columns={"percent_of_optimal": "value"})
        parts.append(flows[["rank", "value"]].assign(panel="flows", transport=transport))
        links = pd.read_csv(folder / "links.csv")
        for tier in [tier for tier in TIERS if (links["tier"] == tier).any()]:
            used = links.loc[links["tier"] == tier, "used_percent"].sort_values(ascending=False)
            ranked = pd.DataFrame({"rank": range(1, len(used) + 1), "value": used.to_numpy()})
            parts.append(ranked.assign(panel=tier, transport=transport))
    return pd.concat(parts, ignore_index=True)[["panel", "transport", "rank", "value"]]


def _folders(run: Run) -> list[tuple[str, Path]]:
    """A folder for each transport, or the one of a program that was started by itself."""
    found = [(name, run.folder / name) for name in TRANSPORTS if (run.folder / name / "flows.csv").exists()]
    return found or [(run.parameters["transport"], run.folder)]


def caption(run: Run) -> str:
    """What was run, and how it is shown."""
    p = run.parameters
    what = f"{p['topology']}, k = {p['k']}, {p['traffic']}, links of {p['rate']}, queues of {p['queue']} packets"
    who = f"{p['subflows']} subflows, {p['congestionControl']}; TCP {p['tcpCongestionControl']}"
    seed = f"seed {run.manifest.get('seed', '?')}, run number {run.manifest.get('run', '?')}"
    window = f"one run, seconds {p['windowStart'][:-1]} to {p['duration'][:-1]}"
    return f"{what}\n{who}; {seed}; {window}"


def draw(table: pd.DataFrame, caption: str) -> Figure:
    """Reads no files and computes nothing but positions."""
    tiers = [tier for tier in TIERS if (table["panel"] == tier).any()]
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(8.0, 6.4)
        grid = figure.add_gridspec(2, len(tiers), height_ratios=[1.5, 1.0], hspace=0.42, wspace=0.16)
        top = figure.add_subplot(grid[0, :])
        _draw_ranks(top, table[table["panel"] == "flows"])
        top.set_ylabel("Percent of the optimum")
        top.set_xlabel("Rank of the flow, the fastest first")
        top.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncol=2)
        for column, tier in enumerate(tiers):
            axes = figure.add_subplot(grid[1, column])
            _draw_ranks(axes, table[table["panel"] == tier])
            axes.set_title(TIERS[tier].capitalize(), fontsize=9.0)
            axes.set_xlabel("Rank of the link, the busiest first" if len(tiers) == 1 else "Rank of the link")
            if column == 0:
                axes.set_ylabel("In use (percent)")
            else:
                axes.tick_params(labelleft=False)
        figure.suptitle(TITLE, y=0.98)
        figure.text(0.5, 0.012, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
        figure.subplots_adjust(left=0.09, right=0.975, top=0.89, bottom=0.14)
    return figure


def _draw_ranks(axes: Axes, table: pd.DataFrame) -> None:
    for transport in table["transport"].unique():
        label, colour, dashes = TRANSPORTS[transport]
        values = table[table["transport"] == transport]
        axes.step(
            values["rank"], values["value"], where="mid",
            color=style.palette()[colour], label=label, linestyle=dashes,
        )  # fmt: skip
    # In a short run a flow may get more than its share: what waited behind a hole is delivered at once.
    axes.set_ylim(0.0, max(105.0, 1.05 * float(table["value"].max())))
    axes.set_xlim(left=0.5)
