"""Everything that the routes of one running bridge work with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from bridge import __version__
from bridge.backends.base import Backend
from bridge.backends.remote.registry import Backends
from bridge.client import Health
from bridge.jobs.events import Events
from bridge.jobs.runner import Runner
from bridge.jobs.settings import Settings
from bridge.jobs.store import Store
from bridge.net.secrets import Keys
from bridge.viewing.viewer import Viewer


class Services:
    """Runs jobs between entering and leaving the context. `on_leave` is what ends the server around it."""

    def __init__(
        self, store: Store, events: Events, runner: Runner, viewer: Viewer, settings: Settings, keys: Keys
    ) -> None:
        self.store = store
        self.events = events
        self.runner = runner
        self.viewer = viewer
        self.settings = settings
        self.keys = keys
        self.instance = secrets.token_hex(8)
        self.token = secrets.token_urlsafe(32)
        self.on_leave: Callable[[], None] | None = None
        self._leaving = False

    async def __aenter__(self) -> Services:
        await self.store.open()
        await self.runner.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.viewer.close()
        await self.runner.stop()
        await self.store.close()

    def health(self) -> Health:
        """Known without the store, so that a slow drive never makes the bridge seem dead."""
        status = "stopping" if self._leaving else "ok"
        return Health(status=status, version=__version__, instance=self.instance, pid=os.getpid())

    def leave(self) -> None:
        """Begin to stop: no more jobs, no more streams, then the server."""
        self._leaving = True
        self.runner.refuse()
        self.events.close()
        if self.on_leave:
            self.on_leave()


def create_services(home: Path, backends: Sequence[Backend], *, with_endpoints: bool = False) -> Services:
    """Services that keep their job list and job logs in the folder `home`, which exists.

    `backends` are those of this machine; `with_endpoints` adds one for each endpoint in the settings. Raises
    `RequestError` where the environment declares an address that is none.
    """
    logs = home / "jobs"
    logs.mkdir(exist_ok=True)
    store = Store(home / "jobs.sqlite3")
    events = Events(store)
    settings = Settings(home / "settings.json")
    keys = Keys()
    offered: Mapping[str, Backend] = {backend.name: backend for backend in backends}
    if with_endpoints:
        offered = Backends(backends, keys, lambda: settings.current)
    runner = Runner(store, events, offered, logs, settings)
    return Services(store, events, runner, Viewer(home / "view.log"), settings, keys)
