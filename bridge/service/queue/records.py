"""The requests in SQLite: each is on the drive before it is answered."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from bridge.domain.wire import Frozen
from bridge.jobs.database import Database

from .faults import Fault

_SCHEMA = """
    CREATE TABLE request (
        id        TEXT PRIMARY KEY,
        app       TEXT NOT NULL,
        caller    TEXT NOT NULL,
        digest    TEXT NOT NULL,
        intent    TEXT,
        created   REAL NOT NULL,
        job       TEXT,
        cancelled INTEGER NOT NULL DEFAULT 0,
        completed REAL,
        outcome   TEXT
    );
    CREATE UNIQUE INDEX one_of_an_intent ON request (caller, intent);
    CREATE INDEX by_digest ON request (digest);
"""


class LogLine(Frozen):
    """One line of what fal calls logs. `timestamp` is ISO 8601 with an offset."""

    message: str
    level: str = "INFO"
    source: str = "USER"
    timestamp: str


class StoredFile(Frozen):
    """A file of the answer: where it lies among `Files`, and what it is."""

    key: str
    name: str
    content_type: str
    size: int
    movie: dict[str, int | float] = Field(default_factory=dict, description="What fal tells of a movie besides.")


class Answer(Frozen):
    """What a request has made. `preview` is none where there is no review movie."""

    frames: StoredFile
    preview: StoredFile | None
    seed: int
    prompt: str


class Outcome(Frozen):
    """How a request has ended: with an answer or with a fault. `seconds` is how long the engine was at work."""

    answer: Answer | None = None
    fault: Fault | None = None
    logs: tuple[LogLine, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class Record:
    """`caller` tells whose token it was; `created` is in seconds of Unix time; `job` is the runner's."""

    id: str
    app: str
    caller: str
    digest: str
    intent: str | None
    created: float
    job: str | None = None
    cancelled: bool = False
    outcome: Outcome | None = None


class Records:
    """All methods but `__init__` are coroutines. Raises `DiskFull`, and `InternalError` when SQLite fails otherwise."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, "The list of requests", (_SCHEMA,), _records)
        self._do = self._database.do

    async def open(self) -> None:
        """Raises what opening a `Database` raises."""
        await self._database.open()

    async def close(self) -> None:
        await self._database.close()

    async def add(self, record: Record) -> None:
        await self._write(
            "INSERT INTO request (id, app, caller, digest, intent, created) VALUES (?, ?, ?, ?, ?, ?)",
            record.id,
            record.app,
            record.caller,
            record.digest,
            record.intent,
            record.created,
        )

    async def find(self, request: str) -> Record | None:
        return await self._one("id = ?", request)

    async def find_intent(self, caller: str, intent: str) -> Record | None:
        return await self._one("caller = ? AND intent = ?", caller, intent)

    async def find_double(self, caller: str, digest: str, since: float) -> Record | None:
        """The latest request with the same digest that is not older than `since`."""
        return await self._one("caller = ? AND digest = ? AND created >= ?", caller, digest, since)

    async def unfinished(self) -> list[Record]:
        """The oldest first."""
        return await self._all("completed IS NULL ORDER BY created")

    async def completed_before(self, moment: float) -> list[Record]:
        return await self._all("completed < ?", moment)

    async def set_job(self, request: str, job: str) -> None:
        await self._write("UPDATE request SET job = ? WHERE id = ?", job, request)

    async def cancel(self, request: str) -> None:
        await self._write("UPDATE request SET cancelled = 1 WHERE id = ?", request)

    async def conclude(self, request: str, outcome: Outcome) -> None:
        text = outcome.model_dump_json()
        await self._write("UPDATE request SET outcome = ?, completed = ? WHERE id = ?", text, time.time(), request)

    async def forget(self, request: str) -> None:
        await self._write("DELETE FROM request WHERE id = ?", request)

    async def _one(self, condition: str, *values: Any) -> Record | None:
        found = await self._all(f"{condition} ORDER BY created DESC LIMIT 1", *values)
        return found[0] if found else None

    async def _all(self, condition: str, *values: Any) -> list[Record]:
        return await self._do(lambda: _records(self._database.connection, condition, *values))

    async def _write(self, statement: str, *values: Any) -> None:
        def write() -> None:
            with self._database.connection as db:
                db.execute(statement, values)

        await self._do(write)


def _records(db: sqlite3.Connection, condition: str = "true", *values: Any) -> list[Record]:
    query = f"SELECT id, app, caller, digest, intent, created, job, cancelled, outcome FROM request WHERE {condition}"
    return [_record(row) for row in db.execute(query, values)]


def _record(row: tuple[Any, ...]) -> Record:
    *plain, cancelled, outcome = row
    return Record(*plain, cancelled=bool(cancelled), outcome=outcome and Outcome.model_validate_json(outcome))
