# SPDX-License-Identifier: GPL-2.0-only
"""What a study is made of: cases to run, and lines that hold a measured figure against a published one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from scipy import stats


@dataclass(frozen=True)
class Case:
    """One configuration of a scenario, to be repeated with every seed."""

    name: str
    scenario: str
    parameters: Mapping[str, str]
    #: beyond those of the study's other cases, where a difference is small beside what chance makes
    further_runs: int = 0


@dataclass(frozen=True)
class Publication:
    """What a study reproduces, for the table of `./mptcp reproduce`."""

    paper: str
    #: figure or section there
    place: str
    #: in words what is simulated; the lines have the numbers
    setting: str


@dataclass(frozen=True)
class RunResult:
    """What one run left behind: the run folder of docs/results.md."""

    case: str
    run: int
    folder: Path

    def summary(self) -> dict[str, float]:
        """The numbers of summary.csv; columns of text are left out."""
        row = pd.read_csv(self.folder / "summary.csv").iloc[0]
        numbers = pd.to_numeric(row, errors="coerce").dropna()
        return {str(name): float(value) for name, value in numbers.items()}

    def samples(self) -> pd.DataFrame:
        """samples.csv: time_s, entity, metric, value."""
        return pd.read_csv(self.folder / "samples.csv")


@dataclass(frozen=True)
class Interval:
    """A mean with its two-sided 95 % interval (Student's t); not a number with a single run."""

    mean: float
    half_width: float
    runs: int

    @property
    def bar(self) -> float:
        """What a figure draws on either side of the mean: nothing with a single run, since nothing is known."""
        return 0.0 if math.isnan(self.half_width) else self.half_width


def interval_of(values: pd.Series) -> Interval:
    runs = len(values)
    mean = float(values.mean())
    if runs < 2:
        return Interval(mean, math.nan, runs)
    if values.nunique() == 1:  # or the rounding of the mean would pass for a spread of 1e-17
        return Interval(mean, 0.0, runs)
    quantile = float(stats.t.ppf(0.975, runs - 1))
    return Interval(mean, quantile * float(values.std(ddof=1)) / math.sqrt(runs), runs)


@dataclass(frozen=True)
class Line:
    """
    One figure: its value in every run, and where the mean has to lie.

    `certain`: the whole interval has to lie there, not the mean alone; for comparisons, where the
    sign of a difference is the statement.
    """

    name: str
    values: pd.Series
    published: str
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""
    certain: bool = False
    #: not compared: a figure that explains the others
    informs: bool = False

    @property
    def interval(self) -> Interval:
        return interval_of(self.values)

    @property
    def holds(self) -> bool:
        if self.informs:
            return True
        found = self.interval
        spread = found.half_width if self.certain else 0.0
        # Not a number compares as false: no value, and no interval where one is asked for, fails.
        return found.mean - spread >= self.low and found.mean + spread <= self.high


def within(
    name: str, values: pd.Series, published: float, tolerance: float = 0.10, unit: str = ""
) -> Line:
    """The mean is the published value within a relative tolerance."""
    reach = abs(published) * tolerance
    return Line(name, values, f"{published:g}", published - reach, published + reach, unit)


def at_least(name: str, values: pd.Series, least: float, unit: str = "") -> Line:
    return Line(name, values, f"at least {least:g}", low=least, unit=unit)


def at_most(name: str, values: pd.Series, most: float, unit: str = "") -> Line:
    return Line(name, values, f"at most {most:g}", high=most, unit=unit)


def greater(name: str, larger: pd.Series, smaller: pd.Series, unit: str = "") -> Line:
    """The first is larger than the second: the paired difference is above 0, interval included."""
    both = (larger - smaller).dropna()  # of cases with unlike numbers of runs, those that both have
    return Line(name, both, "above 0", low=0.0, unit=unit, certain=True)


def stated(name: str, values: pd.Series, published: str, unit: str = "") -> Line:
    """A figure that is shown beside the others and cannot fall short."""
    return Line(name, values, published, unit=unit, informs=True)


def per_run(runs: pd.DataFrame, case: str, quantity: str) -> pd.Series:
    """A quantity of one case, indexed by run number, so that cases can be subtracted run by run."""
    if quantity not in runs.columns:
        raise KeyError(f"no run has a quantity '{quantity}'")
    rows = runs.loc[runs["case"] == case].set_index("run")[quantity]
    if rows.empty:
        raise KeyError(f"there is no case '{case}'")
    return rows
