# SPDX-License-Identifier: GPL-2.0-only
"""`./mptcp reproduce`: what it refuses, its table and page, and that docs/validation.md says the same."""

from __future__ import annotations

import math
import subprocess
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
from matplotlib.figure import Figure
from mptcp_driver import cli, options, reproduce
from mptcp_driver.errors import UsageError
from mptcp_validation import registry, reproduction, study

ROOT = Path(__file__).resolve().parents[2]
PUBLICATION = study.Publication("A. Author, VENUE 2011", "figure 7", "two links <of> 8 Mb/s")


def series(*values: float) -> pd.Series:
    return pd.Series(values, index=range(1, len(values) + 1))


def stand_in(is_quick: bool = False) -> reproduction.Reproduced:
    """Three lines: one that agrees, one whose interval reaches over 0, one that is only shown."""
    lines = [
        study.within("rate", series(9.0, 9.2), 9, unit="Mb/s"),
        study.greater("gain", series(5, 2), series(1, 1), "Mb/s"),
        study.stated("delay", series(1, 2), "7", "ms"),
    ]
    facts = {"cases": {"only": {"scenario": "wifi-3g", "parameters": {"rcvBuf": "1MB"}}}}
    return reproduction.Reproduced("stand-in", PUBLICATION, lines, is_quick, "abc", Figure(figsize=(1, 1)), facts)


class Table(unittest.TestCase):
    def test_verdicts_of_complete_runs(self) -> None:
        rows = reproduction.rows(stand_in())
        self.assertEqual(list(rows.columns), reproduction.COLUMNS)
        # Gains 4 and 1: mean 2.5, and with two runs an interval that holds 0.
        self.assertEqual(rows["verdict"].to_list(), ["agrees", "differs", "not compared"])
        self.assertEqual(rows["published"].to_list(), ["9", "above 0", "7"])
        self.assertAlmostEqual(rows["mean"][0], 9.1)
        # 12.706 (t, one degree of freedom) x 0.1414 / sqrt(2)
        self.assertAlmostEqual(rows["half_width_95"][0], 1.2706, places=3)

    def test_one_run_has_no_interval_and_neither_agrees_nor_differs_by_it(self) -> None:
        lines = [
            study.greater("gain", series(5), series(1)),
            study.greater("loss", series(1), series(5)),
            study.at_least("rate", series(9.0), 8),
        ]
        verdicts = [reproduction.verdict(line, is_quick=False) for line in lines]
        self.assertEqual(verdicts, ["one run has no interval", "differs", "agrees"])

    def test_quick_runs_are_judged_by_their_mean_and_say_so(self) -> None:
        verdicts = reproduction.rows(stand_in(is_quick=True))["verdict"].to_list()
        self.assertEqual(verdicts, ["agrees (indicative)", "agrees (indicative)", "not compared"])

    def test_page_stands_alone_and_escapes(self) -> None:
        text = reproduction.render([stand_in()], "./mptcp reproduce stand-in", "Complete.")
        for wanted in ("A. Author, VENUE 2011", "figure 7", "two links &lt;of&gt; 8 Mb/s", "9.1 ± 1.27", "differs", "rcvBuf=1MB"):
            self.assertIn(wanted, text)
        self.assertIn("1 of 2", text)
        self.assertNotIn("http", text.replace("http://www.w3.org", ""))

    def test_text_has_a_row_for_the_paper_and_one_per_line(self) -> None:
        rows = reproduction.text_rows(reproduction.rows(stand_in()))
        self.assertEqual(rows[1][0], "stand-in: A. Author, VENUE 2011, figure 7")
        self.assertEqual(rows[2], ["  rate", "9", "8.1 to 9.9", "9.1 ± 1.27", "Mb/s", "2", "agrees"])


class Record(unittest.TestCase):
    def test_a_study_replaces_its_rows_and_leaves_the_others(self) -> None:
        made = reproduction.rows(stand_in())
        other = made.assign(study="another", mean=1.0)
        kept = pd.concat([made.assign(mean=2.0), other], ignore_index=True)
        both = reproduction.record(kept, made)
        self.assertEqual(both["study"].to_list(), ["another"] * 3 + ["stand-in"] * 3)
        self.assertAlmostEqual(both["mean"][3], 9.1)

    def test_written_and_read_it_is_the_same_table(self) -> None:
        with tempfile.TemporaryDirectory() as text:
            path = Path(text) / "kept.csv"
            made = reproduction.rows(stand_in())
            reproduction.write_record(path, made)
            self.assertEqual(reproduction.markdown(reproduction.read_record(path)), reproduction.markdown(made))

    def test_only_the_made_part_of_a_document_changes(self) -> None:
        part = reproduction.markdown(reproduction.rows(stand_in()))
        old = f"before\n{reproduction.BEGIN}\nold\n{reproduction.END}\nafter\n"
        self.assertEqual(reproduction.in_document(old, part), f"before\n{part}\nafter\n")
        with self.assertRaisesRegex(ValueError, "has no lines"):
            reproduction.in_document("before", part)


