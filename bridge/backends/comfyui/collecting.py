"""The EXR frames of a job are fetched from the server's output folder, and made into the sequence meanwhile.

They are in no list: the node that writes them tells nobody. Their names are known, and the folder is the job's own.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from bridge.backends.base import WORK_FOLDER, JobTask, Report
from bridge.backends.remote.receive import assembled
from bridge.backends.workers import Worker
from bridge.domain.errors import EndpointUnreachable, ResultGone, ResultUnusable
from bridge.domain.job import Deliverable, Receiving
from bridge.engines.protocol import FramesOrder, Grown, Plates
from bridge.media.storage import os_error_to_output_error
from bridge.net.patience import Patience
from bridge.net.transfer import Changed, Download, Validator

from .graph import FRAME_PREFIX
from .server import Server

_AT_ONCE = 4
_PATIENCE = 300.0
_RESTARTS = 3
_SLACK = 1 << 20


def frame_name(number: int) -> str:
    """As ComfyUI-LTXVideo's node calls frame `number`, counted from 0."""
    return f"{FRAME_PREFIX}_{number:05d}.exr"


async def has_all(server: Server, folder: str, sent: int) -> bool:
    """Whether the frames of `sent` are all there: they are written in their order, and only at the very end."""
    return await server.has(folder, frame_name(sent - 1))


@dataclass
class Collector:
    """Fetches the frames in `folder`, of which `plates.sent` were made. `short_side` is what the plate was held to;
    `engine` is what is said of the making.
    """

    server: Server
    task: JobTask
    report: Report
    plates: Plates
    folder: str
    short_side: int | None
    engine: dict[str, JsonValue]
    _received: int = field(default=0, init=False)

    async def sequence(self) -> Deliverable:
        """Raises `ResultGone` where the frames are not there, `ResultUnusable` where they are not those that were asked
        for, and `EndpointUnreachable`.
        """
        if await self.server.has(self.folder, frame_name(self.plates.sent)):
            raise ResultUnusable(
                f"{self.server.name} made more frames than were asked for ({self.plates.sent}).",
                remedy="Update ComfyUI-LTXVideo there, then start the job anew.",
            )
        place = self.task.reservation.staging / WORK_FOLDER / "frames"
        order = FramesOrder(
            job=self.task.job_id,
            request=self.task.request,
            reservation=self.task.reservation,
            folder=place,
            frames=self.plates.frames,
            width=self.plates.width,
            height=self.plates.height,
            largest_short_side=self.short_side,
            engine=self.engine,
        )
        with _explained(place):
            place.mkdir(parents=True, exist_ok=True)
        try:
            return await assembled(order, lambda worker: self._feed(order, worker), self.report, self.task.log)
        except ResultUnusable:
            # The next attempt fetches them anew: they may have been damaged on the way.
            await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)
            raise

    async def _feed(self, order: FramesOrder, worker: Worker) -> None:
        under_way: deque[asyncio.Task[None]] = deque()
        arrived = 0

        async def take_next() -> None:
            nonlocal arrived
            await under_way.popleft()
            arrived += 1
            await worker.tell(Grown(size=arrived))

        try:
            for number in range(self.plates.frames):
                under_way.append(asyncio.create_task(self._fetch(number, order.file(number))))
                if len(under_way) >= _AT_ONCE:
                    await take_next()
            while under_way:
                await take_next()
        finally:
            for task in under_way:
                task.cancel()
            if under_way:
                await asyncio.wait(under_way)
        await worker.tell(Grown(size=arrived, complete=True))

    async def _fetch(self, number: int, path: Path) -> None:
        """One frame. It has its name once it is whole."""
        if await asyncio.to_thread(path.exists):
            return
        name, part = frame_name(number), path.with_suffix(".part")
        largest = self.plates.width * self.plates.height * 3 * 4 + _SLACK
        before = 0

        async def tell(have: int, _: int | None) -> None:
            nonlocal before
            self._received += have - before
            before = have
            await self.report(Receiving(received=self._received, total=None))

        for _ in range(_RESTARTS):
            with _explained(part):
                part.unlink(missing_ok=True)
            url = self.server.file_url(self.folder, name)
            download = Download(
                self.server.service, url, part, None, largest, Patience(_PATIENCE), _keep_nothing, tell
            )
            try:
                with _explained(part):
                    await download.run()
                    part.replace(path)
            except Changed:
                continue
            except ResultGone as error:
                raise ResultGone(
                    f"{self.server.name} has not the frame {name} that it should have made.",
                    detail=f"{self.folder}/{name} in its output folder",
                    remedy="Look into ComfyUI's own log: its Python needs the package opencv-python to write EXR. "
                    "Then retry the job: it is made anew.",
                ) from error
            return
        raise EndpointUnreachable(f"{name} changed again and again while it was fetched.")


@contextlib.contextmanager
def _explained(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise os_error_to_output_error(error, path) from error


async def _keep_nothing(_: Validator) -> None: ...
