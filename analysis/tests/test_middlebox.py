# SPDX-License-Identifier: GPL-2.0-only
"""Cells of the scenario middlebox: read, shown as a table and as a heat map; and a page for each box."""

from __future__ import annotations

import json
import re
import tempfile
import unittest
from pathlib import Path

from mptcp_analysis import store
from mptcp_analysis.figures import middlebox
from mptcp_driver import results

ROOT = Path(__file__).resolve().parents[2]
HEADER = (
    "box,placement,direction,checksum,outcome,expected,as_expected,intact,goodput_mbps,tcp_goodput_mbps,"
    "outcome_s,completed_s,received_bytes,source\n"
)
ROWS = (
    '"nat",first,up,0,two-paths,two-paths,1,1,13,8,0.08,0.31,500000,"RFC 8684 6, NATs"\n'
    '"nat",first,up,1,moved,two-paths,0,1,6,8,0.5,0.7,500000,"RFC 8684 6, NATs"\n'
    '"pep",both,down,1,tcp,tcp,1,1,8,8,0.02,0.5,500000,"RFC 8684 6"\n'
    '"nat,isn",second,up,0,fails,,,1,0.5,0,60,0.1,29900,""\n'
)


class Cells(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        (self.folder / "cells.csv").write_text(HEADER + ROWS)

    def test_in_json(self) -> None:
        cells = results.read_cells(self.folder)
        self.assertEqual(len(cells), 4)
        first = cells[0]
        self.assertEqual(first["box"], "nat")
        self.assertIs(first["checksum"], False)
        self.assertIs(first["asExpected"], True)
        self.assertIs(first["intact"], True)
        self.assertEqual(first["goodputMbps"], 13)
        self.assertEqual(first["outcomeSeconds"], 0.08)
        self.assertEqual(first["source"], "RFC 8684 6, NATs")
        self.assertIs(cells[1]["asExpected"], False)
        self.assertNotIn("asExpected", cells[3])

    def test_none_in_other_scenarios(self) -> None:
        (self.folder / "cells.csv").unlink()
        self.assertEqual(results.read_cells(self.folder), [])

    def test_as_a_table(self) -> None:
        lines = results.cell_table(results.read_cells(self.folder)).splitlines()
        self.assertEqual(lines[0].split(), ["box", "first", "second", "both"])
        self.assertEqual(lines[1].split(maxsplit=1), ["nat", "two-paths / moved (!)  -       -"])
        self.assertEqual(lines[3].split(), ["nat,isn", "-", "fails", "-"])

    def test_as_a_heat_map(self) -> None:
        manifest = {"scenario": "middlebox", "parameters": {"bytes": "500000"}, "seed": 1}
        (self.folder / "manifest.json").write_text(json.dumps(manifest))
        (self.folder / "samples.csv").write_text("time_s,entity,metric,value\n")
        run = store.load(self.folder)
        table = middlebox.prepare(run)
        self.assertEqual(list(table["column"]), [0, 1, 11, 4])
        self.assertEqual(list(table["row"]), [0, 0, 1, 2])
        figure = middlebox.draw(table, middlebox.caption(run))
        axes = figure.axes[0]
        self.assertEqual([label.get_text() for label in axes.get_yticklabels()], ["nat", "pep", "nat,isn"])
        frames = [patch for patch in axes.patches if not patch.get_fill()]
        self.assertEqual(len(frames), 1, "one cell is not as expected")
        texts = [text.get_text() for text in axes.texts]
        self.assertIn("1.62", texts)
        self.assertNotIn("nan", " ".join(texts))
        legend = [text.get_text() for text in figure.legends[0].get_texts()]
        self.assertIn("falls back to TCP", legend)
        self.assertNotIn("hangs", legend)


class Pages(unittest.TestCase):
    def test_every_box_of_the_catalogue_has_a_page_with_a_picture(self) -> None:
        source = (ROOT / "helper" / "middlebox-catalogue.cc").read_text()
        names = re.findall(r'\{"([a-z-]+)",\s*"', source)
        self.assertGreater(len(names), 16)
        document = (ROOT / "docs" / "middleboxes.md").read_text()
        pages: dict[str, str] = {}
        for page in document.split("\n### ")[1:]:
            title, _, text = page.partition("\n")
            pages.update({name.strip(): text for name in title.split(",")})
        for name in names:
            self.assertIn(name, pages)
            pictures = re.findall(r"!\[\]\((\S+)\)", pages[name])
            self.assertEqual(len(pictures), 0 if name == "none" else 1, name)
            for picture in pictures:
                self.assertTrue((ROOT / "docs" / picture).exists(), picture)


if __name__ == "__main__":
    unittest.main()
