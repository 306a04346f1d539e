# SPDX-License-Identifier: GPL-2.0-only
"""Multipath users with an access point of their own who also use that of single-path users: LIA harms these, OLIA less.

Ten users of each kind; both access points have 1 Mb/s per user and RED as the paper gives it; 80 ms of
propagation. What multipath users take of the second access point brings them nothing that the single-path
users do not lose, so it should be next to nothing.
"""

from __future__ import annotations

import pandas as pd

from .. import networks
from ..study import Case, Line, Publication, at_least, within

SOURCE = "Khalili et al., CoNEXT 2012, scenario C with C1 = C2, N1 = N2: single-path users 0.70 with LIA"
PUBLICATION = Publication(
    "Khalili et al., CoNEXT 2012", "scenario C",
    "10 + 10 users of 1 Mb/s each, 80 ms, RED",
)  # fmt: skip
SEEDS = 8
USERS = 10
FAIR = networks.mbps(1.0)
TIME = {"duration": "150s", "warmUp": "30s"}


def cases() -> list[Case]:
    links = {name: networks.red_link(USERS * FAIR) for name in ("own", "common")}
    flows = {
        "multi": networks.flow([["own"], ["common"]], "80ms", users=USERS),
        "single": networks.flow([["common"]], "80ms", users=USERS, protocol="tcp"),
    }
    return [
        networks.case(control, links, flows, {**TIME, "congestionControl": control})
        for control in ("lia", "olia")
    ]


def lines(runs: pd.DataFrame) -> list[Line]:
    lia, olia = (networks.throughput(runs, control, "single") / FAIR for control in ("lia", "olia"))
    return [
        within("single-path users beside LIA", lia, 0.70, 0.08 / 0.70, "of their share"),
        at_least("what OLIA leaves them more", olia - lia, 0.1, "of their share"),
    ]
