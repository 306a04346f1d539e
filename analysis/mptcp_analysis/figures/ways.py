# SPDX-License-Identifier: GPL-2.0-only
"""Two ISPs: which way packets take in each direction and what is lost. For the multihomed scenarios."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from .. import style
from ..store import Run

OPENERS = {"a": "A opens", "b-to-a1": "B opens to a1", "b-to-a2": "B opens to a2"}
WAYS = ("by ISP 1", "by ISP 2")
LOSSES = {
    "dropped by ISP 1": "ISP 1 dropped",
    "dropped by ISP 2": "ISP 2 dropped",
    "without a route": "no route for",
    "dropped by the firewall": "firewall dropped",
}
LETTERS_PER_INCH = 18.0  # of the note below the figure
NOTE_LINE_INCHES = 0.14
LETTER_INCHES = 0.056  # of a remark behind a bar
AXES_INCHES = 3.2
LOSS_COLUMNS = {"without a route": "unroutable_packets", "dropped by the firewall": "firewalled_packets"}


def prepare(run: Run, group: Callable[[pd.Series], str]) -> pd.DataFrame:
    """
    What the figure draws: protocol, opener, connected, group, direction, fate, value, unit.

    Direction is `from A` or `to A`. What goes by an ISP is a rate and leaves out what its ingress
    filter dropped; what was dropped, or had no route, is a count of packets over the whole run.
    """
    rows = []
    seconds = _seconds(run)
    for _, one in run.summary.iterrows():
        name = {key: one[key] for key in ("protocol", "opener", "connected")}
        found = [
            ("from A", fate, one[column], "packets") for fate, column in LOSS_COLUMNS.items() if column in one
        ]
        for isp in (1, 2):
            dropped = one[f"filtered_by_isp{isp}_packets"]
            passed = one[f"sent_by_isp{isp}_packets"] - dropped
            arrived = one[f"arrived_by_isp{isp}_packets"]
            found += [
                ("from A", f"by ISP {isp}", passed / seconds, "packets/s"),
                ("from A", f"dropped by ISP {isp}", dropped, "packets"),
                ("to A", f"by ISP {isp}", arrived / seconds, "packets/s"),
            ]
        for direction, fate, value, unit in found:
            what = {"direction": direction, "fate": fate, "value": value, "unit": unit}
            rows.append({**name, "group": group(one), **what})
    return pd.DataFrame(rows)


def _seconds(run: Run) -> float:
    """The duration of each run, from a parameter like `10s` or `+1e+10ns`."""
    units = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0}
    text = run.parameters["duration"]
    unit = text.lstrip("+-0123456789.e") or "s"
    return float(text[: len(text) - len(unit)] or 0) * units[unit] if text.endswith(unit) else float(text)


def caption(run: Run) -> str:
    """What was run, and how to read it: two lines below the figure."""
    wanted = ("rateMbps", "delay", "duration")
    words = [f"{name} {run.parameters[name]}" for name in wanted if name in run.parameters]
    seed = f"seed {run.manifest.get('seed', '?')}, run number {run.manifest.get('run', '?')}"
    return (
        f"{', '.join(words)}, {seed}; one run per bar pair, both ends send all the time\n"
        "upper bar of a pair: what A sends and gets past its ISP; lower, paler bar: what comes to A; in words: packets lost "
        "in the whole run. A prefers ISP 1."
    )


def draw(table: pd.DataFrame, caption: str, title: str) -> Figure:
    """Reads no files and computes nothing but positions."""
    groups = list(table["group"].unique())
    protocols = [name for name in ("tcp", "mptcp") if (table["protocol"] == name).any()]
    openers = [name for name in OPENERS if (table["opener"] == name).any()]
    rows = len(groups) * (len(openers) + 1)
    width = 1.9 + 3.6 * len(protocols)
    note = [
        line
        for part in caption.splitlines()
        for line in textwrap.wrap(part, int(LETTERS_PER_INCH * (width - 0.2)))
    ]
    below = 0.57 + NOTE_LINE_INCHES * len(note)
    heading = textwrap.fill(title, int(10 * width))
    above = 0.85 + 0.2 * heading.count("\n")
    height = 0.2 + above + below + 0.27 * rows
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(width, height)
        all_axes = figure.subplots(1, len(protocols), sharey=True, sharex=True, squeeze=False)[0]
        for axes, protocol in zip(all_axes, protocols):
            _draw_protocol(axes, table[table["protocol"] == protocol], groups, openers)
            axes.set_title({"tcp": "TCP", "mptcp": "MPTCP"}[protocol])
            axes.set_xlabel("Packets per second on the links to the ISPs")
        _name_groups(all_axes[0], groups, openers)
        all_axes[0].set_xlim(0.0, _limit(table))
        figure.suptitle(heading, y=1 - 0.16 / height, va="top")
        figure.legend(handles=_legend(), loc="upper center", bbox_to_anchor=(0.5, 1 - (above - 0.53) / height), ncol=2)
        figure.text(0.5, 0.08 / height, "\n".join(note), ha="center", va="bottom", fontsize=7.5, color="#555555")
        figure.subplots_adjust(
            left=2.25 / figure.get_figwidth(), right=0.98, top=1 - above / height, bottom=below / height, wspace=0.06
        )
    return figure


def _limit(table: pd.DataFrame) -> float:
    """Of the abscissa, so that what is said behind a bar has room before the right edge."""
    needed = 1.0
    for _, one in table.groupby(["protocol", "group", "opener"], sort=False):
        ways = one[one["fate"].isin(WAYS)]
        longest = float(ways.groupby("direction")["value"].sum().max())
        remark = LETTER_INCHES * len(_remark(one)) / AXES_INCHES
        needed = max(needed, 1.02 * longest / max(1.0 - remark, 0.2))
    return needed


def _colour(fate: str) -> str:
    return style.palette()["blue" if fate.endswith("1") else "orange"]


def _legend() -> list[Patch]:
    return [Patch(facecolor=_colour(fate), label=fate) for fate in WAYS]


def _row(index: int, opener: int, openers: int) -> float:
    return index * (openers + 1) + opener


def _draw_protocol(
    axes: Axes, table: pd.DataFrame, groups: list[str], openers: list[str]
) -> None:
    for index, group in enumerate(groups):
        for number, opener in enumerate(openers):
            one = table[(table["group"] == group) & (table["opener"] == opener)]
            if one.empty:
                continue
            y = _row(index, number, len(openers))
            length = 0.0
            for direction, offset, alpha in (("from A", -0.2, 1.0), ("to A", 0.2, 0.45)):
                length = max(length, _draw_bar(axes, one[one["direction"] == direction], y + offset, alpha))
            axes.annotate(
                _remark(one), (length, y), xytext=(4, 0), textcoords="offset points", va="center",
                fontsize=7.5, color=style.palette()["vermillion"],
            )
    axes.grid(axis="y", visible=False)


def _remark(one: pd.DataFrame) -> str:
    """What was lost, and whether that was all there was."""
    words = [] if one["connected"].iloc[0] else ["no connection"]
    for fate, verb in LOSSES.items():
        packets = int(one.loc[one["fate"] == fate, "value"].sum())
        words += [f"{verb} {packets}"] if packets else []
    return "; ".join(words)


def _draw_bar(axes: Axes, parts: pd.DataFrame, y: float, alpha: float) -> float:
    left = 0.0
    for fate in WAYS:
        value = float(parts.loc[parts["fate"] == fate, "value"].sum())
        axes.barh(y, value, 0.36, left, color=_colour(fate), alpha=alpha, linewidth=0.0)
        left += value
    return left


def _name_groups(axes: Axes, groups: list[str], openers: list[str]) -> None:
    ticks = [_row(i, n, len(openers)) for i in range(len(groups)) for n in range(len(openers))]
    axes.set_yticks(ticks, [OPENERS[opener] for _ in groups for opener in openers])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(_row(len(groups) - 1, len(openers), len(openers)) - 0.3, -0.8)
    for index, group in enumerate(groups):
        middle = _row(index, 0, len(openers)) + (len(openers) - 1) / 2
        axes.annotate(
            group, (0, middle), xycoords=("axes fraction", "data"), xytext=(-152, 0),
            textcoords="offset points", va="center", ha="left", fontsize=8.5,
        )
