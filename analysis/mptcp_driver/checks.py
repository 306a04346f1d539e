# SPDX-License-Identifier: GPL-2.0-only
"""./mptcp test: formatting, then all tests, those of C++ under sanitizers."""

from __future__ import annotations

import os
import re
import subprocess
import xml.etree.ElementTree as xml
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .errors import DriverError
from .project import Project


def formatted_files(project: Project) -> list[Path]:
    return sorted(
        path
        for folder in ("model", "helper", "scenarios", "test")
        for suffix in ("*.h", "*.cc")
        for path in (project.root / folder).rglob(suffix)
    )


def check_formatting(project: Project) -> int:
    """The number of files looked at; an error that names the wrong ones when there are any."""
    files = formatted_files(project)
    if not files:
        return 0
    done = subprocess.run(
        ["clang-format", "--dry-run", "-Werror", *map(str, files)],
        cwd=project.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        wrong = sorted(set(re.findall(r"^(.+?):\d+:\d+: error:", done.stderr, re.MULTILINE)))
        names = " ".join(os.path.relpath(name, project.root) for name in wrong)
        raise DriverError(f"wrongly formatted; mend it with: clang-format -i {names}", details=done.stderr)
    return len(files)


# Where each label of ctest is run. Tests of C++ run under the sanitizers; what packages, runs or
# reads the library takes the one that users get, and so do means over many long simulations.
SANITIZED = ("core", "ns3")
RELEASED = ("analysis", "packaging", "statistics")
# Against the Linux kernel in real time: one after another, with no other work beside them.
REAL_TIME = ("interop",)
# A machine that others use may be late for both ends; a fault of ours is there each time. Who needed
# more than one attempt is said in the verdict.
REAL_TIME_ATTEMPTS = 3


def run_core(project: Project) -> dict[str, Any]:
    """All core tests in one process: they share no state, and processes would take longer."""
    binary = project.build_dir("asan") / "test" / "core-tests"
    report = project.build_dir("asan") / "core-tests.xml"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [str(binary), "--gtest_brief=1", f"--gtest_output=xml:{report}"],
        cwd=project.build_dir("asan") / "test-output",
        check=False,
    )
    found = read_gtest_report(report)
    # A sanitizer may object when all tests have passed, to a leak for one.
    if found["total"] == 0 or (done.returncode != 0 and not found["failed"]):
        raise DriverError("the core tests did not come to their end")
    return found


def read_gtest_report(report: Path) -> dict[str, Any]:
    """GoogleTest's own report, in the form of read_report."""
    if not report.exists():
        return _nothing()
    cases = list(xml.parse(report).getroot().iter("testcase"))
    name = "core.{0[classname]}.{0[name]}".format
    failed = [name(case.attrib) for case in cases if case.find("failure") is not None]
    reasons = {name(case.attrib): "switched off" for case in cases if case.get("status") == "notrun"}
    for case in cases:
        skipped = case.find("skipped")
        if skipped is not None:
            # The place, and on the last line the reason.
            reasons[name(case.attrib)] = (skipped.get("message", "").strip() or "no reason given").splitlines()[-1]
    passed = len(cases) - len(failed) - len(reasons)
    return _counts(len(cases), passed, failed, reasons)


def run_ctest(
    project: Project, preset: str, labels: Sequence[str], pattern: str | None, jobs: int | None = None
) -> dict[str, Any]:
    """ctest's own output passes through. As many tests at once as there are cores, or `jobs`."""
    build_dir = project.build_dir(preset)
    report = build_dir / "ctest.xml"
    report.unlink(missing_ok=True)
    command = ["ctest", "--test-dir", str(build_dir), "--output-on-failure", "--no-tests=ignore"]
    command += ["--output-junit", str(report), "-j", str(jobs or os.cpu_count() or 1)]
    command += ["-L", "|".join(f"^{label}$" for label in labels)]
    if pattern is not None:
        command += ["-R", pattern]
    status = subprocess.run(command, cwd=project.root, check=False).returncode
    found = read_report(report)
    if status != 0 and not found["failed"]:
        raise DriverError(f"ctest failed: {' '.join(command)}")
    if pattern is None and found["total"] == 0:
        raise DriverError(f"there are no tests to run: {' '.join(command)}")
    return found


def run_real_time(project: Project, pattern: str | None) -> dict[str, Any]:
    """One after another; what fails is tried again, and `repeated` says how often."""
    return until_passed(lambda wanted: run_ctest(project, "release", REAL_TIME, wanted, jobs=1), pattern)


def until_passed(run: Callable[[str | None], dict[str, Any]], pattern: str | None) -> dict[str, Any]:
    """`run` takes a regular expression of test names, or None for all, and returns a report."""
    report = run(pattern)
    repeated: dict[str, int] = {}
    for attempt in range(2, REAL_TIME_ATTEMPTS + 1):
        failed = report["failed"]
        if not failed:
            break
        repeated.update(dict.fromkeys(failed, attempt))
        again = run("^(" + "|".join(map(re.escape, failed)) + ")$")
        report["passed"] += again["passed"]
        report["failed"] = again["failed"]
    return {**report, "repeated": repeated}


def together(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One report of several."""
    return {
        "total": sum(part["total"] for part in parts),
        "passed": sum(part["passed"] for part in parts),
        "failed": [name for part in parts for name in part["failed"]],
        "skipped": [name for part in parts for name in part["skipped"]],
        "skipReasons": {name: why for part in parts for name, why in part["skipReasons"].items()},
        "repeated": {name: count for part in parts for name, count in part.get("repeated", {}).items()},
    }


def _nothing() -> dict[str, Any]:
    return {"total": 0, "passed": 0, "failed": [], "skipped": [], "skipReasons": {}}


def read_report(report: Path) -> dict[str, Any]:
    """Counts and the names of what failed, from ctest's report in JUnit form."""
    if not report.exists():
        return _nothing()
    cases = list(xml.parse(report).getroot().iter("testcase"))
    failed = [case.get("name", "") for case in cases if case.get("status") == "fail"]
    reasons = {
        case.get("name", ""): skip_reason(case.findtext("system-out", ""))
        for case in cases
        if case.get("status") in ("notrun", "disabled")
    }
    passed = sum(case.get("status") == "run" for case in cases)
    return _counts(len(cases), passed, failed, reasons)


def _counts(total: int, passed: int, failed: list[str], reasons: dict[str, str]) -> dict[str, Any]:
    counts = {"total": total, "passed": passed, "failed": failed}
    return {**counts, "skipped": list(reasons), "skipReasons": reasons}


def skip_reason(output: str) -> str:
    """What a GoogleTest case said with GTEST_SKIP: the line after that of the place."""
    found = re.search(r"^.+:\d+: Skipped\n(.+)$", output, re.MULTILINE)
    return found.group(1) if found else "no reason given"


def skips_by_reason(report: dict[str, Any]) -> dict[str, int]:
    """How many tests were skipped for each reason."""
    return dict(Counter(report["skipReasons"].values()))
