# SPDX-License-Identifier: GPL-2.0-only
"""Plans from TOML files and from words of the command line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mptcp_driver.errors import UsageError, nearest

from .plan import VIEWS, Axis, Plan, check_names
from .source import Inline, PlanSource, TomlSource

KEYS = ("study", "scenario", "program", "runs", "first-run", "metrics", "view", "axes", "fixed")
DEFAULT_RUNS = 5


def read(path: Path, study: str | None = None) -> Plan:
    """`study`: the name of --study, instead of that in the plan or of its file."""
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not text"
        raise UsageError(f"the plan {path} cannot be read: {reason}") from problem
    options = () if study is None else (f"--study={study}",)
    source = TomlSource(str(path), text, options=options)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise _syntax_error(source, str(problem)) from problem
    return _from_tables(data, source, path, study)


def _syntax_error(source: TomlSource, problem: str) -> UsageError:
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", problem)
    if found is None:
        line = len(source.text.splitlines())
        return UsageError(f"{source.at(line)}: {problem.removesuffix(' (at end of document)')}")
    return UsageError(f"{source.at(int(found.group(2)))}, column {found.group(3)}: {found.group(1)}")


def _from_tables(data: Mapping[str, Any], source: TomlSource, path: Path, study: str | None) -> Plan:
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
        study=_study(_text(data, "study", source) if "study" in data else None, study, path.stem, source),
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
    check_names(plan)
    return plan


def _text(data: Mapping[str, Any], key: str, source: PlanSource) -> str:
    if not isinstance(data[key], str) or not data[key]:
        raise source.error((key,), f"{key} takes a text, not {_kind(data[key])}")
    return str(data[key])


def _study(written: str | None, asked: str | None, otherwise: str, source: PlanSource) -> str:
    """`written` in the plan, `asked` for with --study. It names a folder, and nothing outside of the results."""
    name = next(one for one in (asked, written, otherwise) if one is not None)
    if re.fullmatch(r"[\w][\w.+-]*", name):
        return name
    problem = f"'{name}' cannot be a study's name: letters, digits and . _ + - can be in it"
    if asked is not None:
        raise UsageError(f"--study: {problem}")
    if written is None:
        in_plan = 'add study = "NAME" to the plan, or ' if isinstance(source, TomlSource) else ""
        problem += f"; {in_plan}give --study=NAME"
    raise source.error(("study",), problem)


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
        wanted = "metrics takes a list of columns of summary.csv; leave it out for the usual one"
        raise source.error(("metrics",), wanted)
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
            wanted = f"the axis {label} takes a list, not {_kind(values)}; a single value goes to [fixed]"
            raise source.error(place, wanted)
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


# ---------------------------------------------------------------------------- from the command line


def target_of(word: str) -> tuple[str, Path | None]:
    """The name of one of ours, or that of a program and where it is."""
    program = Path(word).resolve() if "/" in word else None
    return program.name if program else word, program


def assignments(words: Sequence[str], source: Inline) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for word in words:
        names, equals, text = word.partition("=")
        if not equals or not names or not text:
            raise UsageError(f"'{word}' is not name=value,value,...")
        values = tuple(text.split(","))
        if "" in values:
            raise source.error(("axes", names), f"{names} has an empty value")
        found.append((names, values))
    return found


def from_words(
    target: str, words: Sequence[str], options: Mapping[str, Any], source: Inline = Inline(), varied: Sequence[str] = ()
) -> Plan:
    """
    `wifi-3g rcvBuf=50k,100k scheduler=blest`; what has one value is fixed, but for names in `varied`.
    Options: study, runs, metrics, view.
    """
    axes, fixed = [], {}
    for names, values in assignments(words, source):
        parameters = tuple(names.split("+"))
        if len(values) > 1 or names in varied:
            axes.append(Axis(parameters, values))
            continue
        for name in parameters:
            if name in fixed:
                raise source.error(("fixed", name), f"{name} is given twice")
            fixed[name] = values[0]
    scenario, program = target_of(target)
    name = "-".join([scenario, *(axis.label for axis in axes)])
    plan = Plan(
        study=_study(None, options.get("study"), name, source),
        scenario=scenario,
        axes=tuple(axes),
        fixed=fixed,
        runs=options.get("runs") or DEFAULT_RUNS,
        source=source,
        metrics=_metrics({"metrics": options["metrics"]}, source) if options.get("metrics") else (),
        program=program,
        view=options.get("view") or VIEWS[0],
    )
    check_names(plan)
    return plan
