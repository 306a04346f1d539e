# SPDX-License-Identifier: GPL-2.0-only
"""
Where LIA comes to rest in a FatTree, without packets: the fluid equilibrium over drawn paths.

    PYTHONPATH=analysis /usr/bin/python3 -m mptcp_validation.fluid [k] [runs]

For equal round-trip times a subflow r of a LIA connection grows by max(w) / W^2 for each acknowledgement, W being all
windows together (RFC 6356 3), and halves after a loss, so that in equilibrium W = sqrt(2 / p of the best path) and
w_r is as 1 / p_r; a TCP flow is the case of one path. Links have a loss probability that rises while they are asked
for more than they carry and falls otherwise (the price of Kelly and Voice, CCR 2005); on a path these add up.
Acknowledgements take their part of the links of the way back. The result says what paths and coupling alone do to
flows: queues, bursts and timeouts are not in it, nor how long it takes to get there.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from scipy import sparse

#: an acknowledgement with timestamps and DSS, and link header, for two full frames
ACKNOWLEDGEMENTS = 66 / (2 * 1502)
#: packets per second of 100 Mb/s, and a round-trip time with half-full queues; the shares hardly depend on it
LINK_RATE = 100e6 / (8 * 1502)
ROUND_TRIP_S = 0.015


@dataclass(frozen=True)
class Subflow:
    """`data` and `back`: numbers of the links that data and acknowledgements pass."""

    flow: int
    data: tuple[int, ...]
    back: tuple[int, ...]


class FatTree:
    """Numbers the directed links of a FatTree (Al-Fares et al., SIGCOMM 2008) as they are met."""

    def __init__(self, k: int) -> None:
        self._half = k // 2
        self.hosts = k * self._half**2
        self._links: dict[tuple, int] = {}

    @property
    def link_count(self) -> int:
        return len(self._links)

    def _place(self, host: int) -> tuple[int, int]:
        return host // self._half**2, host // self._half % self._half

    def path_count(self, source: int, destination: int) -> int:
        (pod, edge), (other_pod, other_edge) = self._place(source), self._place(destination)
        if pod != other_pod:
            return self._half**2
        return self._half if edge != other_edge else 1

    def path(self, source: int, destination: int, choice: int) -> tuple[int, ...]:
        """`choice`: one of path_count."""
        (pod, edge), (other_pod, other_edge) = self._place(source), self._place(destination)
        aggregation, core = divmod(choice, self._half) if pod != other_pod else (choice, 0)
        names: list[tuple] = [("up", source)]
        if (pod, edge) != (other_pod, other_edge):
            names.append(("up", pod, edge, aggregation))
            if pod != other_pod:
                names += [("core up", pod, aggregation, core), ("core down", other_pod, aggregation, core)]
            names.append(("down", other_pod, other_edge, aggregation))
        names.append(("down", destination))
        return tuple(self._links.setdefault(name, len(self._links)) for name in names)


def permutation(hosts: int, random: np.random.Generator) -> np.ndarray:
    """Nobody sends to itself."""
    while True:
        found = random.permutation(hosts)
        if (found != np.arange(hosts)).all():
            return found


def draw(tree: FatTree, subflows: int, is_distinct: bool, random: np.random.Generator) -> list[Subflow]:
    """A permutation. `is_distinct`: a flow uses no path twice as long as it has another one."""
    found = []
    for source, destination in enumerate(permutation(tree.hosts, random)):
        count = tree.path_count(source, destination)
        if is_distinct:
            choices = np.concatenate([random.permutation(count) for _ in range(-(-subflows // count))])[:subflows]
        else:
            choices = random.integers(0, count, subflows)
        for choice in choices:
            back = tree.path(destination, source, int(random.integers(0, count)))
            found.append(Subflow(source, tree.path(source, destination, int(choice)), back))
    return found


def _passes(paths: list[tuple[int, ...]], links: int) -> sparse.csr_matrix:
    rows = np.concatenate([np.asarray(path) for path in paths])
    columns = np.repeat(np.arange(len(paths)), [len(path) for path in paths])
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(links, len(paths)))


def equilibrium(subflows: list[Subflow], flows: int, links: int, steps: int = 20_000) -> np.ndarray:
    """What every flow gets, in percent of a link."""
    data = _passes([one.data for one in subflows], links)
    load = data + ACKNOWLEDGEMENTS * _passes([one.back for one in subflows], links)
    along = data.T.tocsr()
    owner = np.array([one.flow for one in subflows])
    log_loss = np.full(links, np.log(1e-5))
    total = np.zeros(len(subflows))
    counted = range(7 * steps // 10, steps)
    for step in range(steps):
        path_loss = along @ np.exp(log_loss)
        least = np.full(flows, np.inf)
        np.minimum.at(least, owner, path_loss)
        ease = 1 / path_loss
        share = ease / np.bincount(owner, ease, flows)[owner]
        rate = np.sqrt(2 / least)[owner] * share / ROUND_TRIP_S
        excess = (load @ rate - LINK_RATE) / LINK_RATE
        gain = 0.03 if step < steps // 2 else 0.006
        log_loss = np.maximum(log_loss + gain * np.clip(excess, -1, 1), np.log(1e-9))
        if step in counted:
            total += rate
    return np.bincount(owner, total / len(counted), flows) / LINK_RATE * 100


def main(words: list[str]) -> None:
    k, runs = (int(word) for word in (words + ["8", "6"][len(words) :])[:2])
    print(f"LIA at rest in a FatTree of k = {k}, 8 subflows, percent of the links of hosts, {runs} permutations:")
    for is_distinct in (False, True):
        means, lowest = [], []
        for run in range(runs):
            tree = FatTree(k)
            subflows = draw(tree, 8, is_distinct, np.random.default_rng(run))
            shares = equilibrium(subflows, tree.hosts, tree.link_count)
            means.append(shares.mean())
            lowest.append(shares.min())
        text = "distinct paths" if is_distinct else "random paths"
        print(f"{text}: mean {_numbers(means)}; lowest flow {_numbers(lowest)}", flush=True)


def _numbers(values: list[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values)


if __name__ == "__main__":
    main(sys.argv[1:])
