# SPDX-License-Identifier: GPL-2.0-only
"""Five links in a ring, each flow over two neighbours, one link cut to a tenth: who moves away from it?

Losses are random (RED): where a queue overflows at once for all, single flows of 1000 packets/s need many
minutes to even out, and who was hit last decides what a run shows. Balance is the loss rate of an uncut link
two away over that of the cut one: 1 when congestion is the same everywhere.
"""

from __future__ import annotations

import pandas as pd

from .. import networks
from ..study import Case, Line, Publication, at_least, at_most, greater

SOURCE = "Wischik et al., NSDI 2011, section 3, torus: 1000 packets/s, 100 ms; link C cut to 100"
PUBLICATION = Publication(
    "Wischik et al., NSDI 2011", "section 3, torus",
    "five links of 1000 packets/s, 100 ms, one cut to 100",
)  # fmt: skip
SEEDS = 5
TIME = {"duration": "250s", "warmUp": "50s"}
QUICK = {"duration": "130s"}
FLOWS = ("AB", "BC", "CD", "DE", "EA")


def cases() -> list[Case]:
    links = {name: networks.red_link(100 if name == "C" else 1000) for name in "ABCDE"}
    flows = {name: networks.flow([[name[0]], [name[1]]], "100ms") for name in FLOWS}
    return [
        networks.case(control, links, flows, {**TIME, "congestionControl": control})
        for control in ("ewtcp", "lia", "coupled")
    ]


def lines(runs: pd.DataFrame) -> list[Line]:
    def fairness(case: str) -> pd.Series:
        return networks.jain([networks.throughput(runs, case, flow) for flow in FLOWS])

    def balance(case: str) -> pd.Series:
        return networks.loss(runs, case, "A") / networks.loss(runs, case, "C")

    return [
        at_least("Jain's index, LIA", fairness("lia"), 0.97),
        at_most("Jain's index, EWTCP", fairness("ewtcp"), 0.95),
        greater("loss balance, LIA over EWTCP", balance("lia"), balance("ewtcp")),
        greater("loss balance, COUPLED over LIA", balance("coupled"), balance("lia")),
    ]
