# SPDX-License-Identifier: GPL-2.0-only
"""A report in a browser: on a phone and on a desk, from a file, without a network."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import unittest

from support.sweeps import SweepTest, skip_visibly

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
CSS_PX_PER_PT = 96 / 72
#: letters of the caption, and of the numbers in their fields
SMALLEST_OF_LINES_PT, SMALLEST_OF_MATRIX_PT = 7.5, 7.0
PROBE = """<script>
addEventListener("load", () => {
  document.title = JSON.stringify({
    pageWidth: document.documentElement.scrollWidth,
    windowWidth: innerWidth,
    letters: parseFloat(getComputedStyle(document.querySelector("p")).fontSize),
    images: [...document.images].map((i) => [i.complete, i.naturalWidth, i.clientWidth]),
    boxes: [...document.images].map((i) => [i.parentElement.clientWidth, i.parentElement.scrollWidth]),
    fetched: performance.getEntriesByType("resource").map((e) => e.name).filter((n) => !n.startsWith("data:")),
    tables: [...document.querySelectorAll("table")].length,
  });
});
</script>"""


def browser() -> str | None:
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def setUpModule() -> None:
    if browser() is None:
        skip_visibly(__file__, "no headless Chromium (packages-browser.txt)")


class InABrowser(SweepTest):
    def seen(self, width: int) -> dict:
        page = self.study / "report.html"
        copy = self.study / "probed.html"
        copy.write_text(page.read_text().replace("</body>", PROBE + "</body>"))
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},800"]
        options += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={self.folder / 'profile'}"]
        done = subprocess.run(
            [str(browser()), *options, "--virtual-time-budget=5000", "--dump-dom", copy.as_uri()],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        found = re.search(r"<title>(\{.*?\})</title>", done.stdout)
        assert found is not None, done.stderr + done.stdout[:500]
        return dict(json.loads(html.unescape(found.group(1))))

    def test_a_report_fits_the_screen_and_fetches_nothing(self) -> None:
        plan = self.plan(
            'runs = 2\nmetrics = ["goodput_mbps", "duration_s"]\n'
            '[axes]\nsize = [50, 1000]\nrate = [0, 1]\ncolour = ["red", "green"]\n'
        )
        self.sweep(plan)
        self.driver("report", self.study)
        for width in (360, 1280):
            with self.subTest(width=width):
                seen = self.seen(width)
                self.assertEqual(seen["windowWidth"], width)
                self.assertLessEqual(seen["pageWidth"], width, "nothing has to be scrolled sideways")
                self.assertEqual(len(seen["images"]), 2)
                for complete, natural, shown in seen["images"]:
                    self.assertTrue(complete)
                    self.assertGreater(natural, 0, "the figure could be decoded")
                    self.assertGreater(shown, 0.8 * min(width, 900))
                self.figures_can_be_read(seen, width, SMALLEST_OF_LINES_PT)
                self.assertGreaterEqual(seen["letters"], 16)
                self.assertEqual(seen["fetched"], [])
                self.assertGreaterEqual(seen["tables"], 4)

    def test_the_numbers_of_a_matrix_can_be_read_on_a_phone(self) -> None:
        values = "[1, 2, 3, 4, 5]"
        self.sweep(self.plan(f'runs = 2\nview = "matrix"\n[axes]\nsize = {values}\nrate = {values}\n'))
        self.driver("report", self.study)
        seen = self.seen(360)
        self.assertLessEqual(seen["pageWidth"], 360)
        self.figures_can_be_read(seen, 360, SMALLEST_OF_MATRIX_PT)

    def figures_can_be_read(self, seen: dict, width: int, smallest_pt: float) -> None:
        """A figure that is wider than the screen scrolls by itself, in a box that fits."""
        for (_, natural, shown), (box, inside) in zip(seen["images"], seen["boxes"]):
            self.assertGreaterEqual(smallest_pt * CSS_PX_PER_PT * shown / natural, 8.99)
            self.assertLessEqual(box, width)
            self.assertEqual(inside, shown, "all of it can be scrolled to")


if __name__ == "__main__":
    unittest.main()
