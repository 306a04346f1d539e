# SPDX-License-Identifier: GPL-2.0-only
"""Four links in a row and three flows over two neighbours each: how far is capacity pooled?

The paper's figures are fixed points of fluid models with equal round-trip times. To come near a fluid,
each flow is four connections and each link has twice the capacity; figures are scaled back. Losses are
random (RED); propagation is 100 ms.
"""

from __future__ import annotations

import pandas as pd

from .. import networks
from ..study import Case, Line, within

SOURCE = "Wischik et al., NSDI 2011, section 2.2: links of 5, 12, 10 and 3 Mb/s"
SEEDS = 5
TIME = {"duration": "90s", "warmUp": "30s"}
USERS = 4
SCALE = 2
PUBLISHED = {"ewtcp": (11, 11, 8), "lia": (10.6, 10.6, 8.7), "coupled": (10, 10, 10)}


def cases() -> list[Case]:
    capacities = {"A": 5, "B": 12, "C": 10, "D": 3}
    links = {
        name: networks.red_link(SCALE * networks.mbps(capacity), depth=2)
        for name, capacity in capacities.items()
    }
    flows = {
        str(number): networks.flow([[first], [second]], "100ms", users=USERS)
        for number, (first, second) in enumerate(("AB", "BC", "CD"), start=1)
    }
    return [
        networks.case(control, links, flows, {**TIME, "congestionControl": control})
        for control in PUBLISHED
    ]


def lines(runs: pd.DataFrame) -> list[Line]:
    scale = USERS / SCALE
    return [
        within(
            f"{control.upper()}, flow {number}",
            scale * networks.throughput(runs, control, str(number)) * networks.PACKET_BITS / 1e6,
            published,
            unit="Mb/s",
        )
        for control, rates in PUBLISHED.items()
        for number, published in enumerate(rates, start=1)
    ]
