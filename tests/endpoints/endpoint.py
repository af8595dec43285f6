"""The endpoint as tests hold it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from starlette.applications import Starlette

from .fal import Fal
from .files import Files
from .jobs import Job, Jobs
from .link import Link, Throttled
from .making import Workshop
from .oxen import Oxen
from .records import Asked, Recorded
from .report import report_route
from .script import Script, Step
from .server import Server
from .storage import Storage

_SUBMITS = ("submit", "run", "enqueue", "generate")
_LOOKS = ("status", "row", "generation")


class Endpoint:
    """fal at `url` (its services under `/queue`, `/run`, `/rest` and `/cdn`), and Oxen (under `/api`).

    `exact_size` keeps the plate's size, where the service would cap it. `certificate` is a PEM file with a key, and
    makes it speak TLS. Everything that is put or made here lies in a folder that goes with it.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        fal_key: str = "fal-key:for-tests",
        oxen_key: str = "oxen-key-for-tests",
        exact_size: bool = True,
        certificate: Path | None = None,
    ) -> None:
        self.fal_key, self.oxen_key = fal_key, oxen_key
        self.script = Script()
        self.link = Link()
        self.requests: list[Asked] = []
        self._folder = Path(tempfile.mkdtemp(prefix="superwhite-endpoint-"))
        files = Files(self._folder, lambda: self.url)
        self._jobs = Jobs(self.script, Workshop(files, self.script, exact_size))
        self.fal = Fal(fal_key, self._jobs, self.script, lambda: self.url)
        self.storage = Storage(files, self.script, self.fal.steps, lambda: self.url)
        self.oxen = Oxen(oxen_key, self._jobs, files, self.script, lambda: self.url)
        report = report_route(lambda: self.jobs, lambda: list(self.requests))
        app = Starlette(routes=[*self.storage.routes(), *self.fal.routes(), *self.oxen.routes(), report])
        self._server = Server(Recorded(Throttled(app, self.link), self.requests), port=port, certificate=certificate)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def environment(self) -> dict[str, str]:
        """What declares this server as fal and as Oxen to a process."""
        return {
            "SUPERWHITE_FAL_BASE": self.url,
            "FAL_KEY": self.fal_key,
            "SUPERWHITE_OXEN_BASE": self.url,
            "OXEN_API_KEY": self.oxen_key,
        }

    @property
    def jobs(self) -> list[Job]:
        """Every job that was created, oldest first."""
        return list(self._jobs.all)

    def of(self, *steps: Step) -> list[Asked]:
        """The requests at these steps."""
        return [asked for asked in list(self.requests) if asked.step in steps]

    @property
    def submits(self) -> int:
        """How often a job was asked for, whatever came of it."""
        return len(self.of(*_SUBMITS))

    @property
    def status_requests(self) -> int:
        return len(self.of(*_LOOKS))

    @property
    def keys_seen(self) -> set[str]:
        """Every value of `Authorization` that was sent here."""
        return {asked.authorization for asked in list(self.requests) if asked.authorization}

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        """End it, with all jobs that are not over."""
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def away(self) -> Generator[None]:
        """Nobody answers at `url`; jobs go on."""
        with self._server.away():
            yield

    def __enter__(self) -> Endpoint:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
