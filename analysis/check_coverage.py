#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Checks documents against the sources: every function and test that their tables name exists.

Usage: analysis/check_coverage.py [document ...]

Without arguments: all documents that have such tables.

Rows have four cells, in tables with the header `| Rule | Code | Test | State |`:

- Rule begins with its number, `3.3.1/4`, counted within the section of the RFC that the document is about.
- Code names definitions as `file:function`; the file is found by its name below model/ and helper/.
- Test names tests as ctest lists them, without the leading `core.` or `ns3.`: `Suite.Test`,
  `Suite.*`, `Prefix/Suite.Test/Row`, `Prefix/Suite.Test/*` or `Prefix/Suite.*`.
- State is done, partly, not yet or not ours; after all but done a colon and the reason follow.

A cell without a name holds `none`. Problems go to standard output, one per line; then the exit
status is 1.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (
    Path("docs/rfc8684-coverage.md"),
    Path("docs/api.md"),
    Path("docs/host-routing.md"),
)
HEADER = ["Rule", "Code", "Test", "State"]
STATES = ("done", "partly", "not yet", "not ours")
QUALIFIERS = re.compile(r"(?:\s|\bconst\b|\bnoexcept\b|\boverride\b|\bfinal\b|->\s*[\w:<>]+)*")


@dataclass(frozen=True)
class Rule:
    line: int
    number: str
    code: tuple[str, ...]
    tests: tuple[str, ...]
    state: str
    reason: str


@dataclass
class Tests:
    """What the test sources declare."""

    plain: dict[str, set[str]] = field(default_factory=dict)  # suite -> tests
    parameterized: dict[str, set[str]] = field(default_factory=dict)
    instances: dict[str, dict[str, str]] = field(default_factory=dict)  # suite -> prefix -> rows


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def names_in(cell: str, line: int, problems: list[str]) -> tuple[str, ...]:
    """The names of a cell in backticks; anything else but `none` and commas is a problem."""
    if cell == "none":
        return ()
    names = tuple(re.findall(r"`([^`]+)`", cell))
    rest = re.sub(r"`[^`]+`|,|<br>", " ", cell).strip()
    if rest or not names:
        problems.append(f"line {line}: '{cell}' is neither `none` nor a list of names in backticks")
    return names


def parse(text: str, problems: list[str]) -> list[Rule]:
    rules = []
    in_table = False
    for line, content in enumerate(text.splitlines(), start=1):
        if not content.startswith("|"):
            in_table = False
            continue
        cells = cells_of(content)
        if cells == HEADER:
            in_table = True
            continue
        if not in_table or set(content) <= set("|-: "):
            continue
        if len(cells) != len(HEADER):
            problems.append(f"line {line}: {len(cells)} cells instead of {len(HEADER)}")
            continue
        number = re.match(r"(?:[0-9]+|[A-Z])(?:\.[0-9]+)*/[0-9]+\b", cells[0])
        if not number:
            problems.append(f"line {line}: the rule has no number of the form 3.3.1/4")
            continue
        state, _, reason = (part.strip() for part in cells[3].partition(":"))
        rules.append(
            Rule(
                line,
                number.group(),
                names_in(cells[1], line, problems),
                names_in(cells[2], line, problems),
                state,
                reason,
            )
        )
    return rules


def without_comments(source: str) -> str:
    return re.sub(r"//[^\n]*|/\*.*?\*/", " ", source, flags=re.DOTALL)


def after_bracket(source: str, opening: int) -> int:
    """Where the bracket that opens here has been closed."""
    pair = {"(": "()", "{": "{}"}[source[opening]]
    depth = 0
    for match in re.compile(f"[{re.escape(pair)}]").finditer(source, opening):
        depth += 1 if match.group() == pair[0] else -1
        if depth == 0:
            return match.end()
    return len(source)


def defines(source: str, function: str) -> bool:
    """True when the text defines the function, not only declares or calls it."""
    for match in re.finditer(rf"(?<![\w~]){re.escape(function)}\s*\(", source):
        end = after_bracket(source, match.end() - 1)
        follows = source[QUALIFIERS.match(source, end).end() :][:1]
        if follows == "{" or (follows == ":" and not source.startswith("::", end)):
            return True
    return False


class Code:
    def __init__(self, root: Path) -> None:
        self._files: dict[str, list[Path]] = {}
        for folder in ("model", "helper"):
            for path in sorted((root / folder).rglob("*")):
                if path.suffix in (".h", ".cc"):
                    self._files.setdefault(path.name, []).append(path)
        self._texts: dict[Path, str] = {}

    def problem_with(self, name: str) -> str | None:
        file, colon, function = name.partition(":")
        if not colon or not function:
            return f"`{name}` is not of the form file:function"
        paths = self._files.get(file, [])
        if len(paths) != 1:
            return f"`{name}`: {len(paths)} files named {file} in model/ and helper/"
        path = paths[0]
        if path not in self._texts:
            self._texts[path] = without_comments(path.read_text(encoding="utf-8"))
        if not defines(self._texts[path], function):
            return f"`{name}`: {file} does not define {function}"
        return None


