"""The jobs and their events in SQLite: each change is on the drive before it is acted on."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bridge.domain.errors import JobUnknown
from bridge.domain.job import Deliverable, Job, JobEvent, JobState, Preparing, Reservation, is_final
from bridge.domain.workflow import LiftRequest

from .database import Database

_State: TypeAdapter[JobState] = TypeAdapter(JobState)

_MIGRATIONS = (
    """
    CREATE TABLE job (
        id          TEXT PRIMARY KEY,
        created     TEXT NOT NULL,
        updated     TEXT NOT NULL,
        request     TEXT NOT NULL,
        kind        TEXT NOT NULL,
        state       TEXT NOT NULL,
        reservation TEXT,
        promise     TEXT,
        attempts    INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE event (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        job      TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        at       TEXT NOT NULL,
        progress INTEGER NOT NULL,
        state    TEXT NOT NULL
    );
    CREATE INDEX event_of_job ON event (job, sequence);
    """,
    """
    ALTER TABLE job ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE job ADD COLUMN started TEXT;
    ALTER TABLE job ADD COLUMN ended TEXT;
    """,
    """
    ALTER TABLE job ADD COLUMN ledger TEXT;
    """,
)
"""One script per version; never edited, only added to. A change of the stored models that cannot read what was stored
before needs one."""

_EPOCH = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"


class Store:
    """The job list. All methods are coroutines.

    Raises `DiskFull` when the drive of the state folder is, and `InternalError` when SQLite fails otherwise.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, "The job list", _MIGRATIONS, lambda db: _read_jobs(db.execute(_JOBS)))
        self._do = self._database.do

    @property
    def _db(self) -> sqlite3.Connection:
        return self._database.connection

    async def open(self) -> None:
        """Raises what opening a `Database` raises."""
        await self._database.open()

    async def close(self) -> None:
        await self._database.close()

    async def create(self, request: LiftRequest, state: JobState) -> Job:
        """A new job with its first event."""
        return await self._do(lambda: self._create(request, state))

    async def job(self, id_or_prefix: str) -> Job:
        """Raises `JobUnknown` when no job, or more than one, has an id that begins so."""
        return await self._do(lambda: self._job(id_or_prefix))

    async def jobs(self, limit: int, skip: int = 0) -> list[Job]:
        """The newest first, but for `skip` of them."""
        query = f"{_JOBS} ORDER BY rowid DESC LIMIT ? OFFSET ?"
        return await self._do(lambda: _read_jobs(self._db.execute(query, (limit, skip))))

    async def unfinished(self) -> list[Job]:
        """Jobs whose state is not final, the oldest first."""

        def read() -> list[Job]:
            return [job for job in _read_jobs(self._db.execute(f"{_JOBS} ORDER BY rowid")) if not is_final(job.state)]

        return await self._do(read)

    async def begin(self, job: str) -> Job:
        """Make a queued job `Preparing` and count the attempt."""
        return await self._do(lambda: self._begin(job))

    async def change(self, *changes: tuple[str, JobState]) -> None:
        """Give jobs new states, with an event for each; all or none."""
        await self._do(lambda: self._change(changes))

    async def mark(self, id_or_prefix: str, *, starred: bool) -> Job:
        """Star a job, or take its star away: an event, though the state is as it was. Raises `JobUnknown`."""

        def mark() -> Job:
            job = self._job(id_or_prefix)
            with self._db:
                self._db.execute("UPDATE job SET starred = ? WHERE id = ?", (starred, job.id))
                self._apply(job.id, job.state)
            return self._job(job.id)

        return await self._do(mark)

    async def move(self, id_or_prefix: str, step: Callable[[Job], JobState]) -> Job:
        """Give a job the state that `step` makes of it, with nothing in between; what `step` raises changes nothing.

        Raises `JobUnknown`.
        """

        def move() -> Job:
            job = self._job(id_or_prefix)
            self._change([(job.id, step(job))])
            return self._job(job.id)

        return await self._do(move)

    async def finished(self, backend: str, workflow: str, limit: int) -> list[Job]:
        """The newest jobs of a kind that have delivered something at the first attempt.

        A later one goes on after the frames of those before it, so that its time says nothing.
        """
        query = (
            f"{_JOBS} WHERE kind IN ('ready', 'imported') AND attempts = 1 AND started IS NOT NULL"
            " AND json_extract(request, '$.backend') = ? AND json_extract(request, '$.workflow') = ?"
            " ORDER BY rowid DESC LIMIT ?"
        )
        return await self._do(lambda: _read_jobs(self._db.execute(query, (backend, workflow, limit))))

    async def reserve(self, job: str, reservation: Reservation | None) -> None:
        await self._do(lambda: self._set(job, "reservation", reservation and reservation.model_dump_json()))

    async def promise(self, job: str, result: Deliverable | None) -> None:
        """Keep what is about to be delivered, so that a delivery cut short can be recognised."""
        await self._do(lambda: self._set(job, "promise", result and result.model_dump_json()))

    async def promised(self, job: str) -> Deliverable | None:
        def read() -> Deliverable | None:
            (text,) = self._db.execute("SELECT promise FROM job WHERE id = ?", (job,)).fetchone()
            return text and Deliverable.model_validate_json(text)

        return await self._do(read)

    async def ledger(self, job: str) -> str | None:
        """What the job's backend has written down."""

        def read() -> str | None:
            row = self._db.execute("SELECT ledger FROM job WHERE id = ?", (job,)).fetchone()
            return row and row[0]

        return await self._do(read)

    async def write_ledger(self, job: str, text: str | None) -> None:
        await self._do(lambda: self._set(job, "ledger", text))

    async def conclude(
        self, job: str, state: JobState, follow_up: LiftRequest | None, queued: JobState
    ) -> Job | None:
        """Give a job its last state and create the job that follows it, both or neither. Returns the latter."""

        def conclude() -> Job | None:
            with self._db:
                self._apply(job, state)
                return follow_up and self._insert(follow_up, queued)

        return await self._do(conclude)

    async def forget(self, job: str) -> None:
        """Remove a job and its events."""

        def delete() -> None:
            with self._db:
                self._db.execute("DELETE FROM job WHERE id = ?", (job,))

        await self._do(delete)

    async def last_event(self) -> int:
        """Sequence of the latest event; 0 where there was none yet."""

        def read() -> int:
            (sequence,) = self._db.execute("SELECT coalesce(max(sequence), 0) FROM event").fetchone()
            return sequence

        return await self._do(read)

    async def events_after(self, sequence: int, job: str | None = None, limit: int = 500) -> list[JobEvent]:
        """Events with a greater `sequence`, in order: every change of kind, and the latest progress."""

        def read() -> list[JobEvent]:
            rows = self._db.execute(
                "SELECT sequence, job, at, state FROM event"
                " WHERE sequence > ?1 AND (?2 IS NULL OR job = ?2) ORDER BY sequence LIMIT ?3",
                (sequence, job, limit),
            )
            return [
                JobEvent(sequence=n, job=job, at=datetime.fromisoformat(at), state=_State.validate_json(state))
                for n, job, at, state in rows
            ]

        return await self._do(read)

    def _job(self, prefix: str) -> Job:
        rows = self._db.execute(f"{_JOBS} WHERE substr(id, 1, ?) = ? LIMIT 2", (len(prefix), prefix))
        jobs = _read_jobs(rows) if prefix else []
        match jobs:
            case [job]:
                return job
            case []:
                raise JobUnknown(f"There is no job “{prefix}”.")
            case _:
                raise JobUnknown(f"More than one job begins with “{prefix}”: write more of its id.")

    def _create(self, request: LiftRequest, state: JobState) -> Job:
        with self._db:
            return self._insert(request, state)

    def _insert(self, request: LiftRequest, state: JobState) -> Job:
        now = _now()
        while True:
            job = _new_id()
            try:
                self._db.execute(
                    "INSERT INTO job (id, created, updated, request, kind, state) VALUES (?, ?, ?, ?, ?, ?)",
                    (job, now, now, request.model_dump_json(), state.state, state.model_dump_json()),
                )
            except sqlite3.IntegrityError:
                continue
            self._add_event(job, now, state, progress=False)
            return self._job(job)

    def _begin(self, job: str) -> Job:
        with self._db:
            self._db.execute(
                "UPDATE job SET attempts = attempts + 1, promise = NULL, started = ?, ended = NULL WHERE id = ?",
                (_now(), job),
            )
            self._apply(job, Preparing())
        return self._job(job)

    def _change(self, changes: Iterable[tuple[str, JobState]]) -> None:
        with self._db:
            for job, state in changes:
                self._apply(job, state)

    def _apply(self, job: str, state: JobState) -> None:
        """Progress takes the place of earlier progress, so that events do not pile up while a job runs."""
        now = _now()
        (before,) = self._db.execute("SELECT kind FROM job WHERE id = ?", (job,)).fetchone()
        progress = before == state.state
        self._db.execute(
            "UPDATE job SET updated = ?, kind = ?, state = ? WHERE id = ?",
            (now, state.state, state.model_dump_json(), job),
        )
        if is_final(state):
            self._db.execute("UPDATE job SET ended = ? WHERE id = ? AND ended IS NULL", (now, job))
        if progress or is_final(state):
            self._db.execute("DELETE FROM event WHERE job = ? AND progress", (job,))
        self._add_event(job, now, state, progress=progress)

    def _add_event(self, job: str, now: str, state: JobState, *, progress: bool) -> None:
        self._db.execute(
            "INSERT INTO event (job, at, progress, state) VALUES (?, ?, ?, ?)",
            (job, now, progress, state.model_dump_json()),
        )

    def _set(self, job: str, column: str, value: str | None) -> None:
        with self._db:
            self._db.execute(f"UPDATE job SET {column} = ? WHERE id = ?", (value, job))


_JOBS = "SELECT id, created, updated, started, ended, request, state, reservation, attempts, starred FROM job"


def _read_jobs(rows: Iterable[tuple[Any, ...]]) -> list[Job]:
    return [
        Job(
            id=id,
            created=datetime.fromisoformat(created),
            updated=datetime.fromisoformat(updated),
            started=started and datetime.fromisoformat(started),
            ended=ended and datetime.fromisoformat(ended),
            request=LiftRequest.model_validate_json(request),
            state=_State.validate_json(state),
            reservation=reservation and Reservation.model_validate_json(reservation),
            attempts=attempts,
            starred=bool(starred),
        )
        for id, created, updated, started, ended, request, state, reservation, attempts, starred in rows
    ]


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _new_id() -> str:
    """Ten characters of Crockford's base 32: six of seconds, so that ids sort by time, and four of chance."""
    seconds = int(time.time()) - _EPOCH
    value = (seconds % 2**30) << 20 | secrets.randbits(20)
    return "".join(_BASE32[value >> shift & 31] for shift in range(45, -1, -5))
