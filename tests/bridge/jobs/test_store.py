"""The job list on a real SQLite file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bridge.domain.errors import BridgeUnreachable, EngineFailed, JobUnknown
from bridge.domain.job import Cancelled, Failed, Job, Preparing, Queued, Reservation, Running
from bridge.jobs.store import Store
from tests.fakes.backend import fake_request

T = TypeVar("T")


def with_store(path: Path, act: Callable[[Store], Awaitable[T]]) -> T:
    async def main() -> T:
        store = Store(path)
        await store.open()
        try:
            return await act(store)
        finally:
            await store.close()

    return asyncio.run(main())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.sqlite3"


async def new_job(store: Store, clip: str = "/plates/shot.mov") -> Job:
    return await store.create(fake_request(Path("/out"), clip), Queued())


def test_a_job_outlives_the_program(path: Path) -> None:
    reservation = Reservation(name="shot_hdr_v001", staging=Path("/out/.x"), final=Path("/out/x"))
    failed = Failed(error=EngineFailed("It broke.", detail="a\nb").report())

    async def first(store: Store) -> Job:
        job = await new_job(store)
        assert await store.job(job.id) == job
        assert (await store.begin(job.id)).attempts == 1
        await store.reserve(job.id, reservation)
        await store.change((job.id, failed))
        return job

    before = with_store(path, first)
    after = with_store(path, lambda store: store.job(before.id))
    assert after.request == before.request
    assert (after.state, after.reservation, after.attempts) == (failed, reservation, 1)
    assert after.created == before.created < after.updated


def test_events_grow_by_one_over_all_jobs(path: Path) -> None:
    async def act(store: Store) -> None:
        a, b = await new_job(store), await new_job(store)
        await store.change((b.id, Preparing()), (a.id, Cancelled()))
        events = await store.events_after(0)
        assert [(e.sequence, e.job, e.state) for e in events] == [
            (1, a.id, Queued()),
            (2, b.id, Queued()),
            (3, b.id, Preparing()),
            (4, a.id, Cancelled()),
        ]
        assert await store.events_after(2, a.id) == [events[3]]
        assert await store.events_after(0, limit=2) == events[:2]
        assert (await store.job(a.id)).updated == events[3].at

    with_store(path, act)


def test_progress_does_not_pile_up_and_changes_of_kind_stay(path: Path) -> None:
    async def act(store: Store) -> None:
        job = (await new_job(store)).id
        await store.begin(job)
        for done in range(50):
            await store.change((job, Running(done=done, total=50)))
        events = await store.events_after(0)
        assert [e.state for e in events] == [
            Queued(),
            Preparing(),
            Running(done=0, total=50),
            Running(done=49, total=50),
        ]
        assert events[-1].sequence == 52
        await store.change((job, Cancelled()))
        events = await store.events_after(0)
        assert [e.state for e in events] == [Queued(), Preparing(), Running(done=0, total=50), Cancelled()]

    with_store(path, act)


def test_sequences_are_never_used_again(path: Path) -> None:
    async def act(store: Store) -> None:
        job = await new_job(store)
        await store.forget(job.id)
        assert await store.events_after(0) == []
        await new_job(store)
        assert [e.sequence for e in await store.events_after(0)] == [2]

    with_store(path, act)


def test_a_change_of_several_jobs_is_all_or_nothing(path: Path) -> None:
    async def act(store: Store) -> None:
        job = await new_job(store)
        with pytest.raises(TypeError):
            await store.change((job.id, Preparing()), ("nobody", Preparing()))
        assert (await store.job(job.id)).state == Queued()
        assert len(await store.events_after(0)) == 1

    with_store(path, act)


def test_a_job_is_found_by_a_prefix_that_only_it_has(path: Path) -> None:
    async def act(store: Store) -> None:
        jobs = [await new_job(store) for _ in range(2)]
        ids = [job.id for job in jobs]
        common = next(n for n in range(11) if ids[0][:n] != ids[1][:n])
        assert (await store.job(ids[1][:common])).id == ids[1]
        assert common > 1
        with pytest.raises(JobUnknown, match="More than one"):
            await store.job(ids[0][: common - 1])
        for stranger in ("", "zzzz", "%", "_" * 10, ids[0] + "0"):
            with pytest.raises(JobUnknown, match="no job"):
                await store.job(stranger)

    with_store(path, act)


def test_the_list_is_newest_first_and_ids_are_unique(path: Path) -> None:
    async def act(store: Store) -> None:
        ids = [(await new_job(store)).id for _ in range(300)]
        assert len(set(ids)) == 300
        assert all(len(id) == 10 and id.isalnum() for id in ids)
        assert [job.id for job in await store.jobs(1000)] == ids[::-1]
        assert [job.id for job in await store.jobs(3)] == ids[:-4:-1]

    with_store(path, act)


@pytest.mark.parametrize("damage", ["noise", "header", "table", "row"])
def test_a_damaged_list_is_set_aside(path: Path, damage: str) -> None:
    with_store(path, new_job)
    match damage:
        case "noise":
            path.write_bytes(b"this is not a database, but it is long enough to be one" * 100)
        case "header":
            data = bytearray(path.read_bytes())
            data[1000:] = b"\xff" * (len(data) - 1000)
            path.write_bytes(data)
        case _:
            with sqlite3.connect(path) as db:
                db.execute("DROP TABLE job" if damage == "table" else "UPDATE job SET request = '{}'")
            db.close()
    broken = path.read_bytes()

    async def act(store: Store) -> None:
        assert await store.jobs(10) == []
        await new_job(store)

    with_store(path, act)
    (aside,) = path.parent.glob("jobs.damaged-*.sqlite3")
    assert aside.read_bytes() == broken
    assert len(with_store(path, lambda store: store.jobs(10))) == 1


def test_an_empty_file_is_a_new_list(path: Path) -> None:
    path.write_bytes(b"")
    with_store(path, new_job)
    assert not list(path.parent.glob("*damaged*"))


def test_the_list_of_a_newer_program_is_left_alone(path: Path) -> None:
    with_store(path, new_job)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 1000")
    db.close()
    before = path.read_bytes()
    with pytest.raises(BridgeUnreachable, match="newer Superwhite"):
        with_store(path, new_job)
    assert path.read_bytes() == before


def test_an_interrupted_writer_loses_nothing_that_was_acknowledged(path: Path) -> None:
    """A copy of the files at a moment when the store is open is what a crash leaves behind."""

    async def act(store: Store) -> list[str]:
        ids = [(await new_job(store)).id for _ in range(5)]
        for part in path.parent.glob("jobs.sqlite3*"):
            (path.parent / f"copy-{part.name}").write_bytes(part.read_bytes())
        return ids

    ids = with_store(path, act)
    copied = with_store(path.with_name("copy-jobs.sqlite3"), lambda store: store.jobs(10))
    assert [job.id for job in copied] == ids[::-1]
