# SPDX-License-Identifier: GPL-2.0-only
"""./mptcp sweep and ./mptcp report: from the command line to the modules of mptcp_sweep."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import packages, results
from .errors import UsageError, unknown
from .options import Arguments, Command, Option, count
from .project import Project, note, shown

if TYPE_CHECKING:
    import pandas as pd
    from mptcp_sweep.executor import Executor
    from mptcp_sweep.outcome import Drawn
    from mptcp_sweep.plan import Plan
    from mptcp_sweep.program import Program
    from mptcp_sweep.store import Store
    from mptcp_sweep.sweep import Made

# What of mptcp_sweep needs Debian packages is imported where they have been installed.


def common_options(runs: int) -> tuple[Option, ...]:
    """Of commands that make sweeps; `runs`: how many of each point, unless told otherwise."""
    return (
        Option("runs", f"of a plan on the command line: runs of each point ({runs})", "N"),
        Option("metrics", "of a plan on the command line: columns of summary.csv", "NAMES"),
        Option("study", "keep the results under this name", "NAME"),
        Option("folder", "keep them in this folder instead of results/sweep/<study>", "DIR"),
        Option("jobs", "runs at a time (one per processor)", "N"),
        Option("dask", "make the runs on this Dask.distributed cluster", "tcp://HOST:PORT"),
        Option("retry-failed", "make those runs again that have failed"),
        Option("new", "begin a generation of results, beside those of another build"),
        Option("no-plot", "draw no figures"),
        Option("dry-run", "say what is missing; run nothing"),
    )


def commands() -> tuple[Command, ...]:
    return (
        Command(
            "sweep",
            "make the runs of a plan that are missing, and draw their figures",
            positionals=("plan.toml or scenario", "name=value,value"),
            repeats=True,
            options=(
                *common_options(5),
                Option("slurm", "run nothing; write a SLURM job array that makes the missing runs"),
                Option("tasks", "of the job array: so many tasks (16), each with --jobs processors (1)", "N"),
                Option("part", "what a task of the array does: its share, into a store of its own", "N"),
                Option("collect", "put the stores of such tasks into that of the study"),
            ),
        ),
        Command(
            "report",
            "write one HTML page about a study, which needs no other file and no network",
            positionals=("study",),
            required=1,
            options=(
                Option("generation", "of this generation instead of the one swept last", "N"),
                Option("output", "write this file, and nothing into the study's folder", "FILE"),
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


def read_plan(arguments: Arguments) -> Plan:
    from mptcp_sweep import reading

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
        return reading.read(Path(target), given.get("study"))
    return reading.from_words(target, words, inline_options(arguments))


def inline_options(arguments: Arguments) -> dict[str, Any]:
    given = arguments.options
    return {
        "runs": count(arguments, "runs", 1) if "runs" in given else None,
        "metrics": [name for name in given.get("metrics", "").split(",") if name],
        "study": given.get("study"),
    }


def sweep(project: Project, arguments: Arguments) -> dict[str, Any]:
    if "part" in arguments.options:
        return _part(arguments)
    if "collect" in arguments.options:
        return _collect(project, arguments)
    return sweep_plan(project, read_plan(arguments), arguments)


def sweep_plan(project: Project, plan: Plan, arguments: Arguments) -> dict[str, Any]:
    if "slurm" in arguments.options and "dask" in arguments.options:
        raise UsageError("--slurm writes a job array, and --dask makes the runs on a cluster now: give one of them")
    install(project, arguments)
    from mptcp_sweep import program as programs

    return sweep_with(project, plan, programs.prepare(project, plan), arguments)


def install(project: Project, arguments: Arguments) -> None:
    for name in ("jobs", "runs"):
        count(arguments, name, 1)  # a wrong number is refused before anything is installed or built
    packages.ensure_installed(project)


def sweep_with(project: Project, plan: Plan, program: Program, arguments: Arguments) -> dict[str, Any]:
    from mptcp_sweep import room
    from mptcp_sweep.store import Store

    folder = Path(arguments.options.get("folder") or folder_of(project, plan.study)).resolve()
    plan = _repeatable(project, plan, folder if arguments.options.get("folder") else None)
    if "dry-run" in arguments.options:
        return _dry_run(folder, plan, program, arguments)
    room.require(folder)
    with Store.opened(folder) as store:
        return _sweep_in(project, store, plan, program, arguments)


def _repeatable(project: Project, plan: Plan, folder: Path | None) -> Plan:
    """Its command is given in the tree, wherever this one is given; `folder`: that of --folder."""
    kept = (f"--folder={shown(folder, project.root)}",) if folder else ()
    return replace(plan, source=replace(plan.source, root=project.root, options=(*plan.source.options, *kept)))


def _dry_run(folder: Path, plan: Plan, program: Program, arguments: Arguments) -> dict[str, Any]:
    from mptcp_sweep import sweep as coordinator
    from mptcp_sweep.store import FILE, Store

    planned = program.planned(plan)
    wanted, failed = list(planned), 0
    if (folder / FILE).exists():
        with Store.read(folder) as store:
            wanted = coordinator.missing(store, planned, "retry-failed" in arguments.options)
            failed = len(coordinator.missing(store, planned, retry_failed=True)) - len(wanted)
    for one in wanted:
        print(f"run {one.run}: {' '.join(f'{name}={value}' for name, value in one.point.items())}")
    print(f"{len(wanted)} of {len(planned)} runs would be made{_of_failed(failed)}")
    counts = {"plannedCount": len(planned), "missingCount": len(wanted), "failedCount": 0, "stoppedCount": 0}
    return {"study": plan.study, "folder": str(folder), **counts}


def _of_failed(failed: int) -> str:
    """They stay as they are unless asked for, so whoever hears of them hears how."""
    return f"; {failed} failed: --retry-failed makes them again" if failed else ""


def _sweep_in(
    project: Project, store: Store, plan: Plan, program: Program, arguments: Arguments
) -> dict[str, Any]:
    from mptcp_sweep import slurm
    from mptcp_sweep import sweep as coordinator
    from mptcp_sweep.sweep import Made

    generation = coordinator.enter_generation(store, plan, program, "new" in arguments.options)
    planned = program.planned(plan)
    wanted = coordinator.missing(store, planned, "retry-failed" in arguments.options)
    note(f"mptcp: study {plan.study}: {len(planned)} runs, {len(planned) - len(wanted)} of them are there")
    made = Made()
    if "slurm" in arguments.options and wanted:
        parts = count(arguments, "tasks", slurm.DEFAULT_PARTS)
        script = slurm.write_job(project.root, store.folder, plan, program, wanted, parts, count(arguments, "jobs", 1))
        print(f"job      {shown(script)}: submit it with sbatch; --collect, as it says, when it has ended")
    elif wanted:
        executor = _executor(store, plan, arguments)
        made = coordinator.make(store, generation, plan, program, wanted, executor, f"Sweep {plan.study}")
    return _outcome(store, generation, plan, program, made, "no-plot" not in arguments.options)


def _part(arguments: Arguments) -> dict[str, Any]:
    """On a node of a cluster: nothing is installed or built, and the study's store is not touched."""
    from mptcp_sweep import room, slurm
    from mptcp_sweep import sweep as coordinator
    from mptcp_sweep.store import Store

    if "folder" not in arguments.options or not arguments.options["part"].isdigit():
        raise UsageError("--part takes a number from 0 on and needs --folder=DIR; the job script has both")
    folder, part = Path(arguments.options["folder"]), int(arguments.options["part"])
    job = slurm.read_job(folder)
    slurm.require_same_program(job)
    place = slurm.part_folder(folder, part)
    room.require(place)
    with Store.opened(place, alone=True) as store:
        executor = _executor(store, job.plan, arguments)
        made = slurm.perform_part(store, job, part, "retry-failed" in arguments.options, executor)
        for one, ended in made.failed[:10]:
            print(f"FAILED  {coordinator.failure(job.plan, one, ended)}")
        share, states = job.share(part), store.states()
        failed = [one for one in share if states.get(one.key) == "failed"]
    print(f"part {part}: {len(share)} runs, {made.made} of them made now, {len(failed)} failed")
    counts = {"plannedCount": len(share), "failedCount": len(failed), "stoppedCount": made.stopped}
    return {"study": job.plan.study, "part": part, **counts}


