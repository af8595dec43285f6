"""What the host renders before a clip can be worked on: the clip itself, its mask, or both."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from bridge.client import calls, plates
from bridge.client.plates import Plates
from bridge.domain.errors import ErrorReport, HostRefused, RequestError
from bridge.domain.host import Exported, Host, HostFailure, HostMask
from bridge.domain.hosted import exported_spec, source_spec
from bridge.domain.view import ClipReport

from .asks import Asks
from .clips.manner import hindrance
from .clips.source import exported_query
from .host_desk import HostDesk
from .lifting import Media
from .plan import Work, work_of


@dataclass(frozen=True)
class Order:
    """`project` is that of `HostFacts`. `made` gets the work, of which more is known now, and what it reads. `failed`
    gets none where the user has stopped it. One of them is called, whatever happens, unless the panel goes.
    """

    work: Work
    project: str
    handles: int
    output: Path
    made: Callable[[Work, Media], None]
    failed: Callable[[ErrorReport | None], None]


@dataclass(frozen=True)
class Progress:
    """`place` counts from 1. `stopping` when this is the last that is rendered, and not used."""

    clip: str
    place: int
    total: int
    stopping: bool = False


@dataclass(frozen=True)
class _Rendered:
    plates: Plates
    exported: Exported | None
    mask: Path | None


class Rendering(QObject):
    """Has orders rendered one after another. The host's other calls wait meanwhile; the panel does not.

    A render that is under way cannot be broken off: hosts have no call for that.
    """

    told = Signal(object)
    """A `Progress`; none when nothing is rendered."""

    def __init__(self, asks: Asks, desk: HostDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._desk = desk
        self._waiting: deque[Order] = deque()
        self._now: Order | None = None
        self._unwanted = threading.Event()
        self._begun = 0

    def add(self, order: Order) -> None:
        self._waiting.append(order)
        if self._now is None:
            self._next()
        else:
            self._tell()

    def stop(self) -> None:
        """Render nothing more; what is being rendered is thrown away when it is done."""
        self._unwanted.set()
        waiting, self._waiting = self._waiting, deque()
        for order in waiting:
            order.failed(None)
        self._tell()

    def _next(self) -> None:
        if not self._waiting:
            self._now, self._begun = None, 0
            self.told.emit(None)
            return
        order = self._now = self._waiting.popleft()
        self._begun += 1
        self._unwanted = threading.Event()
        self._tell()

        def then(rendered: _Rendered | None) -> None:
            if rendered is None:
                self._over(order, None)
            elif rendered.exported is None:
                source = source_spec(order.work.row.clip, order.handles)
                self._made(order, order.work, Media(source, rendered.mask))
            else:
                self._look_at(order, rendered, rendered.exported)

        def fail(error: ErrorReport) -> None:
            self._over(order, error)

        self._desk.ask(self, partial(_render, order, self._unwanted), then, fail)

    def _look_at(self, order: Order, rendered: _Rendered, exported: Exported) -> None:
        """No host is believed: what it has rendered is looked at before it is sent."""
        unwanted = self._unwanted

        def refuse(error: ErrorReport | None) -> None:
            plates.remove_later(rendered.plates)
            self._over(order, error)

        def then(report: ClipReport) -> None:
            if unwanted.is_set():
                refuse(None)
                return
            work = replace(order.work, row=replace(order.work.row, report=report, renders=0))
            if error := _objection(work, exported, report):
                refuse(error)
                return
            found = work_of(work.row, work.manner)
            # What was shown is the most that may be charged; what nobody knew was agreed to.
            work = replace(found, row=order.work.row, cost=found.cost if order.work.cost is None else order.work.cost)
            try:
                media = Media(exported_spec(exported), rendered.mask)
            except (ValueError, RequestError) as error:
                refuse(_nothing_left(exported, error).report())
                return
            self._made(order, work, media)

        try:
            query = exported_query(exported)
        except (ValueError, RequestError) as error:
            refuse(_nothing_left(exported, error).report())
            return
        self._asks.ask(self, calls.clip_report(query), then, refuse)

    def _made(self, order: Order, work: Work, media: Media) -> None:
        order.made(work, media)
        self._next()

    def _over(self, order: Order, error: ErrorReport | None) -> None:
        order.failed(error)
        self._next()

    def _tell(self) -> None:
        if self._now is not None:
            total = self._begun + len(self._waiting)
            name = self._now.work.row.clip.name
            self.told.emit(Progress(name, self._begun, total, self._unwanted.is_set()))


def _render(order: Order, unwanted: threading.Event, host: Host) -> _Rendered | None:
    """On the host's thread. None where it is not wanted any more."""
    if unwanted.is_set():
        return None
    row, mask = order.work.row, order.work.manner.mask
    if host.facts().project != order.project:
        # There, the clip's id may stand for another clip.
        raise HostFailure("Another project was opened meanwhile.", remedy="Open the project again, and start anew.")
    made = plates.fresh(order.output, row.clip.name)
    exported, path = None, mask if isinstance(mask, Path) else None
    try:
        if row.renders:
            handles = order.handles if row.clip.on_timeline else 0
            exported = host.export(row.clip.id, str(made.render), handles)
        if isinstance(mask, HostMask) and not unwanted.is_set():
            path = Path(mask.path or _exported_mask(host, row.clip.id, mask, made))
    except BaseException:
        plates.remove(made)
        raise
    if unwanted.is_set():
        plates.remove(made)
        return None
    return _Rendered(made, exported, path)


def _exported_mask(host: Host, clip: str, mask: HostMask, made: Plates) -> str:
    answer = host.export_mask(clip, mask.id, str(made.mask))
    if not answer.path:
        raise HostFailure(
            f"The mask “{mask.title}” was not rendered.", remedy="Render it by hand, and choose the file."
        )
    return answer.path


def _objection(work: Work, exported: Exported, report: ClipReport) -> ErrorReport | None:
    if report.error:
        return report.error
    if report.frames != exported.frames:
        return HostRefused(
            f"The host has rendered {report.frames} frames instead of {exported.frames}.",
            detail=f"{exported}",
            remedy="Look at the render in the application, then try again.",
        ).report()
    if reason := hindrance(report, work.manner):
        return RequestError(reason).report()
    return None


def _nothing_left(exported: Exported, error: Exception) -> HostRefused:
    return HostRefused(
        "What the host has rendered cannot be used.",
        detail=f"{exported}: {error}",
        remedy="Render the clip by hand, and lift the file.",
    )
