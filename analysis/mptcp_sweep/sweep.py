# SPDX-License-Identifier: GPL-2.0-only
"""The coordinator: which runs are missing, and what becomes of those that are made."""

from __future__ import annotations

import errno
import json
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from mptcp_driver.errors import DriverError, UsageError, nearest
from mptcp_driver.progress import Progress
from mptcp_driver.project import note

from . import room, rows, task
from .executor import Executor, Finished
from .plan import Plan
from .program import Program
from .store import Generation, Planned, Store
from .task import Ended, Task


@dataclass
class Made:
    """What became of the runs that were missing; `failed` is part of `made`."""

    made: int = 0
    #: ended from outside: they do not count and are missing still
    stopped: int = 0
    failed: list[tuple[Planned, Ended]] = field(default_factory=list)


def enter_generation(store: Store, plan: Plan, program: Program, new: bool) -> int:
    """That of this build; another build never gets into it. `new`: begin one where there are others."""
    generations = store.generations()
    same = [one.id for one in generations if one.build == program.build]
    others = [one for one in generations if one.completed + one.failed]
    if not same and not new and others:
        raise UsageError(_other_build(store, others[-1], plan))
    generation = same[-1] if same else store.begin_generation(program.build, program.described.ns3_version)
    remember(store, generation, plan, program)
    return generation


def remember(store: Store, generation: int, plan: Plan, program: Program) -> None:
    description = json.dumps(program.described.as_json())
    store.remember_plan(generation, plan.as_json(), plan.source.text, plan.command(), description)


def _other_build(store: Store, newest: Generation, plan: Plan) -> str:
    revisions = store.revisions(newest.id)
    of = f" (git {revisions[-1]}, ns-3 {newest.ns3_version})" if revisions else ""
    runs = f"the {newest.completed + newest.failed} runs of study {plan.study}"
    scenario = store.plan(newest.id)["plan"]["scenario"]
    if scenario != plan.scenario:
        return (
            f"{runs} were made by {scenario}{of}, not by {plan.scenario}, and results of two programs are never mixed. "
            f"They stay as they are. Add --study=NAME for a study of its own, or --new to make the runs of "
            f"{plan.scenario} beside them"
        )
    return (
        f"{runs} were made by another build of {scenario}{of}, and results of two builds are never mixed. They stay "
        "as they are. Add --new to make all runs of the plan again beside them, or --study=NAME for a study of its "
        "own; with the sources of that build the old one goes on"
    )


def missing(store: Store, planned: Sequence[Planned], retry_failed: bool) -> list[Planned]:
    states = store.states()
    wanted = (None, "failed") if retry_failed else (None,)
    return [one for one in planned if states.get(one.key) in wanted]


def tasks(program: Program, planned: Sequence[Planned]) -> list[Task]:
    return [Task(one.key, one.command, program.digest) for one in planned]


def make(
    store: Store,
    generation: int,
    plan: Plan,
    program: Program,
    wanted: Sequence[Planned],
    executor: Executor,
    title: str,
) -> Made:
    """Makes those runs; each counts once it is kept, whatever happens next."""
    by_key = {one.key: one for one in wanted}
    made = Made()
    progress = Progress(title)
    running = 0.0
    kept = partial(_kept, made)
    with room.losses_explained(store.folder, kept), closing(executor.perform(tasks(program, wanted))) as events:
        try:
            for event in events:
                if isinstance(event, Finished):
                    _keep(store, generation, plan, by_key[event.key], event.ended, made)
                else:
                    running = event.running
                done = min(made.made + made.stopped + running, len(wanted)) / max(len(wanted), 1)
                progress.update(done, _detail(made, len(wanted)))
        finally:
            progress.close()
    return made


def _detail(made: Made, wanted: int) -> str:
    failed = f", {len(made.failed)} failed" if made.failed else ""
    return f"{made.made} of {wanted} runs{failed}"


def _keep(store: Store, generation: int, plan: Plan, planned: Planned, ended: Ended, made: Made) -> None:
    if ended.disk_full:
        raise OSError(errno.ENOSPC, "no space left")
    if ended.other_build:
        raise _changed_meanwhile(planned, ended, made)
    if ended.stopped:
        made.stopped += 1
        return
    store.keep(generation, planned, plan.scenario, ended)
    made.made += 1
    if ended.state == "failed":
        made.failed.append((planned, ended))
        if len(made.failed) == 1:
            note(f"mptcp: the first run that failed: {failure(plan, planned, ended)}")
    elif made.made - len(made.failed) == 1:
        for metric in plan.metrics:
            problem = metric_problem(plan, metric, list(ended.summary))
            if problem:
                note(f"mptcp: {problem.message}; the runs are kept, and the plan may be mended at any time")


def _kept(made: Made) -> str:
    return f"the {made.made} runs made so far are kept"


def _changed_meanwhile(planned: Planned, ended: Ended, made: Made) -> DriverError:
    return DriverError(
        f"{planned.command[0]} on {ended.host}, or a library that it loads, was changed during the sweep, and results "
        f"of two builds are never mixed; {_kept(made)}. Give the same command again: it goes on from there if the "
        "build is the old one; for another build add --new, which makes all runs again beside those"
    )


def metric_problem(plan: Plan, metric: str, summary: Collection[str]) -> UsageError | None:
    """What the plan wants to see of every run has to be there; `summary`: names of its figures."""
    if rows.having(metric, summary):
        return None
    columns = list(dict.fromkeys(rows.split(one)[1] for one in summary))
    guess = nearest(metric, [*columns, *summary])
    problem = f"summary.csv has no column {metric}; did you mean {guess}? It has {', '.join(columns)}"
    labels = [label for label in dict.fromkeys(rows.split(one)[0] for one in summary) if label]
    if labels:
        one_row = rows.named(labels[0], rows.split(str(guess))[1])
        problem += f", of the rows {', '.join(labels)}; {one_row} is that of one row"
    return plan.source.error(("metrics",), problem, plan.metrics.index(metric))


def failure(plan: Plan, planned: Planned, ended: Ended) -> str:
    """One line: the point, how it ended, what it said last; for a refusal the line of the plan."""
    point = " ".join(f"{name}={value}" for name, value in planned.point.items())
    said = f": {ended.messages[-1]}" if ended.messages else ""
    place = ""
    if ended.exit_state == task.REFUSED:
        place = _place_of_refusal(plan, planned, said)
    return f"{place}{point}, run {planned.run}: {ended.exit_state}{said}"


def _place_of_refusal(plan: Plan, planned: Planned, said: str) -> str:
    for axis in plan.axes:
        if any(f"--{name}" in said for name in axis.parameters):
            index = axis.values.index(planned.point[axis.label])
            return plan.source.where(("axes", axis.label), index) + ": "
    for name in plan.fixed:
        if f"--{name}" in said:
            return plan.source.where(("fixed", name)) + ": "
    return ""
