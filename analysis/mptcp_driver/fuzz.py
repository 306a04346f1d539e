# SPDX-License-Identifier: GPL-2.0-only
"""./mptcp test --fuzz: every libFuzzer target for a while, at the same time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from .errors import DriverError
from .progress import Progress
from .project import Project, shown

DEFAULT_SECONDS = 60
COMPILER = "clang++"
# Every target, and how long its inputs get: longer ones find nothing new and take longer.
INPUT_BYTES = {"fuzz-connection": 400, "fuzz-option-parser": 64}


@dataclass
class Fuzzer:
    """One target: how far it is and what it found."""

    name: str
    status: int | None = None
    executions: int = 0
    coverage: int = 0
    seconds: float = 0.0
    log: list[str] = field(default_factory=list)

    def read(self, line: str) -> None:
        """One line of libFuzzer: `#2048  pulse  cov: 575 ft: 781 ...`."""
        self.log.append(line)
        step = re.match(r"#(\d+)\s", line)
        if step:
            self.executions = int(step.group(1))
        coverage = re.search(r"\bcov: (\d+)", line)
        if coverage:
            self.coverage = int(coverage.group(1))
        total = re.match(r"stat::number_of_executed_units: (\d+)", line)
        if total:
            self.executions = int(total.group(1))

    def report(self) -> str:
        """What a developer needs of the log of a finding, so not the way to it."""
        kept = [line for line in self.log if not re.match(r"#\d+\s|\tNEW_FUNC|INFO:", line)]
        return "".join(kept)


def ensure_compiler() -> None:
    """Where packages are not ours to install, this says what is missing."""
    if shutil.which(COMPILER) is None:
        raise DriverError(
            f"there is no {COMPILER}; the fuzzers need Clang and its libFuzzer, "
            "which the packages in packages-fuzz.txt bring to Debian"
        )


def command(project: Project, name: str, seconds: int) -> list[str]:
    """New inputs go into the build folder; the committed corpus is only read."""
    build_dir = project.build_dir("fuzz")
    corpus = build_dir / "corpus" / name
    findings = build_dir / "findings"
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(parents=True, exist_ok=True)
    return [
        str(build_dir / "fuzz" / name),
        f"-max_total_time={seconds}",
        f"-max_len={INPUT_BYTES[name]}",
        "-timeout=20",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
        f"-artifact_prefix={findings}/{name}-",
        str(corpus),
        str(project.root / "test" / "fuzz" / "corpus" / name.removeprefix("fuzz-")),
    ]


def _run(fuzzer: Fuzzer, words: list[str]) -> None:
    started = time.monotonic()
    with subprocess.Popen(
        words,
        env={**os.environ, "UBSAN_OPTIONS": "print_stacktrace=1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as child:
        assert child.stderr is not None
        for line in child.stderr:
            fuzzer.read(line)
            fuzzer.seconds = time.monotonic() - started
    fuzzer.status = child.returncode
    fuzzer.seconds = time.monotonic() - started


def run(project: Project, seconds: int) -> list[dict[str, Any]]:
    """All targets side by side; an error that shows the report when one has found something."""
    fuzzers = [Fuzzer(name) for name in INPUT_BYTES]
    progress = Progress("Fuzzing")
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=len(fuzzers)) as pool:
        futures = [pool.submit(_run, f, command(project, f.name, seconds)) for f in fuzzers]
        while not all(future.done() for future in futures):
            time.sleep(0.1)
            done = (time.monotonic() - started) / seconds
            progress.update(min(done, 1.0), ", ".join(_state(f) for f in fuzzers))
    progress.close()
    for future in futures:
        future.result()
    for fuzzer in fuzzers:
        print(f"{_state(fuzzer)} in {fuzzer.seconds:.0f} s: {_verdict(fuzzer)}")
    found = [fuzzer for fuzzer in fuzzers if fuzzer.status != 0]
    if found:
        folder = shown(project.build_dir("fuzz") / "findings")
        raise DriverError(
            f"{', '.join(f.name for f in found)} found something; the inputs are in {folder}",
            details="\n".join(f.report() for f in found),
        )
    return [_as_json(fuzzer) for fuzzer in fuzzers]


def _state(fuzzer: Fuzzer) -> str:
    return f"{fuzzer.name}: {fuzzer.executions:,} runs, coverage {fuzzer.coverage}"


def _verdict(fuzzer: Fuzzer) -> str:
    return "nothing found" if fuzzer.status == 0 else "FOUND SOMETHING"


def _as_json(fuzzer: Fuzzer) -> dict[str, Any]:
    return {
        "name": fuzzer.name,
        "executions": fuzzer.executions,
        "coverage": fuzzer.coverage,
        "wallTimeSeconds": round(fuzzer.seconds, 3),
    }
