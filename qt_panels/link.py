"""The panel's line to the bridge: one background thread with one event loop, which owns the HTTP client.

Commands go in as calls, everything comes out as frozen messages through queued signals. When the bridge goes away, the
link says so, finds it again or starts it, and lists the jobs anew: nothing is kept here that the bridge does not know.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from bridge.client import AsyncBridge, Bridge, Call, RunFile, calls
from bridge.domain.errors import BridgeLost, ErrorReport, SuperwhiteError
from bridge.domain.job import Job, JobEvent

from .tickets import Tickets, report_of

T = TypeVar("T")

FLUSH_SECONDS = 0.1
"""How long events gather before the panel hears of them."""

_PAGE = 100
"""Jobs in one answer: reading more would hold up the GUI thread, which shares the interpreter."""

_MOST_JOBS = 1000
_AGAIN_SECONDS = (0.2, 0.5, 1.0, 2.0)
_PATIENCE_SECONDS = 25.0
"""How long a call waits for a bridge that is not there yet."""


class Link(QObject):
    """`start` once, `stop` once. All public methods belong to the GUI thread."""

    connected = Signal()
    """The bridge is there, for the first time or again; `listed` follows."""
    lost = Signal(object)
    """An `ErrorReport`: the bridge is not there. The link keeps trying."""
    listed = Signal(object, bool)
    """A tuple of `Job`s, the newest first, and whether more pages follow."""
    changed = Signal(object)
    """A tuple of `JobEvent`s in order; of one job's progress only the latest, ten times a second at most."""
    failed = Signal(object)
    """An `ErrorReport` that no widget takes for itself."""

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._tickets = Tickets()
        self._tickets.failed.connect(self.failed)
        self._post = _Post()
        for signal, out in (
            (self._post.connected, self.connected),
            (self._post.lost, self.lost),
            (self._post.listed, self.listed),
            (self._post.changed, self.changed),
        ):
            signal.connect(out, Qt.ConnectionType.QueuedConnection)
        self._worker = _Worker(home, self._post, self._tickets)

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        """Ends the thread. Jobs go on: they are the bridge's."""
        self._worker.stop()

    def ask(
        self,
        owner: QObject,
        call: Call[T],
        then: Callable[[T], None],
        fail: Callable[[ErrorReport], None] | None = None,
        *,
        key: str | None = None,
    ) -> None:
        """See `qt_panels.asks.Asks`."""
        self._worker.make(self._tickets.issue(owner, then, fail, key), call)


class _Post(QObject):
    """Emits from the background thread; its receivers are connected through the queue of the GUI thread."""

    connected = Signal()
    lost = Signal(object)
    listed = Signal(object, bool)
    changed = Signal(object)


class _Worker:
    """What happens in the background thread."""

    def __init__(self, home: Path, post: _Post, tickets: Tickets) -> None:
        self._home = home
        self._post = post
        self._tickets = tickets
        self._loop = asyncio.new_event_loop()
        self._there: asyncio.Event | None = None
        self._bridge: AsyncBridge | None = None
        self._life: asyncio.Task[None] | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bridge link", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        if self._thread.is_alive() and self._life:
            self._loop.call_soon_threadsafe(self._life.cancel)
            self._thread.join(5)

    def make(self, ticket: int, call: Call[T]) -> None:
        if self._thread.is_alive():
            # A loop that is closing does not take the call any more; nobody is left to be answered.
            with contextlib.suppress(RuntimeError):
                asyncio.run_coroutine_threadsafe(self._answer(ticket, call), self._loop)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner, contextlib.suppress(asyncio.CancelledError):
            runner.run(self._live())

    async def _live(self) -> None:
        self._there = asyncio.Event()
        self._life = asyncio.current_task()
        self._ready.set()
        failures = 0
        while True:
            try:
                async with AsyncBridge(await self._found()) as bridge:
                    failures = 0
                    await self._serve(bridge)
            except SuperwhiteError as error:
                self._post.lost.emit(report_of(error))
            finally:
                self._there.clear()
                self._bridge = None
            await asyncio.sleep(_AGAIN_SECONDS[min(failures, len(_AGAIN_SECONDS) - 1)])
            failures += 1

    async def _found(self) -> RunFile:
        bridge = await asyncio.to_thread(Bridge.attach_or_start, home=self._home)
        with bridge:
            return bridge.run_file

    async def _serve(self, bridge: AsyncBridge) -> None:
        """Until the bridge is lost: raises what said so."""
        assert self._there
        latest = await bridge.do(calls.last_event())
        self._bridge = bridge
        self._there.set()
        self._post.connected.emit()
        await self._list(bridge)
        gathered: list[JobEvent] = []
        flushing = asyncio.create_task(self._flush(gathered))
        try:
            async for event in bridge.events(latest):
                gathered.append(event)
        finally:
            flushing.cancel()

    async def _list(self, bridge: AsyncBridge) -> None:
        for skip in range(0, _MOST_JOBS, _PAGE):
            page: tuple[Job, ...] = await bridge.do(calls.jobs(_PAGE, skip=skip))
            more = len(page) == _PAGE and skip + _PAGE < _MOST_JOBS
            self._post.listed.emit(page, more)
            if not more:
                return

    async def _flush(self, gathered: list[JobEvent]) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            if gathered:
                self._post.changed.emit(coalesced(gathered))
                gathered.clear()

    async def _answer(self, ticket: int, call: Call[T]) -> None:
        try:
            self._tickets.answer(ticket, await (await self._connected()).do(call))
        except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever it was
            self._tickets.refuse(ticket, error)

    async def _connected(self) -> AsyncBridge:
        assert self._there
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._there.wait()
        except TimeoutError:
            raise BridgeLost("The bridge is not there.") from None
        assert self._bridge
        return self._bridge


def coalesced(events: list[JobEvent]) -> tuple[JobEvent, ...]:
    """`events` without progress that later progress of the same phase of the same job has overtaken."""
    kept: list[JobEvent] = []
    place: dict[str, int] = {}
    for event in events:
        at = place.get(event.job)
        if at is not None and kept[at].state.state == event.state.state:
            kept[at] = event
        else:
            place[event.job] = len(kept)
            kept.append(event)
    return tuple(kept)
