"""Workers that stay for the next job: one a card, replaced when lost, gone when idle."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import psutil
import pytest

from bridge.backends.local.hands import Hands
from bridge.backends.local.seats import Seats
from bridge.domain.errors import EngineLost, GpuLost
from bridge.domain.job import Reservation
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.engines.ltx.memory import Card
from bridge.engines.protocol import LocalOrder, Warm
from tests.fakes.local_worker import fake_python

ONE = Card(kind="cuda", index=0, name="One", total=100, free=50, uuid="GPU-1")
TWO = replace(ONE, index=1, name="Two", free=80, uuid="GPU-2")


@pytest.fixture
def python(tmp_path):
    return fake_python(tmp_path / "python")


class Jobs:
    """Orders, and what was told of each."""

    def __init__(self, folder, seats, python) -> None:
        self.folder = folder
        self.seats = seats
        self.python = python
        self.told = {}

    def order(self, name, **does):
        staging = self.folder / name
        staging.mkdir(exist_ok=True)
        return LocalOrder(
            job=name,
            request=LiftRequest(
                backend="ltx",
                source=SourceSpec(path=self.folder / "c.mp4"),
                output=OutputSpec(folder=self.folder),
                parameters=does,
            ),
            reservation=Reservation(name=name, staging=staging, final=self.folder / f"{name}_v001"),
            weights=self.folder,
            models=self.folder,
            seed=1,
            log=self.folder / f"{name}.log",
        )

    async def lift(self, name, cards=(ONE,), python=None, **does):
        async def report(state):
            self.told.setdefault(name, json.loads(state.note))

        return await self.seats.lift(cards, python or self.python, self.order(name, **does), report)


def run(tmp_path, python, work, **how):
    async def all_of_it():
        seats = Seats(**how)
        try:
            return await asyncio.wait_for(work(Jobs(tmp_path, seats, python)), 120)
        finally:
            await seats.close()

    return asyncio.run(all_of_it())


def alive(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def gone(pid):
    for _ in range(3000):
        if not alive(pid):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the worker stayed")


def test_a_worker_stays_for_the_next_job_and_its_chatter_goes_to_each_jobs_log(tmp_path, python):
    async def work(jobs):
        await jobs.lift("a")
        await jobs.lift("b")
        assert jobs.told["a"]["pid"] == jobs.told["b"]["pid"]
        return jobs.told["a"]["pid"]

    assert not alive(run(tmp_path, python, work))
    assert "a native library" in (tmp_path / "a.log").read_text()


def test_every_card_has_a_worker_that_sees_it_alone(tmp_path, python):
    async def work(jobs):
        await asyncio.gather(jobs.lift("a", (ONE, TWO), seconds=1), jobs.lift("b", (ONE, TWO), seconds=1))
        assert {jobs.told[name]["card"] for name in "ab"} == {"GPU-1", "GPU-2"}
        # The first job takes the card with more room.
        assert jobs.told["a"]["card"] == "GPU-2"
        # The next one waits for no card that is free, and takes one whose model is loaded.
        await jobs.lift("c", (ONE, TWO))
        assert jobs.told["c"]["pid"] in {jobs.told[name]["pid"] for name in "ab"}

    run(tmp_path, python, work)


def test_a_third_job_waits_until_a_card_is_free(tmp_path, python):
    async def work(jobs):
        await asyncio.gather(*(jobs.lift(name, (ONE, TWO), seconds=0.3) for name in "abc"))
        assert len({jobs.told[name]["pid"] for name in "abc"}) == 2

    run(tmp_path, python, work)


def test_a_worker_that_nobody_needs_gives_the_card_back(tmp_path, python):
    async def work(jobs):
        await jobs.lift("a")
        await gone(jobs.told["a"]["pid"])
        await jobs.lift("b")
        assert jobs.told["b"]["pid"] != jobs.told["a"]["pid"]

    run(tmp_path, python, work, idle_seconds=0.2)


def test_one_that_is_at_work_is_not_idle(tmp_path, python):
    async def work(jobs):
        await jobs.lift("a")
        await jobs.lift("b", seconds=1)
        await jobs.lift("c")
        assert len({jobs.told[name]["pid"] for name in "abc"}) == 1

    run(tmp_path, python, work, idle_seconds=0.5)


@pytest.mark.parametrize(("does", "error"), [({"die": 1}, EngineLost), ({"lose_card": 1}, GpuLost)])
def test_what_is_lost_is_replaced(tmp_path, python, does, error):
    async def work(jobs):
        with pytest.raises(error):
            await jobs.lift("a", **does)
        first = jobs.told.pop("a")["pid"]
        await gone(first)
        await jobs.lift("a", **does)
        assert jobs.told["a"]["pid"] != first

    run(tmp_path, python, work)


def test_an_answer_that_makes_no_sense_ends_the_worker(tmp_path, python):
    async def work(jobs):
        with pytest.raises(EngineLost, match="makes no sense"):
            await jobs.lift("a", nonsense=True)
        await gone(jobs.told["a"]["pid"])

    run(tmp_path, python, work)


def test_a_report_that_fails_ends_the_worker_with_it(tmp_path, python):
    async def work(jobs):
        pids = []

        async def report(state):
            pids.append(json.loads(state.note)["pid"])
            raise RuntimeError("the list of jobs is gone")

        with pytest.raises(RuntimeError):
            await jobs.seats.lift((ONE,), jobs.python, jobs.order("a", seconds=60), report)
        await gone(pids[0])
        await jobs.lift("b")

    run(tmp_path, python, work)


def test_a_cancelled_job_stops_and_the_worker_stays(tmp_path, python):
    async def work(jobs):
        begun = asyncio.Event()

        async def report(state):
            jobs.told["a"] = json.loads(state.note)
            begun.set()

        order = jobs.order("a", seconds=60)
        lifting = asyncio.create_task(jobs.seats.lift((ONE,), jobs.python, order, report))
        await begun.wait()
        lifting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lifting
        await jobs.lift("b")
        assert jobs.told["a"]["pid"] == jobs.told["b"]["pid"]
        # The same job again is another order.
        await jobs.lift("a", seconds=0)

    run(tmp_path, python, work)


def test_a_worker_that_does_not_stop_is_killed(tmp_path, python):
    async def work(jobs):
        hands = await Hands.start(jobs.python, ONE, tmp_path / "log", patience=0.3)
        begun = asyncio.Event()

        async def report(_):
            begun.set()

        lifting = asyncio.create_task(hands.lift(jobs.order("a", seconds=60, deaf=True), report))
        await begun.wait()
        lifting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lifting
        assert not alive(hands.pid)

    run(tmp_path, python, work)


def test_another_environment_means_another_worker(tmp_path, python):
    async def work(jobs):
        await jobs.lift("a")
        newer = fake_python(tmp_path / "newer")
        await jobs.lift("b", python=newer)
        assert jobs.told["a"]["pid"] != jobs.told["b"]["pid"]
        await gone(jobs.told["a"]["pid"])

    run(tmp_path, python, work)


def test_a_python_that_is_not_there_is_said(tmp_path):
    async def work(jobs):
        with pytest.raises(EngineLost, match="cannot be started"):
            await jobs.lift("a")

    run(tmp_path, tmp_path / "none", work)


def test_warm_workers_are_there_for_the_first_job(tmp_path, python):
    async def work(jobs):
        await jobs.seats.load((ONE, TWO), python, Warm(weights=tmp_path, log=tmp_path / "warm.log"))
        pids = jobs.seats.pids
        assert len(pids) == 2
        await asyncio.gather(*(jobs.lift(name, (ONE, TWO), seconds=0.3) for name in "ab"))
        assert {jobs.told[name]["pid"] for name in "ab"} == pids

    run(tmp_path, python, work, idle_seconds=None)


def test_a_worker_leaves_when_its_bridge_is_gone(tmp_path, python):
    async def work(jobs):
        hands = await Hands.start(jobs.python, ONE, tmp_path / "log")
        await hands.warm(Warm(weights=tmp_path, log=tmp_path / "log"))
        assert alive(hands.pid)
        await hands.end()
        assert not alive(hands.pid)

    run(tmp_path, python, work)
