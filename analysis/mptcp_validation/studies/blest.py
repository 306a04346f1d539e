# SPDX-License-Identifier: GPL-2.0-only
"""BLEST against minRTT over a lossy fast path and one with a deep queue, through a small buffer.

Chosen, where the paper leaves it open or the model differs:
- receive buffer 200 kB, less than half of what RFC 6182 5.3 recommends for these paths (487 kB);
- uncoupled NewReno: a coupled control moves nearly all traffic off the lossy path, and then there is
  nothing that could be blocked;
- opportunistic retransmission (M1) with both schedulers, as the Linux schedulers have it: it is what
  makes blocked data come twice. Penalties (M2) with neither: BLEST is to make them superfluous. With M2 as
  well ("penalised") minRTT is as good here, because M2 keeps the deep queue short.
"""

from __future__ import annotations

import pandas as pd

from ..study import Case, Line, Publication, at_least, greater, per_run, within

SOURCE = "Ferlin, Alay, Mehani, Boreli: BLEST, IFIP Networking 2016, section V"
PUBLICATION = Publication(
    "Ferlin et al., BLEST, IFIP Networking 2016", "section V",
    "25 Mb/s, 25 ms, 1 % loss and 5 Mb/s, 65 ms; receive buffer 200 kB; bulk",
)  # fmt: skip
SEEDS = 8
PATHS = {
    "rate1": "25", "roundTrip1": "25ms", "loss1": "0.01", "queue1": "150kB",
    "rate2": "5", "roundTrip2": "65ms", "queue2": "5625kB",
}  # fmt: skip
COMMON = {
    **PATHS, "traffic": "bulk", "duration": "60s", "rcvBuf": "200kB", "congestionControl": "new-reno",
    "opportunisticRetransmission": "true",
}  # fmt: skip


def cases() -> list[Case]:
    schedulers = ("min-rtt", "blest")
    plain = [Case(s, "two-paths", {**COMMON, "scheduler": s}) for s in schedulers]
    more = {**COMMON, "penalisation": "true"}
    return plain + [Case(f"{s}-penalised", "two-paths", {**more, "scheduler": s}) for s in schedulers]


def lines(runs: pd.DataFrame) -> list[Line]:
    def of(case: str, quantity: str) -> pd.Series:
        return per_run(runs, case, quantity)

    saved = 1 - of("blest", "reinjected_packets") / of("min-rtt", "reinjected_packets")
    blocked = [of(s, "receive_window_full_percent") for s in ("min-rtt", "blest")]
    gain = of("min-rtt-penalised", "goodput_mbps") / of("blest-penalised", "goodput_mbps")
    return [
        greater("goodput gained by BLEST", of("blest", "goodput_mbps"), of("min-rtt", "goodput_mbps"), "Mb/s"),
        at_least("share of reinjected packets saved", saved, 0.5),
        greater("time blocked by the window saved", *blocked, "% of time"),
        within("with M2: minRTT over BLEST, goodput", gain, 1, 0.05),
    ]
