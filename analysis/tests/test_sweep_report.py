# SPDX-License-Identifier: GPL-2.0-only
"""Reports and figures of sweeps: what they say, and that the page stands alone."""

from __future__ import annotations

import base64
import html
import json
import re
import subprocess
import unittest
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
from mptcp_driver.errors import UsageError
from mptcp_sweep import figures, matrix, plan, reading, tables

from support.sweeps import ROOT, STAND_IN, SweepTest

FETCHING = {"src", "href", "srcset", "data", "poster", "action", "background"}


class Addresses(HTMLParser):
    """Everything that a browser would fetch, and the elements there are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value or "" for name, value in attributes if name in FETCHING]


class Page(SweepTest):
    TEXT = 'runs = 3\nmetrics = ["goodput_mbps", "duration_s"]\n[axes]\nsize = [50, 1000]\ncolour = ["red", "mauve"]\n'

    def setUp(self) -> None:
        super().setUp()
        plan_file = self.plan(self.TEXT)
        self.sweep(plan_file, status=1)
        self.driver("report", self.study)
        self.page = (self.study / "report.html").read_text()
        self.assertIn(f"./mptcp sweep {plan_file}", self.page)

    def test_page(self) -> None:
        """One sweep and one report for all of this: they take longer than the reading."""
        checks = (self.needs_nothing_else, self.says_what_was_run_and_what_failed, self.holds_the_table_of_the_figure)
        for check in checks:
            with self.subTest(check.__name__):
                check()

    def needs_nothing_else(self) -> None:
        read = Addresses()
        read.feed(self.page)
        self.assertEqual(len(read.found), 4, "two figures and two tables")
        for address in read.found:
            self.assertRegex(address, "^data:(image/svg.xml|text/csv);base64,")
        self.assertFalse(read.tags & {"script", "link", "iframe", "object", "base"})
        self.assertNotIn("@import", self.page)
        self.assertNotIn("url(", self.page)
        self.assertIn('name="viewport" content="width=device-width', self.page)
        for address in read.found:
            inside = base64.b64decode(address.partition(",")[2]).decode()
            # Names of XML vocabularies are no addresses to fetch from.
            linked = re.findall(r'(?:href|src)="([^"]*)"', inside)
            self.assertEqual([one for one in linked if not one.startswith("#")], [])
            self.assertNotIn("<text", inside, "letters are outlines, so no font has to be there")

    def says_what_was_run_and_what_failed(self) -> None:
        self.assertIn("6 runs of stand-in. Varied: size: 50, 1000; colour: red, mauve.", self.page)
        self.assertIn("12 runs are planned; 0 have not been made and 6 have failed", self.page)
        self.assertIn("failed again when <code>--retry-failed</code> is added", self.page)
        self.assertIn("there is no such colour", self.page)
        self.assertIn("git checkout abc", self.page)
        self.assertIn("metrics = [&quot;goodput_mbps&quot;", self.page)
        # the mean of 10 * 50 and run numbers over 1000, and t(0.975, 2) * .001 / sqrt(3)
        self.assertIn("mean and 95 % interval (Student&#x27;s t); 3 runs of each point; run numbers 1 to 3", self.page)
        self.assertRegex(self.page, r"<td>1000</td><td>red</td><td class=\"number\">[\d.e+]+ ± 0.0025</td>")

    def holds_the_table_of_the_figure(self) -> None:
        csv = re.search(r'download="duration_s.csv" href="data:text/csv;base64,([^"]*)"', self.page)
        assert csv is not None
        self.assertEqual(base64.b64decode(csv.group(1)), (self.study / "figures" / "duration_s.csv").read_bytes())


class NoStudy(SweepTest):
    def test_is_refused(self) -> None:
        self.assertIn("unknown study 'nothing'", self.driver("report", "nothing", status=2).stderr)


def commands(page: str) -> list[str]:
    """Those that make the page again."""
    found = re.search("<h2>To make this again</h2>\n<pre>(.*?)</pre>", page, re.DOTALL)
    assert found is not None
    return html.unescape(found.group(1)).splitlines()


def in_repository(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)


class Incomplete(SweepTest):
    def report(self, *words: str) -> str:
        self.said = self.driver("report", self.study, *words)
        return (self.study / "report.html").read_text()

    def test_a_study_of_failures_tells_each_of_them(self) -> None:
        plan_file = self.plan('runs = 2\n[axes]\nsize = [1, 2]\n[fixed]\ncolour = "mauve"\n')
        self.sweep(plan_file, status=1)
        page = self.report()
        self.assertIn("0 of 4 runs completed; 4 failed: --retry-failed makes them again", self.said.stdout)
        self.assertIn("4 runs are planned; 0 have not been made and 4 have failed. No run has completed.", page)
        self.assertEqual(page.count("there is no such colour"), 4)
        # They have left no manifest; what was planned and which program it was are known all the same.
        self.assertIn("<td>colour</td><td>mauve</td><td>the colour, with unit</td>", page)
        self.assertIn("<td>seconds</td><td>0</td>", page)
        self.assertIn("<td>ns-3</td><td>0</td>", page)
        self.assertNotIn("<figure>", page)
        dry = self.sweep(plan_file, "--dry-run").stdout
        self.assertIn("0 of 4 runs would be made; 4 failed: --retry-failed makes them again", dry)
        self.assertIn("failed again when <code>--retry-failed</code> is added", page)
        sweep, _ = commands(page)
        in_repository(f"{sweep} --retry-failed --no-plot")
        self.assertEqual(self.rows("SELECT DISTINCT state, attempts FROM runs"), [("failed", 2)])

    def test_a_wrong_metric_hides_neither_the_runs_nor_the_other_metric(self) -> None:
        plan_file = self.plan('runs = 1\nmetrics = ["goodput", "path", "duration_s"]\n[axes]\nsize = [1, 2]\n')
        done = self.sweep(plan_file, "--json", plots=True, status=2)
        known = "no column goodput; did you mean goodput_mbps? It has goodput_mbps, duration_s, path, intact"
        self.assertIn(f"{plan_file}, line 3: summary.csv has {known}", done.stderr)
        self.assertIn("2 of 2 runs completed, 2 of them now", done.stdout)
        self.assertRegex(done.stdout, r"results  \S*study\nplot     \S*figures/duration_s.png")
        self.assertEqual(json.loads(done.stdout.splitlines()[-1])["completedCount"], 2)
        page = self.report()
        headings = re.findall("<section>\n<h2>(.*?)</h2>\n<(.*?)>", page)
        warned = 'p class="warning"'
        self.assertEqual(headings, [("Goodput", warned), ("Path", warned), ("Duration (s)", "figure")])
        self.assertIn(known, page)
        self.assertIn("path is not a number", page)


class Repeating(SweepTest):
    """The commands on the page work from the repository, wherever those were given that led to it."""

    def check(self, *words: str) -> None:
        self.driver("sweep", *words, "--folder=my results", "--no-plot")
        page = self.folder / "a page.html"
        self.driver("report", "my results", "--output", page.name, "--generation=1")
        beside = {path.name for path in (self.folder / "my results").iterdir()}
        self.assertFalse(beside & {"runs.csv", "figures", "report.html"}, "a page elsewhere leaves the folder alone")
        checkout, sweep, report = commands(page.read_text())
        self.assertEqual(checkout, "git checkout abc")
        before = page.read_bytes()
        page.unlink()
        for command, said in ((f"{sweep} --no-plot", "2 of 2 runs completed, 0 of them now"), (report, page.name)):
            done = in_repository(command)
            self.assertEqual(done.returncode, 0, command + done.stderr)
            self.assertIn(said, done.stdout)
        self.assertEqual(page.read_bytes(), before)
        self.assertIn("--generation=1", report)

    def test_of_a_plan_named_from_elsewhere(self) -> None:
        self.plan("runs = 1\n[axes]\nsize = [1, 2]\n", "my plan.toml")
        self.check("my plan.toml", "--study=other")

    def test_of_words(self) -> None:
        (self.folder / "program").symlink_to(STAND_IN)
        self.check("./program", "size=1,2", "--runs=1")

    def test_in_the_repository_paths_are_those_of_the_repository(self) -> None:
        source = reading.read(self.plan("[axes]\nsize = [1]\n", "my plan.toml"), "other").source
        words = reading.from_words("./program", ["size=1,2"], {"study": "s"})
        here = {"root": self.folder}
        inline = replace(words, program=self.folder / "program")
        self.assertEqual(replace(source, **here).command(words), "./mptcp sweep 'my plan.toml' --study=other")
        self.assertIn(" ./program size=1,2 ", replace(words.source, **here).command(inline))


class Names(SweepTest):
    TEXT = "runs = 1\n[axes]\nsize = [1]\n"

    def test_results_stay_where_results_are(self) -> None:
        plan_file = self.plan(self.TEXT)
        done = self.sweep(plan_file, "--study=../../evil", status=2)
        self.assertIn("--study: '../../evil' cannot be a study's name: letters, digits", done.stderr)
        self.assertFalse(self.study.exists())
        for name in ("", ".", "..", "a/b", "/tmp/a"):
            with self.subTest(name), self.assertRaisesRegex(UsageError, "cannot be a study's name"):
                reading.read(plan_file, name)

    def test_a_file_whose_name_will_not_do(self) -> None:
        plan_file = self.plan(self.TEXT, "x y.toml")
        refused = self.sweep(plan_file, status=2).stderr
        self.assertIn("x y.toml: 'x y' cannot be a study's name", refused)
        self.assertIn('add study = "NAME" to the plan, or give --study=NAME', refused)
        accepted = self.sweep(plan_file, "--study=xy", "--json").stdout
        self.assertEqual(json.loads(accepted.splitlines()[-1])["study"], "xy")


class Sealed(SweepTest):
    def test_a_folder_that_cannot_be_written(self) -> None:
        plan_file = self.plan("runs = 1\n[axes]\nsize = [1, 2]\n")
        sweep = " ".join(self.words("sweep", plan_file, f"--folder={self.study}", "--no-plot"))
        report = " ".join(self.words("report", self.study))
        elsewhere = f"{report} --output=page.html; echo status $?"
        done = self.with_own_mounts(
            f"mkdir {self.study} && mount -t tmpfs none {self.study} && {sweep} && "
            f"mount -o remount,ro {self.study} && {elsewhere}; {report}; echo status $?; "
            # Now with the files that SQLite leaves beside a store that was read.
            f"mount -o remount,rw {self.study} && {report} && mount -o remount,ro {self.study} && ls {self.study} && "
            f"{elsewhere}"
        )
        self.assertEqual(re.findall("status .*", done.stdout), ["status 0", "status 1", "status 0"], done.stderr)
        self.assertIn("study.sqlite-shm", done.stdout)
        self.assertIn("<h2>Goodput (Mb/s)</h2>", (self.folder / "page.html").read_text())
        remedy = "./mptcp report with --output=FILE writes a page with all of it elsewhere"
        said = done.stderr.splitlines()[-1]
        self.assertEqual(said, f"mptcp: study cannot be written: Read-only file system; {remedy}")
        self.assertNotIn("Traceback", done.stderr)


def small_plan(view: str = "lines", **axes: list[str]) -> plan.Plan:
    words = [f"{name}={','.join(values)}" for name, values in axes.items()]
    return reading.from_words("wifi-3g", words, {"runs": 2, "view": view})


def results(of: plan.Plan) -> pd.DataFrame:
    rows = [
        {**point, "run": run, "goodput_mbps": 10.0 * index + run, "other": "text"}
        for index, point in enumerate(of.points())
        for run in of.run_numbers()
    ]
    return pd.DataFrame(rows)


class Tables(unittest.TestCase):
    def test_means_intervals_and_numbers_of_runs(self) -> None:
        of = small_plan(rcvBuf=["50k", "100k"])
        found = tables.summarised(of, results(of).iloc[:3], "goodput_mbps")
        self.assertEqual(found["rcvBuf"].tolist(), ["50k", "100k"])
        self.assertEqual(found["mean"].tolist(), [1.5, 11.0])
        self.assertEqual(found["runs"].tolist(), [2, 1])
        # t(0.975, 1) = 12.7062, standard deviation sqrt(1/2)
        self.assertAlmostEqual(found["half_width_95"].iloc[0], 12.7062 * 0.5, places=3)
        self.assertTrue(np.isnan(found["half_width_95"].iloc[1]))
        self.assertEqual(tables.runs_in_words(found), "1 to 2 runs of each point")

    def test_usual_metric(self) -> None:
        of = small_plan(rcvBuf=["50k", "100k"])
        self.assertEqual(tables.metrics(of, results(of)), ["goodput_mbps"])

    def test_labels_have_units(self) -> None:
        cases = {
            "goodput_mbps": "Goodput (Mb/s)",
            "delay_p95_ms": "Delay p95 (ms)",
            "subflow_1_share_percent": "Subflow 1 share (%)",
            "flow_a_packets_per_s": "Flow a (packets/s)",
            "duration_s": "Duration (s)",
            "chunks": "Chunks",
        }
        for name, label in cases.items():
            self.assertEqual(tables.metric_label(name), label)


class Figures(unittest.TestCase):
    def draw(self, of: plan.Plan):  # type: ignore[no-untyped-def]
        table = tables.summarised(of, results(of), "goodput_mbps")
        draw = matrix.draw if of.view == "matrix" else figures.draw
        return draw(of, table, {"rcvBuf": "receive buffer of the client, bytes"}, figures.caption(of, table)), table

    def test_a_line_per_series_at_the_places_of_the_numbers(self) -> None:
        figure, table = self.draw(small_plan(rcvBuf=["50k", "100k", "1M"], scheduler=["blest", "ecf"]))
        (axes,) = figure.axes
        lines = {one.get_label(): one for one in axes.containers}
        self.assertEqual(sorted(lines), ["blest", "ecf"])
        for name, line in lines.items():
            self.assertEqual(list(line[0].get_xdata()), [50e3, 100e3, 1e6])
            self.assertEqual(list(line[0].get_ydata()), table[table["scheduler"] == name]["mean"].tolist())
            bars = line[2][0].get_segments()
            self.assertAlmostEqual((bars[0][1][1] - bars[0][0][1]) / 2, table["half_width_95"].iloc[0])
        colours = [line[0].get_color() for line in lines.values()]
        self.assertEqual(len(set(colours)), 2)
        self.assertEqual(axes.get_xscale(), "log")
        self.assertEqual([text.get_text() for text in axes.get_xticklabels()], ["50k", "100k", "1M"])
        self.assertEqual(axes.get_ylabel(), "Goodput (Mb/s)")
        self.assertEqual(axes.get_xlabel(), "rcvBuf: receive buffer of the client, bytes")
        said = [text.get_text() for text in figure.texts]
        self.assertIn("mean and 95 % interval (Student's t); 2 runs of each point; run numbers 1 to 2", said)

    def test_a_legend_of_long_names_is_within_the_figure(self) -> None:
        names = [f"idealised-strong.off.mptcp.b-to-a{number}" for number in range(12)]
        figure, _ = self.draw(small_plan(rcvBuf=["50k", "100k"], scheduler=names))
        legend = figure.legends[0].get_window_extent()
        self.assertGreaterEqual(legend.x0, 0.0)
        self.assertLessEqual(legend.x1, figure.bbox.x1)
        self.assertGreater(legend.y0, figure.axes[0].get_window_extent().y1)

    def test_words_stand_side_by_side_without_lines(self) -> None:
        figure, _ = self.draw(small_plan(scheduler=["blest", "ecf", "sttf"]))
        self.assertEqual(figure.axes[0].containers[0][0].get_linestyle(), "None")

    def test_a_panel_for_every_further_value(self) -> None:
        figure, _ = self.draw(small_plan(rcvBuf=["1", "2"], scheduler=["a", "b"], c=["x", "y"], d=["1", "2"]))
        headings = [axes.get_title() for axes in figure.axes if axes.get_visible()]
        self.assertEqual(headings, ["c x, d 1", "c x, d 2", "c y, d 1", "c y, d 2"])

    def test_a_matrix_has_the_number_in_its_field(self) -> None:
        figure, table = self.draw(small_plan("matrix", congestionControl=["lia", "olia"], scheduler=["a", "b", "c"]))
        axes = figure.axes[0]
        fields = {text.get_position(): text.get_text() for text in axes.texts}
        for row in table.to_dict("records"):
            place = (["lia", "olia"].index(row["congestionControl"]), ["a", "b", "c"].index(row["scheduler"]))
            self.assertEqual(fields[place], f"{row['mean']:.3g}\n± 6.4")
        self.assertEqual(figure.axes[1].get_ylabel(), "Goodput (Mb/s)")

    def test_a_matrix_of_one_axis_has_one_row(self) -> None:
        of = small_plan("matrix", congestionControl=["lia", "olia", "balia"])
        runs = results(of)
        table = tables.summarised(of, runs[runs["congestionControl"] != "olia"], "goodput_mbps")
        axes = matrix.draw(of, table, {}, "").axes[0]
        fields = {text.get_position(): text.get_text().partition("\n")[0] for text in axes.texts}
        lia, balia = (f"{mean:.3g}" for mean in table["mean"])
        self.assertEqual(fields, {(0, 0): lia, (1, 0): "no run", (2, 0): balia})
        self.assertEqual([text.get_text() for text in axes.get_xticklabels()], ["lia", "olia", "balia"])
        self.assertEqual((axes.get_xlabel(), axes.get_ylabel()), ("congestionControl", ""))

    def test_a_field_without_a_run_says_so(self) -> None:
        of = small_plan("matrix", congestionControl=["lia", "olia"], scheduler=["a", "b"])
        table = tables.summarised(of, results(of).iloc[:4], "goodput_mbps")
        figure = matrix.draw(of, table, {}, "")
        self.assertEqual([text.get_text() for text in figure.axes[0].texts].count("no run"), 2)


if __name__ == "__main__":
    unittest.main()
