# SPDX-License-Identifier: GPL-2.0-only
"""Four links in a row and three flows over two neighbours each: how far is capacity pooled?

The paper's figures are fixed points of fluid models with equal round-trip times. To come near a fluid,
each flow is four connections and each link has twice the capacity; figures are scaled back. Losses are
random (RED); propagation is 100 ms.

COUPLED is compared over drop-tail queues of one bandwidth-delay product, as in the triangle and for the same
reason; what it gets with random losses is shown. There each loss takes half of what a flow has on both routes
from one of them, which on the smallest link is all, and it grows back slowly.
"""

from __future__ import annotations

import pandas as pd

from .. import networks
from ..study import Case, Line, Publication, stated, within

SOURCE = "Wischik et al., NSDI 2011, section 2.2: links of 5, 12, 10 and 3 Mb/s"
PUBLICATION = Publication(
    "Wischik et al., NSDI 2011", "section 2.2",
    "four links of 5, 12, 10 and 3 Mb/s, three flows over two neighbours each, 100 ms",
)  # fmt: skip
SEEDS = 5
TIME = {"duration": "90s", "warmUp": "30s"}
TAIL_TIME = {"duration": "150s", "warmUp": "30s"}
TAIL = "coupled, drop-tail"
USERS = 4
SCALE = 2
PUBLISHED = {"ewtcp": (11, 11, 8), "lia": (10.6, 10.6, 8.7), "coupled": (10, 10, 10)}


def cases() -> list[Case]:
    capacities = {"A": 5, "B": 12, "C": 10, "D": 3}
    rates = {name: SCALE * networks.mbps(capacity) for name, capacity in capacities.items()}
    links = {name: networks.red_link(rate, depth=2) for name, rate in rates.items()}
    tail = {name: networks.tail_link(rate, 0.1) for name, rate in rates.items()}
    flows = {
        str(number): networks.flow([[first], [second]], "100ms", users=USERS)
        for number, (first, second) in enumerate(("AB", "BC", "CD"), start=1)
    }
    random = [
        networks.case(control, links, flows, {**TIME, "congestionControl": control})
        for control in PUBLISHED
    ]
    return [*random, networks.case(TAIL, tail, flows, {**TAIL_TIME, "congestionControl": "coupled"})]


def lines(runs: pd.DataFrame) -> list[Line]:
    found = []
    for control, rates in PUBLISHED.items():
        compared = TAIL if control == "coupled" else control
        for number, published in enumerate(rates, start=1):
            name = f"{compared.replace(control, control.upper())}, flow {number}"
            found.append(within(name, _mbps(runs, compared, number), published, unit="Mb/s"))
    for number, published in enumerate(PUBLISHED["coupled"], start=1):
        name = f"COUPLED, random loss, flow {number}"
        found.append(stated(name, _mbps(runs, "coupled", number), f"{published}", "Mb/s"))
    return found


def _mbps(runs: pd.DataFrame, case: str, flow: int) -> pd.Series:
    packets = networks.throughput(runs, case, str(flow))
    return USERS / SCALE * packets * networks.PACKET_BITS / 1e6
