# SPDX-License-Identifier: GPL-2.0-only
"""The program that a plan runs: built when it is ours, and what tells its builds apart."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mptcp_driver import build as building
from mptcp_driver import scenario
from mptcp_driver.errors import DriverError, UsageError, nearest
from mptcp_driver.project import Project
from mptcp_validation.archive import run_key, source_digest

from . import task
from .plan import Plan, check_against
from .source import PlanSource
from .store import Planned


@dataclass(frozen=True)
class Program:
    """
    `build`: two runs with the same build, parameters and run number have the same result.
    `digest`: of the file itself, for machines that have their own copy.
    """

    binary: Path
    described: scenario.Scenario
    build: str
    digest: str

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Program:
        described = scenario.from_json(data["description"])
        return Program(Path(data["binary"]), described, data["build"], data["digest"])

    def planned(self, plan: Plan) -> list[Planned]:
        return planned_runs(plan, self.build, self.binary)


def planned_runs(plan: Plan, build: str, binary: Path) -> list[Planned]:
    """Every run of the plan; the first run of every point comes before the second of any."""
    found = []
    for run in plan.run_numbers():
        for point in plan.points():
            parameters = plan.parameters(point)
            words = [f"--{name}={value}" for name, value in parameters.items()]
            key = run_key(build, plan.scenario, parameters, run)
            found.append(Planned(key, point, run, [str(binary), *words, f"--RngRun={run}"]))
    return found


def find(project: Project, name: str, program: Path | None, source: PlanSource) -> tuple[Path, scenario.Scenario]:
    """The program and what it says of itself; builds what has to be built."""
    if program is not None:
        if not program.is_file() or not os.access(program, os.X_OK):
            raise source.error(("program",), f"{program} is not a program")
        return program, scenario.describe(program)
    names = project.scenario_names()
    if name not in names:
        guess = nearest(name, names)
        raise source.error(("scenario",), f"unknown scenario '{name}'; did you mean {guess}?")
    sources = source_digest(project.root, name)
    building.build(project, "release", [name])
    if source_digest(project.root, name) != sources:
        raise DriverError(f"sources of {name} were changed while it was built; give the same command again")
    binary = project.scenario_binary(name)
    if not binary.exists():
        raise UsageError(f"{name} needs an ns-3 that was built with its module fd-net-device")
    return binary, scenario.describe(binary)


def prepare(project: Project, plan: Plan) -> Program:
    """Builds what has to be built; refuses a plan that does not fit the program."""
    return fitting(project, plan, *find(project, plan.scenario, plan.program, plan.source))


def fitting(project: Project, plan: Plan, binary: Path, described: scenario.Scenario) -> Program:
    check_against(plan, described)
    digest = task.program_digest(binary)
    # The library of ours knows its git revision, so its file changes with every commit; its sources do not.
    identity = digest if plan.program else source_digest(project.root, plan.scenario)
    return Program(binary, described, f"{identity} ns-3 {described.ns3_version}", digest)
