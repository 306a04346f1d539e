# SPDX-License-Identifier: GPL-2.0-only
"""The command line as data: commands, their options, and how they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .errors import UsageError, unknown


@dataclass(frozen=True)
class Option:
    """--name, or --name=VALUE when `value` names what is expected; --name VALUE will do."""

    name: str
    help: str
    value: str = ""
    #: what --name alone means; without it a value must be given
    otherwise: str = ""

    @property
    def shown(self) -> str:
        if self.otherwise:
            return f"--{self.name}[={self.value}]"
        return f"--{self.name}={self.value}" if self.value else f"--{self.name}"


@dataclass(frozen=True)
class Command:
    name: str
    summary: str
    positionals: tuple[str, ...] = ()
    required: int = 0
    options: tuple[Option, ...] = ()
    takes_parameters: bool = False
    #: the last positional may come any number of times
    repeats: bool = False
    #: what --help says behind the options
    remarks: tuple[str, ...] = ()

    def all_options(self) -> tuple[Option, ...]:
        return self.options + (
            Option("json", "print the result as one JSON object on the last line"),
            Option("help", "show this text"),
        )

    def usage(self) -> str:
        words = [f"./mptcp {self.name}"]
        for index, positional in enumerate(self.positionals):
            words.append(f"<{positional}>" if index < self.required else f"[{positional}]")
        if self.repeats:
            words.append("...")
        if self.takes_parameters:
            words.append("[--parameter=value ...]")
        words.append("[options]")
        return " ".join(words)


@dataclass
class Arguments:
    """One command line, read. `parameters` holds what only the scenario can judge."""

    positionals: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str | None] = field(default_factory=dict)

    @property
    def json(self) -> bool:
        return "json" in self.options


def find_command(name: str, commands: Sequence[Command]) -> Command:
    for command in commands:
        if command.name == name:
            return command
    kind = "option" if name.startswith("-") else "command"
    raise unknown(kind, name, [c.name for c in commands] + ["--help"])


def parse(command: Command, words: Sequence[str]) -> Arguments:
    """Reads the words after the command's name. Nothing is abbreviated, nothing is guessed."""
    known = {option.name: option for option in command.all_options()}
    arguments = Arguments()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "-h":
            word = "--help"
        if not word.startswith("-") or word == "-":
            arguments.positionals.append(word)
            continue
        name, equals, value = word[2:].partition("=")
        if not word.startswith("--") or not name:
            raise unknown("option", word, [f"--{n}" for n in known])
        if name in known:
            if known[name].value and not equals and rest and not rest[0].startswith("--"):
                equals, value = "=", rest.pop(0)
            _store_option(arguments, known[name], equals, value)
        elif command.takes_parameters:
            arguments.parameters[name] = value if equals else None
        else:
            raise unknown("option", f"--{name}", [f"--{n}" for n in known])
    if "help" not in arguments.options:
        _check_positionals(command, arguments.positionals)
    return arguments


def _store_option(arguments: Arguments, option: Option, equals: str, value: str) -> None:
    value = value or ("" if equals else option.otherwise)
    if option.value and not value:
        raise UsageError(f"--{option.name} needs a value: {option.shown}")
    if not option.value and equals:
        raise UsageError(f"--{option.name} takes no value")
    arguments.options[option.name] = value


def _check_positionals(command: Command, given: Sequence[str]) -> None:
    if len(given) < command.required:
        missing = command.positionals[len(given)]
        raise UsageError(f"{command.name} needs a {missing}: {command.usage()}")
    if len(given) > len(command.positionals) and not command.repeats:
        extra = given[len(command.positionals)]
        raise UsageError(f"unexpected '{extra}'; options are written --name=value")


def count(arguments: Arguments, name: str, default: int) -> int:
    """What an option that takes a positive whole number says."""
    text = arguments.options.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise UsageError(f"--{name}={text} is not a positive whole number")
    return int(text)
