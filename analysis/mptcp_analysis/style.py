# SPDX-License-Identifier: GPL-2.0-only
"""One place for sizes, fonts, colours and how figures are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure


def settings() -> dict[str, Any]:
    """matplotlib settings of every figure."""
    return {
        "font.family": "DejaVu Sans",
        "font.size": 9.0,
        "axes.titlesize": 11.0,
        "axes.labelsize": 9.0,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#d9d9d9",
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "legend.frameon": False,
        "legend.fontsize": 8.5,
        "lines.linewidth": 1.5,
        "svg.hashsalt": "ns3-mptcp",
        "svg.fonttype": "none",
    }


def palette() -> dict[str, str]:
    """Okabe and Ito's colours, which stay apart under all common forms of colour blindness."""
    return {
        "blue": "#0072B2",
        "orange": "#E69F00",
        "green": "#009E73",
        "vermillion": "#D55E00",
        "sky": "#56B4E9",
        "purple": "#CC79A7",
        "yellow": "#F0E442",
        "black": "#000000",
    }


def path_colour(path: str, index: int = 0) -> str:
    """A path has the same colour in every figure; unknown ones take the next in a fixed order."""
    colours = palette()
    fixed = {"WiFi": "blue", "3G": "orange", "LTE": "green", "Ethernet": "purple"}
    order = ["blue", "orange", "green", "purple", "vermillion", "sky"]
    return colours[fixed.get(path, order[index % len(order)])]


def new_figure(width_in: float, height_in: float) -> Figure:
    """A figure that no window system knows of."""
    return Figure(figsize=(width_in, height_in))


def save(figure: Figure, stem: Path) -> list[Path]:
    """Writes PNG and SVG; the same figure gives the same bytes."""
    # with_suffix would take away what follows a dot in the name.
    png, svg = stem.with_name(f"{stem.name}.png"), stem.with_name(f"{stem.name}.svg")
    with matplotlib.rc_context(settings()):
        figure.savefig(png, dpi=150, metadata={"Software": None})
        figure.savefig(svg, metadata={"Date": None, "Creator": None})
    return [png, svg]
