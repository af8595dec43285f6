"""The service's side against a real worker process, and against what can happen to one."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from bridge.domain.errors import EngineLost, MediaMissing, OutputVanished
from bridge.domain.view import ClipQuery, ClipReport, JobSubject, PictureQuery
from bridge.viewing.protocol import SeenJob
from bridge.viewing.viewer import Viewer
from tests.fakes.service import until
from tests.sequences import picture_of

SAMPLE = Path(__file__).parents[2] / "data" / "bigbuckbunny.mp4"
REPORT = ClipQuery(path=SAMPLE)


def wanted(frame: int = 0) -> PictureQuery:
    return PictureQuery(subject=JobSubject(job="abc"), side="after", frame=frame)


def workers() -> list[psutil.Process]:
    found = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in found if "bridge.viewing.worker" in child.cmdline()]


@pytest.fixture
def looking(tmp_path: Path) -> Callable[..., None]:
    """Run a scene with a viewer that is closed afterwards; no worker outlives it."""

    def run(scene: Callable[[Viewer], Awaitable[None]], **how: float) -> None:
        async def play() -> None:
            viewer = Viewer(tmp_path / "view.log", **how)
            try:
                await scene(viewer)
            finally:
                await viewer.close()

        asyncio.run(play())
        assert not workers()

    return run


@pytest.fixture
def seen(made) -> SeenJob:
    return made([np.full((24, 32, 3), level, np.float16) for level in (0.1, 0.2, 0.4, 0.8)])


def test_nothing_runs_until_somebody_looks_and_then_one_worker_does(looking, seen):
    async def scene(viewer: Viewer) -> None:
        assert not workers()
        pictures = await asyncio.gather(*(viewer.ask("picture", wanted(n % 4), seen) for n in range(40)))
        assert len(workers()) == 1
        for n, picture in enumerate(pictures):
            code = round(float(np.float16((0.1, 0.2, 0.4, 0.8)[n % 4])) ** (1 / 2.4) * 255)
            assert (picture_of(picture) == code).all()
        report = ClipReport.model_validate_json(await viewer.ask("clip", REPORT))
        assert report.frames == 132

    looking(scene)


def test_errors_of_the_worker_are_those_of_the_one_who_asked(looking, seen):
    async def scene(viewer: Viewer) -> None:
        before = wanted().model_copy(update={"side": "before"})
        answers = await asyncio.gather(
            viewer.ask("picture", before, seen),
            viewer.ask("picture", wanted(), seen),
            viewer.ask("picture", wanted(1), gone_from(seen)),
            return_exceptions=True,
        )
        assert isinstance(answers[0], MediaMissing)
        assert isinstance(answers[1], bytes)
        assert isinstance(answers[2], OutputVanished)

    looking(scene)


def gone_from(seen: SeenJob) -> SeenJob:
    elsewhere = seen.result.model_copy(update={"directory": seen.result.directory / "gone"})
    return seen.model_copy(update={"result": elsewhere})


def test_a_worker_that_is_killed_is_replaced(looking, seen):
    async def scene(viewer: Viewer) -> None:
        await viewer.ask("picture", wanted(), seen)
        (worker,) = workers()
        worker.suspend()
        under_way = [asyncio.create_task(viewer.ask("picture", wanted(n), seen)) for n in range(3)]
        await asyncio.sleep(0.05)
        worker.send_signal(signal.SIGKILL)
        for task in under_way:
            with pytest.raises(EngineLost, match="stopped") as lost:
                await task
            assert "exit status -9" in lost.value.detail
        assert picture_of(await viewer.ask("picture", wanted(), seen)).shape == (24, 32, 3)
        assert [other.pid != worker.pid for other in workers()] == [True]

    looking(scene)


def test_a_worker_that_hangs_is_ended_and_replaced(looking, seen):
    async def scene(viewer: Viewer) -> None:
        await viewer.ask("picture", wanted(), seen)
        (worker,) = workers()
        worker.suspend()
        # More than its pipe takes, and more than have their turn at once.
        large = REPORT.model_copy(update={"path": Path("/" + "x" * 100_000)})
        answers = await asyncio.gather(
            *(viewer.ask("clip", large) for _ in range(4)),
            viewer.ask("picture", wanted(), seen),
            return_exceptions=True,
        )
        assert {type(answer) for answer in answers[:4]} == {EngineLost}
        assert workers() != [worker]
        assert picture_of(await viewer.ask("picture", wanted(), seen)).shape == (24, 32, 3)

    looking(scene, deadline_seconds=15)


def test_a_worker_leaves_when_nobody_looks(looking, seen):
    async def scene(viewer: Viewer) -> None:
        await viewer.ask("picture", wanted(), seen)
        await asyncio.to_thread(until, lambda: not workers())
        assert picture_of(await viewer.ask("picture", wanted(), seen)).shape == (24, 32, 3)

    looking(scene, idle_seconds=0.5)


def test_a_worker_leaves_with_the_one_who_started_it(tmp_path):
    async def scene() -> None:
        pipe = asyncio.subprocess.PIPE
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bridge.viewing.worker", stdin=pipe, stdout=pipe
        )
        assert worker.stdin
        worker.stdin.close()
        async with asyncio.timeout(120):
            assert await worker.wait() == 0

    asyncio.run(scene())


def test_what_makes_no_sense_is_no_end_of_the_worker(looking, seen):
    async def scene() -> None:
        pipe = asyncio.subprocess.PIPE
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bridge.viewing.worker", stdin=pipe, stdout=pipe, stderr=pipe
        )
        assert worker.stdin
        assert worker.stdout
        worker.stdin.write(b'garbage\n{"id": 1}\n{"id": 7, "what": "clip", "query": {"path": 5}}\n')
        async with asyncio.timeout(120):
            line = await worker.stdout.readline()
        assert b'"id":7' in line
        assert b'"kind":"RequestError"' in line
        worker.kill()
        await worker.communicate()

    asyncio.run(scene())


def test_a_cancelled_question_disturbs_no_other(looking, seen):
    async def scene(viewer: Viewer) -> None:
        tasks = [asyncio.create_task(viewer.ask("picture", wanted(n % 4), seen)) for n in range(12)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[::2])
        assert all(isinstance(answer, bytes) for answer in answers[1::2])
        assert len(workers()) == 1

    looking(scene)


def test_no_worker_can_be_started(tmp_path, seen):
    async def scene() -> None:
        viewer = Viewer(tmp_path / "gone" / "view.log")
        with pytest.raises(EngineLost, match="could not be started"):
            await viewer.ask("picture", wanted(), seen)
        await viewer.close()

    asyncio.run(scene())