def _collect(project: Project, arguments: Arguments) -> dict[str, Any]:
    if not arguments.positionals:
        raise UsageError("--collect needs a study: ./mptcp sweep --collect <study or its folder>")
    folder = existing_study(project, arguments.positionals[0])
    packages.ensure_installed(project)
    from mptcp_sweep import slurm
    from mptcp_sweep.store import Store
    from mptcp_sweep.sweep import Made

    job = slurm.read_job(folder)
    with Store.opened(folder) as store:
        print(f"{slurm.collect(store)} runs collected")
        generation = store.generation_of(job.program.build)
        return _outcome(store, generation, job.plan, job.program, Made(), "no-plot" not in arguments.options)


def _executor(store: Store, plan: Plan, arguments: Arguments) -> Executor:
    if "dask" in arguments.options:
        from mptcp_sweep.cluster import ClusterExecutor

        return ClusterExecutor(arguments.options["dask"], store.archive, plan.scenario)
    from mptcp_sweep.local import LocalExecutor

    jobs = count(arguments, "jobs", os.cpu_count() or 1)
    return LocalExecutor(store.archive, plan.scenario, jobs)


def _outcome(
    store: Store, generation: int, plan: Plan, program: Program, made: Made, draws: bool
) -> dict[str, Any]:
    """Says what is there and what is not, and writes the figures; what is wrong with those hides no run."""
    planned = program.planned(plan)
    states = store.states()
    found = [states.get(one.key, "missing") for one in planned]
    counts = {state: found.count(state) for state in ("completed", "failed", "missing")}
    runs, drawn, errors = None, [], []
    if draws and counts["completed"]:
        runs, drawn, errors = _draw(store, generation, plan, program)
    _announce(plan, made, counts)
    print(f"results  {shown(store.folder)}")
    figures = [] if runs is None else _write(store.folder, runs, drawn)
    for error in errors:
        note(f"mptcp: {error}")
    return {
        "study": plan.study,
        "folder": str(store.folder),
        "generation": generation,
        "plannedCount": len(planned),
        "completedCount": counts["completed"],
        "madeCount": made.made,
        "failedCount": counts["failed"],
        "missingCount": counts["missing"],
        "stoppedCount": made.stopped,
        "plots": [str(path) for path in figures],
        "errors": errors,
    }


