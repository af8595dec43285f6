"""A list in SQLite: each change is on the drive when it is acknowledged, and a file that is damaged is set aside."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from bridge.domain.errors import BridgeUnreachable, DiskFull, InternalError

T = TypeVar("T")
log = logging.getLogger(__name__)


class Database:
    """SQLite itself is used by one thread only. `title` is what people call the list.

    `migrations` are one script per version; `PRAGMA user_version` counts those that have run. `read_all` reads what is
    there as the program does later: what it cannot read, raising `ValueError`, is damage.
    """

    def __init__(
        self, path: Path, title: str, migrations: Sequence[str], read_all: Callable[[sqlite3.Connection], object]
    ) -> None:
        self._path = path
        self._title = title
        self._migrations = migrations
        self._read_all = read_all
        self._thread = ThreadPoolExecutor(1, path.stem)

    async def open(self) -> None:
        """Open, create or migrate the file.

        One that is damaged is set aside and a new one begun. Raises `BridgeUnreachable` for one of a newer Superwhite.
        """
        self._connection = await self.do(self._open)

    async def close(self) -> None:
        await self.do(lambda: self._connection.close())
        self._thread.shutdown()

    @property
    def connection(self) -> sqlite3.Connection:
        """For what `do` does."""
        return self._connection

    async def do(self, action: Callable[[], T]) -> T:
        """`action`, in the thread. Raises `DiskFull` when the drive is full, and `InternalError` when SQLite fails
        otherwise.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, action)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
                raise DiskFull(
                    f"{self._title} {self._path} cannot be written: the drive is full.", detail=repr(error)
                ) from error
            raise InternalError(f"{self._title} {self._path} cannot be used: {error}.", detail=repr(error)) from error

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except (sqlite3.DatabaseError, ValueError) as error:
            # Operational errors come from the drive or from permissions, but for the plain one: a table is not as it
            # was.
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise
            aside = self._set_aside()
            log.warning(
                "%s could not be read (%s). It is now %s, and a new one was begun.", self._title, error, aside
            )
            return self._connect()

    def _set_aside(self) -> Path:
        path = self._path
        aside = path.with_name(f"{path.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.replace(aside.with_name(aside.name + suffix))
        return aside

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path)
        try:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > len(self._migrations):
                raise BridgeUnreachable(
                    f"{self._title} {self._path} was written by a newer Superwhite.",
                    detail=f"its version is {version}, this program knows {len(self._migrations)}",
                    remedy="Install the newer Superwhite again, or move that file away to begin a new list.",
                )
            (sound,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if sound != "ok":
                raise sqlite3.DatabaseError(sound)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            for number, script in enumerate(self._migrations[version:], start=version + 1):
                db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
            # What cannot be read now would stop every later start and every list.
            self._read_all(db)
        except BaseException:
            db.close()
            raise
        return db
