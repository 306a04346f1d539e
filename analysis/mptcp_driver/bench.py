# SPDX-License-Identifier: GPL-2.0-only
"""What MPTCP costs against plain ns-3 TCP for the same bytes: CPU time and instructions."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import DriverError

Measure = Callable[[Path, str, int], tuple[float, dict[str, Any]]]

# Sizes for callgrind: the difference of two runs leaves start-up and slow start out.
CALLGRIND_BYTES = (4_000_000, 12_000_000)


@dataclass(frozen=True)
class Comparison:
    """MPTCP against TCP on the same work."""

    key: str
    title: str
    mptcp: str
    tcp: str


def comparisons() -> tuple[Comparison, ...]:
    return (
        Comparison(
            "twoPath",
            "one MPTCP connection over two links / two TCP connections, one per link",
            "two-path-mptcp",
            "two-path-tcp",
        ),
        Comparison("singlePath", "MPTCP / TCP over one link", "single-mptcp", "single-tcp"),
    )


def modes() -> list[str]:
    return [mode for c in comparisons() for mode in (c.mptcp, c.tcp)]


@dataclass
class CpuTimes:
    """CPU seconds of every run, per mode, in the order of the rounds."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, mode: str, value: float) -> None:
        self.seconds.setdefault(mode, []).append(value)

    def ratios(self, comparison: Comparison) -> list[float]:
        """One ratio per round: its two runs followed each other, so a slow moment hits both."""
        pairs = zip(self.seconds[comparison.mptcp], self.seconds[comparison.tcp])
        return [mptcp / tcp for mptcp, tcp in pairs]


def parse_result(mode: str, output: str) -> dict[str, Any]:
    try:
        result = dict(json.loads(output.strip().splitlines()[-1]))
    except (IndexError, ValueError) as problem:
        raise DriverError(f"bench-transfer --mode={mode} printed no result") from problem
    if not result.get("intact"):
        raise DriverError(f"bench-transfer --mode={mode} did not deliver every byte")
    return result


def cpu_seconds(binary: Path, mode: str, size: int) -> tuple[float, dict[str, Any]]:
    """User and system time of the whole process, as the kernel accounts it."""
    child = subprocess.Popen(
        [str(binary), f"--mode={mode}", f"--bytes={size}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    output = child.stdout.read()
    child.stdout.close()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise DriverError(f"bench-transfer --mode={mode} ended with status {child.returncode}")
    return usage.ru_utime + usage.ru_stime, parse_result(mode, output)


def instructions(
    binary: Path, mode: str, size: int, options: Sequence[str] = ()
) -> tuple[float, dict[str, Any]]:
    """Instructions of the whole process under callgrind: they repeat, whatever else is running."""
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "callgrind.out"
        done = subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                f"--callgrind-out-file={profile}",
                str(binary),
                f"--mode={mode}",
                f"--bytes={size}",
                *options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise DriverError(f"callgrind of --mode={mode} failed", details=done.stderr)
        found = re.search(r"^(?:summary|totals): *(\d+)", profile.read_text(), re.MULTILINE)
    if not found:
        raise DriverError(f"callgrind of --mode={mode} gave no total")
    return float(found.group(1)), parse_result(mode, done.stdout)


def instructions_per_segment(
    binary: Path,
    mode: str,
    sizes: Sequence[int] = CALLGRIND_BYTES,
    measure: Measure = instructions,
    unit: str = "segmentsDelivered",
) -> float:
    """Cost of one more delivered segment, its acknowledgements included."""
    small, small_result = measure(binary, mode, sizes[0])
    large, large_result = measure(binary, mode, sizes[1])
    segments = large_result[unit] - small_result[unit]
    if segments <= 0:
        raise DriverError(f"bench-transfer --mode={mode} delivered no more segments for more bytes")
    return (large - small) / segments


def report(times: CpuTimes, size: int, per_segment: dict[str, float]) -> dict[str, Any]:
    """Everything measured, in the form of the JSON result."""
    rounds = len(next(iter(times.seconds.values())))
    result: dict[str, Any] = {"runCount": rounds, "bytes": size}
    for comparison in comparisons():
        ratios = times.ratios(comparison)
        result[f"{comparison.key}CpuRatio"] = round(statistics.median(ratios), 4)
        result[f"{comparison.key}CpuRatioMin"] = round(min(ratios), 4)
        result[f"{comparison.key}CpuRatioMax"] = round(max(ratios), 4)
        if per_segment:
            ratio = per_segment[comparison.mptcp] / per_segment[comparison.tcp]
            result[f"{comparison.key}InstructionRatio"] = round(ratio, 4)
    result["runs"] = [
        {
            "mode": mode,
            "cpuSeconds": round(statistics.median(seconds), 4),
            "cpuSecondsMin": round(min(seconds), 4),
            "cpuSecondsMax": round(max(seconds), 4),
            **({"instructionsPerSegment": round(per_segment[mode])} if per_segment else {}),
        }
        for mode, seconds in times.seconds.items()
    ]
    return result


def text(result: dict[str, Any]) -> list[list[str]]:
    """The report's runs as rows of a table."""
    rows = [["mode", "CPU median", "min .. max", "instructions per segment"]]
    for run in result["runs"]:
        count = run.get("instructionsPerSegment")
        rows.append(
            [
                run["mode"],
                f"{run['cpuSeconds']:.3f} s",
                f"{run['cpuSecondsMin']:.3f} .. {run['cpuSecondsMax']:.3f} s",
                f"{count:,}" if count is not None else "not counted",
            ]
        )
    return rows
