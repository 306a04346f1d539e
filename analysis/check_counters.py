#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Checks docs/counters.md against the sources: it lists every counter, and every place of each.

Usage: analysis/check_counters.py

The table with the header `| Counter | Meaning | RFC 8684 | Raised in | Test |` has a row for each
counter of model/core/mib.h, in its order. `Raised in` names `file:function` for every file below
model/ that mentions the counter; `Test` names a test as docs/rfc8684-coverage.md does. A cell
without a name holds `none`. What the table of left-out counters names is not in mib.h. Problems go
to standard output, one per line; then the exit status is 1.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import check_coverage

ROOT = check_coverage.ROOT
DOCUMENT = Path("docs/counters.md")
HEADER = ["Counter", "Meaning", "RFC 8684", "Raised in", "Test"]
LEFT_OUT_HEADER = ["Counter of Linux", "Why it is not here"]


def counters_of(mib_header: str) -> list[str]:
    """The enumerators of `enum class Mib`."""
    body = re.search(r"enum class Mib\b[^{]*\{(.*?)\}", mib_header, re.DOTALL)
    names = re.findall(r"\w+", check_coverage.without_comments(body.group(1))) if body else []
    return [name for name in names if name != "COUNT"]


def tables_of(text: str) -> dict[tuple[str, ...], list[tuple[int, list[str]]]]:
    """The rows of each table, with their line numbers, by the table's header."""
    tables: dict[tuple[str, ...], list[tuple[int, list[str]]]] = {}
    rows: list[tuple[int, list[str]]] | None = None
    for line, content in enumerate(text.splitlines(), start=1):
        if not content.startswith("|"):
            rows = None
        elif rows is None:
            rows = tables.setdefault(tuple(check_coverage.cells_of(content)), [])
        elif not set(content) <= set("|-: "):
            rows.append((line, check_coverage.cells_of(content)))
    return tables


def places_of(root: Path) -> dict[str, set[str]]:
    """The files below model/ that mention each counter, by its name."""
    places: dict[str, set[str]] = {}
    for path in sorted((root / "model").rglob("*")):
        if path.suffix in (".h", ".cc"):
            source = check_coverage.without_comments(path.read_text(encoding="utf-8"))
            for name in re.findall(r"\bMib::(\w+)", source):
                places.setdefault(name, set()).add(path.name)
    return places


class Checker:
    def __init__(self, root: Path) -> None:
        self._code = check_coverage.Code(root)
        self._tests = check_coverage.read_tests(root)
        self._places = places_of(root)
        self._counters = counters_of((root / "model/core/mib.h").read_text(encoding="utf-8"))

    def problems(self, text: str) -> list[str]:
        tables = tables_of(text)
        rows = tables.get(tuple(HEADER), [])
        problems = [each for line, cells in rows for each in self._problems_of_row(line, cells)]
        named = [cells[0].strip("`") for _, cells in rows]
        problems += [f"{name} has no row" for name in self._counters if name not in named]
        problems += [f"{name} is not in mib.h" for name in named if name not in self._counters]
        if not problems and named != self._counters:
            problems.append("the rows are not in the order of mib.h, or one is there twice")
        for line, cells in tables.get(tuple(LEFT_OUT_HEADER), []):
            left_out = check_coverage.names_in(cells[0], line, problems)
            problems += [
                f"line {line}: {name} is said to be left out, and is in mib.h"
                for name in left_out
                if name in self._counters
            ]
        return problems

    def _problems_of_row(self, line: int, cells: list[str]) -> list[str]:
        if len(cells) != len(HEADER):
            return [f"line {line}: {len(cells)} cells instead of {len(HEADER)}"]
        problems: list[str] = []
        name = cells[0].strip("`")
        code = check_coverage.names_in(cells[3], line, problems)
        tests = check_coverage.names_in(cells[4], line, problems)
        found = [self._code.problem_with(each) for each in code]
        found += [check_coverage.problem_with_test(each, self._tests) for each in tests]
        documented = {each.partition(":")[0] for each in code}
        raised = self._places.get(name, set())
        found += [f"{file} does not mention it" for file in sorted(documented - raised)]
        found += [f"{file} mentions it too" for file in sorted(raised - documented)]
        return problems + [f"line {line}: {name}: {each}" for each in found if each]

    def summary(self) -> str:
        raised = sum(name in self._places for name in self._counters)
        return f"{len(self._counters)} counters, {raised} of them raised"


def main(arguments: list[str]) -> int:
    if arguments:
        print("usage: check_counters.py", file=sys.stderr)
        return 2
    checker = Checker(ROOT)
    problems = checker.problems((ROOT / DOCUMENT).read_text(encoding="utf-8"))
    for problem in problems:
        print(f"{DOCUMENT.name}: {problem}")
    print(checker.summary())
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
