# SPDX-License-Identifier: GPL-2.0-only
"""./mptcp validate: makes the runs a study lacks, side by side, and holds its lines against them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from . import build, packages, results, runner, scenario
from .errors import DriverError, unknown
from .project import Project, note, shown

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mptcp_validation.archive import Archive
    from mptcp_validation.study import Case, Line, RunResult

# mptcp_validation itself needs Debian packages for everything but `registry`, so it is imported
# where they have been installed.


def choose(names: Sequence[str]) -> list[str]:
    """Those studies, or all of them; a name that does not exist is refused."""
    from mptcp_validation import registry

    known = registry.names()
    for name in names:
        if name not in known:
            raise unknown("study", name, known)
    return list(dict.fromkeys(names)) or known


def listing() -> list[dict[str, str]]:
    from mptcp_validation import registry

    return [{"name": name, "summary": registry.summary(name)} for name in registry.names()]


@dataclass
class Planned:
    """One run of one case, and where its result is or will be."""

    case: Case
    run: int
    scenario: str
    key: str


class Programs:
    """The scenarios of a study, built; and what they were built from."""

    def __init__(self, project: Project, names: Sequence[str]) -> None:
        from mptcp_validation import archive

        for name in names:
            if name not in project.scenario_names():
                raise unknown("scenario", name, project.scenario_names())
        build.build(project, "release", names)
        self._binaries = {name: project.scenario_binary(name) for name in names}
        self._builds = {
            name: f"{archive.source_digest(project.root, name)} ns-3 {scenario.describe(binary).ns3_version}"
            for name, binary in self._binaries.items()
        }

    def command(self, planned: Planned, folder: Path) -> list[str]:
        options = [f"--{name}={value}" for name, value in planned.case.parameters.items()]
        binary = str(self._binaries[planned.scenario])
        return [binary, *options, f"--RngRun={planned.run}", f"--output={folder}", "--progress"]

    def plan(self, cases: Sequence[Case], seeds: int) -> list[Planned]:
        from mptcp_validation.archive import run_key

        return [
            Planned(case, run, case.scenario, run_key(self._builds[case.scenario], case.scenario, case.parameters, run))
            for run in range(1, seeds + 1 + max((case.further_runs for case in cases), default=0))
            for case in cases
            if run <= seeds + case.further_runs
        ]


def perform_each(
    names: Sequence[str], perform_one: Callable[[str], dict[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """What came of the studies, and why others could not be made: of several, one may need more rights."""
    found: list[dict[str, Any]] = []
    failed: dict[str, str] = {}
    for name in names:
        try:
            found.append(perform_one(name))
        except DriverError as error:
            if len(names) == 1:
                raise
            note(f"{name}: {error.message}")
            failed[name] = error.details.strip().splitlines()[-1] if error.details.strip() else error.message
    return found, failed


@dataclass
class Done:
    """A study whose runs are there."""

    study: ModuleType
    found: list[RunResult]
    runs: pd.DataFrame
    lines: list[Line]
    #: how many were not there before
    made: int


def carry_out(
    project: Project, name: str, seeds: int | None, jobs: int, changes: Mapping[str, str] | None = None, title: str = ""
) -> Done:
    """Makes the runs that are missing and measures all. `changes`: parameters of every case."""
    packages.ensure_installed(project)
    from mptcp_validation import registry
    from mptcp_validation.archive import Archive

    study = registry.load(name)
    cases: list[Case] = [replace(case, parameters={**case.parameters, **(changes or {})}) for case in study.cases()]
    programs = Programs(project, sorted({case.scenario for case in cases}))
    planned = programs.plan(cases, seeds or study.SEEDS)
    archive = Archive(project.results / "validate" / "runs")
    made = make_missing(archive, programs, planned, title or name, min(jobs, getattr(study, "JOBS", jobs)))
    found = found_runs(archive, planned)
    runs = measure(study, found)
    return Done(study, found, runs, study.lines(runs), made)


def perform(project: Project, name: str, seeds: int | None, jobs: int) -> dict[str, Any]:
    """Runs one study and writes results/validate/<name>/; returns its part of the JSON result."""
    started = time.monotonic()
    done = carry_out(project, name, seeds, jobs)
    folder = project.results / "validate" / name
    write(folder, name, done)
    text = f"{len(done.found)} runs, {done.made} of them new"
    _print(name, done.study, done.lines, folder, text, time.monotonic() - started)
    return _as_json(name, done.lines, folder, seeds or done.study.SEEDS)


def make_missing(archive: Archive, programs: Programs, planned: Sequence[Planned], title: str, jobs: int) -> int:
    missing = {p.key: p for p in planned if not archive.has(p.scenario, p.key)}
    if not missing:
        return 0
    runs = []
    for one in missing.values():
        folder = archive.workplace(one.scenario, one.key)
        runs.append(runner.TransportRun("", folder, programs.command(one, folder)))
    runner.execute(runs, title, jobs, _keeper(archive))
    for run in runs:
        if run.exit_state != "completed" and run.status is not None:
            raise DriverError(
                f"{title}: a run {run.exit_state}; repeat it with: {' '.join(run.command)}",
                details="\n".join(run.messages[-10:]),
            )
    return len(runs)


def _keeper(archive: Archive) -> Callable[[runner.TransportRun], None]:
    """Keeps each run as it completes, so that an interrupted study goes on where it stopped."""

    def keep(run: runner.TransportRun) -> None:
        if run.status == 0 and run.exit_state == "completed":
            run.folder = archive.keep(run.folder)

    return keep


def found_runs(archive: Archive, planned: Sequence[Planned]) -> list[RunResult]:
    from mptcp_validation.study import RunResult

    return [RunResult(p.case.name, p.run, archive.place(p.scenario, p.key)) for p in planned]


def measure(study: ModuleType, found: Sequence[RunResult]) -> pd.DataFrame:
    """One row per run: `case`, `run`, and what the study measures."""
    import pandas as pd
    from mptcp_validation.study import RunResult

    take = getattr(study, "measure", RunResult.summary)
    return pd.DataFrame([{"case": one.case, "run": one.run, **take(one)} for one in found])


def write(folder: Path, name: str, done: Done) -> None:
    """The files of docs/studies.md."""
    from mptcp_analysis import style
    from mptcp_validation import report

    runs, lines = done.runs, done.lines
    folder.mkdir(parents=True, exist_ok=True)
    csv = {"index": False, "float_format": "%.6g", "lineterminator": "\n"}
    report.table(name, lines).to_csv(folder / "summary.csv", **csv)
    runs.to_csv(folder / "runs.csv", **csv)
    style.save(figure(name, done), folder / "figure")
    results.write_json(folder / "parameters.json", parameters(name, done))


def figure(name: str, done: Done) -> Figure:
    """The study's own, or that of all studies."""
    from mptcp_validation import report

    draw = getattr(done.study, "draw", None)
    return draw(done.runs, done.lines) if draw else report.draw(name, done.lines)


