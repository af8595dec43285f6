"""Everything that the routes of one running bridge work with."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from bridge import __version__
from bridge.backends.base import Backend, Resident
from bridge.backends.remote.registry import Backends
from bridge.client import Health, declared_bases
from bridge.jobs.events import Events
from bridge.jobs.runner import Runner
from bridge.jobs.settings import Settings
from bridge.jobs.store import Store
from bridge.net.secrets import Keys
from bridge.viewing.viewer import Viewer

from .queue.face import Face
from .queue.files import Files
from .queue.lifting import EMBEDDED, Workshop
from .queue.records import Records
from .queue.requests import Requests
from .queue.tokens import UploadTokens

_FETCHING_AT_ONCE = 4


class Services:
    """Runs jobs between entering and leaving the context. `on_leave` is what ends the servers around it."""

    def __init__(
        self,
        home: Path,
        residents: Sequence[Resident],
        workshop: Workshop,
        requests: Requests,
        keys: Keys,
        face: Face,
    ) -> None:
        self._home = home
        self._residents = residents
        self.store = workshop.store
        self.events = workshop.events
        self.runner = workshop.runner
        self.viewer = workshop.viewer
        self.settings = workshop.settings
        self.files = workshop.files
        self.requests = requests
        self.keys = keys
        self.face = face
        self.engine = workshop.engine
        self.uploads = UploadTokens()
        self.instance = secrets.token_hex(8)
        self.token = secrets.token_urlsafe(32)
        self.on_leave: list[Callable[[], None]] = []
        self._leaving = False

    async def __aenter__(self) -> Services:
        await self.store.open()
        for resident in self._residents:
            await resident.open(self._home, lambda: self.settings.current)
        await self.runner.start()
        await self.requests.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.requests.close()
        await self.viewer.close()
        await self.runner.stop()
        for resident in self._residents:
            await resident.close()
        await self.store.close()

    @property
    def network_token(self) -> str:
        """What others on the network show; empty where there are none."""
        return self.face.token

    @property
    def busy(self) -> bool:
        """Whether there is anything to do."""
        return self.runner.busy or self.requests.busy

    def health(self) -> Health:
        """Known without the store, so that a slow drive never makes the bridge seem dead."""
        status = "stopping" if self._leaving else "ok"
        return Health(status=status, version=__version__, instance=self.instance, pid=os.getpid())

    def leave(self) -> None:
        """Begin to stop: no more jobs, no more streams, then the server."""
        self._leaving = True
        self.runner.refuse()
        self.requests.refuse()
        self.events.close()
        for stop in self.on_leave:
            stop()


def create_services(
    home: Path,
    backends: Sequence[Backend],
    *,
    with_endpoints: bool = False,
    engine: str = EMBEDDED,
    face: Face | None = None,
) -> Services:
    """Services that keep their job list, job logs and the requests of others in the folder `home`, which exists.

    `backends` are those of this machine; `with_endpoints` adds one for each endpoint in the settings; `engine` is the
    one of them that works for others, and `face` is how they see the bridge. Raises `RequestError` where the
    environment declares an address that is none.
    """
    logs, asked, files = home / "jobs", home / "queue" / "requests", home / "queue" / "files"
    for folder in (logs, asked, files):
        folder.mkdir(parents=True, exist_ok=True)
    store = Store(home / "jobs.sqlite3")
    events = Events(store)
    settings = Settings(home / "settings.json")
    keys = Keys()
    offered: Mapping[str, Backend] = {backend.name: backend for backend in backends}
    if with_endpoints:
        offered = Backends(backends, keys, lambda: settings.current, declared_bases())
    runner = Runner(store, events, offered, logs, settings)
    workshop = Workshop(
        records=Records(home / "queue.sqlite3"),
        files=Files(files),
        store=store,
        events=events,
        runner=runner,
        viewer=Viewer(home / "view.log"),
        settings=settings,
        turns=asyncio.Semaphore(_FETCHING_AT_ONCE),
        engine=engine,
    )
    residents = [backend for backend in backends if isinstance(backend, Resident)]
    return Services(home, residents, workshop, Requests(asked, workshop), keys, face or Face())
