# SPDX-License-Identifier: GPL-2.0-only
"""Two subflows coupled by LIA, weighted by EWTCP, or uncoupled, beside one TCP in one bottleneck.

RED, because a drop-tail queue with flows of equal delay often hits the same one again. The tolerance
is that of docs/validation.md, "LIA does no harm", which says why the mean is above 1. EWTCP shows that an
increase of 1/n^2 per round trip is the one that makes n subflows as strong as one TCP: the window goes with
the square root of the increase, so the 1/n^(1/2) in the text of NSDI 2011, taken for the increase, would make
two as strong as 1.7.
"""

from __future__ import annotations

import pandas as pd

from ..study import Case, Line, Publication, per_run, within

SOURCE = "RFC 6356 section 1, goal 2, and the aim of EWTCP: as one TCP; uncoupled: one TCP per subflow"
PUBLICATION = Publication(
    "RFC 6356", "section 1, goal 2",
    "two subflows and one TCP in a bottleneck of 10 Mb/s, 40 ms, RED",
)  # fmt: skip
SEEDS = 20
QUICK_SEEDS = 8  # single runs of LIA go from 0.8 to 1.5, and are short
COMMON = {"duration": "60s", "warmUp": "10s", "queue": "red"}


def cases() -> list[Case]:
    controls = ("lia", "ewtcp", "new-reno")
    return [Case(c, "shared-bottleneck", {**COMMON, "congestionControl": c}) for c in controls]


def lines(runs: pd.DataFrame) -> list[Line]:
    def ratio(case: str) -> pd.Series:
        return per_run(runs, case, "mptcp_to_tcp_ratio")

    return [
        within("LIA over TCP", ratio("lia"), 1, 0.2),
        within("EWTCP over TCP", ratio("ewtcp"), 1, 0.2),
        within("uncoupled NewReno over TCP", ratio("new-reno"), 2, 0.2),
    ]
