# SPDX-License-Identifier: GPL-2.0-only
"""What each scheduler costs beside minRTT, with two and with eight subflows, in instructions."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from . import bench
from .errors import unknown

REFERENCE = "min-rtt"
SCHEDULERS = (
    REFERENCE, "round-robin", "weighted", "redundant", "overflow", "hot-standby",
    "blest", "ecf", "sttf", "daps", "otias",
)  # fmt: skip

# The difference of two runs leaves start-up and slow start out. Of the latter all must be left out: how
# many packets its overflow loses, and what they cost ns-3's TCP, is not what a scheduler costs.
CALLGRIND_BYTES = {"two": bench.CALLGRIND_BYTES, "eight": (24_000_000, 48_000_000)}

# How much more than with minRTT the ratio of MPTCP's cost to TCP's may be.
MOST_ABOVE_REFERENCE = {"two": 0.05, "eight": 0.15}

PerSegment = Callable[[str, Sequence[int], Sequence[str]], float]


@dataclass(frozen=True)
class Cost:
    """One scheduler with one number of subflows."""

    paths: str
    scheduler: str
    instructions_per_segment: float
    ratio: float  # to TCP over as many links
    above_reference: float  # ratio less the ratio of minRTT

    @property
    def holds(self) -> bool:
        return self.above_reference <= MOST_ABOVE_REFERENCE[self.paths]


def chosen(text: str | None) -> tuple[str, ...]:
    """From a list with commas, minRTT first; all of them when there is none."""
    if not text:
        return SCHEDULERS
    names = text.split(",")
    for name in names:
        if name not in SCHEDULERS:
            raise unknown("scheduler", name, SCHEDULERS)
    return (REFERENCE, *(name for name in dict.fromkeys(names) if name != REFERENCE))


def per_carried_segment(
    binary: Path, mode: str, sizes: Sequence[int], options: Sequence[str]
) -> float:
    """A copy is work as well, so segments count on each path that carries them."""
    measure = partial(bench.instructions, options=options)
    return bench.instructions_per_segment(binary, mode, sizes, measure, "segmentsCarried")


def costs(
    schedulers: Sequence[str], per_segment: PerSegment, tell: Callable[[float, str], None]
) -> list[Cost]:
    """Instructions repeat whatever else is running, so as many are counted at once as there are processors."""
    asked: list[tuple[str, str | None]] = [(p, s) for p in CALLGRIND_BYTES for s in (None, *schedulers)]
    counted: dict[tuple[str, str | None], float] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(_count, per_segment, *one): one for one in asked}
        for future in as_completed(running):
            counted[running[future]] = future.result()
            paths, scheduler = running[future]
            subject = f"{scheduler}, {paths} subflows" if scheduler else f"TCP over {paths} links"
            tell(len(counted) / len(asked), subject)
    return [_cost(counted, paths, scheduler) for paths, scheduler in asked if scheduler]


def _count(per_segment: PerSegment, paths: str, scheduler: str | None) -> float:
    sizes = CALLGRIND_BYTES[paths]
    if scheduler is None:
        return per_segment(f"{paths}-path-tcp", sizes, ())
    return per_segment(f"{paths}-path-mptcp", sizes, (f"--scheduler={scheduler}",))


def _cost(counted: dict[tuple[str, str | None], float], paths: str, scheduler: str) -> Cost:
    tcp, cost = counted[paths, None], counted[paths, scheduler]
    return Cost(paths, scheduler, cost, cost / tcp, (cost - counted[paths, REFERENCE]) / tcp)


def as_json(found: Sequence[Cost]) -> list[dict[str, Any]]:
    return [
        {
            "subflows": cost.paths,
            "scheduler": cost.scheduler,
            "instructionsPerSegment": round(cost.instructions_per_segment),
            "instructionRatio": round(cost.ratio, 4),
            "aboveMinRtt": round(cost.above_reference, 4),
            "accepted": MOST_ABOVE_REFERENCE[cost.paths],
            "holds": cost.holds,
        }
        for cost in found
    ]


def text(found: Sequence[Cost]) -> list[list[str]]:
    rows = [["subflows", "scheduler", "instructions per segment", "over TCP", "above minRTT", "accepted", ""]]
    for cost in found:
        rows.append(
            [
                cost.paths,
                cost.scheduler,
                f"{cost.instructions_per_segment:,.0f}",
                f"{cost.ratio:.3f}",
                f"{cost.above_reference:+.3f}",
                f"<= {MOST_ABOVE_REFERENCE[cost.paths]:g}",
                "pass" if cost.holds else "FALLS SHORT",
            ]
        )
    return rows
