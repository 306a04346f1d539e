# SPDX-License-Identifier: GPL-2.0-only
"""./mptcp test: formatting, the core under sanitizers, then everything through ctest."""

from __future__ import annotations

import os
import re
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

from .errors import DriverError
from .project import Project, note


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


def run_sanitized(project: Project) -> dict[str, int]:
    """The core tests in one process under AddressSanitizer and UndefinedBehaviorSanitizer."""
    binary = project.build_dir("asan") / "test" / "core-tests"
    report = project.build_dir("asan") / "core-tests.xml"
    note("Core tests under AddressSanitizer and UndefinedBehaviorSanitizer:")
    done = subprocess.run(
        [str(binary), "--gtest_brief=1", f"--gtest_output=xml:{report}"],
        cwd=project.build_dir("asan"),
        env={**os.environ, "UBSAN_OPTIONS": "print_stacktrace=1"},
        check=False,
    )
    if done.returncode != 0:
        raise DriverError("the core tests failed under the sanitizers")
    root = xml.parse(report).getroot()
    return {"total": int(root.get("tests", "0")), "failed": int(root.get("failures", "0"))}


def run_ctest(project: Project, pattern: str | None) -> tuple[int, dict[str, Any]]:
    """ctest's own output passes through, so that its summary ends ours."""
    build_dir = project.build_dir("release")
    report = build_dir / "ctest.xml"
    report.unlink(missing_ok=True)
    command = ["ctest", "--test-dir", str(build_dir), "--output-on-failure", "--no-tests=error"]
    command += ["--output-junit", str(report), "-j", str(os.cpu_count() or 1)]
    if pattern is not None:
        command += ["-R", pattern]
    status = subprocess.run(command, cwd=project.root, check=False).returncode
    return (0 if status == 0 else 1), read_report(report)


def read_report(report: Path) -> dict[str, Any]:
    """Counts and the names of what failed, from ctest's report in JUnit form."""
    if not report.exists():
        return {"total": 0, "passed": 0, "failed": [], "skipped": []}
    cases = list(xml.parse(report).getroot().iter("testcase"))
    failed = [case.get("name", "") for case in cases if case.get("status") == "fail"]
    skipped = [case.get("name", "") for case in cases if case.get("status") in ("notrun", "disabled")]
    passed = sum(case.get("status") == "run" for case in cases)
    return {"total": len(cases), "passed": passed, "failed": failed, "skipped": skipped}
