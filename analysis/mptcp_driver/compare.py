# SPDX-License-Identifier: GPL-2.0-only
"""./mptcp compare: a sweep of what a scenario has of scheduler, congestion control and buffer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import sweeps
from .errors import UsageError
from .options import Arguments, Command
from .project import Project, note
from .scenario import Scenario

if TYPE_CHECKING:
    from mptcp_sweep.plan import Plan

#: what the help and the refusals name; the program itself is asked, and a test asks all of them
COMPARABLE = (
    "app-limited",
    "datacenter",
    "dual-homed",
    "flow-network",
    "handover",
    "linux-peer",
    "resource-pooling",
    "shared-bottleneck",
    "two-paths",
    "wifi-3g",
)
USUAL_RUNS = 3


def command() -> Command:
    return Command(
        "compare",
        "schedulers, congestion controls and buffers on a scenario, as one picture",
        positionals=("scenario", "name=value,value"),
        required=1,
        repeats=True,
        options=sweeps.common_options(USUAL_RUNS),
        remarks=(
            f"Scenarios: {', '.join(COMPARABLE)}",
            "Of these three, those are varied that the scenario has a parameter for, whatever its name;",
            "name=value,value gives it other values. What else has several values becomes rows or panels.",
        ),
    )


def compare(project: Project, arguments: Arguments) -> dict[str, Any]:
    from mptcp_sweep import reading
    from mptcp_sweep.source import Inline

    target, *words = arguments.positionals
    source = Inline("compare")
    reading.assignments(words, source)  # wrong words are refused before anything is installed or built
    sweeps.install(project, arguments)
    from mptcp_sweep import program as programs

    binary, described = programs.find(project, *reading.target_of(target), source)
    plan = read_comparison(arguments, described)
    program = programs.fitting(project, plan, binary, described)
    _note_what_is_left_out(described, plan)
    return sweeps.sweep_with(project, plan, program, arguments)


def read_comparison(arguments: Arguments, described: Scenario) -> Plan:
    """Axes of what is compared come first, with their usual values unless others are given."""
    from mptcp_sweep import comparison, reading
    from mptcp_sweep.source import Inline

    target, *words = arguments.positionals
    axes = comparison.axes(described, words)
    if not axes:
        raise UsageError(
            f"{described.name} has no parameter for {_listed(comparison.absent(described))}, so there is nothing to "
            f"compare; ./mptcp sweep {target} name=value,value varies what it has. "
            f"Scenarios that can be compared: {', '.join(COMPARABLE)}"
        )
    options = sweeps.inline_options(arguments)
    options["runs"] = options["runs"] or USUAL_RUNS
    options["study"] = options["study"] or f"compare-{Path(target).name}"
    options["view"] = "matrix"
    others = [word for word in words if word not in axes]
    varied = [word.partition("=")[0] for word in axes]
    return reading.from_words(target, [*axes, *others], options, Inline("compare"), varied)


def _note_what_is_left_out(described: Scenario, plan: Plan) -> None:
    from mptcp_sweep import comparison

    absent = comparison.absent(described)
    if absent:
        more = "" if len(plan.axes) > 1 else "; name=value,value of another parameter gives the picture more rows"
        note(f"mptcp: {described.name} has no parameter for {_listed(absent)}: left out{more}")


def _listed(titles: Sequence[str]) -> str:
    """a scheduler or a buffer; a congestion control, a scheduler or a buffer."""
    *first, last = [f"a {title}" for title in titles]
    return f"{', '.join(first)} or {last}" if first else last
