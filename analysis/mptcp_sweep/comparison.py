# SPDX-License-Identifier: GPL-2.0-only
"""
What ./mptcp compare varies: the parameters by which a scenario takes its congestion control, its
scheduler and its buffer. They have other names in some scenarios, and some scenarios have not all three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mptcp_driver.scenario import Parameter, Scenario

from . import quantity


@dataclass(frozen=True)
class Role:
    """`names`: of the parameters that play it; `usual`: what is compared unless other values are given."""

    title: str
    names: tuple[str, ...]
    usual: tuple[str, ...]


#: columns, rows and panels of the picture
ROLES = (
    Role("congestion control", ("congestionControl", "congestion"), ("lia", "olia", "balia", "wvegas", "cubic")),
    Role("scheduler", ("scheduler", "schedulers"), ("min-rtt", "round-robin", "blest", "ecf", "redundant")),
    Role("buffer", ("rcvBuf", "buffer"), ("100kB", "500kB", "2MB")),
)


def players(described: Scenario) -> dict[Role, Parameter]:
    """By role the parameter that plays it; roles that the scenario has no parameter for are not there."""
    own = {parameter.name: parameter for parameter in described.parameters}
    found = {role: [own[name] for name in role.names if name in own] for role in ROLES}
    return {role: parameters[0] for role, parameters in found.items() if parameters}


def absent(described: Scenario) -> list[str]:
    """Titles of the roles that the scenario has no parameter for."""
    found = players(described)
    return [role.title for role in ROLES if role not in found]


def axes(described: Scenario, given: Sequence[str]) -> list[str]:
    """An axis for every role, as a word of the command line: as it is given, or with the usual values."""
    found: list[str] = []
    for role, parameter in players(described).items():
        own = [word for word in given if parameter.name in word.partition("=")[0].split("+")]
        found += own or [f"{parameter.name}={','.join(usual_values(role, parameter))}"]
    return list(dict.fromkeys(found))  # several roles may take each value together


def usual_values(role: Role, parameter: Parameter) -> Sequence[str]:
    default = quantity.parse(parameter.default)
    if default is not None:
        # A scenario's own default suits its network, which may need far more than others do.
        below = [text for text in role.usual[:-1] if _value(text) < default.value]
        return [*below, _in_bytes(parameter.default)] if below else role.usual
    allowed = _allowed(parameter)
    return [name for name in role.usual if name in allowed] or allowed if allowed else role.usual


def _value(text: str) -> float:
    found = quantity.parse(text)
    assert found is not None, text
    return found.value


def _in_bytes(text: str) -> str:
    """2000000 -> 2MB, as the usual values are written; what has a unit stays as it is."""
    if text.isdigit():
        for zeros, unit in (("000000", "MB"), ("000", "kB")):
            if text.endswith(zeros):
                return text.removesuffix(zeros) + unit
    return text


def _allowed(parameter: Parameter) -> Sequence[str]:
    """
    All values that there are, if the description lists them: as its default where one run takes several,
    otherwise behind a colon. What stands behind "for example" is not all.
    """
    if "," in parameter.default:
        return parameter.default.split(",")
    listed = parameter.help.partition(": ")[2].partition(";")[0].split(", ")
    return listed if parameter.default in listed else []
