# SPDX-License-Identifier: GPL-2.0-only
"""The document of the counters says what the sources do, and its checker notices when not."""

from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import check_counters

MIB = """
enum class Mib : uint8_t
{
    First,  //!< COUNTED, not Named
    Second, //!< of them, some
    COUNT
};
"""

SOURCE = """
void
Machine::Run()
{
    mib.Increment(mptcp::Mib::First);
    // Mib::Second
}
"""

TESTS = """
TEST(Plain, Holds)
{
}
"""

HEAD = "| Counter | Meaning | RFC 8684 | Raised in | Test |\n|---|---|---|---|---|\n"
FIRST = "| `First` | this | 3.1 | `machine.cc:Run` | `Plain.Holds` |"
SECOND = "| `Second` | that | 3.1 | none | none |"
LEFT_OUT = "\n\n| Counter of Linux | Why it is not here |\n|---|---|\n| `Third`, `{}` | no need |\n"


class Samples(unittest.TestCase):
    """Small documents against a small tree."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = Path(folder.name)
        for name, text in (
            ("model/core/mib.h", MIB),
            ("model/machine.cc", SOURCE),
            ("model/other.cc", "void Other()\n{\n}\n"),
            ("test/core/machine-test.cc", TESTS),
        ):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.checker = check_counters.Checker(root)

    def problems(self, *rows: str, tail: str = "") -> list[str]:
        return self.checker.problems(HEAD + "\n".join(rows) + tail)

    def test_good_document(self) -> None:
        self.assertEqual(self.problems(FIRST, SECOND, tail=LEFT_OUT.format("Fourth")), [])
        self.assertEqual(self.checker.summary(), "2 counters, 1 of them raised")

    def test_problems(self) -> None:
        for rows, expected in (
            ((FIRST,), "Second has no row"),
            ((FIRST, SECOND, SECOND.replace("Second", "Third")), "Third is not in mib.h"),
            ((SECOND, FIRST), "not in the order"),
            ((FIRST, SECOND, SECOND), "there twice"),
            ((FIRST.replace("`machine.cc:Run`", "none"), SECOND), "machine.cc mentions it too"),
            ((FIRST.replace("Run", "Walk"), SECOND), "does not define Walk"),
            ((FIRST, SECOND.replace("| none | none", "| `other.cc:Other` | none")), "does not mention"),
            ((FIRST.replace("Plain.Holds", "Plain.Fails"), SECOND), "no test Fails"),
            ((FIRST, SECOND.replace("| none | none |", "| none |")), "4 cells"),
        ):
            with self.subTest(expected):
                problems = self.problems(*rows)
                self.assertEqual(len(problems), 1, problems)
                self.assertIn(expected, problems[0])

    def test_left_out_and_there_nevertheless(self) -> None:
        problems = self.problems(FIRST, SECOND, tail=LEFT_OUT.format("Second"))
        self.assertEqual(len(problems), 1, problems)
        self.assertIn("Second is said to be left out", problems[0])


class RealDocument(unittest.TestCase):
    def test_says_what_the_sources_do(self) -> None:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = check_counters.main([])
        self.assertEqual(status, 0, output.getvalue())
        self.assertGreater(int(output.getvalue().split()[0]), 50)


if __name__ == "__main__":
    unittest.main()