def parameters(name: str, done: Done) -> dict[str, Any]:
    """Everything that is needed to repeat the study, from the manifests of its runs."""
    study, found = done.study, done.found
    manifests = [json.loads((one.folder / "manifest.json").read_text()) for one in found]
    facts: dict[str, Any] = {"study": name, "source": study.SOURCE}
    for key in ("ns3Version", "mptcpVersion", "gitRevision", "seed"):
        facts[key] = sorted({str(manifest.get(key)) for manifest in manifests})
    cases: dict[str, Any] = {}
    for one, manifest in zip(found, manifests):
        used = {k: v for k, v in manifest["parameters"].items() if k != "RngRun"}
        entry = cases.setdefault(
            one.case, {"scenario": manifest["scenario"], "parameters": used, "runs": {}}
        )
        entry["runs"][str(one.run)] = str(one.folder)
    facts["cases"] = cases
    return facts


def _print(
    name: str, study: ModuleType, lines: Sequence[Line], folder: Path, runs: str, wall_s: float
) -> None:
    from mptcp_validation import report

    print(f"{name}: {study.SOURCE}")
    print(results.table(report.text_rows(lines)))
    compared = [line for line in lines if not line.informs]
    passed = sum(line.holds for line in compared)
    print(f"{passed} of {len(compared)} lines pass; {runs}; {shown(folder)}\n")
    note(f"mptcp: {name} took {wall_s:.0f} s")


def _as_json(name: str, lines: Sequence[Line], folder: Path, seeds: int) -> dict[str, Any]:
    rows = []
    for line in lines:
        found = line.interval
        rows.append(
            {
                "line": line.name,
                "unit": line.unit,
                "published": line.published,
                "mean": found.mean,
                "halfWidth95": found.half_width if found.runs > 1 else None,
                "runCount": found.runs,
                "holds": None if line.informs else line.holds,
            }
        )
    return {
        "name": name,
        "holds": all(line.holds for line in lines),
        "seeds": seeds,
        "folder": str(folder),
        "lines": rows,
    }
