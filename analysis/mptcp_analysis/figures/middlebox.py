# SPDX-License-Identifier: GPL-2.0-only
"""Boxes by their places: what became of a transfer, and how fast it was against plain TCP."""

from __future__ import annotations

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from .. import store, style
from ..store import Run

# In words, with a colour of the palette each, from best to worst.
OUTCOMES = {
    "two-paths": ("works over two paths", "sky"),
    "one-path": ("MPTCP over one path", "blue"),
    "moved": ("subflow given up, data moved", "green"),
    "tcp": ("falls back to TCP", "yellow"),
    "fails-as-tcp": ("fails, as plain TCP does", "purple"),
    "damaged": ("arrives damaged", "orange"),
    "fails": ("fails where TCP does not", "vermillion"),
    "hangs": ("hangs", "black"),
}
PLACES = ("first", "second", "both")
DIRECTIONS = ("up", "down")


def prepare(run: Run) -> pd.DataFrame:
    """Row and column of each cell, its outcome, and its goodput as part of plain TCP's."""
    cells = store.cells(run)
    boxes = list(dict.fromkeys(cells["box"]))
    table = cells[["box", "placement", "direction", "checksum", "outcome", "expected", "as_expected"]].copy()
    table["row"] = cells["box"].map(boxes.index)
    table["column"] = (
        cells["placement"].map(PLACES.index) * 4 + cells["direction"].map(DIRECTIONS.index) * 2 + cells["checksum"]
    )
    table["to_tcp"] = cells["goodput_mbps"] / cells["tcp_goodput_mbps"].where(cells["tcp_goodput_mbps"] > 0)
    return table


def caption(run: Run) -> str:
    """What was run, and what the numbers are."""
    words = [f"{name} {run.parameters[name]}" for name in ("bytes", "rateMbps", "roundTrip") if name in run.parameters]
    method = "number: goodput over that of plain TCP through the same box on one path; frame: not as expected"
    return "\n".join([", ".join(words) + f"; seed {run.manifest.get('seed', '?')}; one run per cell", method])


def _draw_cells(axes: Axes, table: pd.DataFrame) -> None:
    colours = style.palette()
    for cell in table.itertuples():
        name = OUTCOMES[cell.outcome][1]
        axes.add_patch(
            Rectangle((cell.column, cell.row), 1, 1, facecolor=colours[name], edgecolor="white", linewidth=1.0)
        )
        if cell.as_expected == 0:
            axes.add_patch(
                Rectangle(
                    (cell.column + 0.06, cell.row + 0.06), 0.88, 0.88, fill=False, edgecolor="black", linewidth=2.0
                )
            )
        if pd.notna(cell.to_tcp) and cell.outcome not in ("fails", "hangs", "damaged"):
            dark = name in ("blue", "black", "green", "vermillion")
            axes.text(
                cell.column + 0.5,
                cell.row + 0.52,
                f"{cell.to_tcp:.2f}",
                ha="center",
                va="center",
                fontsize=7.0,
                color="white" if dark else "black",
            )


def draw(table: pd.DataFrame, caption: str) -> Figure:
    """Reads no files and computes nothing but positions."""
    boxes = list(dict.fromkeys(table["box"]))
    with matplotlib.rc_context(style.settings()):
        height = 2.6 + 0.235 * len(boxes)
        figure = style.new_figure(8.4, height)
        axes = figure.add_subplot()
        axes.grid(False)
        _draw_cells(axes, table)
        axes.set_xlim(0, 12)
        axes.set_ylim(len(boxes), 0)
        axes.set_yticks([row + 0.5 for row in range(len(boxes))], boxes)
        axes.set_xticks([column + 0.5 for column in range(12)], ["no", "yes"] * 6)
        axes.set_xlabel("DSS checksums")
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        for column in (4, 8):
            axes.axvline(column, color="black", linewidth=1.2)
        for index, place in enumerate(PLACES):
            name = "both paths" if place == "both" else f"{place} path"
            axes.text(4 * index + 2, -1.1, f"box on {name}", ha="center", fontsize=9.0, weight="bold")
            for half, direction in enumerate(("upload", "download")):
                axes.text(4 * index + 1 + 2 * half, -0.3, direction, ha="center", fontsize=8.0)
        present = [outcome for outcome in OUTCOMES if (table["outcome"] == outcome).any()]
        handles = [Patch(color=style.palette()[OUTCOMES[o][1]], label=OUTCOMES[o][0]) for o in present]
        figure.suptitle("What MPTCP makes of a middlebox", y=1 - 0.18 / height)
        bottom = 1.45 / height
        figure.legend(handles=handles, loc="lower center", ncol=4, bbox_to_anchor=(0.5, 0.42 / height))
        figure.text(0.5, 0.08 / height, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
        figure.subplots_adjust(left=0.165, right=0.985, top=1 - 0.95 / height, bottom=bottom)
    return figure
