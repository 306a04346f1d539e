# SPDX-License-Identifier: GPL-2.0-only
"""The same plan on a Dask cluster: a scheduler and two workers on this machine, one of which is killed."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
import time
import unittest
from unittest import mock

import distributed
from mptcp_driver.errors import DriverError
from mptcp_sweep.cluster import ClusterExecutor
from mptcp_sweep.task import Task
from support.sweeps import SweepTest

PLAN = """\
runs = 5
[axes]
size = [1, 2, 3, 4]
rate = [0, 1]
[fixed]
seconds = 0.05
"""


class OnACluster(SweepTest):
    def setUp(self) -> None:
        super().setUp()
        self.log = (self.folder / "cluster.log").open("wb")
        self.addCleanup(self.log.close)
        self.children: list[subprocess.Popen[bytes]] = []
        self.addCleanup(self.stop)
        self.begin("dask-scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.address = self.wait_for(r"Scheduler at:\s+(tcp://\S+)")

    def begin(self, *command: str) -> subprocess.Popen[bytes]:
        """In a folder of its own, where none of our modules is found."""
        folder = self.folder / f"process-{len(self.children)}"
        folder.mkdir()
        environment = {k: v for k, v in self.environment.items() if k != "PYTHONPATH"}
        child = subprocess.Popen(
            ["/usr/bin/python3", f"/usr/bin/{command[0]}", *command[1:]],
            cwd=folder, env=environment, stdout=self.log, stderr=self.log,
        )  # fmt: skip
        self.children.append(child)
        return child

    def worker(self) -> subprocess.Popen[bytes]:
        """Without a nanny, who would start it again."""
        options = ["--no-nanny", "--no-dashboard", "--nthreads=1", "--host=127.0.0.1", "--local-directory=."]
        return self.begin("dask-worker", self.address, *options)

    def stop(self) -> None:
        for child in reversed(self.children):
            child.kill()
            child.wait()

    def wait_for(self, pattern: str) -> str:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            text = (self.folder / "cluster.log").read_text(errors="replace")
            found = re.search(pattern, text)
            if found:
                return found.group(1)
            time.sleep(0.05)
        self.fail(f"the cluster did not say {pattern}:\n{text}")

    def test_same_numbers_also_when_a_worker_is_killed(self) -> None:
        plan = self.plan(PLAN)
        self.sweep(plan)
        here = self.goodputs()
        self.assertEqual(self.states(), {"completed": 40})

        self.study = self.folder / "far"
        first, _ = self.worker(), self.worker()
        sweep = self.start(plan, f"--dask={self.address}", "--json")
        self.wait_for_rows(8)
        first.send_signal(signal.SIGKILL)
        out, err = sweep.communicate(timeout=200)
        self.assertEqual(sweep.returncode, 0, out + err)
        fields = json.loads(out.splitlines()[-1])
        self.assertEqual((fields["completedCount"], fields["failedCount"]), (40, 0))
        self.assertEqual(self.rows("SELECT COUNT(*) FROM runs WHERE attempts > 1"), [(0,)])
        self.assertEqual(self.goodputs(), here)
        for key, in self.rows("SELECT key FROM runs"):
            self.assertTrue((self.study / "runs" / "stand-in" / key / "samples.csv").exists())

    def test_a_run_that_fails_there_has_failed_here(self) -> None:
        self.worker()
        plan = self.plan('runs = 1\n[axes]\nbehaviour = ["well", "crash"]\n')
        done = self.sweep(plan, f"--dask={self.address}", status=1)
        self.assertIn("behaviour=crash, run 1: killed by SIGABRT: stand-in: something went wrong", done.stdout)
        self.assertEqual(self.states(), {"completed": 1, "failed": 1})

    def test_when_the_scheduler_dies_what_was_made_is_kept(self) -> None:
        self.worker()
        plan = self.plan(PLAN)
        sweep = self.start(plan, f"--dask={self.address}")
        self.wait_for_rows(3)
        self.children[0].send_signal(signal.SIGKILL)
        _, err = sweep.communicate(timeout=200)
        self.assertEqual(sweep.returncode, 1, err)
        self.assertIn("is gone; the runs made so far are kept", err.splitlines()[-1])
        self.assertNotIn("Traceback", err)
        made = self.states()["completed"]
        self.assertGreaterEqual(made, 3)
        self.assertIn(f"40 of 40 runs completed, {40 - made} of them now", self.sweep(plan).stdout)


    def test_without_workers_it_says_so_and_waits_for_them(self) -> None:
        sweep = self.start(self.plan("runs = 1\n[axes]\nsize = [1, 2]\n"), f"--dask={self.address}")
        assert sweep.stderr is not None
        patience = threading.Timer(200, sweep.kill)
        patience.start()
        self.addCleanup(patience.cancel)
        said = next((line for line in sweep.stderr if "has no workers" in line), "")
        self.assertIn(f"`dask-worker {self.address}` on each machine starts them", said)
        patience.cancel()
        self.worker()
        _, err = sweep.communicate(timeout=200)
        self.assertEqual(sweep.returncode, 0, err)
        self.assertEqual(self.states(), {"completed": 2})
        self.assertNotIn("has no workers", err, "once is enough")


class GoneScheduler(unittest.TestCase):
    """Which of the two it notices first, the loss or that it cannot say goodbye, is a matter of milliseconds."""

    def test_is_what_is_said_also_when_closing_takes_too_long(self) -> None:
        client = mock.Mock(status="closed")
        client.ncores.return_value = {"a": 1}
        client.close.side_effect = TimeoutError("timed out after 2 s.")
        one = Task("key", ("program",), "digest")
        with mock.patch.object(distributed, "Client", return_value=client), mock.patch.object(
            distributed, "as_completed", return_value=mock.Mock(has_ready=lambda: False)
        ):
            runs = ClusterExecutor("tcp://127.0.0.1:1", mock.Mock(), "stand-in").perform([one])
            with self.assertRaisesRegex(DriverError, "is gone; the runs made so far are kept"):
                list(runs)


class NoCluster(SweepTest):
    def test_is_said_at_once_with_a_remedy(self) -> None:
        plan = self.plan("runs = 1\n[axes]\nsize = [1]\n")
        done = self.sweep(plan, "--dask", "tcp://127.0.0.1:1", status=1)
        self.assertRegex(done.stderr, "no Dask scheduler answers at tcp://127.0.0.1:1.*dask-worker")

    def test_what_is_no_address_gets_one_line(self) -> None:
        plan = self.plan("runs = 1\n[axes]\nsize = [1]\n")
        for address in ("foo", "tcp://127.0.0.1", "foo://127.0.0.1:8786"):
            done = self.sweep(plan, f"--dask={address}", status=2)
            self.assertRegex(done.stderr.splitlines()[-1], "mptcp: --dask takes the address of a scheduler, as tcp://")
            self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
