# SPDX-License-Identifier: GPL-2.0-only
"""./mptcp sweep and ./mptcp report: from the command line to the modules of mptcp_sweep."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import packages, results
from .errors import UsageError, unknown
from .options import Arguments, Command, Option, count
from .project import Project, note, shown

if TYPE_CHECKING:
    from mptcp_sweep.executor import Executor
    from mptcp_sweep.plan import Plan
    from mptcp_sweep.program import Program
    from mptcp_sweep.store import Store
    from mptcp_sweep.sweep import Made

# What of mptcp_sweep needs Debian packages is imported where they have been installed.


def commands() -> tuple[Command, ...]:
    return (
        Command(
            "sweep",
            "make the runs of a plan that are missing, and draw their figures",
            positionals=("plan.toml or scenario", "name=value,value"),
            repeats=True,
            options=(
                Option("runs", "of a plan on the command line: runs of each point (5)", "N"),
                Option("metrics", "of a plan on the command line: columns of summary.csv", "NAMES"),
                Option("study", "keep the results under this name", "NAME"),
                Option("folder", "keep them in this folder instead of results/sweep/<study>", "DIR"),
                Option("jobs", "runs at a time (one per processor)", "N"),
                Option("retry-failed", "make those runs again that have failed"),
                Option("new", "begin a new generation of results, beside those of another build"),
                Option("no-plot", "draw no figures"),
                Option("dry-run", "say what is missing; run nothing"),
            ),
        ),
        Command(
            "report",
            "write one HTML page about a study, which needs no other file and no network",
            positionals=("study",),
            required=1,
            options=(
                Option("generation", "of this generation instead of the newest", "N"),
                Option("output", "write this file instead of report.html in the study's folder", "FILE"),
            ),
        ),
    )


def folder_of(project: Project, study: str) -> Path:
    return project.results / "sweep" / study


def existing_study(project: Project, asked: str) -> Path:
    """By its name, or by its folder."""
    for folder in (folder_of(project, asked), Path(asked)):
        if (folder / "study.sqlite").exists():
            return folder.resolve()
    names = sorted(path.parent.name for path in folder_of(project, "").glob("*/study.sqlite"))
    raise unknown("study", asked, names)


def read_plan(project: Project, arguments: Arguments) -> Plan:
    from dataclasses import replace

    from mptcp_sweep import plan

    if not arguments.positionals:
        raise UsageError("sweep needs a plan: ./mptcp sweep plan.toml, or ./mptcp sweep wifi-3g rcvBuf=100k,1M")
    target, *words = arguments.positionals
    given = arguments.options
    if target.endswith(".toml"):
        for name in ("runs", "metrics"):
            if name in given:
                raise UsageError(f"--{name} stands in the plan: write it into {target}")
        if words:
            raise UsageError(f"unexpected '{words[0]}': what is varied stands in {target}")
        found = plan.read(Path(target))
        return replace(found, study=given["study"]) if "study" in given else found
    return plan.from_words(
        target,
        words,
        {
            "runs": count(arguments, "runs", 0) if "runs" in given else None,
            "metrics": [name for name in given.get("metrics", "").split(",") if name],
            "study": given.get("study"),
        },
    )


def sweep(project: Project, arguments: Arguments) -> dict[str, Any]:
    plan = read_plan(project, arguments)
    jobs = count(arguments, "jobs", os.cpu_count() or 1)
    packages.ensure_installed(project)
    from mptcp_sweep import program as programs
    from mptcp_sweep.store import Store

    program = programs.prepare(project, plan)
    folder = Path(arguments.options.get("folder") or folder_of(project, plan.study)).resolve()
    if "dry-run" in arguments.options:
        return _dry_run(folder, plan, program, arguments)
    with Store.opened(folder) as store:
        return _sweep_in(store, plan, program, arguments, jobs)


def _dry_run(folder: Path, plan: Plan, program: Program, arguments: Arguments) -> dict[str, Any]:
    from mptcp_sweep import sweep as coordinator
    from mptcp_sweep.store import FILE, Store

    planned = program.planned(plan)
    wanted = list(planned)
    if (folder / FILE).exists():
        with Store.read(folder) as store:
            wanted = coordinator.missing(store, planned, "retry-failed" in arguments.options)
    for one in wanted:
        print(f"run {one.run}: {' '.join(f'{name}={value}' for name, value in one.point.items())}")
    print(f"{len(wanted)} of {len(planned)} runs would be made")
    counts = {"plannedCount": len(planned), "missingCount": len(wanted), "failedCount": 0}
    return {"study": plan.study, "folder": str(folder), **counts}


def _sweep_in(store: Store, plan: Plan, program: Program, arguments: Arguments, jobs: int) -> dict[str, Any]:
    from mptcp_sweep import sweep as coordinator
    from mptcp_sweep.sweep import Made

    coordinator.require_room(store.folder)
    generation = coordinator.enter_generation(store, plan, program, "new" in arguments.options)
    planned = program.planned(plan)
    wanted = coordinator.missing(store, planned, "retry-failed" in arguments.options)
    note(f"mptcp: study {plan.study}: {len(planned)} runs, {len(planned) - len(wanted)} of them are there")
    made = Made(len(wanted))
    if wanted:
        executor = _executor(store, plan, arguments, jobs)
        made = coordinator.make(store, generation, plan, program, wanted, executor, f"Sweep {plan.study}")
    return _outcome(store, generation, plan, program, made, "no-plot" not in arguments.options)


def _executor(store: Store, plan: Plan, arguments: Arguments, jobs: int) -> Executor:
    from mptcp_sweep.local import LocalExecutor

    return LocalExecutor(store.archive, plan.scenario, jobs)


def _outcome(
    store: Store, generation: int, plan: Plan, program: Program, made: Made, draws: bool
) -> dict[str, Any]:
    """Writes the figures of what is there, and says what is not."""
    from mptcp_sweep import sweep as coordinator

    planned = program.planned(plan)
    states = store.states()
    found = [states.get(one.key, "missing") for one in planned]
    completed, failed, absent = (found.count(state) for state in ("completed", "failed", "missing"))
    for one, ended in made.failed[:10]:
        print(f"FAILED  {coordinator.failure(plan, one, ended)}")
    figures = _draw(store, generation, plan, program) if completed and draws else []
    print(f"{completed} of {len(planned)} runs completed, {made.made - len(made.failed)} of them now", end="")
    print(f"; {absent} missing" if absent else "", end="")
    print(f"; {failed} failed: --retry-failed makes them again" if failed else "")
    print(f"results  {shown(store.folder)}")
    for path in figures:
        print(f"plot     {shown(path)}")
    return {
        "study": plan.study,
        "folder": str(store.folder),
        "generation": generation,
        "plannedCount": len(planned),
        "completedCount": completed,
        "madeCount": made.made,
        "failedCount": failed,
        "missingCount": absent,
        "plots": [str(path) for path in figures],
    }


def _draw(store: Store, generation: int, plan: Plan, program: Program) -> list[Path]:
    from mptcp_sweep import outcome

    runs = outcome.measured(store, generation, plan, program.planned(plan))
    drawn = outcome.draw_all(plan, runs, program.described.as_json())
    for one in drawn:
        print(results.table(outcome.text_rows(one.table)))
        print()
    return outcome.write(store.folder, runs, drawn)


def report(project: Project, arguments: Arguments) -> dict[str, Any]:
    folder = existing_study(project, arguments.positionals[0])
    packages.ensure_installed(project)
    from mptcp_sweep import report as reports

    wanted = count(arguments, "generation", 0) if "generation" in arguments.options else None
    page = Path(arguments.options.get("output") or folder / "report.html")
    fields = reports.write(folder, wanted, page)
    print(f"report   {shown(page)}")
    return {"study": arguments.positionals[0], "report": str(page.resolve()), **fields}
