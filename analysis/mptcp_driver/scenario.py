# SPDX-License-Identifier: GPL-2.0-only
"""What a scenario program says about itself, and checking a request against it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .errors import DriverError, UsageError, unknown


@dataclass(frozen=True)
class Parameter:
    name: str
    default: str
    help: str

    @property
    def is_flag(self) -> bool:
        return self.default.lower() in ("true", "false")


@dataclass(frozen=True)
class Scenario:
    name: str
    summary: str
    transports: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    ns3_version: str = ""

    def as_json(self) -> dict[str, object]:
        fields = asdict(self)
        fields["ns3Version"] = fields.pop("ns3_version")
        return fields


def parse_description(text: str) -> Scenario:
    """Reads what `<scenario> --describe` prints."""
    return from_json(json.loads(text))


def from_json(data: Mapping[str, Any]) -> Scenario:
    # The driver sets these itself for every run.
    reserved = {"transport", "output", "progress", "describe"}
    parameters = tuple(
        Parameter(p["name"], str(p.get("default", "")), str(p.get("help", "")))
        for p in data.get("parameters", [])
        if p["name"] not in reserved
    )
    transports = tuple(data.get("transports") or ())
    return Scenario(
        data["name"], data.get("summary", ""), transports, parameters, data.get("ns3Version", "")
    )


def describe(binary: Path) -> Scenario:
    done = subprocess.run(
        [str(binary), "--describe"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False
    )
    try:
        if done.returncode != 0:
            raise ValueError(f"status {done.returncode}")
        return parse_description(done.stdout)
    except (ValueError, KeyError) as problem:
        raise DriverError(
            f"{binary.name} --describe failed: {problem}", details=done.stderr.strip()
        ) from problem


def choose_transports(scenario: Scenario, asked: str | None) -> tuple[str, ...]:
    """All of the scenario's transports, or those that were asked for, comma separated."""
    if asked is None:
        return scenario.transports
    if not scenario.transports:
        raise UsageError(f"{scenario.name} has no --transport to choose")
    chosen = tuple(dict.fromkeys(name for name in asked.split(",") if name))
    for name in chosen:
        if name not in scenario.transports:
            raise unknown("transport", name, scenario.transports)
    return chosen


def check_parameters(scenario: Scenario, given: Mapping[str, str | None]) -> dict[str, str]:
    """The parameters as the program wants them; a flag may come without a value."""
    known = {parameter.name: parameter for parameter in scenario.parameters}
    options = ["transport", "output", "json", "no-plot", "help"]
    checked = {}
    for name, value in given.items():
        if name.startswith("ns3::"):  # an attribute's default, which the program checks
            if not value:
                raise UsageError(f"--{name} needs a value, as in --ns3::TcpSocket::DelAckCount=1")
            checked[name] = value
            continue
        if name not in known:
            raise unknown("option", f"--{name}", [f"--{n}" for n in [*known, *options]])
        if value is None:
            if not known[name].is_flag:
                raise UsageError(f"--{name} needs a value: --{name}={known[name].default}")
            value = "true"
        checked[name] = value
    return checked
