# SPDX-License-Identifier: GPL-2.0-only
"""
What to run, as data: read from a TOML file or from words on the command line, and checked.

Every message about a plan names the line that is wrong.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mptcp_driver.errors import UsageError, nearest
from mptcp_driver.scenario import Scenario

from . import quantity
from .source import Inline, PlanSource, TomlSource

KEYS = ("study", "scenario", "program", "runs", "first-run", "metrics", "view", "axes", "fixed")
#: how figures show the study: a line per series over the first axis, or a table of coloured fields
VIEWS = ("lines", "matrix")
#: what the driver itself tells every run
OWN_PARAMETERS = {"output": "", "progress": "", "describe": "", "RngRun": "; `runs` and `first-run` set it"}
DEFAULT_RUNS = 5


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


# --------------------------------------------------------------------------------------- from a file


def read(path: Path) -> Plan:
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not text"
        raise UsageError(f"the plan {path} cannot be read: {reason}") from problem
    source = TomlSource(str(path), text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise _syntax_error(source, str(problem)) from problem
    return _from_tables(data, source, path)


def _syntax_error(source: TomlSource, problem: str) -> UsageError:
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", problem)
    if found is None:
        line = len(source.text.splitlines())
        return UsageError(f"{source.at(line)}: {problem.removesuffix(' (at end of document)')}")
    return UsageError(f"{source.at(int(found.group(2)))}, column {found.group(3)}: {found.group(1)}")


def _from_tables(data: Mapping[str, Any], source: TomlSource, path: Path) -> Plan:
    for key in data:
        if key not in KEYS:
            raise source.error((key,), f"unknown key '{key}'; did you mean {nearest(key, KEYS)}?")
    if ("scenario" in data) == ("program" in data):
        raise UsageError(f"{source.at(1)}: a plan names either a scenario or a program")
    program = None
    if "program" in data:
        program = (path.parent / _text(data, "program", source)).resolve()
    scenario = program.name if program else _text(data, "scenario", source)
    fixed_table = _table(data, "fixed", source)
    fixed = {name: _value(value, source, ("fixed", name)) for name, value in fixed_table.items()}
    plan = Plan(
        study=_study(data, source, path.stem),
        scenario=scenario,
        axes=_axes(_table(data, "axes", source), source),
        fixed=fixed,
        runs=_positive(data, "runs", DEFAULT_RUNS, source),
        source=source,
        first_run=_positive(data, "first-run", 1, source),
        metrics=_metrics(data, source),
        program=program,
        view=_text(data, "view", source) if "view" in data else VIEWS[0],
    )
    _check_names(plan)
    return plan


def _text(data: Mapping[str, Any], key: str, source: PlanSource) -> str:
    if not isinstance(data[key], str) or not data[key]:
        raise source.error((key,), f"{key} takes a text, not {_kind(data[key])}")
    return str(data[key])


def _study(data: Mapping[str, Any], source: PlanSource, otherwise: str) -> str:
    name = _text(data, "study", source) if "study" in data else otherwise
    if not re.fullmatch(r"[\w][\w.+-]*", name):
        raise source.error(("study",), f"'{name}' cannot be a study's name: letters, digits and . _ + - can be in it")
    return name


def _table(data: Mapping[str, Any], key: str, source: PlanSource) -> Mapping[str, Any]:
    found = data.get(key, {})
    if not isinstance(found, dict):
        raise source.error((key,), f"{key} is a table, [{key}], not {_kind(found)}")
    return found


def _positive(data: Mapping[str, Any], key: str, otherwise: int, source: PlanSource) -> int:
    value = data.get(key, otherwise)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise source.error((key,), f"{key} takes a whole number from 1 on, not {_kind(value)}")
    return value


def _metrics(data: Mapping[str, Any], source: PlanSource) -> tuple[str, ...]:
    found = data.get("metrics", [])
    if not isinstance(found, list) or ("metrics" in data and not found):
        raise source.error(("metrics",), "metrics takes a list of columns of summary.csv; leave it out for the usual one")
    for index, name in enumerate(found):
        if not isinstance(name, str):
            raise source.error(("metrics",), f"metrics takes texts, not {_kind(name)}", index)
        if name in found[:index]:
            raise source.error(("metrics",), f"{name} stands there twice", index)
    return tuple(found)


def _axes(table: Mapping[str, Any], source: PlanSource) -> tuple[Axis, ...]:
    axes = []
    for label, values in table.items():
        place = ("axes", label)
        if not isinstance(values, list):
            raise source.error(place, f"the axis {label} takes a list, not {_kind(values)}; a single value goes to [fixed]")
        texts = [_value(value, source, place, index) for index, value in enumerate(values)]
        axes.append(Axis(tuple(name.strip() for name in label.split("+")), tuple(texts)))
    return tuple(axes)


def _value(value: Any, source: PlanSource, place: tuple[str, ...], index: int | None = None) -> str:
    """As the program takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)) or (isinstance(value, str) and value):
        return str(value)
    raise source.error(place, f"{place[-1]} takes texts, numbers, true or false, not {_kind(value)}", index)


