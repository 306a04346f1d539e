# SPDX-License-Identifier: GPL-2.0-only
"""The coverage document names what exists, and its checker notices when it does not."""

from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import check_coverage

SOURCE = """
/// Mentioned(), never written.
Verdict
Machine::OnSyn(const Facts& facts, Options (*choose)()) const
{
    return Called(facts);
}

Machine::Machine(int value)
    : m_value(value)
{
}

void Declared(int value);
"""

TESTS = """
TEST(Plain, Holds)
{
}

TEST_F(Fixture, AlsoHolds)
{
}

TEST_P(Table, LeadsTo)
{
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    Table,
    testing::Values(Row{"First", 1}, Row{"Second", 2}));

const std::vector<Row> CASES{
    {"Fourth", 4},
};

INSTANTIATE_TEST_SUITE_P(More, Table, testing::ValuesIn(CASES));

// TEST(Commented, Out)
"""

HEAD = "| Rule | Code | Test | State |\n|---|---|---|---|\n"


class Samples(unittest.TestCase):
    """Small documents against a small tree."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name, text in (
            ("model/core/machine.cc", SOURCE),
            ("test/core/machine-test.cc", TESTS),
            ("helper/twice.h", ""),
            ("model/twice.h", ""),
        ):
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def problems(self, *rows: str) -> list[str]:
        return check_coverage.check(HEAD + "\n".join(rows) + "\n", self.root)[1]

    def assert_problem(self, expected: str, *rows: str) -> None:
        problems = self.problems(*rows)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(expected, problems[0])

    def test_good_rows(self) -> None:
        self.assertEqual(
            self.problems(
                "| 3.1/1 MUST: this | `machine.cc:OnSyn` | `Plain.Holds` | done |",
                "| 3.1/2 MUST: that | `machine.cc:Machine`, `machine.cc:OnSyn` | `Plain.*`,"
                " `Fixture.AlsoHolds`, `Rows/Table.LeadsTo/First`, `More/Table.LeadsTo/Fourth`,"
                " `Rows/Table.LeadsTo/*`, `Rows/Table.*` | partly: only half |",
                "| 3.2/1 SHOULD: more | none | none | not yet: no time |",
                "| 3.2/2 SHOULD: more | none | none | not ours: TCP does it |",
                "| 3.2/3 SHOULD: more | `machine.cc:OnSyn` | none | done |",
                "| A.3/1 REQ5: even more | `machine.cc:OnSyn` | none | done |",
            ),
            [],
        )

    def test_missing_code(self) -> None:
        for name, expected in (
            ("absent.cc:OnSyn", "0 files named absent.cc"),
            ("twice.h:OnSyn", "2 files named twice.h"),
            ("machine.cc:Missing", "does not define Missing"),
            ("machine.cc:Mentioned", "does not define Mentioned"),
            ("machine.cc:Called", "does not define Called"),
            ("machine.cc:Declared", "does not define Declared"),
            ("machine.cc:Syn", "does not define Syn"),
            ("machine.cc", "not of the form"),
        ):
            with self.subTest(name):
                self.assert_problem(expected, f"| 3/1 MUST: x | `{name}` | none | done |")

    def test_missing_tests(self) -> None:
        for name, expected in (
            ("Plain.Fails", "Plain has no test Fails"),
            ("Absent.Holds", "no suite Absent"),
            ("Absent.*", "no suite Absent"),
            ("Commented.Out", "no suite Commented"),
            ("Table.LeadsTo", "needs a prefix"),
            ("Other/Table.LeadsTo/First", "no Other/Table"),
            ("Rows/Table.Elsewhere/First", "no test Elsewhere"),
            ("Rows/Table.LeadsTo/Third", "no row Third"),
            ("Rows/Table.LeadsTo/Fourth", "no row Fourth"),
            ("Rows/Table.LeadsTo", "a row belongs"),
            ("Plain.Holds/First", "a row belongs"),
            ("Plain", "not the name of a test"),
        ):
            with self.subTest(name):
                self.assert_problem(
                    expected, f"| 3/1 MUST: x | `machine.cc:OnSyn` | `{name}` | done |"
                )

    def test_malformed_rows(self) -> None:
        code = "`machine.cc:OnSyn`"
        for row, expected in (
            (f"| MUST: x | {code} | none | done |", "no number"),
            (f"| 3/2 MUST: x | {code} | none | done |", "where 3/1 is next"),
            (f"| 3/1 MUST: x | {code} | none |", "3 cells"),
            (f"| 3/1 MUST: x | {code} | none | perhaps |", "'perhaps' is not a state"),
            (f"| 3/1 MUST: x | {code} | none | partly |", "partly without a reason"),
            ("| 3/1 MUST: x | none | none | done |", "done without any code"),
            ("| 3/1 MUST: x | none | none | not yet |", "not yet without a reason"),
            (f"| 3/1 MUST: x | {code} | Plain.Holds | done |", "neither `none` nor"),
        ):
            with self.subTest(row):
                self.assertTrue(
                    any(expected in problem for problem in self.problems(row)), self.problems(row)
                )

    def test_document_without_rules(self) -> None:
        self.assert_problem("no rules found")

    def test_status_and_output(self) -> None:
        document = self.root / "sample.md"
        for row, status in (
            ("| 3/1 MUST: x | `absent.cc:F` | none | done |", 1),
            ("| 3/1 MUST: x | none | none | not yet: no time |", 0),
        ):
            document.write_text(HEAD + row, encoding="utf-8")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                self.assertEqual(check_coverage.main([str(document)]), status)
            self.assertIn("1 rules:", output.getvalue())
            self.assertEqual("sample.md: line 3: 3/1:" in output.getvalue(), status == 1)


class RealDocuments(unittest.TestCase):
    def test_name_only_what_exists(self) -> None:
        for document in check_coverage.DOCUMENTS:
            with self.subTest(document.name):
                text = (check_coverage.ROOT / document).read_text(encoding="utf-8")
                rules, problems = check_coverage.check(text, check_coverage.ROOT)
                self.assertEqual(problems, [])
                self.assertGreater(len(rules), 40)


if __name__ == "__main__":
    unittest.main()