class Documented(unittest.TestCase):
    """docs/validation.md, docs/reproductions.csv and the studies say the same."""

    def test_the_document_shows_what_is_recorded(self) -> None:
        text = (ROOT / reproduce.DOCUMENT).read_text()
        part = reproduction.markdown(reproduction.read_record(ROOT / reproduce.RECORD))
        self.assertTrue(part in text, "./mptcp reproduce <result> --record puts it there")

    def test_every_line_of_every_study_is_recorded_as_the_study_has_it(self) -> None:
        kept = reproduction.read_record(ROOT / reproduce.RECORD)
        self.assertEqual(sorted(set(kept["study"])), registry.reproductions())
        for name in registry.reproductions():
            with self.subTest(name):
                found = registry.load(name)
                wanted = [
                    reproduction.declared(name, found.PUBLICATION, line) for line in reproduction.declared_lines(found)
                ]
                rows = kept[kept["study"] == name][reproduction.DECLARED].to_dict("records")
                self.assertEqual([_plain(row) for row in rows], [_plain(row) for row in wanted])
                self.assertTrue((kept.loc[kept["study"] == name, "runs"] > 0).all())


def _plain(row: dict) -> dict:
    """An open end is None in a study and not a number in a file, where numbers have six digits."""
    found = dict(row)
    for name in ("low", "high"):
        value = found[name]
        found[name] = None if value is None or math.isnan(value) else float(f"{value:.6g}")
    return found


class CommandLine(unittest.TestCase):
    def arguments(self, *words: str) -> options.Arguments:
        return options.parse(options.find_command("reproduce", cli.command_table()), list(words))

    def test_help_names_the_options(self) -> None:
        done = subprocess.run([str(ROOT / "mptcp"), "reproduce", "--help"], capture_output=True, text=True, check=True)
        for wanted in ("--all", "--quick", "--list", "--record", "usage: ./mptcp reproduce [result] ..."):
            self.assertIn(wanted, done.stdout)

    def test_what_cannot_be_is_refused_with_its_reason(self) -> None:
        for words, reason in (
            (["nonesuch"], "unknown result 'nonesuch'"),
            ([], "needs a result, or --all; there are: "),
            (["--all", "chain"], "leave it or 'chain' out"),
            (["chain", "--quick", "--record"], "complete runs only; leave --quick out"),
            (["chain", "--quick", "--seeds=3"], "leave --seeds out"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UsageError, reason):
                reproduce.choose(self.arguments(*words))

    def test_all_are_those_with_a_publication(self) -> None:
        self.assertEqual(reproduce.choose(self.arguments("--all")), registry.reproductions())
        self.assertNotIn("linux-wifi-3g", registry.reproductions())

    def test_quick_says_that_it_is_indicative(self) -> None:
        self.assertIn("indicative", reproduce.remark(True, 60, 2, None))
        self.assertNotIn("indicative", reproduce.remark(False, 60, 2, None))


class Declared(unittest.TestCase):
    def test_lines_are_found_without_runs(self) -> None:
        def lines(runs: pd.DataFrame) -> list[study.Line]:
            return [study.at_least("share", study.per_run(runs, "a", "rate") / study.per_run(runs, "b", "delay"), 0.5)]

        found = SimpleNamespace(
            SEEDS=2, cases=lambda: [study.Case(name, "wifi-3g", {}) for name in "ab"], lines=lines
        )
        self.assertEqual([line.name for line in reproduction.declared_lines(found)], ["share"])

    def test_a_case_that_is_missing_is_a_mistake(self) -> None:
        found = SimpleNamespace(
            SEEDS=1, cases=lambda: [study.Case("a", "x", {})], lines=lambda runs: [study.per_run(runs, "c", "case")]
        )
        with self.assertRaisesRegex(KeyError, "no case 'c'"):
            reproduction.declared_lines(found)


if __name__ == "__main__":
    unittest.main()