def rows_of(source: str, opening: int) -> str:
    """The arguments of an instantiation, with the tables and functions that they name."""
    text = source[opening : after_bracket(source, opening)]
    for name in set(re.findall(r"\b[A-Za-z_]\w*", text)):
        for match in re.finditer(rf"^[^\n]*\b{name}(?:\(\))?\s*(?:=\s*)?\{{", source, re.MULTILINE):
            text += source[match.end() - 1 : after_bracket(source, match.end() - 1)]
    return text


def read_tests(root: Path) -> Tests:
    tests = Tests()
    for folder in ("core", "ns3"):
        for path in sorted((root / "test" / folder).rglob("*.cc")):
            source = without_comments(path.read_text(encoding="utf-8"))
            for kind, suite, name in re.findall(
                r"^(TEST|TEST_F|TEST_P)\(\s*(\w+)\s*,\s*(\w+)\s*\)", source, re.MULTILINE
            ):
                table = tests.parameterized if kind == "TEST_P" else tests.plain
                table.setdefault(suite, set()).add(name)
            for match in re.finditer(
                r"^INSTANTIATE_TEST_SUITE_P(\()\s*(\w+)\s*,\s*(\w+)\s*,", source, re.MULTILINE
            ):
                _, prefix, suite = match.groups()
                rows = rows_of(source, match.start(1))
                tests.instances.setdefault(suite, {})[prefix] = rows
    return tests


def problem_with_test(name: str, tests: Tests) -> str | None:
    match = re.fullmatch(r"(?:(\w+)/)?(\w+)\.(\w+|\*)(?:/(\w+|\*))?", name)
    if not match:
        return f"`{name}` is not the name of a test"
    prefix, suite, test, row = match.groups()
    known = (tests.parameterized if prefix else tests.plain).get(suite, set())
    if prefix and prefix not in tests.instances.get(suite, {}):
        return f"`{name}`: there is no {prefix}/{suite}"
    if not known:
        hint = ", which needs a prefix" if suite in tests.parameterized else ""
        return f"`{name}`: there is no suite {suite}{hint}"
    if test != "*" and test not in known:
        return f"`{name}`: {suite} has no test {test}"
    if (row is not None) != (bool(prefix) and test != "*"):
        return f"`{name}`: a row belongs to a parameterized test, and to no other"
    if row not in (None, "*") and f'"{row}"' not in tests.instances[suite][prefix]:
        return f"`{name}`: there is no row {row}"
    return None


def problems_with_numbers(rules: list[Rule]) -> list[str]:
    problems = []
    counts: dict[str, int] = {}
    for rule in rules:
        section, _, number = rule.number.partition("/")
        expected = counts.get(section, 0) + 1
        if int(number) != expected:
            problems.append(f"line {rule.line}: {rule.number} where {section}/{expected} is next")
        counts[section] = int(number)
    return problems


def check(text: str, root: Path) -> tuple[list[Rule], list[str]]:
    """The rules of a document and what is wrong with them."""
    problems: list[str] = []
    rules = parse(text, problems)
    if not rules:
        problems.append("no rules found")
    problems += problems_with_numbers(rules)
    code = Code(root)
    tests = read_tests(root)
    for rule in rules:
        found = [code.problem_with(name) for name in rule.code]
        found += [problem_with_test(name, tests) for name in rule.tests]
        if rule.state not in STATES:
            found.append(f"'{rule.state}' is not a state; one of: {', '.join(STATES)}")
        elif rule.state == "done" and not rule.code:
            found.append("done without any code")
        elif rule.state != "done" and not rule.reason:
            found.append(f"{rule.state} without a reason")
        problems += [f"line {rule.line}: {rule.number}: {each}" for each in found if each]
    return rules, problems


def summary(rules: list[Rule]) -> str:
    counts = [f"{sum(rule.state == state for rule in rules)} {state}" for state in STATES]
    untested = [rule.number for rule in rules if rule.state == "done" and not rule.tests]
    text = f"{len(rules)} rules: {', '.join(counts)}"
    return f"{text}\ndone without a test: {', '.join(untested)}" if untested else text


def main(arguments: list[str]) -> int:
    documents = [Path(each) for each in arguments] or [ROOT / each for each in DOCUMENTS]
    status = 0
    for document in documents:
        rules, problems = check(document.read_text(encoding="utf-8"), ROOT)
        for problem in problems:
            print(f"{document.name}: {problem}")
            status = 1
        print(f"{document.name}: {summary(rules)}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
