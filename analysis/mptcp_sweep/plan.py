# SPDX-License-Identifier: GPL-2.0-only
"""
What to run, as data, and whether it makes sense. `reading` makes plans of files and of words.

Every message about a plan names the line that is wrong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from mptcp_driver.errors import nearest
from mptcp_driver.scenario import Scenario

from . import quantity
from .source import PlanSource

#: how figures show the study: a line per series over the first axis, or a table of coloured fields
VIEWS = ("lines", "matrix")
#: how the names of those parameters end that take a type of ns-3 by any of its names
POLICIES = ("scheduler", "congestioncontrol", "pathmanager")
#: what the driver itself tells every run
OWN_PARAMETERS = {"output": "", "progress": "", "describe": "", "RngRun": "; `runs` and `first-run` set it"}


@dataclass(frozen=True)
class Axis:
    """Values that are varied; several parameters may take each of them together."""

    parameters: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def label(self) -> str:
        return "+".join(self.parameters)


@dataclass(frozen=True)
class Plan:
    """
    Every combination of the axes' values, each with the run numbers first_run, first_run + 1, ...

    `scenario` is the name of one of ours, or of the program when `program` is given.
    """

    study: str
    scenario: str
    axes: tuple[Axis, ...]
    fixed: Mapping[str, str]
    runs: int
    source: PlanSource = field(compare=False)
    first_run: int = 1
    metrics: tuple[str, ...] = ()
    program: Path | None = None
    view: str = "lines"

    def points(self) -> Iterator[dict[str, str]]:
        """The value of every axis, by the axis' label."""
        labels = [axis.label for axis in self.axes]
        for values in itertools.product(*(axis.values for axis in self.axes)):
            yield dict(zip(labels, values))

    def parameters(self, point: Mapping[str, str]) -> dict[str, str]:
        """Everything that the program is told, but the run number."""
        varied = {name: point[axis.label] for axis in self.axes for name in axis.parameters}
        return {**self.fixed, **varied}

    def run_numbers(self) -> range:
        return range(self.first_run, self.first_run + self.runs)

    def as_json(self) -> dict[str, Any]:
        return {
            "study": self.study,
            "scenario": self.scenario,
            "program": str(self.program) if self.program else None,
            "axes": {axis.label: list(axis.values) for axis in self.axes},
            "fixed": dict(self.fixed),
            "runs": self.runs,
            "firstRun": self.first_run,
            "metrics": list(self.metrics),
            "view": self.view,
        }

    def command(self) -> str:
        """The words that make this sweep again."""
        return self.source.command(self)


def from_json(data: Mapping[str, Any], source: PlanSource) -> Plan:
    return Plan(
        data["study"],
        data["scenario"],
        tuple(Axis(tuple(label.split("+")), tuple(values)) for label, values in data["axes"].items()),
        data["fixed"],
        data["runs"],
        source,
        data["firstRun"],
        tuple(data["metrics"]),
        Path(data["program"]) if data["program"] else None,
        data["view"],
    )


def check_names(plan: Plan) -> None:
    """What needs no knowledge of the program."""
    if not plan.axes:
        raise plan.source.error(("axes",), "nothing is varied: [axes] has no parameter")
    seen: set[str] = set()
    for axis in plan.axes:
        place = ("axes", axis.label)
        if not axis.values:
            raise plan.source.error(place, f"the axis {axis.label} has no values")
        for name in axis.parameters:
            if name in seen:
                raise plan.source.error(place, f"{name} is on two axes")
            if name in plan.fixed:
                raise plan.source.error(place, f"{name} is on an axis and fixed")
            seen.add(name)
        _check_duplicates(plan, axis, partial(_meaning_of_number, axis))
    if plan.view not in VIEWS:
        raise plan.source.error(("view",), f"view is one of {', '.join(VIEWS)}, not {plan.view}")


def _check_duplicates(plan: Plan, axis: Axis, meaning: Callable[[str], object]) -> None:
    """The same point twice would count its runs twice."""
    seen: dict[object, str] = {}
    for index, text in enumerate(axis.values):
        same = meaning(text)
        if same in seen:
            other = "" if seen[same] == text else f", as {seen[same]}"
            raise plan.source.error(("axes", axis.label), f"{axis.label} has {text} twice{other}", index)
        seen[same] = text


def _meaning_of_number(axis: Axis, text: str) -> str:
    """100kB and 100000 are the same where all values are numbers, and so are 0.55ms and 550us."""
    number = quantity.parse(text)
    return f"{number.value:.15g}" if number and quantity.numbers(axis.values) else text


def _meaning_to_program(axis: Axis, known: Mapping[str, str], text: str) -> tuple[str, ...]:
    """To each of the parameters that take the value together; `known`: with their defaults."""
    return tuple(_without_spelling(name, known.get(name, ""), text) for name in axis.parameters)


def _without_spelling(name: str, default: str, text: str) -> str:
    """Flags have two spellings, and policies many: min-rtt, MptcpMinRtt, ns3::MptcpMinRtt."""
    if default in ("true", "false"):
        return {"1": "true", "0": "false"}.get(text, text)
    return _folded_policy(text) if name.lower().endswith(POLICIES) else text


def _folded_policy(text: str) -> str:
    """As FindPolicy (helper/mptcp-policy-names.h) compares: no case, hyphens and prefixes."""
    folded = re.sub("[^a-z0-9]", "", text.removeprefix("ns3::").lower())
    return folded.removeprefix("mptcp").removeprefix("tcp")


def check_against(plan: Plan, described: Scenario) -> None:
    """Every parameter exists, and every value is of its kind; the program itself judges the rest."""
    known = {p.name: p.default for p in described.parameters if p.name not in OWN_PARAMETERS}
    every = [*known, *(["transport"] if described.transports else [])]
    places = [(("axes", axis.label), name) for axis in plan.axes for name in axis.parameters]
    places += [(("fixed", name), name) for name in plan.fixed]
    for place, name in places:
        if name in OWN_PARAMETERS:
            raise plan.source.error(place, f"{name} cannot be set here{OWN_PARAMETERS[name]}")
        if name not in every:
            guess = nearest(name, every)
            raise plan.source.error(place, f"{described.name} has no parameter {name}; did you mean {guess}?")
    for axis in plan.axes:
        for name in axis.parameters:
            for index, text in enumerate(axis.values):
                _check_value(plan, described, ("axes", axis.label), name, known, text, index)
        _check_duplicates(plan, axis, partial(_meaning_to_program, axis, known))
    for name, text in plan.fixed.items():
        _check_value(plan, described, ("fixed", name), name, known, text, None)


def _check_value(
    plan: Plan,
    described: Scenario,
    place: tuple[str, str],
    name: str,
    known: Mapping[str, str],
    text: str,
    index: int | None,
) -> None:
    if name == "transport" and described.transports:
        if text not in described.transports:
            guess = nearest(text, described.transports)
            raise plan.source.error(place, f"there is no transport {text}; did you mean {guess}?", index)
        return
    default = known[name]
    if default in ("true", "false") and text not in ("true", "false", "0", "1"):
        raise plan.source.error(place, f"{name} takes true or false, not {text}", index)
    if default not in ("true", "false") and quantity.parse(default) and not quantity.parse(text):
        raise plan.source.error(place, f"{name} takes a number as {default}, not {text}", index)
