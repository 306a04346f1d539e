# SPDX-License-Identifier: GPL-2.0-only
"""A site with two ISPs: who brings packets to the exit that fits their source address."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ..store import Run
from . import ways

EXITS = {
    "destination": "routes by\ndestination",
    "source-routing": "routes by\nsource address",
    "virtual-routers": "virtual routers",
    "tunnels": "tunnels to\nthe exits",
    "loose-source-route": "loose source\nroute",
    "stripped-source-route": "loose source route,\nstripped",
}
TITLE = "A host with one router at a site with two ISPs: who connects, and by which exit"

caption = ways.caption


def prepare(run: Run) -> pd.DataFrame:
    return ways.prepare(run, lambda row: EXITS[row["exit"]])


def draw(table: pd.DataFrame, caption: str) -> Figure:
    return ways.draw(table, caption, TITLE)