def _kind(value: Any) -> str:
    kinds = {str: f"the text '{value}'", bool: str(value).lower(), list: "a list", dict: "a table"}
    return kinds.get(type(value), str(value))


def _check_names(plan: Plan) -> None:
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
        _check_duplicates(plan, axis)
    if plan.view not in VIEWS:
        raise plan.source.error(("view",), f"view is one of {', '.join(VIEWS)}, not {plan.view}")
    if plan.view == "matrix" and len(plan.axes) < 2:
        raise plan.source.error(("view",), "a matrix has two axes or more: columns, rows, and a panel for each further value")


def _check_duplicates(plan: Plan, axis: Axis) -> None:
    """The same point twice would count its runs twice; 100kB and 100000 are the same."""
    seen: dict[object, str] = {}
    for index, text in enumerate(axis.values):
        number = quantity.parse(text)
        same = number.value if number and quantity.numbers(axis.values) else text
        if same in seen:
            other = "" if seen[same] == text else f", as {seen[same]}"
            raise plan.source.error(("axes", axis.label), f"{axis.label} has {text} twice{other}", index)
        seen[same] = text


# ---------------------------------------------------------------------------- from the command line


def from_words(
    target: str, words: Sequence[str], options: Mapping[str, Any], source: Inline = Inline(), varied: Sequence[str] = ()
) -> Plan:
    """
    `wifi-3g rcvBuf=50k,100k scheduler=blest`; what has one value is fixed, but for names in `varied`.
    Options: study, runs, metrics, view.
    """
    axes, fixed = [], {}
    for word in words:
        names, equals, text = word.partition("=")
        if not equals or not names or not text:
            raise UsageError(f"'{word}' is not name=value,value,...")
        values = text.split(",")
        if "" in values:
            raise source.error(("axes", names), f"{names} has an empty value")
        parameters = tuple(names.split("+"))
        if len(values) > 1 or names in varied:
            axes.append(Axis(parameters, tuple(values)))
            continue
        for name in parameters:
            if name in fixed:
                raise source.error(("fixed", name), f"{name} is given twice")
            fixed[name] = text
    program = Path(target).resolve() if "/" in target else None
    scenario = program.name if program else target
    name = "-".join([scenario, *(axis.label for axis in axes)])
    plan = Plan(
        study=_study({"study": options.get("study") or name}, source, name),
        scenario=scenario,
        axes=tuple(axes),
        fixed=fixed,
        runs=options.get("runs") or DEFAULT_RUNS,
        source=source,
        metrics=tuple(options.get("metrics") or ()),
        program=program,
        view=options.get("view") or VIEWS[0],
    )
    _check_names(plan)
    return plan


# ------------------------------------------------------------------------------ against the program


def check_against(plan: Plan, described: Scenario) -> None:
    """Every parameter exists, and every value is of its kind; the program itself judges the rest."""
    known = {p.name: p.default for p in described.parameters if p.name not in OWN_PARAMETERS}
    for table, names in (("axes", [(a.label, n) for a in plan.axes for n in a.parameters]), ("fixed", [(n, n) for n in plan.fixed])):
        for label, name in names:
            place = (table, label)
            if name in OWN_PARAMETERS:
                raise plan.source.error(place, f"{name} cannot be set here{OWN_PARAMETERS[name]}")
            if name == "transport" and described.transports:
                continue
            if name not in known:
                every = [*known, *(["transport"] if described.transports else [])]
                guess = nearest(name, every)
                raise plan.source.error(place, f"{described.name} has no parameter {name}; did you mean {guess}?")
    for axis in plan.axes:
        for name in axis.parameters:
            for index, text in enumerate(axis.values):
                _check_value(plan, described, ("axes", axis.label), name, known, text, index)
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
