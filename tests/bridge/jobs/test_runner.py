"""Jobs from submission to their end, with a backend that does as it is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bridge.domain.errors import (
    BackendUnknown,
    BridgeUnreachable,
    JobStateConflict,
    JobUnknown,
    RequestError,
)
from bridge.domain.job import Cancelled, Failed, JobEvent, Preparing, Queued, Ready, Running, is_final
from tests.fakes.backend import FakeBackend, fake_request
from tests.fakes.shop import Shop, run


def test_a_job_is_done_and_delivered(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        job = await shop.submit(frames=4)
        done = await shop.end(job)
        assert isinstance(done.state, Ready)
        assert done.attempts == 1
        result = done.state.result
        assert result.directory == shop.out / "shot_hdr_v001"
        assert sorted(path.name for path in result.directory.iterdir()) == [
            *(f"shot_hdr_v001.{n:08}.exr" for n in range(4)),
            "shot_hdr_v001.json",
        ]
        assert shop.names() == ["shot_hdr_v001"]
        kinds = [event.state.state for event in await shop.store.events_after(0)]
        assert kinds == ["queued", "preparing", "running", "verifying", "ready"]
        assert not shop.runner.busy

    run(tmp_path, act)


def test_jobs_run_in_their_order_one_at_a_time_and_know_their_place(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        gate = tmp_path / "gate"
        first = await shop.submit(gate=gate)
        assert isinstance(first.state, Preparing)
        others = [await shop.submit() for _ in range(3)]
        assert [job.state for job in others] == [Queued(ahead=1), Queued(ahead=2), Queued(ahead=3)]
        gate.touch()
        ended = [await shop.end(job) for job in (first, *others)]
        assert all(isinstance(job.state, Ready) for job in ended)
        assert shop.backend.order == [job.id for job in ended]
        assert shop.backend.most_running == 1
        assert shop.names() == [f"shot_hdr_v00{n}" for n in range(1, 5)]

    run(tmp_path, act)


def test_a_backend_with_several_slots_works_on_several_jobs(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        gate = tmp_path / "gate"
        jobs = [await shop.submit(gate=gate) for _ in range(5)]
        for job in jobs[:3]:
            await shop.until(job, Preparing)
        assert [(await shop.store.job(job.id)).state for job in jobs[3:]] == [Queued(ahead=3), Queued(ahead=4)]
        gate.touch()
        for job in jobs:
            await shop.end(job)
        assert shop.backend.most_running == 3

    run(tmp_path, act, FakeBackend(slots=3))


@pytest.mark.parametrize("kind", ["EngineFailed", "InternalError"])
def test_a_failed_job_keeps_its_frames_and_the_next_one_runs(tmp_path: Path, kind: str) -> None:
    how = {"fail_at": 2} if kind == "EngineFailed" else {"defect_at": 2}

    async def act(shop: Shop) -> None:
        job, after = await shop.submit(first_attempt_only=True, **how), await shop.submit()
        failed = await shop.end(job)
        assert isinstance(failed.state, Failed)
        assert failed.state.error.kind == kind
        if kind == "InternalError":
            assert "ZeroDivisionError" in failed.state.error.detail
            assert "backend.py" in failed.state.error.detail
        assert isinstance((await shop.end(after)).state, Ready)
        assert shop.names() == [".shot_hdr_v001.partial", "shot_hdr_v002"]
        await shop.runner.retry(job.id)
        again = await shop.end(job)
        assert isinstance(again.state, Ready)
        assert again.state.result.measures == {"kept": 2}
        assert again.attempts == 2
        assert again.reservation == failed.reservation
        assert shop.names() == ["shot_hdr_v001", "shot_hdr_v002"]

    run(tmp_path, act)


def test_cancelling_a_working_job_waits_for_its_end_and_removes_its_frames(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        job = await shop.submit(hang_at=2, cleanup_seconds=0.2, first_attempt_only=True)
        await shop.until(job, Running)
        assert shop.names() == [".shot_hdr_v001.partial"]
        cancelled = await shop.runner.cancel(job.id)
        assert cancelled.state == Cancelled()
        assert shop.backend.running == 0
        assert shop.names() == []
        assert cancelled.reservation is None
        with pytest.raises(JobStateConflict, match="cancelled already"):
            await shop.runner.cancel(job.id)
        await shop.runner.retry(job.id)
        again = await shop.end(job)
        assert isinstance(again.state, Ready)
        assert again.state.result.measures == {"kept": 0}

    run(tmp_path, act)


def test_cancelling_a_job_that_waits(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        gate = tmp_path / "gate"
        first, second, third = [await shop.submit(gate=gate) for _ in range(3)]
        assert (await shop.runner.cancel(second.id)).state == Cancelled()
        assert (await shop.store.job(third.id)).state == Queued(ahead=1)
        gate.touch()
        assert isinstance((await shop.end(third)).state, Ready)
        assert isinstance((await shop.end(first)).state, Ready)
        assert shop.backend.order == [first.id, third.id]

    run(tmp_path, act)


def test_two_cancel_at_once(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        job = await shop.submit(hang_at=0, cleanup_seconds=0.1)
        both = await asyncio.gather(shop.runner.cancel(job.id), shop.runner.cancel(job.id))
        assert [after.state for after in both] == [Cancelled(), Cancelled()]

    run(tmp_path, act)


def test_a_job_that_is_over_is_not_cancelled_or_retried(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        job = await shop.end(await shop.submit())
        for act_on in (shop.runner.cancel, shop.runner.retry):
            with pytest.raises(JobStateConflict, match="ready"):
                await act_on(job.id)
        assert (await shop.store.job(job.id)) == job
        with pytest.raises(JobUnknown):
            await shop.runner.cancel("nobody")

    run(tmp_path, act)


def test_a_folder_that_took_the_name_is_not_replaced_and_the_retry_takes_the_next(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        job = await shop.submit(frames=1, steals_the_name=True, first_attempt_only=True)
        failed = await shop.end(job)
        assert isinstance(failed.state, Failed)
        assert failed.state.error.kind == "OutputNotWritable"
        await shop.runner.retry(job.id)
        assert isinstance((await shop.end(job)).state, Ready)
        assert shop.names() == ["shot_hdr_v001", "shot_hdr_v002"]
        assert not list((shop.out / "shot_hdr_v001").iterdir())

    run(tmp_path, act)


def test_a_retry_after_the_frames_were_removed_begins_anew(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        job = await shop.submit(fail_at=1, first_attempt_only=True)
        failed = await shop.end(job)
        assert failed.reservation
        for path in failed.reservation.staging.iterdir():
            path.unlink()
        failed.reservation.staging.rmdir()
        await shop.runner.retry(job.id)
        again = await shop.end(job)
        assert isinstance(again.state, Ready)
        assert again.state.result.measures == {"kept": 0}

    run(tmp_path, act)


def test_forgetting_removes_what_was_not_delivered_and_only_that(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        done = await shop.end(await shop.submit())
        failed = await shop.end(await shop.submit(fail_at=1))
        hanging = await shop.submit(hang_at=0)
        assert shop.names()[-1] == "shot_hdr_v001"
        with pytest.raises(JobStateConflict, match="can be forgotten"):
            await shop.runner.forget(hanging.id)
        await shop.runner.cancel(hanging.id)
        for job in (done, failed, hanging):
            await shop.runner.forget(job.id)
        assert await shop.store.jobs(10) == []
        assert await shop.store.events_after(0) == []
        assert shop.names() == ["shot_hdr_v001"]
        assert shop.logs() == []

    run(tmp_path, act)


def test_an_output_that_cannot_be_written_fails_the_job(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        shop.out.write_text("a file")
        failed = await shop.end(await shop.submit())
        assert isinstance(failed.state, Failed)
        assert failed.state.error.kind == "OutputNotWritable"
        shop.out.unlink()
        await shop.runner.retry(failed.id)
        assert isinstance((await shop.end(failed)).state, Ready)

    run(tmp_path, act)


def test_what_cannot_be_asked_is_refused_before_a_job_exists(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        with pytest.raises(BackendUnknown, match="“magic”; there is: fake"):
            await shop.runner.submit(fake_request(shop.out, backend="magic"))
        with pytest.raises(RequestError, match=r"source\.path"):
            await shop.runner.submit(fake_request(shop.out, clip="shot.mov"))
        with pytest.raises(RequestError, match=r"output\.folder"):
            await shop.runner.submit(fake_request(Path("out")))
        request = fake_request(shop.out).model_copy(update={"parameters": {"frames": "many"}})
        with pytest.raises(RequestError, match="frames"):
            await shop.runner.submit(request)
        assert await shop.store.jobs(10) == []

    run(tmp_path, act)


def test_progress_is_thinned_but_its_last_word_is_kept(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        gate = tmp_path / "gate"
        job = await shop.submit(frames=400, reports_per_frame=2, gate=gate, gate_at=399)
        seen: list[Running] = []
        async for event in shop.events.follow(0, job.id):
            if isinstance(event.state, Running):
                seen.append(event.state)
                if event.state.done == 399:
                    break
        done = [state.done or 0 for state in seen]
        assert done == sorted(set(done))
        assert len(done) < 200
        gate.touch()
        assert isinstance((await shop.end(job)).state, Ready)
        assert (await shop.store.events_after(0))[-1].sequence < 200

    run(tmp_path, act)


def test_stopping_the_bridge_interrupts_work_and_lets_waiting_jobs_wait(tmp_path: Path) -> None:
    async def first(shop: Shop) -> None:
        working = await shop.submit(hang_at=2, first_attempt_only=True)
        await shop.submit()
        await shop.submit(frames=1)
        await shop.until(working, Running)
        shop.runner.refuse()
        with pytest.raises(BridgeUnreachable):
            await shop.submit()

    async def second(shop: Shop) -> None:
        third, second, interrupted = await shop.store.jobs(10)
        assert isinstance(interrupted.state, Failed)
        assert interrupted.state.error.kind == "JobInterrupted"
        assert interrupted.reservation
        assert len(list(interrupted.reservation.staging.iterdir())) == 2
        assert isinstance((await shop.end(third)).state, Ready)
        assert shop.backend.order == [second.id, third.id]
        await shop.runner.retry(interrupted.id)
        again = await shop.end(interrupted)
        assert isinstance(again.state, Ready)
        assert again.state.result.measures == {"kept": 2}
        assert shop.names() == ["shot_hdr_v001", "shot_hdr_v002", "shot_hdr_v003"]

    run(tmp_path, first)
    run(tmp_path, second)


def test_a_delivery_that_was_cut_short_after_the_rename_is_recognised(tmp_path: Path) -> None:
    """The state between the rename and the storing of `Ready`, as a crash would leave it."""

    async def first(shop: Shop) -> None:
        done = await shop.end(await shop.submit())
        assert isinstance(done.state, Ready)
        await shop.store.change((done.id, Preparing()))

    async def second(shop: Shop) -> None:
        (job,) = await shop.store.jobs(10)
        assert isinstance(job.state, Ready)
        assert job.state.result.directory.is_dir()

    run(tmp_path, first)
    run(tmp_path, second)


def test_a_queue_keeps_its_order_through_retries_and_restarts(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    order: list[str] = []

    async def first(shop: Shop) -> None:
        failed = await shop.end(await shop.submit(fail_at=0, first_attempt_only=True))
        await shop.submit(hang_at=0)
        waiting = await shop.submit(gate=gate)
        retried = await shop.runner.retry(failed.id)
        assert retried.state == Queued(ahead=2)
        order.extend([waiting.id, retried.id])

    async def second(shop: Shop) -> None:
        gate.touch()
        for id in order:
            assert isinstance((await shop.end(await shop.store.job(id))).state, Ready)
        assert shop.backend.order == order

    run(tmp_path, first)
    run(tmp_path, second)


def test_jobs_of_a_backend_that_is_gone_fail_with_its_name(tmp_path: Path) -> None:
    async def first(shop: Shop) -> None:
        await shop.submit(hang_at=0)
        await shop.submit()

    async def second(shop: Shop) -> None:
        job = (await shop.store.jobs(1))[0]
        failed = await shop.end(job)
        assert isinstance(failed.state, Failed)
        assert failed.state.error.kind == "BackendUnknown"

    run(tmp_path, first)
    run(tmp_path, second, FakeBackend("other"))


def test_a_backend_may_not_report_an_end(tmp_path: Path) -> None:
    class Liar(FakeBackend):
        async def run(self, task, report):  # type: ignore[no-untyped-def]
            await report(Cancelled())

    async def act(shop: Shop) -> None:
        failed = await shop.end(await shop.submit())
        assert isinstance(failed.state, Failed)
        assert failed.state.error.kind == "InternalError"

    run(tmp_path, act, Liar())


def test_a_backend_that_cancels_itself_is_a_failure(tmp_path: Path) -> None:
    class Quitter(FakeBackend):
        async def run(self, task, report):  # type: ignore[no-untyped-def]
            raise asyncio.CancelledError

    async def act(shop: Shop) -> None:
        failed = await shop.end(await shop.submit())
        assert isinstance(failed.state, Failed)
        assert failed.state.error.kind == "EngineLost"

    run(tmp_path, act, Quitter())


def test_a_stream_is_taken_up_again_where_it_broke_off(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        gate = tmp_path / "gate"
        job = await shop.submit(gate=gate)
        other = await shop.submit()
        first = await shop.until(job, Preparing)
        gate.touch()
        await shop.end(other)
        rest = [event async for event in shop.events.follow(first.sequence, job.id)]
        assert [event.state.state for event in rest] == ["running", "verifying", "ready"]
        assert all(event.job == job.id and event.sequence > first.sequence for event in rest)
        assert [event async for event in shop.events.follow(rest[-1].sequence, job.id)] == []
        assert [event async for event in shop.events.follow(0, "nobody")] == []

    run(tmp_path, act)


def test_a_stream_of_all_jobs_is_live_and_ends_with_the_bridge(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        seen: list[JobEvent] = []

        async def listen() -> None:
            async for event in shop.events.follow(0):
                seen.append(event)

        listener = asyncio.create_task(listen())
        jobs = [await shop.submit() for _ in range(3)]
        for job in jobs:
            await shop.end(job)
        shop.events.close()
        await listener
        assert [event.sequence for event in seen] == sorted({event.sequence for event in seen})
        assert [event.job for event in seen if is_final(event.state)] == [job.id for job in jobs]

    run(tmp_path, act)