def _announce(plan: Plan, made: Made, counts: Mapping[str, int]) -> None:
    from mptcp_sweep import sweep as coordinator

    for one, ended in made.failed[:10]:
        print(f"FAILED  {coordinator.failure(plan, one, ended)}")
    now = made.made - len(made.failed)
    absent = f"; {counts['missing']} missing" if counts["missing"] else ""
    total = sum(counts.values())
    print(f"{counts['completed']} of {total} runs completed, {now} of them now{absent}{_of_failed(counts['failed'])}")
    if made.stopped:
        print(f"{made.stopped} runs were ended from outside and do not count: the same command makes them")


def _draw(
    store: Store, generation: int, plan: Plan, program: Program
) -> tuple[pd.DataFrame, list[Drawn], list[str]]:
    """The runs; what could be drawn of them, its numbers on the terminal; what is wrong with the rest."""
    from mptcp_sweep import outcome

    runs = outcome.measured(store, generation, plan, program.planned(plan))
    found = outcome.draw_all(plan, runs, program.described.as_json())
    drawn = [one for one in found if isinstance(one, outcome.Drawn)]
    for one in drawn:
        print(results.table(outcome.text_rows(one.table)))
        print()
    return runs, drawn, [one.problem.message for one in found if isinstance(one, outcome.Undrawn)]


def _write(folder: Path, runs: pd.DataFrame, drawn: Sequence[Drawn]) -> list[Path]:
    from mptcp_sweep import outcome

    figures = outcome.write(folder, runs, drawn)
    for path in figures:
        print(f"plot     {shown(path)}")
    return figures


def report(project: Project, arguments: Arguments) -> dict[str, Any]:
    folder = existing_study(project, arguments.positionals[0])
    packages.ensure_installed(project)
    from mptcp_sweep import report as reports

    wanted = count(arguments, "generation", 0) if "generation" in arguments.options else None
    output = Path(arguments.options["output"]) if arguments.options.get("output") else None
    command = _report_command(project, folder, wanted, output)
    page, fields = reports.write(folder, wanted, output, command)
    print(f"report   {shown(page)}")
    failed = _of_failed(fields["failedCount"])
    if failed:
        print(f"{fields['completedCount']} of {fields['plannedCount']} runs completed{failed}")
    return {"study": arguments.positionals[0], "report": str(page.resolve()), **fields}


def _report_command(project: Project, folder: Path, generation: int | None, output: Path | None) -> str:
    """The words that write the same page again, given in the tree."""
    usual = folder_of(project, "").resolve()
    words = ["./mptcp", "report", shown(folder, usual if folder.is_relative_to(usual) else project.root)]
    if generation:
        words.append(f"--generation={generation}")
    if output:
        words.append(f"--output={shown(output.resolve(), project.root)}")
    return shlex.join(words)
