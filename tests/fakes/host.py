"""A host with the habits of real ones: slow answers, refusals, a project that changes under the panel's hands."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from bridge.domain.host import (
    Exported,
    HostAbilities,
    HostClip,
    HostFacts,
    HostFailure,
    HostMask,
    JobLine,
    Placed,
    PlaceOrder,
    Placing,
    Selection,
)


class FakeHost:
    """`clips` are selected. `placed` is what lies on its timeline: placement id to job."""

    def __init__(self, *clips: HostClip, together: bool = True) -> None:
        self.clips = clips
        self.project = "/projects/cut.otio"
        self.abilities = HostAbilities(place=True, revert=True, places_together=together)
        self.placed: dict[str, str] = {}
        self.orders: list[PlaceOrder] = []
        self.threads: set[threading.Thread] = set()
        self.fails: HostFailure | Exception | None = None
        self.delay = 0.0
        self.closed = False
        self.shown: tuple[JobLine, ...] = ()

    def _enter(self) -> None:
        self.threads.add(threading.current_thread())
        time.sleep(self.delay)
        if self.fails:
            raise self.fails

    def facts(self) -> HostFacts:
        self._enter()
        return HostFacts("fake", "Fake", "1", self.project, "cut", self.abilities)

    def selection(self) -> Selection:
        self._enter()
        return Selection(str(hash(self.clips)), self.clips)

    def select(self, *clips: HostClip) -> None:
        self.clips = clips

    def export(self, clip: str, folder: str, handles: int) -> Exported:
        raise HostFailure("This host renders nothing.", kind="unsupported")

    def export_mask(self, clip: str, mask: str, folder: str) -> HostMask:
        raise HostFailure("This host has no masks.", kind="unsupported")

    def place(self, order: PlaceOrder) -> Placing:
        self._enter()
        if order.project != self.project:
            raise HostFailure("Another project is open.", remedy="Open the project again, then import.")
        self.orders.append(order)
        done = []
        for result in order.results:
            placement = f"p{len(self.placed) + 1}"
            self.placed[placement] = result.job
            done.append(Placed(result.job, placement))
        return Placing(tuple(done), f"{len(done)} placed.")

    def revert(self, placements: tuple[str, ...]) -> str:
        self._enter()
        if missing := [each for each in placements if each not in self.placed]:
            raise HostFailure(f"Nothing is known of {missing}.")
        for each in placements:
            del self.placed[each]
        return f"{len(placements)} taken out."

    def show_jobs(self, jobs: tuple[JobLine, ...]) -> None:
        self.shown = jobs

    def close(self) -> None:
        self.closed = True


def retimed(clip: HostClip) -> HostClip:
    return replace(clip, liftable=False, reason="The clip is retimed.")
