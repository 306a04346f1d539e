# SPDX-License-Identifier: GPL-2.0-only
"""
Runs on a Dask.distributed cluster that exists already.

Workers need the program at the same place as here, and nothing of ours in Python: what they execute
travels with the task, and the files of a run travel back. Only this process writes the store.
"""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Callable, Generator, Iterable
from typing import Any

import cloudpickle
import distributed
from mptcp_driver import progress, runner
from mptcp_driver import errors as driver_errors
from mptcp_driver.errors import DriverError, UsageError
from mptcp_driver.project import note
from mptcp_validation.archive import Archive

from . import rows, task
from .executor import Finished, Tick
from .task import Ended, Task

CONNECT_TIMEOUT = "10s"
CLOSE_TIMEOUT_S = 2
#: how many tasks wait at the scheduler for every one that runs
QUEUED_PER_THREAD = 4
POLL_S = 0.02
#: after so long without a run that ended it is asked whether there are workers at all
COUNT_WORKERS_AFTER_S = 5.0


class _ByValue:
    """A function that arrives with its code: the worker may not have our modules, or older ones."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        modules = (task, rows, runner, progress, driver_errors)
        for module in modules:
            cloudpickle.register_pickle_by_value(module)
        try:
            self._code = cloudpickle.dumps(function)
        finally:
            for module in modules:
                cloudpickle.unregister_pickle_by_value(module)

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[bytes]]:
        return cloudpickle.loads, (self._code,)


def _checked(address: str) -> str:
    """Here, because a Dask client that cannot make sense of it takes a traceback for its leave."""
    try:
        distributed.comm.get_address_host_port(address)
    except ValueError as problem:
        raise UsageError(f"--dask takes the address of a scheduler, as tcp://HOST:PORT: {problem}") from problem
    return address


class ClusterExecutor:
    def __init__(self, address: str, archive: Archive, scenario: str) -> None:
        self._archive = archive
        self._scenario = scenario
        self._address = _checked(address)
        self._perform_elsewhere = _ByValue(task.perform_elsewhere)
        #: when a run ended or a worker was there last; infinite once it has been said that there is none
        self._worker_seen = math.inf

    def perform(self, tasks: Iterable[Task]) -> Generator[Finished | Tick, None, None]:
        # They tell their losses at length; ours is one line.
        for name in ("distributed", "distributed.client", "asyncio", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            client = distributed.Client(self._address, timeout=CONNECT_TIMEOUT, set_as_default=False)
        except (OSError, ValueError) as problem:
            raise DriverError(
                f"no Dask scheduler answers at {self._address}: {problem}; `dask-scheduler` starts one, and "
                f"`dask-worker {self._address}` its workers"
            ) from problem
        try:
            yield from self._with(client, tasks)
        except (distributed.comm.CommClosedError, distributed.CancelledError) as problem:
            raise DriverError(
                f"the Dask scheduler at {self._address} is gone; the runs made so "
                "far are kept, and the same command goes on with the others"
            ) from problem
        finally:
            # Where the scheduler is gone this may take too long; what matters is said above.
            with contextlib.suppress(OSError, distributed.TimeoutError):
                client.close(timeout=CLOSE_TIMEOUT_S)

    def _with(self, client: distributed.Client, tasks: Iterable[Task]) -> Generator[Finished | Tick, None, None]:
        """So many at a time as the cluster can use: their files would fill the memory of its workers."""
        waiting = iter(tasks)
        active: dict[str, Task] = {}
        ended = distributed.as_completed(loop=client.loop)

        def submit(most: int) -> None:
            while len(active) < most and (one := next(waiting, None)):
                # The key is unique, so that an earlier sweep's result is not taken for this one.
                name = f"mptcp-{one.key}-{id(self)}"
                arguments = (one.key, one.command, one.digest)
                future = client.submit(self._perform_elsewhere, *arguments, pure=False, key=name)
                active[future.key] = one
                ended.add(future)

        submit(self._wanted(client))
        while active:
            self._worker_seen = time.monotonic()
            while not ended.has_ready():
                self._require_connection(client)
                self._tell_of_missing_workers(client)
                yield Tick(0.0)
                time.sleep(POLL_S)
            future = next(ended)
            one = active.pop(future.key)
            yield Finished(one.key, self._take(one, future))
            future.release()
            submit(self._wanted(client))

    @staticmethod
    def _require_connection(client: distributed.Client) -> None:
        if client.status not in ("running", "connecting"):
            raise distributed.CancelledError

    def _tell_of_missing_workers(self, client: distributed.Client) -> None:
        """They may come at any time, and the sweep goes on then."""
        if time.monotonic() < self._worker_seen + COUNT_WORKERS_AFTER_S:
            return
        self._worker_seen = time.monotonic()
        if not client.ncores():
            self._worker_seen = math.inf
            note(
                f"mptcp: the Dask scheduler at {self._address} has no workers, so no run is made; "
                f"`dask-worker {self._address}` on each machine starts them, and the sweep goes on then"
            )

    @staticmethod
    def _wanted(client: distributed.Client) -> int:
        return QUEUED_PER_THREAD * max(1, sum(client.ncores().values()))

    def _take(self, one: Task, future: distributed.Future) -> Ended:
        """A run at which workers die again and again has failed; the cluster goes on with the others."""
        folder = self._archive.workplace(self._scenario, one.key)
        try:
            fields, packed = future.result()
        except distributed.KilledWorker as problem:
            return task.not_made(f"every worker that tried it died: {problem}")
        except (distributed.CancelledError, distributed.comm.CommClosedError):
            raise
        except Exception as problem:
            # Not the run has failed but the worker, and so would all others there.
            raise DriverError(f"a worker cannot make runs: {problem}; the runs made so far are kept") from problem
        task.unpack(packed, folder)
        return Ended(**fields)
