# SPDX-License-Identifier: GPL-2.0-only
"""Three links in a triangle; each flow may go over one link or over the two others: who wastes capacity on the detour?

The paper's figures are fixed points of fluid models: every packet is dropped with the same probability, and
both routes have the same round-trip time. EWTCP and LIA are held against them with random losses (RED). To
come near a fluid each flow is four connections and each link has twice the capacity (figures are scaled
back); the detour's propagation is 60 ms shorter, about what waits in the queue of its second link, so that
both round-trip times are the same.

COUPLED's fixed point, nothing on the detour, is one that a window which moves in steps stays away from: from
one packet it grows e-fold in as many round trips as all windows have packets, and the first loss comes only
when it has become a good part of them. So with random losses its figure is shown and not compared. It is
compared over drop-tail queues of one bandwidth-delay product with single flows, where an overflow hits all
that use the link. What the other two get there is shown and not compared: an overflow costs each route
over the link a loss, however little it sends, so that the detour holds less than in the fluid.
"""

from __future__ import annotations

import pandas as pd

from .. import networks
from ..study import Case, Line, Publication, stated, within

SOURCE = "Wischik et al., NSDI 2011, section 2.2: three links of 12 Mb/s"
PUBLICATION = Publication(
    "Wischik et al., NSDI 2011", "section 2.2",
    "three links of 12 Mb/s, each flow over one or the two others",
)  # fmt: skip
SEEDS = 5
PUBLISHED = {"ewtcp": 8.5, "lia": 9.0, "coupled": 12.0}
LINK_MBPS = 12
USERS = 4
SCALE = 2
RED_TIME = {"duration": "90s", "warmUp": "30s"}
TAIL_TIME = {"duration": "200s", "warmUp": "50s"}


def flows(round_trips: list[str], users: int) -> dict[str, networks.Flow]:
    routes = {"1": ["A", "BC"], "2": ["B", "CA"], "3": ["C", "AB"]}
    return {name: networks.flow(pair, round_trips, users=users) for name, pair in routes.items()}


def cases() -> list[Case]:
    capacity = networks.mbps(LINK_MBPS)
    red = {name: networks.red_link(SCALE * capacity, depth=2) for name in "ABC"}
    tail = {name: networks.tail_link(capacity, 0.1) for name in "ABC"}
    random = [
        networks.case(
            f"{control}-red",
            red,
            flows(["100ms", "40ms"], USERS),
            {**RED_TIME, "congestionControl": control},
        )
        for control in PUBLISHED
    ]
    overflows = [
        networks.case(
            f"{control}-tail",
            tail,
            flows(["100ms", "100ms"], 1),
            {**TAIL_TIME, "congestionControl": control},
        )
        for control in PUBLISHED
    ]
    return [*random, *overflows]


def each_flow(runs: pd.DataFrame, case: str, connections: float) -> pd.Series:
    """Mean of the three flows, which are alike, in Mb/s of a link of 12."""
    rates = [networks.throughput(runs, case, flow) for flow in "123"]
    return sum(rates) / 3 * connections * networks.PACKET_BITS / 1e6


def lines(runs: pd.DataFrame) -> list[Line]:
    red = {control: each_flow(runs, f"{control}-red", USERS / SCALE) for control in PUBLISHED}
    tail = {control: each_flow(runs, f"{control}-tail", 1) for control in PUBLISHED}
    return [
        within("EWTCP, random loss", red["ewtcp"], PUBLISHED["ewtcp"], unit="Mb/s"),
        within("LIA, random loss", red["lia"], PUBLISHED["lia"], unit="Mb/s"),
        within("COUPLED, drop-tail", tail["coupled"], PUBLISHED["coupled"], unit="Mb/s"),
        stated("COUPLED, random loss", red["coupled"], "12", "Mb/s"),
        stated("EWTCP, drop-tail", tail["ewtcp"], "8.5", "Mb/s"),
        stated("LIA, drop-tail", tail["lia"], "9", "Mb/s"),
    ]
