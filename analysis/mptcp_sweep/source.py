# SPDX-License-Identifier: GPL-2.0-only
"""Where a plan comes from, so that a message can name the place, and a report the command."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mptcp_driver.errors import UsageError
from mptcp_driver.project import shown

if TYPE_CHECKING:
    from .plan import Plan

#: the keys on the way to a value: ("runs",) or ("axes", "rcvBuf")
Place = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PlanSource:
    """`command`: from wherever a sweep was begun, the words that make it again are given in one folder, `root`."""

    text = ""
    root: Path | None = None
    #: what such a command needs besides the plan: --study, --folder
    options: tuple[str, ...] = ()

    def where(self, place: Place, index: int | None = None) -> str:
        """In words; `index` counts the values of a list from 0."""
        raise NotImplementedError

    def command(self, plan: Plan) -> str:
        raise NotImplementedError

    def path_in_command(self, path: Path) -> str:
        """Relative when it lies in the folder of the command, otherwise absolute."""
        return shown(path.resolve(), self.root) if self.root else str(path.resolve())

    def error(self, place: Place, problem: str, index: int | None = None) -> UsageError:
        return UsageError(f"{self.where(place, index)}: {problem}")


@dataclass(frozen=True)
class Inline(PlanSource):
    """Words of the command line, behind `./mptcp sweep` or another command that makes sweeps."""

    verb: str = "sweep"

    def where(self, place: Place, index: int | None = None) -> str:
        return f"{place[-1]}=" if place[0] in ("axes", "fixed") and len(place) > 1 else "the command line"

    def command(self, plan: Plan) -> str:
        words = ["./mptcp", self.verb, self._target(plan)]
        words += [f"{axis.label}={','.join(axis.values)}" for axis in plan.axes]
        words += [f"{name}={value}" for name, value in plan.fixed.items()]
        words += [f"--study={plan.study}", f"--runs={plan.runs}"]
        if plan.metrics:
            words.append(f"--metrics={','.join(plan.metrics)}")
        return shlex.join([*words, *self.options])

    def _target(self, plan: Plan) -> str:
        if plan.program is None:
            return plan.scenario
        path = self.path_in_command(plan.program)
        return path if "/" in path else f"./{path}"


@dataclass(frozen=True)
class TomlSource(PlanSource):
    """A file; tomllib does not tell where values stand, so they are looked up when something is wrong."""

    name: str
    text: str

    def at(self, line: int) -> str:
        return f"{self.name}, line {line}"

    def command(self, plan: Plan) -> str:
        return shlex.join(["./mptcp", "sweep", self.path_in_command(Path(self.name)), *self.options])

    def where(self, place: Place, index: int | None = None) -> str:
        found = self._line(place)
        if found is None and len(place) > 1:
            found = self._line(place[:-1])
        if found is None:
            return self.name
        return self.at(found if index is None else self._line_of_value(found, index))

    def _line(self, place: Place) -> int | None:
        """Of `key =`, or of `[table]`."""
        table: Place = ()
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*\[\s*([^\[\],'\"]+?)\s*\]\s*(#.*)?$", line)
            if header:
                table = tuple(header.group(1).split("."))
                if table == place:
                    return number
                continue
            key = re.match(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=", line)
            if key:
                words = re.findall(r"[\w-]+|\"[^\"]*\"|'[^']*'", key.group(1))
                if table + tuple(word.strip("\"'") for word in words) == place:
                    return number
        return None

    def _line_of_value(self, first: int, index: int) -> int:
        """Of the value with that index in the list that begins in line `first`."""
        rest = "\n".join(self.text.splitlines()[first - 1 :]).partition("=")[2]
        commas, depth = 0, 0
        line, last = first, first
        tokens = re.finditer(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#[^\n]*|\n|[\[\],{}]|[^\s\[\],{}#\"']+", rest)
        for token in tokens:
            text = token.group()
            if text == "\n":
                line += 1
            elif text in "[{":
                depth += 1
            elif text in "]}":
                depth -= 1
                if depth == 0:
                    break
            elif text == "," and depth == 1:
                commas += 1
            elif not text.startswith("#") and commas == index:
                return line
            last = line
        return last


@dataclass(frozen=True)
class Stored(PlanSource):
    """A plan that was used before."""

    words: str

    def where(self, place: Place, index: int | None = None) -> str:
        return f"the plan's {'.'.join(place)}"

    def command(self, plan: Plan) -> str:
        return self.words
