"""Stars, placements, and cancelling many jobs at once."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bridge.domain.errors import InternalError, JobStateConflict, JobUnknown, UploadForbidden
from bridge.domain.job import Cancelled, Failed, Imported, PlacementRecord, Queued, Ready, Running
from bridge.domain.settings import BridgeSettings
from bridge.jobs import placements
from bridge.jobs.store import _MIGRATIONS, Store
from tests.fakes.backend import FakeBackend, fake_request
from tests.fakes.shop import Shop, run

PLACE = PlacementRecord(host="resolve", project="cut", placement="p1")


def test_a_star_is_an_event_and_leaves_the_state_alone(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        gate = tmp_path / "gate"
        job = await shop.submit(gate=gate, gate_at=2)
        await shop.until(job, Running)
        before = await shop.store.last_event()
        starred = await shop.events.mark(job.id[:9], starred=True)
        assert starred.starred
        assert isinstance(starred.state, Running)
        assert await shop.store.last_event() == before + 1
        gate.touch()
        done = await shop.end(job)
        assert done.starred
        for wish in (True, False, True):
            assert (await shop.events.mark(job.id, starred=wish)).starred == wish
        kinds = [event.state.state for event in await shop.store.events_after(0)]
        assert kinds == ["queued", "preparing", "running", "verifying", "ready", "ready"]
        assert (await shop.store.job(job.id)).ended == done.ended
        with pytest.raises(JobUnknown):
            await shop.events.mark("nobody", starred=True)

    run(tmp_path, act)


def test_a_result_is_imported_again_and_taken_out(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        done = await shop.end(await shop.submit())
        assert isinstance(done.state, Ready)
        for place in (PLACE, PLACE.model_copy(update={"placement": "p2"})):
            job = await shop.events.move(done.id, placements.imported(place))
            assert job.state == Imported(result=done.state.result, placement=place)
            with pytest.raises(JobStateConflict, match="imported already"):
                await shop.runner.cancel(done.id)
        assert (await shop.events.move(done.id, placements.reverted)).state == done.state
        with pytest.raises(JobStateConflict, match="not in a timeline"):
            await shop.events.move(done.id, placements.reverted)
        failed = await shop.end(await shop.submit(fail_at=0))
        for step in (placements.imported(PLACE), placements.reverted):
            with pytest.raises(JobStateConflict, match="is failed"):
                await shop.events.move(failed.id, step)
        assert (await shop.store.job(failed.id)).state == failed.state
        kinds = [event.state.state for event in await shop.store.events_after(0, done.id)]
        assert kinds[-3:] == ["ready", "imported", "ready"]

    run(tmp_path, act)


def test_what_waits_is_cancelled_before_any_of_it_can_begin(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        gate = tmp_path / "gate"
        first, *rest = [await shop.submit(gate=gate) for _ in range(6)]
        # The first ends while the others are being cancelled.
        stopping = asyncio.create_task(shop.runner.cancel_all(waiting_only=True))
        gate.touch()
        assert [job.id for job in await stopping] == [job.id for job in rest]
        assert isinstance((await shop.end(first)).state, Ready)
        assert [(await shop.end(job)).state for job in rest] == [Cancelled()] * 5
        assert shop.backend.order == [first.id]
        assert not shop.runner.busy
        assert isinstance((await shop.end(await shop.submit())).state, Ready)

    run(tmp_path, act)


def test_everything_is_cancelled_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        again = await shop.end(await shop.submit(fail_at=1, first_attempt_only=True))
        working = await shop.submit(hang_at=1, cleanup_seconds=0.1)
        await shop.until(working, Running)
        waiting = await shop.submit()
        await shop.runner.retry(again.id)
        stopped = await shop.runner.cancel_all(waiting_only=False)
        assert {job.id for job in stopped} == {again.id, working.id, waiting.id}
        assert {job.state for job in stopped} == {Cancelled()}
        assert shop.names() == []
        assert shop.backend.running == 0
        assert await shop.runner.cancel_all(waiting_only=False) == []

    run(tmp_path, act)


def test_jobs_that_could_not_be_cancelled_still_wait(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        gate = tmp_path / "gate"
        first, second = [await shop.submit(gate=gate) for _ in range(2)]
        with sqlite3.connect(tmp_path / "jobs.sqlite3") as db:
            db.execute("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'full'); END")
        db.close()
        with pytest.raises(InternalError):
            await shop.runner.cancel_all(waiting_only=True)
        with sqlite3.connect(tmp_path / "jobs.sqlite3") as db:
            db.execute("DROP TRIGGER full")
        db.close()
        assert isinstance((await shop.store.job(second.id)).state, Queued)
        gate.touch()
        for job in (first, second):
            assert isinstance((await shop.end(job)).state, Ready)

    run(tmp_path, act)


def test_nothing_is_sent_once_that_is_forbidden(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        gate = tmp_path / "gate"
        first, second = [await shop.submit(gate=gate) for _ in range(2)]
        await shop.settings.change(BridgeSettings(never_upload=True))
        gate.touch()
        assert isinstance((await shop.end(first)).state, Ready)
        refused = await shop.end(second)
        assert isinstance(refused.state, Failed)
        assert refused.state.error.kind == "UploadForbidden"
        assert refused.reservation is None
        assert shop.backend.order == [first.id]
        for act_on in (shop.submit(), shop.runner.retry(second.id)):
            with pytest.raises(UploadForbidden):
                await act_on
        assert len(await shop.store.jobs(10)) == 2
        await shop.settings.change(BridgeSettings())
        await shop.runner.retry(second.id)
        assert isinstance((await shop.end(second)).state, Ready)

    run(tmp_path, act, FakeBackend(runs="remote"))


def test_the_finished_jobs_of_a_kind(tmp_path: Path) -> None:
    async def act(shop: Shop) -> None:
        done = [await shop.end(await shop.submit()) for _ in range(4)]
        failed = await shop.end(await shop.submit(fail_at=1, first_attempt_only=True))
        await shop.runner.retry(failed.id)
        await shop.end(failed)
        await shop.events.move(done[1].id, placements.imported(PLACE))
        found = await shop.store.finished("fake", "hdr_lift", 3)
        assert [job.id for job in found] == [job.id for job in done[:0:-1]]
        assert all(job.started and job.ended and job.started < job.ended for job in found)
        assert await shop.store.finished("other", "hdr_lift", 3) == []
        assert await shop.store.finished("fake", "other", 3) == []

    run(tmp_path, act)


def test_a_list_of_the_first_version_is_opened_with_its_jobs(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    request = fake_request(tmp_path)
    old = request.model_dump_json(exclude={"origin"})
    with sqlite3.connect(path) as db:
        db.executescript(f"{_MIGRATIONS[0]} PRAGMA user_version = 1;")
        columns = "id, created, updated, request, kind, state, attempts"
        now = "2026-01-02T03:04:05+00:00"
        db.execute(f"INSERT INTO job ({columns}) VALUES ('abc', ?, ?, ?, 'queued', ?, 2)", (now, now, old, "{}"))
        db.execute("UPDATE job SET state = ?", (Queued(ahead=3).model_dump_json(),))
    db.close()

    async def act() -> None:
        store = Store(path)
        await store.open()
        job = await store.job("abc")
        assert (job.request, job.state, job.attempts) == (request, Queued(ahead=3), 2)
        assert (job.starred, job.started, job.ended) == (False, None, None)
        assert (await store.mark("abc", starred=True)).starred
        await store.close()

    asyncio.run(act())
    assert not list(tmp_path.glob("*damaged*"))
